"""The digest of a dataset, whatever order, format and names of blank nodes it is written with.

RDFC-1.0 (W3C Recommendation of 2024), then SHA-256. Without blank nodes its canonical N-Quads are nothing but sorted.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError
from kg.graph.admission import parse_quads, read_rdf
from kg.graph.export import FORMATS, read_lines
from kg.graph.formats import malformed, readable
from kg.limits import DEFAULT, Limits

#: How long blank nodes may take to be told apart.
SECONDS = 60.0


def digest_build(dataset: Path, wanted: Callable[[str], bool] | None = None) -> tuple[str, int]:
    """The digest of a dataset that `kg build` wrote, of any size, and how many bytes its canonical form has.

    Args:
        dataset: without blank nodes.
        wanted: whether a graph, by its IRI, counts; by default all do.

    Raises:
        InputError: it cannot be read, is malformed, or has blank nodes.
    """
    made, size = sha256(), 0
    for line in FORMATS["nq"](read_lines(dataset, wanted)):
        content = line.encode()
        made.update(content)
        size += len(content)
    return made.hexdigest(), size


def digest_file(source: Path, limits: Limits = DEFAULT, seconds: float = SECONDS) -> str:
    """The digest of a file of RDF, which is read whole.

    Raises:
        InputError: it is too large, malformed (with the line), holds what RDFC-1.0 does not know, or blank nodes that
            cannot be told apart within so many seconds.
    """
    form, where = readable(source.suffix, str(source)), str(source)
    try:
        quads = list(parse_quads(read_rdf(source, where, limits), form, where, limits))
    except OSError as error:
        raise InputError(error.strerror or str(error), where=where) from error
    except (SyntaxError, ValueError) as error:
        raise malformed(error, where) from error
    lines = sorted({f"{quad} .\n" for quad in quads})
    if any(isinstance(term, ox.Triple) for quad in quads for term in (quad.subject, quad.object)):
        raise InputError("holds triple terms, which RDFC-1.0 does not know", where=where)
    if any(isinstance(term, ox.BlankNode) for quad in quads for term in (quad.subject, quad.object, quad.graph_name)):
        return _told_apart("".join(lines).encode(), where, seconds)
    return sha256("".join(lines).encode()).hexdigest()


def _told_apart(content: bytes, where: str, seconds: float) -> str:
    """The digest of N-Quads with blank nodes, from a process of its own: some few nodes take longer than a life."""
    import os
    import subprocess
    import sys

    command = [sys.executable, "-P", "-m", "kg.graph.exports.canonical"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds, env=env, check=True)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        hint = "give those nodes IRIs"
        raise InputError(f"blank nodes cannot be told apart within {seconds:g} s", where=where, hint=hint) from error
    except subprocess.CalledProcessError as error:
        raise InputError("cannot be brought into canonical form", where=where, hint="give nodes IRIs") from error
    return done.stdout.decode().strip()


def _canonical(content: bytes) -> str:
    found = ox.Dataset(ox.parse(content, format=ox.RdfFormat.N_QUADS))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sha256("".join(sorted(f"{quad} .\n" for quad in found)).encode()).hexdigest()


if __name__ == "__main__":
    import sys

    sys.stdout.write(_canonical(sys.stdin.buffer.read()))
