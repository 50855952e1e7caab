"""Turtle and TriG that read well and never vary: sorted subjects, readable prefixes, one fixed form for each term."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import IO

from rdflib import Dataset
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.term import Node

from kg.graph.quads import Quads, as_quads
from kg.graph.terms import RDF, RDFS, SKOS, XSD, Term, Triple, is_iri, n3, split_literal, text_of
from kg.namespaces import PREFIXES

#: A remark on one triple, written as a comment after it.
Remark = Callable[[Term, Term, Term], str | None]
#: A term as Turtle writes it.
Write = Callable[[Term], str]

_FIRST = {RDF.type: 0, SKOS.prefLabel: 1, RDFS.label: 2, SKOS.altLabel: 3}
_BARE = {XSD.integer: r"-?(0|[1-9]\d*)", XSD.decimal: r"-?\d+\.\d+", XSD.boolean: "true|false"}
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
#: Terms whose form is kept; a large graph has too many.
_REMEMBERED = 1 << 16


def find_prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """Prefix → namespace for the terms in use: the known ones, and one for each kind of subject (".../person/")."""
    return prefixes_of(*namespaces(triples))


def namespaces(triples: Iterable[Triple]) -> tuple[set[str], set[str]]:
    """The namespaces of all terms, and those of subjects."""
    terms, subjects = set[Term](), set[Term]()
    for triple in triples:
        terms.update(triple)
        subjects.add(triple[0])
    return {n for t in terms if (n := namespace_of(t))}, {namespace_of(s) for s in subjects}


def namespace_of(term: Term) -> str:
    """The namespace of an IRI, or of the datatype of a literal; "" where it has none."""
    if is_iri(term):
        return _namespace(term[1:-1])
    return "" if term.endswith('"') or not (mark := split_literal(term)[1]).startswith("^^") else _namespace(mark[3:-1])


def prefixes_of(used: Collection[str], subjects: Iterable[str]) -> dict[str, str]:
    """Prefix → namespace, as `find_prefixes`, of the namespaces of terms and of subjects."""
    found = {p: n for p, n in PREFIXES.items() if any(namespace.startswith(n) for namespace in used)}
    for namespace in sorted(set(subjects)):
        name = namespace.rstrip("/").rpartition("/")[2]
        if re.fullmatch(r"[a-z][a-z0-9-]*", name) and namespace not in found.values():
            found.setdefault(name, namespace)
    return dict(sorted(found.items()))


def header(prefixes: Mapping[str, str]) -> str:
    """The prefix lines."""
    return "".join(f"@prefix {p}: <{n}> .\n" for p, n in prefixes.items())


def writer(prefixes: Mapping[str, str]) -> Write:
    """What writes terms with these prefixes; it remembers what it wrote last."""
    names = {namespace: prefix for prefix, namespace in reversed(list(prefixes.items()))}
    written: dict[Term, str] = {}

    def write(term: Term) -> str:
        if term[-1] == '"':
            return term
        found = written.get(term)
        if found is None:
            if len(written) > _REMEMBERED:
                written.clear()
            found = written[term] = _shortened(term, names) if is_iri(term) else _literal(term, write)
        return found

    return write


def blocks(
    triples: Iterable[Triple],
    write: Write,
    *,
    order: Callable[[Term], object] = text_of,
    remark: Remark | None = None,
    indent: str = "",
) -> str:
    """One block for each subject, in the given order of subjects.

    Args:
        triples: what to write; duplicates are written once.
        write: as from `writer`.
        order: sort key of subjects.
        remark: gives the comment that follows a triple; a remarked object stands on its own line.
        indent: before every line.
    """
    grouped: dict[Term, dict[Term, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for s, p, o in triples:
        grouped[s][p].add(o)
    block = block_writer(write, indent)
    written = []
    for subject in sorted(grouped, key=lambda s: (order(s), text_of(s))):
        if remark is None:
            written.append(block(subject, grouped[subject]))
        else:
            lines = _lines(subject, grouped[subject], write, remark)
            written.append("".join(f"{indent}{line}\n" for line in lines))
    return "\n".join(written)


def block_writer(write: Write, indent: str = "") -> Callable[[Term, Mapping[Term, Collection[Term]]], str]:
    """What writes one subject with its properties, predicate → distinct objects."""
    # Most subjects have the same few properties as others of their kind.
    orders: dict[tuple[Term, ...], list[tuple[Term, str]]] = {}

    def order(predicates: tuple[Term, ...]) -> list[tuple[Term, str]]:
        if len(orders) > _REMEMBERED:
            orders.clear()
        found = sorted(predicates, key=lambda p: (_FIRST.get(p, len(_FIRST)), write(p)))
        orders[predicates] = [(p, "a" if p == RDF.type else write(p)) for p in found]
        return orders[predicates]

    def block(subject: Term, properties: Mapping[Term, Collection[Term]]) -> str:
        predicates = tuple(properties)
        rows = []
        for predicate, verb in orders.get(predicates) or order(predicates):
            values = properties[predicate]
            if len(values) == 1:
                (value,) = values
                rows.append(f"{verb} {write(value)}")
            else:
                iris, others = [write(v) for v in values if is_iri(v)], [write(v) for v in values if not is_iri(v)]
                rows.append(f"{verb} {', '.join(sorted(iris) + sorted(others))}")
        return f"{indent}{write(subject)} {between.join(rows)} .\n"

    between = f" ;\n{indent}    "
    return block


def to_turtle(triples: Iterable[tuple[Node | Term, Node | Term, Node | Term]]) -> bytes:
    """All triples, subjects in order of their IRIs.

    Raises:
        ValueError: a blank node.
    """
    kept = [(n3(s), n3(p), n3(o)) for s, p, o in triples]
    prefixes = find_prefixes(kept)
    return f"{header(prefixes)}\n{blocks(kept, writer(prefixes))}".encode()


def write_turtle(triples: Sequence[Triple], file: IO[bytes]) -> None:
    """The same, written subject by subject.

    Args:
        triples: those of one subject next to each other.
        file: what is written to.
    """
    prefixes, starts = find_prefixes(triples), dict[Term, int]()
    for number, (subject, _, _) in enumerate(triples):
        starts.setdefault(subject, number)
    block = block_writer(writer(prefixes))
    file.write(f"{header(prefixes)}\n".encode())
    for position, subject in enumerate(sorted(starts, key=text_of)):
        properties: dict[Term, set[Term]] = defaultdict(set)
        number = starts[subject]
        while number < len(triples) and triples[number][0] == subject:
            properties[triples[number][1]].add(triples[number][2])
            number += 1
        file.write(("\n" * bool(position) + block(subject, properties)).encode())


def to_trig(dataset: Dataset | Quads) -> bytes:
    """All named graphs, in order of their names.

    Raises:
        ValueError: a blank node.
    """
    graphs = sorted(as_quads(dataset).named.items(), key=lambda item: item[0] or DATASET_DEFAULT_GRAPH_ID)
    named = {name: triples for name, triples in graphs if triples}
    prefixes = find_prefixes([t for triples in named.values() for t in triples])
    write = writer(prefixes)
    parts = [
        f"<{name}> {{\n{blocks(triples, write, indent='    ')}}}\n" if name else blocks(triples, write)
        for name, triples in named.items()
    ]
    return "\n".join([header(prefixes), *parts]).encode()


def _lines(subject: Term, properties: Mapping[Term, set[Term]], write: Write, remark: Remark) -> list[str]:
    rows: list[tuple[str, str]] = []
    for predicate in sorted(properties, key=lambda p: (_FIRST.get(p, len(_FIRST)), write(p))):
        verb = "a" if predicate == RDF.type else write(predicate)
        plain, remarked = [], []
        values = properties[predicate]
        for value in values if len(values) == 1 else sorted(values, key=lambda o: (not is_iri(o), write(o))):
            comment = remark(subject, predicate, value)
            if comment:
                remarked.append((f"{verb} {write(value)}", comment))
            else:
                plain.append(write(value))
        rows += ([(f"{verb} {', '.join(plain)}", "")] if plain else []) + remarked
    lines = []
    for number, (row, comment) in enumerate(rows):
        start = f"{write(subject)} " if number == 0 else "    "
        end = " ." if number == len(rows) - 1 else " ;"
        lines.append(f"{start}{row}{end}" + (f"  # {comment}" if comment else ""))
    return lines


def _shortened(term: Term, names: Mapping[str, str]) -> str:
    namespace = _namespace(term[1:-1])
    local = term[1 + len(namespace) : -1]
    return f"{names[namespace]}:{local}" if namespace in names and _LOCAL.fullmatch(local) else term


def _literal(term: Term, write: Write) -> str:
    words, mark = split_literal(term)
    if not mark.startswith("^^"):
        return term
    datatype = mark[2:]
    bare = words[1:-1]
    return bare if re.fullmatch(_BARE.get(datatype, "(?!)"), bare) else f"{words}^^{write(datatype)}"


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
