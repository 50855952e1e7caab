"""Elements: which element of a web page the words of a passage stand in, and what finds it there.

What tells main text from menus gives back words without their elements. Here the letters and digits of each passage are
looked up among those of the elements of the page, in the order of both; where none has them, nothing is said.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kg.sources.extract import Passage

#: An element of lxml, which ships no types.
Element = Any

#: What stands within a line; every other element is a block.
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark nobr q ruby rb rp rt s "
    "samp small span strike strong sub sup time tt u var wbr".split()
)
_WORDLESS = frozenset("script style noscript template head svg math object iframe".split())
_ID = re.compile(r"[\w.:-]{1,100}")
_NAME = re.compile(r"[a-z][a-z0-9]*")
_NUMBER = re.compile(r"\s*\d+\. ")
#: Characters of an XPath; a longer one says little to anybody.
_LONGEST = 400
#: Elements ahead of the last one found that may hold a passage as a part of theirs, and letters compared for it in all.
_AHEAD, _MOST = 30, 20_000_000
#: Letters that a passage must have to be looked for within a longer text.
_LEAST = 12


@dataclass(frozen=True, slots=True)
class _Block:
    """An element with words of its own: its place, and its words in pieces."""

    place: str
    pieces: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Page:
    """What is known of a page while it is gone through: how often each `id` is there, and the blocks found so far."""

    ids: Counter[str]
    unseen: Callable[[Element], bool]
    blocks: list[_Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Inside:
    """What an element stands in: the nearest block, row and table, and the rows counted in each table around it."""

    block: _Block
    row: _Block | None = None
    table: str = ""
    rows: tuple[list[int], ...] = ()

    def write(self, words: str | None) -> None:
        """Give words to the block and the row that they stand in."""
        if words:
            self.block.pieces.append(words)
            if self.row is not None and self.row is not self.block:
                self.row.pieces.append(words)


def find_blocks(tree: Element, unseen: Callable[[Element], bool]) -> list[tuple[str, str]]:
    """(place, letters and digits) of the elements of a page that have words of their own, in their order.

    A place is `#id` where the element has an `id` that no other has; otherwise an XPath, from the nearest such element
    above it. The rows of a table have the words of all their cells.

    Args:
        tree: the page as it is in the file, because places count what is not seen, too.
        unseen: whether nothing of an element is seen.
    """
    page = _Page(Counter(e.get("id") for e in tree.iter() if e.get("id")), unseen)
    _gather(tree, f"/{tree.tag}", _Inside(_Block("")), page)
    return [(block.place, key) for block in page.blocks if (key := _key("".join(block.pieces)))]


def _gather(element: Element, place: str, inside: _Inside, page: _Page) -> None:
    """Go through an element whose place is known; where it has an `id`, that is its place."""
    if element.tag in _WORDLESS or page.unseen(element):
        for count in inside.rows:
            count[0] += sum(1 for _ in element.iter("tr"))
        return
    if element.tag == "tr" and inside.rows:
        for count in inside.rows:
            count[0] += 1
        # Browsers put a `tbody` between table and row where the file has none.
        place = f"{inside.table}/descendant::tr[{inside.rows[-1][0]}]" if inside.table else ""
    own = element.get("id", "")
    named = page.ids[own] == 1 and _ID.fullmatch(own)
    above = f'//*[@id="{own}"]' if named else place
    if element.tag not in _INLINE:
        block = _Block(f"#{own}" if named else place)
        page.blocks.append(block)
        inside = replace(inside, block=block, row=block if element.tag == "tr" else inside.row)
    if element.tag == "table":
        inside = replace(inside, table=above, rows=(*inside.rows, [0]))
    inside.write(element.text)
    counts: Counter[str] = Counter()
    for position, child in enumerate(element, 1):
        if isinstance(child.tag, str):
            counts[child.tag] += 1
            step = f"{child.tag}[{counts[child.tag]}]" if _NAME.fullmatch(child.tag) else f"*[{position}]"
            _gather(child, f"{above}/{step}" if above and len(above) < _LONGEST else "", inside, page)
        inside.write(child.tail)


def locate(passages: Sequence[Passage], blocks: Sequence[tuple[str, str]]) -> list[Passage]:
    """Passages with their places, where an element has their words: as a whole, or else within its own.

    Of several elements with the same words it is the first after the one before.
    """
    known: defaultdict[str, list[int]] = defaultdict(list)
    for at, (_, key) in enumerate(blocks):
        known[key].append(at)
    found: list[Passage] = []
    at = compared = 0
    for passage in passages:
        key = _key(passage.text)
        numbers = known.get(key) or known.get(_key(_NUMBER.sub("", passage.text, count=1))) or []
        later = bisect_left(numbers, at)
        number: int | None = numbers[later] if later < len(numbers) else numbers[0] if len(numbers) == 1 else None
        if number is not None:
            at = number + 1
        elif len(key) >= _LEAST and compared < _MOST:
            near = range(max(at - 1, 0), min(at + _AHEAD, len(blocks)))
            compared += sum(len(blocks[n][1]) for n in near)
            number = next((n for n in near if key in blocks[n][1]), None)
            at = at if number is None else number + 1
        found.append(passage if number is None else replace(passage, place=blocks[number][0]))
    return found


def _key(text: str) -> str:
    """Letters and digits, in one form and case."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
