"""A remote store over HTTP: SPARQL 1.1 Protocol and Graph Store Protocol, with nothing taken on trust.

A status of 200 proves nothing: Virtuoso answers uploads that it ignores with an HTML page, Oxigraph cuts JSON when the
time is up, and caps on rows come without a word. Every answer is looked at before it is believed.
"""

from __future__ import annotations

import ipaddress
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from kg import __version__
from kg.errors import SettingsError, StoreError
from kg.stores.credentials import NOBODY, Answering, Credentials
from kg.stores.exchange import MEGABYTE, Answer, Wire, send
from kg.stores.profiles import Profile, recognise, root
from kg.stores.store import Row, Store, iri

_JSON = "application/sparql-results+json"
_TRIPLES = ("application/n-triples", "text/plain", "text/turtle", "application/turtle", "text/ntriples", "text/n3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Where a store is and how to talk to it.

    Attributes:
        endpoint: its root, or the address of one of its services.
        profile: what it can do; None to find out.
        query, update, graphs: addresses of its services where they are not the profile's.
        allow_http: let credentials and data travel in the clear to other machines.
        timeout: seconds that the store may be silent.
        largest: megabytes that an answer may have.
    """

    endpoint: str
    credentials: Credentials = NOBODY
    profile: Profile | None = None
    query: str | None = None
    update: str | None = None
    graphs: str | None = None
    allow_http: bool = False
    timeout: float = 60.0
    largest: int = 512


@contextmanager
def connect(to: Connection, *, pause: Callable[[float], None] = time.sleep) -> Iterator[Store]:
    """A remote store, until the block ends.

    Raises:
        SettingsError: an address that cannot be used, or would send data in the clear to another machine.
        StoreError: nothing answers there.
    """
    endpoint = to.endpoint.rstrip("/")
    for address in (endpoint, to.query, to.update, to.graphs):
        if address:
            check_address(address, allow_http=to.allow_http)
    client = httpx.Client(
        auth=Answering(to.credentials) if to.credentials.given else None,
        headers={"User-Agent": f"accord-kg/{__version__}"},
        timeout=httpx.Timeout(to.timeout, connect=min(to.timeout, 10.0)),
        follow_redirects=False,
        trust_env=not is_loopback(urlsplit(endpoint).hostname or ""),  # a proxy would not find this machine
    )
    with client:
        wire = Wire(client, endpoint, to.credentials, to.largest * MEGABYTE, pause)
        profile = to.profile or _recognise(wire, endpoint)
        base = root(endpoint, profile)
        query = to.query or base + profile.query
        update = to.update or (None if profile.update is None else base + profile.update)
        graphs = to.graphs or (None if profile.graphs is None else base + profile.graphs)
        readable = graphs
        if profile.open_graphs is not None and not to.graphs and not to.credentials.given:
            readable = base + profile.open_graphs
        yield _store(wire, profile, query, update, graphs, readable)


def _store(
    wire: Wire, profile: Profile, query: str, update: str | None, graphs: str | None, readable: str | None
) -> Store:
    def select(text: str) -> list[Row]:
        return _select(wire, query, text)

    def construct(text: str) -> bytes:
        return _construct(wire, query, text, profile)

    def run(text: str) -> None:
        _update(wire, update, text)

    def put(graph: str, content: bytes) -> None:
        if graphs is None:
            _put_by_update(run, graph, content, profile)
        else:
            _put(wire, graphs, graph, content, profile)

    def get(graph: str) -> bytes:
        if readable is None:
            return construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {iri(graph)} {{ ?s ?p ?o }} }}")
        return _get(wire, readable, graph, profile)

    return Store(
        where=wire.where,
        profile=profile,
        identity=query,
        put=put,
        get=get,
        construct=construct,
        select=select,
        update=run,
    )


def _recognise(wire: Wire, endpoint: str) -> Profile:
    """The profile of what answers; any answer will do, also a refusal."""
    answer = send(wire, "GET", endpoint, headers={"Accept": "*/*"}, anything=True)
    return recognise(endpoint, str(answer.headers.get("server", "")))


def _select(wire: Wire, url: str, text: str) -> list[Row]:
    answer = send(wire, "POST", url, data={"query": text}, headers={"Accept": _JSON})
    if "json" not in answer.media_type:
        raise _not_what_was_asked(url, answer, "SPARQL results as JSON")
    _refuse_cut(url, answer)
    try:
        found = json.loads(answer.content)
        names = found["head"]["vars"]
        rows = [tuple(str(b[n]["value"]) if n in b else "" for n in names) for b in found["results"]["bindings"]]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "its answer breaks off, though it said 200: probably the store's time limit ended the query",
            where=url,
            hint="raise the store's time limit for queries",
        ) from error
    cap = answer.headers.get("x-sparql-maxrows", "")
    if cap.isdigit() and len(rows) >= int(cap):
        raise _capped(url, f"it cut the answer to {cap} rows")
    return rows


def _construct(wire: Wire, url: str, text: str, profile: Profile) -> bytes:
    answer = send(wire, "POST", url, data={"query": text}, headers={"Accept": profile.read_as})
    return _triples(url, answer)


def _update(wire: Wire, url: str | None, text: str) -> None:
    if url is None:
        hint = "name it with --update-url, or the kind of store with --profile"
        raise StoreError("no address for SPARQL updates is known", where=wire.where, hint=hint)
    send(wire, "POST", url, data={"update": text}, repeatable=False)


def _put(wire: Wire, url: str, graph: str, content: bytes, profile: Profile) -> None:
    send(
        wire,
        "PUT",
        url,
        params={profile.graph_parameter: graph},
        content=content,
        headers={"Content-Type": f"{profile.send_as}; charset=utf-8"},
    )


def _put_by_update(run: Callable[[str], None], graph: str, content: bytes, profile: Profile) -> None:
    """Replace a graph by updates: clear it, then as many triples at once as the store takes."""
    lines = content.decode().splitlines(keepends=True) if content else []
    run(f"DROP SILENT GRAPH {iri(graph)}")
    for start in range(0, len(lines), profile.insert_limit):
        run(
            f"INSERT DATA {{ GRAPH {iri(graph)} {{\n{''.join(lines[start : start + profile.insert_limit])}}} }}",
        )


def _get(wire: Wire, url: str, graph: str, profile: Profile) -> bytes:
    answer = send(
        wire,
        "GET",
        url,
        params={profile.graph_parameter: graph},
        headers={"Accept": profile.read_as},
        missing=True,
    )
    return b"" if answer.status == httpx.codes.NOT_FOUND else _triples(url, answer)


def _triples(url: str, answer: Answer) -> bytes:
    _refuse_cut(url, answer)
    content = answer.content
    if not content.strip() or content.lstrip().startswith(b"# Empty"):
        return b""
    if answer.media_type not in _TRIPLES or content.lstrip()[:1] not in (b"<", b"_", b"#"):
        raise _not_what_was_asked(url, answer, "triples")
    if re.match(rb"\s*<(?:!doctype|html|\?xml)", content, re.IGNORECASE):
        raise _not_what_was_asked(url, answer, "triples")
    return content


def _refuse_cut(url: str, answer: Answer) -> None:
    if answer.headers.get("x-sql-state", "") == "S1TAT":
        raise _capped(url, "its time limit ended the query and it answered with what it had")


def _capped(url: str, message: str) -> StoreError:
    return StoreError(
        f"the answer is not complete: {message}",
        where=url,
        hint="raise the store's limits (Virtuoso: ResultSetMaxRows and MaxQueryExecutionTime under [SPARQL])",
    )


def _not_what_was_asked(url: str, answer: Answer, wanted: str) -> StoreError:
    kind = answer.media_type or "no media type"
    return StoreError(
        f"answers {answer.status} with {kind} instead of {wanted}",
        where=url,
        hint="this is a web page or another service: check the address, or name --profile, --query-url, "
        "--update-url and --graphs-url",
    )


def host_of(address: str) -> str:
    """The host of an address; empty where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def check_address(address: str, *, allow_http: bool) -> None:
    """Refuse what is no address of HTTP, holds a password, or would send data in the clear to another machine.

    Raises:
        SettingsError: it is one of these.
    """
    try:
        parts = urlsplit(address)
        httpx.URL(address)
        _ = parts.port  # raises where it is none
    except (ValueError, httpx.InvalidURL) as error:
        raise SettingsError(
            "malformed address", where=address.rpartition("@")[2], hint="write https://HOST[:PORT]/PATH"
        ) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            "not the address of a store", where=address.rpartition("@")[2], hint="write https://HOST[:PORT]/PATH"
        )
    if parts.username is not None or parts.password is not None:
        hint = "give --user and KG_PASSWORD: an address is shown in messages and lists of processes"
        raise SettingsError("holds a user or password", where=f"{parts.scheme}://{parts.hostname}", hint=hint)
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname):
        hint = "use https, or --allow-http if everything on the way there is trusted"
        raise SettingsError("data and password would travel unencrypted", where=address, hint=hint)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
