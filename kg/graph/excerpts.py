"""How the words of evidence are cut out of a text: what is written, and what `kg verify` expects."""

from __future__ import annotations

from collections.abc import Iterable

CONTEXT = 32  # characters of prefix and suffix
GAP = " […] "  # between the stretches of an excerpt


def surroundings(text: str, start: int, end: int) -> tuple[str, str]:
    """Prefix and suffix of a stretch of text; shorter at the ends of the text."""
    return text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]


def excerpt(stretches: Iterable[str]) -> str:
    """Stretches of text on one line, in the order given, gaps marked."""
    return GAP.join(" ".join(s.split()) for s in stretches)
