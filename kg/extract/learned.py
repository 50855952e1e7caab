"""The learned judge of pairs: two linear stages over the features of `kg.extract.pairs`, scored in plain Python.

The first stage weighs the features of one pair. The second weighs the first's scores against those of rivals: other
objects of the subject, other subjects of the object, coordinated entities, other relations of the pair. Weights are
sorted text in `kg/extract/weights`, written by `python -m training.weights`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from operator import add, mul
from pathlib import Path

from kg.errors import AssetError
from kg.extract.network import Features, Network, read_network
from kg.extract.packed import read_weights
from kg.extract.pairs import Pair
from kg.extract.statements import signatures, symmetric

#: Relations that tie two actors so that what one does in a project may be said of the other.
TIES = ("affiliatedWith", "represents", "partOf", "partnersWith", "bargainsWith")
SHARED = ("participatesIn", "organizes", "supports", "opposes")
#: Score from which a rival or a tie counts as strong.
STRONG = 0.3
NETWORK = "pairs-network.tsv"
#: Weights are added up in whole parts of one, which are finer than those that files give.
UNIT = 10_000
#: Of bounds in log-odds: far above the errors of sums and of rounding.
SLACK = 0.01

Columns = dict[str, list[tuple[int, int]]]
Scores = dict[tuple[str, Pair], float]
Kinds = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judge:
    """Weights of both stages.

    Attributes:
        biases: relation → first-stage bias.
        weights: feature → ((relation, weight), …).
        rivals: relation → (bias, weight of each rival feature, …).
        thresholds: relation → least probability of a statement.
        network: a second opinion on the first stage; its log-odds and the linear ones are averaged.
        columns: relations → feature → (number among the relations, weight in `UNIT` parts) of those it weighs for;
            worked out of `weights` for the features that documents show.
    """

    biases: dict[str, float]
    weights: dict[str, tuple[tuple[str, float], ...]]
    rivals: dict[str, tuple[float, ...]]
    thresholds: dict[str, float]
    network: Network | None = None
    columns: dict[tuple[str, ...], Columns] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def relations(self) -> tuple[str, ...]:
        """The relations that are judged, sorted: columns of the rival features."""
        return tuple(sorted(self.biases))


def eligible(relation: str, subject: str, target: str) -> bool:
    """Whether a relation may join these two kinds ("Date" for a date)."""
    subjects, objects = signatures()[relation]
    return subject in subjects and (target in objects if objects else target == "Date")


def normal(relation: str, pair: Pair) -> Pair:
    """A pair of a symmetric relation in one order."""
    return (min(pair), max(pair)) if relation in symmetric() else pair


def first_stage(judge: Judge, features: Mapping[Pair, Features], kinds: Kinds) -> Scores:
    """The probability of each relation for each pair by its own features alone."""
    scores: Scores = {}
    summed: dict[tuple[str, ...], dict[frozenset[str], list[int]]] = defaultdict(dict)
    both_ways = symmetric()
    judged = list(_judged(judge, features, kinds))
    opinions = _opinions(judge, [features[pair] for pair, _ in judged])
    places = {relation: place for place, relation in enumerate(judge.network.outputs)} if judge.network else {}
    for (pair, relations), opinion in zip(judged, opinions, strict=True):
        shared, own = features[pair]
        known = summed[relations]
        totals = [round(judge.biases[relation] * UNIT) for relation in relations]
        for group in shared:
            if group not in known:
                known[group] = _sums(judge, relations, group)
            totals = list(map(add, totals, known[group]))
        for relation, total in zip(relations, map(add, totals, _sums(judge, relations, own)), strict=True):
            score = _logistic((total / UNIT + opinion[places[relation]]) / 2 if opinion else total / UNIT)
            if relation not in both_ways:
                scores[relation, pair] = score
            elif score > scores.get(key := (relation, normal(relation, pair)), -1.0):
                scores[key] = score
    return scores


def _judged(judge: Judge, features: Mapping[Pair, Features], kinds: Kinds) -> Iterator[tuple[Pair, tuple[str, ...]]]:
    """The pairs that some relation may join, in order, with those relations."""
    possible: dict[tuple[str, str], tuple[str, ...]] = {}
    for pair in sorted(features):
        ends = (kinds[pair[0]], kinds.get(pair[1], "Date"))
        if ends not in possible:
            possible[ends] = tuple(r for r in judge.biases if eligible(r, *ends))
        if possible[ends]:
            yield pair, possible[ends]


def _opinions(judge: Judge, features: Sequence[Features]) -> list[list[float]]:
    """The log-odds that the network gives for each of its outputs; empty without one."""
    return judge.network.log_odds(features) if judge.network else [[] for _ in features]


def _sums(judge: Judge, relations: tuple[str, ...], found: Set[str]) -> list[int]:
    """For each of some relations the sum of the weights of some features, in whole units: in any order the same."""
    columns = judge.columns.setdefault(relations, {})
    sums = [0] * len(relations)
    for feature in found:
        if feature not in columns:
            weights = {relation: round(weight * UNIT) for relation, weight in judge.weights.get(feature, ())}
            columns[feature] = [(number, weights[r]) for number, r in enumerate(relations) if r in weights]
        for number, weight in columns[feature]:
            sums[number] += weight
    return sums


def contenders(judge: Judge, scores: Scores, least: float) -> list[tuple[str, Pair]]:
    """The statements that may come out of the second stage with a probability that counts.

    Most first-stage scores are so low that no rival could lift them: each rival feature is at most 1, but for the count
    of strong scores, so that the weights bound what the second stage can make of a score. Leaving those out changes no
    decision.

    Args:
        judge: with the thresholds that count, or `least` where it is lower.
        scores: of the first stage.
        least: probability.
    """
    strong = Counter(relation for (relation, _), score in scores.items() if score > STRONG)
    needed: dict[str, float] = {}
    for relation, weights in judge.rivals.items():
        limit = min(least, judge.thresholds.get(relation, 1.0))
        raised = math.fsum(max(0.0, w) for w in weights[3:]) + max(0.0, weights[10]) * strong[relation] / 5
        needed[relation] = math.log(limit / (1 - limit)) - weights[0] - raised - SLACK if 0 < limit < 1 else -math.inf
    return sorted(
        key
        for key, score in scores.items()
        if key[0] in needed
        and judge.rivals[key[0]][1] * _log_odds(score) + judge.rivals[key[0]][2] * score >= needed[key[0]]
    )


def second_stage(judge: Judge, rivals: Mapping[tuple[str, Pair], tuple[float, ...]]) -> Scores:
    """The probability of each statement in view of its rivals."""
    scores: Scores = {}
    for key, values in sorted(rivals.items()):
        weights = judge.rivals.get(key[0])
        if weights:
            total = math.fsum(map(mul, weights[1:], values))
            scores[key] = round(_logistic(weights[0] + total), 6)
    return scores


def rival_features(
    scores: Scores,
    mates: Sequence[Mapping[str, Iterable[str]]],
    rules: Mapping[tuple[str, Pair], float],
    relations: Iterable[str],
    keys: Iterable[tuple[str, Pair]] | None = None,
) -> dict[tuple[str, Pair], tuple[float, ...]]:
    """What the second stage weighs, for each first-stage score or those of some statements.

    Args:
        scores: of the first stage.
        mates: entity → entities it is coordinated with; entity → those that stand in its place in other rows.
        rules: (relation, pair) → confidence of the rule that states it.
        relations: all that are judged, in the order of the columns.
        keys: the statements; None for all.
    """
    chosen = sorted(scores) if keys is None else list(keys)
    table, columns = _Table(scores, chosen), tuple(relations)
    return {key: (*_against_rivals(key, scores[key], table, mates, columns), rules.get(key, 0.0)) for key in chosen}


class _Table:
    """First-stage scores by pair; by relation with a subject or an object of the chosen statements, the best first.

    Besides: the best score of an entity as one that has members, and as member of another.
    """

    def __init__(self, scores: Scores, chosen: Iterable[tuple[str, Pair]]) -> None:
        self.of_pair: dict[Pair, dict[str, float]] = defaultdict(dict)
        self.of_subject: dict[tuple[str, str], list[float]] = {}
        self.of_object: dict[tuple[str, str], list[float]] = {}
        for relation, (subject, target) in chosen:
            self.of_subject[relation, subject] = []
            self.of_object[relation, target] = []
        both = symmetric()
        for (relation, pair), score in scores.items():
            subject, target = pair
            self.of_pair[pair][relation] = score
            if (relation, subject) in self.of_subject:
                self.of_subject[relation, subject].append(score)
            if (relation, target) in self.of_object:
                self.of_object[relation, target].append(score)
            if relation in both:
                self.of_pair[target, subject][relation] = score
                if (relation, target) in self.of_subject:
                    self.of_subject[relation, target].append(score)
        for scored in (*self.of_subject.values(), *self.of_object.values()):
            scored.sort(reverse=True)
        self.members: dict[str, float] = {}
        self.unions: dict[str, float] = {}
        for (relation, (member, whole)), score in scores.items():
            if relation == "memberOf":
                self.members[whole] = max(score, self.members.get(whole, 0.0))
                self.unions[member] = max(score, self.unions.get(member, 0.0))
        self.tied: dict[str, list[str]] = defaultdict(list)
        for (subject, target), row in self.of_pair.items():
            if any(row.get(tie, 0.0) > STRONG for tie in TIES):
                self.tied[subject].append(target)
                self.tied[target].append(subject)


def _against_rivals(
    key: tuple[str, Pair],
    score: float,
    table: _Table,
    mates: Sequence[Mapping[str, Iterable[str]]],
    relations: tuple[str, ...],
) -> list[float]:
    relation, (subject, target) = key
    nothing: dict[str, float] = {}
    same_subject = table.of_subject[relation, subject]
    same_object = table.of_object[relation, target]
    place = same_subject.index(score) if score in same_subject else 5
    other = same_object.index(score) if score in same_object else 5
    values = [
        _log_odds(score),
        score,
        float(place == 0),
        min(place, 5) / 5,
        score / (same_subject[0] + 1e-6),
        same_subject[1] if len(same_subject) > 1 else 0.0,
        float(other == 0),
        min(other, 5) / 5,
        score / (same_object[0] + 1e-6),
        sum(s > STRONG for s in same_object) / 5,
    ]
    for beside in mates:
        for scores in (
            [table.of_pair.get((mate, target), nothing).get(relation, 0.0) for mate in beside.get(subject, ())],
            [table.of_pair.get((subject, mate), nothing).get(relation, 0.0) for mate in beside.get(target, ())],
        ):
            values += (max(scores), math.fsum(scores) / len(scores), 1.0) if scores else (0.0, 0.0, 0.0)
    for row in (table.of_pair[subject, target], table.of_pair.get((target, subject), nothing)):
        values += [row.get(name, 0.0) for name in relations] if row else [0.0] * len(relations)
    allies = table.tied[subject] if relation in SHARED else []
    shared = [table.of_pair.get((ally, target), nothing).get(relation, 0.0) for ally in allies if ally != target]
    joined = table.members.get(subject, 0.0), table.unions.get(subject, 0.0)
    return [*values, max(shared, default=0.0), *joined]


def _log_odds(score: float) -> float:
    return math.log((score + 1e-3) / (1 - score + 1e-3))


def _logistic(z: float) -> float:
    return 1 / (1 + math.exp(-40.0 if z > 40.0 else 40.0 if z < -40.0 else -z))


@cache
def load_judge(folder: Path | None = None) -> Judge:
    """Read the weights of a folder, by default those that Accord comes with.

    Raises:
        AssetError: a file is missing or malformed.
    """
    weights: dict[str, list[tuple[str, float]]] = defaultdict(list)
    biases: dict[str, float] = {}
    try:
        for feature, *columns in _rows(folder, "pairs.tsv"):
            for column in columns:
                relation, _, value = column.partition("=")
                if feature == "":
                    biases[relation] = float(value)
                else:
                    weights[feature].append((relation, float(value)))
        rivals = {row[0]: tuple(map(float, row[1:])) for row in _rows(folder, "rivals.tsv")}
        thresholds = {row[0]: float(row[1]) for row in _rows(folder, "thresholds.tsv")}
    except (OSError, ValueError) as error:
        raise AssetError(f"the weights cannot be read: {error}", where=str(folder or "kg/extract/weights")) from error
    return Judge(biases, {f: tuple(w) for f, w in weights.items()}, rivals, thresholds, read_network(folder, NETWORK))


def _rows(folder: Path | None, name: str) -> list[list[str]]:
    return [line.split("\t") for line in read_weights(folder, name).splitlines()]
