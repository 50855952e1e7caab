"""The documentation: its commands run, its references are current, its links lead somewhere, and it can be built."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from kg.cli import reference
from kg.cli.app import EVERYWHERE, app
from tests import guides, messages, vocabulary
from tests.servers import OXIGRAPH

PAGES = sorted(path.relative_to(guides.ROOT).as_posix() for path in (guides.ROOT / "docs").rglob("*.md"))
BESIDE = ["CHANGELOG.md", "CONTRIBUTING.md", "README.md"]
RECORDS = [page for page in PAGES if page.startswith("docs/decisions/0")]
#: Messages that name no mend, because there is none that is always right; none may be added.
WITHOUT_MEND = 24
#: What users do not meet as it is: the reference takes over, a reply over HTTP, a mend that the class itself adds.
OTHERWISE = ("RefusedShapeError", "RequestError", "LimitError")


def commands_of(page: Path) -> list[tuple[str, str]]:
    """Each command of a page with the kind of its block."""
    return [
        (f"{block['kind']} not run" if block["reason"] else block["kind"], line.removeprefix("$ "))
        for block in guides.BLOCK.finditer(page.read_text("utf-8"))
        if block["kind"] in ("sh", "console")
        for line in block["body"].splitlines()
        if line.startswith("$ ") or block["kind"] == "sh"
    ]


# --- commands --------------------------------------------------------------------------------------------------------


def test_the_suites_below_have_something_to_look_at() -> None:
    assert len(guides.pages()) >= 10
    assert len(PAGES) >= 35
    assert len(RECORDS) >= 14
    assert sum(kind == "console" for page in guides.pages() for kind, _ in commands_of(page)) >= 30


@pytest.mark.skipif(not OXIGRAPH, reason="needs the server of the package oxigraph")
def test_the_guides_show_what_their_commands_print() -> None:
    """Rewrite them with: python -m tests.guides."""
    pytest.importorskip("fpdf", reason="prints the PDF that a guide reads")
    pytest.importorskip("pypdf", reason="reads it")
    for page, now in guides.render_all().items():
        assert page.read_text("utf-8") == now, page.name


@pytest.mark.parametrize("page", guides.pages(), ids=lambda page: page.stem)
def test_what_is_not_run_says_why_and_names_options_that_there_are(page: Path) -> None:
    for kind, line in commands_of(page):
        found = re.search(r"\bkg [a-z].*", line)
        if kind.startswith("sh") and found:
            assert kind == "sh not run", f"{page.name}: {line}"
            name, *words = shlex.split(found.group())[1:]
            command: Any = reference.commands(get_command(app))[name]
            options = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= options, line


@pytest.mark.parametrize("name", [*PAGES, *BESIDE])
def test_lines_of_commands_name_options_that_there_are(name: str, root: Path) -> None:
    commands = reference.commands(get_command(app))
    for line in (root / name).read_text("utf-8").splitlines():
        found = re.match(r"\s*(?:\$ )?(?:\w+=\S+ )*kg ([a-z]+) (.*)", line)
        if found and found[1] in commands:
            options = {option for parameter in commands[found[1]].params for option in parameter.opts}
            used = re.findall(r"(?<!\S)(--[a-z][a-z-]*)", found[2].partition(" | ")[0].partition(" && ")[0])
            assert set(used) <= options | set(EVERYWHERE), f"{name}: {line}"


def test_every_command_is_in_a_guide_or_in_the_readme() -> None:
    shown = "".join(page.read_text("utf-8") for page in (*guides.pages(), guides.ROOT / "README.md"))
    assert [name for name in reference.commands(get_command(app)) if f"kg {name}" not in shown] == []


# --- references ------------------------------------------------------------------------------------------------------


def test_the_reference_of_errors_is_current(root: Path) -> None:
    """Generate it: python -m tests.messages > docs/errors.md."""
    assert (root / "docs" / "errors.md").read_text("utf-8") == messages.markdown()


def test_errors_name_their_mend() -> None:
    found = messages.messages()
    assert {
        "InputError",
        "SettingsError",
        "QueryError",
        "OutputError",
        "StoreError",
        "AssetError",
        "ModelError",
    } <= set(found)
    assert sum(map(len, found.values())) >= 200
    silent = [m for name, listed in found.items() for m in listed if not m.hint and name not in OTHERWISE]
    assert len(silent) <= WITHOUT_MEND, "\n".join(f"{m.module}: {m.text}" for m in silent)


def test_the_page_of_terms_is_current(root: Path) -> None:
    """Generate it: python -m tests.vocabulary > docs/terms.md."""
    assert (root / "docs" / "terms.md").read_text("utf-8") == vocabulary.markdown()
    assert sum(map(len, vocabulary.terms().values())) >= 100


# --- links -----------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as renderers of Markdown make them."""
    heads = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", head.lower()).strip()) for head in heads}


@pytest.mark.parametrize("name", [*PAGES, *BESIDE])
def test_links_lead_somewhere(name: str, root: Path) -> None:
    page = root / name
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target, anchor in re.findall(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), f"{name}: {target}"
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there), f"{name}: {target}#{anchor}"


# --- decisions, citation, site ---------------------------------------------------------------------------------------


def test_decisions_are_numbered_listed_and_complete(root: Path) -> None:
    index = (root / "docs" / "decisions" / "index.md").read_text("utf-8")
    for number, record in enumerate(RECORDS, 1):
        text = (root / record).read_text("utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        assert title.startswith(f"{number:04d} ")
        assert f"- [{title}]({Path(record).name})" in index
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
        assert re.search(r"^Status: (accepted|replaced by \d{4})$", text, re.MULTILINE)


def test_the_citation_is_of_this_version(root: Path) -> None:
    """The fields that the Citation File Format 1.2.0 asks for, and no other than it has."""
    from kg import __version__

    yaml = pytest.importorskip("yaml", reason="reads CITATION.cff")
    cited = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert set(cited) <= {
        "cff-version",
        "message",
        "title",
        "authors",
        "type",
        "version",
        "license",
        "abstract",
        "keywords",
    }
    assert cited["cff-version"] == "1.2.0"
    assert str(cited["version"]) == __version__
    assert cited["license"] == "Apache-2.0"
    assert all(set(author) <= {"name", "website"} for author in cited["authors"])
    assert len(cited["keywords"]) == len(set(cited["keywords"]))


def test_the_pages_are_built_and_ask_no_other_machine(root: Path, tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="builds the pages")
    pytest.importorskip("material", reason="builds the pages")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    built = sorted((tmp_path / "site").rglob("*.html"))
    assert len(built) >= len(PAGES) + len(BESIDE)
    for page in built:
        fetched = re.findall(
            r'<(?:script|img|iframe|link)\b[^>]*?(?:src|href)="(?:https?:)?//[^"]*"', page.read_text("utf-8")
        )
        assert [tag for tag in fetched if 'rel="canonical"' not in tag] == [], page.name
