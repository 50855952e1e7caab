"""A query cannot be interrupted, only its process can: what may run for long runs in a child that the system ends."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import Any

from kg.errors import QueryError


def watched(seconds: float) -> bool:
    """Go on in a child process, which the system ends when its time is up; this one waits and ends as the child does.

    Where there is nothing to fork, or standard output is not the system's, the caller goes on in this process.

    Returns:
        Whether this is the child, whose memory may be limited.

    Args:
        seconds: after which the child is ended, on the clock of the machine.

    Raises:
        QueryError: in the process that waits: the child took too long or too much memory, or its parser crashed.
        KeyboardInterrupt: this process was interrupted; the child is ended.
    """
    if not hasattr(os, "fork") or not _is_real(sys.stdout, 1) or not _is_real(sys.stderr, 2):
        return False
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _prepare(seconds)
        return True
    previous = signal.signal(signal.SIGTERM, lambda *_: _end(child, signal.SIGTERM))
    try:
        _, status = os.waitpid(child, 0)
    except KeyboardInterrupt:
        _end(child)
        raise
    finally:
        signal.signal(signal.SIGTERM, previous)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        raise _ended(-code, seconds)
    os._exit(code)  # all has been written by the child


def _is_real(stream: Any, number: int) -> bool:
    try:
        return bool(stream.fileno() == number)
    except (OSError, ValueError, AttributeError):
        return False


def _prepare(seconds: float) -> None:
    """In the child: an alarm that ends it whatever it does, and no words of libraries that give up."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    errors = os.dup(2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    sys.stderr = open(errors, "w", buffering=1, encoding=encoding, errors="backslashreplace")  # noqa: PTH123, SIM115
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end(child: int, by: int = 0) -> None:
    with suppress(OSError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if by:
        sys.exit(128 + by)


def _ended(number: int, seconds: float) -> QueryError:
    """What the system says of how a child ended."""
    if number == signal.SIGALRM:
        hint = "ask for less, or allow more: --timeout SECONDS"
        return QueryError(f"took longer than {seconds:g} s and was stopped", where="query", hint=hint)
    if number in (signal.SIGABRT, signal.SIGKILL):
        hint = "ask for less: LIMIT, fewer joins; or allow more: KG_MAX_QUERY_MEMORY=NUMBER"
        return QueryError("took more memory than it may, and was stopped", where="query", hint=hint)
    hint = "nest it less, or split it into several"
    return QueryError(f"could not be parsed or run: its process ended by signal {number}", where="query", hint=hint)
