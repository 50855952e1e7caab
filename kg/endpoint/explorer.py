"""The pages of `kg site`, made of the open build when they are first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from kg.endpoint.messages import HTML, PLAIN, Reply, RequestError
from kg.graph.query import Source
from kg.site.assembly import site_files
from kg.site.pages import PLAIN_POLICY, POLICY
from kg.stores.directory import DATASET, read_file, read_texts

ROOT = "/explorer/"
_TYPES = {".css": "text/css; charset=utf-8", ".html": HTML, ".js": "text/javascript; charset=utf-8", ".txt": PLAIN}

#: Digest of a dataset → its pages: one build is open at a time.
_made: dict[str, Mapping[str, bytes]] = {}


def explorer_file(path: str, store: Source, folder: Path, digest: str) -> Reply:
    """A file of the pages.

    Raises:
        RequestError: there is no such file.
        AssetError: the program of the pages has not been built.
        InputError: the build is too large for them, or its texts are not its own.
    """
    if path in (ROOT, ROOT.rstrip("/")):
        return Reply(status=308, headers=(("Location", f"{ROOT}index.html"),))
    files = _files(store, folder, digest)
    name = path.removeprefix(ROOT)
    if name not in files:
        raise RequestError(404, "there is no such page", hint=f"begin at {ROOT}")
    policy = POLICY if name == "index.html" else PLAIN_POLICY
    headers = (("Content-Security-Policy", f"{policy}; frame-ancestors 'none'"),)
    return Reply(type=_TYPES[Path(name).suffix], body=files[name], headers=headers)


def _files(store: Source, folder: Path, digest: str) -> Mapping[str, bytes]:
    if digest not in _made:
        dataset, report, words = (read_file(folder, name) for name in (DATASET, "report.ttl", "report.txt"))
        files = site_files(store, dataset, read_texts(folder), report, words.decode())
        _made.clear()
        _made[digest] = MappingProxyType(files)
    return _made[digest]
