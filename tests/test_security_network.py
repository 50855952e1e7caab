"""Nothing that anyone feeds Accord makes it connect anywhere: a listener on loopback must see no connection."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import pytest

from kg.endpoint.messages import Limits, Request
from kg.endpoint.routes import Data, respond
from kg.errors import InputError, KgError, QueryError, SettingsError, StoreError
from kg.graph.catalogue import Parameter, Question, load_catalogue, parse_question
from kg.graph.query import Source, bind, open_source, refuse_side_effects, run
from kg.graph.serialize import parse_rdf
from kg.namespaces import DATA
from kg.stores.protocol import Connection, connect
from tests.sample import write_sample


@dataclass
class Listener:
    """Accepts connections, counts them, and says nothing."""

    port: int
    seen: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"127.0.0.1:{self.port}"


@pytest.fixture
def victim() -> Iterator[Listener]:
    """Must not have been connected to when the test ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(server.getsockname()[1])

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    listener.seen.append("connected")
                    connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield listener
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", listener.port), 2):
            pass  # whatever came before has been accepted when this has
        server.close()
    assert listener.seen in ([], ["connected"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample") / "out")


@pytest.fixture(scope="module")
def source(folder: Path) -> Source:
    return open_source(folder)


# --- SPARQL ----------------------------------------------------------------------------------------------------------

#: Queries in which `@` stands for the listener's IRI and `%` for its address; the engine makes a call of most.
CALLS = (
    "SELECT * { SERVICE @ { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT @ { ?s ?p ?o } }",
    "select * { service silent @ { ?s ?p ?o } }",
    "SELECT * { SERVICE@{ ?s ?p ?o } }",
    "SELECT * { SERVICESILENT@{ ?s ?p ?o } }",
    "SELECT * { VALUES ?x { @ } SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { BIND(@ AS ?x) SERVICE $x { ?s ?p ?o } }",
    "PREFIX x: <http://%/> SELECT * { SERVICE x:s { ?s ?p ?o } }",
    "PREFIX : <http://%/> SELECT * { SERVICE:s{ ?s ?p ?o } }",
    "PREFIX é‿·: <http://%/> SELECT * { SERVICE é‿·:s { ?s ?p ?o } }",
    "ASK { FILTER EXISTS { SERVICE @ { ?s ?p ?o } } }",
    "ASK { FILTER NOT EXISTS { SERVICE @ { ?s ?p ?o } } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE @ { ?s ?p ?o } }",
    "CONSTRUCT WHERE { SERVICE @ { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE @ { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE @ { ?s ?p ?o } } } }",
    "SELECT * { LATERAL { SERVICE @ { ?s ?p ?o } } }",
    "SELECT * { GRAPH ?g { SERVICE @ { ?s ?p ?o } } }",
    "SELECT * { MINUS { SERVICE @ { ?s ?p ?o } } }",
    "SELECT * { # a\rSERVICE @ { ?s ?p ?o } }",
    "SELECT * { SERVICE # a\n# b\r@ { ?s ?p ?o } }",
    "SELECT * { SERVICE#a\nSILENT#b\n@ { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { ?s <http://a\u3000#> ?o } SERVICE @ { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { ?s <http://a\xa0#> ?o } SERVICE @ { ?s ?p ?o } }",
    'SELECT * { VALUES ?x { "\u2028#" } SERVICE @ { ?s ?p ?o } }',
    'SELECT * { VALUES ?x { "\x0c#" } SERVICE @ { ?s ?p ?o } }',
    'SELECT * { VALUES ?x { "\x85#" } SERVICE @ { ?s ?p ?o } }',
    "SELECT * { VALUES ?x { 'a\\'#' } SERVICE @ { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { '''a''#''' } SERVICE @ { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { \"\"'''#''' } SERVICE @ { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { ?s rdf:a\\'b ?o } SERVICE @ { ?s ?p \"'\" } }",
    "SELECT * { FILTER(1<2) SERVICE @ { ?s ?p ?o } }",
    "SELECT * { FILTER(1<'x>'||'#'='#')SERVICE@{ ?s ?p ?o } }",
    "PREFIX : <http://%/> SELECT * { FILTER(1<2)SERVICE:s#>\n{ ?s ?p ?o } }",
    "SELECT * { FILTER(1<#x>'''\n2) SERVICE @ { ?s ?p ?o } } #'''",
    "SELECT * { ?s ?p 1SERVICE@{ ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE@{ ?s ?p ?o } }",
    "PREFIX : <http://%/> SELECT * { ?s ?p trueSERVICE:s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 1.5e3SERVICE@{ ?s ?p ?o } }",
    "SELECT * { VALUES ?x {1}SERVICE@{ ?s ?p ?o } }",
)
#: Queries that look alike and call nobody: the engine says so, or refuses them.
NO_CALLS = (
    "SELECT * FROM @ { ?s ?p ?o }",
    "SELECT * FROM NAMED @ { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE @ { ?s ?p ?o } }",
    "SELECT * { SER\\U00000056ICE @ { ?s ?p ?o } }",
    "SELECT * { ?s <http://p>?1SERVICE@{ ?s ?p ?o } }",
    "SELECT * { ?s <http://p>?SERVICE@{ ?s ?p ?o } }",
    "SELECT * { ?s rdf:SERVICE@ }",
    "SELECT * { ?service ?p ?o . ?x @ ?service }",
    "SELECT * { ?s ?p 'in service of teachers' } # service at its best",
    "SELECT * { ?s rdf:service ?o }",
    "SELECT * { BIND(IRI('http://%/') AS ?x) }",
)
#: What only an update could do; no engine takes it as a query.
UPDATES = (
    "LOAD @",
    "LOAD SILENT @ INTO GRAPH <urn:x>",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP ALL",
    "PREFIX x: <urn:x#> WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o } ; INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "# SELECT\rDROP ALL",
)


def filled(text: str, victim: Listener) -> str:
    return text.replace("@", f"<http://{victim}/s>").replace("%", str(victim))


def asked_everywhere(text: str, source: Source) -> Iterator[Callable[[], object]]:
    """All entry points that take the text of a query."""
    yield partial(run, text, source)
    data = Data(store=source, base=DATA, digest="x", folder=Path())
    for path in ("/sparql", "/query"):
        request = Request(
            method="POST", path=path, body=text.encode(), headers={"content-type": "application/sparql-query"}
        )
        yield partial(respond, request, data, Limits())


@pytest.mark.parametrize("text", CALLS)
def test_no_query_calls_another_machine(text: str, source: Source, victim: Listener) -> None:
    question = parse_question("query", filled(text, victim))
    with pytest.raises(QueryError, match="SERVICE is refused") as caught:
        refuse_side_effects(question)
    assert caught.value.where
    for ask in asked_everywhere(question.text, source):
        with contextlib.suppress(QueryError):
            reply = ask()
            assert getattr(reply, "status", None) == 403


@pytest.mark.parametrize("text", NO_CALLS)
def test_what_looks_like_a_call_reaches_nobody(text: str, source: Source, victim: Listener) -> None:
    for ask in asked_everywhere(filled(text, victim), source):
        with contextlib.suppress(QueryError):
            ask()


@pytest.mark.parametrize("text", UPDATES)
def test_no_query_changes_the_data(text: str, source: Source, victim: Listener) -> None:
    before = len(source)
    for ask in asked_everywhere(filled(text, victim), source):
        with contextlib.suppress(QueryError):
            assert getattr(ask(), "status", 0) in (400, 403)
    assert len(source) == before


def test_the_engine_would_have_called(victim: Listener) -> None:
    """The suite is worth something only while the engine calls where it is let."""
    with pytest.raises(QueryError):
        run(filled(CALLS[0], victim), open_source(b"", "nq"), allow_service=True)
    for _ in range(100):
        if victim.seen:
            break
        threading.Event().wait(0.01)
    assert victim.seen == ["connected"]
    victim.seen.clear()


# --- parameters ------------------------------------------------------------------------------------------------------

PAYLOADS = (
    "x> } SERVICE @ { ?s ?p ?o } #",
    '" } SERVICE @ { ?s ?p ?o } #',
    "' UNION { ?s ?p ?o } #",
    '"""\\" } ; DROP ALL #',
    "?s",
    "http://%/s",
    "file:///etc/passwd",
    "acc:x> <urn:y",
    "1 } SERVICE @ { ?s ?p ?o }",
    "\\u0022 } SERVICE @ {",
    "\ud800",
    "\0",
    "١٢",
    "9" * 400,
    "x" * 100_000,
    "",
)
PARAMETERS = [(q, p) for q in load_catalogue().values() for p in q.parameters]


def test_every_parameter_of_every_question_is_tried() -> None:
    assert len(PARAMETERS) >= 49
    assert len({q.name for q, _ in PARAMETERS}) >= 20
    assert not {"query", "standard input"} & set(load_catalogue())


@pytest.mark.parametrize(("question", "parameter"), PARAMETERS, ids=[f"{q.name}-{p.name}" for q, p in PARAMETERS])
def test_a_parameter_is_a_term_or_refused(
    question: Question, parameter: Parameter, source: Source, victim: Listener
) -> None:
    others = {
        p.name: p.choices[0] if p.choices else "Larch Valley Teachers Association"
        for p in question.parameters
        if p.required and p is not parameter
    }
    before = len(source)
    for payload in PAYLOADS:
        given = filled(payload, victim)
        try:
            bound = bind(question, source, {**others, parameter.name: given})
        except QueryError:
            continue
        term = next(value for variable, value in bound.items() if variable.value == f"_{parameter.name}")
        assert getattr(term, "value", "").endswith(given)  # nothing of it has become anything else
        with contextlib.suppress(QueryError):
            run(question, source, {**others, parameter.name: given})
    assert len(source) == before


# --- files of RDF ----------------------------------------------------------------------------------------------------

_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    '<rdf:Description rdf:about="http://e/a"><e:p>{}</e:p></rdf:Description></rdf:RDF>'
)
_LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
FILES = {
    "billion laughs": ("rdf", f'<!DOCTYPE r [<!ENTITY a0 "lol">{_LAUGHS}]>' + _XML.format("&a9;"), "document type"),
    "quadratic": ("rdf", f'<!DOCTYPE r [<!ENTITY a "{"x" * 9999}">]>' + _XML.format("&a;" * 999), "document type"),
    "external document type": ("rdf", '<!DOCTYPE r SYSTEM "http://%/x">' + _XML.format("x"), "document type"),
    "public document type": ("rdf", '<!DOCTYPE r PUBLIC "x" "http://%/x">' + _XML.format("x"), "document type"),
    "external entity": ("rdf", '<!DOCTYPE r [<!ENTITY x SYSTEM "http://%/x">]>' + _XML.format("&x;"), "document type"),
    "local file": ("rdf", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _XML.format("&x;"), "document"),
    "parameter entity": ("rdf", '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://%/x"> %x;]>' + _XML.format("x"), "document"),
    "stylesheet": ("rdf", '<?xml-stylesheet href="http://%/x"?>' + _XML.format("x"), None),
    "XInclude": (
        "rdf",
        _XML.format('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="http://%/x"/>'),
        "malformed",
    ),
    "no such encoding": ("rdf", '<?xml version="1.0" encoding="utf-99"?>' + _XML.format("x"), "unknown encoding"),
    "encoding of several bytes": ("rdf", '<?xml version="1.0" encoding="shift_jis"?>' + _XML.format("x"), "malformed"),
    "deep XML": ("rdf", _XML.format("<e:q>" * 100_000 + "</e:q>" * 100_000), "levels"),
    "deep JSON": ("jsonld", '{"http://e/p":' * 60_000 + "1" + "}" * 60_000, "levels"),
    "deep lists of JSON": ("jsonld", '[' * 60_000 + "]" * 60_000, "levels"),
    "remote context": ("jsonld", '{"@context":"http://%/c","@id":"http://a","http://b":"c"}', "malformed"),
    "remote context in a list": ("jsonld", '{"@context":[{},"http://%/c"],"@id":"http://a","http://b":"c"}', "malfor"),
    "imported context": ("jsonld", '{"@context":{"@import":"http://%/c"},"@id":"http://a","http://b":"c"}', "malfor"),
    "nested context": ("jsonld", '{"@id":"http://a","http://b":{"@context":"http://%/c"}}', "malformed"),
    "scoped context": ("jsonld", '{"@context":{"b":{"@id":"http://b","@context":"http://%/c"}},"b":{}}', "malformed"),
    "relative IRI in JSON": ("jsonld", '{"@id":"a","http://b":{"@id":"../c"}}', "relative IRI"),
    "relative IRI in XML": ("rdf", _XML.format("x").replace("http://e/a", "a"), "relative IRI"),
    "relative IRI in Turtle": ("ttl", "<a> <http://b> <c> .", "malformed"),
    "base in Turtle": ("ttl", "@base <http://b/x/> . <a> <p> <../../../c> .", None),
    "space in an IRI": ("nt", "<http://a b> <http://b> <http://c> .", "malformed"),
    "escaped space in an IRI": ("ttl", "<http://a\\u0020b> <http://b> <http://c> .", "malformed"),
    "no scheme": ("nt", "<http://a> <http://b> <c> .", "malformed"),
    "half a character": ("nt", '<http://a> <http://b> "\\uD800" .', "malformed"),
    "language": ("nt", f'<http://a> <http://b> "x"@{"a" * 99} .', "malformed"),
    "triple term": ("ttl", "<http://a> <http://b> <<( <http://a> <http://b> <http://c> )>> .", None),
    "deep Turtle": ("ttl", "<http://a> <http://b> " + "[" * 50_000, "malformed"),
    "deep collections": ("ttl", "<http://a> <http://b> " + "(" * 5_000, "malformed"),
    "not UTF-8": ("ttl", "<http://a> <http://b> '\udcff' .", "malformed"),
    "include": ("n3", '<http://a> <http://www.w3.org/2000/10/swap/log#semantics> <http://%/x> .', None),
    "import": ("ttl", "<http://a> <http://www.w3.org/2002/07/owl#imports> <http://%/x> .", None),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_no_file_reaches_the_network_or_crashes_the_parser(name: str, victim: Listener) -> None:
    extension, text, refusal = FILES[name]
    content = text.replace("http://%/", f"http://{victim}/").encode(errors="surrogateescape")
    for read in (open_source, parse_rdf):
        if refusal is None:
            with contextlib.suppress(InputError):
                read(content, extension)
        else:
            with pytest.raises(InputError, match=refusal) as caught:
                read(content, extension)
            assert caught.value.where


# --- endpoints -------------------------------------------------------------------------------------------------------

ADDRESSES = (
    "http://store.example.org/",
    "http://10.0.0.1/sparql",
    "http://169.254.169.254/latest/meta-data",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::ffff:10.0.0.1]/",
    "http://127.0.0.1.example.org/",
    "http://localhost.example.org/",
    "http://user:password@127.0.0.1/",
    "https://user@store.example.org/",
    "file:///etc/passwd",
    "ftp://store.example.org/",
    "gopher://%/",
    "https://",
    "//%/",
    "http://127.0.0.1:99999/",
    "http://exa mple.org/",
    "https://example.org\\@%/",
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("part", ["endpoint", "query", "update", "graphs"])
def test_addresses_that_are_refused_before_anything_is_sent(address: str, part: str, victim: Listener) -> None:
    given = {"endpoint": f"http://{victim}/", part: address.replace("%", str(victim))}
    with pytest.raises((SettingsError, StoreError)) as caught, connect(Connection(**given)):  # type: ignore[arg-type]
        pass
    assert "user:" not in str(caught.value)


REDIRECTS = (
    "http://%/",
    "//%/",
    "http://localhost:!/",
    "http://127.0.0.2:!/",
    "http://[::1]:!/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "https://%/",
    "http://user:pass@%/",
    "\\\\%/",
    "http:\\\\%/",
    "file:///etc/passwd",
    "gopher://%/",
    "http://0/",
    "http://%#@~/",
)


@pytest.mark.parametrize("location", REDIRECTS)
@pytest.mark.parametrize("status", [301, 307])
def test_redirects_away_from_the_store_are_refused(location: str, status: int, victim: Listener) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(status)
            own = self.headers["host"]
            target = location.replace("%", str(victim)).replace("!", str(victim.port)).replace("~", own)
            self.send_header("Location", target)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_PUT = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        to = Connection(endpoint=f"http://127.0.0.1:{server.server_address[1]}")
        with pytest.raises(KgError), connect(to, pause=lambda _: None) as store:
            store.select("SELECT * { ?s ?p ?o }")
    finally:
        server.shutdown()
        server.server_close()


def test_there_are_as_many_cases_as_were_promised() -> None:
    remote = [name for name, (_, text, _) in FILES.items() if "http://%/" in text]
    assert len(CALLS) + len(NO_CALLS) + len(UPDATES) + len(remote) + len(ADDRESSES) * 4 + len(REDIRECTS) * 2 >= 160
    assert len(PARAMETERS) * len(PAYLOADS) >= 700


def test_no_pattern_uses_what_some_pythons_get_wrong(root: Path) -> None:
    """Python 3.11.0 to 3.11.4 miss matches of possessive quantifiers and atomic groups."""
    strings = [
        token.string
        for path in sorted((root / "kg").rglob("*.py"))
        for token in tokenize.generate_tokens(StringIO(path.read_text("utf-8")).readline)
        if token.type == tokenize.STRING and token.string.lower().startswith(("r", "br", "rf", "fr"))
    ]
    assert len(strings) > 100
    assert [s for s in strings if re.search(r"(?<!\\)[*+?}]\+|\(\?>", s)] == []
