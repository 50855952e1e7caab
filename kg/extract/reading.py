"""Reading one document: from its text to what it states. The order of the finders is the whole of it."""

from __future__ import annotations

from spacy.language import Language

from kg.extract.annotate import AnnotatedDocument, annotate
from kg.extract.citations import find_citations, footnotes
from kg.extract.context import Context, resolve_mentions
from kg.extract.coreference import resolve_references
from kg.extract.entities import link_mentions
from kg.extract.mentions import LocalEntity
from kg.extract.names import find_names
from kg.extract.relations import find_relations
from kg.extract.speech import find_attributions
from kg.extract.statistics import find_statistics
from kg.lexicon import Lexicon
from kg.model import Anchor, Document, Entity, EntityId, Reading


def read(document: Document, nlp: Language, lexicon: Lexicon) -> Reading:
    """What a document states, with the words that state it; a pure function of text, model and lexicon."""
    annotated = annotate(document, nlp)
    named = link_mentions(annotated, find_names(annotated, lexicon), lexicon)
    works = find_citations(annotated, named, lexicon)
    return read_with(annotated, named + works, lexicon)


def read_with(annotated: AnnotatedDocument, entities: tuple[LocalEntity, ...], lexicon: Lexicon) -> Reading:
    """What a document states about given entities (found, or an annotator's)."""
    context = resolve_mentions(annotated, entities)
    resolve_references(context, lexicon)
    notes = footnotes(annotated)
    attributions = find_attributions(context, lexicon)
    relations = find_relations(context, lexicon, attributions, notes)
    statistics = find_statistics(context, lexicon, attributions, notes)
    everything = entities + relations.entities
    return Reading(
        document=annotated.document,
        entities=tuple(_entity(context, e) for e in everything),
        assertions=relations.assertions,
        memberships=relations.memberships,
        statistics=statistics,
        attributions=attributions,
        voice=context.voice,
    )


def _entity(context: Context, entity: LocalEntity) -> Entity:
    anchors: list[Anchor] = [context.annotated.anchor(m.passage, m.start, m.end) for m in entity.mentions]
    names = tuple(dict.fromkeys(" ".join(name.split()) for name in entity.names))
    return Entity(id=EntityId(entity.id), kind=entity.kind, names=names, mentions=tuple(sorted(set(anchors))))
