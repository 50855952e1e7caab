"""The files of a site: a page that runs the program, its data, and a plain page for each document and each thing.

Data lie in scripts that hand their name and content over (base64 of gzip): a page that is opened from disk may load
scripts from beside it, and may fetch nothing.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from kg.errors import InputError
from kg.graph.audit import audit
from kg.graph.describe import base_of
from kg.graph.query import Source
from kg.graph.stated import RDF, RDFS, SKOS, Reader
from kg.namespaces import ACC, PREFIXES
from kg.site import bundle, pages
from kg.site.charts import Chart, group_figures
from kg.site.contents import read_figures
from kg.site.findings import finding_record, validation_record
from kg.site.layout import layout
from kg.site.questions import question_records
from kg.site.records import document_records, entity_records, statement_records, tail

Record = dict[str, Any]

#: More quads than this no page should load; `kg serve` answers from them.
MOST_QUADS = 600_000
SCRIPTS = ("assets/app.js", "data/content.js")
_GROUPS = {"role": "roles", "cohort": "cohorts", "number": "numbers", "words": "speech"}


def site_files(
    store: Source, dataset: bytes, texts: Mapping[str, str], report: bytes, report_text: str
) -> dict[str, bytes]:
    """All files of the site of a build, by name.

    Args:
        store: the dataset, opened.
        dataset: its N-Quads, as the build wrote them.
        texts: name of a document → its text.
        report: of the validation, in Turtle.
        report_text: the same in words.

    Raises:
        AssetError: the program of the pages is not there.
        InputError: too much for pages, or the texts are not those of the graph.
    """
    program = bundle.program()
    quads = dataset.count(b"\n")
    if quads > MOST_QUADS:
        hint = "use kg serve, which shows such a graph page by page"
        raise InputError(f"{quads:,} quads are more than pages without a server can hold ({MOST_QUADS:,})", hint=hint)
    content = site_content(store, texts, report, report_text)
    content["quads"] = quads
    files = {f"assets/{name}": data for name, data in program.items()}
    files["index.html"] = pages.index(content["title"], SCRIPTS)
    files["data/content.js"] = _script(
        "content", json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    )
    files["data/dataset.js"] = _script("dataset", dataset)
    return files | _plain_pages(content)


def site_content(store: Source, texts: Mapping[str, str], report: bytes, report_text: str) -> Record:
    """What the pages show, as one value for JSON.

    Raises:
        InputError: the texts are not those of the graph.
    """
    reader, base = Reader(store), base_of(store)
    documents = document_records(reader, base, texts)
    entities = entity_records(reader, base, documents)
    statements = statement_records(reader, base, documents)
    by_id = {e["id"]: e for e in entities}
    for name, (x, y) in _positions(by_id, statements).items():
        by_id[name]["at"] = (x, y)
    numbers = {str(d["name"]): i for i, d in enumerate(documents)}
    odd = audit(store)
    title = documents[0]["title"] if len(documents) == 1 else f"{len(documents)} documents"
    return {
        "version": 1,
        "base": base,
        "title": title,
        "prefixes": PREFIXES,
        "documents": documents,
        "entities": entities,
        "statements": statements,
        "inferred": _inferred(reader, base, by_id),
        "labels": _labels(reader),
        "inverses": _inverses(reader),
        "charts": [_chart(c, base, numbers) for c in group_figures(read_figures(store), odd)],
        "findings": [finding_record(f, base) for f in odd],
        "validation": validation_record(report, report_text, base),
        "questions": question_records(store, base),
    }


def _chart(chart: Chart, base: str, numbers: Mapping[str, int]) -> Record:
    rows = [
        {
            "statement": tail(base, row.iri),
            "label": row.label,
            "detail": row.detail,
            "value": row.value,
            "upper": row.value if row.upper is None else row.upper,
            "printed": row.printed,
            "base": row.base,
            "period": row.period,
        }
        for row in chart.rows
    ]
    return {
        "kind": chart.kind,
        "title": chart.title,
        "subtitle": chart.subtitle,
        "document": numbers[chart.rows[0].document],
        "unit": chart.unit,
        "axis": chart.axis,
        "rows": rows,
    }


def _positions(entities: Mapping[str, Record], statements: list[Record]) -> dict[str, tuple[float, float]]:
    edges = [(s["subject"], s["object"]) for s in statements if s["subject"] in entities and s["object"] in entities]
    return layout(list(entities), edges)


def _inferred(reader: Reader, base: str, entities: Mapping[str, Record]) -> list[tuple[str, str, str]]:
    """Relations between things that only the reasoner gives."""
    found = set()
    for name in reader.graphs("/inferred"):
        for subject, predicate, other in reader.triples(name):
            if predicate.startswith(ACC) and tail(base, subject) in entities and tail(base, other) in entities:
                found.add((tail(base, subject), predicate.removeprefix(ACC), tail(base, other)))
    return sorted(found)


def _labels(reader: Reader) -> dict[str, str]:
    """Words for the terms of the ontology, and for the groups of statements that are no relation."""
    labels = {
        iri.removeprefix(ACC): label
        for iri, label in (*reader.pairs(SKOS + "prefLabel"), *reader.pairs(RDFS + "label"))
        if iri.startswith(ACC) and iri != ACC
    }
    return dict(sorted({**labels, **_GROUPS}.items()))


def _inverses(reader: Reader) -> dict[str, str]:
    """Relation → the one that says the same from the other side; a symmetric one is its own."""
    owl = PREFIXES["owl"]
    pairs = [(a, b) for one, other in reader.pairs(owl + "inverseOf") for a, b in ((one, other), (other, one))]
    pairs += [(p, p) for p in reader.subjects(RDF + "type", owl + "SymmetricProperty")]
    found = {a.removeprefix(ACC): b.removeprefix(ACC) for a, b in pairs if a.startswith(ACC) and b.startswith(ACC)}
    return dict(sorted(found.items()))


def _plain_pages(content: Record) -> dict[str, bytes]:
    labels = content["labels"]
    names = {e["id"]: e["name"] for e in content["entities"]}
    texts = [d["text"] for d in content["documents"]]
    about: dict[str, list[Record]] = {}
    within: dict[int, list[Record]] = {}
    for s in content["statements"]:
        words = " […] ".join(" ".join(texts[d][a:b].split()) for d, a, b, _ in s["places"])
        told = {**s, "excerpt": words, "label": labels.get(s["group"], s["group"])}
        for name in dict.fromkeys(
            (s["subject"], s["object"], *s.get("about", ()), s["speaker"] if s["reported"] else "")
        ):
            about.setdefault(name, []).append(told)
        for number in dict.fromkeys(d for d, *_ in s["places"]):
            within.setdefault(number, []).append(told)
    files = {"contents.html": pages.contents(content["title"], content["documents"], content["entities"], labels)}
    for number, document in enumerate(content["documents"]):
        if page := pages.page_of(document["id"]):
            files[page] = pages.document_page(document, within.get(number, []), names)
    for entity in content["entities"]:
        if page := pages.page_of(entity["id"]):
            own = about.get(entity["id"], [])
            data = pages.json_ld(entity, own, content["base"])
            files[page] = pages.entity_page(entity, own, data, labels, names)
    return files


def _script(name: str, content: bytes) -> bytes:
    packed = b64encode(gzip.compress(content, 9, mtime=0))
    return b'accord("' + name.encode() + b'","' + packed + b'")\n'
