"""The command serve: a read-only SPARQL endpoint and pages over an output folder, until Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli import data, render
from kg.cli.render import Screen
from kg.errors import SettingsError

if TYPE_CHECKING:
    from kg.endpoint.server import Server

PORT = 8077


def serve(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help=f"Output folder to serve. Default: ${data.VARIABLE}, else the folder {data.DEFAULT}.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = PORT,
    host: Annotated[
        str,
        typer.Option(
            "--host", metavar="NAME", help="Address to listen on; any but this machine's own opens it to the network."
        ),
    ] = "127.0.0.1",
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.1, max=86400, help="A longer query is stopped.")
    ] = 30.0,
    max_rows: Annotated[
        int, typer.Option("--max-rows", metavar="N", min=1, help="A longer answer is refused, never cut.")
    ] = 100_000,
    queries: Annotated[
        int,
        typer.Option(
            "--queries", metavar="N", min=1, max=64, help="Queries at the same time, each in a process with the data."
        ),
    ] = 4,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            metavar="NAME",
            help="A further host name that clients may use, as behind a proxy; may be repeated.",
            show_default=False,
        ),
    ] = None,
    cors: Annotated[
        list[str] | None,
        typer.Option(
            "--cors",
            metavar="ORIGIN",
            help="Pages from there may read answers, as https://example.org, or * for all; may be repeated. "
            "Default: pages of this machine.",
            show_default=False,
        ),
    ] = None,
    browser: Annotated[bool, typer.Option("--open", help="Open the query page in the browser.")] = False,
) -> int:
    """Serve an output folder: a read-only SPARQL endpoint and pages.

    The endpoint is /sparql (SPARQL 1.1 Protocol); / is a query page, /questions/NAME asks a canned question,
    /resource?iri=… tells about a thing, and so does the path of an IRI under the dataset's base; /explorer/ has the
    pages of kg site. Updates, SERVICE and LOAD are refused. The address is printed; Ctrl-C ends it. When the folder is
    built anew, the new build is served.
    """
    from kg.endpoint.access import allow
    from kg.endpoint.messages import Limits
    from kg.endpoint.server import Server
    from kg.endpoint.workers import Workers

    screen: Screen = ctx.obj
    limits = Limits(timeout=timeout, max_rows=max_rows, queries=queries)
    if any("/" in name for name in allow_host or ()):
        raise SettingsError("not a host name", where="--allow-host", hint="give it without http:// and path")
    workers = Workers(data.output_folder(folder).resolve(), limits)
    server = Server(host, port, workers, allow(host, allow_host or [], cors or []), limits, _log(screen))
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        workers.open()
        address = server.address()
        if not server.access.loopback:
            render.note(screen, "open to the network: everybody who reaches this machine may read the data")
        render.write_bytes(f"{address}/\n".encode())
        render.note(screen, f"SPARQL endpoint: {address}/sparql; Ctrl-C ends it")
        if browser:
            _open(address)
        _listen(server)
    finally:
        server.server_close()
        workers.close()
    return 0


def _listen(server: Server) -> None:
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        return


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _log(screen: Screen) -> Any:
    return lambda line: render.detail(screen, line)


def _open(address: str) -> None:
    import webbrowser

    webbrowser.open(address)
