"""The one place that knows where ontology, shapes and queries lie: in the wheel, an editable install or a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kg.errors import AssetError

FOLDERS = ("ontology", "shapes", "queries", "queries/audit")


@cache
def root() -> Path:
    """The folder that holds the asset folders.

    Raises:
        AssetError: neither the wheel's copy nor a checkout is there.
    """
    packaged = Path(__file__).resolve().parent / "_assets"
    if packaged.is_dir():
        return packaged
    checkout = Path(__file__).resolve().parents[1]
    if (checkout / "pyproject.toml").is_file():  # never read a stranger's folder
        return checkout
    raise AssetError("Accord's own files are missing", where=str(packaged), hint="install the package again")


def names(folder: str, suffix: str = "") -> list[str]:
    """File names in one of FOLDERS that end in `suffix`, sorted.

    Raises:
        AssetError: there is no such folder.
    """
    if folder not in FOLDERS or not (root() / folder).is_dir():
        raise AssetError("no such folder", where=folder, hint="there are: " + ", ".join(FOLDERS))
    return sorted(f.name for f in (root() / folder).iterdir() if f.is_file() and f.name.endswith(suffix))


def read(folder: str, name: str) -> bytes:
    """The bytes of one asset.

    Raises:
        AssetError: there is no such file; the hint lists those there are.
    """
    path = root() / folder / name
    if folder not in FOLDERS or "/" in name or not path.is_file():
        raise AssetError(f"no such file in {folder}", where=name, hint="there are: " + ", ".join(names(folder)))
    return path.read_bytes()


def digest(folder: str) -> str:
    """The SHA-256 of all files of a folder with their names: another one means that something in it differs."""
    from hashlib import sha256

    lines = (f"{sha256(read(folder, name)).hexdigest()}  {name}\n" for name in names(folder))
    return sha256("".join(lines).encode()).hexdigest()
