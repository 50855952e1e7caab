"""Contradictions among the direct triples: which axiom they break, by which statements, in which sentences."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from kg.graph.rules import Closed
from kg.graph.terms import OWL, RDF, RDFS, Term, Triple, node, text_of
from kg.model import Finding, Severity
from kg.namespaces import shrink

#: The triples of an ontology: predicate → subject → objects.
Stated = Mapping[Term, Mapping[Term, Collection[Term]]]
#: Gives the sentences that state a direct triple.
Sentences = Callable[[Triple], Collection[str]]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is wrong with whom, the axiom it breaks, and the classes or properties in conflict."""

    words: str
    focus: Term
    axiom: Term
    conflict: tuple[Term, ...]


#: What documents may say of each other's statements: it is told, and is no reason to publish neither. A circle of parts
#: contradicts no axiom of OWL, though it can hardly be meant; who belongs to whom, two documents may see differently.
_DISPUTED = (OWL.TransitiveProperty, OWL.AsymmetricProperty)


def contradictions(closed: Closed, data: Collection[Triple], ontology: Stated, sentences: Sentences) -> list[Finding]:
    """The contradictions of a closure, each with the given triples that lead to it, in order.

    Args:
        closed: the OWL 2 RL closure of data and ontology.
        data: the given triples.
        ontology: the axioms and the labels of its terms.
        sentences: of the assertions behind the given triples.
    """
    found = [*_of_classes(closed, ontology), *_of_properties(closed, data, ontology)]
    if not found:
        return []
    near: dict[Term, list[Triple]] = {item.focus: [] for item in found}
    for triple in data:
        for end in {triple[0], triple[2]} & near.keys():
            near[end].append(triple)
    findings = {_finding(item, near[item.focus], ontology, sentences) for item in found}
    return sorted(findings, key=lambda f: (f.focus, f.message))


def _of_classes(closed: Closed, ontology: Stated) -> Iterator[Contradiction]:
    disjoint = [(left, right) for left, others in ontology.get(OWL.disjointWith, {}).items() for right in others]
    for x, kinds in closed.kinds.items():
        for left, right in disjoint:
            if left in kinds and right in kinds:
                names = " and ".join(sorted((_label(ontology, left), _label(ontology, right))))
                yield Contradiction(f"{_name(x)} cannot be both {names}", x, OWL.disjointWith, (left, right))


def _of_properties(closed: Closed, data: Collection[Triple], ontology: Stated) -> Iterator[Contradiction]:
    """Misuse of the properties that the data state; the others could only mirror it through their inverses."""
    for term in sorted({p for _, p, _ in data}):
        kinds, name = set(ontology.get(RDF.type, {}).get(term, ())), shrink(text_of(term))
        pairs = closed.pairs.get(term, set())
        if OWL.AsymmetricProperty in kinds:
            for x, y in ((x, y) for x, y in pairs if (y, x) in pairs and text_of(x) < text_of(y)):
                words = f"{_name(x)} {name} {_name(y)} and the other way round"
                yield Contradiction(words, x, OWL.AsymmetricProperty, (term,))
        for axiom in (OWL.IrreflexiveProperty, OWL.TransitiveProperty):
            for x in (x for x, y in pairs if axiom in kinds and x == y):
                yield Contradiction(f"{_name(x)} {name} itself, directly or by way of others", x, axiom, (term,))
        if OWL.FunctionalProperty in kinds:
            values: dict[Term, list[Term]] = {}
            for x, y in pairs:
                values.setdefault(x, []).append(y)
            for x, several in ((x, sorted(ys, key=text_of)) for x, ys in values.items() if len(ys) > 1):
                words = f"{_name(x)} has several values of {name}: {', '.join(map(_name, several))}"
                yield Contradiction(words, x, OWL.FunctionalProperty, (term,))


def _finding(item: Contradiction, near: list[Triple], ontology: Stated, sentences: Sentences) -> Finding:
    reasons = sorted(_reasons(item, near, ontology), key=lambda t: str(tuple(map(node, t))))
    stated = [f"{_name(s)} {shrink(text_of(p))} {_name(o)}" for s, p, o in reasons]
    words = sorted({x for triple in reasons for x in sentences(triple)})
    return Finding(
        severity=Severity.WARNING if item.axiom in _DISPUTED else Severity.VIOLATION,
        message=f"Inconsistency: {item.words}" + (f"; stated: {'; '.join(stated)}" if stated else ""),
        focus=text_of(item.focus),
        path=", ".join(sorted({shrink(text_of(p)) for _, p, _ in reasons})) or None,
        value=", ".join(sorted(shrink(text_of(c)) for c in item.conflict)),
        shape=shrink(text_of(item.axiom)),
        sentence=" | ".join(words) or None,
    )


def _reasons(item: Contradiction, near: list[Triple], ontology: Stated) -> Iterator[Triple]:
    """The given triples that make the focus an instance of one of the classes, or use one of the properties."""
    conflict = set(item.conflict)
    for s, p, o in near:
        kinds = {o} if s == item.focus and p == RDF.type else set[Term]()
        for side, axiom in ((s, RDFS.domain), (o, RDFS.range)):
            if side == item.focus:
                kinds.update(ontology.get(axiom, {}).get(p, ()))
        above = {c for kind in kinds for c in _upwards(kind, ontology.get(RDFS.subClassOf, {}))}
        if conflict & (above | _upwards(p, ontology.get(RDFS.subPropertyOf, {}))):
            yield s, p, o


def _upwards(term: Term, axioms: Mapping[Term, Collection[Term]]) -> set[Term]:
    """A term and all that the axioms lead to."""
    found, todo = {term}, [term]
    while todo:
        new = set(axioms.get(todo.pop(), ())) - found
        found |= new
        todo += new
    return found


def _name(term: Term) -> str:
    """A short name: a prefixed name for a term, the last part of the IRI for an entity, the text of a literal."""
    text = text_of(term)
    return shrink(text) if shrink(text) != text else text.rpartition("/")[2] or text


def _label(ontology: Stated, term: Term) -> str:
    labels = ontology.get(RDFS.label, {}).get(term, ())
    return text_of(min(labels)) if labels else shrink(text_of(term))
