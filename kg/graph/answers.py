"""Answers in the formats of W3C's SPARQL 1.1 recommendations, and triples in those of RDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph.query import Result, Term, to_turtle
from kg.namespaces import PREFIXES

_XSD = PREFIXES["xsd"]
_INTEGER = r"[+-]?[0-9]+"
_DECIMAL = r"[+-]?[0-9]*\.[0-9]+"
#: Literals that Turtle writes bare (Turtle, section 2.5.2 and 2.5.3).
_BARE = {f"{_XSD}integer": _INTEGER, f"{_XSD}decimal": _DECIMAL, f"{_XSD}boolean": "true|false"}
#: What no XML 1.0 document may hold, not even escaped; compiled where XML is written, for that takes milliseconds.
_NOT_XML = r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def to_csv(result: Result) -> str:
    """SPARQL 1.1 Query Results CSV Format: values alone, lines end in CR LF."""
    import csv
    import io

    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(result.columns)
    lines.writerows([_csv_value(t) for t in row] for row in result.rows)
    return text.getvalue()


def to_tsv(result: Result) -> str:
    """SPARQL 1.1 Query Results TSV Format: terms as in Turtle."""
    lines = ["\t".join(f"?{name}" for name in result.columns)]
    lines += ["\t".join(_tsv_term(t) for t in row) for row in result.rows]
    return "".join(f"{line}\n" for line in lines)


def to_json(result: Result) -> str:
    """SPARQL 1.1 Query Results JSON Format."""
    if result.form == "ask":
        return dump({"head": {}, "boolean": bool(result.answer)})
    bindings = [
        {name: _json_term(term) for name, term in zip(result.columns, row, strict=True) if term} for row in result.rows
    ]
    return dump({"head": {"vars": list(result.columns)}, "results": {"bindings": bindings}})


def to_xml(result: Result) -> str:
    """SPARQL Query Results XML Format; characters that XML cannot hold become U+FFFD."""
    from xml.sax.saxutils import quoteattr  # the other formats need not wait for it

    head = "".join(f"<variable name={quoteattr(name)}/>" for name in result.columns if result.form != "ask")
    if result.form == "ask":
        body = f"<boolean>{'true' if result.answer else 'false'}</boolean>"
    else:
        rows = (
            "".join(
                f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>"
                for name, term in zip(result.columns, row, strict=True)
                if term
            )
            for row in result.rows
        )
        body = "<results>\n" + "".join(f"<result>{row}</result>\n" for row in rows) + "</results>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>{head}</head>\n{body}\n</sparql>\n'
    )


def dump(value: object) -> str:
    """A line of JSON."""
    import json  # the other formats need not wait for it

    return json.dumps(value, ensure_ascii=False) + "\n"


def to_boolean(result: Result) -> str:
    """The answer to ASK as a line of text, for formats that W3C gives no form of it."""
    return "true\n" if result.answer else "false\n"


@dataclass(frozen=True, slots=True)
class Media:
    """A format: its media type, other names that are taken for it, and what writes it."""

    type: str
    others: tuple[str, ...]
    write: Callable[[Result], bytes]


def _text(write: Callable[[Result], str]) -> Callable[[Result], bytes]:
    return lambda result: (to_boolean(result) if result.form == "ask" else write(result)).encode()


def _rdf(form: ox.RdfFormat) -> Callable[[Result], bytes]:
    def write(result: Result) -> bytes:
        quads = ox.parse(result.turtle or b"", format=ox.RdfFormat.TURTLE)
        return ox.serialize((quad.triple for quad in quads), format=form) or b""

    return write


#: Formats of the answers to SELECT and ASK, the usual one first.
TABLES = {
    "json": Media("application/sparql-results+json", ("application/json",), lambda r: to_json(r).encode()),
    "xml": Media("application/sparql-results+xml", ("application/xml", "text/xml"), lambda r: to_xml(r).encode()),
    "csv": Media("text/csv; charset=utf-8", (), _text(to_csv)),
    "tsv": Media("text/tab-separated-values; charset=utf-8", (), _text(to_tsv)),
}
#: Formats of the answers to CONSTRUCT and DESCRIBE.
GRAPHS = {
    "ttl": Media("text/turtle; charset=utf-8", ("application/x-turtle",), lambda r: r.turtle or b""),
    "nt": Media("application/n-triples", ("text/plain",), _rdf(ox.RdfFormat.N_TRIPLES)),
    "jsonld": Media("application/ld+json", ("application/json",), _rdf(ox.RdfFormat.JSON_LD)),
    "rdf": Media("application/rdf+xml", ("application/xml", "text/xml"), _rdf(ox.RdfFormat.RDF_XML)),
}


def serialized(triples: Iterable[ox.Triple]) -> Result:
    """A graph as an answer."""
    return Result(form="graph", turtle=to_turtle(sorted(set(triples), key=str)))


def read_turtle(text: str) -> Result:
    """A graph as an answer, from Turtle of our own.

    Raises:
        SyntaxError: it is malformed, which is an error of ours.
    """
    return serialized(quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))


def _csv_value(term: Term | None) -> str:
    if term is None:
        return ""
    return f"_:{term.value}" if term.kind == "bnode" else term.value


def _tsv_term(term: Term | None) -> str:
    if term is None:
        return ""
    if term.kind == "iri":
        return f"<{term.value}>"
    if term.kind == "bnode":
        return f"_:{term.value}"
    if term.datatype in _BARE and re.fullmatch(_BARE[term.datatype], term.value):
        return term.value
    quoted = f'"{term.value.translate(_ESCAPES)}"'
    if term.language:
        return f"{quoted}@{term.language}"
    return f"{quoted}^^<{term.datatype}>" if term.datatype else quoted


def _xml_term(term: Term) -> str:
    text = re.sub(_NOT_XML, "\ufffd", term.value)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")
    if term.kind != "literal":
        tag = "uri" if term.kind == "iri" else "bnode"
        return f"<{tag}>{text}</{tag}>"
    kind = f' xml:lang="{term.language}"' if term.language else ""
    kind += f' datatype="{_xml_attribute(term.datatype)}"' if term.datatype else ""
    return f"<literal{kind}>{text}</literal>"


def _xml_attribute(iri: str) -> str:
    return iri.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _json_term(term: Term) -> dict[str, str]:
    kind = {"iri": "uri"}.get(term.kind, term.kind)
    extra = {"xml:lang": term.language, "datatype": term.datatype}
    return {"type": kind, "value": term.value, **{k: v for k, v in extra.items() if v}}
