"""Parts of documents made in several processes at a time, in the order of the documents.

A process is handed the readings of a few documents with what linking made of their names, and answers with their parts
as the cache keeps them. What a process cannot make, or dies of, is made by who asked, who will say what is wrong.
"""

from __future__ import annotations

import gc
import json
import pickle
import struct
import subprocess
import sys
import zlib
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import IO

from kg import assets
from kg.collector import uncollected
from kg.corpus.encoding import decode
from kg.corpus.worker import receive, send, serve
from kg.extract.linking import rewrite
from kg.graph.dataset import BuildInfo
from kg.graph.gate import open_gate
from kg.graph.parts import encode_part, make_parts
from kg.model import IRI, Anchor, Corpus, Document, Entity, Reading
from kg.settings import Settings

MADE, FAILED = b"m", b"e"
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from kg.corpus.making import main; main()"
_LENGTH = struct.Struct(">I")
#: Of a document: itself, its encoded reading, the IRIs of what it names in the order of the reading, what these name.
Request = tuple[Document, bytes, tuple[IRI, ...], tuple[Entity, ...]]


def linked(reading: Reading, iris: Sequence[IRI], entities: Iterable[Entity]) -> Corpus:
    """One linked document, with what it names (`entities`, without mentions) as it is in the whole corpus."""
    found = rewrite(reading, iris)
    mentions: dict[str, set[Anchor]] = {}
    for entity in found.entities:
        mentions.setdefault(entity.id, set()).update(entity.mentions)
    known: dict[str, Entity] = {e.id: e for e in entities}
    named = (replace(known[i], mentions=tuple(sorted(m))) for i, m in sorted(mentions.items()))
    return Corpus(documents=(found.document,), entities=tuple(named), readings=(found,))


@dataclass(slots=True)
class Makers:
    """Processes that make parts; none is started before there is something to make.

    Attributes:
        jobs: how many there are at most.
        greeting: what each is told first.
        processes: those that were started.
    """

    jobs: int
    greeting: bytes
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def make(self, batches: Iterable[Sequence[Request]]) -> Iterator[list[bytes] | None]:
        """The parts of each batch, in order; None where they could not be made, or there are none to make.

        As many batches are looked at ahead as there are processes.
        """
        waiting: deque[subprocess.Popen[bytes] | None] = deque()
        for batch in batches:
            done = [self._answer(waiting.popleft())] if len(waiting) == self.jobs else []
            waiting.append(self._ask(batch, waiting) if batch else None)
            yield from done  # after the next batch is handed out: a process should not wait for its reader
        while waiting:
            yield self._answer(waiting.popleft())

    def end(self) -> None:
        """Kill the processes."""
        for process in self.processes:
            process.kill()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):
                    if stream:
                        stream.close()
            process.wait()

    def _ask(self, batch: Sequence[Request], busy: Collection[object]) -> subprocess.Popen[bytes] | None:
        """The process that makes a batch; None where none can."""
        process = next((p for p in self.processes if p not in busy and p.poll() is None), None)
        try:
            if process is None:
                process = self._start()
            if process is not None:
                _send(process.stdin, pickle.dumps(batch))
        except OSError:  # it has died, or the system starts none
            return None
        return process

    def _start(self) -> subprocess.Popen[bytes] | None:
        if len(self.processes) == self.jobs:  # one has died, and will not be missed
            return None
        command = [sys.executable, "-P", "-c", _START, json.dumps(sys.path)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 (our own)
        self.processes.append(process)
        _send(process.stdin, self.greeting)
        return process

    def _answer(self, process: subprocess.Popen[bytes] | None) -> list[bytes] | None:
        try:
            frame = receive(process.stdout) if process and process.stdout else None
        except OSError:
            frame = None
        return list(_cut(frame[1])) if frame and frame[0] == MADE else None


def makers(jobs: int, settings: Settings, build: BuildInfo) -> Makers:
    """Processes that make parts for such a build."""
    return Makers(jobs, pickle.dumps((settings, build)))


def main() -> None:
    """Make parts for another process until it has gone."""
    serve(answer)


def answer(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer batch after batch.

    Raises:
        OSError: the other side has gone.
    """
    first = receive(requests)
    if first is None:
        return
    settings, build = pickle.loads(first[1])  # noqa: S301 (of who started this process)
    assets.extend(settings.extension)
    gate = None
    while frame := receive(requests):
        batch: Sequence[Request] = pickle.loads(frame[1])  # noqa: S301
        try:
            if gate is None:
                gate = open_gate(settings.base)
                gc.freeze()
            with uncollected():
                corpora = [linked(decode(content, d), iris, named) for d, content, iris, named in batch]
                parts = [pack(encode_part(part)) for part in make_parts(corpora, build, settings, gate)]
        except Exception:  # who asked tries again, and tells what is wrong
            send(replies, FAILED)
        else:
            send(replies, MADE, b"".join(_LENGTH.pack(len(part)) + part for part in parts))


def pack(content: bytes) -> bytes:
    """A part as the cache keeps it."""
    return zlib.compress(content, 1)


def _send(stream: IO[bytes] | None, content: bytes) -> None:
    assert stream is not None
    send(stream, b"p", content)


def _cut(content: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(content):
        (length,) = _LENGTH.unpack_from(content, start)
        start += _LENGTH.size + length
        yield content[start - length : start]
