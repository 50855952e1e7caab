"""HTML of the site: the page that runs the program, and plain pages that need none. All text goes through `escape`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from kg.namespaces import ACC, PREFIXES

Record = dict[str, Any]

#: Nothing from anywhere else; no code but the files beside the page (and the engine that they bring).
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
)
PLAIN_POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
#: Browsers would ask the host for one.
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' "
    "rx='3' fill='%230b57a4'/%3E%3Cpath d='M4 12 8 3l4 9M5.5 9h5' fill='none' stroke='white' "
    "stroke-width='1.6'/%3E%3C/svg%3E"
)


def index(title: str, scripts: Iterable[str]) -> bytes:
    """The page of the program; without scripts it leads to the plain pages."""
    lines = [
        *_head(title, POLICY, ""),
        # cytoscape would write this style sheet into the page, which the policy forbids; app.css has it.
        '<meta id="__________cytoscape_stylesheet">',
        *(f'<script src="{escape(name)}" defer></script>' for name in scripts),
        "</head><body>",
        f'<div id="app"><p class="starting">Opening {escape(title)} …</p></div>',
        '<noscript><p>The explorer needs JavaScript; <a href="contents.html">plain pages</a> do not.</p></noscript>',
        "</body></html>\n",
    ]
    return "\n".join(lines).encode("utf-8", "replace")


def contents(title: str, documents: Iterable[Record], entities: Iterable[Record], labels: Mapping[str, str]) -> bytes:
    """A plain list of all documents and all things that have a page."""
    lines = [f"<h1>{escape(title)}</h1>", "<h2>Documents</h2><ul>"]
    lines += [f'<li><a href="{page_of(d["id"])}">{escape(d["title"])}</a></li>' for d in documents]
    lines += ["</ul>", "<h2>Named things</h2><ul>"]
    for entity in entities:
        kind = escape(labels.get(entity["kind"], entity["kind"]))
        lines.append(f"<li>{_link(entity['id'], entity['name'], '')} <small>{kind}</small></li>")
    return _plain(title, "", [*lines, "</ul>"])


def entity_page(
    entity: Record, statements: Sequence[Record], data: Record, labels: Mapping[str, str], names: Mapping[str, str]
) -> bytes:
    """The plain page of one thing, JSON-LD included."""
    kind = labels.get(entity["kind"], entity["kind"])
    body = [f'<p class="kind">{escape(kind)}</p><h1>{escape(entity["name"])}</h1>']
    others = [n for n in entity["names"] if n != entity["name"]]
    body += [f"<p>Also: {escape(' · '.join(others))}</p>"] if others else []
    for group in dict.fromkeys(s["group"] for s in statements):
        body.append(f'<h2>{escape(labels.get(group, group))}</h2><ul class="plain">')
        body += [f"<li>{line}</li>" for s in statements if s["group"] == group for line in [_statement(s, names)]]
        body.append("</ul>")
    return _plain(entity["name"], "../", body, address=entity["id"], data=data)


def document_page(document: Record, statements: Sequence[Record], names: Mapping[str, str]) -> bytes:
    """The plain page of one document: its text, then what it states."""
    body = [f"<h1>{escape(document['title'])}</h1>"]
    body += ["<dl>", *(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in document["fields"]), "</dl>"]
    body += [f'<div class="text">{escape(document["text"])}</div>', '<h2>Statements</h2><ul class="plain">']
    body += [f"<li>{_statement(s, names)}</li>" for s in statements]
    return _plain(document["title"], "../", [*body, "</ul>"], address=document["id"])


def page_of(name: str) -> str:
    """The file of a thing's plain page; nothing for a thing whose IRI gives none."""
    return f"{name}.html" if re.fullmatch(r"[a-z][a-z-]*/[a-z0-9][a-z0-9-]*", name) else ""


def json_ld(entity: Record, statements: Iterable[Record], base: str) -> Record:
    """What is asserted of a thing, as JSON-LD; what is only claimed, denied or planned is left out."""

    def node(name: str) -> Record:
        return {"@id": name if ":" in name else base + name}

    data: Record = {
        "@context": {"acc": ACC, "skos": PREFIXES["skos"], "schema": PREFIXES["schema"], "org": PREFIXES["org"]},
        "@id": node(entity["id"])["@id"],
        "@type": [f"acc:{k}" for k in entity["kinds"]],
        "skos:prefLabel": entity["name"],
        "skos:altLabel": sorted(n for n in entity["names"] if n != entity["name"]),
    }
    if entity["url"]:
        data["schema:url"] = {"@id": entity["url"]}
    relations: dict[str, set[str]] = {}
    for s in statements:
        if s["status"] == "Asserted" and s["type"] == "relation" and s["subject"] == entity["id"] and s["object"]:
            relations.setdefault(f"acc:{s['group']}", set()).add(s["object"])
    for relation in sorted(relations):
        data[relation] = [node(other) for other in sorted(relations[relation])]
    data["schema:subjectOf"] = [node(s["id"]) for s in statements if s["subject"] == entity["id"]]
    return {key: value for key, value in data.items() if value}


def _statement(s: Record, names: Mapping[str, str]) -> str:
    first = _link(s["subject"], s["sides"][0], "../") if s["subject"] in names else escape(s["sides"][0])
    second = (
        _link(s["object"], s["sides"][1], "../") if s["type"] == "relation" and s["object"] else escape(s["sides"][1])
    )
    status = f' <span class="status">{escape(s["status"])}</span>' if s["status"] not in ("", "Asserted") else ""
    speaker = names.get(s["speaker"], "")
    said = f" — {escape(speaker)}" if speaker else ""
    words = f"<blockquote>{escape(s['excerpt'])}{said}</blockquote>"
    place = f'<a href="../index.html#/{escape(s["id"])}">in its place</a>'
    return f"{first} · {escape(s['label'])} · {second}{status} {place}{words}"


def _link(name: str, text: str, up: str) -> str:
    page = page_of(name)
    return f'<a href="{up}{page}">{escape(text)}</a>' if page else escape(text)


def _head(title: str, policy: str, up: str) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">'
    yield f'<link rel="icon" href="{ICON}">'
    yield f'<title>{escape(title)}</title><link rel="stylesheet" href="{up}assets/app.css">'


def _plain(title: str, up: str, body: Iterable[str], address: str = "", data: Record | None = None) -> bytes:
    lines = [*_head(title, PLAIN_POLICY, up)]
    if data:  # "<" would end the element in the middle of a string
        written = json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")
        lines.append(f'<script type="application/ld+json">\n{written}\n</script>')
    explorer = f"{up}index.html" + (f"#/{escape(address)}" if address else "")
    nav = f'<p><a href="{explorer}">Open in the explorer</a> · <a href="{up}contents.html">All pages</a></p>'
    lines += ['</head><body class="plainpage">', f"<nav>{nav}</nav><main>", *body, "</main></body></html>\n"]
    return "\n".join(lines).encode("utf-8", "replace")
