"""The output folder of a build: written whole or not at all, recognised by its manifest.

A build is staged in a sibling folder and renamed into place, so that a failure or an interruption at any moment leaves
the previous output as it was.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from kg.errors import InputError, OutputError

MANIFEST = "manifest.json"
DATASET = "dataset.nq"


def write_directory(target: Path, files: Mapping[str, bytes]) -> None:
    """Publish files (relative name → bytes) as the folder `target`, with a manifest of their SHA-256 digests.

    Raises:
        OutputError: the folder holds files that Accord did not write, or the disk refuses.
    """
    target = target.resolve()
    from tempfile import mkdtemp

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _recover(target)
        _refuse_foreign(target)
        stage = Path(mkdtemp(prefix=f".{target.name}.", suffix=".staging", dir=target.parent))
        try:
            for name, content in sorted({**files, MANIFEST: _manifest(files)}.items()):
                _write(stage / name, content)
            stage.chmod(0o755)
            _swap(stage, target)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"cannot write: {error.strerror or error}", where=str(error.filename or target)) from error


def check_target(target: Path) -> None:
    """Refuse early what `write_directory` would refuse after the work is done.

    Raises:
        OutputError: the target is a file, or a folder with files that Accord did not write.
    """
    _refuse_foreign(target.resolve())


def read_file(directory: Path, name: str) -> bytes:
    """The bytes of one file of an output folder.

    Raises:
        InputError: the folder is not an output of `kg build`, or the file is gone.
    """
    if not (directory / name).is_file():
        raise InputError(f"there is no {name} here", where=str(directory), hint="make one with: kg build SOURCE -o DIR")
    return (directory / name).read_bytes()


def listed_digest(directory: Path, name: str) -> str | None:
    """The SHA-256 that the manifest gives for a file; None where it lists none, or there is no manifest."""
    try:
        digest = json.loads((directory / MANIFEST).read_bytes())["sha256"].get(name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return digest if isinstance(digest, str) else None


def is_output(directory: Path) -> bool:
    """Whether a folder was written by `kg build`."""
    return (directory / MANIFEST).is_file() and (directory / DATASET).is_file()


def _manifest(files: Mapping[str, bytes]) -> bytes:
    from hashlib import sha256  # for those who write; asking should not wait for it

    digests = {name: sha256(content).hexdigest() for name, content in sorted(files.items())}
    return (json.dumps({"accord": 1, "sha256": digests}, indent=1) + "\n").encode()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _refuse_foreign(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError("is a file, not a folder", where=str(target), hint="name another output folder with -o")
    if (target / MANIFEST).is_file():
        present = sorted(p.relative_to(target).as_posix() for p in target.rglob("*") if not p.is_dir())
    else:  # a home folder or a disk may have been named: look no deeper
        present = sorted(p.name for p in target.iterdir())
    ours = _ours(target)
    foreign = [name for name in present if name not in ours]
    if foreign:
        raise OutputError(
            f"holds {len(foreign)} file(s) or folder(s) that Accord did not write, such as {foreign[0]}",
            where=str(target),
            hint="name an empty or new folder with -o, or move those files away",
        )


def _ours(target: Path) -> frozenset[str]:
    """The names that the manifest of an output folder lists, and its own."""
    try:
        return frozenset(json.loads((target / MANIFEST).read_bytes())["sha256"]) | {MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def _swap(stage: Path, target: Path) -> None:
    """Put the staged folder in the place of the old one; `_recover` mends a crash between the two renames."""
    old = _old(target)
    if target.exists():
        target.rename(old)
    try:
        stage.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    _sync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _recover(target: Path) -> None:
    """After a crash: bring back an old output that has no successor; clear away what interrupted builds left."""
    old = _old(target)
    if old.exists():
        if target.exists():
            shutil.rmtree(old)
        else:
            old.rename(target)
    # Exactly mkdtemp's eight characters: `.out.*.staging` would match what another build stages for `out.v2`.
    for left in target.parent.glob(f".{glob.escape(target.name)}.????????.staging"):
        shutil.rmtree(left, ignore_errors=True)


def _old(target: Path) -> Path:
    return target.parent / f".{target.name}.previous"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
