"""Listings: posts that stand above those who hold them, in a line over a list or at the head of a table's column.

    Site coordinators                     School            | Principal | Nurse
    Ana Ruiz, Larch Elementary            Larch Elementary  | Ana Ruiz  | Ben Cole

What stands at the head of what is for `kg.extract.list_heads` to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from spacy.tokens import Token

from kg.extract.context import Context, Text
from kg.extract.list_heads import Listed, cells, find_list_heads, find_sections
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.posts import HONORIFICS, RolePhrase
from kg.extract.statements import Candidate, Site, assertion, named, sentences, stretch
from kg.model import Anchor, EntityId, Grounds, Membership

#: Tokens of a paragraph among which the person stands whose post its heading is.
OPENING = 12
PLACED = frozenset({"of", "for", "at", "from"})


def find_listings(
    context: Context, phrases: Mapping[int, Mapping[int, RolePhrase]], post: re.Pattern[str]
) -> Iterator[Candidate]:
    """Memberships of those who stand under a post, in reading order.

    Args:
        context: the resolved document.
        phrases: `role_phrases` of each text.
        post: matches a text that begins with a post.
    """
    heads = find_list_heads(context.annotated, post)
    above, columns = heads.above, heads.columns
    sections = find_sections(context.annotated, post)
    told: set[int] = set()
    for text in context.texts:
        if text.index in above:
            head = above[text.index]
            phrase = _phrase(context, phrases, head)
            several = phrase is not None and (phrase.plural or head.several)
            if phrase is not None and (several or head.passage not in told):
                told.add(head.passage)
                for person in _entered(context, text, several=several):
                    yield from _state(context, text, person, head, phrase, _place(context, text, person, head, phrase))
        elif text.index in sections:
            phrase = _phrase(context, phrases, sections[text.index])
            first = next((t for t in text.tokens[:OPENING] if _is_person(context, text, t)), None)
            if phrase is not None and first is not None and not phrase.plural:
                yield from _state(context, text, first, sections[text.index], phrase, None)
        for start, end in cells(context.annotated.passages[text.index].block):
            if head_of_column := columns.get((text.index, start)):
                phrase = _of_column(context, head_of_column)
                for token in text.tokens:
                    if start <= token.idx < end and _is_person(context, text, token):
                        yield from _state(context, text, token, head_of_column, phrase, _place_in_row(context, text))


def _phrase(context: Context, phrases: Mapping[int, Mapping[int, RolePhrase]], head: Listed) -> RolePhrase | None:
    """The last phrase for a post in a head that names nobody."""
    text = context.texts[head.passage]
    inside = [t for t in text.tokens if head.start <= t.idx < head.end]
    if any(_is_person(context, text, t) for t in inside):
        return None
    found = [p for p in phrases[head.passage].values() if head.start <= text.tokens[p.start].idx < head.end]
    return found[-1] if found else None


def _of_column(context: Context, head: Listed) -> RolePhrase:
    """The cell at the head of a column as a post."""
    text = context.texts[head.passage]
    inside = [t.i for t in text.tokens if head.start <= t.idx < head.end]
    title = text.string[head.start : head.end]
    plural = text.tokens[inside[-1]].tag_ in ("NNS", "NNPS")
    title = re.sub(r"(?i)(?:(?<=ch)es|(?<!s)s)$", "", title) if plural else title
    return RolePhrase(inside[0], inside[-1] + 1, title, plural=plural, former=False)


def _entered(context: Context, text: Text, *, several: bool) -> Iterator[Token]:
    """The persons of an entry: at its start, behind its label, behind semicolons and bars, or joined to such a one."""
    last: int | None = None
    bars = {start for start, _ in cells(context.annotated.passages[text.index].block)}
    for token in text.tokens:
        if not _is_person(context, text, token) or token.i in text.bracketed:
            continue
        before = token.i - 1
        while before >= 0 and text.tokens[before].lower_ in HONORIFICS:
            before -= 1
        sign = text.tokens[before].lower_ if before >= 0 else ""
        opens = before < 0 or sign in (":", ";", "|") or token.idx in bars
        joined = last is not None and sign in ("and", "&", ",") and before - 1 <= last + 1
        if opens or joined:
            yield token
            last = token.i
            if not several:
                return


def _place(context: Context, text: Text, person: Token, head: Listed, phrase: RolePhrase) -> EntityId | None:
    """The organization that the head names with the post, else the one behind the person or in the entry's label."""
    above = context.texts[head.passage]
    if phrase.end < len(above.doc) and above.tokens[phrase.end].lower_ in PLACED:
        for index in (phrase.end + 1, phrase.end + 2):
            if _is_body(context, above, index):
                return above.references[index].entity
    for index in range(phrase.start - 1, max(-1, phrase.start - 4), -1):
        if _is_body(context, above, index):
            return above.references[index].entity
    people = [t.i for t in text.tokens if _is_person(context, text, t) and t.i > person.i]
    for index in range(person.i + 1, len(text.doc)):
        if _is_body(context, text, index) and not [p for p in people if p < index and index not in text.bracketed][1:]:
            return text.references[index].entity
    label = [i for i in range(person.i) if _is_body(context, text, i)]
    return text.references[label[0]].entity if label else None


def _place_in_row(context: Context, text: Text) -> EntityId | None:
    """The only organization of a row."""
    bodies = {text.references[t.i].entity for t in text.tokens if _is_body(context, text, t.i)}
    return next(iter(bodies)) if len(bodies) == 1 else None


def _state(
    context: Context, text: Text, person: Token, head: Listed, phrase: RolePhrase, organization: EntityId | None
) -> Iterator[Candidate]:
    above = context.texts[head.passage]
    evidence: tuple[Anchor, ...] = (
        context.sentence(above, above.tokens[phrase.start]),
        *sentences(context, text, (person,)),
    )
    rule, confidence = "post above", 0.7
    held = Membership(
        member=text.references[person.i].entity,
        organization=organization,
        grounds=Grounds(evidence=tuple(dict.fromkeys(evidence)), rule=rule, confidence=confidence),
        role_title=phrase.title,
        former=phrase.former,
    )
    site = None if organization else Site(head.passage, phrase.start, phrase.end, None)
    yield Candidate(held, stretch(context, text, (person,)), site)
    if organization and not phrase.former:
        belongs = assertion(
            context,
            text,
            held.member,
            "affiliatedWith",
            organization,
            (person,),
            rule=rule,
            confidence=confidence,
            evidence=evidence[:1],
        )
        if belongs:
            yield belongs


def _is_person(context: Context, text: Text, token: Token) -> bool:
    return named(text, token) and context.kind(text.references[token.i].entity) == "Person"


def _is_body(context: Context, text: Text, index: int) -> bool:
    return index in text.references and context.kind(text.references[index].entity) in ORGANIZATIONS
