"""Entities, relations, figures and words of a dataset as plain records, for formats that know no triples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.graph.exports.selection import Selection
from kg.graph.query import open_source
from kg.graph.stated import CITES, DOCUMENT, ORG, RDF, SCHEMA, SKOS, Explained, Reader, read_statement, speaker_of
from kg.namespaces import ACC
from kg.ontology import load_ontology

#: Classes of acc: whose labelled instances are no entities: what the data say is written by them.
_OTHERS = frozenset({"Status", "Unit", "SpeechKind", "Support", "Role"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An entity: `kinds` are local names of acc:, the narrowest first; `documents` IRIs of those that name it."""

    iri: str
    name: str
    kinds: tuple[str, ...]
    aliases: tuple[str, ...]
    documents: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The narrowest kind."""
        return self.kinds[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A statement that relates an entity to another or to a date; a role or a place in a cohort is one.

    Attributes:
        said: the statement in words, with IRI, status, places.
        subject, object: IRIs; the object is "" where there is none.
        relation: local name of acc:; "affiliatedWith" for roles, "participatesIn" for cohorts.
        value: the date, where the object is one.
        role, start, end, former: of a role; "" where not told.
        cohort: its ordinal number; "" where not told.
        document, speaker: IRIs; "" where not told.
        cites: IRIs of sources.
    """

    said: Explained
    subject: str
    relation: str
    object: str
    value: str
    role: str
    start: str
    end: str
    former: str
    cohort: str
    document: str
    speaker: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A statistic: its terms by local name ("value", "unit", "period" …; "" where not told), `about` IRIs."""

    said: Explained
    terms: dict[str, str]
    about: tuple[str, ...]
    main: str
    document: str
    speaker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Reported speech: `kind` is Direct, Indirect or Mixed."""

    said: Explained
    kind: str
    speaker: str
    text: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All of a dataset that a selection lets through, sorted by IRI."""

    entities: tuple[Named, ...]
    ties: tuple[Tie, ...]
    numbers: tuple[Number, ...]
    words: tuple[Words, ...]


_NUMBER_TERMS = (
    *("value", "upperValue", "unit", "qualifier", "measure", "population", "period", "numerator", "denominator"),
)


def read_records(dataset: Path, selection: Selection) -> Records:
    """The records of a dataset.

    Raises:
        InputError: it cannot be read.
    """
    reader = Reader(open_source(dataset))
    ties = _of_kinds(reader, "Assertion", "Membership", "CohortMembership")
    numbers = [_number(reader, iri) for iri in _of_kinds(reader, "Statistic")]
    return Records(
        entities=tuple(_entities(reader)),
        ties=tuple(t for iri in ties for t in _tie(reader, iri) if selection.status(t.said.status)),
        numbers=tuple(n for n in numbers if selection.status(n.said.status)),
        words=tuple(_words(reader, iri) for iri in _of_kinds(reader, "Attribution")),
    )


def _of_kinds(reader: Reader, *kinds: str) -> list[str]:
    return sorted({iri for kind in kinds for iri in reader.subjects(RDF + "type", ACC + kind)})


def _entities(reader: Reader) -> Iterator[Named]:
    mentioned: dict[str, list[str]] = {}
    for document, entity in reader.pairs(SCHEMA + "mentions"):
        mentioned.setdefault(entity, []).append(document)
    ontology = load_ontology()
    for iri in sorted({iri for iri, _ in reader.pairs(SKOS + "prefLabel")}):
        found = reader.kinds(iri)  # with those above only where the reasoner's graph is there
        kinds = tuple(dict.fromkeys([*found, *(c for c in ontology.classes for k in found if ontology.is_a(k, c))]))
        if any(ontology.is_a(kind, "Entity") for kind in kinds) and not _OTHERS & set(kinds):
            yield Named(
                iri=iri,
                name=reader.name(iri),
                kinds=kinds,
                aliases=tuple(reader.values(iri, SKOS + "altLabel")),
                documents=tuple(mentioned.get(iri, ())),
            )


def _tie(reader: Reader, iri: str) -> Iterator[Tie]:
    said = read_statement(reader, iri)
    cohort, ends = reader.value(iri, ACC + "cohort"), (RDF + "subject", RDF + "predicate", RDF + "object")
    subject, relation, target = (reader.value(iri, term) for term in ends)
    if said.group == "role":
        subject, relation = reader.value(iri, ORG + "member"), "affiliatedWith"
        target = reader.value(iri, ORG + "organization")
    elif said.group == "cohort":
        subject, relation = reader.value(iri, ORG + "member"), "participatesIn"
        target = reader.value(cohort, ACC + "cohortOf")
    if not subject:
        return
    named = reader.labelled(target) if target else False
    yield Tie(
        said=said,
        subject=subject,
        relation=relation.removeprefix(ACC),
        object=target if named else "",
        value="" if named else target,
        role=reader.value(iri, ACC + "roleTitle") or reader.value(iri, SCHEMA + "roleName"),
        start=reader.value(iri, SCHEMA + "startDate"),
        end=reader.value(iri, SCHEMA + "endDate"),
        former=reader.value(iri, ACC + "former"),
        cohort=reader.value(cohort, ACC + "ordinal") if cohort else "",
        document=reader.value(iri, DOCUMENT),
        speaker=speaker_of(reader, iri),
        cites=tuple(reader.values(iri, CITES)),
    )


def _number(reader: Reader, iri: str) -> Number:
    return Number(
        said=read_statement(reader, iri),
        terms={term: reader.value(iri, ACC + term).removeprefix(ACC) for term in _NUMBER_TERMS},
        about=tuple(reader.values(iri, ACC + "about")),
        main=reader.value(iri, ACC + "mainlyAbout"),
        document=reader.value(iri, DOCUMENT),
        speaker=speaker_of(reader, iri),
    )


def _words(reader: Reader, iri: str) -> Words:
    return Words(
        said=read_statement(reader, iri),
        kind=reader.value(iri, ACC + "speechKind").removeprefix(ACC),
        speaker=speaker_of(reader, iri, "words"),
        text=reader.value(iri, SCHEMA + "text"),
        document=reader.value(iri, DOCUMENT),
    )
