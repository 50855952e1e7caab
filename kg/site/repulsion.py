"""How charged points push each other away, with far ones taken together: a quadtree, as Barnes and Hut have it.

Far forces are computed once for all points of a leaf of the tree, near ones for each pair. The order of all additions
follows from the order of the points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

_LEAF = 8
_DEEPEST = 24
#: A cell is far where its width and the leaf's are together less than this part of the distance.
_NARROW = 1.1


@dataclass(slots=True)
class Cell:
    """A square of the plane: its centre of charge, its width, and the cells or the points in it."""

    x: float
    y: float
    charge: float
    width: float
    parts: list[Cell] = field(default_factory=list)
    points: Sequence[int] = ()


def repel(
    xs: Sequence[float], ys: Sequence[float], charges: Sequence[float], strength: float
) -> tuple[list[float], list[float]]:
    """The force on each point: strength × charge × charge ÷ distance, away from all others."""
    left, top = min(xs), min(ys)
    width = max(max(xs) - left, max(ys) - top, 1e-6)
    leaves: list[Cell] = []
    root = _cell(xs, ys, charges, range(len(xs)), left, top, width, 0, leaves)
    fx, fy = [0.0] * len(xs), [0.0] * len(xs)
    for leaf in leaves:
        near, far_x, far_y = _field(root, leaf)
        for a in leaf.points:
            x, y, push_x, push_y = xs[a], ys[a], far_x, far_y
            for b in near:
                dx, dy = x - xs[b], y - ys[b]
                squared = dx * dx + dy * dy
                if squared < 1e-4:  # on one spot: by their numbers to opposite sides
                    if a != b:
                        push_x += charges[b] * (0.1 if a > b else -0.1)
                    continue
                share = charges[b] / squared
                push_x += dx * share
                push_y += dy * share
            fx[a], fy[a] = push_x * strength * charges[a], push_y * strength * charges[a]
    return fx, fy


def _cell(
    xs: Sequence[float],
    ys: Sequence[float],
    charges: Sequence[float],
    points: Sequence[int],
    left: float,
    top: float,
    width: float,
    depth: int,
    leaves: list[Cell],
) -> Cell:
    if len(points) <= _LEAF or depth >= _DEEPEST:
        x = y = charge = 0.0
        for i in points:
            x += xs[i] * charges[i]
            y += ys[i] * charges[i]
            charge += charges[i]
        leaf = Cell(x / charge, y / charge, charge, width, points=points)
        leaves.append(leaf)
        return leaf
    half = width / 2.0
    quarters: list[list[int]] = [[], [], [], []]
    middle_x, middle_y = left + half, top + half
    for i in points:
        quarters[(xs[i] >= middle_x) + 2 * (ys[i] >= middle_y)].append(i)
    parts = [
        _cell(xs, ys, charges, inside, left + half * (n % 2), top + half * (n // 2), half, depth + 1, leaves)
        for n, inside in enumerate(quarters)
        if inside
    ]
    x = y = charge = 0.0
    for part in parts:
        x += part.x * part.charge
        y += part.y * part.charge
        charge += part.charge
    return Cell(x / charge, y / charge, charge, width, parts)


def _field(root: Cell, leaf: Cell) -> tuple[list[int], float, float]:
    """The points near a leaf, its own among them, and what the cells far from it do."""
    near: list[int] = []
    push_x = push_y = 0.0
    todo = [root]
    while todo:
        cell = todo.pop()
        dx, dy = leaf.x - cell.x, leaf.y - cell.y
        squared, widths = dx * dx + dy * dy, cell.width + leaf.width
        if widths * widths < _NARROW * _NARROW * squared:
            share = cell.charge / squared
            push_x += dx * share
            push_y += dy * share
        elif cell.parts:
            todo += cell.parts
        else:
            near += cell.points
    return near, push_x, push_y
