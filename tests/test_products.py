"""Matrices of the language model are multiplied in one thread, whatever was imported first."""

from __future__ import annotations

import subprocess
import sys

from spacy.language import Language

from kg.extract.products import _threads, one_thread


def test_the_number_of_threads_is_one_inside_and_the_old_one_afterwards() -> None:
    threads = _threads()
    if threads is None:  # numpy without OpenBLAS: nothing to set
        with one_thread():
            return
    count, use = threads
    before = count()
    use(2)
    try:
        with one_thread():
            assert count() == 1
        assert count() == 2
    finally:
        use(before)


def test_the_model_multiplies_by_openblas_where_there_is_one(nlp: Language) -> None:
    ops = nlp.get_pipe("tok2vec").model.ops  # type: ignore[attr-defined]
    assert getattr(ops, "use_blis", None) is (_threads() is None) or ops.name != "numpy"


def test_a_pipeline_loaded_elsewhere_is_left_as_it_is() -> None:
    code = (
        "from kg.extract.annotate import load_model, MODEL; import spacy; load_model();"
        "print(getattr(spacy.load(MODEL).get_pipe('tok2vec').model.ops, 'use_blis', True))"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "True"
