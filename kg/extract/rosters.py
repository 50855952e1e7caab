"""Rosters: what a list states through its head ("Cohort 2: A; B", sponsors, members present, a programme's speakers).

A head is the heading over list items, or a label before a colon; it names the project that the members take part in, or
says with a word of the lexicon what kind of list it is, and the project is then the one that the document is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.statements import PROJECTS, Candidate, assertion, entity, named
from kg.lexicon import Lexicon
from kg.model import Anchor, EntityId, Status

COHORT = re.compile(r"\b(?:cohort|class|round|wave|group|phase)\b", re.IGNORECASE)
LABEL = 14
#: Labels of those who are at a meeting of others.
GUESTS = frozenset({"also", "guests", "visitors", "public", "observers"})
EMPLOYERS = frozenset({"SchoolDistrict", "CharterNetwork"})
#: What stands between an employer and its unions in a row, and what may follow a union there.
ROW = frozenset({"|", "/", "-", ",", "with", "and", "&", "its", "the"})
CLOSING = frozenset({"|", ".", ";", "/", "(", ",", "and", "&"})


@dataclass(frozen=True, slots=True)
class Heads:
    """Words that say what kind of list follows."""

    members: frozenset[str]
    speakers: frozenset[str]
    attendance: frozenset[str]
    absent: frozenset[str]
    gatherings: frozenset[str]


@lru_cache(maxsize=2)
def find_heads(lexicon: Lexicon) -> Heads:
    """The list words of a lexicon."""
    return Heads(
        members=lexicon.forms("MemberList"),
        speakers=lexicon.forms("SpeakerList"),
        attendance=lexicon.forms("AttendanceList"),
        absent=lexicon.forms("AbsentList"),
        gatherings=lexicon.forms("Gathering"),
    )


def find_rosters(context: Context, heads: Heads) -> Iterator[Candidate]:
    """Candidates from lists and their heads, in reading order."""
    project = main_project(context)
    event = title_event(context, heads)
    for text in context.texts:
        yield from _delegations(context, text)
        colon = label_end(text)
        if colon is not None:
            label = list(text.tokens[:colon])
            yield from _labelled(context, text, label, list(text.tokens[colon + 1 :]), heads, project)
        if text.kind is Kind.ITEM and text.heading is not None:
            above = context.texts[text.heading]
            yield from _under(context, text, above, heads, project, event)
        if event is not None:
            yield from _speakers(context, text, event, heads)


def main_project(context: Context) -> EntityId | None:
    """The initiative the document names most, cohorts apart."""
    projects = [e for e in context.counts if context.kind(e) == "Initiative" and not is_cohort(context, e)]
    return min(projects, key=lambda e: (-context.counts[e], e), default=None)


def title_event(context: Context, heads: Heads) -> EntityId | None:
    """The gathering that a title line of the document names, where the document is its programme or its report."""
    for text in context.texts[:4]:
        if text.kind is Kind.HEADING:
            for index in sorted(text.references):
                held = text.references[index].entity
                words = {w.lower() for name in context.entities[held].names for w in name.split()}
                if context.kind(held) == "Event" and words & heads.gatherings:
                    return held
    return None


def is_cohort(context: Context, project: EntityId) -> bool:
    """Whether a project is a cohort of another one, by its name."""
    return context.kind(project) == "Cohort" or any(COHORT.search(name) for name in context.entities[project].names[:1])


def label_end(text: Text) -> int | None:
    """The index of the colon that ends a label, where the text begins with one."""
    return next((t.i for t in text.tokens[:LABEL] if t.text == ":" and t.i > 0), None)


def _labelled(
    context: Context,
    text: Text,
    label: list[Token],
    rest: list[Token],
    heads: Heads,
    project: EntityId | None,
) -> Iterator[Candidate]:
    words = {t.lower_ for t in label}
    targets = _projects(context, text, label)
    members = _members(context, text, rest)
    if words & heads.attendance:
        guests = bool(words & GUESTS)
        yield from _attendance(context, text, rest, absent=bool(words & heads.absent), guests=guests)
    if words & heads.absent:
        return
    for target in targets:
        if is_cohort(context, target):
            yield from _join(context, text, members, target, "label list", 0.75)


def _delegations(context: Context, text: Text) -> Iterator[Candidate]:
    """ "For ORG: P; Q." at the head of a sentence: the persons of an organization at a table."""
    for sentence in text.sentences:
        label = [t for t in sentence[:LABEL] if t.lower_ != "the"]
        place = next((n for n, t in enumerate(label[:-2]) if t.lower_ == "for" and label[n + 2].text == ":"), None)
        if place is None or any(t.pos_ in ("VERB", "PRON") for t in label[:place]):
            continue
        held = entity(text, label[place + 1])
        if held is None or context.kind(held) not in ORGANIZATIONS:
            continue
        for person in _persons(context, text, list(text.doc[label[place + 2].i : sentence.end])):
            yield from _one(context, text, person, "represents", held, "label for organization", 0.7)


def _attendance(context: Context, text: Text, rest: list[Token], *, absent: bool, guests: bool) -> Iterator[Candidate]:
    """ "Present: P, Q": members of the board whose minutes these are, at its meeting; who is "also present" is none."""
    title = [r for t in context.texts[:6] for _, r in sorted(t.references.items())]
    boards = [r.entity for r in title if context.kind(r.entity) in ("GovernmentBody", "Organization")]
    meetings = [r.entity for r in title if context.kind(r.entity) == "Event"]
    for person in _persons(context, text, rest):
        if boards and not guests:
            yield from _one(context, text, person, "affiliatedWith", boards[0], "attendance", 0.6)
        if meetings:
            status = Status.DENIED if absent else Status.ASSERTED
            rule = "attendance at the meeting"
            yield from _one(context, text, person, "participatesIn", meetings[0], rule, 0.65, status=status)


def _persons(context: Context, text: Text, tokens: list[Token]) -> list[Token]:
    """The persons named before the first full stop."""
    found: list[Token] = []
    for token in tokens:
        if token.text == "." and found:
            break
        held = entity(text, token)
        if held and named(text, token) and context.kind(held) == "Person":
            found.append(token)
    return found


def _under(
    context: Context, text: Text, above: Text, heads: Heads, project: EntityId | None, event: EntityId | None
) -> Iterator[Candidate]:
    head = list(above.doc)
    words = {t.lower_ for t in head}
    members = _members(context, text, list(text.tokens))
    if not members or members[0].i > 2:
        return
    evidence = (context.sentence(above, above.tokens[0]),)
    targets = _projects(context, above, head)
    if words & heads.absent:
        return
    for target in targets:
        yield from _join(context, text, members, target, "items under project", 0.7, evidence)
        if is_cohort(context, target) and project:
            yield from _join(context, text, members, project, "items under cohort", 0.75, evidence)
    persons = context.kind(text.references[members[0].i].entity) == "Person"  # of a board or staff, as often as not
    joined = project or event
    if not targets and words & heads.members and joined and not persons:
        yield from _join(context, text, members, joined, "items under members", 0.65, evidence)


def find_pairs(context: Context) -> Iterator[Candidate]:
    """List items that pair an employer with its unions ("DISTRICT, with UNION", "DISTRICT / UNION"): partners."""
    for text in context.texts:
        if text.kind is not Kind.ITEM:
            continue
        held = [i for i in sorted(text.references) if named(text, text.tokens[i])]
        if len(held) < 2 or held[0] > 2:
            continue
        first, others = held[0], held[1:]
        if context.kind(text.references[first].entity) not in ("SchoolDistrict", "CharterNetwork"):
            continue
        for other in others:
            if context.kind(text.references[other].entity) == "Place":
                continue
            if context.kind(text.references[other].entity) != "LaborUnion":
                break
            between = [t.lower_ for t in text.tokens[first + 1 : other]]
            joint = next((w for w in between if w in ("with", "and", "&")), None)
            if joint is None or text.tokens[first + 1].lower_ not in ("(", ",", "and", "&", "with"):
                break
            yield from _one(
                context,
                text,
                text.tokens[first],
                "partnersWith",
                text.references[other].entity,
                "paired in an item",
                0.55,
            )


def find_rows(context: Context, acts: frozenset[str]) -> Iterator[Candidate]:
    """Rows of an employer and its union ("DISTRICT | UNION | 12") in a list about bargaining, as `acts` tell."""
    for text in context.texts:
        if not any(_tells(t, acts) for t in (text, *_heads_of_row(context, text))):
            continue
        held = [i for i in sorted(text.references) if named(text, text.tokens[i])]
        if len(held) < 2 or held[0] > 2 or context.kind(text.references[held[0]].entity) not in EMPLOYERS:
            continue
        last = held[0]
        for index in held[1:]:
            between = {t.lower_ for t in text.tokens[last + 1 : index] if t.i not in text.bracketed}
            cell = not between and text.tokens[index].idx in context.annotated.passages[text.index].block.cells
            if index in text.bracketed and context.kind(text.references[index].entity) == "LaborUnion":
                continue
            if context.kind(text.references[index].entity) != "LaborUnion" or not (
                cell or (between and between <= ROW)
            ):
                break
            last = index
            closed = index + 1 >= len(text.doc) or text.tokens[index + 1].text in CLOSING or cell
            if closed:
                union = text.references[index].entity
                yield from _one(
                    context, text, text.tokens[held[0]], "bargainsWith", union, "employer and union in a row", 0.6
                )


def _tells(text: Text, words: frozenset[str]) -> bool:
    """Whether one of the words stands in a text outside names."""
    return any({t.lower_, t.lemma_.lower()} & words for t in text.tokens if t.i not in text.references)


def _heads_of_row(context: Context, row: Text) -> Iterator[Text]:
    """The heading of a row, and the line above the rows that it stands among."""
    if row.heading is not None:
        yield context.texts[row.heading]
    index = row.index - 1
    while index >= 0 and any(i < 3 for i in context.texts[index].references):
        index -= 1
    if index >= 0:
        yield context.texts[index]


def _speakers(context: Context, text: Text, event: EntityId, heads: Heads) -> Iterator[Candidate]:
    """Persons that the lines of an event's own programme begin with, or that are labelled as its speakers."""
    colon = label_end(text)
    start = 0 if colon is None else colon + 1
    labelled = bool({t.lower_ for t in text.tokens[:start]} & heads.speakers)
    if (colon is not None and not labelled) or (len(text.doc) > 60 and not labelled):
        return
    first = next((i for i in sorted(text.references) if i >= start), None)
    if first is None or first > start + 1:
        return
    people = [text.tokens[first]]
    if labelled:
        stop = next((t.i for t in text.tokens[start:] if t.pos_ == "VERB"), len(text.doc))
        people = [t for t in text.tokens[start:stop] if t.i in text.references]
    session = context.texts[text.index - 1] if text.index else None
    for person in people:
        if named(text, person) and context.kind(text.references[person.i].entity) == "Person":
            yield from _one(context, text, person, "participatesIn", event, "programme", 0.65)
            if session is not None and session.kind is Kind.HEADING:
                for held in _projects(context, session, list(session.tokens)):
                    if held != event:
                        evidence = (context.sentence(session, session.tokens[0]),)
                        yield from _one(context, text, person, "leads", held, "session", 0.65, evidence)


def _projects(context: Context, text: Text, tokens: list[Token]) -> list[EntityId]:
    found = [e for t in tokens if (e := entity(text, t)) and context.kind(e) in PROJECTS]
    return list(dict.fromkeys(found))


def _members(context: Context, text: Text, tokens: list[Token]) -> list[Token]:
    """Organizations (or persons) that a list names before its first full stop."""
    found: list[Token] = []
    for token in tokens:
        if token.text == "." and found:
            break
        held = entity(text, token)
        if held and named(text, token):
            found.append(token)
    kinds = [context.kind(text.references[t.i].entity) for t in found]
    if kinds and kinds[0] == "Person":
        return [t for t, k in zip(found, kinds, strict=True) if k == "Person"]
    return [t for t, k in zip(found, kinds, strict=True) if k in ORGANIZATIONS]


def _join(
    context: Context,
    text: Text,
    members: list[Token],
    project: EntityId,
    rule: str,
    confidence: float,
    evidence: tuple[Anchor, ...] = (),
) -> Iterator[Candidate]:
    for member in members:
        yield from _one(context, text, member, "participatesIn", project, rule, confidence, evidence)


def _one(
    context: Context,
    text: Text,
    member: Token,
    predicate: str,
    object_: EntityId,
    rule: str,
    confidence: float,
    evidence: tuple[Anchor, ...] = (),
    status: Status = Status.ASSERTED,
) -> Iterator[Candidate]:
    candidate = assertion(
        context,
        text,
        text.references[member.i].entity,
        predicate,
        object_,
        (member,),
        rule=rule,
        confidence=confidence,
        evidence=evidence,
        status=status,
    )
    if candidate:
        yield candidate
