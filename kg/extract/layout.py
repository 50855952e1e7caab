"""Layout: a document as blocks with an offset map, so that the parser sees clean sentences and evidence stays exact.

Handled here, once: hard-wrapped lines, bullets, headings, footnotes and their marks, escapes, no-break spaces, curly
apostrophes (an unfolded one costs the parser its negations), hyphenated line ends, datelines, and paragraphs that a
footnote or a page end interrupts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kg.model import Span

SUPERSCRIPTS = "¹²³⁰⁴⁵⁶⁷⁸⁹"
BULLET = re.compile(r"\s*(?!\(c\)\s*(?:19|20)\d\d)(?:[•▪●*◦·▸‣►◆■□✓–—-]\s+|\(?[0-9]{1,2}[.)]\s+|\(?[a-z][.)]\s+)")
FOOTNOTE = re.compile(rf"\s*(?:[{SUPERSCRIPTS}]+\s*\S|\[(?:\d{{1,2}}|[a-z])\]\s+\S)")
MARK = re.compile(r"(?<=[\w.,;:!?)”\"])\[(\d{1,2}|[a-z])\](?!\w)")
LABEL = re.compile(r"\s*[A-Z][\w' ]{1,25}(?: \([^)]{1,20}\))?:\s+\S")
#: Blanks that set the cells of a line apart: a tab, or several spaces that do not follow the end of a sentence.
GAP = re.compile(r"(?<![.?!:”\"\s])(?<!^)(?: *\t[ \t]*|[ \xa0]{2,})(?=\S)")
BYLINE = re.compile(r"\s*[Bb]y [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}$")
#: A line that ends in such a word goes on in the next one.
OPEN = re.compile(r".{20,}\b(?:of|the|and|a|an|to|for|with|by|in|at|from|or|on|as|is|was|are|its|their|his|her)$")
#: A line without words in lower case but short ones.
NAMES = re.compile(r"\s*(?:[^\Wa-z]\S*|\S{1,3})(?:\s+(?:[^\Wa-z]\S*|\S{1,3}))*")
#: What sets a name apart from what is told of it.
PARTED = re.compile(r"\w(?:,|:|\||\t|\s[–—(-])\s?\S")
SIGNED = re.compile(r"(?:--|—|–)\s*[A-Z][^.“”\"]{2,60}$")
RUN_IN = re.compile(r"([A-Z][A-Z'’&,-]*(?: [A-Z'’&,-]+)*[A-Z][?!]?)(?=[A-Z][a-z])")
DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z.'’ -]{2,30}(?:, ?[A-Z][\w. ]{1,15})?)"
    r"(?:,? \(?[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?\)?)?\s*[–—-]{1,2}\s+(?=[A-Z“\"])"
)
CLOSED = re.compile(r"[.!?:;,”\"]\s*$")
#: Most characters of a block, six times the longest paragraph of the documents that were read: what looks at pairs of
#: words of a sentence takes time by the square of its length.
LONGEST = 5000
#: Where a block that is too long may be cut: behind a sentence.
SENTENCE_END = re.compile(r"[.!?][”\"')]* (?=[A-Z0-9“\"'(])")
#: Documents are not wrapped at so small a width: what looks like it are the lines of letterheads and signatures.
LETTERHEAD = 50
SPACES = "\n\t\xa0\u200b\u202f\u2009 "
#: Words and single spaces behind them, of which nothing is folded: most of a text.
PLAIN = re.compile(r"[A-Za-z0-9,.;:()!?]+(?: [A-Za-z0-9,.;:()!?]+)* ?")


class Kind(StrEnum):
    """What a block is in the layout."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    FOOTNOTE = "footnote"
    DATELINE = "dateline"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of running text.

    Attributes:
        kind: its part in the layout.
        text: the text the parser sees, marks and escapes removed, spaces folded.
        offsets: for each character of `text` its offset in the document.
        notes: (position in `text`, label) of the footnote marks that were removed; at 0 the label of a footnote itself.
        cells: positions in `text` behind the blanks that set cells of a line apart; no name goes across.
    """

    kind: Kind
    text: str
    offsets: tuple[int, ...]
    notes: tuple[tuple[int, str], ...] = ()
    cells: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """The document span of the characters [start, end) of `text`."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)

    def position(self, offset: int) -> int:
        """The first position of `text` at or after a document offset."""
        return next((i for i, o in enumerate(self.offsets) if o >= offset), len(self.offsets))


Line = tuple[int, str]
Piece = tuple[Kind, list[Span]]


def lay_out(text: str) -> tuple[Block, ...]:
    """Split a document's text into blocks, in reading order."""
    width = _wrap_width(text)
    pieces = [
        (_kind(text, group), [Span(group[0][0], group[-1][0] + len(group[-1][1]))])
        for paragraph in _paragraphs(text)
        for group in _unwrapped(paragraph, width)
    ]
    blocks: list[Block] = []
    for kind, spans in _rejoined(text, pieces):
        for block in _split_heading(_clean(text, kind, spans)):
            for part in _split_dateline(block):
                blocks += _cut(part)
    return tuple(b for b in blocks if b.text)


def _paragraphs(text: str) -> Iterator[list[Line]]:
    """Runs of non-blank lines with the offset of each line."""
    position, current = 0, []
    for line in text.split("\n"):
        if line.strip():
            current.append((position, line))
        elif current:
            yield current
            current = []
        position += len(line) + 1
    if current:
        yield current


def _wrap_width(text: str) -> int:
    """The width at which lines are hard-wrapped: 80th percentile of lines in long paragraphs; 0 if there are none."""
    widths = sorted(len(line) for paragraph in _paragraphs(text) if len(paragraph) > 2 for _, line in paragraph)
    return widths[int(0.8 * len(widths))] if widths else 0


def _unwrapped(paragraph: list[Line], width: int) -> Iterator[list[Line]]:
    """Group the lines of a paragraph that were one line before hard wrapping.

    A line goes on from the one before if its first word would not have fitted there.
    """
    entries = _are_entries(paragraph)
    group = [paragraph[0]]
    for line in paragraph[1:]:
        if not entries and _goes_on(group, line[1], width):
            group.append(line)
        else:
            yield group
            group = [line]
    yield group


def _are_entries(paragraph: list[Line]) -> bool:
    """Whether lines are entries of a list without marks: each begins with a capital, has a sign in it, none is open.

    Of three lines of wrapped text two hardly ever begin with a capital by chance.
    """
    lines = [line.strip() for _, line in paragraph]
    lines = lines[1:] if lines[0].isupper() else lines
    return len(lines) > 2 and all(
        line[:1].isupper() and PARTED.search(line) and not OPEN.match(line) and not SENTENCE_END.search(line)
        for line in lines
    )


def _goes_on(group: list[Line], line: str, width: int) -> bool:
    """Whether a line continues the group before it."""
    previous, opening = group[-1][1], group[0][1]
    if BULLET.match(line) or ("|" in line and "|" in previous) or _in_columns(previous, line):
        return False
    if BULLET.match(opening) and line[:1].isspace():
        return True
    ended = previous.rstrip()
    if not 0 < width <= 100 or FOOTNOTE.match(line) or ended.endswith(":") or BYLINE.match(ended):
        return False
    if (LABEL.match(line) and LABEL.match(opening)) or (line[:1] in '“"' and SIGNED.search(ended)):
        return False
    if ended.isupper() != line.isupper() and max(len(ended), len(line.strip())) < width - 12:
        return False  # a line in capitals is one by itself
    first = line.split(maxsplit=1)[0]
    hanging = LABEL.match(opening) and line[:8].isspace() and ended[-1:].isalnum() and first[0].isupper()
    names = NAMES.fullmatch(ended) and NAMES.fullmatch(line.strip())
    slack = 0 if hanging or names else 12  # under a label or in a letterhead each line may be an entry of its own
    if names and width < LETTERHEAD:
        return bool(OPEN.match(ended))
    full = len(previous) > 0.55 * width and len(previous) + len(first) + 1 >= width - slack
    return full or bool(OPEN.match(ended))


def _in_columns(above: str, line: str) -> bool:
    """Whether two lines are rows of one table: each with tabs, or with cells that begin at the same places."""
    first, second = (list(GAP.finditer(row.strip())) for row in (above, line))
    if "\t" in above.strip() and "\t" in line.strip():
        return len(first) == len(second)
    offset = len(above) - len(above.lstrip()) - len(line) + len(line.lstrip())
    same = {m.end() + offset for m in first} & {m.end() for m in second}
    return len(same) > 1 and len(first) == len(second)


def _kind(text: str, group: list[Line]) -> Kind:
    content = text[group[0][0] : group[-1][0] + len(group[-1][1])].strip()
    if FOOTNOTE.match(content):
        return Kind.FOOTNOTE
    if BULLET.match(group[0][1]):
        return Kind.ITEM
    if len(content) < 100 and not CLOSED.search(content) and "http" not in content:
        return Kind.HEADING
    return Kind.PARAGRAPH


def _rejoined(text: str, pieces: list[Piece]) -> list[Piece]:
    """Join a paragraph that starts in lower case to the one it goes on from, across footnotes."""
    joined: list[Piece] = []
    for kind, spans in pieces:
        content = text[spans[0].start : spans[0].end].strip()
        if (
            kind in (Kind.PARAGRAPH, Kind.HEADING)
            and content[:1].islower()
            and not BYLINE.match(content.split("\n")[0])
        ):
            index = len(joined) - 1
            while index >= 0 and joined[index][0] is Kind.FOOTNOTE:
                index -= 1
            if index >= 0 and joined[index][0] is not Kind.ITEM:
                last = joined[index][1][-1]
                if not re.search(r"[.!?”\"]\s*$", text[last.start : last.end]):
                    joined[index] = (Kind.PARAGRAPH, [*joined[index][1], *spans])
                    continue
        joined.append((kind, spans))
    return joined


def _clean(text: str, kind: Kind, spans: list[Span]) -> Block:
    """Fold the characters of the spans into one line, keeping for each its offset."""
    chars: list[str] = []
    offsets: list[int] = []
    notes: list[tuple[int, str]] = []
    for number, span in enumerate(spans):
        if number:
            chars.append(" ")
            offsets.append(span.start)
        start = span.start
        if number == 0 and kind is Kind.ITEM and (bullet := BULLET.match(text[span.start : span.end])):
            start += bullet.end()
        own = re.match(rf"\s*([{SUPERSCRIPTS}]+|\[\w+\])\s*", text[start : span.end])
        if number == 0 and kind is Kind.FOOTNOTE and (mark := own):
            notes.append((0, _label(mark[1])))
            start += mark.end()
        _fold(text, Span(start, span.end) if start < span.end else span, chars, offsets, notes)
    while chars and chars[-1] == " ":
        chars.pop()
        offsets.pop()
    return Block(kind, "".join(chars), tuple(offsets), tuple(notes), _cells(text, spans, offsets))


def _cells(text: str, spans: list[Span], offsets: list[int]) -> tuple[int, ...]:
    """The positions at which cells of a line begin; none in justified text, whose lines all have such blanks."""
    gaps = {m.end() for span in spans for m in GAP.finditer(text, span.start, span.end)}
    lines = sum(text.count("\n", span.start, span.end) for span in spans) + 1
    justified = lines > 2 and len(gaps) > 2 * lines and "\t" not in text[spans[0].start : spans[-1].end]
    return () if justified else tuple(i for i, offset in enumerate(offsets) if offset in gaps)


def _label(mark: str) -> str:
    return "".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(c)) if c in "⁰¹²³⁴⁵⁶⁷⁸⁹" else c for c in mark).strip("[]")


def _fold(text: str, span: Span, chars: list[str], offsets: list[int], notes: list[tuple[int, str]]) -> None:
    """Append the folded characters of one span; see the module docstring for what is folded."""
    i = span.start
    while i < span.end:
        if plain := PLAIN.match(text, i, span.end):
            chars += plain.group()
            offsets += range(i, plain.end())
            i = plain.end()
            continue
        char, after = text[i], text[i + 1 : i + 2]
        if char in SUPERSCRIPTS and chars and not chars[-1].isspace():
            mark = re.compile(rf"[{SUPERSCRIPTS}]+").match(text, i)
            assert mark is not None  # char is one of them
            notes.append((len(chars), _label(mark.group())))
            i = mark.end()
            continue
        if char == "[" and chars and not chars[-1].isspace() and (bracketed := MARK.match(text, i)):
            notes.append((len(chars), bracketed[1]))
            i = bracketed.end()
            continue
        if char == "\\" and after and after in "$%&#_*":
            i += 1
            continue
        if char == "*" and ("*" in (text[i - 1 : i], after) or after.isalnum() or (chars and chars[-1].isalnum())):
            i += 1
            continue
        if char == "-" and after == "\n" and text[i + 2 : i + 3].islower() and chars and chars[-1].isalpha():
            i += 2
            continue
        if char in SPACES:
            char = " "
            if not chars or chars[-1] == " ":
                i += 1
                continue
        elif char in "’‘":
            char = "'"
        elif char in "—–" and not (chars and chars[-1].isdigit() and after.isdigit()):
            i = _spaced_dash(text, i, chars, offsets)
            continue
        chars.append(char)
        offsets.append(i)
        i += 1


def _spaced_dash(text: str, i: int, chars: list[str], offsets: list[int]) -> int:
    """Set a dash apart with spaces, so that the tokenizer does not glue it to a name."""
    if chars and chars[-1] != " ":
        chars.append(" ")
        offsets.append(i)
    chars.append(text[i])
    offsets.append(i)
    if text[i + 1 : i + 2] not in ("", " ", "\n"):
        chars.append(" ")
        offsets.append(i)
    return i + 1


def _split_heading(block: Block) -> list[Block]:
    """Cut off a heading in capitals that ran into its paragraph ("WHO WE AREThe board is …")."""
    heading = RUN_IN.match(block.text) if block.kind is Kind.PARAGRAPH else None
    if not heading or len(heading[1]) < 6 or " " not in block.text[heading.end() :]:
        return [block]
    cut = heading.end()
    notes = tuple((position - cut, label) for position, label in block.notes if position > cut)
    return [
        Block(Kind.HEADING, block.text[:cut], block.offsets[:cut]),
        Block(Kind.PARAGRAPH, block.text[cut:], block.offsets[cut:], notes, _cells_from(block, cut)),
    ]


def _cells_from(block: Block, cut: int) -> tuple[int, ...]:
    return tuple(position - cut for position in block.cells if position > cut)


def _split_dateline(block: Block) -> list[Block]:
    """Cut "CITY –" off the first sentence; the parser would read the city as its subject."""
    dateline = DATELINE.match(block.text) if block.kind is Kind.PARAGRAPH else None
    if not dateline:
        return [block]
    place, cut = len(dateline["place"].rstrip()), dateline.end()
    notes = tuple((position - cut, label) for position, label in block.notes)
    return [
        Block(Kind.DATELINE, block.text[:place], block.offsets[:place]),
        Block(Kind.PARAGRAPH, block.text[cut:], block.offsets[cut:], notes, _cells_from(block, cut)),
    ]


def _cut(block: Block) -> Iterator[Block]:
    """Cut a block that is too long behind its last sentence that ends early enough, else between words."""
    start = 0
    while len(block.text) - start > LONGEST:
        ends = [m.end() for m in SENTENCE_END.finditer(block.text, start + LONGEST // 2, start + LONGEST)]
        space = block.text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        end = ends[-1] if ends else space + 1 if space >= 0 else start + LONGEST
        yield _part(block, start, end)
        start = end
    yield _part(block, start, len(block.text)) if start else block


def _part(block: Block, start: int, end: int) -> Block:
    kept = start + len(block.text[start:end].rstrip(" "))
    cells = tuple(p - start for p in block.cells if start < p < kept)
    notes = tuple((p - start, label) for p, label in block.notes if start < p <= end or p == start == 0)
    return Block(block.kind, block.text[start:kept], block.offsets[start:kept], notes, cells)
