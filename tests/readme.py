"""The README's commands and their output: run them on the seeds, and compare or rewrite.

python -m tests.readme      rewrites README.md
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
EXCERPT = re.compile(r"<!-- excerpt: (\S+) -->\n```turtle\n.*?```", re.DOTALL)
WIDTH = 118
LINES = 24  # of a command's output; the rest is "…"


def render(readme: str, root: Path) -> str:
    """The README with the output that its commands give now."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "seeds").symlink_to(root / "seeds")
        rendered = CONSOLE.sub(lambda block: f"```console\n{_session(block[1], place, root)}```", readme)
        graph = (place / "out" / "graph.ttl").read_text()
        return EXCERPT.sub(
            lambda found: f"<!-- excerpt: {found[1]} -->\n```turtle\n{_block(graph, found[1])}\n```", rendered
        )


def _session(block: str, place: Path, root: Path) -> str:
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "\n".join(f"{line}\n{_run(line[2:], place, root)}" for line in commands)


def _run(command: str, place: Path, root: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("KG_", "PYTHON"))}
    environment |= {"COLUMNS": str(WIDTH), "NO_COLOR": "1", "PYTHONPATH": str(root)}
    words = [sys.executable, "-m", *shlex.split(command)]
    done = subprocess.run(words, cwd=place, env=environment, capture_output=True, text=True, check=False)
    lines = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
    shown = lines[:LINES] + (["…"] if len(lines) > LINES else [])
    return "".join(f"{line[: WIDTH - 1]}…\n" if len(line) > WIDTH else f"{line}\n" for line in shown)


def _block(graph: str, subject: str) -> str:
    """The statements about one subject in graph.ttl, long comments cut."""
    found = re.search(rf"^{re.escape(subject)} .*?\.(?=  #|\n)[^\n]*\n", graph, re.DOTALL | re.MULTILINE)
    text = found.group().rstrip() if found else f"# {subject} is not in the graph"
    return "\n".join(line[: WIDTH - 1] + "…" if len(line) > WIDTH else line for line in text.splitlines())


if __name__ == "__main__":
    checkout = Path(__file__).resolve().parents[1]
    page = checkout / "README.md"
    page.write_text(render(page.read_text(), checkout))
