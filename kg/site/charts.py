"""Which figures belong into one chart, derived from what the graph says of them; how they are drawn is decided
elsewhere.

Each statistic stands in exactly one chart. In this order:

    survey      percentages of one document beside words in quotation marks: the items that people answered
    series      one unit and one thing for different periods, in one sentence or measured in the same words
    comparison  one unit in one sentence, or brought together by a finding of the audit
    shares      other percentages of a document, each of a whole of its own
    durations   numbers of years
    ranges      from … to …
    figures     what has no common scale with anything: no bars, only the numbers
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from kg.graph.audit import Oddity
from kg.model import Severity
from kg.namespaces import digest
from kg.site.clipping import clause, clip
from kg.site.contents import Figure
from kg.site.wording import around, item, printed

#: Kind → what the chart is called where nothing better is known.
KINDS = {
    "survey": "Answers to a survey",
    "series": "Over time",
    "comparison": "Side by side",
    "shares": "Shares",
    "durations": "Durations in years",
    "ranges": "Ranges",
    "figures": "Single figures",
}
#: Items of one survey are no farther apart, in characters.
_APART = 600
_ALIKE = 0.6
#: What may follow a number that counts the same as its neighbour: "six of 468 teachers", "14 for, 21 against".
_FUNCTION_WORDS = frozenset(
    "a above against and are as at below by for from had has have here in is more of on or out over per than that the "
    "there to under up was were which who with without yes no".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the audit says about a figure; `confirms`: it was recomputed and agrees."""

    severity: str
    check: str
    message: str
    calculation: str
    confirms: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of a chart.

    Attributes:
        iri: the statement.
        label: the item of a survey, else the words around the figure; at most `kg.site.clipping.LONGEST` characters.
        detail: what the label leaves out of a survey's sentence ("of staff agreed or strongly agreed"); may be empty.
        mark: where the figure stands in the label, [start, end), or in a detail that is not empty; (0, 0) in neither.
        value, upper: the number, or both ends of a range.
        printed: as it is shown beside the bar: "up to $9,000", "34–42.5", "8 years".
        base: "6 of 468" or "staff"; empty where the text names none.
        document: file name; `start`, `end` the sentence in it, in code points.
    """

    iri: str
    label: str
    detail: str
    mark: tuple[int, int]
    value: float
    upper: float | None
    printed: str
    base: str
    period: str
    about: str
    about_iri: str
    status: str
    speaker: str
    cites: tuple[str, ...]
    document: str
    start: int
    end: int
    sentence: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Figures that belong together.

    Attributes:
        key: a function of the statements, for names of files and anchors of pages.
        kind: of `KINDS`.
        title: what the figures are about; `subtitle` the kind, the period, whom they count, where one.
        unit: local name of acc: ("Percent"); empty for single figures of several units.
        axis: from, to, and the step between marks; None where nothing is drawn to scale.
        rows: in the order of the text; in that of time for a series.
    """

    key: str
    kind: str
    title: str
    subtitle: str
    unit: str
    axis: tuple[float, float, float] | None
    rows: tuple[Row, ...]


def group_figures(figures: Iterable[Figure], findings: Iterable[Oddity] = ()) -> tuple[Chart, ...]:
    """Charts of all figures, by document and by kind in the order of `KINDS`.

    Args:
        figures: as `kg.site.contents.read_figures` gives them.
        findings: of `kg.graph.audit.audit`; those that say nothing of a figure are passed over.
    """
    odd, rest = list(findings), list(figures)
    told = _told(odd)
    charts: list[Chart] = []
    for kind, pick in _PICKERS.items():
        for group in pick(rest, odd):
            charts.append(_chart(kind, group, told))
            taken = {f.statement.iri for f in group}
            rest = [f for f in rest if f.statement.iri not in taken]
    order = list(KINDS)
    return tuple(sorted(charts, key=lambda c: (c.rows[0].document, order.index(c.kind), c.rows[0].start, c.key)))


def _surveys(figures: Sequence[Figure], _: Sequence[Oddity]) -> list[list[Figure]]:
    """Runs of sentences of one document with a percentage and an item; other percentages there belong to the item."""
    groups: list[list[Figure]] = []
    items = [f for f in figures if f.unit == "Percent" and item(f)]
    for _document, found in groupby(items, key=lambda f: f.document):
        run: list[Figure] = []
        for figure in found:
            if run and _start(figure) - _start(run[-1]) > _APART:
                groups.append(run)
                run = []
            run.append(figure)
        groups.append(run)
    return [run for run in groups if len({item(f) for f in run}) > 1]


def _series(figures: Sequence[Figure], _: Sequence[Oddity]) -> list[list[Figure]]:
    groups = [g for g in _by_sentence(figures) if _is_series(g)]
    taken = {f.statement.iri for g in groups for f in g}
    alike: list[list[Figure]] = []
    for figure in figures:
        if figure.statement.iri not in taken and figure.period and figure.about_iri:
            known = next((g for g in alike if _same_measure(g[0], figure)), None)
            if known is None:
                alike.append([figure])
            else:
                known.append(figure)
    groups += [g for g in alike if _is_series(g)]
    return [sorted(g, key=lambda f: f.period) for g in groups]


def _is_series(group: Sequence[Figure]) -> bool:
    periods = {f.period for f in group}
    return len(group) > 1 and all(periods) and len(periods) == len(group)


def _same_measure(one: Figure, other: Figure) -> bool:
    if (one.unit, one.about_iri) != (other.unit, other.about_iri):
        return False
    a, b = _words(one.measure), _words(other.measure)
    return len(a & b) > 1 and len(a & b) >= _ALIKE * len(a | b)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", text.casefold()))


def _comparisons(figures: Sequence[Figure], findings: Sequence[Oddity]) -> list[list[Figure]]:
    groups = [g for g in _by_sentence(figures) if len(g) > 1 and _comparable(g)]
    taken = {f.statement.iri for g in groups for f in g}
    left = {f.statement.iri: f for f in figures if f.statement.iri not in taken}
    for finding in findings:
        found = [left[s.iri] for s in finding.statements if s.iri in left]
        whole = 1 < len(found) <= 8 and len(found) == len(finding.statements) and not finding.confirms
        if whole and len({f.unit for f in found}) == 1:
            groups.append(sorted(found, key=lambda f: (f.document, _start(f), f.mark)))
            for figure in found:
                del left[figure.statement.iri]
    return groups


def _by_sentence(figures: Iterable[Figure]) -> Iterator[list[Figure]]:
    found: dict[tuple[str, int, str], list[Figure]] = {}
    for figure in figures:
        found.setdefault((figure.document, _start(figure), figure.unit), []).append(figure)
    yield from found.values()


def _comparable(group: Sequence[Figure]) -> bool:
    """Whether one scale makes sense: "151 people from 46 districts" count different things."""
    if group[0].unit == "OtherUnit":
        return False
    if group[0].unit != "Count":
        return True
    between = [one.sentence[one.mark[1] : other.mark[0]] for one, other in pairwise(group)]
    if any("|" in words or not words.strip() for words in between):  # cells of a table, in columns of their own
        return False
    nouns = [re.match(r"\s([^\W\d_]+)", f.sentence[f.mark[1] :]) for f in group]
    counted = {m[1].casefold() for m in nouns if m and m[1].casefold() not in _FUNCTION_WORDS}
    return len(counted) < 2


def _of_unit(unit: str) -> Callable[[Sequence[Figure], Sequence[Oddity]], list[list[Figure]]]:
    def pick(figures: Sequence[Figure], _: Sequence[Oddity]) -> list[list[Figure]]:
        return _by_document(f for f in figures if f.unit == unit)

    return pick


def _ranges(figures: Sequence[Figure], _: Sequence[Oddity]) -> list[list[Figure]]:
    groups: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        if figure.upper is not None and figure.unit != "OtherUnit":
            groups.setdefault((figure.document, figure.unit), []).append(figure)
    return list(groups.values())


def _singles(figures: Sequence[Figure], _: Sequence[Oddity]) -> list[list[Figure]]:
    return _by_document(figures)


def _by_document(figures: Iterable[Figure]) -> list[list[Figure]]:
    groups: dict[str, list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.document, []).append(figure)
    return list(groups.values())


_PICKERS: Mapping[str, Callable[[Sequence[Figure], Sequence[Oddity]], list[list[Figure]]]] = {
    "survey": _surveys,
    "series": _series,
    "comparison": _comparisons,
    "shares": _of_unit("Percent"),
    "durations": _of_unit("Year"),
    "ranges": _ranges,
    "figures": _singles,
}


def _chart(kind: str, group: Sequence[Figure], told: Mapping[str, tuple[Finding, ...]]) -> Chart:
    rows = tuple(_row(kind, figure, told.get(figure.statement.iri, ())) for figure in group)
    units = {f.unit for f in group}
    names = [f.about for f in group if f.about]
    about = max(sorted(set(names)), key=names.count, default="")
    common = kind in ("survey", "series", "comparison") or len(set(names)) == 1
    return Chart(
        key=digest(kind, *sorted(r.iri for r in rows)),
        kind=kind,
        title=about if about and common else KINDS[kind],
        subtitle="; ".join(_subtitle(kind, rows, titled=bool(about and common))),
        unit=group[0].unit if len(units) == 1 else "",
        axis=None if kind == "figures" else _axis(group),
        rows=rows,
    )


def _subtitle(kind: str, rows: Sequence[Row], titled: bool) -> Iterator[str]:
    if titled:
        yield KINDS[kind].lower()
    periods, bases = {r.period for r in rows}, {r.base for r in rows}
    if len(periods) == 1 and rows[0].period:
        yield rows[0].period
    if kind == "survey" and bases - {""}:
        yield (
            "base: " + ", ".join(sorted(bases - {""})) + ("; where none is given, the text names none" * ("" in bases))
        )


def _row(kind: str, figure: Figure, findings: tuple[Finding, ...]) -> Row:
    asked = item(figure) if kind == "survey" else ""
    label, mark = clip(*clause(figure.sentence, figure.mark))
    detail = ""
    if asked:
        label, detail = clip(asked, (0, 0))[0], clip(around(figure, asked), (0, 0))[0]
        mark = _within(detail, figure)
    place = figure.statement.places[0]
    return Row(
        iri=figure.statement.iri,
        label=label,
        detail=detail,
        mark=mark,
        value=float(figure.value),
        upper=None if figure.upper is None else float(figure.upper),
        printed=printed(figure),
        base=figure.base,
        period=figure.period,
        about=figure.about,
        about_iri=figure.about_iri,
        status=figure.statement.status,
        speaker=figure.statement.speaker,
        cites=figure.statement.cites,
        document=place.document,
        start=place.start,
        end=place.end,
        sentence=figure.sentence,
        findings=findings,
    )


def _within(detail: str, figure: Figure) -> tuple[int, int]:
    """Where the figure stands in what is left of its sentence; the same words may stand there twice."""
    words = figure.sentence[slice(*figure.mark)]
    nth = figure.sentence[: figure.mark[0]].count(words) if words else 0
    at = -1
    for _ in range(nth + 1):
        at = detail.find(words, at + 1) if words else -1
    return (at, at + len(words)) if at >= 0 else (0, 0)


def _start(figure: Figure) -> int:
    return figure.statement.places[0].start


def _axis(group: Sequence[Figure]) -> tuple[float, float, float]:
    """From zero, because the length of a bar is what is compared; all of 100 percent."""
    numbers = [float(n) for f in group for n in (f.value, f.upper) if n is not None]
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    if group[0].unit == "Percent" and low >= 0 and 25 < high <= 100:
        return 0.0, 100.0, 20.0
    step = _step((high - low) or 1.0)
    if all(n == int(n) for n in numbers):
        step = max(step, 1.0)
    ends = low // step * step, -(-high // step) * step
    return ends[0], ends[1] if ends[0] < ends[1] else ends[0] + step, step


def _step(extent: float) -> float:
    """A round step that gives four to ten marks."""
    step = Decimal(1)
    while step * 10 > Decimal(extent):
        step /= 10
    while step * 10 <= Decimal(extent):
        step *= 10
    return float(next(s for s in (step / 5, step / 2, step, step * 2) if Decimal(extent) / s <= 6))


def _told(findings: Iterable[Oddity]) -> dict[str, tuple[Finding, ...]]:
    """Statement → what the audit says of it; a finding belongs to the statement in question, which stands first.

    Agreement belongs to all that was recomputed.
    """
    told: dict[str, list[Finding]] = {}
    for oddity in findings:
        if oddity.severity is Severity.INFO and len(oddity.statements) > 2 and not oddity.confirms:
            continue  # about a document, with all figures that lack something
        finding = Finding(
            severity=oddity.severity.value,
            check=oddity.check,
            message=oddity.message,
            calculation=oddity.calculation,
            confirms=oddity.confirms,
        )
        for statement in oddity.statements if oddity.confirms else oddity.statements[:1]:
            told.setdefault(statement.iri, []).append(finding)
    return {iri: tuple(found) for iri, found in told.items()}
