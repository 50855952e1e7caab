"""The generators and the page of the benches; no time is measured here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import __main__ as page
from bench import corpus, graphs, growing, validating
from kg.graph.reason import infer_quads
from kg.graph.validate import validate
from kg.ontology import graph as own_ontology
from kg.settings import Reasoner


def test_documents_are_functions_of_their_numbers(tmp_path: Path) -> None:
    corpus.write(tmp_path / "few", 5)
    corpus.write(tmp_path / "more", 3, first=3)
    few = {f.name: f.read_text("utf-8") for f in (tmp_path / "few").iterdir()}
    more = {f.name: f.read_text("utf-8") for f in (tmp_path / "more").iterdir()}
    assert len(few) == 5
    assert len(few.keys() & more.keys()) == 2
    assert all(few[name] == more[name] for name in few.keys() & more.keys())
    texts = [text for _, text in corpus.documents(40)]
    assert len(set(texts)) == 40
    assert 450 < sum(len(t.split()) for t in texts) / 40 < 550
    assert texts != [text for _, text in corpus.documents(40, seed=1)]


def test_generated_graphs_are_what_a_build_makes(tmp_path: Path) -> None:
    data = graphs.dataset(8000)
    report = validate(data)
    assert report.conforms
    assert not [f for f in report.findings if f.severity != "Warning"]
    assert graphs.write(tmp_path / "a.nq", 8000) == sum(map(len, data.named.values())) >= 8000
    lines = (tmp_path / "a.nq").read_text("utf-8").splitlines()
    assert len(lines) == len(set(lines))
    longer = graphs.dataset(12_000).named
    grown = [name for name in data.named if name.endswith("/provenance") or longer[name] != data.named[name]]
    assert {name.rpartition("/")[2] for name in grown} <= {"provenance", "entities"}


def test_both_reasoners_agree_on_a_generated_graph() -> None:
    data, axioms = graphs.dataset(6000), own_ontology()
    rules = infer_quads(data, axioms, Reasoner.RULES)
    assert len(rules.triples) > 300
    assert rules == infer_quads(data, axioms, Reasoner.OWLRL)


def test_both_validators_agree_on_small_graphs_with_errors() -> None:
    found = validating.compare_small(4)
    assert found["equal"] == found["number"] == 4
    assert found["broken"] >= 2
    assert found["results"] > 3


@pytest.mark.parametrize(("times", "slope"), [([1, 10, 100], 1), ([1, 100, 10_000], 2), ([5, 5, 5], 0)])
def test_exponents_of_growth(times: list[float], slope: float) -> None:
    assert growing.exponent([10, 100, 1000], times) == pytest.approx(slope)


def test_the_page_is_that_of_the_figures(root: Path) -> None:
    kept = page.load()
    assert (root / "docs" / "performance.md").read_text("utf-8") == page.page(kept)
    assert "{{" not in page.page(kept)
    assert sorted(kept) == sorted(kept.keys() & page.SECTIONS.keys())
    assert json.dumps(kept)
