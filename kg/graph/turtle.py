"""Turtle and TriG that read well and never vary: sorted subjects, readable prefixes, one fixed form for each term."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from rdflib import RDF, RDFS, XSD, Dataset, Graph, Literal, URIRef
from rdflib.term import Node

from kg.graph.vocabulary import SKOS
from kg.namespaces import PREFIXES

Triple = tuple[Node, Node, Node]
#: A remark on one triple, written as a comment after it.
Remark = Callable[[Node, Node, Node], str | None]

_FIRST: list[Node] = [RDF.type, SKOS.prefLabel, RDFS.label, SKOS.altLabel]
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
    "\x7f": "\\u007F",
}
_BARE = {XSD.integer: r"-?(0|[1-9]\d*)", XSD.decimal: r"-?\d+\.\d+", XSD.boolean: "true|false"}


def quote(text: str) -> str:
    """A string literal in the canonical form of N-Triples (RDF 1.2 N-Triples, section 4)."""
    escaped = (_ESCAPES.get(c) or (f"\\u{ord(c):04X}" if c < " " else c) for c in text)
    return f'"{"".join(escaped)}"'


def n3(term: Node) -> str:
    """A term as in N-Triples.

    Raises:
        ValueError: a blank node; the output has none.
    """
    if isinstance(term, URIRef):
        return f"<{term}>"
    if isinstance(term, Literal):
        if term.language:
            return f"{quote(term)}@{term.language}"
        return quote(term) if term.datatype in (None, XSD.string) else f"{quote(term)}^^<{term.datatype}>"
    raise ValueError(f"not a term that Accord writes: {term!r}")


def find_prefixes(terms: Iterable[Node], subjects: Iterable[Node]) -> dict[str, str]:
    """Prefix → namespace for the terms in use: the known ones, and one for each kind of subject (".../person/")."""
    used = {str(t) for t in terms if isinstance(t, URIRef)}
    used |= {str(t.datatype) for t in terms if isinstance(t, Literal) and t.datatype}
    found = {p: n for p, n in PREFIXES.items() if any(iri.startswith(n) for iri in used)}
    for namespace in sorted({_namespace(s) for s in subjects if isinstance(s, URIRef)}):
        name = namespace.rstrip("/").rpartition("/")[2]
        if re.fullmatch(r"[a-z][a-z0-9-]*", name) and namespace not in found.values():
            found.setdefault(name, namespace)
    return dict(sorted(found.items()))


def header(prefixes: Mapping[str, str]) -> str:
    """The prefix lines."""
    return "".join(f"@prefix {p}: <{n}> .\n" for p, n in prefixes.items())


def blocks(
    triples: Iterable[Triple],
    prefixes: Mapping[str, str],
    *,
    order: Callable[[Node], object] = str,
    remark: Remark | None = None,
    indent: str = "",
) -> str:
    """One block for each subject, in the given order of subjects.

    Args:
        triples: what to write; duplicates are written once.
        prefixes: as from `find_prefixes`.
        order: sort key of subjects.
        remark: gives the comment that follows a triple; a remarked object stands on its own line.
        indent: before every line.
    """
    grouped: dict[Node, dict[Node, set[Node]]] = defaultdict(lambda: defaultdict(set))
    for s, p, o in triples:
        grouped[s][p].add(o)
    written = []
    for subject in sorted(grouped, key=lambda s: (order(s), str(s))):
        lines = _lines(subject, grouped[subject], prefixes, remark)
        written.append("".join(f"{indent}{line}\n" for line in lines))
    return "\n".join(written)


def to_turtle(triples: Iterable[Triple]) -> bytes:
    """All triples, subjects in order of their IRIs."""
    kept = list(triples)
    prefixes = find_prefixes([t for triple in kept for t in triple], [s for s, _, _ in kept])
    return f"{header(prefixes)}\n{blocks(kept, prefixes)}".encode()


def to_trig(dataset: Dataset) -> bytes:
    """All named graphs, in order of their names."""
    quads = list(dataset.quads())
    prefixes = find_prefixes([t for s, p, o, _ in quads for t in (s, p, o)], [s for s, _, _, _ in quads])
    graphs = sorted((g for g in dataset.graphs() if len(g)), key=lambda g: str(g.identifier))
    return "\n".join([header(prefixes), *(_graph(g, prefixes) for g in graphs)]).encode()


def _graph(graph: Graph, prefixes: Mapping[str, str]) -> str:
    if str(graph.identifier).startswith("urn:x-rdflib:"):  # the default graph
        return blocks(graph, prefixes)
    return f"{n3(graph.identifier)} {{\n{blocks(graph, prefixes, indent='    ')}}}\n"


def _lines(
    subject: Node, properties: Mapping[Node, set[Node]], prefixes: Mapping[str, str], remark: Remark | None
) -> list[str]:
    rows: list[tuple[str, str]] = []
    for predicate in sorted(properties, key=lambda p: _rank(p, prefixes)):
        verb = "a" if predicate == RDF.type else _term(predicate, prefixes)
        plain, remarked = [], []
        for value in sorted(properties[predicate], key=lambda o: _sort_key(o, prefixes)):
            comment = remark(subject, predicate, value) if remark else None
            text = _term(value, prefixes)
            if comment:
                remarked.append((f"{verb} {text}", comment))
            else:
                plain.append(text)
        rows += ([(f"{verb} {', '.join(plain)}", "")] if plain else []) + remarked
    lines = []
    for number, (row, comment) in enumerate(rows):
        start = f"{_term(subject, prefixes)} " if number == 0 else "    "
        end = " ." if number == len(rows) - 1 else " ;"
        lines.append(f"{start}{row}{end}" + (f"  # {comment}" if comment else ""))
    return lines


def _rank(predicate: Node, prefixes: Mapping[str, str]) -> tuple[int, str]:
    return (_FIRST.index(predicate) if predicate in _FIRST else len(_FIRST), _term(predicate, prefixes))


def _sort_key(value: Node, prefixes: Mapping[str, str]) -> tuple[bool, str]:
    return isinstance(value, Literal), _term(value, prefixes)


def _term(term: Node, prefixes: Mapping[str, str]) -> str:
    if isinstance(term, URIRef):
        namespace = _namespace(term)
        for prefix, known in prefixes.items():
            if known == namespace and re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]*", term[len(namespace) :]):
                return f"{prefix}:{term[len(namespace) :]}"
    if isinstance(term, Literal) and term.datatype not in (None, XSD.string):
        if re.fullmatch(_BARE.get(term.datatype, "(?!)"), term):
            return str(term)
        return f"{quote(term)}^^{_term(term.datatype, prefixes)}"
    return n3(term)


def _namespace(iri: URIRef) -> str:
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    return str(iri[:cut])
