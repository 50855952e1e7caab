"""Authority files: entities that others have given IRIs, and which of ours they are.

A match needs the same name (case, accents and punctuation aside) and no contradiction in kind or place. It is written
as a link and as an acc:Match that tells score, rule and the file with its digest, in a graph of its own, from which
nothing is inferred. Where several could be meant none is chosen: that is told.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg.errors import InputError
from kg.extension import Added, Extension
from kg.graph.resolve import fold
from kg.graph.statements import decimal
from kg.graph.terms import ACC, PROV, Term, iri, quote
from kg.graph.terms import OWL as OWL_TERMS
from kg.graph.terms import RDF as RDF_TERMS
from kg.graph.terms import RDFS as RDFS_TERMS
from kg.graph.terms import SCHEMA as SCHEMA_TERMS
from kg.graph.terms import SKOS as SKOS_TERMS
from kg.model import Corpus, Entity, Finding, Severity
from kg.namespaces import expand, iri_of, mint, shrink
from kg.ontology import Ontology, load_ontology
from kg.turtle import malformed

COLUMNS = ("iri", "label", "alt", "kind", "place")
_SCHEMA = Namespace("https://schema.org/")
_LABELS = (SKOS.prefLabel, RDFS.label, _SCHEMA.name)
_ALIASES = (SKOS.altLabel, _SCHEMA.alternateName)
_PLACES = (URIRef(iri_of("locatedIn")), _SCHEMA.location, _SCHEMA.containedInPlace)
#: What agrees beside the name → score and words. A name that several share is never enough.
RULES = {
    ("label", "place"): (1.0, "label, kind and place agree"),
    ("label", "kind"): (0.9, "label and kind agree"),
    ("alias", "place"): (0.85, "another name, kind and place agree"),
    ("alias", "kind"): (0.75, "another name and kind agree"),
    ("label", "name"): (0.6, "label agrees; the file gives no kind"),
    ("alias", "name"): (0.5, "another name agrees; the file gives no kind"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An entity of an authority file.

    Attributes:
        labels, aliases: as printed.
        kind: name of the class of the ontology, or None.
        places: labels of where it is.
        concept: a concept of a thesaurus, not the thing itself.
        file: the path of the file as the user gave it.
        digest: SHA-256 of the file.
    """

    iri: str
    labels: tuple[str, ...]
    aliases: tuple[str, ...]
    kind: str | None
    places: tuple[str, ...]
    concept: bool
    file: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One of our entities and the one of the file, with what speaks for it."""

    entity: Entity
    known: Known
    score: float
    rule: str

    @property
    def predicate(self) -> Term:
        """The link: the same individual only where the file describes individuals and the kinds agree."""
        if self.score < RULES["alias", "kind"][0]:
            return SKOS_TERMS.closeMatch
        return SKOS_TERMS.exactMatch if self.known.concept else OWL_TERMS.sameAs


@dataclass(frozen=True, slots=True)
class Matches:
    """What was linked, in order of our IRIs, and what was not because several could be meant."""

    found: tuple[Match, ...] = ()
    ambiguous: tuple[Finding, ...] = ()


NO_MATCHES = Matches()


def read_authorities(extension: Extension) -> tuple[Known, ...]:
    """The entities of all authority files, by IRI.

    Raises:
        InputError: a file is malformed, has other columns, an unknown kind, or names nothing.
    """
    found: list[Known] = []
    for file in extension.files:
        if file.folder == "authority":
            entries = list(_of_csv(file) if file.name.endswith(".csv") else _of_turtle(file))
            if not entries:
                hint = "give resources with skos:prefLabel, rdfs:label or schema:name, or rows with iri and label"
                raise InputError("names nothing", where=file.place, hint=hint)
            found += entries
    return tuple(sorted(found, key=lambda k: (k.iri, k.file)))


def _of_csv(file: Added) -> Iterator[Known]:
    ontology = load_ontology()
    try:
        rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=file.place, hint="save the file as UTF-8") from error
    except csv.Error as error:
        raise InputError(f"malformed CSV: {error}", where=file.place, hint="quote cells that hold commas") from error
    digest = sha256(file.content).hexdigest()
    for line, row in enumerate(rows, 2):
        where = f"{file.place}, line {line}"
        if not {"iri", "label"} <= set(row) or set(row) - set(COLUMNS):
            hint = f"the first line names columns: iri and label, and where there are any {', '.join(COLUMNS[2:])}"
            raise InputError("other columns than those of an authority file", where=where, hint=hint)
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        known = expand(cells["iri"])
        if known is None or not cells["label"]:
            raise InputError("a row needs an absolute IRI and a label", where=where, hint="fill in the cells")
        kind = _kind_called(cells["kind"], ontology, where) if cells["kind"] else None
        yield Known(
            iri=known,
            labels=(cells["label"],),
            aliases=_split(cells["alt"]),
            kind=kind,
            places=_split(cells["place"]),
            concept=False,
            file=file.place,
            digest=digest,
        )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _kind_called(text: str, ontology: Ontology, where: str) -> str:
    """A class by local name, prefixed name, IRI or label."""
    names = [n for n, c in ontology.classes.items() if text in (n, f"acc:{n}", iri_of(n)) or text == c.label]
    if not names or ontology.family(names[0]) is None:
        classes = ", ".join(n for n in ontology.classes if ontology.family(n))
        raise InputError(f"unknown kind {text!r}", where=where, hint=f"there are: {classes}")
    return names[0]


def _of_turtle(file: Added) -> Iterator[Known]:
    graph = Graph()
    try:
        graph.parse(data=file.content, format="turtle")
    except Exception as error:  # rdflib raises many types for bad Turtle
        raise malformed(error, file.place, users=True) from error
    digest, kinds = sha256(file.content).hexdigest(), _kinds(load_ontology())
    labelled = {s for term in _LABELS for s in graph.subjects(term) if isinstance(s, URIRef)}
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme)) | set(graph.subjects(RDF.type, OWL.Ontology))
    for node in sorted(labelled - schemes, key=str):
        types = sorted(kinds[str(t)] for t in graph.objects(node, RDF.type) if str(t) in kinds)
        yield Known(
            iri=str(node),
            labels=_texts(graph, node, _LABELS),
            aliases=_texts(graph, node, _ALIASES),
            kind=types[0] if types else None,
            places=tuple(sorted(label for p in _PLACES for o in graph.objects(node, p) for label in _named(graph, o))),
            concept=(node, RDF.type, SKOS.Concept) in graph,
            file=file.place,
            digest=digest,
        )


def _named(graph: Graph, node: Node) -> tuple[str, ...]:
    return (str(node),) if isinstance(node, Literal) else _texts(graph, node, _LABELS)


def _texts(graph: Graph, node: Node, terms: Iterable[URIRef]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sorted(str(o) for term in terms for o in graph.objects(node, term))))


def _kinds(ontology: Ontology) -> dict[str, str]:
    """IRI of a class → the class of ours: itself, or the only one that is said to be below it (schema:Person)."""
    above: dict[str, list[str]] = defaultdict(list)
    for name, found in ontology.classes.items():
        if ontology.family(name):
            for parent in found.parents:
                above[iri_of(parent)].append(name)
    above.pop(str(SKOS.Concept), None)  # whose instances are no more of one kind than other things
    kinds = {iri: names[0] for iri, names in above.items() if len(names) == 1 and not iri.startswith(iri_of(""))}
    return kinds | {iri_of(name): name for name in ontology.classes if ontology.family(name)}


def match(corpus: Corpus, known: Sequence[Known]) -> Matches:
    """Which of our entities are in the files; what several fit alike is left to the user."""
    ontology, places = load_ontology(), _places(corpus)
    by_name: dict[str, list[tuple[Known, str]]] = defaultdict(list)
    for one in known:
        for kind, names in (("label", one.labels), ("alias", one.aliases)):
            for name in names:
                by_name[fold(name)].append((one, kind))
    fitting: list[Match] = []
    ambiguous: list[Finding] = []
    for entity in corpus.entities:
        best = _best(entity, by_name, places.get(entity.id, frozenset()), ontology)
        if len({m.known.iri for m in best}) == 1:
            fitting.append(best[0])
        elif best:
            ambiguous.append(_several(entity, best))
    claimed: dict[str, list[Match]] = defaultdict(list)
    for one_match in fitting:
        claimed[one_match.known.iri].append(one_match)
    alone = [m for m in fitting if len(claimed[m.known.iri]) == 1]
    ambiguous += [_shared(ms) for _, ms in sorted(claimed.items()) if len(ms) > 1]
    return Matches(tuple(sorted(alone, key=lambda m: m.entity.id)), tuple(sorted(ambiguous, key=lambda f: f.focus)))


def _best(
    entity: Entity, by_name: Mapping[str, list[tuple[Known, str]]], places: frozenset[str], ontology: Ontology
) -> list[Match]:
    """The best matches of an entity, all of one score; by IRI."""
    found: dict[str, Match] = {}
    for number, name in enumerate(entity.names):
        if number and (name.isupper() or " " not in name):
            continue  # an acronym, a surname: they name too many
        for known, kind in by_name.get(fold(name), ()):
            agreement = _agreement(entity, known, places, ontology)
            if agreement:
                score, rule = RULES["alias" if number else kind, agreement]
                if known.iri not in found or found[known.iri].score < score:
                    found[known.iri] = Match(entity=entity, known=known, score=score, rule=rule)
    top = max((m.score for m in found.values()), default=0.0)
    return [m for _, m in sorted(found.items()) if m.score == top]


def _agreement(entity: Entity, known: Known, places: frozenset[str], ontology: Ontology) -> str | None:
    """What agrees beside the name: "place", "kind", "name"; None where kind or place speak against it."""
    kinds = (entity.kind, *entity.classes)
    if known.kind is None:
        return "name"
    if not any(ontology.is_a(k, known.kind) or ontology.is_a(known.kind, k) for k in kinds):
        return None
    if known.places and places:
        return "place" if places & {fold(p) for p in known.places} else None
    return "kind"


def _places(corpus: Corpus) -> dict[str, frozenset[str]]:
    """Entity → folded names of the places it is stated to lie in, or that its name gives ("Elm, Ohio")."""
    names = {str(e.id): e.names for e in corpus.entities}
    found: dict[str, set[str]] = defaultdict(set)
    for entity in corpus.entities:
        for name in entity.names:
            _, comma, state = name.partition(", ")
            if comma and entity.kind == "Place":
                found[entity.id].add(fold(state))
    for reading in corpus.readings:
        for a in reading.assertions:
            if a.predicate == "locatedIn" and a.grounds.status.stated and isinstance(a.object, str):
                found[a.subject].update(fold(n) for n in names.get(a.object, ()))
    return {entity: frozenset(placed) for entity, placed in found.items()}


def _several(entity: Entity, best: Sequence[Match]) -> Finding:
    iris = ", ".join(shrink(m.known.iri) for m in best)
    words = f"{entity.names[0]!r} may be {iris} of {best[0].known.file}: none was linked; give kinds and places there."
    return Finding(severity=Severity.WARNING, message=words, focus=entity.id, shape="authority")


def _shared(matches: Sequence[Match]) -> Finding:
    names = ", ".join(shrink(m.entity.id) for m in matches)
    known = matches[0].known
    words = f"{shrink(known.iri)} of {known.file} may be each of {names}: none was linked; see kg link review."
    return Finding(severity=Severity.WARNING, message=words, focus=matches[0].entity.id, shape="authority")


def match_triples(matches: Matches, base: str) -> Iterator[tuple[Term, Term, Term]]:
    """The links, each with an acc:Match that tells why, and the files."""
    for one in matches.found:
        ours, theirs = iri(one.entity.id), iri(one.known.iri)
        file = iri(mint(base, "authority", one.known.digest, name=one.known.file.rpartition("/")[2]))
        node = iri(mint(base, "match", one.entity.id, one.predicate, one.known.iri, one.known.digest))
        yield ours, one.predicate, theirs
        yield node, RDF_TERMS.type, ACC.Match
        yield node, RDFS_TERMS.label, quote(f"match of {one.entity.names[0]}")
        yield node, ACC.matched, ours
        yield node, ACC.matchLink, one.predicate
        yield node, ACC.matchedTo, theirs
        yield node, ACC.score, decimal(Decimal(str(one.score)))
        yield node, ACC.matchRule, quote(one.rule)
        yield node, PROV.wasDerivedFrom, file
        yield file, RDF_TERMS.type, PROV.Entity
        yield file, RDFS_TERMS.label, quote(one.known.file.rpartition("/")[2])
        yield file, SCHEMA_TERMS.sha256, quote(one.known.digest)
