"""The ontology's own quality: what it declares, how well it is documented, and whether every term is checked.

The rules bear the names that ROBOT gives them (`robot report`), where it has them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg import ontology as ontologies
from kg.graph.validate import load_shapes
from kg.model import Severity
from kg.namespaces import ACC, PREFIXES, iri_of, shrink
from kg.ontology import Ontology, load_ontology

#: Why no shape is about a term (shapes/unchecked.ttl).
UNCHECKED = URIRef(PREFIXES["shape"] + "unchecked")
_ABOUT = (
    SH.targetClass, SH["class"], SH.path, SH.targetSubjectsOf, SH.targetObjectsOf, SH.hasValue, SH.disjoint,
    SH.lessThan, SH.lessThanOrEquals, SH.equals,
)  # fmt: skip
_DESCRIBED = {
    "missing_ontology_title": DCTERMS.title,
    "missing_ontology_description": DCTERMS.description,
    "missing_ontology_license": DCTERMS.license,
    "missing_ontology_version": OWL.versionIRI,
    "missing_ontology_change_note": SKOS.changeNote,
}


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One finding: level, rule, term and what to do."""

    severity: Severity
    rule: str
    term: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OntologyReport:
    """What there is, and what is missing.

    Attributes:
        version: IRI.
        counts: what → how many, in the order to show them.
        checked: terms that a shape is about; `reasons`: term → why none is.
        remarks: gravest first.
    """

    version: str
    counts: dict[str, int]
    checked: tuple[str, ...]
    reasons: dict[str, str]
    remarks: tuple[Remark, ...]


def report() -> OntologyReport:
    """The report on the ontology of Accord and what a user adds to it."""
    known, graph, shapes = load_ontology(), ontologies.graph(), load_shapes()
    about = _about(shapes)
    reasons = {
        _name(s): str(o)
        for s, o in sorted(shapes.subject_objects(UNCHECKED), key=str)
        if _name(s) in (*known.classes, *known.properties)
    }
    checked = _checked(known, about)
    remarks = [*_metadata(graph), *_labels(known, graph), *_structure(known)]
    for name in (*known.classes, *known.properties):
        if name not in checked and name not in reasons:
            advice = "write a shape about it, or say in shapes/unchecked.ttl why none is needed"
            remarks.append(Remark(Severity.WARNING, "no_shape", _shown(name), advice))
        if name in checked and name in reasons:
            advice = "a shape is about it: remove its line in shapes/unchecked.ttl"
            remarks.append(Remark(Severity.WARNING, "idle_reason", _shown(name), advice))
    ranks = list(Severity)
    return OntologyReport(
        version=known.version,
        counts=_counts(known, checked, reasons, shapes),
        checked=checked,
        reasons=reasons,
        remarks=tuple(sorted(remarks, key=lambda r: (ranks.index(r.severity), r.rule, r.term))),
    )


def _counts(known: Ontology, checked: tuple[str, ...], reasons: dict[str, str], shapes: Graph) -> dict[str, int]:
    kinds = Counter(p.kind for p in known.properties.values())
    return {
        "classes": len(known.classes),
        **{f"{kind} properties": kinds[kind] for kind in ("object", "datatype", "annotation")},
        "relations": len(known.relations),
        "concept schemes": len(known.schemes),
        "concepts": len({c for members in known.schemes.values() for c in members}),
        "terms added by users": sum(":" in n for n in (*known.classes, *known.properties)),
        "shapes": sum(1 for kind in (SH.NodeShape, SH.PropertyShape) for _ in shapes.subjects(RDF.type, kind)),
        "terms with a shape": len(checked),
        "terms without, with a reason": len(reasons),
    }


def _about(shapes: Graph) -> set[Node]:
    """The terms that shapes name; what closed shapes only let pass is not among them."""
    named = {o for term in _ABOUT for o in shapes.objects(None, term)}
    for values in shapes.objects(None, SH["in"]):
        named |= set(Collection(shapes, values))
    return named


def _checked(known: Ontology, about: set[Node]) -> tuple[str, ...]:
    """The terms that a shape is about; one about a class is about the classes below it."""
    named = {n for n in (*known.classes, *known.properties) if URIRef(iri_of(n)) in about}
    below = {n for n in known.classes if any(known.is_a(n, a) for a in named if a in known.classes)}
    return tuple(sorted(named | below))


def _metadata(graph: Graph) -> Iterator[Remark]:
    for rule, term in _DESCRIBED.items():
        if (URIRef(ACC), term, None) not in graph:
            yield Remark(Severity.VIOLATION, rule, "acc:", f"add {shrink(str(term))}")


def _labels(known: Ontology, graph: Graph) -> Iterator[Remark]:
    called: dict[str, list[str]] = defaultdict(list)
    defined: dict[str, list[str]] = defaultdict(list)
    for name in (*known.classes, *known.properties):
        term = known.classes[name] if name in known.classes else known.properties[name]
        labels = list(graph.objects(URIRef(iri_of(name)), RDFS.label))
        if not labels:
            yield Remark(Severity.VIOLATION, "missing_label", _shown(name), "add rdfs:label")
        if len(labels) > 1:
            yield Remark(Severity.VIOLATION, "multiple_labels", _shown(name), "keep one rdfs:label")
        if term.label != " ".join(term.label.split()):
            yield Remark(Severity.VIOLATION, "label_whitespace", _shown(name), "remove idle spaces")
        if not term.definition:
            yield Remark(Severity.WARNING, "missing_definition", _shown(name), "add skos:definition")
        called[term.label.casefold()].append(name)
        defined[term.definition].append(name)
    for rule, groups in (("duplicate_label", called), ("duplicate_definition", defined)):
        for text, names in groups.items():
            if text and len(names) > 1:
                advice = f"tell it from {', '.join(_shown(n) for n in names[1:])}"
                yield Remark(Severity.VIOLATION, rule, _shown(names[0]), advice)


def _structure(known: Ontology) -> Iterator[Remark]:
    for name, found in known.classes.items():
        if not found.parents:
            yield Remark(Severity.INFO, "missing_superclass", _shown(name), "add rdfs:subClassOf")
    for name, term in known.properties.items():
        if term.kind == "object" and not (term.domain or term.subject_kinds):
            yield Remark(Severity.INFO, "missing_domain", _shown(name), "add rdfs:domain or acc:subjectKind")


def _name(node: Node) -> str:
    return str(node).removeprefix(ACC)


def _shown(name: str) -> str:
    return name if ":" in name else f"acc:{name}"
