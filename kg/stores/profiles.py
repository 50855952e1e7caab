"""What each kind of triple store can do: one table, so that no other module asks which store it talks to.

Measured: oxigraph 0.5.13, virtuoso 7.2.5, embedded. The other rows are what is generally known of the
stores, never run here, and fall back on what SPARQL 1.1 promises. `docs/architecture.md` tells how to add a row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kg.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The capabilities of a kind of store.

    Attributes:
        name: what `--profile` calls it.
        query, update, graphs: paths of SPARQL query, SPARQL update and the Graph Store Protocol below the root of the
            store; None where there is none, "" where it is the root itself.
        open_graphs: path for reading graphs without a password, where that differs.
        graph_parameter: how a request names a graph.
        send_as, read_as: media types for N-Triples in a request's body and in an answer.
        atomic_put: readers see the old graph or the new one, and a broken body leaves the old one.
        insert_limit: triples that one INSERT DATA takes.
        row_cap: rows after which answers to queries may be cut without a word; pages stay below it.
        authentication: schemes that it asks for, to be named in hints.
        server: what its Server header begins with, where it tells.
        address: what an address of such a store looks like, where that tells.
    """

    name: str
    query: str = ""
    update: str | None = ""
    graphs: str | None = None
    open_graphs: str | None = None
    graph_parameter: str = "graph"
    send_as: str = "application/n-triples"
    read_as: str = "application/n-triples"
    atomic_put: bool = False
    insert_limit: int = 1000
    row_cap: int = 10_000
    authentication: tuple[str, ...] = ("Basic",)
    server: str = "(?!)"
    address: str = "(?!)"


_ALL = (
    Profile(name="embedded", graphs="", atomic_put=True, authentication=()),
    Profile(
        name="oxigraph",
        query="/query",
        update="/update",
        graphs="/store",
        atomic_put=True,
        authentication=(),
        server="oxigraph",
        address=r":7878\b",
    ),
    Profile(
        name="virtuoso",
        query="/sparql",
        update="/sparql-auth",
        graphs="/sparql-graph-crud-auth",
        open_graphs="/sparql-graph-crud",
        graph_parameter="graph-uri",
        send_as="text/turtle",  # it takes N-Triples by no other name
        read_as="text/plain",
        insert_limit=400,
        authentication=("Digest",),
        server="virtuoso",
        address=r":8890\b|/sparql-(?:auth|graph-crud)",
    ),
    Profile(
        name="fuseki",
        query="/query",
        update="/update",
        graphs="/data",
        atomic_put=True,
        server="apache jena fuseki",
        address=r":3030/\w",
    ),
    Profile(
        name="graphdb",
        update="/statements",
        graphs="/rdf-graphs/service",
        atomic_put=True,
        authentication=("Basic", "Bearer"),
        server="graphdb",
        address=r":7200/repositories/\w",
    ),
    Profile(
        name="rdf4j",
        update="/statements",
        graphs="/rdf-graphs/service",
        atomic_put=True,
        server="rdf4j",
        address=r"/rdf4j-server/repositories/\w",
    ),
    Profile(name="qlever", graphs="", authentication=("Bearer",), server="qlever", address=r":7001\b"),
    Profile(
        name="neptune",
        query="/sparql",
        update="/sparql",
        graphs="/sparql/gsp/",
        authentication=(),
        address=r"\.neptune\.amazonaws\.com(?:\.cn)?\b",
    ),
    Profile(name="generic", authentication=("Basic", "Digest", "Bearer")),
)

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in _ALL}
GENERIC = PROFILES["generic"]
EMBEDDED = PROFILES["embedded"]


def find_profile(name: str) -> Profile:
    """The profile of that name.

    Raises:
        SettingsError: there is none.
    """
    if name in PROFILES and name != EMBEDDED.name:
        return PROFILES[name]
    known = ", ".join(sorted(set(PROFILES) - {EMBEDDED.name}))
    raise SettingsError(f"no kind of store is called {name!r}", where="--profile", hint=f"there are: {known}")


def recognise(endpoint: str, server: str) -> Profile:
    """The profile that the store's Server header tells, else the one that its address tells, else the generic one."""
    for profile in PROFILES.values():
        if re.match(profile.server, server, re.IGNORECASE):
            return profile
    return next((p for p in PROFILES.values() if re.search(p.address, endpoint)), GENERIC)


def root(endpoint: str, profile: Profile) -> str:
    """The root of a store, when the address of one of its services is named."""
    plain = endpoint.rstrip("/")
    paths = (profile.query, profile.update, profile.graphs, profile.open_graphs)
    services = sorted({path.rstrip("/") for path in paths if path}, key=len)
    for service in reversed(services):
        if plain.endswith(service):
            return plain.removesuffix(service)
    return plain
