"""The query operation of the SPARQL 1.1 Protocol: what a request asks, of which graphs."""

from __future__ import annotations

from dataclasses import dataclass

from kg.endpoint.messages import Request, RequestError, decode_pairs
from kg.endpoint.negotiation import bare
from kg.graph.scope import Scope

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
READ_ONLY = "this endpoint is read-only: updates are refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A query, the graphs it is asked of (None: those of the query or all), and the format asked for by name."""

    text: str
    scope: Scope | None = None
    form: str | None = None


def read_operation(request: Request) -> Operation | None:
    """The query in a request; None where a GET has none.

    Raises:
        RequestError: an update, or against the protocol.
    """
    pairs = request.pairs()
    direct: str | None = None
    if request.method == "POST":
        kind = bare(request.headers.get("content-type", ""))
        if kind == UPDATE:
            raise RequestError(403, READ_ONLY)
        if kind not in (FORM, QUERY):
            raise RequestError(415, f"no query in {kind or 'a body without Content-Type'}", hint=f"{FORM} or {QUERY}")
        text = _decoded(request.body)
        if kind == FORM:
            pairs = decode_pairs(text)
        else:
            direct = text
    queries = [value for name, value in pairs if name == "query"] + ([] if direct is None else [direct])
    if any(name == "update" for name, _ in pairs):
        raise RequestError(403, READ_ONLY)
    if len(queries) > 1:
        raise RequestError(400, f"{len(queries)} queries in one request", hint="send one parameter query")
    if not queries and request.method != "POST":
        return None
    if not queries or not queries[0].strip():
        raise RequestError(400, "no query", hint="send the parameter query")
    return Operation(text=queries[0], scope=_scope(pairs), form=chosen_format(pairs))


def chosen_format(pairs: list[tuple[str, str]]) -> str | None:
    """The value of the parameter `format`, which goes before the Accept header: links cannot send headers."""
    return next((value for name, value in pairs if name == "format" and value), None)


def _scope(pairs: list[tuple[str, str]]) -> Scope | None:
    default = tuple(value for name, value in pairs if name == "default-graph-uri" and value)
    named = tuple(value for name, value in pairs if name == "named-graph-uri" and value)
    return Scope(default=default, named=named) if default or named else None


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, f"the body is not UTF-8 at byte {error.start}", hint="send it as UTF-8") from error
