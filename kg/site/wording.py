"""The words of a figure's row: what it is an item of, what stands around it, and the number as it is shown."""

from __future__ import annotations

import re
from decimal import Decimal

from kg.site.contents import Figure

_ITEM = re.compile(r"[“\"«]([^“”\"«»]{6,}?)[”\"»]")
_SYMBOLS = {"Percent": "{} %", "USDollar": "${}", "Year": "{} years"}


def item(figure: Figure) -> str:
    """The words in quotation marks that a percentage stands beside: the first after it, else the last before."""
    start, end = figure.mark
    found = [m for m in _ITEM.finditer(figure.sentence) if " " in m[1] and not (m.start() < end and start < m.end())]
    after = next((m[1] for m in found if m.start() >= end), "")
    return (after or (found[-1][1] if found else "")).strip(" .,;")


def around(figure: Figure, item: str) -> str:
    """The sentence of a survey's item without the item and its marks."""
    rest = re.sub(r"[“\"«]" + re.escape(item) + r"[ .,;]*[”\"»]", " ", figure.sentence)
    return " ".join(rest.split()).strip(" ,;:.—–-")


def printed(figure: Figure) -> str:
    """The figure as it is shown beside a bar: "up to $9,000", "34–42.5", "8 years"."""
    numbers = [_digits(n) for n in (figure.value, figure.upper) if n is not None]
    unit, said = _SYMBOLS.get(figure.unit, "{}"), figure.sentence[slice(*figure.mark)]
    if figure.unit == "Year" and numbers == ["1"]:
        unit = "{} year"
    if re.fullmatch(r"[^\W\d_]+s", said):  # "thousands", of which the number is only the least
        numbers, unit = [said], "{}"
    elif figure.unit == "OtherUnit" and (counted := re.search(r"[\s-]([^\W\d_]+)$", said)) and "of" not in said.split():
        unit = "{} " + counted[1]
    words = [figure.qualifier, unit.format("–".join(numbers))]
    return " ".join(w for w in words if w)


def _digits(number: Decimal) -> str:
    text = format(number, ",f")
    return text.rstrip("0").rstrip(".") if "." in text else text
