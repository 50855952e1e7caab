"""The process that runs readers of foreign formats: `python -m kg.sources.worker`, started by `isolation`."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import warnings
from typing import Any

from kg.errors import InputError
from kg.limits import LimitError, Limits
from kg.sources.formats import READERS
from kg.sources.isolation import receive, send

#: Bytes of address space: what the worst document may take, and far more than others need.
MEMORY = 1_400_000_000
#: What a reader has no business doing, as names of audit events (PEP 578).
_FORBIDDEN = frozenset(
    "subprocess.Popen os.system os.exec os.fork os.forkpty os.posix_spawn os.spawn os.remove os.rename os.mkdir "
    "os.rmdir os.link os.symlink os.truncate os.chmod os.chown shutil.rmtree socket.connect socket.bind "
    "socket.getaddrinfo socket.gethostbyname socket.sendto urllib.Request".split()
)


def main() -> None:
    """Answer one file after the other until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks decides, and closes the pipe
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not speak for us
    _bound()
    sys.addaudithook(_refuse)
    try:
        limits = Limits(**json.loads(receive(questions)))
        while True:
            suffix = json.loads(receive(questions))["suffix"]
            send(answers, json.dumps(_answer(suffix, receive(questions), limits)).encode())
    except (EOFError, BrokenPipeError):
        return


def _answer(suffix: str, content: bytes, limits: Limits) -> dict[str, Any]:
    try:
        found = READERS[suffix].read(content, limits)
        paragraphs = [(paragraph.start, paragraph.place) for paragraph in found.paragraphs]
        return {"text": found.text, "metadata": dict(found.metadata), "pages": found.pages, "paragraphs": paragraphs}
    except LimitError as error:
        return {"message": error.message, "limit": error.limit}
    except InputError as error:
        return {"message": error.message, "hint": error.hint}
    except ImportError:
        return {"missing": True}
    except MemoryError:
        return {"message": "takes more memory than readers are given", "hint": "save its text as .txt"}
    except Exception as error:
        return {"message": f"cannot be read ({type(error).__name__})", "hint": "save its text as .txt"}


def _bound() -> None:
    """Bound the memory and forbid files, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        try:
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (OSError, ValueError):  # some systems know the limit and do not let it be set
            continue


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"readers may not do this: {event}")
    if event == "open" and len(arguments) > 2 and isinstance(arguments[2], int):
        writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        if arguments[2] & writing:
            raise PermissionError("readers may not write")


if __name__ == "__main__":
    main()
