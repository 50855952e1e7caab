"""A load in a process of its own, that tests may kill."""

from __future__ import annotations

import os
from pathlib import Path

from kg.cli.remote import Access, opened
from kg.stores.canonical import read_dataset
from kg.stores.load import load


def bring(endpoint: str, environment: dict[str, str], dataset: Path) -> None:
    os.environ.update(environment)
    with opened(endpoint, Access()) as store:
        load(store, read_dataset(dataset.read_bytes(), str(dataset)))
