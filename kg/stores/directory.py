"""The output folder of a build: written whole or not at all, recognised by its manifest.

A build is staged in a sibling folder and renamed into place, so that a failure or an interruption at any moment leaves
the previous output as it was. Only who holds the lock beside the folder writes there, and clears away what others left.
"""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import InputError, OutputError
from kg.stores.files import claim, resolved, safe_names, sync_folder

if TYPE_CHECKING:
    from kg.model import Finding

MANIFEST = "manifest.json"
DATASET = "dataset.nq"


def write_directory(
    target: Path, files: Mapping[str, bytes | Path], *, made_by: Mapping[str, str] | None = None, force: bool = False
) -> None:
    """Publish files (name → bytes, or where they lie) as the folder `target`, with a manifest of their digests.

    Args:
        target: where a symbolic link leads, that folder is replaced.
        files: what the folder will hold, and nothing else.
        made_by: for the manifest: what made the files (software, model, shapes) → its version or digest.
        force: replace also files that were changed since Accord wrote them.

    Raises:
        OutputError: a name leads out of the folder, another process writes it, it holds files that Accord did not
            write, or the disk refuses.
    """
    target = resolved(target)
    from tempfile import mkdtemp

    safe_names([*files, MANIFEST])
    with claim(target):
        try:
            _recover(target)
            check_target(target, force=force)
            stage = Path(mkdtemp(prefix=f".{target.name}.", suffix=".staging", dir=target.parent))
            try:
                for name, content in sorted({**files, MANIFEST: _manifest(files, made_by or {})}.items()):
                    _write(stage / name, content)
                for folder in sorted({(stage / name).parent for name in files} | {stage}):
                    sync_folder(folder)
                stage.chmod(0o755)
                _swap(stage, target)
            finally:
                shutil.rmtree(stage, ignore_errors=True)
        except OSError as error:
            where = str(error.filename or target)
            hint = "check what you may write there, and the space that is left; what was there is as it was"
            raise OutputError(f"cannot write: {error.strerror or error}", where=where, hint=hint) from error


def check_target(target: Path, *, force: bool = False) -> None:
    """Refuse early what `write_directory` would refuse after the work is done.

    Raises:
        OutputError: the target is a file, or a folder with files that Accord did not write, or that were changed since
            and `force` is not given.
    """
    target = resolved(target)
    try:
        _refuse_foreign(target)
        if not force:
            _refuse_changed(target)
    except OSError as error:
        hint = "check what you may read and write there"
        raise OutputError(
            f"cannot be looked at: {error.strerror or error}", where=str(error.filename or target), hint=hint
        ) from error


def read_file(directory: Path, name: str) -> bytes:
    """The bytes of one file of an output folder.

    Raises:
        InputError: the folder is not an output of `kg build`, or the file is gone.
    """
    if not (directory / name).is_file():
        raise InputError(f"there is no {name} here", where=str(directory), hint="make one with: kg build SOURCE -o DIR")
    return (directory / name).read_bytes()


def read_texts(directory: Path) -> dict[str, str]:
    """The documents of an output folder: name → text that its offsets count in."""
    paths = sorted((directory / "documents").glob("*.txt"))
    return {path.stem: path.read_bytes().decode() for path in paths}


def listed_digest(directory: Path, name: str) -> str | None:
    """The SHA-256 that the manifest gives for a file; None where it lists none, or there is no manifest."""
    return listed_digests(directory).get(name)


def listed_digests(directory: Path) -> dict[str, str]:
    """Name → SHA-256 of all files that the manifest lists; empty where there is none, or it is malformed."""
    listed = read_manifest(directory).get("sha256")
    if not isinstance(listed, dict):
        return {}
    return {name: digest for name, digest in listed.items() if isinstance(digest, str)}


def read_manifest(directory: Path) -> dict[str, Any]:
    """The manifest of an output folder; empty where there is none, or it is malformed."""
    import json  # asking reads no manifest

    try:
        found = json.loads((directory / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def check_digests(directory: Path) -> tuple[int, list[Finding]]:
    """How many files the manifest lists, and those that are gone, changed, or not listed.

    Raises:
        InputError: there is no manifest, or it is malformed.
    """
    from hashlib import file_digest

    try:
        (directory / MANIFEST).read_bytes()
    except FileNotFoundError:
        pass  # told below
    except OSError as error:
        hint = "check what you may read there"
        raise InputError(error.strerror or str(error), where=str(directory / MANIFEST), hint=hint) from error
    digests = listed_digests(directory)
    if not digests:
        hint = "build it again; what has no manifest proves nothing"
        raise InputError(f"there is no {MANIFEST} that lists its files", where=str(directory), hint=hint)
    findings = []
    for name, digest in sorted(digests.items()):
        path = directory / name
        if not path.resolve().is_relative_to(directory.resolve()) or not path.is_file():
            findings.append(_mismatch("a file of the manifest is missing", name))
            continue
        with path.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
        if found != digest:
            findings.append(_mismatch("is not the file that was written: its SHA-256 differs", name, found))
    present = (p for p in directory.rglob("*") if p.is_symlink() or not p.is_dir())
    names = sorted(p.relative_to(directory).as_posix() for p in present)
    known = {*digests, MANIFEST}
    findings += [_mismatch("a file that the manifest does not list", name) for name in names if name not in known]
    return len(digests), findings


def checksums(directory: Path) -> bytes:
    """The digests of all files of an output folder, its manifest included, as `sha256sum --check` reads them."""
    from hashlib import sha256

    lines = {**listed_digests(directory), MANIFEST: sha256(read_file(directory, MANIFEST)).hexdigest()}
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(lines.items())).encode()


def _mismatch(message: str, name: str, value: str | None = None) -> Finding:
    from kg.model import Finding, Severity  # a tenth of the time of a question, which needs neither

    return Finding(severity=Severity.VIOLATION, message=message, focus=name, path="sha256", value=value)


def is_output(directory: Path) -> bool:
    """Whether a folder was written by `kg build`."""
    return (directory / MANIFEST).is_file() and (directory / DATASET).is_file()


def _manifest(files: Mapping[str, bytes | Path], made_by: Mapping[str, str]) -> bytes:
    import json

    digests = {name: _digest(content) for name, content in sorted(files.items())}
    made = {"made_by": dict(sorted(made_by.items()))} if made_by else {}
    return (json.dumps({"accord": 1, **made, "sha256": digests}, indent=1) + "\n").encode()


def _digest(content: bytes | Path) -> str:
    from hashlib import file_digest, sha256  # for those who write; asking should not wait for it

    if isinstance(content, bytes):
        return sha256(content).hexdigest()
    with content.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        try:
            os.link(content, path)
        except OSError:  # another disk, or one without links
            shutil.copyfile(content, path)
    with path.open("ab" if isinstance(content, Path) else "wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _refuse_foreign(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError("is a file, not a folder", where=str(target), hint="name another output folder with -o")
    if (target / MANIFEST).is_file():
        found = (p for p in target.rglob("*") if p.is_symlink() or not p.is_dir())
        present = sorted(p.relative_to(target).as_posix() for p in found)
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


def _refuse_changed(target: Path) -> None:
    """What somebody wrote into our files would be lost."""
    from hashlib import file_digest

    changed = []
    for name, digest in sorted(listed_digests(target).items()):
        if (target / name).is_file():
            with (target / name).open("rb") as file:
                if file_digest(file, "sha256").hexdigest() != digest:
                    changed.append(name)
    if changed:
        raise OutputError(
            f"{len(changed)} file(s) were changed since Accord wrote them, such as {changed[0]}",
            where=str(target),
            hint="move them away, or replace them with --force",
        )


def _ours(target: Path) -> frozenset[str]:
    """The names that the manifest of an output folder lists, and its own."""
    digests = listed_digests(target)
    return frozenset(digests) | {MANIFEST} if digests else frozenset()


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
    sync_folder(target.parent)
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
