"""Where labels stand: beside their thing, where they cover nothing; else farther off with a line; else in a key.

Greedy, the most important first; each takes the place that fewest lines cross. What has found no place is told, so that
nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt

from kg.site.svg import Box

_CELL = 40.0
#: Directions, the most readable first: right, left, below, above, then slanting.
_DIRECTIONS = (
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.0, 1.0),
    (0.0, -1.0),
    (0.8, 0.6),
    (0.8, -0.6),
    (-0.8, 0.6),
    (-0.8, -0.6),
    (0.4, 0.9),
    (-0.4, 0.9),
    (0.4, -0.9),
    (-0.4, -0.9),
)
#: Distances from the rim: from the second on, a line leads to the label.
_DISTANCES = (3.5, 16.0, 30.0, 46.0, 64.0)


@dataclass(frozen=True, slots=True)
class Plane:
    """What is taken: boxes, and points of lines, by the cells of a grid."""

    boxes: dict[tuple[int, int], list[Box]] = field(default_factory=dict)
    points: dict[tuple[int, int], list[tuple[float, float]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The box of a label, and the line that leads to it, where it stands apart."""

    box: Box
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None


def take(plane: Plane, box: Box) -> None:
    """Mark a box as taken."""
    for cell in _cells(box):
        plane.boxes.setdefault(cell, []).append(box)


def trace(plane: Plane, points: Sequence[tuple[float, float]]) -> None:
    """Mark where a line of straight pieces runs: labels avoid it, but may cross it."""
    for x, y in along(points, 5.0):
        plane.points.setdefault((int(x // _CELL), int(y // _CELL)), []).append((x, y))


def free(plane: Plane, box: Box, gap: float = 1.5) -> bool:
    """Whether nothing that is taken is there."""
    wide = Box(box.left - gap, box.top - gap, box.right + gap, box.bottom + gap)
    return not any(wide.meets(other) for cell in _cells(wide) for other in plane.boxes.get(cell, ()))


def crossed(plane: Plane, box: Box) -> int:
    """How much of lines runs through a box."""
    return sum(
        box.left < x < box.right and box.top < y < box.bottom
        for cell in _cells(box)
        for x, y in plane.points.get(cell, ())
    )


def place(plane: Plane, x: float, y: float, rim: float, size: tuple[float, float], far: bool = True) -> Placed | None:
    """A free place for a label of that size beside a thing with its middle at x, y; it is taken then.

    `rim` is the radius of the thing, `size` the width and height of the label; with `far` a line may lead to a place
    farther off.
    """
    for ring, distance in enumerate(_DISTANCES if far else _DISTANCES[:1]):
        best: tuple[float, Placed] | None = None
        for rank, (dx, dy) in enumerate(_DIRECTIONS):
            box = _beside(x, y, rim + distance, size, dx, dy)
            if not free(plane, box):
                continue
            leader = _leader(x, y, rim, box) if ring else None
            if leader and not _clear(plane, leader):
                continue
            cost = crossed(plane, box) + rank * 0.7
            if best is None or cost < best[0]:
                best = (cost, Placed(box=box, leader=leader))
        if best:
            take(plane, best[1].box)
            if best[1].leader:
                trace(plane, best[1].leader)
            return best[1]
    return None


def place_on(plane: Plane, spots: Iterable[tuple[float, float]], size: tuple[float, float]) -> Box | None:
    """The first free box of that size around one of the spots, that with fewest lines; it is taken then."""
    width, height = size
    boxes = [Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2) for x, y in spots]
    found = [(crossed(plane, box), rank, box) for rank, box in enumerate(boxes) if free(plane, box, 1.0)]
    if not found:
        return None
    box = min(found)[2]
    take(plane, box)
    return box


def along(points: Sequence[tuple[float, float]], step: float) -> Iterator[tuple[float, float]]:
    """Points of a line of straight pieces, no farther apart than a step."""
    for (ax, ay), (bx, by) in pairwise(points):
        length = sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
        parts = max(1, int(length / step))
        for i in range(parts + 1):
            yield ax + (bx - ax) * i / parts, ay + (by - ay) * i / parts


def _beside(x: float, y: float, away: float, size: tuple[float, float], dx: float, dy: float) -> Box:
    """The box whose nearest corner or side is `away` from the middle, in that direction."""
    width, height = size
    left = x + dx * away - width * (0.5 - 0.5 * _side(dx))
    top = y + dy * away - height * (0.5 - 0.5 * _side(dy))
    return Box(left, top, left + width, top + height)


def _side(part: float) -> float:
    """−1, 0 or 1, in between where a direction slants little."""
    return 1.0 if part >= 0.6 else -1.0 if part <= -0.6 else part


def _leader(x: float, y: float, rim: float, box: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """From the rim to the nearest point of the box."""
    end = (min(max(x, box.left), box.right), min(max(y, box.top + 2), box.bottom - 2))
    dx, dy = end[0] - x, end[1] - y
    length = sqrt(dx * dx + dy * dy) or 1.0
    return (x + dx * rim / length, y + dy * rim / length), end


def _clear(plane: Plane, leader: tuple[tuple[float, float], tuple[float, float]]) -> bool:
    """Whether a line runs over nothing that is taken, but for the thing that it starts at."""
    points = list(along(leader, 4.0))[1:-1]
    return all(
        not (other.left < x < other.right and other.top < y < other.bottom)
        for x, y in points[1:]
        for other in plane.boxes.get((int(x // _CELL), int(y // _CELL)), ())
    )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box.left // _CELL), int(box.right // _CELL) + 1):
        for row in range(int(box.top // _CELL), int(box.bottom // _CELL) + 1):
            yield column, row
