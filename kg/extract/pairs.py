"""Features of ordered pairs of entities, pooled over everything a document says about the two.

Half of what documents state joins two sentences; a pair is therefore judged by all its contexts at once: sentences that
name both, neighbouring sentences, headings and their items, and how often and where each end is named. Features are
strings; what they weigh is learned (`training.relations`), how they are scored is `kg.extract.learned`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.dates import DateMention, document_date, find_dates
from kg.extract.mentions import Form, family
from kg.extract.statements import Candidate, lists, signatures
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import Assertion, Date, EntityId

#: An ordered pair; the second is an ISO date for startedOn and endedOn.
Pair = tuple[str, str]
DATED = "Date"
TRIGGER_FORMS = frozenset({Form.NAME, Form.ACRONYM, Form.SHORT})
WORDS = ("VERB", "NOUN", "ADP", "ADJ", "ADV", "PROPN", "PUNCT")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One sentence in which the ends of a pair meet: where, and the features of that meeting."""

    text: int
    sentence: int
    first: int
    second: int
    features: frozenset[str]


@dataclass(slots=True)
class PairFeatures:
    """What a document shows about a pair: `general` features, and those of each occurrence in one sentence."""

    general: set[str] = field(default_factory=set)
    occurrences: list[Occurrence] = field(default_factory=list)

    def all(self) -> frozenset[str]:
        """The union of all features."""
        return frozenset(self.general.union(*(o.features for o in self.occurrences)))


@dataclass(slots=True)
class _Sentence:
    index: int
    text: Text
    span: Span
    tokens: list[Token]
    dates: list[DateMention]
    triggers: frozenset[str]
    status: str


class _Frame:
    """What the features of one document share: sentences, counts, ranks. Lives for one call."""

    def __init__(self, context: Context, lexicon: Lexicon, markers: Markers) -> None:
        self.context = context
        self.markers = markers
        self.classes = trigger_classes(lexicon)
        self.sentences = list(self._sentences())
        self.places: dict[EntityId, list[int]] = defaultdict(list)
        for sentence in self.sentences:
            for token in sentence.tokens:
                self.places[self.entity(sentence.text, token)].append(sentence.index)
        self.rank = self._ranks()

    @cached_property
    def mates(self) -> dict[int, dict[int, tuple[int, ...]]]:
        """For each text its coordinated mentions."""
        return {text.index: lists(self.context, text) for text in self.context.texts}

    def entity(self, text: Text, token: Token) -> EntityId:
        """What a token refers to."""
        return text.references[token.i].entity

    def kind(self, end: str) -> str:
        """The kind of one end of a pair."""
        entity = self.context.entities.get(EntityId(end))
        return entity.kind if entity else DATED

    def triggers(self, words: list[Token] | Span) -> frozenset[str]:
        """The trigger classes of the words that are no mentions."""
        found: set[str] = set()
        for token in words:
            found |= self.classes.get(token.lower_, frozenset()) | self.classes.get(token.lemma_.lower(), frozenset())
        return frozenset(found)

    def _sentences(self) -> Iterator[_Sentence]:
        reference = document_date(self.context.annotated)
        index = 0
        for text in self.context.texts:
            for span in text.doc.sents:
                tokens = [t for t in span if t.i in text.references]
                status = find_status(span.root, self.markers).value
                dates = find_dates(span.text, reference)
                yield _Sentence(index, text, span, tokens, dates, self.triggers(span), status)
                index += 1

    def _ranks(self) -> dict[str, tuple[int, int]]:
        """For each entity its rank by number of mentions within its kind, and how many of the kind there are."""
        by_kind: dict[str, list[EntityId]] = defaultdict(list)
        for entity in sorted(self.places, key=lambda e: (-len(self.places[e]), e)):
            by_kind[self.kind(entity)].append(entity)
        return {e: (n, len(group)) for group in by_kind.values() for n, e in enumerate(group)}


def trigger_classes(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """Single words and what they may signal: the relations and categories that their entries denote."""
    classes: dict[str, set[str]] = defaultdict(set)
    for entry in lexicon.entries:
        if entry.frame or entry.denotes in signatures() or entry.denotes in CATEGORIES:
            for form in entry.forms:
                if " " not in form:
                    classes[form.lower()].add(entry.denotes)
    return {word: frozenset(found) for word, found in sorted(classes.items())}


CATEGORIES = frozenset(
    {"roleTitle", "Negation", "Denial", "Plan", "Prospect", "Possibility", "Condition", "Bargaining", "Accord"}
    | {"Contract", "MemberList", "FunderList", "SpeakerList", "SchoolList", "AbsentList", "Delegate", "Gathering"}
    | {"Presentation", "Inviting", "Group", "First", "Last", "Following", "Former"}
)


def pair_features(
    context: Context, lexicon: Lexicon, markers: Markers, candidates: tuple[Candidate, ...]
) -> dict[Pair, PairFeatures]:
    """The features of all pairs that some relation could join, sorted by pair."""
    frame = _Frame(context, lexicon, markers)
    pairs: dict[Pair, PairFeatures] = {}
    for subject in sorted(frame.places):
        for target in sorted(frame.places):
            if subject != target and _possible(frame.kind(subject), frame.kind(target)):
                pairs[subject, target] = PairFeatures(_general(frame, subject, target))
    for sentence in frame.sentences:
        _meetings(frame, sentence, pairs)
        _dates(frame, sentence, pairs)
    _neighbours(frame, pairs)
    _headings(frame, pairs)
    _rules(frame, candidates, pairs)
    return dict(sorted(pairs.items()))


def _possible(subject: str, target: str) -> bool:
    return any(subject in subjects and target in objects for subjects, objects in signatures().values())


def _general(frame: _Frame, subject: EntityId, target: str) -> set[str]:
    """Kinds, ranks, counts, shared name words: what does not depend on one sentence."""
    context, kinds = frame.context, (frame.kind(subject), frame.kind(target))
    rank, among = frame.rank[subject]
    found = {
        f"kinds:{kinds[0]}>{kinds[1]}",
        f"families:{family(kinds[0])}>{family(kinds[1])}",
        f"rank-s:{min(rank, 2)}",
        f"among-s:{family(kinds[0])}:{min(among, 4)}",
        f"count-s:{min(len(frame.places[subject]), 3)}",
    }
    found |= {f"{role}-s" for role, end in (("voice", context.voice), ("main", context.main)) if end == subject}
    if target not in frame.places:
        return found
    other = EntityId(target)
    rank, among = frame.rank[other]
    found |= {
        f"rank-o:{kinds[1]}:{min(rank, 2)}",
        f"among-o:{kinds[1]}:{min(among, 4)}",
        f"rank-o:{kinds[0]}>{kinds[1]}:{min(rank, 2)}/{min(among, 3)}",
        f"first-o:{min(frame.places[other][0], 3)}",
        f"head-o:{kinds[1]}:{context.entities[other].names[0].lower().split()[-1]}",
    }
    found |= {f"{role}-o" for role, end in (("voice", context.voice), ("main", context.main)) if end == target}
    names = context.entities[subject].names[0], context.entities[other].names[0]
    if _words(names[0]) & _words(names[1]):
        found |= {"shared-name", f"shared-name:{kinds[0]}>{kinds[1]}"}
    found |= {f for f, yes in (("s-in-o", names[0] in names[1]), ("o-in-s", names[1] in names[0])) if yes}
    apart = min(abs(a - b) for a in frame.places[subject] for b in frame.places[other])
    found |= {f"apart:{min(apart, 4)}", f"apart:{family(kinds[0])}>{family(kinds[1])}:{min(apart, 4)}"}
    return found


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", name.lower())) - {"the", "of", "for", "and", "in"}


def _meetings(frame: _Frame, sentence: _Sentence, pairs: dict[Pair, PairFeatures]) -> None:
    """Pairs whose ends meet in one sentence."""
    text = sentence.text
    for a in sentence.tokens:
        for b in sentence.tokens:
            pair = (frame.entity(text, a), frame.entity(text, b))
            if pair[0] != pair[1] and pair in pairs:
                features = frozenset(_meeting(frame, sentence, a, b, (frame.kind(pair[0]), frame.kind(pair[1]))))
                pairs[pair].occurrences.append(Occurrence(text.index, sentence.index, a.i, b.i, features))


def _meeting(frame: _Frame, sentence: _Sentence, a: Token, b: Token, kinds: tuple[str, str]) -> Iterator[str]:
    """Order, distance, words and triggers between, words beside, parse path, status, list, block."""
    text, doc = sentence.text, sentence.text.doc
    low, high = sorted((a.i, b.i))
    between = doc[low + 1 : high]
    order = ">" if a.i < b.i else "<"
    types = f"{family(kinds[0])}{order}{family(kinds[1])}"
    yield f"same:{types}"
    yield f"distance{order}:{_bucket(high - low, (2, 4, 8, 16))}"
    yield f"mentions-between:{min(sum(t.i in text.references for t in between), 3)}"
    yield f"forms:{_form(text, a)}{_form(text, b)}"
    if high - low <= 7:
        shown = (
            f"<{family(frame.kind(frame.entity(text, t)))}>" if t.i in text.references else t.lemma_.lower()
            for t in between
        )
        yield f"between{order}:{' '.join(shown)}"
    if high - low <= 14:
        for token in between[:12]:
            if token.i not in text.references and token.pos_ in WORDS:
                yield f"word{order}:{token.lemma_.lower()}"
    for trigger in frame.triggers(between):
        yield f"trigger{order}:{trigger}"
        yield f"trigger{types}:{trigger}"
    for trigger in sentence.triggers:
        yield f"in-sentence:{trigger}"
        yield f"in-sentence{types}:{trigger}"
    yield from _path(frame, text, a, b, types)
    yield f"sentence:{sentence.status}"
    yield f"block:{text.kind.value}"
    if text.quoted[a.i] or text.quoted[b.i]:
        yield "quoted"
    for label, index in (("before-s", a.i - 1), ("after-s", a.i + 1), ("before-o", b.i - 1), ("after-o", b.i + 1)):
        if 0 <= index < len(doc) and index not in text.references:
            yield f"{label}:{doc[index].lemma_.lower()}"
    for label, token in (("s", a), ("o", b)):
        if len(frame.mates[text.index].get(token.i, ())) > 2:
            yield f"{label}-in-list"


def _shown(frame: _Frame, text: Text, token: Token) -> str:
    """A word between the ends: its lemma, or the family of what it refers to."""
    return f"<{family(frame.kind(frame.entity(text, token)))}>" if token.i in text.references else token.lemma_.lower()


def _form(text: Text, token: Token) -> str:
    return "n" if text.references[token.i].form in TRIGGER_FORMS else "c"


def _bucket(value: int, limits: tuple[int, ...]) -> int:
    return sum(value >= limit for limit in limits)


def _path(frame: _Frame, text: Text, a: Token, b: Token, types: str) -> Iterator[str]:
    """The dependency path: its labels, its lemmas, the triggers on it, the status of its top."""
    up, down = _ancestors(a), _ancestors(b)
    below = {t.i: n for n, t in enumerate(down)}
    meet = next((n for n, t in enumerate(up) if t.i in below), None)
    if meet is None:
        return
    top = up[meet]
    left, right = up[:meet], down[: below[top.i]][::-1]
    if len(left) + len(right) > 6:
        return
    labels = "/".join(t.dep_ for t in left), "/".join(t.dep_ for t in right)
    yield f"path:{labels[0]}^{top.pos_}^{labels[1]}"
    inner = [t for t in (*left[1:], top, *right[:-1]) if t.i not in text.references]
    yield "lemmas:" + "/".join(t.lemma_.lower() for t in inner)
    for token in inner:
        if token.pos_ in ("VERB", "NOUN", "ADP"):
            side = "top" if token.i == top.i else "s" if token in left else "o"
            yield f"on-path:{token.lemma_.lower()}:{side}"
    for trigger in frame.triggers(inner):
        yield f"path-trigger:{types}:{trigger}"
    if top.pos_ in ("VERB", "AUX"):
        yield f"top:{find_status(top, frame.markers).value}"


def _ancestors(token: Token) -> list[Token]:
    chain = [token]
    while chain[-1].head.i != chain[-1].i:
        chain.append(chain[-1].head)
    return chain


def _dates(frame: _Frame, sentence: _Sentence, pairs: dict[Pair, PairFeatures]) -> None:
    """Dates of a sentence with the entities of it, and with projects of the sentence before in the same block."""
    text, start = sentence.text, sentence.span.start_char
    for date in sentence.dates:
        lead = [t for t in sentence.span if start + date.start - 60 <= t.idx < start + date.start]
        triggers = frame.triggers(lead)
        nearest = min((abs(t.idx - start - date.start) for t in sentence.tokens), default=0)
        for token in sentence.tokens:
            entity = frame.entity(text, token)
            if frame.kind(entity) not in signatures()["startedOn"][0]:
                continue
            group = family(frame.kind(entity))
            offset = token.idx - start
            features = {
                "date-same",
                f"date-side:{'<' if offset < date.start else '>'}{min(abs(offset - date.start) // 25, 4)}",
                "date-near" if abs(offset - date.start) == nearest else "date-far",
                f"date-precision:{len(date.value)}",
                f"date-family:{group}",
                f"date-status:{sentence.status}",
                *(f"date-trigger:{t}" for t in triggers),
                *(f"date-trigger:{group}:{t}" for t in triggers),
                *(f"date-word:{t.lemma_.lower()}" for t in lead[-3:] if t.i not in text.references),
            }
            if offset <= date.start < offset + len(token.text):
                features.add("date-in-name")
            found = pairs.setdefault((entity, date.value), PairFeatures(_general(frame, entity, date.value)))
            found.occurrences.append(Occurrence(text.index, sentence.index, token.i, token.i, frozenset(features)))
        before = frame.sentences[sentence.index - 1] if sentence.index else None
        if before and before.text is text:
            for token in before.tokens:
                entity = frame.entity(text, token)
                if family(frame.kind(entity)) in ("Initiative", "Event") and (entity, date.value) not in pairs:
                    made = PairFeatures(_general(frame, entity, date.value) | {"date-previous"})
                    made.general |= {f"date-previous-trigger:{t}" for t in triggers}
                    pairs[entity, date.value] = made


def _neighbours(frame: _Frame, pairs: dict[Pair, PairFeatures]) -> None:
    """Ends in sentences that follow each other, at most two apart."""
    for sentence in frame.sentences:
        for step in (1, 2):
            if sentence.index + step >= len(frame.sentences):
                break
            after = frame.sentences[sentence.index + step]
            if after.text.index - sentence.text.index > 1:
                break
            for x in sentence.tokens:
                for y in after.tokens:
                    ends = frame.entity(sentence.text, x), frame.entity(after.text, y)
                    for (subject, target), order in ((ends, ">"), (ends[::-1], "<")):
                        found = pairs.get((subject, target))
                        if found is None or subject == target:
                            continue
                        found.general.add(f"next{step}{order}")
                        if not found.occurrences:
                            types = f"{family(frame.kind(subject))}>{family(frame.kind(target))}"
                            found.general |= {f"next-trigger{order}{types}:{t}" for t in after.triggers}


def _headings(frame: _Frame, pairs: dict[Pair, PairFeatures]) -> None:
    """One end in a heading, the other in what stands under it."""
    texts = {text.index: text for text in frame.context.texts}
    for text in frame.context.texts:
        if text.heading is None:
            continue
        heads = {reference.entity for reference in texts[text.heading].references.values()}
        for entity in sorted({reference.entity for reference in text.references.values()}):
            for head in sorted(heads):
                kinds = frame.kind(entity), frame.kind(head)
                if (entity, head) in pairs:
                    pairs[entity, head].general |= {
                        f"heading:{kinds[0]}>{kinds[1]}",
                        f"heading-block:{text.kind.value}",
                    }
                if (head, entity) in pairs:
                    pairs[head, entity].general.add(f"under:{kinds[1]}>{kinds[0]}")


def _rules(frame: _Frame, candidates: tuple[Candidate, ...], pairs: dict[Pair, PairFeatures]) -> None:
    """What the frames propose for a pair."""
    for candidate in candidates:
        value = candidate.value
        if not isinstance(value, Assertion) or value.subject not in frame.places:
            continue
        target = value.object.value if isinstance(value.object, Date) else value.object
        features = {
            f"rule:{value.predicate}:{value.grounds.status.value}",
            f"rule:{value.predicate}:{value.grounds.rule}",
        }
        pair = (value.subject, target)
        if isinstance(value.object, Date) and pair not in pairs:
            pairs[pair] = PairFeatures(_general(frame, value.subject, target))
        if pair in pairs:
            pairs[pair].general |= features
        reverse = (EntityId(target), str(value.subject))
        if value.predicate in ("partnersWith", "bargainsWith") and reverse in pairs:
            pairs[reverse].general |= features


def rule_counts(candidates: tuple[Candidate, ...]) -> Counter[str]:
    """How often each rule fired, for reports."""
    return Counter(c.value.grounds.rule for c in candidates)
