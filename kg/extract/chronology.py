"""Chronology: when events, projects and organizations began and ended, from dates beside words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Span, Token

from kg.extract.statements import ORGANIZATIONS, PROJECTS, Candidate, assertion, entity
from kg.extract.context import Context, Text
from kg.extract.dates import DateMention, document_date, find_dates
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import Date, Status

GAP = re.compile(r"\s*[,(]?\s*(?:on|in|of|held|for|this|from|,)?\s*")
DISTANCE = 60


def find_chronology(context: Context, lexicon: Lexicon, markers: Markers) -> Iterator[Candidate]:
    """startedOn and endedOn candidates, in reading order."""
    reference = document_date(context.annotated)
    words = {form: relation for relation in ("endedOn", "startedOn") for form in lexicon.forms(relation)}
    for text in context.texts:
        for sentence in text.doc.sents:
            dates = find_dates(sentence.text, reference)
            things = [t for t in sentence if _dated(context, text, t)]
            for date in dates:
                yield from _by_verb(context, text, sentence, date, things, words, markers)
                yield from _beside(context, text, sentence, date, things)


def _dated(context: Context, text: Text, token: Token) -> bool:
    found = entity(text, token)
    return found is not None and context.kind(found) in PROJECTS | ORGANIZATIONS


def _by_verb(
    context: Context,
    text: Text,
    sentence: Span,
    date: DateMention,
    things: list[Token],
    words: dict[str, str],
    markers: Markers,
) -> Iterator[Candidate]:
    """The nearest verb of beginning or ending before the date, and the project (else organization) nearest to it."""
    at = sentence.start_char + date.start
    verbs = [t for t in sentence if t.i not in text.references and t.lemma_.lower() in words and 0 < at - t.idx - len(t.text) < DISTANCE]
    if not verbs:
        return
    verb = verbs[-1]
    before = [t for t in things if t.idx < at]
    projects = [t for t in before if context.kind(text.references[t.i].entity) in PROJECTS]
    chosen = projects or before or [t for t in things if context.kind(text.references[t.i].entity) in PROJECTS]
    if not chosen:
        return
    thing = min(chosen, key=lambda t: abs(t.idx - verb.idx))
    status = find_status(verb, markers)
    candidate = assertion(
        context,
        text,
        text.references[thing.i].entity,
        words[verb.lemma_.lower()],
        Date(value=date.value),
        (thing, verb, _token(sentence, date)),
        rule=f"date: {verb.lemma_.lower()}",
        confidence=0.6,
        status=Status.ASSERTED if status is Status.PLANNED else status,
    )
    if candidate:
        yield candidate


def _beside(
    context: Context, text: Text, sentence: Span, date: DateMention, things: list[Token]
) -> Iterator[Candidate]:
    """ "EVENT, on DATE", and dates inside the name of an event."""
    for thing in things:
        if context.kind(text.references[thing.i].entity) != "Event":
            continue
        begins, ends = thing.idx - sentence.start_char, thing.idx - sentence.start_char + len(thing.text)
        gap = sentence.text[ends : date.start] if ends <= date.start else None
        if begins <= date.start < ends:
            rule = "dated name"
        elif gap is not None and GAP.fullmatch(gap):
            rule = "event on date"
        else:
            continue
        candidate = assertion(
            context,
            text,
            text.references[thing.i].entity,
            "startedOn",
            Date(value=date.value),
            (thing, _token(sentence, date)),
            rule=rule,
            confidence=0.7,
        )
        if candidate:
            yield candidate


def _token(sentence: Span, date: DateMention) -> Token:
    """The last token of a date."""
    end = sentence.start_char + date.end
    return next(t for t in reversed(list(sentence)) if t.idx < end)
