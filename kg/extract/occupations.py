"""Posts that a verb tells: "P teaches algebra at ORG" makes P a teacher there, "ORG, directed by P" its director.

Which verbs tell which posts is in the lexicon.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.arguments import of_verb
from kg.extract.context import Context, Text
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.statements import Candidate, assertion, entity, lists, sentences, stretch
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import EntityId, Grounds, Membership

#: Categories of the lexicon whose verbs tell the post that their noun names.
POSTS = ("Teaching", "Directing", "Chairing", "Founding", "Coaching")
PLACES = frozenset({"at", "in", "for"})
PRESENT = frozenset({"VBZ", "VBP"})


def find_occupations(context: Context, lexicon: Lexicon, markers: Markers) -> Iterator[Candidate]:
    """Memberships, and the affiliations that they imply, in reading order."""
    titles = post_titles(lexicon)
    for text in context.texts:
        mates = lists(context, text)
        for token in text.doc:
            if token.lemma_.lower() in titles and token.pos_ == "VERB":
                yield from _by_verb(context, text, token, titles[token.lemma_.lower()], mates, markers)


@lru_cache(maxsize=2)
def post_titles(lexicon: Lexicon) -> dict[str, str]:
    """Verb lemma → the noun for the post of who does it."""
    titles: dict[str, str] = {}
    for category in POSTS:
        nouns = [e.lemma for e in lexicon.denoting(category) if e.part_of_speech == "noun"]
        titles |= {e.lemma: nouns[0] for e in lexicon.denoting(category) if e.part_of_speech == "verb" and nouns}
    return titles


def _by_verb(
    context: Context, text: Text, verb: Token, title: str, mates: dict[int, tuple[int, ...]], markers: Markers
) -> Iterator[Candidate]:
    arguments = of_verb(verb)
    if arguments.passive:
        agents = [o for o, preposition in arguments.objects if preposition == "by"]
        places = list(arguments.subjects)
        former = any(c.lemma_ == "be" and c.tag_ == "VBD" for c in verb.children)
    else:
        agents = list(arguments.subjects)
        places = [o for o, preposition in arguments.objects if preposition in PLACES or not preposition]
        former = verb.tag_ not in PRESENT
    place = next((p for p in places if _is(context, text, p, ORGANIZATIONS)), None)
    if former or place is None:
        return
    for agent in agents:
        for index in mates.get(agent.i, (agent.i,)):
            if _is(context, text, text.doc[index], frozenset({"Person"})):
                person = text.doc[index]
                yield from _state(context, text, person, title, (person, verb, place), entity(text, place), markers)


def _state(
    context: Context,
    text: Text,
    person: Token,
    title: str,
    tokens: tuple[Token, Token, Token],
    organization: EntityId | None,
    markers: Markers,
) -> Iterator[Candidate]:
    who = entity(text, person)
    if who is None or organization is None:
        return
    status = find_status(tokens[1], markers)
    grounds = Grounds(
        evidence=sentences(context, text, tokens), rule="post of the verb", confidence=0.75, status=status
    )
    held = Membership(member=who, organization=organization, grounds=grounds, role_title=title)
    yield Candidate(held, stretch(context, text, tokens))
    implied = assertion(
        context, text, who, "affiliatedWith", organization, tokens, rule=grounds.rule, confidence=0.75, status=status
    )
    if implied:
        yield implied


def _is(context: Context, text: Text, token: Token, kinds: frozenset[str]) -> bool:
    held = entity(text, token)
    return held is not None and context.kind(held) in kinds
