"""Which graphs a query sees: those that the SPARQL Protocol or FROM name, else the union and every named graph.

Oxigraph counts a triple that lies in two default graphs twice, where RDF merges sets: several are copied into one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

import pyoxigraph as ox

from kg.errors import QueryError
from kg.namespaces import PREFIXES


class Graphs(TypedDict, total=False):
    """Arguments of `pyoxigraph.Store.query`."""

    default_graph: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]
    named_graphs: list[ox.NamedNode | ox.BlankNode]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """IRIs of the graphs whose merge is the default graph, and of those that GRAPH may name; nothing else is seen."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def stated_scope(text: str, visible: str) -> Scope | None:
    """The graphs of a query's FROM clauses, where several make its default graph; else the engine reads them right.

    Args:
        text: the query.
        visible: the query with IRIs, strings and comments blanked, characters in their places.
    """
    found = list(re.finditer(r"(?<![\w:?$-])FROM(\s+NAMED)?(?=\s|$|:|\w+:)", visible, re.IGNORECASE))
    if sum(not match[1] for match in found) < 2:
        return None
    prefixes = {**PREFIXES, **dict(_prefixes(text, visible))}
    default, named = list[str](), list[str]()
    for match in found:
        term = re.compile(r"\s*(?:<([^>]*)>|([\w-]*):([\w.-]*))").match(text, match.end())
        iri = term and (term[1] if term[1] is not None else prefixes.get(term[2], "") + term[3])
        if not iri or ":" not in iri:  # relative, or of a prefix that nobody declared: the engine has words for it
            return None
        (named if match[1] else default).append(iri)
    return Scope(default=tuple(default), named=tuple(named))


def _prefixes(text: str, visible: str) -> Iterator[tuple[str, str]]:
    for match in re.finditer(r"\bPREFIX\s+([\w-]*):", visible, re.IGNORECASE):
        if iri := re.compile(r"\s*<([^>]*)>").match(text, match.end()):
            yield match[1], iri[1]


def narrowed(store: ox.Store, scope: Scope | None) -> tuple[ox.Store, Graphs]:
    """The store to ask, and the arguments that keep a query to the scope.

    Raises:
        QueryError: a graph's name is no IRI.
    """
    if scope is None:
        return store, {}
    default, named = (list(map(_graph, dict.fromkeys(names))) for names in (scope.default, scope.named))
    if len(default) < 2:
        return store, {"default_graph": [*default], "named_graphs": [*named]}
    merged = ox.Store()
    for graph in default:
        quads = store.quads_for_pattern(None, None, None, graph)
        merged.extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    for graph in named:
        merged.extend(store.quads_for_pattern(None, None, None, graph))
    return merged, {"default_graph": [ox.DefaultGraph()], "named_graphs": [*named]}


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryError("not the IRI of a graph", where=iri[:200], hint="give an absolute IRI") from error
