"""HTML without scripts and without anything from elsewhere. All text of the data goes through `escape`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote, urlencode

from kg.endpoint.messages import HTML, Reply
from kg.graph.catalogue import Parameter, Question, load_catalogue
from kg.graph.query import Result, Term
from kg.namespaces import DATA, shrink
from kg.site import bundle

#: Rows that a page shows; the other formats have all.
SHOWN = 500
EXAMPLE = """\
SELECT ?person ?relation ?thing ?sentence WHERE {
  ?statement a acc:Assertion ; acc:status acc:Asserted ; acc:excerpt ?sentence ;
    rdf:subject ?s ; rdf:predicate ?relation ; rdf:object ?o .
  ?s a acc:Person ; skos:prefLabel ?person .
  ?o skos:prefLabel ?thing .
} ORDER BY ?person LIMIT 25
"""
STYLE = """\
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; overflow-wrap: anywhere; }
header { border-bottom: 1px solid var(--line); margin-bottom: 1rem; padding-bottom: .5rem; }
header a { margin-right: 1.2rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; margin-bottom: .2rem; }
textarea { box-sizing: border-box; font: .95rem/1.4 ui-monospace, monospace; min-height: 14rem; width: 100%; }
input, select, button { font: inherit; padding: .2rem .5rem; }
label { display: block; margin: .5rem 0; } label small { display: block; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .92rem; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
th { background: var(--soft); position: sticky; top: 0; } td { max-width: 40rem; }
blockquote { border-left: 3px solid var(--line); margin: .3rem 0 .3rem .5rem; padding-left: .8rem; }
.quiet { opacity: .75; font-size: .9rem; } dt { font-weight: 600; margin-top: .8rem; }
"""


def page(title: str, body: Iterable[str], status: int = 200) -> Reply:
    """A page; the title is text, the body HTML."""
    explorer = '<a href="/explorer/index.html">Explorer</a>' if bundle.present() else ""
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/style.css"></head><body>',
        f'<header><nav aria-label="Main">{explorer}<a href="/">Query</a><a href="/questions">Questions</a>',
        '<a href="/sparql?format=ttl">Service description</a><a href="/.well-known/void">VoID</a></nav></header>',
        f"<main><h1>{escape(title)}</h1>",
        *body,
        "</main></body></html>\n",
    ]
    return Reply(status=status, type=HTML, body="\n".join(parts).encode("utf-8", "replace"))


def home(text: str = EXAMPLE) -> Reply:
    """The form for SPARQL, and the canned questions."""
    return page("Ask the graph", [*_editor(text), "<h2>Canned questions</h2>", *_question_list()])


def questions() -> Reply:
    """The canned questions with their parameters."""
    return page("Canned questions", _question_list())


def trouble(message: str, hint: str | None, status: int, editor: str | None = None) -> Reply:
    """A refusal for people; the query that it is about can be mended at once."""
    told = [f"<p><strong>{escape(message)}</strong></p>"] + ([f"<p>{escape(hint)}</p>"] if hint else [])
    return page("No answer", told + (_editor(editor) if editor else []), status)


def answer(text: str, result: Result, links: str) -> Reply:
    """The answer to SPARQL, the query above it."""
    return page("Answer", [*_editor(text), *_result(result, f"/sparql?{links}")])


def question_form(question: Question, given: dict[str, str], values: dict[str, Sequence[str]]) -> list[str]:
    """A question with a field for each parameter."""
    fields = [_field(p, given.get(p.name, p.default or ""), values.get(p.name, p.choices)) for p in question.parameters]
    action = f"/questions/{quote(question.name, safe='')}"
    lines = [f"<p>{escape(question.summary)}</p>"]
    lines += [f'<p class="quiet">{escape(question.description)}</p>'] if question.description else []
    return [*lines, f'<form action="{action}" method="get">', *fields, "<button>Ask</button></form>"]


def canned(
    question: Question, given: dict[str, str], values: dict[str, Sequence[str]], result: Result | None, wrong: str
) -> Reply:
    """A canned question, with its answer or what is wrong with the parameters."""
    body = question_form(question, given, values)
    body += [f"<p><strong>{escape(wrong)}</strong></p>"] if wrong else []
    if result:
        body += _result(result, f"/questions/{quote(question.name, safe='')}?{urlencode(given)}")
        body += ["<h2>Columns</h2><dl>"]
        body += [f"<dt>{escape(n)}</dt><dd>{escape(meaning)}</dd>" for n, meaning in question.columns] + ["</dl>"]
    status = 400 if wrong and given else 200
    return page(
        question.name,
        [*body, f"<details><summary>SPARQL</summary><pre>{escape(question.text)}</pre></details>"],
        status,
    )


def cell(term: Term | None) -> str:
    """A term as HTML; an IRI leads to its page here, never to itself."""
    if term is None:
        return ""
    if term.kind == "iri":
        return resource_link(term.value, short(term.value))
    return escape(f"_:{term.value}" if term.kind == "bnode" else term.value)


def short(iri: str) -> str:
    """An IRI as people read it; what is shown so for our own data can be given for a parameter."""
    return iri.removeprefix(DATA).replace("/", ":", 1) if iri.startswith(DATA) else shrink(iri)


def resource_link(iri: str, text: str) -> str:
    """A link to the page of an IRI."""
    return f'<a href="/resource?iri={quote(iri, safe="")}">{escape(text)}</a>'


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; columns are text, cells HTML."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    lines = [f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>']
    lines += ["<tr>" + "".join(f"<td>{html}</td>" for html in row) + "</tr>" for row in rows]
    return [*lines, "</tbody></table></div>"]


def format_links(address: str, formats: Iterable[str]) -> str:
    """Links to the same answer in other formats; the address has a question mark in it."""
    joint = "" if address.endswith(("?", "&")) else "&"
    links = [f'<a href="{escape(f"{address}{joint}format={name}")}">{escape(name)}</a>' for name in formats]
    return f'<p class="quiet">Also as {" · ".join(links)}</p>'


def _result(result: Result, address: str) -> list[str]:
    if result.form == "ask":
        return [f"<h2>{'Yes' if result.answer else 'No'}</h2>", format_links(address, ("json", "xml"))]
    formats = ("json", "xml", "csv", "tsv") if result.form == "select" else ("ttl", "nt", "jsonld", "rdf")
    total = len(result.rows)
    what = "row" if result.form == "select" else "triple"
    shown = f"The first {SHOWN} of {total:,} {what}s" if total > SHOWN else f"{total:,} {what}{'s' * (total != 1)}"
    rows = ([cell(term) for term in row] for row in result.rows[:SHOWN])
    return [f"<h2>{shown}</h2>", format_links(address, formats), *table(result.columns, rows)]


def _editor(text: str) -> list[str]:
    return [
        '<form action="/sparql" method="get"><label for="query">SPARQL 1.1 (prefixes are declared)</label>',
        f'<textarea id="query" name="query" spellcheck="false" required>\n{escape(text)}</textarea>',
        "<button>Run</button></form>",
    ]


def _question_list() -> list[str]:
    lines = ["<dl>"]
    for name, question in sorted(load_catalogue().items()):
        takes = ", ".join(p.name + ("" if p.required else "?") for p in question.parameters)
        lines.append(f'<dt><a href="/questions/{quote(name, safe="")}">{escape(name)}</a></dt>')
        lines.append(f"<dd>{escape(question.summary)}")
        lines.append(f'<span class="quiet">{escape(takes)}</span></dd>' if takes else "</dd>")
    return [*lines, "</dl>"]


def _field(parameter: Parameter, value: str, values: Sequence[str]) -> str:
    name, required = escape(parameter.name), " required" if parameter.required else ""
    told = f"<small>{escape(parameter.description)}{'' if parameter.required else ' (may be left out)'}</small>"
    field = f'<input name="{name}" value="{escape(value)}"{required}'
    if not values:
        return f"<label>{name} {field}>{told}</label>"
    choices = "".join(f'<option value="{escape(v)}">' for v in values)
    field += f' list="values-{name}">'
    return f'<label>{name} {field}<datalist id="values-{name}">{choices}</datalist>{told}</label>'
