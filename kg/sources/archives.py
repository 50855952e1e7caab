"""Archives of documents: the members of .zip and .tar.gz files, within limits.

No member is ever written under its name: a name is a label here, and leads nowhere. The sizes that an archive states
are checked before anything is unpacked, and those that come out of it as well, because the first may lie.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from tempfile import TemporaryFile
from typing import IO

from kg.errors import InputError
from kg.limits import Limits, check

#: Name of a member and what reads it; the reader raises InputError.
Member = tuple[str, Callable[[], bytes]]

_CHUNK = 1 << 20
#: What zipfile, tarfile and the decompressors below them raise on damaged files; RuntimeError is one for a password.
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError, IndexError,
    KeyError, AttributeError, TypeError, RuntimeError,
)  # fmt: skip


def open_zip(file: IO[bytes], limits: Limits, stack: ExitStack) -> list[Member]:
    """The files in a zip archive, in the order of its directory; open until the stack is closed.

    Raises:
        InputError: damaged; LimitError where it is too large.
    """
    try:
        archive = stack.enter_context(zipfile.ZipFile(file))
        members = [m for m in archive.infolist() if not m.is_dir()]
    except _DAMAGED as error:
        raise _damaged(error) from error
    check(limits, "members", len(members))
    check(limits, "unpacked_size", sum(m.file_size for m in members))
    return [(m.filename, partial(_read_zipped, archive, m, limits)) for m in members]


def _read_zipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> bytes:
    if member.flag_bits & 1:
        raise InputError("encrypted", hint="decrypt it first")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # LZMA and its like take as much memory as the file asks for.
        raise InputError("packed by another method than deflate", hint="pack it again with zip")
    most = max(_CHUNK, limits.unpacked_ratio * member.compress_size)
    try:
        with archive.open(member) as packed:
            parts: list[bytes] = []
            size = 0
            while part := packed.read(_CHUNK):
                size += len(part)
                check(limits, "unpacked_size", size)
                if size > most:
                    check(limits, "unpacked_ratio", limits.unpacked_ratio + 1)
                parts.append(part)
            return b"".join(parts)
    except InputError:
        raise
    except _DAMAGED as error:
        raise _damaged(error) from error


def unpack_zip(content: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file in a zip archive.

    Raises:
        InputError: damaged or encrypted; LimitError where it is too large.
    """
    with ExitStack() as stack:
        for name, read in open_zip(io.BytesIO(content), limits, stack):
            yield name, read()


def open_tar(file: IO[bytes], limits: Limits, stack: ExitStack) -> list[Member]:
    """The regular files in a tar archive, gzipped or not; links and devices are left out.

    Members can be read in any order only from what is unpacked: a temporary file without a name.

    Raises:
        InputError: damaged; LimitError where it is too large.
    """
    spool = stack.enter_context(TemporaryFile())  # noqa: SIM115 -- the stack closes it
    try:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        raw: IO[bytes] = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]  # reads bytes too
        size = 0
        while part := raw.read(_CHUNK):
            size += len(part)
            check(limits, "unpacked_size", size)
            spool.write(part)
        spool.seek(0)
        archive = stack.enter_context(tarfile.open(fileobj=spool, mode="r:"))  # noqa: SIM115
        members: list[Member] = []
        for count, member in enumerate(archive, 1):
            check(limits, "members", count)
            if member.isreg():
                members.append((member.name, partial(_read_tarred, archive, member, limits)))
        return members
    except InputError:
        raise
    except _DAMAGED as error:
        raise _damaged(error) from error


def _read_tarred(archive: tarfile.TarFile, member: tarfile.TarInfo, limits: Limits) -> bytes:
    check(limits, "unpacked_size", member.size)  # a sparse file may be larger than the archive
    try:
        file = archive.extractfile(member)
        return file.read() if file else b""
    except _DAMAGED as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> InputError:
    return InputError(f"a damaged archive ({type(error).__name__})", hint="pack it again")


#: Ending → what opens it.
ARCHIVES: dict[str, Callable[[IO[bytes], Limits, ExitStack], list[Member]]] = {
    ".tar": open_tar,
    ".tar.gz": open_tar,
    ".tgz": open_tar,
    ".zip": open_zip,
}
