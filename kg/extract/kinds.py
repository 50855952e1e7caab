"""The kind of a name, from its head noun, else from its form and the contexts it stands in."""

from __future__ import annotations

import re
from collections import Counter

from kg.extract.acronyms import is_acronym
from kg.extract.dictionary import in_dictionary
from kg.extract.evidence import Name
from kg.extract.heads import Head, head_of, kind_of_head
from kg.extract.lines import title_case
from kg.extract.runs import PARTICLES
from kg.extract.vocabulary import Vocabulary

LABELS = {"PERSON": "Person", "GPE": "Place", "LOC": "Place", "FAC": "Place", "ORG": "Organization"}
DISTRICT_CODE = re.compile(r".+ (?:R-[IVX]+|RE?-?\d+\w?(?:-\d+)?|(?:CUSD|USD|ISD|RSU|SAU|MSD|CCSD) ?\d+)$")
#: What follows the people of a group that is called after its cause ("Parents for …", "Elm Citizens United").
CAUSE = re.compile(r"(\w+) (?:for|against|First|United)\b")
#: "Odom & Kearse", "Pell, Odom & Kearse": a firm is called after its partners.
FIRM = re.compile(r"(?:[A-Z][\w'-]+,? ){1,3}& [A-Z][\w'-]+$")
UNION = re.compile(
    r"Amalgamated .*\d$|.* (?:Trades|Crafts|Brotherhood) \d+$"
    r"|(?:United|Amalgamated|National|International|American) .*(?:Workers|Teachers|Educators|Employees)"
)
LODGE = re.compile(r"\b(?:Lodge|Council) (?:No\. )?\d+$")
NUMBERED_SCHOOL = re.compile(r"(?:P|I|M|J\.?H)\.?S\.? \d+$")
#: "NEA-Elm", "Elm-NEA": a local of what teachers' unions are called by.
AFFILIATE = re.compile(r"[A-Z]*(?:EA|TA|FT|TU|EU)-[A-Z][a-z].*|.*[a-z]-[A-Z]*(?:EA|TA|FT|TU|EU)$")
INITIALS = re.compile(r"(?:[A-Z]\.){1,2} (?:[A-Z]\. )?[A-Z][\w'-]+$")
#: "L. Brook-Banks": what looks like a head is half a surname.
DOUBLE = re.compile(r"[A-Z]\. (?:[A-Z]\. )?[A-Z][\w']*-[A-Z][\w']+")
STREETS = frozenset({"street", "avenue", "road", "boulevard"})
LANDFORMS = frozenset({"lake", "mount", "fort", "port"})
Verdict = tuple[str | None, str]


def decide(name: Name, vocabulary: Vocabulary) -> Verdict:
    """The kind that a name's own form and contexts tell, and the rule that told it; (None, why) where none does."""
    text, words = name.text, name.words
    if any(c.form == "place" for c in name.candidates) or text in vocabulary.states:
        return "Place", "state"
    if any(c.form == "programme" for c in name.candidates):
        return "Event", "programme"
    state = words[0] in vocabulary.abbreviated or text in vocabulary.abbreviated
    if state or re.fullmatch(r"[A-Z]-\d+|(?:[A-Z]\.){2,}", text):
        return None, "abbreviation"
    if re.fullmatch(r"[A-Z]\w*-[a-z]+", text):
        return None, "compound"
    if text.isupper() and len(words) > 1:
        text = title_case(text)
        if _person_in_capitals(text, name, vocabulary):
            return "Person", "first"
    head = head_of(text, vocabulary)
    for decided in (
        _by_head(name, text, head, vocabulary),
        _by_form(name, text, head, vocabulary),
        _by_noun(name),
        _by_place(name, vocabulary),
        _by_person(name, vocabulary),
        _by_landscape(name, vocabulary),
    ):
        if decided and decided[0] == "Person" and text in vocabulary.regions and not _personal(name):
            return "Place", "state"
        if decided:
            return decided
    return _by_label(name)


def first_name(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word is a given name and nothing else, or two of them ("Mei-Lin")."""
    double = word.split("-")
    if len(double) == 2 and double[0] in vocabulary.given:
        return True
    return word in vocabulary.given and word not in vocabulary.weak


def _person_in_capitals(text: str, name: Name, vocabulary: Vocabulary) -> bool:
    """Whether a name in capitals (here in title case) is a person's: a given name, then no word of the language."""
    first, *middle, last = text.split()
    if not first_name(first, vocabulary) or len(middle) > 2 or head_of(text, vocabulary).kinds or len(last) < 5:
        return False
    known = in_dictionary(last.lower()) and last not in vocabulary.given
    return "-" in last or not (known or last.lower() in vocabulary.landscape or name.evidence["district-context"])


def _by_head(name: Name, text: str, head: Head, vocabulary: Vocabulary) -> Verdict | None:
    """What the head noun tells, or a definition with "charter"."""
    seen, words = name.evidence, name.words
    if seen["charter"] and not seen["honorific"] and not seen["speech"]:
        schools = {"SchoolDistrict", "CharterNetwork", "School"} & set(head.kinds)
        if schools or (not head.kinds and len(words) <= 4):
            return "CharterNetwork", "definition"
    if not head.kinds or seen["honorific"] or DOUBLE.fullmatch(name.text):
        return None
    if LODGE.search(text):
        return "LaborUnion", "union"
    if len(words) == 1:
        paper = head.phrase in vocabulary.periodicals and "-" in text
        return ("Organization", f"head:{head.phrase}") if paper else (None, "bare-head")
    kind = kind_of_head(text, head, vocabulary, seen)
    return (kind, f"head:{head.phrase}") if kind else None


def _by_form(name: Name, text: str, head: Head, vocabulary: Vocabulary) -> Verdict | None:
    """What the form of a name tells: numbers, titles, initials, quoted nicknames."""
    seen, words = name.evidence, name.words
    if NUMBERED_SCHOOL.match(name.text):
        return "School", "code"
    if AFFILIATE.fullmatch(name.text):
        return "LaborUnion", "union"
    if DISTRICT_CODE.match(text):
        return "SchoolDistrict", "code"
    if _campaigns(text, vocabulary):
        return "Organization", "group"
    if FIRM.match(name.text) and not text.isupper() and not head.kinds:
        return "Organization", "firm"
    if UNION.match(text) or (head.number and re.search(r"\b(?:Local|Chapter)\b", text)):
        return "LaborUnion", "union"
    if (seen["honorific"] and (len(words) > 1 or not head.kinds)) or (seen["role"] and len(words) >= 2):
        return "Person", "honorific"
    plain = words[0] not in vocabulary.given and all(in_dictionary(w.lower()) for w in words)
    labelled = seen["credential"] or (seen["role-label"] and not plain)
    if INITIALS.match(text) or (len(words) > 1 and labelled):
        return "Person", "credential"
    if re.search(r"[“\"]", text):
        return "Person", "nickname"
    if {words[-1].lower(), head.phrase} & (vocabulary.documents | vocabulary.parts):
        return None, "document"
    if len(words) == 1 and text.lower() in vocabulary.landscape:
        return None, "bare-landscape"
    return None


def _campaigns(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a group of people is called after its cause, or a circle after its people ("Friends of Elm Park")."""
    cause, first, *_ = CAUSE.search(text), *text.lower().split(), ""
    people = vocabulary.campaigners - vocabulary.labor
    return bool(cause and cause[1].lower() in people) or (first in people and text.split()[1:2] == ["of"])


def _by_noun(name: Name) -> Verdict | None:
    """What a common noun beside it tells: in apposition, before it, or right behind it."""
    if _personal(name):
        return None
    for label in ("apposition", "before", "next"):
        kinds = sorted(f.partition("=")[2] for f in name.evidence if f.startswith(label + "="))
        if kinds:
            return kinds[0], label
    return None


def _by_place(name: Name, vocabulary: Vocabulary) -> Verdict | None:
    """Addresses and numbered things; places by preposition; districts by their board."""
    seen, words = name.evidence, name.words
    never_alone = len(name.candidates) in (seen["address"], seen["citation"])
    if never_alone or (seen["numbered"] and len(words) < 3):
        return None, "address"
    placed = any(label.rstrip("~") in ("GPE", "LOC") for label in name.labels)
    given = first_name(words[0], vocabulary)
    if seen["seat"] and placed and not _personal(name) and not is_acronym(name.text) and not given:
        return "Place", "seat"
    if seen["in"] and not seen["speech"] and not seen["who"] and 1 < len(words) <= 3 and not given:
        return "Place", "in"
    if seen["board-context"] and not _personal(name):
        return "SchoolDistrict", "board-context"
    return None


def _by_person(name: Name, vocabulary: Vocabulary) -> Verdict | None:
    """Persons by given name and cue, acronyms by context, schools by who is there."""
    seen, text, words = name.evidence, name.text, name.words
    personal, first = _personal(name), first_name(words[0], vocabulary)
    initial = len(words) >= 3 and re.fullmatch(r"[A-Z]\.", words[1])
    particle = any(w in PARTICLES for w in words[1:-1])
    cue = personal or seen["role-before"] or seen["role"] or "-" in words[-1] or initial or particle
    if first and 2 <= len(words) <= 4 and not seen["school-context"] and cue:
        return "Person", "given-name"
    if is_acronym(text):
        kind = "LaborUnion" if seen["union-context"] else "SchoolDistrict" if seen["district-context"] else None
        return kind, "acronym-context" if kind else "acronym"
    if personal and 1 < len(words) <= 4:
        return "Person", "speech"
    if seen["role-before"] and 1 < len(words) <= 3 and not seen["district-context"]:
        return "Person", "role-before"
    if seen["school-context"]:
        return "School", "school-context"
    if first and len(words) == 2 and not text.isupper() and words[-1].lower() not in vocabulary.landscape:
        return "Person", "first"
    return None


def _by_landscape(name: Name, vocabulary: Vocabulary) -> Verdict | None:
    """Names that end like places: districts are called after them; a preposition makes them places."""
    seen, words = name.evidence, name.words
    if seen["in"] and not seen["speech"] and not seen["role-after"] and not name.text.isupper():
        return "Place", "in"
    last = words[-1].lower()
    if len(words) > 1 and (last in vocabulary.landscape or words[0].lower() in LANDFORMS):
        return "Place" if seen["after-preposition"] or last in STREETS else "SchoolDistrict", "landscape"
    return None


def _by_label(name: Name) -> Verdict:
    """The language model's opinion: the last resort."""
    votes: Counter[str] = Counter()
    for label, count in sorted(name.labels.items()):
        votes[label.rstrip("~")] += count * (1 if label.endswith("~") else 2)
    if not votes:
        return None, ""
    label = max(sorted(votes), key=lambda x: votes[x])
    if label == "ORG" and name.evidence["of"] and len(name.words) < 3 and "&" not in name.text:
        return "Place", "of"
    if label == "PERSON" and name.evidence["thing"]:
        return "Organization", "label"
    if label == "PERSON" and len(name.words) == 1 and not name.evidence["speech"]:
        return None, "label"
    return LABELS.get(label), "label" if label in LABELS else ""


def _personal(name: Name) -> bool:
    """Whether it speaks, or is followed by what a person is."""
    return bool(name.evidence["speech"] or name.evidence["role-after"]) and not name.evidence["thing"]
