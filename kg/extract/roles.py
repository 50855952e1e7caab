"""Roles: a noun phrase for a post beside a person, and the organization that the post is at.

The phrase is found first (its title is nearly always right), then the person beside it, then the organization: beside
the phrase by preposition or possessive, after a comma, by the person's own preposition, and only then from what the
sentence, the paragraph or the document tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc, Token

from kg.extract.context import Context, Text
from kg.extract.holders import (
    before_pronouns,
    find_by_grammar,
    find_equated,
    find_holders,
    in_series,
    is_left,
    is_over,
    is_postnominal,
)
from kg.extract.implied import Found, implied_place, is_organization, main_employer
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS, Form
from kg.extract.posts import DETERMINERS, HONORIFICS, RoleNouns, RolePhrase
from kg.extract.statements import Candidate, Site, assertion, entity, lists, named, sentences, stretch
from kg.model import EntityId, Grounds, Membership, Status

PREPOSITIONS = frozenset({"of", "for", "at", "with", "from", "in", "on", "to"})
#: Words that may stand between a person and the post that follows: "P, who is the …", "P has served as …".
BRIDGES = DETERMINERS | frozenset(
    "is was herself himself who been has became become serves served serve now also currently both all then formerly "
    "previously once".split()
    + list(",(—–;|-:'")
)
#: ", whose president in those days, P".
PAST_TIME = re.compile(r",? (?:in those days|back then|at the time|at that time|of the time|in those years)(?=,)")
#: "from 2010 to 2014", "(2010–2014)".
YEARS = re.compile(r"(?:from |in |\(|, )?(?:19|20)\d\d ?(?:to|until|through|[-–]) ?(?:19|20)\d\d")

Affiliations = dict[EntityId, list[EntityId]]


def find_roles(
    context: Context, nouns: RoleNouns, phrases: dict[int, dict[int, RolePhrase]], affiliations: Affiliations
) -> Iterator[Candidate]:
    """Memberships for the role phrases of all texts, and the affiliations that posts not past imply.

    Args:
        context: the resolved document.
        nouns: role nouns.
        phrases: `role_phrases` of each text, by the index of the text.
        affiliations: the organizations that other frames have found for persons.
    """
    known = {person: list(organizations) for person, organizations in affiliations.items()}
    later: list[tuple[Text, RolePhrase, Token]] = []
    for text in context.texts:
        mates = lists(context, text)
        people: list[Token] = []
        end = 0
        for phrase in phrases[text.index].values():
            people = _persons(context, text, phrase, nouns, mates) or find_holders(
                context, text, phrase, phrases[text.index], people, end
            )
            end = phrase.end
            for person in people:
                found = _organization(context, text, phrase, person, nouns) or _possessor(context, text, phrase)
                if found is None:
                    later.append((text, phrase, person))
                    continue
                if not (phrase.former or _ended(text, phrase, found[1], nouns)):
                    known.setdefault(text.references[person.i].entity, []).append(found[0])
                yield from _state(context, text, phrase, person, found, nouns)
    employer = main_employer(context)
    for text, phrase, person in later:
        held = list(dict.fromkeys(known.get(text.references[person.i].entity, [])))
        implied = implied_place(context, text, phrase, nouns, held, employer)
        yield from _state(context, text, phrase, person, implied, nouns)


def _state(
    context: Context, text: Text, phrase: RolePhrase, person: Token, found: Found | None, nouns: RoleNouns
) -> Iterator[Candidate]:
    tokens = [text.tokens[phrase.start], text.tokens[phrase.end - 1], person]
    organization, token, rule, confidence = found or (None, None, "role", 0.6)
    if token is not None:
        tokens.append(token)
    who = entity(text, person)
    assert who is not None
    status = _status(text, phrase)
    former = phrase.former or _ended(text, phrase, token, nouns)
    grounds = Grounds(evidence=sentences(context, text, tokens), rule=rule, confidence=confidence, status=status)
    site = Site(text.index, phrase.start, phrase.end, person.i)
    yield Candidate(
        Membership(
            member=who,
            organization=organization,
            grounds=grounds,
            role_title=phrase.title + _mandate(context, text, phrase),
            former=former,
        ),
        stretch(context, text, tokens),
        site,
    )
    if organization and not former:
        candidate = assertion(
            context, text, who, "affiliatedWith", organization, tokens, rule=rule, confidence=confidence, status=status
        )
        if candidate:
            yield replace(candidate, site=site)


def _mandate(context: Context, text: Text, phrase: RolePhrase) -> str:
    """ " to PROJECT" behind a title ("representative to XYZ"), as printed."""
    doc, index = text.doc, phrase.end
    if index + 1 < len(doc) and doc[index].lower_ == "to":
        target = _past(doc, index + 1, DETERMINERS)
        if target in text.references and context.kind(text.references[target].entity) in ("Initiative", "Event"):
            return f" {doc[index : target + 1].text}"
    return ""


def _persons(
    context: Context, text: Text, phrase: RolePhrase, nouns: RoleNouns, mates: dict[int, tuple[int, ...]]
) -> list[Token]:
    """The persons whose post the phrase names: beside it, or the one that a list item begins with."""
    after, comma = _person_after(context, text, phrase)
    before = _person_before(context, text, phrase, nouns)
    chosen: int | None = None
    doc = text.doc
    if _of_project(context, text, phrase):
        return []
    if told := _as_post(context, text, phrase, nouns, mates) or find_equated(context, text, phrase, nouns, mates):
        return told
    apart = before is not None and any(t.text == ";" for t in doc[before + 1 : phrase.start])
    if apart and after is None and doc[phrase.start - 1].lower_ in DETERMINERS - {"a", "an"}:
        before = None
    if after is not None and (not comma or before is None or apart):  # "its president, P; its treasurer, Q"
        chosen = after
    if before is not None and (chosen is None or (comma and doc[phrase.start - 1].text == ",")):
        chosen = before
    if chosen is None and text.kind in (Kind.ITEM, Kind.HEADING) and phrase.start < 14:
        chosen = next((i for i in range(phrase.start) if _is_person(context, text, i)), None)
    if chosen is None:
        return find_by_grammar(context, text, phrase, nouns, mates)
    indices = mates.get(chosen, (chosen,)) if phrase.plural else (chosen,)
    if phrase.plural and chosen == after:
        indices = tuple(dict.fromkeys((*indices, *in_series(context, text, chosen))))
    return [doc[i] for i in indices]


def _as_post(
    context: Context, text: Text, phrase: RolePhrase, nouns: RoleNouns, mates: dict[int, tuple[int, ...]]
) -> list[Token]:
    """ "P as president, Q as treasurer": the person right before "as", or that its clause is about."""
    index = phrase.start - 1 - (phrase.start > 1 and text.tokens[phrase.start - 1].lower_ in DETERMINERS)
    if index < 1 or text.tokens[index].lower_ != "as":
        return []
    beside = text.tokens[index - 1]
    if _is_person(context, text, index - 1) and beside.head.lemma_.lower() not in nouns.succeeding:
        return [beside]
    return find_by_grammar(context, text, phrase, nouns, mates)


def _status(text: Text, phrase: RolePhrase) -> Status:
    """Denied where the copula before the phrase is negated ("is not a member of", but not "no longer")."""
    before = text.tokens[max(0, phrase.start - 6) : phrase.start]
    before = before[max((n + 1 for n, t in enumerate(before) if t.is_punct), default=0) :]
    denied = any(t.dep_ == "neg" and t.nbor().lower_ != "longer" for t in before)
    return Status.DENIED if denied and any(t.lemma_ == "be" for t in before) else Status.ASSERTED


def _ended(text: Text, phrase: RolePhrase, organization: Token | None, nouns: RoleNouns) -> bool:
    """Whether "until" or two years follow the post or its organization, or it is left ("retired as …")."""
    end = max(phrase.end, organization.i + 1 if organization is not None else 0)
    until = any(t.lower_ in ("until", "till") for t in text.tokens[end : end + 2])
    until = until and not any(t.dep_ == "neg" for t in text.tokens[max(0, phrase.start - 4) : phrase.start])
    past = PAST_TIME.match(text.string, text.tokens[end - 1].idx + len(text.tokens[end - 1]))
    over = until or bool(past) or is_left(text, phrase, nouns) or is_over(text, phrase, nouns)
    return over or bool(YEARS.match(text.doc[end : end + 8].text))


def _of_project(context: Context, text: Text, phrase: RolePhrase) -> bool:
    """Whether "member of" leads to a project: then it is participation and no post."""
    doc, index = text.doc, phrase.end
    if not {"member", "members"} & {t.lower_ for t in doc[phrase.start : index]}:
        return False
    while index < len(doc) and index not in text.references and index < phrase.end + 4:
        index += 1
    return index in text.references and context.kind(text.references[index].entity) in ("Initiative", "Event")


def _person_after(context: Context, text: Text, phrase: RolePhrase) -> tuple[int | None, bool]:
    doc = text.doc
    index = phrase.end
    if index < len(doc) and doc[index].lower_ in PREPOSITIONS:
        skipped = index + 1
        while skipped < len(doc) and doc[skipped].lower_ in DETERMINERS | {"state"}:
            skipped += 1
        if skipped < len(doc) and is_organization(context, text, skipped):
            index = _behind_bracket(doc, skipped + 1)
    if time := PAST_TIME.match(text.string, text.tokens[index - 1].idx + len(text.tokens[index - 1])):
        index = next((t.i for t in text.tokens[index:] if t.idx >= time.end()), index)
    start = index
    opens = not phrase.start or (phrase.start == 1 and doc[0].text == "|")
    signs = ",(:|—–-" if opens or phrase.plural else ",(:"
    while index < len(doc) and index - start < 4 and (doc[index].text in signs or _addresses(doc, index)):
        index += 1
    comma = any(t.text in signs for t in doc[start:index])
    return (index if index < len(doc) and _is_person(context, text, index) else None), comma


def _behind_bracket(doc: Doc, index: int) -> int:
    """The index behind an acronym in brackets at an index, or that index."""
    closed = index + 2 < len(doc) and doc[index].text == "(" and doc[index + 2].text == ")"
    return index + 3 if closed else index


def _addresses(doc: Doc, index: int) -> bool:
    """Whether a token belongs to an honorific, to "the late" or to "presently"."""
    late = doc[index].lower_ == "the" and index + 1 < len(doc) and doc[index + 1].lower_ == "late"
    dot = doc[index].text == "." and doc[index - 1].lower_ in HONORIFICS
    return late or dot or doc[index].lower_ in HONORIFICS | {"late", "presently", "currently", "now"}


def _person_before(context: Context, text: Text, phrase: RolePhrase, nouns: RoleNouns) -> int | None:
    doc, index = text.doc, phrase.start - 1
    while index >= 0 and phrase.start - index < 9:
        index = before_pronouns(doc, index)
        token = doc[index]
        if _is_person(context, text, index):
            apart = index < phrase.start - 1 or text.kind in (Kind.ITEM, Kind.HEADING)
            given = index > 0 and text.tokens[index - 1].lower_ in nouns.appointing  # "named P superintendent"
            return index if apart or given else None
        if phrase.start - index > 1 and (owner := _of_body(context, text, index)) is not None:
            return owner
        adverb = token.tag_ == "RB" and token.dep_ != "neg"
        bridge = token.lower_ in BRIDGES or token.lower_ == "'s" or is_postnominal(token) or token.like_num or adverb
        # "a longtime ORG teacher", "herself a former ORG teacher", ", longtime ORG president"
        before = text.tokens[index - 1].lower_ if index else ""
        modifies = token.tag_ in ("JJ", "RB", "VBN", "NN") and (before in DETERMINERS or before == ",")
        bridge = bridge or (modifies and is_organization(context, text, index + 1))
        if not (bridge or is_organization(context, text, index) or _of_initiative(context, text, phrase, index)):
            return None
        index = _owner(doc, index) if token.lower_ == "'s" else index - 1
    return None


def _of_initiative(context: Context, text: Text, phrase: RolePhrase, index: int) -> bool:
    """Whether a project right before the post tells whose it is ("P, BRIDGE program manager")."""
    before = text.tokens[index - 1].lower_ if index else ""
    named = index == phrase.start - 1 and index in text.references and before in DETERMINERS | {","}
    return named and context.kind(text.references[index].entity) == "Initiative"


def _of_body(context: Context, text: Text, index: int) -> int | None:
    """The person whom a body right behind belongs to ("P of ORG, a clerk"), where it ends at an index."""
    if index not in text.references or context.kind(text.references[index].entity) not in ORGANIZATIONS | {"Place"}:
        return None
    before = index - 1
    while before > 0 and text.tokens[before].lower_ in DETERMINERS:
        before -= 1
    if before > 0 and text.tokens[before].lower_ in PREPOSITIONS and _is_person(context, text, before - 1):
        return before - 1
    return None


def _owner(doc: Doc, index: int) -> int:
    """The index before the owner that ends at a possessive: before "the course" in "P, the course's director"."""
    start = index - 1
    while start > 0 and doc[start].pos_ in ("NOUN", "ADJ") and index - start < 4:
        start -= 1
    return start - 1 if start < index - 1 and doc[start].lower_ in DETERMINERS else index - 1


def _organization(context: Context, text: Text, phrase: RolePhrase, person: Token, nouns: RoleNouns) -> Found | None:
    """The organization beside the phrase or beside the person, with how it was found and how sure that is."""
    doc = text.doc
    index = phrase.end
    if index < len(doc) and doc[index].lower_ in PREPOSITIONS:
        index = _past(doc, index + 1, DETERMINERS | {"state"})
        if index < len(doc) and is_organization(context, text, index):
            return _found(text, index, "role at organization", 0.93)
        for later in range(index + 1, min(index + 4, len(doc) - 1)):
            if doc[later].lower_ in ("from", "at", "for"):
                target = _past(doc, later + 1, DETERMINERS)
                if target < len(doc) and is_organization(context, text, target):
                    return _found(text, target, "role from organization", 0.85)
    index = phrase.start - 1
    while index >= 0 and doc[index].lower_ in ("'s", "'"):
        index -= 1
    if index >= 0 and is_organization(context, text, index):
        if text.references[index].form in (Form.PRONOUN, Form.VOICE):
            return _found(text, _owner_of_post(context, text, phrase, index, nouns), "its role", 0.65)
        return _found(text, index, "organization's role", 0.85)
    return _after_comma(context, text, phrase, person)


def _owner_of_post(context: Context, text: Text, phrase: RolePhrase, pronoun: int, nouns: RoleNouns) -> int:
    """Whom "its" means: schools and districts have no stewards, so it is the union named last before; else itself."""
    words = {t.lower_ for t in text.tokens[phrase.start : phrase.end]}
    if text.references[pronoun].form is Form.VOICE or not words & nouns.at_union:
        return pronoun
    if context.kind(text.references[pronoun].entity) not in ("School", "SchoolDistrict"):
        return pronoun
    unions = [i for i, r in text.references.items() if i < pronoun and context.kind(r.entity) == "LaborUnion"]
    return max(unions, default=pronoun)


def _after_comma(context: Context, text: Text, phrase: RolePhrase, person: Token) -> Found | None:
    doc = text.doc
    index = person.i + 1 if person.i >= phrase.end else phrase.end
    if index >= len(doc):
        return None
    if doc[index].text in (",", ";", "—", "|", "–"):
        target = _past(doc, index + 1, frozenset({"the", "of", "from", "at"}))
        beside = (
            target > index + 1
            or text.kind in (Kind.ITEM, Kind.HEADING)
            or (doc[index].text == "," and person.i < phrase.start)
        )
        if target < len(doc) and is_organization(context, text, target) and beside:
            return _found(text, target, "role, organization", 0.85)
    elif doc[index].text == "(" and _closes(doc, index + 2) and is_organization(context, text, index + 1):
        return _found(text, index + 1, "role, organization", 0.85)
    elif doc[index].lower_ in ("of", "from", "at", "with"):
        target = _past(doc, index + 1, frozenset({"the", "state"}))
        if target < len(doc) and is_organization(context, text, target):
            return _found(text, target, "role person of organization", 0.85)
    return None


def _closes(doc: Doc, index: int) -> bool:
    """Whether a bracket ends at an index, or goes on behind a comma there."""
    return index < len(doc) and doc[index].text in "),;"


def _possessor(context: Context, text: Text, phrase: RolePhrase) -> Found | None:
    """The organization before "whose" ("…, the ORG, whose president, P")."""
    doc, start = text.doc, phrase.start
    if not start or doc[start - 1].lower_ != "whose":
        return None
    index = start - 2
    while index >= 0 and (doc[index].text in ",()" or doc[index].text.isupper()) and index not in text.references:
        index -= 1
    return _found(text, index, "whose role", 0.8) if index >= 0 and is_organization(context, text, index) else None


def _found(text: Text, index: int, rule: str, confidence: float) -> Found:
    return text.references[index].entity, text.tokens[index], rule, confidence


def _past(doc: Doc, index: int, words: frozenset[str]) -> int:
    while index < len(doc) and doc[index].lower_ in words:
        index += 1
    return index


def _is_person(context: Context, text: Text, index: int) -> bool:
    return named(text, text.tokens[index]) and context.kind(text.references[index].entity) == "Person"
