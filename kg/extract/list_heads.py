"""Heads of lists: the line over a list, or the cell at the head of a column, that names a post.

It is told from the form of the lines alone, before anything is known of names: that they stand under a post speaks for
their being persons.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.extract.annotate import AnnotatedDocument
from kg.extract.layout import Block, Kind

#: Longest head and longest entry, in characters.
HEAD, ENTRY = 120, 240
#: What may follow a post in a head, up to its end.
BEHIND = re.compile(
    r"(?P<collective>(?: (?:teams?|rosters?|lists?|directory|assignments?|profiles?|biographies|bios|contacts?|"
    r"names|panels?|corps|cohorts?|pool|slate|appointments?|class|circle|group)){1,2})?"
    r"(?: (?:of|for|at|by|in|from|on) [^.,;:|]{1,70})?(?: this year| \(?(?:19|20)\d\d(?:[-–/]\d{2,4})?\)?)?"
    r"(?: (?:are|is|were|was|include|includes|shall be|will be))?(?: as follows)?[:.]?"
)
#: Words of a head up to its post; a preposition would make it another head ("A message from the director").
BEFORE = re.compile(r"(?:[^\W\d]['’\w.-]* |\d+ )*")
PREPOSITION = re.compile(r"\b(?:from|by|to|with|for|on|about|as|of)\b", re.IGNORECASE)
#: A name at the start of an entry, or behind a label there.
NAMED = re.compile(
    r"(?:(?:[^:;|.]{2,60}: ?)|(?:Dr|Mr|Ms|Mrs|Prof|Rev)\.? )?"
    r"[^\W\d_a-z][\w.'’“”\"-]+(?: (?:[^\W\d_a-z][\w.'’“”\"-]*|de|la|del|van|von)){1,3}"
    r"(?=$| ?[,;(|]| [–—-] | (?:and|&|at|of|is|was|has|teaches|works|serves|leads|joined)\b)"
)
RULE = re.compile(r"[\s|:=+-]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """Where the head of an entry or of a cell stands: the passage and, in a table, the characters of the cell.

    Attributes:
        several: whether a noun behind the post says that many hold it ("coach assignments").
    """

    passage: int
    start: int
    end: int
    several: bool = False


def cells(block: Block) -> list[tuple[int, int]]:
    """The cells of a row as characters [start, end); one cell where the block is no row."""
    starts = sorted({0, *block.cells, *(m.end() for m in re.finditer(r"\|\s?", block.text))})
    ends = [*starts[1:], len(block.text)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        text = block.text[start:end]
        bare = text.rstrip(" |")
        if bare.strip():
            found.append((start + len(bare) - len(bare.lstrip()), start + len(bare)))
    return found


@dataclass(frozen=True, slots=True)
class ListHeads:
    """What stands under a post: entries of lists by their passage, cells of tables by passage and start."""

    above: Mapping[int, Listed]
    columns: Mapping[tuple[int, int], Listed]

    @property
    def passages(self) -> frozenset[int]:
        """The passages of entries and cells."""
        return frozenset((*self.above, *(passage for passage, _ in self.columns)))


NO_HEADS = ListHeads({}, {})


def find_list_heads(annotated: AnnotatedDocument, post: re.Pattern[str]) -> ListHeads:
    """The heads of lists and of columns that name a post; see `find_heads_above` and `find_column_heads`."""
    return ListHeads(find_heads_above(annotated, post), find_column_heads(annotated, post))


def find_heads_above(annotated: AnnotatedDocument, post: re.Pattern[str]) -> Mapping[int, Listed]:
    """The line with a post that each entry of a list stands under, by the entry's passage.

    Args:
        annotated: the parsed document.
        post: matches a text that begins with a post, in one or two words before it.
    """
    found: dict[int, Listed] = {}
    head: Listed | None = None
    for passage in annotated.passages:
        text = passage.block.text
        if head is not None and len(text) < ENTRY and NAMED.match(text):
            found[passage.index] = head
        elif RULE.fullmatch(text):
            continue
        else:
            between = head is not None and passage.index == head.passage + 1 and head.several
            head = _head(passage.index, passage.block, post) or (head if between else None)  # a line that leads in
    return found


def find_sections(annotated: AnnotatedDocument, post: re.Pattern[str]) -> Mapping[int, Listed]:
    """The headings that are a post, by the paragraph that each stands over."""
    found: dict[int, Listed] = {}
    for above, passage in itertools.pairwise(annotated.passages):
        if above.block.kind is Kind.HEADING:
            head = _head(above.index, above.block, post)
            if head is not None:
                found[passage.index] = head
    return found


def _head(index: int, block: Block, post: re.Pattern[str]) -> Listed | None:
    """The last sentence of a block, if it is a head: a post with what may stand around it."""
    start = max((m.end() for m in re.finditer(r"[.!?] (?=\S)", block.text[:-1])), default=0)
    text = block.text[start:]
    closed = text.endswith((":", "as follows."))
    if len(text) > HEAD or not (closed or block.kind is Kind.HEADING) or len(cells(block)) > 1:
        return None
    for match in re.finditer(r"(?<!\S)\w", text):
        if (
            BEFORE.fullmatch(text, 0, match.start())
            and not PREPOSITION.search(text, 0, match.start())
            and (found := post.match(text, match.start()))
            and not PREPOSITION.search(found.group())
            and (behind := BEHIND.fullmatch(text, found.end()))
        ):
            return Listed(index, start, len(block.text), behind["collective"] is not None)
    return None


def find_column_heads(annotated: AnnotatedDocument, post: re.Pattern[str]) -> Mapping[tuple[int, int], Listed]:
    """The head with a post that each cell of a table stands under, by passage and start of the cell."""
    found: dict[tuple[int, int], Listed] = {}
    head: list[tuple[int, int]] = []
    where = 0
    for passage in annotated.passages:
        row = cells(passage.block)
        if RULE.fullmatch(passage.block.text):
            continue
        if len(row) < 2 or len(row) != len(head):
            head, where = (row if len(row) > 1 else []), passage.index
            continue
        above = annotated.passages[where].block.text
        for (start, _), (first, last) in zip(row, head, strict=True):
            if post.fullmatch(above, first, last):
                found[passage.index, start] = Listed(where, first, last)
    return found
