"""Where the nodes of a picture stand: the same in any order, apart from each other, neighbours near."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from itertools import combinations
from math import dist
from statistics import mean
from time import process_time

import pytest

from kg.site.layout import MARGIN, NEAREST, layout

Graph = tuple[list[str], list[tuple[str, str]]]


def grown(size: int, more: int, seed: int = 1) -> Graph:
    """A graph with hubs: who has edges gets more of them."""
    chance = random.Random(seed)  # noqa: S311
    nodes, edges, ends = [f"n{i}" for i in range(size)], set(), ["n0"]
    for node in nodes[1:]:
        other = chance.choice(ends)
        edges.add((node, other))
        ends += [node, other]
    while len(edges) < more:
        a, b = chance.choice(ends), chance.choice(ends)
        if a != b:
            edges.add((a, b))
    return nodes, sorted(edges)


STAR: Graph = ([*"abcdefghijklmnopqrstuvwxyz"], [("a", c) for c in "bcdefghijklmnopqrstuvwxyz"])
PATH: Graph = ([f"p{i:02}" for i in range(20)], [(f"p{i:02}", f"p{i + 1:02}") for i in range(19)])
PARTS: Graph = ([*"abcdefgh", *"xyz"], [("a", "b"), ("b", "c"), ("d", "e"), ("f", "g"), ("g", "h"), ("h", "f")])
GRAPHS = {"star": STAR, "path": PATH, "parts": PARTS, "alone": (["a", "b", "c"], []), "grown": grown(150, 260)}


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_the_same_places_whatever_the_order(graph: Graph) -> None:
    nodes, edges = graph
    chance = random.Random(7)  # noqa: S311
    shuffled, turned = nodes * 2, [edge if chance.random() < 0.5 else edge[::-1] for edge in edges * 2]
    chance.shuffle(shuffled)
    chance.shuffle(turned)
    places = layout(nodes, edges)
    assert list(places) == sorted(nodes)
    assert layout(shuffled, turned) == places


def test_the_same_places_under_another_hash_seed() -> None:
    code = (
        "from kg.site.layout import layout;"
        "print(layout({f'n{i}' for i in range(40)}, {(f'n{i}', f'n{i // 3}') for i in range(40)}))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_no_two_nodes_on_one_spot(graph: Graph) -> None:
    places = layout(*graph)
    assert min(dist(a, b) for a, b in combinations(places.values(), 2)) >= NEAREST
    assert all(x >= 0 and y >= 0 for x, y in places.values())


def test_neighbours_stand_nearer_than_strangers() -> None:
    nodes, edges = grown(150, 260)
    places = layout(nodes, edges)
    related = mean(dist(places[a], places[b]) for a, b in edges)
    assert related < 0.5 * mean(dist(a, b) for a, b in combinations(places.values(), 2))


def test_a_path_lies_stretched_out() -> None:
    places = layout(*PATH)
    width, height = (max(p[i] for p in places.values()) for i in (0, 1))
    assert width > 3 * height
    assert dist(places["p00"], places["p19"]) > 0.6 * sum(dist(places[a], places[b]) for a, b in PATH[1])


def test_a_hub_stands_in_the_middle() -> None:
    places = layout(*STAR)
    middle = tuple(mean(p[i] for p in places.values()) for i in (0, 1))
    assert min(places, key=lambda n: dist(places[n], middle)) == "a"


def test_components_stand_apart() -> None:
    places = layout(*PARTS)
    boxes = [
        tuple(f(places[n][i] for n in part) for f in (min, max) for i in (0, 1)) for part in ("abc", "de", "fgh", "xyz")
    ]
    for a, b in combinations(boxes, 2):
        gap = max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3])
        assert gap >= MARGIN - 0.2


def test_nothing_and_loops() -> None:
    assert layout([], []) == {}
    assert layout(["a"], [("a", "a")]) == {"a": (0.0, 0.0)}
    assert layout(["a", "b"], [("a", "a")]) == layout("ab", [])
    with pytest.raises(KeyError):
        layout(["a"], [("a", "b")])


def test_three_thousand_nodes_in_a_few_seconds() -> None:
    nodes, edges = grown(3000, 6000)
    before = process_time()
    places = layout(nodes, edges)
    assert process_time() - before < 10
    assert len(places) == 3000
    assert min(dist(a, b) for a, b in combinations(sorted(places.values())[:300], 2)) >= NEAREST
