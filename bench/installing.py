"""An installation: the megabytes of `pip install accord-kg` in a fresh environment, and what importing takes there.

    python -m bench --only installing

The wheel is built of this checkout and installed as anybody does it, from the configured index, with the bytecode that
pip compiles. Counted are the bytes of the files that each package records; what `python -m venv` puts there itself is
not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection
from importlib.metadata import Distribution, distributions
from importlib.util import MAGIC_NUMBER
from marshal import dumps
from pathlib import Path

from bench.measuring import Figures, in_turn, middle, process, table

ROOT = Path(__file__).parents[1]
#: Packages of the table; the others are one row.
SHOWN = 8
IMPORTS = {
    "nothing": "pass",
    "`import kg`": "import kg",
    "`import kg; kg.open`": "import kg; kg.open",
    "`import rdflib`": "import rdflib",
    "`import spacy`": "import spacy",
}
#: What stands before the code in a file of bytecode: magic number, flags, time and size of the source (PEP 552).
_HEAD = len(MAGIC_NUMBER) + 12


def measure(*, rounds: int = 11) -> Figures:
    """Sizes of all packages, and the costs of imports."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(build, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        (wheel,) = Path(folder).glob("*.whl")
        home = Path(folder, "fresh")
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        (site,) = home.glob("lib/python*/site-packages")
        there = {d.name for d in distributions(path=[str(site)])}
        python = str(home / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "-q", str(wheel)], check=True, stderr=subprocess.DEVNULL)
        sides = {
            name: lambda code=code: process([python, "-c", code], python=False)  # type: ignore[misc]
            for name, code in IMPORTS.items()
        }
        return {
            "packages": [
                list(row) for row in sizes([d for d in distributions(path=[str(site)]) if d.name not in there])
            ],
            "pages": (ROOT / "kg" / "_web").is_dir(),
            "imports": {
                name: {"cpu": 1000 * middle(costs), "wall": 1000 * middle(costs, "wall")}
                for name, costs in in_turn(sides, rounds).items()
            },
        }


def sizes(packages: Collection[Distribution]) -> list[tuple[str, str, int, int]]:
    """(name, version, bytes, bytes of bytecode among them) of packages, the largest first.

    Bytecode that an installer left out is counted as what pip would have compiled.
    """
    found = []
    for package in packages:
        files = {str(f): Path(str(package.locate_file(f))) for f in package.files or ()}
        there = {name: path.stat().st_size for name, path in files.items() if path.is_file()}
        bytecode = sum(size for name, size in there.items() if name.endswith(".pyc"))
        if not bytecode:
            there[""] = bytecode = sum(compiled(files[name].read_bytes()) for name in there if name.endswith(".py"))
        found.append((package.name, package.version, sum(there.values()), bytecode))
    return sorted(found, key=lambda row: (-row[2], row[0]))


def compiled(source: bytes) -> int:
    """The size of the bytecode of a module; templates that are no Python have none."""
    try:
        return _HEAD + len(dumps(compile(source, "", "exec", dont_inherit=True)))
    except (SyntaxError, ValueError):
        return 0


def tell(f: Figures) -> str:
    """The section of the page."""
    packages = f["packages"]
    rest = packages[SHOWN:]
    rows = [[f"{name} {version}", _mb(size), _mb(code)] for name, version, size, code in packages[:SHOWN]]
    rows.append([f"{len(rest)} others", _mb(sum(p[2] for p in rest)), _mb(sum(p[3] for p in rest))])
    rows.append(["all", _mb(sum(p[2] for p in packages)), _mb(sum(p[3] for p in packages))])
    text = table(["package", "MB", "of it bytecode"], rows)
    if not f["pages"]:
        text += "\nThe pages of `kg site` were not built, which are 2 MB more.\n"
    text += "\n" + table(
        ["a new process that runs", "CPU", "wall"],
        [[name, f"{cost['cpu']:.0f} ms", f"{cost['wall']:.0f} ms"] for name, cost in f["imports"].items()],
    )
    return text


def _mb(size: int) -> str:
    return f"{size / 1e6:.1f}"


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
