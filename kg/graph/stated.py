"""Statements as a store gives them back: both sides in words, who says so, and the words with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import pyoxigraph as ox

from kg.graph.markup import statement_html
from kg.namespaces import ACC, PREFIXES, expand, shrink

RDF, RDFS, SKOS = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["skos"]
OA, ORG, SCHEMA = PREFIXES["oa"], PREFIXES["org"], PREFIXES["schema"]
DOCUMENT, CITES = PREFIXES["prov"] + "wasDerivedFrom", PREFIXES["cito"] + "citesAsEvidence"

#: Class of a statement → the group it stands in; the group of an assertion is its relation.
GROUPS = {"Membership": "role", "CohortMembership": "cohort", "Statistic": "number", "Attribution": "words"}
#: Group → what else is told of a statement of that group: a label and the property that holds it.
_DETAILS = {
    "role": (("from", SCHEMA + "startDate"), ("to", SCHEMA + "endDate"), ("former", ACC + "former")),
    "cohort": (("called", ACC + "cohortLabel"),),
    "number": (("of", ACC + "population"), ("period", ACC + "period"), ("numerator", ACC + "numerator")),
    "words": (("kind", ACC + "speechKind"),),
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A stretch of a document: file name, offsets in code points, the words, and what stands around them.

    `marks` are the parts of `exact`, [start, end) in it, that carry most: the names of both sides, the figure.
    `page` is the one of the PDF that the words begin on; `paragraph` is what finds the paragraph that they begin in,
    in other files: `line=4,7`, the `id` of an element, or an XPath.
    """

    document: str
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    marks: tuple[tuple[int, int], ...] = ()
    page: int | None = field(default=None, compare=False)
    paragraph: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One statement.

    Attributes:
        iri: the statement itself.
        group: the relation ("partOf"), or "role", "cohort", "number", "words".
        subject, value: its two sides in words ("Ann Lee", "president, Local 5").
        status: "Asserted", "Reported", …; empty for words, which have none.
        speaker: who says so: the source that the document names, else its own voice; may be empty.
        cites: names of the sources that it gives.
        details: what else is stated, as (label, words): period, population, dates, kind of speech.
        excerpt: the words of the evidence on one line; `places` has them with offsets, in order.
    """

    iri: str
    group: str
    subject: str
    value: str
    status: str
    speaker: str
    cites: tuple[str, ...]
    rule: str
    confidence: str
    excerpt: str
    places: tuple[Place, ...]
    details: tuple[tuple[str, str], ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """File names of the documents that its words stand in."""
        return tuple(sorted({p.document for p in self.places}))

    def _repr_html_(self) -> str:
        return statement_html(self)


@dataclass(frozen=True, slots=True)
class Reader:
    """Values of properties in the union of all graphs, as text."""

    store: ox.Store

    def values(self, subject: str, predicate: str) -> list[str]:
        """The objects of a subject and a predicate, sorted; none where the subject is no IRI."""
        if not expand(subject):
            return []
        s, p = ox.NamedNode(subject), ox.NamedNode(predicate)
        return sorted({text_of(q.object) for q in self.store.quads_for_pattern(s, p, None, ox.DefaultGraph())})

    def value(self, subject: str, predicate: str) -> str:
        """The first object, or nothing."""
        return next(iter(self.values(subject, predicate)), "")

    def subjects(self, predicate: str, value: str) -> list[str]:
        """The subjects that have the IRI `value` under a predicate, sorted."""
        p, o = ox.NamedNode(predicate), ox.NamedNode(value)
        return sorted({text_of(q.subject) for q in self.store.quads_for_pattern(None, p, o, ox.DefaultGraph())})

    def pairs(self, predicate: str) -> list[tuple[str, str]]:
        """All subjects and objects of a predicate, sorted."""
        p = ox.NamedNode(predicate)
        found = self.store.quads_for_pattern(None, p, None, ox.DefaultGraph())
        return sorted({(text_of(q.subject), text_of(q.object)) for q in found})

    def triples(self, graph: str) -> list[tuple[str, str, str]]:
        """The triples of a named graph as text, sorted."""
        quads = self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        return sorted((text_of(q.subject), q.predicate.value, text_of(q.object)) for q in quads)

    def graphs(self, ending: str) -> list[str]:
        """Names of the graphs that end so, sorted."""
        return sorted(n for g in self.store.named_graphs() if (n := text_of(g)).endswith(ending))

    def name(self, value: str) -> str:
        """The label of an IRI; a literal is its own."""
        if not value or not expand(value):
            return value
        return self.value(value, SKOS + "prefLabel") or shrink(value)

    def names(self, value: str) -> list[str]:
        """All names of an entity; none of a literal."""
        return self.values(value, SKOS + "prefLabel") + self.values(value, SKOS + "altLabel")

    def labelled(self, iri: str) -> bool:
        """Whether an IRI names an entity; anchors and classes have no preferred name in the data."""
        return bool(self.values(iri, SKOS + "prefLabel"))

    def kinds(self, iri: str) -> tuple[str, ...]:
        """Local names of the acc: classes of an entity, the narrowest first."""
        classes = [t for t in self.values(iri, RDF + "type") if t.startswith(ACC)]
        above = {c: self.above(c, RDFS + "subClassOf") for c in classes}
        return tuple(c.removeprefix(ACC) for c in sorted(classes, key=lambda c: (-len(above[c]), c)))

    def above(self, term: str, predicate: str) -> set[str]:
        """A term with all that a predicate leads to."""
        found, todo = {term}, [term]
        while todo:
            new = set(self.values(todo.pop(), predicate)) - found
            found |= new
            todo += sorted(new)
        return found


def text_of(term: object) -> str:
    """The IRI or the text of a term of the store."""
    return str(getattr(term, "value", term))


def read_statement(reader: Reader, iri: str) -> Explained:
    """The statement with that IRI, in words."""
    types = {t.removeprefix(ACC) for t in reader.values(iri, RDF + "type")}
    group = next((g for kind, g in GROUPS.items() if kind in types), "")
    group = group or reader.value(iri, RDF + "predicate").removeprefix(ACC)
    subject, value = _sides(reader, iri, group)
    return Explained(
        iri=iri,
        group=group,
        subject=subject,
        value=value,
        status=reader.value(iri, ACC + "status").removeprefix(ACC),
        speaker=reader.name(speaker_of(reader, iri, group)),
        cites=tuple(reader.name(c) for c in reader.values(iri, CITES)),
        rule=reader.value(iri, ACC + "rule"),
        confidence=reader.value(iri, ACC + "confidence"),
        excerpt=reader.value(iri, ACC + "excerpt"),
        places=tuple(sorted(_places(reader, iri))),
        details=tuple(_details(reader, iri, group)),
    )


def speaker_of(reader: Reader, iri: str, group: str = "") -> str:
    """The IRI of who says so: the source that the document names, else its own voice; may be empty."""
    if group == "words":
        return reader.value(iri, ACC + "speaker")
    document = reader.value(iri, DOCUMENT)
    return reader.value(iri, ACC + "attributedTo") or reader.value(document, ACC + "voice")


def _sides(reader: Reader, iri: str, group: str) -> tuple[str, str]:
    def named(*terms: str) -> str:
        return ", ".join(reader.name(v) for t in terms for v in reader.values(iri, t))

    if group == "role":
        return named(ORG + "member"), named(ACC + "roleTitle", ORG + "organization")
    if group == "cohort":
        return named(ORG + "member"), named(ACC + "cohort")
    if group == "words":
        return named(ACC + "speaker"), named(SCHEMA + "text")
    if group == "number":
        figures = "–".join(reader.value(iri, t) for t in (ACC + "value", ACC + "upperValue") if reader.value(iri, t))
        unit = reader.value(iri, ACC + "unit").removeprefix(ACC)
        words = [reader.value(iri, ACC + "qualifier"), figures, unit, reader.value(iri, ACC + "measure")]
        return named(ACC + "about"), " ".join(w for w in words if w)
    return named(RDF + "subject"), named(RDF + "object")


def _details(reader: Reader, iri: str, group: str) -> Iterator[tuple[str, str]]:
    for label, term in _DETAILS.get(group, (("role", SCHEMA + "roleName"),)):
        value = reader.value(iri, term).removeprefix(ACC)
        if label == "numerator" and value:
            yield "counts", f"{value} of {reader.value(iri, ACC + 'denominator')}"
        elif label == "former":
            yield from [("former", "yes")] if value == "true" else []
        elif value:
            yield label, value


def _places(reader: Reader, iri: str) -> Iterator[Place]:
    figures = [f for t in reader.values(iri, ACC + "figure") if (f := _selected(reader, t))]
    sides = (RDF + "subject", RDF + "object", ORG + "member", ORG + "organization")
    names = [n for term in sides for v in reader.values(iri, term) for n in reader.names(v)]
    names += reader.values(iri, ACC + "roleTitle")
    for target in reader.values(iri, OA + "hasTarget"):
        found = _selected(reader, target)
        if found:
            start, end, exact = int(found["start"]), int(found["end"]), found.get("exact", "")
            marks = [(int(f["start"]) - start, int(f["end"]) - start) for f in figures]
            document, value = reader.value(target, OA + "hasSource"), found.get("value", "")
            page = number if (number := value.removeprefix("page=")).isdigit() and number != value else ""
            yield Place(
                document=reader.value(document, PREFIXES["dcterms"] + "identifier"),
                start=start,
                end=end,
                exact=exact,
                prefix=found.get("prefix", ""),
                suffix=found.get("suffix", ""),
                marks=tuple(m for m in marks if 0 <= m[0] < m[1] <= len(exact)) or _marks(exact, frozenset(names)),
                page=int(page) if page else None,
                paragraph="" if page else value,
            )


def _selected(reader: Reader, target: str) -> dict[str, str]:
    """What the selectors of a target say; nothing where they give no offsets."""
    found: dict[str, str] = {}
    for selector in reader.values(target, OA + "hasSelector"):
        terms = ("exact", "prefix", "suffix", "start", "end")
        found |= {t: v for t in terms if (v := reader.value(selector, OA + t))}
        if value := reader.value(selector, PREFIXES["rdf"] + "value"):
            found["value"] = value
    return found if found.get("start", "").isdigit() and found.get("end", "").isdigit() else {}


def _marks(text: str, names: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Where the names stand in a text, whole words, the longest first; line breaks count as spaces."""
    pattern = _alternatives(names)
    return tuple(m.span() for m in pattern.finditer(text)) if pattern else ()


@cache
def _alternatives(names: frozenset[str]) -> re.Pattern[str] | None:
    forms = [r"\s+".join(map(re.escape, n.split())) for n in sorted(names, key=lambda n: (-len(n), n)) if n.split()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)") if forms else None
