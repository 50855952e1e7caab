"""Features of ordered pairs of entities, pooled over everything a document says about the two.

Half of what documents state joins two sentences; a pair is therefore judged by all its contexts at once: sentences that
name both, neighbouring sentences, headings and their items, and how often and where each end is named. Features are
strings; what they weigh is learned (`training.relations`), how they are scored is `kg.extract.learned`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from kg.extract.arrangement import arrange, label_of, signs_of, topics_of
from kg.extract.context import Context, Text
from kg.extract.mentions import Form
from kg.extract.statements import Candidate, signatures
from kg.extract.status import Markers
from kg.extract.surroundings import Frame, Sentence
from kg.lexicon import Lexicon
from kg.model import Assertion, Date, EntityId

#: An ordered pair; the second is an ISO date for startedOn and endedOn.
Pair = tuple[str, str]
TRIGGER_FORMS = frozenset({Form.NAME, Form.ACRONYM, Form.SHORT})
#: Most edges of a dependency path.
LONGEST_PATH = 6
#: Mentions of one sentence meet if fewer than this many stand between them: a list of thousands is no sentence.
FAR = 100
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
    """What a document shows about a pair.

    Attributes:
        shared: what holds of other pairs as well, those of the subject, of the object or of the two kinds.
        general: what holds of this pair alone, wherever it occurs.
        occurrences: its meetings in one sentence.
    """

    shared: tuple[frozenset[str], ...] = ()
    general: set[str] = field(default_factory=set)
    occurrences: list[Occurrence] = field(default_factory=list)

    def own(self) -> set[str]:
        """The features of this pair alone."""
        return self.general.union(*(o.features for o in self.occurrences)) if self.occurrences else self.general

    def all(self) -> frozenset[str]:
        """The union of all features."""
        return frozenset(self.own().union(*self.shared))


def pair_features(
    context: Context, lexicon: Lexicon, markers: Markers, candidates: tuple[Candidate, ...]
) -> dict[Pair, PairFeatures]:
    """The features of all pairs that some relation could join, sorted by pair."""
    frame = Frame(context, lexicon, markers)
    pairs: dict[Pair, PairFeatures] = {}
    possible: dict[tuple[str, str], bool] = {}
    for subject in sorted(frame.places):
        for target in sorted(frame.places):
            kinds = frame.kind(subject), frame.kind(target)
            if kinds not in possible:
                possible[kinds] = _possible(*kinds)
            if subject != target and possible[kinds]:
                pairs[subject, target] = _pair(frame, subject, target)
    for sentence in frame.sentences:
        _meetings(frame, sentence, pairs)
        _dates(frame, sentence, pairs)
    _neighbours(frame, pairs)
    _headings(frame, pairs)
    _arranged(frame, pairs)
    _rules(frame, candidates, pairs)
    return dict(sorted(pairs.items()))


def _possible(subject: str, target: str) -> bool:
    return any(subject in subjects and target in objects for subjects, objects in signatures().values())


def _pair(frame: Frame, subject: EntityId, target: str) -> PairFeatures:
    """Kinds, ranks, counts, shared name words: what does not depend on one sentence."""
    kinds = frame.kind(subject), frame.kind(target)
    if kinds not in frame.of_kinds:
        families = f"families:{frame.family(subject)}>{frame.family(target)}"
        frame.of_kinds[kinds] = frozenset({f"kinds:{kinds[0]}>{kinds[1]}", families})
    shared = (frame.of_kinds[kinds], frame.as_subject[subject])
    if target not in frame.places:
        return PairFeatures(shared)
    other = EntityId(target)
    rank, among = frame.rank[other]
    found = {f"rank-o:{kinds[0]}>{kinds[1]}:{min(rank, 2)}/{min(among, 3)}"}
    names = frame.context.entities[subject].names[0], frame.context.entities[other].names[0]
    if not frame.names[subject].isdisjoint(frame.names[other]):
        found |= {"shared-name", f"shared-name:{kinds[0]}>{kinds[1]}"}
    if names[0] in names[1]:
        found.add("s-in-o")
    if names[1] in names[0]:
        found.add("o-in-s")
    apart = min(_apart(frame.places[subject], frame.places[other]), 4)
    found |= {f"apart:{apart}", f"apart:{frame.family(subject)}>{frame.family(target)}:{apart}"}
    return PairFeatures((*shared, frame.as_object[other]), found)


def _apart(first: list[int], second: list[int]) -> int:
    """The least distance between members of two sorted lists."""
    i = j = 0
    best = abs(first[0] - second[0])
    while best and i < len(first) and j < len(second):
        best = min(best, abs(first[i] - second[j]))
        if first[i] < second[j]:
            i += 1
        else:
            j += 1
    return best


def _meetings(frame: Frame, sentence: Sentence, pairs: dict[Pair, PairFeatures]) -> None:
    """Pairs whose ends meet in one sentence."""
    text = sentence.text
    gaps: dict[tuple[int, int], _Gap] = {}
    chains = {t.i: _ancestors(sentence.words.heads, t.i) for t in sentence.tokens}
    for number, a in enumerate(sentence.tokens):
        for b in sentence.tokens[max(0, number - FAR) : number + FAR]:
            pair = (frame.entity(text, a), frame.entity(text, b))
            if pair[0] != pair[1] and pair in pairs:
                ends = min(a.i, b.i), max(a.i, b.i)
                if ends not in gaps:
                    gaps[ends] = _gap(frame, sentence, *ends)
                features = {*_meeting(frame, sentence, a.i, b.i, gaps[ends]), *_path(frame, sentence, a.i, b.i, chains)}
                pairs[pair].occurrences.append(Occurrence(text.index, sentence.index, a.i, b.i, frozenset(features)))


@dataclass(frozen=True, slots=True)
class _Gap:
    """What stands between two mentions: how many others (up to 3), all words if few, words of weight, triggers."""

    mentions: int
    shown: str | None
    words: list[str]
    triggers: frozenset[str]


def _gap(frame: Frame, sentence: Sentence, low: int, high: int) -> _Gap:
    references, words = sentence.text.references, sentence.words
    between = range(low + 1, high)
    shown = None
    if high - low <= 7:
        shown = " ".join(
            f"<{frame.family(references[i].entity)}>" if i in references else words.lemmas[i] for i in between
        )
    return _Gap(
        mentions=len(list(islice((i for i in between if i in references), 3))),
        shown=shown,
        words=[words.lemmas[i] for i in between[:12] if i not in references and words.parts[i] in WORDS]
        if high - low <= 14
        else [],
        triggers=frozenset[str]().union(*words.triggers[low + 1 : high]),
    )


def _meeting(frame: Frame, sentence: Sentence, a: int, b: int, gap: _Gap) -> Iterator[str]:
    """Order, distance, words and triggers between, words beside, status, list, block."""
    text, lemmas = sentence.text, sentence.words.lemmas
    order = ">" if a < b else "<"
    types = f"{frame.family(text.references[a].entity)}{order}{frame.family(text.references[b].entity)}"
    yield f"same:{types}"
    yield f"distance{order}:{_bucket(abs(a - b), (2, 4, 8, 16))}"
    yield f"mentions-between:{gap.mentions}"
    yield f"forms:{_form(text, a)}{_form(text, b)}"
    if gap.shown is not None:
        yield f"between{order}:{gap.shown}"
    for word in gap.words:
        yield f"word{order}:{word}"
    for trigger in gap.triggers:
        yield f"trigger{order}:{trigger}"
        yield f"trigger{types}:{trigger}"
    for trigger in sentence.triggers:
        yield f"in-sentence:{trigger}"
        yield f"in-sentence{types}:{trigger}"
    yield f"sentence:{sentence.status}"
    yield f"block:{text.kind.value}"
    if text.quoted[a] or text.quoted[b]:
        yield "quoted"
    for label, index in (("before-s", a - 1), ("after-s", a + 1), ("before-o", b - 1), ("after-o", b + 1)):
        if 0 <= index < len(lemmas) and index not in text.references:
            yield f"{label}:{lemmas[index]}"
    for label, index in (("s", a), ("o", b)):
        if len(frame.mates[text.index].get(index, ())) > 2:
            yield f"{label}-in-list"


def _form(text: Text, index: int) -> str:
    return "n" if text.references[index].form in TRIGGER_FORMS else "c"


def _bucket(value: int, limits: tuple[int, ...]) -> int:
    return sum(value >= limit for limit in limits)


def _path(frame: Frame, sentence: Sentence, a: int, b: int, chains: dict[int, list[int]]) -> Iterator[str]:
    """The dependency path: its labels, its lemmas, the triggers on it, the status of its top."""
    text, words = sentence.text, sentence.words
    up, down = chains[a], chains[b]
    below = {index: n for n, index in enumerate(down)}
    meet = next((n for n, index in enumerate(up) if index in below), None)
    if meet is None:
        return
    top = up[meet]
    left, right = up[:meet], down[: below[top]][::-1]
    if len(left) + len(right) > LONGEST_PATH:
        return
    part = words.parts[top]
    yield f"path:{'/'.join(words.labels[i] for i in left)}^{part}^{'/'.join(words.labels[i] for i in right)}"
    inner = [i for i in (*left[1:], top, *right[:-1]) if i not in text.references]
    yield "lemmas:" + "/".join(words.lemmas[i] for i in inner)
    for index in inner:
        if words.parts[index] in ("VERB", "NOUN", "ADP"):
            side = "top" if index == top else "s" if index in left else "o"
            yield f"on-path:{words.lemmas[index]}:{side}"
    types = f"{frame.family(text.references[a].entity)}{'>' if a < b else '<'}{frame.family(text.references[b].entity)}"
    for trigger in frozenset[str]().union(*(words.triggers[i] for i in inner)):
        yield f"path-trigger:{types}:{trigger}"
    if part in ("VERB", "AUX"):
        yield f"top:{frame.status(text, top)}"


def _ancestors(heads: list[int], index: int) -> list[int]:
    """A token and what governs it, as far as paths are looked at."""
    chain = [index]
    while heads[chain[-1]] != chain[-1] and len(chain) <= LONGEST_PATH:
        chain.append(heads[chain[-1]])
    return chain


def _dates(frame: Frame, sentence: Sentence, pairs: dict[Pair, PairFeatures]) -> None:
    """Dates of a sentence with the entities of it, and with projects of the sentence before in the same block."""
    text, start = sentence.text, sentence.span.start_char
    for date in sentence.dates:
        if not sentence.words.lemmas:
            break
        lead = [t.i for t in sentence.span if start + date.start - 60 <= t.idx < start + date.start]
        triggers = frozenset[str]().union(*(sentence.words.triggers[i] for i in lead))
        nearest = min((abs(t.idx - start - date.start) for t in sentence.tokens), default=0)
        for token in sentence.tokens:
            entity = frame.entity(text, token)
            if frame.kind(entity) not in signatures()["startedOn"][0]:
                continue
            group = frame.family(entity)
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
                *(f"date-word:{sentence.words.lemmas[i]}" for i in lead[-3:] if i not in text.references),
            }
            if offset <= date.start < offset + len(token.text):
                features.add("date-in-name")
            found = pairs.setdefault((entity, date.value), _pair(frame, entity, date.value))
            found.occurrences.append(Occurrence(text.index, sentence.index, token.i, token.i, frozenset(features)))
        before = frame.sentences[sentence.index - 1] if sentence.index else None
        if before and before.text is text:
            for entity in before.entities:
                if frame.family(entity) in ("Initiative", "Event") and (entity, date.value) not in pairs:
                    made = _pair(frame, entity, date.value)
                    made.general |= {"date-previous", *(f"date-previous-trigger:{t}" for t in triggers)}
                    pairs[entity, date.value] = made


def _neighbours(frame: Frame, pairs: dict[Pair, PairFeatures]) -> None:
    """Ends in sentences that follow each other, at most two apart."""
    for sentence in frame.sentences:
        for step in (1, 2):
            if sentence.index + step >= len(frame.sentences):
                break
            after = frame.sentences[sentence.index + step]
            if after.text.index - sentence.text.index > 1:
                break
            for x in sentence.entities:
                for y in after.entities:
                    for subject, target, order in ((x, y, ">"), (y, x, "<")):
                        found = pairs.get((subject, target))
                        if found is None or subject == target:
                            continue
                        found.general.add(f"next{step}{order}")
                        if not found.occurrences:
                            types = f"{frame.family(subject)}>{frame.family(target)}"
                            found.general |= {f"next-trigger{order}{types}:{t}" for t in after.triggers}


def _headings(frame: Frame, pairs: dict[Pair, PairFeatures]) -> None:
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


def _arranged(frame: Frame, pairs: dict[Pair, PairFeatures]) -> None:
    """What rows, lead-ins, short headings and labels tell.

    One end stands in a row and the other in what leads in to it; or one under a short heading or behind a label, and
    the other is what the page is about.
    """
    context, arrangement = frame.context, arrange(frame.context)
    topics = list(topics_of(context, arrangement))
    for text in context.texts:
        entities = sorted({r.entity for r in text.references.values()})
        if not entities:
            continue
        lead = arrangement.leads.get(text.index)
        if lead is not None:
            above = context.texts[lead]
            triggers = sorted(frame.triggers_of(above))
            for other in sorted({r.entity for r in above.references.values()}):
                for entity in entities:
                    _tell(frame, pairs, entity, other, "lead", triggers)
        signs = [] if text.heading is None else signs_of(context.texts[text.heading])
        label = label_of(text)
        for how, topic in topics:
            for entity in entities:
                _tell(frame, pairs, entity, topic, f"section-{how}", signs)
                _tell(frame, pairs, entity, topic, f"label-{how}", label)
    for (subject, target), found in pairs.items():
        if not found.occurrences and target in frame.places:
            kinds = f"{frame.kind(subject)}>{frame.kind(target)}"
            rowed = f"{int(subject in arrangement.rowed)}{int(target in arrangement.rowed)}"
            titled = f"{int(subject in arrangement.title)}{int(target in arrangement.title)}"
            found.general.add(f"placed:{kinds}:{rowed}:{titled}:{min(frame.rank[target][0], 2)}")


def _tell(
    frame: Frame, pairs: dict[Pair, PairFeatures], entity: EntityId, other: EntityId, how: str, words: list[str]
) -> None:
    """Tell of a pair, in both directions, how one end stands to the other, and the words that say what it is to it."""
    if entity == other or (how != "lead" and not words):
        return
    for subject, target, order in ((entity, other, ">"), (other, entity, "<")):
        found = pairs.get((subject, target))
        if found is not None:
            found.general.add(f"{how}{order}:{frame.kind(subject)}>{frame.kind(target)}")
            families = f"{frame.family(subject)}>{frame.family(target)}"
            found.general |= {f"{how}{order}:{families}:{word}" for word in words}


def _rules(frame: Frame, candidates: tuple[Candidate, ...], pairs: dict[Pair, PairFeatures]) -> None:
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
            pairs[pair] = _pair(frame, value.subject, target)
        if pair in pairs:
            pairs[pair].general |= features
        reverse = (EntityId(target), str(value.subject))
        if value.predicate in ("partnersWith", "bargainsWith") and reverse in pairs:
            pairs[reverse].general |= features


def rule_counts(candidates: tuple[Candidate, ...]) -> Counter[str]:
    """How often each rule fired, for reports."""
    return Counter(c.value.grounds.rule for c in candidates)
