"""Jena's riot reads what a build writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph

from tests.jena import MISSING, REASON, class_path, riot

pytestmark = pytest.mark.skipif(MISSING, reason=REASON)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], int]:
    """How many triples or quads riot reads from a file without an error."""
    path = class_path(tmp_path_factory.mktemp("jena"))

    def count(file: Path) -> int:
        told = "".join(riot(path, "--count", file))
        number = re.search(r"(?:Triples|Quads)\s*=\s*([\d,]+)", told)
        number = number or re.search(r"([\d,]+)\s+(?:triples|quads)", told)
        assert number, told
        return int(number[1].replace(",", ""))

    return count


def test_riot_reads_the_dataset(counted: Callable[[Path], int], seeds_folder: Path) -> None:
    dataset = seeds_folder / "dataset.nq"
    assert counted(dataset) == len(dataset.read_bytes().splitlines())


@pytest.mark.parametrize("name", ["graph.ttl", "inferred.ttl", "report.ttl"])
def test_riot_reads_the_turtle(counted: Callable[[Path], int], seeds_folder: Path, name: str) -> None:
    assert counted(seeds_folder / name) == len(Graph().parse(seeds_folder / name))
