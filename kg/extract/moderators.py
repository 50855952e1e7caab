"""Those who lead a session of a programme: "Moderator: P" behind its title."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from kg.extract.context import Context, Text
from kg.extract.statements import PROJECTS, Candidate, assertion, entity, named


def find_session_leaders(context: Context, words: frozenset[str]) -> Iterator[Candidate]:
    """Candidates for leads, in reading order.

    Args:
        context: the resolved document.
        words: nouns before the colon behind which those stand who lead.
    """
    for text in context.texts:
        for token in text.tokens:
            if token.text == ":" and token.i and token.nbor(-1).lower_ in words:
                yield from _session_leaders(context, text, token)


def _session_leaders(context: Context, text: Text, colon: Token) -> Iterator[Candidate]:
    """Persons behind "Moderator:", of the session named before it in the passage."""
    before = [i for i in sorted(text.references) if i < colon.i and _is_project(context, text, i)]
    if not before:
        return
    session = text.tokens[before[-1]]
    for token in text.tokens[colon.i + 1 :]:
        if token.text in (".", ":") or (token.text == ";" and colon.nbor(-1).tag_ == "NN"):
            break
        held = entity(text, token)
        if held is not None and named(text, token) and context.kind(held) == "Person":
            candidate = assertion(
                context,
                text,
                held,
                "leads",
                text.references[session.i].entity,
                (session, colon, token),
                rule="leads the session",
                confidence=0.65,
            )
            if candidate:
                yield candidate


def _is_project(context: Context, text: Text, index: int) -> bool:
    return context.kind(text.references[index].entity) in PROJECTS
