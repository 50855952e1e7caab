"""Answers as Python has them: rows that are dicts of typed values, and data frames of those who have the libraries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from kg.errors import QueryError, SettingsError
from kg.graph.markup import answer_html
from kg.graph.query import Result, Term
from kg.namespaces import PREFIXES

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

#: What a cell of an answer holds: text for strings and IRIs, None where the query binds nothing.
Value: TypeAlias = str | int | float | bool | Decimal | date | None
Row: TypeAlias = dict[str, Value]

_XSD = PREFIXES["xsd"]


@dataclass(frozen=True, kw_only=True)
class Answer(Sequence[Row]):
    """The rows that a query gives, in its order; each a dict from column to value.

    Attributes:
        columns: their names, in order.
        terms: the same rows as RDF terms, with datatypes and languages.
        yes: what ASK says; None for other queries.
        turtle: the triples of CONSTRUCT and DESCRIBE, whose rows are subject, predicate and object.
    """

    columns: tuple[str, ...]
    terms: tuple[tuple[Term | None, ...], ...]
    yes: bool | None = None
    turtle: str | None = None

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows."""
        return tuple(dict(zip(self.columns, map(_value, row), strict=True)) for row in self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self.rows[index]

    def __bool__(self) -> bool:
        return bool(self.terms) if self.yes is None else self.yes

    def column(self, name: str) -> list[Value]:
        """The values of one column.

        Raises:
            QueryError: the answer has no such column.
        """
        if name not in self.columns:
            raise QueryError(f"the answer has no column {name!r}", hint="it has " + ", ".join(self.columns))
        return [row[name] for row in self.rows]

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame; needs the extra `pandas`.

        Raises:
            SettingsError: pandas is not installed.
        """
        frame: pd.DataFrame = _library("pandas").DataFrame(list(self.rows), columns=list(self.columns))
        return frame

    def to_polars(self) -> pl.DataFrame:
        """The rows as a polars DataFrame; needs the extra `polars`.

        A column with values of several types becomes one of text.

        Raises:
            SettingsError: polars is not installed.
        """
        frame: pl.DataFrame = _library("polars").DataFrame({n: _uniform(self.column(n)) for n in self.columns})
        return frame

    def _repr_html_(self) -> str:
        return answer_html(self.columns, [[_shown(t) for t in row] for row in self.terms], self.yes)


def as_answer(result: Result) -> Answer:
    """The rows of a result."""
    turtle = result.turtle.decode() if result.turtle is not None else None
    return Answer(columns=result.columns, terms=result.rows, yes=result.answer, turtle=turtle)


def _value(term: Term | None) -> Value:
    """A term as the nearest value of Python; what does not fit its datatype stays text."""
    if term is None or term.kind != "literal" or term.datatype is None:
        return None if term is None else term.value
    try:
        value: Value = _VALUES.get(term.datatype.removeprefix(_XSD), str)(term.value)
        return value
    except (ValueError, ArithmeticError):
        return term.value


_VALUES: Mapping[str, Any] = {
    "integer": int,
    "nonNegativeInteger": int,
    "decimal": Decimal,
    "double": float,
    "boolean": lambda text: text in ("true", "1"),
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
}


def _shown(term: Term | None) -> str:
    return "" if term is None else str(term)


def _uniform(values: list[Value]) -> list[Value]:
    types = {type(v) for v in values if v is not None}
    return values if len(types) <= 1 else [None if v is None else str(v) for v in values]


def _library(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        hint = f"install it: pip install 'accord-kg[{name}]'"
        raise SettingsError(f"{name} is not installed", hint=hint) from error
