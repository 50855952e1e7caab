"""Files and locks of all commands that write: whole or not at all, on the disk before they count, nothing left behind.

What is written is staged beside its place and renamed. A stage is locked by the process that fills it, so that the next
one tells what a crash left from what another command is writing; the system lets go of locks when a process ends,
however it ends.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kg.errors import OutputError
from kg.filenames import LONGEST, folded

#: Controls, the separator of other systems, and halves of characters, which stand for bytes that are not UTF-8.
_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
#: Folders that this process has claimed.
_claimed: set[Path] = set()


def write_file(path: Path, content: bytes, *, force: bool = False) -> None:
    """Write one file, whole or not at all.

    Args:
        path: where a symbolic link leads, that file is written.
        content: all of it.
        force: replace a file that exists.

    Raises:
        OutputError: it exists, is a folder, or the disk refuses.
    """
    stream_file(path, lambda file: file.write(content), force=force)


def stream_file(path: Path, write: Callable[[BinaryIO], object], *, force: bool = False) -> None:
    """Write one file that is too large to hold, whole or not at all.

    Args:
        path: where a symbolic link leads, that file is written.
        write: given the open file.
        force: replace a file that exists.

    Raises:
        OutputError: it exists, is a folder, or the disk refuses.
    """
    place = check_file(path, force=force)
    try:
        _clear(place)
        descriptor, stage = _stage(place)
        try:
            with os.fdopen(descriptor, "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
                stage.chmod(_mode(place))
                stage.replace(place)
        finally:
            stage.unlink(missing_ok=True)
        sync_folder(place.parent)
    except OSError as error:
        hint = "check that the folder exists, that you may write there, and the space that is left"
        raise OutputError(f"cannot write: {error.strerror or error}", where=str(path), hint=hint) from error


def check_file(path: Path, *, force: bool = False) -> Path:
    """Refuse early what `write_file` would refuse after the work is done.

    Returns:
        Where the file will lie, links followed.

    Raises:
        OutputError: it exists, or is no place for a file.
    """
    place = resolved(path)
    try:
        exists, is_file, is_folder = place.exists(), place.is_file(), place.is_dir()
    except OSError as error:
        hint = "check the folder and what you may do there"
        raise OutputError(f"cannot write: {error.strerror or error}", where=str(path), hint=hint) from error
    if is_folder:
        raise OutputError("is a folder", where=str(path), hint="name a file in it")
    if exists and not force:
        raise OutputError("exists already", where=str(path), hint="overwrite it with --force, or name another file")
    if exists and not is_file:
        raise OutputError("is a device or a pipe", where=str(path), hint="write to standard output instead: -o -")
    return place


def resolved(path: Path) -> Path:
    """Where a path leads, all links followed.

    Raises:
        OutputError: it leads in circles, or is no path.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"is no place to write to: {reason}", where=str(path), hint="name another") from error


@contextmanager
def claim(target: Path) -> Iterator[None]:
    """Keep other processes from writing to a folder, which need not exist yet, until the block ends.

    Within one process claims may be nested. The lock lies beside the folder and goes when the block ends; after a crash
    an empty file stays, which the next one takes.

    Raises:
        OutputError: another process has claimed it, or the place cannot be written to.
    """
    target = resolved(target)
    if target in _claimed:
        yield
        return
    lock = target.parent / f".{target.name}.lock"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = _locked(lock)
    except OSError as error:
        hint = "check that you may write there, or name another folder"
        raise OutputError(f"cannot write: {error.strerror or error}", where=str(target), hint=hint) from error
    if descriptor is None:
        hint = "wait until it has ended, or name another folder"
        raise OutputError("another process is writing this folder", where=str(target), hint=hint)
    _claimed.add(target)
    try:
        yield
    finally:
        _claimed.discard(target)
        with suppress(OSError):  # while it is still locked: who takes it meanwhile sees that it is gone
            lock.unlink()
        os.close(descriptor)


def safe_names(names: Iterator[str] | list[str]) -> None:
    """Let through names of files below a folder that stay below it and are different files on every file system.

    Raises:
        OutputError: a name is absolute, climbs, is too long, or differs from another by case or Unicode form alone.
    """
    seen: dict[str, str] = {}
    for name in names:
        parts = name.split("/")
        if any(part in ("", ".", "..") or len(os.fsencode(part)) > LONGEST for part in parts) or _NO_NAME.search(name):
            hint = "rename the document that it is made of"
            raise OutputError("is no name for a file of the output", where=repr(name[:300]), hint=hint)
        other = seen.setdefault(folded(name), name)
        if other is not name:
            hint = "rename one of the documents that they are made of"
            raise OutputError(f"would be one file with {other} on some systems", where=name, hint=hint)


def scratch_folder(near: Path, prefix: str) -> tuple[Path, int]:
    """A new folder for work, and the descriptor that keeps it: closed, the next run clears it away, as after a crash.

    Raises:
        OSError: the disk refuses.
    """
    from tempfile import mkdtemp

    clear_scratch(near, prefix)
    while True:
        folder = Path(mkdtemp(prefix=prefix, dir=near))
        descriptor = os.open(folder, os.O_RDONLY)
        with suppress(BlockingIOError, ImportError):  # somebody clears it away at this moment; systems without locks
            _lock(descriptor)
        if folder.is_dir():
            return folder, descriptor
        os.close(descriptor)


def clear_scratch(near: Path, prefix: str) -> None:
    """Remove the folders of work of runs that were killed; those of living ones and of other users stay."""
    import shutil

    for left in near.glob(f"{glob.escape(prefix)}????????"):
        with suppress(OSError, ImportError):
            descriptor = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                _lock(descriptor)
                if os.fstat(descriptor).st_uid == os.getuid():
                    shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Bring the entries of a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked(lock: Path) -> int | None:
    """A descriptor that holds the lock; None where another process holds it."""
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            _lock(descriptor)
            if os.path.samestat(os.fstat(descriptor), lock.stat()):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except FileNotFoundError:  # its owner has just removed it
            pass
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Lock an open file for as long as it is open; BlockingIOError where another process has it."""
    import fcntl  # only systems like Unix have it, and reading needs none

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _stage(place: Path) -> tuple[int, Path]:
    """A new file beside the place, locked for as long as its descriptor is open."""
    from tempfile import mkstemp

    while True:
        descriptor, name = mkstemp(prefix=f".{place.name[:100]}.", suffix=".staging", dir=place.parent)
        with suppress(BlockingIOError):  # somebody clears it away at this moment
            _lock(descriptor)
            if Path(name).exists():
                return descriptor, Path(name)
        os.close(descriptor)


def _clear(place: Path) -> None:
    """Remove what writers of this file left that were killed."""
    for left in place.parent.glob(f".{glob.escape(place.name[:100])}.????????.staging"):
        with suppress(OSError):
            descriptor = os.open(left, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                _lock(descriptor)
                if left.is_file():
                    left.unlink()
            finally:
                os.close(descriptor)


def _mode(place: Path) -> int:
    """The permissions of the file that is replaced, else those that the user's mask leaves of a new one."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
