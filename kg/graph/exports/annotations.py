"""Web Annotations (W3C Recommendation of 2017): one for each stretch of text, with the statements that rest on it.

The context is named, not copied: every client that reads annotations has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.graph.exports.selection import Selection
from kg.graph.jsonld import dump
from kg.graph.query import open_source
from kg.graph.stated import OA, RDF, Explained, Reader, read_statement
from kg.namespaces import DATA, PREFIXES

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_TARGET = OA + "hasTarget"


def web_annotations(dataset: Path, selection: Selection) -> Iterator[str]:
    """An annotation collection with one page that has them all, in the order of their targets."""
    reader = Reader(open_source(dataset))
    found: dict[str, list[Explained]] = {}
    for statement, target in reader.pairs(_TARGET):
        said = read_statement(reader, statement)
        if selection.status(said.status):
            found.setdefault(target, []).append(said)
    base = next((target.rpartition("evidence/")[0] for target in sorted(found)), DATA)
    head = {
        "@context": CONTEXT,
        "id": f"{base}annotations",
        "type": "AnnotationCollection",
        "label": "Statements and the words that they rest on",
        "total": len(found),
    }
    yield f"{dump(head, 0)[:-2]},\n"
    yield f' "first": {{\n  "id": "{base}annotations/1",\n  "type": "AnnotationPage",\n  "startIndex": 0,\n  "items": ['
    between = "\n"
    for target, statements in sorted(found.items()):
        yield f"{between}   {dump(_annotation(reader, target, statements), 3)}"
        between = ",\n"
    yield "\n  ]\n }\n}\n" if found else "]\n }\n}\n"


def _annotation(reader: Reader, target: str, statements: list[Explained]) -> dict[str, Any]:
    selectors = [_selector(reader, iri) for iri in reader.values(target, OA + "hasSelector")]
    return {
        "id": target.replace("/evidence/", "/annotation/") if "/evidence/" in target else f"{target}#annotation",
        "type": "Annotation",
        "motivation": "describing",
        "body": [part for said in statements for part in _body(said)],
        "target": {
            "id": target,
            "type": "SpecificResource",
            "source": reader.value(target, OA + "hasSource"),
            "selector": selectors,
        },
    }


def _body(said: Explained) -> Iterator[dict[str, str]]:
    yield {"type": "SpecificResource", "source": said.iri, "purpose": "linking"}
    words = f"{said.subject} – {said.group}: {said.value}" + (f" ({said.status})" if said.status else "")
    yield {"type": "TextualBody", "value": words, "format": "text/plain", "purpose": "describing"}


def _selector(reader: Reader, iri: str) -> dict[str, Any]:
    found: dict[str, Any] = {"id": iri, "type": reader.value(iri, RDF + "type").removeprefix(OA)}
    found |= {term: value for term in ("exact", "prefix", "suffix") if (value := reader.value(iri, OA + term))}
    found |= {term: int(value) for term in ("start", "end") if (value := reader.value(iri, OA + term)).isdigit()}
    for term, predicate in (("value", RDF + "value"), ("conformsTo", PREFIXES["dcterms"] + "conformsTo")):
        if value := reader.value(iri, predicate):
            found[term] = value
    return found
