"""Posts that a verb tells: "P teaches algebra at ORG" makes P a teacher there, "ORG, directed by P" its director.

Which verbs tell which posts is in the lexicon.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.arguments import SUBJECTS, Arguments, of_verb
from kg.extract.context import Context, Text
from kg.extract.holders import apposed
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.statements import Candidate, Site, assertion, entity, lists, sentences, stretch
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import Grounds, Membership, Status

#: Categories of the lexicon whose verbs tell the post that their noun names.
POSTS = (
    *("Teaching", "Directing", "Chairing", "Heading", "Leading", "CoLeading", "Cooking", "Founding", "Coaching"),
    *("Editing", "Driving"),
)
#: Posts whose organization may stand behind what is taught or driven.
ALONE = ("Teaching", "Driving")
REACH = 9
PLACES = frozenset({"at", "in", "for"})
PRESENT = frozenset({"VBZ", "VBP"})
#: Prepositions of what a perfect tells to go on ("has led since", "has cooked for nineteen years").
LASTING = frozenset({"since", "for"})
PERSON = frozenset({"Person"})


@dataclass(frozen=True, slots=True)
class Occupations:
    """Verbs that tell posts.

    Attributes:
        titles: verb lemma → the noun for the post of who does it.
        alone: verbs with an object between them and the organization (teaching a subject at a school).
        lasting: verbs of what stays true of who did it (founding).
        heads: the posts of who heads or leads a body, which tells nothing of who is said to have another.
        driving: verbs of those who drive `vehicles` for a living, wherever that is.
    """

    titles: Mapping[str, str]
    alone: frozenset[str]
    lasting: frozenset[str]
    driving: frozenset[str]
    vehicles: frozenset[str]
    heads: frozenset[str]


@lru_cache(maxsize=2)
def find_occupation_words(lexicon: Lexicon) -> Occupations:
    """The verbs of a lexicon that tell posts."""
    titles: dict[str, str] = {}
    for category in POSTS:
        nouns = [e.lemma for e in lexicon.denoting(category) if e.part_of_speech == "noun"]
        told = {verb: nouns[0] for verb in _verbs(lexicon, category) if nouns}
        titles |= told | {f"co-{verb}": f"co-{noun}" for verb, noun in told.items() if not verb.startswith("co-")}
    return Occupations(
        titles=titles,
        alone=frozenset(verb for category in ALONE for verb in _verbs(lexicon, category)),
        lasting=frozenset(_verbs(lexicon, "Founding")),
        driving=frozenset(_verbs(lexicon, "Driving")),
        vehicles=lexicon.forms("Vehicle"),
        heads=frozenset(e.lemma for e in lexicon.denoting("Heading", "Leading") if e.part_of_speech == "noun"),
    )


def _verbs(lexicon: Lexicon, category: str) -> list[str]:
    return [e.lemma for e in lexicon.denoting(category) if e.part_of_speech == "verb"]


def find_occupations(
    context: Context, words: Occupations, markers: Markers, posts: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Memberships, and the affiliations that they imply, in reading order.

    Args:
        context: the resolved document.
        words: verbs that tell posts.
        markers: words that change the status of a clause.
        posts: candidates found already: of who is called a teacher, "teaches" tells nothing new.
    """
    called = {c.value.member for c in posts if isinstance(c.value, Membership)}
    held = {
        (c.value.member, title.split()[-1].lower())
        for c in posts
        if isinstance(c.value, Membership) and (title := c.value.role_title)
    }
    for candidate in _occupations(context, words, markers):
        value = candidate.value
        if isinstance(value, Membership) and value.role_title in words.heads and value.member in called:
            continue
        if not isinstance(value, Membership) or (value.member, str(value.role_title).split("-")[-1]) not in held:
            yield candidate


def _occupations(context: Context, words: Occupations, markers: Markers) -> Iterator[Candidate]:
    for text in context.texts:
        mates = lists(context, text)
        for token in text.tokens:
            lemma = token.lemma_.lower()
            if lemma not in words.titles and f"co-{lemma}" not in words.titles:
                continue
            told = f"co-{lemma}" in words.titles if _jointly(token) else lemma in words.titles
            if told and (token.pos_ == "VERB" or (_jointly(token) and token.dep_ == "ROOT")):
                yield from _by_verb(context, text, token, words, mates, markers)


def _by_verb(
    context: Context,
    text: Text,
    verb: Token,
    words: Occupations,
    mates: dict[int, tuple[int, ...]],
    markers: Markers,
) -> Iterator[Candidate]:
    joint = _jointly(verb)
    lemma = f"co-{verb.lemma_.lower()}" if joint else verb.lemma_.lower()
    arguments = of_verb(verb)
    if arguments.passive:
        agents = [apposed(context, text, o) for o, preposition in arguments.objects if preposition == "by"]
        subjects = arguments.subjects or tuple(t for t in text.tokens[verb.sent.start : verb.i] if t.dep_ in SUBJECTS)
        places = [_described(context, text, s) for s in subjects]
    else:
        agents = [_antecedent(context, text, verb, s) for s in arguments.subjects]
        if joint:
            agents = agents or [t for t in text.tokens[max(0, verb.i - 3) : verb.i - 2] if t.i in text.references]
        if joint or lemma in words.lasting:
            agents += [o for o, preposition in arguments.objects if preposition == "with"]
        places = [o for o, preposition in arguments.objects if preposition in PLACES or not preposition]
    if arguments.passive or verb.dep_ != "relcl":
        agents += [mate for agent in agents for mate in agent.conjuncts if mate not in agents]
    place = next((p for p in places if _is(context, text, p, ORGANIZATIONS)), None)
    if place is None and lemma in words.alone and not arguments.passive:
        place = _place_behind(context, text, verb)
    drives = lemma in words.driving
    driven = any(t.lemma_.lower() in words.vehicles for p in places for t in p.subtree)
    matter = lemma in words.alone and not drives and not arguments.passive and _is_matter(text, arguments)
    if not driven if drives else place is None and not matter:
        return
    former = lemma not in words.lasting and _is_past(verb, passive=arguments.passive)
    for agent in dict.fromkeys(agents):
        for index in mates.get(agent.i, (agent.i,)):
            if _is(context, text, text.tokens[index], PERSON):
                yield from _state(context, text, text.tokens[index], verb, place, words.titles[lemma], former, markers)


def _described(context: Context, text: Text, noun: Token) -> Token:
    """The organization that a noun describes: "ORG is a network of five schools, founded by P"."""
    current = noun
    for _ in range(4):
        if current.i in text.references or current.dep_ not in ("pobj", "prep", "attr", "appos"):
            return current
        current = current.head
        if current.lemma_ == "be":
            return next((c for c in current.children if c.dep_ == "nsubj"), noun)
    return current


def _is_matter(text: Text, arguments: Arguments) -> bool:
    """Whether the object is something taught by profession ("sixth grade", "welding"), not "us" or "a lesson"."""
    taught = [o for o, preposition in arguments.objects if not preposition]
    return bool(taught) and all(
        o.tag_ in ("NN", "NNP", "NNS") and o.i not in text.references and not any(c.dep_ == "det" for c in o.children)
        for o in taught
    )


def _place_behind(context: Context, text: Text, verb: Token) -> Token | None:
    """The organization behind a verb's object ("teaches welding at ORG"), wherever the parse hangs it."""
    for token in text.tokens[verb.i + 1 : min(verb.i + REACH, verb.sent.end)]:
        if token.pos_ in ("VERB", "AUX") and token.tag_ != "VBG" and token.i not in text.references:
            return None
        if _is(context, text, token, ORGANIZATIONS):
            before = token.nbor(-1) if token.nbor(-1).lower_ != "the" else token.nbor(-2)
            return token if before.lower_ in PLACES else None
    return None


def _antecedent(context: Context, text: Text, verb: Token, subject: Token) -> Token:
    """The person beside a subject ("its founder, P, teaches"), or before "who" ("P, head of X, who …")."""
    subject = apposed(context, text, subject)
    who = any(c.tag_ == "WP" for v in (verb, *([verb.head] if _is_over(verb) else [])) for c in v.children)
    if not who or _is(context, text, subject, PERSON):
        return subject
    before = [i for i in sorted(text.references) if verb.sent.start <= i < verb.i]
    return next((text.tokens[i] for i in reversed(before) if _is(context, text, text.tokens[i], PERSON)), subject)


def _jointly(verb: Token) -> bool:
    """Whether "co-" stands before the verb."""
    return verb.i > 1 and verb.nbor(-1).text == "-" and verb.nbor(-2).lower_ == "co"


def _is_past(verb: Token, *, passive: bool) -> bool:
    """Whether a clause tells what is over: in the past tense, and no perfect ("has led since")."""
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    if passive:
        return any(c.tag_ == "VBD" for c in auxiliaries)
    if any(c.lemma_ == "have" and c.tag_ in PRESENT for c in auxiliaries):
        return not any(c.lower_ in LASTING for c in verb.children)
    return verb.tag_ in ("VBD", "VBN")


def _is_over(verb: Token) -> bool:
    """ "She used to direct ORG"."""
    auxiliary = verb.head
    told = verb.dep_ in ("xcomp", "ccomp") and auxiliary.lower_ == "used" and verb.tag_ == "VB"
    return told and not any(c.dep_ in ("neg", "aux") for c in auxiliary.children)


def _state(
    context: Context,
    text: Text,
    person: Token,
    verb: Token,
    place: Token | None,
    post: str,
    former: bool,
    markers: Markers,
) -> Iterator[Candidate]:
    who, organization = entity(text, person), entity(text, place) if place is not None else None
    if who is None:
        return
    tokens = tuple(t for t in (person, verb, place) if t is not None)
    over = _is_over(verb)
    former, status = former or over, Status.ASSERTED if over else find_status(verb, markers)
    grounds = Grounds(
        evidence=sentences(context, text, tokens), rule="post of the verb", confidence=0.75, status=status
    )
    held = Membership(member=who, organization=organization, grounds=grounds, role_title=post, former=former)
    site = Site(text.index, verb.i, verb.i + 1, person.i) if organization is None else None
    yield Candidate(held, stretch(context, text, tokens), site)
    if organization and not former:
        implied = assertion(
            context,
            text,
            who,
            "affiliatedWith",
            organization,
            tokens,
            rule=grounds.rule,
            confidence=0.75,
            status=status,
        )
        if implied:
            yield implied


def _is(context: Context, text: Text, token: Token, kinds: frozenset[str]) -> bool:
    held = entity(text, token)
    return held is not None and context.kind(held) in kinds
