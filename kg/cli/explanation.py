"""What is stated about a thing, for reading: statements by relation, each with its words in their place."""

from __future__ import annotations

from kg.cli import render
from kg.cli.render import Screen
from kg.graph.explain import Explained, Explanation, Place
from kg.namespaces import shrink


def show(screen: Screen, found: Explanation) -> None:
    """Print an explanation."""
    title, *others = [render.folded(name) for name in found.names] or [shrink(found.iri)]
    kinds = f" ({', '.join(found.kinds)})" if found.kinds else ""
    render.emphasized(screen, f"{title}{kinds}")
    if others:
        render.write(f"  also: {'; '.join(others)}\n")
    render.write(f"  {found.iri}\n")
    for group, statements in found.groups:
        render.write("\n")
        render.emphasized(screen, f"{group} ({len(statements)})")
        for statement in statements:
            _show_statement(screen, statement)
    if found.inferred:
        render.write("\n")
        render.emphasized(screen, "inferred: no document states it")
    for relation, other in found.inferred:
        render.write(f"  {relation} {render.folded(other)}\n")


def _show_statement(screen: Screen, statement: Explained) -> None:
    sides = [render.folded(side) or "?" for side in (statement.subject, statement.value)]
    render.write(f"  {sides[0]} → {sides[1]}\n" if statement.group != "words" else f"  {sides[0]}: “{sides[1]}”\n")
    facts = [
        statement.status,
        f"said by {statement.speaker}" if statement.speaker and statement.group != "words" else "",
    ]
    facts += [f"citing {', '.join(statement.cites)}" if statement.cites else ""]
    facts += [f"rule {statement.rule}", f"confidence {statement.confidence}"]
    render.write(f"    {render.folded('; '.join(f for f in facts if f))}\n")
    for place in statement.places:
        render.write(f"    {render.folded(place.document)} {place.start}–{place.end}\n")
        _show_place(screen, place)


def _show_place(screen: Screen, place: Place) -> None:
    """The words between what stands around them, which begins and ends with whole words."""
    before, after = place.prefix, place.suffix
    if len(before) < place.start:
        before = "…" + before.partition(" ")[2]
    if after.strip():
        after = after.rpartition(" ")[0] + "…"
    render.highlighted(screen, before, place.exact, after)
