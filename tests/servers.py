"""Real triple stores for tests: started on free ports of the loopback interface, stopped by their process."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

OXIGRAPH = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
VIRTUOSO = shutil.which("virtuoso-t")
PASSWORD = "s3cret wörd"  # noqa: S105 -- of a store that lives as long as the tests

#: A small server. Answers to queries are cut to 10,000 rows, as Debian's configuration has it.
_INI = """\
[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = v-temp.db
TransactionFile = v-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
CaseMode = 2
CheckpointInterval = 0
SchedulerInterval = 10
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
Charset = UTF-8
[SPARQL]
MaxQueryExecutionTime = 60
ResultSetMaxRows = 10000
"""


@dataclass(slots=True)
class Server:
    """A running server that can be stopped and started again on the same data."""

    url: str
    command: list[str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log)
        for _ in range(600):
            try:
                httpx.get(f"{self.url}/sparql", timeout=2, trust_env=False)
                return
            except httpx.TransportError:
                assert self.process.poll() is None, (self.folder / "server.log").read_text("utf-8", "replace")[-2000:]
                time.sleep(0.05)
        raise AssertionError(f"{self.command[0]} did not answer")

    def stop(self) -> None:
        """Ask it to end; its data are on disk."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(timeout=30)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_oxigraph(folder: Path) -> Server:
    """A server of the package `oxigraph`, on disk."""
    assert OXIGRAPH
    address = f"127.0.0.1:{free_port()}"
    server = Server(f"http://{address}", [OXIGRAPH, "serve", "--location", "data", "--bind", address], folder)
    server.start()
    return server


def start_virtuoso(folder: Path) -> Server:
    """A server of Debian's `virtuoso-opensource-7-bin`, whose user dba has PASSWORD."""
    assert VIRTUOSO
    sql, http = free_port(), free_port()
    (folder / "v.ini").write_text(_INI.format(sql=sql, http=http), "ascii")
    command = [VIRTUOSO, "+foreground", "+wait", "+configfile", "v.ini"]
    server = Server(f"http://127.0.0.1:{http}", command, folder)
    server.start()
    change = f'exec=set password "dba" "{PASSWORD}"; checkpoint;'  # without a checkpoint, a restart forgets it
    subprocess.run(["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", change], check=True, capture_output=True, timeout=60)
    return server
