"""Coreference by rule: he/she to a person of that gender, "the district" to the district, we/our to the voice.

Abstains where it would be a guess ("it" without a topic, anything inside quotations but names).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from spacy.tokens import Span, Token

from kg.extract.author import FIRST_SINGULAR, find_author, find_byline
from kg.extract.context import Context, Reference, Text, quoted_tokens
from kg.extract.descriptions import DescriptionWords, described
from kg.extract.mentions import ORGANIZATIONS, Form
from kg.extract.vocabulary import vocabulary
from kg.lexicon import Lexicon
from kg.model import EntityId

GENDER = {"he": "m", "his": "m", "him": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f"}
FIRST_PLURAL = frozenset({"we", "our", "us"})
SUBJECTS = ("nsubj", "nsubjpass")
#: What people are for or against.
MATTERS = frozenset({"Initiative", "Event", "Concept"})
TOPICS = ORGANIZATIONS | MATTERS
#: Whom a byline names ("The writer is a teacher").
BYLINED = frozenset({"writer", "author", "columnist"})
#: Nouns for what may be called otherwise: "the district" of a document is not the one that has the word in its name.
GENERIC = frozenset(
    {"district", "school", "schools", "union", "organization", "group", "network", "agency", "employer"}
)
#: Nouns for one sort of public body: no other sort is meant, whatever else the document names.
SPECIFIC = frozenset({"board", "commission", "council", "committee", "department", "court", "ministry"})
#: Letters of a noun that a name may be called by.
SHORTEST = 4
BYLINE = re.compile(r"(?:posted |story |compiled |written |photos? )?by:? ", re.IGNORECASE)


@dataclass(slots=True)
class _Memory:
    """What has been named so far.

    Attributes:
        persons: (person, number of the sentence, whether as subject) of each mention outside quotations, in order.
        organization, here: the latest organization, and the latest in this sentence.
        topic: what the sentence before is about.
        matter: what was named last of what people are for or against.
        last: the latest entity of each kind.
    """

    persons: list[tuple[EntityId, int, bool]] = field(default_factory=list)
    sentence: int = 0
    organization: EntityId | None = None
    here: EntityId | None = None
    topic: EntityId | None = None
    matter: EntityId | None = None
    last: dict[str, EntityId] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What is known of the document's entities and of the lexicon's nouns."""

    genders: dict[EntityId, str]
    nouns: dict[str, frozenset[str]]
    bearers: dict[str, EntityId]
    stances: frozenset[str]
    descriptions: DescriptionWords
    names: dict[str, list[EntityId]]
    heads: dict[str, EntityId]
    author: EntityId | None
    byline: EntityId | None


def resolve_references(context: Context, lexicon: Lexicon) -> None:
    """Add references for pronouns and definite nouns to the texts of a context, in reading order."""
    _unquote_hosts(context, lexicon.forms("Host"))
    stances = lexicon.forms("supports", "opposes")
    known = _Knowledge(
        genders=find_genders(context, lexicon),
        nouns=class_nouns(lexicon),
        bearers=_bearers(context, lexicon),
        stances=stances,
        descriptions=_description_words(lexicon),
        names=_by_word(context),
        heads=_by_head(context),
        author=find_author(context),
        byline=find_byline(context),
    )
    memory = _Memory()
    for text in context.texts:
        byline = BYLINE.match(text.string) is not None
        for sentence in text.sentences:
            memory.sentence += 1
            memory.here = None
            topic = _topic(context, text, sentence)
            for token in sentence:
                found = text.references.get(token.i)
                if found is None and not text.quoted[token.i]:
                    found = _resolve(context, token, memory, known)
                    if found:
                        text.references[token.i] = found
                        if token.lower_ in GENDER:
                            known.genders.setdefault(found.entity, GENDER[token.lower_])
                if found and not byline:
                    _remember(context, text, token, found, memory)
            memory.topic = topic or memory.topic


def _unquote_hosts(context: Context, hosts: frozenset[str]) -> None:
    """The one who leads a recorded conversation speaks for its publisher: those turns are the document's own words."""
    leading = {
        label.split(",")[0].split("(")[0].rstrip(" :").split()[-1]
        for text in context.texts
        if (label := text.string[: text.label]) and any(w.strip(",.():").lower() in hosts for w in label.split())
    }
    for text in context.texts:
        name = text.string[: text.label].split(",")[0].split("(")[0].rstrip(" :").split()
        if name and name[-1] in leading:
            text.quoted = quoted_tokens(text.tokens, text.string)
            text.label = 0


def _remember(context: Context, text: Text, token: Token, reference: Reference, memory: _Memory) -> None:
    kind = context.kind(reference.entity)
    if reference.form is not Form.PRONOUN or kind == "Person":
        memory.last[kind] = reference.entity
    if kind == "Person" and not text.quoted[token.i] and token.dep_ != "poss":
        memory.persons.append((reference.entity, memory.sentence, token.dep_ in SUBJECTS))
    elif kind in ORGANIZATIONS and reference.form is not Form.PRONOUN:
        memory.organization = memory.here = reference.entity
    elif kind in MATTERS:
        memory.matter = reference.entity


def _resolve(context: Context, token: Token, memory: _Memory, known: _Knowledge) -> Reference | None:
    """What a pronoun or definite noun outside quotations refers to."""
    word = token.lower_
    if word in GENDER:
        person = _person(memory, known.genders, GENDER[word])
        return Reference(person, Form.PRONOUN) if person else None
    if word in FIRST_SINGULAR and known.author and token.pos_ == "PRON":
        return Reference(known.author, Form.PRONOUN)
    if word in BYLINED and known.byline and _bare_definite(token) and token.dep_ in SUBJECTS:
        return Reference(known.byline, Form.PRONOUN)
    if word in FIRST_PLURAL and context.voice:
        return Reference(context.voice, Form.VOICE)
    if word == "it" and memory.matter and _of_stance(token, known.stances):
        return Reference(memory.matter, Form.PRONOUN)
    if word == "it" and memory.topic and _referential(token):
        return Reference(memory.topic, Form.PRONOUN)
    if word == "they" and token.dep_ in SUBJECTS and memory.topic and context.kind(memory.topic) in ORGANIZATIONS:
        return Reference(memory.topic, Form.PRONOUN)
    if word in ("its", "their") and memory.organization:
        about = memory.topic if memory.topic and context.kind(memory.topic) in ORGANIZATIONS else None
        return Reference(memory.here or about or memory.organization, Form.PRONOUN)
    if word in known.bearers and _bare_definite(token):
        return Reference(known.bearers[word], Form.NOMINAL)
    if word in known.nouns and _bare_definite(token):
        called = _called(context, known.names.get(word, ()), known.nouns[word])
        kinds = frozenset() if word in SPECIFIC and not called else known.nouns[word]
        entity = called[0] if len(called) == 1 else _party(context, token, kinds)
        entity = entity or _antecedent(context, kinds, memory.last) or known.heads.get(word)
    elif word in known.heads and _bare_definite(token):
        entity = known.heads[word]
    else:
        entity = described(context, token, known.descriptions) if word in known.descriptions.heads else None
    return Reference(entity, Form.NOMINAL) if entity else None


def _person(memory: _Memory, genders: dict[EntityId, str], gender: str) -> EntityId | None:
    """The most salient person who is not known to be of the other gender: near, a subject, and of known gender."""
    best: tuple[float, int] | None = None
    chosen: EntityId | None = None
    for order, (person, sentence, subject) in enumerate(memory.persons):
        if genders.get(person, gender) != gender:
            continue
        distance = memory.sentence - sentence
        salience = -min(distance, 6) - 0.2 * max(distance - 6, 0) + 0.8 * subject + 0.5 * (person in genders)
        if best is None or (salience, order) >= best:
            best, chosen = (salience, order), person
    return chosen


def find_genders(context: Context, lexicon: Lexicon) -> dict[EntityId, str]:
    """Gender of the persons it can be told of: from an honorific, as linked, or from the given name."""
    words = vocabulary(lexicon)
    titled: dict[EntityId, Counter[str]] = {}
    for text, token, reference in context.references():
        if context.kind(reference.entity) != "Person":
            continue
        before = text.tokens[token.i - 1].lower_.rstrip(".") if token.i else ""
        first = token.text.split()[0].lower().rstrip(".")
        for word in (before, first):
            gender = "m" if word in words.masculine else "f" if word in words.feminine else None
            if gender:
                titled.setdefault(reference.entity, Counter())[gender] += 1
    genders: dict[EntityId, str] = {}
    for identifier, entity in context.entities.items():
        if entity.kind != "Person":
            continue
        given = next((g for name in entity.names if (g := _given(name, words.given))), None)
        told = titled[identifier].most_common(1)[0][0] if identifier in titled else entity.gender or given
        if told in ("m", "f"):
            genders[identifier] = told
    return genders


def _given(name: str, table: dict[str, str]) -> str | None:
    parts = [part for part in name.replace("“", '"').split() if part[0].isupper() and not part.endswith(".")]
    return table.get(parts[0].split("-")[0]) if len(parts) > 1 else None


def _bearers(context: Context, lexicon: Lexicon) -> dict[str, EntityId]:
    """Role nouns that one person alone bears in the document ("the superintendent"): title before or after the name."""
    nouns = lexicon.forms("roleTitle")
    bearers: dict[str, set[EntityId]] = {}
    for text, token, reference in context.references():
        if context.kind(reference.entity) != "Person":
            continue
        start = token.i - 1 if token.i and text.tokens[token.i - 1].text == ":" else token.i
        beside = [t for t in text.tokens[max(0, start - 2) : start] if t.i not in text.references]
        beside += [c for c in token.children if c.dep_ in ("appos", "compound") and c.i not in text.references]
        if token.dep_ == "appos":
            beside.append(token.head)
        for word in beside:
            if word.lower_ in nouns:
                bearers.setdefault(word.lower_, set()).add(reference.entity)
    return {word: next(iter(who)) for word, who in sorted(bearers.items()) if len(who) == 1}


@lru_cache(maxsize=2)
def class_nouns(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """Single lower-case nouns and the kinds they denote ("district" → SchoolDistrict)."""
    kinds: dict[str, set[str]] = {}
    for entry in lexicon.denoting(*TOPICS):
        for form in entry.forms:
            if " " not in form and entry.part_of_speech == "noun":
                kinds.setdefault(form, set()).add(entry.denotes)
    return {word: frozenset(k) for word, k in sorted(kinds.items())}


@lru_cache(maxsize=2)
def _description_words(lexicon: Lexicon) -> DescriptionWords:
    """The nouns for organizations, of one word or two, and those for people."""
    nouns: dict[str, set[str]] = {}
    for entry in lexicon.denoting(*ORGANIZATIONS):
        if entry.part_of_speech == "noun":
            for form in entry.forms:
                nouns.setdefault(form, set()).add(entry.denotes)
    labor = lexicon.forms("LaborWord") - {"union"}
    return DescriptionWords(
        nouns={word: frozenset(kinds) for word, kinds in sorted(nouns.items())},
        heads=frozenset(word.rpartition(" ")[2] for word in nouns),
        people=lexicon.forms("Group", "People", "roleTitle") | labor | {f"{word}s" for word in labor},
    )


def _topic(context: Context, text: Text, sentence: Span) -> EntityId | None:
    """What a sentence is about: its first subject, else its first organization, initiative or event."""
    named = [t for t in sentence if t.i in text.references and context.kind(text.references[t.i].entity) in TOPICS]
    subjects = [t for t in named if t.dep_ in SUBJECTS]
    chosen = (subjects or named)[:1]
    return text.references[chosen[0].i].entity if chosen else None


def _referential(token: Token) -> bool:
    """Whether "it" is more than a dummy subject ("it is important to …")."""
    if token.dep_ not in ("nsubj", "nsubjpass", "dobj"):
        return False
    dummy = token.head.lemma_ in ("be", "seem", "take") and any(
        child.dep_ in ("acomp", "xcomp", "advcl", "ccomp") for child in token.head.children
    )
    return not (token.dep_ == "nsubj" and dummy)


def _of_stance(token: Token, stances: frozenset[str]) -> bool:
    """Whether "it" is what somebody is for or against ("they opposed it", "spoke against it")."""
    if token.dep_ == "dobj":
        return token.head.lemma_.lower() in stances
    return token.dep_ == "pobj" and bool({token.head.lower_, token.head.head.lemma_.lower()} & stances)


def _bare_definite(token: Token) -> bool:
    """Whether a noun stands as "the X" or "this X", without modifiers that would make it another X."""
    children = list(token.children)
    return any(c.dep_ == "det" and c.lower_ in ("the", "this") for c in children) and not any(
        c.dep_ in ("compound", "amod", "nummod", "poss") for c in children
    )


def _called(context: Context, held: Iterable[EntityId], kinds: frozenset[str]) -> list[EntityId]:
    """Those of the entities in whose names a noun stands that it may denote."""
    return [e for e in held if context.kind(e) in kinds | ORGANIZATIONS]


def _by_word(context: Context) -> dict[str, list[EntityId]]:
    """The entities by the words of their names, where a word tells more than the kind ("federation")."""
    found: dict[str, list[EntityId]] = {}
    for e in sorted(context.counts):
        for word in dict.fromkeys(w for name in context.entities[e].names for w in name.lower().split()):
            if word not in GENERIC:
                found.setdefault(word, []).append(e)
    return found


def _by_head(context: Context) -> dict[str, EntityId]:
    """The only organization, initiative or event whose name has a noun at its head ("trust"), by that noun."""
    found: dict[str, set[EntityId]] = {}
    for e in sorted(context.counts):
        if context.kind(e) in ORGANIZATIONS | MATTERS:
            for name in context.entities[e].names:
                words = re.split(r" (?:of|for|in|on) |, ", name)[0].split()
                if len(words) > 1 and words[-1].isalpha() and words[-1][0].isupper() and len(words[-1]) >= SHORTEST:
                    found.setdefault(words[-1].lower(), set()).add(e)
    return {word: next(iter(held)) for word, held in sorted(found.items()) if len(held) == 1}


def _party(context: Context, token: Token, kinds: frozenset[str]) -> EntityId | None:
    """The party that a capital makes a noun the name of ("The Union proposes"): the first of the kinds to be named."""
    if not token.text[0].isupper():
        return None
    named = (r.entity for _, _, r in context.references() if r.form is not Form.NOMINAL)
    return next((e for e in named if context.kind(e) in kinds), None)


def _antecedent(context: Context, kinds: frozenset[str], last: dict[str, EntityId]) -> EntityId | None:
    """The entity of the kinds that the document names most if it is the only one, else the last one named."""
    candidates = sorted(e for e in context.counts if context.kind(e) in kinds)
    if len(candidates) == 1:
        return candidates[0]
    recent = [last[kind] for kind in sorted(kinds) if kind in last]
    return recent[-1] if recent else None
