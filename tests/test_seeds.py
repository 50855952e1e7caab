"""The graph of the seeds, end to end: what `make run` builds must hold, on the real pipeline."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph, URIRef

from kg.building import Build
from kg.graph.audit import audit
from kg.graph.paths import find_paths
from kg.graph.proof import known_facts, prove
from kg.graph.query import Source
from kg.graph.serialize import parse_rdf
from kg.graph.stated import Reader, text_of
from kg.graph.validate import Report, validate
from kg.graph.verify import verify
from kg.model import Severity
from kg.namespaces import ACC

OA = "http://www.w3.org/ns/oa#"
SKOS = "http://www.w3.org/2004/02/skos/core#"


@pytest.fixture
def made(seeds_build: Build) -> Build:
    """The build of the seeds."""
    return seeds_build


@pytest.fixture
def folder(seeds_folder: Path) -> Path:
    """Its output folder."""
    return seeds_folder


def test_it_conforms_and_says_how_much_was_checked(made: Build) -> None:
    assert made.report.conforms
    assert not [f for f in made.report.findings if f.severity.value == "Violation"]
    assert made.report.shapes >= 120
    assert made.report.focus_nodes >= 500
    assert made.counts["documents"] == 2
    assert made.skipped == ()


def test_graph_and_dataset_are_the_same_to_two_parsers(folder: Path) -> None:
    turtle = (folder / "graph.ttl").read_bytes()
    by_rdflib = {" ".join(t.n3() for t in triple) for triple in Graph().parse(data=turtle, format="turtle")}
    by_oxigraph = {str(t.triple) for t in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    assert len(by_rdflib) == len(by_oxigraph) > 500
    quads = (folder / "dataset.nq").read_bytes()
    parsed = Dataset()
    parsed.parse(data=quads, format="nquads")
    assert len(list(parsed.quads())) == len(set(ox.parse(quads, format=ox.RdfFormat.N_QUADS))) == quads.count(b"\n")
    assert b"_:" not in re.sub(rb'"(?:[^"\\]|\\.)*"', b"", quads)


def test_two_builds_give_the_same_bytes(
    root: Path, folder: Path, tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    """Another hash seed, another working directory, another way to name the sources."""
    shutil.copytree(root / "seeds", tmp_path / "elsewhere")
    command = [sys.executable, "-m", "kg", "build", "elsewhere", "-o", "again", "--quiet"]
    environment = {**clean_environment, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(root), "TZ": "Asia/Tokyo"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    files = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    assert len(files) == 8
    for name in files:
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name


def _without(dataset: Path, pattern: str) -> Report:
    """Validate the dataset without the first line that matches."""
    lines = dataset.read_text().splitlines(keepends=True)
    number = next(i for i, line in enumerate(lines) if re.search(pattern, line))
    return validate(parse_rdf("".join(lines[:number] + lines[number + 1 :]).encode(), "nq"))


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        (rf"/assertion/\S+ <{OA}hasTarget>", "/assertion/"),
        (rf"/attribution/\S+ <{re.escape(ACC)}speaker>", "/attribution/"),
        (rf"/assertion/\S+ <{re.escape(ACC)}attributedTo> \S+/person/", "/assertion/"),
        (rf"/person/\S+ <\S+#type> <{re.escape(ACC)}Person>", "/person/"),
        (rf"/labor-union/\S+ <{SKOS}prefLabel>", "/labor-union/"),
    ],
    ids=["evidence", "speaker", "source of a report", "type", "label"],
)
def test_what_is_taken_away_is_missed(folder: Path, pattern: str, named: str) -> None:
    report = _without(folder / "dataset.nq", pattern)
    assert not report.conforms
    assert any(named in f.focus for f in report.findings)


def test_an_undeclared_predicate_is_named(folder: Path) -> None:
    dataset = parse_rdf(folder / "dataset.nq")
    person = next(s for s, _, o, _ in dataset.quads() if str(o) == f"{ACC}Person" and "/person/" in str(s))
    graph = next(g for g in dataset.graphs() if str(g.identifier).endswith("/entities"))
    graph.add((person, URIRef(f"{ACC}admires"), person))
    report = validate(dataset)
    assert not report.conforms
    assert any("admires" in f"{f.message} {f.path} {f.value}" for f in report.findings)


def test_one_changed_character_of_a_text_is_found(folder: Path, tmp_path: Path) -> None:
    assert verify(folder) == []
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    text = min((copy / "documents").iterdir())
    content = text.read_text()
    text.write_text(content[:700] + ("x" if content[700] != "x" else "y") + content[701:])
    assert verify(copy)


def test_the_audit_finds_what_does_not_add_up(seeds_source: Source) -> None:
    found = audit(seeds_source)
    told = {(f.check, f.confirms, f.calculation) for f in found}
    assert ("shares-of-counts", False, "100 × 6 / 468 = 1.28: 1.2 is cut off; rounded it is 1.3") in told
    assert ("cohorts", True, "4 + 4 + 4 = 12, as printed") in told
    (survey,) = [f for f in found if f.check == "survey-options"]
    assert survey.message == "the item with 99% reads “agreed or disagreed”"
    assert len(survey.statements) == 6
    assert [f for f in found if f.severity is Severity.VIOLATION] == []


def test_the_path_between_two_speakers_goes_by_the_training(seeds_source: Source) -> None:
    (chain,) = find_paths(seeds_source, "Horowitz", "Inoue")
    targets = [hop.target for hop in chain.hops]
    assert (targets[0], targets[-1]) == ("Last Labor-Management Initiative training", "Keiko Inoue")
    assert all(r.statement.places for hop in chain.hops for r in hop.relations)


def test_a_path_tells_what_only_somebody_claims(seeds_source: Source) -> None:
    chains = find_paths(seeds_source, "Inoue", "Alisal Union School District")
    union = "California School Employees Association Chapter 577"
    (chain,) = (c for c in chains if c.hops[0].target == union)
    assert [hop.claim for hop in chain.hops] == [False, True]
    assert {r.name for r in chain.hops[1].relations} == {"partnersWith"}


def test_every_inferred_triple_has_a_proof(seeds_source: Source) -> None:
    known = known_facts(Reader(seeds_source))
    quads = seeds_source.quads_for_pattern(None, None, None, None)
    inferred = sorted(
        (text_of(q.subject), q.predicate.value, text_of(q.object))
        for q in quads
        if text_of(q.graph_name).endswith("/inferred")
    )
    assert len(inferred) > 500
    assert [t for t in inferred if prove(known, t) is None] == []
