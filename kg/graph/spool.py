"""Sorted lines that come in pieces and leave as one stream: N-Quads of any number of documents in little memory.

The nodes of one kind of one document are a stretch of the sorted dataset, and documents come in the order of their
names: so pieces are only put behind each other. Where stretches overlap, their lines are sorted.
"""

from __future__ import annotations

import heapq
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO


@dataclass(slots=True)
class Spool:
    """The lines of one kind of nodes, in a file; bytes of UTF-8 have the order of their characters.

    Attributes:
        path: the file.
        file: open for writing.
        first, last: of the lines that are in the file.
        waiting: pieces that may overlap with the next.
        end: the last of their lines.
        ordered: whether the file is sorted.
    """

    path: Path
    file: IO[bytes]
    first: bytes = b""
    last: bytes = b""
    waiting: list[bytes] = field(default_factory=list)
    end: bytes = b""
    ordered: bool = True

    def add(self, piece: bytes) -> None:
        """Take sorted lines."""
        if self.waiting and _first(piece) > self.end:
            self.flush()
        self.waiting.append(piece)
        self.end = max(self.end, piece[piece.rfind(b"\n", 0, -1) + 1 :])

    def flush(self) -> None:
        """Write what waits."""
        if not self.waiting:
            return
        text = self.waiting[0]
        if len(self.waiting) > 1:
            text = b"".join(sorted(b"".join(self.waiting).splitlines(keepends=True)))
        begin = _first(text)
        self.first = min(self.first or begin, begin)
        self.ordered = self.ordered and begin > self.last
        self.last = max(self.last, self.end)
        self.file.write(text)
        self.waiting, self.end = [], b""

    def finish(self) -> None:
        """Write the rest, sorted as a whole where pieces came in no order."""
        self.flush()
        self.file.close()
        if not self.ordered:
            with self.path.open("rb") as file:
                lines = sorted(file)
            with self.path.open("wb") as file:
                file.writelines(lines)


@dataclass(frozen=True, slots=True)
class Spools:
    """Spools by what their lines begin with, in a folder."""

    folder: Path
    files: ExitStack
    spools: dict[str, Spool] = field(default_factory=dict)

    def add(self, begin: str, piece: bytes) -> None:
        """Take sorted lines that begin alike."""
        spool = self.spools.get(begin)
        if spool is None:
            path = self.folder / f"{len(self.spools)}.nq"
            spool = self.spools[begin] = Spool(path, self.files.enter_context(path.open("wb")))
        spool.add(piece)

    def write(self, target: Path, others: Iterable[str]) -> None:
        """Write all lines, and other sorted ones among them, into a file."""
        for spool in self.spools.values():
            spool.finish()
        rest = (line.encode() for line in others)
        line = next(rest, None)
        with target.open("wb", buffering=1 << 20) as file:
            for spool in sorted(self.spools.values(), key=lambda s: s.first):
                while line is not None and line < spool.first:
                    file.write(line)
                    line = next(rest, None)
                if line is None or line > spool.last:
                    with spool.path.open("rb") as stretch:
                        shutil.copyfileobj(stretch, file, 1 << 20)
                else:
                    line = _mix(spool, line, rest, file)
            if line is not None:
                file.write(line)
            file.writelines(rest)


def _first(piece: bytes) -> bytes:
    return piece[: piece.index(b"\n") + 1]


def _mix(spool: Spool, line: bytes | None, rest: Iterator[bytes], file: IO[bytes]) -> bytes | None:
    """Write the lines of a spool and those others that stand among them; the first other line that does not."""

    def among() -> Iterator[bytes]:
        nonlocal line
        while line is not None and line <= spool.last:
            yield line
            line = next(rest, None)

    with spool.path.open("rb") as stretch:
        file.writelines(heapq.merge(stretch, among()))
    return line
