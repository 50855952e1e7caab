"""Sources named by URL: fetched, and read as files are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fsspec", reason="the extra `remote` is not installed")

import fsspec

from kg.building import build
from kg.corpus.effort import Effort
from kg.corpus.remote import fetched, url_of
from kg.errors import InputError, SettingsError
from kg.limits import DEFAULT
from kg.settings import Settings
from tests.hostile import LOADER


@pytest.fixture
def memory() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    yield system
    system.rm("/", recursive=True)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("s3://bucket/a/b.txt", "s3://bucket/a/b.txt"),
        ("file:///data/a.txt", "file:///data/a.txt"),
        ("memory://a", "memory://a"),
        ("a/b.txt", None),
        ("-", None),
        ("c:/windows/a.txt", None),
    ],
)
def test_what_is_a_url(path: str, url: str | None) -> None:
    assert url_of(Path(path)) == url


def test_a_folder_elsewhere_gives_the_build_of_its_files(memory: Any, tmp_path: Path) -> None:
    texts = {"one.txt": "The Harlan Union met.\n", "deep/two.md": "The Holt Union met.\n", "picture.png": "no text"}
    texts["one.meta.toml"] = 'publisher = "Harlan News"\n'
    for name, text in texts.items():
        memory.pipe(f"/corpus/{name}", text.encode())
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    effort = Effort(loader=LOADER)
    there, here = (build([s], Settings(), effort) for s in (Path("memory://corpus"), tmp_path))
    assert dict(there.files) == dict(here.files)
    assert b"Harlan News" in there.files["dataset.nq"]
    assert there.counts["documents"] == 2
    url = Path(f"file://{tmp_path}/deep/two.md")
    assert build([url], Settings(), effort).counts["documents"] == 1


def test_what_is_skipped_keeps_its_url(memory: Any) -> None:
    memory.pipe("/corpus/a.txt", b"The Harlan Union met.\n")
    memory.pipe("/corpus/b.txt", b"\0\0\0")
    (skipped,) = build([Path("memory://corpus")], Settings(), Effort(loader=LOADER)).skipped
    assert skipped.source == "memory://corpus/b.txt"


def test_what_cannot_be_fetched(memory: Any) -> None:
    for url in ("memory://nothing", "memory://nothing/a.txt", "file:///no/such/folder"):
        with pytest.raises(InputError) as found, fetched([Path(url)], DEFAULT):
            pass
        assert found.value.where == url
    with pytest.raises((InputError, SettingsError)), fetched([Path("nosuch://a/b")], DEFAULT):
        pass
