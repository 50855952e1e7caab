"""Acronyms and defined terms: "Long Name (LN)", "LN stands for Long Name", "Long Name, or LN", "Name (the “Board”)"."""

from __future__ import annotations

import re

from kg.extract.annotate import AnnotatedDocument

ACRONYM = re.compile(r"[A-Z][A-Z0-9&]{1,7}(?:-[A-Z0-9])?")
PARENTHESIS = re.compile(r"\((?:the )?[“\"]?([A-Z][A-Za-z0-9&-]{1,9})[”\"]?(?:[,;]? (?:or )?[^)]*)?\)")
EXPLAINED = re.compile(r"\b([A-Z][A-Za-z0-9&-]{1,9})\s?(?:stands for|is short for|, short for|\()\s?(?:the )?(?=[A-Z])")
#: A term that a document of law defines: "Elm Schools (the “Employer”)", "the Elm Guild ("the Union")".
DEFINED = re.compile(r"\((?:here(?:in)?after )?(?:the )?[“\"](?:the )?([A-Z][a-z]+)[”\"][.,]?\)")
ALIAS = re.compile(r"(?:known as|called|or simply|,? or) [“\"]?([A-Z][\w-]{1,12})\b")


def define_acronyms(annotated: AnnotatedDocument, names: list[str]) -> dict[str, str]:
    """Acronym → long form, for the long forms among the names of a document."""
    longest = sorted(set(names), key=lambda n: (-len(n), n))
    table: dict[str, str] = {}
    for passage in annotated.passages:
        text = passage.block.text
        for match in PARENTHESIS.finditer(text):
            if _capitals(match[1]) >= 2:
                before = text[: match.start()].rstrip(' "”')
                _note(
                    table, match[1], next((n for n in longest if before.endswith(n) and len(n) > len(match[1])), None)
                )
        for match in DEFINED.finditer(text):
            before = text[: match.start()].rstrip(" ,")
            _note(table, match[1], next((n for n in longest if before.endswith(n) and " " in n), None))
        for match in EXPLAINED.finditer(text):
            if _capitals(match[1]) >= 2:
                long = (n for n in longest if text.startswith(n, match.end()) and " " in n)
                _note(table, match[1], next(long, None))
        for match in ALIAS.finditer(text):
            if "-" in match[1] or _capitals(match[1]) >= 2:
                before = text[: match.start()].rstrip(" ,")
                long = (n for n in longest if before.endswith(n) and " " in n)
                _note(table, match[1], next(long, None))
    return table


def is_acronym(text: str) -> bool:
    """Whether a text is written like an acronym."""
    return bool(ACRONYM.fullmatch(text))


def initials(name: str) -> tuple[str, str]:
    """The initials of the capitalised words, and of all words but small ones."""
    words = re.findall(r"[^\W_]+", name)
    every = "".join(w[0].upper() for w in words if w.lower() not in ("of", "for", "the", "and", "on", "in"))
    return "".join(w[0] for w in words if w[0].isupper()), every


def _capitals(text: str) -> int:
    return sum(c.isupper() for c in text)


def _note(table: dict[str, str], acronym: str, long: str | None) -> None:
    if long and long != acronym:
        table.setdefault(acronym, long)
