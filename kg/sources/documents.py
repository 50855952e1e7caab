"""Documents: sources are read, described and told apart.

A text is decoded, loses its byte-order mark and gets single line feeds; nothing else of it changes, because quotations
are compared with it verbatim and every offset counts from its first character. What other formats lose on the way to a
text is in docs/readers.md. What cannot be used is returned as `Skipped`, so that one bad file among many neither stops
a build nor goes unnoticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from kg.errors import InputError
from kg.filenames import folded
from kg.limits import DEFAULT, Limits
from kg.model import Document, Skipped
from kg.namespaces import mint
from kg.sources.formats import READERS, sniff
from kg.sources.isolation import Read, readers
from kg.sources.metadata import complete
from kg.sources.places import Source, find_sources, known_endings, shown, tell


def read_documents(
    paths: Sequence[Path], base: str, limits: Limits = DEFAULT
) -> tuple[tuple[Document, ...], tuple[Skipped, ...]]:
    """Read files, folders (with everything below them that a reader knows), patterns, archives, lists, and `-`.

    The result depends on the texts and file names, not on the order in which they are given: documents come sorted by
    name and digest, and of two files with the same text the first in that order is used. Names are unique, also where
    upper and lower case are one: the second `report` is called `report-2`.

    Args:
        paths: the sources.
        base: IRI that the documents' IRIs begin with.
        limits: that a source is skipped for passing.

    Returns:
        Documents, and the sources that were not used, sorted.
    """
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for found in stream_documents(paths, base, limits):
        if isinstance(found, Document):
            documents.append(found)
        else:
            skipped.append(found)
    return tuple(documents), tuple(sorted(skipped, key=lambda s: (s.source, s.reason)))


def stream_documents(paths: Sequence[Path], base: str, limits: Limits = DEFAULT) -> Iterator[Document | Skipped]:
    """The same one by one: no more texts are held at a time than there are sources of one name.

    Documents come in the order of `read_documents`; what is skipped comes between them, when it is found.
    """
    with ExitStack() as stack:
        skipped: list[Skipped] = []
        sources = find_sources(paths, limits, stack, skipped)
        yield from skipped
        read = stack.enter_context(readers(limits))
        first: dict[str, str] = {}
        used: set[str] = set()
        reserved = {folded(source.name) for source in sources}
        for _, same in groupby(sources, key=lambda source: source.name):
            found: list[tuple[str, str, Document]] = []
            for source in same:
                try:
                    document = _read(source, base, read)
                    found.append((document.sha256, source.shown, document))
                except InputError as error:
                    yield tell(error, source.shown)
            for digest, place, document in sorted(found, key=lambda item: item[:2]):
                if digest in first:
                    yield Skipped(source=place, reason=f"the same text as {first[digest]}")
                else:
                    first[digest] = place
                    yield _named_apart(document, used, reserved)


def read_document(path: Path, base: str, limits: Limits = DEFAULT) -> Document:
    """Read one file, or standard input for `-`, and the sidecar `NAME.meta.toml` beside it.

    Raises:
        InputError: it is no text that can be used, its sidecar is malformed, or it holds several documents.
    """
    with ExitStack() as stack:
        skipped: list[Skipped] = []
        sources = find_sources([path], limits, stack, skipped)
        if len(sources) != 1:
            reason = skipped[0].reason if skipped else f"{len(sources)} documents, not one"
            raise InputError(reason, where=shown(path))
        read = stack.enter_context(readers(limits))
        try:
            return _read(sources[0], base, read)
        except InputError as error:
            raise InputError(error.message, where=error.where or sources[0].shown, hint=error.hint) from error


def _read(source: Source, base: str, read: Read) -> Document:
    content = source.content()
    suffix = sniff(source.suffix, content)
    if suffix not in READERS:
        what = f"no reader for {suffix or 'files without suffix'}"
        raise InputError(what, where=source.shown, hint=known_endings())
    extract = read(suffix, content)
    sha256 = hashlib.sha256(extract.text.encode()).hexdigest()
    return Document(
        iri=mint(base, "document", sha256, name=source.name),
        name=source.name,
        text=extract.text,
        sha256=sha256,
        media_type=READERS[suffix].media_type,
        metadata=complete(source.metadata(), extract.metadata, extract.text),
        pages=extract.pages,
        paragraphs=extract.paragraphs,
    )


def _named_apart(document: Document, used: set[str], reserved: set[str]) -> Document:
    """A document with a name that none has yet; a name that some file has by itself is never given to another."""
    name, number = document.name, 1
    while folded(name) in used or (number > 1 and folded(name) in reserved):
        number += 1
        name = f"{document.name}-{number}"
    used.add(folded(name))
    return replace(document, name=name)
