"""Where a command finds its data: named on the line, by KG_DATA, or lying in the folder `out`."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from kg.errors import InputError, SettingsError
from kg.stores.directory import DATASET, is_output

DEFAULT = Path("out")
STDIN = Path("-")
VARIABLE = "KG_DATA"

#: Turtle and TriG from standard input begin like this; N-Triples and N-Quads never do.
_PREFIXED = re.compile(rb"(?:\s|#[^\n]*\n)*@?(?:prefix|base)\s", re.IGNORECASE)


def chosen(given: Path | None) -> Path:
    """The folder or file to work on.

    Raises:
        InputError: nothing was named and nothing lies in the usual place.
    """
    if given is not None:
        return given
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE])
    if is_output(DEFAULT):
        return DEFAULT
    raise InputError(
        "no data named, and the folder out is no output of kg build",
        hint=f"name a folder or file, set {VARIABLE}, or build here: kg build SOURCE -o {DEFAULT}",
    )


def source(given: Path | None) -> tuple[Path | bytes, str | None]:
    """The RDF to work on: a folder written by `kg build`, a file, or the content of standard input for `-`.

    Returns:
        The folder's dataset, the file or the content, and the extension that tells its format where the name does not.

    Raises:
        InputError: it is not there, cannot be read or is empty.
    """
    path = chosen(given)
    if path == STDIN:
        from kg.limits import load_limits, read_stream  # questions on a folder need not wait for them

        content = read_stream(sys.stdin.buffer, load_limits(), "rdf_size", "standard input")
        if not content.strip():
            raise InputError("empty", where="standard input", hint="pipe N-Quads, Turtle or TriG into the command")
        return content, "trig" if _PREFIXED.match(content) else "nq"
    if path.is_dir():
        return output_folder(path) / DATASET, None
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise InputError("empty", where=str(path), hint="give a file that holds RDF")
    except FileNotFoundError as error:
        hint = "check the path; kg build SOURCE -o DIR makes a folder to ask"
        raise InputError("there is no such file or folder", where=str(path), hint=hint) from error
    except OSError as error:
        hint = "check that it is a file and that you may read it"
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path), hint=hint) from error
    return path, None


def output_folder(given: Path | None) -> Path:
    """The output folder to work on.

    Raises:
        InputError: there is none, or it is not an output of `kg build`.
    """
    folder = chosen(given)
    if not folder.exists():
        hint = "check the path, or make it: kg build SOURCE -o DIR"
        raise InputError("there is no such folder", where=str(folder), hint=hint)
    if not folder.is_dir():
        raise InputError("is a file, not an output folder", where=str(folder), hint="name the folder that it lies in")
    if not (folder / DATASET).is_file():
        hint = f"it must hold {DATASET}; make such a folder: kg build SOURCE -o DIR"
        raise InputError("is not an output of kg build", where=str(folder), hint=hint)
    return folder


def epoch() -> int | None:
    """SOURCE_DATE_EPOCH in seconds, where it is set (reproducible-builds.org, Source Date Epoch specification).

    Raises:
        SettingsError: it is no whole number.
    """
    value = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not value:
        return None
    if not value.isascii() or not value.isdigit():
        hint = "set it to seconds since 1970, or unset it"
        raise SettingsError(f"not a whole number: {value!r}", where="SOURCE_DATE_EPOCH", hint=hint)
    return int(value)
