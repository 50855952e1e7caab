"""Candidates: statements that a frame proposes, with the words that carry them, before they are merged.

What kinds of things a relation may join is decided here, once, for all frames (a union represents an employer's staff,
a person is affiliated with an organization, …).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from spacy.tokens import Token

from kg.assets import by_extension
from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.extract.mentions import Form
from kg.model import Anchor, Assertion, Date, EntityId, Grounds, Membership, Span, Status
from kg.ontology import load_ontology

PROJECTS = frozenset({"Initiative", "Event"})
#: Relations of employers and not of single schools.
OF_EMPLOYERS = frozenset({"partnersWith", "bargainsWith", "organizes", "represents"})


@by_extension
def signatures() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Relation → kinds of the subject, kinds of the object, as the ontology has them; no kinds of object: a date."""
    ontology = load_ontology()

    def kinds(allowed: frozenset[str]) -> frozenset[str]:
        return frozenset(k for k in ontology.classes if any(ontology.is_a(k, a) for a in allowed))

    return MappingProxyType(
        {
            relation: (kinds(ontology.signature(relation)[0]), kinds(ontology.signature(relation)[1]))
            for relation in ontology.relations
        }
    )


@by_extension
def symmetric() -> frozenset[str]:
    """The relations that hold in both directions."""
    return frozenset(n for n, p in load_ontology().properties.items() if "symmetric" in p.characteristics)


@dataclass(frozen=True, slots=True)
class Site:
    """Where a role is told: the tokens [start, end) of the phrase for the post, and its person if in the same text."""

    text: int
    start: int
    end: int
    person: int | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement and the smallest stretch of text that holds its arguments and its predicate; of a role its site."""

    value: Assertion | Membership
    trigger: Anchor
    site: Site | None = None


def fits(context: Context, subject: EntityId, predicate: str, object_: EntityId | Date) -> bool:
    """Whether a relation may join two entities (or an entity and a date) of these kinds."""
    subjects, objects = signatures()[predicate]
    if subject == object_ or subjects.isdisjoint(context.classes(subject)):
        return False
    if isinstance(object_, Date):
        return predicate in ("startedOn", "endedOn")
    if objects.isdisjoint(context.classes(object_)):
        return False
    kinds = (context.kind(subject), context.kind(object_))
    if predicate == "bargainsWith":
        return kinds.count("LaborUnion") == 1
    if predicate == "represents":
        return kinds[0] == "Person" or kinds[1] != "LaborUnion"
    if predicate == "partOf":
        return _contains(*kinds)
    if predicate == "memberOf":
        # Unions federate unions; employers join pools and associations.
        return kinds[1] != "LaborUnion" or kinds[0] not in (
            "SchoolDistrict",
            "School",
            "CharterNetwork",
            "GovernmentBody",
        )
    return True


def _contains(part: str, whole: str) -> bool:
    """Which kinds of organizations are parts of which."""
    if part == "School":
        return whole in ("SchoolDistrict", "CharterNetwork", "Organization")
    if part == "LaborUnion" or whole == "LaborUnion":
        return whole == "LaborUnion"
    return part not in ("SchoolDistrict", "CharterNetwork")


def assertion(
    context: Context,
    text: Text,
    subject: EntityId,
    predicate: str,
    object_: EntityId | Date,
    tokens: Iterable[Token],
    *,
    rule: str,
    confidence: float,
    status: Status = Status.ASSERTED,
    evidence: tuple[Anchor, ...] = (),
) -> Candidate | None:
    """A candidate for a relation, or None where the kinds do not fit.

    Args:
        context: the resolved document.
        text: where the tokens stand.
        subject: of the relation.
        predicate: local name of the relation.
        object_: of the relation.
        tokens: arguments and predicate, of one text; they span the trigger, and their sentences are the evidence.
        rule: name of the frame.
        confidence: of the frame.
        status: of the predicate's clause.
        evidence: further anchors that the statement rests on (a heading, a list's head).
    """
    if predicate in OF_EMPLOYERS:
        subject = employer_called(context, subject)
        object_ = object_ if isinstance(object_, Date) else employer_called(context, object_)
    if not fits(context, subject, predicate, object_):
        return None
    if predicate in symmetric() and isinstance(object_, str) and context.kind(object_) == "LaborUnion":
        subject, object_ = object_, subject
    held = sorted(tokens, key=lambda t: t.i)
    grounds = Grounds(
        evidence=tuple(dict.fromkeys((*sentences(context, text, held), *evidence))),
        rule=rule,
        status=status,
        confidence=confidence,
    )
    return Candidate(
        Assertion(subject=subject, predicate=predicate, object=object_, grounds=grounds), stretch(context, text, held)
    )


def sentences(context: Context, text: Text, tokens: Iterable[Token]) -> tuple[Anchor, ...]:
    """The sentences of the tokens, in reading order."""
    return tuple(sorted({context.sentence(text, token) for token in tokens}))


def running_text(context: Context) -> tuple[Anchor, ...]:
    """All sentences of paragraphs and list items, in reading order."""
    texts = [t for t in context.texts if t.kind in (Kind.PARAGRAPH, Kind.ITEM)]
    return tuple(
        sorted(
            {
                context.sentence(t, s)
                for t in texts
                for s in t.sentences
                if not t.string[s.start_char : s.end_char].isspace()
            }
        )
    )


def stretch(context: Context, text: Text, tokens: Iterable[Token]) -> Anchor:
    """The smallest anchor that holds the tokens."""
    held = list(tokens)
    return context.anchor(text, min(t.idx for t in held), max(t.idx + len(t.text) for t in held))


def employer_called(context: Context, organization: EntityId) -> EntityId:
    """The employer that a school's name stands for: "Elm" of the Elm Union School District, where both are named.

    Schools do not bargain, organize or partner with unions; the district that bears the same name does.
    """
    if context.kind(organization) != "School":
        return organization
    names = context.entities[organization].names
    employers = sorted(
        e
        for e, x in context.entities.items()
        if x.kind in ("SchoolDistrict", "CharterNetwork")
        and any(longer.startswith(f"{short} ") for longer in x.names for short in names)
    )
    return employers[0] if len(employers) == 1 else organization


def within(inner: Anchor, outer: Anchor) -> bool:
    """Whether an anchor lies inside another."""
    return inner.document == outer.document and _covers(outer.span, inner.span)


def _covers(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def entity(text: Text, token: Token) -> EntityId | None:
    """What a token refers to."""
    reference = text.references.get(token.i)
    return reference.entity if reference else None


def named(text: Text, token: Token) -> bool:
    """Whether a token refers by a name (not by a pronoun, "we" or a class noun)."""
    reference = text.references.get(token.i)
    return reference is not None and reference.form in (Form.NAME, Form.ACRONYM, Form.SHORT)


SEPARATORS = frozenset({",", "and", "&", ";", "/", "or"})
#: Letters behind a name ("Ph.D.", "M.P.P.", "Esq.").
LETTERS = re.compile(r"(?:[A-Z][a-z]?\.){2,}|(?:Esq|Jr|Sr)\.|R\.?N\.?|Ph\.?D\.?|Ed\.?D\.?")
GLUE = SEPARATORS | {"the", "as", "well", "both", "dr.", "mr.", "ms.", "mrs."}


def lists(context: Context, text: Text) -> dict[int, tuple[int, ...]]:
    """Coordinated mentions of one family: each token index of a list → all its indices.

    Brackets between members are passed over ("A (12 schools) and B (9)").
    """
    if text.lists is None:
        text.lists = _lists(context, text)
    return text.lists


def _lists(context: Context, text: Text) -> dict[int, tuple[int, ...]]:
    if len(text.references) < 2:
        return {index: (index,) for index in text.references}
    mates: dict[int, tuple[int, ...]] = {}
    current: list[int] = []
    for index in sorted(text.references):
        if current and index in text.bracketed and current[-1] not in text.bracketed:
            continue
        if current:
            if _coordinated(context, text, current[-1], index):
                current.append(index)
                continue
            mates |= dict.fromkeys(current, tuple(current))
        current = [index]
    mates |= dict.fromkeys(current, tuple(current))
    return mates


def _coordinated(context: Context, text: Text, first: int, second: int) -> bool:
    """Whether two mentions are of one family with only commas, "and" and the like between them."""
    if context.family(text.references[second].entity) != context.family(text.references[first].entity):
        return False
    separated = False
    for token in text.tokens[first + 1 : second]:
        if token.i not in text.bracketed:
            word = token.lower_
            if word not in GLUE and not LETTERS.fullmatch(token.text):
                return False
            separated = separated or word in SEPARATORS
    return separated
