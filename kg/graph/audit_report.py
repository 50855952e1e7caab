"""What the audit found, for machines: a sh:ValidationReport, whose results name the statements that they compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib import RDF, RDFS, SH, Literal, URIRef
from rdflib.term import Node

from kg.graph.audit import AUDIT, Oddity
from kg.graph.turtle import to_turtle
from kg.graph.vocabulary import PROV
from kg.model import Severity
from kg.namespaces import DATA, mint

Triple = tuple[Node, Node, Node]


def audit_turtle(found: Iterable[Oddity]) -> bytes:
    """The findings as a SHACL validation report (SHACL, 3.6), in Turtle; it conforms where nothing is a violation.

    The focus node of a result is the statement in question, prov:wasDerivedFrom names all that are compared, and
    sh:sourceShape the check.
    """
    items = list(found)
    base = _base(items)
    report = URIRef(mint(base, "report", "audit", *(repr(item) for item in items)))
    conforms = all(item.severity is not Severity.VIOLATION for item in items)
    triples: list[Triple] = [(report, RDF.type, SH.ValidationReport), (report, SH.conforms, Literal(conforms))]
    for item in items:
        result = URIRef(mint(base, "result", repr(item)))
        triples.append((report, SH.result, result))
        triples += _result(result, item)
    return to_turtle(triples)


def _base(items: list[Oddity]) -> str:
    """What the IRIs of the data begin with: those of statements are base, kind, name."""
    return items[0].statements[0].iri.rsplit("/", 2)[0] + "/" if items else DATA


def _result(result: URIRef, item: Oddity) -> Iterator[Triple]:
    check = URIRef(AUDIT + item.check)
    yield result, RDF.type, SH.ValidationResult
    yield result, SH.resultSeverity, SH[item.severity.value]
    yield result, SH.resultMessage, Literal(f"{item.message}; {item.calculation}")
    yield result, SH.focusNode, URIRef(item.statements[0].iri)
    yield result, SH.sourceShape, check
    yield result, SH.sourceConstraintComponent, SH.SPARQLConstraintComponent
    yield check, RDFS.label, Literal(item.label)
    for statement in item.statements:
        yield result, PROV.wasDerivedFrom, URIRef(statement.iri)
    for words in sorted({statement.excerpt for statement in item.statements}):
        yield result, RDFS.comment, Literal(words)
