from __future__ import annotations

import ast
import sys
from dataclasses import FrozenInstanceError, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import errors, model
from kg.model import IRI, Anchor, EntityId, Grounds, Span, Status, Unit

ANCHOR = Anchor(IRI("https://example.org/d"), Span(0, 4))


def test_all_records_are_frozen_and_slotted() -> None:
    records = [value for value in vars(model).values() if isinstance(value, type) and is_dataclass(value)]
    assert len(records) >= 15
    for record in records:
        assert record.__dataclass_params__.frozen, record  # type: ignore[attr-defined]
        assert hasattr(record, "__slots__"), record
    with pytest.raises(FrozenInstanceError):
        ANCHOR.span.start = 1  # type: ignore[misc]


@given(st.integers(), st.integers())
def test_a_span_is_never_empty_or_negative(start: int, end: int) -> None:
    if 0 <= start < end:
        assert (Span(start, end).start, Span(start, end).end) == (start, end)
    else:
        with pytest.raises(ValueError, match="not a span"):
            Span(start, end)


def test_spans_and_anchors_sort_by_place() -> None:
    spans = [Span(4, 9), Span(0, 9), Span(0, 4)]
    assert sorted(spans) == [Span(0, 4), Span(0, 9), Span(4, 9)]
    anchors = [Anchor(IRI("b"), Span(0, 1)), Anchor(IRI("a"), Span(5, 6)), Anchor(IRI("a"), Span(0, 9))]
    assert [a.span.end for a in sorted(anchors)] == [9, 6, 1]


def test_statements_need_evidence() -> None:
    with pytest.raises(ValueError, match="evidence"):
        Grounds(evidence=(), rule="r")


def test_reported_statements_need_a_source() -> None:
    with pytest.raises(ValueError, match="source"):
        Grounds(evidence=(ANCHOR,), rule="r", status=Status.REPORTED)
    assert Grounds(evidence=(ANCHOR,), rule="r", status=Status.REPORTED, attributed_to=EntityId("e1"))


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.REPORTED])
def test_other_statements_need_none(status: Status) -> None:
    assert Grounds(evidence=(ANCHOR,), rule="r", status=status).attributed_to is None


@pytest.mark.parametrize("confidence", [0.0, -0.1, 1.0001, float("nan")])
def test_confidence_is_above_zero_and_at_most_one(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        Grounds(evidence=(ANCHOR,), rule="r", confidence=confidence)


def test_only_asserted_and_reported_statements_are_facts() -> None:
    assert [s for s in Status if s.stated] == [Status.ASSERTED, Status.REPORTED]
    assert {s.value for s in Status} == {"Asserted", "Reported", "Denied", "Planned", "Hypothetical"}


def test_units_are_those_of_the_contract() -> None:
    assert {u.value for u in Unit} == {"Percent", "Count", "USDollar", "Year", "Ratio", "OtherUnit"}


@pytest.mark.parametrize("name", ["model", "errors", "settings", "namespaces"])
def test_the_lowest_modules_import_the_standard_library_only(name: str, root: Path) -> None:
    tree = ast.parse((root / "kg" / f"{name}.py").read_text("utf-8"))
    imported = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    imported |= {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    assert imported
    assert {top for top in (m.partition(".")[0] for m in imported) if top not in sys.stdlib_module_names} <= {"kg"}


def test_errors_say_what_where_and_the_mend() -> None:
    error = errors.InputError("empty", where="a.txt", hint="give a file that holds text")
    assert str(error) == "a.txt: empty"
    assert str(errors.InputError("empty")) == "empty"
    assert (error.message, error.where, error.hint) == ("empty", "a.txt", "give a file that holds text")


def test_every_error_is_a_kg_error() -> None:
    kinds = [v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, Exception)]
    assert len(kinds) >= 7
    assert all(issubclass(kind, errors.KgError) for kind in kinds)
