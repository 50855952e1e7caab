"""The command reconcile: which entities of a reconciliation service bear the names of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli import data, render
from kg.errors import SettingsError
from kg.namespaces import iri_of

COLUMNS = ("entity", "name", "kind", "candidate", "candidate_name", "score", "match", "types", "description")


def reconcile(
    ctx: typer.Context,
    endpoint: Annotated[str, typer.Argument(metavar="ENDPOINT", help="Address of the service.", show_default=False)],
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Output folder of kg build.", show_default=False)
    ] = None,
    kind: Annotated[
        str,
        typer.Option("--kind", metavar="KIND", help="Ask only about entities of this class, such as Place."),
    ] = "Entity",
    type_: Annotated[
        str | None,
        typer.Option("--type", metavar="ID", help="Ask only for this type of the service.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=50, help="Candidates for each name.")] = 3,
    batch: Annotated[int, typer.Option("--batch", metavar="N", min=1, max=500, help="Names in a request.")] = 50,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="How long the service may be silent.")
    ] = 60.0,
    allow_http: Annotated[
        bool, typer.Option("--allow-http", help="Send names unencrypted to another machine.")
    ] = False,
) -> None:
    """Ask a reconciliation service for candidates, as a table.

    It speaks version 0.2 of the Reconciliation Service API, as OpenRefine does. Only the names of entities are sent.
    Nothing is added to the graph: put the rows that are right into a file for kg build --authority.
    """
    from kg.graph.resolve import named_entities
    from kg.graph.stated import Reader
    from kg.stores.embedded import open_data
    from kg.stores.reconciliation import Name
    from kg.stores.reconciliation import reconcile as ask

    wanted = iri_of(kind)
    store = open_data(*data.source(folder))
    entities = [e for e in named_entities(store) if wanted in e.classes]
    if not entities:
        raise SettingsError(f"no entity is of kind {kind!r}", where="--kind", hint="name a class, such as Organization")
    names = [Name(entity=e.iri, name=e.names[0], type=type_) for e in entities]
    render.note(ctx.obj, f"asking about {len(names)} names")
    found = ask(endpoint, names, limit=limit, batch=batch, timeout=timeout, allow_http=allow_http)
    ours, reader = {e.iri: e.names[0] for e in entities}, Reader(store)
    lines: list[tuple[str, ...]] = [COLUMNS]
    for one in found:
        kinds = reader.kinds(one.entity) or ("",)
        row = (one.entity, ours[one.entity], kinds[0], one.iri, one.name, f"{one.score:g}", str(one.match).lower())
        lines.append((*row, "|".join(one.types), one.description))
    render.write("".join("\t".join(" ".join(cell.split()) for cell in line) + "\n" for line in lines))
    answered = len({one.entity for one in found})
    render.note(ctx.obj, f"{len(found)} candidates for {answered} of {len(names)} names")
