"""The cache: entries are whole or not used, whatever happens to the disk."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kg.corpus.entries import Entries, clear, open_entries, prune, size, sizes
from kg.corpus.files import Files
from kg.errors import OutputError
from kg.stores.files import scratch_folder

KEY = "ab" + "0" * 62


def files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and p.name != "CACHEDIR.TAG"]


def test_an_entry_comes_back_in_the_next_run(tmp_path: Path) -> None:
    with open_entries(tmp_path / "c") as entries:
        entries.put("reading", KEY, b"content")
    with open_entries(tmp_path / "c") as entries:
        assert entries.get("reading", KEY) == b"content"
        assert entries.get("reading", "cd" + KEY[2:]) is None
        assert entries.get("build", KEY) is None


def test_without_a_folder_nothing_stays() -> None:
    with open_entries(None) as entries:
        entries.put("reading", KEY, b"content")
        assert entries.get("reading", KEY) == b"content"
        folder = entries.folder
    assert not folder.exists()


DAMAGE = {
    "altered": lambda content: content[:-1] + b"!",
    "cut short": lambda content: content[:-3],
    "empty": lambda _: b"",
    "of another version": lambda content: content.replace(b"accord-entry 1", b"accord-entry 9"),
    "of another key": lambda content: content.replace(KEY.encode(), b"f" * 64),
    "of another kind": lambda content: content.replace(b"reading", b"buildxx"),
    "somebody else's": lambda content: b"\x89PNG" + content,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_is_named_and_dropped(tmp_path: Path, damage: object) -> None:
    told: list[str] = []
    entries = Entries(tmp_path, warn=told.append)
    entries.put("reading", KEY, b"content")
    (path,) = files(tmp_path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert entries.get("reading", KEY) is None
    assert len(told) == 1
    assert str(path) in told[0]
    assert not path.exists()
    entries.put("reading", KEY, b"again")
    assert entries.get("reading", KEY) == b"again"


def test_a_full_disk_is_named_once_and_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    entries = Entries(tmp_path, warn=told.append)

    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    for n in range(3):
        entries.put("reading", f"{n:064}", b"content %d" % n)
    assert [entries.get("reading", f"{n:064}") for n in range(3)] == [b"content 0", b"content 1", b"content 2"]
    assert len(told) == 1
    assert "No space left" in told[0]
    assert files(tmp_path) == []  # nothing half-written stays


def test_a_folder_that_is_no_cache_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")
    with pytest.raises(OutputError, match="no cache"), open_entries(tmp_path):
        pass
    with pytest.raises(OutputError, match="no cache"):
        clear(tmp_path)
    assert (tmp_path / "letter.txt").exists()


def test_what_was_used_last_stays(tmp_path: Path) -> None:
    import os

    with open_entries(tmp_path / "c") as entries:
        for n in range(4):
            entries.put("reading", f"{n:064}", bytes(1000))
            os.utime(entries._path("reading", f"{n:064}"), (n, n))
        entries.touch("reading", f"{0:064}")
        count, taken = size(tmp_path / "c")
        assert count == 4
        assert prune(tmp_path / "c", most=taken // 2) == 2
        assert [entries.get("reading", f"{n:064}") is None for n in range(4)] == [False, True, True, False]
        assert prune(tmp_path / "c", most=0, since=1) == 0  # what this run used
        assert prune(tmp_path / "c", most=0, since=10) == 1
    assert clear(tmp_path / "c") == (1, taken // 4)
    assert sizes(tmp_path / "c") == {}


def test_what_is_cleared(tmp_path: Path) -> None:
    assert sizes(tmp_path / "c") == {}
    assert clear(tmp_path / "c") == (0, 0)
    with open_entries(tmp_path / "c") as entries:
        for n, kind in enumerate(("reading", "part", "reading")):
            entries.put(kind, f"{n:064}", bytes(1000))
            os.utime(entries._path(kind, f"{n:064}"), (n, n))
        busy = Files(entries.folder)
        busy.write("dataset.nq", b"half")
        assert [(kind, count) for kind, (count, _) in sizes(tmp_path / "c").items()] == [("part", 1), ("reading", 2)]
        assert clear(tmp_path / "c", before=2)[0] == 2
        assert entries.get("reading", f"{2:064}") == bytes(1000)
        count, freed = clear(tmp_path / "c")
        assert count == 1
        assert 1000 < freed < 1300
        assert dict(busy) == {"dataset.nq": b"half"}
        entries.put("reading", KEY, b"again")
        assert entries.get("reading", KEY) == b"again"


def test_folders_of_work_of_killed_runs_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    with open_entries(tmp_path / "c") as entries:
        killed, held = scratch_folder(entries.folder, "entry-")
        (killed / ".half").write_bytes(b"half an entry")
        living = Files(entries.folder)
        assert entries.stage
        assert entries.stage.is_dir()
        os.close(held)  # as the system does
        with open_entries(tmp_path / "c") as others:
            assert not killed.exists()
            assert living.folder.is_dir()
            assert entries.stage.is_dir()
            others.put("reading", KEY, b"content")
        assert entries.get("reading", KEY) == b"content"
    del living
    assert [p.name for p in files(tmp_path / "c")] == [KEY[2:]]
    assert sorted(p.name for p in (tmp_path / "c").iterdir()) == ["CACHEDIR.TAG", "reading"]
