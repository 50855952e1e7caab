"""How a build is done: processes, time, what is kept. None of it changes the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: What reads, as "module:function": settings → a function of documents.
LOADER = "kg.corpus.worker:load_reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How a build is to be done; none of it changes the result.

    Attributes:
        jobs: processes that read, and then make parts, at the same time.
        seconds: that a document may take before it is given up; None for those of the settings, 0 for no limit.
        cache: folder of what is known from earlier builds; None to begin anew and keep nothing.
        scheduler: address of a Dask scheduler whose workers read instead, such as tcp://127.0.0.1:8786.
        warn: told what is wrong with the cache.
        loader: "module:function" that gives the function that reads; of tests.
    """

    jobs: int = 1
    seconds: float | None = None
    cache: Path | None = None
    scheduler: str | None = None
    warn: Callable[[str], None] = lambda _: None
    loader: str = LOADER
