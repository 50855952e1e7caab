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
    """The lines of one kind of nodes, in a file.

    Attributes:
        path: the file.
        file: open for writing.
        first, last: of the lines that are in the file.
        waiting: pieces that may overlap with the next.
        end: the last of their lines.
        ordered: whether the file is sorted.
    """

    path: Path
    file: IO[str]
    first: str = ""
    last: str = ""
    waiting: list[str] = field(default_factory=list)
    end: str = ""
    ordered: bool = True

    def add(self, piece: str) -> None:
        """Take sorted lines."""
        begin, end = piece[: piece.index("\n") + 1], piece[piece.rindex("\n", 0, -1) + 1 if "\n" in piece[:-1] else 0 :]
        if self.waiting and begin > self.end:
            self.flush()
        self.waiting.append(piece)
        self.end = max(self.end, end)

    def flush(self) -> None:
        """Write what waits."""
        if not self.waiting:
            return
        text = self.waiting[0]
        if len(self.waiting) > 1:
            text = "".join(sorted(line for piece in self.waiting for line in piece.splitlines(keepends=True)))
        begin = text[: text.index("\n") + 1]
        self.first = min(self.first or begin, begin)
        self.ordered = self.ordered and begin > self.last
        self.last = max(self.last, self.end)
        self.file.write(text)
        self.waiting, self.end = [], ""

    def finish(self) -> None:
        """Write the rest, sorted as a whole where pieces came in no order."""
        self.flush()
        self.file.close()
        if not self.ordered:
            with self.path.open(encoding="utf-8", newline="\n") as file:
                lines = sorted(file)
            with self.path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)


@dataclass(frozen=True, slots=True)
class Spools:
    """Spools by what their lines begin with, in a folder."""

    folder: Path
    files: ExitStack
    spools: dict[str, Spool] = field(default_factory=dict)

    def add(self, begin: str, piece: str) -> None:
        """Take sorted lines that begin alike."""
        spool = self.spools.get(begin)
        if spool is None:
            path = self.folder / f"{len(self.spools)}.nq"
            file = self.files.enter_context(path.open("w", encoding="utf-8", newline="\n"))
            spool = self.spools[begin] = Spool(path, file)
        spool.add(piece)

    def write(self, target: Path, others: Iterable[str]) -> None:
        """Write all lines, and other sorted ones among them, into a file."""
        for spool in self.spools.values():
            spool.finish()
        rest = iter(others)
        line = next(rest, None)
        with target.open("wb") as file:
            for spool in sorted(self.spools.values(), key=lambda s: s.first):
                while line is not None and line < spool.first:
                    file.write(line.encode())
                    line = next(rest, None)
                if line is None or line > spool.last:
                    with spool.path.open("rb") as stretch:
                        shutil.copyfileobj(stretch, file, 1 << 20)
                else:
                    line = _mix(spool, line, rest, file)
            while line is not None:
                file.write(line.encode())
                line = next(rest, None)


def _mix(spool: Spool, line: str | None, rest: Iterator[str], file: IO[bytes]) -> str | None:
    """Write the lines of a spool and those others that stand among them; the first other line that does not."""

    def among() -> Iterator[str]:
        nonlocal line
        while line is not None and line <= spool.last:
            yield line
            line = next(rest, None)

    with spool.path.open(encoding="utf-8", newline="\n") as stretch:
        for each in heapq.merge(stretch, among()):
            file.write(each.encode())
    return line
