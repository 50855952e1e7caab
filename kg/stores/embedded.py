"""The on-disk Oxigraph store of a built directory: a copy in the cache, made at the first question, never the only one.

Its name is the digest of the dataset, so that a stale one is never opened. Opening takes milliseconds, whatever the
size; small datasets are read faster than a store is made. Readers open it read-only, as many as there are.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from kg.graph.query import Source, open_source
from kg.stores.cache import cache_folder
from kg.stores.directory import DATASET

#: Bytes of dataset.nq from which on a store is made.
LARGE = 4 << 20
#: Stores that are kept; those that were not asked for longest go first.
KEPT = 8


def open_data(source: Path | bytes, extension: str | None = None) -> Source:
    """What `open_source` opens; the dataset of a large output folder from its on-disk store.

    Raises:
        InputError: there is nothing to read, or it is malformed (with the line).
    """
    if not isinstance(source, Path) or source.name != DATASET or not _is_large(source):
        return open_source(source, extension)
    place = _place(source)
    if place is None:
        return open_source(source, extension)
    if place.is_dir():
        try:
            place.touch()
            return ox.Store.read_only(str(place))
        except (OSError, RuntimeError):  # a broken store is made anew
            _remove(place)
    store = open_source(source, extension)
    if _place(source) == place:  # else the build was replaced in between, and this may be either
        with suppress(OSError, RuntimeError):  # no cache: the dataset is what counts
            _keep(store, place)
    return store


def _place(dataset: Path) -> Path | None:
    from hashlib import file_digest  # small data need not wait for it

    try:
        with dataset.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    return cache_folder() / "stores" / f"{digest[:32]}-{ox.__version__}"


def _is_large(path: Path) -> bool:
    try:
        return path.stat().st_size >= LARGE
    except OSError:
        return False


def _keep(store: Source, place: Path) -> None:
    """Write a store beside its place and rename it: who opens it finds all of it or nothing."""
    from tempfile import mkdtemp

    place.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(mkdtemp(prefix=".", suffix=".staging", dir=place.parent))
    try:
        written = ox.Store(str(stage))
        written.bulk_extend(store)
        written.flush()
        del written
        stage.rename(place)  # refused where another process was faster
    finally:
        _remove(stage)
    others = sorted(place.parent.glob("[0-9a-f]*-*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in others[KEPT:]:
        _remove(old)


def _remove(folder: Path) -> None:
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)
