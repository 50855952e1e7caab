"""What `kg build` costs, stage by stage, beside the bare spaCy pipeline on the same blocks, in one run.

    python -m bench.building [FOLDER…] [--rounds 3] [--owlrl]

Prints the median of each stage, its share of the build, and the ratio of the whole build to spaCy alone. With --owlrl,
the ratio of owlrl to the compiled rules on the same facts as well.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.reading import bare_pipeline
from kg import build as story
from kg.extract.annotate import load_model
from kg.extract.layout import lay_out
from kg.extract.models import load_models
from kg.graph.dataset import BuildInfo, to_quads
from kg.graph.reason import infer_quads
from kg.lexicon import load_lexicon
from kg.namespaces import DATA
from kg.ontology import graph as ontology_graph
from kg.settings import Reasoner, Settings
from kg.sources import read_documents

#: The functions that `kg.building.build` is a straight line of.
STAGES = (
    "read_corpus",
    "to_quads",
    "infer_quads",
    "validate",
    "add_inferred",
    "overview",
    "to_nquads",
    "to_turtle",
    "report_turtle",
    "report_text",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Time both sides in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", default=[Path("seeds")])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--owlrl", action="store_true")
    options = parser.parse_args(arguments)
    documents, _ = read_documents(options.folders, DATA)
    nlp = bare_pipeline()
    load_model()
    load_lexicon()
    load_models(None)
    blocks = [[block.text for block in lay_out(d.text)] for d in documents]

    def parse() -> None:
        for texts in blocks:
            for _ in nlp.pipe(texts, batch_size=64):
                pass

    parse()  # warm up
    story.build([Path("seeds")], Settings())
    bare, whole, stages = [], [], list[dict[str, float]]()
    for _ in range(options.rounds):  # in turn, so that what else the machine does falls on both sides alike
        bare.append(_seconds(parse))
        with _timed() as spent:
            whole.append(_seconds(lambda: story.build(options.folders, Settings())))
        stages.append(spent)
    _tell(len(documents), bare, whole, stages)
    if options.owlrl:
        _compare(options.folders)


def _tell(documents: int, bare: list[float], whole: list[float], stages: list[dict[str, float]]) -> None:
    print(f"documents {documents}, rounds {len(whole)}; CPU seconds, medians")
    total = statistics.median(whole)
    rows = {name: statistics.median(spent[name] for spent in stages) for name in STAGES}
    for name, seconds in {**rows, "the rest": total - sum(rows.values()), "whole build": total}.items():
        print(f"{name:14} {seconds:8.2f} {seconds / total:7.1%}")
    print(f"{'spaCy alone':14} {statistics.median(bare):8.2f}")
    ratios = [second / first for first, second in zip(bare, whole, strict=True)]
    print(f"build to spaCy: {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})")


def _compare(folders: Sequence[Path]) -> None:
    corpus, _ = story.read_corpus(folders, Settings())
    quads = to_quads(corpus, BuildInfo(version="0", model="", model_version=""), Settings())
    axioms = ontology_graph()
    times, found = {}, {}
    for reasoner in Reasoner:
        rounds = 1 if reasoner is Reasoner.OWLRL else 5
        times[reasoner] = statistics.median(
            _seconds(lambda: found.update({reasoner: infer_quads(quads, axioms, reasoner)}))  # noqa: B023
            for _ in range(rounds)
        )
    same = "the same" if found[Reasoner.RULES] == found[Reasoner.OWLRL] else "DIFFERENT"
    print(f"inferred triples {len(found[Reasoner.RULES].triples)}, {same} by both reasoners")
    print(f"owlrl {times[Reasoner.OWLRL]:.2f} s, rules {times[Reasoner.RULES]:.3f} s:", end=" ")
    print(f"ratio {times[Reasoner.OWLRL] / times[Reasoner.RULES]:.0f}")


@contextmanager
def _timed() -> Iterator[dict[str, float]]:
    """The functions of STAGES with a clock around each."""
    spent = dict.fromkeys(STAGES, 0.0)
    plain = {name: getattr(story, name) for name in STAGES}

    def clocked(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            started = time.process_time()
            try:
                return plain[name](*arguments, **options)
            finally:
                spent[name] += time.process_time() - started

        return call

    for name in STAGES:
        setattr(story, name, clocked(name))
    try:
        yield spent
    finally:
        for name in STAGES:
            setattr(story, name, plain[name])


def _seconds(action: Callable[[], object]) -> float:
    started = time.process_time()
    action()
    return time.process_time() - started


if __name__ == "__main__":
    main()
