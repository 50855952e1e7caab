"""The process that reads documents for another: what is loaded once, and what may die without harm.

Requests and replies are frames: one letter, the length, the bytes. Readings and documents go as JSON
(`kg.corpus.encoding`), so that nothing a document holds can be more than text on the other side; only the settings,
which come from who started the process, are pickled.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO

from kg.collector import uncollected
from kg.corpus.encoding import decode_document, encode
from kg.errors import KgError
from kg.model import Document, Reading
from kg.settings import Settings

#: Document → what it states. Made once for each process.
Read = Callable[[Document], Reading]

_HEAD = struct.Struct(">cI")
READY, READING, FAILED, REFUSED = b"+", b"r", b"e", b"!"


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a document could not be read.

    Attributes:
        reason: in words, for `kg.model.Skipped`.
    """

    reason: str


def load_reader(settings: Settings) -> Read:
    """Load language model, lexicon and weights, and give the function that reads with them.

    Raises:
        ModelError: the model is missing.
        AssetError: lexicon or weights are missing or malformed.
    """
    from kg import assets
    from kg.extract.annotate import load_model  # spaCy: a second that only those wait for who read
    from kg.extract.models import load_models
    from kg.extract.reading import read
    from kg.lexicon import load_lexicon

    with assets.extended(settings.extension):
        nlp, lexicon, models = load_model(), load_lexicon(), load_models(settings.weights)
    gc.freeze()  # what is loaded stays: the collector need not walk through it again and again

    def attempted(document: Document) -> Reading:
        with assets.extended(settings.extension):  # a cluster's worker serves several runs
            return read(document, nlp, lexicon, models, unmapped=settings.unmapped, limits=settings.limits)

    return attempted


def find_loader(name: str) -> Callable[[Settings], Read]:
    """The function that "module:function" names."""
    module, _, function = name.partition(":")
    found: Callable[[Settings], Read] = getattr(import_module(module), function)
    return found


def attempt(read: Read, document: Document) -> bytes | Unread:
    """The encoded reading of a document; why not, where reading fails: one document is no reason to end a run."""
    if os.environ.get("KG_DEBUG") == "1":
        return encode(read(document))
    try:
        with uncollected():
            return encode(read(document))
    except KgError as error:
        place = (error.where or "").removeprefix(document.name).lstrip(", ")
        return Unread(f"{f'{place}: ' if place else ''}{error.message}{f' ({error.hint})' if error.hint else ''}")
    except MemoryError:
        return Unread("reading it took more memory than there is")
    except RecursionError:
        return Unread("too deeply nested to be read")
    except Exception as error:  # an error of ours; KG_DEBUG=1 shows where
        return Unread(f"an error of Accord's own while reading it: {type(error).__name__}: {error}")


def send(stream: IO[bytes], letter: bytes, content: bytes = b"") -> None:
    """Write one frame.

    Raises:
        OSError: the other side has gone.
    """
    stream.write(_HEAD.pack(letter, len(content)) + content)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Letter and content of the next frame; None where the other side has gone."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    letter, length = _HEAD.unpack(head)
    content = stream.read(length)
    return (letter, content) if len(content) == length else None


def write_settings(settings: Settings, loader: str) -> bytes:
    """What a process is told first."""
    return pickle.dumps((settings, loader))


def main() -> None:
    """Read documents from standard input until it ends, and answer each on standard output."""
    requests = sys.stdin.buffer
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not stand between the frames
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C reaches all processes; who started this one ends it
    with suppress(OSError):  # Linux: when memory ends, this process goes, and not the one that can carry on without it
        Path("/proc/self/oom_score_adj").write_text("500", "ascii")
    with suppress(OSError):  # who asked has gone
        answer(requests, replies)


def answer(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Load what is needed, say so, then answer document after document.

    Raises:
        OSError: the other side has gone.
    """
    first = receive(requests)
    if first is None:
        return
    settings, loader = pickle.loads(first[1])  # noqa: S301 (of who started this process)
    try:
        read = find_loader(loader)(settings)
    except KgError as error:
        send(replies, REFUSED, json.dumps([type(error).__name__, error.message, error.where, error.hint]).encode())
        return
    send(replies, READY)
    while frame := receive(requests):
        found = attempt(read, decode_document(frame[1]))
        if isinstance(found, Unread):
            send(replies, FAILED, found.reason.encode("utf-8", "replace"))
        else:
            send(replies, READING, found)
