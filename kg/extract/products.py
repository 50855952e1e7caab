"""Products of matrices in one thread, by the library that numpy brings.

spaCy multiplies matrices by BLIS, which has no kernel for many of the processors of today and takes three times as long
there as OpenBLAS. OpenBLAS shares even small products out among threads, which for the matrices of one document costs
twice the CPU time and gains nothing; so it is told to use one while a document is parsed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from importlib import import_module
from typing import Any

from thinc.api import get_current_ops, use_ops

#: What numpy's builds of OpenBLAS put before and behind the names of its functions.
AFFIXES = (("scipy_", "64_"), ("", "64_"), ("scipy_", ""), ("", ""))


@contextmanager
def quick_products() -> Iterator[None]:
    """Models loaded inside multiply matrices by OpenBLAS where numpy uses it, else as spaCy would."""
    # Graphics cards and Apple's processors have products of their own.
    with use_ops("numpy", use_blis=False) if get_current_ops().name == "numpy" and _threads() else nullcontext():
        yield


@contextmanager
def one_thread() -> Iterator[None]:
    """While inside, OpenBLAS uses one thread."""
    threads = _threads()
    if threads is None:
        yield
        return
    count, use = threads
    before = count()
    use(1)
    try:
        yield
    finally:
        use(before)


@cache
def _threads() -> tuple[Callable[[], int], Callable[[int], Any]] | None:
    """OpenBLAS's functions that tell and set its number of threads; None where numpy uses another library."""
    try:
        library = ctypes.CDLL(import_module("numpy._core._multiarray_umath").__file__)
    except (ImportError, OSError):
        return None
    for before, behind in AFFIXES:
        count = getattr(library, f"{before}openblas_get_num_threads{behind}", None)
        use = getattr(library, f"{before}openblas_set_num_threads{behind}", None)
        if count and use:
            return count, use
    return None
