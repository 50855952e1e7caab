"""The graph as rdflib has it, for those who go on in Python."""

from __future__ import annotations

from pathlib import Path

from rdflib import Dataset, Graph

from kg.graph.serialize import parse_rdf, union
from kg.namespaces import PREFIXES

__all__ = ["Dataset", "Graph", "dataset_of", "union_of"]


def dataset_of(source: Path) -> Dataset:
    """The named graphs of a file of RDF, literals as they are written.

    Raises:
        InputError: it cannot be read.
    """
    return parse_rdf(source)


def union_of(dataset: Dataset) -> Graph:
    """The triples of all named graphs in one, with Accord's prefixes."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in sorted(PREFIXES.items()):
        graph.bind(prefix, namespace)
    for triple in union(dataset):
        graph.add(triple)
    return graph
