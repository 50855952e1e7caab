"""The page of one thing: what documents state about it, in their words, and all its triples."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from kg.endpoint import pages
from kg.endpoint.messages import Reply
from kg.errors import QueryError
from kg.graph.describe import Description
from kg.graph.explain import Explained, Explanation, Place, explain
from kg.graph.query import Source, Term


def resource_page(store: Source, found: Description) -> Reply:
    """The page of a described IRI."""
    explained = _explained(store, found.iri)
    title = (explained.names[0] if explained and explained.names else "") or found.label or pages.short(found.iri)
    body = [_address(found.iri)]
    if explained:
        body += _about(explained)
    body.append(pages.format_links(f"/resource?iri={quote(found.iri, safe='')}", ("ttl", "jsonld", "nt", "rdf")))
    for group, statements in explained.groups if explained else ():
        body.append(f"<h2>{escape(group)} ({len(statements)})</h2>")
        body += [line for statement in statements for line in _statement(statement)]
    if explained and explained.inferred:
        body.append("<h2>Inferred: no document states it</h2><ul>")
        body += [f"<li>{escape(relation)} {escape(other)}</li>" for relation, other in explained.inferred] + ["</ul>"]
    body.append("<h2>All properties</h2>")
    body += pages.table(("property", "value"), ((_iri(p), _named(found, o)) for p, o in found.outgoing))
    if found.incoming:
        body.append("<h2>What refers to it</h2>")
        body += pages.table(("subject", "property"), ((_named(found, s), _iri(p)) for s, p in found.incoming))
    body += [] if found.complete else ["<p>There is more: ask with SPARQL.</p>"]
    return pages.page(title, body)


def _explained(store: Source, iri: str) -> Explanation | None:
    """What documents state about an entity; of other things there are only triples."""
    try:
        return explain(store, iri)
    except QueryError:
        return None


def _address(iri: str) -> str:
    """The IRI itself; only on the web it is a link."""
    text = escape(iri)
    on_web = iri.startswith(("http://", "https://"))
    return f'<p class="quiet"><a href="{text}" rel="noreferrer nofollow">{text}</a></p>' if on_web else f"<p>{text}</p>"


def _about(found: Explanation) -> list[str]:
    labelled = (
        ("Kinds", found.kinds),
        ("Also", found.names[1:]),
        ("Named in", found.documents),
        ("Voice of", found.voices),
    )
    return [f"<p>{label}: {escape('; '.join(names))}</p>" for label, names in labelled if names]


def _statement(told: Explained) -> list[str]:
    words = f"{escape(told.subject)}: “{escape(told.value)}”" if told.group == "words" else ""
    lines = [f"<h3>{words or f'{escape(told.subject)} → {escape(told.value)}'}</h3>"]
    facts = [told.status, f"said by {told.speaker}" if told.speaker and told.group != "words" else ""]
    facts += [f"citing {', '.join(told.cites)}"] if told.cites else []
    facts += [f"{label} {value}" for label, value in told.details]
    facts += [f"rule {told.rule}", f"confidence {told.confidence}"]
    link = pages.resource_link(told.iri, "statement")
    lines.append(f'<p class="quiet">{escape("; ".join(f for f in facts if f))}; {link}</p>')
    return lines + [_place(place) for place in told.places]


def _place(place: Place) -> str:
    """A sentence between what stands around it, its telling parts marked."""
    parts, done = [], 0
    for start, end in sorted(place.marks):
        if start >= done:
            parts += [escape(place.exact[done:start]), f"<mark>{escape(place.exact[start:end])}</mark>"]
            done = end
    words = "".join(parts) + escape(place.exact[done:])
    context = [f'<span class="quiet">{escape(text)}</span>' for text in (place.prefix, place.suffix)]
    where = escape(f"{place.document} {place.start}–{place.end}")
    return f'<blockquote>{context[0]}<q>{words}</q>{context[1]}<div class="quiet">{where}</div></blockquote>'


def _iri(iri: str) -> str:
    return pages.resource_link(iri, pages.short(iri))


def _named(found: Description, term: Term) -> str:
    if term.kind == "iri" and term.value in found.names:
        return pages.resource_link(term.value, found.names[term.value])
    return pages.cell(term)
