"""What a reader finds in a file, and how the paragraphs that it found are set as one text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.errors import InputError
from kg.limits import Limits, check
from kg.model import Paragraph

#: Soft hyphens, zero-width spaces and marks of byte order: they are for typesetters, and split names.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
#: What no text may hold: controls, and halves of surrogate pairs, which have no bytes in UTF-8.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
#: A mark that two signs of one superscript number give back as digits.
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What a reader found.

    Attributes:
        text: that offsets refer to.
        metadata: field of `kg.model.Metadata` → what the file says of itself, not yet checked.
        pages: for each page of the file the offset in `text` at which it begins; empty where there are no pages.
        paragraphs: those of the file, in their order; empty where it has pages.
    """

    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, paragraph, list item, table row or note, on one line.

    Attributes:
        text: its words, already cleaned.
        close: it stands on the line right below the passage before, as the items of a list do.
        turns: (page, position in `text`) where a page begins within it or with it; pages count from 0.
        place: what finds it in the file, as in `kg.model.Paragraph`.
    """

    text: str
    close: bool = False
    turns: tuple[tuple[int, int], ...] = ()
    place: str = ""


def set_text(passages: Sequence[Passage], limits: Limits, pages: int = 0) -> Extract:
    """Passages as one text, with an empty line between two that are not close; and where each page begins in it.

    A page without words begins where the next one does. Passages that follow each other in one place are one paragraph.

    Raises:
        InputError: there are no words; LimitError where there are too many.
    """
    check(limits, "blocks", len(passages))
    parts: list[str] = []
    begins: dict[int, int] = {}
    paragraphs: list[Paragraph] = []
    length = 0
    for passage in passages:
        if not passage.text:
            continue
        if parts:
            gap = "\n" if passage.close else "\n\n"
            parts.append(gap)
            length += len(gap)
        for page, position in passage.turns:
            begins.setdefault(page, length + position)
        if passage.place != (paragraphs[-1].place if paragraphs else ""):
            paragraphs.append(Paragraph(length, passage.place))
        parts.append(passage.text)
        length += len(passage.text)
    if not length:
        raise InputError("holds no text", hint="give a file that holds text; a scanned one needs OCR first")
    text = "".join(parts) + "\n"
    check(limits, "text_length", len(text))
    starts: list[int] = []
    following = len(text)
    for page in reversed(range(pages)):
        following = begins.get(page, following) if page else 0
        starts.append(following)
    return Extract(text=text, pages=tuple(reversed(starts)), paragraphs=tuple(paragraphs))


def clean(text: str) -> str:
    """One line: white space of all kinds as single spaces, without what is invisible or forbidden in a text."""
    return " ".join(_FORBIDDEN.sub("", _INVISIBLE.sub("", text)).split())


def raised(text: str) -> str:
    """Digits as superscripts, which is how footnote marks are told from numbers; other text unchanged."""
    return text.translate(_RAISED) if text.strip().isdigit() and text.strip().isascii() else text


def table_row(cells: Sequence[str]) -> str:
    """The cells of a row as one line, the way rosters are typed: "Name, Title"."""
    filled = [cell for cell in map(clean, cells) if cell]
    return ("; " if any("," in cell or ";" in cell for cell in filled) else ", ").join(filled)
