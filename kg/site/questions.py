"""The canned questions as the pages ask them: text, columns, parameters with the values that the data have."""

from __future__ import annotations

from typing import Any

from kg.graph.catalogue import Parameter, load_catalogue
from kg.graph.query import Source, values
from kg.graph.resolve import named_entities
from kg.namespaces import ACC
from kg.site.records import tail

Record = dict[str, Any]


def question_records(store: Source, base: str) -> list[Record]:
    """All questions by name; values of entities are (name, id), all other values words."""
    names: dict[str, list[tuple[str, frozenset[str], str]]] = {}
    for entity in named_entities(store):
        names.setdefault(entity.names[0], []).append((entity.iri, entity.classes, tail(base, entity.iri)))
    return [
        {
            "name": question.name,
            "summary": question.summary,
            "description": question.description,
            "tags": question.tags,
            "columns": question.columns,
            "text": question.text,
            "parameters": [_parameter(p, store, names) for p in question.parameters],
        }
        for question in load_catalogue().values()
    ]


def _parameter(parameter: Parameter, store: Source, names: dict[str, list[tuple[str, frozenset[str], str]]]) -> Record:
    offered = values(parameter, store)
    record: Record = {
        "name": parameter.name,
        "type": parameter.type,
        "description": parameter.description,
        "default": parameter.default or "",
        "required": parameter.required,
        "values": offered,
    }
    if parameter.type == "entity":
        wanted = offered if parameter.enumeration else sorted(names, key=lambda n: (n.casefold(), n))
        kind = ACC + (parameter.kind or "Entity")
        record["values"] = [(n, i) for n in wanted for _, classes, i in names.get(n, ()) if kind in classes]
    return record
