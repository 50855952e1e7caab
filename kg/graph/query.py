"""SPARQL on a built directory or any RDF file, with pyoxigraph alone: a question must not wait for rdflib to load.

The union of all graphs is copied into the default graph, because Oxigraph's own union counts a triple once for each
graph that holds it. The store rewrites literals ("0.50" becomes "0.5"): it is for asking, never for export.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, TypeVar

import pyoxigraph as ox

from kg import assets
from kg.errors import InputError, QueryError
from kg.graph.catalogue import Parameter, Question, find_question, parse_question, question_names
from kg.graph.formats import malformed, readable
from kg.namespaces import ACC, PREFIXES, expand, shrink

if TYPE_CHECKING:
    from kg.graph.scope import Graphs, Scope
    from kg.limits import Limits

#: An open source of data: an in-memory store whose default graph holds the union.
Source: TypeAlias = ox.Store
_T = TypeVar("_T")
Bound: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_UPDATES = "INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|WITH"


class Term(NamedTuple):
    """An RDF term of a result; `str` gives what a table shows."""

    value: str
    kind: Literal["iri", "literal", "bnode"] = "literal"
    datatype: str | None = None
    language: str | None = None

    def __str__(self) -> str:
        return shrink(self.value) if self.kind == "iri" else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer to a query.

    Attributes:
        form: "select"; "ask" with `answer`; or "graph" (CONSTRUCT, DESCRIBE), whose rows are triples.
        columns: as projected, without those that begin with "_" (parameters) unless all are asked for.
        rows: in the order of the query; None where a variable is unbound.
        turtle: the triples of a graph, sorted.
    """

    form: Literal["select", "ask", "graph"]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    answer: bool | None = None
    turtle: bytes | None = None


def open_source(
    source: Path | bytes,
    extension: str | None = None,
    where: str | None = None,
    *,
    named: bool = True,
    limits: Limits | None = None,
) -> Source:
    """A store to ask: of a built directory, an RDF file, or the content of one.

    Args:
        source: a directory that holds dataset.nq, a file, or bytes.
        extension: of the format ("ttl"), for bytes or for a file whose name does not tell.
        where: how to call the source in messages.
        named: whether graphs will be asked for by name; the union alone is read in two thirds of the time.
        limits: of its size and depth.

    Raises:
        InputError: there is nothing to read, it is malformed (with the line), or not let in.
    """
    path = source / "dataset.nq" if isinstance(source, Path) and source.is_dir() else source
    where = where or (str(path) if isinstance(path, Path) else "input")
    suffix = (extension or (path.suffix if isinstance(path, Path) else "")).removeprefix(".")
    form = readable(suffix, where)
    try:
        if form == ox.RdfFormat.N_QUADS and isinstance(path, Path) and path.is_file() and not limits:
            content = path.read_bytes()  # a build of ours, most likely; its parser knows no depth
        else:
            content = admission().read_rdf(path, where, limits)
        store = None if named or form != ox.RdfFormat.N_QUADS else _union(content)
        if store is not None:
            return store
        store = ox.Store()
        if form in (ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML):
            store.bulk_extend(admission().parse_quads(content, form, where, limits))
        else:
            store.bulk_load(content, format=form)
    except FileNotFoundError as error:
        hint = "build it first: kg build SOURCE… -o DIR" if path is not source else "check the name"
        raise InputError("no such file", where=where, hint=hint) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), where=where) from error
    except (SyntaxError, ValueError) as error:
        raise malformed(error, where) from error
    _add_ontology(store)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return store


def names_graphs(question: Question) -> bool:
    """Whether a query, or one that finds values for its parameters, may ask for graphs by name."""
    texts = [question.text, *(p.enumeration for p in question.parameters if p.enumeration)]
    return any(_may_say(text, "GRAPH|FROM") for text in texts)


def _may_say(text: str, keywords: str) -> bool:
    """Whether a keyword may begin in a query: not in names or variables, but perhaps in an IRI, a string, a comment.

    To tell those apart takes longer than most questions to answer.
    """
    several = '"""' in text or "'''" in text  # then what looks like a line of comment may be none
    lines = text.upper().replace("\r", "\n").split("\n")
    code = "\n".join(line for line in lines if several or not line.startswith("#"))
    return bool(re.search(rf"(?<![A-Z_:?$-])(?:{keywords})", code))


def _union(content: bytes) -> Source | None:
    """The union of N-Quads that all lie in named graphs, as Accord writes them; None for others."""
    store = ox.Store()
    try:
        triples, end = [], b"\n"
        for line in content.splitlines():
            if not line.endswith(end):  # the first of another graph
                end = line[line.rindex(b" <") :]
                if not end.endswith(b"> ."):
                    return None
                ox.NamedNode(end[2:-3].decode())  # raises where it is no IRI
            triples.append(line[: -len(end)])
        # In memory one transaction takes as long as a load in bulk, and a quarter less memory.
        store.load(b" .\n".join([*triples, b""]), format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError):
        return None
    _add_ontology(store)
    return store


def fill(store: Source, source: Path) -> None:
    """Load a large file of N-Quads into a store on disk as `open_source` does, without holding it in memory.

    Raises:
        InputError: it is malformed (with the line).
        OSError: it cannot be read, or the store cannot be written.
    """
    try:
        store.bulk_load(path=str(source), format=ox.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError) as error:
        raise malformed(error, str(source)) from error
    _add_ontology(store)
    # An update would hold the union in memory: it is one transaction.
    quads = ox.parse(path=str(source), format=ox.RdfFormat.N_QUADS)
    store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)


def run(
    query: Question | str,
    source: Source | Path,
    parameters: Mapping[str, str] | None = None,
    *,
    allow_service: bool = False,
    scope: Scope | None = None,
    max_rows: int | None = None,
    every_column: bool = False,
    limits: Limits | None = None,
) -> Result:
    """Ask a question of the catalogue, or the text of a SELECT, ASK, CONSTRUCT or DESCRIBE query.

    Args:
        query: a question, or SPARQL text, whose `#+` header (if any) declares parameters. Prefixes of
            `kg.namespaces` need no declaration.
        source: an open store, or what `open_source` takes.
        allow_service: let the query call the endpoints that it names with SERVICE.
        parameters: by name, as text; bound as terms, never pasted into the query.
        scope: the graphs that are asked, whatever FROM says.
        max_rows: of an answer, or triples; a longer one is refused, never cut.
        every_column: also those whose name begins with "_".
        limits: of the query's length, parts and depth, and of rows where `max_rows` does not say.

    Raises:
        QueryError: malformed, an update, a SERVICE call, a parameter that is unknown, missing, or names
            no entity or several; too long an answer.
        InputError: the source cannot be read.
    """
    question = parse_question("query", query) if isinstance(query, str) else query
    refuse_side_effects(question, allow_service=allow_service, limits=limits)
    max_rows = limits.query_rows if limits and max_rows is None else max_rows
    store = open_source(source, limits=limits) if isinstance(source, Path) else source
    bound = bind(question, store, parameters or {})
    hidden = None if every_column else "_"
    store, graphs = _narrowed(store, question.text, scope)
    try:
        return _result(store.query(question.text, prefixes=PREFIXES, substitutions=bound, **graphs), hidden, max_rows)
    except (SyntaxError, RuntimeError, ValueError, OSError) as error:
        raise _query_error(question, error) from error


def _narrowed(store: Source, text: str, scope: Scope | None) -> tuple[Source, Graphs]:
    """What is asked: everything, unless a scope is given, or several FROM clauses state one."""
    if scope is None and not _may_say(text, "FROM"):
        return store, {}
    from kg.graph.scope import narrowed, stated_scope

    return narrowed(store, scope or stated_scope(text, _visible(text)))


def refuse_side_effects(question: Question, *, allow_service: bool = False, limits: Limits | None = None) -> None:
    """Let through what only asks, here, and can be parsed. Canned questions are ours.

    Raises:
        QueryError: an update; a SERVICE call, which calls another machine, unless allowed; a query that is too long,
            or nests too deep.
    """
    if question.name in question_names() and find_question(question.name).text == question.text:
        return
    guard = admission()
    guard.admit_query(question.text, question.name, limits)
    visible = _visible(question.text)
    prologue = r"(?:\s*(?:PREFIX\s+[^\s:]*:|BASE))*\s*"
    if re.match(rf"{prologue}(?:{_UPDATES})\b", visible, re.IGNORECASE):
        raise QueryError("updates are refused", where=question.name, hint="ask with SELECT, ASK, CONSTRUCT or DESCRIBE")
    line = None if allow_service else guard.line_of_service(question.text)
    if line is not None:
        raise QueryError(
            "SERVICE is refused: it calls another machine",
            where=f"{question.name}:{line}",
            hint="let it, if you trust that machine and the query: --allow-service",
        )


def admission() -> ModuleType:
    """What looks at queries and files of others; canned questions on a folder need not wait for it."""
    from kg.graph import admission

    return admission


def _visible(text: str) -> str:
    """A query with its IRIs, strings and comments blanked, lines kept."""
    visible: str = admission().visible(text)
    return visible


def bind(question: Question, store: Source, given: Mapping[str, str]) -> dict[ox.Variable, Bound]:
    """The terms for a question's parameters; optional ones without value stay free.

    Raises:
        QueryError: unknown or missing parameter, or a value that does not fit its type.
    """
    declared = {p.name: p for p in question.parameters}
    if unknown := sorted(set(given) - set(declared)):
        hint = "it takes " + (", ".join(sorted(declared)) or "no parameters")
        raise QueryError(f"unknown parameter {', '.join(unknown)}", where=question.name, hint=hint)
    bound: dict[ox.Variable, Bound] = {}
    for parameter in question.parameters:
        value = given.get(parameter.name, parameter.default)
        if value is not None:
            try:
                bound[ox.Variable(f"_{parameter.name}")] = _term(question, parameter, value, store)
            except ValueError as error:  # half a character, which comes from bytes that are no UTF-8
                raise QueryError("not UTF-8", where=f"{question.name}, {parameter.name}") from error
        elif parameter.required:
            hint = f"give it: -p {parameter.name}=…"
            raise QueryError(f"parameter {parameter.name} is missing", where=question.name, hint=hint)
    return bound


def values(parameter: Parameter, store: Source) -> tuple[str, ...]:
    """What may be given for a parameter: its choices, else the names of what its enumeration finds in the data."""
    if parameter.enumeration is None:
        return parameter.choices
    found = store.query(parameter.enumeration, prefixes=PREFIXES)
    terms = [solution["value"] for solution in found]  # type: ignore[union-attr]
    label = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
    names = [next(iter(store.quads_for_pattern(term, label, None, ox.DefaultGraph())), None) for term in terms]
    shown = [str(plain_term(q.object if q else t)) for t, q in zip(terms, names, strict=True)]
    return tuple(sorted(set(shown), key=lambda name: (name.casefold(), name)))


def _term(question: Question, parameter: Parameter, value: str, store: Source) -> ox.NamedNode | ox.Literal:
    if parameter.choices and value not in parameter.choices:
        hint = "one of " + ", ".join(parameter.choices)
        raise QueryError(f"{value!r} is no value of {parameter.name}", where=question.name, hint=hint)
    if parameter.type == "entity":
        from kg.graph.resolve import resolve

        return ox.NamedNode(resolve(store, value, parameter.kind))
    if parameter.type == "term":
        try:
            return ox.NamedNode(expand(value) or ACC + value)
        except ValueError as error:
            raise QueryError(f"{value!r} is no term", where=f"{question.name}, {parameter.name}") from error
    if parameter.type in ("integer", "number"):
        pattern, kind = (r"[+-]?\d+", "integer") if parameter.type == "integer" else (r"[+-]?\d+(\.\d+)?", "decimal")
        if not re.fullmatch(pattern, value):
            raise QueryError(f"{value!r} is no {parameter.type}", where=f"{question.name}, {parameter.name}")
        return ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + kind))
    return ox.Literal(value)


def _add_ontology(store: Source) -> None:
    """Add the ontology where the data come without it."""
    ontology = ox.Quad(
        ox.NamedNode(ACC), ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["owl"] + "Ontology")
    )
    if not any(store.quads_for_pattern(ontology.subject, ontology.predicate, ontology.object, None)):
        for name in assets.names("ontology", ".ttl"):
            if not name.startswith("lexicon"):
                store.load(assets.read("ontology", name), format=ox.RdfFormat.TURTLE)


def _result(
    answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, hidden: str | None, most: int | None
) -> Result:
    if isinstance(answer, ox.QueryBoolean):
        return Result(form="ask", answer=bool(answer))
    if isinstance(answer, ox.QueryTriples):
        triples = sorted(_first(answer, most, "triples"), key=str)
        turtle = to_turtle(triples)
        rows = tuple((plain_term(t.subject), plain_term(t.predicate), plain_term(t.object)) for t in triples)
        return Result(form="graph", columns=("subject", "predicate", "object"), rows=rows, turtle=turtle)
    names = [v.value for v in answer.variables]
    shown = [i for i, name in enumerate(names) if not (hidden and name.startswith(hidden))]
    known: dict[object, Term | None] = {None: None}  # most cells say what others have said

    def cell(term: object) -> Term | None:
        if term not in known:
            known[term] = plain_term(term)
        return known[term]

    return Result(
        form="select",
        columns=tuple(names[i] for i in shown),
        rows=tuple(tuple(cell(solution[i]) for i in shown) for solution in _first(answer, most, "rows")),
    )


def to_turtle(triples: Sequence[ox.Triple]) -> bytes:
    """Triples in their order, with the prefixes that they use; Oxigraph writes all, each time in another order."""
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    lines = text.splitlines(keepends=True)
    number = sum(1 for _ in takewhile(lambda line: line.startswith(b"@prefix "), lines))
    body = b"".join(lines[number:])
    used = [line for line in lines[:number] if line.split()[1] in body]
    return b"".join(sorted(used)) + body


def _first(items: Iterable[_T], most: int | None, what: str) -> Iterator[_T]:
    for number, item in enumerate(items):
        if number == most:
            raise QueryError(f"the answer has more than {most:,} {what}", hint="ask for fewer: LIMIT, OFFSET, COUNT")
        yield item


def plain_term(term: object) -> Term:
    """A term of the store as a value of ours."""
    if isinstance(term, ox.NamedNode):
        return Term(term.value, "iri")
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        plain = datatype in (PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString")
        return Term(term.value, "literal", None if plain else datatype, term.language)
    return Term(term.value if isinstance(term, ox.BlankNode) else str(term), "bnode")


def _query_error(question: Question, error: Exception) -> QueryError:
    text = str(error.args[0]) if error.args else str(error)
    if not re.search(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", _visible(question.text), re.IGNORECASE):
        hint = "begin it with SELECT, ASK, CONSTRUCT or DESCRIBE, or name a question: kg query"
        return QueryError("not a query", where=f"{question.name}, line 1", hint=hint)
    place = re.match(r"error at (\d+):(\d+): (.*)", text, re.DOTALL)
    if not place and re.search(r"\bSERVICE\b", _visible(question.text), re.IGNORECASE):
        hint = "check the endpoint that the query names, and whether it is up"
        return QueryError(f"the endpoint did not answer: {text.splitlines()[0]}", where=question.name, hint=hint)
    if not place:
        return QueryError(text.splitlines()[0], where=question.name)
    line, column, rest = place.groups()
    if "Prefix not found" in rest:
        message, hint = "undeclared prefix", "declare it: PREFIX name: <iri>"
    else:
        message, hint = "malformed SPARQL", f"expected {rest.splitlines()[0].removeprefix('expected ')[:200]}"
    return QueryError(message, where=f"{question.name}, line {line}, column {column}", hint=hint)
