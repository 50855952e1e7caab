"""Files are written whole or not at all, by one process at a time, inside their folder, over nobody's work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.errors import OutputError
from kg.filenames import clean_stem, folded
from kg.namespaces import DATA
from kg.sources import read_documents
from kg.stores.directory import MANIFEST, check_target, write_directory
from kg.stores.files import check_file, claim, safe_names, write_file

OLD = {"dataset.nq": b"old\n", "documents/gone.txt": b"gone\n"}
NEW = {"dataset.nq": b"new\n" * 5000, "documents/here.txt": b"here\n"}
#: Needs no more than an interpreter, so that it can be started many times.
PRELUDE = """
import sys
from pathlib import Path
from kg.stores.directory import write_directory
from kg.stores.files import claim, write_file
target = Path(sys.argv[1])
"""


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def hidden(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name.startswith("."))


@pytest.fixture
def start(root: Path, clean_environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts Python on a few lines after PRELUDE; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(lines: str, *words: str | Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PRELUDE + lines, *map(str, words)]
        pipe = subprocess.PIPE
        environment = clean_environment | {"PYTHONPATH": str(root)}
        started.append(subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


HOLD = "with claim(target):\n print('held', flush=True)\n __import__('time').sleep(60)"


def test_a_file_is_replaced_only_by_force_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    write_file(path, b"one")
    with pytest.raises(OutputError, match="exists already") as caught:
        write_file(path, b"two")
    assert "--force" in str(caught.value.hint)
    path.chmod(0o640)
    write_file(path, b"two", force=True)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o640)
    assert hidden(tmp_path) == []


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_file(tmp_path / "link", b"one")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"one"


def test_a_name_as_long_as_the_system_allows(tmp_path: Path) -> None:
    write_file(tmp_path / ("x" * 255), b"one")
    with pytest.raises(OutputError):
        write_file(tmp_path / ("x" * 256), b"one")
    assert hidden(tmp_path) == []


def test_what_is_no_place_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "loop", tmp_path / "pipe", Path("/dev/full"), tmp_path / "no\0name"):
        with pytest.raises(OutputError):
            check_file(place, force=True)
    with pytest.raises(OutputError):
        write_file(tmp_path / "nowhere" / "x", b"")


def test_what_a_killed_writer_left_goes_and_what_a_living_one_fills_stays(
    tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    lines = "import kg.stores.files as f\nd, s = f._stage(target)\nprint(s, flush=True)\n__import__('time').sleep(60)"
    dead, living = start(lines, tmp_path / "x.ttl"), start(lines, tmp_path / "x.ttl")
    assert dead.stdout
    assert living.stdout
    stages = [Path(stream.readline().strip()) for stream in (dead.stdout, living.stdout)]
    assert all(stage.exists() for stage in stages)
    dead.send_signal(signal.SIGKILL)
    dead.wait()
    write_file(tmp_path / "x.ttl", b"whole")
    assert [stage.exists() for stage in stages] == [False, True]
    assert (tmp_path / "x.ttl").read_bytes() == b"whole"


def test_two_builds_into_one_folder_are_refused_also_where_there_is_none_yet(
    tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    holder = start(HOLD, tmp_path / "deep" / "out")
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(OutputError, match="another process is writing") as caught:
        write_directory(tmp_path / "deep" / "out", NEW)
    assert caught.value.hint
    assert not (tmp_path / "deep" / "out").exists()
    write_directory(tmp_path / "deep" / "other", NEW)


def test_a_killed_build_leaves_no_lock_behind(tmp_path: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    holder = start(HOLD, tmp_path / "out")
    assert holder.stdout
    holder.stdout.readline()
    assert hidden(tmp_path) == [".out.lock"]
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    write_directory(tmp_path / "out", NEW)
    assert hidden(tmp_path) == []


def test_of_many_that_want_a_folder_at_once_each_has_it_alone(
    tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    lines = (
        "import time, os\nfrom kg.errors import OutputError\nmine = target.parent / 'inside'\n"
        "for _ in range(60):\n"
        " try:\n"
        "  with claim(target):\n"
        "   os.close(os.open(mine, os.O_CREAT | os.O_EXCL)); time.sleep(0.001); mine.unlink()\n"
        " except OutputError: time.sleep(0.001)\n"
    )
    processes = [start(lines, tmp_path / "out") for _ in range(3)]
    assert [(process.wait(), process.communicate()[1]) for process in processes] == [(0, "")] * 3
    assert hidden(tmp_path) == []


def test_claims_of_one_process_may_be_nested(tmp_path: Path) -> None:
    with claim(tmp_path / "out"):
        with claim(tmp_path / "x" / ".." / "out"):
            write_directory(tmp_path / "out", OLD)
        write_directory(tmp_path / "out", NEW)
    assert hidden(tmp_path) == []


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".out.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(OutputError):
        write_directory(tmp_path / "out", NEW)
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize("name", ["dataset.nq", "documents/gone.txt"])
def test_what_somebody_changed_is_not_lost(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    write_directory(out, OLD)
    (out / name).write_bytes(b"corrected by hand\n")
    with pytest.raises(OutputError, match=f"changed since .*{name}") as caught:
        check_target(out)
    assert "--force" in str(caught.value.hint)
    with pytest.raises(OutputError, match=f"changed since .*{name}"):
        write_directory(out, NEW)
    assert (out / name).read_bytes() == b"corrected by hand\n"
    write_directory(out, NEW, force=True)
    assert content(out)["dataset.nq"] == NEW["dataset.nq"]


def test_what_somebody_removed_is_written_again(tmp_path: Path) -> None:
    write_directory(tmp_path / "out", OLD)
    (tmp_path / "out" / "dataset.nq").unlink()
    write_directory(tmp_path / "out", OLD)
    assert content(tmp_path / "out")["dataset.nq"] == b"old\n"


def test_force_takes_no_foreign_files_along(tmp_path: Path) -> None:
    write_directory(tmp_path / "out", OLD)
    (tmp_path / "out" / "diary.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"diary\.txt"):
        write_directory(tmp_path / "out", NEW, force=True)


def test_a_link_in_the_folder_is_foreign_and_nothing_behind_it_is_touched(tmp_path: Path) -> None:
    out, away = tmp_path / "out", tmp_path / "away"
    write_directory(out, OLD)
    away.mkdir()
    (away / "gone.txt").write_bytes(b"gone\n")
    (out / "documents" / "gone.txt").unlink()
    (out / "documents").rmdir()
    (out / "documents").symlink_to(away, target_is_directory=True)
    with pytest.raises(OutputError, match="documents"):
        write_directory(out, NEW)
    assert content(away) == {"gone.txt": b"gone\n"}


@pytest.mark.parametrize("folder", ["out", "down/out"])
def test_a_target_that_is_a_circle_of_links(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder.split("/", maxsplit=1)[0]).symlink_to(tmp_path / folder.split("/", maxsplit=1)[0])
    with pytest.raises(OutputError):
        write_directory(tmp_path / folder, NEW)


ESCAPES = (
    "../x",
    "documents/../../x",
    "/etc/x",
    "documents//x",
    "documents/./x",
    "",
    ".",
    "..",
    "documents/",
    "a\\b",
    "a\0b",
    "a\nb",
    "a\x1b[2Jb",
    "a\x85b",
    "a\udcffb",
    "documents/" + "x" * 256,
    "documents/" + "é" * 128,
)


@pytest.mark.parametrize("name", ESCAPES)
def test_names_that_lead_out_of_the_folder_or_are_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(OutputError, match="is no name"):
        write_directory(tmp_path / "in" / "out", {name: b"x"})
    assert list(tmp_path.rglob("*")) == [tmp_path / "in"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("documents/Report.txt", "documents/report.txt"),
        ("documents/café.txt", "documents/cafe\u0301.txt"),
        ("documents/STRASSE.txt", "documents/straße.txt"),
        ("documents/İ.txt", "documents/i\u0307.txt"),
    ],
)
def test_names_that_are_one_file_on_other_systems(tmp_path: Path, one: str, other: str) -> None:
    assert folded(one) == folded(other)
    with pytest.raises(OutputError, match="one file with"):
        write_directory(tmp_path / "out", {one: b"1", other: b"2"})


def test_names_that_are_different_everywhere() -> None:
    safe_names(["documents/a.txt", "documents/ä.txt", "documents/b c.txt", "documents/" + "x" * 255, "数.txt", "…"])
    assert unicodedata.normalize("NFD", folded("É")) == "e\u0301"


@pytest.mark.parametrize(
    ("stem", "clean"),
    [
        ("000_765f323035fc507c", "000_765f323035fc507c"),
        ("Bericht über 2 Jahre, Teil (1) – neu", "Bericht über 2 Jahre, Teil (1) – neu"),
        ("cafe\u0301", "café"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("a/b\\c:d", "a_b_c_d"),
        ("\u202egpj.exe", "_gpj.exe"),
        ("a\x1b[2J\nb", "a_[2J_b"),
        ("no\xa0break", "no break"),
        ("not\udcffutf8", "not_utf8"),
        ("ends in dots. .", "ends in dots"),
        ("é" * 300, "é" * 100),
        ("x" + "é" * 300, "x" + "é" * 99),
        ("数" * 300, "数" * 66),
    ],
)
def test_a_stem_is_a_name_everywhere(stem: str, clean: str) -> None:
    assert clean_stem(stem) == clean
    assert clean_stem(clean) == clean
    safe_names([f"documents/{clean}-12345.txt"])


def test_documents_whose_names_clash_get_names_of_their_own_in_any_order(tmp_path: Path) -> None:
    """Names that only this system tells apart, and one that is no text at all."""
    stems = [b"caf\xc3\xa9", b"cafe\xcc\x81", b"Caf\xc3\xa9", b"\xff\xfe", b"_", b"a\nb", b"a_b", b"a:b", b"x" * 250]
    for number, stem in enumerate(stems):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / os.fsdecode(stem + b".txt")).write_text(f"text {number}")
    documents, skipped = read_documents([tmp_path], DATA)
    assert skipped == ()
    names = [document.name for document in documents]
    assert len(names) == len(stems) == len({folded(name) for name in names})
    again, _ = read_documents([tmp_path / str(number) for number in reversed(range(len(stems)))], DATA)
    assert {d.name: d.text for d in again} == {d.name: d.text for d in documents}
    write_directory(tmp_path / "out", {f"documents/{d.name}.txt": d.text.encode() for d in documents})
    assert len(content(tmp_path / "out")) == len(stems) + 1


def test_sources_whose_names_cannot_be_are_skipped_in_words_that_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "good.txt").write_text("good")
    (tmp_path / os.fsdecode(b"\xff.txt")).write_text("good")
    paths = [tmp_path, tmp_path / ("x" * 300), tmp_path / "loop", tmp_path / "no\0name", Path(os.fsdecode(b"\xfe"))]
    documents, skipped = read_documents(paths, DATA)
    assert len(documents) == 1
    assert len(skipped) == 5
    assert all((item.source + item.reason).encode() for item in skipped)


def test_a_file_that_the_system_cuts_off_leaves_the_old_folder(
    tmp_path: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    """A limit on the size of files, as the kernel enforces it, in the middle of the second file."""
    out = tmp_path / "out"
    write_directory(out, OLD)
    before = content(out)
    lines = (
        "import resource\nfrom kg.errors import OutputError\nresource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "try: write_directory(target, {'a': b'1', 'dataset.nq': b'new' * 5000})\n"
        "except OutputError as error: print(error.message, '|', error.hint)\n"
        "try: write_file(target.parent / 'x.ttl', b'new' * 5000)\n"
        "except OutputError as error: print(error.message)\n"
    )
    told, wrong = start(lines, out).communicate(timeout=30)
    assert wrong == ""
    assert told.count("cannot write: File too large") == 2
    assert content(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def refusal(target: Path) -> str:
    try:
        if target.name == "x":
            write_file(target, b"")
        else:
            write_directory(target, NEW)
    except BaseException as error:  # a traceback of the child would be lost
        return error.message if isinstance(error, OutputError) else repr(error)
    return "written"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_that_belongs_to_somebody_else(tmp_path: Path) -> None:
    """In a child that may not write there: refused in words, and nothing is touched."""
    out = tmp_path / "out"
    write_directory(out, OLD)
    for folder in (out, tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    before = content(tmp_path)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        os.write(writer, "\n".join(map(refusal, (out, tmp_path / "x", tmp_path / "new"))).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    told = os.read(reader, 1000).decode().split("\n")
    os.close(reader)
    assert told == ["cannot write: Permission denied"] * 3
    assert content(tmp_path) == before


@pytest.mark.parametrize("number", range(12))
def test_ctrl_c_at_any_moment_leaves_one_folder_or_the_other(
    tmp_path: Path, number: int, start: Callable[..., subprocess.Popen[str]]
) -> None:
    out = tmp_path / "out"
    write_directory(out, OLD)
    old = content(out)
    lines = (
        "print('go', flush=True)\n"
        "for n in range(10**6): write_directory(target, {'dataset.nq': b'%d' % n, 'documents/x.txt': b'%d' % n})\n"
    )
    process = start(lines, out)
    assert process.stdout
    assert process.stdout.readline() == "go\n"
    time.sleep(0.0007 * number)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == -signal.SIGINT
    found = content(out) if out.exists() else content(tmp_path / ".out.previous")
    one = found.pop(MANIFEST)
    assert one == old[MANIFEST] or found["dataset.nq"] == found["documents/x.txt"]
    write_directory(out, NEW)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]
    assert set(content(out)) == {*NEW, MANIFEST}
