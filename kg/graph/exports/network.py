"""Entities and the statements between them as nodes and edges: GraphML, and CSV for Neo4j and Gephi.

An edge is one statement in GraphML and Neo4j; Gephi gets one for each relation of two entities, with their number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from kg.graph.exports.records import Named, Records, Tie, read_records
from kg.graph.exports.selection import Selection
from kg.graph.exports.tables import SEPARATOR, lines_of_csv
from kg.graph.rdfxml import UNWRITABLE

#: Attribute → its type in GraphML.
_NODE = {"name": "string", "kind": "string", "aliases": "string", "documents": "int"}
_EDGE = {
    **dict.fromkeys(("relation", "status", "role", "start", "end", "speaker", "document", "sentence"), "string"),
    "former": "boolean",
    "confidence": "double",
}
_TYPES = {"boolean": ":boolean", "double": ":double", "int": ":int", "string": ""}


def graphml(dataset: Path, selection: Selection) -> Iterator[str]:
    """A GraphML document: a directed graph, whose ids are the IRIs of entities and statements."""
    nodes, edges, names = _network(read_records(dataset, selection))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for element, attributes in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in attributes.items():
            key = f'  <key id="{element}-{name}" for="{element}" attr.name="{name}" attr.type="{kind}"/>\n'
            yield key
    yield '  <graph edgedefault="directed">\n'
    for node in nodes:
        yield f"    <node id={quoteattr(node.iri)}>{_data('node', _NODE, _node(node))}</node>\n"
    for tie in edges:
        ends = f"source={quoteattr(tie.subject)} target={quoteattr(tie.object)}"
        yield f"    <edge id={quoteattr(tie.said.iri)} {ends}>{_data('edge', _EDGE, _edge(tie, names))}</edge>\n"
    yield "  </graph>\n</graphml>\n"


def neo4j(dataset: Path, selection: Selection) -> Iterator[tuple[str, Iterator[str]]]:
    """Tables for `neo4j-admin database import full --nodes nodes.csv --relationships relationships.csv`."""
    nodes, edges, names = _network(read_records(dataset, selection))
    header = ["iri:ID", *(f"{name}{_TYPES[kind]}" for name, kind in _NODE.items()), ":LABEL"]
    rows = ([node.iri, *map(_line, _node(node)), ";".join(node.kinds)] for node in nodes)
    yield "nodes.csv", lines_of_csv(_after(header, rows))
    header = [":START_ID", ":END_ID", ":TYPE", "iri", *(f"{name}{_TYPES[kind]}" for name, kind in _EDGE.items())]
    ties = ([t.subject, t.object, _upper(t.relation), t.said.iri, *map(_line, _edge(t, names))] for t in edges)
    yield "relationships.csv", lines_of_csv(_after(header, ties))


def gephi(dataset: Path, selection: Selection) -> Iterator[tuple[str, Iterator[str]]]:
    """Tables for Gephi's data laboratory."""
    nodes, edges, _ = _network(read_records(dataset, selection))
    rows = ([node.iri, node.name, node.kind, str(len(node.documents))] for node in nodes)
    yield "nodes.csv", lines_of_csv(_after(["Id", "Label", "Kind", "Documents"], rows))
    weights = Counter((tie.subject, tie.object, tie.relation, tie.said.status) for tie in edges)
    ties = ([a, b, "Directed", relation, status, str(n)] for (a, b, relation, status), n in sorted(weights.items()))
    yield "edges.csv", lines_of_csv(_after(["Source", "Target", "Type", "Label", "Status", "Weight"], ties))


def _network(records: Records) -> tuple[Sequence[Named], Sequence[Tie], dict[str, str]]:
    names = {e.iri: e.name for e in records.entities}
    return records.entities, [t for t in records.ties if t.subject in names and t.object in names], names


def _node(node: Named) -> Sequence[str]:
    return node.name, node.kind, SEPARATOR.join(node.aliases), str(len(node.documents))


def _edge(tie: Tie, names: dict[str, str]) -> Sequence[str]:
    said, document = tie.said, names.get(tie.document, tie.document)
    words = (tie.relation, said.status, tie.role, tie.start, tie.end, said.speaker, document, said.excerpt)
    return *words, tie.former, said.confidence


def _data(element: str, attributes: dict[str, str], values: Sequence[str]) -> str:
    cells = zip(attributes, values, strict=True)
    return "".join(f'<data key="{element}-{name}">{_text(value)}</data>' for name, value in cells if value)


def _text(value: str) -> str:
    """XML has no place for control characters."""
    return escape(UNWRITABLE.sub("\ufffd", value), {"\r": "&#13;"})


def _line(value: str) -> str:
    """neo4j-admin takes a line feed for the end of a row, quoted or not."""
    return " ".join(value.split("\n")) if "\n" in value else value


def _upper(relation: str) -> str:
    """`bargainsWith` as Neo4j's style guide has it: BARGAINS_WITH."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", relation).upper()


def _after(header: Sequence[str], rows: Iterator[list[str]]) -> Iterator[Sequence[str]]:
    yield header
    yield from rows
