"""The commands of the tutorial and the how-tos and their output: run them all in one folder, compare or rewrite.

python -m tests.guides      rewrites docs/tutorial.md and docs/how-to/*.md

A block `console` is run and shows what comes out. One with a title is written to the file of that name. `pycon` is a
doctest. A command in a block `sh` is one that cannot be run here; `<!-- not run: REASON -->` says why.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path

from tests import formats, servers

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<reason>[^>]*?) -->\n)?"
    r"```(?P<kind>\w+)(?: title=\"(?P<file>[^\"]+)\")?\n(?P<body>.*?)```",
    re.DOTALL,
)
WIDTH = 118
LINES = 24  # of a command's output; the rest is "…"
#: The address of a store in the pages, where a real one answers while they are run.
STORE = "http://localhost:7878"


def pages(root: Path = ROOT) -> list[Path]:
    """The tutorial, then the how-tos; each goes on in the folder that those before it left."""
    return [root / "docs" / "tutorial.md", *sorted((root / "docs" / "how-to").glob("[!i]*.md"))]


def render_all(root: Path = ROOT) -> dict[Path, str]:
    """Page → its text with the output that its commands give now."""
    with tempfile.TemporaryDirectory() as folder, _prepared(Path(folder), root) as store:
        return {page: _render(page, store) for page in pages(root)}


@contextlib.contextmanager
def _prepared(place: Path, root: Path) -> Iterator[str]:
    """The folder that pages start in, as the current one, with a store that answers; yields its address."""
    work = place / "work"
    shutil.copytree(root / "docs" / "examples" / "museums", work / "museums")
    (work / "inbox").mkdir()
    (work / "inbox" / "minutes.pdf").write_bytes(formats.as_pdf(formats.REPORT))
    before, environment = Path.cwd(), dict(os.environ)
    for variable in [name for name in os.environ if name.startswith("KG_") or name in ("COLUMNS", "SOURCE_DATE_EPOCH")]:
        del os.environ[variable]
    os.environ |= {"XDG_CACHE_HOME": str(place / "cache"), "NO_COLOR": "1"}
    (place / "store").mkdir()
    server = servers.start_oxigraph(place / "store") if servers.OXIGRAPH else None
    os.chdir(work)
    try:
        yield server.url if server else STORE
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)
        if server:
            server.stop()


def _render(page: Path, store: str) -> str:
    return BLOCK.sub(lambda block: _block(block, page, store), page.read_text("utf-8"))


def _block(block: re.Match[str], page: Path, store: str) -> str:
    body = block["body"]
    if block["file"]:
        Path(block["file"]).parent.mkdir(parents=True, exist_ok=True)
        Path(block["file"]).write_text(body, "utf-8")
    elif block["kind"] == "pycon":
        _check_python(body, page)
    elif block["kind"] == "console":
        commands = [line for line in body.splitlines() if line.startswith("$ ")]
        body = "\n".join(f"{line}\n{_run(line[2:], store)}" for line in commands)
        return f"```console\n{body}```"
    return block[0]


def _run(command: str, store: str) -> str:
    """What a command prints; `> FILE` behind it is obeyed."""
    from typer.testing import CliRunner

    from kg.cli.app import app

    words = shlex.split(command.replace(STORE, store))
    if words[0] != "kg":
        raise ValueError(f"only kg is run: {command}")
    target = words[-1] if len(words) > 2 and words[-2] == ">" else None
    arguments = words[1:-2] if target else words[1:]
    # A context of its own, as a process would have: what --queries adds is for this command alone.
    result = copy_context().run(CliRunner().invoke, app, arguments, catch_exceptions=False)
    if target:
        Path(target).write_bytes(result.stdout_bytes)
    text = (result.stderr if target else result.stdout + result.stderr).replace(store, STORE)
    lines = [line.rstrip() for line in text.splitlines()]
    shown = lines[:LINES] + (["…"] if len(lines) > LINES else [])
    return "".join(f"{line[: WIDTH - 1]}…\n" if len(line) > WIDTH else f"{line}\n" for line in shown)


def _check_python(body: str, page: Path) -> None:
    """Run a doctest.

    Raises:
        AssertionError: it shows something else than it says.
    """
    test = doctest.DocTestParser().get_doctest(body, _NAMES, page.name, str(page), 0)
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=told.append, clear_globs=False)
    _NAMES.update(test.globs)
    assert not runner.failures, "".join(told)


#: What the Python of one block leaves for the next.
_NAMES: dict[str, object] = {}


if __name__ == "__main__":
    for written, text in render_all().items():
        if written.read_text("utf-8") != text:
            written.write_text(text, "utf-8")
            sys.stdout.write(f"rewritten: {written.relative_to(ROOT)}\n")
