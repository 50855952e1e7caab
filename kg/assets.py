"""The one place that knows where ontology, shapes and queries lie: in the wheel, an editable install or a checkout.

A user's files (`kg.extension`) join them for as long as `extended` says so; whoever reads assets sees both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from kg.errors import AssetError, InputError
from kg.extension import NONE, Added, Extension

FOLDERS = ("ontology", "shapes", "queries", "queries/audit")
_CURRENT: ContextVar[Extension] = ContextVar("extension", default=NONE)
_P = ParamSpec("_P")
_T = TypeVar("_T")


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
    """File names in one of FOLDERS that end in `suffix`, sorted; a user's files among them.

    Raises:
        AssetError: there is no such folder.
    """
    if folder not in FOLDERS or not (root() / folder).is_dir():
        raise AssetError("no such folder", where=folder, hint="there are: " + ", ".join(FOLDERS))
    own = {f.name for f in (root() / folder).iterdir() if f.is_file() and f.name.endswith(suffix)}
    return sorted(own | {f.name for f in _CURRENT.get().files if f.folder == folder and f.name.endswith(suffix)})


def read(folder: str, name: str) -> bytes:
    """The bytes of one asset.

    Raises:
        AssetError: there is no such file; the hint lists those there are.
    """
    if found := _added(folder, name):
        return found.content
    path = root() / folder / name
    if folder not in FOLDERS or "/" in name or not path.is_file():
        raise AssetError(f"no such file in {folder}", where=name, hint="there are: " + ", ".join(names(folder)))
    return path.read_bytes()


def place(folder: str, name: str) -> str:
    """How messages call an asset: a user's file by the path that was given."""
    found = _added(folder, name)
    return found.place if found else f"{folder}/{name}"


def is_added(folder: str, name: str) -> bool:
    """Whether an asset is a user's."""
    return _added(folder, name) is not None


def _added(folder: str, name: str) -> Added | None:
    return next((f for f in _CURRENT.get().files if f.folder == folder and f.name == name), None)


def digest(folder: str) -> str:
    """The SHA-256 of all files of a folder with their names: another one means that something in it differs."""
    from hashlib import sha256

    lines = (f"{sha256(read(folder, name)).hexdigest()}  {name}\n" for name in names(folder))
    return sha256("".join(lines).encode()).hexdigest()


def current() -> Extension:
    """The user's files that are in force."""
    return _CURRENT.get()


@contextmanager
def extended(extension: Extension) -> Iterator[None]:
    """Let a user's files stand beside those of the package, in this thread, until the block ends."""
    before = _CURRENT.set(extension)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def extend(extension: Extension) -> None:
    """Let a user's files stand beside those of the package from now on: for processes that serve one run."""
    _CURRENT.set(extension)


def by_extension(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Remember what a function gives, for each extension: it reads assets, and they differ."""

    @lru_cache(maxsize=32)
    def made(_extension: Extension, args: tuple[object, ...]) -> _T:
        return function(*args)  # type: ignore[call-arg, arg-type]

    @wraps(function)
    def known(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        return made(_CURRENT.get(), (*args, *kwargs.values()))

    known.cache_clear = made.cache_clear  # type: ignore[attr-defined]
    return known


def read_extension(
    ontology: Sequence[Path] = (),
    lexicon: Sequence[Path] = (),
    shapes: Sequence[Path] = (),
    queries: Sequence[Path] = (),
    authority: Sequence[Path] = (),
    decisions: Sequence[Path] = (),
) -> Extension:
    """The files that a user adds: files, or folders of .ttl (of .rq for queries).

    Raises:
        InputError: one is missing, cannot be read, is of another kind, or would take the name of a question of ours.
    """
    found = [
        *_files(ontology, "ontology", "+", ".ttl"),
        *_files(lexicon, "ontology", "lexicon+", ".ttl"),
        *_files(shapes, "shapes", "+", ".ttl"),
        *_files(queries, "queries", "", ".rq"),
        *_files(authority, "authority", "", ".ttl", ".csv"),
        *_files(decisions, "decisions", "", ".tsv"),
    ]
    taken: dict[tuple[str, str], str] = {}
    for file in found:
        if file.folder == "queries" and (root() / "queries" / file.name).is_file():
            raise InputError("Accord has a question of that name", where=file.place, hint="call the file otherwise")
        other = taken.setdefault((file.folder, file.name), file.place)
        if other != file.place:
            raise InputError(f"two files of one name: {other}", where=file.place, hint="rename one of them")
    return Extension(tuple(sorted(dict.fromkeys(found), key=lambda f: (f.folder, f.name)))) if found else NONE


def _files(paths: Sequence[Path], folder: str, prefix: str, *suffixes: str) -> Iterator[Added]:
    ending = " or ".join(suffixes)
    for path in paths:
        try:
            below = sorted(f for f in path.iterdir() if f.suffix in suffixes) if path.is_dir() else [path]
            if not below:
                raise InputError(f"the folder holds no {ending} file", where=str(path), hint="add one, or name a file")
            for file in below:
                if file.suffix not in suffixes:
                    raise InputError(f"no {ending} file", where=str(file), hint=f"give {ending} files or their folder")
                yield Added(folder, prefix + file.name, file.read_bytes(), str(file))
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"cannot be read: {reason}", where=str(path), hint="check the path") from error
