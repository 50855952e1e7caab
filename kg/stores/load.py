"""Bringing a built dataset into a store: plan, stage, verify, move, write down; from where it stopped, if it stopped.

Only graphs that the dataset names, and graphs that an earlier load has written into the manifest, are ever touched.
At every moment each graph in the store is the old one or the new one:

    1. The manifest is told which graphs will change.
    2. A graph goes straight to its place where the store replaces a graph in one step. Elsewhere it goes to a staging
       graph, is read back and compared, and is moved.
    3. Each graph is read back and compared by digest. The manifest is told.

A load that was killed leaves a manifest in which changed graphs have no digest; the next one compares them with what
it wants, keeps those that had arrived, and brings the others.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from kg.errors import InputError, StoreError
from kg.stores import ledger
from kg.stores.canonical import NamedGraph, comparable, dataset_digest
from kg.stores.store import Store, count_graphs, drop_graph, holds, iri

Progress = Callable[[int, int], None]
Action = Literal["add", "replace", "keep", "drop", "leave"]

_NOTED_AT_ONCE = 25
_UNREAD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens to a graph.

    "keep": it is there already. "leave": an earlier load brought it, its document is gone, and nobody said --prune.
    """

    action: Action
    graph: str
    triples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a store's graph differs from ours: lines of N-Triples that it lacks, and that it has beyond ours."""

    graph: str
    missing: tuple[str, ...]
    surplus: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a load did, or would do."""

    base: str
    steps: tuple[Step, ...]
    differences: tuple[Difference, ...] = ()


def base_of(graphs: Iterable[str]) -> str:
    """What all IRIs of a dataset begin with, from the names of its graphs: {base}graph/…

    Raises:
        InputError: the names have no such beginning in common.
    """
    names = sorted(graphs)
    bases = [name.removesuffix("graph/provenance") for name in names if name.endswith("graph/provenance")]
    bases += [found[1] for found in [re.match(r"(.*?[/#])graph/", name) for name in names] if found]
    for base in bases:
        if all(name.startswith(f"{base}graph/") for name in names):
            return base
    hint = "load what kg build has written"
    raise InputError("the names of the graphs do not begin alike, with BASEgraph/", hint=hint)


def load(
    store: Store,
    graphs: Mapping[str, NamedGraph],
    *,
    prune: bool = False,
    dry_run: bool = False,
    quick: bool = False,
    break_lock: bool = False,
    progress: Progress | None = None,
) -> Load:
    """Make a store hold these graphs.

    Args:
        store: an open store.
        graphs: a dataset, by name.
        prune: drop graphs of documents that an earlier load brought and that the dataset no longer has.
        dry_run: only plan; writes nothing.
        quick: believe the manifest and the counts for graphs that did not change, without reading them back.
        break_lock: do not wait for a load that died on another machine.
        progress: told graphs done and graphs to do.

    Returns:
        What was done. With differences, the store did not take what it was sent; where it stages, the old graphs stay.

    Raises:
        StoreError: another load is at work, or the store fails; what had arrived is in the manifest.
    """
    base = base_of(graphs)
    if dry_run:
        return Load(base=base, steps=_plan(store, base, graphs, prune=prune, quick=quick)[0])
    with ledger.locked(store, base, force=break_lock) as holder:
        steps, manifest = _plan(store, base, graphs, prune=prune, quick=quick)
        _clear_staging(store, manifest)
        changed = [graphs[s.graph] for s in steps if s.action in ("add", "replace")]
        names = {g.name: ledger.staging_graph(base, holder.run, n) for n, g in enumerate(changed)}
        kept = [graphs[s.graph] for s in steps if s.action == "keep"]
        _note_kept(store, base, kept, manifest)
        if changed:
            ledger.note_staged(store, base, names)
        differences = _bring_all(store, base, holder, changed, names, progress)
        for step in steps:
            if step.action == "drop":
                drop_graph(store, step.graph)
        ledger.note_gone(store, base, [s.graph for s in steps if s.action == "drop"])
        if not differences:
            _check_counts(store, graphs, steps)
            _clear_staging(store, manifest)  # a store may end what a killed load had asked for after we began
            ledger.note_build(store, base, dataset_digest(graphs.values()))
    return Load(base=base, steps=steps, differences=tuple(differences))


def difference(wanted: NamedGraph, found: NamedGraph) -> Difference:
    """How two graphs differ."""
    ours, theirs = set(comparable(wanted.content)), set(comparable(found.content))
    return Difference(
        graph=wanted.name,
        missing=tuple(line.decode() for line in sorted(ours - theirs)),
        surplus=tuple(line.decode() for line in sorted(theirs - ours)),
    )


def _plan(
    store: Store, base: str, graphs: Mapping[str, NamedGraph], *, prune: bool, quick: bool
) -> tuple[tuple[Step, ...], dict[str, ledger.Entry]]:
    """What to do with each graph, by name, and the manifest that it follows from."""
    manifest = ledger.read_manifest(store, base)
    manifest.pop(ledger.manifest_graph(base), None)
    counts = count_graphs(store, [*graphs, *manifest])
    documents = {name.rpartition("/")[0] for name in graphs if "/" in name.removeprefix(f"{base}graph/")}
    steps = []
    for name, graph in graphs.items():
        entry = manifest.get(name, ledger.Entry())
        steps.append(
            Step(action=_action(store, graph, entry, counts[name], quick=quick), graph=name, triples=graph.triples)
        )
    for name in manifest.keys() - graphs.keys():
        # A part that became empty goes with the document's other parts, which are replaced.
        stays = counts[name] > 0 and not prune and name.rpartition("/")[0] not in documents
        steps.append(Step(action="leave" if stays else "drop", graph=name, triples=counts[name]))
    return tuple(sorted(steps, key=lambda s: s.graph)), manifest


def _action(store: Store, graph: NamedGraph, entry: ledger.Entry, count: int, *, quick: bool) -> Action:
    if count == 0:
        return "add" if graph.triples else "keep"
    known = None if entry.staged else entry.digest  # staged: the graph was changing when the manifest was written
    if count != graph.triples or known not in (None, graph.digest):
        return "replace"
    if quick and known == graph.digest:
        return "keep"
    return "replace" if holds(store, graph) else "keep"


def _clear_staging(store: Store, manifest: Mapping[str, ledger.Entry]) -> None:
    """Remove what an interrupted load has left on its way in."""
    staged = [name for entry in manifest.values() for name in entry.staged]
    for name, count in count_graphs(store, staged).items():
        if count:
            drop_graph(store, name)


def _note_kept(store: Store, base: str, kept: Iterable[NamedGraph], manifest: Mapping[str, ledger.Entry]) -> None:
    """Write down graphs that had arrived before an interruption."""
    entries = {g.name: manifest.get(g.name, ledger.Entry()) for g in kept}
    ledger.note_brought(store, base, [g for g in kept if entries[g.name].digest != g.digest])


def _bring_all(
    store: Store,
    base: str,
    holder: ledger.Holder,
    graphs: Iterable[NamedGraph],
    names: Mapping[str, str],
    progress: Progress | None,
) -> list[Difference]:
    """Bring graphs, and write down those that arrived."""
    todo = list(graphs)
    differences: list[Difference] = []
    arrived: list[NamedGraph] = []
    done = 0
    try:
        for graph, found in _brought(store, todo, names):
            done += 1
            if found is None:
                arrived.append(graph)
            else:
                differences.append(difference(graph, found))
            if len(arrived) >= _NOTED_AT_ONCE:
                ledger.note_brought(store, base, arrived)
                arrived = []
            holder = ledger.renew(store, base, holder)
            if progress:
                progress(done, len(todo))
    finally:
        ledger.note_brought(store, base, arrived)
    return sorted(differences, key=lambda d: d.graph)


def _brought(
    store: Store, graphs: Iterable[NamedGraph], names: Mapping[str, str]
) -> Iterator[tuple[NamedGraph, NamedGraph | None]]:
    """Each graph with None when it has arrived, or with what the store made of it.

    Where graphs go straight to their places, one is read back while the next is sent.
    """
    if not store.profile.atomic_put:
        yield from ((graph, _stage(store, graph, names[graph.name])) for graph in graphs)
        return
    unread: deque[tuple[NamedGraph, Future[NamedGraph | None]]] = deque()
    with ThreadPoolExecutor(1) as reader:
        try:
            for graph in graphs:
                store.put(graph.name, graph.content)
                unread.append((graph, reader.submit(holds, store, graph)))
                while unread[0][1].done() or len(unread) > _UNREAD:
                    sent, found = unread.popleft()
                    yield sent, found.result()
                    if not unread:
                        break
            while unread:
                sent, found = unread.popleft()
                yield sent, found.result()
        finally:
            for _, future in unread:
                future.cancel()


def _stage(store: Store, graph: NamedGraph, staging: str) -> NamedGraph | None:
    """Replace a graph by way of a staging graph; None, or what the store has made of it."""
    store.put(staging, graph.content)
    found = holds(store, graph, under=staging)
    if found is not None:
        drop_graph(store, staging)
        return found
    _move(store, graph, staging)
    return holds(store, graph)


def _move(store: Store, graph: NamedGraph, staging: str) -> None:
    """Put the staged graph in its place. Never sent twice: moving a graph that is gone would empty the place."""
    try:
        store.update(f"MOVE GRAPH {iri(staging)} TO {iri(graph.name)}")
    except StoreError:
        if holds(store, graph) is None:  # it was done, only the answer did not come
            return
        raise


def _check_counts(store: Store, graphs: Mapping[str, NamedGraph], steps: Iterable[Step]) -> None:
    gone = {s.graph: 0 for s in steps if s.action == "drop"}
    wanted = {name: g.triples for name, g in graphs.items()} | gone
    found = count_graphs(store, wanted)
    wrong = [name for name in wanted if found[name] != wanted[name]]
    if wrong:
        raise StoreError(
            f"{len(wrong)} graphs changed while we loaded, such as {wrong[0]}: {found[wrong[0]]} triples instead of "
            f"{wanted[wrong[0]]}",
            where=store.where,
            hint="something else writes to the same graphs; run the command again when it has ended",
        )
