"""The command query, and the option that names the data of all commands that ask."""

# Annotations are no strings here (`from __future__ import annotations`): typer would compile each at every start.
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from kg.assets import extend, read_extension
from kg.cli import data, render
from kg.cli.extending import QueriesOption
from kg.cli.render import Screen
from kg.cli.results import Format, write_result
from kg.errors import InputError, QueryError
from kg.graph.catalogue import Question, find_question, load_catalogue, parse_question, question_names
from kg.graph.query import Result, Source, Term, names_graphs, run
from kg.stores.embedded import open_data

NO = 1

DataOption = Annotated[
    Path | None,
    typer.Option(
        "-d",
        "--data",
        metavar="DIR|FILE",
        help=f"Output folder or RDF file to ask, - for N-Quads or TriG on standard input. "
        f"Default: ${data.VARIABLE}, else the folder {data.DEFAULT}.",
        show_default=False,
    ),
]


def _complete_question(incomplete: str) -> list[tuple[str, str]]:
    return [(q.name, q.summary) for q in load_catalogue().values() if q.name.startswith(incomplete)]


def _complete_parameter(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """`name=` of the parameters of the question on the line; after the equals sign, its values."""
    # While the option still lacks its value, the parser leaves the question among the words that it has not assigned.
    words = [ctx.params.get("question") or "", *ctx.args]
    question = next((load_catalogue()[word] for word in words if word in load_catalogue()), None)
    if question is None:
        return []
    name, equals, _ = incomplete.partition("=")
    if not equals:
        found = [(f"{p.name}=", p.description) for p in question.parameters]
    else:
        found = [(f"{p.name}={c}", "") for p in question.parameters if p.name == name for c in p.choices]
    return [(text, summary) for text, summary in found if text.startswith(incomplete)]


def query(
    ctx: typer.Context,
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME|FILE|TEXT",
            help="A canned question, a file of SPARQL, SPARQL itself, or - for SPARQL on standard input.",
            autocompletion=_complete_question,
            show_default=False,
        ),
    ] = None,
    place: Annotated[
        Path | None, typer.Argument(metavar="DIR|FILE", help="The same as --data.", show_default=False)
    ] = None,
    source: DataOption = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "-p",
            "--param",
            metavar="NAME=VALUE",
            help="A parameter of the question; may be repeated.",
            autocompletion=_complete_parameter,
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "-f",
            "--format",
            help="Default: a table on a terminal, TSV elsewhere; ttl for CONSTRUCT and DESCRIBE.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=0, help="Print the first N rows.", show_default=False)
    ] = None,
    evidence: Annotated[
        bool,
        typer.Option("--evidence", help="In a table, put sentence, document, speaker and status below each row."),
    ] = False,
    timed: Annotated[
        bool, typer.Option("--time", help="Tell how long opening the data and answering took, on standard error.")
    ] = False,
    explain_plan: Annotated[
        bool,
        typer.Option("--explain-plan", help="Show the query's algebra and what each pattern matches; ask nothing."),
    ] = False,
    allow_service: Annotated[
        bool, typer.Option("--allow-service", help="Let the query call the endpoints that it names with SERVICE.")
    ] = False,
    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint",
            metavar="URL",
            help="Ask what a triple store holds, see kg load; as whom: $KG_USER, $KG_PASSWORD, $KG_TOKEN or ~/.netrc.",
            show_default=False,
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="IRI",
            help="What the IRIs of the data begin with; needed where the store of --endpoint holds several datasets.",
            show_default=False,
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            min=0.1,
            max=86400,
            help="A longer query is stopped. Default for queries of your own: $KG_MAX_QUERY_SECONDS, else 600.",
            show_default=False,
        ),
    ] = None,
    describe: Annotated[
        bool, typer.Option("--describe", help="Tell what the question asks, its parameters and columns; ask nothing.")
    ] = False,
    queries: QueriesOption = None,
) -> int:
    """Ask a canned question, or SPARQL; alone: list the questions.

    The exit code is 1 where ASK is answered false. A SELECT without rows is an answer: exit code 0.
    """
    screen: Screen = ctx.obj
    extend(read_extension(queries=queries or ()))
    if question is None:
        _list_questions(screen, form)
        return 0
    asked = _find(question)
    if describe:
        _describe(asked)
        return 0
    render.detail(screen, asked.text)
    if place and source:
        raise InputError(
            "data named twice", where=f"{place}, {source}", hint="name them once, after the question or with -d"
        )
    if endpoint and (place or source):
        raise InputError("data named twice", where=f"{place or source}, {endpoint}", hint="ask a folder or a store")
    origin = (b"", None) if endpoint else data.source(place or source)
    if not endpoint and question == "-" and isinstance(origin[0], bytes):
        raise InputError("query and data cannot both come from standard input", hint="name a file for one of them")
    given = _parsed(asked, parameters or [])
    limits, child = None, False
    if timeout or asked.name not in question_names():  # canned ones are ours, and need not wait
        from kg.cli.watch import watched
        from kg.limits import load_limits

        limits = load_limits()
        child = watched(timeout or limits.query_seconds)
    started = time.perf_counter()
    store = _remote(screen, endpoint, base) if endpoint else open_data(*origin, named=timed or names_graphs(asked))
    if limits and child:
        from kg.limits import hold_memory

        hold_memory(limits.query_memory)
    opened = time.perf_counter()
    if explain_plan:
        _show_plan(asked, store, given)
        return 0
    result = run(asked, store, given, allow_service=allow_service, limits=limits)
    if timed:
        render.note(
            screen,
            f"{len(store):,} quads opened in {_milliseconds(started, opened)}, "
            f"answered in {_milliseconds(opened, time.perf_counter())}",
        )
    write_result(screen, _limited(screen, result, limit), form, evidence=evidence)
    return NO if result.answer is False else 0


def _remote(screen: Screen, endpoint: str, base: str | None) -> Source:
    from kg.cli.remote import Access, remote_source  # asking a folder needs no HTTP

    return remote_source(screen, endpoint, Access(), base)


def _show_plan(question: Question, store: Source, given: dict[str, str]) -> None:
    from kg.graph.plan import plan

    render.write("".join(f"{line}\n" for line in plan(question, store, given)))


def _milliseconds(start: float, end: float) -> str:
    return f"{(end - start) * 1000:,.1f} ms"


def _find(text: str) -> Question:
    """The question that the words on the line mean: a name, a file, or SPARQL.

    Raises:
        QueryError: no question is called so.
        InputError: the file cannot be read.
    """
    if text == "-":
        from kg.limits import load_limits, read_stream

        content = read_stream(sys.stdin.buffer, load_limits(), "query_length", "standard input")
        return parse_question("standard input", _decoded(content, "standard input"))
    if text in question_names():
        return find_question(text)
    path = Path(text)
    if not _is_file(path) and not text.endswith(".rq") and any(c.isspace() or c == "{" for c in text):
        return parse_question("query", text)
    if path.suffix or _is_file(path):
        try:
            from kg.limits import load_limits, read_file

            return parse_question(text, _decoded(read_file(path, load_limits(), "query_length"), text))
        except OSError as error:
            raise InputError(
                f"cannot be read: {error.strerror or error}", where=text, hint="kg query lists the canned questions"
            ) from error
    return find_question(text)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the text of a query is too long for a name
        return False


def _decoded(content: bytes, where: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=where, hint="save the query as UTF-8") from error
    if not text.strip():
        raise QueryError("empty", where=where, hint="write a SELECT, ASK, CONSTRUCT or DESCRIBE query")
    return text


def _parsed(question: Question, given: list[str]) -> dict[str, str]:
    """Parameters from `name=value` words.

    Raises:
        QueryError: no equals sign, or a name twice.
    """
    parsed: dict[str, str] = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals:
            raise QueryError(f"no value in -p {word!r}", where=question.name, hint=f"write: -p {name}=VALUE")
        if name in parsed:
            raise QueryError(f"parameter {name} is given twice", where=question.name, hint="give it once")
        parsed[name] = value
    return parsed


def _limited(screen: Screen, result: Result, limit: int | None) -> Result:
    total = len(result.rows)
    if result.form == "select" and total == 0:
        render.note(screen, "no rows")
    if limit is None or total <= limit or result.form != "select":
        return result
    render.note(screen, f"{limit} of {total} rows")
    return Result(form="select", columns=result.columns, rows=result.rows[:limit])


def _list_questions(screen: Screen, form: Format | None) -> None:
    rows = [
        (q.name, q.summary, " ".join(f"{p.name}{'' if p.required else '?'}" for p in q.parameters))
        for _, q in sorted(load_catalogue().items())
    ]
    columns = ("question", "summary", "parameters")
    if form is None and not render.on_terminal():
        render.write("".join("\t".join(row) + "\n" for row in (columns, *rows)))
        return
    write_result(screen, Result(form="select", columns=columns, rows=tuple(tuple(map(Term, r)) for r in rows)), form)
    render.note(screen, "ask: kg query QUESTION -p PARAMETER=VALUE (? may be left out); kg query QUESTION --describe")


def _describe(question: Question) -> None:
    lines = [f"{question.name}: {question.summary}" if question.summary else question.name]
    lines += [question.description] if question.description else []
    if question.parameters:
        lines += ["", "Parameters:"]
    for p in question.parameters:
        facts = [p.kind or p.type, "required" if p.required else ""]
        facts += [f"default {p.default}" if p.default else "", f"one of {', '.join(p.choices)}" if p.choices else ""]
        lines.append(f"  -p {p.name}=…  {p.description} [{'; '.join(f for f in facts if f)}]")
    if question.columns:
        lines += ["", "Columns:"]
    lines += [f"  {name}  {meaning}" for name, meaning in question.columns]
    render.write("".join(f"{line}\n" for line in lines))
