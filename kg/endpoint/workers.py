"""Processes that hold the data and answer one request at a time: the only way to stop a query is to end its process.

Each opens the build when it starts. Before a request is handed over, the build on disk is compared with the one that
the process opened: when another one has taken its place, a new process opens that, and the old one goes.
"""

from __future__ import annotations

import multiprocessing
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from kg.endpoint.answering import OUT_OF_MEMORY, answer_requests
from kg.endpoint.messages import Limits, Reply, Request, refuse
from kg.errors import InputError
from kg.stores.directory import DATASET, MANIFEST

#: Seconds in which a process must have opened the data.
OPENING = 600.0
#: Seconds in which a build that is being replaced must be whole again, where no process has the old one.
REPLACING = 3.0
_AGAIN = (("Retry-After", "2"),)

#: Number on the disk, time and size of the dataset and of the manifest.
Stamp = tuple[tuple[int, int, int], ...]


class ClientGoneError(Exception):
    """The client has left before its answer was ready; its query is stopped."""


@dataclass(slots=True)
class Worker:
    """A process, the pipe to it, and the stamp of the dataset that it opened."""

    process: BaseProcess
    pipe: Connection
    stamp: Stamp | None

    def end(self) -> None:
        """Kill the process, whatever it does."""
        with suppress(OSError):
            self.pipe.close()
        self.process.kill()
        self.process.join()
        self.process.close()


class Workers:
    """As many processes as queries may run at once, started when they are needed."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits
        self._free: list[Worker] = []
        self._turn = threading.Condition()
        self._busy = 0
        self._closed = False
        self._broken: Stamp | None = None

    def open(self) -> None:
        """Start the first process.

        Raises:
            InputError: the build cannot be read, or does not agree with its manifest.
        """
        self._free.append(start(self.folder, self.limits, REPLACING))

    def ask(self, request: Request, client: socket.socket | None = None) -> Reply:
        """The reply to a request; 503 where all processes are busy, 504 where the query took too long.

        Raises:
            ClientGoneError: the client closed its connection meanwhile.
        """
        with self._place() as admitted:
            if not admitted:
                hint = f"{self.limits.queries} queries run at the same time; try again"
                return refuse(503, "too many queries at the moment", hint, _AGAIN)
            try:
                worker = self._current()
            except InputError as error:
                return refuse(503, str(error), error.hint, _AGAIN)
            reply: Reply | None = None
            try:
                reply = exchange(worker, request, self.limits, client)
                return reply
            finally:
                if reply is None or not worker.process.is_alive():
                    worker.end()
                else:
                    self._give_back(worker)

    def close(self) -> None:
        """Kill all processes that wait; those that answer are killed by who waits for them, or end with us."""
        with self._turn:
            self._closed = True
            free, self._free = self._free, []
        for worker in free:
            worker.end()

    @contextmanager
    def _place(self) -> Iterator[bool]:
        """Wait for one's turn; false where it does not come in time."""
        with self._turn:
            admitted = self._turn.wait_for(lambda: self._busy < self.limits.queries, self.limits.patience)
            self._busy += admitted
        try:
            yield admitted
        finally:
            if admitted:
                with self._turn:
                    self._busy -= 1
                    self._turn.notify()

    def _current(self) -> Worker:
        """A process that has the build that lies on disk now; one with the last, while the new one is not whole."""
        with self._turn:
            worker = self._free.pop() if self._free else None
        now = stamp(self.folder)
        if worker and not worker.process.is_alive():
            worker.end()
            worker = None
        if worker and (now is None or now in (worker.stamp, self._broken)):
            return worker
        try:
            fresh = start(self.folder, self.limits, patience=0 if worker else REPLACING)
        except InputError:
            self._broken = now  # not tried again at each request
            if worker:
                return worker
            raise
        if worker:
            worker.end()
        return fresh

    def _give_back(self, worker: Worker) -> None:
        with self._turn:
            if not self._closed:
                self._free.append(worker)
                return
        worker.end()


def stamp(folder: Path) -> Stamp | None:
    """What tells one build from the next without reading it; None where there is none."""
    try:
        found = [(folder / name).stat() for name in (DATASET, MANIFEST)]
    except OSError:
        return None
    return tuple((status.st_ino, status.st_mtime_ns, status.st_size) for status in found)


def start(folder: Path, limits: Limits, patience: float) -> Worker:
    """A process that has opened the whole of one build; a build that is being replaced has so many seconds.

    Raises:
        InputError: there is none that agrees with its manifest.
    """
    deadline = time.monotonic() + patience
    while True:
        before = stamp(folder)
        worker = _started(folder, limits, before)
        if isinstance(worker, Worker):
            if before == stamp(folder):
                return worker
            worker.end()
        if time.monotonic() >= deadline:
            raise worker if isinstance(worker, InputError) else InputError("the build changes all the time")
        time.sleep(0.05)


def _started(folder: Path, limits: Limits, before: Stamp | None) -> Worker | InputError:
    spawn = multiprocessing.get_context("spawn")  # a fork would copy the locks that other threads hold
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=answer_requests, args=(theirs, folder, limits), daemon=True, name="kg-query")
    try:
        process.start()
    except OSError as error:
        return InputError(f"no process can be started: {error.strerror or error}", where=str(folder))
    theirs.close()
    worker = Worker(process, ours, before)
    opened: object = None
    with suppress(EOFError, OSError):
        opened = ours.recv() if ours.poll(OPENING) else None
    if opened is True:
        return worker
    worker.end()
    return opened if isinstance(opened, InputError) else InputError("the data could not be opened", where=str(folder))


def exchange(worker: Worker, request: Request, limits: Limits, client: socket.socket | None) -> Reply:
    """The reply of a process; where it takes too long or dies, the process is dead and the reply says so.

    Raises:
        ClientGoneError: the client closed its connection meanwhile.
    """
    try:
        worker.pipe.send(request)
    except OSError:  # it has ended just now
        return refuse(503, "the process that would answer has ended", "try again", _AGAIN)
    deadline = time.monotonic() + limits.timeout
    watched: list[Connection | socket.socket] = [worker.pipe, *([client] if client else [])]
    while (left := deadline - time.monotonic()) > 0:
        ready = wait(watched, left)
        if worker.pipe in ready:
            try:
                reply: Reply = worker.pipe.recv()
            except (EOFError, OSError):
                return _ended(worker)
            return reply
        if client in ready:
            if _gone(client):
                raise ClientGoneError
            watched = [worker.pipe]  # it has sent its next request early
    worker.process.kill()
    worker.process.join()
    hint = "ask for less, or start with a longer --timeout"
    return refuse(504, f"the query took longer than {limits.timeout:g} s and was stopped", hint)


def _ended(worker: Worker) -> Reply:
    """What a process that ends while it answers has come to: memory was refused, or it failed."""
    worker.process.join(5)
    code = worker.process.exitcode
    if code is not None and code > 0 and code != OUT_OF_MEMORY:
        return refuse(500, f"an error of ours: the process that answers ended with {code}")
    if code == -signal.SIGSEGV:
        return refuse(400, "the query could not be parsed: it ended the process that did", "nest it less, or split it")
    return refuse(500, "the query took more memory than it may, and was stopped", "ask for less: LIMIT, fewer joins")


def _gone(client: socket.socket | None) -> bool:
    try:
        return client is None or client.recv(1, socket.MSG_PEEK) == b""
    except TimeoutError:
        return False
    except OSError:
        return True
