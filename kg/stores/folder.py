"""An on-disk Oxigraph store in a folder, as a store to load into; `oxigraph serve --location` serves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.stores.profiles import EMBEDDED
from kg.stores.store import Row, Store, iri


@contextmanager
def open_folder(path: Path) -> Iterator[Store]:
    """The store in a folder, made where there is none; nobody else can write to it until the block ends.

    Raises:
        StoreError: another process has it open, or the folder holds something else.
    """
    made = (path / "CURRENT").is_file() or (path / "LOCK").is_file()  # LOCK alone: it is just being made
    if path.exists() and not made and (not path.is_dir() or any(path.iterdir())):
        hint = "name a new folder, or one that Oxigraph has made"
        raise StoreError("is no Oxigraph store", where=str(path), hint=hint)
    try:
        held = [ox.Store(str(path))]
    except (OSError, RuntimeError) as error:
        taken = "lock" in str(error).lower()
        hint = "wait until the other process has ended" if taken else "check the folder and the space that is left"
        message = "another process has the store open" if taken else f"cannot be opened: {error}"
        raise StoreError(message, where=str(path), hint=hint) from error
    try:
        yield _store(held, path)
    finally:
        held[0].flush()
        held.clear()  # pyoxigraph closes a store when nothing refers to it


def _store(held: list[ox.Store], path: Path) -> Store:
    def put(graph: str, content: bytes) -> None:
        update(f"DROP SILENT GRAPH {iri(graph)} ; INSERT DATA {{ GRAPH {iri(graph)} {{\n{content.decode()}}} }}")

    def get(graph: str) -> bytes:
        return held[0].dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph)) or b""

    def construct(text: str) -> bytes:
        found = held[0].query(text)
        assert isinstance(found, ox.QueryTriples)
        return ox.serialize(found, format=ox.RdfFormat.N_TRIPLES) or b""

    def select(text: str) -> list[Row]:
        found = held[0].query(text)
        assert isinstance(found, ox.QuerySolutions)
        return [tuple(_value(term) for term in solution) for solution in found]

    def update(text: str) -> None:
        try:
            held[0].update(text)
        except (OSError, SyntaxError) as error:
            hint = "check the folder and the space that is left"
            raise StoreError(f"cannot be written: {error}", where=str(path), hint=hint) from error

    return Store(
        where=str(path),
        profile=EMBEDDED,
        identity=str(path.resolve()),
        put=put,
        get=get,
        construct=construct,
        select=select,
        update=update,
    )


def _value(term: object) -> str:
    return str(term.value) if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else ""
