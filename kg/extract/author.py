"""Author: the person who says "I" in a document outside quotations, by byline, signature or introduction.

Letters, columns and testimony name their author once, at the head or at the foot; where two persons may be meant, or
nobody says "I", there is none.
"""

from __future__ import annotations

import re

from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.extract.statements import named
from kg.model import EntityId

FIRST_SINGULAR = frozenset({"i", "me", "my", "myself", "mine"})
#: "I" is said at least so often.
LEAST = 2
#: Blocks at the head and at the foot of a document where its author is named.
HEAD, FOOT = 8, 8
BYLINE = re.compile(r"(?:[Bb]y|BY|From:?|FROM:?|Testimony of|TESTIMONY OF|Remarks by|Statement of)[: ]+$")
INTRODUCED = re.compile(r"\b(?:[Mm]y name is|I am|I'm) (?:\w+\. )?$")
#: Longest line of a signature, in characters.
LINE = 220
#: What stands before the name in a signature.
SIGNED = re.compile(r"(?:[—–-]{1,2}|/s/|[Ss]incerely,|[Rr]egards,|[Yy]ours,|[Ss]igned:?)?\s*(?:\w{1,3}\. )?$")
#: What may stand behind it.
BEHIND = re.compile(r"(?:,.{0,80}| is (?:an? |the ).*| teaches .*| works .*)?$")


def find_author(context: Context) -> EntityId | None:
    """The only person whom byline, signature or introduction name as author of a document that says "I"."""
    said = sum(t.text in ("I", "my", "My") and not x.quoted[t.i] for x in context.texts for t in x.tokens)
    if said < LEAST or any(text.label for text in context.texts):
        return None
    for found in (_introduced(context), _in_head(context), _in_foot(context)):
        if found:
            return next(iter(found)) if len(found) == 1 else None
    return None


def find_byline(context: Context) -> EntityId | None:
    """The only person whom a byline at the head or a signature at the foot names: who "the writer" is."""
    for found in (_in_head(context), _in_foot(context)):
        if found:
            return next(iter(found)) if len(found) == 1 else None
    return None


def _introduced(context: Context) -> set[EntityId]:
    """ "My name is P", "I am P"."""
    return {
        text.references[i].entity
        for text in context.texts
        for i in text.references
        if _is_person(context, text, i) and not text.quoted[i] and INTRODUCED.search(text.string[: text.tokens[i].idx])
    }


def _in_head(context: Context) -> set[EntityId]:
    """ "By P", "From: P"."""
    return {
        text.references[i].entity
        for text in context.texts[:HEAD]
        for i in text.references
        if _is_person(context, text, i) and BYLINE.fullmatch(text.string[: text.tokens[i].idx])
    }


def _in_foot(context: Context) -> set[EntityId]:
    """The name that a signature begins with, on a line of its own or with a post behind it."""
    found: set[EntityId] = set()
    for text in context.texts[-FOOT:]:
        first = next((i for i in sorted(text.references) if _is_person(context, text, i)), None)
        listed = text.kind is Kind.ITEM and text is not context.texts[-1]
        if first is None or len(text.string) > LINE or listed:
            continue
        token = text.tokens[first]
        before, behind = text.string[: token.idx], text.string[token.idx + len(token.text) :]
        if SIGNED.fullmatch(before) and BEHIND.match(behind):
            found.add(text.references[first].entity)
    return found


def _is_person(context: Context, text: Text, index: int) -> bool:
    return named(text, text.tokens[index]) and context.kind(text.references[index].entity) == "Person"
