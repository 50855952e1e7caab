"""Train the judge of pairs (`kg.extract.learned`) on annotated documents.

Every document is used twice: with the annotator's entities and with those that the extractor finds (aligned to the
annotator's as the scorer does), so that the judge learns from complete and from imperfect readings. The second stage
is fitted on first-stage scores of documents whose authors were held out.
"""

from __future__ import annotations

import importlib.util
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from kg.extract.annotate import AnnotatedDocument
from kg.extract.learned import (
    NETWORK,
    Judge,
    Kinds,
    Scores,
    eligible,
    first_stage,
    normal,
    rival_features,
)
from kg.extract.mentions import LocalEntity
from kg.extract.network import write_network
from kg.extract.pairs import Pair
from kg.extract.reading import view
from kg.extract.statements import signatures
from kg.lexicon import Lexicon
from training import network
from training.gold import Gold, project

Key = tuple[str, Pair]
#: What is judged; a presentation is judged as participation, citations are never in doubt.
RELATIONS = tuple(sorted(set(signatures()) - {"cites", "presentsAt"}))
#: Groups of authors, each held out while the second stage is fitted.
FOLDS = 4
REGULARISATION = {"first": 0.08, "second": 0.1}
NET = network.Plan(hidden=32, epochs=8, batch=256, decay=2e-5)
#: Probability from which a statement is made. One for all relations: the second stage gives probabilities, and among
#: all ways to draw the line this one finds most for the precision it has. Documents of authors that were held out told
#: its place: two statements in three are right.
THRESHOLD = 0.31
#: Relations for which the statements between that line and these were wrong three times out of four or more, in
#: documents of authors that were held out; bargaining is raised further, because documents deny it most often.
STRICTER = {
    **dict.fromkeys(("affiliatedWith", "participatesIn", "represents"), 0.34),
    **dict.fromkeys(("funds", "leads", "memberOf", "opposes", "organizes", "partnersWith", "supports"), 0.42),
    "bargainsWith": 0.7,
}
SMALLEST_WEIGHT = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One document as the judge sees it, with the answers.

    Attributes:
        features, kinds, mates, rules: what `kg.extract.learned` scores.
        positive: (relation, pair) that the annotator states; `ignored` those only suggested.
        missed: how many stated relations have an end that was not found (for studies of thresholds).
        found: whether the entities are the extractor's.
    """

    name: str
    found: bool
    features: dict[Pair, frozenset[str]]
    kinds: Kinds
    mates: tuple[dict[str, tuple[str, ...]], ...]
    rules: dict[Key, float]
    positive: frozenset[Key]
    ignored: frozenset[Key]
    missed: Counter[str]

    @property
    def author(self) -> str:
        """The letter that documents of one author begin with."""
        return self.name[0]


def examples_of(
    gold: Gold, annotated: AnnotatedDocument, entities: tuple[LocalEntity, ...], lexicon: Lexicon, scorer: Any
) -> Iterator[Example]:
    """Two examples of one document: with the annotator's entities, and with those found."""
    for found, given in ((False, project(annotated, gold.annotation)), (True, entities)):
        seen = view(annotated, given, lexicon)
        to_gold = aligned(gold.annotation, seen.entities, scorer.align) if found else {k: k for k in seen.kinds}
        features = {pair: f.all() for pair, f in seen.features.items()}
        positive, ignored, missed = _answers(gold.annotation, features, seen.kinds, to_gold)
        yield Example(
            name=gold.name,
            found=found,
            features=features,
            kinds=seen.kinds,
            mates=seen.mates,
            rules=seen.rules,
            positive=positive,
            ignored=ignored,
            missed=missed,
        )


def load_scorer(scorer: Path) -> Any:
    """The scorer as a module."""
    spec = importlib.util.spec_from_file_location("scorer", scorer)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{scorer} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def aligned(annotation: dict[str, Any], entities: Iterable[LocalEntity], align: Any) -> dict[str, str]:
    """The annotator's entity of each given one, as the scorer aligns them."""
    entities = list(entities)
    predicted = SimpleNamespace(names={e.id: set(e.names) for e in entities}, fine={e.id: e.kind for e in entities})
    matched, duplicates = align(annotation, predicted)
    return {**duplicates, **matched}


def _answers(
    annotation: dict[str, Any], features: dict[Pair, frozenset[str]], kinds: Kinds, to_gold: dict[str, str]
) -> tuple[frozenset[Key], frozenset[Key], Counter[str]]:
    stated: set[Key] = set()
    suggested: set[Key] = set()
    for row in annotation["relations"]:
        if row["p"] in RELATIONS and isinstance(row["o"], str):
            target = suggested if row.get("inferred") else stated
            target.add((row["p"], normal(row["p"], (row["s"], row["o"]))))
    positive: set[Key] = set()
    ignored: set[Key] = set()
    hit: set[Key] = set()
    for pair in features:
        ends = tuple(to_gold.get(end, "" if end in kinds else end) for end in pair)
        for relation in RELATIONS:
            key = (relation, normal(relation, (ends[0], ends[1])))
            if key in stated:
                positive.add((relation, normal(relation, pair)))
                hit.add(key)
            elif key in suggested:
                ignored.add((relation, normal(relation, pair)))
    return frozenset(positive), frozenset(ignored), Counter(relation for relation, _ in stated - hit)


def train(examples: Sequence[Example]) -> Judge:
    """Fit both stages."""
    folds = _folds(examples)
    held_out: dict[tuple[str, bool], Scores] = {}
    for fold in folds:
        judge = fit_first([e for e in examples if e.author not in fold])
        for e in examples:
            if e.author in fold:
                held_out[e.name, e.found] = first_stage(
                    judge, {pair: ((), found) for pair, found in e.features.items()}, e.kinds
                )
    rivals = {
        (e.name, e.found): rival_features(held_out[e.name, e.found], e.mates, e.rules, RELATIONS) for e in examples
    }
    first, weights = fit_first(examples), _fit_second(examples, rivals)
    lines = {relation: STRICTER.get(relation, THRESHOLD) for relation in weights}
    return Judge(first.biases, first.weights, weights, lines, first.network)


def _folds(examples: Sequence[Example]) -> list[frozenset[str]]:
    authors = sorted({e.author for e in examples})
    return [frozenset(authors[n::FOLDS]) for n in range(FOLDS)]


def fit_first(examples: Sequence[Example]) -> Judge:
    """First-stage weights; features seen in a single document are left out."""
    documents: dict[str, set[str]] = defaultdict(set)
    for e in examples:
        for found in e.features.values():
            for feature in found:
                documents[feature].add(e.name)
    columns = {f: n for n, f in enumerate(sorted(f for f, names in documents.items() if len(names) > 1))}
    rows = [(e, pair, found) for e in examples for pair, found in e.features.items()]
    indices = [sorted(columns[f] for f in found if f in columns) for _, _, found in rows]
    pointers = np.cumsum([0, *map(len, indices)]).astype(np.int32)
    flat = np.fromiter((i for row in indices for i in row), dtype=np.int32, count=int(pointers[-1]))
    matrix = csr_matrix((np.ones(len(flat), np.float32), flat, pointers), shape=(len(rows), len(columns)))
    biases: dict[str, float] = {}
    weights: dict[str, list[tuple[str, float]]] = defaultdict(list)
    names = sorted(columns)
    for relation in RELATIONS:
        chosen, answers = _cases(rows, relation)
        if sum(answers) < 3:
            continue
        model = LogisticRegression(C=REGULARISATION["first"], max_iter=400, solver="liblinear", random_state=0)
        model.fit(matrix[np.array(chosen)], answers)
        biases[relation] = round(float(model.intercept_[0]), 4)
        for name, weight in zip(names, model.coef_[0], strict=True):
            if abs(weight) >= SMALLEST_WEIGHT:
                weights[name].append((relation, round(float(weight), 3)))
    told, judged = _answered(rows)
    second = network.fit(matrix, names, RELATIONS, told, judged, NET)
    return Judge(biases, {f: tuple(w) for f, w in sorted(weights.items())}, {}, {}, second)


def _answered(
    rows: Sequence[tuple[Example, Pair, frozenset[str]]],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rows × relations: whether the relation joins the pair, and whether it could."""
    told, judged = np.zeros((2, len(rows), len(RELATIONS)), np.float32)
    for column, relation in enumerate(RELATIONS):
        chosen, answers = _cases(rows, relation)
        judged[chosen, column] = 1
        told[chosen, column] = answers
    return told, judged


def _cases(rows: Sequence[tuple[Example, Pair, frozenset[str]]], relation: str) -> tuple[list[int], list[bool]]:
    """The rows that a relation could join, and whether it does."""
    chosen: list[int] = []
    answers: list[bool] = []
    for n, (e, pair, _) in enumerate(rows):
        key = (relation, normal(relation, pair))
        if eligible(relation, e.kinds[pair[0]], e.kinds.get(pair[1], "Date")) and key not in e.ignored:
            chosen.append(n)
            answers.append(key in e.positive)
    return chosen, answers


def _fit_second(
    examples: Sequence[Example], rivals: dict[tuple[str, bool], dict[Key, tuple[float, ...]]]
) -> dict[str, tuple[float, ...]]:
    weights: dict[str, tuple[float, ...]] = {}
    for relation in RELATIONS:
        rows: list[tuple[float, ...]] = []
        answers: list[bool] = []
        for e in examples:
            for key, values in rivals[e.name, e.found].items():
                if key[0] == relation and key not in e.ignored:
                    rows.append(values)
                    answers.append(key in e.positive)
        if sum(answers) >= 3:
            model = LogisticRegression(C=REGULARISATION["second"], max_iter=500, solver="liblinear", random_state=0)
            model.fit(np.array(rows), answers)
            fitted = (float(model.intercept_[0]), *map(float, model.coef_[0]))
            weights[relation] = tuple(round(w, 4) for w in fitted)
    return weights


def write(judge: Judge, folder: Path) -> None:
    """Write the weights as sorted text, one file for each stage and one for the thresholds."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["\t".join(["", *(f"{r}={b:g}" for r, b in sorted(judge.biases.items()))])]
    rows += ["\t".join([f, *(f"{r}={w:g}" for r, w in sorted(ws))]) for f, ws in sorted(judge.weights.items()) if ws]
    (folder / "pairs.tsv").write_text("\n".join(rows) + "\n")
    rivals = ["\t".join([r, *(f"{w:g}" for w in ws)]) for r, ws in sorted(judge.rivals.items())]
    (folder / "rivals.tsv").write_text("\n".join(rivals) + "\n")
    limits = [f"{r}\t{t:g}" for r, t in sorted(judge.thresholds.items())]
    if judge.network is not None:
        write_network(judge.network, folder, NETWORK)
    (folder / "thresholds.tsv").write_text("\n".join(limits) + "\n")
