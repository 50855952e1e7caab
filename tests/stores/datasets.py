"""Small datasets for tests of stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.stores.canonical import NamedGraph, read_dataset
from kg.stores.compare import to_nquads

XSD = "http://www.w3.org/2001/XMLSchema#"


def triple(base: str, subject: str, value: str = "x", predicate: str = "p") -> str:
    """A line of N-Triples without its full stop; `value` is a literal's text, or a term as written."""
    term = value if value[:1] in ('"', "<") else f'"{value}"'
    return f"<{base}{subject}> <https://example.org/ns#{predicate}> {term}"


def fact(base: str, document: int, number: int, mark: str = "old") -> str:
    """One of the triples of a document; things have six properties each, as they have in graphs of Accord."""
    return triple(base, f"thing-{document}-{number // 6}", f"{mark} {number}", f"p{number % 6}")


def graphs_of(base: str, parts: Mapping[str, Sequence[str]]) -> dict[str, NamedGraph]:
    """A dataset from part of the graph's name → triples; it always has a provenance graph."""
    whole = {"provenance": [triple(base, "build", "made")], **parts}
    lines = [f"{t} <{base}graph/{part}> .\n" for part, triples in whole.items() for t in triples]
    return read_dataset("".join(lines).encode(), "test")


def documents(base: str, number: int, *, triples: int = 3, mark: str = "old") -> dict[str, NamedGraph]:
    """Documents doc-000, doc-001 … with a graph of facts each."""
    return graphs_of(
        base, {f"doc-{d:03}/facts": [fact(base, d, n, mark) for n in range(triples)] for d in range(number)}
    )


def nquads(graphs: Mapping[str, NamedGraph]) -> bytes:
    """The dataset as a file that `kg load` reads."""
    return to_nquads(graphs)
