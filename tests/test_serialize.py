from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Dataset, Graph, Literal, URIRef

from kg.errors import InputError, SettingsError
from kg.graph.dataset import add_inferred, to_dataset
from kg.graph.overview import overview
from kg.graph.serialize import FORMATS, parse_rdf, serialize, to_nquads, to_ntriples, to_turtle, union
from kg.graph.turtle import write_turtle
from kg.graph.vocabulary import ACC
from tests.builders import BUILD, SETTINGS
from tests.gold import gold_corpus

ROOT = Path(__file__).parents[1]
S, P = URIRef("http://x/s"), URIRef("http://x/p")


@pytest.fixture(scope="module")
def gold() -> Dataset:
    dataset = to_dataset(gold_corpus(), BUILD, SETTINGS)
    add_inferred(dataset, [], SETTINGS)
    return dataset


def triples(content: bytes, form: ox.RdfFormat) -> set[str]:
    return {f"{q.subject} {q.predicate} {q.object}" for q in ox.parse(content, format=form)}


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_round_trip(extension: str, gold: Dataset) -> None:
    content = serialize(gold, extension)
    back = parse_rdf(content, extension)
    assert set(union(back)) == set(union(gold))
    assert serialize(back, extension) == content
    if extension in ("nq", "trig", "jsonld"):
        assert to_nquads(back) == to_nquads(gold)


def test_formats_are_all_tried() -> None:
    assert sorted(FORMATS) == ["jsonld", "nq", "nt", "trig", "ttl"]


@pytest.mark.parametrize("extension", ["ttl", "nq", "overview"])
def test_rdflib_and_pyoxigraph_read_the_same_triples(extension: str, gold: Dataset) -> None:
    content = overview(gold) if extension == "overview" else serialize(gold, extension)
    if extension == "nq":
        by_rdflib = Dataset()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own reader uses what rdflib deprecates
            by_rdflib.parse(data=content, format="nquads")
        found = to_ntriples(union(by_rdflib))
        form = ox.RdfFormat.N_QUADS
    else:
        found = to_ntriples(Graph().parse(data=content, format="turtle"))
        form = ox.RdfFormat.TURTLE
    assert triples(found, ox.RdfFormat.N_TRIPLES) == triples(content, form)


def test_nquads_are_sorted_and_canonical() -> None:
    dataset = Dataset()
    graph = dataset.graph(URIRef("http://x/g"))
    graph.add((S, P, Literal('tab\t "quote" back\\slash\nline \x01 é')))
    graph.add((S, P, Literal("a", lang="en-GB")))
    graph.add((S, P, Literal("0.500", datatype=URIRef("http://www.w3.org/2001/XMLSchema#decimal"), normalize=False)))
    lines = to_nquads(dataset).decode().splitlines()
    assert lines == sorted(lines)
    assert '<http://x/s> <http://x/p> "tab\\t \\"quote\\" back\\\\slash\\nline \\u0001 é" <http://x/g> .' in lines
    assert '<http://x/s> <http://x/p> "a"@en-GB <http://x/g> .'.lower() in [line.lower() for line in lines]
    assert '<http://x/s> <http://x/p> "0.500"^^<http://www.w3.org/2001/XMLSchema#decimal> <http://x/g> .' in lines


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_turtle_and_ntriples(text: str) -> None:
    triple = (S, P, Literal(text))
    for content, extension in ((to_turtle([triple]), "ttl"), (to_ntriples([triple]), "nt")):
        assert [str(o) for _, _, o in union(parse_rdf(content, extension))] == [text]


def test_lexical_forms_are_kept() -> None:
    line = '<http://x/s> <http://x/p> "0.500"^^<http://www.w3.org/2001/XMLSchema#decimal> <http://x/g> .\n'
    assert to_nquads(parse_rdf(line.encode(), "nq")).decode() == line


def test_plain_and_typed_strings_are_one_term() -> None:
    data = b'<http://x/s> <http://x/p> "a", "a"^^<http://www.w3.org/2001/XMLSchema#string> .'
    assert [o for _, _, o in union(parse_rdf(data, "ttl"))] == [Literal("a")]


def test_blank_nodes_are_not_written() -> None:
    with pytest.raises(ValueError, match="not a term that Accord writes"):
        to_turtle([(S, P, BNode())])


@pytest.mark.parametrize("count", [0, 1, 24])
def test_turtle_is_the_same_subject_by_subject(count: int) -> None:
    """`<a>` stands before `<a/b>` in Turtle, and behind it among sorted triples."""
    nodes = [f"<https://x.org/{name}>" for name in ("a", "a-b", "a/b", "b")]
    triples = sorted((s, f"<https://x.org/{p}>", o) for s in nodes for p in "pq" for o in ('"1"', '"2"@en', nodes[0]))
    assert len(triples) == 24
    assert [s for s, _, _ in triples[::6]] == [nodes[1], nodes[2], nodes[0], nodes[3]]
    file = BytesIO()
    write_turtle(triples[:count], file)
    assert file.getvalue() == to_turtle(triples[:count])


@pytest.mark.parametrize(
    ("extension", "content", "where"),
    [
        ("nq", b"<http://x/s> <http://x/p> <http://x/o> .\n<http://x/s> <http://x/p> .\n", "input:2"),
        ("ttl", b"@prefix a: <http://x/> .\n\na:b a:c d:e .\n", "input:3"),
        ("jsonld", b'{"@id": }', "input:1"),
    ],
)
def test_malformed_rdf_names_the_line(extension: str, content: bytes, where: str) -> None:
    with pytest.raises(InputError, match="malformed RDF") as caught:
        parse_rdf(content, extension)
    assert caught.value.where == where


def test_unreadable_files_and_unknown_formats(tmp_path: Path, gold: Dataset) -> None:
    with pytest.raises(InputError, match="No such file"):
        parse_rdf(tmp_path / "none.ttl")
    with pytest.raises(InputError, match="unknown RDF format 'doc'"):
        parse_rdf(tmp_path / "none.doc")
    with pytest.raises(SettingsError, match="unknown RDF format 'doc'"):
        serialize(gold, "doc")


def test_jsonld_has_one_graph_for_each_named_graph(gold: Dataset) -> None:
    document = json.loads(serialize(gold, "jsonld"))
    names = [g["@id"] for g in document["@graph"]]
    assert names == sorted({str(g) for _, _, _, g in gold.quads()})
    assert document["@context"]["acc"] == str(ACC)


def test_overview_is_part_of_the_dataset_and_holds_no_claim_as_fact(gold: Dataset) -> None:
    shown = set(union(parse_rdf(overview(gold), "ttl")))
    assert shown < set(union(gold))
    assert {p for _, p, _ in shown} >= {ACC.partOf, ACC.value, ACC.excerpt}
    claims = {t for g in gold.graphs() if str(g.identifier).endswith("/claims") for t in g}
    assert not shown & claims


def test_overview_reads_well(gold: Dataset) -> None:
    text = overview(gold).decode()
    headings = [line.strip("# ") for line in text.splitlines() if line.startswith("### ")]
    assert headings[:3] == ["Documents", "People", "School districts"]
    assert headings[-3:] == ["Reported, denied, planned or supposed: not facts", "Statistics", "Quotations"]
    assert "@prefix person: <https://w3id.org/accord/data/person/> ." in text
    assert "# Keiko Inoue, president of the California School Employees Association Chapter 577\n" in text
    quotations = text[text.index("### Quotations") :]
    assert quotations.index("It’s kind of intuitive") < quotations.index("Unions need to step up")


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "import sys, hashlib; from tests.test_serialize import *\n"
        "d = to_dataset(gold_corpus(), BUILD, SETTINGS); add_inferred(d, [], SETTINGS)\n"
        "parts = [serialize(d, f) for f in sorted(FORMATS)] + [overview(d)]\n"
        "print(hashlib.sha256(b''.join(parts)).hexdigest())"
    )
    digests = set()
    for seed in ("0", "1"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=ROOT, check=True
        )
        digests.add(done.stdout)
    assert len(digests) == 1
