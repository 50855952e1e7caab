"""Dates as stretches of time, as precise as the text has them."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_PART = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def moment(text: str) -> tuple[float, float] | None:
    """From when to when, in days: "2015" is the whole year, "2015-03/2016" from March on to the end of 2016.

    Returns:
        None where it is no date of the calendar, or ends before it begins.
    """
    parts = [_PART.fullmatch(part) for part in text.split("/")]
    if len(parts) > 2:
        return None
    spans = []
    for part in parts:
        span = _span(part)
        if span is None:
            return None
        spans.append(span)
    start, end = spans[0][0], spans[-1][1]
    return (start, end) if start < end else None


def _span(found: re.Match[str] | None) -> tuple[float, float] | None:
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        if day:
            start = date(year, month, day).toordinal()
            return float(start), float(start + 1)
        if month:
            return float(date(year, month, 1).toordinal()), float(
                date(year + month // 12, month % 12 + 1, 1).toordinal()
            )
        return float(date(year, 1, 1).toordinal()), float(date(year + 1, 1, 1).toordinal())
    except ValueError:
        return None


def spell(text: str) -> str:
    """A date in few letters: "9 Mar 2015", "Mar 2015", "2015–2016"."""
    parts = [_PART.fullmatch(part) for part in text.split("/")]
    return "–".join(_spelt(part) if part else "?" for part in parts) if all(parts) else text


def _spelt(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    if not month or not 1 <= int(month) <= 12:
        return year
    return f"{int(day)} {_MONTHS[int(month) - 1]} {year}" if day else f"{_MONTHS[int(month) - 1]} {year}"
