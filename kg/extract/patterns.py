"""Patterns made of words."""

from __future__ import annotations

import re
from collections.abc import Iterable


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest that fits first; common beginnings are tried once."""
    tails: dict[str, set[str]] = {}
    for word in words:
        tails.setdefault(word[:1], set()).add(word[1:])
    branches = [re.escape(first) + _tail(rest) for first, rest in sorted(tails.items()) if first]
    return "|".join(branches)


def _tail(rest: set[str]) -> str:
    """A pattern for what follows the first character of some words; the end of a word is tried last."""
    longer = rest - {""}
    if len(longer) < 2:
        inner = re.escape(next(iter(longer), ""))
        return f"(?:{inner})?" if longer and "" in rest else inner
    return f"(?:{alternatives(longer)}){'?' if '' in rest else ''}"
