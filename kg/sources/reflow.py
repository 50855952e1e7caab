"""Reflow: the lines of printed pages become paragraphs.

A PDF knows where words stand and nothing of paragraphs. Distances, sizes, indents, bullets and the room that was left
at the end of a line tell where one ends. Running heads, feet and page numbers are dropped; hyphens at line ends too,
unless the words of the document say that they belong there.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.sources.extract import Passage, clean, table_row

_NARROW, _WIDE = "iljtfrI.,:;'’!|()[] ", "mwMW"
#: Stands between the cells of a table row.
CELL = "\t"
#: Share of the page's height at its head and foot in which furniture stands.
_MARGIN = 0.13
_BULLET = re.compile(r"\s*(?:[•▪●◦·▸‣►◆■□✓–*-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+\S")
_DOT = re.compile(r"\s*[•▪●◦·▸‣►◆■□✓]")
BULLET_ALONE = re.compile(r"\s*(?:[•▪●◦·▸‣►◆■□✓]|\d{1,2}[.)])\s*")
_NOTE = re.compile(r"\s*(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\[\d{1,2}\])\s*\S")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:page|p\.)?[\W_]*(?!(?:19|20)\d\d\b)(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|\|)\s*\d{1,4})?[^\w.]*",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?:][\"”’')\]]*[⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
#: A dot that ends no sentence.
_ABBREVIATED = re.compile(r"\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|Rev|Gov|Sen|Rep|St|Mt|No|vs|Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.$")
#: First parts of compounds that keep their hyphen wherever the line ends.
_COMPOUNDS = frozenset("self non co ex long short well full part half high low two three four five six mid".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a page; lengths in points, y upwards.

    Attributes:
        page: from 0.
        end: where it ends on the x axis, estimated from its letters.
        place: height above the foot of the page, as a share of the page.
        starts: of each run of words in it but the first: position in `text`, x, distance from the run before.
    """

    text: str
    page: int
    x: float
    y: float
    size: float
    end: float
    place: float
    starts: tuple[tuple[int, float, float], ...] = ()


def width_of(text: str, size: float) -> float:
    """About how wide a text is set in a common typeface, in points: between Times and Helvetica."""
    narrow = sum(map(text.count, _NARROW))
    wide = sum(map(text.count, _WIDE))
    capital = sum(c.isupper() for c in text)
    return size * (0.48 * len(text) - 0.21 * narrow + 0.28 * wide + 0.17 * capital)


def reflow(lines: Sequence[Line]) -> list[Passage]:
    """The paragraphs, headings, list items and table rows that lines make, in their order."""
    kept = _with_cells(_with_bullets(_without_furniture(lines)))
    leading, margins = _leading(kept), _margins(kept)
    groups: list[list[Line]] = []
    for line in kept:
        if groups and _goes_on(groups[-1], line, leading, margins):
            groups[-1].append(line)
        else:
            groups.append([line])
    words = _whole_words(kept)
    passages: list[Passage] = []
    listed = False
    begun: set[int] = set()
    for group in groups:
        item = bool(_BULLET.match(group[0].text))
        passages.append(_passage(group, words, listed and item, begun))
        listed = item
    return passages


def _without_furniture(lines: Sequence[Line]) -> list[Line]:
    """Lines without those that stand at the head or foot of many pages, or that only number one.

    The head of a chapter stands on a few pages only, but is the first line of each.
    """
    pages = len({line.page for line in lines})
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    heights: dict[int, list[float]] = defaultdict(list)
    for line in lines:
        seen[_form(line)].add(line.page)
        heights[line.page].append(line.y)
    edges = {page: (min(found) + 1, max(found) - 1) for page, found in heights.items()}
    kept = []
    for line in lines:
        in_margin = line.place < _MARGIN or line.place > 1 - _MARGIN
        outermost = not edges[line.page][0] < line.y < edges[line.page][1]
        often = 3 if outermost else max(2, 0.4 * pages)
        repeated = pages > 1 and len(seen[_form(line)]) >= min(often, max(2, 0.4 * pages))
        numbers = bool(_PAGE_NUMBER.fullmatch(line.text)) and _apart(line, heights[line.page])
        if not (in_margin and (repeated or numbers)):
            kept.append(line)
    return kept


def _apart(line: Line, heights: Sequence[float]) -> bool:
    """Whether a line stands further from all others of its page than the lines of a paragraph do."""
    return all(abs(y - line.y) < 1 or abs(y - line.y) > 1.7 * line.size for y in heights)


def _form(line: Line) -> tuple[str, int]:
    """What a running head has in common on all pages: its words without figures, and its height."""
    return re.sub(r"\d+", "#", clean(line.text)), round(line.place * 100)


def _with_bullets(lines: Iterable[Line]) -> list[Line]:
    """Lines with the bullets that were set as lines of their own."""
    found: list[Line] = []
    for line in lines:
        last = found[-1] if found else None
        alone = last is not None and BULLET_ALONE.fullmatch(last.text) and last.page == line.page
        if last and alone and abs(last.y - line.y) < 0.8 * line.size:
            found[-1] = replace(line, text=f"{last.text.strip()} {line.text.lstrip()}", x=last.x)
        else:
            found.append(line)
    return found


def _with_cells(lines: Sequence[Line]) -> list[Line]:
    """Lines with marks between their cells, where those of the line above or below begin at the same height."""
    found: list[Line] = []
    for number, line in enumerate(lines):
        beside = [x for x in lines[max(number - 1, 0) : number + 2] if x is not line and x.page == line.page]
        others = [(x, gap) for other in beside for _, x, gap in other.starts]
        cuts = [
            at
            for at, x, gap in line.starts
            if any(
                abs(x - other) <= 1 and min(gap, room) > 0.25 * line.size and max(gap, room) > 0.8 * line.size
                for other, room in others
            )
            and not BULLET_ALONE.fullmatch(line.text[:at])
        ]
        text = line.text
        for at in reversed(cuts):
            text = f"{text[:at].rstrip()}{CELL}{text[at:].lstrip()}"
        found.append(replace(line, text=text) if cuts else line)
    return found


def _leading(lines: Sequence[Line]) -> dict[int, float]:
    """Size in points → usual distance of two lines: the lower quartile, for paragraphs may be short."""
    steps: dict[int, list[float]] = defaultdict(list)
    for above, below in pairwise(lines):
        step = above.y - below.y
        if above.page == below.page and _same_size(above, below) and 0.8 * below.size < step < 2.2 * below.size:
            steps[round(below.size)].append(step)
    return {size: sorted(found)[len(found) // 4] for size, found in steps.items()}


def _margins(lines: Sequence[Line]) -> dict[tuple[int, int], float]:
    """(size, left margin in half inches) → right margin: 90th percentile of where lines end that begin near there."""
    ends: dict[tuple[int, int], list[float]] = defaultdict(list)
    for line in lines:
        size, column = _column(line)
        for near in (column - 1, column, column + 1):
            ends[size, near].append(line.end)
    return {key: sorted(found)[int(0.9 * (len(found) - 1))] for key, found in ends.items()}


def _column(line: Line) -> tuple[int, int]:
    return round(line.size), round(line.x / 36)


def _same_size(a: Line, b: Line) -> bool:
    return abs(a.size - b.size) <= 0.08 * max(a.size, b.size)


def _goes_on(
    group: Sequence[Line], line: Line, leading: dict[int, float], margins: dict[tuple[int, int], float]
) -> bool:
    """Whether a line belongs to the paragraph above it."""
    last, first = group[-1], group[0]
    if not _same_size(last, line) or CELL in line.text or CELL in last.text:
        return False
    if _DOT.match(line.text) or _NOTE.match(line.text):
        return False
    margin = max(margins.get(_column(last), 0), *(x.end for x in group), last.x + 10 * last.size)
    word = line.text.split(maxsplit=1)[0]
    filled = last.end + width_of(f" {word}", line.size) - last.x > 0.75 * (margin - last.x)
    ended = bool(_ENDED.search(last.text.rstrip())) and not _ABBREVIATED.search(last.text.rstrip())
    if _BULLET.match(line.text) and (ended or not filled):  # else a dash or a number that was wrapped
        return False
    step = last.y - line.y
    if last.page != line.page or step <= 0:  # next page or column
        return filled and not ended
    usual = leading.get(round(line.size), 1.2 * line.size)
    unfinished = filled and not ended and line.text.lstrip()[:1].islower()
    if step > (1.7 if unfinished else 1.25) * usual + 0.5:
        return False
    indent = line.x - (group[1].x if len(group) > 1 else last.x)
    if _BULLET.match(first.text) and len(group) == 1:
        return line.x >= first.x + 0.3 * line.size or (filled and not ended)
    if indent > 0.8 * line.size and abs(indent) < 8 * line.size and (ended or not filled):
        return False
    return filled or last.text.rstrip().endswith(("-", "\u00ad"))


def _passage(group: Sequence[Line], words: Counter[str], close: bool, begun: set[int]) -> Passage:
    """The lines of a paragraph as one; `begun` holds the pages that have begun already, and grows."""
    text, soft = "", False
    turns: list[tuple[int, int]] = []
    for line in group:
        own = table_row(line.text.split(CELL)) if CELL in line.text else clean(line.text)
        text = own if not text else text + own if soft else _continued(text, own, words)
        soft = line.text.rstrip().endswith("\u00ad")
        if line.page not in begun:
            begun.add(line.page)
            turns.append((line.page, len(text) - len(own)))
    return Passage(text, close=close, turns=tuple(turns))


def _continued(text: str, own: str, words: Counter[str]) -> str:
    """A text with the line that goes on from it; without the hyphen between them where it only broke a word."""
    if not re.search(r"\w-$", text):
        return f"{text} {own}"
    broken, rest = re.search(r"([^\W\d_]+)-$", text), re.match(r"[^\W\d_]+", own)
    if not broken or not rest or rest[0][0].isupper():
        return text + own
    first, second = broken[1].lower(), rest[0].lower()
    whole, compound = words[first + second], words[f"{first}-{second}"]
    kept = compound > whole if compound != whole else first in _COMPOUNDS or (words[first] and words[second])
    return text + own if kept else text[:-1] + own


def _whole_words(lines: Sequence[Line]) -> Counter[str]:
    """How often each word stands on the pages, those that a line end breaks left out."""
    counts: Counter[str] = Counter()
    broken = False
    for line in lines:
        found = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text.lower())
        ends = line.text.rstrip().endswith(("-", "\u00ad"))
        counts.update(found[int(broken) : len(found) - int(ends)])
        broken = ends
    return counts
