"""The files of a build before they are published: on disk, because they may be larger than memory."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.stores.files import scratch_folder


class Files(Mapping[str, bytes]):
    """Relative name → bytes of the files of a folder, which goes when nobody holds this any more.

    Attributes:
        folder: write the files here.
    """

    def __init__(self, near: Path | None = None) -> None:
        temporary = Path(tempfile.gettempdir())
        try:
            self.folder, held = scratch_folder(near or temporary, "work-" if near else "accord-")
        except OSError:
            self.folder, held = scratch_folder(temporary, "accord-")
        weakref.finalize(self, _remove, self.folder, held)

    def paths(self) -> dict[str, Path]:
        """Relative name → file."""
        found = sorted(p for p in self.folder.rglob("*") if p.is_file())
        return {p.relative_to(self.folder).as_posix(): p for p in found}

    def write(self, name: str, content: bytes) -> None:
        """Write a file.

        Raises:
            OSError: the disk refuses.
        """
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def __getitem__(self, name: str) -> bytes:
        path = self.folder / name
        if not path.is_file():
            raise KeyError(name)
        return path.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths())

    def __len__(self) -> int:
        return len(self.paths())


def _remove(folder: Path, held: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(held)
