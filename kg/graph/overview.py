"""graph.ttl, what a person opens first: who is who, roles, what is no fact, numbers, words, each with its sentence.

It is a part of the dataset in one Turtle file without named graphs: direct triples of facts only, everything that
somebody else says, denies or plans as assertions. Offsets, rules and confidences are in dataset.nq.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import Dataset

from kg.graph.quads import Quads, as_quads
from kg.graph.terms import ACC, OA, PROV, RDF, RDFS, SCHEMA, SKOS, Term, Triple, text_of
from kg.graph.turtle import Remark, blocks, find_prefixes, header, writer

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
#: The sections of what one document alone says; all others are about what several documents may name.
OF_DOCUMENTS = (
    "Documents",
    "Roles",
    "Places in cohorts",
    "Reported, denied, planned or supposed: not facts",
    "Statistics",
    "Quotations",
)
_HIDDEN = {OA.hasTarget, ACC.figure, ACC.cueTarget, ACC.sourceTarget, ACC.mentionTarget, ACC.rule, ACC.confidence}
_HIDDEN |= {ACC.support, ACC.speechKind, RDFS.label, SCHEMA.mentions, PROV.wasGeneratedBy}

_HEADER = """\
# Written by Accord (kg build). Facts are triples about people, organizations, initiatives, events and places; the
# comment beside a fact is the sentence that states it. What somebody is reported to say, denies or plans is no fact:
# it stands below as an acc:Assertion with its status and its source. dataset.nq holds all of it with character
# offsets, in named graphs; documents/ holds the text.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What documents and builds say, by subject, and the nodes of each kind; without facts.

    Attributes:
        about: subject → predicate → objects; what several graphs say stands several times.
        kinds: class or status → the nodes that have it.
        stated: subject → facts, kinds and names.
        places: target → its document and where it starts there.
    """

    about: dict[Term, dict[Term, list[Term]]]
    kinds: dict[Term, set[Term]]
    stated: dict[Term, list[Triple]]
    places: dict[Term, tuple[str, int]]

    def value(self, node: Term, predicate: Term) -> Term | None:
        """The value of a property that has one at most."""
        return min(self.about.get(node, {}).get(predicate, ()), default=None)

    def describe(self, nodes: Iterable[Term]) -> list[Triple]:
        """The triples of nodes without what is hidden; words that stand as schema:text are not said twice."""
        return [
            (node, predicate, value)
            for node in nodes
            for predicate, values in self.about.get(node, {}).items()
            if predicate not in _HIDDEN
            for value in values
            if predicate != ACC.excerpt or value not in self.about[node].get(SCHEMA.text, ())
        ]


def overview(dataset: Dataset | Quads) -> bytes:
    """The Turtle file of a built dataset that is made for reading."""
    told = tell(as_quads(dataset))
    found = list(sections(told))
    prefixes = find_prefixes([t for _, part in found for t in part])
    write, order, remark = writer(prefixes), positions(told), remarks(sentences(told))
    parts = [head(prefixes)]
    for title, part in found:
        if part:
            parts.append(heading(title))
            parts.append(blocks(part, write, order=order, remark=remark))
    return "\n".join(parts).encode()


def head(prefixes: Mapping[str, str]) -> str:
    """What the file begins with."""
    return f"{_HEADER}\n{header(prefixes)}"


def heading(title: str) -> str:
    """What a section begins with."""
    return f"### {title} ###\n"


def tell(dataset: Quads) -> Told:
    """Sort what is said by subject."""
    told = Told({}, {}, {}, {})
    for name, triples in dataset.named.items():
        part = name.rpartition("/")[2]
        if part in ("facts", "entities"):
            for triple in triples:
                told.stated.setdefault(triple[0], []).append(triple)
        if part == "evidence":
            told.places.update(_places(triples))
        elif part not in ("facts", "claims", "inferred", "ontology"):
            for s, p, o in triples:
                told.about.setdefault(s, {}).setdefault(p, []).append(o)
                if p in (RDF.type, ACC.status):
                    told.kinds.setdefault(o, set()).add(s)
    return told


def _places(evidence: Iterable[Triple]) -> Iterator[tuple[Term, tuple[str, int]]]:
    """Only the places of targets, which with their quotes are most of a dataset."""
    sources, starts, selectors = dict[Term, str](), dict[Term, int](), list[tuple[Term, Term]]()
    for s, p, o in evidence:
        if p == OA.hasSource:
            sources[s] = text_of(o)
        elif p == OA.hasSelector:
            selectors.append((s, o))
        elif p == OA.start:
            starts[s] = int(text_of(o))
    return ((target, (sources[target], starts[s])) for target, s in selectors if s in starts and target in sources)


def sections(told: Told) -> Iterator[tuple[str, list[Triple]]]:
    """Title and triples of each section, in order; some have none."""
    kinds, stated = told.kinds, told.stated
    read = {d for d in kinds.get(ACC.Document, ()) if ACC.sha256 in told.about[d]}
    yield "Documents", told.describe(read) + [t for d in read for t in stated.get(d, ())]
    placed = set(read)
    for title, names in _KINDS.items():
        nodes = {s for name in names for s in kinds.get(ACC[name], ()) if s in stated} - placed
        placed |= nodes
        yield title, [t for n in nodes for t in stated[n] if t[1] not in _HIDDEN]
    yield "Other things", [t for n in stated.keys() - placed for t in stated[n] if t[1] not in _HIDDEN]
    yield "Roles", told.describe(kinds.get(ACC.Membership, ()))
    yield "Places in cohorts", told.describe(kinds.get(ACC.CohortMembership, ()))
    others = kinds.get(ACC.Assertion, set()) - kinds.get(ACC.Asserted, set())
    yield "Reported, denied, planned or supposed: not facts", told.describe(others)
    yield "Statistics", told.describe(kinds.get(ACC.Statistic, ()))
    yield "Quotations", told.describe(kinds.get(ACC.Quotation, ()))


def positions(told: Told) -> Callable[[Term], tuple[str, int]]:
    """Statements in the order of the text, everything else by its name."""

    def key(node: Term) -> tuple[str, int]:
        starts = [told.places[t] for t in told.about.get(node, {}).get(OA.hasTarget, ()) if t in told.places]
        label = told.value(node, SKOS.prefLabel)
        return min(starts) if starts else (text_of(label).casefold() if label else text_of(node), 0)

    return key


def sentences(told: Told) -> dict[tuple[Term | None, ...], str]:
    """Asserted relation → a sentence that states it; of several, the first in their own order."""
    found: dict[tuple[Term | None, ...], str] = {}
    for node in told.kinds.get(ACC.Asserted, ()):
        relation = tuple(told.value(node, term) for term in (RDF.subject, RDF.predicate, RDF.object))
        excerpt = told.value(node, ACC.excerpt)
        if excerpt is not None:
            text = text_of(excerpt)
            found[relation] = min(found.get(relation, text), text)
    return found


def remarks(found: Mapping[tuple[Term | None, ...], str]) -> Remark:
    """The sentence of an asserted relation, cut to a line."""

    def remark(subject: Term, predicate: Term, value: Term) -> str | None:
        text = found.get((subject, predicate, value))
        return text if text is None or len(text) <= _WIDTH else text[: _WIDTH - 1].rstrip() + "…"

    return remark
