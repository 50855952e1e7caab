"""What Accord keeps in a store about its own loads: which graphs it has brought, and who is loading now.

Three places, all under the base of the dataset and outside of its graphs:

    {base}load/manifest         for each graph its digest and size, or where its successor is staged; the build's digest
    {base}load/lock             who loads, until when
    {base}load/staging/RUN/N    graphs on their way in, where the store cannot replace a graph in one step
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from uuid import uuid4

from kg.errors import StoreError
from kg.namespaces import PREFIXES
from kg.stores.cache import cache_folder
from kg.stores.canonical import NamedGraph
from kg.stores.store import Store, insert, iri

_DIGEST = "http://spdx.org/rdf/terms#checksumValue"
_SIZE = PREFIXES["void"] + "triples"
_STAGED = PREFIXES["dcterms"] + "isReplacedBy"
_BUILD = PREFIXES["dcterms"] + "hasVersion"
_HOLDER = PREFIXES["dcterms"] + "creator"
_INTEGER = PREFIXES["xsd"] + "integer"

#: Seconds that a lock is believed without a sign of life, and after which a sign is given.
LEASE = 300
SIGN = 60
_TRIES = 3
_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the manifest says of a graph: the content that was verified, and where successors were staged since."""

    digest: str | None = None
    triples: int | None = None
    staged: tuple[str, ...] = ()


def manifest_graph(base: str) -> str:
    """The name of the graph that tells what was loaded."""
    return f"{base}load/manifest"


def staging_graph(base: str, run: str, number: int) -> str:
    """A name for a graph on its way in."""
    return f"{base}load/staging/{run}/{number}"


def read_manifest(store: Store, base: str) -> dict[str, Entry]:
    """The graphs that were brought, by name, sorted."""
    digests = dict(_pairs(store, base, _DIGEST))
    sizes = dict(_pairs(store, base, _SIZE))
    staged: dict[str, list[str]] = {}
    for graph, place in _pairs(store, base, _STAGED):
        staged.setdefault(graph, []).append(place)
    return {
        graph: Entry(
            digest=digests.get(graph),
            triples=int(sizes[graph]) if graph in sizes else None,
            staged=tuple(sorted(staged.get(graph, ()))),
        )
        for graph in sorted({*digests, *sizes, *staged})
    }


def read_build(store: Store, base: str) -> str | None:
    """The digest of the dataset that was loaded last, whole."""
    return next((value for _, value in _pairs(store, base, _BUILD)), None)


def find_bases(store: Store) -> list[str]:
    """The bases of the datasets that were loaded into a store."""
    rows = store.select(f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?g {iri(_BUILD)} ?build }} }}")
    return sorted(name.removesuffix("load/manifest") for (name,) in rows if name.endswith("load/manifest"))


def note_staged(store: Store, base: str, staged: Mapping[str, str]) -> None:
    """Write down, before anything is sent, which graphs will change and where their successors are staged."""
    _forget(store, base, [manifest_graph(base)])
    insert(store, manifest_graph(base), [f"{iri(g)} {iri(_STAGED)} {iri(s)} .\n" for g, s in sorted(staged.items())])


def note_brought(store: Store, base: str, graphs: Iterable[NamedGraph]) -> None:
    """Write down what has been verified."""
    brought = list(graphs)
    _forget(store, base, [g.name for g in brought], f"FILTER(?p != {iri(_STAGED)})")
    lines = [f'{iri(g.name)} {iri(_DIGEST)} "{g.digest}" .\n' for g in brought]
    lines += [f'{iri(g.name)} {iri(_SIZE)} "{g.triples}"^^{iri(_INTEGER)} .\n' for g in brought]
    insert(store, manifest_graph(base), lines)


def note_gone(store: Store, base: str, graphs: Iterable[str]) -> None:
    """Strike out graphs that are no longer there."""
    _forget(store, base, graphs)


def note_build(store: Store, base: str, digest: str) -> None:
    """Write down that the whole dataset of that digest is there, and that nothing is on its way."""
    place = manifest_graph(base)
    store.update(f"DELETE WHERE {{ GRAPH {iri(place)} {{ ?s {iri(_STAGED)} ?o }} }}")
    _forget(store, base, [place])
    lines = [f'{iri(place)} {iri(_BUILD)} "{digest}" .\n']
    lines.append(f"{iri(place)} {iri(PREFIXES['rdf'] + 'type')} {iri(PREFIXES['void'] + 'Dataset')} .\n")
    insert(store, place, lines)


def _forget(store: Store, base: str, subjects: Iterable[str], condition: str = "") -> None:
    names, graph = sorted(subjects), iri(manifest_graph(base))
    for start in range(0, len(names), 50):
        listed = ", ".join(map(iri, names[start : start + 50]))
        found = f"GRAPH {graph} {{ ?s ?p ?o }} FILTER(?s IN ({listed})) {condition}"
        store.update(f"DELETE {{ GRAPH {graph} {{ ?s ?p ?o }} }} WHERE {{ {found} }}")


def _pairs(store: Store, base: str, predicate: str) -> Iterator[tuple[str, str]]:
    """Subjects and values of a predicate, page by page; what a page may have cut off begins the next one."""
    last = ""
    while True:
        rows = store.select(
            f"SELECT ?s ?o WHERE {{ GRAPH {iri(manifest_graph(base))} {{ ?s {iri(predicate)} ?o }} "
            f'FILTER(STR(?s) > "{iri(last)[1:-1]}") }} ORDER BY ?s LIMIT {_PAGE}'
        )
        if len(rows) < _PAGE:
            yield from ((s, o) for s, o in rows)
            return
        whole = [(s, o) for s, o in rows if s != rows[-1][0]]
        yield from whole
        last = whole[-1][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the lock of a dataset: a run, started from a place (a file of this user on this machine)."""

    run: str
    place: str
    until: int

    def __str__(self) -> str:
        return json.dumps([self.run, self.place, self.until]).replace('"', "'")


@contextmanager
def locked(store: Store, base: str, *, force: bool = False) -> Iterator[Holder]:
    """Hold the lock of a dataset; other loads of it are refused meanwhile, wherever they run.

    A lock is stale when its lease is over, or when it was taken from the same place: the operating system lets two
    processes not hold the file of a place, and lets go of it however a process ends.

    Raises:
        StoreError: another load is at work.
    """
    with _place(store, base) as place:
        holder = Holder(run=uuid4().hex[:12], place=place, until=int(time.time()) + LEASE)
        _acquire(store, base, holder, force=force)
        try:
            yield holder
        finally:
            with suppress(StoreError):  # the lease ends by itself; the first error is the one to tell
                _withdraw(store, base, [h for h in _holders(store, base) if h.run == holder.run])


def renew(store: Store, base: str, holder: Holder) -> Holder:
    """A sign of life, when one is due.

    Raises:
        StoreError: somebody has broken the lock.
    """
    if holder.until - time.time() > LEASE - SIGN:
        return holder
    present = _holders(store, base)
    if not any(h.run == holder.run for h in present):
        raise StoreError("another load has broken our lock", where=store.where, hint="see what it did: kg diff")
    fresh = Holder(run=holder.run, place=holder.place, until=int(time.time()) + LEASE)
    insert(store, _lock(base), [_claim(base, fresh)])
    _withdraw(store, base, [h for h in present if h.run == holder.run and h != fresh])
    return fresh


def _acquire(store: Store, base: str, holder: Holder, *, force: bool) -> None:
    """Write our claim, then look: who sees a second claim takes back the own. Needs no transactions."""
    for attempt in range(_TRIES):
        present = _holders(store, base)
        stale = [h for h in present if force or h.place == holder.place or h.until < time.time()]
        _withdraw(store, base, stale)
        if len(stale) == len(present):
            insert(store, _lock(base), [_claim(base, holder)])
            if [h.run for h in _holders(store, base)] == [holder.run]:
                return
            _withdraw(store, base, [holder])
        time.sleep(0.2 * (attempt + 1) + int(holder.run[:2], 16) / 500)
    raise StoreError(
        "another load of this dataset is at work",
        where=store.where,
        hint=f"wait for it; if it has died on another machine, its lock ends after {LEASE} s, or use --break-lock",
    )


def _lock(base: str) -> str:
    return f"{base}load/lock"


def _claim(base: str, holder: Holder) -> str:
    return f'{iri(_lock(base))} {iri(_HOLDER)} "{holder}" .\n'


def _holders(store: Store, base: str) -> list[Holder]:
    rows = store.select(f"SELECT ?o WHERE {{ GRAPH {iri(_lock(base))} {{ ?s {iri(_HOLDER)} ?o }} }}")
    holders = []
    for (text,) in rows:
        try:
            run, place, until = json.loads(text.replace("'", '"'))
            holders.append(Holder(run=str(run), place=str(place), until=int(until)))
        except (ValueError, TypeError) as error:
            hint = f"look at the graph {_lock(base)}, and drop it"
            raise StoreError(f"the lock is malformed: {text[:80]!r}", where=store.where, hint=hint) from error
    return sorted(holders, key=lambda h: h.run)


def _withdraw(store: Store, base: str, holders: Iterable[Holder]) -> None:
    for holder in holders:
        store.update(f"DELETE DATA {{ GRAPH {iri(_lock(base))} {{ {_claim(base, holder)} }} }}")


@contextmanager
def _place(store: Store, base: str) -> Iterator[str]:
    """The random name of a file that this process alone holds; a random name of no file where there can be none."""
    try:
        import fcntl

        path = cache_folder() / f"load-{sha256(f'{store.identity} {base}'.encode()).hexdigest()[:16]}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="ascii")
    except (ImportError, OSError):  # no such locks here, or no cache: the lease alone guards
        yield uuid4().hex[:12]
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            hint = "wait for it, then run the command again"
            raise StoreError("another load of this dataset is at work", where=store.where, hint=hint) from error
        file.seek(0)
        name = file.read(64)
        if not name:
            name = uuid4().hex[:12]
            file.write(name)
            file.flush()
        yield name
