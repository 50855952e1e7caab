"""Sources: paths become documents.

A text is decoded, loses its byte-order mark and gets single line feeds; nothing else of it changes, because quotations
are compared with it verbatim and every offset counts from its first character. What cannot be used is returned as
`Skipped`, so that one bad file among many neither stops a build nor goes unnoticed.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.filenames import clean_stem, folded
from kg.model import Document, Metadata, Skipped
from kg.namespaces import mint

STDIN = Path("-")
SIDECAR = ".meta.toml"
#: Fields that a sidecar may give.
METADATA_KEYS = tuple(f.name for f in fields(Metadata) if f.name != "inferred")

_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_ISO_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
#: Breadcrumbs, by-lines, "Contact: …", and lines that go on.
_NO_HEADING = re.compile(r"\s[|>›»•·]\s|[.:;,]$|^By\s|^(?:\S+ )?\S+:\s", re.IGNORECASE)
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Reader:
    """How files of one suffix become text.

    Attributes:
        media_type: of the files.
        text: bytes → the text that offsets refer to; InputError where they are not of that type.
    """

    media_type: str
    text: Callable[[bytes], str]


def read_documents(paths: Sequence[Path], base: str) -> tuple[tuple[Document, ...], tuple[Skipped, ...]]:
    """Read files, folders (with everything below them that a reader knows) and `-` for standard input.

    The result depends on the texts and file names, not on the order in which they are given: documents come sorted by
    name and digest, and of two files with the same text the first in that order is used. Names are unique, also where
    upper and lower case are one: the second `report` is called `report-2`.

    Args:
        paths: the sources.
        base: IRI that the documents' IRIs begin with.

    Returns:
        Documents, and the sources that were not used, sorted.
    """
    read: list[tuple[str, Document]] = []
    skipped: list[Skipped] = []
    for path in sorted(set(_files(paths, skipped))):
        try:
            read.append((_shown(path), read_document(path, base)))
        except InputError as error:
            skipped.append(_skipped(error, _shown(path)))

    read.sort(key=lambda item: (item[1].name, item[1].sha256, item[0]))
    first: dict[str, str] = {}
    documents: list[Document] = []
    for source, document in read:
        if document.sha256 in first:
            skipped.append(Skipped(source=source, reason=f"the same text as {first[document.sha256]}"))
        else:
            first[document.sha256] = source
            documents.append(document)
    return _named_apart(documents), tuple(sorted(skipped, key=lambda s: (s.source, s.reason)))


def read_document(path: Path, base: str) -> Document:
    """Read one file, or standard input for `-`, and the sidecar `NAME.meta.toml` beside it.

    Raises:
        InputError: it is no text that can be used, or its sidecar is malformed.
    """
    shown = _shown(path)
    reader = READERS[".txt"] if path == STDIN else READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"no reader for {path.suffix or 'files without suffix'}", where=shown, hint=_known_suffixes())
    try:
        text = reader.text(_content(path))
    except InputError as error:
        raise InputError(error.message, where=shown, hint=error.hint) from error
    name = "stdin" if path == STDIN else clean_stem(path.stem)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        iri=mint(base, "document", sha256, name=name),
        name=name,
        text=text,
        sha256=sha256,
        media_type=reader.media_type,
        metadata=_with_title(_read_sidecar(path), text),
    )


def decode_text(content: bytes) -> str:
    """Text of bytes in UTF-8: without byte-order mark, with single line feeds, otherwise unchanged.

    Raises:
        InputError: the bytes are binary, in another encoding, or hold no text.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError("encoded as UTF-16, not UTF-8", hint="convert it: iconv -f UTF-16 -t UTF-8")
    controls = len(content) - len(content.translate(None, _CONTROL))
    if b"\0" in content or controls * 100 > len(content):
        raise InputError("binary, not text", hint="extract its text first, and save that as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        line = content.count(b"\n", 0, at) + 1
        raise InputError(
            f"not UTF-8: byte 0x{content[at]:02X} at offset {at} (line {line})",
            hint="convert it, for example: iconv -f WINDOWS-1252 -t UTF-8",
        ) from error
    if not text.strip():
        raise InputError("empty" if not content else "nothing but white space", hint="give a file that holds text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


#: Suffix → reader. A new format is a new line here.
READERS: Mapping[str, Reader] = {
    ".md": Reader("text/markdown", decode_text),
    ".txt": Reader("text/plain", decode_text),
}


def _files(paths: Sequence[Path], skipped: list[Skipped]) -> Iterator[Path]:
    """The files that the paths stand for; what stands for none goes to `skipped`."""
    for path in paths:
        if path != STDIN and _is_folder(path):
            yield from _files_below(path, skipped)
        elif path == STDIN or _is_file(path):
            yield path
        else:
            reason = "neither a file nor a folder" if os.path.lexists(path) else "there is no such file or folder"
            skipped.append(_skipped(InputError(reason, hint="check the path"), _shown(path)))


def _files_below(folder: Path, skipped: list[Skipped]) -> list[Path]:
    """Files with a reader in a folder and below; hidden ones and linked folders are left out."""
    errors: list[OSError] = []
    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files = [Path(parent, name) for name in names if not name.startswith(".")]
        found += [file for file in files if file.suffix.lower() in READERS and file.is_file()]
    skipped += [_skipped(_unreadable(error), _shown(Path(error.filename))) for error in errors]
    if not found and not errors:
        skipped.append(_skipped(InputError("no documents in this folder", hint=_known_suffixes()), _shown(folder)))
    return found


def _content(path: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
    except OSError as error:
        raise _unreadable(error) from error


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the name is too long
        return False


def _unreadable(error: OSError) -> InputError:
    return InputError(
        f"cannot be read: {error.strerror or error}", hint="check that it exists and that you may read it"
    )


def _named_apart(documents: Sequence[Document]) -> tuple[Document, ...]:
    """Documents with unique names; a name that some file has by itself is never given to another."""
    reserved = {folded(document.name) for document in documents}
    used: set[str] = set()
    named: list[Document] = []
    for document in documents:
        name, number = document.name, 1
        while folded(name) in used or (number > 1 and folded(name) in reserved):
            number += 1
            name = f"{document.name}-{number}"
        used.add(folded(name))
        named.append(replace(document, name=name))
    return tuple(named)


def _read_sidecar(path: Path) -> Metadata:
    sidecar = path.with_suffix(SIDECAR)
    if path == STDIN or not _is_file(sidecar):
        return Metadata()
    try:
        table = tomllib.loads(sidecar.read_text("utf-8-sig"))
    except OSError as error:
        raise InputError(_unreadable(error).message, where=str(sidecar), hint=_unreadable(error).hint) from error
    except ValueError as error:  # bad TOML and bad UTF-8 alike
        raise InputError(f"malformed metadata: {error}", where=str(sidecar), hint="write it as TOML") from error
    given: dict[str, Any] = {}
    for key, value in table.items():
        if key not in METADATA_KEYS:
            raise InputError(f"unknown key {key!r}", where=str(sidecar), hint="keys are: " + ", ".join(METADATA_KEYS))
        given[key] = _metadata_value(key, value, str(sidecar))
    return Metadata(**given)


def _metadata_value(key: str, value: object, where: str) -> str:
    """The value of a sidecar as text; dates may be written as TOML dates, years as numbers."""
    if key == "date" and isinstance(value, date):
        return value.isoformat()[:10]
    if key == "date" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{key} must be a text that is not empty", where=where, hint=f'write: {key} = "…"')
    value = value.strip()
    if key == "date" and not _ISO_DATE.fullmatch(value):
        raise InputError(f"not a date: {value!r}", where=where, hint="write 2015, 2015-06 or 2015-06-04")
    if key == "url" and not _ABSOLUTE_IRI.fullmatch(value):
        raise InputError(f"not an absolute URL: {value!r}", where=where, hint='write: url = "https://…"')
    return value


def _with_title(metadata: Metadata, text: str) -> Metadata:
    title = None if metadata.title else infer_title(text)
    return replace(metadata, title=title, inferred=("title",)) if title else metadata


def infer_title(text: str) -> str | None:
    """The first line that looks like a heading, before the first paragraph; one of four words or more if there is one.

    Lines of fewer words at the top of a page are mostly navigation, a date line or a masthead.
    """
    headings: list[str] = []
    for line in text.splitlines():
        heading = re.sub(r"^#+\s+|\s+#+$", "", line.strip())
        words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", heading)
        if len(words) > 25 or (heading.endswith(".") and len(words) > 8):
            break
        if words and not _NO_HEADING.search(heading):
            headings.append(heading)
            if len(words) >= 4:
                return heading
    return headings[0] if headings else None


def _skipped(error: InputError, source: str) -> Skipped:
    reason = f"{error.message} ({error.hint})" if error.hint else error.message
    return Skipped(source=error.where or source, reason=reason)


def _shown(path: Path) -> str:
    # Names need not be UTF-8; what is told of them must be.
    return "standard input" if path == STDIN else str(path).encode(errors="backslashreplace").decode()


def _known_suffixes() -> str:
    return "documents are files that end in " + ", ".join(sorted(READERS))
