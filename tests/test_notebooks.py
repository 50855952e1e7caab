"""The notebooks run, and show what they showed when they were written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbclient", reason="notebooks are run with nbclient and ipykernel")
pytest.importorskip("ipykernel", reason="notebooks are run with nbclient and ipykernel")
pytest.importorskip("pandas", reason="a notebook makes a data frame")


def test_notebooks_show_what_they_showed(root: Path, clean_environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.notebooks", "--check"],
        cwd=root,
        env=clean_environment | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == ["journalist.ipynb", "librarian.ipynb"]
