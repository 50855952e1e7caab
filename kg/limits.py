"""How much an input may take: sizes, depths, lengths, seconds; one place, one error, one variable each.

The defaults let through what people write and stop what only an attacker, a broken converter or a slip produces.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import BinaryIO

from kg.errors import InputError, SettingsError

#: What the variable of each limit begins with.
PREFIX = "KG_MAX_"

KILO, MEGA, GIGA = 1 << 10, 1 << 20, 1 << 30
_FACTORS = {"": 1, "K": KILO, "M": MEGA, "G": GIGA}
_NUMBER = r"([0-9]{1,15})([KMG]?)"


class LimitError(InputError):
    """An input takes more than it may; `limit` names the field of `Limits` that says so."""

    def __init__(self, message: str, *, limit: str, where: str | None = None) -> None:
        super().__init__(message, where=where, hint=f"if you trust it, allow more: {variable(limit)}=NUMBER")
        self.limit = limit


def _most(default: int, unit: str, holder: str) -> int:
    """A field with what the message of its error needs: "HOLDER has more than DEFAULT UNIT"."""
    made: int = field(default=default, metadata={"unit": unit, "holder": holder})
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that an input may have, before it is refused.

    Attributes:
        file_size: bytes of one source file, or of standard input.
        sidecar_size: bytes of the metadata beside a document.
        documents: sources of one run.
        unpacked_size: bytes that all members of an archive (docx, xlsx, odt) have together when unpacked.
        unpacked_ratio: bytes unpacked for each byte packed, of one member.
        members: files in an archive.
        pages: of a PDF.
        depth: nesting of elements, lists and brackets in what is parsed (HTML, XML, JSON, Turtle, SPARQL).
        elements: nodes of a parsed page or XML part.
        text_length: characters of the text of a document.
        line_length: characters between two line breaks.
        blocks: paragraphs, headings, items and notes of a document.
        token_length: characters without white space.
        sentence_tokens: tokens of one sentence.
        document_seconds: that one document may take to be read; measured on the clock of the machine.
        rdf_size: bytes of an RDF file that is asked, checked or loaded.
        query_seconds: that a query on this machine may run.
        query_rows: of its answer.
        query_length: characters of a query.
        query_parts: brackets and operators of a query; parsers and planners by recursion end in a crash.
        query_memory: bytes that a query may take beyond the data, where the system can hold it to that.
        answer_size: bytes of one answer of a remote store.
    """

    file_size: int = _most(64 * MEGA, "bytes", "the file")
    sidecar_size: int = _most(64 * KILO, "bytes", "the file of metadata")
    documents: int = _most(1_000_000, "documents", "the corpus")
    unpacked_size: int = _most(256 * MEGA, "bytes", "the archive, unpacked,")
    unpacked_ratio: int = _most(500, "bytes for each packed byte", "a member of the archive")
    members: int = _most(10_000, "files", "the archive")
    pages: int = _most(5_000, "pages", "the file")
    depth: int = _most(256, "levels", "the nesting")
    elements: int = _most(2_000_000, "elements", "the file")
    text_length: int = _most(4_000_000, "characters", "the text")
    line_length: int = _most(100_000, "characters", "a line")
    blocks: int = _most(50_000, "paragraphs", "the text")
    token_length: int = _most(5_000, "characters", "a word")
    sentence_tokens: int = _most(3_000, "words", "a sentence")
    document_seconds: int = _most(300, "seconds of time", "the document")
    rdf_size: int = _most(4 * GIGA, "bytes", "the file")
    query_seconds: int = _most(600, "seconds of time", "the query")
    query_rows: int = _most(5_000_000, "rows", "the answer")
    query_length: int = _most(1_000_000, "characters", "the query")
    query_parts: int = _most(1_000, "brackets and operators", "the query")
    query_memory: int = _most(2 * GIGA, "bytes of memory", "the query")
    answer_size: int = _most(512 * MEGA, "bytes", "the answer of the store")


#: Those of a run that is told nothing else.
DEFAULT = Limits()


def variable(name: str) -> str:
    """The environment variable that sets a limit: KG_MAX_LINE_LENGTH for line_length."""
    return PREFIX + name.upper()


def load_limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """The defaults, where the environment does not set them otherwise: `KG_MAX_FILE_SIZE=200M`.

    Raises:
        SettingsError: a value is no positive whole number, with K, M or G for 2^10, 2^20, 2^30; or a variable with our
            prefix names no limit.
    """
    names = {variable(f.name): f.name for f in fields(Limits)}
    given: dict[str, int] = {}
    for key in sorted(k for k in environment if k.startswith(PREFIX)):
        if key not in names:
            raise SettingsError("there is no such limit", where=key, hint="limits are: " + ", ".join(sorted(names)))
        found = re.fullmatch(_NUMBER, environment[key].strip())
        if not found or not int(found[1]):
            raise SettingsError(
                f"not a limit: {environment[key][:40]!r}",
                where=key,
                hint="write a whole number above 0; K, M and G behind it stand for 2^10, 2^20 and 2^30",
            )
        given[names[key]] = int(found[1]) * _FACTORS[found[2]]
    return Limits(**given)


def check(limits: Limits, name: str, found: int, where: str | None = None) -> None:
    """Let through what has no more than the limit `name` allows.

    Args:
        limits: those of the run.
        name: field of `Limits`.
        found: what the input has, or the least that it has where counting stopped early.
        where: the file, and the line in it where that is known.

    Raises:
        LimitError: it has more.
    """
    allowed: int = getattr(limits, name)
    if found > allowed:
        unit, holder = _words(name)
        raise LimitError(f"{holder} has more than the {allowed:,} {unit} that are allowed", limit=name, where=where)


def check_text(limits: Limits, text: str, where: str | None = None) -> None:
    """Let through a text whose length, lines and words are within the limits; the error names the line.

    Raises:
        LimitError: the text, a line or a word is too long.
    """
    check(limits, "text_length", len(text), where)
    for name, runs in _RUNS:
        allowed = getattr(limits, name)
        for found in re.finditer(runs, text):
            if found.end() - found.start() > allowed:
                line = f"line {text.count(chr(10), 0, found.start()) + 1}"
                check(limits, name, found.end() - found.start(), f"{where}, {line}" if where else line)


def check_depth(limits: Limits, text: str, where: str | None = None) -> None:
    """Let through what nests its brackets ( [ { no deeper than the limit: parsers by recursion end in a crash.

    Brackets in strings that both ends mark with the same quote do not count.

    Raises:
        LimitError: they are deeper.
    """
    if text.count("(") + text.count("[") + text.count("{") <= limits.depth:
        return
    depth = 0
    for found in re.finditer(_BRACKET, text):
        if found[0] in "([{":
            depth += 1
            if depth > limits.depth:
                check(limits, "depth", depth, where)
        elif found[0] in ")]}":
            depth = max(depth - 1, 0)


def read_stream(file: BinaryIO, most: Limits, name: str, where: str) -> bytes:
    """All that a stream holds, if that is no more than the limit `name` allows; no more is read.

    Raises:
        LimitError: it is more.
        OSError: the system refuses.
    """
    content = file.read(getattr(most, name) + 1)
    check(most, name, len(content), where)
    return content


def read_file(path: Path, limits: Limits, name: str) -> bytes:
    """The bytes of one state of a file that is no larger than the limit `name` allows.

    Raises:
        InputError: it is too large, no file, or was written to while it was read.
        OSError: the system refuses.
    """
    with path.open("rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode) and not stat.S_ISFIFO(before.st_mode):
            raise InputError("is a device, not a file", where=str(path), hint="give a file")
        check(limits, name, before.st_size, str(path))
        content = read_stream(file, limits, name, str(path))
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise InputError("was changed while it was read", where=str(path), hint="try again when it is written")
    return content


def hold_memory(most: int) -> None:
    """Hold what this process takes beyond now to so many bytes, on systems that can (Linux)."""
    if sys.platform != "linux":
        return
    import resource

    with suppress(OSError, ValueError, StopIteration):
        status = Path("/proc/self/status").read_text(encoding="ascii")
        taken = next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmData:"))
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard - taken)
        resource.setrlimit(resource.RLIMIT_DATA, (taken + most, hard))


_BRACKET = r"[][(){}]|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
#: `\S{5001}` would look at every character five thousand times.
_RUNS = (("line_length", r"[^\n]+"), ("token_length", r"\S+"))


def _words(name: str) -> tuple[str, str]:
    metadata = next(f.metadata for f in fields(Limits) if f.name == name)
    return metadata["unit"], metadata["holder"]
