"""RDF files, queries, parameters and requests."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from hypothesis import strategies as st

from kg.endpoint.messages import Limits, Request
from kg.endpoint.routes import Data, fixed, respond
from kg.graph.admission import line_of_service, parse_quads
from kg.graph.catalogue import load_catalogue
from kg.graph.formats import READABLE
from kg.graph.quads import read_quads
from kg.graph.query import Source, bind, open_source, run
from kg.limits import DEFAULT
from kg.namespaces import DATA
from tests.fuzzing.strategies import SIGNS, WORDS, edited, texts
from tests.sample import write_sample

_stack = ExitStack()
_TURTLE = b"""@prefix a: <http://a/> . @base <http://b/> .
a:x a a:Y ; a:p "l"@en-GB, '''long "l" ''', 1, -1.5, 1e9, true, "x"^^a:d ; a:q [ a:r ( 1 <y> _:b ) ] .
"""
_JSON = b"""{"@context":{"a":"http://a/","p":{"@id":"a:p","@type":"@id","@container":"@list"}},
"@graph":[{"@id":"a:x","@type":"a:Y","p":["a:y",{"@id":"a:z"}],"a:q":{"@value":"l","@language":"en"}}]}"""
_XML = b"""<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:a="http://a/" xml:base="http://b/"><a:Y rdf:about="x" a:p="l"><a:q rdf:parseType="Collection"><a:Z/></a:q>
<a:r xml:lang="en">t</a:r><a:s rdf:parseType="Resource"><a:t rdf:datatype="http://d">1</a:t></a:s></a:Y></rdf:RDF>"""
_QUADS = b'<http://a/x> <http://a/p> "l\\n"@en <http://a/g> .\n_:b <http://a/p> "1"^^<http://d> .\n'
_SAMPLES = {
    "jsonld": _JSON,
    "n3": _TURTLE + b"{ a:x a:p ?v } => { a:x a:q ?v } .",
    "nq": _QUADS,
    "nt": _QUADS.replace(b" <http://a/g>", b""),
    "rdf": _XML,
    "trig": b"@prefix a: <http://a/> . a:g { a:x a:p a:y } GRAPH a:h { a:x a:p [] }",
    "ttl": _TURTLE,
}
assert set(_SAMPLES) == set(READABLE)


# --- files -----------------------------------------------------------------------------------------------------------


def files() -> st.SearchStrategy[tuple[str, bytes]]:
    """Files of every format, edited; now and then under the ending of another."""
    own = [st.tuples(st.just(extension), edited([content], 4)) for extension, content in sorted(_SAMPLES.items())]
    swapped = st.tuples(st.sampled_from(sorted(_SAMPLES)), edited(list(_SAMPLES.values()), 1))
    return st.one_of(*own, swapped)


def check_file(given: tuple[str, bytes]) -> None:
    """The parser lets in what can be written again and reads the same; no IRI is relative."""
    extension, content = given
    quads = list(parse_quads(content, READABLE[extension], "given"))
    for quad in quads:
        for term in quad:
            if isinstance(term, ox.NamedNode):
                assert ":" in term.value, term
                assert "relative.invalid" not in term.value, term
    written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert written is not None
    assert sorted(map(str, ox.parse(written, format=ox.RdfFormat.N_QUADS))) == sorted(map(str, quads))


def check_opened(given: tuple[str, bytes]) -> None:
    """The same by the ways that commands take."""
    extension, content = given
    store = open_source(content, extension, "given", limits=DEFAULT)
    assert run("ASK { ?s ?p ?o }", store).answer
    read_quads(content, extension)


# --- queries ---------------------------------------------------------------------------------------------------------


@cache
def sample() -> tuple[Path, Source]:
    """A small build, open."""
    folder = write_sample(Path(_stack.enter_context(tempfile.TemporaryDirectory()), "out"))
    return folder, open_source(folder)


@cache
def _little() -> Source:
    """So little that no join of it takes long."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://a/x"), ox.NamedNode("http://a/p"), ox.Literal("1")))
    return store


_GROUPED = (
    b"SELECT ?s (COUNT(*) AS ?n) { ?s a/rdfs:subClassOf* ?c . OPTIONAL { ?s acc:p ?o FILTER(?o > 1) } }"
    b" GROUP BY ?s HAVING(?n > 1) ORDER BY DESC(?n) LIMIT 5 OFFSET 1"
)


def _asked() -> list[bytes]:
    canned = [question.text.encode() for question in load_catalogue().values()]
    return [
        _GROUPED,
        b"CONSTRUCT { ?s ?p [] } { { ?s ?p ?o } UNION { GRAPH ?g { ?s !(a|^acc:q) 'x'@en } } MINUS { ?s a acc:Y } }",
        b"ASK { VALUES (?a ?b) { (1 UNDEF) ('x' <http://y>) } BIND(REPLACE(STR(?a), '(.)+', '$1$1') AS ?c) }",
        b"DESCRIBE ?s FROM <http://g> FROM NAMED <http://h> { ?s ?p ?o . FILTER NOT EXISTS { ?s a ?o } }",
        *sorted(canned, key=len)[:12],
    ]


def queries() -> st.SearchStrategy[str]:
    """Queries of all forms, edited, and some of signs alone.

    Three hundred joins take the engine's planner a minute, which the limit of time ends; here there is none.
    """
    return st.one_of(edited(_asked(), 2, times=20).map(lambda found: found.decode("utf-8", "replace")), texts(12))


def check_query(text: str) -> None:
    """Whatever it is, it changes nothing and is told in a table, as triples or as yes or no."""
    store = _little()
    before = sorted(map(str, store))
    try:
        result = run(text, store, limits=DEFAULT)
        assert result.form in ("select", "ask", "graph")
        assert all(len(row) == len(result.columns) for row in result.rows)
    finally:
        assert sorted(map(str, store)) == before


_CALL = "SERVICE <http://127.0.0.1:9/s> { ?s ?p ?o }"


def calls() -> st.SearchStrategy[str]:
    """Queries in which a call of another machine is hidden between signs."""
    signs = st.sampled_from(
        (
            "'",
            '"',
            "'''",
            '"""',
            "#",
            "\n",
            "\r",
            "<",
            ">",
            "\\",
            "\\u0022",
            "<a#b>",
            "1<2",
            "?x",
            "'#'",
            '"#"',
            " ",
            "",
        )
    )
    return st.builds(
        lambda before, within, after: (
            f"SELECT * {{ {''.join(before)}{_CALL.replace(' ', within, 1)}{''.join(after)} }}"
        ),
        st.lists(signs, max_size=6),
        st.sampled_from((" ", "", "#a\n", "\t", "\r\n", " SILENT ", "#'\r", " #\n SILENT#\n")),
        st.lists(signs, max_size=6),
    )


def check_call(text: str) -> bool:
    """What the engine would call is seen to be a call before the engine has it."""
    if line_of_service(text) is not None:
        return False
    called: list[str] = []
    try:
        list(_little().query(text, prefixes={}))  # type: ignore[arg-type]
    except SyntaxError:
        return False
    except (OSError, RuntimeError) as error:  # the engine has tried to call
        called.append(str(error))
    assert not called, (text, called)
    return True


# --- parameters ------------------------------------------------------------------------------------------------------

_VALUES = (
    "\" } DROP ALL #", "> } SERVICE <http://x> {", "'''", "?x", "_:b", "acc:", "acc:x y", "a:b:c", "http://",
    "x" * 9000,
    "\ud800", "\0", "-0", "1.", "+.5", "9" * 400, "1e5", "٣", "Ana Brook", "brook", "LVTA", "person:ana-brook", "the",
)  # fmt: skip


def parameters() -> st.SearchStrategy[tuple[str, str, str]]:
    """A value for one parameter of a canned question."""
    pairs = sorted((q.name, p.name) for q in load_catalogue().values() for p in q.parameters)
    values = st.one_of(st.sampled_from(_VALUES), texts(5), st.sampled_from(WORDS))
    return st.builds(lambda pair, value: (*pair, value), st.sampled_from(pairs), values)


def check_parameter(given: tuple[str, str, str]) -> None:
    """A value becomes one term that holds it, whatever it holds."""
    name, parameter, value = given
    question, (_, store) = load_catalogue()[name], sample()
    wanted = next(p for p in question.parameters if p.name == parameter)
    others = {p.name: p.choices[0] if p.choices else "Ana Brook" for p in question.parameters if p.required}
    term: Any = bind(question, store, others | {parameter: value})[ox.Variable(f"_{parameter}")]
    if wanted.type == "entity":
        assert term.value.startswith(DATA), term
    elif wanted.type == "term":
        assert isinstance(term, ox.NamedNode), term
        assert not set(term.value) & set('<>"{}|\\^` \n'), term
    else:
        assert term.value == value, term


# --- requests --------------------------------------------------------------------------------------------------------

_PATHS = ("/", "/sparql", "/query", "/resource", "/questions/", "/questions/people", "/.well-known/void", "/explore")
_HEADERS = ("accept", "content-type", "content-length", "if-none-match", "origin", "host", "accept-encoding", "range")
_MEDIA = ("*/*;q=1.5", "text/html;q=x,,;", "application/sparql-query", "application/x-www-form-urlencoded", "a" * 9000)


def requests() -> st.SearchStrategy[Request]:
    """Requests that no browser would make."""
    odd = st.one_of(st.sampled_from(_MEDIA), st.sampled_from(SIGNS), texts(3))
    names = st.sampled_from(("query", "iri", "format", "update", "default-graph-uri", "named-graph-uri", "q", ""))
    values = st.one_of(st.sampled_from(_VALUES[:20]), st.just("ASK { ?s ?p ?o }"), texts(3))
    pair = st.builds(lambda name, value: f"{name}={quote(value, errors='replace')}", names, values)
    canned = st.sampled_from(sorted(load_catalogue())).map(lambda name: f"/questions/{name}")
    return st.builds(
        Request,
        method=st.sampled_from(("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "")),
        path=st.one_of(st.sampled_from(_PATHS), canned, texts(4).map(lambda t: "/" + t), st.just("/../../etc/passwd")),
        query=st.one_of(st.lists(pair, max_size=3).map("&".join), texts(3), st.just("&".join(["a=b"] * 300))),
        headers=st.dictionaries(st.sampled_from(_HEADERS), odd, max_size=3),
        body=st.one_of(st.just(b""), st.binary(max_size=40), pair.map(str.encode), texts(3).map(str.encode)),
    )


def check_request(request: Request) -> bool:
    """There is always a reply, no failure of our own, and nothing that breaks out of a header."""
    folder, store = sample()
    data = Data(store=store, base=DATA, digest="x", folder=folder)
    reply = fixed(request) or respond(request, data, Limits())
    assert 200 <= reply.status < 500, reply
    for name, value in (("type", reply.type), *reply.headers):
        assert not set(name + value) & set("\r\n\0"), (name, value)
    return reply.status < 300
