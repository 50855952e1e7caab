"""The part of a sentence that a figure is read in, short enough to stand beside it."""

from __future__ import annotations

#: Longest part, in characters.
LONGEST = 96


def clause(sentence: str, mark: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """The part between semicolons that the figure stands in."""
    start = sentence.rfind("; ", 0, mark[0])
    end = sentence.find("; ", mark[1]) if mark[1] else -1
    first = start + 2 if start >= 0 else 0
    return sentence[first : end if end >= 0 else len(sentence)], (mark[0] - first, mark[1] - first) if mark[1] else mark


def clip(text: str, mark: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """A text of at most `LONGEST` characters, whole words around the mark, with dots where words were left out."""
    if len(text) <= LONGEST:
        return text, mark
    first = max(0, min(mark[0] - LONGEST // 2, len(text) - LONGEST + 4))
    if first:
        first = min(text.find(" ", first) + 1 or first, mark[0])
    last = first + LONGEST - 4
    if last < len(text):
        last = max(text.rfind(" ", first, last), mark[1], first + 1)
    head, tail = "… " * (first > 0), " …" * (last < len(text))
    shift = len(head) - first
    return head + text[first:last].rstrip() + tail, (mark[0] + shift, mark[1] + shift) if mark[1] else mark
