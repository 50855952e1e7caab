"""The JSON-LD context: short names for the terms of an ontology, with what their values are.

`python -m kg.graph.context > ontology/context.jsonld` writes the one that is published.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from rdflib import OWL, RDF

from kg.namespaces import ACC, PREFIXES, expand, shrink
from kg.ontology import Ontology, graph, load_ontology

#: Properties whose values are terms of the ontology, and so are written by their short names.
_CODED = frozenset({"status", "unit", "speechKind", "support"})


def context(ontology: Ontology) -> dict[str, Any]:
    """What stands behind `@context`: prefixes, then classes, properties and concepts of acc: by their local names.

    Object properties of other vocabularies stand under their prefixed names, so that their values need no braces.
    """
    terms: dict[str, Any] = {name: f"acc:{name}" for name in (*ontology.classes, *ontology.schemes)}
    terms |= {name: f"acc:{name}" for members in ontology.schemes.values() for name in members}
    for name, term in ontology.properties.items():
        terms[name] = f"acc:{name}"
        if term.kind == "object":
            terms[name] = {"@id": f"acc:{name}", "@type": "@vocab" if name in _CODED else "@id"}
        elif term.range and term.range.startswith("xsd:") and term.range != "xsd:string":
            terms[name] = {"@id": f"acc:{name}", "@type": term.range}
    for name in _reused():
        terms[name] = {"@id": name, "@type": "@id"}
    return {"@version": 1.1, **PREFIXES, **{name: terms[name] for name in sorted(terms) if name not in PREFIXES}}


def document(ontology: Ontology) -> bytes:
    """The context as a file to be published."""
    return (json.dumps({"@context": context(ontology)}, ensure_ascii=False, indent=1) + "\n").encode()


def terms_of(context: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """IRI → its term, and what the values are: "@id", "@vocab", a datatype's IRI or "" for strings."""
    found = {}
    for term, meaning in context.items():
        if not term.startswith("@") and term not in PREFIXES:
            name, kind = (meaning, "") if isinstance(meaning, str) else (meaning["@id"], meaning["@type"])
            found[expand(name) or name] = term, kind if kind.startswith("@") else expand(kind) or ""
    return found


@cache
def _reused() -> tuple[str, ...]:
    """Prefixed names of the object properties of other vocabularies."""
    names = {shrink(str(s)) for s in graph().subjects(RDF.type, OWL.ObjectProperty) if not str(s).startswith(ACC)}
    return tuple(sorted(name for name in names if name.partition(":")[0] in PREFIXES))


if __name__ == "__main__":
    sys.stdout.buffer.write(document(load_ontology()))
