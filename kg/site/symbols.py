"""What kinds of things and kinds of saying look like: a form and letters beside each colour, so that none is needed.

Colours are of the palettes of Okabe and Ito (2008) and of Paul Tol (2021), which people with any colour vision tell
apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from kg.ontology import FAMILIES, load_ontology
from kg.site.svg import INK, PAPER, Shape, Text, number, path, shape

#: Class → colour; a class that is not named has that of its family.
COLOURS = {
    "Person": "#0072b2",
    "Organization": "#8c6d31",
    "LaborUnion": "#d55e00",
    "SchoolDistrict": "#117733",
    "School": "#44aa99",
    "GovernmentBody": "#882255",
    "CharterNetwork": "#999933",
    "SupportOrganization": "#cc79a7",
    "Initiative": "#e69f00",
    "Event": "#aa4499",
    "Place": "#666666",
    "Document": "#bbbbbb",
    "Concept": "#332288",
}
#: Status → how lines are dashed, in widths of the line; nothing for those that are solid.
DASHES = {"Asserted": "", "Reported": "5 3", "Planned": "1.5 2.5", "Hypothetical": "1 4", "Denied": "8 3 1.5 3"}
#: Status → what the legend calls it.
STATUSES = {
    "Asserted": "fact: asserted by a document",
    "Reported": "claim: reported from somebody",
    "Planned": "planned",
    "Hypothetical": "hypothetical",
    "Denied": "denied",
}

# Corners of regular forms on a circle of radius 1, as numbers: sines differ in their last digit between machines.
_FORMS: dict[str, tuple[tuple[float, float], ...]] = {
    "Organization": ((-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)),
    "Initiative": ((0.0, -1.15), (1.15, 0.0), (0.0, 1.15), (-1.15, 0.0)),
    "Event": ((0.0, -1.2), (1.1, 0.78), (-1.1, 0.78)),
    "Place": ((-1.1, -0.78), (1.1, -0.78), (0.0, 1.2)),
    "Document": ((-0.75, -0.98), (0.35, -0.98), (0.75, -0.55), (0.75, 0.98), (-0.75, 0.98)),
    "Concept": ((1.05, 0.0), (0.525, 0.909), (-0.525, 0.909), (-1.05, 0.0), (-0.525, -0.909), (0.525, -0.909)),
    "Cohort": ((0.0, -1.1), (1.05, -0.34), (0.65, 0.89), (-0.65, 0.89), (-1.05, -0.34)),
}


def colour(kind: str, family: str) -> str:
    """The colour of a class."""
    return COLOURS.get(kind) or COLOURS.get(family, "#999999")


def code(kind: str, family: str) -> str:
    """The letters that stand inside the form; none where a family has one class only."""
    ontology = load_ontology()
    if family not in FAMILIES or sum(ontology.is_a(name, family) for name in ontology.classes) < 2:
        return ""
    words = label(kind).split()
    return "".join(word[0] for word in words).upper() if len(words) > 1 else words[0][:2].capitalize()


def label(kind: str) -> str:
    """What a class or a relation is called."""
    return load_ontology().labels.get(kind, kind)


def ink(background: str) -> str:
    """Black or white, whichever is read better on that colour (WCAG 2.2, relative luminance, with γ = 2)."""
    red, green, blue = (int(background[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return INK if 0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue > 0.27 else PAPER


def radius(degree: int) -> float:
    """Of the form of an entity with so many relations."""
    return min(7.0 + 1.5 * sqrt(degree), 17.0)


def symbol(kind: str, family: str, x: float, y: float, size: float, told: str = "") -> list[Shape | Text]:
    """The form of a class with its letters, of radius `size` around a point; `told` is for pointers and ears."""
    letters = code(kind, family)
    form = [outline(kind, family, x, y, size, told)]
    return [*form, *letter(letters, family, x, y, size, ink(colour(kind, family)))] if letters else list(form)


def outline(kind: str, family: str, x: float, y: float, size: float, told: str = "") -> Shape:
    """The form of a class without letters."""
    fill, corners = colour(kind, family), _FORMS.get(family)
    if corners is None:
        return shape("circle", told, cx=x, cy=y, r=size, fill=fill, stroke=INK, stroke_width=0.8)
    form = path([(x + size * a, y + size * b) for a, b in corners], closed=True)
    return shape("path", told, d=form, fill=fill, stroke=INK, stroke_width=0.8)


def letter(letters: str, family: str, x: float, y: float, size: float, fill: str) -> list[Shape | Text]:
    """Letters or a number inside a form."""
    shift = {"Event": 0.35, "Place": -0.1}.get(family, 0.12)
    height = min(8.5, size * 0.85)
    text = Text(x=x, y=y + height * 0.24 + size * shift * 0.5, content=letters, size=height, anchor="middle", fill=fill)
    return [text]


def dashes(status: str, width: float) -> str:
    """How a line is dashed, as a value of stroke-dasharray; empty where it is solid."""
    return " ".join(number(float(part) * width) for part in DASHES.get(status, "2 2").split())


def standing(statuses: Sequence[str]) -> str:
    """The one status that a relation is drawn in: the surest of all statements that make it."""
    return next((status for status in DASHES if status in statuses), statuses[0] if statuses else "Asserted")
