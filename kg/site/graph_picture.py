"""The graph as a picture for print: entities, relations with their names, facts and claims told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt

from kg.site.captions import Entry, heading, key, legend
from kg.site.contents import Edge, Node
from kg.site.labels import Plane, place, place_on, take, trace
from kg.site.layout import layout
from kg.site.svg import GREY, INK, Box, Picture, Shape, Text, clean, path, shape
from kg.site.symbols import DASHES, STATUSES, colour, dashes, ink, label, letter, outline, radius, standing, symbol
from kg.site.typography import LINE, measure, wrap

#: Sizes of letters: names of entities, of relations.
NAME, RELATION = 10.0, 7.5
_WIDEST = 126.0
_STRETCH = 1.3
_SCALES = (0.85, 1.0, 1.2, 1.45, 1.75, 2.1, 2.5)
_MANY = 400
_MARGIN = 20.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The course of one relation: points from rim to rim, and the direction at its end."""

    edge: Edge
    points: tuple[Point, ...]


@dataclass(slots=True)
class Drawing:
    """What one attempt gave: items by layer, what had no room, and the space that is used."""

    lines: list[Shape | Text] = field(default_factory=list)
    forms: list[Shape | Text] = field(default_factory=list)
    words: list[Shape | Text] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    numbered: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    short: set[str] = field(default_factory=set)
    leaders: int = 0


def select(
    nodes: Iterable[Node],
    edges: Iterable[Edge],
    kinds: Sequence[str] = (),
    relations: Sequence[str] = (),
    statuses: Sequence[str] = (),
) -> tuple[list[Node], list[Edge]]:
    """What is drawn on request: relations of these names and statuses, both sides of one of these kinds or families.

    Nothing asked for means all. Of a relation only the statuses asked for are left; entities that lose all their
    relations are not drawn.
    """
    wanted = {n.iri: n for n in nodes if not kinds or n.kind in kinds or n.family in kinds}
    found = []
    for edge in edges:
        left = tuple(s for s in edge.statuses if not statuses or s in statuses)
        if left and (not relations or edge.relation in relations) and edge.source in wanted and edge.target in wanted:
            found.append(replace(edge, statuses=left))
    ends = {end for e in found for end in (e.source, e.target)}
    return [n for iri, n in wanted.items() if iri in ends], found


def draw_graph(nodes: Sequence[Node], edges: Sequence[Edge], title: str, subtitle: str = "") -> Picture:
    """The picture of entities and their relations.

    It grows until all names have room beside their entity or at the end of a line; those that have none even then are
    numbered and listed below, as are relations.
    """
    degrees = Counter(end for e in edges for end in (e.source, e.target))
    ordered = sorted(nodes, key=lambda n: (-degrees[n.iri], n.name, n.iri))
    places = layout([n.iri for n in ordered], [(e.source, e.target) for e in edges])
    scales = _SCALES if len(ordered) <= _MANY else _SCALES[1:2]
    for scale in scales:
        points = {iri: (x * scale * _STRETCH, y * scale) for iri, (x, y) in places.items()}
        drawing = _attempt(ordered, edges, points, degrees)
        roomy = drawing.leaders <= len(ordered) // 8 and len(drawing.unnamed) <= len(edges) // 20
        if roomy and not drawing.numbered:
            break
    return _composed(drawing, ordered, edges, title, subtitle)


def _attempt(nodes: Sequence[Node], edges: Sequence[Edge], points: dict[str, Point], degrees: Counter[str]) -> Drawing:
    drawing, plane = Drawing(), Plane()
    names = {n.iri: n.name for n in nodes}
    for node in nodes:
        (x, y), size = points[node.iri], radius(degrees[node.iri]) * 1.1
        take(plane, Box(x - size, y - size, x + size, y + size))
        drawing.boxes.append(Box(x - size, y - size, x + size, y + size))
    courses = _courses(edges, points, {n.iri: radius(degrees[n.iri]) for n in nodes})
    for course in courses:
        trace(plane, course.points)
        drawing.lines += _arrow(course, names)
    for node in nodes:
        _name(drawing, plane, node, points[node.iri], radius(degrees[node.iri]), degrees[node.iri])
    _name_relations(drawing, plane, courses, names)
    return drawing


def _courses(edges: Sequence[Edge], points: dict[str, Point], rims: dict[str, float]) -> list[Line]:
    """Straight lines; those that join the same two entities are bent apart."""
    together: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        together.setdefault((min(edge.source, edge.target), max(edge.source, edge.target)), []).append(edge)
    found = []
    for (one, other), group in sorted(together.items()):
        for i, edge in enumerate(group):
            bend = (i - (len(group) - 1) / 2) * 0.22
            curve = _curve(points[one], points[other], bend) if one != other else _loop(points[one], rims[one], i)
            if edge.source != one:
                curve.reverse()
            found.append(Line(edge=edge, points=_between(curve, rims[edge.source] + 1, rims[edge.target] + 2)))
    return found


def _curve(start: Point, end: Point, bend: float) -> list[Point]:
    """Points of a quadratic curve, which departs from the straight line by half of `bend` of its length."""
    parts = 1 if bend == 0 else 24
    dx, dy = end[0] - start[0], end[1] - start[1]
    mid = (start[0] + dx / 2 - dy * bend, start[1] + dy / 2 + dx * bend)
    found = []
    for i in range(parts + 1):
        t = i / parts
        a, b, c = (1 - t) * (1 - t), 2 * t * (1 - t), t * t
        found.append((a * start[0] + b * mid[0] + c * end[0], a * start[1] + b * mid[1] + c * end[1]))
    return found


def _loop(at: Point, rim: float, turn: int) -> list[Point]:
    """From an entity to itself."""
    far = rim * (2.6 + 0.8 * turn)
    return [at, (at[0] - far, at[1] - far), (at[0] + far, at[1] - far), at]


def _between(points: Sequence[Point], first: float, last: float) -> tuple[Point, ...]:
    """A course without what lies inside the forms at its ends."""
    cut = _shortened(points, first)
    cut = _shortened(cut[::-1], last)
    return tuple(cut[::-1])


def _shortened(points: Sequence[Point], by: float) -> list[Point]:
    left = by
    for i in range(len(points) - 1):
        (ax, ay), (bx, by_) = points[i], points[i + 1]
        length = sqrt((bx - ax) * (bx - ax) + (by_ - ay) * (by_ - ay))
        if length > left:
            part = left / length
            return [(ax + (bx - ax) * part, ay + (by_ - ay) * part), *points[i + 1 :]]
        left -= length
    return list(points[-2:])


def _arrow(course: Line, names: dict[str, str]) -> list[Shape | Text]:
    edge, status = course.edge, standing(course.edge.statuses)
    (ax, ay), (bx, by) = course.points[-2], course.points[-1]
    length = sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay)) or 1.0
    dx, dy = (bx - ax) / length, (by - ay) / length
    head = [
        (bx, by),
        (bx - 7 * dx + 2.8 * dy, by - 7 * dy - 2.8 * dx),
        (bx - 7 * dx - 2.8 * dy, by - 7 * dy + 2.8 * dx),
    ]
    told = f"{names[edge.source]} – {label(edge.relation)} → {names[edge.target]} ({', '.join(edge.statuses)})"
    dashed = {"stroke_dasharray": pattern} if (pattern := dashes(status, 1.1)) else {}
    tail = (*course.points[:-1], (bx - 5 * dx, by - 5 * dy))
    line = shape("path", told, d=path(tail), fill="none", stroke=GREY, stroke_width=1.1, **dashed)
    return [line, shape("path", d=path(head, closed=True), fill=GREY)]


def _name(drawing: Drawing, plane: Plane, node: Node, at: Point, size: float, degree: int) -> None:
    name, bold = clean(node.name), degree >= 8
    found = wrap(name, NAME, _WIDEST, 4, bold)
    told = [name[a:b] for a, b in found]
    if found[-1][1] < len(name):
        told[-1] += " …"
        drawing.cut.append(name)
    width, height = max(measure(t, NAME, bold) for t in told), NAME * LINE * len(told)
    placed = place(plane, *at, size * 1.1, (width, height))
    kind = f"{name} ({label(node.kind)})"
    if placed is None:
        number = str(len(drawing.numbered) + 1)
        drawing.numbered.append(f"{number}  {kind}")
        paint = ink(colour(node.kind, node.family))
        form: list[Shape | Text] = [outline(node.kind, node.family, *at, size, kind)]
        drawing.forms += form + letter(number, node.family, *at, size, paint)
        return
    drawing.forms += symbol(node.kind, node.family, *at, size, kind)
    box = placed.box
    drawing.boxes.append(box)
    if placed.leader:
        drawing.leaders += 1
        drawing.lines.append(shape("path", d=path(placed.leader), stroke=INK, stroke_width=0.5, fill="none"))
    middle, left = (box.left + box.right) / 2, at[0] < box.left or (placed.leader is None and abs(at[0] - box.left) < 1)
    right = box.right < at[0]
    for i, line in enumerate(told):
        x = box.left if left else box.right if right else middle
        drawing.words.append(
            Text(
                x=x,
                y=box.top + NAME * (0.95 + LINE * i),
                content=line,
                size=NAME,
                anchor="start" if left else "end" if right else "middle",
                bold=(0, len(line)) if bold else (0, 0),
                back=True,
            )
        )


def _name_relations(drawing: Drawing, plane: Plane, courses: Sequence[Line], names: dict[str, str]) -> None:
    """Names of relations on their lines, the longest lines first; a number where a name has no room."""
    numbers = {r: str(i + 1) for i, r in enumerate(sorted({c.edge.relation for c in courses}))}
    for course in sorted(courses, key=lambda c: (-_length(c.points), c.edge.source, c.edge.target, c.edge.relation)):
        relation = course.edge.relation
        for words, spots in (
            (label(relation), _spots(course.points, 7)),
            (numbers[relation], _spots(course.points, 41)),
        ):
            size = (measure(words, RELATION) + 2, RELATION * 1.2)
            if words == label(relation) and size[0] > 0.9 * _length(course.points):
                continue
            box = place_on(plane, spots, size)
            if box:
                drawing.boxes.append(box)
                middle = (box.left + box.right) / 2
                text = Text(
                    x=middle, y=box.top + RELATION * 0.94, content=words, size=RELATION, anchor="middle", back=True
                )
                drawing.words.append(replace(text, fill="#333333"))
                if words != label(relation):
                    drawing.short.add(relation)
                break
        else:
            ends = names[course.edge.source], names[course.edge.target]
            drawing.unnamed.append(f"{clean(ends[0])} – {label(relation)} → {clean(ends[1])}")


def _length(points: Sequence[Point]) -> float:
    (ax, ay), (bx, by) = points[0], points[-1]
    return sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))


def _spots(points: Sequence[Point], number: int, beside: Sequence[float] = (0.0,)) -> list[Point]:
    """Points along a course, from its middle outwards, and beside it, but none near its ends."""
    found = []
    for i in range(number):
        side = 1 if i % 2 else -1
        at = (0.5 + side * ((i + 1) // 2) * 0.6 / number) * (len(points) - 1)
        first = min(int(at), len(points) - 2)
        (ax, ay), (bx, by) = points[first], points[first + 1]
        dx, dy, length = bx - ax, by - ay, _length((points[first], points[first + 1])) or 1.0
        x, y = ax + dx * (at - first), ay + dy * (at - first)
        found += [(x - dy * off / length, y + dx * off / length) for off in beside]
    return found


def _composed(drawing: Drawing, nodes: Sequence[Node], edges: Sequence[Edge], title: str, subtitle: str) -> Picture:
    left, top = min((b.left for b in drawing.boxes), default=0.0), min((b.top for b in drawing.boxes), default=0.0)
    right, bottom = (
        max((b.right for b in drawing.boxes), default=0.0),
        max((b.bottom for b in drawing.boxes), default=0.0),
    )
    width = max(right - left, 480.0)
    head, y = heading(title, subtitle, width, _MARGIN)
    items: list[Shape | Text] = [*head]
    dx, dy = _MARGIN - left + (width - right + left) / 2, y + 6 - top
    items += [_shifted(item, dx, dy) for layer in (drawing.lines, drawing.forms, drawing.words) for item in layer]
    below, y = legend(_entries(nodes, edges, drawing.short), width, _MARGIN, bottom + dy + 14)
    items += below
    for heads, rows in (
        ("Entities whose name had no room", drawing.numbered),
        ("Relations whose name had no room", drawing.unnamed),
        ("Names in full", drawing.cut),
    ):
        found, y = key(heads, rows, width, _MARGIN, y)
        items += found
    told = f"{len(nodes)} entities and {len(edges)} relations. " + ". ".join(
        f"{clean(names[e.source])} {label(e.relation)} {clean(names[e.target])} ({', '.join(e.statuses)})"
        for names in [{n.iri: n.name for n in nodes}]
        for e in edges[:200]
    )
    told += f". And {len(edges) - 200} more." if len(edges) > 200 else "."
    return Picture(title=clean(title), description=told, width=width + 2 * _MARGIN, height=y + 14, items=tuple(items))


def _entries(nodes: Sequence[Node], edges: Sequence[Edge], short: set[str]) -> list[Entry]:
    kinds = Counter((n.family, n.kind) for n in nodes)
    entries = [
        Entry(sample=tuple(symbol(kind, family, 0, 0, 8)), words=f"{label(kind)} ({number})")
        for (family, kind), number in sorted(kinds.items())
    ]
    statuses = Counter(standing(e.statuses) for e in edges)
    for status in DASHES:
        if statuses[status]:
            line = shape("path", d="M-14 0 L14 0", stroke=GREY, stroke_width=1.1, fill="none")
            if pattern := dashes(status, 1.1):
                line = replace(line, attributes=(*line.attributes, ("stroke-dasharray", pattern)))
            entries.append(Entry(sample=(line,), words=f"{STATUSES[status]} ({statuses[status]})", reach=14))
    numbers = {r: str(i + 1) for i, r in enumerate(sorted({e.relation for e in edges}))}
    for relation, number in numbers.items():
        if relation in short:
            text = Text(x=0, y=3, content=number, size=RELATION, anchor="middle", fill="#333333")
            entries.append(Entry(sample=(text,), words=label(relation), reach=5))
    return entries


def _shifted(item: Shape | Text, dx: float, dy: float) -> Shape | Text:
    if isinstance(item, Text):
        return replace(item, x=item.x + dx, y=item.y + dy)
    return replace(item, attributes=(*item.attributes, ("transform", f"translate({dx:.2f} {dy:.2f})")))
