"""The command explain: what is stated about a thing, with the words in their place, or why a triple holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import data, render
from kg.cli.questions import NO, DataOption
from kg.cli.render import Screen, View
from kg.errors import QueryError, SettingsError
from kg.namespaces import shrink
from kg.stores.embedded import open_data

if TYPE_CHECKING:
    from kg.graph.explain import Explanation
    from kg.graph.proof import Proof, Why
    from kg.graph.query import Source
    from kg.graph.stated import Explained, Place


def explain(
    ctx: typer.Context,
    terms: Annotated[
        list[str],
        typer.Argument(
            metavar="TERM",
            help="Names, acronyms, prefixed names or IRIs of things or of statements; with --why one triple.",
        ),
    ],
    source: DataOption = None,
    why: Annotated[
        bool,
        typer.Option(
            "--why", help="Tell why the triple SUBJECT RELATION OBJECT holds: rules and premises, down to sentences."
        ),
    ] = False,
    form: Annotated[View, typer.Option("-f", "--format", help="For people, or all of it for programs.")] = View.TABLE,
) -> int:
    """Show the statements about a thing, each with its words.

    Statements are grouped by relation and come with status, speaker, rule, confidence, and the evidence in its place.
    Case, accents and articles of names do not matter. With --why the exit code is 1 where the triple does not follow.
    """
    if form not in (View.TABLE, View.JSON):
        raise SettingsError(f"explain does not write {form}", where="--format", hint="table or json")
    store = open_data(*data.source(source))
    if why:
        return _tell_why(ctx.obj, store, terms, form)
    found = _explained(store, terms)
    if form is View.JSON:
        render.write(json.dumps([asdict(f) for f in found], ensure_ascii=False, indent=2) + "\n")
        return 0
    for number, explanation in enumerate(found):
        if number:
            render.write("\n")
        show(ctx.obj, explanation)
    return 0


def _explained(store: Source, terms: list[str]) -> list[Explanation]:
    """What the terms mean: several words without quote marks round them are first tried as one name."""
    from kg.graph.explain import explain as explain_one

    if len(terms) == 1 or any(c.isspace() for term in terms for c in term):
        return [explain_one(store, term) for term in terms]
    try:
        return [explain_one(store, " ".join(terms))]
    except QueryError as error:
        try:
            return [explain_one(store, term) for term in terms]
        except QueryError:
            raise error from None


def _tell_why(screen: Screen, store: Source, terms: list[str], form: View) -> int:
    from kg.graph.proof import split
    from kg.graph.proof import why as reasons

    subject, relation, value = terms if len(terms) == 3 else split(store, " ".join(terms))
    found = reasons(store, subject, relation, value)
    if form is View.JSON:
        render.write(json.dumps(asdict(found), ensure_ascii=False, indent=2) + "\n")
    else:
        show_why(screen, found)
    return 0 if found.proof else NO


def show(screen: Screen, found: Explanation) -> None:
    """Print an explanation."""
    title, *others = [render.folded(name) for name in found.names] or [shrink(found.iri)]
    kinds = f" ({', '.join(found.kinds)})" if found.kinds else ""
    render.emphasized(screen, f"{title}{kinds}")
    for label, names in (("also", others), ("named in", found.documents), ("voice of", found.voices)):
        if names:
            render.write(f"  {label}: {render.folded('; '.join(names))}\n")
    render.write(f"  {found.iri}\n")
    for group, statements in found.groups:
        render.write("\n")
        render.emphasized(screen, f"{group} ({len(statements)})")
        for statement in statements:
            sides = [render.folded(side) or "?" for side in (statement.subject, statement.value)]
            line = f"{sides[0]}: “{sides[1]}”" if group == "words" else f"{sides[0]} → {sides[1]}"
            render.write(f"  {line}\n")
            show_evidence(screen, statement, 4)
    if found.inferred:
        render.write("\n")
        render.emphasized(screen, "inferred: no document states it (ask: kg explain --why)")
    for relation, other in found.inferred:
        render.write(f"  {relation} {render.folded(other)}\n")


def show_why(screen: Screen, found: Why) -> None:
    """Print why a triple holds, or that it does not follow, and what documents say of it beside facts."""
    if found.proof:
        _show_proof(screen, found.proof, 0)
    else:
        render.emphasized(screen, f"{found.words}: does not follow from what documents state as facts")
    if found.other:
        render.write("\n")
        render.emphasized(screen, "not stated as a fact, and nothing is inferred from it:")
    for statement in found.other:
        render.write(f"  {render.folded(f'{statement.subject} {statement.group} {statement.value}')}\n")
        show_evidence(screen, statement, 4)


def _show_proof(screen: Screen, proof: Proof, depth: int) -> None:
    indent = "  " * depth
    render.emphasized(screen, f"{indent}{render.folded(proof.words)}")
    if proof.premises:
        render.write(f"{indent}  because {proof.axiom} ({proof.rule}), and\n")
    for premise in proof.premises:
        _show_proof(screen, premise, depth + 2)
    for statement in proof.statements:
        show_evidence(screen, statement, len(indent) + 2)
    if proof.rule == "named":
        document, words = map(render.folded, proof.mention)
        where = f"; first named in {document}: «{words}»" if words else ""
        render.write(f"{indent}  the kind that it was given when the documents were read{where}\n")


def show_evidence(screen: Screen, statement: Explained, indent: int) -> None:
    """Print status, speaker, sources, details, rule and confidence of a statement, then its words in their places."""
    margin = " " * indent
    render.write(f"{margin}{render.folded('; '.join(_facts(statement)))}\n")
    for place in statement.places:
        page = f" page {place.page}," if place.page else ""
        render.write(f"{margin}{render.folded(place.document)}{page} {place.start}–{place.end}\n")
        show_place(screen, place, indent + 2)


def _facts(statement: Explained) -> list[str]:
    said = statement.speaker if statement.group != "words" else ""
    facts = [statement.status, f"said by {said}" if said else ""]
    facts += [f"citing {', '.join(statement.cites)}" if statement.cites else ""]
    facts += [f"{label} {value}" for label, value in statement.details]
    return [f for f in (*facts, f"rule {statement.rule}", f"confidence {statement.confidence}") if f]


def show_place(screen: Screen, place: Place, indent: int) -> None:
    """Print the words between what stands around them, which begins and ends with whole words."""
    before, after = place.prefix, place.suffix
    if len(before) < place.start:
        before = "…" + before.partition(" ")[2]
    if after.strip():
        after = after.rpartition(" ")[0] + "…"
    render.highlighted(screen, before, place.exact, after, marks=place.marks, indent=indent)
