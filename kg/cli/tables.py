"""Tables for people: as wide as the terminal, with running text on lines of its own where it would squeeze the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

#: Last words of the names of columns that hold running text.
RUNNING_TEXT = frozenset({"evidence", "excerpt", "quote", "sentence", "statement", "text", "words"})
#: Last words of the names of columns that tell who says a row, where, and how.
EVIDENCE = RUNNING_TEXT | frozenset({"document", "speaker", "source", "status"})
GAP = 2
LEAST = 4
INDENT = 4

_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")


def lay_out(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int, *, fold: bool = False) -> RenderableType:
    """A table of `width` characters; where it does not fit, columns of running text stand below their rows.

    With `fold`, all that is evidence stands below.
    """
    indices = range(len(columns))
    natural = [max([cell_len(columns[i]), *(_longest_line(row[i]) for row in rows)]) for i in indices]
    below = [i for i in indices if columns[i].rpartition("_")[2] in (EVIDENCE if fold else RUNNING_TEXT)]
    fits = sum(natural) + GAP * (len(columns) - 1) <= width
    if (fits and not fold) or len(below) == len(columns):
        below = []
    beside = [i for i in indices if i not in below]
    widths = _shrunk([natural[i] for i in beside], width - GAP * (len(beside) - 1))
    numeric = [all(_NUMBER.fullmatch(row[i]) for row in rows if row[i]) for i in beside]

    def line(cells: Sequence[str], style: str = "") -> Table:
        grid = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
        for size, number in zip(widths, numeric, strict=True):
            grid.add_column(width=size, overflow="fold", justify="right" if number else "left")
        grid.add_row(*(Text(cells[i], style) for i in beside))
        return grid

    parts: list[RenderableType] = [line(columns, "bold"), Text("  ".join("─" * size for size in widths))]
    for row in rows:
        parts.append(line(row))
        for i in below:
            label = f"{columns[i]}: " if len(below) > 1 else ""
            if row[i]:
                parts.append(Padding(Text(label + " ".join(row[i].split()), "italic"), (0, 0, 0, INDENT), expand=False))
    return Group(*parts)


def _longest_line(text: str) -> int:
    return max((cell_len(line) for line in text.splitlines()), default=0)


def _shrunk(widths: Sequence[int], available: int) -> list[int]:
    """The widths with the widest made narrower, one by one, until all fit or none can give more."""
    shrunk = list(widths)
    while sum(shrunk) > available and max(shrunk) > LEAST:
        shrunk[shrunk.index(max(shrunk))] -= 1
    return shrunk
