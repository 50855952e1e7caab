"""Small datasets for tests of stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.stores.canonical import NamedGraph, read_dataset

XSD = "http://www.w3.org/2001/XMLSchema#"


def triple(base: str, subject: str, value: str = "x") -> str:
    """A line of N-Triples without its full stop; `value` is a literal's text, or a term as written."""
    term = value if value[:1] in ('"', "<") else f'"{value}"'
    return f"<{base}{subject}> <https://example.org/ns#p> {term}"


def graphs_of(base: str, parts: Mapping[str, Sequence[str]]) -> dict[str, NamedGraph]:
    """A dataset from part of the graph's name → triples; it always has a provenance graph."""
    whole = {"provenance": [triple(base, "build", "made")], **parts}
    lines = [f"{t} <{base}graph/{part}> .\n" for part, triples in whole.items() for t in triples]
    return read_dataset("".join(lines).encode(), "test")


def documents(base: str, number: int, *, triples: int = 3, mark: str = "old") -> dict[str, NamedGraph]:
    """Documents doc-000, doc-001 … with a graph of facts each."""
    return graphs_of(
        base,
        {f"doc-{d:03}/facts": [triple(base, f"thing-{d}-{n}", mark) for n in range(triples)] for d in range(number)},
    )


def nquads(graphs: Mapping[str, NamedGraph]) -> bytes:
    """The dataset as a file that `kg load` reads."""
    from kg.stores.compare import to_nquads

    return to_nquads(graphs)
