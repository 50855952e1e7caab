"""What a query does, for people who wonder why it is slow or empty: its algebra, and how much each pattern matches.

The operators are those of SPARQL 1.1, section 18.2, as rdflib translates a query; the store may join patterns in
another order. Numbers are the triples that match a pattern by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef, Variable
from rdflib.paths import Path
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg.errors import QueryError
from kg.graph.catalogue import Question
from kg.graph.query import Bound, Source, bind, refuse_side_effects
from kg.namespaces import PREFIXES, shrink

#: Where operators keep the operators below them.
_CHILDREN = ("p", "p1", "p2", "graph", "part")


def plan(question: Question, store: Source, given: Mapping[str, str]) -> tuple[str, ...]:
    """The operators of a query, outermost first, each indented below the one that it feeds.

    Args:
        question: a query, canned or not.
        store: an open source.
        given: parameters by name; a pattern with a parameter is counted with its value.

    Raises:
        QueryError: a parameter that does not fit, or a query that rdflib cannot translate.
    """
    refuse_side_effects(question, allow_service=True)  # nothing is called: the query is only translated
    bound = bind(question, store, given)
    try:
        query = translateQuery(parseQuery(question.text), initNs={k: URIRef(v) for k, v in PREFIXES.items()})
    except Exception as error:  # pyparsing's and rdflib's own, which share no class
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise QueryError(f"no plan: {reason}", where=question.name, hint="ask it without --explain-plan") from error
    return tuple(_lines(query.algebra, store, bound, 0))


def _lines(node: Any, store: Source, bound: Mapping[ox.Variable, Bound], depth: int) -> Iterator[str]:
    indent = "  " * depth
    if not isinstance(node, CompValue):
        return
    yield f"{indent}{node.name}{_detail(node)}"
    for triple in dict.get(node, "triples", ()):  # their own get() answers with the key for what they lack
        yield f"{indent}  {' '.join(map(_written, triple))}  {_matches(triple, store, bound)}"
    for child in _CHILDREN:
        yield from _lines(dict.get(node, child), store, bound, depth + 1)


def _detail(node: CompValue) -> str:
    """What tells one operator of a name from another: its variables, its graph, how many rows."""
    if node.name == "Project":
        return " " + " ".join(sorted(f"?{v}" for v in node["PV"]))  # of SELECT * rdflib keeps a set
    if node.name == "Extend":
        return f" ?{node['var']}"
    if node.name in ("Graph", "ServiceGraphPattern"):
        return f" {_written(node['term'])}"
    if node.name == "Slice":
        return f" {node['start']}..{node['start'] + node['length'] if node['length'] is not None else ''}"
    return ""


def _written(term: Any) -> str:
    if isinstance(term, Variable):
        return f"?{term}"
    if isinstance(term, URIRef):
        short = shrink(str(term))
        return short if short != str(term) else f"<{term}>"
    if isinstance(term, Path):
        return re.sub(r"<([^<>]*)>", lambda iri: _written(URIRef(iri[1])), term.n3())
    return str(term.n3()) if isinstance(term, (Literal, BNode)) else str(term)


def _matches(triple: tuple[Any, Any, Any], store: Source, bound: Mapping[ox.Variable, Bound]) -> str:
    if isinstance(triple[1], Path):
        return "(path)"
    subject, predicate, value = (_sought(term, bound) for term in triple)
    number = len(list(store.quads_for_pattern(subject, predicate, value, ox.DefaultGraph())))
    return f"({number:,} triple{'' if number == 1 else 's'})"


def _sought(term: Any, bound: Mapping[ox.Variable, Bound]) -> Any:
    """The term to look for; None for what is still open."""
    if isinstance(term, Variable):
        return bound.get(ox.Variable(str(term)))
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, Literal):
        kind = ox.NamedNode(str(term.datatype)) if term.datatype else None
        return ox.Literal(str(term), datatype=kind, language=term.language)
    return None
