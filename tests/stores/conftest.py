"""The three kinds of stores that the contract is held against, one server of each for the whole session."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.stores.credentials import NOBODY, Credentials
from kg.stores.folder import open_folder
from kg.stores.protocol import Connection, connect
from kg.stores.store import Store
from tests import servers
from tests.servers import Server

KINDS = ("embedded", "oxigraph", "virtuoso")


@dataclass(frozen=True, slots=True)
class Backend:
    """A store to test against.

    Attributes:
        endpoint: what the command line calls it.
        environment: how the command line proves who it is.
        open: opens it.
        server: the process behind it.
    """

    kind: str
    endpoint: str
    environment: dict[str, str]
    open: Callable[[], AbstractContextManager[Store]]
    server: Server | None = None


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if servers.OXIGRAPH is None:
        pytest.skip("the program oxigraph is missing: pip install oxigraph")
    server = servers.start_oxigraph(tmp_path_factory.mktemp("oxigraph"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if servers.VIRTUOSO is None:
        pytest.skip("the program virtuoso-t is missing: apt-get install virtuoso-opensource-7-bin")
    server = servers.start_virtuoso(tmp_path_factory.mktemp("virtuoso"))
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is written into the user's cache, nothing read from the user's netrc or environment."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))
    for name in ("KG_ENDPOINT", "KG_USER", "KG_PASSWORD", "KG_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return cache


@pytest.fixture(params=KINDS)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    if request.param == "embedded":
        folder = tmp_path / "store"
        return Backend("embedded", str(folder), {}, lambda: open_folder(folder))
    return _served(request)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Backend:
    """Only those that answer over HTTP."""
    return _served(request)


def _served(request: pytest.FixtureRequest) -> Backend:
    process: Server = request.getfixturevalue(request.param)
    known = Credentials(user="dba", password=servers.PASSWORD) if request.param == "virtuoso" else NOBODY
    connection = Connection(endpoint=process.url, credentials=known)
    environment = {"KG_USER": "dba", "KG_PASSWORD": servers.PASSWORD} if known.given else {}
    return Backend(request.param, process.url, environment, lambda: connect(connection), process)


@pytest.fixture
def base(request: pytest.FixtureRequest) -> str:
    """What the IRIs of a test begin with: each test has a corner of the shared server to itself."""
    return f"https://example.org/{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]}/"
