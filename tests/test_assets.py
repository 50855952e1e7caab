from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg import assets
from kg.errors import AssetError


def test_names_are_those_of_the_checkout_sorted(root: Path) -> None:
    for folder in assets.FOLDERS:
        expected = sorted(path.name for path in (root / folder).iterdir() if path.is_file())
        assert assets.names(folder) == expected
        assert expected, f"{folder}/ is empty"


def test_names_by_suffix() -> None:
    turtle = assets.names("ontology", ".ttl")
    assert "accord.ttl" in turtle
    assert all(name.endswith(".ttl") for name in turtle)
    assert assets.names("ontology", ".nothing") == []


def test_read_gives_the_bytes(root: Path) -> None:
    assert assets.read("ontology", "accord.ttl") == (root / "ontology" / "accord.ttl").read_bytes()


@pytest.mark.parametrize(
    ("folder", "name"),
    [("ontology", "absent.ttl"), ("ontology", "../pyproject.toml"), ("ontology", ""), ("queries", "accord.ttl")],
)
def test_a_missing_asset_lists_those_there_are(folder: str, name: str) -> None:
    with pytest.raises(AssetError) as caught:
        assets.read(folder, name)
    assert caught.value.hint is not None
    assert all(there in caught.value.hint for there in assets.names(folder))


@pytest.mark.parametrize("folder", ["kg", "..", "seeds", ""])
def test_only_asset_folders_are_read(folder: str) -> None:
    with pytest.raises(AssetError):
        assets.read(folder, "model.py")


def test_a_strangers_folder_is_never_read(root: Path, tmp_path: Path, clean_environment: dict[str, str]) -> None:
    """A copy of the package beside somebody's ontology/ is not a checkout: there is no pyproject.toml."""
    (tmp_path / "kg").mkdir()
    for name in ("__init__.py", "assets.py", "errors.py", "extension.py"):
        shutil.copy(root / "kg" / name, tmp_path / "kg" / name)
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "accord.ttl").write_text("not ours", "utf-8")
    script = "from kg import assets\ntry: assets.names('ontology')\nexcept assets.AssetError as e: print(e.hint)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=clean_environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "install the package again"
