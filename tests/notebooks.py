"""Runs the notebooks of docs/notebooks: `python -m tests.notebooks` writes their outputs anew, `--check` compares."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "notebooks"


def executed(path: Path) -> Any:
    """The notebook with the outputs of a run in the checkout; errors are raised."""
    from nbclient import NotebookClient

    nbformat = _nbformat()
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}})
    client.execute()
    for cell in notebook.cells:
        cell.metadata.clear()  # when each cell ran
        for output in cell.get("outputs", ()):
            output.get("metadata", {}).clear()
            if "data" in output:
                output["data"] = {kind: _stable(text) for kind, text in output["data"].items()}
                if "text/html" in output["data"]:  # what is shown; the plain form is long, and nobody sees it
                    del output["data"]["text/plain"]
    notebook.metadata = nbformat.NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    return notebook


def _stable(text: Any) -> Any:
    """Without addresses in memory and names of temporary folders."""
    return re.sub(r"0x[0-9a-f]{6,}|kg-graph-\w{8}", "…", text) if isinstance(text, str) else text


def _nbformat() -> Any:
    import nbformat  # partly typed

    return nbformat


def main(check: bool) -> int:
    """Write the outputs of all notebooks, or tell those whose outputs are out of date."""
    nbformat = _nbformat()
    stale = []
    for path in sorted(FOLDER.glob("*.ipynb")):
        text = nbformat.writes(executed(path)) + "\n"
        if check and text != path.read_text(encoding="utf-8"):
            stale.append(path.name)
        elif not check:
            path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.name}\n")
    if stale:
        sys.stderr.write(f"out of date: {', '.join(stale)}; write them with: python -m tests.notebooks\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
