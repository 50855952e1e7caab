"""Funding: money from a funder where the one who gets it stands elsewhere ("a $240,000 grant from the ORG")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.context import Context, Text
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.rosters import main_project
from kg.extract.statements import PROJECTS, Candidate, assertion, entity, lists, named
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import EntityId

FUNDERS = frozenset({"SupportOrganization", "GovernmentBody", "Organization"})


@dataclass(frozen=True, slots=True)
class FundingWords:
    """Nouns for grants and verbs of giving."""

    grants: frozenset[str]
    giving: frozenset[str]


def find_funding_words(lexicon: Lexicon) -> FundingWords:
    """The funding words of a lexicon."""
    entries = lexicon.denoting("funds")
    return FundingWords(
        grants=frozenset(f for e in entries if e.part_of_speech == "noun" for f in e.forms),
        giving=frozenset(f for e in entries if e.part_of_speech == "verb" for f in e.forms),
    )


def find_funding(context: Context, words: FundingWords, markers: Markers) -> Iterator[Candidate]:
    """Candidates for funds, in reading order."""
    project = main_project(context)
    for text in context.texts:
        mates = lists(context, text)
        for token in text.doc:
            if token.i in text.references:
                continue
            if token.lemma_.lower() in words.grants and token.pos_ == "NOUN":
                funders, rule = _givers_of(context, text, token), "grant from funder"
            elif token.lemma_.lower() in words.giving and token.pos_ == "VERB" and _money(token):
                funders, rule = _funding_subjects(context, text, token), "funder gives money"
            else:
                continue
            status = find_status(token, markers)
            for funder in [text.doc[i] for f in funders for i in mates.get(f.i, (f.i,))]:
                held = _beneficiary(context, text, token, funder, mates.get(funder.i, (funder.i,)), project)
                if held is None or (held[1] is None and token.pos_ == "VERB"):
                    continue
                target, where = held
                tokens = (funder, token) if where is None else (funder, token, where)
                confidence = 0.6 if where is None else 0.65
                candidate = assertion(
                    context,
                    text,
                    text.references[funder.i].entity,
                    "funds",
                    target,
                    tokens,
                    rule=rule if where is not None else f"{rule}, for the project",
                    confidence=confidence,
                    status=status,
                )
                if candidate:
                    yield candidate


def _givers_of(context: Context, text: Text, grant: Token) -> list[Token]:
    return [
        c
        for preposition in grant.children
        if preposition.dep_ == "prep" and preposition.lower_ in ("from", "by", "of")
        for c in preposition.children
        if c.dep_ == "pobj" and _funder(context, text, c)
    ]


def _funding_subjects(context: Context, text: Text, verb: Token) -> list[Token]:
    subjects = [c for c in verb.children if c.dep_ == "nsubj"]
    if verb.dep_ == "relcl" and (not subjects or subjects[0].tag_ in ("WDT", "WP")):
        subjects = [verb.head]
    return [s for s in subjects if _funder(context, text, s)]


def _funder(context: Context, text: Text, token: Token) -> bool:
    held = entity(text, token)
    return held is not None and context.kind(held) in FUNDERS


def _money(verb: Token) -> bool:
    return any(t.text == "$" for t in verb.subtree)


def _beneficiary(
    context: Context, text: Text, word: Token, funder: Token, mates: tuple[int, ...], project: EntityId | None
) -> tuple[EntityId, Token | None] | None:
    """Who gets the money: the project of the sentence, else the document's where no other organization is named."""
    for token in word.sent:
        held = entity(text, token)
        if token.i != funder.i and held and context.kind(held) in PROJECTS and named(text, token):
            return held, token
    others = [
        t for t in word.sent if t.i not in mates and (held := entity(text, t)) and context.kind(held) in ORGANIZATIONS
    ]
    return (project, None) if project and not others else None
