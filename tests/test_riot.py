"""Jena's riot, where it is installed, reads what a build writes: a parser that shares no code with ours."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph

JARS = Path("/usr/share/java")
#: What Debian's package needs on the class path.
NEEDED = (
    "jena-arq jena-base jena-cmds jena-core jena-dboe-base jena-dboe-index jena-dboe-storage jena-dboe- "
    "trans-data jena-dboe-transaction jena-iri jena-rdfconnection jena-shacl jena-shex jena-tdb jena-tdb2 "
    "commons-cli commons-codec commons-compress commons-csv commons-io commons-lang3 dexx.collection gson "
    "guava failureaccess httpclient httpcore jackson-core jackson-annotations jackson-databind jsonld- "
    "java jakarta.json-api protobuf slf4j-api slf4j-jdk14 jcl-over-slf4j thrift titanium-json-ld "
).split()
XERCES = "org/apache/jena/ext/xerces/"

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None or not (JARS / "jena-cmds.jar").exists(),
    reason="riot is not here (Debian: libapache-jena-java)",
)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], int]:
    """How many triples or quads riot reads from a file without an error."""
    fix = tmp_path_factory.mktemp("jena")
    with zipfile.ZipFile(JARS / "jena-core.jar") as jar:  # Debian moved Xerces, and left its messages where they were
        for name in jar.namelist():
            if name.startswith(XERCES) and not name.endswith(("/", ".class")):
                target = fix / "xerces" / name.removeprefix(XERCES)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    path = ":".join([*(str(JARS / f"{name}.jar") for name in NEEDED), str(fix)])

    def count(file: Path) -> int:
        command = ["java", "-cp", path, "riotcmd.riot", "--count", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        told = done.stdout + done.stderr
        assert done.returncode == 0, told
        assert "ERROR" not in told
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
