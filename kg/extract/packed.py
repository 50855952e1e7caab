"""Files of weights: text in a checkout and where they are trained, packed in the wheel."""

from __future__ import annotations

import gzip
import zlib
from importlib.resources import files
from pathlib import Path


def read_weights(folder: Path | None, name: str) -> str:
    """The text of a file of weights, NAME or else NAME.gz, of a folder or of those that Accord comes with.

    Raises:
        OSError: it is missing; ValueError: it is malformed.
    """
    source = folder or files("kg.extract") / "weights"
    plain, packed = source / name, source / f"{name}.gz"
    if not packed.is_file() or plain.is_file():
        return plain.read_text(encoding="utf-8")
    try:
        return gzip.decompress(packed.read_bytes()).decode("utf-8")
    except (zlib.error, EOFError) as error:
        raise ValueError(f"{name}.gz is damaged") from error
