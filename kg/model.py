"""The nouns of Accord: plain frozen values that extraction makes and the graph is written from.

Nothing here imports a third-party package. Offsets are half-open and count Unicode code points of
`Document.text` (Web Annotation Data Model, 4.2.4 Text Position Selector).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from kg.namespaces import IRI as IRI  # noqa: PLC0414 -- the alias hands it on (PEP 484, stub files)

#: Names an entity: local to one reading ("e3") until documents are linked, an IRI afterwards.
EntityId = NewType("EntityId", str)


class Status(StrEnum):
    """How a document puts a statement; the values are local names of acc: concepts."""

    ASSERTED = "Asserted"
    REPORTED = "Reported"
    DENIED = "Denied"
    PLANNED = "Planned"
    HYPOTHETICAL = "Hypothetical"

    @property
    def stated(self) -> bool:
        """Whether a direct triple may be written for a statement of this status."""
        return self in (Status.ASSERTED, Status.REPORTED)


class Unit(StrEnum):
    """Units of statistics; the values are local names of acc: concepts."""

    PERCENT = "Percent"
    COUNT = "Count"
    DOLLAR = "USDollar"
    YEAR = "Year"
    RATIO = "Ratio"
    OTHER = "OtherUnit"


class SpeechKind(StrEnum):
    """How the words of a source are given."""

    DIRECT = "Direct"
    INDIRECT = "Indirect"
    MIXED = "Mixed"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A non-empty stretch of a document's text, [start, end)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """A span of one document: what a Web Annotation target points at."""

    document: IRI
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known about a document beside its text.

    Attributes:
        embedded: names of the fields that nobody gave and that the file says of itself.
        inferred: names of those that were read off the text.
    """

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    licence: str | None = None
    embedded: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Where a paragraph of a file begins in the text of the document, and what finds it in the file.

    Attributes:
        start: the offset of its first character; it goes on to the start of the next.
        place: `line=4,7` (RFC 5147), `#id` of an element, or an XPath, which begins with `/`; empty where nothing does.
    """

    start: int
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source text. `name` is its file stem, `sha256` the digest of `text` in UTF-8.

    Attributes:
        pages: for each page of the file the offset at which it begins, ascending; empty where it has none.
        paragraphs: those of the file in their order; empty where it has pages.
    """

    iri: IRI
    name: str
    text: str
    sha256: str
    media_type: str = "text/plain"
    metadata: Metadata = field(default_factory=Metadata)
    pages: tuple[int, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()

    def page(self, offset: int) -> int | None:
        """The number of the page, from 1, that the character at an offset stands on; None where there are no pages."""
        return bisect_right(self.pages, offset) or None

    def paragraph(self, offset: int) -> int | None:
        """The number, from 1, of the paragraph that an offset is in; None where nothing finds it in the file."""
        number = bisect_right(self.paragraphs, offset, key=lambda paragraph: paragraph.start)
        return number if number and self.paragraphs[number - 1].place else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something that documents name.

    Attributes:
        kind: local name of a class of acc:.
        names: the fullest form first.
        classes: those of a user, below `kind`, that it belongs to as well, by IRI; sorted.
    """

    id: EntityId
    kind: str
    names: tuple[str, ...]
    mentions: tuple[Anchor, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why a statement stands: its words, its status, who says so, and what found it.

    Attributes:
        evidence: the anchors that together carry the statement, at least one.
        attributed_to: the source of a Reported statement (or of a denial, plan or hypothesis).
        cites: the Document entity that a footnote or the text names as source.
        rule: name of the rule or model that decided.
        confidence: 0 < confidence <= 1.
    """

    evidence: tuple[Anchor, ...]
    rule: str
    status: Status = Status.ASSERTED
    attributed_to: EntityId | None = None
    cites: tuple[EntityId, ...] = ()
    confidence: float = 1.0

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("a statement needs evidence")
        if self.status is Status.REPORTED and self.attributed_to is None:
            raise ValueError("a reported statement needs a source")
        if not 0 < self.confidence <= 1:
            raise ValueError(f"not a confidence: {self.confidence}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date with the precision of the text: "2015", "2015-06" or "2015-06-04"."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One reified relation. `predicate` is a local name of acc:, or a user's by IRI; dates only as objects."""

    subject: EntityId
    predicate: str
    object: EntityId | Date
    grounds: Grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A role of a person, or the place of a member in a cohort (exactly one of the two is given).

    Attributes:
        role_title: the title as printed ("president").
        former: the post was held in the past.
        cohort: ordinal of the cohort, 1-based, whose `organization` is then the initiative.
        cohort_label: the words that name the cohort ("first cohort").
    """

    member: EntityId
    organization: EntityId | None
    grounds: Grounds
    role_title: str | None = None
    former: bool = False
    cohort: int | None = None
    cohort_label: str | None = None
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A number with a meaning, as printed.

    Attributes:
        figure: the anchor of the figure itself ("99%"); `grounds.evidence` is its sentence.
        about: the entities the number is about, best first; may be empty.
        measure: what is counted or measured, in the document's words.
        population: of whom or what ("of 240 teachers"), in the document's words.
        period: ISO 8601 date or interval ("2014-12", "2014/2015").
        qualifier: "nearly", "up to", …
        numerator, denominator: the counts behind a share ("six of 240").
    """

    value: Decimal
    unit: Unit
    figure: Anchor
    grounds: Grounds
    upper: Decimal | None = None
    about: tuple[EntityId, ...] = ()
    measure: str | None = None
    population: str | None = None
    period: str | None = None
    qualifier: str | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Reported speech: who says what, each part with its own anchor.

    Attributes:
        content: the words reported; for direct speech the words between the quote marks.
        text: the text of `content` with line breaks folded to spaces.
        cue: the anchor of "said", "according to"; None where layout alone attributes (a speaker label).
        source: the anchor of the words that name the speaker ("he", "Ruiz").
    """

    kind: SpeechKind
    speaker: EntityId | None
    content: Anchor
    text: str
    rule: str
    cue: Anchor | None = None
    source: Anchor | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedStatement:
    """What a document says of two entities in words that no relation of the ontology covers.

    Attributes:
        phrase: the predicate as lemmas, with its preposition ("sue", "be praised by", "visit to").
    """

    subject: EntityId
    phrase: str
    object: EntityId
    grounds: Grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one document states. Entity ids are local to the reading; a pure function of the text.

    Attributes:
        unmapped: filled on request only.
        voice: who says "we" outside quotations.
        sentences: those of the running text, in reading order; headings and notes are none.
    """

    document: Document
    entities: tuple[Entity, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    memberships: tuple[Membership, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    voice: EntityId | None = None
    unmapped: tuple[UnmappedStatement, ...] = ()
    sentences: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """All readings after linking: one list of entities with IRIs, statements that refer to them."""

    documents: tuple[Document, ...]
    entities: tuple[Entity, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A source that was not used, and why; never silent."""

    source: str
    reason: str


class Severity(StrEnum):
    """SHACL severities; the values are local names of sh:."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a check found, in words: what, on which node, by which shape, with the sentence."""

    severity: Severity
    message: str
    focus: str
    path: str | None = None
    value: str | None = None
    shape: str | None = None
    sentence: str | None = None
