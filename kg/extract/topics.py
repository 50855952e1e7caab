"""What a number is about: the organizations, initiatives and events that it may be said of, best first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
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
    """What a number may be about: the topic nearest to it in its sentence, the first one before in its passage, and
    what the document is about.
    """
    sentence = span.sent
    inside = _topics(context, text, sentence)
    before = _topics(context, text, text.doc[: sentence.start])
    nearest = min(inside, key=lambda t: abs(t.i - span.start), default=None)
    candidates = [
        text.references[nearest.i].entity if nearest is not None else None,
        text.references[before[0].i].entity if before else None,
        leading.employer,
        leading.project,
        leading.organization,
    ]
    return tuple(dict.fromkeys(c for c in candidates if c is not None))[:MOST]


def _topics(context: Context, text: Text, tokens: Iterable[Token]) -> list[Token]:
    return [t for t in tokens if t.i in text.references and context.kind(text.references[t.i].entity) in TOPICS]
