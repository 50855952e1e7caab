"""A load in a process of its own, that tests may kill."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ParamSpec

from kg.cli.remote import Access, opened
from kg.stores.canonical import read_dataset
from kg.stores.load import load
from kg.stores.store import Store

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Death:
    """When a loader ends itself with kill -9: so many seconds after it began its so-manieth write."""

    write: int
    seconds: float

    def await_in(self, store: Store) -> Store:
        begun = 0

        def counted(write: Callable[P, None]) -> Callable[P, None]:
            def call(*args: P.args, **kwargs: P.kwargs) -> None:
                nonlocal begun
                begun += 1
                if begun == self.write:
                    threading.Timer(self.seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
                write(*args, **kwargs)

            return call

        return replace(store, put=counted(store.put), update=counted(store.update))


def bring(endpoint: str, environment: dict[str, str], dataset: Path, death: Death | None = None) -> None:
    os.environ.update(environment)
    with opened(endpoint, Access()) as store:
        load(death.await_in(store) if death else store, read_dataset(dataset.read_bytes(), str(dataset)))
