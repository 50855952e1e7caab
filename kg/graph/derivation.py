"""What of an output folder follows from the rest, made again and compared: a statement that nothing says stands out.

The dataset is read as the corpus that it was made of, and written again: IRIs, evidence, excerpts, facts and claims,
what follows, the ontology, the provenance; then the files that are made of the dataset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kg import __version__, assets
from kg.errors import InputError, KgError
from kg.graph.authority import match, match_triples, read_authorities
from kg.graph.dataset import add_inferred, to_quads
from kg.graph.overview import overview
from kg.graph.provenance import BuildInfo, add_build, graph_iri
from kg.graph.quads import Quads
from kg.graph.reason import infer_quads
from kg.graph.recovery import recover, recover_build
from kg.graph.report import report_text, report_turtle
from kg.graph.serialize import to_nquads
from kg.graph.terms import Triple
from kg.graph.turtle import to_turtle
from kg.graph.validate import validate
from kg.model import Corpus, Finding, Severity
from kg.namespaces import DATA, shrink
from kg.ontology import graph as own_ontology
from kg.settings import Settings

#: Of one graph, so many quads are named.
NAMED = 5
#: What comes of reading back what no build writes.
_NO_BUILD = (ValueError, KeyError, IndexError, TypeError, ArithmeticError)
_IRI = r"<[^<>\"\s]*>"
_LITERAL = rf'"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^{_IRI})?'
_LINE = re.compile(rf"({_IRI}) ({_IRI}) ({_IRI}|{_LITERAL}) <([^<>\"\s]*)> \.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """What was made again, and what differs."""

    quads: int
    statements: int
    files: int
    findings: tuple[Finding, ...]


def derive(directory: Path) -> Derivation:
    """Make again what follows from the rest, and compare.

    Raises:
        InputError: there is no dataset.nq.
    """
    content, texts = _contents(directory)
    dataset, findings = read_lines(content)
    again, settings, ambiguous, trouble = _written_again(dataset, texts)
    findings += trouble
    if again is not None:
        findings += _compared(dataset, again)
        if not findings and to_nquads(dataset) != content:
            findings.append(_violation("the lines of dataset.nq are not in order, or not each once", "dataset.nq"))
    made, differing = _files_again(directory, dataset, settings, ambiguous)
    statements = sum(len({s for s, _, _ in t}) for name, t in dataset.named.items() if name.endswith("/statements"))
    return Derivation(
        quads=sum(map(len, dataset.named.values())),
        statements=statements,
        files=made,
        findings=(*findings, *differing),
    )


def recovered(directory: Path) -> tuple[Corpus, Settings]:
    """The corpus that an output folder was made of, and the settings.

    Raises:
        InputError: no build writes such a folder.
    """
    content, texts = _contents(directory)
    dataset, findings = read_lines(content)
    if not findings:
        base = _base(dataset)
        with suppress(*_NO_BUILD):
            info, epoch = recover_build(dataset, base)
            corpus = recover(dataset, texts, base)
            return corpus, _settings(dataset, corpus, info, Settings(base=base, epoch=epoch))
    hint = "kg verify without --rebuild names what is wrong"
    raise InputError("no build writes such a dataset", where=str(directory / "dataset.nq"), hint=hint)


def _contents(directory: Path) -> tuple[bytes, dict[str, str]]:
    try:
        content = (directory / "dataset.nq").read_bytes()
        places = sorted((directory / "documents").glob("*.txt"))
        return content, {p.stem: p.read_bytes().decode(errors="replace") for p in places}
    except OSError as error:
        hint = "build it first: kg build SOURCE… -o DIR"
        raise InputError(error.strerror or str(error), where=str(error.filename or directory), hint=hint) from error


def read_lines(content: bytes) -> tuple[Quads, list[Finding]]:
    """The quads of canonical N-Quads, and the lines that are none."""
    dataset, findings = Quads(), list[Finding]()
    for number, line in enumerate(content.decode(errors="replace").split("\n")[:-1], 1):
        found = _LINE.fullmatch(line)
        if found is None:
            findings.append(_violation(f"line {number} is no canonical N-Quads with a graph", "dataset.nq", line[:200]))
        else:
            dataset.graph(found[4]).add((found[1], found[2], found[3]))
    if content and not content.endswith(b"\n"):
        findings.append(_violation("the last line breaks off", "dataset.nq"))
    return dataset, findings[:NAMED]


def _base(dataset: Quads) -> str:
    names = sorted(name for name in dataset.named if name.endswith("graph/entities"))
    return names[0].removesuffix("graph/entities") if names else DATA


def _written_again(
    dataset: Quads, texts: dict[str, str]
) -> tuple[Quads | None, Settings, tuple[Finding, ...], list[Finding]]:
    """The dataset made again, the settings, what authority files leave open, what is wrong."""
    base = _base(dataset)
    settings = Settings(base=base)
    findings: list[Finding] = []
    try:
        info, epoch = recover_build(dataset, base)
        corpus = recover(dataset, texts, base)
        settings = _settings(dataset, corpus, info, Settings(base=base, epoch=epoch))
        again = to_quads(corpus, info, settings)
    except _NO_BUILD as error:
        message = f"no build writes such a dataset: {type(error).__name__} {error}"
        return None, settings, (), [_violation(message, "dataset.nq")]
    if info.version != __version__:
        words = f"made by accord-kg {info.version}, checked by {__version__}: what differs may be due to that"
        findings.append(Finding(severity=Severity.WARNING, message=words, focus="dataset.nq"))
    if graph_iri(base, "ontology") in dataset.named or graph_iri(base, "inferred") in dataset.named:
        add_inferred(again, infer_quads(again, own_ontology()).triples, settings)
    else:
        words = "holds neither the ontology nor what follows from it"
        findings.append(Finding(severity=Severity.WARNING, message=words, focus="dataset.nq"))
    matches = match(corpus, read_authorities(assets.current()))
    if matches.found:
        again.graph(graph_iri(base, "authority")).update(match_triples(matches, base))
    return again, settings, matches.ambiguous, findings


def _settings(dataset: Quads, corpus: Corpus, info: BuildInfo, settings: Settings) -> Settings:
    """With the least confidence, which only the IRI of the build's activity tells."""
    unmapped = any(r.unmapped for r in corpus.readings)
    for percent in range(101):
        tried = replace(settings, min_confidence=percent / 100, unmapped=unmapped)
        provenance: set[Triple] = set()
        add_build(provenance, corpus, info, tried)
        if provenance == dataset.named.get(graph_iri(settings.base, "provenance")):
            return tried
    return replace(settings, unmapped=unmapped)


def _compared(dataset: Quads, again: Quads) -> Iterator[Finding]:
    """The quads of each graph that nothing else says, and those that are missing."""
    for name in sorted({*dataset.named, *again.named}):
        found, due = dataset.named.get(name, set()), again.named.get(name, set())
        for message, triples in (
            ("nothing in the folder says what stands here", found - due),
            ("what follows from the rest is missing here", due - found),
        ):
            for s, p, o in sorted(triples)[:NAMED]:
                yield Finding(
                    severity=Severity.VIOLATION,
                    message=f"{message} (graph {shrink(name)})",
                    focus=s.strip("<>"),
                    path=shrink(p.strip("<>")),
                    value=o.strip("<>"),
                )
            if len(triples) > NAMED:
                yield _violation(f"{message}: {len(triples) - NAMED} more triples", name)


def _files_again(
    directory: Path, dataset: Quads, settings: Settings, ambiguous: tuple[Finding, ...]
) -> tuple[int, list[Finding]]:
    """How many files that are made of the dataset are there, and those that differ from what it gives."""
    findings, number = [], 0
    follows = dataset.named.get(f"{settings.base}graph/inferred", set())

    def reports() -> tuple[bytes, bytes]:
        stated = Quads({n: t for n, t in dataset.named.items() if not n.endswith(("/inferred", "/ontology"))})
        closure = infer_quads(stated, own_ontology())
        report = validate(stated, base=settings.base).including([*closure.inconsistencies, *ambiguous])
        return report_turtle(report, settings.base), report_text(report)

    made: dict[str, Callable[[], bytes]] = {
        "graph.ttl": lambda: overview(dataset),
        "inferred.ttl": lambda: to_turtle(sorted(follows)),
    }
    for name, make in made.items():
        if (directory / name).is_file():
            number += 1
            if (directory / name).read_bytes() != make():
                findings.append(_violation(f"{name} is not what dataset.nq gives", name))
    if any((directory / name).is_file() for name in ("report.ttl", "report.txt")):
        try:
            turtle, text = reports()
        except KgError as error:
            return number, [*findings, _violation(f"cannot be checked against the shapes: {error}", "dataset.nq")]
        for name, due in (("report.ttl", turtle), ("report.txt", text)):
            if (directory / name).is_file():
                number += 1
                found = (directory / name).read_bytes()
                skipped = found.removeprefix(due) if name == "report.txt" else b""
                if found != due and not (found.startswith(due) and skipped.startswith(b"\nNot read: ")):
                    findings.append(_violation(f"{name} is not what dataset.nq gives", name))
    return number, findings


def _violation(message: str, focus: str, value: str | None = None) -> Finding:
    return Finding(severity=Severity.VIOLATION, message=message, focus=focus, value=value)
