"""Agreements: the parties that an agreement's own words name ("the contract between A and B", "A's pact with B").

A contract that is named or told apart is one token, so that no argument frame of its noun is tried.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from kg.extract.arguments import of_noun, of_verb, subjects_of
from kg.extract.context import Context, Text
from kg.extract.mentions import Form
from kg.extract.parties import BargainingWords, is_called
from kg.extract.statements import Candidate, assertion, entity, lists
from kg.extract.status import Markers, find_status
from kg.model import Status

PARTIES = frozenset({"LaborUnion", "SchoolDistrict", "School", "CharterNetwork", "GovernmentBody"})
#: Prepositions behind an agreement or its verb that lead to a party.
WITH = frozenset({"with", "between", "among"})


def find_agreements(context: Context, words: BargainingWords, markers: Markers) -> Iterator[Candidate]:
    """Candidates for participatesIn and bargainsWith, in reading order."""
    for text in context.texts:
        mates = lists(context, text)
        for token in text.tokens:
            held = entity(text, token)
            if held is None or context.kind(held) != "Initiative" or not is_called(context, held, words.agreements):
                continue
            if text.references[token.i].form is Form.PRONOUN:
                continue
            parties = _parties(context, text, token, mates, words.stances)
            status = find_status(token, markers)
            status = Status.ASSERTED if status is Status.PLANNED else status
            for party in parties:
                yield from _one(context, text, party, "participatesIn", token, (party, token), status)
            others = [p for p in parties if context.kind(text.references[p.i].entity) != "LaborUnion"]
            if not is_called(context, held, words.contracts):
                for union in parties:
                    if union not in others:
                        for other in others:
                            yield from _one(context, text, union, "partnersWith", other, (union, token, other), status)
            if is_called(context, held, words.contracts):
                unions = [p for p in parties if context.kind(text.references[p.i].entity) == "LaborUnion"]
                for union in unions:
                    for other in parties:
                        if other not in unions:
                            yield from _one(context, text, union, "bargainsWith", other, (union, token, other), status)


def _parties(
    context: Context, text: Text, agreement: Token, mates: dict[int, tuple[int, ...]], stances: frozenset[str]
) -> list[Token]:
    """Possessors, those it is with or between, and the subjects of the verb that makes it; who opposes it is none."""
    arguments = of_noun(agreement)
    found = [*arguments.possessors, *(t for t, preposition in arguments.objects if preposition in WITH)]
    verb = agreement.head
    if agreement.dep_ == "dobj" or (agreement.dep_ == "pobj" and verb.lower_ in ("on", "to", "into")):
        verb = verb if agreement.dep_ == "dobj" else verb.head
        if verb.pos_ == "VERB" and verb.lemma_.lower() not in stances:
            found += [t for t, preposition in of_verb(verb).objects if preposition in WITH]
            found += subjects_of(verb)
    held: dict[int, Token] = {}
    for token in found:
        for one in (token, *token.conjuncts):
            for index in mates.get(one.i, (one.i,)):
                if index in text.references and context.kind(text.references[index].entity) in PARTIES:
                    held[index] = text.tokens[index]
    return [held[i] for i in sorted(held)]


def _one(
    context: Context,
    text: Text,
    subject: Token,
    relation: str,
    object_: Token,
    tokens: tuple[Token, ...],
    status: Status,
) -> Iterator[Candidate]:
    candidate = assertion(
        context,
        text,
        text.references[subject.i].entity,
        relation,
        text.references[object_.i].entity,
        tokens,
        rule="party to an agreement",
        confidence=0.75,
        status=status,
    )
    if candidate:
        yield candidate
