"""Terms as strings: the same letters in and out, and the same as rdflib's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF as RDFLIB_RDF
from rdflib import XSD as RDFLIB_XSD
from rdflib import BNode, Dataset, Literal, URIRef

from kg.graph.quads import Quads, as_dataset, as_quads
from kg.graph.terms import ACC, DCTERMS, RDF, XSD, iri, is_iri, n3, node, quote, split_literal, text_of, typed

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


def test_vocabularies_give_terms() -> None:
    assert ACC.status == ACC["status"] == "<https://w3id.org/accord/ns#status>"
    assert n3(RDFLIB_RDF.type) == RDF.type
    assert DCTERMS["format"] == "<http://purl.org/dc/terms/format>"


@given(TEXTS)
def test_any_text_comes_back(text: str) -> None:
    for literal, term in (
        (Literal(text), quote(text)),
        (Literal(text, lang="en"), quote(text) + "@en"),
        (Literal(text, datatype=URIRef("http://x/t"), normalize=False), typed(text, "<http://x/t>")),
    ):
        assert n3(literal) == term
        assert node(term) == literal
        assert text_of(term) == text
        assert not is_iri(term)
        assert split_literal(term)[0] == quote(text)


def test_iris_and_blank_nodes() -> None:
    assert n3(URIRef("http://x/a")) == iri("http://x/a") == "<http://x/a>"
    assert node("<http://x/a>") == URIRef("http://x/a")
    assert text_of("<http://x/a>") == "http://x/a"
    assert node("_:b") == BNode("b")
    with pytest.raises(ValueError, match="not a term that Accord writes"):
        n3(BNode())


def test_a_dataset_there_and_back() -> None:
    quads = Quads()
    quads.graph("http://x/g").add((iri("http://x/s"), RDF.type, ACC.School))
    quads.graph("http://x/g").add((iri("http://x/s"), ACC.value, typed("0.500", XSD.decimal)))
    quads.graph("").add((iri("http://x/s"), RDF.type, ACC.School))
    dataset = as_dataset(quads)
    assert isinstance(dataset, Dataset)
    assert {(s, p, o, str(g)) for s, p, o, g in quads.quads()} == {
        (s, p, o, str(g) if g is not None else "urn:x-rdflib:default") for s, p, o, g in dataset.quads()
    }
    assert [o for _, _, o, _ in quads.quads() if isinstance(o, Literal)] == [
        Literal("0.500", datatype=RDFLIB_XSD.decimal, normalize=False)
    ]
    assert as_quads(dataset) == quads
    assert as_quads(quads) is quads
