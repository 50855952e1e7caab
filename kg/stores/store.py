"""What the rest of Accord does with a triple store, whichever it is: a handful of functions in a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kg.errors import InputError, StoreError
from kg.stores.canonical import NamedGraph, has_digest, parse_graph
from kg.stores.profiles import Profile

#: A row of an answer: the values of its columns; "" where a variable is unbound.
Row: TypeAlias = tuple[str, ...]

_NAMES_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A triple store that is open.

    Attributes:
        where: how to call it in messages.
        profile: what it can do.
        identity: the same for everybody who names the store by the same address.
        put: replace a graph by N-Triples; may be repeated.
        get: N-Triples of a graph, empty where there is none; the store may have cut them.
        construct: N-Triples that a CONSTRUCT query gives.
        select: rows of a SELECT query.
        update: run a SPARQL update; never repeated of itself.
    """

    where: str
    profile: Profile
    identity: str
    put: Callable[[str, bytes], None]
    get: Callable[[str], bytes]
    construct: Callable[[str], bytes]
    select: Callable[[str], list[Row]]
    update: Callable[[str], None]


def iri(name: str) -> str:
    """An IRI as SPARQL writes it.

    Raises:
        InputError: it holds what would end it early.
    """
    if re.search(r"[\x00-\x20<>\"{}|^`\\]", name):
        raise InputError(f"not an IRI: {name!r}", hint="percent-encode what IRIs may not hold")
    return f"<{name}>"


def count_graphs(store: Store, names: Iterable[str]) -> dict[str, int]:
    """How many triples each of the graphs has; 0 for those that are not there."""
    wanted = sorted(set(names))
    found = dict.fromkeys(wanted, 0)
    for start in range(0, len(wanted), _NAMES_AT_ONCE):
        listed = " ".join(map(iri, wanted[start : start + _NAMES_AT_ONCE]))
        rows = store.select(
            f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ VALUES ?g {{ {listed} }} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
        )
        found |= {graph: int(number) for graph, number in rows if graph in found}
    return found


def list_graphs(store: Store, prefix: str) -> Iterator[str]:
    """The names of all graphs that begin with `prefix`, sorted; page by page, because stores cut long answers."""
    page, last = store.profile.row_cap // 2, ""
    while True:
        rows = store.select(
            "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } "
            f'FILTER(STRSTARTS(STR(?g), "{iri(prefix)[1:-1]}") && STR(?g) > "{iri(last)[1:-1]}") }} '
            f"ORDER BY ?g LIMIT {page}"
        )
        yield from (name for (name,) in rows)
        if len(rows) < page:
            return
        last = rows[-1][0]


def read_graph(store: Store, name: str, triples: int) -> NamedGraph:
    """A graph as the store has it.

    Args:
        store: an open store.
        name: of the graph.
        triples: how many the store counts; where its answer has fewer, the graph is read in parts.

    Raises:
        StoreError: the answer is cut in the middle of a line, or its parts are cut too.
    """
    graph = _parsed(store, name, store.get(name))
    if graph.triples >= triples:
        return graph
    return _in_parts(store, name, triples)


def holds(store: Store, graph: NamedGraph, *, under: str | None = None) -> NamedGraph | None:
    """None where the store has exactly this graph (under another name, if given), else what it has instead."""
    name = under or graph.name
    content = store.get(name)
    if has_digest(content, graph.digest):
        return None
    found = _parsed(store, name, content)
    if found.digest != graph.digest and (count := count_graphs(store, [name])[name]) > found.triples:
        found = _in_parts(store, name, count)
    return None if found.digest == graph.digest else found


def drop_graph(store: Store, name: str) -> None:
    """Remove a graph; SILENT because stores disagree on which graphs exist."""
    store.update(f"DROP SILENT GRAPH {iri(name)}")


def insert(store: Store, graph: str, triples: Sequence[str]) -> None:
    """Add triples (N-Triples lines) to a graph, as many at once as the store takes."""
    for start in range(0, len(triples), store.profile.insert_limit):
        lines = "".join(triples[start : start + store.profile.insert_limit])
        store.update(f"INSERT DATA {{ GRAPH {iri(graph)} {{\n{lines}}} }}")


def _in_parts(store: Store, name: str, triples: int) -> NamedGraph:
    """A graph of which the store cuts the whole: in pages, and where these overlap, by subject."""
    graph = _parsed(store, name, b"".join(_pages(store, name, triples)))
    if graph.triples < triples:
        graph = _parsed(store, name, b"".join(_buckets(store, name, triples)))
    if graph.triples < triples:
        raise StoreError(
            f"graph {name} has {triples} triples, but {graph.triples} came",
            where=store.where,
            hint="the store cuts its answers, or something writes to it: raise its limits, then run the command again",
        )
    return graph


def _pages(store: Store, name: str, triples: int) -> Iterator[bytes]:
    """Pages in the order in which the store happens to find the triples; sorting would cost it more than finding."""
    page = store.profile.row_cap // 2
    for start in range(0, triples, page):
        yield store.construct(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {iri(name)} {{ ?s ?p ?o }} }} LIMIT {page} OFFSET {start}"
        )


def _buckets(store: Store, name: str, triples: int) -> Iterator[bytes]:
    """As many parts, by digest of the subject, as bring each well below the store's cap."""
    digits = 1
    while triples / 16**digits > store.profile.row_cap / 4:
        digits += 1
    for number in range(16**digits):
        bucket = f"{number:0{digits}x}"
        yield store.construct(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {iri(name)} {{ ?s ?p ?o }} "
            f'FILTER(STRSTARTS(LCASE(MD5(STR(?s))), "{bucket}")) }}'
        )


def _parsed(store: Store, name: str, content: bytes) -> NamedGraph:
    try:
        return parse_graph(name, content)
    except (SyntaxError, ValueError) as error:
        raise StoreError(
            f"its answer is no N-Triples, or was cut in the middle: {error}",
            where=f"{store.where}, graph {name}",
            hint="raise the store's limits on time and size of answers; --profile names the kind of store",
        ) from error
