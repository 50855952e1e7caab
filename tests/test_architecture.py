"""What keeps the code readable as it grows: layers, sizes, docstrings, late imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "kg").rglob("*.py"))

MODULE_LINES = 400
FUNCTION_LINES = 60
#: "kg/path.py" or "kg/path.py:function" → why it may be longer.
LONGER: dict[str, str] = {}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, Definition]]:
    """Functions and classes in a module, with dotted names; those inside functions are private to them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield prefix + child.name, child
            yield from definitions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + child.name, child
            yield from definitions(child, f"{prefix}{child.name}._inside.")
        else:
            yield from definitions(child, prefix)


@cache
def all_definitions() -> tuple[tuple[str, str, Definition], ...]:
    return tuple(
        (path.relative_to(ROOT).as_posix(), name, node)
        for path in MODULES
        for name, node in definitions(ast.parse(path.read_text("utf-8")))
    )


def test_the_package_is_looked_at() -> None:
    assert len(MODULES) >= 20
    assert len(all_definitions()) >= 100


def test_modules_and_functions_are_short() -> None:
    sizes = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    offenders = {name: lines for name, lines in sizes.items() if lines > MODULE_LINES}
    for shown, name, node in all_definitions():
        lines = (node.end_lineno or 0) - node.body[0].lineno + 1  # the signature of a command is a table of options
        if not isinstance(node, ast.ClassDef) and lines > FUNCTION_LINES:
            offenders[f"{shown}:{name}"] = lines
    assert {name: lines for name, lines in offenders.items() if name not in LONGER} == {}
    assert set(LONGER) <= set(offenders), "an exception that is no longer needed"


def test_every_public_name_is_documented() -> None:
    missing = [f"{path.relative_to(ROOT)}" for path in MODULES if not documented(path)]
    for shown, name, node in all_definitions():
        if not any(part.startswith("_") for part in name.split(".")) and not ast.get_docstring(node):
            missing.append(f"{shown}:{name}")
    assert missing == []


def documented(path: Path) -> bool:
    """Whether a module begins with a docstring, or is the empty file of a namespace."""
    text = path.read_text("utf-8")
    return not text.strip() or bool(ast.get_docstring(ast.parse(text)))


def test_nothing_private_is_imported_from_another_module() -> None:
    taken = [
        f"{path.relative_to(ROOT)}: {node.module}.{alias.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert taken == []


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "engine"}
    assert [str(path) for path in MODULES if path.stem in drawers] == []


def test_layers_point_downwards() -> None:
    done = run("-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache")
    assert done.returncode == 0, done.stdout
    assert "11 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("kg", ["rdflib", "spacy", "typer", "numpy"]),
        ("kg.model", ["rdflib", "spacy", "typer", "numpy"]),
        ("kg.sources", ["rdflib", "spacy", "typer", "numpy"]),
        ("kg.cli.app", ["rdflib", "spacy", "pyshacl", "owlrl", "numpy"]),
        ("kg.graph.query", ["spacy", "pyshacl", "owlrl"]),
    ],
)
def test_heavy_libraries_are_imported_late(module: str, absent: list[str]) -> None:
    done = run("-c", f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])")
    assert done.stderr == ""
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("command", [["--help"], ["build", "--help"], ["query"], ["query", "--help"]])
def test_commands_that_read_no_text_do_not_load_spacy(command: list[str]) -> None:
    script = f"""
import sys
from kg.cli.app import main
sys.argv = ["kg", *{command!r}]
try:
    main()
except SystemExit as stop:
    print("exit", stop.code or 0, [name for name in ("spacy", "thinc", "pyshacl", "owlrl") if name in sys.modules])
"""
    done = run("-c", script)
    assert done.stdout.splitlines()[-1:] == ["exit 0 []"], done.stderr


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in the checkout."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
