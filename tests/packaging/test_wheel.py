"""The wheel holds what the checkout holds, and works where there is no checkout.

Nothing is downloaded: the wheel is built with the environment's hatchling, and the fresh environment sees the libraries
of the one that runs the tests, but neither its editable install nor the checkout.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.installing import compiled, sizes
from kg import __version__
from kg.assets import FOLDERS

pytestmark = pytest.mark.packaging


def run(command: Sequence[str | Path], cwd: Path, env: dict[str, str] | None = None) -> str:
    """What a command prints; the test fails with its messages when it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def tracked(root: Path, *folders: str) -> list[str]:
    """Files of the checkout: what git knows and does not ignore, or everything where there is no git."""
    if (root / ".git").exists():
        listed = run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders], root).splitlines()
        return sorted(name for name in listed if (root / name).is_file())
    found = [path for folder in folders for path in (root / folder).rglob("*") if path.is_file()]
    return sorted(path.relative_to(root).as_posix() for path in found if "__pycache__" not in path.parts)


@pytest.fixture(scope="module")
def sdist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder], root)
    (made,) = folder.glob("*.tar.gz")
    return made


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(["tar", "xzf", sdist], folder)
    (source,) = (path for path in folder.iterdir() if path.is_dir())
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], source)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `kg` command of a fresh environment that holds nothing of its own but the wheel."""
    home = tmp_path_factory.mktemp("fresh")
    run([sys.executable, "-m", "venv", "--without-pip", home], home)
    python = home / "bin" / "python"
    run([sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel], home)
    (site,) = home.glob("lib/python*/site-packages")
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "libraries.pth").write_text("\n".join(sorted(libraries)) + "\n", "utf-8")
    return home / "bin" / "kg"


def test_the_wheel_has_the_assets_and_the_code_of_the_checkout(wheel: Path, root: Path) -> None:
    names = [name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")]
    code = sorted(name for name in names if name.startswith("kg/") and not name.startswith(("kg/_assets/", "kg/_web/")))
    weights = "kg/extract/weights/"
    packed = [f"{name}.gz" if name.startswith(weights) else name for name in tracked(root, "kg")]
    assert code == sorted(packed)
    assert sum(name.startswith(weights) for name in code) >= 7
    with zipfile.ZipFile(wheel) as archive:
        for name in code:
            content = archive.read(name)
            plain = root / name.removesuffix(".gz") if name.startswith(weights) else root / name
            assert (gzip.decompress(content) if plain.name != Path(name).name else content) == plain.read_bytes(), name
    pages = sorted(path.relative_to(root).as_posix() for path in (root / "kg" / "_web").glob("*"))
    assert sorted(name for name in names if name.startswith("kg/_web/")) == pages, "what make web has built"
    expected = tracked(root, *FOLDERS)
    assert all(any(name.startswith(folder + "/") for name in expected) for folder in FOLDERS)
    prefix = "kg/_assets/"
    assert sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix)) == expected


#: Megabytes of an installation with the packages that it needs and their bytecode.
MOST = 350


def needed(requirements: Iterable[str]) -> dict[str, Distribution]:
    """What a package with these requirements brings, of the environment that runs the tests.

    A package in a version that is not asked for skips the test: its size is not that of an installation.
    """
    todo, seen, found = [Requirement(text) for text in requirements], set[str](), dict[str, Distribution]()
    while todo:
        asked = todo.pop()
        key = str(asked)
        if key in seen:
            continue
        seen.add(key)
        found[canonicalize_name(asked.name)] = package = distribution(asked.name)
        if not asked.specifier.contains(package.version):
            pytest.skip(f"{asked} is asked for, and {package.version} is here: not the locked environment")
        for requirement in map(Requirement, package.requires or ()):
            extras = asked.extras or {""}
            if not requirement.marker or any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
                todo.append(requirement)
    return found


def test_an_installation_takes_no_more_than_350_megabytes(wheel: Path, root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    packages = needed(project["dependencies"])
    packages.pop("setuptools", None)  # in each environment on 3.11, and 6 MB less of numpy on later ones
    assert len(packages) > 40
    with zipfile.ZipFile(wheel) as archive:
        own = sum(
            info.file_size + (compiled(archive.read(info)) if info.filename.endswith(".py") else 0)
            for info in archive.infolist()
        )
    others = {name: size for name, _, size, _ in sizes(packages.values())}
    assert own < 13_000_000
    assert own + sum(others.values()) <= MOST * 1_000_000, sorted(others.items(), key=lambda item: -item[1])[:9]


def test_the_wheel_has_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        beside = [name for name in archive.namelist() if name.startswith(f"accord_kg-{__version__}.data/")]
        metadata = archive.read(f"accord_kg-{__version__}.dist-info/METADATA").decode()
        entry_points = archive.read(f"accord_kg-{__version__}.dist-info/entry_points.txt").decode()
    assert tops == {"kg", f"accord_kg-{__version__}.data", f"accord_kg-{__version__}.dist-info"}
    assert beside == [f"accord_kg-{__version__}.data/data/share/man/man1/kg.1"]
    assert "License-Expression: Apache-2.0" in metadata
    assert metadata.count("License-File: ") == 2
    assert "kg = kg.cli.start:main" in entry_points


def test_the_source_distribution_has_seeds_and_tests_too(sdist: Path, root: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert set(tracked(root, "kg", "seeds", "tests", "web", *FOLDERS)) <= names
    assert [name for name in names if "node_modules" in name] == []
    assert {"pyproject.toml", "LICENSE", "NOTICE", "README.md", "requirements.lock", "Makefile"} <= names


def test_the_installed_command_works_from_another_directory(
    installed: Path, root: Path, tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    where = run([installed.parent / "python", "-c", "import kg; print(kg.__file__)"], tmp_path, clean_environment)
    assert Path(where.strip()).is_relative_to(installed.parents[1])
    assert __version__ in run([installed, "--version"], tmp_path, clean_environment)

    listing = run([installed, "query"], tmp_path, clean_environment)
    files = [Path(name) for name in tracked(root, "queries") if name.endswith(".rq")]
    queries = [path.stem for path in files if path.parent == Path("queries")]
    assert len(queries) >= 10
    assert [name for name in queries if name not in listing] == []
    checks = run([installed, "audit", "--list"], tmp_path, clean_environment)
    assert len(checks.splitlines()) >= 10


def test_the_installed_command_builds_and_answers(
    installed: Path, tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    text = "Ann Lee is the president of the Salt Fork Teachers Association.\n"
    (tmp_path / "note.txt").write_text(text, "utf-8")
    run([installed, "build", "note.txt", "-o", "out"], tmp_path, clean_environment)
    assert (tmp_path / "out" / "documents" / "note.txt").read_text("utf-8") == text
    run([installed, "verify", "out"], tmp_path, clean_environment)
    assert "ok    language model: " in run([installed, "doctor"], tmp_path, clean_environment)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["note.txt", "out"]
