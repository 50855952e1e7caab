"""What follows from the direct triples: OWL 2 RL closure, new triples only, and contradictions as findings.

Two reasoners give the same: the compiled rules of `kg.graph.rules`, and owlrl, the reference. owlrl expands in place,
writes literals as subjects, trivial and meta triples, and hides contradictions in blank nodes (W3C OWL 2 Profiles, 4.3,
names the rules): so it runs on a copy, and only triples about entities leave this module.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from rdflib import BNode, Dataset, Graph, Literal, URIRef
from rdflib.term import Node

from kg.collector import uncollected
from kg.graph.contradictions import Sentences, contradictions
from kg.graph.quads import Quads
from kg.graph.rules import AXIOMS, CHARACTERISTICS, Closed, close, compile_rules, denials
from kg.graph.sentences import sentences_of
from kg.graph.terms import ACC, OWL, RDF, RDFS, XSD, Term, Triple, is_iri, n3, node, split_literal, text_of
from kg.model import Finding, Severity
from kg.namespaces import shrink
from kg.settings import Reasoner

#: Graphs of direct triples and of types: `…/{document}/facts`, `…/document`, and `…/entities`. What follows from a
#: claim would stand among the inferred triples without the one who claims it, so claims are left out.
FACT_GRAPHS = ("facts", "document", "entities")
#: What of the description of a document is a fact about the world; the rest is about its text.
_OF_DOCUMENTS = (RDF.type, ACC.voice)

_OURS = ACC[""][:-1]
_LOGIC = (OWL[""][:-1], RDFS[""][:-1])
_META = (RDF[""][:-1], XSD[""][:-1], *_LOGIC)

AnyTerm = TypeVar("AnyTerm", Node, Term)


@dataclass(frozen=True, slots=True)
class Closure(Generic[AnyTerm]):
    """New triples, sorted, and the contradictions among the given ones."""

    triples: tuple[tuple[AnyTerm, AnyTerm, AnyTerm], ...]
    inconsistencies: tuple[Finding, ...]


def facts(dataset: Dataset) -> Graph:
    """The facts of all documents and the kinds of all entities: what `infer` is to be given."""
    graph, described = Graph(), {node(p) for p in _OF_DOCUMENTS}
    for name in sorted(str(g.identifier) for g in dataset.graphs()):
        if name.rpartition("/")[2] in FACT_GRAPHS:
            for triple in dataset.graph(URIRef(name)):
                if not name.endswith("/document") or triple[1] in described:
                    graph.add(triple)
    return graph


def infer(
    graph: Graph, ontology: Graph, statements: Graph | None = None, reasoner: Reasoner = Reasoner.RULES
) -> Closure[Node]:
    """Everything about the entities that follows under OWL 2 RL and is not given.

    Args:
        graph: direct triples and types; other triples (names, provenance) are passed over. Not changed.
        ontology: the axioms. Not changed.
        statements: where to look for the assertions behind a contradiction, so that it can give their sentences.
        reasoner: either gives the same.
    """

    def sentences(triple: Triple) -> list[str]:
        s, p, o = map(node, triple)
        return sentences_of(statements, (s, p, o)) if statements is not None else []

    found = reason({_strings(t) for t in graph}, ontology, sentences, reasoner)
    triples = ((node(s), node(p), node(o)) for s, p, o in found.triples)
    return Closure(tuple(sorted(triples, key=lambda t: tuple(map(str, t)))), found.inconsistencies)


def infer_quads(dataset: Quads, ontology: Graph, reasoner: Reasoner = Reasoner.RULES) -> Closure[Term]:
    """As `infer` of the `facts` of a dataset, with the statements of that dataset."""
    with uncollected():
        given = set[Triple]()
        for name, triples in dataset.named.items():
            part = name.rpartition("/")[2]
            if part == "document":
                given.update(t for t in triples if t[1] in _OF_DOCUMENTS)
            elif part in FACT_GRAPHS:
                given.update(triples)
        return reason(given, ontology, _sentences_in(dataset), reasoner)


def reason(
    given: Collection[Triple], ontology: Graph, sentences: Sentences, reasoner: Reasoner = Reasoner.RULES
) -> Closure[Term]:
    """As `infer`, in terms that are strings."""
    stated: dict[Term, dict[Term, set[Term]]] = defaultdict(lambda: defaultdict(set))
    axioms = []
    for triple in map(_strings, ontology):
        s, p, o = triple
        stated[p][s].add(o)
        # Declarations and owl:FunctionalProperty are left out: from the former follows only that each term is like
        # itself. Two entities are never one thing under two IRIs once documents are linked, so two values of a
        # functional property contradict each other (kg.graph.contradictions) instead of being owl:sameAs.
        if p in AXIOMS or (p == RDF.type and o in CHARACTERISTICS):
            axioms.append(triple)
    # Only triples in terms of acc: or of a user, to which axioms apply; terms that are reused bear no label.
    labelled = stated[RDFS.label]
    used = ((t, t[2] if t[1] == RDF.type else t[1]) for t in given if is_iri(t[0]))
    data = [t for t, term in used if term.startswith(_OURS) or term in labelled]
    closed, messages = REASONERS[reasoner](data, axioms)
    terms = {term for s, _, o in axioms for term in (s, o)}
    found = contradictions(closed, data, stated, sentences)
    if not found:  # a rule that `contradictions` has no words for
        found = [_unexplained(message) for message in sorted(messages())]
    new = tuple(t for t in _about_entities(closed, terms) if t not in given)
    return Closure(new, tuple(found))


def _by_rules(data: list[Triple], axioms: list[Triple]) -> tuple[Closed, Callable[[], Iterable[str]]]:
    rules = compile_rules(axioms)
    closed = close(data, rules)
    return closed, lambda: [*denials(closed, rules), *_ill_typed(data)]


def _by_owlrl(data: list[Triple], axioms: list[Triple]) -> tuple[Closed, Callable[[], Iterable[str]]]:
    from owlrl import OWLRL_Semantics  # a third of a second to import, and most commands do not reason

    graph = Graph()
    for s, p, o in (*_in_use(axioms, data), *data):
        graph.add((node(s), node(p), node(o)))
    semantics = OWLRL_Semantics(graph, axioms=False, daxioms=False, rdfs=False)
    semantics.closure()
    closed = Closed()
    for s, p, o in map(_strings, graph):
        if p == RDF.type:
            closed.kinds[s] |= {o}
        else:
            closed.pairs[p].add((s, o))
    return closed, lambda: semantics.error_messages


#: Name → what closes data under axioms, and tells in owlrl's words what contradicts them.
REASONERS = {Reasoner.RULES: _by_rules, Reasoner.OWLRL: _by_owlrl}


def _strings(triple: tuple[Node, Node, Node]) -> Triple:
    s, p, o = (f"_:{t}" if isinstance(t, BNode) else n3(t) for t in triple)
    return s, p, o


def _sentences_in(dataset: Quads) -> Sentences:
    """The sentences of asserted relations; looked for only when first asked."""
    found: dict[Triple, set[str]] = {}

    def sentences(triple: Triple) -> list[str]:
        if not found:
            for name, triples in dataset.named.items():
                if name.endswith("/statements"):
                    for relation, words in _excerpts(triples):
                        found.setdefault(relation, set()).add(words)
        return sorted(found.get(triple, ()))

    return sentences


def _excerpts(statements: Iterable[Triple]) -> Iterator[tuple[Triple, str]]:
    parts: dict[Term, dict[Term, Term]] = defaultdict(dict)
    for s, p, o in statements:
        if p in (RDF.subject, RDF.predicate, RDF.object, ACC.excerpt):
            parts[s][p] = o
    for values in parts.values():
        if len(values) == 4:
            yield (values[RDF.subject], values[RDF.predicate], values[RDF.object]), text_of(values[ACC.excerpt])


def _unexplained(message: str) -> Finding:
    shape = shrink(text_of(OWL.Nothing))
    return Finding(severity=Severity.VIOLATION, message=f"Inconsistency: {message}", focus=shape, shape=shape)


def _ill_typed(data: Iterable[Triple]) -> list[str]:
    """Literals that their datatypes do not have (dt-not-type), by owlrl's own tables."""
    found = [node(o) for o in sorted({o for _, _, o in data if not is_iri(o) and "^^" in o and not _is_sound(o)})]
    if not found:
        return []
    from owlrl.DatatypeHandling import AltXSDToPYTHON
    from owlrl.OWLRL import OWL_RL_Datatypes

    messages = []
    for literal in found:
        if isinstance(literal, Literal) and literal.datatype in OWL_RL_Datatypes:
            try:
                AltXSDToPYTHON.get(literal.datatype, str)(str(literal))
            except ValueError:
                kind = literal.datatype
                messages.append(f"Lexical value of the literal '{literal}' does not match its datatype ({kind})")
    return messages


def _is_sound(literal: Term) -> bool:
    """Whether a literal is one of those that Accord writes, so that owlrl need not be asked."""
    words, mark = split_literal(literal)
    if mark == f"^^{XSD.date}":
        try:
            return bool(date.fromisoformat(words[1:-1]))
        except ValueError:
            return False
    whole = mark == f"^^{XSD.positiveInteger}" and re.fullmatch(r'"[1-9]\d*"', words)
    return bool(whole) or mark in (f"^^{XSD.gYear}", f"^^{XSD.gYearMonth}")  # no datatypes of OWL 2 RL


def _in_use(axioms: list[Triple], data: list[Triple]) -> list[Triple]:
    """The axioms that can entail something of these data: those of the terms in use and of all terms that they lead to.

    The axioms of idle terms would change nothing but the time that owlrl takes.
    """
    mutual = {OWL.inverseOf, OWL.equivalentClass, OWL.equivalentProperty}
    used = {o if p == RDF.type else p for _, p, o in data}
    size = 0
    while size < len(used):
        size = len(used)
        used |= {o for s, _, o in axioms if s in used} | {s for s, p, o in axioms if o in used and p in mutual}
    return [t for t in axioms if t[0] in used]


def _about_entities(closed: Closed, terms: Collection[Term]) -> Iterator[Triple]:
    """What is said of entities, sorted: not of the terms of the axioms, of literals or of the languages themselves.

    Its pairs are used up meanwhile: they would be in memory twice.
    """
    said: dict[Term, list[tuple[Term, Term]]] = {}  # sorted subject by subject: triples have long beginnings in common
    while closed.pairs:
        predicate, pairs = closed.pairs.popitem()
        while pairs:
            subject, target = pairs.pop()
            if target[0] != "_" and not predicate.startswith(_LOGIC):
                said.setdefault(subject, []).append((predicate, target))
    sets = set(closed.kinds.values())
    typed = {s: [(RDF.type, k) for k in s if k[0] != "_" and not k.startswith(_META)] for s in sets}
    for subject, kinds in closed.kinds.items():
        said.setdefault(subject, []).extend(typed[kinds])
    for subject in sorted(said):
        about = said.pop(subject)  # what is told is let go, so that it is not in memory twice
        if subject[0] == "<" and subject not in terms and not subject.startswith(_META):
            for predicate, target in sorted(about):
                yield subject, predicate, target
