"""Fixtures and settings that all tests share."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from spacy.language import Language

    from kg.building import Build
    from kg.graph.query import Source

# The same examples on every run: a failure seen once can be seen again. Shared machines make deadlines fail at random.
settings.register_profile("accord", derandomize=True, deadline=None)
settings.load_profile("accord")

# A shell that starts the tests in the background has them ignore Ctrl-C, and so would the processes that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Builds of tests keep what they read with the tests, not with whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pinned language pipeline, loaded once (about a second)."""
    from kg.extract.annotate import load_model

    return load_model()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def seeds_build(root: Path) -> Build:
    """The build of the seeds, in memory."""
    from kg.building import build
    from kg.settings import Settings

    return build([root / "seeds"], Settings())


@pytest.fixture(scope="session")
def seeds_folder(seeds_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its output folder; tests must not change it."""
    from kg.building import publish

    target = tmp_path_factory.mktemp("seeds") / "out"
    publish(seeds_build, target)
    return target


@pytest.fixture(scope="session")
def seeds_source(seeds_folder: Path) -> Source:
    """The graph of the seeds, open for questions."""
    from kg.graph.query import open_source

    return open_source(seeds_folder)


@pytest.fixture
def clean_environment() -> dict[str, str]:
    """The environment for commands that a test starts, without what the caller set for Accord or Python."""
    dropped = ("KG_", "PYTHON", "SOURCE_DATE_EPOCH", "NO_COLOR", "FORCE_COLOR")
    return {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
