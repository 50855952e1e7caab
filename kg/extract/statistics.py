"""Statistics: every number with a meaning, what it measures, of whom, when, what it is about, and who says so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby, pairwise

from spacy.tokens import Span

from kg.extract.bare_numbers import follows_union, names_only, of_lengths, stands_alone
from kg.extract.context import Context, Text
from kg.extract.dates import DateMention, document_date, find_dates
from kg.extract.layout import Kind
from kg.extract.measurement import find_measure, find_period, find_population
from kg.extract.quantities import find_quantities
from kg.extract.ranking import Weights, load_rankings
from kg.extract.topics import Figure, find_topics, row_of
from kg.extract.units import Quantity
from kg.extract.viewpoint import lead_of
from kg.lexicon import Lexicon
from kg.model import Anchor, Attribution, EntityId, Grounds, SpeechKind, Statistic, Status, Unit

#: Label → passage of the footnote, and the places of its marks as (passage, position in its text).
Footnotes = Mapping[str, tuple[int, tuple[tuple[int, int], ...]]]
COMPOUND = re.compile(r"(?:\$?[\d.]+|\w+)[ -](?:year|million|percent|day)", re.IGNORECASE)
#: Passages at a document's beginning in which a heading is its headline.
HEADLINES = 6
#: The number of a section before its first words.
NUMBERED = re.compile(r"\d+(?:\.\d+)+ +(?=[A-Z])")
#: Characters between a percentage and the counts behind it.
NEAR = 80
#: What stands between the counts of a share ("six of the 240").
SHARE = re.compile(r"(?: \w+)? (?:out )?of (?:the |its |our |their |all )*")
DEFINITE = frozenset({"the", "these", "those", "all", "other", "both"})


def find_statistics(
    context: Context,
    lexicon: Lexicon,
    attributions: tuple[Attribution, ...],
    footnotes: Footnotes,
    weights: Weights | None = None,
) -> tuple[Statistic, ...]:
    """The statistics of a document, in reading order.

    Args:
        context: the document with references resolved.
        lexicon: units, qualifiers and the like.
        attributions: reported speech; a number inside is a Reported one.
        footnotes: where footnotes and their marks stand; a marked number cites the footnote's document.
        weights: of the ranking of topics; by default those that Accord comes with.
    """
    reference = document_date(context.annotated)
    sources = _sources(context, footnotes)
    found = find_figures(context, lexicon)
    groups, parts = grouped(found), _parts(found)
    written: list[Statistic] = []
    # Of the passages with figures, and of those that lead into lists of figures.
    dated = {f.text.index for f in found} | {lead.index for f in found if (lead := lead_of(context, f.text))}
    dates = {index: find_dates(context.texts[index].string, reference) for index in sorted(dated)}
    topics = find_topics(context, [g[0] for g in groups], weights or load_rankings().topics, attributions)
    for group, about in zip(groups, topics, strict=True):
        evidence = tuple(dict.fromkeys(_evidence(context, f) for f in group))
        grounds = _grounds(context, group[0], evidence, attributions, sources)
        written.append(_statistic(context, group[0], about, dates, grounds, _counts_behind(group[0], parts)))
    return tuple(sorted(written, key=lambda s: s.figure))


def find_figures(context: Context, lexicon: Lexicon) -> list[Figure]:
    """The numbers with a meaning, in reading order; footnotes hold none."""
    found: list[Figure] = []
    for text in context.texts:
        if text.kind is not Kind.FOOTNOTE:
            found += _quantities(text, lexicon)
    numbers = {f.span.text for f in found if f.quantity.bare and follows_union(context, f.text, f.span)}
    return [f for f in found if not (f.quantity.bare and f.span.text in numbers and stands_alone(f.span))]


def _quantities(text: Text, lexicon: Lexicon) -> list[Figure]:
    """The quantities of a text that are no part of a name."""
    found = []
    lengths = lexicon.forms(Unit.OTHER.value)
    for quantity in find_quantities(text.string, lexicon):
        span = text.doc.char_span(quantity.start, quantity.end, alignment_mode="expand")
        if span is None or _in_name(text, span) or _is_pronoun(quantity, span) or _is_age(text, quantity, span):
            continue
        if quantity.bare and names_only(text, quantity, span):
            continue
        length = quantity.bare and of_lengths(text, span, lengths)
        measured = replace(quantity, unit=Unit.OTHER, bare=False) if length else quantity
        found.append(Figure(text, measured, span, span.sent))
    return found


def _in_name(text: Text, span: Span) -> bool:
    """Whether a number is part of a name; one in a plain compound ("two-year contract") counts all the same."""
    inside = [t for t in span if t.i in text.references]
    return bool(inside) and not any(COMPOUND.match(t.text) for t in inside)


def _is_pronoun(quantity: Quantity, span: Span) -> bool:
    """Whether "one" only points or introduces; "only one teacher" counts."""
    if not quantity.bare or quantity.value != 1 or quantity.upper is not None or span[0].is_digit:
        return False
    following = span.doc[span.end : span.end + 1]
    return quantity.qualifier is None or not len(following) or following[0].pos_ not in ("NOUN", "ADJ", "VERB")


def _is_age(text: Text, quantity: Quantity, span: Span) -> bool:
    """Whether a number between commas after a person is an age."""
    if not quantity.bare or span.start < 2 or span.end >= len(text.doc):
        return False
    between = text.tokens[span.start - 1].text == "," and text.tokens[span.end].text == ","
    return between and text.tokens[span.start - 2].ent_type_ == "PERSON" and span.start - 2 in text.references


def grouped(found: list[Figure]) -> list[list[Figure]]:
    """Group the mentions of one figure: a headline's figure with the body's, and "the 18 schools" with "18 schools"."""
    groups: list[list[Figure]] = []
    first: dict[tuple[object, ...], list[Figure]] = {}
    headline: dict[tuple[object, ...], list[Figure]] = {}
    for item in found:
        key = _key(item.quantity)
        home = first.get(key) if _repeats(item) else headline.get(key) if item.text.kind is Kind.PARAGRAPH else None
        if home is not None:
            home.append(item)
            continue
        groups.append([item])
        first.setdefault(key, groups[-1])
        if item.text.kind is Kind.HEADING and item.text.index < HEADLINES:
            headline.setdefault(key, groups[-1])
    return [sorted(g, key=lambda f: f.text.kind is Kind.HEADING) for g in groups]


def _repeats(figure: Figure) -> bool:
    """Whether words say that a figure repeats an earlier one of its value."""
    definite = figure.span.start > 0 and figure.text.tokens[figure.span.start - 1].lower_ in DEFINITE
    return definite and figure.quantity.bare


def _key(quantity: Quantity) -> tuple[object, ...]:
    return quantity.value, quantity.upper, quantity.unit


def _evidence(context: Context, figure: Figure) -> Anchor:
    """The sentence of a figure, or its row where several rows of a table are read as one passage."""
    text, place = figure.text, figure.quantity.start
    if row := row_of(context, text, place):
        return context.anchor(text, *row)
    number = NUMBERED.match(text.string, figure.sentence.start_char)
    if number and number.end() < place:
        return context.anchor(text, number.end(), len(text.string[: figure.sentence.end_char].rstrip()))
    return context.whole(text, figure.sentence)


def _statistic(
    context: Context,
    found: Figure,
    about: tuple[EntityId, ...],
    dates: Mapping[int, tuple[DateMention, ...]],
    grounds: Grounds,
    share: tuple[Decimal | None, Decimal | None],
) -> Statistic:
    text, quantity, span = found.text, found.quantity, found.span
    period = find_period(dates[text.index], quantity, found.sentence.start_char, found.sentence.end_char)
    if period is None:
        period = _lead_period(context, text, dates)
    return Statistic(
        value=quantity.value,
        upper=quantity.upper,
        unit=quantity.unit,
        figure=context.anchor(text, quantity.start, quantity.end),
        numerator=share[0],
        denominator=share[1],
        grounds=grounds,
        about=about,
        measure=find_measure(text, span),
        population=find_population(span, quantity),
        period=period,
        qualifier=quantity.qualifier,
    )


def _lead_period(context: Context, text: Text, dates: Mapping[int, tuple[DateMention, ...]]) -> str | None:
    """The one date of the paragraph that leads into a list."""
    lead = lead_of(context, text)
    stated = [d for d in dates[lead.index] if d.form != "relative"] if lead else []
    return stated[0].period if len(stated) == 1 else None


#: By passage and start of the sentence, the counts that stand beside each other as a part and its whole.
Parts = Mapping[tuple[int, int], Sequence[tuple[Quantity, Quantity]]]


def _parts(found: Iterable[Figure]) -> Parts:
    """Where a count stands beside the next as a part of it ("six of 240")."""
    parts: dict[tuple[int, int], list[tuple[Quantity, Quantity]]] = defaultdict(list)
    counts = (f for f in found if f.quantity.unit is Unit.COUNT)
    for place, sentence in groupby(counts, key=_sentence):
        for part, whole in pairwise(sentence):
            if SHARE.fullmatch(part.text.string, part.quantity.end, whole.quantity.start):
                parts[place].append((part.quantity, whole.quantity))
    return parts


def _sentence(figure: Figure) -> tuple[int, int]:
    """The passage and the start of the sentence of a figure."""
    return figure.text.index, figure.sentence.start


def _counts_behind(found: Figure, parts: Parts) -> tuple[Decimal | None, Decimal | None]:
    """Numerator and denominator of a share: "two in three", or the "six of 240" that stands beside a percentage."""
    quantity = found.quantity
    if quantity.numerator is not None or quantity.unit is not Unit.PERCENT:
        return quantity.numerator, quantity.denominator
    for part, whole in parts.get(_sentence(found), ()):
        distance = min(abs(whole.end - quantity.start), abs(part.start - quantity.end))
        if distance > NEAR or not whole.value:
            continue
        if abs(100 * part.value / whole.value - quantity.value) <= 5:
            return part.value, whole.value
    return None, None


def _grounds(
    context: Context,
    found: Figure,
    evidence: tuple[Anchor, ...],
    attributions: tuple[Attribution, ...],
    sources: Mapping[tuple[int, int], EntityId],
) -> Grounds:
    """Evidence, who says so, and the footnote's document."""
    figure = context.anchor(found.text, found.quantity.start, found.quantity.end).span
    saying = [a for a in attributions if a.content.span.start <= figure.start and figure.end <= a.content.span.end]
    # The closest words count: a clause inside a quotation is still the quoted one's.
    saying.sort(key=lambda a: (a.kind is not SpeechKind.DIRECT, a.content.span.end - a.content.span.start))
    speaker = next((a.speaker for a in saying if a.speaker is not None), None)
    return Grounds(
        evidence=evidence,
        rule="number",
        status=Status.REPORTED if speaker is not None else Status.ASSERTED,
        attributed_to=speaker,
        cites=_cited(context, found, sources),
    )


def _sources(context: Context, footnotes: Footnotes) -> dict[tuple[int, int], EntityId]:
    """(passage, position) of each footnote mark → the document that its footnote names, in reading order."""
    named: dict[int, EntityId] = {}
    for identifier in sorted(context.entities):
        entity = context.entities[identifier]
        if entity.kind == "Document":
            for mention in entity.mentions:
                named.setdefault(mention.passage, identifier)
    cited = {place: named[passage] for passage, places in footnotes.values() if passage in named for place in places}
    return dict(sorted(cited.items()))


def _cited(context: Context, found: Figure, sources: Mapping[tuple[int, int], EntityId]) -> tuple[EntityId, ...]:
    """The document behind the mark of the figure's clause; a list's items take the mark of the words that lead in."""
    text, quantity = found.text, found.quantity
    ends = found.sentence.end_char
    for passage, position in sources:
        if passage == text.index and quantity.end <= position <= ends:
            if re.search(r"[;]", text.string[quantity.end : position]):
                break
            return (sources[passage, position],)
    lead = lead_of(context, text)
    if lead is not None:
        last = [p for p in sources if p[0] == lead.index and p[1] >= len(lead.string) - 2]
        return tuple(sources[p] for p in last[-1:])
    return ()
