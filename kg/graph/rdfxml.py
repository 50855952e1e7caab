"""RDF/XML, the older form that many tools still ask for: one element for each subject, as the subjects come.

XML 1.0 has no place for most control characters, and a predicate must end like an element's name: both are refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from kg.errors import InputError
from kg.graph.terms import RDF, Term, is_iri, split_literal, text_of
from kg.namespaces import PREFIXES

#: What no document of XML 1.0 may hold (section 2.2).
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: The longest ending of an IRI that is a name without a colon (Namespaces in XML, NCName); ASCII suffices here.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")


def to_rdfxml(
    subjects: Iterable[tuple[str, Mapping[Term, Collection[Term]]]], prefixes: Mapping[str, str]
) -> Iterator[str]:
    """The pieces of a document.

    Args:
        subjects: IRI and the objects by predicate, each subject once.
        prefixes: prefix → namespace, to be declared once; other predicates declare their own.

    Raises:
        InputError: XML cannot hold a predicate or a text.
    """
    known = {"rdf": PREFIXES["rdf"], **prefixes}
    names = {namespace: prefix for prefix, namespace in reversed(list(known.items()))}
    declared = "".join(f"\n    xmlns:{prefix}={quoteattr(namespace)}" for prefix, namespace in sorted(known.items()))
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n'
    for subject, properties in subjects:
        yield f"  <rdf:Description rdf:about={quoteattr(subject)}>\n"
        for predicate in sorted(properties, key=lambda p: (p != RDF.type, p)):
            tag, namespace = _element(predicate, names)
            for value in sorted(properties[predicate]):
                yield f"    <{tag}{namespace}{_content(value, tag)}\n"
        yield "  </rdf:Description>\n"
    yield "</rdf:RDF>\n"


def _element(predicate: Term, names: Mapping[str, str]) -> tuple[str, str]:
    """The name of the element, and what declares its namespace where the document does not."""
    iri = predicate[1:-1]
    found = _NAME.search(iri)
    if not found:
        hint = "write another format: Turtle holds every predicate"
        raise InputError(f"cannot be an element of RDF/XML: {predicate}", hint=hint)
    namespace, local = iri[: found.start()], found[0]
    if namespace in names:
        return f"{names[namespace]}:{local}", ""
    return f"p:{local}", f" xmlns:p={quoteattr(namespace)}"


def _content(value: Term, tag: str) -> str:
    if is_iri(value):
        return f" rdf:resource={quoteattr(value[1:-1])}/>"
    text, mark = text_of(value), split_literal(value)[1]
    if found := UNWRITABLE.search(text):
        hint = "write another format: Turtle holds every character"
        raise InputError(f"XML has no place for U+{ord(found[0]):04X}, which stands in {value[:80]}", hint=hint)
    kind = f" xml:lang={quoteattr(mark[1:])}" if mark.startswith("@") else ""
    kind = f" rdf:datatype={quoteattr(mark[3:-1])}" if mark.startswith("^^") else kind
    # A carriage return would be read as a line feed (section 2.11).
    return f"{kind}>{escape(text, {chr(13): '&#13;'})}</{tag}>"
