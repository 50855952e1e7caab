"""Contexts by hand: a text, and the names of its entities by kind; mentions are found by their words."""

from __future__ import annotations

import hashlib
import re

from spacy.language import Language

from kg.extract.annotate import annotate
from kg.extract.context import Context, resolve_mentions
from kg.extract.coreference import resolve_references
from kg.extract.mentions import Form, LocalEntity, Mention
from kg.extract.turns import mark_turns
from kg.extract.voice import identify
from kg.lexicon import load_lexicon
from kg.model import IRI, Document, EntityId


def context_of(nlp: Language, text: str, **entities: str) -> Context:
    """A context with references resolved.

    Args:
        nlp: the language pipeline.
        text: of the document.
        entities: id → "Kind: Full Name, Other Form".
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = Document(iri=IRI("https://example.org/d"), name="d", text=text, sha256=digest)
    annotated = annotate(document, nlp)
    found = []
    for identifier, described in entities.items():
        kind, _, names = described.partition(": ")
        forms = sorted(names.split(", "), key=len, reverse=True)
        pattern = "|".join(map(re.escape, forms))
        mentions = tuple(
            Mention(passage.index, m.start(), m.end(), kind, "by-hand", Form.NAME)
            for passage in annotated.passages
            for m in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", passage.block.text)
        )
        found.append(LocalEntity(id=EntityId(identifier), kind=kind, names=tuple(names.split(", ")), mentions=mentions))
    context = resolve_mentions(annotated, tuple(found))
    mark_turns(context)
    identify(context, load_lexicon())
    resolve_references(context, load_lexicon())
    return context
