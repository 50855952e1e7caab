"""What a user adds to Accord, checked before anything is read: a slip costs a second, not a build."""

from __future__ import annotations

import pyoxigraph as ox
from rdflib import RDF, SH

from kg import assets
from kg.decisions import read_decisions
from kg.errors import InputError, KgError
from kg.extension import Added, Extension
from kg.graph.authority import read_authorities
from kg.graph.catalogue import parse_question
from kg.graph.shape_constraints import RefusedShapeError
from kg.graph.shape_reading import compile_shapes
from kg.graph.validate import load_shapes
from kg.lexicon import load_lexicon
from kg.ontology import load_ontology
from kg.turtle import parse_turtle


def check_extension(extension: Extension) -> None:
    """Read all files of an extension that is in force.

    Raises:
        InputError: a file is malformed, names what is declared nowhere, or holds shapes that cannot be applied.
    """
    if not extension:
        return
    load_ontology()
    load_lexicon()
    read_authorities(extension)
    for file in extension.files:
        if file.folder == "decisions":
            read_decisions(file.content, file.place)
    _check_shapes([f.name for f in extension.files if f.folder == "shapes"])
    for file in extension.files:
        if file.folder == "queries":
            _check_question(file)


def _check_question(file: Added) -> None:
    try:
        parse_question(file.name.removesuffix(".rq"), file.content.decode("utf-8-sig"))
        ox.Store().query(file.content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=file.place, hint="save the file as UTF-8") from error
    except KgError as error:
        raise InputError(
            error.message, where=file.place, hint="see queries/ for questions as they should be"
        ) from error
    except (SyntaxError, ValueError) as error:
        hint = "a question is a SELECT, ASK, CONSTRUCT or DESCRIBE query"
        raise InputError(f"malformed SPARQL: {error}", where=file.place, hint=hint) from error


def _check_shapes(names: list[str]) -> None:
    own = [n for n in assets.names("shapes", ".ttl") if n != "lexicon.ttl" and n not in names]
    for name in names:
        place, shapes = assets.place("shapes", name), parse_turtle("shapes", name)
        if not any((None, RDF.type, kind) in shapes for kind in (SH.NodeShape, SH.PropertyShape)):
            raise InputError("holds no shape", where=place, hint="write: my:shape a sh:NodeShape ; sh:targetClass …")
        try:
            compile_shapes(load_shapes(*own) + shapes)
        except RefusedShapeError as error:
            hint = error.hint or "write it with SHACL Core as in the shapes of Accord, see docs/extending.md"
            raise InputError(
                f"{error.where}: {error.message}" if error.where else error.message, where=place, hint=hint
            ) from error
