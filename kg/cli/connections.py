"""The command path: how two things are connected, each hop with its sentence."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import data, render
from kg.cli.explanation import show_evidence
from kg.cli.questions import NO, DataOption
from kg.cli.render import Screen, View
from kg.errors import SettingsError
from kg.stores.embedded import open_data

if TYPE_CHECKING:
    from kg.graph.paths import Chain, Hop, Relation


class Through(StrEnum):
    """What chains may pass through on request: local names of acc: classes in lower case."""

    PLACE = "place"
    DOCUMENT = "document"


def path(
    ctx: typer.Context,
    start: Annotated[str, typer.Argument(metavar="X", help="A name, an acronym, a prefixed name or an IRI.")],
    end: Annotated[str, typer.Argument(metavar="Y", help="Likewise.")],
    source: DataOption = None,
    through: Annotated[
        list[Through] | None,
        typer.Option("--through", help="Let chains pass through places or documents; may be repeated."),
    ] = None,
    max_hops: Annotated[int, typer.Option("--max-hops", metavar="N", min=1, max=20, help="The longest chain.")] = 6,
    longer: Annotated[bool, typer.Option("--all", help="Show longer chains too, up to --max-hops.")] = False,
    facts: Annotated[bool, typer.Option("--facts", help="Leave out what is only claimed by somebody.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show N chains at most.")] = 10,
    form: Annotated[View, typer.Option("-f", "--format", help="For people, programs, or a report.")] = View.TABLE,
) -> int:
    """Show how two things are connected by what is stated.

    The shortest chains of relations, followed in both directions, with the sentence, status and speaker of each hop.
    Hops that are only claims are marked, and chains with fewer of them come first. The exit code is 1 where there is
    no chain.
    """
    from kg.graph.paths import find_paths

    if form is View.TTL:
        raise SettingsError("path does not write ttl", where="--format", hint="table, json or md")
    found = find_paths(
        open_data(*data.source(source)),
        start,
        end,
        through=tuple(sorted(kind.value.capitalize() for kind in through or ())),
        max_hops=max_hops,
        longer=longer,
        claims=not facts,
        limit=limit + 1,
    )
    shown = found[:limit]
    if form is View.JSON:
        render.write(json.dumps([asdict(chain) for chain in shown], ensure_ascii=False, indent=2) + "\n")
    elif form is View.MD:
        render.write("\n".join(_markdown(chain) for chain in shown))
    else:
        for number, chain in enumerate(shown):
            render.write("\n" if number else "")
            _show(ctx.obj, chain)
    if not found:
        render.note(ctx.obj, f"no chain of up to {max_hops} hops (longer: --max-hops; through places: --through place)")
    elif len(found) > limit:
        render.note(ctx.obj, f"the first {limit} chains (more: --limit)")
    return 0 if found else NO


def _show(screen: Screen, chain: Chain) -> None:
    render.emphasized(screen, f"{render.folded(_line(chain))} ({_hops(chain)})")
    for hop in chain.hops:
        first, *others = hop.relations
        render.write(f"  {render.folded(_arrow(hop, first))}\n")
        show_evidence(screen, first.statement, 4)
        if others:
            render.write(f"    also: {', '.join(dict.fromkeys(_named(r) for r in others))}\n")


def _markdown(chain: Chain) -> str:
    lines = [f"### {render.markdown(_line(chain))}\n"]
    for number, hop in enumerate(chain.hops, 1):
        stated = hop.relations[0].statement
        said = f"{stated.status}, said by {stated.speaker}" if stated.speaker else stated.status
        lines.append(f"{number}. {render.markdown(_arrow(hop, hop.relations[0]))} ({render.markdown(said)})  ")
        lines.append(f"   “{render.markdown(stated.excerpt)}” ({render.markdown(', '.join(stated.documents))})")
    return "\n".join(lines) + "\n"


def _line(chain: Chain) -> str:
    return " – ".join((chain.hops[0].source, *(hop.target for hop in chain.hops)))


def _hops(chain: Chain) -> str:
    claims = sum(hop.claim for hop in chain.hops)
    number = f"{len(chain.hops)} hop{'s' * (len(chain.hops) > 1)}"
    return f"{number}, {claims} only claimed" if claims else number


def _arrow(hop: Hop, relation: Relation) -> str:
    left, right = ("←", "–") if relation.direction == "←" else ("–", relation.direction)
    return f"{hop.source} {left}{_named(relation)}{right} {hop.target}"


def _named(relation: Relation) -> str:
    return f"{relation.name} [claim]" if relation.claim else relation.name
