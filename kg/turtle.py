"""Turtle of our own and of users: parsed, with errors that name file, line and mend."""

from __future__ import annotations

import logging
import re

from rdflib import Graph

from kg import assets
from kg.errors import AssetError, InputError, KgError

logging.getLogger("rdflib.term").setLevel(logging.ERROR)


def parse_turtle(folder: str, name: str) -> Graph:
    """One asset as a graph.

    Raises:
        AssetError: a file of Accord's own is malformed.
        InputError: a user's is.
    """
    graph = Graph(bind_namespaces="none")
    try:
        graph.parse(data=assets.read(folder, name), format="turtle")
    except (KgError, MemoryError):
        raise
    except Exception as error:  # rdflib raises many types for bad Turtle
        raise malformed(error, assets.place(folder, name), users=assets.is_added(folder, name)) from error
    return graph


def malformed(error: Exception, place: str, *, users: bool) -> KgError:
    """What to raise for an error of the parser: with the line where the file is a user's."""
    if not users:
        return AssetError(f"malformed Turtle: {error}", where=place)
    if isinstance(error, UnicodeDecodeError):
        return InputError(f"not UTF-8 at byte {error.start}", where=place, hint="save the file as UTF-8")
    text = str(error)
    line = re.search(r"at line (\d+)", text)
    why = re.search(r"Bad syntax \((.*?)\) at \^", text, re.DOTALL)
    reason = " ".join((why[1] if why else text).split())[:200]
    where = f"{place}, line {line[1]}" if line else place
    return InputError(f"malformed Turtle: {reason}", where=where, hint="mend the line, or the one before it")
