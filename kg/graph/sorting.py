"""Sorting more lines than memory should hold: runs in temporary files, merged (external merge sort)."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from tempfile import TemporaryFile
from typing import IO

#: Characters that are sorted in memory at a time.
HELD = 1 << 28


def sorted_lines(lines: Iterable[str], most: int | None = None) -> Iterator[str]:
    """Lines in the order of their code points, each once.

    Args:
        lines: without line feeds.
        most: characters that are sorted in memory at a time; HELD where nothing is said.

    Raises:
        OSError: the disk that holds temporary files refuses.
    """
    with ExitStack() as files:
        runs: list[IO[str]] = []
        last = ""
        for held, is_last in _portions(lines, most or HELD):
            if is_last and not runs:
                yield from _each_once(held)
                return
            if not runs or (held and held[0] < last):  # what was in order already stays one run
                runs.append(files.enter_context(TemporaryFile("w+", encoding="utf-8", newline="\n")))
            runs[-1].writelines(f"{line}\n" for line in held)
            last = held[-1] if held else last
            held.clear()
        for run in runs:
            run.seek(0)
        read = [(line[:-1] for line in run) for run in runs]
        yield from _each_once(heapq.merge(*read) if len(read) > 1 else read[0])


def _each_once(lines: Iterable[str]) -> Iterator[str]:
    return (line for line, _ in groupby(lines))


def _portions(lines: Iterable[str], most: int) -> Iterator[tuple[list[str], bool]]:
    """Sorted lists of lines, each as long as memory should hold, and whether it is the last, which may be shorter."""
    held: list[str] = []
    length = 0
    for line in lines:
        held.append(line)
        length += len(line)
        if length >= most:
            held.sort()
            yield held, False
            held, length = [], 0
    held.sort()
    yield held, True
