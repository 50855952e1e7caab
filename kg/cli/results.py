"""Answers to queries in the formats of W3C's SPARQL 1.1 recommendations, and in those that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from kg.cli import render
from kg.cli.render import Screen
from kg.errors import SettingsError
from kg.graph.answers import dump, to_csv, to_json, to_tsv
from kg.graph.query import Result, Term
from kg.namespaces import PREFIXES

__all__ = ["Format", "to_csv", "to_json", "to_markdown", "to_ndjson", "to_tsv", "write_result", "write_rows"]

_XSD = PREFIXES["xsd"]


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    NDJSON = "ndjson"
    TTL = "ttl"
    MD = "md"


def write_result(screen: Screen, result: Result, form: Format | None, *, evidence: bool = False) -> None:
    """Print an answer; without a format Turtle for triples, else a table on a terminal and TSV elsewhere.

    With `evidence` a table is printed in any case, each row with its evidence below.

    Raises:
        SettingsError: Turtle is asked of an answer that has no triples.
    """
    if form is None:
        people = evidence or render.on_terminal()
        form = Format.TTL if result.form == "graph" else Format.TABLE if people else Format.TSV
    if form is Format.TTL:
        if result.turtle is None:
            raise SettingsError(
                "this answer has no triples", where="--format ttl", hint="ask with CONSTRUCT or DESCRIBE"
            )
        render.write_bytes(result.turtle)
    elif result.form == "ask" and form not in (Format.JSON, Format.NDJSON):
        render.write(f"{_boolean(result)}\n")
    elif form is Format.TABLE:
        rows = ([str(t) if t else "" for t in row] for row in result.rows)
        render.table(screen, result.columns, rows, fold=evidence)
    else:
        render.write_bytes(_WRITERS[form](result).encode())


def write_rows(
    screen: Screen, columns: Sequence[str], rows: Iterable[Sequence[str | int]], form: Format | None
) -> None:
    """Print rows of text and numbers as an answer is printed."""
    terms = tuple(
        tuple(Term(str(cell), datatype=f"{_XSD}integer" if isinstance(cell, int) else None) for cell in row)
        for row in rows
    )
    write_result(screen, Result(form="select", columns=tuple(columns), rows=terms), form)


def to_ndjson(result: Result) -> str:
    """One JSON object a line: column → text, number, boolean, or null where unbound."""
    if result.form == "ask":
        return dump(bool(result.answer))
    lines = [dict(zip(result.columns, map(_json_value, row), strict=True)) for row in result.rows]
    return "".join(map(dump, lines))


def to_markdown(result: Result) -> str:
    """A pipe table (GitHub Flavored Markdown, section 4.10)."""
    rows = [list(result.columns), ["---"] * len(result.columns)]
    rows += [[_markdown_cell(t) for t in row] for row in result.rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


_WRITERS: dict[Format, Callable[[Result], str]] = {
    Format.CSV: to_csv,
    Format.TSV: to_tsv,
    Format.JSON: to_json,
    Format.NDJSON: to_ndjson,
    Format.MD: to_markdown,
}


def _boolean(result: Result) -> str:
    return "true" if result.answer else "false"


def _json_value(term: Term | None) -> str | int | float | bool | None:
    """The value as JSON has it; a number that a double cannot hold exactly stays text."""
    if term is None:
        return None
    if term.datatype == f"{_XSD}boolean":
        return term.value in ("true", "1")
    if term.datatype not in (f"{_XSD}integer", f"{_XSD}decimal"):
        return term.value
    from decimal import Decimal, InvalidOperation  # only here: a table need not wait for it

    try:
        number = int(term.value) if term.datatype == f"{_XSD}integer" else float(term.value)
        return number if Decimal(repr(number)) == Decimal(term.value) else term.value
    except (ValueError, InvalidOperation):  # malformed in the data
        return term.value


def _markdown_cell(term: Term | None) -> str:
    return render.folded(str(term)).replace("\\", "\\\\").replace("|", "\\|") if term else ""
