"""Where a post is held that nothing beside it tells: what its sentence or the document implies."""

from __future__ import annotations

import re

from spacy.tokens import Token

from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.posts import RoleNouns, RolePhrase
from kg.extract.statements import named
from kg.model import EntityId

#: Blocks that may be the head of a memo or letter.
HEADER = 10
#: Mentions from which on an organization is what a document is about.
DOMINANT = 4
EMPLOYING = frozenset({"SupportOrganization", "CharterNetwork", "GovernmentBody", "SchoolDistrict"})

#: What boards that govern schools are called.
GOVERNING = re.compile(
    r"\bboard of (?:education|trustees|directors|regents|school)|\bschool (?:board|committee)|^board$"
)
#: An organization, the token that names it, how it was found and how sure that is.
Found = tuple[EntityId, Token | None, str, float]


def main_employer(context: Context) -> EntityId | None:
    """The school district or charter network that the document names most."""
    employers = [e for e in context.counts if context.kind(e) in ("SchoolDistrict", "CharterNetwork")]
    return min(employers, key=lambda e: (-context.counts[e], e), default=None)


def implied_place(
    context: Context,
    text: Text,
    phrase: RolePhrase,
    nouns: RoleNouns,
    known: list[EntityId],
    employer: EntityId | None,
) -> Found | None:
    """The organization that only the sentence or the document tells: a superintendent's district."""
    words = {t.lower_ for t in text.tokens[phrase.start : phrase.end]}
    found = _of_class(context, text, phrase, nouns, words, employer) or _of_post(
        context, text, phrase, nouns, words, known, employer
    )
    label = phrase.end < len(text.doc) and text.tokens[phrase.end].text == ":"
    if found or words & nouns.anywhere or label:
        return found
    return _of_document(context, text, phrase, known)


def governs_schools(context: Context, body: EntityId) -> bool:
    """Whether a body is called what boards are called that govern schools ("Board of Trustees")."""
    return any(GOVERNING.search(name.lower()) for name in context.entities[body].names)


def _of_class(
    context: Context,
    text: Text,
    phrase: RolePhrase,
    nouns: RoleNouns,
    words: set[str],
    employer: EntityId | None,
) -> Found | None:
    """ "Union president", "board member": the union, the board that governs schools or else the employer it governs."""
    for noun in sorted(words & nouns.classes.keys()):
        fitting = sorted(
            e for e in context.counts if context.kind(e) in nouns.classes[noun] and _named_like(context, e, noun)
        )
        if noun == "board":
            fitting = [e for e in fitting if governs_schools(context, e)]
            if not fitting and employer is not None:
                return employer, None, "role of the employer", 0.6
        if len(fitting) == 1:
            return fitting[0], None, "role of the class", 0.7
        near = _near(text, phrase, frozenset(fitting))
        if near is not None:
            return near[0], near[1], "role of the class, near", 0.6
    return None


def _of_post(
    context: Context,
    text: Text,
    phrase: RolePhrase,
    nouns: RoleNouns,
    words: set[str],
    known: list[EntityId],
    employer: EntityId | None,
) -> Found | None:
    """A post that implies the kind of organization: superintendents work for districts, principals for schools."""
    for posts, kinds, rule in (
        (nouns.at_employer, frozenset({"SchoolDistrict", "CharterNetwork"}), "role of the employer"),
        (nouns.at_school, frozenset({"School"}), "role of the school"),
        (nouns.at_union, frozenset({"LaborUnion"}), "role of the union"),
    ):
        if not words & posts:
            continue
        fitting = [e for e in known if context.kind(e) in kinds]
        if len(fitting) == 1:
            return fitting[0], None, f"{rule}, known", 0.75
        near = _near(text, phrase, frozenset(e for e in context.counts if context.kind(e) in kinds))
        if near is not None:
            return near[0], near[1], f"{rule}, near", 0.6
        if posts is nouns.at_employer and employer:
            return employer, None, rule, 0.65
    return None


def _of_document(context: Context, text: Text, phrase: RolePhrase, known: list[EntityId]) -> Found | None:
    """The organization of the letterhead, of the person, of the sentence, or of the document, in that order."""
    main = context.main
    if text.index < HEADER and text.kind is not Kind.PARAGRAPH and main and context.kind(main) in EMPLOYING:
        return main, None, "role in the header", 0.65
    if len(known) == 1:
        return known[0], None, "role at the known organization", 0.55
    before = _before_in_sentence(context, text, phrase)
    if before is not None:
        return text.references[before.i].entity, before, "role near organization", 0.6
    dominant = main and context.kind(main) in EMPLOYING - {"SchoolDistrict"} and context.counts[main] >= DOMINANT
    if not known and main and dominant:
        return main, None, "role at the main organization", 0.7
    if not known and context.voice and text.kind is not Kind.PARAGRAPH:
        return context.voice, None, "role at the voice", 0.55
    return None


def _before_in_sentence(context: Context, text: Text, phrase: RolePhrase) -> Token | None:
    """The organization named last before the phrase in its sentence."""
    start = text.tokens[phrase.start].sent.start
    return next(
        (
            text.tokens[i]
            for i in sorted(text.references, reverse=True)
            if start <= i < phrase.start and named(text, text.tokens[i]) and is_organization(context, text, i)
        ),
        None,
    )


def _named_like(context: Context, entity_id: EntityId, noun: str) -> bool:
    """Whether a noun of a class stands in the entity's name, where the class is wider than the noun ("board")."""
    kind = context.kind(entity_id)
    return kind != "GovernmentBody" or any(noun in name.lower().split() for name in context.entities[entity_id].names)


def _near(text: Text, phrase: RolePhrase, organizations: frozenset[EntityId]) -> tuple[EntityId, Token] | None:
    """The one of the organizations that the paragraph names last before the phrase."""
    for index in sorted(text.references, reverse=True):
        if index < phrase.start and text.references[index].entity in organizations:
            return text.references[index].entity, text.tokens[index]
    return None


def is_organization(context: Context, text: Text, index: int) -> bool:
    """Whether a token refers to an organization."""
    return index in text.references and context.kind(text.references[index].entity) in ORGANIZATIONS
