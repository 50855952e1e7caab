"""Isolation: readers of foreign formats run in a process of their own, which is killed when time or memory is up.

One process serves a whole run and is started by the first file that needs it. It may open no connection, start no
program and write no file; see `worker`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from threading import Event, Timer
from typing import IO, Any

from kg.errors import InputError
from kg.limits import LimitError, Limits, check
from kg.model import Paragraph
from kg.sources.extract import Extract
from kg.sources.formats import READERS, missing

Read = Callable[[str, bytes], Extract]
_STOPPED = "its reader stopped: it needs more memory than readers are given, or is made to break them"


@contextmanager
def readers(limits: Limits) -> Iterator[Read]:
    """A function from ending and bytes to what the reader of that ending finds.

    It raises InputError where the file cannot be read, LimitError where that takes too much.
    """
    running: list[subprocess.Popen[bytes]] = []

    def read(suffix: str, content: bytes) -> Extract:
        reader = READERS[suffix]
        if not reader.foreign:
            return reader.read(content, limits)
        if not running:
            running.append(_start(limits))
        answer = _ask(running, suffix, content, limits)
        if "text" in answer:
            return Extract(
                text=answer["text"],
                metadata=answer["metadata"],
                pages=tuple(answer["pages"]),
                paragraphs=tuple(Paragraph(start, place) for start, place in answer["paragraphs"]),
            )
        if "missing" in answer:
            raise missing(reader)
        if "limit" in answer:
            raise LimitError(answer["message"], limit=answer["limit"])
        raise InputError(answer["message"], hint=answer["hint"])

    try:
        yield read
    finally:
        for process in running:
            _stop(process)


def _ask(running: list[subprocess.Popen[bytes]], suffix: str, content: bytes, limits: Limits) -> dict[str, Any]:
    """The answer of the running process; one that fails or takes too long is taken off the list."""
    process, late = running[0], Event()
    assert process.stdin
    assert process.stdout

    def kill() -> None:
        late.set()
        process.kill()

    timer = Timer(limits.document_seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        send(process.stdin, json.dumps({"suffix": suffix}).encode())
        send(process.stdin, content)
        answer: dict[str, Any] = json.loads(receive(process.stdout))
    except (OSError, EOFError, ValueError) as error:
        running.clear()
        _stop(process)
        if late.is_set():
            check(limits, "document_seconds", limits.document_seconds + 1)
        raise InputError(_STOPPED, hint="save its text as .txt") from error
    except BaseException:  # an interrupt: the answer that is under way must not meet the next question
        running.clear()
        _stop(process)
        raise
    finally:
        timer.cancel()
    return answer


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(p for p in sys.path if p)
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kg.sources.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"},
        )
        assert process.stdin
        send(process.stdin, json.dumps(asdict(limits)).encode())
    except OSError as error:
        reason = f"the process for its reader cannot be started: {error.strerror or error}"
        raise InputError(reason, hint="free memory or processes, and try again") from error
    return process


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream:
            try:
                stream.close()
            except OSError:  # what was not sent cannot be flushed any more
                continue
    process.wait()


def send(stream: IO[bytes], content: bytes) -> None:
    """Write one message: its length in eight bytes, then itself."""
    stream.write(len(content).to_bytes(8, "big"))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Read one message.

    Raises:
        EOFError: the other side is gone.
    """
    size = int.from_bytes(_exactly(stream, 8), "big")
    return _exactly(stream, size)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content
