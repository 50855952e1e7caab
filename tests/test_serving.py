"""`kg serve`: the SPARQL 1.1 Protocol, what it refuses, and that a query that runs too long is really stopped."""

from __future__ import annotations

import http.client
import inspect
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest
from rdflib import Graph, Namespace, URIRef

from kg.cli.serving import serve
from kg.endpoint.access import allow, check_host, check_origin
from kg.endpoint.messages import Limits, RequestError
from kg.endpoint.negotiation import choose
from kg.endpoint.server import Server
from kg.endpoint.workers import Workers
from kg.errors import InputError
from kg.graph.catalogue import load_catalogue
from kg.graph.query import open_source, run
from kg.stores.directory import write_directory
from tests.sample import write_sample

BASE = "https://w3id.org/accord/data/"
PERSON = "/accord/data/person/ana-brook-378ad152ddca"
BROOK = f"https://w3id.org{PERSON}"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ASK = "ASK { ?s a acc:Person }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ONE, TWO = "https://example.org/graph/one", "https://example.org/graph/two"
HOSTILE = "https://example.org/hostile"
#: A triple in two graphs, one in the second alone; names that would be markup or scripts.
EXTRA = f"""\
<https://example.org/a> <https://example.org/p> "1" <{ONE}> .
<https://example.org/a> <https://example.org/p> "1" <{TWO}> .
<https://example.org/a> <https://example.org/p> "2" <{TWO}> .
<{HOSTILE}> <http://www.w3.org/2004/02/skos/core#prefLabel> "<script>alert(1)</script>" <{ONE}> .
<{HOSTILE}> <https://example.org/p> <javascript:alert(1)> <{ONE}> .
<{HOSTILE}> <https://example.org/p> "\\"><img src=x onerror=alert(1)>" <{ONE}> .
<javascript:alert(1)> <https://example.org/p> "a name" <{ONE}> .
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def values(self) -> list[str]:
        """The values of a JSON result, row by row."""
        rows = json.loads(self.body)["results"]["bindings"]
        return [term["value"] for row in rows for term in row.values()]


@dataclass(frozen=True)
class Endpoint:
    port: int
    workers: Workers

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: dict[str, str] | None = None,
        **parameters: str,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        if parameters:
            path += "?" + urlencode(parameters)
        content = body.encode() if isinstance(body, str) else body
        try:
            connection.request(method, path, content, headers or {})
            reply = connection.getresponse()
            return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def raw(self, *pieces: bytes) -> bytes:
        """Everything that comes back for bytes on the wire, until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            for piece in pieces:
                wire.sendall(piece)
            found = b""
            while piece := wire.recv(65536):
                found += piece
            return found


@contextmanager
def serving(folder: Path, limits: Limits | None = None, *, cors: tuple[str, ...] = ()) -> Iterator[Endpoint]:
    limits = limits or Limits(timeout=20)
    workers = Workers(folder, limits)
    workers.open()
    server = Server("127.0.0.1", 0, workers, allow("127.0.0.1", ["proxy.example"], list(cors)), limits, lambda _: None)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Endpoint(server.server_address[1], workers)
    finally:
        server.shutdown()
        server.server_close()
        workers.close()
        thread.join(5)


def read(answer: Answer) -> Graph:
    """The triples of an answer, as another parser reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's reader of JSON-LD uses rdflib's old names
        return Graph().parse(data=answer.text, format=answer.type)


class Markup(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value or "") for name, value in attrs] or [(tag, "", "")]


def write_build(folder: Path, extra: str = EXTRA) -> Path:
    """The sample with more triples, as a build."""
    write_sample(folder)
    content = (folder / "dataset.nq").read_bytes() + extra.encode()
    write_directory(folder, {"dataset.nq": content, "documents/larch-valley.txt": b"-"})
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_build(tmp_path_factory.mktemp("serving") / "out")


@pytest.fixture(scope="module")
def endpoint(folder: Path) -> Iterator[Endpoint]:
    with serving(folder) as found:
        yield found


# The SPARQL 1.1 Protocol: cases after W3C's test suite of that name

Case = tuple[str, str, str | bytes | None, dict[str, str], int]


def form(**pairs: str) -> str:
    return urlencode(pairs)


def asking(query: str, path: str = "/sparql") -> str:
    return f"{path}?{form(query=query)}"


PROTOCOL: dict[str, Case] = {
    "query_get": ("GET", asking(ASK), None, {}, 200),
    "query_head": ("HEAD", asking(ASK), None, {}, 200),
    "query_post_form": ("POST", "/sparql", form(query=ASK), {"Content-Type": FORM}, 200),
    "query_post_form_charset": ("POST", "/sparql", form(query=ASK), {"Content-Type": f"{FORM}; charset=UTF-8"}, 200),
    "query_post_direct": ("POST", "/sparql", ASK, {"Content-Type": DIRECT}, 200),
    "query_post_direct_charset": ("POST", "/sparql", ASK, {"Content-Type": f"{DIRECT}; charset=utf-8"}, 200),
    "query_at_the_other_path": ("GET", asking(ASK, "/query"), None, {}, 200),
    "query_unicode": ("GET", asking('ASK { FILTER(STRLEN("ñ€😀") = 3) }'), None, {}, 200),
    "bad_query_method": ("PUT", asking(ASK), None, {}, 405),
    "bad_query_method_delete": ("DELETE", "/sparql", None, {}, 405),
    "bad_query_method_patch": ("PATCH", "/sparql", ASK, {"Content-Type": DIRECT}, 405),
    "bad_multiple_queries": ("GET", f"{asking(ASK)}&{form(query='ASK {}')}", None, {}, 400),
    "bad_query_wrong_media_type": ("POST", "/sparql", ASK, {"Content-Type": "text/plain"}, 415),
    "bad_query_missing_form_type": ("POST", "/sparql", form(query=ASK), {"Content-Type": ""}, 415),
    "bad_query_missing_direct_type": ("POST", "/sparql", ASK, {"Content-Type": "application/json"}, 415),
    "bad_query_non_utf8": ("POST", "/sparql", "ASK { ?s ?p 'é' }".encode("latin-1"), {"Content-Type": DIRECT}, 400),
    "bad_query_non_utf8_get": ("GET", "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%27%E9%27%7D", None, {}, 400),
    "bad_query_syntax": ("GET", asking("ASK { ?s ?p"), None, {}, 400),
    "bad_query_empty": ("GET", "/sparql?query=", None, {}, 400),
    "bad_query_none_posted": ("POST", "/sparql", form(other="x"), {"Content-Type": FORM}, 400),
    "bad_query_empty_direct": ("POST", "/sparql", "  ", {"Content-Type": DIRECT}, 400),
    "bad_graph_name": ("GET", f"{asking(ASK)}&default-graph-uri=no%20iri", None, {}, 400),
    "update_post_direct": ("POST", "/sparql", "CLEAR ALL", {"Content-Type": "application/sparql-update"}, 403),
    "update_post_form": ("POST", "/sparql", form(update="CLEAR ALL"), {"Content-Type": FORM}, 403),
    "update_get": ("GET", f"/sparql?{form(update='CLEAR ALL')}", None, {}, 403),
    "update_as_query": ("GET", asking("DELETE WHERE { ?s ?p ?o }"), None, {}, 403),
    "update_behind_comment": ("GET", asking("# ASK\nPREFIX x: <urn:x:> CLEAR ALL"), None, {}, 403),
    "load_as_query": ("POST", "/sparql", "LOAD <https://example.org/x>", {"Content-Type": DIRECT}, 403),
    "service": ("GET", asking("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), None, {}, 403),
    "service_silent": ("GET", asking("ASK { SERVICE SILENT ?x { ?s ?p ?o } }"), None, {}, 403),
    "service_escaped": ("GET", asking("ASK { \\u0053ERVICE <urn:x> { ?s ?p ?o } }"), None, {}, 400),
    "post_elsewhere": ("POST", "/questions/people-of", "x=y", {"Content-Type": FORM}, 405),
}


def test_the_cases_of_the_protocol_are_there() -> None:
    assert len(PROTOCOL) == 32


@pytest.mark.parametrize("name", PROTOCOL)
def test_protocol(endpoint: Endpoint, name: str) -> None:
    method, path, body, headers, status = PROTOCOL[name]
    answer = endpoint.ask(path, method, body, headers)
    assert answer.status == status, answer.text
    if status == 200 and method != "HEAD":
        assert json.loads(answer.body) == {"head": {}, "boolean": True}
    if status >= 400:
        assert answer.type == "text/plain"
        assert len(answer.text.splitlines()[0]) > 5
    if status == 405:
        assert "GET" in answer.headers["allow"]


def test_nothing_was_changed_by_all_that(endpoint: Endpoint, folder: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    here = run(count, open_source(folder)).rows[0][0]
    assert endpoint.ask("/sparql", query=count).values == [str(here)]


def test_errors_tell_the_place_and_the_mend(endpoint: Endpoint) -> None:
    assert "line 1, column" in endpoint.ask("/sparql", query="SELECT * { ?s ?p").text
    assert "SERVICE is refused" in endpoint.ask("/sparql", query="ASK { SERVICE <urn:x> { } }").text
    assert "read-only" in endpoint.ask("/sparql", "PUT").text


# Which graphs are asked

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
A = "SELECT ?v { <https://example.org/a> ?p ?v } ORDER BY ?v"
SCOPES: dict[str, tuple[str, list[tuple[str, str]], list[str]]] = {
    "default_graph": (A, [("default-graph-uri", ONE)], ["1"]),
    "default_graphs_merge_as_sets": (A, [("default-graph-uri", ONE), ("default-graph-uri", TWO)], ["1", "2"]),
    "default_graph_hides_named": (NAMED, [("default-graph-uri", ONE)], ["0"]),
    "default_graphs_hide_named": (NAMED, [("default-graph-uri", ONE), ("default-graph-uri", TWO)], ["0"]),
    "named_graph": (NAMED, [("named-graph-uri", TWO)], ["2"]),
    "named_graph_hides_default": (COUNT, [("named-graph-uri", TWO)], ["0"]),
    "both": (
        "SELECT (COUNT(*) AS ?n) { <https://example.org/a> ?p ?v . GRAPH ?g { ?s ?q ?v } }",
        [("default-graph-uri", ONE), ("named-graph-uri", TWO)],
        ["1"],
    ),
    "protocol_before_from": (A.replace("{", f"FROM <{TWO}> {{", 1), [("default-graph-uri", ONE)], ["1"]),
    "from": (A.replace("{", f"FROM <{ONE}> {{", 1), [], ["1"]),
    "from_twice_merges": (A.replace("{", f"FROM <{ONE}> FROM <{TWO}> {{", 1), [], ["1", "2"]),
    "from_prefixed_merges": (
        "PREFIX g: <https://example.org/graph/> " + A.replace("{", "FROM g:one FROM g:two {", 1),
        [],
        ["1", "2"],
    ),
    "unknown_graph_is_empty": (COUNT, [("default-graph-uri", "urn:no:such")], ["0"]),
    "the_union_without_any": (A, [], ["1", "2"]),
}


def test_the_cases_of_scope_are_there() -> None:
    assert len(SCOPES) == 13


@pytest.mark.parametrize("name", SCOPES)
@pytest.mark.parametrize("method", ["GET", "POST", "DIRECT"])
def test_scope(endpoint: Endpoint, name: str, method: str) -> None:
    query, graphs, expected = SCOPES[name]
    pairs = urlencode([("query", query), *graphs])
    if method == "GET":
        answer = endpoint.ask(f"/sparql?{pairs}")
    elif method == "POST":
        answer = endpoint.ask("/sparql", "POST", pairs, {"Content-Type": FORM})
    else:
        answer = endpoint.ask(f"/sparql?{urlencode(graphs)}", "POST", query, {"Content-Type": DIRECT})
    assert answer.values == expected


# Formats

SELECT = "SELECT ?s ?_hidden { ?s a acc:Person BIND('<&\"' AS ?_hidden) }"
CONSTRUCT = "CONSTRUCT { ?s a acc:Person } WHERE { ?s a acc:Person }"
ACCEPTED = [
    (SELECT, None, "application/sparql-results+json"),
    (SELECT, "*/*", "application/sparql-results+json"),
    (SELECT, "application/json", "application/sparql-results+json"),
    (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
    (SELECT, "text/csv", "text/csv"),
    (SELECT, "text/tab-separated-values;q=0.9, text/csv;q=0.1", "text/tab-separated-values"),
    (SELECT, "text/*", "text/xml"),
    (SELECT, "image/png, */*;q=0.1", "application/sparql-results+json"),
    (SELECT, BROWSER, "text/html"),
    (SELECT, "text/turtle", None),
    (ASK, "application/xml", "application/sparql-results+xml"),
    (ASK, "text/csv", "text/csv"),
    (ASK, BROWSER, "text/html"),
    (CONSTRUCT, None, "text/turtle"),
    (CONSTRUCT, "application/n-triples", "application/n-triples"),
    (CONSTRUCT, "application/ld+json", "application/ld+json"),
    (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
    (CONSTRUCT, BROWSER, "text/html"),
    (CONSTRUCT, "text/csv", None),
    (f"DESCRIBE <{BROOK}>", "text/turtle", "text/turtle"),
]


@pytest.mark.parametrize(("query", "accept", "expected"), ACCEPTED)
def test_negotiation(endpoint: Endpoint, query: str, accept: str | None, expected: str | None) -> None:
    answer = endpoint.ask("/sparql", headers={"Accept": accept} if accept else {}, query=query)
    if expected is None:
        assert answer.status == 406
        assert "offered: " in answer.text
        return
    assert answer.status == 200
    assert answer.type == ("application/sparql-results+xml" if expected == "text/xml" else expected)
    assert "Accept" in answer.headers["vary"]
    if answer.type in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
        assert len(read(answer)) >= 1


def test_all_formats_have_the_same_rows(endpoint: Endpoint) -> None:
    def ask(name: str) -> Answer:
        return endpoint.ask("/sparql", query=SELECT, format=name)

    assert json.loads(ask("json").body)["head"]["vars"] == ["s", "_hidden"]
    assert ask("json").values == [BROOK, '<&"']
    assert ask("csv").text == f's,_hidden\r\n{BROOK},"<&"""\r\n'
    assert ask("tsv").text == f'?s\t?_hidden\n<{BROOK}>\t"<&\\""\n'
    tree = ET.fromstring(ask("xml").text)  # noqa: S314 -- our own
    assert [e.text for e in tree.iter("{http://www.w3.org/2005/sparql-results#}uri")] == [BROOK]
    assert [e.text for e in tree.iter("{http://www.w3.org/2005/sparql-results#}literal")] == ['<&"']
    assert endpoint.ask("/sparql", query=SELECT, format="doc").status == 400


def test_xml_is_well_formed_whatever_the_text(endpoint: Endpoint) -> None:
    odd = r"SELECT ('a\u0001b' AS ?x) ('c\rd' AS ?y) ('e'@en AS ?z) (1.50 AS ?n) (BNODE() AS ?b) {}"
    tree = ET.fromstring(endpoint.ask("/sparql", query=odd, format="xml").text)  # noqa: S314 -- our own
    namespace = "{http://www.w3.org/2005/sparql-results#}"
    literals = list(tree.iter(f"{namespace}literal"))
    assert [e.text for e in literals] == ["a�b", "c\rd", "e", "1.5"]
    assert literals[2].get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert literals[3].get("datatype", "").endswith("#decimal")
    assert len(list(tree.iter(f"{namespace}bnode"))) == 1


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "a/one"),
        ("a/*;q=0.5, b/two;q=0.4", "a/one"),
        ("a/one;q=0, */*", "b/two"),
        ("a/one;q=0.1, */*;q=0.2", "b/two"),
        ("*/*, b/two", "b/two"),
        ("c/three", None),
        ("B/TWO;level=1;q=1.0", "b/two"),
        ("a/one;q=high, ;;,b", "a/one"),
        ("*/*;q=0", None),
    ],
)
def test_accept_header(accept: str, expected: str | None) -> None:
    assert choose(accept, ["a/one", "b/two"]) == expected


# Limits


@pytest.fixture(scope="module")
def narrow(folder: Path) -> Iterator[Endpoint]:
    """An endpoint that allows little."""
    limits = Limits(
        timeout=0.7, max_rows=10, max_reply=5_000, max_body=2_000, memory=48 << 20, queries=1, patience=0.2, idle=1.0
    )
    with serving(folder, limits) as found:
        yield found


def processes(endpoint: Endpoint) -> list[int]:
    return [worker.process.pid or 0 for worker in endpoint.workers._free]


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_query_that_takes_too_long_is_stopped(narrow: Endpoint) -> None:
    narrow.ask("/sparql", query=ASK)
    (before,) = processes(narrow)
    started = time.monotonic()
    answer = narrow.ask("/sparql", query=ENDLESS)
    assert answer.status == 504
    assert "0.7 s" in answer.text
    assert time.monotonic() - started < 5
    assert not alive(before)
    assert narrow.ask("/sparql", query=ASK).status == 200
    assert processes(narrow) != [before]


def test_a_query_whose_client_left_is_stopped(folder: Path) -> None:
    with serving(folder, Limits(timeout=60, queries=1, patience=5)) as found:
        (before,) = processes(found)
        with socket.create_connection(("127.0.0.1", found.port)) as wire:
            wire.sendall(f"GET {asking(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            time.sleep(0.2)
        assert found.ask("/sparql", query=ASK).status == 200
        assert not alive(before)


def test_too_many_queries_are_told_to_come_again(folder: Path) -> None:
    with serving(folder, Limits(timeout=1, queries=1, patience=0.1)) as found:
        slow = threading.Thread(target=found.ask, args=("/sparql",), kwargs={"query": ENDLESS})
        slow.start()
        time.sleep(0.3)
        answer = found.ask("/sparql", query=ASK)
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        assert found.ask("/", headers={"Accept": BROWSER}).status == 200, "pages without data are always there"
        slow.join()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_a_query_that_takes_too_much_memory_is_stopped(folder: Path) -> None:
    with serving(folder, Limits(timeout=30, memory=64 << 20, queries=1)) as found:
        greedy = "SELECT ?a ?e { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?e"
        answer = found.ask("/sparql", query=greedy)
        assert answer.status == 500
        assert "memory" in answer.text
        assert found.ask("/sparql", query=ASK).status == 200


@pytest.mark.parametrize("query", ["ASK " + "{" * 200_000, "ASK { FILTER(" + "(" * 200_000, "ASK {} " + " " * 900_000])
def test_odd_queries_end_no_more_than_their_process(endpoint: Endpoint, query: str) -> None:
    assert endpoint.ask("/sparql", "POST", query, {"Content-Type": DIRECT}).status in (200, 400, 500)
    assert endpoint.ask("/sparql", query=ASK).status == 200


def test_a_long_answer_is_refused_and_not_cut(narrow: Endpoint) -> None:
    answer = narrow.ask("/sparql", query="SELECT * { ?s ?p ?o } LIMIT 11")
    assert (answer.status, "more than 10 rows" in answer.text) == (400, True)
    assert len(narrow.ask("/sparql", query="SELECT ?p { ?s ?p ?o } LIMIT 10").values) == 10
    assert "triples" in narrow.ask("/sparql", query="CONSTRUCT WHERE { ?s ?p ?o }").text
    wide = "SELECT (CONCAT(STR(?a), REPLACE('" + "x" * 900 + "', 'x', 'xxxxxxx')) AS ?t) { VALUES ?a { 1 2 } }"
    assert "5,000 bytes" in narrow.ask("/sparql", query=wide).text


def test_a_long_request_is_refused(narrow: Endpoint) -> None:
    long = "ASK {} #" + "x" * 3000
    assert narrow.ask("/sparql", "POST", long, {"Content-Type": DIRECT}).status == 413
    assert narrow.ask("/sparql", headers={"X-Long": "x" * 70_000}, query=ASK).status == 431
    assert narrow.ask("/sparql", headers={f"X-{n}": "x" for n in range(150)}, query=ASK).status == 431
    assert narrow.ask("/sparql?query=" + "x" * 70_000).status == 414


def test_a_request_must_come_in_time(narrow: Endpoint) -> None:
    started = time.monotonic()
    assert narrow.raw(b"GET / HTTP/1.1\r\nHost: local", b"h") == b""
    assert 0.5 < time.monotonic() - started < 5


# Who may ask


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("127.0.0.1:9999", 200),
        ("[::1]:80", 200),
        ("proxy.example", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.0.2.7", 421),
        ("", 400),
        ("a b", 400),
        ("localhost/x", 400),
        ("localhost@evil.example", 400),
    ],
)
def test_host(endpoint: Endpoint, host: str, status: int) -> None:
    assert endpoint.ask("/style.css", headers={"Host": host}).status == status
    assert endpoint.ask("/sparql", headers={"Host": host}, query=ASK).status == status


def test_pages_from_elsewhere_may_not_ask_unless_allowed(endpoint: Endpoint, folder: Path) -> None:
    def cors(endpoint: Endpoint, origin: str, method: str = "GET") -> tuple[int, str | None]:
        answer = endpoint.ask("/sparql", method, headers={"Origin": origin}, query=ASK)
        assert "Origin" in answer.headers["vary"]
        return answer.status, answer.headers.get("access-control-allow-origin")

    assert cors(endpoint, "https://evil.example") == (403, None)
    assert cors(endpoint, "null") == (403, None)
    assert cors(endpoint, "http://localhost:3000") == (200, "http://localhost:3000")
    assert cors(endpoint, "https://evil.example", "OPTIONS") == (403, None)
    assert cors(endpoint, "http://localhost:3000", "OPTIONS") == (204, "http://localhost:3000")
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert endpoint.ask("/sparql", headers=embedded, query=ASK).status == 403
    assert endpoint.ask("/sparql", headers={**embedded, "Sec-Fetch-Mode": "navigate"}, query=ASK).status == 200
    with serving(folder, cors=("https://friend.example",)) as found:
        assert cors(found, "https://friend.example") == (200, "https://friend.example")
        assert cors(found, "https://evil.example") == (403, None)
        told = found.ask("/sparql", "OPTIONS", headers={"Origin": "https://friend.example"}).headers
        assert set(told["access-control-allow-methods"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    with serving(folder, cors=("*",)) as found:
        assert cors(found, "https://anybody.example") == (200, "*")


# What hostile clients send

LOCAL = b"Host: localhost\r\nConnection: close\r\n"
WIRE = {
    "no_version": (b"GET /style.css\r\n\r\n", b"505"),
    "other_version": (b"GET /style.css HTTP/3.0\r\n" + LOCAL + b"\r\n", b"505"),
    "no_host": (b"GET /style.css HTTP/1.1\r\nConnection: close\r\n\r\n", b"400"),
    "two_hosts": (b"GET /style.css HTTP/1.1\r\nHost: evil.example\r\n" + LOCAL + b"\r\n", b"400"),
    "two_lengths": (
        b"POST /sparql HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 5\r\n" + LOCAL + b"\r\nASK{}",
        b"400",
    ),
    "negative_length": (b"POST /sparql HTTP/1.1\r\nContent-Length: -1\r\n" + LOCAL + b"\r\n", b"400"),
    "chunked": (b"POST /sparql HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + LOCAL + b"\r\n0\r\n\r\n", b"411"),
    "no_length": (b"POST /sparql HTTP/1.1\r\n" + LOCAL + b"\r\n", b"411"),
    "compressed": (
        b"POST /sparql HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n" + LOCAL + b"\r\nx",
        b"415",
    ),
    "whole_url": (b"GET http://localhost/style.css HTTP/1.1\r\n" + LOCAL + b"\r\n", b"200"),
    "whole_url_elsewhere": (b"GET http://evil.example/style.css HTTP/1.1\r\n" + LOCAL + b"\r\n", b"400"),
    "connect": (b"CONNECT evil.example:443 HTTP/1.1\r\n" + LOCAL + b"\r\n", b"400"),
    "unknown_method": (b"BREW / HTTP/1.1\r\n" + LOCAL + b"\r\n", b"405"),
    "trace": (b"TRACE / HTTP/1.1\r\n" + LOCAL + b"\r\n", b"405"),
    "traversal": (b"GET /../../../etc/passwd HTTP/1.1\r\n" + LOCAL + b"\r\n", b"404"),
    "traversal_encoded": (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + LOCAL + b"\r\n", b"404"),
    "traversal_in_data": (b"GET /accord/data/../../../etc/passwd HTTP/1.1\r\n" + LOCAL + b"\r\n", b"404"),
    "nul": (b"GET /accord/data/%00 HTTP/1.1\r\n" + LOCAL + b"\r\n", b"400"),
    "newline": (b"GET /x%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\n" + LOCAL + b"\r\n", b"400"),
    "not_utf8": (b"GET /accord/data/%ff HTTP/1.1\r\n" + LOCAL + b"\r\n", b"400"),
    "garbage": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
    "bad_header": (b"GET /style.css HTTP/1.1\r\n" + LOCAL + b"no colon here\r\n\r\n", b"400"),
}


def test_the_cases_on_the_wire_are_there() -> None:
    assert len(WIRE) == 22


@pytest.mark.parametrize("name", WIRE)
def test_wire(endpoint: Endpoint, name: str) -> None:
    sent, status = WIRE[name]
    answer = endpoint.raw(sent)
    assert answer.split(b" ", 2)[1] == status, answer[:200]
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"content-security-policy: default-src 'none'" in head
    assert b"x-content-type-options: nosniff" in head
    assert b"set-cookie" not in head
    assert b"root:" not in answer


@pytest.mark.parametrize(
    "path",
    [
        f"/resource?iri={quote(HOSTILE, safe='')}",
        "/resource?iri=javascript%3Aalert(1)",
        "/resource?iri=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        asking(f"SELECT * {{ <{HOSTILE}> ?p ?o }}"),
        asking(f"CONSTRUCT WHERE {{ <{HOSTILE}> ?p ?o }}"),
        "/sparql?query=%3C%2Ftextarea%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/questions/people-of?organization=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/questions/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    ],
)
def test_names_are_text_and_never_markup(endpoint: Endpoint, path: str) -> None:
    answer = endpoint.ask(path, headers={"Accept": BROWSER})
    assert answer.type == "text/html"
    markup = Markup(answer.text).found
    assert not {tag for tag, _, _ in markup} & {"script", "img", "iframe", "object", "embed", "svg", "base", "style"}
    assert not [name for _, name, _ in markup if name.startswith("on") or name == "style"]
    links = [value for _, name, value in markup if name in ("href", "src", "action")]
    assert links
    assert all(link.startswith(("/", "https://", "http://")) for link in links)
    assert "alert(1)" in answer.text or answer.status == 404


# Pages, questions, things


def test_the_page_works_without_scripts_and_without_the_network(endpoint: Endpoint) -> None:
    for path in ("/", "/sparql", "/questions"):
        answer = endpoint.ask(path, headers={"Accept": BROWSER})
        assert (answer.status, answer.type) == (200, "text/html")
        assert not re.search(r"(?:src|href)=.?(?:https?:)?//", answer.text)
        assert "people-of" in answer.text
    assert '<textarea id="query" name="query"' in endpoint.ask("/", headers={"Accept": BROWSER}).text
    assert endpoint.ask("/style.css").type == "text/css"
    asked = endpoint.ask("/sparql", headers={"Accept": BROWSER}, query="SELECT ?n { ?s a acc:Person ; rdfs:label ?n }")
    assert "<td>Ana Brook</td>" in asked.text
    assert "1 row<" in asked.text


def test_a_mistaken_query_can_be_mended_on_the_page(endpoint: Endpoint) -> None:
    answer = endpoint.ask("/sparql", headers={"Accept": BROWSER}, query="SELECT ?mistaken { ?s ?p")
    assert (answer.status, answer.type) == (400, "text/html")
    assert "malformed SPARQL" in answer.text
    assert "SELECT ?mistaken { ?s ?p</textarea>" in answer.text


@pytest.mark.parametrize("name", [n for n, q in load_catalogue().items() if not any(p.required for p in q.parameters)])
def test_canned_answers_are_those_of_the_command(endpoint: Endpoint, folder: Path, name: str) -> None:
    from kg.cli.results import to_tsv

    answer = endpoint.ask(f"/questions/{name}", format="tsv")
    assert answer.text == to_tsv(run(load_catalogue()[name], open_source(folder)))


def test_canned_questions_take_parameters(endpoint: Endpoint, folder: Path) -> None:
    command = [sys.executable, "-m", "kg", "query", "people-of", "-d", str(folder), "-p"]
    given = "organization=Larch Valley Teachers Association"
    done = subprocess.run([*command, given], capture_output=True, text=True, check=True)
    name, _, value = given.partition("=")
    answer = endpoint.ask("/questions/people-of", headers={"Accept": "text/tab-separated-values"}, **{name: value})
    assert answer.text == done.stdout
    assert "Ana Brook" in answer.text
    assert endpoint.ask("/questions/people-of", format="tsv", organization="").status == 200, "an empty field is none"
    page = endpoint.ask("/questions/people-of", headers={"Accept": BROWSER}, **{name: value}).text
    assert "Ana Brook</td>" in page or "Ana Brook</a></td>" in page
    assert 'value="Larch Valley Teachers Association"' in page


def test_canned_questions_refuse_with_words(endpoint: Endpoint) -> None:
    assert endpoint.ask("/questions/people-off").status == 404
    assert "people-of" in endpoint.ask("/questions/people-off").text
    assert endpoint.ask("/questions/people-of", organisation="x").status == 400
    assert endpoint.ask("/questions/people-of", organization="Nobody").status == 400
    assert endpoint.ask("/questions/people-of?organization=a&organization=b").status == 400
    assert endpoint.ask("/questions/not-facts", status="http://a<b").status == 400
    missing = endpoint.ask("/questions/said-on-topic")
    assert (missing.status, "topic" in missing.text) == (400, True)
    listed = json.loads(endpoint.ask("/questions").body)
    assert [q["name"] for q in listed] == sorted(load_catalogue())
    page = endpoint.ask("/questions/said-on-topic", headers={"Accept": BROWSER})
    assert (page.status, 'name="topic"' in page.text) == (200, True)


@pytest.mark.parametrize("path", [PERSON, f"/resource?iri={quote(BROOK, safe='')}"])
def test_things_have_pages_and_data(endpoint: Endpoint, path: str) -> None:
    page = endpoint.ask(path, headers={"Accept": BROWSER})
    assert (page.status, page.type) == (200, "text/html")
    assert "<h1>Ana Brook</h1>" in page.text
    assert "<mark>" in page.text
    assert "Larch Valley Teachers Association president" in re.sub(r"</?mark>", "", page.text)
    brook, acc = URIRef(BROOK), Namespace("https://w3id.org/accord/ns#")
    for kind in ("text/turtle", "application/ld+json", "application/n-triples"):
        answer = endpoint.ask(path, headers={"Accept": kind})
        assert answer.type == kind
        assert quote(BROOK, safe="") in answer.headers["content-location"]
        graph = read(answer)
        assert ["teachers-association" in str(o) for o in graph.objects(brook, acc.affiliatedWith)] == [True]
        assert [str(o) for o in graph.objects(None, acc.excerpt)], "statements come with their words"
    assert endpoint.ask(path + ("&" if "?" in path else "?") + "format=ttl").type == "text/turtle"


def test_links_of_pages_lead_somewhere(endpoint: Endpoint) -> None:
    page = endpoint.ask(PERSON, headers={"Accept": BROWSER}).text
    links = sorted(set(re.findall(r'href="(/resource[^"]*)"', page)))
    assert len(links) > 5
    known = [link for link in links if "w3.org" not in link and "schema.org" not in link and "xmlns" not in link]
    for link in known[:12]:
        assert endpoint.ask(link.replace("&amp;", "&"), headers={"Accept": BROWSER}).status == 200, link


def test_unknown_things_are_not_found(endpoint: Endpoint) -> None:
    for path in ("/accord/data/person/nobody", "/resource?iri=urn%3Ano", "/resource?iri=no%20iri", "/accord/data/"):
        assert endpoint.ask(path).status == 404, path
    assert endpoint.ask("/resource").status == 400
    assert endpoint.ask("/resource?iri=a&iri=b").status == 400


def test_the_service_describes_itself(endpoint: Endpoint, folder: Path) -> None:
    service = Namespace("http://www.w3.org/ns/sparql-service-description#")
    void = Namespace("http://rdfs.org/ns/void#")
    seen = set()
    for path in ("/", "/sparql", "/.well-known/void"):
        answer = endpoint.ask(path)
        assert (answer.status, answer.type) == (200, "text/turtle")
        seen.add(answer.body)
        assert endpoint.ask(path, headers={"Accept": "application/ld+json"}).type == "application/ld+json"
    assert len(seen) == 1, "the same bytes each time"
    graph = Graph().parse(data=seen.pop())
    url, dataset = URIRef(f"http://127.0.0.1:{endpoint.port}/sparql"), URIRef(f"{BASE}dataset")
    assert (url, service.endpoint, url) in graph
    assert (url, service.supportedLanguage, service.SPARQL11Query) in graph
    assert (url, service.defaultDataset, dataset) in graph
    assert (dataset, void.sparqlEndpoint, url) in graph
    assert len(list(graph.objects(url, service.resultFormat))) == 8
    store = open_source(folder)
    count = run("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", store).rows[0][0]
    assert str(graph.value(dataset, void.triples)) == str(count)
    names = {str(o) for o in graph.objects(None, service.name)}
    assert names == {name.value for name in store.named_graphs()}
    assert str(graph.value(dataset, void.exampleResource)) == BROOK
    assert endpoint.ask("/.well-known/void", headers={"Accept": BROWSER}).type == "text/turtle"


def test_connections_are_kept(endpoint: Endpoint) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=10)
    for method, path in (("GET", asking(ASK)), ("HEAD", "/style.css"), ("GET", "/nowhere")) * 3:
        connection.request(method, path)
        reply = connection.getresponse()
        body = reply.read()
        assert len(body) == (0 if method == "HEAD" else int(reply.headers["Content-Length"]))
    connection.close()


# The build is replaced


def test_each_answer_is_of_one_whole_build(tmp_path: Path) -> None:
    """Readers ask all the time while the folder is built anew; every answer has the mark of one build in all graphs."""
    target = tmp_path / "out"

    def build(number: int) -> None:
        lines = [f'<urn:x:{n}> <urn:mark> "{number}" <urn:graph:{n % 7}> .\n' for n in range(2000)]
        write_build(target, "".join(lines))

    build(0)
    marks = "SELECT ?mark (COUNT(*) AS ?n) { GRAPH ?g { ?x <urn:mark> ?mark } } GROUP BY ?mark"
    seen: list[list[str]] = []
    troubles: list[Answer] = []
    done = threading.Event()

    def read(found: Endpoint) -> None:
        while not done.is_set():
            answer = found.ask("/sparql", query=marks)
            (seen if answer.status == 200 else troubles).append(answer.values if answer.status == 200 else answer)  # type: ignore[arg-type]
            time.sleep(0.01)

    with serving(target, Limits(timeout=20, queries=2)) as found:
        readers = [threading.Thread(target=read, args=(found,)) for _ in range(2)]
        for reader in readers:
            reader.start()
        for number in (1, 2):
            time.sleep(0.3)
            build(number)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and ["2", "2000"] not in seen[-1:]:
            time.sleep(0.05)
        done.set()
        for reader in readers:
            reader.join()
    assert troubles == []
    assert len(seen) > 10
    assert {tuple(values) for values in seen} <= {(str(number), "2000") for number in range(3)}
    assert seen[0] == ["0", "2000"]
    assert ["2", "2000"] in seen[-4:]  # two readers: the last answer to come may be the older one


def test_half_of_a_build_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.endpoint.workers.REPLACING", 0.3)
    folder = write_build(tmp_path / "out")
    with serving(folder) as found:
        whole = found.ask("/sparql", query=COUNT).values
        content = (folder / "dataset.nq").read_bytes()
        cut = content[: content.rindex(b"\n", 0, len(content) // 2) + 1]
        (folder / "dataset.nq").write_bytes(cut)
        assert found.ask("/sparql", query=COUNT).values == whole
        (folder / "dataset.nq").write_bytes(content)
        assert found.ask("/sparql", query=COUNT).values == whole
    (folder / "dataset.nq").write_bytes(cut)
    with pytest.raises(InputError, match="not the one that the manifest lists"):
        Workers(folder, Limits()).open()


# The command


@pytest.fixture
def command(folder: Path, clean_environment: dict[str, str], root: Path) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-m", "kg", "serve", str(folder), "--port", "0", "--timeout", "1"]
    environment = {**clean_environment, "PYTHONPATH": str(root)}
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children")
    return [int(word) for word in found.read_text().split()] if found.exists() else []


def ended(process: int) -> bool:
    """Whether a process is gone, or waits for its parent to notice that it is."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_command_ends_and_leaves_nothing_behind(command: subprocess.Popen[str], number: signal.Signals) -> None:
    assert command.stdout
    address = command.stdout.readline().strip()
    match = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", address)
    assert match
    with socket.create_connection(("127.0.0.1", int(match[1]))) as wire:
        wire.sendall(f"GET {asking(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        time.sleep(0.2)
        end_the_command(command, number)


def end_the_command(command: subprocess.Popen[str], number: signal.Signals) -> None:
    below = children(command.pid)
    assert below or not Path("/proc/self/task").exists()
    command.send_signal(number)
    output, errors = command.communicate(timeout=20)
    assert command.returncode == (-number if number == signal.SIGKILL else 0)
    assert output == ""
    assert "Traceback" not in errors
    deadline = time.monotonic() + 10
    while not all(ended(child) for child in below) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert all(ended(child) for child in below)


def test_the_command_tells_what_is_in_its_way(endpoint: Endpoint, folder: Path, tmp_path: Path) -> None:
    def refused(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "kg", "serve", *words], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
        return done.stderr

    assert "cannot listen" in refused(str(folder), "--port", str(endpoint.port))
    assert "not an output of kg build" in refused(str(tmp_path))


def test_only_this_machine_is_listened_to_by_default(folder: Path) -> None:
    assert inspect.signature(serve).parameters["host"].default == "127.0.0.1"
    assert not allow("192.0.2.7", [], []).loopback
    assert allow("::1", [], []).loopback


def test_an_open_endpoint_is_known_by_its_addresses_and_names() -> None:
    access = allow("192.0.2.1", ["Data.Example"], [])
    assert check_host(access, "192.0.2.7:80") == "192.0.2.7:80"
    assert check_host(access, "data.example") == "data.example"
    with pytest.raises(RequestError, match="this is not evil"):
        check_host(access, "evil.example")
    with pytest.raises(RequestError, match="pages from elsewhere"):
        check_origin(access, "192.0.2.7", "http://localhost:3000")
    assert ("Access-Control-Allow-Origin", "http://192.0.2.7") in check_origin(access, "192.0.2.7", "http://192.0.2.7")


def test_connections_are_counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.endpoint.server.CONNECTIONS", 3)
    with serving(folder) as found, ExitStack() as opened:
        for _ in range(3):
            opened.enter_context(socket.create_connection(("127.0.0.1", found.port)))
        answer = found.ask("/style.css")
        assert (answer.status, answer.headers["retry-after"]) == (503, "2")
        opened.close()
        deadline = time.monotonic() + 5
        while found.ask("/style.css").status != 200:
            assert time.monotonic() < deadline
