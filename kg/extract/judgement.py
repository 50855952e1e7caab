"""Judgement: pairs of entities that no frame joins but the document as a whole does, by the learned judge.

The judge decides; here its decisions become candidates like any other: with the sentences that carry most of the
decision as evidence, and with the status of the predicate that joins the two ends there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.arguments import SUBJECTS
from kg.extract.arrangement import row_mates
from kg.extract.context import Context, Text
from kg.extract.learned import Judge, Kinds, Scores, contenders, first_stage, normal, rival_features, second_stage
from kg.extract.mentions import LocalEntity
from kg.extract.pairs import Pair, PairFeatures, pair_features
from kg.extract.statements import Candidate, fits, lists, stretch
from kg.extract.status import Markers, find_status, is_question
from kg.lexicon import Lexicon
from kg.model import Anchor, Assertion, Date, EntityId, Grounds, Status

#: Mentions up to which an end is only named in passing.
RARE = 2
CERTAIN = 0.95
#: Probability below which not even a frame's statement stands.
DOUBTED = 0.05
#: Verbs of those who come and go.
ENTERING = frozenset("join enter enroll leave quit exit withdraw".split())
Key = tuple[str, Pair]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the judge is shown of a document.

    Attributes:
        entities: concepts included.
        features: of every pair.
        mates: entity → entities coordinated with it; entity → those that stand in its place in other rows of a list.
        rules: (relation, pair) → confidence of the frame that states it.
    """

    entities: tuple[LocalEntity, ...]
    features: dict[Pair, PairFeatures]
    mates: tuple[dict[str, tuple[str, ...]], ...]
    rules: dict[Key, float]

    @property
    def kinds(self) -> Kinds:
        """Entity → kind."""
        return {str(e.id): e.kind for e in self.entities}


def see(context: Context, lexicon: Lexicon, markers: Markers, candidates: tuple[Candidate, ...]) -> Seen:
    """Compute what the judge needs."""
    return Seen(
        entities=tuple(context.entities.values()),
        features=pair_features(context, lexicon, markers, candidates),
        mates=(_mates(context), row_mates(context)),
        rules=_stated(candidates),
    )


def judge_pairs(context: Context, seen: Seen, judge: Judge, scores: Scores, markers: Markers) -> list[Candidate]:
    """Candidates for the pairs whose scores pass the judge's thresholds and that no frame has spoken on."""
    found: list[Candidate] = []
    for (relation, pair), score in sorted(scores.items()):
        if score >= judge.thresholds.get(relation, 1.0) and (relation, pair) not in seen.rules:
            candidate = _candidate(context, seen, judge, markers, relation, pair, score)
            if candidate:
                found.append(candidate)
    return found


def score_pairs(seen: Seen, judge: Judge, least: float = 1.0) -> Scores:
    """The judge's probabilities: all that reach `least` or the threshold of their relation or that a frame states.

    Some others are among them.
    """
    features = {pair: (found.shared, found.own()) for pair, found in seen.features.items()}
    first = first_stage(judge, features, seen.kinds)
    hopeful = sorted({*contenders(judge, first, least), *(key for key in seen.rules if key in first)})
    return second_stage(judge, rival_features(first, seen.mates, seen.rules, judge.relations, hopeful))


def stands(candidate: Candidate, scores: Scores) -> bool:
    """Whether a frame's candidate is not one that the judge, who knows what the frame says, takes for wrong."""
    key = _key(candidate)
    return key is None or scores.get(key, 1.0) >= DOUBTED


def _mates(context: Context) -> dict[str, tuple[str, ...]]:
    mates: dict[str, set[str]] = defaultdict(set)
    for text in context.texts:
        for index, others in lists(context, text).items():
            here = text.references[index].entity
            mates[here] |= {text.references[o].entity for o in others} - {here}
    return {entity: tuple(sorted(others)) for entity, others in sorted(mates.items()) if others}


def _stated(candidates: Iterable[Candidate]) -> dict[Key, float]:
    stated: dict[Key, float] = {}
    for candidate in candidates:
        key = _key(candidate)
        if key is not None:
            stated[key] = max(stated.get(key, 0.0), candidate.value.grounds.confidence)
    return stated


def _key(candidate: Candidate) -> Key | None:
    """What a candidate states as the judge names it; None of what is not stated as a fact or no relation."""
    value = candidate.value
    if not isinstance(value, Assertion) or not value.grounds.status.stated:
        return None
    target = value.object.value if isinstance(value.object, Date) else str(value.object)
    relation = "participatesIn" if value.predicate == "presentsAt" else value.predicate
    return relation, normal(relation, (str(value.subject), target))


def _candidate(
    context: Context, seen: Seen, judge: Judge, markers: Markers, relation: str, pair: Pair, score: float
) -> Candidate | None:
    subject, target = EntityId(pair[0]), pair[1]
    dated = target not in context.entities
    object_: EntityId | Date = Date(value=target) if dated else EntityId(target)
    if not fits(context, subject, relation, object_):
        return None
    features = seen.features.get(pair) or seen.features[pair[1], pair[0]]
    place = _best_occurrence(context, features, judge, relation)
    if dated and place and context.kind(subject) not in ("Event", "SupportOrganization") and _is_entered(place[1]):
        return None
    if place:
        text, first, second = place
        evidence: tuple[Anchor, ...] = tuple(
            dict.fromkeys((context.sentence(text, first), context.sentence(text, second)))
        )
        trigger = stretch(context, text, (first, second))
        apart = first.sent.start != second.sent.start
        status = Status.ASSERTED if dated else _status(context, features, markers)
        if apart and status is Status.ASSERTED:
            status = _shadow(context, pair, markers)
    else:
        evidence = _nearest_sentences(context, pair)
        trigger, status = evidence[-1], _shadow(context, pair, markers)
    grounds = Grounds(evidence=evidence, rule="learned", status=status, confidence=min(CERTAIN, round(score, 2)))
    return Candidate(Assertion(subject=subject, predicate=relation, object=object_, grounds=grounds), trigger)


def _is_entered(project: Token) -> bool:
    """Whether a project is what somebody enters or leaves: the date of that is not one of the project."""
    current = project
    while current.dep_ in ("pobj", "prep", "dobj") or current.pos_ == "NOUN":
        if current.head.pos_ == "VERB" and current.dep_ in ("dobj", "prep"):
            return current.head.lemma_.lower() in ENTERING
        if current.head.i == current.i:
            return False
        current = current.head
    return False


def _best_occurrence(
    context: Context, features: PairFeatures, judge: Judge, relation: str
) -> tuple[Text, Token, Token] | None:
    """The meeting of the ends that carries most of the decision."""
    best: tuple[float, int] | None = None
    for number, occurrence in enumerate(features.occurrences):
        weight = sum(w for f in sorted(occurrence.features) for r, w in judge.weights.get(f, ()) if r == relation)
        if best is None or (round(weight, 6), -number) > best:
            best = (round(weight, 6), -number)
    if best is None:
        return None
    chosen = features.occurrences[-best[1]]
    text = context.texts[chosen.text]
    return text, text.tokens[chosen.first], text.tokens[chosen.second]


def _status(context: Context, features: PairFeatures, markers: Markers) -> Status:
    """Asserted if the ends meet under an asserted predicate anywhere; else what they meet under most often."""
    statuses: Counter[Status] = Counter()
    for occurrence in features.occurrences:
        doc = context.texts[occurrence.text].doc
        first, second = doc[occurrence.first], doc[occurrence.second]
        above = {t.i for t in (second, *second.ancestors)}
        top = next((t for t in (first, *first.ancestors) if t.i in above), first.sent.root)
        told = {find_status(t, markers) for t in (top, *_predicates(first, top), *_predicates(second, top))}
        asked = {Status.HYPOTHETICAL} if is_question(first.sent) else set()
        statuses[_strongest(told | asked)] += 1
    if not statuses or statuses[Status.ASSERTED]:
        return Status.ASSERTED
    return max(sorted(statuses), key=lambda s: statuses[s])


def _strongest(told: set[Status]) -> Status:
    """A denial before a plan before a supposition."""
    return next((s for s in (Status.DENIED, Status.PLANNED, Status.HYPOTHETICAL) if s in told), Status.ASSERTED)


def _shadow(context: Context, pair: Pair, markers: Markers) -> Status:
    """What becomes of a pair that no sentence joins, where one end is only told of as not, or not yet, doing it.

    "X has applied but has not been admitted": what X is said to take part in elsewhere, it does not.
    """
    for end in pair:
        places = [t for _, t, r in context.references() if r.entity == end] if end in context.entities else []
        if not 0 < len(places) <= RARE:
            continue
        told = [_told(place, markers) for place in places]
        if Status.ASSERTED not in told:
            return _strongest(set(told))
    return Status.ASSERTED


def _told(subject: Token, markers: Markers) -> Status:
    """The status of what a clause says of its subject, by its verb and those joined to it."""
    verb = subject.head
    if subject.dep_ not in SUBJECTS or verb.pos_ not in ("VERB", "AUX"):
        return Status.ASSERTED
    verbs = (verb, *verb.conjuncts)
    planned = any(v.lemma_.lower() in markers.plans and v.lemma_.lower() != "agree" for v in verbs)
    return _strongest({Status.PLANNED if planned else Status.ASSERTED, *(find_status(v, markers) for v in verbs)})


def _predicates(end: Token, top: Token) -> Iterator[Token]:
    """The verbs and prepositions on the way from an end up to what joins it to the other."""
    current = end
    while current.i not in (top.i, current.head.i):
        current = current.head
        if current.pos_ in ("VERB", "AUX", "ADP"):
            yield current


def _nearest_sentences(context: Context, pair: Pair) -> tuple[Anchor, ...]:
    """For ends that never meet in a sentence: the two sentences nearest to each other that name them."""
    places: dict[str, list[tuple[int, Anchor]]] = defaultdict(list)
    number = 0
    for text in context.texts:
        for sentence in text.sentences:
            number += 1
            for token in sentence:
                reference = text.references.get(token.i)
                if reference and reference.entity in pair:
                    places[reference.entity].append((number, context.sentence(text, token)))
    first = places[pair[0]]
    second = places.get(pair[1], first)
    _, a, b = min((abs(m - n), x, y) for m, x in first for n, y in second)
    return tuple(sorted({a, b}))
