"""Exports that are RDF: others read the same triples out of them, and no claim becomes a fact on the way."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph

from kg import assets
from kg.errors import InputError
from kg.graph.context import context, document
from kg.graph.export import FORMATS, read_lines
from kg.graph.exports.canonical import digest_build, digest_file
from kg.graph.exports.forms import FILES, FOLDERS
from kg.graph.exports.selection import Selection, select
from kg.ontology import load_ontology
from tests.jena import MISSING, REASON, class_path, riot
from tests.sample import write_sample
from tests.test_export import AWKWARD

ROOT = Path(__file__).parents[1]
FULL = select("all")
PLAIN = Selection()
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: Format → what rdflib calls it, and what pyoxigraph does.
PARSERS = {
    "jsonld": ("json-ld", ox.RdfFormat.JSON_LD),
    "nq": ("nquads", ox.RdfFormat.N_QUADS),
    "nt": ("nt11", ox.RdfFormat.N_TRIPLES),
    "rdf": ("xml", ox.RdfFormat.RDF_XML),
    "trig": ("trig", ox.RdfFormat.TRIG),
    "ttl": ("turtle", ox.RdfFormat.TURTLE),
}
NAMED = ("jsonld", "nq", "trig")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with what formats stumble over: all statuses but few statements, and awkward terms."""
    folder = write_sample(tmp_path_factory.mktemp("exports") / "out")
    file = folder.parent / "sample.nq"
    awkward = "".join(line for line in AWKWARD.splitlines(keepends=True) if line.endswith("/g> .\n"))
    awkward = awkward.replace("\\u0001 \\u007f", "\\r").replace("/g> .", "/graph/facts> .")
    file.write_bytes((folder / "dataset.nq").read_bytes() + awkward.encode())
    assert len(awkward.splitlines()) == 5
    return file


def written(name: str, dataset: Path, selection: Selection = FULL) -> bytes:
    return "".join(FILES[name].write(dataset, selection)).encode()


def expected(dataset: Path, *, named: bool, selection: Selection = FULL) -> set[str]:
    lines = read_lines(dataset, selection.graph)
    return {f"{triple} <{graph}>" if named and graph else triple for graph, triple in lines}


def selected(store: ox.Store, query: str) -> list[Any]:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


def parsed(content: bytes, form: ox.RdfFormat, *, named: bool) -> set[str]:
    return {str(q) if named else str(q.triple) for q in ox.parse(content, format=form)}


def lowered(content: bytes, form: ox.RdfFormat, *, named: bool) -> set[str]:
    """The same for those that write language tags in their own way."""
    return {line.lower() for line in parsed(content, form, named=named)}


# --- the six formats that everybody reads ----------------------------------------------------------------------------


def test_formats_are_those_that_are_tried() -> None:
    assert sorted(PARSERS) == sorted(FORMATS)
    others = {"annotations", "graphml", "nanopub", "qb", "ttl12", "void"}
    assert set(FILES) == {*FORMATS, *others}
    assert set(FOLDERS) == {"csvw", "gephi", "neo4j"}


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_rdflib_and_pyoxigraph_read_the_same_triples(name: str, sample: Path) -> None:
    content, named = written(name, sample), name in NAMED
    wanted = expected(sample, named=named)
    assert len(wanted) > 200
    assert parsed(content, PARSERS[name][1], named=named) == wanted
    found = Dataset() if named else Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own readers use what rdflib deprecates
        found.parse(data=content, format=PARSERS[name][0])
        again = found.serialize(format="nquads" if named else "nt11", encoding="utf-8")
    form = ox.RdfFormat.N_QUADS if named else ox.RdfFormat.N_TRIPLES
    low = {line.replace('"@en-GB', '"@en-gb').replace("<urn:x-rdflib:default>", "") for line in wanted}
    assert {line.replace('"@en-GB', '"@en-gb') for line in parsed(again, form, named=named)} == low


@pytest.mark.skipif(MISSING, reason=REASON)
def test_riot_reads_the_same_triples(sample: Path, tmp_path: Path) -> None:
    path = class_path(tmp_path / "jena")
    for name in sorted(PARSERS):
        content, syntax = written(name, sample), []
        if name == "jsonld":  # what reads 1.1 Debian's Jena lacks; the context needs no more of it than its number
            assert content.count(b'"@version": 1.1,') == 1
            content, syntax = content.replace(b'"@version": 1.1,', b""), ["--syntax=jsonld10"]
        (tmp_path / f"sample.{name}").write_bytes(content)
        out, _ = riot(path, *syntax, "--output=nquads", tmp_path / f"sample.{name}")
        found = parsed(out.encode(), ox.RdfFormat.N_QUADS, named=name in NAMED)
        wanted = expected(sample, named=name in NAMED)
        assert {line.lower() for line in found} == {line.lower() for line in wanted}  # riot changes "@en-GB"


@pytest.mark.skipif(MISSING, reason=REASON)
def test_riot_and_rdflib_read_what_pyoxigraph_does_of_other_exports(sample: Path, tmp_path: Path) -> None:
    path = class_path(tmp_path / "jena")
    for name, ending, least in (("nanopub", "trig", 100), ("qb", "ttl", 80), ("void", "ttl", 200)):
        content, named = written(name, sample), ending == "trig"
        wanted = lowered(content, PARSERS[ending][1], named=named)
        assert len(wanted) >= least, name
        (tmp_path / f"{name}.{ending}").write_bytes(content)
        out, _ = riot(path, "--output=nquads", tmp_path / f"{name}.{ending}")
        assert lowered(out.encode(), ox.RdfFormat.N_QUADS, named=named) == wanted, name
        found = Dataset() if named else Graph()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            found.parse(data=content, format=PARSERS[ending][0])
            again = found.serialize(format="nquads" if named else "nt11", encoding="utf-8")
        assert lowered(again, ox.RdfFormat.N_QUADS, named=named) == wanted, name


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('<http://x/s> <http://x/p> "\\u0001" .', "U\\+0001"),
        ('<http://x/s> <http://x/> "a" .', "cannot be an element"),
        ('<http://x/s> <http://x/1> "a" .', "cannot be an element"),
    ],
)
def test_what_xml_cannot_hold_is_refused(line: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text(f"{line}\n", "utf-8")
    with pytest.raises(InputError, match=message):
        written("rdf", tmp_path / "a.nq")


# --- JSON-LD ---------------------------------------------------------------------------------------------------------


def test_the_published_context_is_that_of_the_ontology() -> None:
    assert assets.read("ontology", "context.jsonld") == document(load_ontology())
    terms = context(load_ontology())
    assert terms["status"] == {"@id": "acc:status", "@type": "@vocab"}
    assert terms["confidence"] == {"@id": "acc:confidence", "@type": "xsd:decimal"}
    assert {*load_ontology().classes, *load_ontology().properties} <= set(terms)


def _offline(url: str, _: object = None) -> dict[str, Any]:
    assert url.endswith("/context.jsonld"), url
    content = json.loads(assets.read("ontology", "context.jsonld"))
    return {"contextUrl": None, "documentUrl": url, "document": content}


def test_a_jsonld_processor_expands_and_frames_it_offline(sample: Path) -> None:
    jsonld = pytest.importorskip("pyld", reason="PyLD is not here").jsonld
    found = json.loads(written("jsonld", sample, select("statements,evidence")))
    assert found["@context"] == context(load_ontology())
    options = {"documentLoader": _offline, "base": "https://w3id.org/accord/ns/"}
    normal = jsonld.to_rdf(found, {"format": "application/n-quads", **options}).encode()
    wanted = expected(sample, named=True, selection=select("statements,evidence"))
    assert parsed(normal, ox.RdfFormat.N_QUADS, named=True) == wanted
    frames = {name: json.loads(assets.read("ontology", f"{name}.frame.jsonld")) for name in ("person", "statement")}
    person = jsonld.frame(found, frames["person"], options)["roles"]
    assert person["roleTitle"] == "president"
    assert person["org:organization"]["skos:prefLabel"] == "Larch Valley Teachers Association"
    statements = jsonld.frame(found, frames["statement"], options)["@graph"]
    assert len(statements) == 6
    quotes = [s["oa:exact"] for t in statements for s in t["oa:hasTarget"]["oa:hasSelector"] if "oa:exact" in s]
    assert "We want smaller classes," in quotes
    assert len(quotes) == 6


# --- RDF 1.2 ---------------------------------------------------------------------------------------------------------


def test_reifiers_say_the_same_and_assert_no_denial(sample: Path) -> None:
    content = written("ttl12", sample)
    assert b"<< " in content
    found: set[str] = set()
    reified = 0
    for quad in ox.parse(content, format=ox.RdfFormat.TURTLE):
        triple = quad.object
        if quad.predicate.value == f"{RDF}reifies":
            assert isinstance(triple, ox.Triple)
            reified += 1
            for term in ("subject", "predicate", "object"):
                found.add(f"{quad.subject} <{RDF}{term}> {getattr(triple, term)}")
        else:
            found.add(str(quad.triple))
    assert reified == 3
    assert found == expected(sample, named=False)
    denied = next(line for line in found if "#opposes>" in line)
    assert f"<{RDF}predicate>" in denied


# --- nanopublications ------------------------------------------------------------------------------------------------

WHOLE = """PREFIX np: <http://www.nanopub.org/nschema#> PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?np WHERE {
  GRAPH ?head { ?np a np:Nanopublication ; np:hasAssertion ?a ; np:hasProvenance ?p ; np:hasPublicationInfo ?i }
  FILTER EXISTS { GRAPH ?a { ?s ?t ?o } }
  FILTER EXISTS { GRAPH ?p { ?a prov:wasDerivedFrom ?d ; <https://w3id.org/accord/ns#excerpt> ?e } }
  FILTER EXISTS { GRAPH ?i { ?np prov:wasAttributedTo ?who } }
}"""


def test_every_statement_is_a_whole_nanopublication(sample: Path) -> None:
    store = ox.Store()
    store.bulk_load(written("nanopub", sample), format=ox.RdfFormat.TRIG)
    whole = [str(row["np"].value) for row in selected(store, WHOLE)]
    assert len(whole) == len(set(whole)) == 6
    assert len(list(store.named_graphs())) == 4 * len(whole)
    ask = "ASK { GRAPH ?g { ?a <https://w3id.org/accord/ns#%s> ?b } }"
    assert store.query(ask % "bargainsWith")
    assert not store.query(ask % "opposes")
    assert len(_publications(written("nanopub", sample, PLAIN))) == 5


def test_the_nanopub_library_holds_them_for_valid(sample: Path) -> None:
    nanopub = pytest.importorskip("nanopub", reason="nanopub is not here")
    from rdflib import ConjunctiveGraph

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        checked = 0
        for name, quads in _publications(written("nanopub", sample)).items():
            graph = ConjunctiveGraph()
            graph.parse(data="".join(f"{q} .\n" for q in quads), format="nquads")
            found = nanopub.Nanopub(rdf=graph)
            assert found.is_valid
            assert str(found.metadata.np_uri) == name
            hasher = pytest.importorskip("nanopub.trustyuri.rdf.RdfHasher")
            utils = pytest.importorskip("nanopub.trustyuri.rdf.RdfUtils")
            code = name.rpartition("/")[2]
            assert hasher.make_hash(utils.get_quads(graph), code) == code
            checked += 1
    assert checked == 6


def _publications(content: bytes) -> dict[str, list[ox.Quad]]:
    found: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse(content, format=ox.RdfFormat.TRIG):
        assert isinstance(quad.graph_name, ox.NamedNode)
        found.setdefault(quad.graph_name.value.partition("#")[0], []).append(quad)
    return found


# --- descriptions and digests ----------------------------------------------------------------------------------------


def test_the_description_counts_what_is_there(sample: Path) -> None:
    store = ox.Store()
    store.bulk_load(written("void", sample), format=ox.RdfFormat.TURTLE)
    void = "http://rdfs.org/ns/void#"

    def number(query: str) -> int:
        (row,) = selected(store, query)
        return int(row[0].value)

    wanted = [line.split(" ", 2) for line in expected(sample, named=False)]
    for term, place in (("triples", None), ("distinctSubjects", 0), ("distinctObjects", 2), ("properties", 1)):
        there = len(wanted) if place is None else len({line[place] for line in wanted})
        assert number(f"SELECT ?n {{ ?d a <{void}Dataset> ; <{void}{term}> ?n }}") == there
    persons = f"SELECT ?n {{ ?p <{void}class> <https://w3id.org/accord/ns#Person> ; <{void}entities> ?n }}"
    assert number(persons) == sum(line[2] == "<https://w3id.org/accord/ns#Person>" for line in wanted)
    total = f"SELECT (SUM(?n) AS ?all) {{ ?p <{void}property> ?x ; <{void}triples> ?n }}"
    assert number(total) == len(wanted)
    ((checksum,),) = selected(store, "SELECT ?c { ?x <http://spdx.org/rdf/terms#checksumValue> ?c }")
    assert checksum.value == hashlib.sha256(written("nq", sample)).hexdigest()


def test_digests_do_not_depend_on_format_order_or_names_of_blank_nodes(sample: Path, tmp_path: Path) -> None:
    made, size = digest_build(sample)
    assert (made, size) == (hashlib.sha256(written("nq", sample)).hexdigest(), len(written("nq", sample)))
    for name in ("jsonld", "nq", "trig"):
        (tmp_path / f"a.{name}").write_bytes(written(name, sample))
        assert digest_file(tmp_path / f"a.{name}") == made
    texts = ("_:a <x:p> _:b .\n_:b <x:p> <x:o> .\n", "_:y <x:p> <x:o> .\n_:z <x:p> _:y .\n", "_:y <x:p> <x:o> .\n")
    digests = []
    for text in texts:
        (tmp_path / "b.nt").write_text(text)
        digests.append(digest_file(tmp_path / "b.nt"))
    assert digests[0] == digests[1] != digests[2]
    nodes = [f"_:n{n}" for n in range(11)]  # each like all others: they would take hours
    (tmp_path / "c.nt").write_text("".join(f"{a} <x:p> {b} .\n" for a in nodes for b in nodes if a != b))
    with pytest.raises(InputError, match="cannot be told apart within"):
        digest_file(tmp_path / "c.nt", seconds=1)


# --- all of them -----------------------------------------------------------------------------------------------------


def test_nothing_but_facts_is_plain(sample: Path) -> None:
    """The sample denies one relation; nowhere may it look like a fact, and with everything it is told."""
    for name in FILES:
        plain, full = written(name, sample, PLAIN), written(name, sample)
        assert b"opposes" not in plain.replace(_context_of(name, plain), b""), name
        if name not in ("qb", "void"):
            assert b"opposes" in full.replace(_context_of(name, full), b""), name
    for name, folder in FOLDERS.items():
        assert "opposes" not in folder_text(folder, sample, PLAIN), name
        assert "opposes" in folder_text(folder, sample, FULL), name


def _context_of(name: str, content: bytes) -> bytes:
    return content[: content.index(b'"@graph"')] if name == "jsonld" else b"\0"


def folder_text(write: Callable[[Path, Selection], Any], dataset: Path, selection: Selection) -> str:
    return "".join(f"{name}\n{''.join(pieces)}" for name, pieces in write(dataset, selection))


def test_bytes_do_not_depend_on_the_hash_seed(sample: Path) -> None:
    code = (
        "import sys, hashlib; from pathlib import Path; from tests.test_exports import *\n"
        "file = Path(sys.argv[1])\n"
        "parts = [written(n, file) for n in FILES] + [folder_text(w, file, FULL).encode() for w in FOLDERS.values()]\n"
        "print(hashlib.sha256(b''.join(parts)).hexdigest())"
    )
    digests = set()
    for seed in ("0", "1"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", code, str(sample)]
        done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=True)
        digests.add(done.stdout)
    assert len(digests) == 1
