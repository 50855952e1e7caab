"""The readings of a corpus: those that are known from the cache, the others made; never all in memory at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.corpus.effort import Effort
from kg.corpus.encoding import decode
from kg.corpus.entries import Entries
from kg.corpus.jobs import Attempt, can_limit_here, read_here, read_in_processes
from kg.corpus.texts import Documents
from kg.corpus.version import reader_version, reading_key
from kg.corpus.worker import Unread
from kg.errors import InputError
from kg.model import Document, Reading, Skipped
from kg.settings import Settings

KIND = "reading"
#: Told how many documents are read of how many, and how many of them were known before.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Readings:
    """The documents that were read, and their readings where they are kept.

    Attributes:
        documents: in order of their IRIs.
        keys: of their entries.
        skipped: the documents that could not be read.
        entries: hold the readings.
        again: reads documents whose entries are not what they seemed.
    """

    documents: Documents
    keys: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    entries: Entries
    again: Callable[[Sequence[Document]], Iterable[Attempt]]

    def __iter__(self) -> Iterator[Reading]:
        return map(self.reading, range(len(self.documents)))

    def reading(self, number: int) -> Reading:
        """The reading of the document with a number.

        Raises:
            InputError: it is not in the cache any more, and the document cannot be read again.
        """
        document, key = self.documents[number], self.keys[number]
        content = self.entries.get(KIND, key)
        if content is not None:
            try:
                return decode(content, document)
            except ValueError as error:
                self.entries.drop(KIND, key, f"no reading ({error})")
        for _, found in self.again([document]):
            if isinstance(found, Unread):
                raise InputError(found.reason, where=document.name)
            self.entries.put(KIND, key, found)
            return decode(found, document)
        raise InputError("cannot be read again", where=document.name)


def read_all(
    documents: Documents,
    settings: Settings,
    effort: Effort,
    entries: Entries,
    progress: Progress | None = None,
) -> Readings:
    """Read what is not known yet, and keep every reading as soon as it is made.

    Raises:
        KgError: what is needed to read is missing.
        InputError: not one document can be read.
    """
    tick = progress or (lambda _done, _total: None)
    reader = reader_version(settings.weights)
    ordered = documents.chosen(sorted(range(len(documents)), key=lambda n: documents.bare[n].iri))
    keys = {d.iri: reading_key(d, reader, settings) for d in ordered.bare}
    missing = ordered.chosen(n for n, d in enumerate(ordered.bare) if not _is_known(entries, keys[d.iri]))
    done, unread = len(ordered) - len(missing), dict[str, Skipped]()
    tick(done, len(ordered))
    for document, found in _attempts(missing, settings, effort):
        if isinstance(found, Unread):
            unread[document.iri] = Skipped(source=document.name, reason=found.reason)
        else:
            entries.put(KIND, keys[document.iri], found)
        done += 1
        tick(done, len(ordered))
    kept = ordered.chosen(n for n, d in enumerate(ordered.bare) if d.iri not in unread)
    skipped = tuple(unread[iri] for iri in sorted(unread))
    if not kept:
        raise InputError("; ".join(f"{s.source}: {s.reason}" for s in skipped) or "there is nothing to read")
    return Readings(
        kept, tuple(keys[d.iri] for d in kept.bare), skipped, entries, lambda d: _attempts(d, settings, effort)
    )


def _is_known(entries: Entries, key: str) -> bool:
    if entries.get(KIND, key) is None:
        return False
    entries.touch(KIND, key)
    return True


def _attempts(documents: Sequence[Document], settings: Settings, effort: Effort) -> Iterable[Attempt]:
    if not documents:
        return ()
    seconds = settings.limits.document_seconds if effort.seconds is None else effort.seconds or None
    if effort.scheduler:
        from kg.corpus.distributed import read_on_cluster  # Dask is needed by those only who ask for it

        return read_on_cluster(documents, settings, effort.scheduler, seconds, effort.loader)
    if effort.jobs > 1 or (seconds and not can_limit_here()):
        jobs = min(effort.jobs, len(documents))
        return read_in_processes(documents, settings, jobs, seconds, effort.loader)
    return read_here(documents, settings, seconds, effort.loader)
