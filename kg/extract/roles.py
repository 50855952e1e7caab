"""Roles: a noun phrase for a post beside a person, and the organization that the post is at.

The phrase is found first (its title is nearly always right), then the person beside it, then the organization: beside the
phrase by preposition or possessive, after a comma, by the person's own preposition, and only then from what was said before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from kg.extract.predicates import subjects_of
from kg.extract.statements import Candidate, assertion, entity, lists, named, sentences, stretch
from kg.extract.context import Context, Text
from kg.extract.coreference import class_nouns
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS, Form
from kg.lexicon import Lexicon
from kg.model import EntityId, Grounds, Membership, Status

PREPOSITIONS = frozenset({"of", "for", "at", "with", "from", "in", "on", "to"})
HONORIFICS = frozenset({"dr.", "mr.", "ms.", "mrs.", "miss", "sister", "rev.", "hon.", "prof.", "dr", "mr", "mrs", "ms"})
DEGREES = frozenset({"ph.d.", "ed.d.", "j.d.", "m.ed.", "phd", "edd", "esq."})
DETERMINERS = frozenset({"the", "a", "an", "our", "its", "their", "his", "her", "my", "your"})
#: Words that a title cannot begin with or pass over to the left.
BARRIERS = DETERMINERS | frozenset(
    "and or as by with is was are were said says who that to of for in at on from when while , ( \" “ ” : ; — – . - / | 's ' herself himself".split()
)
#: Words that may stand between a person and the post that follows: "P, who is the …", "P has served as …".
BRIDGES = DETERMINERS | frozenset(
    "is was as herself himself who been has became become serves served serve now and also currently , ( — – ; | - : '".split()
)
#: Blocks that may be the head of a memo or letter.
HEADER = 10
NOMINAL_TAGS = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "PUNCT", "VERB", "ADV", "X"})


@dataclass(frozen=True, slots=True)
class RoleNouns:
    """Lexicon entries for posts.

    Attributes:
        posts: nouns for posts, lower case.
        former: words that mark a post as past.
        at_employer, at_school, at_union: nouns of posts that imply the kind of organization.
        anywhere: nouns of posts that say nothing about the organization ("member", "author").
        classes: nouns for kinds of organizations, as in "union president", with the kinds.
    """

    posts: frozenset[str]
    former: frozenset[str]
    at_employer: frozenset[str]
    at_school: frozenset[str]
    at_union: frozenset[str]
    anywhere: frozenset[str]
    classes: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class RolePhrase:
    """Tokens [start, end) that name a post; `plural` where it is a post of several people."""

    start: int
    end: int
    title: str
    plural: bool
    former: bool


Affiliations = dict[EntityId, list[EntityId]]


def find_role_nouns(lexicon: Lexicon) -> RoleNouns:
    """The role nouns of a lexicon."""
    return RoleNouns(
        posts=frozenset(form.lower() for form in lexicon.forms("roleTitle")),
        former=lexicon.forms("Former"),
        at_employer=lexicon.forms("EmployerPost"),
        at_school=lexicon.forms("SchoolPost"),
        at_union=lexicon.forms("UnionPost"),
        anywhere=lexicon.forms("LoosePost"),
        classes=class_nouns(lexicon),
    )


def role_phrases(text: Text, nouns: RoleNouns) -> dict[int, RolePhrase]:
    """The phrases for posts in a text, by the index of their first token."""
    doc, found, index = text.doc, {}, 0
    while index < len(doc):
        if not _is_post(text, index, nouns):
            index += 1
            continue
        start, end = _begin(text, index), _finish(text, index, nouns)
        former = any(t.lower_ in nouns.former for t in doc[max(0, start - 1) : end])
        plural = doc[index].tag_ in ("NNS", "NNPS")
        title = _title(doc, start, index, end, plural)
        found[start] = RolePhrase(start, end, title, plural, former)
        index = end
    return found


def find_roles(
    context: Context, nouns: RoleNouns, phrases: dict[int, dict[int, RolePhrase]], affiliations: Affiliations
) -> Iterator[Candidate]:
    """Memberships for the role phrases of all texts, and the affiliations that posts not past imply.

    Args:
        phrases: `role_phrases` of each text, by the index of the text.
        affiliations: the organizations that other frames have found for persons.
    """
    known = {person: list(organizations) for person, organizations in affiliations.items()}
    later: list[tuple[Text, RolePhrase, Token]] = []
    for text in context.texts:
        mates = lists(context, text)
        for phrase in phrases[text.index].values():
            for person in _persons(context, text, phrase, nouns, mates):
                found = _organization(context, text, phrase, person) or _possessor(context, text, phrase)
                if found is None:
                    later.append((text, phrase, person))
                    continue
                if not phrase.former:
                    known.setdefault(text.references[person.i].entity, []).append(found[0])
                yield from _state(context, text, phrase, person, found)
    employer = main_employer(context)
    for text, phrase, person in later:
        held = list(dict.fromkeys(known.get(text.references[person.i].entity, [])))
        implied = _implied(context, text, phrase, nouns, held, employer)
        loose = {t.lower_ for t in text.doc[phrase.start : phrase.end]} & nouns.anywhere
        if implied or not loose:
            yield from _state(context, text, phrase, person, implied)


def main_employer(context: Context) -> EntityId | None:
    """The school district or charter network that the document names most."""
    employers = [e for e in context.counts if context.kind(e) in ("SchoolDistrict", "CharterNetwork")]
    return min(employers, key=lambda e: (-context.counts[e], e), default=None)


Found = tuple[EntityId, Token | None, str, float]


def _state(
    context: Context, text: Text, phrase: RolePhrase, person: Token, found: Found | None
) -> Iterator[Candidate]:
    tokens = [text.doc[phrase.start], text.doc[phrase.end - 1], person]
    organization, token, rule, confidence = found or (None, None, "role", 0.6)
    if token is not None:
        tokens.append(token)
    who = entity(text, person)
    assert who is not None
    grounds = Grounds(evidence=sentences(context, text, tokens), rule=rule, confidence=confidence)
    yield Candidate(
        Membership(
            member=who,
            organization=organization,
            grounds=grounds,
            role_title=phrase.title + _mandate(context, text, phrase),
            former=phrase.former,
        ),
        stretch(context, text, tokens),
    )
    if organization and not phrase.former:
        candidate = assertion(
            context, text, who, "affiliatedWith", organization, tokens, rule=rule, confidence=confidence
        )
        if candidate:
            yield candidate


def _title(doc: Doc, start: int, head: int, end: int, plural: bool) -> str:
    """The title as printed; the head of a post that several people hold in the singular."""
    singular = doc[head].lemma_ if doc[head].text.islower() else doc[head].text.removesuffix("s")
    words = "".join(
        (singular if plural and t.i == head else t.text) + t.whitespace_ for t in doc[start:end]
    )
    return words.strip(" ,").replace(" - ", "-").replace(" / ", "/")


def _mandate(context: Context, text: Text, phrase: RolePhrase) -> str:
    """ " to PROJECT" behind a title ("representative to ALMA"), as printed."""
    doc, index = text.doc, phrase.end
    if index + 1 < len(doc) and doc[index].lower_ == "to":
        target = _past(doc, index + 1, DETERMINERS)
        if target in text.references and context.kind(text.references[target].entity) in ("Initiative", "Event"):
            return f" {doc[index : target + 1].text}"
    return ""


def _is_post(text: Text, index: int, nouns: RoleNouns) -> bool:
    token = text.doc[index]
    return (
        index not in text.references
        and token.lower_ in nouns.posts
        and token.pos_ in ("NOUN", "PROPN", "ADJ", "X", "VERB")
        and (token.tag_ not in ("VBD", "VBZ", "VBP") or token.text[0].isupper())
    )


def _begin(text: Text, index: int) -> int:
    doc, start = text.doc, index
    while (
        start > 0
        and index - start < 6
        and start - 1 not in text.references
        and not doc[start].is_sent_start
        and (doc[start - 1].lower_ not in BARRIERS or (doc[start - 1].text in "-/" and start > 1))
        and doc[start - 1].pos_ in NOMINAL_TAGS
        and doc[start - 1].tag_ not in ("VBD", "VBZ", "VBP", "CD")
        and doc[start - 1].lower_ not in HONORIFICS
    ):
        start -= 1
    while start < index and doc[start].text in "-/":
        start += 1
    return start


def _finish(text: Text, index: int, nouns: RoleNouns) -> int:
    """Past further role nouns ("chief executive"), "and" + role noun, and "of" + common nouns."""
    doc, end = text.doc, index + 1
    while end < len(doc) and _is_post(text, end, nouns):
        end += 1
    if end + 1 < len(doc) and doc[end].lower_ in ("and", "&", "/", "-"):
        last = end + 1
        while last < min(len(doc), end + 4) and last not in text.references and doc[last].pos_ in ("ADJ", "NOUN", "PROPN"):
            if _is_post(text, last, nouns):
                end = last + 1
                break
            last += 1
    if end + 1 < len(doc) and doc[end].lower_ in ("of", "for", "to") and end + 1 not in text.references:
        last = end + 1
        while (
            last < len(doc)
            and last not in text.references
            and last - end < 7
            and (doc[last].pos_ in ("PROPN", "NOUN", "ADJ") or doc[last].lower_ in ("and", "the", "&"))
        ):
            last += 1
        while doc[last - 1].lower_ in ("and", "the", "&"):
            last -= 1
        if last > end + 1:
            end = last
    return end


def _persons(
    context: Context, text: Text, phrase: RolePhrase, nouns: RoleNouns, mates: dict[int, tuple[int, ...]]
) -> list[Token]:
    """The persons whose post the phrase names: beside it, or the one that a list item begins with."""
    after, comma = _person_after(context, text, phrase)
    before = _person_before(context, text, phrase)
    chosen: int | None = None
    doc = text.doc
    if _of_project(context, text, phrase):
        return []
    if after is not None and (not comma or before is None):
        chosen = after
    if before is not None and (chosen is None or (comma and doc[phrase.start - 1].text == ",")):
        chosen = before
    if chosen is None and text.kind in (Kind.ITEM, Kind.HEADING) and phrase.start < 14:
        chosen = next((i for i in range(phrase.start) if _is_person(context, text, i)), None)
    if chosen is None:
        return _by_grammar(context, text, phrase, nouns, mates)
    indices = mates.get(chosen, (chosen,)) if phrase.plural else (chosen,)
    return [doc[i] for i in indices]


def _by_grammar(
    context: Context, text: Text, phrase: RolePhrase, nouns: RoleNouns, mates: dict[int, tuple[int, ...]]
) -> list[Token]:
    """The person that a clause says holds the post: "P has long been president", "its chairs are P and Q"."""
    head = next((text.doc[i] for i in range(phrase.start, phrase.end) if _is_post(text, i, nouns)), None)
    if head is None:
        return []
    verb, subjects = head.head, []
    if head.dep_ in ("attr", "oprd") and verb.pos_ in ("AUX", "VERB"):
        subjects = subjects_of(verb)
    elif head.dep_ == "pobj" and verb.lower_ == "as" and verb.head.pos_ in ("AUX", "VERB"):
        subjects = [c for c in verb.head.children if c.dep_ == "dobj"] or subjects_of(verb.head)
    elif head.dep_ in ("nsubj", "nsubjpass") and verb.lemma_ == "be":
        subjects = [c for c in verb.children if c.dep_ == "attr"]
    found = [t for t in subjects if t.i in text.references and context.kind(text.references[t.i].entity) == "Person"]
    return [text.doc[i] for t in found for i in (mates.get(t.i, (t.i,)) if phrase.plural else (t.i,))]


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
        if skipped < len(doc) and _is_organization(context, text, skipped):
            index = skipped + 1
    start = index
    while index < len(doc) and index - start < 3 and (doc[index].text in ",(:" or doc[index].lower_ in HONORIFICS):
        index += 1
    comma = any(t.text in ",(:" for t in doc[start:index])
    return (index if index < len(doc) and _is_person(context, text, index) else None), comma


def _person_before(context: Context, text: Text, phrase: RolePhrase) -> int | None:
    doc, index = text.doc, phrase.start - 1
    while index >= 0 and phrase.start - index < 9:
        token = doc[index]
        if _is_person(context, text, index):
            adjacent = index == phrase.start - 1
            return index if not adjacent or text.kind in (Kind.ITEM, Kind.HEADING) else None
        if not (token.lower_ in BRIDGES | DEGREES or token.lower_ == "'s" or _is_organization(context, text, index)):
            return None
        index -= 1
    return None


def _organization(context: Context, text: Text, phrase: RolePhrase, person: Token) -> Found | None:
    """The organization beside the phrase or beside the person, with how it was found and how sure that is."""
    doc = text.doc
    index = phrase.end
    if index < len(doc) and doc[index].lower_ in PREPOSITIONS:
        index = _past(doc, index + 1, DETERMINERS | {"state"})
        if index < len(doc) and _is_organization(context, text, index):
            return _found(text, index, "role at organization", 0.93)
        for later in range(index + 1, min(index + 4, len(doc) - 1)):
            if doc[later].lower_ in ("from", "at", "for"):
                target = _past(doc, later + 1, DETERMINERS)
                if target < len(doc) and _is_organization(context, text, target):
                    return _found(text, target, "role from organization", 0.85)
    index = phrase.start - 1
    while index >= 0 and doc[index].lower_ in ("'s", "'"):
        index -= 1
    if index >= 0 and _is_organization(context, text, index):
        form = text.references[index].form
        rule = {Form.PRONOUN: "its role", Form.VOICE: "our role"}.get(form, "organization's role")
        return _found(text, index, rule, 0.7 if rule != "organization's role" else 0.85)
    return _after_comma(context, text, phrase, person)


def _after_comma(context: Context, text: Text, phrase: RolePhrase, person: Token) -> Found | None:
    doc = text.doc
    index = person.i + 1 if person.i >= phrase.end else phrase.end
    if index >= len(doc):
        return None
    if doc[index].text in (",", ";", "—", "|", "–"):
        target = _past(doc, index + 1, frozenset({"the", "of", "from", "at"}))
        beside = target > index + 1 or text.kind in (Kind.ITEM, Kind.HEADING) or (doc[index].text == "," and person.i < phrase.start)
        if target < len(doc) and _is_organization(context, text, target) and beside:
            return _found(text, target, "role, organization", 0.85)
    elif doc[index].lower_ in ("of", "from", "at", "with"):
        target = _past(doc, index + 1, frozenset({"the", "state"}))
        if target < len(doc) and _is_organization(context, text, target):
            return _found(text, target, "role person of organization", 0.85)
    return None


def _possessor(context: Context, text: Text, phrase: RolePhrase) -> Found | None:
    """The organization before "whose" ("…, the ORG, whose president, P")."""
    doc, start = text.doc, phrase.start
    if not start or doc[start - 1].lower_ != "whose":
        return None
    index = start - 2
    while index >= 0 and (doc[index].text in ",()" or doc[index].text.isupper()) and index not in text.references:
        index -= 1
    return _found(text, index, "whose role", 0.8) if index >= 0 and _is_organization(context, text, index) else None


def _implied(
    context: Context,
    text: Text,
    phrase: RolePhrase,
    nouns: RoleNouns,
    known: list[EntityId],
    employer: EntityId | None,
) -> Found | None:
    """The organization that only the sentence or the document tells: a superintendent's district, a union president's union."""
    words = {t.lower_ for t in text.doc[phrase.start : phrase.end]}
    for noun in sorted(words & nouns.classes.keys()):
        fitting = sorted(e for e in context.counts if context.kind(e) in nouns.classes[noun] and _named_like(context, e, noun))
        if len(fitting) == 1:
            return fitting[0], None, "role of the class", 0.7
        if fitting:
            near = _near(context, text, phrase, frozenset(context.kind(e) for e in fitting))
            if near is not None and near[0] in fitting:
                return near[0], near[1], "role of the class, near", 0.6
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
        near = _near(context, text, phrase, kinds)
        if near is not None:
            return near[0], near[1], f"{rule}, near", 0.6
        if posts is nouns.at_employer and employer:
            return employer, None, rule, 0.65
    label = phrase.end < len(text.doc) and text.doc[phrase.end].text == ":"
    if words & nouns.anywhere or label:
        return None
    if text.index < HEADER and text.kind is not Kind.PARAGRAPH and context.main and _employs(context, context.main):
        return context.main, None, "role in the header", 0.65
    if len(known) == 1:
        return known[0], None, "role at the known organization", 0.7
    before = _before_in_sentence(context, text, phrase)
    if before is not None:
        return text.references[before.i].entity, before, "role near organization", 0.6
    if not known and context.main and context.kind(context.main) in ("SupportOrganization", "CharterNetwork", "GovernmentBody"):
        return context.main, None, "role at the main organization", 0.7
    if not known and context.voice and text.kind is not Kind.PARAGRAPH:
        return context.voice, None, "role at the voice", 0.6
    return None


def _employs(context: Context, organization: EntityId) -> bool:
    return context.kind(organization) in ("SupportOrganization", "CharterNetwork", "GovernmentBody", "SchoolDistrict")


def _before_in_sentence(context: Context, text: Text, phrase: RolePhrase) -> Token | None:
    """The organization named last before the phrase in its sentence."""
    start = text.doc[phrase.start].sent.start
    return next(
        (
            text.doc[i]
            for i in sorted(text.references, reverse=True)
            if start <= i < phrase.start and named(text, text.doc[i]) and _is_organization(context, text, i)
        ),
        None,
    )


def _named_like(context: Context, entity_id: EntityId, noun: str) -> bool:
    """Whether a noun of a class stands in the entity's name, where the class is wider than the noun ("board")."""
    kind = context.kind(entity_id)
    return kind != "GovernmentBody" or any(noun in name.lower().split() for name in context.entities[entity_id].names)


def _near(
    context: Context, text: Text, phrase: RolePhrase, kinds: frozenset[str]
) -> tuple[EntityId, Token] | None:
    """The organization of the kinds that the paragraph names last before the phrase, else its heading."""
    before = [text.doc[i] for i in sorted(text.references, reverse=True) if i < phrase.start]
    for token in before:
        if context.kind(text.references[token.i].entity) in kinds:
            return text.references[token.i].entity, token
    return None


def _found(text: Text, index: int, rule: str, confidence: float) -> Found:
    return text.references[index].entity, text.doc[index], rule, confidence


def _past(doc: Doc, index: int, words: frozenset[str]) -> int:
    while index < len(doc) and doc[index].lower_ in words:
        index += 1
    return index


def _is_person(context: Context, text: Text, index: int) -> bool:
    return named(text, text.doc[index]) and context.kind(text.references[index].entity) == "Person"


def _is_organization(context: Context, text: Text, index: int) -> bool:
    return index in text.references and context.kind(text.references[index].entity) in ORGANIZATIONS
