"""Accord from Python, on a small graph of an invented text."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import kg
from bench.installing import IMPORTS
from bench.measuring import in_turn, process
from kg import api
from kg.errors import InputError, OutputError, QueryError, SettingsError

TEXT = """\
Rivertown Unified School District and the Rivertown Teachers Association started the Rivertown Initiative for \
Shared Excellence (RISE) in 2015.

Ann Lee, president of the Rivertown Teachers Association, leads the Rivertown Initiative for Shared Excellence. \
“We <b>trust</b> each other now,” Lee said. She denied that the union opposes it.

In a survey of 240 teachers, 62 percent agreed that RISE improved collaboration.
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> kg.KnowledgeGraph:
    folder = tmp_path_factory.mktemp("api")
    (folder / "news.txt").write_text(TEXT, encoding="utf-8")
    return kg.build(folder / "news.txt", folder / "out")


def test_build_returns_what_open_opens(data: kg.KnowledgeGraph) -> None:
    again = kg.open(data.source)
    assert [e.iri for e in again.entities] == [e.iri for e in data.entities]
    assert again.statements == data.statements
    assert (data.source / "dataset.nq").is_file()


def test_without_output_a_graph_lasts_as_long_as_its_object(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    made = kg.build([str(tmp_path / "a.txt")])
    place = made.source
    assert made.entity("RISE").kind == "Initiative"
    assert place.is_dir()
    del made
    assert not place.exists()


def test_entities_have_names_and_kinds(data: kg.KnowledgeGraph) -> None:
    lee = data.entity("ann lee")
    assert (lee.name, lee.kind, "Entity" in lee.kinds) == ("Ann Lee", "Person", True)
    assert str(data.entity("RISE")) == "Rivertown Initiative for Shared Excellence"
    with pytest.raises(QueryError, match="no entity is called"):
        data.entity("Nobody Here")


def test_every_statement_has_its_words_in_the_text(data: kg.KnowledgeGraph) -> None:
    assert len(data.statements) >= 5
    for statement in data.statements:
        assert statement.places
        for place in statement.places:
            assert TEXT[place.start : place.end] == place.exact
    assert set(data.statistics) | set(data.quotations) <= set(data.statements)
    assert any("62" in s.value for s in data.statistics)
    assert [q.subject for q in data.quotations if "trust" in q.value] == ["Ann Lee"]


def test_canned_questions_and_sparql_give_typed_rows(data: kg.KnowledgeGraph) -> None:
    answer = data.query("numbers")
    assert {"sentence", "document", "status"} <= set(answer.columns)
    assert answer[0]["value"] in (62, 240)
    assert [row["value"] for row in answer[:1]] == answer.column("value")[:1]
    with pytest.raises(QueryError, match="no column"):
        answer.column("colour")
    values = data.query("SELECT ?v { ?s acc:value ?v } ORDER BY ?v").column("v")
    assert values
    assert all(isinstance(v, Decimal | int) for v in values)
    assert Decimal(62) in values
    assert data.query("ASK { ?s a acc:LaborUnion }").yes is True
    assert not data.query("ASK { ?s a acc:GovernmentBody }")
    made = data.query("CONSTRUCT { ?s a acc:LaborUnion } WHERE { ?s a acc:LaborUnion }")
    assert made.turtle is not None
    assert "acc:LaborUnion" in made.turtle
    assert made.columns == ("subject", "predicate", "object")


def test_a_parameter_is_a_term_never_text_of_the_query(data: kg.KnowledgeGraph) -> None:
    hostile = '"} DELETE WHERE { ?s ?p ?o } #'
    with pytest.raises(QueryError):
        data.query("people-of", organization=hostile)
    with pytest.raises(QueryError, match="updates are refused"):
        data.query("DELETE WHERE { ?s ?p ?o }")


def test_answers_become_data_frames(data: kg.KnowledgeGraph) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    answer = data.query("SELECT ?name ?v { ?s acc:value ?v OPTIONAL { ?s skos:prefLabel ?name } }")
    frame, other = answer.to_pandas(), answer.to_polars()
    assert isinstance(frame, pandas.DataFrame)
    assert isinstance(other, polars.DataFrame)
    assert list(frame.columns) == other.columns == ["name", "v"]
    assert len(frame) == other.height == len(answer)


def test_a_missing_library_is_named_with_its_extra(data: kg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SettingsError, match="pandas is not installed") as caught:
        data.query("numbers").to_pandas()
    assert "accord-kg[pandas]" in str(caught.value.hint)


def test_rdflib_sees_the_same_triples(data: kg.KnowledgeGraph) -> None:
    assert len(data.graph) == len({(s, p, o) for s, p, o, _ in data.dataset.quads()})
    counted = data.query("SELECT (COUNT(*) AS ?n) { ?s a acc:Assertion }")[0]["n"]
    found = list(data.graph.query("SELECT ?s { ?s a <https://w3id.org/accord/ns#Assertion> }"))
    assert len(found) == counted


def test_explain_paths_audit_validate_search(data: kg.KnowledgeGraph) -> None:
    assert "Ann Lee" in data.explain("Ann Lee").names
    chains = data.paths("Ann Lee", "RISE")
    assert chains
    assert chains[0].hops[0].source == "Ann Lee"
    assert isinstance(data.audit(), tuple)
    assert data.validate().conforms
    assert data.search("TRUST each")[0].subject == "Ann Lee"
    assert data.search("") == ()


def test_html_shows_the_words_and_escapes_them(data: kg.KnowledgeGraph) -> None:
    quotation = next(q for q in data.quotations if "trust" in q.value)
    shown = quotation._repr_html_()
    assert "&lt;b&gt;trust&lt;/b&gt;" in shown
    assert "<b>" not in shown
    assert "<mark>" in data.explain("Ann Lee")._repr_html_()
    assert "<table>" in data.query("numbers")._repr_html_()
    assert "<strong>yes" in data.query("ASK { ?s ?p ?o }")._repr_html_()
    assert "<ol>" in data.paths("Ann Lee", "RISE")[0]._repr_html_()
    assert "LaborUnion" in data._repr_html_()


@pytest.mark.parametrize("what", ["graph", "numbers", "timeline"])
def test_pictures_are_svg(what: str, data: kg.KnowledgeGraph) -> None:
    drawn = data.plot(what)._repr_svg_()
    assert drawn.startswith(("<?xml", "<svg"))
    assert "</svg>" in drawn
    assert ("Ann Lee" in drawn) == (what == "graph")


def test_a_picture_that_is_none_is_refused(data: kg.KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="no picture"):
        data.plot("portrait")
    with pytest.raises(QueryError, match="nothing to draw"):
        data.plot("graph", relations=["funds"])


def test_what_is_no_output_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not an output"):
        kg.open(tmp_path)
    with pytest.raises(InputError):
        kg.open(tmp_path / "none.ttl")
    with pytest.raises(AttributeError):
        kg.nothing  # noqa: B018


def test_a_graph_that_breaks_shapes_is_refused() -> None:
    from kg.graph.validate import Report
    from kg.model import Finding, Severity

    finding = Finding(severity=Severity.VIOLATION, message="no label", focus="urn:x")
    error = api._invalid(Report(findings=(finding,), shapes=1, focus_nodes=1))
    assert isinstance(error, OutputError)
    assert "no label" in str(error)


def test_importing_kg_imports_nothing_else() -> None:
    code = (
        "import sys, kg; print([m for m in ('rdflib', 'spacy', 'pyoxigraph', 'typer', 'kg.api') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_importing_kg_takes_the_time_that_is_stated(root: Path) -> None:
    stated = json.loads((root / "docs" / "performance.json").read_text("utf-8"))["installing"]["imports"]
    codes = {name: code for name, code in IMPORTS.items() if name in ("nothing", "`import kg`")}
    costs = in_turn({name: lambda code=code: process(["-c", code]) for name, code in codes.items()}, 7)  # type: ignore[misc]
    least = {name: min(cost.cpu for cost in found) for name, found in costs.items()}
    # Of another machine: both times are longer there, and their ratio is much the same.
    assert least["`import kg`"] / least["nothing"] <= 2 * stated["`import kg`"]["cpu"] / stated["nothing"]["cpu"]


def test_examples_in_docstrings_hold(data: kg.KnowledgeGraph) -> None:
    outcome = doctest.testmod(api, extraglobs={"folder": data.source})
    assert outcome.attempted >= 4
    assert outcome.failed == 0
