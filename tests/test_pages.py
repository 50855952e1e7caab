"""Pages of PDF files, from the file through the graph to what is shown and verified."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import RDF, Dataset, Literal, URIRef

from kg.graph.dataset import graph_iri, to_dataset
from kg.graph.derivation import recovered
from kg.graph.evidence import PDF_FRAGMENTS
from kg.graph.explain import explain
from kg.graph.query import open_source
from kg.graph.serialize import to_nquads
from kg.graph.validate import validate
from kg.graph.verify import verify
from kg.graph.vocabulary import ACC, DCTERMS, OA
from kg.model import Corpus, Document, Metadata
from tests.builders import BUILD, SETTINGS, Writer, corpus, document

TEXT = "Elm Union is here.\n\nAnn Lee leads Elm Union and\nhas done so for long.\n\nElm Union has 30 members.\n"
#: The second page begins within the second paragraph; the third is empty.
STARTS = (0, TEXT.index("has done"), TEXT.index("Elm Union has 30"), TEXT.index("Elm Union has 30"))


@pytest.fixture(scope="module")
def paged() -> Corpus:
    metadata = Metadata(title="A title", author="Ann Lee", embedded=("author", "title"))
    source = replace(document("one", TEXT, metadata), media_type="application/pdf", pages=STARTS)
    writer = Writer(source)
    lee, elm = writer.entity("Person", "Ann Lee"), writer.entity("LaborUnion", "Elm Union")
    writer.states(lee, "affiliatedWith", elm, writer.grounds("Ann Lee leads Elm Union and\nhas done so for long."))
    writer.role(lee, "leader", elm, writer.grounds("has done so"))
    writer.role(lee, "clerk", elm, writer.grounds("Elm Union has 30 members."))
    return corpus(writer)


@pytest.fixture(scope="module")
def dataset(paged: Corpus) -> Dataset:
    return to_dataset(paged, BUILD, SETTINGS)


@pytest.fixture
def built(paged: Corpus, dataset: Dataset, tmp_path: Path) -> Path:
    (tmp_path / "dataset.nq").write_bytes(to_nquads(dataset))
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "one.txt").write_text(TEXT)
    return tmp_path


def page(document: Document, words: str) -> int | None:
    return document.page(document.text.index(words))


def test_a_character_is_on_the_last_page_that_begins_before_it() -> None:
    source = replace(document("one", TEXT), pages=STARTS)
    assert [page(source, words) for words in ("Elm", "Ann Lee", "has done", "30")] == [1, 1, 2, 4]
    assert document("one", TEXT).page(0) is None


def test_evidence_has_the_page_that_it_begins_on(dataset: Dataset, paged: Corpus) -> None:
    name = URIRef(graph_iri(SETTINGS.base, "evidence", paged.documents[0].iri))
    graph = dataset.graph(name)
    pages = {}
    for target in graph.subjects(RDF.type, OA.SpecificResource):
        (selector,) = (s for s in graph.objects(target, OA.hasSelector) if (s, RDF.type, OA.FragmentSelector) in graph)
        assert graph.value(selector, DCTERMS.conformsTo) == URIRef(PDF_FRAGMENTS)
        (start,) = (o for s in graph.objects(target, OA.hasSelector) for o in graph.objects(s, OA.start))
        pages[int(str(start))] = str(graph.value(selector, RDF.value))
    assert set(pages.values()) == {"page=1", "page=2", "page=4"}
    assert pages[STARTS[1]] == "page=2"
    starts = {str(graph.value(s, RDF.value)): int(str(o)) for s, o in graph.subject_objects(ACC.pageStart)}
    assert starts == {"page=1": 0, "page=2": STARTS[1], "page=4": STARTS[3]}


def test_paged_evidence_conforms_and_verifies(dataset: Dataset, built: Path) -> None:
    assert validate(dataset).findings == ()
    assert verify(built) == []
    again, settings = recovered(built)
    assert again.documents[0].pages == STARTS
    assert to_nquads(to_dataset(again, BUILD, settings)) == (built / "dataset.nq").read_bytes()


def test_what_the_file_says_of_itself_is_marked(dataset: Dataset, paged: Corpus) -> None:
    node = URIRef(paged.documents[0].iri)
    marked = {o for _, _, o, _ in dataset.quads((node, ACC.embeddedField, None, None))}
    assert marked == {Literal("author"), Literal("title")}


CHANGES = {
    "page/one-2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> ": ('"page=2"', '"page=3"'),
    "page/one-2> <https://w3id.org/accord/ns#pageStart> ": (f'"{STARTS[1]}"', '"9"'),
    f"evidence/one-{STARTS[1]}-": ("page/one-2>", "page/one-1>"),
}


@pytest.mark.parametrize("place", CHANGES)
def test_a_page_that_does_not_fit_is_found(place: str, built: Path) -> None:
    path = built / "dataset.nq"
    old, new = CHANGES[place]
    lines = path.read_text().splitlines()
    (changed,) = (i for i, line in enumerate(lines) if place in line and old in line)
    lines[changed] = lines[changed].replace(old, new)
    path.write_text("\n".join(lines) + "\n")
    assert any("page" in finding.message for finding in verify(built))


def test_an_explanation_tells_the_page(built: Path) -> None:
    found = explain(open_source(built), "Ann Lee")
    pages = {place.exact: place.page for _, group in found.groups for item in group for place in item.places}
    assert pages == {
        "Ann Lee leads Elm Union and\nhas done so for long.": 1,
        "has done so": 2,
        "Elm Union has 30 members.": 4,
    }
