"""The options by which users add a domain of their own: ontology, lexicon, shapes, questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_MANY = "may be repeated. See docs/extending.md."

OntologyOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--ontology",
        metavar="FILE",
        help=f"Turtle with classes and relations to add; {_MANY}",
        show_default=False,
    ),
]
LexiconOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--lexicon", metavar="FILE", help=f"Turtle with words to add, in OntoLex; {_MANY}", show_default=False
    ),
]
ShapesOption = Annotated[
    list[Path] | None,
    typer.Option("--shapes", metavar="FILE|DIR", help=f"Turtle with SHACL shapes to add; {_MANY}", show_default=False),
]
QueriesOption = Annotated[
    list[Path] | None,
    typer.Option("--queries", metavar="FILE|DIR", help=f"Questions (.rq) to add; {_MANY}", show_default=False),
]

AuthorityOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--authority",
        metavar="FILE",
        help="Turtle or CSV of known entities to link to; may be repeated. See docs/authority.md.",
        show_default=False,
    ),
]
DecisionsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--decisions",
        metavar="FILE",
        help="Merges, splits and names that you decided, as kg link review lists them; may be repeated.",
        show_default=False,
    ),
]
