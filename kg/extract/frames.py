"""Frames without lemmas: what adjacency alone states ("P of ORG", "ORG in PLACE", "P (ORG)").

A text becomes a string of symbols, one for each mention (`<P12>`: a person at token 12), role phrase (`<R3>`) or word,
so that a frame is a short regular expression with nothing between its parts. Frames that bridge free words do not carry
over to other documents and have no place here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.posts import DEGREES, HONORIFICS, RolePhrase
from kg.extract.statements import Candidate, assertion, entity, lists
from kg.model import Assertion, Date, EntityId

CODES = {
    "Person": "P",
    "Organization": "O",
    "SchoolDistrict": "D",
    "School": "S",
    "CharterNetwork": "C",
    "LaborUnion": "U",
    "SupportOrganization": "F",
    "GovernmentBody": "G",
    "Initiative": "I",
    "Event": "E",
    "Place": "L",
    "Document": "X",
    "Concept": "K",
    "Cohort": "H",
}
MACROS = {
    "ORG": "[ODSCUFG]",
    "DET": r"(?:(?:the|a|an|our|its|their|his|her) )?",
    "POSS": r"(?:'s |' )?",
    "ALONE": r"(?<!and )(?<!with )(?<!& )(?<!and the )(?<!with the )(?<!& the )",
    "END": r"(?=$|[.,;)|] |and |who |said )",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """An adjacency pattern and the relation it states.

    Attributes:
        pattern: items separated by spaces: `{P:s}` a slot (class : name), `x|y` words, a trailing `?` makes an item
            optional, DET, POSS and END are macros, `^` the beginning.
        each: slots that stand for all members of the list they are in.
        kinds: layouts it holds in; empty for all.
    """

    rule: str
    pattern: str
    relation: str
    confidence: float
    each: str = ""
    kinds: tuple[Kind, ...] = ()


#: Marks the rule of what is said of a list by what stands behind its last member.
LAST_ONLY, SHARED = "person of organization", ", in a list"
LAYOUT = (Kind.ITEM, Kind.HEADING)
FRAMES = (
    Frame("person of organization", "{P:s} ,? of|from|with|at DET {ORG:o}", "affiliatedWith", 0.9, each="s"),
    Frame("organization's person", "{ORG:o} 's|' own? {P:s}", "affiliatedWith", 0.85, each="s"),
    Frame("persons of organization", "{P:s} , both|all of|from|with|at DET {ORG:o}", "affiliatedWith", 0.85, each="s"),
    Frame("persons, organization", "{P:s} , {ORG:o} END", "affiliatedWith", 0.75, each="s", kinds=LAYOUT),
    Frame("organization person", "{ORG:o} {P:s}", "affiliatedWith", 0.7),
    Frame("person (organization)", "{P:s} ( DET {ORG:o} )", "affiliatedWith", 0.9),
    Frame("person, organization", "{P:s} , {ORG:o} END", "affiliatedWith", 0.75),
    Frame("person - organization", "{P:s} —|–|-|:|| DET {ORG:o}", "affiliatedWith", 0.75, kinds=LAYOUT),
    Frame("organization at organization", "{ORG:s} ,? at|of DET {[ODCUFG]:o}", "partOf", 0.75),
    Frame("organization's organization", "{[DCGOF]:o} 's|' own? {[SOG]:s}", "partOf", 0.8, each="s"),
    Frame("owner (schools)", "{[DC]:o} ( {S:s}", "partOf", 0.8, each="s"),
    Frame("school (owner)", "{S:s} ( DET {[DC]:o} )", "partOf", 0.8),
    Frame("member (cohort)", "{[ODSCU]:s} ( {[HI]:o} )", "participatesIn", 0.75, each="s"),
    Frame("cohort (members)", "{H:o} ( {[ODSCU]:s}", "participatesIn", 0.75, each="s"),
    Frame(
        "among those at",
        "among the|those participants|attending|at|in at|in|of? DET {[IE]:o} were|was|are|is DET {[PODSCUFG]:s}",
        "participatesIn",
        0.8,
        each="s",
    ),
    Frame(
        "parent body",
        "{ORG:s} POSS parent|state|statewide|national affiliate|body|union|federation|organization ,? DET {ORG:o}",
        "memberOf",
        0.8,
    ),
    Frame("in place", "{[ODSCUFGE]:s} ,? based|located|headquartered? in|near|outside DET {L:o}", "locatedIn", 0.88),
    Frame("at place", "{E:s} ,? at DET {L:o}", "locatedIn", 0.85),
    Frame("of place", "{[CFUO]:s} ,? of {L:o}", "locatedIn", 0.8),
    Frame("(place)", "{[ODSCFGE]:s} ( {L:o} )", "locatedIn", 0.85),
    Frame("union (place)", "ALONE {U:s} ( {L:o} )", "locatedIn", 0.85),
    Frame("employer and union (place)", "{[DSC]:s} ,? and|with|& DET U ( {L:o} )", "locatedIn", 0.8),
    Frame("organization at organization, place", "{ORG:s} ,? at|of DET ORG , {L:o}", "locatedIn", 0.75),
    Frame("organization, organization, place", "{ORG:s} , DET ORG , {L:o}", "locatedIn", 0.7),
    Frame("organization, place", "{[ODSCUFGE]:s} , {L:o}", "locatedIn", 0.8),
    Frame("place-based", "{L:o} - based {ORG:s}", "locatedIn", 0.9),
    Frame("place's organization", "{L:o} 's {[SDFGO]:s}", "locatedIn", 0.8),
    Frame("organization's project", "{ORG:s} 's|' {[IE]:o}", "organizes", 0.6),
)


def find_frames(context: Context, phrases: dict[int, dict[int, RolePhrase]]) -> Iterator[Candidate]:
    """The statements that adjacency makes, in reading order of the texts."""
    for text in context.texts:
        template = symbols(context, text, phrases[text.index])
        mates = lists(context, text)
        for frame, pattern in COMPILED:
            if frame.kinds and text.kind not in frame.kinds:
                continue
            for match in pattern.finditer(template):
                yield from _state(context, text, frame, int(match["s"]), int(match["o"]), mates)


def find_bylines(context: Context) -> Iterator[Candidate]:
    """ "By P | ORG", "By P" over the organization's line, or under the periodical that the document begins with."""
    for number, text in enumerate(context.texts[:10]):
        doc = text.doc
        if not len(doc) > 1 or doc[0].lower_ != "by" or len(doc) > 16 or 1 not in text.references:
            continue
        if context.kind(text.references[1].entity) != "Person":
            continue
        places = [(text, list(doc[2:]), "byline, organization")]
        if number + 1 < len(context.texts) and len(context.texts[number + 1].doc) < 6:
            places.append((context.texts[number + 1], list(context.texts[number + 1].doc), "byline over organization"))
        places += [
            (t, list(t.doc), "byline in periodical")
            for t in context.texts[:number]
            if t.kind is Kind.HEADING and len(t.doc) < 6
        ]
        for where, tokens, rule in places:
            held = [t for t in tokens if (e := entity(where, t)) and context.kind(e) in ORGANIZATIONS]
            if held:
                candidate = assertion(
                    context,
                    text,
                    text.references[1].entity,
                    "affiliatedWith",
                    where.references[held[0].i].entity,
                    (doc[1],),
                    rule=rule,
                    confidence=0.75,
                    evidence=(context.sentence(where, held[0]),),
                )
                if candidate:
                    yield candidate
                break


def symbols(context: Context, text: Text, phrases: dict[int, RolePhrase]) -> str:
    """The text as symbols, each followed by a space; titles before names, degrees and repeated acronyms left out."""
    tokens, parts, index = text.tokens, [], 0
    while index < len(tokens):
        if index in phrases:
            parts.append(f"<R{index}>")
            index = phrases[index].end
            continue
        if index in text.references:
            parts.append(f"<{CODES.get(context.kind(text.references[index].entity), 'K')}{index}>")
            index += 1
            if _repeated(text, index):
                index += 3
            continue
        word = tokens[index].lower_
        if word == "," and index + 1 < len(tokens) and tokens[index + 1].lower_ in DEGREES:
            index += 2
            continue
        if word not in HONORIFICS and not word.isspace():
            parts.append(word)
        index += 1
    return "".join(part + " " for part in parts)


def _repeated(text: Text, index: int) -> bool:
    """Whether "(ACRONYM)" of the entity just named stands at the index."""
    tokens = text.tokens
    return (
        index + 2 < len(tokens)
        and tokens[index].text == "("
        and tokens[index + 2].text == ")"
        and entity(text, tokens[index + 1]) == entity(text, tokens[index - 1])
    )


def _state(
    context: Context, text: Text, frame: Frame, subject: int, object_: int, mates: dict[int, tuple[int, ...]]
) -> Iterator[Candidate]:
    subjects = mates.get(subject, (subject,)) if "s" in frame.each else (subject,)
    if subject not in mates and "s" in frame.each:
        subjects = _in_brackets(text, subject)
    objects = mates.get(object_, (object_,)) if "o" in frame.each else (object_,)
    for s in subjects:
        for o in objects:
            candidate = assertion(
                context,
                text,
                text.references[s].entity,
                frame.relation,
                text.references[o].entity,
                (text.tokens[s], text.tokens[o]),
                rule=f"{frame.rule}{SHARED}" if s != subject and frame.rule == LAST_ONLY else frame.rule,
                confidence=frame.confidence,
            )
            if candidate:
                yield candidate


def without_shared(candidates: list[Candidate]) -> list[Candidate]:
    """The candidates without the organizations that only the last of a list has, for those with one of their own.

    "A, B and C of ORG" tells where C belongs, and where A and B do unless the document tells that elsewhere.
    """
    own: dict[EntityId, set[EntityId | Date]] = defaultdict(set)
    shared: list[Candidate] = []
    for c in candidates:
        value = c.value
        if isinstance(value, Assertion) and value.predicate == "affiliatedWith":
            if value.grounds.rule.endswith(SHARED):
                shared.append(c)
            else:
                own[value.subject].add(value.object)
    dropped = {id(c) for c in shared if isinstance(c.value, Assertion) and own[c.value.subject] - {c.value.object}}
    return [c for c in candidates if id(c) not in dropped]


def _in_brackets(text: Text, first: int) -> tuple[int, ...]:
    """The mentions of a list in brackets, which lists of their sentence pass over."""
    end = next((t.i for t in text.tokens[first:] if t.text == ")"), first + 1)
    return tuple(i for i in sorted(text.references) if first <= i < end)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_item(item) for item in pattern.split()))


def _item(item: str) -> str:
    if item in ("ORG", *CODES.values()):
        return rf"<{MACROS.get(item, item)}\d+> "
    if item in MACROS:
        return MACROS[item]
    if slot := re.fullmatch(r"\{(.+):(\w)\}", item):
        return rf"<{MACROS.get(slot[1], slot[1])}(?P<{slot[2]}>\d+)> "
    optional = item.endswith("?")
    words = [w for w in (item[:-1] if optional else item).split("|") if w] + (["|"] if "||" in item else [])
    return f"(?:(?:{'|'.join(map(re.escape, words))}) ){'?' if optional else ''}"


COMPILED = tuple((frame, _compile(frame.pattern)) for frame in FRAMES)
