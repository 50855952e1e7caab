"""The lexicon: which words stand for which terms of the ontology, read from OntoLex-Lemon Turtle.

An entry is an `ontolex:LexicalEntry` with a canonical form, other forms, a part of speech, and what it denotes
(`ontolex:denotes`, W3C OntoLex-Lemon, 3.3). Entries that take arguments carry a `synsem:synBehavior` whose type is
a LexInfo frame, with a preposition where the frame has one (synsem module, section 4).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter

from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg import assets
from kg.errors import AssetError
from kg.namespaces import ACC

ONTOLEX = Namespace("http://www.w3.org/ns/lemon/ontolex#")
SYNSEM = Namespace("http://www.w3.org/ns/lemon/synsem#")
LEXINFO = Namespace("http://www.lexinfo.net/ontology/3.0/lexinfo#")
LEX = Namespace("https://w3id.org/accord/lexicon#")

logging.getLogger("rdflib.term").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One word or phrase and the term it stands for.

    Attributes:
        name: local name of the entry in the lexicon.
        lemma: canonical form; `forms` holds it and all other forms, sorted.
        part_of_speech: local name in LexInfo ("noun", "verb", "adjective", "adverb", "preposition").
        denotes: local name in acc: (or in lex: for categories that are no terms of the ontology).
        frame: local name of the LexInfo frame ("TransitiveFrame", "IntransitivePPFrame", "NounPPFrame", …) or None.
        prepositions: of the frame's adjunct, sorted.
        inverse: the frame's subject is the object of the relation.
    """

    name: str
    lemma: str
    forms: tuple[str, ...]
    part_of_speech: str
    denotes: str
    frame: str | None = None
    prepositions: tuple[str, ...] = ()
    inverse: bool = False


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All entries, sorted by name.

    A lexicon equals only itself, so that it is a cheap key of what is compiled from it.
    """

    entries: tuple[Entry, ...]

    @cached_property
    def _by_term(self) -> dict[str, tuple[tuple[int, Entry], ...]]:
        """Term → its entries with their places among all."""
        table: dict[str, list[tuple[int, Entry]]] = {}
        for place, entry in enumerate(self.entries):
            table.setdefault(entry.denotes, []).append((place, entry))
        return {term: tuple(found) for term, found in table.items()}

    def denoting(self, *terms: str) -> tuple[Entry, ...]:
        """The entries that denote one of the terms (local names)."""
        if len(terms) == 1:
            return tuple(entry for _, entry in self._by_term.get(terms[0], ()))
        found = (pair for term in dict.fromkeys(terms) for pair in self._by_term.get(term, ()))
        return tuple(entry for _, entry in sorted(found, key=itemgetter(0)))

    def forms(self, *terms: str) -> frozenset[str]:
        """All written forms of the entries that denote one of the terms."""
        return frozenset(form for entry in self.denoting(*terms) for form in entry.forms)


@cache
def load_lexicon() -> Lexicon:
    """Read `ontology/lexicon.ttl`.

    Raises:
        AssetError: malformed Turtle, or an entry without form, part of speech or denotation.
    """
    graph = Graph()
    source = assets.read("ontology", "lexicon.ttl")
    try:
        graph.parse(data=source, format="turtle")
    except Exception as error:  # rdflib raises many types for bad Turtle
        raise AssetError(f"malformed Turtle: {error}", where="ontology/lexicon.ttl") from error
    return Lexicon(tuple(sorted(_entries(graph), key=lambda e: e.name)))


def _entries(graph: Graph) -> Iterable[Entry]:
    for node in graph.subjects(RDF.type, ONTOLEX.LexicalEntry):
        forms = sorted(_written(graph, node))
        canonical = graph.value(node, ONTOLEX.canonicalForm)
        lemma = graph.value(canonical, ONTOLEX.writtenRep) if canonical else graph.value(node, RDFS.label)
        part = graph.value(node, LEXINFO.partOfSpeech)
        denotes = sorted(_local(x) for x in graph.objects(node, ONTOLEX.denotes))
        if lemma is None or part is None or not denotes:
            raise AssetError("a lexical entry needs a form, a part of speech and ontolex:denotes", where=str(node))
        frames: list[Node | None] = [*sorted(graph.objects(node, SYNSEM.synBehavior), key=str)] or [None]
        for number, (term, frame) in enumerate((t, f) for t in denotes for f in frames):
            yield Entry(
                name=f"{_local(node)}/{number}" if number else _local(node),
                lemma=str(lemma),
                forms=tuple(forms),
                part_of_speech=_local(part),
                denotes=term,
                frame=_frame(graph, frame),
                prepositions=tuple(sorted(str(x) for x in graph.objects(frame, LEX.preposition))) if frame else (),
                inverse=bool(frame and (frame, LEX.inverse, Literal(True)) in graph),
            )


def _written(graph: Graph, node: Node) -> set[str]:
    """Forms: `rdfs:label` counts as canonical form, so that simple entries fit on one line."""
    forms = {str(x) for x in graph.objects(node, RDFS.label)} | {str(x) for x in graph.objects(node, LEX.otherForm)}
    for link in (ONTOLEX.canonicalForm, ONTOLEX.otherForm):
        for form in graph.objects(node, link):
            forms |= {str(x) for x in graph.objects(form, ONTOLEX.writtenRep)}
    return forms


def _frame(graph: Graph, frame: Node | None) -> str | None:
    if frame is None:
        return None
    kinds = sorted(str(t) for t in graph.objects(frame, RDF.type))
    return next((_local(URIRef(t)) for t in kinds if t.startswith(str(LEXINFO))), None)


def _local(node: Node) -> str:
    text = str(node)
    for namespace in (ACC, str(LEX), str(LEXINFO)):
        if isinstance(node, URIRef) and text.startswith(namespace):
            return text[len(namespace) :]
    return text
