"""Descriptions: nouns for a kind of organization that stand for the one of that kind ("her union", "union leaders").

A bare "the union" is resolved with the pronouns; here are the descriptions that say more than the noun. They refer
only where the document has one entity of the kind, or one whose name has the description's people in it ("the teachers'
union").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.context import Context
from kg.extract.mentions import ORGANIZATIONS
from kg.model import EntityId

#: Modifiers that single no other one out.
NEUTRAL = frozenset({"school", "public", "local", "own", "whole", "entire", "labor"})
#: Kinds whose noun before another one is no mere attribute ("union leaders", but not "school nurse").
EMPLOYING = frozenset({"SchoolDistrict", "LaborUnion", "CharterNetwork"})
MODIFIERS = frozenset({"compound", "amod", "nummod", "nmod", "poss"})
#: Letters of a noun for people that its other forms share ("teachers", "teaching").
STEM = 5


@dataclass(frozen=True, slots=True)
class DescriptionWords:
    """Nouns of the lexicon for descriptions.

    Attributes:
        nouns: nouns for kinds of organizations, of one word or two ("school district"), with the kinds.
        heads: the last word of each.
        people: nouns for those whom organizations consist of or employ, and for their posts.
    """

    nouns: Mapping[str, frozenset[str]]
    heads: frozenset[str]
    people: frozenset[str]


def described(context: Context, token: Token, words: DescriptionWords) -> EntityId | None:
    """The organization that a noun describes; None where it may be another one.

    Args:
        context: the resolved document; its counts tell what it names.
        token: a noun outside names.
        words: nouns of descriptions.
    """
    found = _noun(token, words)
    if found is None:
        return None
    kinds, inside = found
    people = token.head.lemma_.lower() in words.people or token.head.lower_ in words.people
    modifiers = [c for c in token.children if c.dep_ in MODIFIERS and c.i not in inside]
    if token.dep_ in ("compound", "nmod", "poss") and people and not modifiers and token.tag_ != "NNS":
        return _only(context, kinds & EMPLOYING, ())
    if token.tag_ == "NNS":
        return None
    members = [c for c in modifiers if {c.lower_, c.lemma_.lower()} & words.people]
    owned = any(c.tag_ == "PRP$" for c in modifiers)
    definite = any(c.dep_ == "det" and c.lower_ in ("the", "this") for c in token.children)
    plain = all(c in members or c.tag_ == "PRP$" or c.lower_ in NEUTRAL or _counts(c) for c in modifiers)
    more = bool(modifiers) or len(inside) > 1
    return _only(context, kinds, members) if plain and more and (owned or definite or members) else None


def _noun(token: Token, words: DescriptionWords) -> tuple[frozenset[str], frozenset[int]] | None:
    """The kinds that a noun tells with or without the word before it, and the tokens that tell them."""
    before = token.doc[token.i - 1] if token.i else None
    if before is not None and before.head.i == token.i:
        kinds = words.nouns.get(f"{before.lower_} {token.lower_}", frozenset())
        if kinds:
            return kinds, frozenset({before.i, token.i})
    kinds = words.nouns.get(token.lower_, frozenset())
    return (kinds, frozenset({token.i})) if kinds else None


def _counts(modifier: Token) -> bool:
    """Whether a modifier only tells how large something is ("400-member")."""
    return modifier.like_num or modifier.text[0].isdigit() or modifier.lower_ == "member"


def _only(context: Context, kinds: frozenset[str], members: list[Token] | tuple[Token, ...]) -> EntityId | None:
    """The document's one organization of the kinds, or the one whose name has the members in it."""
    held = sorted(e for e in context.counts if context.kind(e) in kinds & ORGANIZATIONS)
    stems = {t.lower_[:STEM] for t in members}
    called = [
        e for e in held if any(w[:STEM] in stems for name in context.entities[e].names for w in name.lower().split())
    ]
    if len(called) == 1:
        return called[0]
    return held[0] if len(held) == 1 else None
