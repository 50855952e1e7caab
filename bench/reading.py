"""What reading costs beside the bare spaCy pipeline on the same blocks: `python -m bench --only reading`."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

import spacy
from spacy.language import Language

from bench import corpus
from bench.measuring import Figures, in_turn, middle, profile_rows, profiled, ratio, run, shown, table
from kg.extract.annotate import MODEL, load_model
from kg.extract.layout import lay_out
from kg.extract.models import load_models
from kg.extract.reading import read
from kg.lexicon import load_lexicon
from kg.model import Document
from kg.namespaces import DATA
from kg.sources import read_documents


def measure(*, number: int = 60, rounds: int = 5) -> Figures:
    """The seeds and so many generated documents."""
    with tempfile.TemporaryDirectory() as folder:
        corpus.write(Path(folder), number)
        texts = {"the seeds": _documents(Path("seeds")), "generated": _documents(Path(folder))}
    nlp, bare_nlp, lexicon, models = load_model(), bare_pipeline(), load_lexicon(), load_models()
    gc.freeze()  # as a build does
    figures: Figures = {"texts": {}}
    for name, documents in texts.items():
        blocks = [[block.text for block in lay_out(d.text)] for d in documents]

        def parse(blocks: list[list[str]] = blocks) -> None:
            for own in blocks:
                for _ in bare_nlp.pipe(own, batch_size=64):
                    pass

        def read_all(documents: tuple[Document, ...] = documents) -> None:
            for document in documents:
                read(document, nlp, lexicon, models)

        costs = in_turn({"spacy": lambda p=parse: run(p), "reading": lambda r=read_all: run(r)}, rounds)
        figures["texts"][name] = {
            "documents": len(documents),
            "words": sum(len(d.text.split()) for d in documents) // len(documents),
            "spacy": 1000 * middle(costs["spacy"]) / len(documents),
            "reading": 1000 * middle(costs["reading"]) / len(documents),
            "ratio": ratio(costs["reading"], costs["spacy"]),
        }
    figures["profile"] = profiled(lambda: [read(d, nlp, lexicon, models) for d in texts["generated"]])
    return figures


def bare_pipeline() -> Language:
    """The pinned model as spaCy loads and runs it; reading runs the same model less wastefully."""
    return spacy.load(MODEL, exclude=["senter"])


def tell(f: Figures) -> str:
    """The section of the page."""
    rows = [
        [
            f"{name}: {v['documents']} of {v['words']:,} words",
            f"{v['spacy']:.0f} ms",
            f"{v['reading']:.0f} ms",
            shown(v["ratio"]),
        ]
        for name, v in f["texts"].items()
    ]
    text = table(["documents", "spaCy alone, each", "reading, each", "ratio"], rows)
    return f"{text}\nWhere the time goes: {profile_rows(f['profile'])}.\n"


def _documents(folder: Path) -> tuple[Document, ...]:
    return tuple(read_documents([folder], DATA)[0])
