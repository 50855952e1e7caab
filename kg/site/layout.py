"""Where the nodes of a graph picture stand: springs between related nodes, all others push each other away.

The same graph gives the same numbers in any order of input and on any machine: only operations that IEEE 754 rounds
exactly (+ − × ÷ √) in one fixed order, no sine, no power, no `sum` (Python 3.12 adds floats up in another way than
3.11). Each component is laid out coarse to fine (C. Walshaw, A multilevel algorithm for force-directed graph drawing,
2003), with far nodes taken together (J. Barnes, P. Hut, 1986), turned so that its long side lies, and packed in rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from kg.site.repulsion import repel

#: Two nodes are at least so far apart; about what a dot with one line of label needs in height.
NEAREST = 24.0
#: The length that an edge would like to have.
EDGE = 60.0
#: Around each component.
MARGIN = 60.0
#: Width of the whole picture by its height.
ASPECT = 1.5
#: Distance of nodes without any edge: across leaves room for a label.
ALONE = (150.0, NEAREST)

Points = tuple[list[float], list[float]]
#: For each node its neighbours with the number of edges to them.
Links = list[dict[int, float]]

_COS, _SIN = -0.7373688780783197, 0.6754902942615238  # of the golden angle: no two steps point the same way
_COARSEST = 6
_STEPS = (30, 220)


def layout(nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> dict[str, tuple[float, float]]:
    """A place for each node, in units of which two nodes are at least `NEAREST` apart; y points down.

    Args:
        nodes: each once or more often.
        edges: pairs of nodes in any direction; those that join a node to itself are passed over.

    Returns:
        Nodes in sorted order, with coordinates from 0 on, rounded to tenths.

    Raises:
        KeyError: an edge names a node that is not among the nodes.
    """
    order = sorted(set(nodes))
    index = {node: i for i, node in enumerate(order)}
    links: Links = [{} for _ in order]
    for a, b in sorted(
        {(min(p), max(p)) for edge in edges for p in [(index[edge[0]], index[edge[1]])] if p[0] != p[1]}
    ):
        links[a][b] = links[b][a] = 1.0
    parts = _components(links)
    boxes = [(part, _place(part, links)) for part in parts if len(part) > 1]
    found = _pack(boxes, [part[0] for part in parts if len(part) == 1])
    return {order[i]: found[i] for i in range(len(order))}


def _components(links: Links) -> list[list[int]]:
    """The connected parts, the largest first, each sorted."""
    seen, parts = [False] * len(links), []
    for start in range(len(links)):
        if not seen[start]:
            seen[start], part = True, [start]
            for node in part:
                for other in links[node]:
                    if not seen[other]:
                        seen[other] = True
                        part.append(other)
            parts.append(sorted(part))
    return sorted(parts, key=lambda p: (-len(p), p[0]))


def _place(part: Sequence[int], links: Links) -> Points:
    """Coordinates of one component of at least two nodes, in its order."""
    local = {node: i for i, node in enumerate(part)}
    inner: Links = [{local[other]: weight for other, weight in sorted(links[node].items())} for node in part]
    points = _lay(_turn(_multilevel(inner)))
    return _separate(points)


def _multilevel(links: Links) -> Points:
    levels, weights = [(links, [1.0] * len(links))], [1.0] * len(links)
    parents: list[list[int]] = []
    while len(links) > _COARSEST:
        parent = _match(links, weights)
        coarse, heavy = _merged(links, weights, parent)
        if len(coarse) > 0.95 * len(links):
            break
        parents.append(parent)
        levels.append((coarse, heavy))
        links, weights = coarse, heavy
    xs, ys = _spiral(len(links))
    for depth in range(len(levels) - 1, -1, -1):
        links, weights = levels[depth]
        if depth < len(parents):
            xs, ys = _unfold(xs, ys, parents[depth])
        _settle(xs, ys, links, weights)
    return xs, ys


def _match(links: Links, weights: Sequence[float]) -> list[int]:
    """For each node the number of the coarser node that it becomes part of: with a neighbour, or with a sibling.

    The lightest and least connected first, so that no coarse node outgrows the others; leaves of one hub, of which only
    one can have the hub, go together in twos.
    """
    order = sorted(range(len(links)), key=lambda i: (len(links[i]), weights[i], i))
    parent, count, waiting = [-1] * len(links), 0, dict[int, int]()
    for node in order:
        if parent[node] >= 0:
            continue
        free = [other for other in links[node] if parent[other] < 0]
        mate = min(free, key=lambda o: (weights[o] / links[node][o], len(links[o]), o), default=-1)
        if len(links[node]) == 1 and len(links[next(iter(links[node]))]) > 3:
            hub = next(iter(links[node]))
            mate = waiting.pop(hub, -1)
            if mate < 0:
                waiting[hub] = node
                continue
        parent[node] = count
        if mate >= 0:
            parent[mate] = count
        count += 1
    for node in sorted(waiting.values()):
        parent[node] = count
        count += 1
    return parent


def _merged(links: Links, weights: Sequence[float], parent: Sequence[int]) -> tuple[Links, list[float]]:
    size = max(parent) + 1
    coarse: Links = [{} for _ in range(size)]
    heavy = [0.0] * size
    for node, its in enumerate(links):
        heavy[parent[node]] += weights[node]
        row = coarse[parent[node]]
        for other, weight in its.items():
            if parent[other] != parent[node]:
                row[parent[other]] = row.get(parent[other], 0.0) + weight
    return [dict(sorted(row.items())) for row in coarse], heavy


def _spiral(size: int) -> Points:
    xs, ys, cos, sin = [], [], 1.0, 0.0
    for i in range(size):
        radius = EDGE * sqrt(i)
        xs.append(radius * cos)
        ys.append(radius * sin)
        cos, sin = cos * _COS - sin * _SIN, cos * _SIN + sin * _COS
    return xs, ys


def _unfold(xs: Sequence[float], ys: Sequence[float], parent: Sequence[int]) -> Points:
    """The finer nodes around the places of the coarser ones, which move apart to make room."""
    fine_x, fine_y, cos, sin = [], [], 1.0, 0.0
    for coarse in parent:
        fine_x.append(xs[coarse] * 1.4 + 0.3 * EDGE * cos)
        fine_y.append(ys[coarse] * 1.4 + 0.3 * EDGE * sin)
        cos, sin = cos * _COS - sin * _SIN, cos * _SIN + sin * _COS
    return fine_x, fine_y


def _settle(xs: list[float], ys: list[float], links: Links, weights: Sequence[float]) -> None:
    """Let the forces act, in ever smaller steps."""
    size = len(xs)
    steps = max(_STEPS[0], min(_STEPS[1], 30_000 // size))
    # Hubs push harder, or their leaves would hide the nodes behind them.
    charges = [weight * (1.0 + 0.15 * min(len(its), 40)) for weight, its in zip(weights, links, strict=True)]
    longest = EDGE * 1.5
    for step in range(steps):
        fx, fy = repel(xs, ys, charges, 0.5 * EDGE * EDGE)
        for node, its in enumerate(links):
            x, y, pull_x, pull_y = xs[node], ys[node], 0.0, 0.0
            for other, weight in its.items():
                dx, dy = xs[other] - x, ys[other] - y
                pull = weight * sqrt(dx * dx + dy * dy) / (EDGE * sqrt(min(len(its), len(links[other]))))
                pull_x += dx * pull
                pull_y += dy * pull
            fx[node] += pull_x
            fy[node] += pull_y
        limit = longest * (1.0 - step / steps) * (1.0 - step / steps) + 0.5
        for node in range(size):
            dx, dy = fx[node] / weights[node], fy[node] / weights[node]
            length = sqrt(dx * dx + dy * dy)
            if length > limit:
                dx, dy = dx * limit / length, dy * limit / length
            xs[node] += dx
            ys[node] += dy


def _turn(points: Points) -> Points:
    """The points around their middle, in the frame of their principal axes."""
    xs, ys = points
    size = float(len(xs))
    mid_x, mid_y = _total(xs) / size, _total(ys) / size
    dx, dy = [x - mid_x for x in xs], [y - mid_y for y in ys]
    xx, yy = _total([a * a for a in dx]), _total([b * b for b in dy])
    xy = _total([a * b for a, b in zip(dx, dy, strict=True)])
    half = (xx - yy) / 2.0
    cos, sin = half + sqrt(half * half + xy * xy), xy
    length = sqrt(cos * cos + sin * sin)
    cos, sin = (cos / length, sin / length) if length > 1e-9 else (0.0, 1.0) if yy > xx else (1.0, 0.0)
    turned = zip(dx, dy, strict=True)
    pairs = [(cos * a + sin * b, cos * b - sin * a) for a, b in turned]
    return [p[0] for p in pairs], [p[1] for p in pairs]


def _lay(points: Points) -> Points:
    """Rounded, so that what follows starts from the same numbers even where a compiler was too clever."""
    return [round(x, 3) for x in points[0]], [round(y, 3) for y in points[1]]


def _separate(points: Points) -> Points:
    """No two nodes nearer than `NEAREST`: pushed apart in pairs; what is left of that, by growing the whole."""
    xs, ys = list(points[0]), list(points[1])
    apart = NEAREST + 0.5
    for _ in range(80):
        if not _push(xs, ys, apart):
            break
    nearest = sqrt(min((_squared(xs, ys, a, b) for a, b in _close(xs, ys, apart)), default=apart * apart))
    growth = max(1.0, (NEAREST + 0.2) / max(nearest, 1.0))
    left, top = min(xs), min(ys)
    return [(x - left) * growth for x in xs], [(y - top) * growth for y in ys]


def _push(xs: list[float], ys: list[float], apart: float) -> bool:
    """Whether any pair was too close."""
    pairs = _close(xs, ys, apart)
    for a, b in pairs:
        dx, dy = xs[b] - xs[a], ys[b] - ys[a]
        distance = sqrt(dx * dx + dy * dy)
        if distance < 1e-6:
            dx, dy, distance = 1e-3 * (1 + a % 7), 1e-3 * (1 + b % 5), 0.0
            length = sqrt(dx * dx + dy * dy)
        else:
            length = distance
        shift = 0.52 * max(0.0, apart - distance) / length
        xs[a] -= dx * shift
        ys[a] -= dy * shift
        xs[b] += dx * shift
        ys[b] += dy * shift
    return bool(pairs)


def _close(xs: Sequence[float], ys: Sequence[float], apart: float) -> list[tuple[int, int]]:
    """All pairs nearer than that, sorted."""
    cells: dict[tuple[int, int], list[int]] = {}
    for node, (x, y) in enumerate(zip(xs, ys, strict=True)):
        cells.setdefault((int(x // apart), int(y // apart)), []).append(node)
    found = []
    for (column, row), inside in cells.items():
        around = [
            other
            for dx, dy in ((0, 0), (1, -1), (1, 0), (1, 1), (0, 1))
            for other in cells.get((column + dx, row + dy), ())
        ]
        members = set(inside)
        found += [
            (min(a, b), max(a, b))
            for a in inside
            for b in around
            if (b not in members or a < b) and _squared(xs, ys, a, b) < apart * apart
        ]
    return sorted(found)


def _squared(xs: Sequence[float], ys: Sequence[float], a: int, b: int) -> float:
    dx, dy = xs[b] - xs[a], ys[b] - ys[a]
    return dx * dx + dy * dy


def _pack(boxes: Sequence[tuple[Sequence[int], Points]], alone: Sequence[int]) -> Mapping[int, tuple[float, float]]:
    """Each component as high up as it fits below those before it, the largest first; nodes without edges below all."""
    sized = [(part, points, max(points[0]) + MARGIN, max(points[1]) + MARGIN) for part, points in boxes]
    area = _total([*(width * height for _, _, width, height in sized), ALONE[0] * ALONE[1] * len(alone)])
    limit = max([sqrt(area * ASPECT), *(width for _, _, width, _ in sized)])
    found: dict[int, tuple[float, float]] = {}
    skyline: list[tuple[float, float, float]] = [(0.0, limit, 0.0)]
    for part, (xs, ys), width, height in sized:
        left, top = _lowest(skyline, width)
        skyline = _raised(skyline, left, left + width, top + height)
        for node, x, y in zip(part, xs, ys, strict=True):
            found[node] = (round(left + x, 1), round(top + y, 1))
    below = max(level for _, _, level in skyline)
    columns = max(1, int(limit / ALONE[0]))
    for i, node in enumerate(alone):
        found[node] = (ALONE[0] * (i % columns), round(below + ALONE[1] * (i // columns), 1))
    return found


def _lowest(skyline: Sequence[tuple[float, float, float]], width: float) -> tuple[float, float]:
    """Where a box of that width finds room highest up: its left top corner.

    The skyline tells, from left to right, as (from, to, level), down to where the plane is taken.
    """
    spots = []
    for left, _, _ in skyline:
        if left + width <= skyline[-1][1] + 1e-6:
            level = max(level for start, end, level in skyline if start < left + width - 1e-6 and end > left)
            spots.append((level, left))
    level, left = min(spots)
    return left, level


def _raised(
    skyline: Sequence[tuple[float, float, float]], left: float, right: float, level: float
) -> list[tuple[float, float, float]]:
    """The skyline with a box put in."""
    found = [(left, right, level)]
    for start, end, old in skyline:
        if start < left:
            found.append((start, min(end, left), old))
        if end > right:
            found.append((max(start, right), end, old))
    return sorted(piece for piece in found if piece[1] - piece[0] > 1e-9)


def _total(values: Iterable[float]) -> float:
    """Added up from left to right, one after the other."""
    total = 0.0
    for value in values:
        total += value
    return total
