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


def digest_file(source: Path, limits: Limits = DEFAULT) -> str:
    """The digest of a file of RDF, which is read whole.

    Raises:
        InputError: it is too large, malformed (with the line), or holds what RDFC-1.0 does not know.
    """
    form, where = readable(source.suffix, str(source)), str(source)
    try:
        found = ox.Dataset(parse_quads(read_rdf(source, where, limits), form, where, limits))
        found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    except OSError as error:
        raise InputError(error.strerror or str(error), where=where) from error
    except (SyntaxError, ValueError) as error:
        raise malformed(error, where) from error
    return sha256("".join(sorted(f"{quad} .\n" for quad in found)).encode()).hexdigest()
