"""Where what can be made again is kept."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def copies() -> list[tuple[Path, float, int]]:
    """The copies of large datasets for quick opening: folder, when it was made (seconds of the epoch), bytes."""
    found = []
    for folder in sorted((cache_folder() / "stores").glob("[0-9a-f]*-*")):
        with suppress(OSError):  # another process removes it just now
            taken = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
            found.append((folder, folder.stat().st_mtime, taken))
    return found


def cache_folder() -> Path:
    """The folder `accord` in $XDG_CACHE_HOME, or in ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "accord"
