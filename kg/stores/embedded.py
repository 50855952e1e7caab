"""The on-disk Oxigraph store of a built directory: a copy in the cache, made at the first question, never the only one.

Its name tells which file it was made of, and when that last changed, so that a stale one is never opened; the clock of
changes (ctime) cannot be set back. Opening takes milliseconds, whatever the size; small datasets are read as quickly,
for Oxigraph starts many threads. Readers open it read-only, as many as there are. Who makes it never holds all of it.

Questions are answered three times as fast from memory: whoever asks many has the dataset there, unless it is large.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from kg.graph.query import Source, fill, open_source
from kg.stores.cache import cache_folder
from kg.stores.directory import DATASET

#: Bytes of dataset.nq from which on a store is made.
LARGE = 4 << 20
#: The same where the data stay open for many questions. 64 MB (290,000 quads) were read in 0.7 s into 160 MB of memory;
#: with the named graphs in 1.2 s into 260 MB.
LARGE_RESIDENT = 64 << 20
#: Stores that are kept; those that were not asked for longest go first.
KEPT = 8
#: Two changes within one tick of the clock of a file system look like one.
_TICK = 20_000_000  # nanoseconds


def open_data(
    source: Path | bytes, extension: str | None = None, *, named: bool = True, resident: bool = False
) -> Source:
    """What `open_source` opens; the dataset of a large output folder from its on-disk store.

    Args:
        source: a file, or the content of one.
        extension: of the format, where the name does not tell.
        named: whether graphs will be asked for by name.
        resident: whether many questions will be asked; then all but very large data are held in memory.

    Raises:
        InputError: there is nothing to read, or it is malformed (with the line).
    """
    large = LARGE_RESIDENT if resident else LARGE
    place = _place(source, large) if isinstance(source, Path) and source.name == DATASET else None
    if place is None or not isinstance(source, Path):
        return open_source(source, extension, named=named)
    if place.is_dir():
        try:
            place.touch()
            return ox.Store.read_only(str(place))
        except (OSError, RuntimeError):  # a broken store is made anew
            _remove(place)
    with suppress(OSError, RuntimeError):  # no cache: the dataset is what counts
        _keep(source, place)
        return ox.Store.read_only(str(place))
    return open_source(source, extension, named=named)


def _place(dataset: Path, large: int = 0) -> Path | None:
    """Where the store of a large dataset is kept: the name is that of this file in this state."""
    import time

    try:
        found = dataset.stat()
        if found.st_size < large:
            return None
        if 0 <= (age := time.time_ns() - found.st_ctime_ns) < _TICK:
            time.sleep((_TICK - age) / 1e9)
            found = dataset.stat()
    except OSError:
        return None
    state = (found.st_ino, found.st_dev, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return cache_folder() / "stores" / f"{'-'.join(f'{n:x}' for n in state)}-{ox.__version__}"


def _keep(source: Path, place: Path) -> None:
    """Write a store beside its place and rename it: who opens it finds all of it or nothing."""
    from tempfile import mkdtemp

    place.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(mkdtemp(prefix=".", suffix=".staging", dir=place.parent))
    try:
        written = ox.Store(str(stage))
        fill(written, source)
        written.optimize()  # fewer files: a reader opens all of them
        written.flush()
        del written
        if _place(source) == place:  # else the build was replaced in between, and this may be either
            stage.rename(place)  # refused where another process was faster
    finally:
        _remove(stage)
    others = sorted(place.parent.glob("[0-9a-f]*-*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in others[KEPT:]:
        _remove(old)


def _remove(folder: Path) -> None:
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)
