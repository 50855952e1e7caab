"""What Accord is made of: pinned, listed, licensed to be used, with the model that was measured; and no network."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kg.errors import ModelError
from kg.extract.pinned import MODEL, check_model


@pytest.fixture(scope="module")
def sbom(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("sbom", root / ".ci" / "sbom.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lock(root: Path) -> str:
    return (root / "requirements.lock").read_text("utf-8")


def test_every_package_is_pinned_with_hashes_and_listed(sbom: ModuleType, lock: str) -> None:
    names = re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)
    pins = sbom.pins(lock)
    assert [name for name, *_ in pins] == names
    assert len(names) >= 60
    assert all(hashes for *_, hashes in pins)
    made = sbom.bill(lock, "1.0")
    assert [part["name"] for part in made["components"]] == sorted(names)
    assert json.dumps(made) == json.dumps(sbom.bill(lock, "1.0"))
    hashes = [h["content"] for p in made["components"] for r in p["externalReferences"] for h in r["hashes"]]
    assert sorted(hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", lock))
    assert len({part["bom-ref"] for part in made["components"]}) == len(names)


def test_no_licence_spreads_to_what_is_built_with_it(sbom: ModuleType, lock: str) -> None:
    assert sbom.doubtful(lock) == []
    assert sbom.licence_of("rdflib")
    for refused in ("GPL-3.0-or-later", "GNU Affero General Public License v3", "AGPL-3.0"):
        assert sbom.REFUSED.search(refused)
    for unknown in ("", "Proprietary", "Permit"):
        assert not sbom.ALLOWED.search(unknown)


def package() -> Path:
    found = importlib.util.find_spec(MODEL)
    assert found
    assert found.origin
    return Path(found.origin).parent


def test_the_installed_model_is_the_pinned_one() -> None:
    check_model(package())


@pytest.mark.parametrize("name", ["__init__.py", f"{MODEL}-3.8.0/vocab/strings.json", f"{MODEL}-3.8.0/parser/cfg"])
def test_a_model_with_one_other_byte_is_refused_before_its_code_runs(name: str, tmp_path: Path) -> None:
    copy = tmp_path / MODEL
    shutil.copytree(package(), copy, ignore=shutil.ignore_patterns("__pycache__"))
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(ModelError, match=f"not the pinned one: {name}") as caught:
        check_model(copy)
    assert "install it again" in str(caught.value.hint)
    (copy / name).unlink()
    with pytest.raises(ModelError, match=f"missing: {name}"):
        check_model(copy)


def test_a_build_and_its_checks_need_no_network(tmp_path: Path, root: Path, clean_environment: dict[str, str]) -> None:
    """An audit hook sees every connection, look-up and packet that Python code asks for, imports included."""
    (tmp_path / "note.txt").write_text("Ana Brook is president of the Larch Valley Teachers Association.\n")
    guard = (
        "import sys\n"
        "def hook(event, words):\n"
        " if event in ('socket.connect', 'socket.getaddrinfo', 'socket.gethostbyname', 'socket.sendto'):\n"
        "  sys.stderr.write(f'NETWORK {event} {words!r}'); sys.stderr.flush(); __import__('os')._exit(99)\n"
        "sys.addaudithook(hook)\n"
        "from kg.cli.app import app\n"
        "out = sys.argv[1] + '/out'\n"
        "for words in (['build', sys.argv[1] + '/note.txt', '-o', out, '--jobs', '1'], ['verify', out, '--rebuild'],\n"
        "  ['query', 'who-works-where', out], ['validate', out], ['export', out], ['audit', out]):\n"
        " try: app(words)\n"
        " except SystemExit as end: assert not end.code, (words, end.code)\n"
    )
    environment = clean_environment | {"PYTHONPATH": str(root), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", guard, tmp_path], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Ana Brook" in done.stdout
