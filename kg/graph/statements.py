"""Statements as triples: assertions, memberships, statistics and attributions, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.graph.evidence import Shelf, add_target, document_key
from kg.graph.excerpts import excerpt
from kg.graph.terms import ACC, CITO, OA, ORG, PROV, RDF, SCHEMA, XSD, Term, Triple, iri, quote, typed
from kg.model import (
    IRI,
    Anchor,
    Assertion,
    Attribution,
    Date,
    Grounds,
    Membership,
    SpeechKind,
    Statistic,
    Status,
    UnmappedStatement,
)
from kg.namespaces import iri_of, mint

#: By the length of the text.
_DATE_TYPES = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}


@dataclass(frozen=True, slots=True)
class Graphs:
    """The named graphs of one document."""

    document: set[Triple]
    facts: set[Triple]
    claims: set[Triple]
    statements: set[Triple]
    evidence: set[Triple]


def decimal(value: Decimal) -> Term:
    """A number as an xsd:decimal in canonical form."""
    return typed(digits(value), XSD.decimal)


def digits(value: Decimal) -> str:
    """A number in the canonical form of xsd:decimal (XSD 1.1, E.3.1): no exponent, no idle zero or point.

    Stores rewrite other forms, and digests of what was sent and what was read back would differ.
    """
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def date(value: str) -> Term:
    """A date typed by its precision; intervals ("2014/2015") and anything else stay plain strings."""
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", value):
        return typed(value, _DATE_TYPES[len(value)])
    return quote(value)


def add_assertion(graphs: Graphs, shelf: Shelf, node: Term, item: Assertion) -> None:
    """Write the assertion and, where it is stated, the direct triple: facts or claims by its status."""
    subject, predicate = iri(item.subject), iri(iri_of(item.predicate))
    target = date(item.object.value) if isinstance(item.object, Date) else iri(item.object)
    _add_assertion_node(graphs, shelf, node, item.grounds, (subject, predicate, target))
    if item.grounds.status.stated:
        direct = graphs.facts if item.grounds.status is Status.ASSERTED else graphs.claims
        direct.add((subject, predicate, target))


def add_membership(graphs: Graphs, shelf: Shelf, node: Term, item: Membership) -> None:
    """Write a role or a place in a cohort.

    One that is denied, planned or hypothetical becomes an assertion with schema:roleName: an org:Membership would say
    that it holds. Without an organization it relates nothing, and nothing is written.
    """
    graph, member = graphs.statements, iri(item.member)
    if not item.grounds.status.stated:
        if item.organization:
            predicate = ACC.affiliatedWith if item.cohort is None else ACC.participatesIn
            _add_assertion_node(graphs, shelf, node, item.grounds, (member, predicate, iri(item.organization)))
            _add_texts(graph, node, {SCHEMA.roleName: item.role_title or item.cohort_label})
        return
    if item.cohort is not None and item.organization:
        graph.add((node, RDF.type, ACC.CohortMembership))
        graph.add((node, ACC.cohort, iri(cohort_iri(shelf.base, item.organization, item.cohort))))
    else:
        graph.add((node, RDF.type, ACC.Membership))
        if item.organization:
            graph.add((node, ORG.organization, iri(item.organization)))
    graph.add((node, ORG.member, member))
    _add_grounds(graphs, shelf, node, item.grounds)
    _add_texts(graph, node, {ACC.roleTitle: item.role_title, ACC.cohortLabel: item.cohort_label})
    if item.former:
        graph.add((node, ACC.former, typed("true", XSD.boolean)))
    for term, value in ((SCHEMA.startDate, item.start), (SCHEMA.endDate, item.end)):
        if value:
            graph.add((node, term, date(value)))


def add_statistic(graphs: Graphs, shelf: Shelf, node: Term, item: Statistic) -> None:
    """Write a statistic with its figure's own anchor beside the evidence."""
    graph = graphs.statements
    graph.add((node, RDF.type, ACC.Statistic))
    graph.add((node, ACC.unit, ACC[item.unit.value]))
    graph.add((node, ACC.figure, add_target(graphs.evidence, shelf, item.figure)))
    numbers = {ACC.value: item.value, ACC.upperValue: item.upper}
    numbers |= {ACC.numerator: item.numerator, ACC.denominator: item.denominator}
    for term, number in numbers.items():
        if number is not None:
            graph.add((node, term, decimal(number)))
    for entity in item.about:
        graph.add((node, ACC.about, iri(entity)))
    for entity in item.about[:1]:
        graph.add((node, ACC.mainlyAbout, iri(entity)))
    texts = {ACC.measure: item.measure, ACC.population: item.population, ACC.qualifier: item.qualifier}
    _add_texts(graph, node, texts)
    if item.period:
        graph.add((node, ACC.period, quote(item.period)))
    _add_grounds(graphs, shelf, node, item.grounds)


def add_attribution(graphs: Graphs, shelf: Shelf, node: Term, item: Attribution) -> None:
    """Write reported speech; direct speech is an acc:Quotation as well."""
    graph = graphs.statements
    graph.add((node, RDF.type, ACC.Attribution))
    if item.kind is SpeechKind.DIRECT:
        graph.add((node, RDF.type, ACC.Quotation))
    graph.add((node, ACC.speechKind, ACC[item.kind.value]))
    graph.add((node, SCHEMA.text, quote(item.text)))
    if item.speaker:
        graph.add((node, ACC.speaker, iri(item.speaker)))
    for term, anchor in ((ACC.cueTarget, item.cue), (ACC.sourceTarget, item.source)):
        if anchor:
            graph.add((node, term, add_target(graphs.evidence, shelf, anchor)))
    _add_evidence(graphs, shelf, node, (item.content,))
    _add_origin(graph, node, item.rule, item.confidence)


def add_unmapped(graphs: Graphs, shelf: Shelf, node: Term, item: UnmappedStatement) -> None:
    """Write, into the graph for statements, what no relation covers: its words stand for the predicate."""
    graph = graphs.statements
    graph.add((node, RDF.type, ACC.UnmappedStatement))
    graph.add((node, RDF.subject, iri(item.subject)))
    graph.add((node, RDF.object, iri(item.object)))
    graph.add((node, ACC.phrase, quote(item.phrase)))
    _add_grounds(graphs, shelf, node, item.grounds)


def cohort_iri(base: str, initiative: str, ordinal: int) -> IRI:
    """The IRI of one cohort of an initiative."""
    return mint(base, "cohort", initiative, ordinal, name=f"{initiative.rpartition('/')[2]} {ordinal}")


def statement_iri(
    shelf: Shelf, kind: str, item: Assertion | Membership | Statistic | Attribution | UnmappedStatement
) -> Term:
    """A function of what is stated, how and where: the same words found by two rules are one statement."""
    parts: list[object]
    match item:
        case Assertion(object=Date(value=value)):
            parts = [item.subject, item.predicate, value, *_manner(item.grounds)]
        case Assertion():
            parts = [item.subject, item.predicate, item.object, *_manner(item.grounds)]
        case Membership():
            parts = [item.member, item.organization, item.role_title, item.cohort, *_manner(item.grounds)]
        case Statistic():
            upper = None if item.upper is None else digits(item.upper)
            parts = [digits(item.value), upper, item.unit, _place(item.figure), *_manner(item.grounds)]
        case UnmappedStatement():
            parts = [item.subject, item.phrase, item.object, *_manner(item.grounds)]
        case Attribution():
            parts = [item.kind, item.speaker, _place(item.content)]
    anchor = item.content if isinstance(item, Attribution) else min(item.grounds.evidence)
    return iri(mint(shelf.base, kind, *parts, name=document_key(shelf.base, anchor.document)))


def _manner(grounds: Grounds) -> list[object]:
    return [grounds.status, grounds.attributed_to, *(_place(a) for a in sorted(set(grounds.evidence)))]


def _place(anchor: Anchor) -> str:
    return f"{anchor.document} {anchor.span.start}-{anchor.span.end}"


def _add_assertion_node(graphs: Graphs, shelf: Shelf, node: Term, grounds: Grounds, relation: Triple) -> None:
    graphs.statements.add((node, RDF.type, ACC.Assertion))
    for term, value in zip((RDF.subject, RDF.predicate, RDF.object), relation, strict=True):
        graphs.statements.add((node, term, value))
    _add_grounds(graphs, shelf, node, grounds)


def _add_grounds(graphs: Graphs, shelf: Shelf, node: Term, grounds: Grounds) -> None:
    graph = graphs.statements
    graph.add((node, ACC.status, ACC[grounds.status.value]))
    if grounds.attributed_to:
        graph.add((node, ACC.attributedTo, iri(grounds.attributed_to)))
    for source in grounds.cites:
        graph.add((node, CITO.citesAsEvidence, iri(source)))
    _add_evidence(graphs, shelf, node, grounds.evidence)
    _add_origin(graph, node, grounds.rule, grounds.confidence)


def _add_evidence(graphs: Graphs, shelf: Shelf, node: Term, anchors: Sequence[Anchor]) -> None:
    graph, ordered = graphs.statements, sorted(set(anchors))
    for anchor in ordered:
        graph.add((node, OA.hasTarget, add_target(graphs.evidence, shelf, anchor)))
        graph.add((node, PROV.wasDerivedFrom, iri(anchor.document)))
    graph.add((node, ACC.excerpt, quote(excerpt(shelf.words(a) for a in ordered))))
    graph.add((node, ACC.support, ACC.OneSentence if len(ordered) == 1 else ACC.SeveralSentences))


def _add_origin(graph: set[Triple], node: Term, rule: str, confidence: float) -> None:
    graph.add((node, ACC.rule, quote(rule)))
    graph.add((node, ACC.confidence, decimal(Decimal(str(round(confidence, 4))))))


def _add_texts(graph: set[Triple], node: Term, texts: dict[Term, str | None]) -> None:
    for term, text in texts.items():
        if text:
            graph.add((node, term, quote(" ".join(text.split()))))
