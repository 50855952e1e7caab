"""README.md shows what the commands really print."""

from __future__ import annotations

from pathlib import Path

from tests.readme import CONSOLE, EXCERPT, render


def test_readme_is_current(root: Path) -> None:
    """Rewrite it with: python -m tests.readme."""
    readme = (root / "README.md").read_text()
    assert len(CONSOLE.findall(readme)) == 10
    assert len(EXCERPT.findall(readme)) == 1
    assert render(readme, root) == readme


def test_readme_names_the_two_commands(root: Path) -> None:
    readme = (root / "README.md").read_text()
    assert "make run" in readme
    assert "make test" in readme
