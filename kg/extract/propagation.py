"""What the names of one document tell about each other's kinds: acronyms, series, surnames, short forms, branches."""

from __future__ import annotations

import itertools
import re
from collections import Counter

from kg.extract.acronyms import is_acronym
from kg.extract.annotate import AnnotatedDocument
from kg.extract.evidence import Name
from kg.extract.heads import head_of
from kg.extract.lines import Candidate
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.series import Series
from kg.extract.vocabulary import Vocabulary

#: Rules that decided for want of something better: what names tell about each other overrules them.
WEAK = frozenset(
    {"", "label", "bare-head", "school-context", "acronym", "first", "landscape", "in", "of", "seat", "board-context"}
)
#: Beginnings of rules that are sure enough to speak for the other members of a series.
FIRM = ("head", "list", "acronym", "honorific", "school", "board-context", "code", "eponym")
TITLED = frozenset({"honorific", "credential", "given-name"})
SITES = ("School", "SchoolDistrict")
CONTINUED = re.compile(r"\b(?:follow|join|last|later|next|then|third|second|add|came)")


def expand_acronyms(names: dict[str, Name], acronyms: dict[str, str]) -> None:
    """An acronym is of the kind of its long form."""
    for acronym, long in acronyms.items():
        full, short = names.get(long), names.get(acronym)
        if full and short:
            if not full.kind:
                full.kind, full.rule = short.kind or "Organization", "acronym"
            # A defined term ("the District") speaks for nothing that is listed with it.
            short.kind, short.rule = full.kind, "acronym" if is_acronym(acronym) else f"short:{long}"


def find_surnames(annotated: AnnotatedDocument, names: dict[str, Name], words: Vocabulary) -> None:
    """A headless name whose last word also stands alone is a person's: places and bodies go by their first words."""
    for name in names.values():
        parts = name.words
        if name.rule not in WEAK - {"board-context"} or not 2 <= len(parts) <= 3 or parts[0] in names:
            continue
        if head_of(name.text, words).kinds or name.evidence["thing"] or parts[-1].lower() in words.landscape:
            continue
        last = names.get(parts[-1])
        if last and not last.text.isupper() and any(_stands_alone(annotated, c) for c in last.candidates):
            name.kind, name.rule = "Person", "surname"


def _stands_alone(annotated: AnnotatedDocument, candidate: Candidate) -> bool:
    """Whether a single word is used as a person's last name: inside a sentence, and without an article."""
    before = annotated.passages[candidate.passage].block.text[: candidate.start]
    return not candidate.initial and not re.search(r"\b(?:the|a|an|our|its)\s$", before, re.IGNORECASE)


def agree_in_series(
    annotated: AnnotatedDocument, names: dict[str, Name], series: list[Series], lower: frozenset[str]
) -> None:
    """Members of a list are of the kind of its head, or of the members that are sure."""
    for one in [*series, *series]:  # twice: what one list tells may decide another
        members = [names[c.text] for c in one.members]
        votes = Counter(n.kind for n in members if n.kind and n.rule.startswith(FIRM) and n.kind != "LaborUnion")
        only = next(iter(votes)) if len(votes) == 1 else None
        kind = one.kind or (only if only in SITES else None) or _guess(members)
        if kind is None or (one.kind and only and only != kind and votes[only] * 2 > len(members)):
            continue
        for name, candidate in zip(members, one.members, strict=True):
            common = len(name.words) == 1 and name.text.lower() in lower
            if name.rule in WEAK - {"board-context"} and not common and (one.kind or name.rule != "first"):
                name.kind, name.rule = kind, "list"
            if name.rule == "list" and name.kind == kind:
                name.exceptions[candidate] = kind
    _continue_series(annotated, names, series)


def _guess(members: list[Name]) -> str | None:
    """The kind of a series without a head: places beside a place, persons beside a person with a title."""
    sure = {n.kind for n in members if n.rule in TITLED or n.rule in ("state", "in")}
    kind = next(iter(sure)) if len(sure) == 1 else None
    given = [n for n in members if n.rule == "first"]
    if (
        not sure
        and given
        and 2 * len([n for n in members if n.rule == "label" and n.kind == "Person"] + given) >= len(members)
    ):
        kind = "Person"
    loose = [n for n in members if n.kind != kind]
    if kind in ("Place", "Person") and all(n.rule in ("", "label", "first") and len(n.words) < 4 for n in loose):
        return kind
    return None


def _continue_series(annotated: AnnotatedDocument, names: dict[str, Name], series: list[Series]) -> None:
    """A list that goes on ("followed by …", "… were the last to join") keeps its kind."""
    kind: str | None = None
    last = None
    for one in series:
        members = [names[c.text] for c in one.members]
        first, end = one.members[0], one.members[-1]
        if last and last.passage == first.passage and 0 <= first.start - last.end < 220:
            text = annotated.passages[first.passage].block.text
            loose = all(n.rule in {*WEAK, "list"} - {"board-context", "first"} or n.kind == kind for n in members)
            if loose and CONTINUED.search(text[last.end : end.end + 60]):
                for name in members:
                    if name.kind != kind:
                        name.kind, name.rule = kind, "list"
        sure = [n for n in members if n.kind in SITES and n.rule.startswith(("head:", "list", "school"))]
        if len(sure) * 2 >= len(members):
            kind, last = sure[0].kind, end
        elif last and first.passage != last.passage:
            kind, last = None, None


def find_affiliated(annotated: AnnotatedDocument, names: dict[str, Name], words: Vocabulary) -> None:
    """ "Ana Ruiz, Elm Teachers Association" at the start of a line or list member: the first is a person."""
    ordered = sorted((c for n in names.values() for c in n.candidates), key=lambda c: (c.passage, c.start, -c.end))
    for one, other in itertools.pairwise(ordered):
        name, text = names[one.text], annotated.passages[one.passage].block.text
        loose = name.rule in ("", "label", "school-context") and 2 <= len(name.words) <= 3
        if not loose or one.passage != other.passage or text[one.end : other.start] not in (", ", " ("):
            continue
        opens = one.start == 0 or text[max(0, one.start - 2) : one.start] in ("; ", ": ", "• ")
        body = names[other.text].kind in ORGANIZATIONS and bool(head_of(other.text, words).kinds)
        if opens and body and name.words[-1].lower() not in words.landscape:
            name.kind, name.rule = "Person", "affiliation"


def find_short_forms(names: dict[str, Name], words: Vocabulary) -> None:
    """A short form is of the kind of the long name it abbreviates.

    A district's short form that a list of schools also holds is a school there, and there only.
    """
    open_rules = WEAK - {"first", "school-context"} | {"role-before", "speech"}
    by_word = _index(names)
    for name in names.values():
        listed = name.rule == "list" and name.kind == "School"
        if name.kind is not None and name.rule not in open_rules and not listed:
            continue
        long = _long_form(name, by_word.get(_words(name.text)[0], []), words)
        if long is None or (listed and long.kind not in ("SchoolDistrict", "CharterNetwork")):
            continue
        if long.kind == "LaborUnion" and _eponym(name, long, words):
            name.kind, name.rule = "SchoolDistrict", "eponym"
        else:
            name.kind, name.rule = long.kind, f"short:{long.text}"


def _eponym(name: Name, union: Name, words: Vocabulary) -> bool:
    """Whether a name is the district's that a union is called after ("Elm Fork" in "Elm Fork Teachers Association")."""
    rest = union.words[len(name.words) :]
    plain = not any(w.lower() in words.labor or (w.lower(),) in words.heads for w in name.words)
    return plain and bool(rest) and union.words[: len(name.words)] == name.words and not is_acronym(name.text)


def _index(names: dict[str, Name]) -> dict[str, list[Name]]:
    """Names by each of their words in lower case."""
    table: dict[str, list[Name]] = {}
    for name in names.values():
        for word in dict.fromkeys(_words(name.text)):
            table.setdefault(word, []).append(name)
    return table


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower()) or [""]


def _long_form(name: Name, names: list[Name], words: Vocabulary) -> Name | None:
    """The name that another abbreviates: a person's surname, leading words, a word of a school's name."""
    best: tuple[tuple[float, int, str], Name] | None = None
    for other in names:
        longer = len(other.words) > len(name.words)
        if other is name or other.kind is None or other.rule.startswith("short") or not longer:
            continue
        rank = _short_rank(name, other, words)
        key = (rank, -len(other.text), other.text)
        if rank and (best is None or key > best[0]):
            best = (key, other)
    return best[1] if best else None


def _short_rank(name: Name, other: Name, words: Vocabulary) -> float:
    """How well a name fits as short form of another; 0 if it does not."""
    text, parts, full = name.text, name.words, other.words
    single = len(parts) == 1
    if other.kind == "Person":
        nick = re.search(rf"[“\"]{re.escape(text)}[”\"]", other.text)
        return 3 if single and (full[-1] == text or nick or (full[0] == text and len(text) > 2)) else 0
    if text in words.states:
        return 0
    headed = bool(head_of(text, words).kinds)
    if [w.lower() for w in full[: len(parts)]] == [w.lower() for w in parts]:
        return 3 if other.kind in ("SchoolDistrict", "CharterNetwork", "Initiative") else 2
    if (single and headed and full[-1] == text) or (not single and full[-len(parts) :] == parts):
        return 1.5
    if not single or text not in full:
        return 0
    if headed and other.kind in ("LaborUnion", "SupportOrganization", "Initiative", "GovernmentBody"):
        return 1.2
    return 1.0 if other.kind == "School" and len(text) > 3 else 0


def find_branches(names: dict[str, Name], words: Vocabulary) -> None:
    """ "Compass Harbor" beside the network "Compass Academies" is one of its schools."""
    networks: dict[str, list[Name]] = {}
    for name in names.values():
        if name.kind in ("CharterNetwork", "SchoolDistrict") and head_of(name.text, words).kinds:
            networks.setdefault(name.words[0], []).append(name)
    for name in sorted(names.values(), key=lambda n: n.text):
        parts, seen = name.words, name.evidence
        weak = name.rule in ("", "label", "first", "bare-head") or name.rule.startswith("short")
        if len(parts) < 2 or not weak or head_of(name.text, words).kinds or seen["speech"] or seen["honorific"]:
            continue
        for network in networks.get(parts[0], ()):
            full = network.words
            branch = full[: len(parts)] != parts and full[: len(parts) - 1] == parts[:-1]
            if network is not name and branch and (len(parts) >= 3 or network.kind == "CharterNetwork"):
                name.kind, name.rule = "School", "branch"
