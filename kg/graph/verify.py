"""Every anchor of a built directory against the stored text, letter by letter.

Reads N-Quads as a stream with pyoxigraph, so that a million quads take seconds and no graph is built.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError
from kg.graph.excerpts import excerpt, surroundings
from kg.graph.formats import malformed
from kg.model import Finding, Severity
from kg.namespaces import PREFIXES

_TERMS = {
    f"{PREFIXES[prefix]}{local}": local
    for prefix, locals_ in {
        "acc": ("sha256", "excerpt", "pageStart", "paragraphStart"),
        "dcterms": ("identifier", "format"),
        "oa": ("hasTarget", "hasSource", "hasSelector", "exact", "prefix", "suffix", "start", "end"),
        "rdf": ("value",),
    }.items()
    for local in locals_
}


#: Formats whose texts have the lines of their files.
_PLAIN = frozenset({"text/plain", "text/markdown"})


@dataclass(frozen=True, slots=True)
class _Index:
    """Subject → values, for each term of _TERMS."""

    values: dict[str, dict[str, list[str]]] = field(
        default_factory=lambda: {t: defaultdict(list) for t in _TERMS.values()}
    )

    def one(self, term: str, subject: str) -> str | None:
        found = self.values[term].get(subject)
        return found[0] if found else None


def verify(directory: Path) -> list[Finding]:
    """What does not fit between `dataset.nq` and `documents/*.txt` of a built directory; nothing means that all fits.

    Digests of the texts, exact words, prefixes and suffixes of all targets, their pages and paragraphs, excerpts of all
    statements.

    Raises:
        InputError: there is no dataset.nq, or it is malformed.
    """
    index = _read(directory / "dataset.nq")
    texts, findings = _read_texts(directory / "documents", index)
    pages, paragraphs = _starts(index, "pageStart"), _starts(index, "paragraphStart")
    findings += _check_lines(index, paragraphs, texts)
    for target, source in _sorted_targets(index):
        text = texts.get(source)
        if text is not None:
            found = _check_target(index, target, text)
            found = found or _check_page(index, target, pages.get(source, {}))
            findings += found or _check_paragraph(index, target, paragraphs.get(source, {}))
        elif source not in index.values["sha256"]:
            findings.append(
                _finding("a target of a document that the dataset does not describe", target, "oa:hasSource", source)
            )
    findings += _check_excerpts(index)
    return findings


def _read(path: Path) -> _Index:
    index = _Index()
    try:
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.N_QUADS):
            term = _TERMS.get(quad.predicate.value)
            if term and not isinstance(quad.object, ox.Triple) and not isinstance(quad.subject, ox.Triple):
                values = index.values[term][quad.subject.value]
                if quad.object.value not in values:
                    values.append(quad.object.value)
    except OSError as error:
        hint = "build it first: kg build SOURCE… -o DIR"
        raise InputError(error.strerror or str(error), where=str(path), hint=hint) from error
    except SyntaxError as error:
        raise malformed(error, str(path)) from error
    return index


def _read_texts(folder: Path, index: _Index) -> tuple[dict[str, str], list[Finding]]:
    """Document → text, and what is missing, changed or left over."""
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    expected = set()
    for document in sorted(index.values["sha256"]):
        name = f"{index.one('identifier', document)}.txt"
        expected.add(name)
        path = folder / name
        if path.parent != folder or not path.is_file():
            findings.append(
                _finding("the text of a document is missing", document, "dcterms:identifier", f"documents/{name}")
            )
            continue
        content = path.read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != index.one("sha256", document):
            message = f"documents/{name} is not the text that was read: its SHA-256 differs"
            findings.append(_finding(message, document, "acc:sha256", found))
        texts[document] = content.decode(errors="replace")
    present = {p.name for p in folder.glob("*.txt")} if folder.is_dir() else set()
    for name in sorted(present - expected):
        message = "a text that the dataset does not describe"
        findings.append(Finding(severity=Severity.WARNING, message=message, focus=f"documents/{name}"))
    return texts, findings


def _sorted_targets(index: _Index) -> Iterator[tuple[str, str]]:
    def place(item: tuple[str, list[str]]) -> tuple[str, int, str]:
        target, sources = item
        starts = [index.one("start", s) for s in index.values["hasSelector"].get(target, ())]
        return sources[0], min((int(s) for s in starts if s and s.isdigit()), default=-1), target

    for target, sources in sorted(index.values["hasSource"].items(), key=place):
        yield target, sources[0]


def _check_target(index: _Index, target: str, text: str) -> list[Finding]:
    found = _selected(index, target)
    missing = [f"oa:{term}" for term in ("exact", "start", "end") if term not in found]
    if missing:
        return [_finding(f"a target without {', '.join(missing)}", target, "oa:hasSelector", None)]
    if not (found["start"].isdigit() and found["end"].isdigit()):
        return [_finding("offsets that are no numbers", target, "oa:start", f"{found['start']}–{found['end']}")]
    start, end = int(found["start"]), int(found["end"])
    prefix, suffix = surroundings(text, start, end)
    expected = {"exact": text[start:end], "prefix": prefix, "suffix": suffix}
    for term, actual in expected.items():
        if found.get(term, "") != actual:
            message = f"the text at {start}–{end} does not have the {term} that the graph gives"
            return [_finding(message, target, f"oa:{term}", actual, found["exact"])]
    return []


def _starts(index: _Index, term: str) -> dict[str, dict[str, int]]:
    """Document → selector of a page or paragraph → where it begins, also of those that no target of it names."""
    alike: dict[str, dict[str, int]] = defaultdict(dict)
    for selector, starts in index.values[term].items():
        alike[selector.rpartition("-")[0]][selector] = int(starts[0]) if starts[0].isdigit() else -1
    found: dict[str, dict[str, int]] = {}
    for target, sources in index.values["hasSource"].items():
        for selector in index.values["hasSelector"].get(target, ()):
            if selector in index.values[term]:
                found[sources[0]] = alike[selector.rpartition("-")[0]]
    return found


def _check_page(index: _Index, target: str, pages: Mapping[str, int]) -> list[Finding]:
    """Words stand on the last page that begins at or before them, and a page says its number as its IRI does."""
    if not pages:
        return []
    start = int(_selected(index, target)["start"])
    own = [s for s in index.values["hasSelector"].get(target, ()) if s in pages]
    begun = max((p for p in pages.values() if p <= start), default=-1)
    if [pages[s] for s in own] != [begun]:
        return [_finding("evidence that is not on the page that its offsets are on", target, "oa:hasSelector", None)]
    value = index.one("value", own[0])
    if value != f"page={own[0].rpartition('-')[2]}":
        return [_finding("a page that is numbered otherwise than its IRI says", own[0], "rdf:value", value)]
    return []


def _check_paragraph(index: _Index, target: str, paragraphs: Mapping[str, int]) -> list[Finding]:
    """Words stand in the last paragraph that begins at or before them; not all words have one."""
    own = [s for s in index.values["hasSelector"].get(target, ()) if s in paragraphs]
    start = int(_selected(index, target)["start"])
    begun = max((p for p in paragraphs.values() if p <= start), default=-1)
    if own and [paragraphs[s] for s in own] != [begun]:
        message = "evidence that is not in the paragraph that its offsets are in"
        return [_finding(message, target, "oa:hasSelector", None)]
    return []


def _check_lines(
    index: _Index, paragraphs: Mapping[str, Mapping[str, int]], texts: Mapping[str, str]
) -> Iterator[Finding]:
    """Paragraphs of a plain text begin with the lines that their selectors name; a mail has other lines."""
    for source, starts in sorted(paragraphs.items()):
        text = texts.get(source)
        if text is None or index.one("format", source) not in _PLAIN:
            continue
        line = at = 0
        for selector, start in sorted(starts.items(), key=lambda item: (item[1], item[0])):
            line, at = line + text.count("\n", at, max(start, 0)), max(start, 0)
            value = index.one("value", selector) or ""
            if not value.startswith(f"line={line},"):
                message = "a paragraph that does not begin with the line that it names"
                yield _finding(message, selector, "rdf:value", value)


def _selected(index: _Index, target: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for selector in index.values["hasSelector"].get(target, ()):
        for term in ("exact", "prefix", "suffix", "start", "end"):
            value = index.one(term, selector)
            if value is not None:
                found[term] = value
    return found


def _check_excerpts(index: _Index) -> list[Finding]:
    findings = []
    for statement, excerpts in sorted(index.values["excerpt"].items()):
        targets = index.values["hasTarget"].get(statement, ())
        ordered = sorted(targets, key=lambda t: (index.one("hasSource", t) or "", *_offsets(_selected(index, t))))
        words = excerpt(_selected(index, t).get("exact", "") for t in ordered)
        if excerpts != [words]:
            message = "the excerpt of a statement is not the words of its evidence"
            findings.append(_finding(message, statement, "acc:excerpt", excerpts[0], words))
    return findings


def _offsets(selected: Mapping[str, str]) -> tuple[int, ...]:
    return tuple(int(v) if (v := selected.get(term, "")).isdigit() else -1 for term in ("start", "end"))


def _finding(message: str, focus: str, path: str, value: str | None, sentence: str | None = None) -> Finding:
    return Finding(severity=Severity.VIOLATION, message=message, focus=focus, path=path, value=value, sentence=sentence)
