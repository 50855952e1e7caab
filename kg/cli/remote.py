"""The commands that talk to triple stores, load and diff, and how they are told where and as whom."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from kg.cli import data, render
from kg.cli.render import Screen
from kg.cli.results import Format, write_rows
from kg.errors import InputError, SettingsError
from kg.stores.directory import DATASET, is_output, read_file

if TYPE_CHECKING:
    from kg.graph.query import Source
    from kg.stores.canonical import NamedGraph
    from kg.stores.load import Difference, Load
    from kg.stores.store import Store

NO = 1
ENDPOINT = "KG_ENDPOINT"
#: Triples of a difference that are shown, unless all are asked for.
SHOWN = 10

UserOption = Annotated[
    str | None,
    typer.Option(
        "--user",
        metavar="NAME",
        help="Who asks; the password comes from $KG_PASSWORD, --password-file or ~/.netrc.",
        show_default=False,
    ),
]
PasswordOption = Annotated[
    Path | None,
    typer.Option("--password-file", metavar="FILE", help="File whose first line is the password.", show_default=False),
]
TokenOption = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help="File whose first line is a bearer token; else $KG_TOKEN.",
        show_default=False,
    ),
]
ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="KIND",
        help="oxigraph, virtuoso, fuseki, graphdb, rdf4j, qlever, neptune or generic. Default: found out.",
        show_default=False,
    ),
]
QueryUrlOption = Annotated[
    str | None,
    typer.Option("--query-url", metavar="URL", help="Where queries go, if not where the kind has it."),
]
UpdateUrlOption = Annotated[
    str | None,
    typer.Option("--update-url", metavar="URL", help="Where updates go, if not where the kind has it."),
]
GraphsUrlOption = Annotated[
    str | None,
    typer.Option(
        "--graphs-url", metavar="URL", help="Where the Graph Store Protocol is, if not where the kind has it."
    ),
]
AllowHttpOption = Annotated[
    bool, typer.Option("--allow-http", help="Send data and password unencrypted to another machine.")
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="How long the store may be silent.")
]
MaxAnswerOption = Annotated[
    int | None,
    typer.Option(
        "--max-answer",
        metavar="MB",
        min=1,
        help="How large an answer of the store may be. Default: $KG_MAX_ANSWER_SIZE, else 512.",
        show_default=False,
    ),
]


class Access(NamedTuple):
    """The options that tell how to reach a store."""

    user: str | None = None
    password_file: Path | None = None
    token_file: Path | None = None
    profile: str | None = None
    query_url: str | None = None
    update_url: str | None = None
    graphs_url: str | None = None
    allow_http: bool = False
    timeout: float = 60.0
    max_answer: int | None = None


def load(
    ctx: typer.Context,
    endpoint: Annotated[
        str,
        typer.Argument(
            metavar="ENDPOINT",
            help=f"Address of the store, or a folder for an on-disk Oxigraph store. Default: ${ENDPOINT}.",
            show_default=False,
        ),
    ] = "",
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help=f"Output folder of kg build. Default: ${data.VARIABLE}, else the folder {data.DEFAULT}.",
            show_default=False,
        ),
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Drop graphs that kg load has brought and DIR no longer has.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Print what would be done; write nothing.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Check graphs that did not change by count alone.")] = False,
    break_lock: Annotated[
        bool, typer.Option("--break-lock", help="Go on although another machine's load holds the lock.")
    ] = False,
    form: Annotated[
        Format | None,
        typer.Option(
            "-f", "--format", help="Of --dry-run. Default: a table on a terminal, TSV elsewhere.", show_default=False
        ),
    ] = None,
    user: UserOption = None,
    password_file: PasswordOption = None,
    token_file: TokenOption = None,
    profile: ProfileOption = None,
    query_url: QueryUrlOption = None,
    update_url: UpdateUrlOption = None,
    graphs_url: GraphsUrlOption = None,
    allow_http: AllowHttpOption = False,
    timeout: TimeoutOption = 60.0,
    max_answer: MaxAnswerOption = None,
) -> int:
    """Bring a graph into a triple store, and check that it arrived.

    Each named graph is replaced whole: who reads meanwhile sees the old one or the new one. What did not change stays.
    Every graph is read back and compared by digest; differences are printed as triples, and the exit code is 1. Only
    graphs of the dataset are touched. An interrupted load goes on where it stopped.
    """
    from kg.stores.load import load as bring

    screen: Screen = ctx.obj
    access = Access(
        user, password_file, token_file, profile, query_url, update_url, graphs_url, allow_http, timeout, max_answer
    )
    if endpoint and folder is None and os.environ.get(ENDPOINT) and is_output(Path(endpoint)):
        endpoint, folder = "", Path(endpoint)
    graphs = _dataset(data.output_folder(folder))
    with opened(endpoint, access) as store, render.progress(screen, "loading") as tick:
        done = bring(store, graphs, prune=prune, dry_run=dry_run, quick=quick, break_lock=break_lock, progress=tick)
    if dry_run:
        write_rows(screen, ("action", "graph", "triples"), [(s.action, s.graph, s.triples) for s in done.steps], form)
        return 0
    return _tell_load(screen, done, store.where)


def diff(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Output folder of kg build.")],
    endpoint: Annotated[
        str,
        typer.Argument(
            metavar="URL|DIR", help=f"A store, or another output folder. Default: ${ENDPOINT}.", show_default=False
        ),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help=f"Print all triples, not {SHOWN} of each graph.")] = False,
    user: UserOption = None,
    password_file: PasswordOption = None,
    token_file: TokenOption = None,
    profile: ProfileOption = None,
    query_url: QueryUrlOption = None,
    update_url: UpdateUrlOption = None,
    graphs_url: GraphsUrlOption = None,
    allow_http: AllowHttpOption = False,
    timeout: TimeoutOption = 60.0,
    max_answer: MaxAnswerOption = None,
) -> int:
    """Compare a built graph with what a triple store holds.

    Each graph is read whole and compared by digest. Triples that only DIR has are printed with -, those that only the
    other side has with +. The exit code is 1 where the two differ.
    """
    from kg.stores.compare import compare, read_like

    screen: Screen = ctx.obj
    access = Access(
        user, password_file, token_file, profile, query_url, update_url, graphs_url, allow_http, timeout, max_answer
    )
    ours = _dataset(data.output_folder(folder))
    if endpoint and is_output(Path(endpoint)):
        theirs = _dataset(Path(endpoint))
    else:
        with opened(endpoint, access) as store, render.progress(screen, "reading") as tick:
            theirs = read_like(store, ours, tick)
    found = compare(ours, theirs)
    for item in found:
        if item.difference:
            _tell_difference(
                item.difference, f"{item.state}: {item.graph} ({item.ours} and {item.theirs} triples)", everything
            )
    wrong = sum(item.state != "same" for item in found)
    render.note(screen, f"{len(found)} graphs compared: {f'{wrong} differ' if wrong else 'all the same'}")
    return NO if wrong else 0


def remote_source(screen: Screen, endpoint: str, access: Access, base: str | None = None) -> Source:
    """The dataset of a remote store, read whole and checked, to be asked here.

    Stores disagree on what queries mean (Oxigraph counts a triple once for each graph that has it, Virtuoso 7 finds
    other rows through property paths): asking here gives the rows that the built directory gives.
    """
    from kg.graph.query import open_source
    from kg.stores.compare import read_store, to_nquads

    with opened(endpoint, access) as store, render.progress(screen, "reading") as tick:
        _, graphs = read_store(store, base, tick)
    return open_source(to_nquads(graphs), "nq", where=endpoint)


@contextmanager
def opened(endpoint: str, access: Access) -> Iterator[Store]:
    """The store that is meant: an address, or a folder.

    Raises:
        SettingsError: none is named, or it cannot be used.
    """
    from kg.limits import load_limits
    from kg.stores.credentials import find_credentials
    from kg.stores.folder import open_folder
    from kg.stores.profiles import find_profile
    from kg.stores.protocol import Connection, connect, host_of

    named = endpoint or os.environ.get(ENDPOINT, "")
    if not named:
        raise SettingsError("no store is named", where="ENDPOINT", hint=f"give its address, or set {ENDPOINT}")
    if "://" not in named:
        if is_output(Path(named)):
            raise InputError("is an output of kg build, not a store", where=named, hint="write: kg load ENDPOINT DIR")
        with open_folder(Path(named)) as store:
            yield store
        return
    credentials = find_credentials(
        host_of(named), user=access.user, password_file=access.password_file, token_file=access.token_file
    )
    to = Connection(
        endpoint=named,
        credentials=credentials,
        profile=find_profile(access.profile) if access.profile else None,
        query=access.query_url,
        update=access.update_url,
        graphs=access.graphs_url,
        allow_http=access.allow_http,
        timeout=access.timeout,
        largest=access.max_answer or max(1, load_limits().answer_size >> 20),
    )
    with connect(to) as store:
        yield store


def _dataset(folder: Path) -> dict[str, NamedGraph]:
    from kg.stores.canonical import read_dataset

    return read_dataset(read_file(folder, DATASET), str(folder / DATASET))


def _tell_load(screen: Screen, done: Load, where: str) -> int:
    verbs = {"add": "new", "replace": "replaced", "keep": "unchanged", "drop": "dropped", "leave": "left"}
    numbers = {verb: sum(s.action == action for s in done.steps) for action, verb in verbs.items()}
    for step in done.steps:
        render.detail(screen, f"{verbs[step.action]}: {step.graph} ({step.triples} triples)")
    for item in done.differences:
        _tell_difference(item, f"differs: {item.graph}", everything=screen.verbose)
    told = ", ".join(f"{number} {verb}" for verb, number in numbers.items() if number) or "none"
    render.note(screen, f"graphs in {where}: {told}")
    if numbers["left"]:
        render.note(screen, "left are graphs of documents that are gone; drop them with --prune")
    if done.differences:
        render.warn(f"{len(done.differences)} graphs are not in the store as they were sent")
        return NO
    triples = sum(s.triples for s in done.steps if s.action in ("add", "replace", "keep"))
    render.note(screen, f"verified: {triples} triples, graph by graph")
    return 0


def _tell_difference(found: Difference, title: str, everything: bool) -> None:
    render.write(f"{title}\n")
    tell: tuple[tuple[str, tuple[str, ...]], ...] = (("-", found.missing), ("+", found.surplus))
    for sign, lines in tell:
        shown = lines if everything else lines[:SHOWN]
        render.write("".join(f"{sign} {render.printable(line)}\n" for line in shown))
        if len(lines) > len(shown):
            render.write(f"{sign} … and {len(lines) - len(shown)} more\n")
