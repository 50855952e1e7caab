"""Profiles of phrases of common nouns: what the learned namer weighs to tell "the strike" from "a strike"."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator

from spacy.tokens import Token

from kg.extract.annotate import AnnotatedDocument
from kg.extract.lines import titled
from kg.extract.mentions import Mention, family
from kg.extract.nominals import Nominal, kind_by_rule
from kg.extract.profiles import NOTHING
from kg.extract.vocabulary import Vocabulary

WORDS = re.compile(r"[\w'$%-]+|[^\w\s]")
MODALS = frozenset("will would could may might can should must shall".split())
HYPOTHETICAL = frozenset("if unless whether no not never without n't until".split())
NEAR = 40
#: A line that begins with a day of the week or of a month.
CALENDAR = re.compile(
    r"\W*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d)",
    re.IGNORECASE,
)
#: Characters at the beginning of a line that an article takes; tokens to a date that a noun has.
OPENING, SOON = 3, 6


def nominal_profiles(
    annotated: AnnotatedDocument, named: list[Mention], groups: list[list[Nominal]], vocabulary: Vocabulary
) -> list[frozenset[str]]:
    """The features of each group of phrases."""
    by_passage: dict[int, list[Mention]] = {}
    for mention in sorted(named):
        by_passage.setdefault(mention.passage, []).append(mention)
    sizes = Counter({n: len(group) for n, group in enumerate(groups)})
    largest = {
        category: max(sizes[n] for n, g in enumerate(groups) if g[0].category == category)
        for category in {g[0].category for g in groups}
    }
    counts, headings = _word_counts(annotated)
    found = []
    for group in groups:
        features = set(_group(group, vocabulary))
        features |= set(_spread(group[0].head, counts, headings))
        features.add(f"largest={len(group) == largest[group[0].category]}")
        for phrase in group:
            features |= set(_phrase(phrase, vocabulary))
            features |= set(_context(annotated, phrase, by_passage.get(phrase.passage, [])))
        category = group[0].category
        features |= {f"category={category}|{f}" for f in features if f.startswith(CROSSED)}
        features |= {f"{noun}|{f}" for noun in features if noun.startswith("noun=") for f in features if f in TELLING}
        found.append(frozenset(features))
    return found


#: Features that tell different things of different categories.
CROSSED = (
    "determiner=",
    "count=",
    "words=",
    "headed=",
    "clause=",
    "dated=",
    "titled=",
    "dependency=",
    "definite=",
    "modified=",
    "measured=",
)


#: What is told of each noun by itself: "the ballot" is rather an event than "a ballot" is.
TELLING = frozenset({"definite=True", "definite=False", "dated=True", "dated=False"})


def _group(group: list[Nominal], vocabulary: Vocabulary) -> Iterator[str]:
    first = group[0]
    yield f"rule={kind_by_rule(group, vocabulary) or NOTHING}"
    yield f"category={first.category}"
    count = len(group)
    yield f"count={1 if count == 1 else 2 if count < 4 else 4}"
    yield f"modified={any(n.modifiers for n in group)}"
    yield f"owned={any(n.owner for n in group)}"
    yield f"opens={first.passage < 3}"


def _word_counts(annotated: AnnotatedDocument) -> tuple[Counter[str], frozenset[str]]:
    """How often each word stands in the document, in lower case; and the words of its headings."""
    counts: Counter[str] = Counter()
    headings: set[str] = set()
    for passage in annotated.passages:
        words = WORDS.findall(passage.block.text.lower())
        counts.update(words)
        if titled(passage.block.text):
            headings.update(words)
    return counts, frozenset(headings)


def _spread(head: str, counts: Counter[str], headings: frozenset[str]) -> Iterator[str]:
    """How much of the document is about what a noun names."""
    last = head.rpartition(" ")[2]
    count = counts[last]
    yield f"words={1 if count < 2 else 2 if count < 4 else 4 if count < 8 else 8}"
    yield f"headed={last in headings}"


def _phrase(phrase: Nominal, vocabulary: Vocabulary) -> Iterator[str]:
    yield f"head={phrase.head}"
    yield f"determiner={phrase.determiner}"
    yield f"definite={phrase.determiner in ('the', 'this', 'that', 'its', 'our', 'their') or bool(phrase.owner)}"
    for word in phrase.modifiers:
        yield f"modifier={word}"
        if word[0].isdigit():
            yield "modifier=#year" if re.fullmatch(r"(?:19|20)\d\d", word) else "modifier=#number"
        if word in vocabulary.singling:
            yield "modifier=#singling"
    for word in phrase.owner.split():
        if word in vocabulary.calendar:
            yield "owner=#calendar"
    if phrase.modifiers:
        yield f"phrase={phrase.modifiers[-1]} {phrase.head}"


def _context(annotated: AnnotatedDocument, phrase: Nominal, mentions: list[Mention]) -> Iterator[str]:
    """Words and names beside a phrase, and its clause."""
    passage = annotated.passages[phrase.passage]
    text = passage.block.text
    yield f"block={passage.block.kind}"
    yield f"titled={titled(text)}"
    left = WORDS.findall(text[max(0, phrase.start - NEAR) : phrase.start].lower())[::-1]
    if left and left[0] == phrase.determiner:
        left.pop(0)
    right = WORDS.findall(text[phrase.end : phrase.end + NEAR].lower())
    yield "before=" + (left[0] if left else "^")
    yield "behind=" + (right[0] if right else "$")
    for mention in mentions:
        if phrase.end < mention.start <= phrase.end + 14:
            between = text[phrase.end : mention.start].lower().strip().removesuffix("the").strip()
            yield f"then={between} {family(mention.kind)}"
    yield from _calendar(text, phrase)
    head = passage.doc.char_span(phrase.start, phrase.end, alignment_mode="expand")
    if head is not None and len(head):
        yield f"noun={head.root.lemma_.lower()}"
        yield from _clause(head.root, mentions)
        yield from _moment(head.root)
        if head.root.pos_ == "VERB":
            subject = next((c for c in head.root.children if c.dep_ in ("nsubj", "nsubjpass")), None)
            yield f"subject={subject.lemma_.lower() if subject is not None else ''}"
        for child in head.root.children:
            yield f"child={child.dep_}"
            if child.dep_ == "prep":
                yield f"child=prep {child.lower_}"


def _calendar(text: str, phrase: Nominal) -> Iterator[str]:
    """Whether a phrase stands as in a calendar: behind a date that opens the line, first in it, before a colon."""
    if CALENDAR.match(text):
        yield "when=opens"
    if text[phrase.end : phrase.end + 1] == ":":
        yield "label=True"
    if phrase.start < OPENING:
        yield "starts=True"


def _moment(root: Token) -> Iterator[str]:
    """The date or time that follows a noun in its sentence."""
    moments = [e for e in root.sent.ents if e.label_ in ("DATE", "TIME")]
    behind = next((e for e in moments if 0 < e.start - root.i <= SOON), None)
    if behind is not None:
        yield "when=after"
        yield f"when=after {root.doc[behind.start - 1].lower_}"
    if any(e.label_ == "TIME" for e in moments):
        yield "when=time"


def _clause(root: Token, mentions: list[Mention]) -> Iterator[str]:
    """Dependency, governor, modality, and what else the sentence names."""
    yield f"dependency={root.dep_}"
    governor = root.head
    if root.dep_ == "pobj":
        yield f"governor={governor.lower_}"
        yield f"governor={governor.lower_} {governor.head.lemma_.lower()}"
    elif governor != root:
        yield f"governor={root.dep_} {governor.lemma_.lower()}"
    verb = root if root.pos_ == "VERB" else governor
    while verb.pos_ not in ("VERB", "AUX") and verb.head != verb:
        verb = verb.head
    sides = {t.lower_ for t in verb.lefts} | {t.lower_ for t in verb.rights if t.dep_ == "neg"}
    yield f"clause={verb.tag_}"
    if sides & MODALS:
        yield "clause=modal"
    sentence = root.sent
    if any(t.lower_ in HYPOTHETICAL for t in sentence if abs(t.i - root.i) < 8):
        yield "clause=hypothetical"
    yield f"measured={any(t.like_num or t.text == '%' for t in sentence)}"
    dates = [e for e in sentence.ents if e.label_ == "DATE"]
    yield f"dated={bool(dates)}"
    if any(e.start - root.i in (1, 2) or 0 < root.i - e.end < 3 for e in dates):
        yield "dated=beside"
    if re.search(r"\b(?:19|20)\d\d\b", sentence.text):
        yield "dated=year"
    starts = [m.start for m in mentions]
    low, high = bisect(starts, sentence.start_char - 1), bisect(starts, sentence.end_char)
    kinds = Counter(family(m.kind) for m in mentions[low:high])
    for kind, number in kinds.items():
        yield f"beside={kind}|{min(number, 3)}"
