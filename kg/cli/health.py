"""What can be wrong with an installation, one check for each; none of them imports what it looks at.

A broken installation must still be told what it lacks: nothing here needs more than the standard library until a store
is asked.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from kg import assets
from kg.cli import data
from kg.errors import KgError
from kg.extract.pinned import MODEL, MODEL_VERSION, check_model
from kg.limits import load_limits
from kg.site import bundle
from kg.stores.cache import cache_folder
from kg.stores.directory import is_output

PACKAGE = "accord-kg"
OLDEST_PYTHON = (3, 11)
#: Bytes on the disk of the cache below which a build of some size may not end.
ROOM = 1 << 30

_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*\(?([^;)]*)\)?\s*(?:;(.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_CLAUSE = re.compile(r"(==|>=|<=|!=|~=|<|>)\s*([0-9][0-9A-Za-z.]*)")


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    NOTE = "note"  # something optional is not there
    WARN = "warn"  # works, but worse than it could
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `mend` says what to do where it is not ok."""

    state: State
    subject: str
    found: str
    mend: str = ""


def check_python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Check:
    """Whether the interpreter is new enough."""
    told = ".".join(map(str, version))
    if version[:2] < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        return Check(State.FAIL, "Python", f"{told} is older than {oldest}", f"install Python {oldest} or newer")
    return Check(State.OK, "Python", f"{told} at {sys.executable}")


def check_packages(requirements: list[str] | None = None) -> Iterator[Check]:
    """Whether the packages that Accord needs are there, in versions that it knows; then, extra by extra, the others."""
    wanted = _requirements() if requirements is None else requirements
    if not wanted:
        mend = f"install it: pip install {PACKAGE}, or in a checkout: make run"
        yield Check(State.WARN, PACKAGE, "not installed as a package; what it needs cannot be compared", mend)
        return
    extras: dict[str, list[tuple[str, str]]] = {}
    for name, versions, extra in map(_parsed, wanted):
        if extra:
            extras.setdefault(extra, []).append((name, versions))
        else:
            yield _package(name, versions)
    for extra, packages in sorted(extras.items()):
        yield _extra(extra, packages)


def check_language_model() -> Check:
    """Whether the language model is the pinned one, file by file; its code is not run."""
    mend = f"pip install {MODEL.replace('_', '-')}=={MODEL_VERSION}"
    found = find_spec(MODEL)
    if not found or not found.origin:
        return Check(State.FAIL, "language model", f"{MODEL} is not installed", mend)
    try:
        check_model(Path(found.origin).parent)
    except KgError as error:
        return Check(State.FAIL, "language model", error.message, error.hint or mend)
    return Check(State.OK, "language model", f"{MODEL} {MODEL_VERSION}, all digests as recorded")


def check_assets() -> Check:
    """Whether Accord's own files are there."""
    try:
        numbers = {folder: len(assets.names(folder)) for folder in assets.FOLDERS}
    except KgError as error:
        return Check(State.FAIL, "own files", str(error), error.hint or f"pip install --force-reinstall {PACKAGE}")
    if empty := [folder for folder, number in numbers.items() if not number]:
        return Check(State.FAIL, "own files", f"empty: {', '.join(empty)}", f"pip install --force-reinstall {PACKAGE}")
    return Check(State.OK, "own files", ", ".join(f"{number} in {folder}" for folder, number in numbers.items()))


def check_cache() -> Check:
    """Whether readings can be kept for the next build."""
    folder = cache_folder()
    near = folder
    while not near.exists() and near != near.parent:
        near = near.parent
    try:
        with tempfile.TemporaryFile(dir=near):
            pass
    except OSError as error:
        found = f"{folder} cannot be written ({error.strerror or error}); every build reads all documents anew"
        return Check(State.WARN, "cache", found, "set XDG_CACHE_HOME, or name a folder: kg build --cache DIR")
    free = _free(near)
    if free is not None and free < ROOM:
        found = f"{folder}: {free >> 20} MB left on its disk"
        return Check(State.WARN, "cache", found, "free some space, or set XDG_CACHE_HOME to a folder on another disk")
    return Check(State.OK, "cache", str(folder))


def check_pages() -> Check:
    """Whether the program of the pages of `kg site` has been built."""
    if bundle.present():
        return Check(State.OK, "pages", "kg site and the explorer of kg serve can be used")
    mend = "in a checkout: make web (Node 20 or newer and npm); all other commands work without"
    return Check(State.WARN, "pages", "the program of kg site has not been built", mend)


def check_settings() -> Iterator[Check]:
    """Whether the variables that Accord reads have values that it can use."""
    found: list[Check] = []
    for subject, read in (("KG_MAX_…", load_limits), ("SOURCE_DATE_EPOCH", data.epoch)):
        try:
            read()
        except KgError as error:
            found.append(Check(State.FAIL, error.where or subject, error.message, error.hint or "unset it"))
    named = os.environ.get(data.VARIABLE)
    if named and not Path(named).is_file() and not is_output(Path(named)):
        mend = f"build it: kg build SOURCE -o {named}, or unset {data.VARIABLE}"
        found.append(Check(State.FAIL, data.VARIABLE, f"{named} is no output of kg build and no file", mend))
    yield from found or [Check(State.OK, "variables", "none is set to what cannot be used")]


def check_terminal() -> Check:
    """Whether names and quotations can be written as they are."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        found = f"output is written as {sys.stdout.encoding}; what it lacks is written as codes"
        return Check(State.WARN, "terminal", found, "set PYTHONUTF8=1, or a locale such as C.UTF-8")
    return Check(State.OK, "terminal", "UTF-8")


def _requirements() -> list[str]:
    try:
        return metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return _of_checkout()


def _of_checkout() -> list[str]:
    """What pyproject.toml asks for, where Accord is used from a checkout without being installed."""
    import tomllib

    path = Path(__file__).resolve().parents[2] / "pyproject.toml"
    if not path.is_file():
        return []
    project = tomllib.loads(path.read_text("utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    return [
        *project["dependencies"],
        *(f"{wanted}; extra == '{extra}'" for extra, packages in extras.items() for wanted in packages),
    ]


def _parsed(requirement: str) -> tuple[str, str, str]:
    """Name, versions and extra of a requirement (dependency specifiers, packaging.python.org)."""
    found = _REQUIREMENT.match(requirement)
    name, versions, marker = found.groups() if found else (requirement, "", "")
    extra = _EXTRA.search(marker or "")
    return name, versions.strip(), extra[1] if extra else ""


def _package(name: str, versions: str) -> Check:
    wanted = f"{name}{versions.replace(' ', '')}"
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(State.FAIL, name, "not installed", f"pip install '{wanted}'")
    if not _fits(version, versions):
        return Check(State.FAIL, name, f"{version}, but {versions} is needed", f"pip install '{wanted}'")
    return Check(State.OK, name, version)


def _extra(extra: str, packages: list[tuple[str, str]]) -> Check:
    found = [_package(name, versions) for name, versions in packages]
    mend = f"pip install '{PACKAGE}[{extra}]'"
    absent = [check.subject for check in found if check.found == "not installed"]
    wrong = [f"{c.subject} {c.found}" for c in found if c.state is State.FAIL and c.subject not in absent]
    if wrong:
        return Check(State.WARN, f"extra {extra}", "; ".join(wrong), mend)
    if absent:
        return Check(State.NOTE, f"extra {extra}", f"not installed: {', '.join(absent)}", mend)
    return Check(State.OK, f"extra {extra}", ", ".join(f"{check.subject} {check.found}" for check in found))


def _fits(version: str, versions: str) -> bool:
    """Whether a version is among those that are allowed, by the numbers of its release."""
    have = _release(version)
    for sign, text in _CLAUSE.findall(versions):
        want = _release(text)
        width = max(len(have), len(want))
        a, b = _padded(have, width), _padded(want, width)
        holds = {
            "==": a == b,
            "!=": a != b,
            ">=": a >= b,
            "<=": a <= b,
            ">": a > b,
            "<": a < b,
            "~=": a >= b and have[: len(want) - 1] == want[:-1],
        }[sign]
        if not holds:
            return False
    return True


def _release(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(map(int, found.group().split("."))) if found else ()


def _padded(numbers: tuple[int, ...], width: int) -> tuple[int, ...]:
    return numbers + (0,) * (width - len(numbers))


def _free(folder: Path) -> int | None:
    import shutil

    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
