"""RDF formats by file extension, and errors of their parsers, for all that reads with pyoxigraph."""

from __future__ import annotations

import pyoxigraph as ox

from kg.errors import InputError

#: Extension → format that is read.
READABLE: dict[str, ox.RdfFormat] = {
    "jsonld": ox.RdfFormat.JSON_LD,
    "n3": ox.RdfFormat.N3,
    "nq": ox.RdfFormat.N_QUADS,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "ttl": ox.RdfFormat.TURTLE,
}


def readable(extension: str, where: str) -> ox.RdfFormat:
    """The format of an extension, with or without the dot.

    Raises:
        InputError: there is none; the hint lists those there are.
    """
    form = READABLE.get(extension.removeprefix(".").lower())
    if form is None:
        hint = "name a file that ends in ." + ", .".join(READABLE)
        raise InputError(f"unknown RDF format {extension!r}", where=where, hint=hint)
    return form


def malformed(error: Exception, where: str) -> InputError:
    """What pyoxigraph says of malformed RDF, with the line."""
    line = getattr(error, "lineno", None)
    text = str(error.args[0] if error.args else error).splitlines()[0].rstrip(". ")
    place = f"{where}:{line}" if line else where
    return InputError(f"malformed RDF: {text}", where=place, hint="mend that line" if line else None)
