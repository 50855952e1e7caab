"""Quantities, and the units that a number takes from the one beside it ("from 12 to 15 percent")."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.model import Unit

#: What joins two numbers of one unit, the second or the first of which has it written.
JOINT = re.compile(r",? (?:to|and|or|then) |, ")
AGAIN = re.compile(r",? (?:to|and|or|then|maybe) |, ")
#: Between two sentences.
BOUNDARY = re.compile(r"[.!?][”\"')]* [A-Z]")
#: Characters between two lengths of one kind.
NEAR = 30
DECIMAL = re.compile(r"\d{1,2}\.\d\d?")
#: Units that a neighbour may leave out.
CARRIED = (Unit.PERCENT, Unit.OTHER, Unit.DOLLAR)
#: Words before a number that is counted by itself, not compared with the one before it.
COUNTED = re.compile(r"(?:\b(?:of|as|least|limited to|with)|[=:→]) $")
#: What stands between a number and the one that it is compared with, whose unit is left out.
COMPARED = re.compile(r"[^.;:!?]{0,30}?\b(?:up|down) from |,? (?:against|compared (?:with|to)|instead of|rather than) ")
#: What follows a number whose unit is left out: the end of its phrase, or a function word.
ELLIPSIS = re.compile(
    r"\s*(?:[.,;:?!)”→]|$)|\s+(?:and|or|to|in|at|from|against|now|then|under|by|for|on|maybe|today|they|we|it|he|she|when|while|where|as|isn't|wasn't)\b"
)


CHANGED = re.compile(
    r"\b(?:rose|risen|fell|fallen|grew|grown|dropped|declined|increased|decreased|climbed|shrank|up|down)(?: by)? $"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit at characters [start, end) of a text.

    Attributes:
        bare: no unit was written; what is counted are the words that follow.
        numerator, denominator: the counts of a share ("two in three" → 2, 3).
    """

    start: int
    end: int
    value: Decimal
    unit: Unit
    upper: Decimal | None = None
    qualifier: str | None = None
    bare: bool = False
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def carry_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """Give numbers whose unit is left out the unit of their neighbour ("from 12 to 15 percent", "61 percent to 84")."""
    result = list(found)
    for i in range(len(result) - 2, -1, -1):
        here, after = result[i], result[i + 1]
        if here.bare and after.unit in CARRIED and JOINT.fullmatch(text, here.end, after.start):
            result[i] = replace(here, unit=after.unit, bare=False)
    latest: Quantity | None = None
    with_unit: Quantity | None = None
    for i in range(len(result)):
        here = result[i]
        decimal = DECIMAL.fullmatch(text, here.start, here.end)
        # Years and plain counts between do not change what is compared ("6.9 percent over two years, not 5.5").
        before = with_unit if decimal else latest
        if i and here.bare and not result[i - 1].bare and _compared(text, result[i - 1], here):
            here = result[i] = replace(here, unit=result[i - 1].unit, bare=False)
        elliptic = before and here.bare and before.unit in CARRIED and ELLIPSIS.match(text, here.end)
        if before and elliptic and _continues(text, before, here, decimal=decimal is not None):
            result[i] = replace(here, unit=before.unit, bare=False)
        if result[i].unit is not Unit.YEAR:
            latest, with_unit = result[i], with_unit if result[i].bare else result[i]
    return result


def _compared(text: str, before: Quantity, here: Quantity) -> bool:
    """Whether a number is said to be more or less than one with a unit ("181 days, down from 192")."""
    return bool(COMPARED.fullmatch(text, before.end, here.start) and ELLIPSIS.match(text, here.end))


def _continues(text: str, before: Quantity, here: Quantity, *, decimal: bool) -> bool:
    """Whether a bare number is of the unit of the one before it."""
    length = here.start - before.end
    joined = AGAIN.fullmatch(text, before.end, here.start)
    if joined and before.unit is Unit.PERCENT and CHANGED.search(text, max(0, before.start - 24), before.start):
        return False  # "fell 12 percent to 410": by how much, then to what
    if joined or before.unit is Unit.DOLLAR:
        return bool(joined)
    if before.unit is Unit.OTHER and BOUNDARY.search(text, before.end, here.start + 1):
        return False
    if before.unit is Unit.OTHER and length < NEAR and before.value / 2 < here.value < before.value * 2:
        return not COUNTED.search(text[before.end : here.start])  # "182 days; 185 for new teachers"
    fraction = before.unit is Unit.PERCENT and decimal and length < 300
    compared = length < 120 and here.value <= 100 and text[here.start : here.end] not in ("one", "1")
    return fraction or (compared and not COUNTED.search(text[before.end : here.start]))
