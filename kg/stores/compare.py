"""Whether a store holds what a dataset says: names, counts and digests of graphs, differences as triples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kg.errors import StoreError
from kg.stores import ledger
from kg.stores.canonical import NamedGraph
from kg.stores.load import Difference, base_of, difference
from kg.stores.store import Store, count_graphs, list_graphs, read_graph

Progress = Callable[[int, int], None]
State = Literal["same", "differs", "missing", "surplus"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A graph on both sides: how many triples each has, and how they differ.

    "missing": the second side lacks the graph; "surplus": only the second side has it.
    """

    graph: str
    state: State
    ours: int
    theirs: int
    difference: Difference | None = None


def compare(graphs: Mapping[str, NamedGraph], other: Mapping[str, NamedGraph]) -> list[Compared]:
    """All graphs of both sides, sorted by name."""
    return [_compared(name, graphs.get(name), other.get(name)) for name in sorted({*graphs, *other})]


def read_store(
    store: Store, base: str | None = None, progress: Progress | None = None
) -> tuple[str, dict[str, NamedGraph]]:
    """The base of a dataset in a store, and its graphs by name, each read whole.

    The manifest names the graphs; where there is none, because others have loaded them, all that begin with
    {base}graph/ are taken.

    Args:
        store: an open store.
        base: what its IRIs begin with; None where the store holds one dataset that `kg load` has brought.
        progress: told graphs read and graphs to read.

    Raises:
        StoreError: no dataset or several, or an answer that is cut.
    """
    base = base or _only_base(store)
    names = sorted(ledger.read_manifest(store, base)) or list_graphs(store, f"{base}graph/")
    return base, _read(store, names, progress)


def read_like(
    store: Store, graphs: Mapping[str, NamedGraph], progress: Progress | None = None
) -> dict[str, NamedGraph]:
    """All graphs in a store that begin as those of the same dataset do, whoever has loaded them."""
    return _read(store, list_graphs(store, f"{base_of(graphs)}graph/"), progress)


def _read(store: Store, names: Iterable[str], progress: Progress | None) -> dict[str, NamedGraph]:
    counts = {name: count for name, count in count_graphs(store, names).items() if count}
    graphs = {}
    for number, (name, count) in enumerate(counts.items(), 1):
        graphs[name] = read_graph(store, name, count)
        if progress:
            progress(number, len(counts))
    return graphs


def to_nquads(graphs: Mapping[str, NamedGraph]) -> bytes:
    """Graphs as N-Quads."""
    parts = []
    for name, graph in graphs.items():
        named = f" <{name}> .\n".encode()
        parts += [line[:-2] + named for line in graph.content.split(b"\n") if line]
    return b"".join(parts)


def _compared(name: str, ours: NamedGraph | None, theirs: NamedGraph | None) -> Compared:
    empty = NamedGraph(name=name, content=b"", triples=0, digest="")
    ours, theirs = ours or empty, theirs or empty
    if ours.digest == theirs.digest:
        return Compared(graph=name, state="same", ours=ours.triples, theirs=theirs.triples)
    state: State = "missing" if not theirs.triples else "surplus" if not ours.triples else "differs"
    return Compared(
        graph=name, state=state, ours=ours.triples, theirs=theirs.triples, difference=difference(ours, theirs)
    )


def _only_base(store: Store) -> str:
    bases = ledger.find_bases(store)
    if len(bases) == 1:
        return bases[0]
    if bases:
        hint = f"name one with --base: {', '.join(bases)}"
        raise StoreError(f"holds {len(bases)} datasets", where=store.where, hint=hint)
    hint = "load one (kg load ENDPOINT DIR), or name with --base what the IRIs of the data begin with"
    raise StoreError("holds no dataset that kg load has brought", where=store.where, hint=hint)
