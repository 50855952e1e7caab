"""When things happened, as precisely as the text says: days as points, months, years and intervals as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kg.site.captions import Entry, heading, key, legend
from kg.site.contents import Occurrence
from kg.site.moments import moment, spell
from kg.site.svg import GREY, INK, PALE, PAPER, Picture, Shape, Text, clean, number, shape
from kg.site.symbols import STATUSES, dashes, standing
from kg.site.typography import LINE, measure, wrap

WIDTH, _LEFT, _THINGS, _GAP = 900.0, 20.0, 210.0, 12.0
NAME, WORDS = 9.5, 9.0
_ROW, _BAR = 16.0, 7.0
_FILL = "#0072b2"
#: Months between marks of the axis; the first with enough room is taken.
_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
#: What no event falls into is cut out where it is longer than this part of the whole, and than so many days.
_IDLE, _LONG, _CUT = 0.25, 1500.0, 34.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row: a stretch of days, in words, how it is said, and where."""

    thing: str
    thing_iri: str
    words: str
    span: tuple[float, float]
    precise: bool
    status: str
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Pieces of the axis, from left to right: (first day, last day, x of the first, x of the last)."""

    pieces: tuple[tuple[float, float, float, float], ...]


def gather(occurrences: Sequence[Occurrence]) -> tuple[list[Event], list[Occurrence]]:
    """The rows of a timeline by thing, in order of time, and what has no date of the calendar.

    Start and end of one thing are one row; so are its figures of one period, and what several statements say alike.
    """
    groups: dict[tuple[str, ...], list[Occurrence]] = {}
    astray = []
    for item in occurrences:
        if moment(f"{item.start}/{item.end}" if item.start != item.end else item.start) is None:
            astray.append(item)
            continue
        groups.setdefault(_together(item), []).append(item)
    ended = [k for k in groups if k[1] == "ended"]
    for group in ended:
        begun = [k for k in groups if k[0] == group[0] and k[1] == "started"]
        others = [k for k in ended if k[0] == group[0]]
        if len(begun) == len(others) == 1 and groups[begun[0]][0].start <= groups[group][0].end:
            groups[begun[0]] += groups.pop(group)
    events = [_event(items) for items in groups.values()]
    first = {e.thing_iri: min(o.span for o in events if o.thing_iri == e.thing_iri) for e in events}
    order = sorted(events, key=lambda e: (first[e.thing_iri], e.thing.casefold(), e.thing_iri, e.span, e.words))
    return order, astray


def _together(item: Occurrence) -> tuple[str, ...]:
    if item.event.startswith("role"):
        return item.thing_iri, "role", item.statement.iri
    return item.thing_iri, item.event, item.start, item.end


def _event(items: Sequence[Occurrence]) -> Event:
    starts = [i for i in items if i.event not in ("ended", "role until")] or items
    ends = [i for i in items if i.event in ("ended", "role until")] or items
    start, end = min(i.start for i in starts), max(i.end for i in ends)
    span = moment(f"{start}/{end}") or moment(start) or (0.0, 1.0)
    return Event(
        thing=clean(items[0].thing),
        thing_iri=items[0].thing_iri,
        words=_words(items, start, end),
        span=span,
        precise=span[1] - span[0] <= 1.0,
        status=standing(tuple(sorted({i.statement.status for i in items}))),
        sources=tuple(sorted({(p.document, p.start) for i in items for p in i.statement.places[:1]})),
    )


def _words(items: Sequence[Occurrence], start: str, end: str) -> str:
    kinds = list(dict.fromkeys(i.event for i in items))
    when = spell(start if start == end else f"{start}/{end}")
    if kinds == ["number"]:
        told = clean(items[0].detail) if len(items) == 1 else f"{len(items)} figures"
    elif kinds[0].startswith("role"):
        told = clean(items[0].detail) + {"role from": ", from", "role until": ", until"}.get("".join(kinds), "")
    else:
        told = " and ".join(kinds)
    return f"{when}: {told}"


def draw_timeline(
    occurrences: Sequence[Occurrence], titles: Mapping[str, str], title: str, subtitle: str = ""
) -> Picture:
    """The picture; `titles` are those of documents by file name, for the list of sources."""
    events, astray = gather(occurrences)
    inner = WIDTH - 2 * _LEFT
    head, y = heading(title, subtitle, inner, _LEFT)
    sources = {name: i + 1 for i, name in enumerate(sorted({d for e in events for d, _ in e.sources}))}
    items: list[Shape | Text] = [*head]
    full: list[str] = []
    if events:
        scale = _scale(events)
        rows, bottom = _rows(events, scale, sources, full, y + 22)
        items += [*_axis(scale, y + 18, bottom + 4), *rows]
        y = bottom + 22
    below, y = legend(_entries(events), inner, _LEFT, y + 4)
    items += below
    named = [
        f"[{i}]  {titles.get(name) or name}" + (f" ({name})" if titles.get(name) else "") for name, i in sources.items()
    ]
    undated = [f"{clean(o.thing)}: {o.event}, {o.start}" for o in astray]
    for heads, told in (
        ("Shortened above", full),
        ("Not dates of the calendar", undated),
        ("Sources", named),
    ):
        found, y = key(heads, told, inner, _LEFT, y + 4)
        items += found
    described = " ".join(f"{e.thing}: {e.words}." for e in events)
    return Picture(title=clean(title), description=described, width=WIDTH, height=y + 14, items=tuple(items))


def _scale(events: Sequence[Event]) -> Scale:
    """Days to the width; long stretches without any event are cut out."""
    merged: list[list[float]] = []
    for start, end in sorted(e.span for e in events):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    whole = merged[-1][1] - merged[0][0]
    runs = [merged[0]]
    for start, end in merged[1:]:
        if start - runs[-1][1] > max(_LONG, _IDLE * whole):
            runs.append([start, end])
        else:
            runs[-1][1] = end
    padded = [(a - _pad(a, b), b + _pad(a, b)) for a, b in runs]
    left, right = _LEFT + _THINGS + _GAP, WIDTH - _LEFT
    days = 0.0
    for a, b in padded:
        days += b - a
    unit = (right - left - _CUT * (len(padded) - 1)) / days
    pieces, x = [], left
    for a, b in padded:
        pieces.append((a, b, x, x + (b - a) * unit))
        x += (b - a) * unit + _CUT
    return Scale(tuple(pieces))


def _pad(start: float, end: float) -> float:
    return max(20.0, 0.03 * (end - start))


def _across(scale: Scale, day: float) -> float:
    for first, last, left, right in scale.pieces:
        if day <= last:
            return left + (max(day, first) - first) / (last - first) * (right - left)
    return scale.pieces[-1][3]


def _axis(scale: Scale, top: float, bottom: float) -> list[Shape | Text]:
    items: list[Shape | Text] = []
    end_of_words = 0.0
    for n, (first, last, left, right) in enumerate(scale.pieces):
        items.append(shape("line", x1=left, y1=top, x2=right, y2=top, stroke=INK, stroke_width=0.8))
        for day, words in _ticks(first, last, right - left):
            x = _across(scale, day)
            items.append(shape("line", x1=x, y1=top - 3, x2=x, y2=bottom, stroke=PALE, stroke_width=0.6))
            text = Text(x=x, y=top - 6, content=words, size=8, anchor="middle", fill=GREY)
            if text.box.left > end_of_words + 4:
                items.append(text)
                end_of_words = text.box.right
        if n:
            gap = f"M{number(left - _CUT)} {number(top)}l12 0l3 -4l4 8l3 -4l12 0"
            items.append(
                shape(
                    "path",
                    "years without any event are left out here",
                    d=gap,
                    fill="none",
                    stroke=GREY,
                    stroke_width=0.8,
                )
            )
    return items


def _ticks(first: float, last: float, width: float) -> list[tuple[float, str]]:
    """Beginnings of months or years in a piece of the axis."""
    start, end = date.fromordinal(max(1, int(first))), date.fromordinal(int(last))
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    step = next((s for s in _STEPS if width * s / max(months, 1) >= 58), _STEPS[-1])
    found = []
    at = (start.year * 12 + start.month - 1) // step * step
    while at <= end.year * 12 + end.month:
        year, month = divmod(at, 12)
        if 1 <= year <= 9999:
            day = float(date(year, month + 1, 1).toordinal())
            if first <= day <= last:
                found.append((day, str(year) if step >= 12 else spell(f"{year}-{month + 1:02}")))
        at += step
    return found


def _rows(
    events: Sequence[Event], scale: Scale, sources: Mapping[str, int], full: list[str], top: float
) -> tuple[list[Shape | Text], float]:
    items: list[Shape | Text] = []
    y, floor, last = top, top, ""
    for event in events:
        if event.thing_iri != last:
            y = max(y, floor) + (4 if last else 0)
            if last:
                items.append(shape("line", x1=_LEFT, y1=y, x2=WIDTH - _LEFT, y2=y, stroke=PALE, stroke_width=0.6))
            floor = y + 3
            for start, end in wrap(event.thing, NAME, _THINGS, 3):
                cut = " …" if start and end < len(event.thing) and floor > y + 2 * NAME * LINE else ""
                items.append(Text(x=_LEFT, y=floor + NAME, content=event.thing[start:end] + cut, size=NAME))
                floor += NAME * LINE
                if cut:
                    full.append(event.thing)
            last = event.thing_iri
        items += _mark(event, scale, y + _ROW / 2 + 1)
        items.append(_label(event, scale, sources, full, y + _ROW / 2 + 1))
        y += _ROW
    return items, max(y, floor)


def _ends(event: Event, scale: Scale) -> tuple[float, float]:
    """From where to where a mark reaches."""
    left, right = _across(scale, event.span[0]), _across(scale, event.span[1])
    if event.precise:
        return (left + right) / 2 - 4, (left + right) / 2 + 4
    return left, max(right, left + 3)


def _mark(event: Event, scale: Scale, middle: float) -> list[Shape | Text]:
    left, right = _ends(event, scale)
    surely = event.status == "Asserted"
    look: dict[str, str] = {"fill": _FILL if surely else PAPER, "stroke": _FILL, "stroke-width": "1.2"}
    if not surely:
        look["stroke-dasharray"] = dashes(event.status, 1.2)
    told = f"{event.thing}: {event.words} ({event.status})"
    if event.precise:
        form = shape("circle", told, cx=(left + right) / 2, cy=middle, r=3.6)
    else:
        form = shape("rect", told, x=left, y=middle - _BAR / 2, width=right - left, height=_BAR, rx=1.5)
    return [_styled(form, look)]


def _styled(form: Shape, look: Mapping[str, str]) -> Shape:
    return Shape(name=form.name, attributes=(*form.attributes, *look.items()), title=form.title)


def _label(event: Event, scale: Scale, sources: Mapping[str, int], full: list[str], middle: float) -> Text:
    """The words right of the mark or left of it, wherever there is more room; cut where there is too little."""
    left, right = _ends(event, scale)
    named = "".join(f"[{n}]" for n in sorted({sources[d] for d, _ in event.sources}))
    words = f"{event.words} {named}"
    rooms = {"start": WIDTH - _LEFT - right - 5, "end": left - 5 - (_LEFT + _THINGS + _GAP)}
    side = "start" if measure(words, WORDS) <= rooms["start"] or rooms["start"] >= rooms["end"] else "end"
    if measure(words, WORDS) > rooms[side]:
        full.append(f"{event.thing}: {words}")
        keep = len(event.words)
        while keep > 1 and measure(f"{event.words[:keep].rstrip()} … {named}", WORDS) > rooms[side]:
            keep -= 1
        words = f"{event.words[:keep].rstrip()} … {named}"
    if side == "start":
        return Text(x=right + 5, y=middle + 3, content=words, size=WORDS, back=True)
    return Text(x=left - 5, y=middle + 3, content=words, size=WORDS, anchor="end", back=True)


def _entries(events: Sequence[Event]) -> list[Entry]:
    point = shape("circle", cx=0, cy=0, r=3.6, fill=_FILL, stroke=_FILL, stroke_width=1.2)
    bar = shape("rect", x=-12, y=-3.5, width=24, height=7, rx=1.5, fill=_FILL, stroke=_FILL, stroke_width=1.2)
    entries = []
    if any(e.precise for e in events):
        entries.append(Entry(sample=(point,), words="a day", reach=6))
    if any(not e.precise for e in events):
        entries.append(Entry(sample=(bar,), words="a month, a year, or from … to …", reach=12))
    for status in STATUSES:
        if status != "Asserted" and any(e.status == status for e in events):
            look = {"fill": PAPER, "stroke": _FILL, "stroke-width": "1.2", "stroke-dasharray": dashes(status, 1.2)}
            form = shape("rect", x=-12, y=-3.5, width=24, height=7, rx=1.5)
            entries.append(Entry(sample=(_styled(form, look),), words=STATUSES[status], reach=12))
    return entries
