"""Readings and corpora by hand: spans are found by their words, so that tests name text and not numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kg.graph.provenance import BuildInfo
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
    Reading,
    Span,
    SpeechKind,
    Statistic,
    Status,
    Unit,
)
from kg.namespaces import DATA, mint
from kg.settings import Settings

BUILD = BuildInfo(version="0.0.1", model="test-model", model_version="3.8.0")
SETTINGS = Settings()


def document(name: str, text: str, metadata: Metadata | None = None) -> Document:
    """A document whose IRI ends in its name."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        iri=IRI(f"{DATA}document/{name}"), name=name, text=text, sha256=sha256, metadata=metadata or Metadata()
    )


@dataclass
class Writer:
    """Collects what one document states; every method takes words of the text as evidence."""

    document: Document
    entities: dict[str, Entity] = field(default_factory=dict)
    assertions: list[Assertion] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    statistics: list[Statistic] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)
    sentences: list[Anchor] = field(default_factory=list)
    voice: EntityId | None = None

    def at(self, words: str) -> Anchor:
        """The first place of the words."""
        start = self.document.text.index(words)
        return Anchor(self.document.iri, Span(start, start + len(words)))

    def entity(self, kind: str, *names: str, mention: str | None = None) -> EntityId:
        """An entity with its linked IRI; mentioned where its first name, or `mention`, stands, if it does."""
        iri = EntityId(mint(DATA, kind.lower(), kind, names[0], name=names[0]))
        places = [n for n in (mention, *names) if n and n in self.document.text]
        mentions = (self.at(places[0]),) if places else ()
        self.entities[iri] = Entity(id=iri, kind=kind, names=names, mentions=mentions)
        return iri

    def grounds(
        self,
        *words: str,
        status: Status = Status.ASSERTED,
        by: EntityId | None = None,
        cites: Sequence[EntityId] = (),
        rule: str = "test",
        confidence: float = 1.0,
    ) -> Grounds:
        """Grounds with the words as evidence."""
        evidence = tuple(self.at(w) for w in words)
        return Grounds(
            evidence=evidence, rule=rule, status=status, attributed_to=by, cites=tuple(cites), confidence=confidence
        )

    def states(self, subject: str, predicate: str, target: EntityId | Date, grounds: Grounds) -> None:
        """An assertion."""
        self.assertions.append(
            Assertion(subject=EntityId(subject), predicate=predicate, object=target, grounds=grounds)
        )

    def role(self, member: EntityId, title: str, organization: EntityId | None, grounds: Grounds) -> None:
        """A membership with a role."""
        self.memberships.append(Membership(member=member, organization=organization, role_title=title, grounds=grounds))

    def joins(self, member: EntityId, initiative: EntityId, ordinal: int, label: str | None, grounds: Grounds) -> None:
        """A place in a cohort."""
        self.memberships.append(
            Membership(member=member, organization=initiative, cohort=ordinal, cohort_label=label, grounds=grounds)
        )

    def number(
        self,
        value: str,
        unit: Unit,
        figure: str,
        grounds: Grounds,
        *about: EntityId,
        upper: str | None = None,
        **more: str,
    ) -> None:
        """A statistic; `more` may hold measure, population, period, qualifier, numerator, denominator."""
        self.statistics.append(
            Statistic(
                value=Decimal(value),
                upper=None if upper is None else Decimal(upper),
                unit=unit,
                figure=self.at(figure),
                grounds=grounds,
                about=about,
                measure=more.get("measure"),
                population=more.get("population"),
                period=more.get("period"),
                qualifier=more.get("qualifier"),
                numerator=Decimal(more["numerator"]) if "numerator" in more else None,
                denominator=Decimal(more["denominator"]) if "denominator" in more else None,
            )
        )

    def says(self, speaker: EntityId | None, words: str, cue: str | None = None, source: str | None = None) -> None:
        """Direct speech."""
        self.attributions.append(
            Attribution(
                kind=SpeechKind.DIRECT,
                speaker=speaker,
                content=self.at(words),
                text=" ".join(words.split()),
                rule="test",
                cue=self.at(cue) if cue else None,
                source=self.at(source) if source else None,
            )
        )

    def reading(self) -> Reading:
        """What was collected."""
        return Reading(
            document=self.document,
            entities=tuple(self.entities.values()),
            assertions=tuple(self.assertions),
            memberships=tuple(self.memberships),
            statistics=tuple(self.statistics),
            attributions=tuple(self.attributions),
            voice=self.voice,
            sentences=tuple(self.sentences),
        )


def corpus(*writers: Writer) -> Corpus:
    """A linked corpus: entities with the same IRI in several documents are one."""
    entities: dict[str, Entity] = {}
    for writer in writers:
        for iri, entity in writer.entities.items():
            known = entities.get(iri, entity)
            names = tuple(dict.fromkeys(known.names + entity.names))
            mentions = tuple(sorted({*known.mentions, *entity.mentions}))
            entities[iri] = Entity(id=entity.id, kind=entity.kind, names=names, mentions=mentions)
    ordered = tuple(entities[iri] for iri in sorted(entities))
    return Corpus(
        documents=tuple(w.document for w in writers), entities=ordered, readings=tuple(w.reading() for w in writers)
    )
