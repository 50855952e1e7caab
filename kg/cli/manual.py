"""The manual page, generated from the commands themselves: `python -m kg.cli.manual > docs/kg.1`.

`man -l docs/kg.1` shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from kg import __version__
from kg.cli import data, render
from kg.cli.app import app
from kg.cli.reference import EXAMPLES, commands

_EXIT = (
    ("0", "Done, and the answer is yes."),
    ("1", "Done, and the answer is no: violations, a mismatch, ASK is false, a document was skipped."),
    ("2", "It could not be done; the message names the mend."),
    ("130", "Interrupted from the keyboard."),
    ("141", "The reader of the output has gone away."),
)
_VARIABLES = (
    (data.VARIABLE, f"Folder or file to work on where none is named; without it the folder {data.DEFAULT}."),
    ("KG_ENDPOINT", "Triple store of load, diff and doctor where none is named."),
    ("KG_USER, KG_PASSWORD, KG_TOKEN", "Who asks a triple store."),
    ("KG_LLM_KEY", "Key of the language model of kg build --extractor llm."),
    ("KG_MAX_…", "Limits on what an input may take; see docs/security.md."),
    ("XDG_CACHE_HOME", "Where accord/ lies, which can always be made again; else ~/.cache."),
    ("NO_COLOR", "Not empty: no colours; evidence is marked «so»."),
    ("SOURCE_DATE_EPOCH", "Seconds since 1970 that kg build gives as time of the build."),
    ("KG_DEBUG", "1: an error shows its traceback."),
)


def roff() -> str:
    """The manual page in the macros of man(7)."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    group: Any = get_command(app)
    yield '.\\" Generated: python -m kg.cli.manual > docs/kg.1'
    yield f'.TH KG 1 "" "accord-kg {__version__}" "User Commands"'
    yield ".SH NAME"
    yield r"kg \- documents as an RDF graph that can be checked sentence by sentence"
    yield ".SH SYNOPSIS"
    yield r".B kg"
    yield r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGUMENTS\fR]"
    yield ".SH DESCRIPTION"
    yield from _paragraphs(group.help)
    yield ".SH OPTIONS"
    yield from _options(group)
    yield ".SH COMMANDS"
    for name, command in commands(group).items():
        yield from _command(name, command)
    yield ".SH EXIT STATUS"
    yield from _list(_EXIT)
    yield ".SH ENVIRONMENT"
    yield from _list(_VARIABLES)
    yield ".SH SEE ALSO"
    yield from _paragraphs("sparql(1), riot(1), and the documentation of Accord, docs/ in its source.")


def _command(name: str, command: Any) -> Iterator[str]:
    usage = " ".join(_argument(p) for p in command.params if p.param_type_name == "argument")
    yield f'.SS "{_text(" ".join(f"kg {name} [OPTIONS] {usage}".split()))}"'
    yield from _paragraphs(command.help)
    yield from _options(command)
    yield ".PP"
    yield ".nf"
    for line in EXAMPLES[name].splitlines():
        yield f".RS 4\n{_text(line)}\n.RE"
    yield ".fi"


def _argument(parameter: Any) -> str:
    shown = parameter.metavar or parameter.name.upper()
    shown = f"{shown}..." if parameter.nargs == -1 else shown
    return shown if parameter.required else f"[{shown}]"


def _options(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            names = [f"\\fI{_text(parameter.metavar or parameter.name.upper())}\\fR"]
        else:
            value = _text(parameter.metavar or ("" if parameter.is_flag else "VALUE"))
            names = [f"\\fB{_text(name)}\\fR" for name in (*parameter.opts, *parameter.secondary_opts)]
            names[-1] += f" \\fI{value}\\fR" if value else ""
        yield ".TP"
        yield ", ".join(names)
        yield _text(parameter.help or "")


def _list(entries: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, meaning in entries:
        yield ".TP"
        yield f"\\fB{_text(name)}\\fR"
        yield _text(meaning)


def _paragraphs(words: str | None) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", (words or "").strip()):
        yield ".PP"
        yield _text(" ".join(paragraph.split()))


def _text(words: str) -> str:
    """Words as roff has them: no escapes, no requests, hyphens that can be copied (groff_char(7))."""
    words = words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    words = words.replace("^", "\\(ha").replace("~", "\\(ti")
    words = words.replace('"', "\\(dq")
    words = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in words)
    return f"\\&{words}" if words.startswith(".") else words


if __name__ == "__main__":
    render.write(roff())
