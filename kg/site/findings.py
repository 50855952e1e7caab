"""What validation and audit found, for the pages."""

from __future__ import annotations

from typing import Any

from kg.graph.audit import Oddity
from kg.graph.query import open_source
from kg.graph.stated import RDFS, Reader
from kg.model import Severity
from kg.namespaces import PREFIXES, shrink
from kg.site.records import tail

Record = dict[str, Any]

SH = PREFIXES["sh"]


def finding_record(found: Oddity, base: str) -> Record:
    """A finding of the audit; `statements` begins with the one in question."""
    return {
        "severity": found.severity.value,
        "check": found.check,
        "label": found.label,
        "message": found.message,
        "calculation": found.calculation,
        "confirms": found.confirms,
        "statements": [tail(base, s.iri) for s in found.statements],
    }


def validation_record(report: bytes, text: str, base: str) -> Record:
    """The report of validation: whether the graph conforms, each result, and the report in words."""
    reader = Reader(open_source(report, "ttl", "report.ttl"))
    results: list[Record] = []
    for node, message in reader.pairs(SH + "resultMessage"):
        focus = reader.value(node, SH + "focusNode")
        results.append(
            {
                "severity": reader.value(node, SH + "resultSeverity").removeprefix(SH),
                "message": message,
                "focus": tail(base, focus),
                "path": shrink(reader.value(node, SH + "resultPath")),
                "value": tail(base, reader.value(node, SH + "value")),
                "shape": shrink(reader.value(node, SH + "sourceShape")),
                "words": reader.values(node, RDFS + "comment"),
            }
        )
    ranks = [severity.value for severity in Severity]
    results.sort(key=lambda r: (ranks.index(str(r["severity"])), r["message"], r["focus"], r["value"]))
    conforms = any(value == "true" for _, value in reader.pairs(SH + "conforms"))
    return {"conforms": conforms, "results": results, "text": text}
