"""Equal content has equal digests, whoever wrote it; other content has others."""

from __future__ import annotations

import random
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.stores.canonical import comparable, has_digest, parse_graph, read_dataset
from kg.stores.compare import compare, to_nquads
from kg.stores.load import base_of
from tests.stores.datasets import XSD, documents, graphs_of, triple

BASE = "https://example.org/canonical/"
SAME = [
    ("decimal", "1.50", "1.5"), ("decimal", "1.0", "1"), ("decimal", ".5", "0.5"), ("decimal", "-0.0", "0"),
    ("decimal", "+07.10", "7.1"), ("integer", "007", "7"), ("integer", "-0", "0"), ("integer", "+3", "3"),
    ("nonNegativeInteger", "01", "1"), ("boolean", "1", "true"), ("boolean", "0", "false"),
    ("double", "1", "1.0E0"), ("double", "1e6", "1.0E6"), ("double", "-2.50E-3", "-2.5E-3"), ("double", "0", "0.0E0"),
    ("float", "123456.789", "1.23456789E5"), ("dateTime", "2013-05-01T10:00:00.000Z", "2013-05-01T10:00:00Z"),
    ("dateTime", "2013-05-01T10:00:00.50+00:00", "2013-05-01T10:00:00.5Z"), ("date", "2013-05-01+00:00", "2013-05-01Z"),
]  # fmt: skip
#: Not in the lexical space of their type: left as they are.
STRANGE = [
    ("decimal", "1,5"),
    ("decimal", "."),
    ("integer", "ten"),
    ("double", "x"),
    ("boolean", "yes"),
    ("date", "May"),
]


def one(kind: str, text: str) -> str:
    graph = parse_graph("g", f'<a:a> <a:b> "{text}"^^<{XSD}{kind}> .\n'.encode())
    (quad,) = ox.parse(graph.content, format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.Literal)
    return quad.object.value


@pytest.mark.parametrize(("kind", "written", "canonical"), SAME)
def test_literals_are_sent_in_canonical_form(kind: str, written: str, canonical: str) -> None:
    assert one(kind, written) == canonical
    assert one(kind, canonical) == canonical


@pytest.mark.parametrize(("kind", "written"), STRANGE)
def test_what_is_no_value_of_its_type_stays(kind: str, written: str) -> None:
    assert one(kind, written) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimals_keep_their_value(number: Decimal) -> None:
    text = one("decimal", f"{number:f}")
    assert Decimal(text) == number
    assert one("decimal", text) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_keep_their_value(number: float) -> None:
    assert float(one("double", repr(number))) == number


def test_language_tags_are_lower_case() -> None:
    assert b'"colour"@en-gb' in parse_graph("g", b'<a:a> <a:b> "colour"@en-GB .\n').content


def test_the_digest_is_that_of_rdfc() -> None:
    """Without blank nodes, RDFC-1.0 is sorted canonical N-Quads."""
    lines = [f"{triple(BASE, f'n{i}', text)} .\n" for i, text in enumerate(["é", '"\\u0001\\t\\n\\"\\\\"', "z"])]
    graph = parse_graph("g", "".join(lines).encode())
    dataset = ox.Dataset(ox.parse(graph.content, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    assert sorted(written.splitlines()) == graph.content.splitlines()


def test_the_digest_does_not_depend_on_order_or_repetition() -> None:
    lines = [f"{triple(BASE, f'n{i}')} .\n".encode() for i in range(20)]
    shuffled = [*lines, lines[3]]
    random.Random(1).shuffle(shuffled)  # noqa: S311
    first, second = parse_graph("g", b"".join(lines)), parse_graph("h", b"".join(shuffled))
    assert (first.content, first.digest, first.triples) == (second.content, second.digest, 20)
    assert has_digest(b"".join(shuffled), first.digest)
    assert not has_digest(b"".join(lines[1:]), first.digest)


def test_types_derived_from_integer_compare_as_integer_and_are_sent_as_they_are() -> None:
    text = f'<a:a> <a:b> "3"^^<{XSD}nonNegativeInteger> .\n<a:a> <a:c> "says ^^<{XSD}long> ." .\n'
    graph = parse_graph("g", text.encode())
    assert b"nonNegativeInteger" in graph.content
    assert graph.digest == parse_graph("g", text.replace("nonNegativeInteger", "integer").encode()).digest
    assert graph.digest != parse_graph("g", text.replace("long", "integer").encode()).digest, "words are not types"
    assert comparable(graph.content)[0].endswith(b"integer> .")


def test_a_dataset_survives_being_written_and_read() -> None:
    graphs = documents(BASE, 3, triples=20)
    assert read_dataset(to_nquads(graphs), "again") == graphs
    assert {item.state for item in compare(graphs, graphs)} == {"same"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<a:a> <a:b> <a:c> <a:g> .\n<a:a> <a:b> oops <a:g> .\n", "malformed"),
        (b"<a:a> <a:b> _:x <a:g> .\n", "blank node"),
        (b"_:x <a:b> <a:c> <a:g> .\n", "blank node"),
        (b"<a:a> <a:b> <a:c> .\n", "no named graph"),
    ],
)
def test_what_cannot_be_compared_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_dataset(content, "x.nq")
    assert str(caught.value.where).startswith("x.nq")


def test_the_base_is_what_the_names_of_graphs_begin_with() -> None:
    assert base_of(graphs_of(BASE, {"doc/facts": [triple(BASE, "a")]})) == BASE
    assert base_of([f"{BASE}graph/graph/facts", f"{BASE}graph/entities"]) == BASE
    assert base_of(["urn:x#graph/entities"]) == "urn:x#"
    for names in (["https://example.org/g"], [f"{BASE}graph/a/facts", "https://example.org/other"], []):
        with pytest.raises(InputError, match="do not begin alike"):
            base_of(names)
