"""How a document is arranged, as far as it tells of pairs: rows of lists and tables, what leads in to them, sections.

A list is a sentence told down the page: what its rows name stands to what its lead-in or its heading names as words of
one sentence would, and what holds of one row mostly holds of its neighbours. A label ("Sponsors:") and a short heading
say of what stands beside or below them what it is to the organization or the project that the page is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract.context import HEADER, Context, Text
from kg.extract.layout import Kind
from kg.model import EntityId

#: Rows further from each other than this tell nothing of each other.
REACH = 12
#: Words of a heading or a label that says what stands below or behind it.
SHORT = 5
LABEL = 40
VERBAL = ("VERB", "AUX")


@dataclass(frozen=True, slots=True)
class Run:
    """Rows that follow each other, and the text that leads in to them."""

    rows: tuple[Text, ...]
    lead: Text | None


def find_runs(context: Context) -> tuple[Run, ...]:
    """The lists and tables of a document: two or more items or fragments behind each other under one heading."""
    runs: list[Run] = []
    current: list[Text] = []
    before: Text | None = None
    for text in (*context.texts, None):
        row = text is not None and _is_row(text)
        if text is None or not row or (current and current[-1].heading != text.heading):
            if len(current) > 1:
                runs.append(Run(tuple(current), before))
            if current:
                before = current[-1]
            current = []
        if text is not None:
            if row:
                current.append(text)
            else:
                before = text
    return tuple(runs)


def _is_row(text: Text) -> bool:
    if text.kind is Kind.ITEM:
        return True
    return text.kind is Kind.PARAGRAPH and bool(text.references) and not any(t.pos_ in VERBAL for t in text.tokens)


def row_mates(context: Context) -> dict[str, tuple[str, ...]]:
    """Entity → those that stand in its place in other rows of a list: first district of each row, second, and so on."""
    mates: dict[str, set[str]] = defaultdict(set)
    for run in find_runs(context):
        columns: dict[tuple[str, int], list[tuple[int, EntityId]]] = defaultdict(list)
        for number, text in enumerate(run.rows):
            seen: dict[str, int] = defaultdict(int)
            for index in sorted(text.references):
                entity = text.references[index].entity
                family = context.family(entity)
                columns[family, seen[family]].append((number, entity))
                seen[family] += 1
        for column in columns.values():
            for place, (row, entity) in enumerate(column):
                near = column[max(0, place - REACH) : place + REACH + 1]
                mates[entity] |= {other for at, other in near if at != row and other != entity}
    return {entity: tuple(sorted(others)) for entity, others in sorted(mates.items()) if others}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is known of a document's arrangement.

    Attributes:
        leads: index of a row → index of the text that leads in to it.
        title: what the header names.
        rowed: what only rows name.
    """

    leads: dict[int, int]
    title: frozenset[EntityId]
    rowed: frozenset[EntityId]


def arrange(context: Context) -> Arrangement:
    """How a document is arranged."""
    leads: dict[int, int] = {}
    rows: set[int] = set()
    for run in find_runs(context):
        for text in run.rows:
            rows.add(text.index)
            if run.lead is not None:
                leads[text.index] = run.lead.index
    outside = {r.entity for t in context.texts if t.index not in rows for r in t.references.values()}
    inside = {r.entity for t in context.texts if t.index in rows for r in t.references.values()}
    header = [t for t in context.texts[:HEADER] if t.kind is not Kind.PARAGRAPH or t.index == 0]
    title = frozenset(r.entity for t in header for r in t.references.values())
    return Arrangement(leads, title, frozenset(inside - outside))


def label_of(text: Text) -> list[str]:
    """The words before the colon that a text begins with, in lower case; none where it has no label."""
    colon = text.string.find(":", 0, LABEL)
    if colon < 0:
        return []
    before = [t for t in text.tokens if t.idx < colon]
    words = [t.lemma_.lower() for t in before if t.is_alpha]
    return [] if len(words) > SHORT or any(t.i in text.references for t in before) else words


def signs_of(text: Text) -> list[str]:
    """The words of a short heading in lower case."""
    words = [t.lemma_.lower() for t in text.tokens if t.is_alpha and t.i not in text.references]
    return words if len(words) <= SHORT else []


def topics_of(context: Context, arrangement: Arrangement) -> Iterator[tuple[str, EntityId]]:
    """What a page is about, by how that is known: whose it is, whom it names most, what its header names."""
    if context.voice:
        yield "voice", context.voice
    if context.main and context.main != context.voice:
        yield "main", context.main
    for entity in sorted(arrangement.title - {context.voice, context.main}):
        yield "title", entity
