"""What `kg build` costs, stage by stage, beside the bare spaCy pipeline: `python -m bench --only building`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench import corpus
from bench.measuring import Figures, in_turn, middle, profile_rows, profiled, ratio, run, shown, table
from bench.reading import bare_pipeline
from kg import building as story
from kg.corpus.effort import Effort
from kg.extract.annotate import load_model
from kg.extract.layout import lay_out
from kg.namespaces import DATA
from kg.settings import Settings
from kg.sources import read_documents

#: The steps that `kg.building.build` is a straight line of; parts of documents are made while they are assembled.
STAGES = ("read_all", "find_links", "open_gate", "assemble", "report_turtle", "report_text")


def measure(*, number: int = 1000, rounds: int = 1, few: int = 60) -> Figures:
    """A build of so many generated documents, and spaCy alone on their blocks; a profile of building a few."""
    with tempfile.TemporaryDirectory() as folder:
        corpus.write(Path(folder), number)
        nlp = bare_pipeline()
        load_model()
        blocks = [[b.text for b in lay_out(d.text)] for d in read_documents([Path(folder)], DATA)[0]]

        def parse() -> None:
            for own in blocks:
                for _ in nlp.pipe(own, batch_size=64):
                    pass

        sources = sorted(Path(folder).iterdir())

        def build(paths: Sequence[Path]) -> None:
            story.build(paths, Settings(), Effort(cache=None))

        parts: list[dict[str, float]] = []

        def build_in_stages() -> None:
            with _timed() as spent:
                build([Path(folder)])
            parts.append(spent)

        story.build([Path("seeds")], Settings(), Effort(cache=None))  # loads what is loaded once
        costs = in_turn({"spacy": lambda: run(parse), "build": lambda: run(build_in_stages)}, rounds, warm=False)
        return {
            "documents": number,
            "spacy": middle(costs["spacy"]),
            "build": middle(costs["build"]),
            "stages": {name: median(spent[name] for spent in parts) for name in STAGES},
            "ratio": ratio(costs["build"], costs["spacy"]),
            "profile": profiled(lambda: build(sources[:few]), 10),
        }


def tell(f: Figures) -> str:
    """The section of the page."""
    total = f["build"]
    stages = {**f["stages"], "the rest": total - sum(f["stages"].values())}
    rows = [[f"`{name}`", f"{t:.2f} s", f"{t / total:.1%}"] for name, t in stages.items()]
    return (
        table(["stage", "CPU", "share"], rows)
        + f"\n{f['documents']} generated documents: {total:.1f} s, spaCy alone {f['spacy']:.1f} s, "
        f"ratio {shown(f['ratio'])}.\n\nWhere the time goes: {profile_rows(f['profile'])}.\n"
    )


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
