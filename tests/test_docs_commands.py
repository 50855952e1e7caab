"""What helps with the command itself: kg doctor, the manual page, completion in the shell."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kg import assets
from kg.cli import health, manual
from kg.cli.app import COMMANDS, app
from kg.cli.health import State
from kg.corpus.entries import open_entries
from kg.extract.pinned import MODEL
from kg.site import bundle

Kg = Callable[..., Result]


@pytest.fixture
def kg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kg:
    monkeypatch.chdir(tmp_path)
    for variable in [v for v in os.environ if v.startswith("KG_") or v == "SOURCE_DATE_EPOCH"]:
        monkeypatch.delenv(variable)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


def states(result: Result) -> dict[str, str]:
    """Subject → state of each line."""
    lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    return {line[6:].partition(":")[0]: line[:4].strip() for line in lines}


# --- kg doctor -------------------------------------------------------------------------------------------------------


def test_what_works_is_ok(kg: Kg) -> None:
    result = kg("doctor")
    assert result.exit_code == 0, result.stdout
    found = states(result)
    for subject in ("Python", "rdflib", "spacy", "typer", "language model", "own files", "cache", "variables"):
        assert found[subject] == "ok", subject
    assert set(found.values()) <= {"ok", "note", "warn"}
    assert sum(subject.startswith("extra ") for subject in found) >= 8


def test_every_line_that_is_not_ok_has_its_mend(kg: Kg, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "present", lambda: False)
    lines = kg("doctor", "--quiet").stdout.splitlines()
    assert lines
    assert not [line for line in lines if line.startswith("ok")]
    for above, below in zip(lines[::2], lines[1::2], strict=True):
        assert above[:4].strip() in ("note", "warn", "fail")
        assert below.startswith("      mend: ")


def test_packages_that_are_missing_or_of_another_version_fail() -> None:
    found = {
        check.subject: check for check in health.check_packages(["nosuch-package>=1,<2", "rdflib>=99", "typer>=0.1"])
    }
    assert found["nosuch-package"].state is State.FAIL
    assert found["nosuch-package"].mend == "pip install 'nosuch-package>=1,<2'"
    assert found["rdflib"].state is State.FAIL
    assert found["rdflib"].found == f"{metadata.version('rdflib')}, but >=99 is needed"
    assert found["typer"].state is State.OK


def test_extras_are_missed_quietly_and_their_wrong_versions_are_not() -> None:
    wanted = ["nosuch-package>=1; extra == 'a'", "rdflib[x]<1 ; extra == 'b'", "rdflib>=7; extra == 'c'"]
    found = {check.subject: (check.state, check.mend) for check in health.check_packages(wanted)}
    assert found == {
        "extra a": (State.NOTE, "pip install 'accord-kg[a]'"),
        "extra b": (State.WARN, "pip install 'accord-kg[b]'"),
        "extra c": (State.OK, ""),
    }


@pytest.mark.parametrize(
    ("versions", "fits"),
    [
        ("==3.8.0", True),
        ("==3.8", True),
        ("==3.8.1", False),
        (">=3.8.7,<3.9", False),
        (">=3.7,<3.9", True),
        ("<3.8", False),
        ("~=3.7", True),
        ("~=3.8.0", True),
        ("~=4.0", False),
        ("!=3.8.0", False),
        (">3.8.0", False),
        ("<=3.8", True),
        ("", True),
    ],
)
def test_versions_are_compared_by_their_numbers(versions: str, fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _name: "3.8.0")
    (check,) = health.check_packages([f"some-package{versions}"])
    assert (check.state is State.OK) == fits


def test_an_old_python_fails() -> None:
    assert health.check_python((3, 10, 4)).state is State.FAIL
    assert health.check_python((3, 13, 0)).state is State.OK


def test_a_language_model_that_was_touched_fails(kg: Kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / MODEL
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('it was run')\n")
    spec = importlib.util.spec_from_file_location(MODEL, package / "__init__.py")
    monkeypatch.setattr(health, "find_spec", lambda _name: spec)
    result = kg("doctor")
    assert result.exit_code == 1
    assert states(result)["language model"] == "fail"
    assert "pip install --force-reinstall" in result.stdout
    monkeypatch.setattr(health, "find_spec", lambda _name: None)
    assert health.check_language_model().state is State.FAIL


def test_files_of_its_own_that_are_gone_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in assets.FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(assets, "root", lambda: tmp_path)
    check = health.check_assets()
    assert check.state is State.FAIL
    assert "ontology" in check.found


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "below"))
    check = health.check_cache()
    assert check.state is State.WARN
    assert "XDG_CACHE_HOME" in check.mend
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "new"))
    assert health.check_cache().state is State.OK
    assert not (tmp_path / "new").exists()
    monkeypatch.setattr(health, "ROOM", 1 << 62)
    assert health.check_cache().state is State.WARN


@pytest.mark.parametrize(
    ("variable", "value"),
    [("KG_MAX_PAGES", "many"), ("KG_MAX_NOSUCH", "1"), ("SOURCE_DATE_EPOCH", "today"), ("KG_DATA", "nowhere")],
)
def test_variables_that_cannot_be_used_fail(kg: Kg, variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    result = kg("doctor")
    assert result.exit_code == 1
    assert states(result)[variable] == "fail"


def test_a_store_that_is_not_there_fails_and_is_not_made(kg: Kg, tmp_path: Path) -> None:
    result = kg("doctor", "--quiet", "--endpoint", "http://127.0.0.1:9", "--timeout", "2")
    assert result.exit_code == 1
    assert states(result)["store"] == "fail"
    assert states(kg("doctor", "--endpoint", tmp_path / "store"))["store"] == "fail"
    assert not (tmp_path / "store").exists()


def test_a_store_that_is_there_is_ok(kg: Kg, tmp_path: Path) -> None:
    import pyoxigraph

    del (made := [pyoxigraph.Store(str(tmp_path / "store"))])[0]
    assert not made
    result = kg("doctor", "--endpoint", tmp_path / "store")
    assert (result.exit_code, states(result)["store"]) == (0, "ok")


# --- the manual page -------------------------------------------------------------------------------------------------


def test_the_manual_page_is_current(root: Path) -> None:
    """Generate it: python -m kg.cli.manual > docs/kg.1."""
    assert (root / "docs" / "kg.1").read_text("utf-8") == manual.roff()


def test_the_manual_page_has_every_command() -> None:
    page = manual.roff()
    for name in COMMANDS:
        assert f'\n.SS "kg {name} ' in page
    assert page.isascii()


@pytest.mark.skipif(not shutil.which("groff"), reason="needs groff")
def test_groff_lays_the_manual_page_out_without_a_complaint(root: Path) -> None:
    words = ["groff", "-man", "-Tutf8", "-ww", "-P-cbou", str(root / "docs" / "kg.1")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "--min-confidence X" in done.stdout
    assert "kg query 'SELECT ?a ?b { ?a acc:bargainsWith ?b }' -d out/graph.ttl" in done.stdout


# --- kg cache --------------------------------------------------------------------------------------------------------


def test_what_is_kept_is_told_and_cleared(kg: Kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    place = tmp_path / "xdg" / "accord"
    assert kg("cache").stdout == f"{place / 'build'}\t0\t0.0 MB\tnothing is kept\n"
    with open_entries(place / "build") as entries:
        for n in range(3):
            entries.put("reading", f"{n:064}", bytes(2**20))
        entries.put("part", f"{0:064}", b"")
        os.utime(place / "build" / "reading" / "00" / f"{0:062}", (0, 0))
    store = place / "stores" / "1-2-3"
    store.mkdir(parents=True)
    (store / "000001.sst").write_bytes(bytes(2**20))
    rows = [line.split("\t") for line in kg("cache", "show").stdout.splitlines()]
    assert [(Path(folder).name, count, size) for folder, count, size, _ in rows] == [
        ("part", "1", "0.0 MB"),
        ("reading", "3", "3.0 MB"),
        ("stores", "1", "1.0 MB"),
    ]
    assert all(words for *_, words in rows)
    assert "removed: 1 entries, 1.0 MB" in kg("cache", "clear", "--older-than", 30).stderr
    assert kg("cache", "clear", "--cache", tmp_path / "another").exit_code == 0
    assert store.is_dir()
    assert "removed: 4 entries, 3.0 MB" in kg("cache", "clear").stderr
    assert not store.exists()
    assert "nothing is kept" in kg("cache").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["empty"], "there are: show, clear"),
        (["show", "--older-than", "3"], "kg cache clear"),
        (["clear", "--older-than", "-1"], "equal to 0"),
        (["clear", "--cache", "."], "no cache"),
    ],
)
def test_what_kg_cache_refuses(kg: Kg, tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")
    result = kg("cache", *words)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert (tmp_path / "letter.txt").exists()


# --- completion ------------------------------------------------------------------------------------------------------

#: Shell → what it sets when it asks for the last word of a line.
ASKING = {
    "bash": lambda line: {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)},
    "zsh": lambda line: {"_TYPER_COMPLETE_ARGS": line},
    "fish": lambda line: {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
}


@pytest.mark.parametrize("shell", ASKING)
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("kg doc", "doctor"),
        ("kg query par", "parts-of"),
        ("kg audit --check sha", "shares-of-counts"),
        ("kg plot --kind SchoolD", "SchoolDistrict"),
        ("kg doctor --end", "--endpoint"),
    ],
)
def test_each_shell_is_offered_what_commands_take(shell: str, line: str, offered: str) -> None:
    result = CliRunner().invoke(app, [], env={"_KG_COMPLETE": f"complete_{shell}"} | ASKING[shell](line))
    assert offered in result.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_installed(shell: str, tmp_path: Path, clean_environment: dict[str, str], root: Path) -> None:
    environment = clean_environment | {
        "HOME": str(tmp_path),
        "PYTHONPATH": str(root),
        "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
    }
    words = [sys.executable, "-m", "kg", "--install-completion", shell]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = "".join(path.read_text() for path in sorted(tmp_path.rglob("*")) if path.is_file())
    assert "_KG_COMPLETE" in written
