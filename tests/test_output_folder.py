"""The output folder is replaced whole or not at all, and never takes a stranger's files with it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from kg.errors import InputError, OutputError
from kg.stores import directory
from kg.stores.directory import DATASET, MANIFEST, is_output, read_file, write_directory

OLD = {"dataset.nq": b"old\n", "graph.ttl": b"old\n", "documents/gone.txt": b"gone\n"}
NEW = {"dataset.nq": b"new\n", "graph.ttl": b"new\n", "documents/here.txt": b"here\n"}


class Crash(BaseException):
    """The process dies here: not even an `except OSError` may tidy up after it."""


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def leftovers(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name.startswith("."))


def published(folder: Path) -> dict[str, bytes]:
    found = content(folder)
    found.pop(MANIFEST)
    return found


def test_writes_files_and_a_manifest_of_their_digests(tmp_path: Path) -> None:
    write_directory(tmp_path / "out", NEW)
    assert published(tmp_path / "out") == NEW
    digests = json.loads((tmp_path / "out" / MANIFEST).read_bytes())["sha256"]
    assert digests == {name: hashlib.sha256(data).hexdigest() for name, data in NEW.items()}
    assert leftovers(tmp_path) == []


def test_the_same_files_give_the_same_folder(tmp_path: Path) -> None:
    write_directory(tmp_path / "a", NEW)
    write_directory(tmp_path / "b", dict(reversed(NEW.items())))
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_makes_missing_parents(tmp_path: Path) -> None:
    write_directory(tmp_path / "deep" / "er" / "out", NEW)
    assert is_output(tmp_path / "deep" / "er" / "out")


def test_replaces_its_own_output_and_leaves_nothing_of_it(tmp_path: Path) -> None:
    write_directory(tmp_path / "out", OLD)
    write_directory(tmp_path / "out", NEW)
    assert published(tmp_path / "out") == NEW
    assert leftovers(tmp_path) == []


def test_takes_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_directory(tmp_path / "out", NEW)
    assert published(tmp_path / "out") == NEW


@pytest.mark.parametrize("stranger", ["notes.txt", "documents/mine.txt", ".hidden"])
@pytest.mark.parametrize("ours_too", [False, True])
def test_refuses_a_folder_with_foreign_files(tmp_path: Path, stranger: str, ours_too: bool) -> None:
    out = tmp_path / "out"
    if ours_too:
        write_directory(out, OLD)
    (out / stranger).parent.mkdir(parents=True, exist_ok=True)
    (out / stranger).write_text("mine")
    before = content(out)
    with pytest.raises(OutputError, match=stranger if ours_too else stranger.partition("/")[0]) as caught:
        write_directory(out, NEW)
    assert caught.value.hint
    assert content(out) == before
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("manifest", ["{", "[]", '{"sha256": 3}', "{}", "\xff"])
def test_a_broken_manifest_makes_the_files_foreign(tmp_path: Path, manifest: str) -> None:
    out = tmp_path / "out"
    write_directory(out, OLD)
    (out / MANIFEST).write_text(manifest, encoding="latin-1")
    before = content(out)
    with pytest.raises(OutputError):
        write_directory(out, NEW)
    assert content(out) == before


def test_refuses_a_file_as_target(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="not a folder"):
        write_directory(tmp_path / "out", NEW)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_parent_that_is_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError):
        write_directory(tmp_path / "file" / "out", NEW)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_full_disk_leaves_the_old_output_and_no_staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_directory(tmp_path / "out", OLD)
    before = content(tmp_path / "out")
    written: list[int] = []

    def fill_up(path: Path, data: bytes) -> None:
        if written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        written.append(path.write_bytes(data))

    monkeypatch.setattr(directory, "_write", fill_up)
    with pytest.raises(OutputError, match="No space left"):
        write_directory(tmp_path / "out", NEW)
    assert written
    assert content(tmp_path / "out") == before
    assert leftovers(tmp_path) == []


def test_an_interruption_while_staging_leaves_the_old_output_and_no_staging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_directory(tmp_path / "out", OLD)
    before = content(tmp_path / "out")

    def interrupt(path: Path, data: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(directory, "_write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_directory(tmp_path / "out", NEW)
    assert content(tmp_path / "out") == before
    assert leftovers(tmp_path) == []


def failing_rename(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException) -> None:
    """Make the rename with this number (from 1) fail, and only that one."""
    real, calls = Path.rename, [0]

    def rename(self: Path, target: Path) -> Path:
        calls[0] += 1
        if calls[0] == number:
            raise error
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)


@pytest.mark.parametrize("number", [1, 2])
def test_a_rename_that_fails_leaves_the_old_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    write_directory(tmp_path / "out", OLD)
    before = content(tmp_path / "out")
    failing_rename(monkeypatch, number, OSError(errno.EACCES, os.strerror(errno.EACCES)))
    with pytest.raises(OutputError, match="Permission denied"):
        write_directory(tmp_path / "out", NEW)
    assert content(tmp_path / "out") == before
    assert leftovers(tmp_path) == []


def die_between_renames(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a power cut: the old output is moved away, the staged one not yet in its place."""
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        failing_rename(patch, 2, Crash())
        with pytest.raises(Crash):
            write_directory(out, NEW)
    if out.exists():  # an implementation that tidied up even so: undo it, the power was cut
        out.rename(out.parent / f".{out.name}.previous")


def test_the_next_build_recovers_from_a_crash_between_the_renames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write_directory(out, OLD)
    die_between_renames(out, monkeypatch)
    assert not out.exists()
    assert leftovers(tmp_path) != []

    write_directory(out, NEW)
    assert published(out) == NEW
    assert leftovers(tmp_path) == []


def test_a_failed_build_after_a_crash_brings_the_old_output_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write_directory(out, OLD)
    before = content(out)
    die_between_renames(out, monkeypatch)

    def fail(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(directory, "_write", fail)
    with pytest.raises(OutputError):
        write_directory(out, NEW)
    assert content(out) == before
    assert leftovers(tmp_path) == []


def test_a_crash_after_the_renames_leaves_only_rubbish_that_the_next_build_clears(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_directory(out, NEW)
    write_directory(tmp_path / ".out.previous", OLD)
    write_directory(out, OLD)
    assert published(out) == OLD
    assert leftovers(tmp_path) == []


def test_the_staging_of_another_folder_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / ".out.v2.abc123.staging"
    other.mkdir()
    write_directory(tmp_path / "out", NEW)
    assert other.is_dir()


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real", target_is_directory=True)
    write_directory(tmp_path / "out", OLD)
    write_directory(tmp_path / "out", NEW)
    assert (tmp_path / "out").is_symlink()
    assert published(tmp_path / "real") == NEW
    assert leftovers(tmp_path) == []


def test_is_output_wants_manifest_and_dataset(tmp_path: Path) -> None:
    assert not is_output(tmp_path)
    assert not is_output(tmp_path / "nowhere")
    write_directory(tmp_path / "out", NEW)
    assert is_output(tmp_path / "out")
    (tmp_path / "out" / DATASET).unlink()
    assert not is_output(tmp_path / "out")


def test_read_file_says_how_to_make_what_is_missing(tmp_path: Path) -> None:
    write_directory(tmp_path / "out", NEW)
    assert read_file(tmp_path / "out", DATASET) == b"new\n"
    with pytest.raises(InputError, match=r"inferred\.ttl") as caught:
        read_file(tmp_path / "out", "inferred.ttl")
    assert caught.value.hint is not None
    assert "kg build" in caught.value.hint
