"""Head nouns: the words of a name that tell what kind of thing it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.extract.bodies import BODY
from kg.extract.vocabulary import WORD, Vocabulary

NUMBER = re.compile(r"(?:[a-z]{1,2}-)?(?:\d+(?:-?[a-z])?|[ivx]+|[a-h])$")
CORE = re.compile(r"\s(?:of|for|on|at|in|to)\s(?=(?:the\s)?[A-Z])|,\s")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a name.

    Attributes:
        kinds: kinds that the head tells, most usual first; empty if it tells none.
        phrase: the head phrase, or the last word where no head is known.
        number: the number that follows it ("Local 5" → "5").
    """

    kinds: tuple[str, ...]
    phrase: str
    number: str | None


def head_of(name: str, vocabulary: Vocabulary) -> Head:
    """The longest head phrase: "of" phrases anywhere, else what ends the part before "of", "for", "on", or a comma."""
    full = _words(name)
    core = _words(CORE.split(name)[0])
    number = None
    while len(core) > 1 and (NUMBER.match(core[-1]) or core[-1] == "and" or (number and core[-1] == "no")):
        last = core.pop()
        number = last if NUMBER.match(last) else number
    if (
        core
        and "-" in core[-1]
        and (core[-1].rpartition("-")[2],) in vocabulary.heads
        and core[-1] not in vocabulary.nouns
    ):
        core[-1] = core[-1].rpartition("-")[2]
    while len(full) > 1 and NUMBER.match(full[-1]):
        full.pop()
    for size in (4, 3, 2):
        for k in range(len(full) - size + 1):
            phrase = tuple(full[k : k + size])
            if "of" in phrase and phrase in vocabulary.heads:
                return Head(vocabulary.heads[phrase], " ".join(phrase), number)
    if core and core[-1] in vocabulary.landscape and tuple(core[-2:]) not in vocabulary.heads:
        return _school(full, vocabulary) or Head((), core[-1], number)
    for size in (3, 2, 1):
        phrase = tuple(core[-size:])
        if len(core) >= size and phrase in vocabulary.heads and " ".join(phrase) not in vocabulary.leading:
            return Head(vocabulary.heads[phrase], " ".join(phrase), number)
    first = _leading(full, vocabulary) or _school(full, vocabulary)
    return first or Head((), core[-1] if core else "", number)


def _leading(words: list[str], vocabulary: Vocabulary) -> Head | None:
    """The head that stands first, as other languages have it ("Ysgol Gynradd Elm")."""
    for size in (4, 3, 2, 1):
        phrase = " ".join(words[:size])
        if len(words) > size and phrase in vocabulary.leading:
            return Head(vocabulary.heads[tuple(words[:size])], phrase, None)
    return None


def _school(words: list[str], vocabulary: Vocabulary) -> Head | None:
    """The head behind "of" where the part before it has none ("Bay of Islands Academy")."""
    kinds = vocabulary.heads.get((words[-1],), ()) if "of" in words else ()
    return Head(("School",), words[-1], None) if "School" in kinds else None


def kind_of_head(name: str, head: Head, vocabulary: Vocabulary, seen: Mapping[str, int] | None = None) -> str | None:
    """The kind a head tells in this name, where other words or the contexts (`seen`) decide between two."""
    if not head.kinds:
        return None
    low, kinds, seen = name.lower(), head.kinds, seen or {}
    if head.phrase == "union" and "credit" in low:
        return "Organization"
    if head.phrase == "office" and "district" in low:
        return "Place"
    if head.phrase == "board" and "advisory" in low:
        return "Organization"
    if kinds == ("LaborUnion",) and head.phrase in vocabulary.labor and len(name.split()) < 2:
        return None
    people = _people(low, head, vocabulary)
    if odd := _odd(low, head, people):
        return odd
    if len(kinds) > 1 and "LaborUnion" in kinds:
        if people == "labor":
            return "LaborUnion"
        kinds = tuple(k for k in kinds if k != "LaborUnion")
    if len(kinds) > 1 and {"Event", "Initiative"} & set(kinds):
        body = next(k for k in kinds if k not in ("Event", "Initiative"))
        if people and ("Organization" in kinds or _of_members(low, head)):
            return "LaborUnion" if people == "labor" and "of" in low.split() else "Organization"
        signs = sum(seen.get(sign, 0) for sign in ("as-member", *BODY))
        if signs > seen.get("as-event", 0) and not seen.get("ordinal"):
            return body
        return next(k for k in kinds if k != body)
    if head.phrase == "assembly" and people:
        return "LaborUnion" if people == "labor" else "Organization"
    if "CharterNetwork" in kinds and "charter" in low:
        return "CharterNetwork"
    if head.phrase == "network" and re.search(r"charter|schools$", low):
        return "CharterNetwork"
    return next((k for k in kinds if k != "CharterNetwork"), kinds[0])


def _odd(name: str, head: Head, people: str | None) -> str | None:
    """The kind of a lodge of workers, which is no hall, and of a round table of both sides, which is no body."""
    if head.phrase == "lodge" and people == "labor":
        return "LaborUnion"
    both = re.search(r"\b(?:labou?r-management|joint)\b", name)
    return "Initiative" if head.phrase == "roundtable" and both else None


def _of_members(name: str, head: Head) -> bool:
    """Whether a name says who its members are ("Taxpayers' Forum"), and not what it is for ("Teacher Residency")."""
    return bool(re.search(rf"s'? {re.escape(head.phrase)}|{re.escape(head.phrase)} (?:of|for) ", name))


def _people(name: str, head: Head, vocabulary: Vocabulary) -> str | None:
    """Whose body a name says it is: "labor", "management", or None."""
    rest = name.replace(head.phrase, " ")
    if vocabulary.managed.search(rest):
        return "management"
    if re.search(r"\b(?:labor|workers)$", rest.strip()):
        return "labor"
    return "labor" if any(w in vocabulary.labor for w in vocabulary.words(rest)) else None


def _words(text: str) -> list[str]:
    words = [w.lower().strip(".") for w in WORD.findall(text)]
    return [w if w.endswith("s'") else w.rstrip("'") for w in words]
