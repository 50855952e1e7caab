"""Answers that look like success and are none, refusals, and addresses that must not be used: a server that lies."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kg.errors import KgError, SettingsError, StoreError
from kg.stores.canonical import parse_graph
from kg.stores.compare import read_store
from kg.stores.credentials import Credentials, find_credentials
from kg.stores.load import load
from kg.stores.profiles import PROFILES, find_profile, recognise, root
from kg.stores.protocol import Connection, connect
from kg.stores.store import Store, count_graphs, holds
from tests.stores.datasets import documents

BASE = "https://example.org/hostile/"
GRAPH = f"{BASE}graph/doc/facts"
JSON = "application/sparql-results+json"
HTML = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Sign in</body></html>"

PERSON = Credentials(user="u", password="p")  # noqa: S106
PROGRAM = Credentials(token="t")  # noqa: S106


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False


Behaviour = Callable[[Request], Reply]


@contextmanager
def liar(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[Request]]]:
    """A server that answers as told, and remembers what it was asked."""
    asked: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            asked.append(request)
            reply = behaviour(request)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) + 100 * reply.cut))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = reply.cut

        do_GET = do_POST = do_PUT = do_DELETE = reply  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def store_that(behaviour: Behaviour, **options: object) -> Iterator[tuple[Store, list[Request]]]:
    settings: dict[str, object] = {"profile": PROFILES["oxigraph"], **options}
    with liar(behaviour) as (url, asked):
        connection = Connection(endpoint=url, **settings)  # type: ignore[arg-type]
        with connect(connection, pause=lambda _: None) as store:
            yield store, asked


def rows(*names: str, **headers: str) -> Reply:
    bindings = [{"g": {"type": "uri", "value": n}, "n": {"type": "literal", "value": "1"}} for n in names]
    body = json.dumps({"head": {"vars": ["g", "n"]}, "results": {"bindings": bindings}}).encode()
    return Reply(headers={"Content-Type": JSON, **{k.replace("_", "-"): v for k, v in headers.items()}}, body=body)


def triples(content: bytes, **headers: str) -> Reply:
    return Reply(headers={"Content-Type": "application/n-triples", **headers}, body=content)


WHOLE = b"".join(b'<https://example.org/%d> <https://example.org/p> "x" .\n' % n for n in range(50))


# Success that is none


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", JSON, "application/n-triples", "text/plain"])
def test_a_web_page_with_200_is_named(kind: str) -> None:
    with store_that(lambda _: Reply(headers={"Content-Type": kind}, body=HTML)) as (store, _):
        with pytest.raises(StoreError, match=r"web page|text/html|instead of triples") as caught:
            holds(store, parse_graph(GRAPH, WHOLE))
        assert caught.value.hint
        with pytest.raises(StoreError):
            count_graphs(store, [GRAPH])


def test_a_web_page_as_receipt_of_an_upload_is_found_by_reading_back() -> None:
    """Virtuoso 7 answers some uploads with 200 and a page, and loads nothing."""

    def behave(request: Request) -> Reply:
        if request.method == "PUT":
            return Reply(headers={"Content-Type": "text/html"}, body=HTML)
        return rows() if request.method == "POST" else Reply(status=404)

    with store_that(behave) as (store, _):
        graph = parse_graph(GRAPH, WHOLE)
        store.put(GRAPH, graph.content)
        found = holds(store, graph)
        assert found
        assert found.triples == 0


def test_json_that_breaks_off_is_a_time_limit() -> None:
    def behave(_: Request) -> Reply:
        reply = rows(GRAPH)
        reply.body = reply.body[:-20] + b"The SPARQL operation has been cancelled"
        return reply

    with store_that(behave) as (store, _), pytest.raises(StoreError, match="breaks off") as caught:
        count_graphs(store, [GRAPH])
    assert "time limit" in str(caught.value.hint)


def test_triples_that_break_off_are_not_believed() -> None:
    with store_that(lambda _: triples(WHOLE[:-15])) as (store, _), pytest.raises(StoreError, match="cut in the middle"):
        holds(store, parse_graph(GRAPH, WHOLE))


def test_a_connection_that_breaks_off_is_no_answer() -> None:
    def behave(_: Request) -> Reply:
        return Reply(headers={"Content-Type": "application/n-triples"}, body=WHOLE, cut=True)

    with store_that(behave) as (store, asked), pytest.raises(StoreError, match="connection broke"):
        store.get(GRAPH)
    assert len(asked) == 5, "reading may be repeated"


def test_rows_cut_at_a_cap_are_named() -> None:
    with store_that(lambda _: rows(GRAPH, X_SPARQL_MaxRows="1")) as (store, _):
        with pytest.raises(StoreError, match="not complete") as caught:
            count_graphs(store, [GRAPH])
        assert "ResultSetMaxRows" in str(caught.value.hint)


def test_partial_answers_of_anytime_queries_are_named() -> None:
    with (
        store_that(lambda _: rows(GRAPH, X_SQL_State="S1TAT")) as (store, _),
        pytest.raises(StoreError, match="time limit ended the query"),
    ):
        count_graphs(store, [GRAPH])


def test_triples_cut_without_a_word_are_found_by_counting() -> None:
    """A cap on CONSTRUCT and on graphs comes with no header at all."""
    half = b"".join(WHOLE.splitlines(keepends=True)[:25])

    def answer(**row: str) -> Reply:
        bindings = [{name: {"value": value} for name, value in row.items()}]
        body = json.dumps({"head": {"vars": list(row)}, "results": {"bindings": bindings}})
        return Reply(headers={"Content-Type": JSON}, body=body.encode())

    def behave(request: Request) -> Reply:
        if request.method == "GET" or b"CONSTRUCT" in request.body:
            return triples(half)
        return answer(g=GRAPH) if b"DISTINCT" in request.body else answer(g=GRAPH, n="50")

    with store_that(behave) as (store, _), pytest.raises(StoreError, match="50 triples, but 25 came"):
        read_store(store, BASE)


def test_bytes_that_are_not_what_their_coding_says_are_no_answer() -> None:
    with (
        store_that(lambda _: triples(WHOLE, **{"Content-Encoding": "gzip"})) as (store, _),
        pytest.raises(StoreError, match="connection broke"),
    ):
        store.get(GRAPH)


def test_an_answer_beyond_the_limit_is_not_read() -> None:
    big = WHOLE * 500
    with (
        store_that(lambda _: triples(big), largest=1) as (store, _),
        pytest.raises(StoreError, match="larger than 1 MB"),
    ):
        store.get(GRAPH)


# Refusals


@pytest.mark.parametrize(
    ("challenge", "credentials", "said", "hint"),
    [
        ('Digest realm="x", nonce="y"', Credentials(), "Digest", "KG_PASSWORD"),
        ('Basic realm="x"', PERSON, "Basic", "wrong"),
        ("Bearer", PROGRAM, "Bearer", "wrong"),
        ('Basic realm="x"', PROGRAM, "Basic", "KG_USER"),
    ],
)
def test_401_names_the_scheme_that_the_store_offers(
    challenge: str, credentials: Credentials, said: str, hint: str
) -> None:
    behave: Behaviour = lambda _: Reply(status=401, headers={"WWW-Authenticate": challenge})  # noqa: E731
    with store_that(behave, credentials=credentials) as (store, _):
        with pytest.raises(StoreError, match=f"{said} authentication") as caught:
            store.update("DROP SILENT GRAPH <https://example.org/g>")
        assert hint in str(caught.value.hint)


@pytest.mark.parametrize(
    ("challenge", "credentials", "begins"),
    [
        ('Digest realm="x", nonce="y", qop="auth"', PERSON, "Digest "),
        ('Basic realm="x"', PERSON, "Basic "),
        ('Bearer realm="x"', PROGRAM, "Bearer t"),
    ],
)
def test_credentials_are_shown_in_the_scheme_that_is_asked_for(
    challenge: str, credentials: Credentials, begins: str
) -> None:
    def behave(request: Request) -> Reply:
        if request.headers.get("authorization", "").startswith(begins):
            return Reply(status=204)
        return Reply(status=401, headers={"WWW-Authenticate": challenge})

    with store_that(behave, credentials=credentials) as (store, asked):
        store.put(GRAPH, WHOLE)
        assert "authorization" not in asked[0].headers, "nothing is shown before it is asked for"
        store.put(GRAPH, WHOLE)
        assert all(request.body == WHOLE for request in asked if "authorization" in request.headers)


def test_a_body_that_is_too_large_is_named_with_its_size() -> None:
    with store_that(lambda _: Reply(status=413)) as (store, asked):
        with pytest.raises(StoreError, match=r"0\.0 MB as too large \(413\)") as caught:
            store.put(GRAPH, WHOLE)
        assert "client_max_body_size" in str(caught.value.hint)
    assert len(asked) == 1


def test_a_parse_error_is_shown_with_its_line() -> None:
    behave: Behaviour = lambda _: Reply(status=400, body=b"Parser error at line 3 between columns 1 and 4")  # noqa: E731
    with store_that(behave) as (store, _), pytest.raises(StoreError, match=r"line 3: <https://example.org/2>"):
        store.put(GRAPH, WHOLE)


def test_a_refusal_in_html_is_told_as_text() -> None:
    body = b"<html><head><style>b{}</style></head><body><h1>Error 22023</h1>SR186: No permission\x1b[2J</body></html>"
    with store_that(lambda _: Reply(status=500, headers={"Content-Type": "text/html"}, body=body)) as (store, _):
        with pytest.raises(StoreError, match="not allowed") as caught:
            store.update("DROP SILENT GRAPH <https://example.org/g>")
        assert "SR186" in str(caught.value)
        assert not {"<", "\x1b", "b{}"} & set(str(caught.value))


# Repeating


@pytest.mark.parametrize("status", [502, 503, 504, 429])
def test_passing_failures_of_what_may_be_repeated_are_repeated(status: int) -> None:
    replies = iter([Reply(status=status), Reply(status=status, headers={"Retry-After": "1"})])
    with store_that(lambda _: next(replies, Reply(status=204))) as (store, asked):
        store.put(GRAPH, WHOLE)
    assert [request.body for request in asked] == [WHOLE] * 3


@pytest.mark.parametrize("status", [400, 403, 404, 415, 500])
def test_final_failures_are_not_repeated(status: int) -> None:
    with store_that(lambda _: Reply(status=status)) as (store, asked):
        with pytest.raises(StoreError):
            store.put(GRAPH, WHOLE)
        assert len(asked) == 1


def test_an_update_whose_answer_did_not_come_is_not_sent_again() -> None:
    with store_that(lambda _: Reply(status=504)) as (store, asked):
        with pytest.raises(StoreError):
            store.update("INSERT DATA { <a:a> <a:b> <a:c> }")
        assert len(asked) == 1
    with store_that(lambda _: Reply(body=b"x", cut=True)) as (store, asked):
        with pytest.raises(StoreError, match="connection broke"):
            store.update("INSERT DATA { <a:a> <a:b> <a:c> }")
        assert len(asked) == 1


def test_a_move_whose_answer_did_not_come_is_looked_after() -> None:
    """The store has moved the graph, but the connection broke: that is no failure, and no reason to move again."""
    from kg.stores.load import _move

    moves: list[bytes] = []

    def behave(request: Request) -> Reply:
        if b"MOVE" in request.body:
            moves.append(request.body)
            return Reply(body=b"x", cut=True)
        return triples(WHOLE)

    with store_that(behave) as (store, _):
        _move(store, parse_graph(GRAPH, WHOLE), f"{BASE}load/staging/1/0")
    assert len(moves) == 1


def test_silence_ends_with_the_time_limit() -> None:
    ended = threading.Event()

    def behave(_: Request) -> Reply:
        ended.wait(5)
        return Reply()

    with store_that(behave, timeout=0.1) as (store, _):
        with pytest.raises(StoreError, match=r"no answer within 0\.1 s") as caught:
            store.update("DROP SILENT GRAPH <https://example.org/g>")
        ended.set()
    assert "--timeout" in str(caught.value.hint)


# Redirects


def test_redirects_within_the_host_are_followed() -> None:
    def behave(request: Request) -> Reply:
        if request.path.startswith("/store"):
            return Reply(status=307, headers={"Location": "/elsewhere" + request.path[6:]})
        return Reply(status=204)

    with store_that(behave) as (store, asked):
        store.put(GRAPH, WHOLE)
    assert [request.body for request in asked] == [WHOLE, WHOLE]
    assert asked[1].path.startswith("/elsewhere?graph=")


def test_redirects_to_another_host_are_refused_with_everything_unsent() -> None:
    with liar(lambda _: Reply(status=204)) as (other, asked_there):
        target = other.replace("127.0.0.1", "localhost")
        behave: Behaviour = lambda _: Reply(status=307, headers={"Location": f"{target}/store"})  # noqa: E731
        with (
            store_that(behave, credentials=PERSON) as (store, _),
            pytest.raises(StoreError, match="redirects to another host"),
        ):
            store.put(GRAPH, WHOLE)
        assert asked_there == []


def test_a_redirect_that_would_drop_the_body_is_refused() -> None:
    with (
        store_that(lambda _: Reply(status=302, headers={"Location": "/login"})) as (store, _),
        pytest.raises(StoreError, match="redirects a PUT"),
    ):
        store.put(GRAPH, WHOLE)


def test_redirects_in_a_circle_end() -> None:
    with (
        store_that(lambda r: Reply(status=307, headers={"Location": r.path})) as (store, _),
        pytest.raises(StoreError, match="in a circle"),
    ):
        store.get(GRAPH)


# Addresses and secrets


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://db.example.org/sparql", "unencrypted"),
        ("https://ann:secret@db.example.org/", "holds a user or password"),
        ("ftp://db.example.org/", "not the address"),
        ("nonsense", "not the address"),
        ("http://[::1/", "malformed"),
        ("http://localhost:port/", "malformed"),
    ],
)
def test_addresses_that_must_not_be_used(address: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught, connect(Connection(endpoint=address)):
        pass
    assert "secret" not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://[::1]:1/", "http://localhost:1/"])
def test_loopback_needs_no_encryption(address: str) -> None:
    with pytest.raises(StoreError, match="cannot be reached"), connect(Connection(endpoint=address)):
        pass


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the program openssl is missing")
    made = [
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
    ]
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *made]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with liar(lambda _: rows(GRAPH), context) as (url, asked):
        address = url.replace("127.0.0.1", "localhost")
        with (
            pytest.raises(StoreError, match="certificate is not trusted") as caught,
            connect(Connection(endpoint=address)),
        ):
            pass
        assert "SSL_CERT_FILE" in str(caught.value.hint)
        assert asked == []


def test_the_probe_for_the_kind_of_store_reads_no_body() -> None:
    """The root of a Fuseki dataset answers with all its quads."""
    with liar(lambda _: Reply(headers={"Server": "x"}, body=WHOLE * 1000)) as (url, asked):
        with connect(Connection(endpoint=url, largest=1)) as store:
            assert store.profile.name == "generic"
        assert len(asked) == 1


def test_credentials_come_from_options_then_environment_then_netrc(tmp_path: Path) -> None:
    secret, netrc = tmp_path / "secret", tmp_path / "netrc"
    secret.write_text("from-file\n", "utf-8")
    netrc.write_text("machine db.example.org login nora password from-netrc\n", "utf-8")
    netrc.chmod(0o600)
    environment = {"KG_USER": "eve", "KG_PASSWORD": "from-environment", "NETRC": str(netrc)}

    def found(**options: object) -> tuple[str | None, str | None, str | None]:
        known = find_credentials("db.example.org", **options)  # type: ignore[arg-type]
        assert "from-" not in repr(known)
        return known.user, known.password, known.token

    assert found(user="ann", password_file=secret, environment=environment) == ("ann", "from-file", None)
    assert found(environment=environment) == ("eve", "from-environment", None)
    assert found(environment={"NETRC": str(netrc)}) == ("nora", "from-netrc", None)
    assert found(environment={**environment, "KG_TOKEN": "from-token"}) == (None, None, "from-token")
    assert found(environment={"NETRC": str(tmp_path / "none")}) == (None, None, None)
    with pytest.raises(SettingsError, match="no password for user ann"):
        found(user="ann", environment={"NETRC": str(netrc)})


def test_a_malformed_netrc_is_named_and_not_quoted(tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine x login y password hunter2 nonsense\n", "utf-8")
    with pytest.raises(SettingsError, match="malformed") as caught:
        find_credentials("x", environment={"NETRC": str(netrc)})
    assert "hunter2" not in f"{caught.value}{caught.value.hint}"


# Profiles


@pytest.mark.parametrize(
    ("address", "server", "kind", "whole"),
    [
        ("http://h:1/", "Oxigraph/0.5.13", "oxigraph", "http://h:1"),
        ("http://h:1/query", "Oxigraph/0.5.13", "oxigraph", "http://h:1"),
        ("http://h:1/sparql", "Virtuoso/07.20.3229 (Linux) x86_64", "virtuoso", "http://h:1"),
        ("http://h:1/sparql-graph-crud-auth/", "Virtuoso/07.20", "virtuoso", "http://h:1"),
        ("http://h:3030/ds/update", "", "fuseki", "http://h:3030/ds"),
        ("https://h/x", "Apache Jena Fuseki (4.7.0)", "fuseki", "https://h/x"),
        ("http://h:7200/repositories/r/statements", "", "graphdb", "http://h:7200/repositories/r"),
        ("http://h/rdf4j-server/repositories/r", "", "rdf4j", "http://h/rdf4j-server/repositories/r"),
        ("https://c.eu-west-1.neptune.amazonaws.com:8182/sparql", "", "neptune", "https://c.eu-west-1.neptune.amazonaws.com:8182"),
        ("http://h:7001", "", "qlever", "http://h:7001"),
        ("https://h/sparql", "nginx", "generic", "https://h/sparql"),
    ],
)  # fmt: skip
def test_stores_are_recognised(address: str, server: str, kind: str, whole: str) -> None:
    profile = recognise(address, server)
    assert profile.name == kind
    assert root(address, profile) == whole


def test_every_kind_of_store_has_a_profile() -> None:
    kinds = {"oxigraph", "virtuoso", "fuseki", "graphdb", "rdf4j", "qlever", "neptune", "generic"}
    assert set(PROFILES) == {*kinds, "embedded"}
    assert all(find_profile(name).name == name for name in kinds)
    with pytest.raises(KgError, match="no kind of store"):
        find_profile("embedded")


def test_a_store_that_swallows_everything_is_not_believed() -> None:
    """204 to every upload, and nothing there: the load says so."""

    def behave(request: Request) -> Reply:
        claim = next((r.body for r in remembered if b"creator" in r.body and b"INSERT" in r.body), b"")
        remembered.append(request)
        if b"creator" in request.body and b"SELECT" in request.body and claim:
            from urllib.parse import unquote_plus

            text = unquote_plus(claim.decode()).split('"')[1]
            body = {"head": {"vars": ["o"]}, "results": {"bindings": [{"o": {"value": text}}]}}
            return Reply(headers={"Content-Type": JSON}, body=json.dumps(body).encode())
        if request.method == "POST" and b"query=" in request.body:
            return rows()
        return Reply(status=404 if request.method == "GET" else 204)

    remembered: list[Request] = []
    with store_that(behave) as (store, _):
        done = load(store, documents(BASE, 2))
    assert len(done.differences) == 3
    assert sum(len(d.missing) for d in done.differences) == 7
