"""Packs the weights into the wheel: text that is a third as large, and nobody edits it there (kg/extract/packed.py)."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "kg/extract/weights"


class PackedWeights(BuildHookInterface[Any]):
    """NAME.tsv.gz for each NAME.tsv, which pyproject.toml leaves out; the same bytes at any time."""

    PLUGIN_NAME = "custom"
    made: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before a wheel is made; an editable one has what the checkout has."""
        if version == "editable":
            return
        self.made = Path(tempfile.mkdtemp())
        for source in sorted(Path(self.root, FOLDER).glob("*.tsv")):
            packed = self.made / f"{source.name}.gz"
            packed.write_bytes(gzip.compress(source.read_bytes(), mtime=0))
            build_data["force_include"][str(packed)] = f"{FOLDER}/{packed.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """After it was."""
        del version, build_data, artifact_path
        if self.made is not None:
            shutil.rmtree(self.made)
