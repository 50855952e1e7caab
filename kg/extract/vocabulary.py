"""The words that names are made of: the lexicon compiled for naming, and the table of given names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from kg import assets
from kg.extract.patterns import alternatives
from kg.lexicon import Lexicon
from kg.ontology import load_ontology

KINDS = (
    "Person",
    "SchoolDistrict",
    "School",
    "CharterNetwork",
    "LaborUnion",
    "SupportOrganization",
    "GovernmentBody",
    "Organization",
    "Initiative",
    "Event",
    "Place",
)
CATEGORIES = (
    *("PersonRole", "RoleModifier", "Honorific", "Masculine", "Feminine", "LaborWord", "ManagementWord"),
    *("OwnedNoun", "Landscape", "SubjectMatter", "CalendarWord", "People", "CommonCapital", "PeriodicalTitle"),
    *("DocumentPart", "Document", "NumberedNoun", "TakesOf", "TakesOn", "Opener", "NamingSpeech"),
    *("Campaigner", "BodyDeed", "Appointing", "Shop", "LeadingHead"),
    *("Gathering", "ConvenedBy", "AttendanceList", "AbsentList"),
    *("SchoolCompanion", "UnionCompanion", "DistrictCompanion", "BoardCompanion"),
)
NOMINALS = tuple(
    f"Nominal{x}"
    for x in (
        *("Agreement", "Stoppage", "Inquiry", "Ballot", "Gathering", "Meeting", "Levy", "Body", "Board"),
        *("Proceeding", "Occasion", "Protest", "Study", "Project", "Grant", "Instrument", "Group"),
    )
)
Key = TypeVar("Key", str, tuple[str, ...])
WORD = re.compile(r"[^\W_]+(?:[-'&./][^\W_]+)*'?")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Sets of lower-case words and phrases by what they do in names.

    Attributes:
        heads: phrase → kinds it tells as head of a name ("union school district" → SchoolDistrict).
        taught: noun → the class of a user that it stands for; what one taught is not overruled by what was learned.
        nouns: common noun, singular or plural → kinds ("districts" → SchoolDistrict).
        documents: heads of documents ("report").
        shops: what is often called after its owner ("Brook's Diner").
        leading: heads that stand first in names of their language ("Ysgol").
        states: full names of states; `state` matches one, full or abbreviated.
        regions: countries, and provinces and states of other countries.
        nominal: common noun → category of NOMINALS; `singling` are adjectives that single one out.
        deeds: verbs that tell an event; `decisions` are those that tell one only with their result.
        gatherings: heads of events that have a programme; `convening` matches the labels of who holds them.
        attendance: matches the label of a list of who was there, or was not, at the end of a text.
        post: matches what begins with a post, in one or two words before it.
        given: first name → gender (f, m, b); `weak` are those that are also places or words.
        masculine, feminine: honorifics.
    """

    heads: dict[tuple[str, ...], tuple[str, ...]]
    taught: dict[str, str]
    nouns: dict[str, tuple[str, ...]]
    plurals: dict[str, str]
    documents: frozenset[str]
    periodicals: frozenset[str]
    parts: frozenset[str]
    roles: frozenset[str]
    modifiers: frozenset[str]
    labor: frozenset[str]
    management: frozenset[str]
    owned: frozenset[str]
    landscape: frozenset[str]
    subjects: frozenset[str]
    calendar: frozenset[str]
    people: frozenset[str]
    capitals: frozenset[str]
    numbered: frozenset[str]
    campaigners: frozenset[str]
    shops: frozenset[str]
    leading: frozenset[str]
    takes_of: frozenset[str]
    takes_on: frozenset[str]
    openers: frozenset[str]
    honorifics: frozenset[str]
    masculine: frozenset[str]
    feminine: frozenset[str]
    states: frozenset[str]
    abbreviated: frozenset[str]
    regions: frozenset[str]
    gatherings: frozenset[str]
    convening: str
    attendance: re.Pattern[str]
    post: re.Pattern[str]
    given: dict[str, str]
    weak: frozenset[str]
    nominal: dict[str, str]
    deeds: frozenset[str]
    decisions: frozenset[str]
    singling: frozenset[str]
    managed: re.Pattern[str]
    honorific: re.Pattern[str]
    state: re.Pattern[str]
    noun: str
    plural_noun: str
    role: str
    document: str
    speech: str
    deed: str
    appointing: str
    companions: tuple[str, ...]
    document_title: str
    periodical: str

    def words(self, text: str) -> list[str]:
        """The lower-case words of a text, without possessive endings and closing dots."""
        return [w.lower().strip(".").removesuffix("'s") for w in WORD.findall(text)]


@dataclass(frozen=True, slots=True)
class _Nouns:
    """Heads, common nouns, and plural → singular, as the lexicon has them."""

    heads: dict[tuple[str, ...], tuple[str, ...]]
    nouns: dict[str, tuple[str, ...]]
    plurals: dict[str, str]


def _nouns(lexicon: Lexicon) -> _Nouns:
    """Read the entries that denote kinds; a form that is a head by itself is no head as plural of another."""
    heads: dict[tuple[str, ...], list[str]] = {}
    nouns: dict[str, list[str]] = {}
    plurals: dict[str, str] = {}
    entries = [e for e in lexicon.denoting(*KINDS) if e.part_of_speech in ("noun", "properNoun")]
    for entry in entries:
        for form in entry.forms if entry.part_of_speech == "properNoun" else (entry.lemma,):
            _add(heads, tuple(form.lower().split()), entry.denotes)
    own = frozenset(heads)
    for entry in entries:
        if entry.part_of_speech == "noun":
            for form in entry.forms:
                _add(nouns, form.lower(), entry.denotes)
                if form != entry.lemma:
                    plurals[form.lower()] = entry.lemma
                if tuple(form.lower().split()) not in own:
                    _add(heads, tuple(form.lower().split()), entry.denotes)
    return _Nouns({k: tuple(v) for k, v in heads.items()}, {k: tuple(v) for k, v in nouns.items()}, plurals)


@lru_cache(maxsize=2)
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    """Compile the lexicon."""
    found = _nouns(lexicon)
    lower = {term: frozenset(f.lower().rstrip(".") for f in lexicon.forms(term)) for term in CATEGORIES}
    states = sorted(form for entry in lexicon.denoting("USState") for form in entry.forms)
    full, given = frozenset(entry.lemma for entry in lexicon.denoting("USState")), _given()
    return Vocabulary(
        heads=found.heads,
        taught=_taught(lexicon),
        nouns=found.nouns,
        plurals=found.plurals,
        documents=lower["Document"],
        periodicals=lower["PeriodicalTitle"],
        parts=lower["DocumentPart"],
        roles=lower["PersonRole"],
        modifiers=lower["RoleModifier"],
        labor=lower["LaborWord"],
        management=lower["ManagementWord"],
        owned=lower["OwnedNoun"],
        landscape=lower["Landscape"],
        subjects=lower["SubjectMatter"],
        calendar=lower["CalendarWord"],
        people=lower["People"],
        capitals=lower["CommonCapital"],
        numbered=lower["NumberedNoun"],
        campaigners=lower["Campaigner"],
        shops=lower["Shop"],
        leading=lower["LeadingHead"],
        takes_of=lower["TakesOf"],
        takes_on=lower["TakesOn"],
        openers=lower["Opener"],
        honorifics=lower["Honorific"],
        masculine=lower["Masculine"],
        feminine=lower["Feminine"],
        states=full,
        abbreviated=frozenset(states) - full,
        regions=lexicon.forms("Region"),
        nominal=_nominal(lexicon),
        singling=lexicon.forms("SinglingModifier"),
        deeds=lexicon.forms("EventVerb", "DecisionVerb"),
        decisions=lexicon.forms("DecisionVerb"),
        gatherings=lower["Gathering"],
        convening=alternatives(lower["ConvenedBy"]),
        attendance=_attendance(lower),
        post=_post(lower["PersonRole"], lexicon),
        given={row[0]: row[1] for row in given},
        weak=frozenset(row[0] for row in given if len(row) > 2),
        managed=re.compile(rf"\b(?:{alternatives(lower['ManagementWord'])})(?!\w)"),
        honorific=_honorific(lower["Honorific"]),
        state=re.compile(rf"(?:{alternatives(states)})(?!\w)"),
        noun=alternatives(found.nouns),
        plural_noun=alternatives(found.plurals),
        role=alternatives(lower["PersonRole"]),
        document=alternatives(lower["Document"]),
        speech=alternatives(lower["NamingSpeech"]),
        deed=alternatives(lower["BodyDeed"]),
        appointing=alternatives(lower["Appointing"]),
        companions=tuple(alternatives(lower[f"{x}Companion"]) for x in ("School", "Union", "District", "Board")),
        document_title=alternatives(w.title() for w in lower["Document"]),
        periodical=alternatives(w.title() for w in lower["PeriodicalTitle"]),
    )


def _nominal(lexicon: Lexicon) -> dict[str, str]:
    return {
        form: entry.denotes.removeprefix("Nominal") for entry in lexicon.denoting(*NOMINALS) for form in entry.forms
    }


def _given() -> list[list[str]]:
    return [line.split("\t") for line in assets.read("ontology", "given-names.tsv").decode().splitlines()]


def _post(roles: frozenset[str], lexicon: Lexicon) -> re.Pattern[str]:
    posts = roles | {f.lower() for f in lexicon.forms("roleTitle")} - lexicon.forms("PartyPost")
    return re.compile(rf"(?:[\w'-]+\s){{0,2}}(?:{alternatives(posts)})\b", re.IGNORECASE)


def _honorific(words: frozenset[str]) -> re.Pattern[str]:
    """Honorifics as they are written; those in capitals have their dot ("MR.")."""
    short = alternatives(w.upper() for w in words if len(w) < 5)
    return re.compile(rf"(?:(?:{alternatives(w.capitalize() for w in words)})\b\.?|(?:{short})\.)")


def _attendance(lower: dict[str, frozenset[str]]) -> re.Pattern[str]:
    words, roles = alternatives(lower["AttendanceList"] | lower["AbsentList"]), alternatives(lower["PersonRole"])
    return re.compile(rf"\b(?:{words})\b[^.:;]{{0,40}}:\s*(?:(?:{roles})s?\s)?$", re.IGNORECASE)


def _taught(lexicon: Lexicon) -> dict[str, str]:
    """The nouns of a user's classes in all their forms."""
    classes = load_ontology().classes
    added = [e for e in lexicon.entries if ":" in e.denotes and e.denotes in classes]
    return {form.lower(): e.denotes for e in added if e.part_of_speech in ("noun", "properNoun") for form in e.forms}


def _add(table: dict[Key, list[str]], key: Key, kind: str) -> None:
    kinds = table.setdefault(key, [])
    if kind not in kinds:
        kinds.append(kind)
