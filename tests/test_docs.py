"""What is promised is documented: every command, option, question and shape; docs/cli.md is what the commands say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from kg import assets
from kg.cli import reference
from kg.cli.app import app
from kg.graph.catalogue import Question, load_catalogue

COMMANDS = reference.commands(get_command(app))
QUESTIONS = load_catalogue()
SHAPES = assets.names("shapes", ".ttl")


def test_nothing_is_missing_from_what_follows() -> None:
    """The suites below are made from these lists: an empty one would pass everything."""
    names = "build validate query explain path audit plot coverage verify export digest link reconcile ontology"
    names += " load diff serve site mcp cache doctor"
    assert " ".join(COMMANDS) == names
    assert len(QUESTIONS) >= 10
    assert len(SHAPES) >= 5


def test_the_reference_is_current(root: Path) -> None:
    written = (root / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == reference.markdown(), "generate it: python -m kg.cli.reference > docs/cli.md"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_is_documented(root: Path, name: str) -> None:
    command: Any = COMMANDS[name]
    summary = command.get_short_help_str(limit=66)
    assert summary.endswith("."), "the first sentence of the docstring must fit into the list of commands"
    assert not summary.endswith("..."), "the first sentence of the docstring must fit into the list of commands"
    assert f"## kg {name}\n" in (root / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"```sh\nkg {name}" in (root / "docs" / "cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(root: Path, name: str) -> None:
    assert f"kg {name}" in (root / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name: str) -> None:
    command: Any = COMMANDS[name]
    assert command.params
    for parameter in command.params:
        assert parameter.help, f"{name} {parameter.name}"
        assert parameter.help.endswith("."), f"{name} {parameter.name}"


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_every_question_says_what_it_asks_and_answers(question: Question) -> None:
    assert question.summary.endswith("?")
    assert question.tags
    assert question.columns
    for name, meaning in question.columns:
        assert f"?{name}" in question.text, f"column {name}"
        assert meaning, f"column {name}"
    for parameter in question.parameters:
        assert f"?_{parameter.name}" in question.text, f"parameter {parameter.name}"
        assert parameter.description, f"parameter {parameter.name}"
        if parameter.choices and parameter.default:
            assert parameter.default in parameter.choices


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_in_the_reference(root: Path, question: str) -> None:
    assert f"### {question}\n" in (root / "docs" / "cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SHAPES)
def test_every_file_of_shapes_says_what_it_is_about(name: str) -> None:
    first = assets.read("shapes", name).decode().splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith((".", ":"))
