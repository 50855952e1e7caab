"""What runs in a process of its own: open a build, then answer one request after the other until killed."""

from __future__ import annotations

import faulthandler
import os
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from kg.endpoint.messages import Limits, Request, refuse
from kg.endpoint.routes import Data, respond
from kg.errors import InputError, KgError
from kg.graph.describe import base_of
from kg.graph.query import open_source
from kg.limits import hold_memory
from kg.stores.directory import DATASET, listed_digest, read_file

#: Seconds after the time limit at which a process ends itself, should the one that started it be gone.
_GRACE = 1.0
#: Exit code of a process that Python refused memory; Rust aborts.
OUT_OF_MEMORY = 70


def answer_requests(pipe: Connection, folder: Path, limits: Limits) -> None:
    """The whole life of the process: sends True or an InputError, then a Reply for each Request."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that listens
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 -- kept for as long as the process lives
    with suppress(OSError, AttributeError, ValueError):  # allocation failures are told in the reply
        os.dup2(nowhere.fileno(), 2)
    try:
        data = open_build(folder)
    except KgError as error:
        pipe.send(InputError(error.message, where=error.where, hint=error.hint))
        return
    hold_memory(limits.memory)
    pipe.send(True)
    while True:
        try:
            request = pipe.recv()
        except (EOFError, OSError):
            return
        assert isinstance(request, Request)
        # A thread of C, which a running query cannot hold up.
        faulthandler.dump_traceback_later(limits.timeout + _GRACE, exit=True, file=nowhere)
        try:
            reply = respond(request, data, limits)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except Exception as error:
            reply = refuse(500, f"an error of ours: {type(error).__name__}: {error}")
        faulthandler.cancel_dump_traceback_later()
        pipe.send(reply)


def open_build(folder: Path) -> Data:
    """The dataset of a folder, if it is the one that the manifest lists: never one that is half written.

    Raises:
        InputError: it is missing, malformed, or another one.
    """
    from hashlib import sha256

    content = read_file(folder, DATASET)
    digest = sha256(content).hexdigest()
    if digest != listed_digest(folder, DATASET):
        hint = "wait until it is written, or build again"
        raise InputError(f"{DATASET} is not the one that the manifest lists", where=str(folder), hint=hint)
    store = open_source(content, "nq", where=str(folder / DATASET))
    return Data(store=store, base=base_of(store), digest=digest, folder=folder)
