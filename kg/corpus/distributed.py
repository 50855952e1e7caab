"""Reading on the workers of a Dask cluster: documents go out in chunks, readings come back and are kept here.

Each thread of a Dask worker reads in a process of its own (`kg.corpus.jobs`), which dies in its stead and is held to
the time of a document. Where a Dask worker itself is lost, the scheduler gives its chunks to others; a chunk that loses
several is cut into single documents, and a document that loses several is named. Scheduler and workers run what they
are sent, and are trusted: name only those of your own.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from kg import assets
from kg.corpus.encoding import decode_document, encode_document
from kg.corpus.jobs import Attempt, Worker, WorkerError, read_in_processes
from kg.corpus.version import reader_version
from kg.corpus.worker import Unread, write_settings
from kg.errors import KgError, SettingsError
from kg.model import Document
from kg.settings import Settings

if TYPE_CHECKING:
    from distributed import Client, Future

#: Documents that go out together: so many are read again when a worker is lost.
CHUNK = 8
#: Chunks that wait at the workers for each of their threads, so that none is idle while results travel.
AHEAD = 3
#: Seconds to find the scheduler, and a first worker.
PATIENCE = 30

_Chunk = Sequence[Document]
#: On a Dask worker: idle processes by what they were told first.
_SPARE: dict[bytes, list[Worker]] = {}


def read_on_cluster(
    documents: Sequence[Document], settings: Settings, scheduler: str, seconds: float | None, loader: str
) -> Iterator[Attempt]:
    """Read documents on all workers that the scheduler has, now or later.

    Raises:
        SettingsError: Dask is not installed here.
        WorkerError: the scheduler cannot be reached or was lost, or a worker has another version of Accord.
    """
    version, greeting = reader_version(settings.weights), write_settings(settings, loader)
    waiting = deque[_Chunk](documents[i : i + CHUNK] for i in range(0, len(documents), CHUNK))
    with _connected(scheduler) as client:
        from distributed import KilledWorker, as_completed

        chunks: dict[str, _Chunk] = {}
        running = as_completed([], loop=client.loop, raise_errors=False)

        def hand_out() -> None:
            while waiting and len(chunks) < AHEAD * _threads(client):
                future = _submit(client, waiting[0], greeting, seconds)
                chunks[future.key] = waiting.popleft()
                running.add(future)

        hand_out()
        while chunks:
            future = next(running)
            chunk = chunks.pop(future.key)
            error = future.exception() if future.status == "error" else None
            if error is None and future.status == "finished":
                yield from _attempts(chunk, future.result(), version)
            elif isinstance(error, KilledWorker) and len(chunk) == 1:
                yield chunk[0], Unread("the machines that read it were lost, one after the other")
            elif isinstance(error, KilledWorker):
                waiting.extend((document,) for document in chunk)
            else:
                raise _lost(scheduler, error)
            future.release()
            hand_out()


def read_chunk(documents: Sequence[bytes], greeting: bytes, seconds: float | None) -> tuple[str, list[bytes | Unread]]:
    """Read a chunk, on a worker: the version of what reads, and for each document its reading or why it has none."""
    settings, loader = _told(greeting)
    given = [decode_document(content) for content in documents]
    spare = _SPARE.setdefault(greeting, [])
    found = {d.iri: outcome for d, outcome in read_in_processes(given, settings, 1, seconds, loader, spare)}
    with assets.extended(settings.extension):
        return reader_version(settings.weights), [found[d.iri] for d in given]


@cache
def _told(greeting: bytes) -> tuple[Settings, str]:
    """Settings and loader: the same objects for the same bytes, because what is read with settings is kept for them."""
    told: tuple[Settings, str] = pickle.loads(greeting)  # noqa: S301 (of who uses this cluster)
    return told


def _submit(client: Client, chunk: _Chunk, greeting: bytes, seconds: float | None) -> Future[Any]:
    contents = [encode_document(document) for document in chunk]
    return client.submit(read_chunk, contents, greeting, seconds, pure=False, retries=1)


def _attempts(chunk: _Chunk, result: tuple[str, list[bytes | Unread]], version: str) -> Iterator[Attempt]:
    """What came back for a chunk.

    Raises:
        WorkerError: it was read by other code, words or weights than ours, and would not be the same.
    """
    theirs, outcomes = result
    if theirs != version:
        hint = "install the same version of accord-kg, with the same model, on all machines"
        raise WorkerError("a worker reads with another version of Accord than this one", hint=hint)
    yield from zip(chunk, outcomes, strict=True)


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    """A client of the scheduler, with one worker at least.

    Raises:
        SettingsError: Dask is not installed here.
        WorkerError: the scheduler cannot be reached or was lost, or has no worker.
    """
    try:
        from distributed import Client
        from distributed.comm.core import CommClosedError
    except ImportError as error:
        hint = "pip install 'accord-kg[distributed]'"
        raise SettingsError("Dask is not installed", where="--scheduler", hint=hint) from error
    try:
        with Client(scheduler, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=PATIENCE)
            yield client
    except (OSError, TimeoutError, CommClosedError) as error:
        raise _lost(scheduler, error) from error


def _threads(client: Client) -> int:
    threads: dict[str, int] = client.nthreads()
    return max(1, sum(threads.values()))


def _lost(scheduler: str, error: BaseException | None) -> KgError:
    if isinstance(error, KgError):
        return error
    hint = "check that scheduler and workers run; what was read is kept, and the next build goes on from there"
    return WorkerError(f"the cluster does not answer: {error or 'its scheduler is gone'}", where=scheduler, hint=hint)
