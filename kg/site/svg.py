"""Pictures as values, and as SVG 1.1 with presentation attributes only: what office programs and typesetters can read.

No style sheet, no marker, no script, no link to anywhere. All text goes through `escape`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kg.namespaces import digest
from kg.site.typography import ASCENT, DESCENT, STACK, measure

INK, GREY, PALE, PAPER = "#1a1a1a", "#5f5f5f", "#d5d5d5", "#ffffff"
#: What audit findings and what agrees are drawn in.
ALARM, AGREE = "#b3261e", "#2e7d32"

#: XML 1.0 has no place for these (2.2), and marks of direction would turn what follows.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class Box(NamedTuple):
    """A rectangle, from its left top corner to its right bottom one; y points down."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box, gap: float = 0.0) -> bool:
        """Whether two boxes overlap or are nearer than the gap."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )

    def moved(self, dx: float, dy: float) -> Box:
        """The same box elsewhere."""
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One line of text.

    Attributes:
        x, y: where it is anchored; y is the line that letters stand on.
        bold: the part that is set in bold, [start, end).
        back: whether paper is drawn behind it.
    """

    x: float
    y: float
    content: str
    size: float = 10.0
    anchor: Literal["start", "middle", "end"] = "start"
    fill: str = INK
    bold: tuple[int, int] = (0, 0)
    back: bool = False

    @property
    def width(self) -> float:
        """Of all of it, in the widest font that it may be shown in."""
        start, end = self.bold
        parts = ((self.content[:start], False), (self.content[start:end], True), (self.content[end:], False))
        return sum_up(measure(part, self.size, bold) for part, bold in parts)

    @property
    def box(self) -> Box:
        """The place that it takes."""
        left = self.x - self.width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return Box(left, self.y - ASCENT * self.size, left + self.width, self.y + DESCENT * self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An element that is no text: its name, its attributes, and what is said of it where a pointer rests on it."""

    name: Literal["path", "rect", "circle", "line"]
    attributes: tuple[tuple[str, str], ...]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is drawn, the first at the bottom; `description` says in words what it shows."""

    title: str
    description: str
    width: float
    height: float
    items: tuple[Text | Shape, ...]

    @property
    def texts(self) -> tuple[Text, ...]:
        """All lines of text."""
        return tuple(item for item in self.items if isinstance(item, Text))


def shape(name: Literal["path", "rect", "circle", "line"], title: str = "", **attributes: str | float) -> Shape:
    """A shape; underscores in the names of attributes stand for hyphens, numbers are rounded."""
    told = tuple((k.replace("_", "-"), v if isinstance(v, str) else number(v)) for k, v in attributes.items())
    return Shape(name=name, attributes=told, title=title)


def number(value: float) -> str:
    """To hundredths, without idle zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def path(points: Iterable[tuple[float, float]], closed: bool = False) -> str:
    """The data of a path of straight lines."""
    told = " L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{told}" + ("Z" if closed else "")


def escape(text: str) -> str:
    """Text as content or attribute value of XML, on one line; what XML forbids becomes U+FFFD."""
    text = _FORBIDDEN.sub("\ufffd", " ".join(text.split()))
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(character, entity)
    return text


def clean(text: str) -> str:
    """Text as it will be shown: on one line, without what XML forbids. To be measured, not escaped yet."""
    return _FORBIDDEN.sub("\ufffd", " ".join(text.split()))


def sum_up(values: Iterable[float]) -> float:
    """Added up in order, by the same additions in every version of Python."""
    total = 0.0
    for value in values:
        total += value
    return total


def render(picture: Picture) -> bytes:
    """The picture as SVG, the same bytes for the same picture."""
    width, height = number(picture.width), number(picture.height)
    name = digest(picture.title, picture.description)  # several pictures may stand in one page
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    told = f'role="img" aria-labelledby="title-{name} description-{name}" font-family="{escape(STACK)}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {told}>',
        f'<title id="title-{name}">{escape(picture.title)}</title>',
        f'<desc id="description-{name}">{escape(picture.description)}</desc>',
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        *(line for item in picture.items for line in (_text(item) if isinstance(item, Text) else [_shape(item)])),
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _shape(item: Shape) -> str:
    start = f"<{item.name} {_attributes(dict(item.attributes))}"
    return f"{start}><title>{escape(item.title)}</title></{item.name}>" if item.title else f"{start}/>"


def _text(item: Text) -> Sequence[str]:
    start, end = item.bold
    parts = [escape_part(item.content[:start]), escape_part(item.content[start:end]), escape_part(item.content[end:])]
    content = parts[0] + (f'<tspan font-weight="bold">{parts[1]}</tspan>' if parts[1] else "") + parts[2]
    attributes = {"x": number(item.x), "y": number(item.y), "font-size": number(item.size), "fill": item.fill}
    if item.anchor != "start":
        attributes["text-anchor"] = item.anchor
    lines = [f"<text {_attributes(attributes)}>{content}</text>"]
    if item.back:
        box = item.box
        behind = shape(
            "rect",
            x=box.left - 1,
            y=box.top,
            width=box.right - box.left + 2,
            height=box.bottom - box.top,
            fill=PAPER,
            fill_opacity="0.85",
        )
        lines.insert(0, _shape(behind))
    return lines


def escape_part(text: str) -> str:
    """Part of a line: like `escape`, but blanks at its ends stay."""
    inner = escape(text)
    return (" " if text[:1].isspace() else "") + inner + (" " if text[-1:].isspace() and inner else "")


def _attributes(attributes: Mapping[str, str]) -> str:
    return " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
