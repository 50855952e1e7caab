"""What was worked out once and need not be again: entries on disk, each under the digest of all that it depends on.

An entry says its own kind, key and digest. One that does not agree with them (cut short by a crash, another version's,
copied under another name, altered) is dropped and named, and what it held is made again: a cache costs time, never
truth. Entries are written beside their place and renamed into it. Where the disk refuses, the rest of the run keeps
its entries in memory, and says so once.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from kg.errors import OutputError
from kg.stores.cache import cache_folder
from kg.stores.files import scratch_folder

#: Bytes that a cache may hold after a build, unless told otherwise: some 300,000 documents.
BOUND = 4 * 2**30
#: Only what this file marks is ever deleted as a cache.
_MARK = "CACHEDIR.TAG"
_SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55\n# Written by Accord (kg build); it may be deleted.\n"
_MAGIC = b"accord-entry 1"


@dataclass(frozen=True, slots=True)
class Entries:
    """A folder of entries.

    Attributes:
        folder: where they lie, two characters of the key a level.
        durable: whether each is forced to the disk, so that it outlives a loss of power.
        warn: told what is wrong with an entry or with the disk, in words.
        memory: what the disk refused to take.
        stage: folder of the same file system in which entries are written; without it, beside their place.
    """

    folder: Path
    durable: bool = True
    warn: Callable[[str], None] = lambda _: None
    memory: dict[tuple[str, str], bytes] = field(default_factory=dict)
    stage: Path | None = None

    def get(self, kind: str, key: str) -> bytes | None:
        """The content of an entry; None where there is none, or none that can be trusted."""
        kept = self.memory.get((kind, key))
        if kept is not None:
            return kept
        path = self._path(kind, key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self.warn(f"{path}: cannot be read ({error.strerror or error}); made again")
            return None
        head, _, body = content.partition(b"\n")
        if head != _head(kind, key, body):
            self.drop(kind, key, "damaged, or of another version")
            return None
        return body

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep an entry: on disk whole or not at all, or else in memory."""
        if self.memory:  # the disk has refused before: it is not asked at every entry
            self.memory[kind, key] = content
            return
        path = self._path(kind, key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, _head(kind, key, content) + b"\n" + content, durable=self.durable, stage=self.stage)
        except OSError as error:
            self.warn(f"{self.folder}: cannot write: {error.strerror or error}; the rest of this run is kept in memory")
            self.memory[kind, key] = content

    def drop(self, kind: str, key: str, reason: str) -> None:
        """Name an entry that cannot be used, and remove it."""
        path = self._path(kind, key)
        self.warn(f"{path}: {reason}; dropped and made again")
        self.memory.pop((kind, key), None)
        with suppress(OSError):
            path.unlink(missing_ok=True)

    def touch(self, kind: str, key: str) -> None:
        """Mark an entry as used, so that it is not among the first to go."""
        with suppress(OSError):
            os.utime(self._path(kind, key))

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / key[:2] / key[2:]


@contextmanager
def open_entries(folder: Path | None, warn: Callable[[str], None] = lambda _: None) -> Iterator[Entries]:
    """The entries of a folder that lasts; without one, of a folder that goes when the run is over.

    Raises:
        OutputError: there is a folder of that name that is no cache.
    """
    if folder is None:
        with _scratch(Path(tempfile.gettempdir()), "accord-") as made:
            yield Entries(made, durable=False, warn=warn)
        return
    with ExitStack() as stack:
        entries = Entries(folder, warn=warn)
        try:
            check_folder(folder)
            if not (folder / _MARK).is_file():
                folder.mkdir(parents=True, exist_ok=True)
                (folder / _MARK).write_bytes(_SIGNATURE)  # half of it counts: a crash must not make a folder foreign
            entries = replace(entries, stage=stack.enter_context(_scratch(folder, "entry-")))
        except OSError as error:
            warn(f"{folder}: cannot be a cache: {error.strerror or error}; this run is kept in memory")
            entries.memory["", ""] = b""
        yield entries


@contextmanager
def _scratch(near: Path, prefix: str) -> Iterator[Path]:
    """A folder for the time of the block; where a run is killed, the next one clears it away."""
    folder, held = scratch_folder(near, prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def default_folder() -> Path:
    """Where builds keep what they read."""
    return cache_folder() / "build"


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds anything else.

    Raises:
        OutputError: it is a file, or holds what is no cache of Accord's.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError("is a file, not a folder", where=str(folder), hint="name another folder with --cache")
    if folder.is_dir() and not (folder / _MARK).is_file() and any(folder.iterdir()):
        raise OutputError("is no cache of kg build", where=str(folder), hint="name an empty or new folder with --cache")


def size(folder: Path) -> tuple[int, int]:
    """Number of entries of a cache, and the bytes that they take."""
    found = [status.st_size for _, status in _files(folder)]
    return len(found), sum(found)


def prune(folder: Path, most: int = BOUND, since: float = float("inf")) -> int:
    """Remove the entries that were not used for longest until the rest takes at most so many bytes; how many went.

    What was used after a moment (`since`, in seconds of the epoch) stays, however much it is.
    """
    found = sorted((status.st_mtime, str(path), status.st_size) for path, status in _files(folder))
    excess, gone = sum(size for *_, size in found) - most, 0
    for used, path, taken in found:
        if excess <= 0 or used >= since:
            break
        with suppress(OSError):
            Path(path).unlink()
            excess, gone = excess - taken, gone + 1
    return gone


def sizes(folder: Path) -> dict[str, tuple[int, int]]:
    """Kind → number of entries of a cache, and the bytes that they take; without what runs are busy with.

    Raises:
        OutputError: the folder is no cache.
    """
    check_folder(folder)
    found: dict[str, tuple[int, int]] = {}
    for kind, _, status in _entries(folder):
        count, taken = found.get(kind, (0, 0))
        found[kind] = count + 1, taken + status.st_size
    return dict(sorted(found.items()))


def clear(folder: Path, before: float = float("inf")) -> tuple[int, int]:
    """Remove the entries that were last used before a moment (in seconds of the epoch); how many went, and their bytes.

    What runs are busy with stays.

    Raises:
        OutputError: the folder is no cache, or the disk refuses.
    """
    check_folder(folder)
    gone, freed = 0, 0
    for _, path, status in list(_entries(folder)):
        if status.st_mtime < before:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise OutputError(f"cannot remove: {error.strerror or error}", where=str(path)) from error
            gone, freed = gone + 1, freed + status.st_size
    return gone, freed


def _entries(folder: Path) -> Iterator[tuple[str, Path, os.stat_result]]:
    """Kind, file and state of each entry; they lie two folders deep, and nothing else does."""
    for path, status in _files(folder):
        parts = path.relative_to(folder).parts
        if len(parts) == 3 and len(parts[1]) == 2:
            yield parts[0], path, status


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with suppress(OSError):
                if name != _MARK:
                    yield path, path.stat()


def _head(kind: str, key: str, content: bytes) -> bytes:
    return b" ".join((_MAGIC, kind.encode(), key.encode(), sha256(content).hexdigest().encode()))


def _write(path: Path, content: bytes, *, durable: bool, stage: Path | None = None) -> None:
    """Write a file beside its place and rename it: two runs that write the same entry do not disturb each other.

    Raises:
        OSError: the disk refuses.
    """
    descriptor, name = tempfile.mkstemp(prefix=".", dir=stage or path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
