"""The ontology as one page of HTML with a diagram of its classes: no script, nothing fetched, always the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from kg.namespaces import iri_of, shrink
from kg.ontology import Class, Ontology, Property
from kg.site.typography import measure

_ROW, _INDENT, _SIZE = 22.0, 26.0, 12.0
_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
h2{margin-top:2.5rem}h3{margin:2rem 0 .2rem}
table{border-collapse:collapse}th{text-align:left;vertical-align:top;padding:.1rem 1rem .1rem 0;font-weight:600}
td{padding:.1rem 0}code{font-size:.9em;overflow-wrap:anywhere}
svg{max-width:100%;height:auto;background:#fff}
nav ul{columns:14rem;padding-left:1rem}
"""


def ontology_page(ontology: Ontology, texts: dict[str, dict[str, tuple[str, ...]]]) -> bytes:
    """The page.

    Args:
        ontology: the terms.
        texts: term → label of an annotation → what it says; under "" what is said of the ontology itself.
    """
    about = texts.get("", {})
    title = (about.get("title") or ("Ontology",))[0]
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(title)}</h1>",
        *_table(
            [
                (label[:1].upper() + label[1:], map(_linked, values))
                for label, values in about.items()
                if label != "title"
            ]
        ),
        "<h2 id=classes-diagram>Diagram of the classes</h2>",
        class_diagram(ontology),
        *_index(ontology),
        "<h2 id=classes>Classes</h2>",
        *(part for name in ontology.classes for part in _class(ontology, name, texts.get(name, {}))),
    ]
    for kind in ("object", "datatype", "annotation"):
        parts.append(f"<h2 id={kind}-properties>{kind.capitalize()} properties</h2>")
        named = (n for n, p in ontology.properties.items() if p.kind == kind)
        parts += [part for name in named for part in _property(ontology, name, texts.get(name, {}))]
    parts.append("<h2 id=schemes>Concept schemes</h2>")
    for name, members in ontology.schemes.items():
        rows = [("Concepts", [f"{escape(ontology.labels[m])} <code>acc:{escape(m)}</code>" for m in members])]
        parts += [*_heading(name, ontology.labels[name]), *_table(rows)]
    return ("\n".join([*parts, "</main></body></html>"]) + "\n").encode()


def class_diagram(ontology: Ontology) -> str:
    """The classes as a tree in SVG, each linked to its section; one with several parents stands below each."""
    own = {n: tuple(p for p in c.parents if p in ontology.classes) for n, c in ontology.classes.items()}
    rows = [row for root in own if not own[root] for row in _tree(root, own, 0)]
    width = max((depth * _INDENT + measure(ontology.labels[n], _SIZE, False) for n, depth in rows), default=0) + 40
    lines, last = [], dict[int, float]()
    for number, (name, depth) in enumerate(rows):
        x, y = 12 + depth * _INDENT, 12 + number * _ROW
        if depth:
            above = last[depth - 1]
            lines.append(f'<path d="M{x - 16:g} {above + 6:g}V{y:g}H{x - 3:g}" fill="none" stroke="#5f5f5f"/>')
        last[depth] = y
        lines.append(
            f'<a href="#{_anchor(name)}"><text x="{x:g}" y="{y + 4:g}" font-size="{_SIZE:g}" fill="#1a4f8b">'
            f"{escape(ontology.labels[name])}</text></a>"
        )
    height = 12 + len(rows) * _ROW
    box = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    style = 'font-family="Helvetica, Arial, sans-serif" role="img" aria-label="Classes, the narrower below the wider"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} {style}>{"".join(lines)}</svg>'


def _tree(name: str, own: dict[str, tuple[str, ...]], depth: int) -> Iterator[tuple[str, int]]:
    yield name, depth
    if depth < len(own):  # a class below itself
        for child, parents in own.items():
            if name in parents:
                yield from _tree(child, own, depth + 1)


def _index(ontology: Ontology) -> Iterator[str]:
    yield "<nav><h2 id=index>Index</h2><ul>"
    for name in sorted((*ontology.classes, *ontology.properties), key=lambda n: (ontology.labels[n].casefold(), n)):
        yield f'<li><a href="#{_anchor(name)}">{escape(ontology.labels[name])}</a></li>'
    yield "</ul></nav>"


def _class(ontology: Ontology, name: str, texts: dict[str, tuple[str, ...]]) -> Iterator[str]:
    found: Class = ontology.classes[name]
    below = [n for n, c in ontology.classes.items() if name in c.parents]
    subject = [n for n, p in ontology.properties.items() if name in p.subject_kinds or name == p.domain]
    target = [n for n, p in ontology.properties.items() if name in p.object_kinds or name == p.range]
    yield from _heading(name, found.label)
    yield from _table(
        [
            ("IRI", [f"<code>{escape(iri_of(name))}</code>"]),
            ("Below", _terms(ontology, found.parents)),
            ("Above", _terms(ontology, below)),
            ("Subject of", _terms(ontology, subject)),
            ("Object of", _terms(ontology, target)),
            *((label[:1].upper() + label[1:], map(_linked, values)) for label, values in texts.items()),
        ]
    )


def _property(ontology: Ontology, name: str, texts: dict[str, tuple[str, ...]]) -> Iterator[str]:
    found: Property = ontology.properties[name]
    yield from _heading(name, found.label)
    yield from _table(
        [
            ("IRI", [f"<code>{escape(iri_of(name))}</code>"]),
            ("Below", _terms(ontology, found.parents)),
            ("Inverse", _terms(ontology, (found.inverse,) if found.inverse else ())),
            ("Is", [", ".join(sorted(found.characteristics))] if found.characteristics else []),
            ("Domain", _terms(ontology, (found.domain,) if found.domain else ())),
            ("Range", _terms(ontology, (found.range,) if found.range else ())),
            ("May join", _terms(ontology, sorted(found.subject_kinds))),
            ("with", _terms(ontology, sorted(found.object_kinds))),
            *((label[:1].upper() + label[1:], map(_linked, values)) for label, values in texts.items()),
        ]
    )


def _heading(name: str, label: str) -> Iterator[str]:
    yield f'<h3 id="{_anchor(name)}">{escape(label)} <code>{escape(name if ":" in name else f"acc:{name}")}</code></h3>'


def _table(rows: Iterable[tuple[str, Iterable[str]]]) -> Iterator[str]:
    filled = [(label, list(values)) for label, values in rows]
    yield "<table>"
    for label, values in filled:
        if values:
            yield f"<tr><th scope=row>{escape(label)}</th><td>{'<br>'.join(values)}</td></tr>"
    yield "</table>"


def _terms(ontology: Ontology, names: Iterable[str]) -> list[str]:
    """Links to the sections of terms; a term of another vocabulary links to its IRI."""
    links = []
    for name in names:
        if name in ontology.labels:
            links.append(f'<a href="#{_anchor(name)}">{escape(ontology.labels[name])}</a>')
        else:
            links.append(f'<a href="{escape(iri_of(name))}">{escape(name)}</a>')
    return [", ".join(links)] if links else []


def _linked(text: str) -> str:
    """Text, or a link where it is an IRI of the web."""
    if re.fullmatch(r"https?://[^\s<>\"]+", text):
        return f'<a href="{escape(text)}">{escape(shrink(text))}</a>'
    return escape(text)


def _anchor(name: str) -> str:
    """An id of the page: the local name, as behind # in IRIs of acc:."""
    return escape(name) if ":" not in name else re.sub(r"[^\w-]+", "-", name)
