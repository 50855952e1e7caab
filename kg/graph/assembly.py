"""Parts of documents become the files of a dataset: the same bytes as if the dataset had been made as a whole.

Parts are looked at once, in the order of their documents; what stays in memory is what documents share: names, facts,
what follows from them. Everything else goes through the disk.
"""

from __future__ import annotations

import heapq
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from kg.graph.authority import NO_MATCHES, Matches, match_triples
from kg.graph.dataset import BuildInfo, add_inferred, to_quads
from kg.graph.gate import Gate, WholeNeededError, check_shared, tell_shared
from kg.graph.overview import OF_DOCUMENTS, head, heading, overview, positions, remarks, sections, tell
from kg.graph.parts import Part, assumed_prefix
from kg.graph.provenance import graph_iri
from kg.graph.quads import Quads
from kg.graph.reason import Closure, infer_quads, reason
from kg.graph.serialize import to_nquads
from kg.graph.shared import Shared, gather_in
from kg.graph.spool import Spools
from kg.graph.terms import ACC, RDF, RDFS, SKOS, Term, Triple, n3, text_of
from kg.graph.turtle import blocks, namespaces, prefixes_of, write_turtle, writer
from kg.graph.validate import Engine, Report, in_order, validate
from kg.model import Corpus, Document, Entity, Finding
from kg.namespaces import PREFIXES
from kg.ontology import graph as own_ontology
from kg.settings import Settings

#: What calls an entity something; nothing follows from it.
_NAMES = (SKOS.prefLabel, SKOS.altLabel, RDFS.label)


@dataclass(frozen=True, slots=True)
class Whole:
    """What is known of the corpus before its documents are looked at.

    Attributes:
        documents: in order of their IRIs.
        entities: all that is named, as linked.
        named: for each document the IRIs of what it names.
        relations: number of a document → what it says of relations (`kg.graph.parts.RELATION`); for words of findings.
        texts: number of a document → its text, where the documents do not hold it.
    """

    documents: tuple[Document, ...]
    entities: Sequence[Entity]
    named: Sequence[Sequence[str]]
    relations: Callable[[int], Quads]
    texts: Callable[[int], str] | None = None


@dataclass(frozen=True, slots=True)
class Assembled:
    """What is told of a dataset.

    Attributes:
        report: of the gate and of the reasoner.
        counts: relations; roles and cohorts; statistics; attributions; inferred triples.
    """

    report: Report
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What is known of the corpus as a whole, and what was counted; `quads` are those of no single document."""

    quads: Quads
    facts: set[Triple] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    wordless: list[Finding] = field(default_factory=list)
    sentences: dict[tuple[Term | None, ...], str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    focus_nodes: list[int] = field(default_factory=lambda: [0])
    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    known: dict[str, str] = field(default_factory=dict)

    def triple(self, given: Triple) -> Triple:
        """The triple with the same string for the same term, so that each is in memory once."""
        one, (s, p, o) = self.known.setdefault, given
        return one(s, s), one(p, p), one(o, o)


def assemble(
    parts: Iterable[Part], whole: Whole, build: BuildInfo, settings: Settings, gate: Gate, folder: Path
) -> Assembled:
    """Write graph.ttl, dataset.nq, inferred.ttl and documents/ into a folder, and check the dataset.

    Args:
        parts: of all documents, in their order.
        whole: the documents, and what linking found.
        build: what made the graph.
        settings: as for `to_quads`.
        gate: for the base of the settings.
        folder: an empty one.

    Raises:
        WholeNeededError: the dataset must be made as a whole.
    """
    base = settings.base
    gathered = _Gathered(Quads())
    corpus = Corpus(documents=whole.documents, entities=tuple(whole.entities), readings=())
    for name, triples in to_quads(corpus, build, settings).named.items():
        gathered.quads.graph(name).update(map(gathered.triple, triples))
    with TemporaryDirectory(dir=folder) as place, ExitStack() as files:
        spools, texts = Spools(Path(place), files), _Texts(Path(place), files)
        near = {o for _, _, o in gathered.quads.named[graph_iri(base, "provenance")]}
        shared = gather_in(Path(place), files, gate.objects, near)
        for part in parts:
            _gather(gathered, part, base)
            shared.add(part)
            for begin, run in part.runs:
                spools.add(begin, run)
            texts.add(part)
        gathered.known.clear()
        shared.sort()
        closure = _reason(gathered, whole, settings)
        findings = [*gathered.findings, *_shared_findings(gathered, shared, whole, gate)]
        report = Report(in_order(findings), gate.count, gathered.focus_nodes[0], Engine.COMPILED)
        with (folder / "graph.ttl").open("wb") as file:
            _write_overview(file, gathered, texts, base)
        spools.write(folder / "dataset.nq", _other_lines(gathered.quads, shared, closure, base))
    _write_rest(folder, whole.documents, closure, whole.texts)
    return Assembled(report.including(closure.inconsistencies), (*gathered.counts, len(closure.triples)))


def make_whole(
    corpus: Corpus, build: BuildInfo, settings: Settings, folder: Path, matches: Matches = NO_MATCHES
) -> Assembled:
    """The same files, made of the whole dataset in memory: the reference for `assemble`, and the way where it refuses.

    Args:
        corpus: all documents, linked.
        build: what made the graph.
        settings: as for `to_quads`.
        folder: an empty one.
        matches: with authority files.
    """
    dataset = to_quads(corpus, build, settings)
    if matches.found:
        dataset.graph(graph_iri(settings.base, "authority")).update(match_triples(matches, settings.base))
    closure = infer_quads(dataset, own_ontology(), settings.reasoner)
    report = validate(dataset, base=settings.base).including([*closure.inconsistencies, *matches.ambiguous])
    add_inferred(dataset, closure.triples, settings)
    (folder / "graph.ttl").write_bytes(overview(dataset))
    (folder / "dataset.nq").write_bytes(to_nquads(dataset))
    _write_rest(folder, corpus.documents, closure)
    parts = zip(*((r.assertions, r.memberships, r.statistics, r.attributions) for r in corpus.readings), strict=True)
    counts = (sum(map(len, part)) for part in parts)
    return Assembled(report, (*counts, len(closure.triples)))


def _write_rest(
    folder: Path, documents: Sequence[Document], closure: Closure[Term], texts: Callable[[int], str] | None = None
) -> None:
    with (folder / "inferred.ttl").open("wb") as file:
        write_turtle(closure.triples, file)
    (folder / "documents").mkdir()
    for number, document in enumerate(documents):
        text = texts(number) if texts else document.text
        (folder / "documents" / f"{document.name}.txt").write_bytes(text.encode())


def _gather(gathered: _Gathered, part: Part, base: str) -> None:
    entities = gathered.quads.graph(graph_iri(base, "entities"))
    entities.update(map(gathered.triple, part.cohorts))
    gathered.facts.update(map(gathered.triple, part.facts))
    gathered.findings.extend(part.findings)
    gathered.wordless.extend(part.wordless)
    for s, p, o, words in part.sentences:
        relation = gathered.triple((s, p, o))
        gathered.sentences[relation] = min(gathered.sentences.get(relation, words), words)
    gathered.used.update(part.used)
    gathered.subjects.update(part.subjects)
    gathered.focus_nodes[0] += part.focus_nodes
    gathered.counts[:] = [a + b for a, b in zip(gathered.counts, part.counts, strict=True)]


def _reason(gathered: _Gathered, whole: Whole, settings: Settings) -> Closure[Term]:
    entities = gathered.quads.named.get(graph_iri(settings.base, "entities"), set())
    given = gathered.facts | {t for t in entities if t[1] not in _NAMES}
    excerpts = lru_cache(maxsize=1024)(lambda number: _excerpts(whole.relations(number)))
    naming: dict[str, list[int]] = {}

    def sentences(triple: Triple) -> list[str]:
        if not naming:  # only where something is contradicted
            for number, document in enumerate(whole.documents):
                for node in {document.iri, *whole.named[number]}:
                    naming.setdefault(node, []).append(number)
        numbers = naming.get(text_of(triple[0]), ())
        return sorted({words for number in numbers for words in excerpts(number).get(triple, ())})

    return reason(given, own_ontology(), sentences, settings.reasoner)


def _excerpts(quads: Quads) -> dict[Triple, set[str]]:
    """The relations that a document states in any manner, with their words."""
    found: dict[Triple, set[str]] = {}
    for name, triples in quads.named.items():
        if name.endswith("/statements"):
            told: dict[Term, dict[Term, Term]] = {}
            for s, p, o in triples:
                told.setdefault(s, {})[p] = o
            for values in told.values():
                subject, predicate, target = (values.get(term) for term in (RDF.subject, RDF.predicate, RDF.object))
                if subject and predicate and target and ACC.excerpt in values:
                    found.setdefault((subject, predicate, target), set()).add(text_of(values[ACC.excerpt]))
    return found


def _shared_findings(gathered: _Gathered, shared: Shared, whole: Whole, gate: Gate) -> list[Finding]:
    """What is wrong with shared nodes, in the words of the documents that name them."""
    corpus = heapq.merge(*map(sorted, gathered.quads.named.values()))
    results, targets = check_shared(gate, shared.portions(corpus))
    gathered.focus_nodes[0] += targets
    if not results and not gathered.wordless:
        return []
    about = {finding.value for finding in gathered.wordless}
    about |= {str(node) for result in results for node in (result.focus, result.value) if node is not None}
    near = Quads()
    for number, named in enumerate(whole.named):
        if not about.isdisjoint(named):
            for name, triples in whole.relations(number).named.items():
                telling = {s for s, p, o in triples if p in (RDF.subject, RDF.object) and text_of(o) in about}
                near.graph(name).update(t for t in triples if t[0] in telling)
    return tell_shared(gate, results, gathered.wordless, near)


@dataclass(frozen=True, slots=True)
class _Texts:
    """What of graph.ttl is about one document each, by section.

    Attributes:
        places: key of a document's block in the first section, which is sorted by title → where it lies.
        last: the last key of each other section.
    """

    folder: Path
    files: ExitStack
    open: dict[int, IO[bytes]] = field(default_factory=dict)
    places: list[tuple[tuple[str, int, str], int, int]] = field(default_factory=list)
    last: dict[int, tuple[str, int, str]] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Take the blocks of a document.

        Raises:
            WholeNeededError: blocks of several documents stand among each other.
        """
        for number, first, second, subject, text in part.blocks:
            key, content = (first, second, subject), text.encode()
            file = self.open.get(number)
            if file is None:
                path = self.folder / f"{number}.ttl"
                file = self.open[number] = self.files.enter_context(path.open("w+b"))
            if number == 0:
                self.places.append((key, file.tell(), len(content)))
            elif key <= self.last.get(number, ("", -1, "")):
                raise WholeNeededError("statements of several documents stand among each other")
            elif number in self.last:
                content = b"\n" + content
            self.last[number] = key
            file.write(content)

    def write(self, number: int, target: IO[bytes]) -> None:
        """Write a section."""
        file = self.open[number]
        if number:
            file.seek(0)
            shutil.copyfileobj(file, target, 1 << 20)
            return
        for position, (_, start, length) in enumerate(sorted(self.places)):
            file.seek(start)
            target.write((b"\n" if position else b"") + file.read(length))


def _write_overview(file: IO[bytes], gathered: _Gathered, texts: _Texts, base: str) -> None:
    """Write graph.ttl.

    Raises:
        WholeNeededError: a prefix is not what the parts took it for.
    """
    told = tell(_of_entities(gathered, base))
    found = [(title, triples) for title, triples in sections(told) if title not in OF_DOCUMENTS]
    used, subjects = namespaces([t for _, triples in found for t in triples])
    prefixes = prefixes_of(gathered.used | used, gathered.subjects | subjects)
    _refuse_other_prefixes(gathered.used, prefixes, base)
    write, order, remark = writer(prefixes), positions(told), remarks(gathered.sentences)
    file.write(head(prefixes).encode())
    by_title: Mapping[str, list[Triple]] = dict(found)
    for title in (title for title, _ in sections(told)):
        number = OF_DOCUMENTS.index(title) if title in OF_DOCUMENTS else None
        if number in texts.open or by_title.get(title):
            file.write(f"\n{heading(title)}\n".encode())
            if number is not None:
                texts.write(number, file)
            else:
                file.write(blocks(by_title[title], write, order=order, remark=remark).encode())


def _of_entities(gathered: _Gathered, base: str) -> Quads:
    """What is known of the corpus as a whole, with the facts about its entities."""
    described = {s for s, _, _ in gathered.quads.graph(graph_iri(base, "entities"))}
    facts = {t for t in gathered.facts if t[0] in described and t[1] != RDF.type}
    return Quads({**gathered.quads.named, "/facts": facts})


def _refuse_other_prefixes(used: Iterable[str], prefixes: Mapping[str, str], base: str) -> None:
    names = {namespace: prefix for prefix, namespace in reversed(list(prefixes.items()))}
    known = {namespace: prefix for prefix, namespace in reversed(list(PREFIXES.items()))}
    for namespace in used:
        if names.get(namespace) != known.get(namespace, assumed_prefix(namespace, base)):
            raise WholeNeededError(f"{namespace} has another prefix")


def _other_lines(quads: Quads, shared: Shared, closure: Closure[Term], base: str) -> Iterator[str]:
    """The sorted lines of everything that is not one document's own."""

    def lines(triples: Iterable[Triple], name: str) -> Iterator[str]:
        return (f"{s} {p} {o} <{name}> .\n" for s, p, o in triples)

    # No term begins with another, so that triples and lines have the same order.
    corpus = (lines(sorted(triples), name) for name, triples in quads.named.items())
    axioms = sorted(lines(((n3(s), n3(p), n3(o)) for s, p, o in own_ontology()), graph_iri(base, "ontology")))
    return heapq.merge(*corpus, shared.lines(), axioms, lines(closure.triples, graph_iri(base, "inferred")))
