"""graph.ttl, what a person opens first: who is who, roles, what is no fact, numbers, words, each with its sentence.

It is a part of the dataset in one Turtle file without named graphs: direct triples of facts only, everything that
somebody else says, denies or plans as assertions. Offsets, rules and confidences are in dataset.nq.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rdflib import RDF, RDFS, Dataset, Graph, Literal, URIRef
from rdflib.term import Node

from kg.graph.turtle import Triple, blocks, find_prefixes, header
from kg.graph.vocabulary import ACC, OA, PROV, SCHEMA, SKOS

_WIDTH = 160  # of a sentence in a comment
_KINDS = {
    "People": ("Person",),
    "School districts": ("SchoolDistrict",),
    "Schools": ("School",),
    "Charter networks": ("CharterNetwork",),
    "Unions": ("LaborUnion",),
    "Support organizations": ("SupportOrganization",),
    "Government bodies": ("GovernmentBody",),
    "Other organizations": ("Organization",),
    "Initiatives": ("Initiative", "Agreement"),
    "Cohorts": ("Cohort",),
    "Events": ("Event", "Conference", "Training", "Survey", "Election", "Strike"),
    "Places": ("Place",),
    "Cited documents": ("Document",),
    "Concepts": ("Concept",),
}
_HIDDEN = {OA.hasTarget, ACC.figure, ACC.cueTarget, ACC.sourceTarget, ACC.mentionTarget, ACC.rule, ACC.confidence}
_HIDDEN |= {ACC.support, ACC.speechKind, RDFS.label, SCHEMA.mentions, PROV.wasGeneratedBy}

_HEADER = """\
# Written by Accord (kg build). Facts are triples about people, organizations, initiatives, events and places; the
# comment beside a fact is the sentence that states it. What somebody is reported to say, denies or plans is no fact:
# it stands below as an acc:Assertion with its status and its source. dataset.nq holds all of it with character
# offsets, in named graphs; documents/ holds the text.
"""


def overview(dataset: Dataset) -> bytes:
    """The Turtle file of a built dataset that is made for reading."""
    told, stated = _told(dataset)
    sections = list(_sections(told, stated))
    triples = [t for _, part in sections for t in part]
    prefixes = find_prefixes([t for triple in triples for t in triple], [s for s, _, _ in triples])
    order, remark = _positions(told), _sentences(told)
    parts = [_HEADER, header(prefixes)]
    for title, part in sections:
        if part:
            parts.append(f"### {title} ###\n")
            parts.append(blocks(part, prefixes, order=order, remark=remark))
    return "\n".join(parts).encode()


def _told(dataset: Dataset) -> tuple[Graph, dict[Node, list[Triple]]]:
    """What documents and builds say, without facts; and facts, kinds and names by their subject."""
    told, stated = Graph(), dict[Node, list[Triple]]()
    for s, p, o, name in dataset.quads():
        part = str(name).rpartition("/")[2]
        if part in ("facts", "entities"):
            stated.setdefault(s, []).append((s, p, o))
        if part not in ("facts", "claims", "inferred", "ontology"):
            told.add((s, p, o))
    return told, stated


def _sections(union: Graph, facts: dict[Node, list[Triple]]) -> Iterator[tuple[str, list[Triple]]]:
    read = set(union.subjects(ACC.sha256, None)) & set(union.subjects(RDF.type, ACC.Document))
    yield "Documents", _describe(union, read) + [t for d in read for t in facts.pop(d, ())]
    placed = set(read)
    for title, kinds in _KINDS.items():
        nodes = {s for kind in kinds for s in union.subjects(RDF.type, ACC[kind]) if s in facts} - placed
        placed |= nodes
        yield title, [t for n in nodes for t in facts[n] if t[1] not in _HIDDEN]
    yield "Other things", [t for n in facts.keys() - placed for t in facts[n] if t[1] not in _HIDDEN]
    yield "Roles", _describe(union, union.subjects(RDF.type, ACC.Membership))
    yield "Places in cohorts", _describe(union, union.subjects(RDF.type, ACC.CohortMembership))
    stated = set(union.subjects(ACC.status, ACC.Asserted))
    others = set(union.subjects(RDF.type, ACC.Assertion)) - stated
    yield "Reported, denied, planned or supposed: not facts", _describe(union, others)
    yield "Statistics", _describe(union, union.subjects(RDF.type, ACC.Statistic))
    yield "Quotations", _describe(union, union.subjects(RDF.type, ACC.Quotation))


def _describe(union: Graph, nodes: Iterable[Node]) -> list[Triple]:
    """The triples of nodes without what is hidden; words that stand as schema:text are not said twice."""
    triples = [t for node in set(nodes) for t in union.triples((node, None, None)) if t[1] not in _HIDDEN]
    return [t for t in triples if t[1] != ACC.excerpt or (t[0], SCHEMA.text, t[2]) not in union]


def _positions(union: Graph) -> Callable[[Node], object]:
    """Statements in the order of the text, everything else by its name."""
    starts: dict[Node, tuple[str, int]] = {}
    for node, target in union.subject_objects(OA.hasTarget):
        source = str(union.value(target, OA.hasSource))
        for selector in union.objects(target, OA.hasSelector):
            start = union.value(selector, OA.start)
            if start is not None:
                starts[node] = min(starts.get(node, (source, int(str(start)))), (source, int(str(start))))
    names = {s: str(o).casefold() for s, o in union.subject_objects(SKOS.prefLabel)}

    def key(node: Node) -> tuple[str, int]:
        return starts.get(node) or (names.get(node, str(node)), 0)

    return key


def _sentences(union: Graph) -> Callable[[Node, Node, Node], str | None]:
    """The sentence of an asserted relation, cut to a line."""
    found: dict[Triple, str] = {}
    for node in union.subjects(ACC.status, ACC.Asserted):
        s, p, o = (union.value(node, term) for term in (RDF.subject, RDF.predicate, RDF.object))
        text = union.value(node, ACC.excerpt)
        if s is not None and p is not None and o is not None and isinstance(text, Literal):
            found[s, p, o] = min(found.get((s, p, o), str(text)), str(text))

    def remark(subject: Node, predicate: Node, value: Node) -> str | None:
        text = found.get((subject, predicate, value)) if isinstance(subject, URIRef) else None
        return text if text is None or len(text) <= _WIDTH else text[: _WIDTH - 1].rstrip() + "…"

    return remark
