"""The lexicon: which words stand for which terms of the ontology, read from OntoLex-Lemon Turtle.

An entry is an `ontolex:LexicalEntry` with a canonical form, other forms, a part of speech, and what it denotes
(`ontolex:denotes`, W3C OntoLex-Lemon, 3.3). Entries that take arguments carry a `synsem:synBehavior` whose type is
a LexInfo frame, with a preposition where the frame has one (synsem module, section 4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from operator import itemgetter

from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg import assets
from kg.errors import AssetError, InputError, KgError
from kg.namespaces import ACC, shrink
from kg.ontology import Ontology, load_ontology
from kg.turtle import parse_turtle

ONTOLEX = Namespace("http://www.w3.org/ns/lemon/ontolex#")
SYNSEM = Namespace("http://www.w3.org/ns/lemon/synsem#")
LEXINFO = Namespace("http://www.lexinfo.net/ontology/3.0/lexinfo#")
LEX = Namespace("https://w3id.org/accord/lexicon#")

#: The classes of Accord that a common noun may tell; documents, concepts and cohorts are found in other ways.
NAMED = frozenset(
    "Person SchoolDistrict School CharterNetwork LaborUnion SupportOrganization GovernmentBody Organization "
    "Initiative Event Place".split()
)
#: Frames that are read, and whether they need a preposition.
FRAMES = {
    "TransitiveFrame": False,
    "IntransitivePPFrame": True,
    "TransitivePPFrame": True,
    "NounPPFrame": True,
    "NounPossessiveFrame": False,
    "AdjectivePPFrame": True,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One word or phrase and the term it stands for.

    Attributes:
        name: local name of the entry in the lexicon.
        lemma: canonical form; `forms` holds it and all other forms, sorted.
        part_of_speech: local name in LexInfo ("noun", "verb", "adjective", "adverb", "preposition").
        denotes: local name in acc: (or in lex: for categories that are no terms of the ontology); the IRI of a term
            that a user adds.
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


@assets.by_extension
def load_lexicon() -> Lexicon:
    """Read `ontology/lexicon.ttl`, and what a user adds to it.

    A user's noun for a class stands for the nearest class of Accord as well, in place of what it stood for: finders
    know those. A user's verb takes no other frame away.

    Raises:
        AssetError: malformed Turtle, or an entry without form, part of speech or denotation.
        InputError: so is a user's, or it denotes what is declared nowhere.
    """
    entries, users = _own_entries(), list[Entry]()
    for name in assets.names("ontology", ".ttl"):
        if name.startswith("lexicon") and assets.is_added("ontology", name):
            users += _users_entries(parse_turtle("ontology", name), assets.place("ontology", name), entries)
    known = load_ontology() if users else None
    taught = [(e, known.nearest_own(e.denotes)) for e in users if known and e.denotes in known.classes]
    nouns = {(form, e.part_of_speech) for e, _ in taught for form in e.forms}
    kept = (e for e in entries if not (e.denotes in NAMED and any((f, e.part_of_speech) in nouns for f in e.forms)))
    nearest = (replace(e, name=f"{e.name}/own", denotes=own) for e, own in taught if own and ":" in e.denotes)
    return Lexicon(tuple(sorted([*kept, *users, *nearest], key=lambda e: e.name)))


@cache
def _own_entries() -> tuple[Entry, ...]:
    names = [n for n in assets.names("ontology", ".ttl") if n.startswith("lexicon")]
    own = [n for n in names if not assets.is_added("ontology", n)]
    return tuple(entry for name in own for entry in _entries(parse_turtle("ontology", name), AssetError))


def _users_entries(graph: Graph, place: str, own: Iterable[Entry]) -> list[Entry]:
    """The entries of a user's file, each denoting something that can be found.

    Raises:
        InputError: with the file, the entry and the mend.
    """
    ontology, categories = load_ontology(), {e.denotes for e in own}
    found = list(_entries(graph, InputError, place))
    if not found:
        hint = 'write: my:lend a ontolex:LexicalEntry ; rdfs:label "lend"@en ; …'
        raise InputError("holds no ontolex:LexicalEntry", where=place, hint=hint)
    for entry in found:
        _check_entry(entry, f"{place}, {entry.lemma!r}", ontology, categories)
    return found


def _check_entry(entry: Entry, where: str, ontology: Ontology, categories: set[str]) -> None:
    term = entry.denotes
    if term in ontology.classes:
        if entry.part_of_speech in ("noun", "properNoun") and ontology.nearest_own(term) not in NAMED:
            hint = "nouns tell classes below: " + ", ".join(sorted(f"acc:{n}" for n in NAMED))
            raise InputError(f"{shrink(term)} is no class that a noun of a name tells", where=where, hint=hint)
        return
    if term in ontology.relations:
        if not ontology.properties[term].object_kinds and ":" in term:
            hint = "give it rdfs:range or acc:objectKind, a class of what documents name"
            raise InputError(f"{shrink(term)} joins an entity to no kind of entity", where=where, hint=hint)
        _check_frame(entry, where)
        return
    if term in ontology.properties and ":" in term:
        hint = "give the property rdfs:domain and rdfs:range, or acc:subjectKind and acc:objectKind"
        raise InputError(f"{shrink(term)} has no kinds of subject and object", where=where, hint=hint)
    if term not in categories and term not in ontology.properties:
        hint = "declare the term in a file of --ontology, or correct the name"
        raise InputError(f"denotes {shrink(term)}, which is declared nowhere", where=where, hint=hint)


def _check_frame(entry: Entry, where: str) -> None:
    if entry.frame not in FRAMES:
        known = ", ".join(f"lexinfo:{f}" for f in FRAMES)
        raise InputError(
            f"a word for a relation needs a frame that Accord reads, not {entry.frame}",
            where=where,
            hint=f"add synsem:synBehavior [ a … ]: one of {known}",
        )
    if FRAMES[entry.frame] and not entry.prepositions:
        raise InputError(f"lexinfo:{entry.frame} needs a preposition", where=where, hint='add lex:preposition "to"@en')


def _entries(graph: Graph, error: type[KgError], place: str = "") -> Iterable[Entry]:
    for node in graph.subjects(RDF.type, ONTOLEX.LexicalEntry):
        forms = sorted(_written(graph, node))
        canonical = graph.value(node, ONTOLEX.canonicalForm)
        lemma = graph.value(canonical, ONTOLEX.writtenRep) if canonical else graph.value(node, RDFS.label)
        part = graph.value(node, LEXINFO.partOfSpeech)
        denotes = sorted(_local(x) for x in graph.objects(node, ONTOLEX.denotes))
        if lemma is None or part is None or not denotes:
            where = f"{place}, {shrink(str(node))}" if place else str(node)
            raise error("a lexical entry needs a form, a part of speech and ontolex:denotes", where=where)
        frames: list[Node | None] = [
            *sorted(graph.objects(node, SYNSEM.synBehavior), key=lambda f: _described(graph, f))
        ] or [None]
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


def _described(graph: Graph, frame: Node) -> tuple[str, list[str]]:
    """What orders frames: their IRI, or what is said of a blank node, whose name differs from run to run."""
    return (str(frame) if isinstance(frame, URIRef) else "", sorted(map(str, graph.objects(frame))))


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
    return shrink(text)
