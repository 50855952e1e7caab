"""The outcome of validation, for people (report.txt) and for machines (report.ttl, a sh:ValidationReport)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from rdflib import RDF, RDFS, SH, Literal, URIRef
from rdflib.term import Node

from kg.graph.turtle import to_turtle
from kg.graph.validate import Report
from kg.graph.vocabulary import ACC
from kg.model import Finding, Severity, Skipped
from kg.namespaces import expand, mint


def report_text(report: Report, skipped: Iterable[Skipped] = ()) -> bytes:
    """The report in words: the verdict, how much was checked, then each finding with its sentence."""
    verdict = "conforms" if report.conforms else "does not conform"
    lines = [f"The graph {verdict}: {report.shapes} shapes on {report.focus_nodes} nodes."]
    for severity in Severity:
        found = [f for f in report.findings if f.severity is severity]
        if found:
            lines.append(f"\n{severity.value}: {len(found)}")
            lines += [finding_text(f) for f in found]
    left_out = list(skipped)
    if left_out:
        lines.append(f"\nNot read: {len(left_out)}")
        # The name alone: the same sources from another folder give the same report.
        lines += [f"- {PurePath(s.source).name}: {s.reason}" for s in left_out]
    return ("\n".join(lines) + "\n").encode()


def finding_text(finding: Finding) -> str:
    """One finding: message, then node, path, value, shape and sentence where it has them."""
    lines = [f"- {finding.message}", f"  at {finding.focus}"]
    for label, value in (("path", finding.path), ("value", finding.value), ("shape", finding.shape)):
        if value:
            lines.append(f"  {label} {value}")
    if finding.sentence:
        lines.append(f"  “{finding.sentence}”")
    return "\n".join(lines)


def report_turtle(report: Report, base: str) -> bytes:
    """The report as a SHACL validation report (SHACL, 3.6) whose results have IRIs."""
    node = URIRef(mint(base, "report", *(repr(f) for f in report.findings), report.shapes, report.focus_nodes))
    triples: list[tuple[Node, Node, Node]] = [
        (node, RDF.type, SH.ValidationReport),
        (node, SH.conforms, Literal(report.conforms)),
        (node, ACC.shapesApplied, Literal(report.shapes)),
        (node, ACC.focusNodes, Literal(report.focus_nodes)),
    ]
    for finding in report.findings:
        result = URIRef(mint(base, "result", repr(finding)))
        triples.append((node, SH.result, result))
        triples += _result(result, finding)
    return to_turtle(triples)


def _result(result: URIRef, finding: Finding) -> Iterable[tuple[Node, Node, Node]]:
    yield result, RDF.type, SH.ValidationResult
    yield result, SH.resultSeverity, SH[finding.severity.value]
    yield result, SH.resultMessage, Literal(finding.message)
    for predicate, value in (
        (SH.focusNode, finding.focus),
        (SH.resultPath, finding.path),
        (SH.value, finding.value),
        (SH.sourceShape, finding.shape),
    ):
        if value:
            iri = expand(value)
            yield result, predicate, URIRef(iri) if iri else Literal(value)
    if finding.sentence:
        yield result, RDFS.comment, Literal(finding.sentence)
