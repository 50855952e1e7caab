"""A reader for tests of processes: quick, without spaCy, and with documents in it that end it."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

from kg.errors import ModelError
from kg.model import Anchor, Document, Entity, EntityId, Reading, Span
from kg.settings import Settings

LOADER = "tests.hostile:load"


def load(settings: Settings) -> Callable[[Document], Reading]:
    """The reader: every capitalised pair of words is an organization."""
    return read


def load_nothing(settings: Settings) -> Callable[[Document], Reading]:
    """No reader: the process ends."""
    os._exit(3)


def read(document: Document) -> Reading:
    """Do what the text says, then read it."""
    text = document.text
    if "KILL" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if once := re.search(r"DIE ONCE (\S+)", text):
        mark = Path(once[1])
        if not mark.exists():
            mark.write_text("dead")
            os._exit(9)
    if slow := re.search(r"WAIT ([\d.]+)", text):
        time.sleep(float(slow[1]))
    if "SPIN" in text:
        while True:
            pass
    if "FAIL" in text:
        raise ValueError("no such words")
    found = [
        Entity(
            id=EntityId(f"e{n}"),
            kind="LaborUnion",
            names=(match[0],),
            mentions=(Anchor(document.iri, Span(*match.span())),),
        )
        for n, match in enumerate(re.finditer(r"[A-Z][a-z]+ [A-Z][a-z]+", text))
    ]
    return Reading(document=document, entities=tuple(found))


def load_without_model(settings: Settings) -> Callable[[Document], Reading]:
    """No reader: what it needs is missing."""
    raise ModelError("the language model is not installed", hint="install it")
