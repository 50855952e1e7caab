"""What stands around a picture: title, legend, and keys for what had no room in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.site.svg import GREY, INK, Shape, Text, clean
from kg.site.typography import LINE, measure, wrap

TITLE, SUBTITLE, SMALL = 16.0, 10.0, 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a legend: a sample around (0, 0), which is `reach` wide to both sides, and its words."""

    sample: tuple[Shape | Text, ...]
    words: str
    reach: float = 10.0


def heading(title: str, subtitle: str, width: float, left: float = 20.0, top: float = 14.0) -> tuple[list[Text], float]:
    """The title and what stands below it, in lines of at most that width, and where they end."""
    items, y = [], top
    for text, size, fill, most in ((title, TITLE, INK, 3), (subtitle, SUBTITLE, GREY, 4)):
        for line in lines(clean(text), size, width, most):
            y += size * LINE + 1
            items.append(Text(x=left, y=y, content=line, size=size, fill=fill))
    return items, y + 10.0


def lines(text: str, size: float, width: float, most: int = 3) -> list[str]:
    """A text in lines; where it is cut, the last ends in dots."""
    found = wrap(text, size, width, most)
    parts = [text[start:end] for start, end in found]
    if found and found[-1][1] < len(text):
        parts[-1] += " …"
    return parts


def legend(entries: Sequence[Entry], width: float, left: float, top: float) -> tuple[list[Shape | Text], float]:
    """Entries beside each other in rows of at most that width, and where they end."""
    items: list[Shape | Text] = []
    x, y, row = left, top, 20.0
    for entry in entries:
        words = clean(entry.words)
        needed = 2 * entry.reach + 5 + measure(words, SMALL) + 16
        if x > left and x + needed > left + width:
            x, y = left, y + row
        items += [_moved(item, x + entry.reach, y + row / 2) for item in entry.sample]
        items.append(Text(x=x + 2 * entry.reach + 5, y=y + row / 2 + 3, content=words, size=SMALL))
        x += needed
    return items, y + (row if entries else 0.0)


def key(title: str, rows: Sequence[str], width: float, left: float, top: float) -> tuple[list[Text], float]:
    """A list in columns under a line of its own, and where it ends; nothing where there are no rows."""
    if not rows:
        return [], top
    items: list[Text] = []
    y = top + 6.0
    for line in lines(clean(title), SMALL, width, 3):
        y += SMALL * LINE
        items.append(
            Text(
                x=left,
                y=y,
                content=line,
                size=SMALL,
                bold=(0, len(line)) if measure(line, SMALL, True) <= width else (0, 0),
            )
        )
    columns = max(1, int(width // 260))
    column = width / columns
    told = [lines(clean(row), SMALL, column - 12, 12) for row in rows]
    height, best = SMALL * LINE, sum(map(len, told)) / columns
    x, used, lowest, at = left, 0, y, y
    for row in told:
        if used and used + len(row) > best + 1 and x + 2 * column <= left + width + 1:
            x, used, at = x + column, 0, y
        for line in row:
            at += height
            items.append(Text(x=x, y=at, content=line, size=SMALL))
        used += len(row)
        lowest = max(lowest, at)
    return items, lowest + 6.0


def _moved(item: Shape | Text, dx: float, dy: float) -> Shape | Text:
    from dataclasses import replace

    if isinstance(item, Text):
        return replace(item, x=item.x + dx, y=item.y + dy)
    return replace(item, attributes=(*item.attributes, ("transform", f"translate({dx:.2f} {dy:.2f})")))
