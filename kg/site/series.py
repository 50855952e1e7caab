"""One quantity over time: points where its periods lie, joined in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kg.site.charts import Chart, Row
from kg.site.moments import moment, spell
from kg.site.svg import AGREE, ALARM, GREY, INK, PALE, Shape, Text, clean, path, shape
from kg.site.typography import measure

_HEIGHT, _PAD = 110.0, 70.0
_LINE = "#0072b2"


def is_drawable(chart: Chart, width: float) -> bool:
    """Whether all periods are dates with one number each, and their labels have room beside each other."""
    xs = _places(chart.rows, 0.0, width)
    if not xs or any(row.upper is not None for row in chart.rows):
        return False
    widths = [max(measure(t, 8.5, True) for t in (r.printed, spell(r.period))) + 26 for r in chart.rows]
    return all(b - a > (v + w) / 2 for a, b, v, w in zip(xs, xs[1:], widths, widths[1:], strict=False))


def draw_series(
    chart: Chart,
    refer: Callable[[Row], str],
    marked: Callable[[Row], Sequence[tuple[int, bool]]],
    left: float,
    top: float,
    width: float,
) -> tuple[list[Shape | Text], float]:
    """The points with their numbers above, their periods and sources below; and where the drawing ends.

    The chart must be one that `is_drawable`. `refer` gives the source of a row in few characters, `marked` the numbers
    of its findings and whether they agree. The width is that of the whole picture.
    """
    assert chart.axis is not None
    low, high, step = chart.axis
    xs = _places(chart.rows, left, width - left)
    ground = top + _HEIGHT
    scale = (_HEIGHT - 22) / (high - low)
    items: list[Shape | Text] = []
    for i in range(round((high - low) / step) + 1):
        y = ground - i * step * scale
        look = {"stroke": INK if i == 0 else PALE, "stroke_width": "0.6"}
        items.append(
            shape(
                "line",
                x1=left + 44,
                y1=y,
                x2=width - left,
                y2=y,
                stroke=look["stroke"],
                stroke_width=look["stroke_width"],
            )
        )
        items.append(Text(x=left + 40, y=y + 3, content=f"{low + i * step:,.10g}", size=7.5, anchor="end", fill=GREY))
    points = [(x, ground - (row.value - low) * scale) for x, row in zip(xs, chart.rows, strict=True)]
    items.append(shape("path", d=path(points), fill="none", stroke=_LINE, stroke_width=1.4))
    for (x, y), row in zip(points, chart.rows, strict=True):
        hollow = row.status != "Asserted"
        told = f"{clean(row.sentence)} ({row.status})"
        items.append(
            shape(
                "circle", told, cx=x, cy=y, r=3.4, fill="#ffffff" if hollow else _LINE, stroke=_LINE, stroke_width=1.4
            )
        )
        number = Text(
            x=x,
            y=y - 7,
            content=clean(row.printed),
            size=8.5,
            anchor="middle",
            bold=(0, len(clean(row.printed))),
            back=True,
        )
        items.append(number)
        at = number.box.right + 2
        for finding, agrees in marked(row):
            flag = ("✓" if agrees else "▲") + str(finding)
            items.append(Text(x=at, y=y - 7, content=flag, size=7.5, fill=AGREE if agrees else ALARM))
            at += measure(flag, 7.5) + 2
        items.append(Text(x=x, y=ground + 12, content=spell(row.period), size=8.5, anchor="middle"))
        items.append(Text(x=x, y=ground + 22, content=refer(row), size=7.0, anchor="middle", fill=GREY))
    return items, ground + 30


def _places(rows: Sequence[Row], left: float, right: float) -> list[float]:
    """Across positions of the middles of periods; none where a period is no date, or all are one."""
    found = [moment(row.period) for row in rows]
    times = [(span[0] + span[1]) / 2 for span in found if span]
    if len(times) < len(rows) or min(times) == max(times):
        return []
    first, extent = min(times), max(times) - min(times)
    start, end = left + 44 + _PAD, right - _PAD
    return [start + (time - first) / extent * (end - start) for time in times]
