"""The document as the statement finders see it: every mention one token, references to entities.

Merging a mention to one token (after parsing) turns "Ana Ruiz, president of the X Association" into three tokens
with grammar between them, so that frames are short and never bridge free words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from kg.extract.annotate import AnnotatedDocument, Passage
from kg.extract.layout import Kind
from kg.extract.mentions import Form, LocalEntity, Mention, family
from kg.model import Anchor, EntityId

#: A speaker label in capitals, with a role or a note after it.
TURN = re.compile(r"[A-Z][A-Z.'-]+(?: [A-Z][A-Z.'-]+){0,4}(?:, [A-Z][A-Za-z .'-]{1,40}| \([^()]{1,40}\))?: ")

#: The same with a name as written elsewhere.
NAMED_TURN = re.compile(
    r"(?:[A-Z][\w.'’-]*\s){0,4}[A-Z][\w.'’-]*(?:, [A-Z][A-Za-z .'-]{1,40}| \([^()]{1,40}\))?: (?=\S)"
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters [start, end) between quote marks, the marks left out."""

    start: int
    end: int
    closed: bool


#: Blocks of a document's header, where it tells whose it is.
HEADER = 4


@dataclass(frozen=True, slots=True)
class Reference:
    """What a token refers to."""

    entity: EntityId
    form: Form


@dataclass(slots=True)
class Text:
    """One passage with its mentions merged.

    Attributes:
        index: of the passage.
        kind: of its block.
        doc: a retokenised copy of the parse.
        references: token index → reference.
        quoted: for each token whether it stands between quote marks or in a labelled turn.
        heading: index of the heading the passage stands under, or None.
        label: length of the speaker label with its colon, where the passage is a turn of a transcript; else 0.
        lists: worked out when first asked for (`kg.extract.statements.lists`); another set of references, other lists.
        string: the text of the passage; `doc.text` would join all tokens each time it is read.
        tokens, sentences: of the doc, which would make them anew each time they are asked for.
        bracketed: indices of the tokens in round brackets, with the brackets, where they close again.
    """

    index: int
    kind: Kind
    doc: Doc
    references: dict[int, Reference]
    quoted: tuple[bool, ...]
    heading: int | None
    string: str
    tokens: tuple[Token, ...]
    sentences: tuple[Span, ...]
    bracketed: frozenset[int]
    label: int = 0
    lists: dict[int, tuple[int, ...]] | None = field(default=None, init=False)


@dataclass(slots=True)
class Context:
    """A document with its entities resolved.

    Attributes:
        voice: the organization that says "we" outside quotations, if the document has one.
        main: the organization the document names most (headings count more).
        publisher: the organization that most speaks for being the voice, however little that is.
    """

    annotated: AnnotatedDocument
    entities: dict[EntityId, LocalEntity]
    texts: tuple[Text, ...]
    counts: Counter[EntityId] = field(default_factory=Counter)
    voice: EntityId | None = None
    main: EntityId | None = None
    publisher: EntityId | None = None

    def kind(self, entity: EntityId) -> str:
        """The kind of an entity."""
        return self.entities[entity].kind

    def classes(self, entity: EntityId) -> tuple[str, ...]:
        """The kind of an entity, and the classes of a user that it belongs to."""
        found = self.entities[entity]
        return (found.kind, *found.classes)

    def family(self, entity: EntityId) -> str:
        """The family of an entity's kind."""
        return family(self.entities[entity].kind)

    def anchor(self, text: Text, start: int, end: int) -> Anchor:
        """The anchor of characters [start, end) of a text's doc."""
        return self.annotated.anchor(text.index, start, end)

    def sentence(self, text: Text, token: Token | Span) -> Anchor:
        """The anchor of the sentence of a token or span."""
        return self.whole(text, token.sent)

    def whole(self, text: Text, sentence: Span) -> Anchor:
        """The anchor of a sentence."""
        start, end = sentence.start_char, sentence.end_char
        while end > start + 1 and text.string[end - 1].isspace():
            end -= 1
        return self.anchor(text, start, end)

    def references(self) -> Iterator[tuple[Text, Token, Reference]]:
        """All references in reading order."""
        for text in self.texts:
            for index in sorted(text.references):
                yield text, text.tokens[index], text.references[index]


def resolve_mentions(annotated: AnnotatedDocument, entities: tuple[LocalEntity, ...]) -> Context:
    """Merge the mentions of the entities into tokens.

    Whose document it is is left to `voice`, pronouns and "the X" to `coreference`.
    """
    by_passage: dict[int, list[tuple[Mention, EntityId]]] = defaultdict(list)
    for entity in entities:
        for mention in entity.mentions:
            by_passage[mention.passage].append((mention, entity.id))
    texts, heading = [], None
    for passage in annotated.passages:
        kind = passage.block.kind
        texts.append(_merge(passage, by_passage[passage.index], heading))
        if kind is Kind.HEADING:
            heading = passage.index
            texts[-1].heading = None
    _mark_turns(texts, frozenset(e.id for e in entities if e.kind == "Person"))
    context = Context(annotated, {e.id: e for e in entities}, tuple(texts))
    context.counts.update(reference.entity for _, _, reference in context.references())
    return context


def _merge(passage: Passage, mentions: list[tuple[Mention, EntityId]], heading: int | None) -> Text:
    doc = passage.doc.copy()
    spans: list[tuple[Span, Mention, EntityId]] = []
    for mention, entity in mentions:
        span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
        if span is None:
            continue
        while len(span) > 1 and span[-1].lower_ in ("'s", "'", ".", ",") and span[-1].idx >= mention.end - 1:
            span = span[:-1]
        spans.append((span, mention, entity))
    spans.sort(key=lambda x: (x[0].start, -len(x[0])))
    chosen: list[tuple[Span, Mention, EntityId]] = []
    for item in spans:
        if not chosen or item[0].start >= chosen[-1][0].end:
            chosen.append(item)
    starts = [(span.start_char, mention, entity) for span, mention, entity in chosen]
    with doc.retokenize() as retokenizer:
        for span, _, _ in chosen:
            retokenizer.merge(span)
    tokens = tuple(doc)
    at = {token.idx: token.i for token in tokens}
    references = {at[start]: Reference(entity, mention.form) for start, mention, entity in starts}
    string = passage.block.text
    return Text(
        index=passage.index,
        kind=passage.block.kind,
        doc=doc,
        references=references,
        quoted=quoted_tokens(tokens, string),
        heading=heading,
        string=string,
        tokens=tokens,
        sentences=tuple(doc.sents),
        bracketed=_bracketed(tokens) if "(" in string else frozenset(),
    )


def _bracketed(tokens: Sequence[Token]) -> frozenset[int]:
    """The indices of tokens in round brackets, with the brackets."""
    found: list[int] = []
    opened: int | None = None
    for token in tokens:
        if token.text == "(":
            opened = token.i
        elif token.text == ")" and opened is not None:
            found += range(opened, token.i + 1)
            opened = None
    return frozenset(found)


def quoted_tokens(tokens: Sequence[Token], string: str) -> tuple[bool, ...]:
    """For each token of a text whether it stands between quote marks, the marks included."""
    spans = [(s.start - 1, s.end + 1) for s in quote_stretches(string)]
    quoted = [False] * len(tokens)
    place = 0
    for token in tokens if spans else ():
        while place < len(spans) and spans[place][1] <= token.idx:
            place += 1
        quoted[token.i] = place < len(spans) and spans[place][0] <= token.idx
    return tuple(quoted)


def quote_stretches(text: str) -> list[Stretch]:
    """The stretches between double quote marks, curly or straight, in reading order; unbalanced marks are forgiven.

    A straight mark opens after a space, a bracket or a dash, and closes otherwise. A stretch that the text ends in, or
    that another opening mark cuts off, is unclosed (a quotation that goes on in the next paragraph).
    """
    found: list[Stretch] = []
    start: int | None = None
    for mark in re.finditer('[“”"]', text):
        position = mark.start()
        before = text[position - 1 : position] if position else ""
        straight_opens = mark.group() == '"' and (not before or before.isspace() or before in "([–—-“")
        if mark.group() == "“" or (straight_opens and (start is None or text[position + 1 : position + 2].isalnum())):
            if start is not None and position > start:
                found.append(Stretch(start, position, closed=False))
            start = mark.end()
        elif start is not None:
            if position > start:
                found.append(Stretch(start, position, closed=True))
            start = None
    if start is not None and len(text) > start + 2:
        found.append(Stretch(start, len(text), closed=False))
    return found


def speaker_label(text: str) -> str | None:
    """The label of a transcript turn ("THEO DELACROIX, HOST: …", "BROADUS: …"), with its colon; None for other text."""
    match = TURN.match(text)
    return match.group() if match else None


def _mark_turns(texts: list[Text], persons: frozenset[EntityId]) -> None:
    """Mark the labelled turns of a transcript as speech, where a document has at least three of them."""
    labels = {text.index: label for text in texts if (label := speaker_label(text.string))} or _named_turns(
        texts, persons
    )
    if len(labels) < 3:
        return
    for text in texts:
        if label := labels.get(text.index):
            text.label = len(label)
            text.quoted = tuple(token.idx >= len(label) for token in text.tokens)


def _named_turns(texts: list[Text], persons: frozenset[EntityId]) -> dict[int, str]:
    """The labels that are persons' names as written elsewhere ("Ms. Ana Ruiz: …"); two at least come back.

    A roster ("Ana Ruiz: treasurer") names each person once.
    """
    labels: dict[int, str] = {}
    for text in texts:
        match = NAMED_TURN.match(text.string)
        inside = {r.entity for i, r in text.references.items() if match and text.tokens[i].idx < match.end()}
        if match and inside & persons:
            labels[text.index] = match.group()
    counts = Counter(labels.values())
    return labels if sum(n > 1 for n in counts.values()) > 1 else {}
