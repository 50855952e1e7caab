"""What the documents state about a thing, each statement with its words and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.resolve import named_entities, resolve
from kg.namespaces import ACC, PREFIXES, expand, shrink

RDF, OA, ORG = PREFIXES["rdf"], PREFIXES["oa"], PREFIXES["org"]

#: Class of a statement → the group it stands in; the group of an assertion is its relation.
_GROUPS = {"Membership": "role", "CohortMembership": "cohort", "Statistic": "number", "Attribution": "words"}
_LINKS = (
    RDF + "subject",
    RDF + "object",
    ORG + "member",
    ORG + "organization",
    ACC + "cohort",
    ACC + "about",
    ACC + "attributedTo",
    ACC + "speaker",
    PREFIXES["cito"] + "citesAsEvidence",
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A stretch of a document: file name, offsets in code points, the words, and what stands around them."""

    document: str
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One statement.

    Attributes:
        iri: the statement itself.
        group: the relation ("partOf"), or "role", "cohort", "number", "words".
        subject, value: its two sides in words ("Ann Lee", "president, Local 5").
        status: "Asserted", "Reported", …; empty for words, which have none.
        speaker: who says so: the source that the document names, else its own voice; may be empty.
        cites: names of the sources that it gives.
        excerpt: the words of the evidence on one line; `places` has them with offsets, in order.
    """

    iri: str
    group: str
    subject: str
    value: str
    status: str
    speaker: str
    cites: tuple[str, ...]
    rule: str
    confidence: str
    excerpt: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that is stated about one thing.

    Attributes:
        kinds: local names of its acc: classes, the narrowest first.
        groups: group → statements in order of document and place.
        inferred: (relation, name of the other) that follow from facts and that no document states.
    """

    iri: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Explained, ...]], ...]
    inferred: tuple[tuple[str, str], ...] = ()


def explain(store: ox.Store, term: str) -> Explanation:
    """The statements about an entity, or the statement with that IRI.

    Args:
        store: an open source (`kg.graph.query.open_source`).
        term: a name, an acronym, a prefixed name or an IRI.

    Raises:
        QueryError: nothing is called so, or several things are.
    """
    reader = _Reader(store)
    iri = _statement(store, term) or resolve(store, term)
    entity = next((e for e in named_entities(store) if e.iri == iri), None)
    found = [_explained(reader, s) for s in ([iri] if entity is None else _statements_about(reader, iri))]
    found.sort(key=lambda e: (e.places, e.subject, e.value, e.iri))
    names = sorted({e.group for e in found}, key=lambda g: (g in _GROUPS.values(), g))
    return Explanation(
        iri=iri,
        names=entity.names if entity else (),
        kinds=_kinds(reader, iri),
        groups=tuple((g, tuple(e for e in found if e.group == g)) for g in names),
        inferred=_inferred(reader, iri, found) if entity else (),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Values of properties in the union of all graphs, as text."""

    store: ox.Store

    def values(self, subject: str, predicate: str) -> list[str]:
        s, p = ox.NamedNode(subject), ox.NamedNode(predicate)
        found = self.store.quads_for_pattern(s, p, None, ox.DefaultGraph())
        return sorted({_text(q.object) for q in found})

    def value(self, subject: str, predicate: str) -> str:
        return next(iter(self.values(subject, predicate)), "")

    def subjects(self, predicate: str, value: str) -> list[str]:
        p, o = ox.NamedNode(predicate), ox.NamedNode(value)
        return sorted({_text(q.subject) for q in self.store.quads_for_pattern(None, p, o, ox.DefaultGraph())})

    def name(self, value: str) -> str:
        """The label of an IRI; a literal is its own."""
        if not value or not expand(value):
            return value
        return self.value(value, PREFIXES["skos"] + "prefLabel") or shrink(value)

    def labelled(self, iri: str) -> bool:
        """Whether an IRI names an entity; anchors and classes have no preferred name in the data."""
        return bool(expand(iri) and self.values(iri, PREFIXES["skos"] + "prefLabel"))


def _text(term: object) -> str:
    return str(getattr(term, "value", term))


def _statement(store: ox.Store, term: str) -> str | None:
    """The IRI of a statement, given whole or as "assertion:…"; None where `term` is none."""
    ending = "/" + term.replace(":", "/", 1)
    excerpts = store.quads_for_pattern(None, ox.NamedNode(ACC + "excerpt"), None, ox.DefaultGraph())
    found = sorted({s for q in excerpts if (s := _text(q.subject)) == term or (":" in term and s.endswith(ending))})
    if len(found) > 1:
        raise QueryError(f"{term!r} names {len(found)} statements", hint="name one by its IRI: " + "; ".join(found))
    return found[0] if found else None


def _statements_about(reader: _Reader, iri: str) -> list[str]:
    cohorts = reader.subjects(ACC + "cohortOf", iri)
    linked = {s for link in _LINKS for thing in (iri, *cohorts) for s in reader.subjects(link, thing)}
    return sorted(s for s in linked if reader.value(s, ACC + "excerpt"))


def _explained(reader: _Reader, iri: str) -> Explained:
    types = {t.removeprefix(ACC) for t in reader.values(iri, RDF + "type")}
    group = next((g for kind, g in _GROUPS.items() if kind in types), "")
    group = group or reader.value(iri, RDF + "predicate").removeprefix(ACC)
    subject, value = _sides(reader, iri, group)
    document = reader.value(iri, PREFIXES["prov"] + "wasDerivedFrom")
    speaker = reader.value(iri, ACC + "attributedTo") or reader.value(document, ACC + "voice") if document else ""
    return Explained(
        iri=iri,
        group=group,
        subject=subject,
        value=value,
        status=reader.value(iri, ACC + "status").removeprefix(ACC),
        speaker=reader.name(reader.value(iri, ACC + "speaker") if group == "words" else speaker),
        cites=tuple(reader.name(c) for c in reader.values(iri, PREFIXES["cito"] + "citesAsEvidence")),
        rule=reader.value(iri, ACC + "rule"),
        confidence=reader.value(iri, ACC + "confidence"),
        excerpt=reader.value(iri, ACC + "excerpt"),
        places=tuple(sorted(_places(reader, iri))),
    )


def _sides(reader: _Reader, iri: str, group: str) -> tuple[str, str]:
    def named(*terms: str) -> str:
        return ", ".join(reader.name(v) for t in terms for v in reader.values(iri, t))

    if group == "role":
        return named(ORG + "member"), named(ACC + "roleTitle", ORG + "organization")
    if group == "cohort":
        return named(ORG + "member"), named(ACC + "cohort")
    if group == "words":
        return named(ACC + "speaker"), named(PREFIXES["schema"] + "text")
    if group == "number":
        figures = "–".join(reader.value(iri, t) for t in (ACC + "value", ACC + "upperValue") if reader.value(iri, t))
        unit = reader.value(iri, ACC + "unit").removeprefix(ACC)
        words = [reader.value(iri, ACC + "qualifier"), figures, unit, reader.value(iri, ACC + "measure")]
        return named(ACC + "about"), " ".join(w for w in words if w)
    return named(RDF + "subject"), named(RDF + "object")


def _places(reader: _Reader, iri: str) -> Iterator[Place]:
    for target in reader.values(iri, OA + "hasTarget"):
        found: dict[str, str] = {}
        for selector in reader.values(target, OA + "hasSelector"):
            terms = ("exact", "prefix", "suffix", "start", "end")
            found |= {t: v for t in terms if (v := reader.value(selector, OA + t))}
        if found.get("start", "").isdigit() and found.get("end", "").isdigit():
            document = reader.value(target, OA + "hasSource")
            yield Place(
                document=reader.value(document, PREFIXES["dcterms"] + "identifier"),
                start=int(found["start"]),
                end=int(found["end"]),
                exact=found.get("exact", ""),
                prefix=found.get("prefix", ""),
                suffix=found.get("suffix", ""),
            )


def _kinds(reader: _Reader, iri: str) -> tuple[str, ...]:
    classes = [t for t in reader.values(iri, RDF + "type") if t.startswith(ACC)]
    above = {c: _ancestors(reader, c) for c in classes}
    return tuple(c.removeprefix(ACC) for c in sorted(classes, key=lambda c: (-len(above[c]), c)))


def _ancestors(reader: _Reader, kind: str) -> set[str]:
    found, todo = {kind}, [kind]
    while todo:
        new = set(reader.values(todo.pop(), PREFIXES["rdfs"] + "subClassOf")) - found
        found |= new
        todo += sorted(new)
    return found


def _inferred(reader: _Reader, iri: str, found: list[Explained]) -> tuple[tuple[str, str], ...]:
    """Relations of the reasoner's graph with acc: properties, less those that a statement gives."""
    stated = {(e.group, e.value) for e in found} | {(e.group, e.subject) for e in found}
    pairs = set()
    for quad in reader.store.quads_for_pattern(ox.NamedNode(iri), None, None, None):
        predicate = quad.predicate.value
        other = _text(quad.object)
        if _text(quad.graph_name).endswith("/inferred") and predicate.startswith(ACC) and reader.labelled(other):
            pair = (predicate.removeprefix(ACC), reader.name(other))
            if pair not in stated:
                pairs.add(pair)
    return tuple(sorted(pairs))
