"""Sources that lie elsewhere: what a URL names (s3://, file://, memory:// …) is fetched, and then read as files are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from kg.errors import InputError, SettingsError
from kg.limits import Limits
from kg.model import Skipped
from kg.sources import READERS

#: A URL as it comes out of a path, where two strokes are one.
_URL = re.compile(r"([a-z][a-z0-9+.-]{1,20}):/+(.+)")
_SIDECAR = ".meta.toml"


@dataclass(frozen=True, slots=True)
class Fetched:
    """Paths that can be read, and what they stand for.

    Attributes:
        paths: local ones, in the order of the sources.
        names: local folder → URL that it was fetched from.
    """

    paths: tuple[Path, ...]
    names: dict[str, str]

    def told(self, skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
        """Skipped sources under the names that they were asked for by."""

        def shown(text: str) -> str:
            for folder, url in self.names.items():
                text = text.replace(folder, url)
            return text

        return tuple(Skipped(source=shown(s.source), reason=shown(s.reason)) for s in skipped)


@contextmanager
def fetched(sources: Sequence[Path], limits: Limits) -> Iterator[Fetched]:
    """The sources with those that are URLs fetched into a folder, which goes at the end of the block.

    Raises:
        SettingsError: what is needed for such URLs is not installed.
        InputError: there is nothing at a URL, or it cannot be fetched.
    """
    if not any(map(url_of, sources)):
        yield Fetched(tuple(sources), {})
        return
    with TemporaryDirectory(prefix="kg-remote-") as place:
        paths, names = list[Path](), dict[str, str]()
        for number, source in enumerate(sources):
            url = url_of(source)
            if url is None:
                paths.append(source)
                continue
            folder = Path(place, str(number))
            names[str(folder)] = url.rstrip("/")
            paths.append(_fetch(url, folder, limits))
        yield Fetched(tuple(paths), names)


def url_of(source: Path) -> str | None:
    """The URL that a source is; None for a path, and for what looks like a URL but lies here."""
    found = _URL.fullmatch(source.as_posix())
    if found is None or source.exists():
        return None
    scheme, rest = found.groups()
    return f"{scheme}:///{rest}" if scheme in ("file", "local") else f"{scheme}://{rest}"


def _fetch(url: str, folder: Path, limits: Limits) -> Path:
    try:
        import fsspec
    except ImportError as error:
        hint = "pip install 'accord-kg[remote]'"
        raise SettingsError("sources named by URL need fsspec", where=url, hint=hint) from error
    try:
        system, root = fsspec.core.url_to_fs(url)
        return _copy(system, root, url, folder, limits)
    except ImportError as error:
        raise SettingsError(f"such URLs need another package: {error}", where=url, hint="install it") from error
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise InputError(
            f"cannot be fetched: {words}", where=url, hint="check the URL and what you may read"
        ) from error


def _copy(system: Any, root: str, url: str, folder: Path, limits: Limits) -> Path:
    """Copy a file, or all files below a folder that a reader knows, with their sidecars."""
    whole = system.isdir(root)
    names = sorted(system.find(root)) if whole else [root]
    wanted = [n for n in names if n.endswith(_SIDECAR) or PurePosixPath(n).suffix.lower() in READERS or not whole]
    if not wanted or not (whole or system.isfile(root)):
        raise InputError("there are no documents here", where=url, hint="check the URL")
    if not whole:
        sidecar = f"{root.removesuffix(PurePosixPath(root).suffix)}{_SIDECAR}"
        wanted += [sidecar] if system.isfile(sidecar) else []
    for name in wanted:
        size = system.size(name)
        if size is not None and size > limits.file_size:
            raise InputError(
                f"{name} has {size} bytes, more than {limits.file_size}", where=url, hint="KG_MAX_FILE_SIZE"
            )
        inside = PurePosixPath(name).relative_to(root) if whole else PurePosixPath(PurePosixPath(name).name)
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        system.get_file(name, str(target))
    return folder if whole else folder / PurePosixPath(root).name
