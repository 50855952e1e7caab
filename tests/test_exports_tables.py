"""Exports that are tables, networks, cubes and annotations: the tools that they are for take them."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner, Result

from kg.cli.app import app
from kg.graph.exports.cube import data_cubes
from kg.graph.exports.forms import FILES, FOLDERS
from kg.graph.exports.selection import Selection, select
from tests.sample import write_sample

FULL = select("", full=True)
PLAIN = Selection()
#: The terms of anno.jsonld that are used, written after section "JSON-LD Context" of the Web Annotation Vocabulary.
OA, AS = "http://www.w3.org/ns/oa#", "http://www.w3.org/ns/activitystreams#"
ANNOTATION_CONTEXT = {
    **{name: f"@{name}" for name in ("id", "type")},
    **{name: OA + name for name in ("Annotation", "SpecificResource", "TextualBody", "describing", "linking")},
    **{name: OA + name for name in ("TextQuoteSelector", "TextPositionSelector", "FragmentSelector")},
    **{name: OA + name for name in ("exact", "prefix", "suffix", "start", "end")},
    "AnnotationCollection": AS + "OrderedCollection",
    "AnnotationPage": AS + "OrderedCollectionPage",
    "body": {"@id": OA + "hasBody", "@type": "@id"},
    "target": {"@id": OA + "hasTarget", "@type": "@id"},
    "source": {"@id": OA + "hasSource", "@type": "@id"},
    "selector": {"@id": OA + "hasSelector", "@type": "@id"},
    "motivation": {"@id": OA + "motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": OA + "hasPurpose", "@type": "@vocab"},
    "items": {"@id": AS + "items", "@type": "@id", "@container": "@list"},
    "first": {"@id": AS + "first", "@type": "@id"},
    "total": AS + "totalItems",
    "startIndex": AS + "startIndex",
    "label": "http://www.w3.org/2000/01/rdf-schema#label",
    "format": "http://purl.org/dc/elements/1.1/format",
    "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    "conformsTo": {"@id": "http://purl.org/dc/terms/conformsTo", "@type": "@id"},
}


@pytest.fixture(scope="module")
def dataset(seeds_folder: Path) -> Path:
    return seeds_folder / "dataset.nq"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("tables") / "out") / "dataset.nq"


def files(name: str, dataset: Path, selection: Selection = FULL) -> dict[str, str]:
    return {file: "".join(pieces) for file, pieces in FOLDERS[name](dataset, selection)}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def asked(dataset: Path) -> Callable[[str], list[tuple[str, ...]]]:
    store = ox.Store()
    store.bulk_load(path=str(dataset), format=ox.RdfFormat.N_QUADS)
    prefixes = "PREFIX acc: <https://w3id.org/accord/ns#> PREFIX org: <http://www.w3.org/ns/org#> "
    prefixes += "PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX schema: <https://schema.org/> "
    prefixes += "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "

    def ask(query: str) -> list[tuple[str, ...]]:
        found = store.query(prefixes + query, use_default_graph_as_union=True)
        return sorted(tuple(str(getattr(v, "value", "")) for v in row) for row in found)  # type: ignore[union-attr]

    return ask


# --- tables ----------------------------------------------------------------------------------------------------------


def test_tables_hold_what_the_graph_says(dataset: Path) -> None:
    ask = asked(dataset)
    found = {name: rows(text) for name, text in files("csvw", dataset).items() if name.endswith(".csv")}
    assert sorted(found) == ["entities.csv", "quotations.csv", "relations.csv", "statistics.csv"]
    numbers = ask("SELECT ?s ?v ?e { ?s a acc:Statistic ; acc:value ?v ; acc:excerpt ?e }")
    assert sorted((r["iri"], r["value"], r["sentence"]) for r in found["statistics.csv"]) == numbers
    assert len(numbers) > 10
    words = ask("SELECT ?s ?t { ?s a acc:Attribution ; schema:text ?t }")
    assert sorted((r["iri"], r["words"]) for r in found["quotations.csv"]) == words
    roles = ask("SELECT ?s ?m { ?s a acc:Membership ; org:member ?m }")
    roles += ask("SELECT ?s ?m { ?s a acc:CohortMembership ; org:member ?m }")
    ties = ask("SELECT ?s ?a { ?s a acc:Assertion ; rdf:subject ?a }")
    assert sorted((r["iri"], r["subject"]) for r in found["relations.csv"]) == sorted(roles + ties)
    places = ask(
        "SELECT ?s ?v { ?s a acc:Statistic ; oa:hasTarget/oa:hasSelector ?p . ?p acc:paragraphStart ?o ; rdf:value ?v }"
    )
    written = {(r["iri"], r["paragraph"]) for r in found["statistics.csv"]}
    assert len(written) > 10
    assert written <= set(places)
    entities = {r["iri"] for r in found["entities.csv"]}
    assert {r["subject"] for r in found["relations.csv"]} <= entities
    assert {r["object"] for r in found["relations.csv"]} - {""} <= entities


def _write(folder: Path, content: dict[str, str]) -> Path:
    for name, text in content.items():
        (folder / name).write_bytes(text.encode())
    return folder


@pytest.mark.parametrize("which", ["dataset", "sample"])
def test_csvw_and_frictionless_find_the_tables_valid(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = _write(tmp_path, files("csvw", request.getfixturevalue(which)))
    library, frictionless = pytest.importorskip("csvw"), pytest.importorskip("frictionless")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        group = library.TableGroup.from_file(folder / "csv-metadata.json")
        group.check_referential_integrity(strict=True)
        assert len(group.tables) == 4
        assert sum(len(list(table)) for table in group.tables) > 5
        assert library.CSVW(str(folder / "csv-metadata.json"), validate=True).is_valid
        report = frictionless.validate(str(folder / "datapackage.json"))
        assert report.valid, report.flatten(["message"])
        broken = (folder / "relations.csv").read_text("utf-8")
        subject = rows(broken)[0]["subject"]
        (folder / "relations.csv").write_text(broken.replace(subject, f"{subject}-nowhere"), "utf-8")
        assert not frictionless.validate(str(folder / "datapackage.json")).valid


# --- networks --------------------------------------------------------------------------------------------------------


def test_networkx_reads_the_same_nodes_and_edges(dataset: Path) -> None:
    networkx = pytest.importorskip("networkx")
    text = "".join(FILES["graphml"].write(dataset, FULL))
    graph = networkx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)
    tables = {name: rows(content) for name, content in files("csvw", dataset).items() if name.endswith(".csv")}
    assert set(graph.nodes) == {r["iri"] for r in tables["entities.csv"]}
    assert {n: d["name"] for n, d in graph.nodes(data=True)} == {r["iri"]: r["name"] for r in tables["entities.csv"]}
    ties = {(r["subject"], r["object"], r["iri"]) for r in tables["relations.csv"] if r["object"]}
    assert {(a, b, key) for a, b, key in graph.edges(keys=True)} == ties
    assert len(ties) > 50
    confidences = {r["iri"]: float(r["confidence"]) for r in tables["relations.csv"]}
    assert all(d["confidence"] == confidences[key] for _, _, key, d in graph.edges(keys=True, data=True))
    neo4j = files("neo4j", dataset)
    assert neo4j["nodes.csv"].splitlines()[0] == "iri:ID,name,kind,aliases,documents:int,:LABEL"
    nodes, edges = rows(neo4j["nodes.csv"]), rows(neo4j["relationships.csv"])
    assert {r["iri:ID"] for r in nodes} == set(graph.nodes)
    assert {(r[":START_ID"], r[":END_ID"], r["iri"]) for r in edges} == ties
    assert all(r[":TYPE"].isupper() and "\n" not in "".join(r.values()) for r in edges)
    assert all(r[":LABEL"].endswith(";Entity") for r in nodes)
    gephi = rows(files("gephi", dataset)["edges.csv"])
    assert sum(int(r["Weight"]) for r in gephi) == len(ties)


def test_names_that_xml_cannot_hold_do_not_break_a_network(tmp_path: Path) -> None:
    networkx = pytest.importorskip("networkx")
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/accord/ns#Person>"
    text = f'<http://x/a> <{label}> "A \\u0001 <b> & \\"c\\" =1+1" <x:graph/entities> .\n'
    (tmp_path / "a.nq").write_text(f"{text}<http://x/a> {kind} <x:graph/entities> .\n", "utf-8")
    text = "".join(FILES["graphml"].write(tmp_path / "a.nq", FULL))
    graph = networkx.read_graphml(io.BytesIO(text.encode()))
    assert dict(graph.nodes["http://x/a"])["name"] == 'A \ufffd <b> & "c" =1+1'
    (node,) = rows(files("neo4j", tmp_path / "a.nq")["nodes.csv"])
    assert node[":LABEL"] == "Person;Agent;Entity"


# --- data cubes ------------------------------------------------------------------------------------------------------

#: Integrity constraints of the Recommendation (section 11.1), as it numbers them; a row breaks one.
CONSTRAINTS = {
    "IC-1": "?o a qb:Observation { SELECT ?o (COUNT(DISTINCT ?d) AS ?n) { ?o a qb:Observation "
    "OPTIONAL { ?o qb:dataSet ?d } } GROUP BY ?o } FILTER (?n != 1)",
    "IC-2": "?d a qb:DataSet { SELECT ?d (COUNT(DISTINCT ?s) AS ?n) { ?d a qb:DataSet "
    "OPTIONAL { ?d qb:structure ?s } } GROUP BY ?d } FILTER (?n != 1)",
    "IC-3": "?s a qb:DataStructureDefinition "
    "FILTER NOT EXISTS { ?s qb:component [ qb:measure [ a qb:MeasureProperty ] ] }",
    "IC-4": "?p a qb:DimensionProperty FILTER NOT EXISTS { ?p rdfs:range [] }",
    "IC-5": "?p a qb:DimensionProperty ; rdfs:range skos:Concept FILTER NOT EXISTS { ?p qb:codeList [] }",
    "IC-6": "?s qb:component ?c . ?c qb:componentRequired false ; ?kind ?p "
    "FILTER (?kind IN (qb:dimension, qb:measure))",
    "IC-11": "?o qb:dataSet/qb:structure/qb:component/qb:dimension ?p FILTER NOT EXISTS { ?o ?p [] }",
    "IC-13": "?o qb:dataSet/qb:structure/qb:component ?c . ?c qb:componentRequired true ; qb:attribute ?p "
    "FILTER NOT EXISTS { ?o ?p [] }",
    "IC-14": "?o qb:dataSet/qb:structure/qb:component/qb:measure ?p FILTER NOT EXISTS { ?o ?p [] }",
}
PREFIXES = """PREFIX qb: <http://purl.org/linked-data/cube#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> """


def test_data_cubes_keep_the_integrity_constraints(dataset: Path) -> None:
    store = ox.Store()
    store.bulk_load("".join(data_cubes(dataset, FULL)).encode(), format=ox.RdfFormat.TURTLE)

    def found(pattern: str) -> list[Any]:
        return list(store.query(f"{PREFIXES} SELECT * {{ {pattern} }}"))  # type: ignore[arg-type]

    for name, pattern in CONSTRAINTS.items():
        assert found(pattern) == [], name
    # IC-12: no two observations of a data set have the same values for all dimensions.
    seen: dict[tuple[str, ...], str] = {}
    for row in found("?o qb:dataSet ?d"):
        dimensions = found(f"{row['d']} qb:structure/qb:component/qb:dimension ?p . {row['o']} ?p ?v")
        key = (str(row["d"]), *sorted(f"{r['p']} {r['v']}" for r in dimensions))
        assert len(dimensions) >= 2
        assert seen.setdefault(key, str(row["o"])) == str(row["o"])
    statistics = asked(dataset)("SELECT ?s { ?s a acc:Statistic }")
    assert len(seen) == len(statistics) > 10
    # The checks can fail: observations that lose their values.
    store.update(
        "DELETE { ?o <https://w3id.org/accord/ns#value> ?v } WHERE { ?o <https://w3id.org/accord/ns#value> ?v }"
    )
    assert found(CONSTRAINTS["IC-14"])


# --- annotations -----------------------------------------------------------------------------------------------------


def test_annotations_are_read_by_a_jsonld_processor(dataset: Path, seeds_folder: Path) -> None:
    text = "".join(FILES["annotations"].write(dataset, FULL))
    found = json.loads(text)
    items = found["first"]["items"]
    assert found["total"] == len(items) > 30
    ask = asked(dataset)
    targets = {t for (t,) in ask("SELECT DISTINCT ?t { ?s oa:hasTarget ?t }")}
    assert {item["target"]["id"] for item in items} == targets
    texts = {
        iri: (seeds_folder / "documents" / f"{name}.txt").read_bytes().decode()
        for iri, name in ask("SELECT ?d ?n { ?d acc:sha256 ?x ; <http://purl.org/dc/terms/identifier> ?n }")
    }
    for item in items:
        selectors = {s["type"]: s for s in item["target"]["selector"]}
        place, words = selectors["TextPositionSelector"], selectors["TextQuoteSelector"]
        assert texts[item["target"]["source"]][place["start"] : place["end"]] == words["exact"]
    jsonld = pytest.importorskip("pyld", reason="PyLD is not here").jsonld

    def bundled(url: str, _: object) -> dict[str, Any]:
        assert url == "http://www.w3.org/ns/anno.jsonld"
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": ANNOTATION_CONTEXT}}

    lines = jsonld.to_rdf(found, {"format": "application/n-quads", "documentLoader": bundled})
    store = ox.Store()
    store.bulk_load(lines.encode(), format=ox.RdfFormat.N_QUADS)
    query = f"SELECT ?t ?s {{ ?a a <{OA}Annotation> ; <{OA}hasTarget> ?t ; <{OA}hasBody>/<{OA}hasSource> ?s }}"
    bodies = sorted((row["t"].value, row["s"].value) for row in store.query(query))  # type: ignore[union-attr]
    assert bodies == ask("SELECT ?t ?s { ?s oa:hasTarget ?t }")


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def kg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    write_sample(tmp_path / "out")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KG_DATA", raising=False)
    return lambda *words: CliRunner().invoke(app, [str(w) for w in words])


def test_every_format_can_be_asked_for(kg: Callable[..., Result], tmp_path: Path) -> None:
    for name, form in FILES.items():
        target = f"{name}.{form.extension}"
        assert kg("export", "-f", name, "-o", target, "--profile", "full").exit_code == 0, name
        content = (tmp_path / target).read_bytes()
        assert content == kg("export", "-f", name, "--profile", "full").stdout_bytes
        assert content
    for name in FOLDERS:
        assert kg("export", "-f", name, "-o", name).exit_code == 0
        assert (tmp_path / name / "manifest.json").is_file()
        assert kg("export", "-f", name, "-o", name, "--force").exit_code == 0


def test_the_digest_is_that_of_the_manifest(kg: Callable[..., Result], tmp_path: Path) -> None:
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert kg("digest").stdout.strip() == manifest["sha256"]["dataset.nq"]
    assert kg("export", "-o", "all.trig", "--with", "all").exit_code == 0
    assert kg("digest", "all.trig").stdout == kg("digest", "out").stdout


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("-f", "csvw"), "-o DIR"),
        (("-f", "graphml", "--with", "claims"), "--profile full"),
        (("-f", "hdt"), "nanopub"),
        (("-f", "csvw", "-o", "mine"), "-o"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    kg: Callable[..., Result], tmp_path: Path, words: tuple[str, ...], mend: str
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    result = kg("export", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert mend in result.stderr
    assert (tmp_path / "mine" / "notes.txt").read_text() == "mine"
