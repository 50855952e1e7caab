"""Wrong clocks, other languages and zones, few files, little memory, full disks, closed pipes, Ctrl-C: the same bytes,
or an error in Accord's words with the previous output as it was.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.building import build, publish
from kg.corpus.effort import Effort
from kg.settings import Settings
from tests.fuzzing.inputs import LOADER

TEXT = "Zoë Núñez, president of the Larkspur Teachers Association, said talks went well on June 5, 2018.\n"
#: Runs `kg` under a clock that stands elsewhere.
SHIFTED = (
    "import datetime, sys, time\n"
    "was = time.time; time.time = lambda: was() * 0 + {seconds}\n"
    "sys.argv[0] = 'kg'\n"
    "from kg.cli.start import main; main()\n"
)

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("given") / "naïve Größe"
    folder.mkdir()
    (folder / "ärger \u202ex.txt").write_text(TEXT, "utf-8")
    (folder / "İstanbul I.txt").write_text(TEXT.replace("5", "6"), "utf-8")
    return folder


@pytest.fixture
def environment(root: Path, tmp_path: Path, clean_environment: dict[str, str]) -> dict[str, str]:
    return clean_environment | {"PYTHONPATH": str(root), "XDG_CACHE_HOME": str(tmp_path / "cache")}


@pytest.fixture
def kg(environment: dict[str, str]) -> Run:
    def run(
        *words: str | Path, limit: Callable[[], None] | None = None, clock: int | None = None, **variables: str
    ) -> subprocess.CompletedProcess[bytes]:
        start = ["-m", "kg"] if clock is None else ["-c", SHIFTED.format(seconds=clock)]
        return subprocess.run(
            [sys.executable, *start, *map(str, words)],
            env=environment | variables,
            capture_output=True,
            preexec_fn=limit,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def undisturbed(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a build that nothing goes wrong with."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    publish(build([sources], Settings(), Effort(loader=LOADER)), out)
    return out


@pytest.fixture
def wanted(undisturbed: Path) -> dict[str, bytes]:
    return content(undisturbed)


@pytest.fixture
def previous(undisturbed: Path, tmp_path: Path) -> Path:
    """A folder that holds that output already."""
    return Path(shutil.copytree(undisturbed, tmp_path / "out"))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A document of another build."""
    path = tmp_path / "other.txt"
    path.write_text(TEXT * 3, "utf-8")
    return path


def in_words(result: subprocess.CompletedProcess[bytes]) -> str:
    """What was said; no traceback."""
    said = result.stderr.decode("utf-8", "replace")
    assert "Traceback" not in said, said
    assert "Accord's own" not in said, said
    return said


ELSEWHERE = {
    "far in the west, in plain C, long ago": ({"TZ": "Etc/GMT+12", "LC_ALL": "C", "LANG": "C"}, 1, 0o077),
    "far in the east, in Turkish, far ahead": (
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr", "PYTHONHASHSEED": "7"},
        4102444800,
        0o022,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ELSEWHERE.values(), ids=ELSEWHERE)
def test_clock_zone_and_language_of_the_machine_are_not_in_the_output(
    case: tuple[dict[str, str], int, int], kg: Run, sources: Path, tmp_path: Path, wanted: dict[str, bytes]
) -> None:
    variables, clock, mask = case
    out = tmp_path / "out"

    def masked() -> None:
        os.umask(mask)

    result = kg("build", sources, "-o", out, "--no-cache", clock=clock, limit=masked, **variables)
    assert result.returncode == 0, in_words(result)
    assert content(out) == wanted


FEW = 24
LIMITS = {
    "few files": (resource.RLIMIT_NOFILE, FEW),
    "little memory": (resource.RLIMIT_AS, 200 << 20),
    "files of 8 kB": (resource.RLIMIT_FSIZE, 8 << 10),
}


@pytest.mark.parametrize(("kind", "most"), LIMITS.values(), ids=LIMITS)
def test_what_the_system_refuses_leaves_the_previous_output(
    kind: int, most: int, kg: Run, other: Path, previous: Path, wanted: dict[str, bytes]
) -> None:
    result = kg("build", other, "-o", previous, "--no-cache", limit=lambda: resource.setrlimit(kind, (most, most)))
    said = in_words(result)
    if most == FEW:  # they are enough for some systems
        assert result.returncode in (0, 2), said
    else:
        assert result.returncode in (1, 2), said
    if result.returncode:
        assert "error: " in said
        assert content(previous) == wanted
    assert [p.name for p in previous.parent.iterdir() if p.name.startswith(".")] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_output_that_cannot_be_written_is_told(kg: Run, seeds_folder: Path, environment: dict[str, str]) -> None:
    words = [sys.executable, "-m", "kg", "query", "who-works-where", "-d", str(seeds_folder)]
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, env=environment, check=False, timeout=60)
    assert b"Traceback" not in result.stderr
    assert b"Exception ignored" not in result.stderr
    assert result.returncode == 2, result.stderr


def test_a_reader_that_leaves_is_no_error(seeds_folder: Path, environment: dict[str, str]) -> None:
    words = [sys.executable, "-m", "kg", "query", "SELECT * { ?s ?p ?o }", "-d", str(seeds_folder)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    assert process.stdout
    assert process.stderr
    process.stdout.read(10)
    process.stdout.close()
    said = process.stderr.read()
    process.wait(60)
    process.stderr.close()
    assert said == b"", said


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a file system is not allowed")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_leaves_the_previous_output(full_disk: Path, undisturbed: Path, other: Path, kg: Run) -> None:
    out = Path(shutil.copytree(undisturbed, full_disk / "out"))
    old = content(out)
    with contextlib.suppress(OSError), (full_disk / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 4096)
    result = kg("build", other, "-o", out, "--no-cache")
    assert result.returncode == 2, in_words(result)
    assert "No space left" in in_words(result)
    assert content(out) == old
    assert sorted(p.name for p in full_disk.iterdir()) == ["ballast", "out"]
    (full_disk / "ballast").unlink()
    assert kg("build", other, "-o", out, "--no-cache").returncode == 0
    assert content(out) != old


def test_ctrl_c_at_any_moment_ends_with_130_and_the_previous_output(
    environment: dict[str, str], kg: Run, sources: Path, other: Path, previous: Path, wanted: dict[str, bytes]
) -> None:
    """The first and last moments of a process belong to the interpreter, which ends by the signal or says nothing."""
    started = time.monotonic()
    assert kg("build", sources, "-o", previous, "--no-cache").returncode == 0
    duration, moments = time.monotonic() - started, random.Random(8)  # noqa: S311
    codes: list[int] = []
    command = [sys.executable, "-m", "kg", "build", str(other), "-o", str(previous), "--no-cache", "--jobs"]
    while len(codes) < 6 or (codes.count(130) < 3 and len(codes) < 40):
        words = [*command, str(1 + len(codes) % 2)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        time.sleep(duration * moments.uniform(0.15, 0.8))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        codes.append(process.returncode)
        assert b"Traceback" not in said, said.decode()
        if process.returncode:
            assert content(previous) == wanted
            assert [p.name for p in previous.parent.iterdir() if p.name.startswith(".")] == []
        else:  # it had ended before: how long a build takes depends on what else the machine does
            duration *= 0.8
            assert kg("build", sources, "-o", previous, "--no-cache").returncode == 0
        if process.returncode == -signal.SIGINT:
            duration *= 1.2
    assert set(codes) <= {0, 130, -signal.SIGINT}, codes
    assert codes.count(130) >= 3, codes
