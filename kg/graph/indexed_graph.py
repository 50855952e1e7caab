"""Triples in plain dictionaries, predicate → subject → objects: to be asked the same few things very many times.

rdflib's own graph answers a pattern with a chain of generators, and compares IRIs in Python; here every IRI is one
object, so that a look-up costs one hash. Objects keep the order they came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from rdflib import RDF, RDFS, Graph, URIRef
from rdflib.term import Node

from kg.graph.terms import Term, is_iri, node

Triple = tuple[Node, Node, Node]
#: Distinct nodes in order: most often there is one, and what is more is an ordered set.
Several = tuple[Node, ...] | dict[Node, None]


@dataclass(frozen=True, slots=True)
class IndexedGraph:
    """Triples without repetition; graphs that have no names.

    Attributes:
        links: predicate → subject → objects.
    """

    links: dict[Node, dict[Node, Several]] = field(default_factory=dict)
    _terms: dict[str, URIRef] = field(default_factory=dict)
    _inverse: dict[Node, dict[Node, dict[Node, None]]] = field(default_factory=dict)
    _instances: dict[Node, frozenset[Node]] = field(default_factory=dict)

    def add(self, triples: Iterable[Triple], leave_out: Set[Triple] = frozenset()) -> None:
        """Take in triples, but for those that are to be left out."""
        # Keyed by plain strings: comparing those is the interpreter's work, comparing IRIs is rdflib's.
        known = self._terms.setdefault
        links = {str(predicate): found for predicate, found in self.links.items()}
        described = {subject for subject, _, _ in leave_out}
        for triple in triples:
            subject, predicate, target = triple
            if subject in described and triple in leave_out:
                continue
            if type(subject) is URIRef:
                subject = known(str(subject), subject)
            if type(target) is URIRef:
                target = known(str(target), target)
            of_predicate = links.get(str(predicate))
            if of_predicate is None:
                of_predicate = links[str(predicate)] = self.links[predicate] = {}
            targets = of_predicate.get(subject)
            if targets is None:
                of_predicate[subject] = (target,)
            elif isinstance(targets, dict):
                targets[target] = None
            elif target != targets[0]:
                of_predicate[subject] = {targets[0]: None, target: None}
        self._inverse.clear()
        self._instances.clear()

    def add_terms(self, triples: Iterable[tuple[Term, Term, Term]], leave_out: Set[Triple] = frozenset()) -> None:
        """As `add` of triples that are strings: each term is looked at once, however often it stands there."""
        nodes: dict[Term, Node] = {}
        described = {subject for subject, _, _ in leave_out}
        apart: set[Term] = set()
        links: dict[Term, dict[Node, Several]] = {}

        def node_of(term: Term) -> Node:
            found = nodes[term] = self._terms.get(term[1:-1]) or node(term) if is_iri(term) else node(term)
            if type(found) is URIRef:
                self._terms[term[1:-1]] = found
                if found in described:
                    apart.add(term)
            return found

        for s, p, o in triples:
            subject = nodes.get(s)
            if subject is None:
                subject = node_of(s)
            target = nodes.get(o)
            if target is None:
                target = node_of(o)
            if s in apart and (subject, node(p), target) in leave_out:
                continue
            of_predicate = links.get(p)
            if of_predicate is None:
                of_predicate = links[p] = self.links.setdefault(node_of(p), {})
            targets = of_predicate.get(subject)
            if targets is None:
                of_predicate[subject] = (target,)
            elif isinstance(targets, dict):
                targets[target] = None
            elif target != targets[0]:
                of_predicate[subject] = {targets[0]: None, target: None}
        self._inverse.clear()
        self._instances.clear()

    def __iter__(self) -> Iterator[Triple]:
        for predicate, of_predicate in self.links.items():
            for subject, targets in of_predicate.items():
                for target in targets:
                    yield subject, predicate, target

    def __contains__(self, triple: Triple) -> bool:
        subject, predicate, target = triple
        return target in self.links.get(predicate, {}).get(subject, ())

    def predicates(self) -> list[Node]:
        """All predicates."""
        return list(self.links)

    def all_subjects(self) -> set[Node]:
        """All nodes that are subjects."""
        return set().union(*self.links.values())

    def all_iris(self) -> set[Node]:
        """All IRIs that are objects; literals, the bulk of most graphs, take long to compare."""
        links = self.links.values()
        return {o for of in links for targets in of.values() for o in targets if type(o) is URIRef}

    def links_of(self, predicate: Node) -> Mapping[Node, Several]:
        """Subject → objects of a predicate."""
        return self.links.get(predicate, {})

    def inverse_of(self, predicate: Node) -> Mapping[Node, Several]:
        """Object → subjects of a predicate; made when first asked for."""
        made = self._inverse.get(predicate)
        if made is None:
            made = self._inverse[predicate] = {}
            for subject, targets in self.links.get(predicate, {}).items():
                for target in targets:
                    made.setdefault(target, {})[subject] = None
        return made

    def objects(self, subject: Node, predicate: Node) -> Iterable[Node]:
        """What a node leads to."""
        return self.links.get(predicate, {}).get(subject, ())

    def subjects(self, predicate: Node, target: Node) -> Iterable[Node]:
        """What leads to a node."""
        return self.inverse_of(predicate).get(target, ())

    def value(self, subject: Node, predicate: Node) -> Node | None:
        """What a node leads to; of several, the first in the order of their text."""
        found = self.links.get(predicate, {}).get(subject, ())
        return min(found, key=lambda n: (str(n), type(n).__name__), default=None)

    def instances(self, kind: Node) -> frozenset[Node]:
        """All nodes whose type is a class or one below it, as the triples of this graph order classes."""
        made = self._instances.get(kind)
        if made is None:
            below, todo = {kind}, [kind]
            while todo:
                new = [k for k in self.subjects(RDFS.subClassOf, todo.pop()) if k not in below]
                below.update(new)
                todo += new
            made = self._instances[kind] = frozenset().union(*(self.subjects(RDF.type, k) for k in below))
        return made

    def as_graph(self) -> Graph:
        """The same triples as a graph of rdflib."""
        graph = Graph()
        for triple in self:
            graph.add(triple)
        return graph
