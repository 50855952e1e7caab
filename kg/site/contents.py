"""What pictures are drawn of, read from a built graph: its figures, its network of relations, and what is dated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kg.graph.query import Source
from kg.graph.stated import ORG, RDF, SCHEMA, Explained, Reader, read_statement
from kg.namespaces import ACC, PREFIXES
from kg.ontology import FAMILIES, load_ontology
from kg.site.clipping import clause, clip

_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
_INTERVAL = re.compile(r"(\d{4}(?:-\d\d){0,2})/(\d{4}(?:-\d\d){0,2})")
#: Relations whose object is a day, month or year.
_STARTED, _ENDED = ACC + "startedOn", ACC + "endedOn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A statistic: what the graph says of it, with its sentence.

    Attributes:
        statement: with IRI, status, speaker, places.
        document: IRI of the document that it stands in.
        value, upper: the number, or both ends of a range.
        unit: local name of acc: ("Percent").
        about, about_iri: what it is mainly about; may be empty.
        sentence: the words of the sentence that holds the figure, on one line.
        mark: where the figure stands in it, [start, end); (0, 0) where that is not known.
        base: "6 of 468", or whom it counts ("staff"); may be empty.
    """

    statement: Explained
    document: str
    value: Decimal
    upper: Decimal | None
    unit: str
    about: str
    about_iri: str
    measure: str
    period: str
    qualifier: str
    sentence: str
    mark: tuple[int, int]
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An entity: `kind` is a local name of acc:, `family` the one of `kg.ontology.FAMILIES` that it belongs to."""

    iri: str
    name: str
    kind: str
    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One relation between two entities, of all statements that make it.

    Attributes:
        source, target: IRIs of the nodes.
        relation: local name of acc: ("partOf"); roles are "affiliatedWith".
        statuses: sorted; one of them Asserted: a fact.
        statements: IRIs, sorted.
    """

    source: str
    target: str
    relation: str
    statuses: tuple[str, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """Something dated.

    Attributes:
        start, end: as precise as the text: "2015", "2015-03", "2015-03-09"; equal where it is one date.
        event: "started", "ended", "role from", "role until", "document", "number".
        thing: its name; `thing_iri` the entity.
        detail: the role, or the words that the figure stands in.
    """

    start: str
    end: str
    event: str
    thing: str
    thing_iri: str
    detail: str
    statement: Explained


def read_documents(source: Source) -> dict[str, tuple[str, str]]:
    """IRI of each document that was read → its file name and its title (may be empty), by file name."""
    reader = Reader(source)
    terms = PREFIXES["dcterms"]
    found = {d: (reader.value(d, terms + "identifier"), reader.value(d, terms + "title")) for d in _read(reader)}
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


def read_figures(source: Source) -> tuple[Figure, ...]:
    """All statistics in the order of documents and places."""
    reader = Reader(source)
    found = [f for iri in reader.subjects(RDF + "type", ACC + "Statistic") if (f := _figure(reader, iri))]
    return tuple(sorted(found, key=lambda f: (f.statement.places[:1], f.mark, f.value, f.statement.iri)))


def read_network(source: Source) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """All entities that statements relate, by name, and the relations between them, sorted."""
    reader = Reader(source)
    ties: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for statement, ends in _ties(reader):
        status = reader.value(statement, ACC + "status").removeprefix(ACC)
        ties.setdefault(ends, []).append((status, statement))
    edges = [
        Edge(
            source=a,
            target=b,
            relation=relation,
            statuses=tuple(sorted({status for status, _ in said})),
            statements=tuple(sorted(iri for _, iri in said)),
        )
        for (a, relation, b), said in sorted(ties.items())
    ]
    nodes = [_node(reader, iri) for iri in sorted({end for e in edges for end in (e.source, e.target)})]
    return tuple(sorted(nodes, key=lambda n: (n.name.casefold(), n.iri))), tuple(edges)


def read_occurrences(source: Source) -> tuple[Occurrence, ...]:
    """All that statements date: starts, ends, posts, figures with a period. In order of time.

    Denied and hypothetical dates are left out: nothing happened then.
    """
    reader = Reader(source)
    found = [*_started_and_ended(reader), *_posts(reader), *_counted(source)]
    return tuple(sorted(found, key=lambda o: (o.start, o.end, o.thing.casefold(), o.event, o.detail, o.statement.iri)))


def _read(reader: Reader) -> list[str]:
    return [document for document, _ in reader.pairs(ACC + "sha256")]


def _figure(reader: Reader, iri: str) -> Figure | None:
    value, upper = (reader.value(iri, ACC + term) for term in ("value", "upperValue"))
    statement = read_statement(reader, iri)
    if not value or not statement.places:
        return None
    about = reader.value(iri, ACC + "mainlyAbout") or reader.value(iri, ACC + "about")
    sentence, mark = _marked(statement)
    numerator, denominator = (reader.value(iri, ACC + term) for term in ("numerator", "denominator"))
    return Figure(
        statement=statement,
        document=reader.value(iri, PREFIXES["prov"] + "wasDerivedFrom"),
        value=Decimal(value),
        upper=Decimal(upper) if upper else None,
        unit=reader.value(iri, ACC + "unit").removeprefix(ACC),
        about=reader.name(about),
        about_iri=about,
        measure=reader.value(iri, ACC + "measure"),
        period=reader.value(iri, ACC + "period"),
        qualifier=reader.value(iri, ACC + "qualifier"),
        sentence=sentence,
        mark=mark,
        base=f"{numerator} of {denominator}" if numerator and denominator else reader.value(iri, ACC + "population"),
    )


def _marked(statement: Explained) -> tuple[str, tuple[int, int]]:
    """The sentence with the figure on one line, and where the figure stands in it then."""
    place = next((p for p in statement.places if p.marks), statement.places[0])
    start, end = place.marks[0] if place.marks else (0, 0)
    before, figure, after = (
        " ".join(t.split()) for t in (place.exact[:start], place.exact[start:end], place.exact[end:])
    )
    gap = " " if before and place.exact[:start][-1:].isspace() else ""
    after = (" " if place.exact[end : end + 1].isspace() else "") + after
    first = len(before + gap)
    return before + gap + figure + after, (first, first + len(figure)) if figure else (0, 0)


def _ties(reader: Reader) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Statements that join two entities: (subject, relation, object)."""
    relations = set(load_ontology().relations)
    for statement, predicate in reader.pairs(RDF + "predicate"):
        subject, target = (reader.value(statement, RDF + term) for term in ("subject", "object"))
        relation = predicate.removeprefix(ACC)
        if relation in relations and reader.labelled(subject) and reader.labelled(target):
            yield statement, (subject, relation, target)
    for statement, member in reader.pairs(ORG + "member"):
        for organization in reader.values(statement, ORG + "organization"):
            yield statement, (member, "affiliatedWith", organization)
        for cohort in reader.values(statement, ACC + "cohort"):
            for whole in reader.values(cohort, ACC + "cohortOf"):
                yield statement, (member, "participatesIn", whole)


def _node(reader: Reader, iri: str) -> Node:
    kind = next(iter(reader.kinds(iri)), "Entity")
    family = load_ontology().family(kind) or ""
    return Node(iri=iri, name=reader.name(iri), kind=kind, family=family if family in FAMILIES else "Concept")


def _started_and_ended(reader: Reader) -> Iterator[Occurrence]:
    for predicate, event in ((_STARTED, "started"), (_ENDED, "ended")):
        for iri in reader.subjects(RDF + "predicate", predicate):
            thing = reader.value(iri, RDF + "subject")
            yield from _occurrence(reader, iri, reader.value(iri, RDF + "object"), event, thing, "")


def _posts(reader: Reader) -> Iterator[Occurrence]:
    for term, event in (("startDate", "role from"), ("endDate", "role until")):
        for iri, date in reader.pairs(SCHEMA + term):
            if member := reader.value(iri, ORG + "member"):
                role = reader.value(iri, ACC + "roleTitle") or "member"
                organization = reader.name(reader.value(iri, ORG + "organization"))
                yield from _occurrence(reader, iri, date, event, member, ", ".join(filter(None, (role, organization))))


def _counted(source: Source) -> Iterator[Occurrence]:
    reader = Reader(source)
    for iri, period in reader.pairs(ACC + "period"):
        if about := reader.value(iri, ACC + "mainlyAbout"):
            yield from _occurrence(reader, iri, period, "number", about, "")


def _occurrence(reader: Reader, iri: str, date: str, event: str, thing: str, detail: str) -> Iterator[Occurrence]:
    """Nothing where the date is none, or where the statement says that nothing happened."""
    interval = _INTERVAL.fullmatch(date)
    if not interval and not _DATE.fullmatch(date):
        return
    statement = read_statement(reader, iri)
    if statement.status in ("Denied", "Hypothetical"):
        return
    yield Occurrence(
        start=interval[1] if interval else date,
        end=interval[2] if interval else date,
        event=event,
        thing=reader.name(thing),
        thing_iri=thing,
        detail=detail or (clip(*clause(*_marked(statement)))[0] if event == "number" and statement.places else ""),
        statement=statement,
    )
