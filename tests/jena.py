"""Jena's riot, where it is installed: a parser that shares no code with ours."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

JARS = Path("/usr/share/java")
#: What Debian's package needs on the class path.
NEEDED = (
    "jena-arq jena-base jena-cmds jena-core jena-dboe-base jena-dboe-index jena-dboe-storage "
    "jena-dboe-trans-data jena-dboe-transaction jena-iri jena-rdfconnection jena-shacl jena-shex jena-tdb jena-tdb2 "
    "commons-cli commons-codec commons-compress commons-csv commons-io commons-lang3 dexx.collection gson "
    "guava failureaccess httpclient httpclient-cache httpcore jackson-core jackson-annotations jackson-databind "
    "jsonld-java jakarta.json-api protobuf slf4j-api slf4j-jdk14 jcl-over-slf4j thrift titanium-json-ld "
).split()
XERCES = "org/apache/jena/ext/xerces/"

MISSING = shutil.which("java") is None or not (JARS / "jena-cmds.jar").exists()
REASON = "riot is not here (Debian: libapache-jena-java)"


def class_path(folder: Path) -> str:
    """The class path, with what Debian's package lacks unpacked into a folder."""
    with zipfile.ZipFile(JARS / "jena-core.jar") as jar:  # Debian moved Xerces, and left its messages where they were
        for name in jar.namelist():
            if name.startswith(XERCES) and not name.endswith(("/", ".class")):
                target = folder / "xerces" / name.removeprefix(XERCES)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    return ":".join([*(str(JARS / f"{name}.jar") for name in NEEDED), str(folder)])


def riot(path: str, *words: object) -> tuple[str, str]:
    """What riot writes to its two outputs; it must find no error."""
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", path, "riotcmd.riot", *map(str, words)]
    done = subprocess.run(command, capture_output=True, check=False)
    told = done.stderr.decode()
    assert done.returncode == 0, told
    assert "ERROR" not in told
    return done.stdout.decode(), told
