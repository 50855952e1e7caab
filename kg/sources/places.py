"""Places: paths, patterns and archives become sources that can be read one after the other.

What stands for nothing, leads out of its folder or cannot be opened is told to the caller, and costs no other source.
"""

from __future__ import annotations

import glob
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from kg.errors import InputError
from kg.filenames import clean_stem
from kg.limits import Limits, check
from kg.model import Metadata, Skipped
from kg.sources.archives import ARCHIVES, Member
from kg.sources.formats import LISTS, READERS, ending, sniff
from kg.sources.lists import Entry, read_list
from kg.sources.metadata import SIDECAR, read_sidecar

STDIN = Path("-")
#: Bytes that tell what a file is.
_HEAD = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something that can be read as one document.

    Attributes:
        name: of the document; others may have the same.
        shown: how messages call it: a path, or a path within an archive or list.
        suffix: the ending of its name.
        content: its bytes; InputError where they cannot be had.
        metadata: what is given for it beside its file; InputError where that is malformed.
        media_type: where it is known better than by the format of the bytes.
    """

    name: str
    shown: str
    suffix: str
    content: Callable[[], bytes]
    metadata: Callable[[], Metadata] = Metadata


def find_sources(paths: Sequence[Path], limits: Limits, stack: ExitStack, skipped: list[Skipped]) -> list[Source]:
    """What the paths stand for: files, folders with everything below them, patterns, archives, lists, `-`.

    Args:
        paths: as they were given.
        limits: on files, archives and the number of documents.
        stack: archives stay open until it is closed.
        skipped: gets what cannot be used.
    """
    found: dict[str, Source] = {}
    for path in sorted(set(_expanded(paths, skipped))):
        try:
            for source in _sources(path, limits, stack, skipped):
                # A list says more of a file than the folder that it lies in.
                if source.shown not in found or source.metadata is not Metadata:
                    found[source.shown] = source
                check(limits, "documents", len(found))
        except InputError as error:
            skipped.append(tell(error, shown(path)))
    return sorted(found.values(), key=lambda source: (source.name, source.shown))


def _expanded(paths: Sequence[Path], skipped: list[Skipped]) -> Iterator[Path]:
    """The files that the paths stand for."""
    for path in paths:
        if path != STDIN and _is(Path.is_dir, path):
            yield from _files_below(path, skipped)
        elif path == STDIN or _is(Path.is_file, path):
            yield path
        elif os.path.lexists(path):
            skipped.append(tell(InputError("neither a file nor a folder", hint="check the path"), shown(path)))
        elif glob.has_magic(str(path)):
            yield from _matches(path, skipped)
        else:
            skipped.append(tell(_absent(path), shown(path)))


def _absent(path: Path) -> InputError:
    try:
        os.lstat(path)
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:  # the name is too long, or has a NUL
        reason = getattr(error, "strerror", None) or str(error)
        return InputError(f"there is no such file or folder: {reason}", hint="check the path")
    return InputError("there is no such file or folder", hint="check the path")


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    try:
        return kind(path)
    except (OSError, ValueError):  # the name is too long, or has a NUL
        return False


def _matches(pattern: Path, skipped: list[Skipped]) -> Iterator[Path]:
    """What a pattern matches that the shell did not expand; `**` reaches into folders."""
    matches = [Path(match) for match in sorted(glob.glob(str(pattern), recursive=True))]  # noqa: PTH207 -- of any root
    files = [m for m in matches if m.is_file() and _is_document(m.name, LISTS)]
    folders = [] if "**" in pattern.parts else [m for m in matches if m.is_dir()]
    if not files and not folders:
        skipped.append(tell(InputError("no document matches this pattern", hint=known_endings()), shown(pattern)))
    yield from files
    for folder in folders:
        yield from _files_below(folder, skipped)


def _is_document(name: str, also: Iterable[str] = ()) -> bool:
    suffix = ending(name)
    return suffix in READERS or suffix in ARCHIVES or suffix in also


def _files_below(folder: Path, skipped: list[Skipped]) -> list[Path]:
    """Documents and archives in a folder and below; hidden ones, linked folders and lists are left out.

    A table or a JSON file beside documents is more often their data than their list: lists are named, or not read.
    """
    errors: list[OSError] = []
    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for file in (Path(parent, name) for name in names if not name.startswith(".") and _is_document(name)):
            if file.is_symlink() and not file.resolve().is_relative_to(folder.resolve()):
                error = InputError("a link that leads out of the folder", hint="name the file that it leads to")
                skipped.append(tell(error, shown(file)))
            elif file.is_file():
                found.append(file)
    skipped += [tell(_unreadable(error), shown(Path(error.filename))) for error in errors]
    if not found and not errors:
        skipped.append(tell(InputError("no documents in this folder", hint=known_endings()), shown(folder)))
    return found


def _sources(path: Path, limits: Limits, stack: ExitStack, skipped: list[Skipped]) -> Iterator[Source]:
    """One file as a source, or the sources that it holds."""
    if path == STDIN:
        content = read_bytes(path, limits)
        suffix = sniff("", content[:_HEAD]) or ".txt"
        source = Source(name="stdin", shown=shown(path), suffix=suffix, content=lambda: content)
        stem = "stdin"
    else:
        suffix = sniff(ending(path.name), _head(path))
        stem = path.name[: -len(suffix)] if path.name.lower().endswith(suffix) and suffix else path.stem
        sidecar = path.with_suffix(SIDECAR)
        source = Source(
            name=clean_stem(stem),
            shown=shown(path),
            suffix=suffix,
            content=partial(read_bytes, path, limits),
            metadata=partial(_beside, sidecar, limits) if _is(Path.is_file, sidecar) else Metadata,
        )
    if suffix in ARCHIVES:
        file = io.BytesIO(source.content()) if path == STDIN else stack.enter_context(path.open("rb"))
        yield from _packed(ARCHIVES[suffix](file, limits, stack), source.shown, stem, limits, skipped)
    elif suffix in LISTS:
        for entry in read_list(suffix, source.content(), source.shown, limits):
            try:
                yield _listed(entry, path, stem, limits)
            except InputError as error:
                skipped.append(tell(error, f"{source.shown}, row {entry.row}"))
    else:
        yield source


def _packed(members: list[Member], archive: str, stem: str, limits: Limits, skipped: list[Skipped]) -> Iterator[Source]:
    """The documents among the members of an archive, called archive/member; hidden ones are left out."""
    sidecars = {name: read for name, read in members if name.endswith(SIDECAR)}
    count = 0
    for name, read in members:
        parts = [p for p in re.split(r"[/\\]", name) if p not in ("", ".")]
        if not parts or any(p.startswith(("._", ".")) and p != ".." for p in parts) or parts[0] == "__MACOSX":
            continue
        place = clean_name(f"{archive}/{'/'.join(parts)}")
        suffix = ending(parts[-1])
        if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
            skipped.append(tell(InputError("its name leads out of the archive", hint="pack it again"), place))
        elif suffix in ARCHIVES:
            skipped.append(tell(InputError("an archive within an archive", hint="unpack the outer one first"), place))
        elif suffix in READERS:
            count += 1
            own = PurePosixPath(name).with_suffix(SIDECAR).as_posix()
            inner = "--".join([*parts[:-1], parts[-1][: -len(suffix)]])
            metadata = (
                partial(_packed_sidecar, sidecars[own], f"{archive}/{own}", limits) if own in sidecars else Metadata
            )
            whole = clean_stem(f"{stem}--{inner}")
            yield Source(name=whole, shown=place, suffix=suffix, content=read, metadata=metadata)
    if not count:
        raise InputError("no documents in this archive", hint=known_endings())


def _packed_sidecar(read: Callable[[], bytes], where: str, limits: Limits) -> Metadata:
    return read_sidecar(read(), where, limits)


def _listed(entry: Entry, path: Path, stem: str, limits: Limits) -> Source:
    """The source that a row of a list names or holds; what stands beside a listed file goes before the list."""
    if entry.error:
        raise entry.error
    if entry.text is not None:
        name = clean_stem(entry.name or f"{stem}-{entry.row}")
        content = entry.text.encode("utf-8", "replace")
        place = f"{shown(path)}, row {entry.row}"
        return Source(name=name, shown=place, suffix=".txt", content=lambda: content, metadata=lambda: entry.metadata)
    assert entry.file is not None
    folder = Path() if path == STDIN else path.parent
    file = folder / entry.file
    if "\0" in entry.file or not file.resolve().is_relative_to(folder.resolve()):
        hint = "put it into the folder of the list, or below"
        raise InputError(f"{clean_name(entry.file)} lies outside of the folder of the list", hint=hint)
    if not _is(Path.is_file, file):
        raise InputError(f"there is no file {clean_name(entry.file)}", hint="paths are relative to the list")
    suffix = sniff(ending(file.name), _head(file))
    return Source(
        name=clean_stem(entry.name or file.stem),
        shown=shown(file),
        suffix=suffix,
        content=partial(read_bytes, file, limits),
        metadata=partial(_listed_metadata, entry.metadata, file.with_suffix(SIDECAR), limits),
    )


def _listed_metadata(listed: Metadata, sidecar: Path, limits: Limits) -> Metadata:
    if not _is(Path.is_file, sidecar):
        return listed
    own = _beside(sidecar, limits)
    values = {key: getattr(own, key) for key in ("title", "publisher", "author", "date", "url", "licence")}
    return replace(listed, **{key: value for key, value in values.items() if value is not None})


def _beside(sidecar: Path, limits: Limits) -> Metadata:
    where = shown(sidecar)
    if sidecar.is_symlink() and not sidecar.resolve().is_relative_to(sidecar.parent.resolve()):
        raise InputError("a link that leads out of the folder", where=where, hint="copy the file that it leads to")
    return read_sidecar(_read(sidecar, limits.sidecar_size + 1, where), where, limits)


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The bytes of a file, or of standard input.

    Raises:
        InputError: they cannot be read; LimitError where there are too many.
    """
    content = _read(path, limits.file_size + 1)
    check(limits, "file_size", len(content))
    return content


def _head(path: Path) -> bytes:
    return _read(path, _HEAD)


def _read(path: Path, most: int, where: str | None = None) -> bytes:
    try:
        if path == STDIN:
            return sys.stdin.buffer.read(most)
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        unreadable = _unreadable(error)
        raise InputError(unreadable.message, where=where, hint=unreadable.hint) from error


def _unreadable(error: OSError) -> InputError:
    hint = "check that it exists and that you may read it"
    return InputError(f"cannot be read: {error.strerror or error}", hint=hint)


def shown(path: Path) -> str:
    """How messages call a path."""
    return "standard input" if path == STDIN else clean_name(str(path))


def clean_name(name: str) -> str:
    """A name that can be written anywhere: bytes that are no text and signs that steer a terminal are written out."""
    text = name.encode(errors="backslashreplace").decode()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def tell(error: InputError, source: str) -> Skipped:
    """A source that is not used, and why."""
    reason = f"{error.message} ({error.hint})" if error.hint else error.message
    return Skipped(source=error.where or source, reason=reason)


def known_endings() -> str:
    """What documents are, in words."""
    return "documents are files that end in " + ", ".join(sorted({*READERS, *LISTS, *ARCHIVES}))
