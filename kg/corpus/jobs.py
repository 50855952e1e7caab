"""Reading many documents: here, or in several processes that may die.

Each way gives for every document its encoded reading or why it has none, in no particular order. A document that takes
longer than it may is given up. A process that dies costs nothing but time: the document that it read is read once more
when all others are done, with no other process beside it, and named if the process dies again.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from kg import errors
from kg.corpus.effort import LOADER
from kg.corpus.encoding import encode_document
from kg.corpus.worker import (
    FAILED,
    READING,
    READY,
    REFUSED,
    Read,
    Unread,
    attempt,
    find_loader,
    receive,
    send,
    write_settings,
)
from kg.errors import KgError
from kg.model import Document
from kg.settings import Settings

Attempt = tuple[Document, bytes | Unread]
#: What processes say, each with who says it.
Events = SimpleQueue[tuple["Worker", tuple[bytes, bytes] | None]]

#: Seconds in which a process must have loaded what it reads with.
LOADING = 600.0
#: How often in a row processes may die while they load, before the run is given up.
_STARTS = 3
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from kg.corpus.worker import main; main()"


class OvertimeError(BaseException):
    """A document takes longer than it may. No Exception: what guards a step of reading must not swallow it."""


class WorkerError(KgError):
    """No process can be started that reads documents."""


def read_here(
    documents: Iterable[Document], settings: Settings, seconds: float | None = None, loader: str = LOADER
) -> Iterator[Attempt]:
    """Read one document after the other in this process. The limit needs the main thread of a POSIX system."""
    read: Read | None = None
    for document in documents:
        read = read or find_loader(loader)(settings)
        try:
            with _limit(seconds):
                found = attempt(read, document)
        except OvertimeError:
            found = overtime(seconds)
        yield document, found


def can_limit_here() -> bool:
    """Whether `read_here` can hold a document to its time."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def overtime(seconds: float | None) -> Unread:
    """What is said of a document that took too long."""
    return Unread(f"reading it took longer than {seconds or 0:g} s, and was given up (--time-per-document)")


@contextmanager
def _limit(seconds: float | None) -> Iterator[None]:
    """Raise OvertimeError in the block when time is up, and again each second until it is heard."""
    if not seconds or not can_limit_here():
        yield
        return

    def ring(_signum: int, _frame: object) -> None:
        raise OvertimeError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass(slots=True, eq=False)
class Worker:
    """A process that reads, and what it is about.

    Attributes:
        document: that it reads now.
        events: where it is told what the process says; None for its end.
        ready: has loaded everything.
        deadline: when it is ended, on the clock of time.monotonic.
        late: it was ended because time was up.
    """

    process: subprocess.Popen[bytes]
    events: Events
    document: Document | None = None
    ready: bool = False
    deadline: float = field(default_factory=lambda: time.monotonic() + LOADING)
    late: bool = False

    def end(self) -> int:
        """Kill the process, whatever it does, and give its exit code."""
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if stream:
                    stream.close()
        return self.process.wait()


def read_in_processes(
    documents: Iterable[Document],
    settings: Settings,
    jobs: int,
    seconds: float | None = None,
    loader: str = LOADER,
    spare: list[Worker] | None = None,
) -> Iterator[Attempt]:
    """Read documents in several processes at a time.

    Args:
        documents: read one by one as processes become free.
        settings: of all.
        jobs: number of processes.
        seconds: that each document may take; None for no limit.
        loader: "module:function" that gives the function that reads.
        spare: processes of an earlier call with the same settings and loader, to be used first; those that are ready
            at the end are left there. Without it they end with the call.

    Raises:
        KgError: what a process needs is missing.
        WorkerError: processes die before they read anything.
    """
    suspects: deque[Document] = deque()
    greeting = write_settings(settings, loader)
    pool = [] if spare is None else spare
    try:
        yield from _read_with(iter(documents), jobs, greeting, seconds, suspects, pool)
    finally:
        if spare is None:
            for worker in pool:
                worker.end()
    while suspects:
        document, died = suspects.popleft(), deque[Document]()
        yield from _read_with(iter([document]), 1, greeting, seconds, died, [])
        if died:
            yield document, Unread("the process that read it died twice, the second time alone: not enough memory?")


def _read_with(
    documents: Iterator[Document],
    jobs: int,
    greeting: bytes,
    seconds: float | None,
    suspects: deque[Document],
    spare: list[Worker],
) -> Iterator[Attempt]:
    """Read what there is with so many processes; what processes died of goes to `suspects`, who is idle to `spare`."""
    events: Events = SimpleQueue()
    workers: set[Worker] = set()
    waiting = next(documents, None)  # looked at early, so that no process is started for nothing
    failures = 0
    try:
        while True:
            while waiting and len(workers) < jobs:
                workers.add(_adopted(spare, events) or _start(greeting, events))
            for worker in [w for w in workers if w.ready and not w.document]:
                if waiting is None:
                    workers.discard(worker)
                    spare.append(worker)
                else:
                    _hand(worker, waiting, seconds)
                    waiting = next(documents, None)
            if not any(w.document for w in workers) and waiting is None:
                return
            worker, frame = _next_event(events, workers)
            if worker not in workers:
                continue  # ended before it said this
            if frame is None:
                workers.discard(worker)
                failures = failures + 1 if not worker.ready else 0
                yield from _bury(worker, seconds, suspects, failures)
            elif frame[0] == READY:
                worker.ready, failures, worker.deadline = True, 0, float("inf")
            else:
                yield _answer(worker, frame)
    finally:
        for worker in workers:
            worker.end()


def _answer(worker: Worker, frame: tuple[bytes, bytes]) -> Attempt:
    """What a process answered.

    Raises:
        KgError: it lacks what it needs to read.
    """
    letter, content = frame
    if letter == REFUSED:
        kind, message, where, hint = json.loads(content)
        raise getattr(errors, kind, KgError)(message, where=where, hint=hint)
    document = worker.document
    assert document is not None
    assert letter in (READING, FAILED)
    worker.document, worker.deadline = None, float("inf")
    return document, content if letter == READING else Unread(content.decode())


def _start(greeting: bytes, events: Events) -> Worker:
    """Start a process, and a thread that tells what it says.

    Raises:
        WorkerError: the system refuses.
    """
    command = [sys.executable, "-P", "-c", _START, json.dumps(sys.path)]
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 (our own)
    except OSError as error:
        raise WorkerError(f"no process can be started: {error.strerror or error}", hint="use --jobs 1") from error
    worker = Worker(process, events)
    with suppress(OSError):
        assert process.stdin
        send(process.stdin, b"s", greeting)
    threading.Thread(target=_listen, args=(worker,), daemon=True, name="kg-reading").start()
    return worker


def _adopted(spare: list[Worker], events: Events) -> Worker | None:
    """A process that was left from an earlier call, and still lives."""
    with suppress(IndexError):
        while True:
            worker = spare.pop()
            worker.events = events  # before it is looked at: from here on its end is told to us
            if worker.process.poll() is None:
                return worker
            worker.end()
    return None


def _listen(worker: Worker) -> None:
    frame: tuple[bytes, bytes] | None = (b"", b"")
    while frame is not None:
        try:
            assert worker.process.stdout
            frame = receive(worker.process.stdout)
        except (OSError, ValueError):  # closed by `end`
            frame = None
        worker.events.put((worker, frame))


def _hand(worker: Worker, document: Document, seconds: float | None) -> None:
    worker.document = document
    worker.deadline = time.monotonic() + (seconds or float("inf"))
    with suppress(OSError):  # it has died just now, which its end of the pipe tells
        assert worker.process.stdin
        send(worker.process.stdin, b"d", encode_document(document))


def _next_event(events: Events, workers: set[Worker]) -> tuple[Worker, tuple[bytes, bytes] | None]:
    """The next thing that a process says; whose time is up is killed, and says no more."""
    while True:
        left = min(w.deadline for w in workers) - time.monotonic()
        try:
            return events.get(timeout=None if left == float("inf") else max(0.0, left))
        except Empty:
            now = time.monotonic()
            for worker in workers:
                if worker.deadline <= now:
                    worker.late, worker.deadline = True, float("inf")
                    worker.process.kill()


def _bury(worker: Worker, seconds: float | None, suspects: deque[Document], failures: int) -> Iterator[Attempt]:
    """What the end of a process means for the document that it read.

    Raises:
        WorkerError: it is one of several in a row that ended before they could read.
    """
    code = worker.end()
    if worker.document is not None:
        if worker.late:
            yield worker.document, overtime(seconds)
        else:
            suspects.append(worker.document)
    elif failures >= _STARTS:
        raise WorkerError(f"the processes that should read end at once, with {code}", hint="use --jobs 1")
