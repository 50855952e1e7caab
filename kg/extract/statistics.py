"""Statistics: every number with a meaning, what it measures, of whom, when, and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from spacy.tokens import Span, Token

from kg.extract.context import Context, Text
from kg.extract.dates import document_date, find_dates
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.quantities import Quantity, find_quantities
from kg.lexicon import Lexicon
from kg.model import Anchor, Attribution, EntityId, Grounds, Statistic, Status, Unit

TOPICS = ORGANIZATIONS | {"Initiative", "Event"}


def find_statistics(
    context: Context, lexicon: Lexicon, attributions: tuple[Attribution, ...], footnotes: Mapping[str, EntityId]
) -> tuple[Statistic, ...]:
    """The statistics of a document, in reading order."""
    date = document_date(context.annotated)
    found: list[Statistic] = []
    for text in context.texts:
        if text.kind is Kind.FOOTNOTE:
            continue
        for quantity in find_quantities(text.doc.text, lexicon):
            span = text.doc.char_span(quantity.start, quantity.end, alignment_mode="expand")
            if span is None or _in_name(text, span) or (quantity.bare and quantity.value == 1 and quantity.upper is None):
                continue
            found.append(_statistic(context, text, quantity, span))
    return tuple(found)


def _in_name(text: Text, span: Span) -> bool:
    """Whether a number is part of a name; one in a plain compound ("two-year contract") counts all the same."""
    import re
    inside = [t for t in span if t.i in text.references]
    return bool(inside) and not any(re.match(r"(?:\$?[\d.]+|\w+)[ -](?:year|million|percent|day)", t.text, re.I) for t in inside)


def _statistic(context: Context, text: Text, quantity: Quantity, span: Span) -> Statistic:
    return Statistic(
        value=quantity.value,
        upper=quantity.upper,
        unit=quantity.unit,
        figure=context.anchor(text, quantity.start, quantity.end),
        grounds=Grounds(evidence=(context.sentence(text, span),), rule="number"),
        qualifier=quantity.qualifier,
    )
