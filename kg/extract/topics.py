"""What a number is about: the organizations, initiatives and events that it may be said of, best first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS
from kg.model import EntityId

EMPLOYERS = frozenset({"SchoolDistrict", "CharterNetwork"})
PROJECTS = frozenset({"Initiative", "Event"})
TOPICS = ORGANIZATIONS | PROJECTS
#: More candidates than this say nothing.
MOST = 3


@dataclass(frozen=True, slots=True)
class Leading:
    """The entities a document is about: its main employer, initiative or event, and organization."""

    employer: EntityId | None
    project: EntityId | None
    organization: EntityId | None


def find_leading(context: Context) -> Leading:
    """The most named employer, project and organization of a document."""
    return Leading(_most(context, EMPLOYERS), _most(context, PROJECTS), context.main)


def _most(context: Context, kinds: frozenset[str]) -> EntityId | None:
    fitting = [e for e in context.counts if context.kind(e) in kinds]
    return min(fitting, key=lambda e: (-context.counts[e], e), default=None)


def about(context: Context, text: Text, span: Span, leading: Leading) -> tuple[EntityId, ...]:
    """What a number may be about.

    In this order: an event of its clause (a survey, a vote), the topic nearest to it, the project of the words that
    lead into its list, the first topic of its passage and of its clause, and what the document is about.
    """
    inside = _topics(context, text, _clause(text, span)) or _topics(context, text, span.sent)
    before = next(([text.doc[i]] for i in sorted(text.references) if _is_topic(context, text, i)), [])
    before = [t for t in before if t.i < span.sent.start]
    lead = lead_of(context, text)
    projects = [t for t in _topics(context, lead, lead.doc) if _kind(context, lead, t) in PROJECTS] if lead else []
    events = [t for t in inside if _kind(context, text, t) == "Event"]
    candidates = [
        *(text.references[t.i].entity for t in events[-1:]),
        *(text.references[t.i].entity for t in sorted(inside, key=lambda t: _distance(context, text, t, span))[:1]),
        *(lead.references[t.i].entity for t in projects[-1:] if lead),
        *(text.references[t.i].entity for t in before + inside[:1]),
        *(e for e in (leading.employer, leading.project, leading.organization) if e is not None),
    ]
    return tuple(dict.fromkeys(candidates))[:MOST]


def _clause(text: Text, span: Span) -> list[Token]:
    """The words of the sentence between the semicolons around a span."""
    cuts = [t.i for t in span.sent if t.text == ";"]
    start = max((c for c in cuts if c < span.start), default=span.sent.start - 1)
    end = min((c for c in cuts if c >= span.end), default=span.sent.end)
    return list(text.doc[start + 1 : end])


def _distance(context: Context, text: Text, token: Token, span: Span) -> tuple[int, bool]:
    """How far a topic stands from a number; of two that a hyphen joins ("district-union contract") the employer."""
    other = token.i + 2
    coupled = other in text.references and text.doc[token.i + 1].text in ("-", "–", "/")
    near = min(abs(i - span.start) for i in ((token.i, other) if coupled else (token.i,)))
    return near, _kind(context, text, token) not in EMPLOYERS


def lead_of(context: Context, text: Text) -> Text | None:
    """The paragraph that leads into the list of an item; None for other passages."""
    if text.kind is not Kind.ITEM:
        return None
    before = [t for t in context.texts[: text.index] if t.kind not in (Kind.ITEM, Kind.FOOTNOTE)]
    return before[-1] if before and before[-1].kind is Kind.PARAGRAPH else None


def _kind(context: Context, text: Text, token: Token) -> str:
    return context.kind(text.references[token.i].entity)


def _topics(context: Context, text: Text, tokens: Iterable[Token]) -> list[Token]:
    return [t for t in tokens if t.i in text.references and _is_topic(context, text, t.i)]


def _is_topic(context: Context, text: Text, index: int) -> bool:
    return context.kind(text.references[index].entity) in TOPICS
