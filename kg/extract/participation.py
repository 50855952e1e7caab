"""Participation that no verb frame states: talks given at the event in focus, and delegates to a project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.context import Context, Text
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.statements import PROJECTS, Candidate, assertion, entity, lists, named
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import EntityId

#: Tokens between "representative", "to PROJECT" and "from ORGANIZATION".
REACH = 5


@dataclass(frozen=True, slots=True)
class ParticipationWords:
    """Nouns for talks, verbs of presenting, nouns for delegates."""

    talks: frozenset[str]
    presenting: frozenset[str]
    delegates: frozenset[str]


@lru_cache(maxsize=2)
def find_participation_words(lexicon: Lexicon) -> ParticipationWords:
    """The participation words of a lexicon."""
    verbs = [e for e in lexicon.denoting("presentsAt") if e.part_of_speech == "verb"]
    return ParticipationWords(
        talks=lexicon.forms("Presentation"),
        presenting=frozenset(form for entry in verbs for form in entry.forms),
        delegates=lexicon.forms("Delegate"),
    )


def find_participation(context: Context, words: ParticipationWords, markers: Markers) -> Iterator[Candidate]:
    """Candidates for presentsAt, represents and participatesIn, in reading order."""
    focus = focus_event(context)
    for text in context.texts:
        mates = lists(context, text)
        for token in text.tokens:
            if token.i in text.references:
                continue
            if focus and token.lower_ in words.talks and token.pos_ in ("NOUN", "PROPN"):
                yield from _talk(context, text, token, focus, mates, markers)
            if token.lower_ in words.delegates and token.pos_ in ("NOUN", "PROPN"):
                yield from _delegate(context, text, token)


def focus_event(context: Context) -> EntityId | None:
    """The event that the document is about: named in its first lines and named most."""
    events = [e for e in context.counts if context.kind(e) == "Event"]
    early = {
        r.entity for text in context.texts[:4] for r in text.references.values() if context.kind(r.entity) == "Event"
    }
    return min((e for e in events if e in early), key=lambda e: (-context.counts[e], e), default=None)


def _talk(
    context: Context, text: Text, noun: Token, focus: EntityId, mates: dict[int, tuple[int, ...]], markers: Markers
) -> Iterator[Candidate]:
    """ "presentations by A and B", "told the group during his presentation"."""
    speakers: list[Token] = []
    # "presentations by A from ORG": parsers hang "from ORG" on the presentations, though it tells where A belongs.
    introduced = {c.lower_ for c in noun.children if c.dep_ == "prep"} & {"by", "from"}
    for child in noun.children:
        if child.dep_ == "prep" and child.lower_ == ("by" if "by" in introduced else "from"):
            speakers += [c for c in child.children if c.dep_ == "pobj"]
        elif child.dep_ in ("poss", "compound"):
            speakers.append(child)
    here = [e for t in noun.sent if named(text, t) and (e := entity(text, t)) and context.kind(e) == "Event"]
    event = here[0] if here else focus
    for speaker in speakers:
        for index in mates.get(speaker.i, (speaker.i,)):
            who = entity(text, text.tokens[index])
            if who is None:
                continue
            candidate = assertion(
                context,
                text,
                who,
                "presentsAt",
                event,
                (text.tokens[index], noun),
                rule="talk",
                confidence=0.75,
                status=find_status(noun, markers),
            )
            if candidate:
                yield candidate


def _delegate(context: Context, text: Text, noun: Token) -> Iterator[Candidate]:
    """ "P, a representative to PROJECT from ORG": P represents and belongs to ORG, both take part."""
    doc, project, organization = text.doc, None, None
    index = noun.i + 1
    while index + 1 < min(len(doc), noun.i + 2 * REACH):
        if doc[index].lower_ in ("to", "on", "from", "for", "of"):
            target = next((i for i in range(index + 1, min(index + 3, len(doc))) if i in text.references), None)
            if target is None:
                break
            kind = context.kind(text.references[target].entity)
            if kind in PROJECTS:
                project = doc[target]
            elif kind in ORGANIZATIONS and doc[index].lower_ in ("from", "for", "of"):
                organization = doc[target]
            index = target + 1
        else:
            break
    person = next((doc[i] for i in range(noun.i - 1, max(-1, noun.i - 5), -1) if _is_person(context, text, i)), None)
    if person is None or organization is None:
        return
    who, body = text.references[person.i].entity, text.references[organization.i].entity
    held = (person, noun, organization)
    found = [assertion(context, text, who, "represents", body, held, rule="delegate", confidence=0.85)]
    if project is not None:
        target_project = text.references[project.i].entity
        held_all = (person, noun, organization, project)
        rule = "delegate to project"
        found += [
            assertion(context, text, s, "participatesIn", target_project, held_all, rule=rule, confidence=0.8)
            for s in (who, body)
        ]
    yield from (c for c in found if c)


def _is_person(context: Context, text: Text, index: int) -> bool:
    return index in text.references and context.kind(text.references[index].entity) == "Person"
