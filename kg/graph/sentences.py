"""The words that a graph gives for a statement, for findings and explanations."""

from __future__ import annotations

from rdflib import RDF, Dataset, Graph
from rdflib.term import Node

from kg.graph.indexed_graph import IndexedGraph
from kg.graph.vocabulary import ACC, OA


def all_statements(dataset: Dataset) -> Graph:
    """A view of all graphs of a dataset as one, in which the words of statements can be looked up."""
    return Dataset(store=dataset.store, default_union=True)


def words_of(graph: Graph | IndexedGraph, node: Node) -> list[str]:
    """The words that carry a statement (or that a target or mention points at), on one line each, sorted."""
    excerpts = {str(x) for x in graph.objects(node, ACC.excerpt)}
    targets = [*graph.objects(node, OA.hasTarget), node]
    quotes = {str(x) for t in targets for s in graph.objects(t, OA.hasSelector) for x in graph.objects(s, OA.exact)}
    return sorted(excerpts or {" ".join(x.split()) for x in quotes})


def sentences_of(graph: Graph, triple: tuple[Node, Node, Node]) -> list[str]:
    """The words of all assertions of a direct triple, sorted."""
    subject, predicate, target = triple
    nodes = set(graph.subjects(RDF.subject, subject)) & set(graph.subjects(RDF.object, target))
    return sorted({w for n in nodes if (n, RDF.predicate, predicate) in graph for w in words_of(graph, n)})
