"""What reading costs beside the bare spaCy pipeline on the same blocks, in one run.

The bare pipeline is all of the pinned model as `spacy.load` makes it; reading runs the same model less wastefully.

    python -m bench.reading [FOLDER…] [--rounds 5]

Prints the medians of both and their ratio. A page of docs/performance.md is written from it by hand.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import spacy
from spacy.language import Language

from kg.extract.annotate import MODEL, load_model
from kg.extract.layout import lay_out
from kg.extract.models import load_models
from kg.extract.reading import read
from kg.lexicon import load_lexicon
from kg.namespaces import DATA
from kg.sources import read_documents


def main(arguments: Sequence[str] | None = None) -> None:
    """Time both sides in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", default=[Path("seeds")])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    documents, _ = read_documents(options.folders, DATA)
    nlp, bare_nlp, lexicon, models = load_model(), bare_pipeline(), load_lexicon(), load_models()
    gc.freeze()  # as a build does
    blocks = [[block.text for block in lay_out(d.text)] for d in documents]

    def parse() -> None:
        for texts in blocks:
            for _ in bare_nlp.pipe(texts, batch_size=64):
                pass

    def read_all() -> None:
        for document in documents:
            read(document, nlp, lexicon, models)

    parse()  # warm up
    read_all()
    # In turn, so that what else the machine does falls on both sides alike.
    rounds = [(_seconds(parse), _seconds(read_all)) for _ in range(options.rounds)]
    bare, whole = [first for first, _ in rounds], [second for _, second in rounds]
    count = len(documents)
    print(f"documents {count}, rounds {options.rounds}")
    for label, times in (("spaCy alone", bare), ("reading", whole)):
        milliseconds = [1000 * t / count for t in times]
        middle, low, high = statistics.median(milliseconds), min(milliseconds), max(milliseconds)
        print(f"{label}: median {middle:.0f} ms a document, {low:.0f}–{high:.0f}")
    ratios = [second / first for first, second in rounds]
    print(f"ratio of medians {statistics.median(whole) / statistics.median(bare):.2f}")
    print(f"ratios of the rounds {min(ratios):.2f}–{max(ratios):.2f}")


def bare_pipeline() -> Language:
    """The pinned model as spaCy loads and runs it."""
    return spacy.load(MODEL, exclude=["senter"])


def _seconds(action: Callable[[], None]) -> float:
    started = time.process_time()
    action()
    return time.process_time() - started


if __name__ == "__main__":
    main()
