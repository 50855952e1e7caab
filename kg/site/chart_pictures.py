"""Charts of figures for print: bars from zero, ranges as intervals, findings of the audit marked, sources named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.site.captions import SMALL, Entry, heading, key, legend
from kg.site.charts import Chart, Finding, Row
from kg.site.moments import spell
from kg.site.series import draw_series, is_drawable
from kg.site.svg import AGREE, ALARM, GREY, INK, PALE, Picture, Shape, Text, clean, number, shape
from kg.site.symbols import STATUSES, dashes
from kg.site.typography import LINE, measure, wrap

WIDTH, _LEFT, _LABELS, _GAP = 760.0, 20.0, 330.0, 10.0
#: Sizes of letters: titles of charts, labels of rows, what stands below them.
HEAD, LABEL, FINE = 12.0, 9.5, 7.5
BAR = "#0072b2"
_BAR = 9.0
#: Between the end of a bar and its number.
_NUMBER = 112.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The findings that a picture shows, in order; their number is the place."""

    found: list[Finding]


def draw_charts(charts: Sequence[Chart], titles: Mapping[str, str], title: str, subtitle: str = "") -> Picture:
    """Charts one below the other; `titles` are those of documents by file name, for the list of sources."""
    inner = WIDTH - 2 * _LEFT
    head, y = heading(title, subtitle, inner, _LEFT)
    items: list[Shape | Text] = [*head]
    sources = {name: i + 1 for i, name in enumerate(dict.fromkeys(r.document for c in charts for r in c.rows))}
    notes = Notes(found=[])
    for chart in charts:
        drawn, y = _chart(chart, sources, notes, y + 8)
        items += drawn
    below, y = legend(_entries(charts), inner, _LEFT, y + 8)
    items += below
    marked = [f"▲{i + 1}  {_told(finding)}" for i, finding in enumerate(notes.found)]
    named = [f"[{i}]  {_source(name, titles)}" for name, i in sources.items()]
    for heads, rows in (("What the audit says", marked), ("Sources; the numbers after them are characters", named)):
        found, y = key(heads, rows, inner, _LEFT, y + 4)
        items += found
    told = " ".join(
        f"{clean(c.title)}: " + "; ".join(f"{clean(r.label)}: {r.printed}" for r in c.rows) + "." for c in charts
    )
    return Picture(title=clean(title), description=told, width=WIDTH, height=y + 14, items=tuple(items))


def _chart(chart: Chart, sources: Mapping[str, int], notes: Notes, top: float) -> tuple[list[Shape | Text], float]:
    items: list[Shape | Text] = []
    y = top + 6
    name = clean(chart.title)
    for start, end in wrap(name, HEAD, WIDTH - 2 * _LEFT, 3, bold=True):
        y += HEAD * LINE
        line = name[start:end]
        items.append(Text(x=_LEFT, y=y, content=line, size=HEAD, bold=(0, len(line))))
    if chart.subtitle:
        words = clean(chart.subtitle)
        for start, end in wrap(words, SMALL, WIDTH - 2 * _LEFT, 3):
            y += SMALL * LINE
            items.append(Text(x=_LEFT, y=y, content=words[start:end], size=SMALL, fill=GREY))
    y += 6
    if chart.kind == "series" and is_drawable(chart, WIDTH - 2 * _LEFT):
        drawn, y = draw_series(
            chart, lambda row: _reference(row, sources), lambda row: _marks(row, notes), _LEFT, y, WIDTH
        )
        return items + drawn, y
    rows: list[Shape | Text] = []
    first = y
    for row in chart.rows:
        drawn, y = _row(chart, row, sources, notes, y)
        rows += drawn
    return [*items, *_grid(chart, first, y), *rows], y + (16 if chart.axis else 4)


def _scale(chart: Chart) -> tuple[float, float, float]:
    """Where zero of the axis stands, the width of a unit, and where the bars end."""
    assert chart.axis is not None
    low, high, _ = chart.axis
    left, right = _LEFT + _LABELS + _GAP, WIDTH - _LEFT - _NUMBER
    unit = (right - left) / (high - low)
    return left - low * unit, unit, right


def _grid(chart: Chart, top: float, bottom: float) -> list[Shape | Text]:
    """Fine lines behind the bars, with their numbers below."""
    if chart.axis is None:
        return []
    zero, unit, _ = _scale(chart)
    low, high, step = chart.axis
    sign = {"Percent": " %", "USDollar": ""}.get(chart.unit, "")
    items: list[Shape | Text] = []
    reach = 0.0
    for i in range(round((high - low) / step) + 1):
        value = low + i * step
        x = zero + value * unit
        items.append(
            shape(
                "line",
                x1=x,
                y1=top,
                x2=x,
                y2=bottom,
                stroke=INK if value == 0 else PALE,
                stroke_width=0.8 if value == 0 else 0.6,
            )
        )
        words = ("$" if chart.unit == "USDollar" else "") + f"{value:,.10g}" + sign
        text = Text(x=x, y=bottom + 10, content=words, size=FINE, anchor="middle", fill=GREY)
        if text.box.left > reach:  # of numbers with many digits only every second has room
            items.append(text)
            reach = text.box.right + 4
    return items


def _row(
    chart: Chart, row: Row, sources: Mapping[str, int], notes: Notes, top: float
) -> tuple[list[Shape | Text], float]:
    """The label at the left with its source below, the bar and its number at the right."""
    wide = _LABELS if chart.axis else WIDTH - 2 * _LEFT - _NUMBER - _GAP
    left = _LEFT if chart.axis else _LEFT + _NUMBER + _GAP
    items, y = _label(row, left, wide, top)
    when = clean(spell(row.period)) if chart.kind == "series" else ""
    base = f"base: {clean(row.base)}" if row.base else ""
    fine = "; ".join(filter(None, (clean(row.detail), when, base, _said(row))))
    fine = f"{fine} {_reference(row, sources)}" if fine else _reference(row, sources)
    bold = row.mark if row.detail else (0, 0)
    for start, end in wrap(fine, FINE, wide * 0.95, 4):
        y += FINE * LINE
        items.append(Text(x=left, y=y, content=fine[start:end], size=FINE, fill=GREY, bold=_part(bold, start, end)))
    y += 7
    if chart.axis:
        middle = top + LABEL * 0.75
        bar, reach = _bar(chart, row, middle)
        items += bar
        items += _number(row, notes, reach + 5, middle + 3.5, "start")
    else:
        items += _number(row, notes, _LEFT + _NUMBER - 14 * bool(row.findings), top + LABEL, "end")
    return items, y


def _label(row: Row, left: float, width: float, top: float) -> tuple[list[Shape | Text], float]:
    items: list[Shape | Text] = []
    text, y = clean(row.label), top
    for start, end in wrap(text, LABEL, width * 0.95, 4, bold=False):
        y += LABEL * (LINE if start else 1.0)
        bold = (0, 0) if row.detail or text != row.label else _part(row.mark, start, end)
        items.append(Text(x=left, y=y, content=text[start:end], size=LABEL, bold=bold))
    return items, y


def _part(mark: tuple[int, int], start: int, end: int) -> tuple[int, int]:
    """What of a mark falls into a line."""
    first, last = max(mark[0], start) - start, min(mark[1], end) - start
    return (first, last) if first < last else (0, 0)


def _bar(chart: Chart, row: Row, middle: float) -> tuple[list[Shape | Text], float]:
    """A bar from zero, or for a range an interval with both ends; and where the number may begin."""
    zero, unit, _ = _scale(chart)
    ends = sorted((zero + value * unit) for value in (row.value, row.upper if row.upper is not None else 0.0))
    told = f"{clean(row.sentence)} ({row.printed}; {row.status})"
    surely = row.status == "Asserted"
    look = {"fill": BAR if surely else "none", "stroke": BAR, "stroke_width": "1.2"}
    if not surely:
        look["stroke_dasharray"] = dashes(row.status, 1.2)
    items: list[Shape | Text] = [
        shape("rect", told, x=ends[0], y=middle - _BAR / 2, width=max(ends[1] - ends[0], 0.8), height=_BAR, **look)
    ]
    if row.upper is not None:
        items += [
            shape("line", x1=x, y1=middle - _BAR * 0.8, x2=x, y2=middle + _BAR * 0.8, stroke=INK, stroke_width=1.4)
            for x in ends
        ]
    return items, max(ends[1], zero)


def _number(row: Row, notes: Notes, x: float, y: float, anchor: str) -> list[Shape | Text]:
    words = clean(row.printed)
    most = wrap(words, LABEL, _NUMBER - 16, 1, bold=True)
    shown = words if not most or most[0][1] == len(words) else words[: most[0][1]] + " …"
    text = Text(x=x, y=y, content=shown, size=LABEL, anchor="end" if anchor == "end" else "start", bold=(0, len(shown)))
    return [text, *_flags(_marks(row, notes), text.box.right + 3, y)]


def _marks(row: Row, notes: Notes) -> list[tuple[int, bool]]:
    """The numbers of what the audit says of a row, and whether it agrees."""
    found = []
    for finding in row.findings:
        if finding not in notes.found:
            notes.found.append(finding)
        found.append((notes.found.index(finding) + 1, finding.confirms))
    return found


def _flags(marks: Sequence[tuple[int, bool]], x: float, y: float) -> list[Shape | Text]:
    """A triangle with the number of a finding, or a tick where the audit agrees: forms first, colours second."""
    items: list[Shape | Text] = []
    for i, confirms in marks:
        if confirms:
            items.append(
                shape("path", d=f"M{number(x)} {number(y - 3)}l2 3l4 -6.5", fill="none", stroke=AGREE, stroke_width=1.5)
            )
        else:
            items.append(
                shape("path", d=f"M{number(x)} {number(y)}l3.6 -7l3.6 7Z", fill=ALARM, stroke=ALARM, stroke_width=0.6)
            )
        items.append(Text(x=x + 8, y=y, content=str(i), size=FINE, fill=AGREE if confirms else ALARM))
        x += 8 + measure(str(i), FINE) + 3
    return items


def _said(row: Row) -> str:
    """How and by whom, where it is not simply the document that says so."""
    return "" if row.status == "Asserted" else f"{row.status.lower()}{f', {clean(row.speaker)}' if row.speaker else ''}"


def _reference(row: Row, sources: Mapping[str, int]) -> str:
    return f"[{sources[row.document]}] {row.start}–{row.end}"


def _source(name: str, titles: Mapping[str, str]) -> str:
    title = titles.get(name, "")
    return f"{title} ({name})" if title and title != name else name


def _told(finding: Finding) -> str:
    return f"{finding.message}: {finding.calculation}" + (" (agrees)" if finding.confirms else "")


def _entries(charts: Sequence[Chart]) -> list[Entry]:
    rows = [row for chart in charts for row in chart.rows]
    entries = []
    statuses = {row.status for chart in charts if chart.axis for row in chart.rows}
    if len(statuses) > 1 or statuses - {"Asserted"}:
        for status, words in STATUSES.items():
            if status in statuses:
                look = {"fill": BAR if status == "Asserted" else "none", "stroke": BAR, "stroke_width": "1.2"}
                if status != "Asserted":
                    look["stroke_dasharray"] = dashes(status, 1.2)
                sample = shape("rect", x=-9, y=-4, width=18, height=8, **look)
                entries.append(Entry(sample=(sample,), words=words))
    if any(row.upper is not None for chart in charts if chart.axis for row in chart.rows):
        box = shape("rect", x=-9, y=-4, width=18, height=8, fill=BAR)
        ends = [shape("line", x1=x, y1=-6, x2=x, y2=6, stroke=INK, stroke_width=1.4) for x in (-9, 9)]
        entries.append(Entry(sample=(box, *ends), words="range: from … to …"))
    findings = [f for row in rows for f in row.findings]
    if any(not f.confirms for f in findings):
        entries.append(Entry(sample=tuple(_flags([(1, False)], -6, 3)), words="the audit asks, see below"))
    if any(f.confirms for f in findings):
        entries.append(Entry(sample=tuple(_flags([(1, True)], -6, 3)), words="recomputed, agrees"))
    return entries
