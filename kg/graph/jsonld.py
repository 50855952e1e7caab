"""JSON-LD 1.1 with the ontology's context: one object for each subject, one @graph for each named graph.

Everything is sorted, and lexical forms are kept ("0.500" stays a string).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from kg.graph.context import context, terms_of
from kg.graph.terms import RDF, Term, is_iri, split_literal, text_of
from kg.namespaces import shrink
from kg.ontology import load_ontology

#: What makes an object of a subject with its properties, predicate → distinct objects.
WriteNode = Callable[[str, Mapping[Term, Collection[Term]]], dict[str, Any]]


def jsonld_context() -> dict[str, Any]:
    """The context that all documents of ours begin with: a reader need not fetch it."""
    return context(load_ontology())


def node_writer() -> WriteNode:
    """What writes subjects with the terms of the context."""
    terms = terms_of(jsonld_context())

    def value(term: Term, kind: str) -> object:
        text = text_of(term)
        if is_iri(term):
            if kind == "@vocab":
                return terms[text][0] if text in terms else {"@id": text}
            return text if kind == "@id" else {"@id": text}
        mark = split_literal(term)[1]
        if mark.startswith("@"):
            return {"@language": mark[1:], "@value": text}
        if mark:
            return text if mark[3:-1] == kind else {"@type": shrink(mark[3:-1]), "@value": text}
        return {"@value": text} if kind else text

    def node(subject: str, properties: Mapping[Term, Collection[Term]]) -> dict[str, Any]:
        named: dict[str, list[Any]] = {}
        for predicate, objects in properties.items():
            iri = predicate[1:-1]
            if predicate == RDF.type:
                written = sorted(terms[t][0] if (t := text_of(o)) in terms else shrink(t) for o in objects)
                named["@type"] = [*written]
            else:
                term, kind = terms.get(iri) or (shrink(iri), "")
                named[term] = sorted((value(o, kind) for o in objects), key=repr)
        return {"@id": subject, **{key: _alone(named[key]) for key in sorted(named)}}

    return node


def dump(value: object, depth: int) -> str:
    """JSON that is indented by so many blanks, but for its first line."""
    return json.dumps(value, ensure_ascii=False, indent=1).replace("\n", "\n" + " " * depth)


def _alone(values: list[Any]) -> object:
    return values[0] if len(values) == 1 else values
