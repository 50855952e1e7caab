"""Reading one document: from its text to what it states. The order of the finders is the whole of it."""

from __future__ import annotations

from spacy.language import Language

from kg.extract.annotate import AnnotatedDocument, annotate
from kg.extract.citations import find_citations, footnotes
from kg.extract.classes import with_classes
from kg.extract.context import Context, resolve_mentions
from kg.extract.coreference import resolve_references
from kg.extract.entities import link_mentions
from kg.extract.judgement import Seen, see
from kg.extract.measures import find_measures, is_measure
from kg.extract.mentions import LocalEntity
from kg.extract.models import Models, load_models
from kg.extract.namer import Namer
from kg.extract.names import find_names
from kg.extract.relations import find_relations
from kg.extract.speech import find_attributions
from kg.extract.statements import running_text
from kg.extract.statistics import find_statistics
from kg.extract.status import find_markers
from kg.extract.turns import mark_turns
from kg.extract.unmapped import find_unmapped
from kg.extract.voice import identify
from kg.lexicon import Lexicon
from kg.limits import DEFAULT, Limits
from kg.model import Anchor, Attribution, Document, Entity, EntityId, Reading


def read(
    document: Document,
    nlp: Language,
    lexicon: Lexicon,
    models: Models | None = None,
    *,
    unmapped: bool = False,
    limits: Limits = DEFAULT,
) -> Reading:
    """What a document states, with the words that state it; a pure function of text, model, lexicon and weights.

    The learned parts are those that Accord comes with unless others are given.

    With `unmapped` also what it says of known entities in words that no relation covers.

    Raises:
        LimitError: the document, a line, a word or a sentence is longer than `limits` allow.
    """
    models = models or load_models()
    annotated, entities = find_entities(document, nlp, lexicon, models.namer, limits)
    return read_with(annotated, entities, lexicon, models, unmapped=unmapped)


def find_entities(
    document: Document, nlp: Language, lexicon: Lexicon, namer: Namer | None = None, limits: Limits = DEFAULT
) -> tuple[AnnotatedDocument, tuple[LocalEntity, ...]]:
    """The parsed document and what it names or cites, by the namer that Accord comes with unless another is given."""
    annotated = annotate(document, nlp, limits)
    named = link_mentions(annotated, find_names(annotated, lexicon, namer), lexicon)
    return annotated, with_works(annotated, named, lexicon)


def with_works(
    annotated: AnnotatedDocument, named: tuple[LocalEntity, ...], lexicon: Lexicon
) -> tuple[LocalEntity, ...]:
    """What is named, then the documents that are cited, and the bills and resolutions."""
    named = tuple(e for e in named if not is_measure(e, lexicon))
    return named + find_citations(annotated, named, lexicon) + find_measures(annotated, named, lexicon)


def read_with(
    annotated: AnnotatedDocument,
    entities: tuple[LocalEntity, ...],
    lexicon: Lexicon,
    models: Models | None = None,
    *,
    unmapped: bool = False,
) -> Reading:
    """What a document states about given entities (found, or an annotator's).

    Args:
        annotated: the parsed document.
        entities: with their mentions.
        lexicon: words of the finders.
        models: by default those that Accord comes with.
        unmapped: also find what no relation covers.
    """
    models = models or load_models()
    context, attributions = resolve(annotated, entities, lexicon)
    notes = footnotes(annotated)
    relations = find_relations(context, lexicon, attributions, notes, models.judge, models.rankings.workplaces)
    statistics = find_statistics(context, lexicon, attributions, notes, models.rankings.topics)
    # Not by what is unmapped: it makes nothing an entity.
    used: set[object] = {end for a in relations.assertions for end in (a.subject, a.object)}
    used |= {topic for s in statistics for topic in s.about} | {a.speaker for a in attributions}
    stated = relations.assertions + relations.memberships
    left = find_unmapped(context, find_markers(lexicon), attributions, stated) if unmapped else ()
    unused = {e.id for e in entities if e.kind == "Concept"} - used
    entities = tuple(e for e in entities if e.id not in unused)
    concepts = tuple(c for c in relations.concepts if c.id in used)
    return Reading(
        document=annotated.document,
        entities=tuple(_entity(context, e) for e in (*(context.entities[e.id] for e in entities), *concepts)),
        assertions=relations.assertions,
        memberships=relations.memberships,
        statistics=statistics,
        attributions=attributions,
        voice=context.voice,
        unmapped=tuple(u for u in left if unused.isdisjoint((u.subject, u.object))),
        sentences=running_text(context),
    )


def view(annotated: AnnotatedDocument, entities: tuple[LocalEntity, ...], lexicon: Lexicon) -> Seen:
    """What the learned judge is shown of a document with given entities; for training."""
    context, attributions = resolve(annotated, entities, lexicon)
    relations = find_relations(context, lexicon, attributions, footnotes(annotated))
    return see(relations.context, lexicon, find_markers(lexicon), relations.candidates)


def resolve(
    annotated: AnnotatedDocument, entities: tuple[LocalEntity, ...], lexicon: Lexicon
) -> tuple[Context, tuple[Attribution, ...]]:
    """The document with its references resolved, and who says what in it."""
    context = with_classes(resolve_mentions(annotated, entities), lexicon)
    mark_turns(context)
    identify(context, lexicon)
    resolve_references(context, lexicon)
    return context, find_attributions(context, lexicon)


def _entity(context: Context, entity: LocalEntity) -> Entity:
    anchors: list[Anchor] = [context.annotated.anchor(m.passage, m.start, m.end) for m in entity.mentions]
    names = tuple(dict.fromkeys(" ".join(name.split()) for name in entity.names))
    return Entity(
        id=EntityId(entity.id),
        kind=entity.kind,
        names=names,
        mentions=tuple(sorted(set(anchors))),
        classes=tuple(sorted(entity.classes)),
    )
