"""Succession: who takes over the post of another ("his successor, P", "P was followed by Q").

The post is the one that the document told last of the other; who came before held it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.arguments import SUBJECTS, of_verb
from kg.extract.context import Context, Text
from kg.extract.posts import HONORIFICS
from kg.extract.statements import Candidate, assertion, entity, sentences, stretch
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import EntityId, Grounds, Membership

RULE = "succession"
CONFIDENCE = 0.7
#: Words of a title that are one holder's own.
PERSONAL = frozenset({"first", "founding", "longtime", "long-time", "interim", "acting", "new", "current"})


@dataclass(frozen=True, slots=True)
class SuccessionWords:
    """Nouns for who comes after another in a post and for who came before; verbs of coming after; nouns for posts."""

    after: frozenset[str]
    before: frozenset[str]
    succeeding: frozenset[str]
    titles: frozenset[str]
    former: frozenset[str]


@lru_cache(maxsize=2)
def find_succession_words(lexicon: Lexicon) -> SuccessionWords:
    """The words of a lexicon for taking over a post."""
    return SuccessionWords(
        after=lexicon.forms("Successor"),
        before=lexicon.forms("Predecessor"),
        succeeding=lexicon.forms("Succeeding"),
        titles=frozenset(form.lower() for form in lexicon.forms("roleTitle")),
        former=lexicon.forms("Former"),
    )


def find_successions(
    context: Context, found: Sequence[Candidate], words: SuccessionWords, markers: Markers
) -> Iterator[Candidate]:
    """Memberships of those who come after or came before the holder of a post, and the affiliations they imply.

    Args:
        context: the resolved document.
        found: candidates with the posts told already, at their organizations.
        words: words of succession.
        markers: words that change the status of a clause.
    """
    told = [(c, c.value) for c in found if isinstance(c.value, Membership) and c.value.role_title]
    held = {m.member for _, m in told if not m.former}
    for text in context.texts:
        for token in text.tokens:
            for holder, other, former in _pairs(context, text, token, words):
                if other == holder or (other in held and not former):
                    continue
                post = _last_post(told, holder, text, token)
                if post is not None:
                    yield from _state(context, text, token, other, post, words, markers, former=former)


def _pairs(
    context: Context, text: Text, token: Token, words: SuccessionWords
) -> Iterator[tuple[EntityId, EntityId, bool]]:
    """(who has a post, who had or will have it, whether that is past)."""
    word = token.lemma_.lower()
    if token.pos_ in ("NOUN", "PROPN") and word in words.after | words.before and token.i not in text.references:
        owner = next((c for c in token.children if c.dep_ == "poss" and _person(context, text, c)), None)
        other = _bearer(context, text, token, words)
        if owner is not None and other is not None:
            yield text.references[owner.i].entity, other, word in words.before
    elif token.pos_ == "VERB" and word in words.succeeding:
        arguments = of_verb(token)
        if any(p == "as" for _, p in arguments.objects):
            return
        last = "by" if arguments.passive else ""
        objects = [t for t, preposition in arguments.objects if preposition == last]
        firsts = [e for t in arguments.subjects if (e := _person(context, text, t))]
        seconds = [e for t in objects if (e := _person(context, text, t))]
        if len(firsts) == 1 and len(seconds) == 1:
            yield (firsts[0], seconds[0], False) if arguments.passive else (seconds[0], firsts[0], False)


def _bearer(context: Context, text: Text, noun: Token, words: SuccessionWords) -> EntityId | None:
    """The person whom the noun names: behind it, in apposition, or through a copula."""
    index = noun.i + 1
    while index < len(text.doc) and (text.tokens[index].text == "," or text.tokens[index].lower_ in HONORIFICS):
        index += 1
    while index < len(text.doc) and text.tokens[index].lower_ in words.titles:
        index += 1
    if index < len(text.doc) and (beside := _person(context, text, text.tokens[index])):
        return beside
    verb = noun.head
    if noun.dep_ in SUBJECTS and verb.lemma_ == "be":
        return next((e for c in verb.children if c.dep_ == "attr" and (e := _person(context, text, c))), None)
    if noun.dep_ == "appos":
        return _person(context, text, verb)
    return None


def _person(context: Context, text: Text, token: Token) -> EntityId | None:
    held = entity(text, token)
    return held if held is not None and context.kind(held) == "Person" else None


def _last_post(
    told: Sequence[tuple[Candidate, Membership]], holder: EntityId, text: Text, token: Token
) -> Membership | None:
    """The post that the document told last of a person before a place; one at an organization if there is any."""
    posts = [(c, m) for c, m in told if m.member == holder]
    before = [m for c, m in posts if c.site is None or (c.site.text, c.site.start) <= (text.index, token.i)]
    kept = [m for m in before if m.organization] or before
    return kept[-1] if kept else None


def _state(
    context: Context,
    text: Text,
    token: Token,
    other: EntityId,
    post: Membership,
    words: SuccessionWords,
    markers: Markers,
    *,
    former: bool,
) -> Iterator[Candidate]:
    status = find_status(token, markers)
    own = sentences(context, text, (token,))
    grounds = Grounds(
        evidence=tuple(dict.fromkeys((*post.grounds.evidence, *own))), rule=RULE, confidence=CONFIDENCE, status=status
    )
    title = " ".join(w for w in str(post.role_title).split() if w.lower() not in PERSONAL | words.former)
    if not title:
        return
    held = replace(post, member=other, role_title=title, former=former, grounds=grounds)
    yield Candidate(held, stretch(context, text, (token,)))
    if post.organization and not former:
        implied = assertion(
            context,
            text,
            other,
            "affiliatedWith",
            post.organization,
            (token,),
            rule=RULE,
            confidence=CONFIDENCE,
            status=status,
        )
        if implied:
            yield implied
