"""Names of files that mean the same on every file system."""

from __future__ import annotations

import unicodedata

#: Bytes that a name may have on all common file systems.
LONGEST = 255
#: Bytes that a stem may have, so that a number and an extension still fit behind it.
LONGEST_STEM = 200
#: Separators and signs that some system gives a meaning to.
_SIGNS = frozenset('/\\:*?"<>|')
#: Controls, invisible and turning characters, bytes that are no UTF-8, private and unassigned ones, line separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def folded(name: str) -> str:
    """The same for all names that some file system takes for one: case and Unicode form do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def clean_stem(stem: str) -> str:
    """A stem that is a name everywhere: composed, in one line, without signs that lead elsewhere, of bounded length.

    Ordinary names stay as they are.
    """
    composed = unicodedata.normalize("NFC", stem)
    plain = "".join(
        "_" if c in _SIGNS or (kind := unicodedata.category(c)) in _INVISIBLE else " " if kind == "Zs" else c
        for c in composed
    )
    short = plain.encode()[:LONGEST_STEM].decode(errors="ignore").strip(" .")
    return short or "unnamed"
