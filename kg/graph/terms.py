"""Terms of RDF as plain strings, in the canonical form of N-Triples: what a build makes its triples of.

`<https://w3id.org/accord/ns#status>`, `"2015"^^<http://www.w3.org/2001/XMLSchema#gYear>`: such a string is written as
it stands, and to compare two is the interpreter's work; the terms of rdflib compare and hash themselves in Python.
Blank nodes are written nowhere; in what others wrote they may stand as `_:name`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rdflib import XSD as RDFLIB_XSD
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from kg.namespaces import PREFIXES

Term = str
Triple = tuple[Term, Term, Term]

_ESCAPES = {chr(n): f"\\u{n:04X}" for n in (*range(32), 127)}
_ESCAPES |= {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_TRANSLATION = str.maketrans(_ESCAPES)
_SPECIAL = re.compile('["\\\\\x00-\x1f\x7f]')
_PLAIN = {escaped: c for c, escaped in _ESCAPES.items()}
_ESCAPED = re.compile(r"\\(?:u[0-9A-F]{4}|.)")


class Vocabulary:
    """A namespace whose terms are written `ACC.status`, or `DCTERMS["format"]` where a string has such a method."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Term:
        term = self[name]
        setattr(self, name, term)  # the next time it is found without this call
        return term

    def __getitem__(self, name: str) -> Term:
        return f"<{self._namespace}{name}>"


ACC = Vocabulary(PREFIXES["acc"])
CITO = Vocabulary(PREFIXES["cito"])
DCTERMS = Vocabulary(PREFIXES["dcterms"])
OA = Vocabulary(PREFIXES["oa"])
ORG = Vocabulary(PREFIXES["org"])
OWL = Vocabulary(PREFIXES["owl"])
PROV = Vocabulary(PREFIXES["prov"])
RDF = Vocabulary(PREFIXES["rdf"])
RDFS = Vocabulary(PREFIXES["rdfs"])
SCHEMA = Vocabulary(PREFIXES["schema"])
SKOS = Vocabulary(PREFIXES["skos"])
VOID = Vocabulary(PREFIXES["void"])
XSD = Vocabulary(PREFIXES["xsd"])


def iri(text: str) -> Term:
    """An IRI as a term."""
    return f"<{text}>"


def quote(text: str) -> Term:
    """A string as a literal (RDF 1.2 N-Triples, section 4)."""
    return f'"{text.translate(_TRANSLATION)}"' if _SPECIAL.search(text) else f'"{text}"'


def typed(text: str, datatype: Term) -> Term:
    """A literal of a datatype."""
    return f"{quote(text)}^^{datatype}"


def is_iri(term: Term) -> bool:
    """Whether a term is an IRI, not a literal."""
    return term.startswith("<")


def split_literal(term: Term) -> tuple[Term, str]:
    """The quoted words of a literal, and what follows them: "", "@en" or "^^<…>"."""
    end = term.rindex('"') + 1
    return term[:end], term[end:]


def text_of(term: Term) -> str:
    """The IRI without brackets, the words of a literal without marks and escapes, the name of a blank node."""
    if is_iri(term):
        return term[1:-1]
    if term.startswith("_:"):
        return term[2:]
    words = split_literal(term)[0][1:-1]
    return _ESCAPED.sub(lambda found: _PLAIN[found[0]], words) if "\\" in words else words


def n3(term: Node | Term) -> Term:
    """A term of rdflib as a string; a string as it is.

    Raises:
        ValueError: a blank node; the output has none.
    """
    if type(term) is str:
        return term
    if isinstance(term, URIRef):
        return f"<{term}>"
    if isinstance(term, Literal):
        if term.language:
            return f"{quote(term)}@{term.language}"
        return quote(term) if term.datatype in (None, RDFLIB_XSD.string) else f"{quote(term)}^^<{term.datatype}>"
    raise ValueError(f"not a term that Accord writes: {term!r}")


def node(term: Node | Term) -> Node:
    """A string as a term of rdflib, letter by letter; a term of rdflib as it is."""
    if type(term) is not str:
        return term  # type: ignore[return-value]  # terms of rdflib are strings of their own kinds
    if is_iri(term):
        return str.__new__(URIRef, term[1:-1])  # rdflib would look at every letter, and only write to a log
    if term.startswith("_:"):
        return BNode(term[2:])
    return _typed_literal(term) if term[-1] == ">" else _literal(term)


def _literal(term: Term) -> Literal:
    mark = split_literal(term)[1]
    if mark.startswith("@"):
        return Literal(text_of(term), lang=mark[1:])
    return Literal(text_of(term), datatype=URIRef(mark[3:-1]) if mark else None, normalize=False)


#: Figures, dates and offsets come again, and rdflib takes long to make them.
_typed_literal = lru_cache(maxsize=8192)(_literal)
