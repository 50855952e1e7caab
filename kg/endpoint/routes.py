"""From a request to its reply: SPARQL, canned questions, things, descriptions. No sockets, no processes.

`fixed` answers what needs no data, in the process that listens; `respond` all else, in a process that may be killed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from kg.endpoint import pages
from kg.endpoint.description import describe_service
from kg.endpoint.explorer import ROOT, explorer_file
from kg.endpoint.messages import HTML, Limits, Reply, Request, RequestError, refuse
from kg.endpoint.negotiation import bare, choose, pick
from kg.endpoint.protocol import READ_ONLY, Operation, chosen_format, read_operation
from kg.endpoint.resources import resource_page
from kg.errors import KgError, QueryError
from kg.graph.answers import GRAPHS, TABLES, Media, dump
from kg.graph.catalogue import find_question, load_catalogue
from kg.graph.describe import describe
from kg.graph.query import Result, Source, run, values

ENDPOINTS = ("/sparql", "/query")
#: Triples of a thing that are told in each direction.
NEIGHBOURS = 1000
_PAGE = {"html": Media(HTML, ("application/xhtml+xml",), lambda _: b"")}
_ALWAYS = (("Vary", "Accept"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A build that is open: the store, what its IRIs begin with, the digest of its dataset, the folder it lies in."""

    store: Source
    base: str
    digest: str
    folder: Path = Path()


def fixed(request: Request) -> Reply | None:
    """The reply to what needs no data; None for all else."""
    if request.method not in ("GET", "HEAD", "POST"):
        return refuse(405, READ_ONLY, headers=(("Allow", "GET, HEAD, POST, OPTIONS"),))
    if request.method == "POST" and request.path not in ENDPOINTS:
        return refuse(405, "only queries are posted", "to /sparql", (("Allow", "GET, HEAD, OPTIONS"),))
    if request.path == "/style.css":
        return Reply(type="text/css; charset=utf-8", body=pages.STYLE.encode())
    if request.path == "/" and not request.query and _prefers_page(request):
        return replace(pages.home(), headers=_ALWAYS)
    if request.path in ("/questions", "/questions/"):
        if _prefers_page(request) and not request.query:
            return replace(pages.questions(), headers=_ALWAYS)
        return Reply(type="application/json", body=dump(_catalogue()).encode(), headers=_ALWAYS)
    return Reply(status=404, body=b"nothing here\n") if request.path in ("/favicon.ico", "/robots.txt") else None


def respond(request: Request, data: Data, limits: Limits) -> Reply:
    """The reply to any other request; what goes wrong is told in it, as a page where the client reads HTML."""
    asked: Operation | None = None
    try:
        if request.path in ENDPOINTS:
            asked = read_operation(request)
            reply = _answer(request, asked, data, limits) if asked else _described(request, data, page=True)
        else:
            reply = _found(request, data, limits)
        return replace(_small(reply, limits), headers=(*reply.headers, *_ALWAYS))
    except RequestError as error:
        return _trouble(request, error, error.status, asked)
    except QueryError as error:
        refused = str(error.message).startswith(("updates are", "SERVICE is"))
        return _trouble(request, error, 403 if refused else 400, asked)
    except KgError as error:
        return _trouble(request, error, 500, asked)


def _small(reply: Reply, limits: Limits) -> Reply:
    if len(reply.body) > limits.max_reply:
        hint = "ask for fewer rows or columns: LIMIT, OFFSET, COUNT"
        raise RequestError(400, f"the answer takes more than {limits.max_reply:,} bytes", hint=hint)
    return reply


def _found(request: Request, data: Data, limits: Limits) -> Reply:
    """What lies at a path that is no endpoint."""
    if request.path == "/":
        return _described(request, data, page=True)
    if request.path == "/.well-known/void":
        return _described(request, data, page=False)
    if request.path == ROOT.rstrip("/") or request.path.startswith(ROOT):
        return explorer_file(request.path, data.store, data.folder, data.digest)
    if request.path.startswith("/questions/"):
        return _canned(request, data, limits)
    if request.path == "/resource":
        named = [value for name, value in request.pairs() if name == "iri"]
        if len(named) != 1 or not named[0]:
            raise RequestError(400, "one parameter iri is needed", hint="/resource?iri=https%3A%2F%2F…")
        return _resource(request, named[0], data)
    root = urlsplit(data.base).path
    if request.path.startswith(root) and len(request.path) > len(root) > 1:
        return _resource(request, data.base + request.path[len(root) :], data)
    raise RequestError(404, "there is nothing here", hint="/ is the query page, /sparql the endpoint")


def _answer(request: Request, asked: Operation, data: Data, limits: Limits) -> Reply:
    result = run(asked.text, data.store, scope=asked.scope, max_rows=limits.max_rows, every_column=True)
    form = _form(request, asked.form, result)
    if form == "html":
        graphs = asked.scope
        pairs = [("query", asked.text)]
        pairs += [("default-graph-uri", g) for g in (graphs.default if graphs else ())]
        pairs += [("named-graph-uri", g) for g in (graphs.named if graphs else ())]
        return pages.answer(asked.text, result, urlencode(pairs))
    return _written(result, form)


def _canned(request: Request, data: Data, limits: Limits) -> Reply:
    try:
        question = find_question(request.path.removeprefix("/questions/"))
    except QueryError as error:
        raise RequestError(404, str(error), hint=error.hint) from error
    pairs = [(name, value) for name, value in request.pairs() if value]
    given = {name: value for name, value in pairs if name != "format"}
    if len(given) != sum(name != "format" for name, _ in pairs):
        raise RequestError(400, "a parameter is given twice", hint="give it once")
    shown = chosen_format(pairs) or ("html" if _prefers_page(request) else None)
    result: Result | None = None
    wrong = ""
    try:
        result = run(question, data.store, given, max_rows=limits.max_rows)
    except QueryError as error:
        if shown != "html":
            raise
        wrong = error.message + (f" ({error.hint})" if error.hint else "") if given else ""
    if result and (form := _form(request, shown, result)) != "html":
        return _written(result, form)
    offered = {p.name: values(p, data.store) for p in question.parameters}
    return pages.canned(question, given, dict(offered), result, wrong)


def _resource(request: Request, iri: str, data: Data) -> Reply:
    try:
        found = describe(data.store, iri, NEIGHBOURS)
    except QueryError as error:
        raise RequestError(404, str(error), hint=error.hint) from error
    form = pick(request.headers.get("accept", ""), chosen_format(request.pairs()), {**GRAPHS, **_PAGE})
    reply = resource_page(data.store, found) if form == "html" else _written(found.graph, form)
    return replace(reply, headers=(("Content-Location", f"/resource?iri={quote(iri, safe='')}&format={form}"),))


def _described(request: Request, data: Data, *, page: bool) -> Reply:
    offered = {**GRAPHS, **_PAGE} if page else GRAPHS
    form = pick(
        request.headers.get("accept", "") if page else _rdf_only(request), chosen_format(request.pairs()), offered
    )
    if form == "html":
        return pages.home()
    return _written(describe_service(data.store, data.base, f"http://{request.host}/sparql"), form)


def _rdf_only(request: Request) -> str:
    """The Accept header; browsers, whose `application/xml` means pages, take the usual format."""
    return "*/*" if _prefers_page(request) else request.headers.get("accept", "")


def _form(request: Request, wanted: str | None, result: Result) -> str:
    offered = GRAPHS if result.form == "graph" else TABLES
    return pick(request.headers.get("accept", ""), wanted, {**offered, **_PAGE})


def _written(result: Result, form: str) -> Reply:
    media = {**GRAPHS, **TABLES}[form]
    return Reply(type=media.type, body=media.write(result))


def _prefers_page(request: Request) -> bool:
    """Whether a client would rather read HTML than RDF or results."""
    data = [kind for media in (*TABLES.values(), *GRAPHS.values()) for kind in (bare(media.type), *media.others)]
    return choose(request.headers.get("accept", ""), [*data, "text/html"]) == "text/html"


def _trouble(request: Request, error: KgError, status: int, asked: Operation | None) -> Reply:
    headers = error.headers if isinstance(error, RequestError) else ()
    if _prefers_page(request):
        return replace(pages.trouble(str(error), error.hint, status, asked.text if asked else None), headers=headers)
    return refuse(status, str(error), error.hint, headers)


def _catalogue() -> list[dict[str, object]]:
    return [
        {
            "name": name,
            "summary": question.summary,
            "parameters": [
                {"name": p.name, "description": p.description, "required": p.required, "choices": list(p.choices)}
                for p in question.parameters
            ],
            "columns": [column for column, _ in question.columns],
        }
        for name, question in sorted(load_catalogue().items())
    ]
