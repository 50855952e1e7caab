"""What one document gives to the dataset, made without the others: so that it can be kept, and need not be made again.

A part depends on the reading of its document and on the names, kinds and IRIs that linking gave to what it names; on
nothing else of the corpus. `kg.graph.assembly` puts parts together.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any

from kg.graph.dataset import to_quads
from kg.graph.gate import Checked, Gate, check_documents
from kg.graph.overview import OF_DOCUMENTS, Told, positions, remarks, sections, sentences, tell
from kg.graph.provenance import BuildInfo, graph_iri
from kg.graph.quads import Quads
from kg.graph.terms import ACC, PROV, RDF, Term, Triple, text_of
from kg.graph.turtle import Write, blocks, namespaces, writer
from kg.model import Corpus, Finding, Severity
from kg.namespaces import PREFIXES
from kg.settings import Settings

#: Of the graph `document`, what is a fact about the world (`kg.graph.reason`).
_FACTS = (RDF.type, ACC.voice)
_FINDINGS = ("findings", "wordless")
_OURS = ACC[""][:-1]
#: What is asked of statements to tell findings in their words.
RELATION = frozenset((RDF.subject, RDF.predicate, RDF.object, ACC.excerpt))
#: Number of the section, place in it as two keys, IRI of the subject, Turtle.
Block = tuple[int, str, int, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one document gives.

    Attributes:
        runs: (what the lines begin with, sorted lines of N-Quads) of the nodes that this document alone describes.
        shared: graph and triple of what it says of the others, which several documents may name.
        cohorts: triples of cohorts.
        facts: triples that reasoning starts from.
        links: types of its own nodes that others lead to.
        findings, wordless, focus_nodes: of its own nodes (`kg.graph.gate`).
        blocks: of graph.ttl, in order.
        used, subjects: namespaces of what stands in the blocks.
        sentences: asserted relation and its sentence.
        counts: relations; roles and cohorts; statistics; attributions.
    """

    runs: tuple[tuple[str, bytes], ...]
    shared: tuple[tuple[str, Term, Term, Term], ...]
    cohorts: tuple[Triple, ...]
    facts: tuple[Triple, ...]
    links: tuple[Triple, ...]
    findings: tuple[Finding, ...]
    wordless: tuple[Finding, ...]
    focus_nodes: int
    blocks: tuple[Block, ...]
    used: tuple[str, ...]
    subjects: tuple[str, ...]
    sentences: tuple[tuple[Term, Term, Term, str], ...]
    counts: tuple[int, ...]


def make_parts(corpora: Sequence[Corpus], build: BuildInfo, settings: Settings, gate: Gate) -> list[Part]:
    """The parts of some documents.

    Args:
        corpora: each one linked document, with the entities that it names as they are in the whole corpus.
        build: what reads.
        settings: as for `to_quads`.
        gate: for the base of the settings.

    Raises:
        WholeNeededError: the gate cannot tell document by document.
    """
    made = [to_quads(corpus, build, settings) for corpus in corpora]
    whole = (graph_iri(settings.base, "entities"), graph_iri(settings.base, "provenance"))
    shared = [{s for name in whole for s, _, _ in quads.named.get(name, ())} for quads in made]
    own: list[dict[str, set[Triple]]] = [
        {name: triples for name, triples in quads.named.items() if name not in whole} for quads in made
    ]
    owners = {
        text_of(s): number
        for number, graphs in enumerate(own)
        for s in {s for triples in graphs.values() for s, _, _ in triples} - shared[number]
    }
    checked = check_documents(gate, made, owners)
    return [
        _part(corpus, quads, graphs, names, outcome, settings, gate)
        for corpus, quads, graphs, names, outcome in zip(corpora, made, own, shared, checked, strict=True)
    ]


def _part(
    corpus: Corpus,
    quads: Quads,
    graphs: Mapping[str, set[Triple]],
    shared: set[Term],
    checked: Checked,
    settings: Settings,
    gate: Gate,
) -> Part:
    (reading,) = corpus.readings
    entities = {f"<{e.id}>" for e in corpus.entities}
    said = sorted((name, *t) for name, triples in graphs.items() for t in triples if t[0] in shared)
    leads_to = {o for _, _, _, o in said}
    told = tell(quads)
    found, used, subjects = _blocks(told, settings.base)
    return Part(
        runs=tuple(_runs(graphs, shared, settings.base)),
        shared=tuple(said),
        cohorts=tuple(sorted(t for t in quads.named[graph_iri(settings.base, "entities")] if t[0] not in entities)),
        facts=tuple(sorted(_facts(graphs))),
        links=tuple(sorted(_links(graphs, shared, leads_to, gate))),
        findings=checked.findings,
        wordless=checked.wordless,
        focus_nodes=checked.focus_nodes,
        blocks=tuple(found),
        used=used,
        subjects=subjects,
        sentences=tuple(sorted((s, p, o, x) for (s, p, o), x in sentences(told).items() if s and p and o)),
        counts=tuple(map(len, (reading.assertions, reading.memberships, reading.statistics, reading.attributions))),
    )


def _runs(graphs: Mapping[str, set[Triple]], shared: set[Term], base: str) -> Iterator[tuple[str, bytes]]:
    """The lines of the document's own nodes, by kind of node: each kind is a stretch of the sorted dataset."""
    lines = sorted(
        f"{s} {p} {o} <{name}> .\n" for name, triples in graphs.items() for s, p, o in triples if s not in shared
    )
    after = len(base) + 1
    start = 0
    while start < len(lines):
        begin = lines[start][: lines[start].find("/", after) + 1]
        end = bisect_left(lines, f"{begin}\U0010ffff", start)  # behind all that begin so
        yield begin, "".join(lines[start:end]).encode()
        start = end


def _facts(graphs: Mapping[str, set[Triple]]) -> Iterator[Triple]:
    for name, triples in graphs.items():
        if name.endswith(("/facts", "/document")):
            for s, p, o in triples:
                described = p in _FACTS and (o if p == RDF.type else p).startswith(_OURS)
                if described or name.endswith("/facts"):
                    yield s, p, o


def _links(graphs: Mapping[str, set[Triple]], shared: set[Term], leads_to: set[Term], gate: Gate) -> Iterator[Triple]:
    """Types of the document, of its reading and of its nodes that shared ones lead to; ways to shared targets."""
    targets, kind = gate.objects, RDF.type
    for name, triples in graphs.items():
        of_document = name.endswith("/document")
        for s, p, o in triples:
            if p != kind and p not in targets:
                continue
            described = p == kind and (s in leads_to or (of_document and o != PROV.Entity))
            if (described or (p in targets and o in shared)) and s not in shared:
                yield s, p, o


def _blocks(told: Told, base: str) -> tuple[list[Block], tuple[str, ...], tuple[str, ...]]:
    """What of graph.ttl is about this document alone, with the namespaces that stand in it and those of subjects."""
    order, remark = positions(told), remarks(sentences(told))
    groups: list[tuple[int, Term, list[Triple]]] = []
    for title, triples in sections(told):
        if title in OF_DOCUMENTS:
            by_subject: dict[Term, list[Triple]] = {}
            for triple in triples:
                by_subject.setdefault(triple[0], []).append(triple)
            groups += [(OF_DOCUMENTS.index(title), subject, of) for subject, of in by_subject.items()]
    used, subjects = namespaces([t for _, _, of in groups for t in of])
    write = assumed_writer(used, base)
    found = []
    for number, subject, triples in groups:
        text = blocks(triples, write, order=order, remark=remark)
        found.append((number, *order(subject), text_of(subject), text))
    return sorted(found), tuple(sorted(used)), tuple(sorted(subjects))


def assumed_writer(used: Iterable[str], base: str) -> Write:
    """What writes terms with the prefixes that a whole corpus most likely has; `assumed_prefix` tells which."""
    names = dict(PREFIXES)
    for namespace in sorted(used):
        prefix = assumed_prefix(namespace, base)
        if prefix and prefix not in names:
            names[prefix] = namespace
    return writer(names)


def assumed_prefix(namespace: str, base: str) -> str | None:
    """The prefix of a namespace of data: "person" for {base}person/."""
    name = namespace.removeprefix(base).rstrip("/")
    if name == "evidence":  # is never a subject there
        return None
    return name if namespace == f"{base}{name}/" and name and "/" not in name and name not in PREFIXES else None


def encode_part(part: Part) -> bytes:
    """A part as bytes: a line of JSON, then the lines of N-Quads as they are."""
    table = {name: getattr(part, name) for name in Part.__slots__}
    table |= {name: [asdict(f) for f in getattr(part, name)] for name in _FINDINGS}
    table["runs"] = [(begin, len(run)) for begin, run in part.runs]
    head = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    return b"\n".join((head, b"".join(run for _, run in part.runs)))


def decode_part(content: bytes) -> Part:
    """The part out of its bytes.

    Raises:
        ValueError: they are none.
    """
    head, _, body = content.partition(b"\n")
    try:
        table = json.loads(head)
        ends = list(accumulate((length for _, length in table["runs"]), initial=0))
        runs = tuple(
            (begin, body[start : start + n]) for (begin, n), start in zip(table.pop("runs"), ends, strict=False)
        )
        findings: dict[str, Any] = {name: tuple(map(_finding, table.pop(name))) for name in _FINDINGS}
        lists: dict[str, Any] = {n: tuple(map(_frozen, value)) for n, value in table.items() if n != "focus_nodes"}
        return Part(runs=runs, **findings, focus_nodes=int(table["focus_nodes"]), **lists)
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a part: {error!r}") from error


def _finding(table: dict[str, Any]) -> Finding:
    return Finding(**(table | {"severity": Severity(table["severity"])}))


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def relations_of(part: Part) -> Quads:
    """What the document says of the relations that it states or denies: their sides and their words."""
    quads = Quads()
    for _, run in part.runs:
        for line in run.decode().split("\n")[:-1]:  # splitlines would see line ends inside literals
            s, p, rest = line.split(" ", 2)
            if p in RELATION:
                o, _, name = rest.removesuffix("> .").rpartition(" <")
                quads.graph(name).add((s, p, o))
    return quads
