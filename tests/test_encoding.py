"""Readings as bytes: what comes back is what was written, and what is no reading is refused."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.corpus.encoding import decode, decode_document, encode, encode_document
from kg.model import (
    IRI,
    Anchor,
    Assertion,
    Attribution,
    Date,
    Document,
    Entity,
    EntityId,
    Grounds,
    Membership,
    Metadata,
    Reading,
    Span,
    SpeechKind,
    Statistic,
    Status,
    Unit,
    UnmappedStatement,
)

HOME = IRI("https://example.org/document/a")
DOCUMENT = Document(iri=HOME, name="a", text="x" * 99, sha256="0" * 64)

texts = st.text(max_size=12)
some = st.none() | texts
spans = st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda x: Span(x[0], x[0] + x[1]))
anchors = st.builds(Anchor, st.sampled_from([HOME, IRI("https://example.org/document/b")]), spans)
ids = st.sampled_from([EntityId("e1"), EntityId("e2"), EntityId(HOME), EntityId("https://example.org/x")])
numbers = st.decimals(allow_nan=False, allow_infinity=False)
grounds = st.builds(
    Grounds,
    evidence=st.lists(anchors, min_size=1, max_size=3).map(tuple),
    rule=texts,
    status=st.sampled_from([s for s in Status if s is not Status.REPORTED]),
    attributed_to=st.none() | ids,
    cites=st.lists(ids, max_size=2).map(tuple),
    confidence=st.floats(0.001, 1.0),
)
dates = st.builds(Date, value=texts)


def several(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3).map(tuple)


readings = st.builds(
    Reading,
    document=st.just(DOCUMENT),
    entities=several(
        st.builds(Entity, id=ids, kind=texts, names=st.lists(texts, min_size=1).map(tuple), mentions=several(anchors))
    ),
    assertions=several(st.builds(Assertion, subject=ids, predicate=texts, object=ids | dates, grounds=grounds)),
    memberships=several(
        st.builds(
            Membership,
            member=ids,
            organization=st.none() | ids,
            grounds=grounds,
            role_title=some,
            former=st.booleans(),
            cohort=st.none() | st.integers(1, 9),
            cohort_label=some,
            start=some,
            end=some,
        )
    ),
    statistics=several(
        st.builds(
            Statistic,
            value=numbers,
            unit=st.sampled_from(Unit),
            figure=anchors,
            grounds=grounds,
            upper=st.none() | numbers,
            about=several(ids),
            measure=some,
            numerator=st.none() | numbers,
        )
    ),
    attributions=several(
        st.builds(
            Attribution,
            kind=st.sampled_from(SpeechKind),
            speaker=st.none() | ids,
            content=anchors,
            text=texts,
            rule=texts,
            cue=st.none() | anchors,
            source=st.none() | anchors,
            confidence=st.floats(0.001, 1.0),
        )
    ),
    voice=st.none() | ids,
    unmapped=several(st.builds(UnmappedStatement, subject=ids, phrase=texts, object=ids, grounds=grounds)),
    sentences=several(anchors),
)


@given(readings)
def test_a_reading_comes_back(reading: Reading) -> None:
    assert decode(encode(reading), DOCUMENT) == reading


@given(readings)
def test_the_name_of_a_document_is_not_in_its_reading(reading: Reading) -> None:
    """The same text under another name is the same entry; IRIs of the document are those of its new name."""
    other = replace(DOCUMENT, iri=IRI("https://elsewhere.example/document/z"), name="z")
    assert encode(decode(encode(reading), other)) == encode(reading)


@given(
    st.builds(
        Document, iri=st.just(HOME), name=texts, text=texts, sha256=texts, metadata=st.builds(Metadata, title=some)
    )
)
def test_a_document_comes_back(document: Document) -> None:
    assert decode_document(encode_document(document)) == document


def test_decimals_keep_their_digits() -> None:
    anchor = Anchor(HOME, Span(0, 1))
    grounds = Grounds(evidence=(anchor,), rule="r")
    one = Statistic(value=Decimal("1.50"), unit=Unit.RATIO, figure=anchor, grounds=grounds)
    found = decode(encode(Reading(document=DOCUMENT, statistics=(one,))), DOCUMENT)
    assert str(found.statistics[0].value) == "1.50"


WRONG = {
    "no compression": b"[]",
    "cut short": encode(Reading(document=DOCUMENT))[:-1],
    "no JSON": zlib.compress(b"{"),
    "an object": zlib.compress(b"{}"),
    "too few fields": zlib.compress(b"[[],[]]"),
    "a number for a list": zlib.compress(b"[1,[],[],[],[],null,[],[]]"),
    "a span that ends before it begins": zlib.compress(b"[[],[],[],[],[],null,[],[[5,3]]]"),
    "a truth for an offset": zlib.compress(b"[[],[],[],[],[],null,[],[[true,3]]]"),
    "a kind that is a list": zlib.compress(
        json.dumps([[["e1", [], ["n"], []]], [], [], [], [], None, [], []]).encode()
    ),
    "deeply nested": zlib.compress(b"[" * 100_000),
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_what_is_no_reading_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the message says which of them; ValueError is what is promised
        decode(content, DOCUMENT)
