"""What the documents state about a thing, each statement with its words and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.markup import explanation_html
from kg.graph.resolve import named_entities, resolve
from kg.graph.stated import CITES, GROUPS, ORG, RDF, SCHEMA, Explained, Place, Reader, read_statement, text_of
from kg.namespaces import ACC, PREFIXES

__all__ = ["Explained", "Explanation", "Place", "explain"]

#: Links from a statement to what it is about.
_LINKS = (
    RDF + "subject",
    RDF + "object",
    ORG + "member",
    ORG + "organization",
    ACC + "cohort",
    ACC + "about",
    ACC + "attributedTo",
    ACC + "speaker",
    CITES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that is stated about one thing.

    Attributes:
        kinds: local names of its acc: classes, the narrowest first.
        documents: file names of the documents that name it.
        voices: file names of the documents that speak in its name.
        groups: group → statements in order of document and place.
        inferred: (relation, name of the other) that follow from facts and that no document states.
    """

    iri: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Explained, ...]], ...]
    inferred: tuple[tuple[str, str], ...] = ()
    documents: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        return explanation_html(self)


def explain(store: ox.Store, term: str) -> Explanation:
    """The statements about an entity, or the statement with that IRI.

    Args:
        store: an open source (`kg.graph.query.open_source`).
        term: a name, an acronym, a prefixed name or an IRI.

    Raises:
        QueryError: nothing is called so, or several things are.
    """
    reader = Reader(store)
    iri = _statement(store, term) or resolve(store, term)
    entity = next((e for e in named_entities(store) if e.iri == iri), None)
    found = [read_statement(reader, s) for s in ([iri] if entity is None else _statements_about(reader, iri))]
    found.sort(key=lambda e: (e.places, e.subject, e.value, e.iri))
    names = sorted({e.group for e in found}, key=lambda g: (g in GROUPS.values(), g))
    return Explanation(
        iri=iri,
        names=entity.names if entity else (),
        kinds=reader.kinds(iri),
        groups=tuple((g, tuple(e for e in found if e.group == g)) for g in names),
        inferred=_inferred(reader, iri, found) if entity else (),
        documents=_documents(reader, SCHEMA + "mentions", iri) if entity else (),
        voices=_documents(reader, ACC + "voice", iri) if entity else (),
    )


def _documents(reader: Reader, predicate: str, iri: str) -> tuple[str, ...]:
    documents = reader.subjects(predicate, iri)
    return tuple(sorted(n for d in documents for n in reader.values(d, PREFIXES["dcterms"] + "identifier")))


def _statement(store: ox.Store, term: str) -> str | None:
    """The IRI of a statement, given whole or as "assertion:…"; None where `term` is none."""
    ending = "/" + term.replace(":", "/", 1)
    excerpts = store.quads_for_pattern(None, ox.NamedNode(ACC + "excerpt"), None, ox.DefaultGraph())
    found = sorted({s for q in excerpts if (s := text_of(q.subject)) == term or (":" in term and s.endswith(ending))})
    if len(found) > 1:
        raise QueryError(f"{term!r} names {len(found)} statements", hint="name one by its IRI: " + "; ".join(found))
    return found[0] if found else None


def _statements_about(reader: Reader, iri: str) -> list[str]:
    cohorts = reader.subjects(ACC + "cohortOf", iri)
    linked = {s for link in _LINKS for thing in (iri, *cohorts) for s in reader.subjects(link, thing)}
    return sorted(s for s in linked if reader.value(s, ACC + "excerpt"))


def _inferred(reader: Reader, iri: str, found: list[Explained]) -> tuple[tuple[str, str], ...]:
    """Relations of the reasoner's graph with acc: properties, less those that a statement gives."""
    stated = {(e.group, e.value) for e in found} | {(e.group, e.subject) for e in found}
    pairs = set()
    for quad in reader.store.quads_for_pattern(ox.NamedNode(iri), None, None, None):
        predicate = quad.predicate.value
        other = text_of(quad.object)
        if text_of(quad.graph_name).endswith("/inferred") and predicate.startswith(ACC) and reader.labelled(other):
            pair = (predicate.removeprefix(ACC), reader.name(other))
            if pair not in stated:
                pairs.add(pair)
    return tuple(sorted(pairs))
