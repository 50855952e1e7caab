"""The audit: arithmetic and dates across statements, as questions that are data (queries/audit/*.rq).

A check is a SELECT query with a `#+` header. Its rows are findings, in these columns:

    severity     Violation: it cannot be right; Warning: it hardly can, or by a rounding that is named; Info: a note
    message      what is printed and what is odd about it
    calculation  the arithmetic in words
    statements   the IRIs of the statements compared, separated by spaces, the one in question first
    confirms     true where the calculation agrees with what is printed; left out where it never does

Before them run the questions of PREPARATION, whose triples (prefix audit:) are there for the checks alone: the figures
of each sentence in order, and the words between them. Nothing is corrected: the graph stays as the documents have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg import assets
from kg.errors import AssetError, QueryError
from kg.graph.catalogue import Question, parse_question
from kg.graph.query import run
from kg.graph.stated import Explained, Reader, read_statement
from kg.model import Severity

AUDIT = "https://w3id.org/accord/audit#"
FOLDER = "queries/audit"
#: CONSTRUCT queries whose triples the checks ask, in order.
PREPARATION = ("figures", "neighbours")
COLUMNS = ("severity", "message", "calculation", "statements")
CONFIRMS = "confirms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """What a check found.

    Attributes:
        check: name of the check; `label` says what it looks at.
        message: what is printed and what is odd about it.
        calculation: the arithmetic in words.
        statements: those compared, each with its sentence, speaker and status; the one in question first.
        confirms: the calculation agrees with what is printed.
    """

    severity: Severity
    check: str
    label: str
    message: str
    calculation: str
    statements: tuple[Explained, ...]
    confirms: bool = False


@cache
def load_checks() -> dict[str, Question]:
    """All checks by name, sorted; the caller must not change it.

    Raises:
        AssetError: a header is malformed, or a column is missing.
    """
    checks = {}
    for file in assets.names(FOLDER, ".rq"):
        name = file.removesuffix(".rq")
        if name in PREPARATION:
            continue
        check = parse_question(name, assets.read(FOLDER, file).decode())
        missing = [c for c in COLUMNS if c not in dict(check.columns)]
        if missing or not check.summary:
            hint = f"its header needs a summary and the columns {', '.join(COLUMNS)}"
            raise AssetError(f"malformed check: no {', '.join(missing) or 'summary'}", where=file, hint=hint)
        checks[name] = check
    return checks


def chosen(names: Iterable[str]) -> dict[str, Question]:
    """The checks of these names, or all.

    Raises:
        QueryError: there is no such check.
    """
    checks, wanted = load_checks(), list(names)
    if unknown := sorted(set(wanted) - set(checks)):
        raise QueryError(f"no check is called {', '.join(unknown)}", hint="there are: " + ", ".join(checks))
    return {name: check for name, check in checks.items() if not wanted or name in wanted}


def audit(store: ox.Store, checks: Mapping[str, Question] | None = None) -> tuple[Oddity, ...]:
    """What the checks find, the gravest first, then by check, document and place.

    Args:
        store: an open source (`kg.graph.query.open_source`).
        checks: by default all.
    """
    store = _writable(store)
    reader = Reader(store)
    read: dict[str, Explained] = {}
    with _prepared(store):
        found = [
            _oddity(reader, read, check, dict(zip(answer.columns, map(str, row), strict=True)))
            for check in (load_checks() if checks is None else checks).values()
            for answer in [run(check, store)]
            for row in answer.rows
        ]
    ranks = list(Severity)
    found.sort(key=lambda f: (ranks.index(f.severity), f.confirms, f.check, _places(f), f.message, f.calculation))
    return tuple(_distinct(found))


def _writable(store: ox.Store) -> ox.Store:
    """The store, or where it may only be read, as those of the cache, a copy in memory."""
    try:
        store.extend(())
    except RuntimeError:
        copy = ox.Store()
        copy.bulk_extend(store)
        return copy
    return store


@contextmanager
def _prepared(store: ox.Store) -> Iterator[None]:
    """The store with what PREPARATION adds to its default graph; it is as before afterwards."""
    added: list[ox.Quad] = []
    try:
        for name in PREPARATION:
            triples = list(store.query(assets.read(FOLDER, f"{name}.rq").decode()))  # type: ignore[arg-type]
            quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
            store.extend(quads)
            added += quads
        yield
    finally:
        for quad in added:
            store.remove(quad)


def _oddity(reader: Reader, read: dict[str, Explained], check: Question, row: Mapping[str, str]) -> Oddity:
    first, *others = dict.fromkeys(row["statements"].split())
    for iri in (first, *others):
        if iri not in read:
            read[iri] = read_statement(reader, iri)
    statements = [read[first], *sorted((read[iri] for iri in others), key=lambda s: (s.places, s.iri))]
    return Oddity(
        severity=Severity(row["severity"]),
        check=check.name,
        label=check.summary,
        message=" ".join(row["message"].split()),
        calculation=" ".join(row["calculation"].split()),
        statements=tuple(statements),
        confirms=row.get(CONFIRMS) == "true",
    )


def _places(oddity: Oddity) -> tuple[tuple[str, int], ...]:
    return tuple((p.document, p.start) for s in oddity.statements for p in s.places)


def _distinct(found: Iterable[Oddity]) -> Iterable[Oddity]:
    """Findings without those that say the same of the same."""
    seen = set()
    for item in found:
        key = (item.check, item.message, item.calculation, tuple(s.iri for s in item.statements))
        if key not in seen:
            seen.add(key)
            yield item
