"""The program of the pages, which `make web` builds from web/: the wheel carries it, a checkout may lack it."""

from __future__ import annotations

import gzip
from pathlib import Path

from kg.errors import AssetError

#: What the build of web/ leaves, each packed as NAME.gz; `oxigraph.js` is the SPARQL engine, which pages load only when
#: they ask.
FILES = ("app.css", "app.js", "licences.txt", "oxigraph.js")


def folder() -> Path:
    """Where the built program lies."""
    return Path(__file__).resolve().parents[1] / "_web"


def present() -> bool:
    """Whether the program is there."""
    return all((folder() / f"{name}.gz").is_file() for name in FILES)


def program() -> dict[str, bytes]:
    """The files of the program by name.

    Raises:
        AssetError: it has not been built.
    """
    if not present():
        hint = "build it with `make web`, which needs Node 20 or newer and npm; all other commands work without it"
        raise AssetError("the program of the pages has not been built in this checkout", hint=hint)
    return {name: gzip.decompress((folder() / f"{name}.gz").read_bytes()) for name in FILES}
