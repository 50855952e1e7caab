"""A corpus from its dataset, the way back from `to_quads`: what was written is read as what it was made of.

Whatever the dataset says beyond that, or lacks, shows when the corpus is written again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from kg.graph.evidence import HTML_FRAGMENTS, Shelf
from kg.graph.provenance import BuildInfo, graph_iri
from kg.graph.quads import Quads
from kg.graph.statements import statement_iri
from kg.graph.terms import (
    ACC,
    CITO,
    DCTERMS,
    OA,
    ORG,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    Term,
    Triple,
    iri,
    is_iri,
    text_of,
)
from kg.model import (
    IRI,
    Anchor,
    Assertion,
    Attribution,
    Corpus,
    Date,
    Document,
    Entity,
    EntityId,
    Grounds,
    Membership,
    Metadata,
    Paragraph,
    Reading,
    Span,
    SpeechKind,
    Statistic,
    Status,
    Unit,
    UnmappedStatement,
)
from kg.namespaces import ACC as ACC_BASE
from kg.namespaces import shrink

Values = Mapping[Term, list[Term]]
_NUMBER = re.compile(r"-(\d{1,9})>$")
_SPAN = re.compile(r"-(\d{1,12})-(\d{1,12})>$")
#: Cohorts are numbered from 1; a plan or a denial does not tell which, but its IRI is a function of it.
_COHORTS = 50


@dataclass(frozen=True, slots=True)
class _Written:
    """A dataset by subject, with what is needed to read targets."""

    base: str
    documents: Mapping[str, Document]
    sources: Mapping[Term, str]
    ordinals: Mapping[Term, tuple[str, int]]

    def anchor(self, target: Term) -> Anchor:
        found = _SPAN.search(target)
        if found is None or target not in self.sources:
            raise ValueError(f"no target with a document and a span: {target}")
        return Anchor(IRI(self.sources[target]), Span(int(found[1]), int(found[2])))


def by_subject(triples: Iterable[Triple]) -> dict[Term, dict[Term, list[Term]]]:
    """Subject → predicate → objects, sorted."""
    found: dict[Term, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for s, p, o in sorted(triples):
        found[s][p].append(o)
    return found


def recover(dataset: Quads, texts: Mapping[str, str], base: str) -> Corpus:
    """The corpus that a dataset was made of.

    Args:
        dataset: as `to_quads` makes it; more graphs may be there.
        texts: name of a document → its text.
        base: what the IRIs begin with.

    Raises:
        ValueError, KeyError, ArithmeticError: it was not made of any.
    """
    entities = dataset.named.get(graph_iri(base, "entities"), set())
    described = {
        s: values
        for name, triples in dataset.named.items()
        if name.endswith("/document")
        for s, values in by_subject(triples).items()
    }
    documents = {text_of(s): _document(s, v, texts) for s, v in described.items() if v.get(ACC.sha256)}
    sources = {
        s: text_of(o)
        for name, triples in dataset.named.items()
        if name.endswith("/evidence")
        for s, p, o in triples
        if p == OA.hasSource
    }
    about = by_subject(entities)
    ordinals = {
        s: (text_of(v[ACC.cohortOf][0]), int(text_of(v[ACC.ordinal][0])))
        for s, v in about.items()
        if v.get(ACC.ordinal)
    }
    written = _Written(base, documents, sources, ordinals)
    ordered = sorted(documents.values(), key=lambda d: (d.name, d.sha256))
    readings = tuple(_reading(dataset, written, _with_places(dataset, base, d)) for d in ordered)
    mentions = defaultdict(list)
    for name, triples in dataset.named.items():
        if name.endswith("/document"):
            for s, p, o in triples:
                if p == ACC.mentionTarget:
                    mentions[s].append(written.anchor(o))
    named = tuple(_entity(s, v, mentions) for s, v in sorted(about.items()) if s not in ordinals)
    return Corpus(documents=tuple(r.document for r in readings), entities=named, readings=readings)


def recover_build(dataset: Quads, base: str) -> tuple[BuildInfo, int | None]:
    """What made a dataset, and the clock that it was told, in seconds.

    Raises:
        ValueError, KeyError: its provenance is not what a build writes.
    """
    about = by_subject(dataset.named.get(graph_iri(base, "provenance"), set()))
    software = [s for s, v in about.items() if v.get(RDF.type) == [PROV.SoftwareAgent]]
    models = [s for s, v in about.items() if v.get(RDF.type) == [PROV.Entity] and v.get(SCHEMA.softwareVersion)]
    if len(software) != 1 or len(models) != 1:
        raise ValueError("no software, or no model, is told")
    version = text_of(about[models[0]][SCHEMA.softwareVersion][0])
    label = text_of(about[models[0]][RDFS.label][0])
    ended = [text_of(o) for v in about.values() for o in v.get(PROV.endedAtTime, ())]
    info = BuildInfo(
        version=text_of(about[software[0]][SCHEMA.softwareVersion][0]),
        model=label.removesuffix(f" {version}"),
        model_version=version,
    )
    return info, int(datetime.fromisoformat(ended[0]).timestamp()) if ended else None


def _document(node: Term, values: Values, texts: Mapping[str, str]) -> Document:
    name = _one(values, DCTERMS.identifier) or ""
    licence = _one(values, DCTERMS.license) or _one(values, DCTERMS.rights)
    metadata = Metadata(
        title=_one(values, DCTERMS["title"]),
        publisher=_one(values, SCHEMA.publisher),
        author=_one(values, SCHEMA.author),
        date=_one(values, DCTERMS.date),
        url=_one(values, SCHEMA.url),
        licence=licence,
        embedded=tuple(map(text_of, values.get(ACC.embeddedField, ()))),
        inferred=tuple(map(text_of, values.get(ACC.inferredField, ()))),
    )
    return Document(
        iri=IRI(text_of(node)),
        name=name,
        text=texts[name],
        sha256=_one(values, ACC.sha256) or "",
        media_type=_one(values, DCTERMS["format"]) or "",
        metadata=metadata,
    )


def _with_places(dataset: Quads, base: str, document: Document) -> Document:
    """A document with the pages and paragraphs that its evidence names; what lies between is of no consequence."""
    triples = dataset.named.get(graph_iri(base, "evidence", document.iri), set())
    about = by_subject(triples)
    selectors = {t: v.get(OA.hasSelector, []) for t, v in about.items() if v.get(OA.hasSource)}

    def numbered(term: Term) -> dict[int, Paragraph]:
        return {
            int(found[1]): Paragraph(int(text_of(values[term][0])), _place(values))
            for selector, values in about.items()
            if values.get(term) and (found := _NUMBER.search(selector))
        }

    pages, paragraphs = numbered(ACC.pageStart), numbered(ACC.paragraphStart)
    placed = {s for s, values in about.items() if values.get(ACC.paragraphStart)}
    loose = [int(found[1]) for t, own in selectors.items() if not placed & set(own) and (found := _SPAN.search(t))]
    return replace(
        document,
        pages=tuple(page.start for page in _filled(pages, [])),
        paragraphs=tuple(_filled(paragraphs, loose)),
    )


def _place(values: Values) -> str:
    place = _one(values, RDF.value) or ""
    return f"#{place}" if values.get(DCTERMS.conformsTo) == [iri(HTML_FRAGMENTS)] else place


def _filled(known: Mapping[int, Paragraph], loose: Iterable[int]) -> list[Paragraph]:
    """Numbered places in a row; what evidence without a place begins in stands between them, and after the last."""
    found: list[Paragraph] = []
    for number, paragraph in sorted(known.items()):
        begun = found[-1].start if found else 0
        free = min((start for start in loose if begun <= start < paragraph.start), default=paragraph.start)
        found += [Paragraph(free, "")] * (number - len(found) - 1)
        found.append(paragraph)
    after = [start for start in loose if found and start >= found[-1].start]
    return [*found, Paragraph(min(after), "")] if after else found


def _entity(node: Term, values: Values, mentions: Mapping[Term, list[Anchor]]) -> Entity:
    (kind,) = (t for t in values[RDF.type] if _local(t) != text_of(t))
    classes = sorted(_named(t) for t in values[RDF.type] if t != kind)
    (name,) = values[SKOS.prefLabel]
    others = map(text_of, values.get(SKOS.altLabel, ()))
    return Entity(
        id=EntityId(text_of(node)),
        kind=_local(kind),
        names=(text_of(name), *others),
        mentions=tuple(sorted(mentions.get(node, ()))),
        classes=tuple(classes),
    )


def _reading(dataset: Quads, written: _Written, document: Document) -> Reading:
    def graph(part: str) -> set[Triple]:
        return dataset.named.get(graph_iri(written.base, part, document.iri), set())

    described = by_subject(graph("document"))[iri(document.iri)]
    voice = _one(described, ACC.voice)
    items = [item for node, v in by_subject(graph("statements")).items() for item in _statement(written, node, v)]
    unmapped = tuple(_unmapped(written, v) for v in by_subject(graph("unmapped")).values())
    return Reading(
        document=document,
        assertions=tuple(i for i in items if isinstance(i, Assertion)),
        memberships=tuple(i for i in items if isinstance(i, Membership)),
        statistics=tuple(i for i in items if isinstance(i, Statistic)),
        attributions=tuple(i for i in items if isinstance(i, Attribution)),
        voice=EntityId(voice) if voice else None,
        unmapped=unmapped,
        sentences=tuple(map(written.anchor, described.get(ACC.sentence, ()))),
    )


def _statement(written: _Written, node: Term, v: Values) -> Iterator[Assertion | Membership | Statistic | Attribution]:
    kinds = v.get(RDF.type, [])
    if ACC.Attribution in kinds:
        yield _attribution(written, v)
    elif ACC.Statistic in kinds:
        yield _statistic(written, v)
    elif ACC.Assertion in kinds and node.startswith(f"<{written.base}membership/"):
        yield _not_stated(written, node, v)
    elif ACC.Assertion in kinds:
        (target,) = v[RDF.object]
        yield Assertion(
            subject=EntityId(text_of(v[RDF.subject][0])),
            predicate=_named(v[RDF.predicate][0]),
            object=EntityId(text_of(target)) if is_iri(target) else Date(value=text_of(target)),
            grounds=_grounds(written, v),
        )
    elif ACC.Membership in kinds or ACC.CohortMembership in kinds:
        yield _membership(written, v)
    else:
        raise ValueError(f"no statement: {node}")


def _membership(written: _Written, v: Values) -> Membership:
    organization, cohort = _one(v, ORG.organization), None
    if v.get(ACC.cohort):
        organization, cohort = written.ordinals[v[ACC.cohort][0]]
    return Membership(
        member=EntityId(text_of(v[ORG.member][0])),
        organization=EntityId(organization) if organization else None,
        grounds=_grounds(written, v),
        role_title=_one(v, ACC.roleTitle),
        former=bool(v.get(ACC.former)),
        cohort=cohort,
        cohort_label=_one(v, ACC.cohortLabel),
        start=_one(v, SCHEMA.startDate),
        end=_one(v, SCHEMA.endDate),
    )


def _not_stated(written: _Written, node: Term, v: Values) -> Membership:
    """A membership that is denied or planned: which cohort, and what its words are, only the IRI tells."""
    words, in_cohort = _one(v, SCHEMA.roleName), v[RDF.predicate] == [ACC.participatesIn]
    item = Membership(
        member=EntityId(text_of(v[RDF.subject][0])),
        organization=EntityId(text_of(v[RDF.object][0])),
        grounds=_grounds(written, v),
    )
    shelf = Shelf(written.base, {d.iri: d for d in written.documents.values()})
    for cohort in range(1, _COHORTS) if in_cohort else (None,):
        for title, label in ((words, None), (None, words)):
            found = replace(item, role_title=title, cohort=cohort, cohort_label=label)
            if statement_iri(shelf, "membership", found) == node:
                return found
    return item


def _statistic(written: _Written, v: Values) -> Statistic:
    main = list(v.get(ACC.mainlyAbout, ()))
    numbers = {
        name: Decimal(text)
        for name, term in (
            ("upper", ACC.upperValue),
            ("numerator", ACC.numerator),
            ("denominator", ACC.denominator),
        )
        if (text := _one(v, term)) is not None
    }
    return Statistic(
        value=Decimal(_one(v, ACC.value) or ""),
        unit=Unit(_local(v[ACC.unit][0])),
        figure=written.anchor(v[ACC.figure][0]),
        grounds=_grounds(written, v),
        about=tuple(EntityId(text_of(e)) for e in (*main, *(e for e in v.get(ACC.about, ()) if e not in main))),
        measure=_one(v, ACC.measure),
        population=_one(v, ACC.population),
        period=_one(v, ACC.period),
        qualifier=_one(v, ACC.qualifier),
        **numbers,
    )


def _attribution(written: _Written, v: Values) -> Attribution:
    speaker = _one(v, ACC.speaker)
    return Attribution(
        kind=SpeechKind(_local(v[ACC.speechKind][0])),
        speaker=EntityId(speaker) if speaker else None,
        content=written.anchor(v[OA.hasTarget][0]),
        text=_one(v, SCHEMA.text) or "",
        rule=_one(v, ACC.rule) or "",
        cue=written.anchor(v[ACC.cueTarget][0]) if v.get(ACC.cueTarget) else None,
        source=written.anchor(v[ACC.sourceTarget][0]) if v.get(ACC.sourceTarget) else None,
        confidence=float(_one(v, ACC.confidence) or ""),
    )


def _unmapped(written: _Written, v: Values) -> UnmappedStatement:
    return UnmappedStatement(
        subject=EntityId(text_of(v[RDF.subject][0])),
        phrase=_one(v, ACC.phrase) or "",
        object=EntityId(text_of(v[RDF.object][0])),
        grounds=_grounds(written, v),
    )


def _grounds(written: _Written, v: Values) -> Grounds:
    source = _one(v, ACC.attributedTo)
    return Grounds(
        evidence=tuple(map(written.anchor, v[OA.hasTarget])),
        rule=_one(v, ACC.rule) or "",
        status=Status(_local(v[ACC.status][0])),
        attributed_to=EntityId(source) if source else None,
        cites=tuple(EntityId(text_of(c)) for c in v.get(CITO.citesAsEvidence, ())),
        confidence=float(_one(v, ACC.confidence) or ""),
    )


def _one(values: Values, term: Term) -> str | None:
    found = values.get(term)
    return text_of(found[0]) if found else None


def _named(term: Term) -> str:
    """The name of a term as the ontology has it: a local name of acc:, else a prefixed name or the IRI."""
    local = _local(term)
    return local if local != text_of(term) else shrink(local)


def _local(term: Term) -> str:
    return text_of(term).removeprefix(ACC_BASE)
