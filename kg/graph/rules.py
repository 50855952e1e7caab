"""The rules of OWL 2 RL that the ontology uses, compiled against it and applied to facts.

W3C OWL 2 Profiles, 4.3, names the rules. Those about classes and properties alone (scm-*) are applied once, when the
axioms are compiled: what a property leads to is then one look-up, and only prp-trp is left to repeat. A rule needs no
more than its line below. Axioms of other kinds entail nothing here; owlrl (`kg.graph.reason`) knows them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from kg.graph.terms import OWL, RDF, RDFS, Term, Triple, text_of

Node = TypeVar("Node", bound=Hashable)

#: Rule → the axiom by which instances of its subject are instances of its object; the second: of its object, of its
#: subject.
_CLASS_RULES = {
    "cax-sco": (RDFS.subClassOf, False),
    "cax-eqc1": (OWL.equivalentClass, False),
    "cax-eqc2": (OWL.equivalentClass, True),
}
#: Rule → the axiom by which a property leads to another; whether it is read from object to subject; whether the other
#: property has its sides swapped.
_PROPERTY_RULES = {
    "prp-spo1": (RDFS.subPropertyOf, False, False),
    "prp-eqp1": (OWL.equivalentProperty, False, False),
    "prp-eqp2": (OWL.equivalentProperty, True, False),
    "prp-inv1": (OWL.inverseOf, False, True),
    "prp-inv2": (OWL.inverseOf, True, True),
}
#: Rule → the axiom that gives a kind to a side of a property: the subject, or the object.
_KIND_RULES = {"prp-dom": (RDFS.domain, False), "prp-rng": (RDFS.range, True)}
#: Rule → the characteristic of a property.
_CHARACTER_RULES = {"prp-symp": OWL.SymmetricProperty, "prp-trp": OWL.TransitiveProperty}
#: Rule → the axiom that data may contradict; nothing follows from it.
_DENIALS = {
    "prp-irp": OWL.IrreflexiveProperty,
    "prp-asyp": OWL.AsymmetricProperty,
    "prp-pdw": OWL.propertyDisjointWith,
    "cax-dw": OWL.disjointWith,
}
#: The names of all rules that are applied.
RULES = (*_CLASS_RULES, *_PROPERTY_RULES, *_KIND_RULES, *_CHARACTER_RULES, *_DENIALS)
#: Predicates of axioms, and classes of characteristics, that some rule is about.
AXIOMS = frozenset(x for rules in (_CLASS_RULES, _PROPERTY_RULES, _KIND_RULES) for x, *_ in rules.values()) | {
    _DENIALS["prp-pdw"],
    _DENIALS["cax-dw"],
}
CHARACTERISTICS = frozenset({*_CHARACTER_RULES.values(), _DENIALS["prp-irp"], _DENIALS["prp-asyp"]})


@dataclass(frozen=True, slots=True)
class Rules:
    """What follows from one triple.

    Attributes:
        leads: property → the properties that hold with it, itself included, each with whether its sides are swapped.
        above: class → itself and all classes that its instances are of.
        of_subject, of_object: property → all classes of what stands on that side.
        transitive: the properties that go on from link to link.
        denials: axiom or characteristic → its pairs of terms, sorted; for a characteristic, the property twice.
    """

    leads: Mapping[Term, tuple[tuple[Term, bool], ...]]
    above: Mapping[Term, frozenset[Term]]
    of_subject: Mapping[Term, frozenset[Term]]
    of_object: Mapping[Term, frozenset[Term]]
    transitive: frozenset[Term]
    denials: Mapping[Term, tuple[tuple[Term, Term], ...]]


@dataclass(frozen=True, slots=True)
class Closed:
    """Triples with all that follows from them.

    Attributes:
        pairs: property → its pairs of subject and object.
        kinds: node → its classes; nodes of the same classes have one set of them.
    """

    pairs: dict[Term, set[tuple[Term, Term]]] = field(default_factory=lambda: defaultdict(set))
    kinds: dict[Term, frozenset[Term]] = field(default_factory=lambda: defaultdict(frozenset))

    def __iter__(self) -> Iterator[Triple]:
        for predicate, pairs in self.pairs.items():
            for s, o in pairs:
                yield s, predicate, o
        for node, kinds in self.kinds.items():
            for kind in kinds:
                yield node, RDF.type, kind


def compile_rules(axioms: Iterable[Triple]) -> Rules:
    """The rules as they apply to triples of the properties and classes of these axioms."""
    stated: dict[Term, dict[Term, set[Term]]] = defaultdict(lambda: defaultdict(set))
    inverted: dict[Term, dict[Term, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for s, p, o in axioms:
        stated[p][s].add(o)
        inverted[p][o].add(s)

    def classes(kind: Term) -> Iterator[Term]:
        for axiom, backwards in _CLASS_RULES.values():
            yield from (inverted if backwards else stated)[axiom].get(kind, ())

    def properties(item: tuple[Term, bool]) -> Iterator[tuple[Term, bool]]:
        term, swapped = item
        for axiom, backwards, swaps in _PROPERTY_RULES.values():
            for other in (inverted if backwards else stated)[axiom].get(term, ()):
                yield other, swapped != swaps
        if term in inverted[RDF.type][_CHARACTER_RULES["prp-symp"]]:
            yield term, not swapped

    class_axioms = {axiom for axiom, _ in _CLASS_RULES.values()} | {axiom for axiom, _ in _KIND_RULES.values()}
    above = {c: frozenset(_reached(c, classes)) for c in _mentioned(stated, class_axioms)}
    property_axioms = {axiom for axiom, *_ in _PROPERTY_RULES.values()} | {axiom for axiom, _ in _KIND_RULES.values()}
    named = _mentioned(stated, property_axioms) | {p for c in CHARACTERISTICS for p in inverted[RDF.type][c]}
    leads = {p: tuple(sorted(_reached((p, False), properties))) for p in named}
    of_subject, of_object = dict[Term, frozenset[Term]](), dict[Term, frozenset[Term]]()
    for term, others in leads.items():
        for at_object, side in ((False, of_subject), (True, of_object)):
            kinds = frozenset(
                higher
                for other, swapped in others
                for axiom, is_object in _KIND_RULES.values()
                if is_object == (swapped != at_object)
                for kind in stated[axiom].get(other, ())
                for higher in above[kind]
            )
            if kinds:
                side[term] = kinds
    return Rules(
        leads,
        above,
        of_subject,
        of_object,
        frozenset(inverted[RDF.type][OWL.TransitiveProperty]),
        _denied(stated, inverted),
    )


def close(data: Iterable[Triple], rules: Rules) -> Closed:
    """The triples with all that follows from them.

    Each triple is looked at once: what one premise gives is written at once, and a new link of a transitive property
    is joined with the links that it meets.
    """
    closed = Closed()
    after: dict[Term, dict[Term, list[Term]]] = {p: defaultdict(list) for p in rules.transitive}
    before: dict[Term, dict[Term, list[Term]]] = {p: defaultdict(list) for p in rules.transitive}
    joined: dict[tuple[frozenset[Term], frozenset[Term]], frozenset[Term]] = {}
    same: dict[frozenset[Term], frozenset[Term]] = {}

    def classify(node: Term, kinds: frozenset[Term]) -> None:
        """Give a node more classes: there are few sets of them and very many nodes."""
        pair = closed.kinds[node], kinds
        found = joined.get(pair)
        if found is None:
            union = pair[0] | kinds
            found = joined[pair] = same.setdefault(union, union)
        closed.kinds[node] = found

    todo = list(data)
    while todo:
        s, p, o = todo.pop()
        if p == RDF.type:
            classify(s, rules.above.get(o) or frozenset((o,)))
            continue
        if p in rules.of_subject:
            classify(s, rules.of_subject[p])
        if p in rules.of_object:
            classify(o, rules.of_object[p])
        for q, swapped in rules.leads.get(p, ((p, False),)):
            pair = (o, s) if swapped else (s, o)
            if pair in closed.pairs[q]:
                continue
            closed.pairs[q].add(pair)
            if q in after:
                start, end = pair
                todo += [(start, q, further) for further in after[q][end]]
                todo += [(earlier, q, end) for earlier in before[q][start]]
                after[q][start].append(end)
                before[q][end].append(start)
    return closed


def denials(closed: Closed, rules: Rules) -> Iterator[str]:
    """What contradicts an axiom, in the words of owlrl."""
    irreflexive, asymmetric, disjoint, apart = (rules.denials[axiom] for axiom in _DENIALS.values())
    for p, _ in irreflexive:
        for x in sorted(x for x, y in closed.pairs.get(p, ()) if x == y):
            yield f"Irreflexive property used on {text_of(x)} with {text_of(p)}"
    for p, _ in asymmetric:
        pairs = closed.pairs.get(p, set())
        for x, y in sorted(pair for pair in pairs if pair[::-1] in pairs):
            yield f"Erroneous usage of asymmetric property {text_of(p)} on {text_of(x)} and {text_of(y)}"
    for p, q in disjoint:
        for x, y in sorted(closed.pairs.get(p, set()) & closed.pairs.get(q, set())):
            both = f"{text_of(p)} and {text_of(q)} on {text_of(x)} and {text_of(y)}"
            yield f"Erroneous usage of disjoint properties {both}"
    for left, right in apart:
        for x in sorted(x for x, kinds in closed.kinds.items() if left in kinds and right in kinds):
            yield f"Disjoint classes {text_of(left)} and {text_of(right)} have a common individual {text_of(x)}"


def _mentioned(stated: Mapping[Term, Mapping[Term, set[Term]]], axioms: set[Term]) -> set[Term]:
    return {t for axiom in axioms for s, objects in stated[axiom].items() for t in (s, *objects)}


def _reached(start: Node, step: Callable[[Node], Iterable[Node]]) -> set[Node]:
    found, todo = {start}, [start]
    while todo:
        new = set(step(todo.pop())) - found
        found |= new
        todo += new
    return found


def _denied(
    stated: Mapping[Term, Mapping[Term, set[Term]]], inverted: Mapping[Term, Mapping[Term, set[Term]]]
) -> dict[Term, tuple[tuple[Term, Term], ...]]:
    found = {}
    for term in _DENIALS.values():
        if term in CHARACTERISTICS:
            found[term] = tuple((p, p) for p in sorted(inverted[RDF.type].get(term, ())))
        else:
            found[term] = tuple(sorted((s, o) for s, objects in stated[term].items() for o in objects))
    return found
