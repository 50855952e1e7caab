"""`kg plot`: labels that do not overlap, nothing lost, the same bytes, and pictures that are nothing but pictures."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from kg.cli.app import app
from kg.errors import SettingsError
from kg.graph.query import Source
from kg.ontology import FAMILIES, load_ontology
from kg.site.chart_pictures import draw_charts
from kg.site.charts import group_figures
from kg.site.contents import Edge, Node, read_figures, read_network, read_occurrences
from kg.site.graph_picture import draw_graph, select
from kg.site.plots import Subject, draw
from kg.site.raster import rasterize
from kg.site.svg import Picture, Shape, clean, render
from kg.site.symbols import COLOURS, DASHES, code, colour
from kg.site.timeline import draw_timeline, gather
from kg.site.typography import measure, wrap
from tests.picturing import figure, occurrence, outside, overlapping, words

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {SVG + name for name in "svg title desc rect path circle line text tspan".split()}
HOSTILE = (
    "<script>alert(1)</script>",
    "a\" onload='x' & <b>",
    "]]><!-- &amp; &#60; -->",
    "left\u202egpj.exe\x07\x00",
    "W" * 300,
    "学校 労働組合 👩‍🏫 ﷽",
    "javascript:alert(1)",
    "line\nfeed\ttab",
)
Kg = Callable[..., Result]


@pytest.fixture(scope="module")
def seeds_pictures(seeds_source: Source) -> dict[str, Picture]:
    return draw(seeds_source, list(Subject))


def drawn(picture: Picture) -> ET.Element:
    return ET.fromstring(render(picture))  # noqa: S314


def told(picture: Picture) -> str:
    """Lines, descriptions and the titles of shapes, without blanks."""
    titles = "".join("".join(item.title.split()) for item in picture.items if isinstance(item, Shape))
    return words(picture) + titles + "".join(picture.description.split())


def relations(names: list[str], number: int, seed: int) -> tuple[list[Node], list[Edge]]:
    chance = random.Random(seed)  # noqa: S311
    kinds = [("School", "Organization"), ("Person", "Person"), ("Event", "Event"), ("Document", "Document")]
    nodes = [
        Node(iri=f"n{i}", name=name, kind=k, family=f)
        for i, name in enumerate(names)
        for k, f in [chance.choice(kinds)]
    ]
    pairs = {(i, chance.randrange(i)) for i in range(1, len(nodes))}
    while len(pairs) < number:
        pairs.add((chance.randrange(len(nodes)), chance.randrange(len(nodes))))
    edges = [
        Edge(source=f"n{a}", target=f"n{b}", relation=r, statuses=(s,), statements=(f"{a}-{b}",))
        for a, b in sorted(pairs)
        for r, s in [(chance.choice(["partOf", "supports", "cites"]), chance.choice(list(DASHES)))]
    ]
    return nodes, edges


def test_labels_of_the_seeds_do_not_overlap(seeds_pictures: dict[str, Picture]) -> None:
    assert list(seeds_pictures) == [
        "graph",
        "numbers-000-765f323035fc507c",
        "numbers-004-ee2d5fac82ae12ba",
        "timeline",
    ]
    for name, picture in seeds_pictures.items():
        assert len(picture.texts) > 10, name
        assert overlapping(picture) == [], name
        assert outside(picture) == [], name


def test_nothing_of_the_seeds_is_lost(seeds_pictures: dict[str, Picture], seeds_source: Source) -> None:
    nodes, edges = read_network(seeds_source)
    shown = words(seeds_pictures["graph"])
    assert len(nodes) > 40
    assert [n.name for n in nodes if "".join(n.name.split()) not in _joined(seeds_pictures["graph"])] == []
    lines = [i for i in seeds_pictures["graph"].items if isinstance(i, Shape) and " – " in i.title]
    assert len(lines) == len(edges)
    assert "fact:assertedbyadocument" in shown
    numbers = "".join(words(p) for name, p in seeds_pictures.items() if name.startswith("numbers"))
    rows = [r for c in group_figures(read_figures(seeds_source)) for r in c.rows]
    assert [r.printed for r in rows if "".join(r.printed.split()) not in numbers] == []
    assert "Whattheauditsays" in numbers
    assert "base:6of468" in numbers
    timeline = told(seeds_pictures["timeline"])
    assert [o for o in read_occurrences(seeds_source) if "".join(o.thing.split()) not in timeline] == []


def _joined(picture: Picture) -> str:
    """The lines of names beside each other: an entity may be named in several lines, or in the key."""
    return words(picture).replace("…", "")


def test_claims_are_dashed_and_facts_are_not() -> None:
    nodes, _ = relations(["Ash", "Elm"], 1, 1)
    for status, dashed in DASHES.items():
        edge = Edge(source="n0", target="n1", relation="partOf", statuses=(status,), statements=("s",))
        picture = draw_graph(nodes, [edge], "One")
        line = next(i for i in picture.items if isinstance(i, Shape) and "→" in i.title)
        assert ("stroke-dasharray" in dict(line.attributes)) == bool(dashed), status
    patterns = list(DASHES.values())
    assert len(set(patterns)) == len(patterns) == 5


def test_forms_and_letters_tell_kinds_apart_without_colour() -> None:
    ontology = load_ontology()
    marks = [(f, code(k, f)) for f in FAMILIES for k in ontology.classes if ontology.is_a(k, f)]
    assert len(marks) >= 15
    assert len(set(marks)) == len(marks)
    assert len({colour(k, k) for k in COLOURS}) == len(COLOURS)
    assert set(COLOURS) <= set(ontology.classes)


@pytest.mark.parametrize("seed", range(2))
def test_labels_of_crowded_graphs_do_not_overlap_and_all_are_told(seed: int) -> None:
    names = [
        " ".join("Alder Valley Federation of Teachers and Aides".split()[: 1 + i % 7]) + f" {i}" for i in range(60)
    ]
    nodes, edges = relations(names, 110, seed)
    picture = draw_graph(nodes, edges, "A title that is long enough to need more than one line " * 4, "and a subtitle")
    assert overlapping(picture) == []
    assert outside(picture) == []
    assert [n for n in names if "".join(n.split()) not in words(picture)] == []
    shown = {t.content for t in picture.texts}
    for edge in edges:
        relation = load_ontology().labels[edge.relation]
        assert relation in shown


def test_what_has_no_room_stands_in_the_key() -> None:
    """Everybody related to everybody: no lines are left to write on."""
    names = [f"Alder Valley Federation of Teachers {i}" for i in range(13)]
    nodes, _ = relations(names, 12, 1)
    edges = [
        Edge(source=a.iri, target=b.iri, relation=r, statuses=("Asserted",), statements=("s",))
        for a in nodes
        for b in nodes
        for r in ("partOf", "supports", "cites")
        if a != b
    ]
    picture = draw_graph(nodes, edges, "All")
    assert overlapping(picture) == []
    numbers = {t.content for t in picture.texts if t.content.isdigit() and t.back}
    named = [t.content for t in picture.texts if t.content in ("part of", "supports", "cites", *numbers) and t.back]
    listed = words(picture).partition("Relationswhosenamehadnoroom")[2].count("→")
    assert listed > 0
    assert len(named) + listed == len(edges)


def test_the_same_bytes_in_any_order_and_under_any_hash_seed(
    seeds_source: Source, tmp_path: Path, seeds_folder: Path
) -> None:
    nodes, edges = read_network(seeds_source)
    picture = render(draw_graph(nodes, edges, "Same"))
    assert render(draw_graph(nodes[::-1], edges, "Same")) == picture
    found = []
    for seed in ("0", "7"):
        folder = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "kg", "plot", str(seeds_folder), "-o", str(folder), "-q"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
        found.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert len(found[0]) == 4
    assert found[0] == found[1]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_and_never_markup(name: str) -> None:
    nodes = [
        Node(iri="a", name=name, kind="School", family="Organization"),
        Node(iri="b", name=name, kind="Person", family="Person"),
    ]
    edges = [Edge(source="a", target="b", relation="partOf", statuses=("Asserted",), statements=("s",))]
    figures = [figure(f"{name} 5% of “{name} all”", "5%", "5", about=name, base=name, document=name, period=name)]
    figures += [figure(f"{name} 7% of “{name} none”", "7%", "7", start=300, about=name, document=name)]
    pictures = [
        draw_graph(nodes, edges, name, name),
        draw_charts(group_figures(figures), {name: name}, name, name),
        draw_timeline([occurrence("2014-03", name), occurrence("2015", name, "number", detail=name)], {}, name, name),
    ]
    for picture in pictures:
        root = drawn(picture)
        assert {element.tag for element in root.iter()} <= ELEMENTS
        assert not [k for element in root.iter() for k in element.attrib if k.startswith("on") or k.endswith("href")]
        assert root.findtext(SVG + "title") == clean(name)
        assert root.attrib["role"] == "img"
        assert root.findtext(SVG + "desc")
        assert overlapping(picture) == []
        assert outside(picture) == []
        shown = "".join(text for element in root.iter() for text in element.itertext())
        assert not set("\u202e\x07\x00") & set(shown)


def test_precision_is_that_of_the_text() -> None:
    dates = [occurrence("2014-03-09", "day"), occurrence("2014-03", "month"), occurrence("2014", "year")]
    picture = draw_timeline([*dates, occurrence("2013/2014"[:4], "span", end="2014")], {}, "T")
    marks = {i.title.partition(":")[0]: i for i in picture.items if isinstance(i, Shape) and i.title}
    assert [marks[k].name for k in ("day", "month", "year", "span")] == ["circle", "rect", "rect", "rect"]
    wide = {k: float(dict(marks[k].attributes)["width"]) for k in ("month", "year", "span")}
    assert wide["year"] == pytest.approx(wide["month"] * 365 / 31, rel=0.02)
    assert wide["span"] == pytest.approx(wide["year"] * 2, rel=0.01)


def test_starts_and_ends_are_one_row_and_figures_of_one_period_too() -> None:
    events, astray = gather(
        [
            occurrence("2014-07-01", "contract"),
            occurrence("2017-06-30", "contract", "ended"),
            occurrence("2015", "contract", "number", detail="a"),
            occurrence("2014-13", "contract"),
            *[
                occurrence("2016", "school", "number", detail=d, status=s)
                for d, s in (("b", "Reported"), ("c", "Asserted"))
            ],
        ]
    )
    assert [(e.thing, e.words, e.status) for e in events] == [
        ("contract", "1 Jul 2014–30 Jun 2017: started and ended", "Asserted"),
        ("contract", "2015: a", "Asserted"),
        ("school", "2016: 2 figures", "Asserted"),
    ]
    assert [o.start for o in astray] == ["2014-13"]


def test_centuries_without_events_are_cut_out() -> None:
    picture = draw_timeline(
        [occurrence("1890", "old"), occurrence("2015-03-09", "new"), occurrence("2016", "newer")], {}, "T"
    )
    assert [i.title for i in picture.items if isinstance(i, Shape) and "left out" in i.title] != []
    assert overlapping(picture) == []
    ticks = {t.content for t in picture.texts}
    assert not any(f"19{n}0" in ticks for n in range(1, 10))


def test_a_series_is_drawn_over_time() -> None:
    sentence = "It was 2 percent in 2016, 4 percent in 2017 and 3 percent in 2019."
    figures = [figure(sentence, f"{n} percent", n, period=p) for n, p in (("2", "2016"), ("4", "2017"), ("3", "2019"))]
    picture = draw_charts(group_figures(figures), {}, "S")
    points = [dict(i.attributes) for i in picture.items if isinstance(i, Shape) and i.name == "circle"]
    xs, ys = ([float(p[k]) for p in points] for k in ("cx", "cy"))
    assert xs[2] - xs[1] == pytest.approx(2 * (xs[1] - xs[0]), rel=0.01)
    assert ys[1] < ys[2] < ys[0]
    assert overlapping(picture) == []


def test_a_series_that_is_too_crowded_to_join_is_drawn_as_bars_with_their_periods() -> None:
    days = [f"2016-03-{day:02}" for day in range(1, 20)]
    figures = [
        figure(
            f"{d}: {n} left the schools of Elm", str(n), str(n), "Count", start=n, period=d, measure="left the schools"
        )
        for n, d in enumerate(days, 20)
    ]
    (chart,) = group_figures(figures)
    picture = draw_charts([chart], {}, "S")
    assert chart.kind == "series"
    assert not [i for i in picture.items if isinstance(i, Shape) and i.name == "circle"]
    assert "19 Mar 2016 [1]" in " ".join(t.content for t in picture.texts)
    assert overlapping(picture) == []


@pytest.mark.parametrize("value", ["29000000", "-31500000", "0.004", "1234567890123"])
def test_axes_of_large_and_small_numbers_are_readable(value: str) -> None:
    sentence = f"It rose from $1 to ${value}."
    figures = [figure(sentence, f"${n}", n, "USDollar") for n in ("1", value)]
    picture = draw_charts(group_figures(figures), {}, "T")
    assert overlapping(picture) == []
    assert outside(picture) == []


def test_words_are_measured_and_broken() -> None:
    assert measure("WWW", 10) > measure("iii", 10) > 0
    assert measure("Sánchez", 10) == pytest.approx(measure("Sanchez", 10), rel=0.01)
    text = "Alder Valley Federation of Teachers"
    lines = wrap(text, 10, 90)
    assert "".join(text[a:b] for a, b in lines).replace(" ", "") == text.replace(" ", "")
    assert all(measure(text[a:b], 10) <= 90 for a, b in lines)
    assert wrap("", 10, 90) == []
    assert wrap("W" * 40, 10, 50, most=2)[-1][1] < 40


def test_only_what_is_asked_for_is_drawn(seeds_source: Source) -> None:
    nodes, edges = read_network(seeds_source)
    some, left = select(nodes, edges, kinds=["School", "SchoolDistrict"], relations=["partOf"])
    assert {e.relation for e in left} == {"partOf"}
    assert {n.kind for n in some} == {"School", "SchoolDistrict"}
    assert select(nodes, edges, kinds=["Organization"])[0]
    denied = select(nodes, edges, statuses=["Denied"])[1]
    assert 0 < len(denied) < 10
    assert {s for e in denied for s in e.statuses} == {"Denied"}


@pytest.fixture
def kg(seeds_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kg:
    monkeypatch.setenv("KG_DATA", str(seeds_folder))
    monkeypatch.chdir(tmp_path)
    return lambda *line: CliRunner().invoke(app, ["plot", *line])


def test_one_file(kg: Kg, tmp_path: Path) -> None:
    done = kg(
        "-o", "deep/graph.svg", "--what", "graph", "--kind", "School", "--kind", "SchoolDistrict", "--title", "Schools"
    )
    assert done.exit_code == 0, done.output
    root = ET.fromstring((tmp_path / "deep" / "graph.svg").read_bytes())  # noqa: S314
    assert root.findtext(SVG + "title") == "Schools"
    assert kg("-o", "numbers.svg", "--what", "numbers").exit_code == 0
    assert kg("-o", "v1.2", "--what", "timeline").exit_code == 0
    assert (tmp_path / "v1.2" / "timeline.svg").is_file()


def test_files_are_not_overwritten_unasked(kg: Kg, tmp_path: Path) -> None:
    assert kg("-o", "t.svg", "--what", "timeline").exit_code == 0
    before = (tmp_path / "t.svg").read_bytes()
    refused = kg("-o", "t.svg", "--what", "timeline", "--title", "New")
    assert (refused.exit_code, "--force" in refused.output) == (2, True)
    assert (tmp_path / "t.svg").read_bytes() == before
    assert kg("-o", "t.svg", "--what", "timeline", "--title", "New", "--force").exit_code == 0
    assert (tmp_path / "t.svg").read_bytes() != before


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (["-o", "all.svg"], "--what graph"),
        (["-o", "all.pdf"], ".svg or .png"),
        (["--kind", "Schol"], "SchoolDistrict"),
        (["--relation", "knows"], "partOf"),
        (["-o", "a.svg", "--what", "graph", "-f", "png"], "--format"),
        (["--status", "Maybe"], "Asserted"),
        (["nowhere"], "kg build"),
    ],
)
def test_what_cannot_be_done_is_said(kg: Kg, line: list[str], hint: str, tmp_path: Path) -> None:
    done = kg(*line)
    assert done.exit_code == 2
    assert hint in done.output
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_draw_is_the_answer_no(kg: Kg, tmp_path: Path) -> None:
    done = kg("-o", "x.svg", "--what", "graph", "--relation", "funds")
    assert (done.exit_code, "nothing to draw" in done.output) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_png_without_its_library_names_the_extra(kg: Kg, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    done = kg("-o", "t.png", "--what", "timeline")
    assert (done.exit_code, "accord-kg[png]" in done.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_png_is_made_by_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = draw_timeline([occurrence("2014", "a")], {}, "T")
    asked: dict[str, Any] = {}

    class Library:
        @staticmethod
        def svg_to_bytes(**how: Any) -> bytes:
            asked.update(how)
            return b"\x89PNG"

    monkeypatch.setitem(sys.modules, "resvg_py", Library)
    assert rasterize(picture, 2.0) == b"\x89PNG"
    assert (asked["zoom"], asked["svg_string"]) == (2.0, render(picture).decode())
    with pytest.raises(SettingsError, match="million pixels"):
        rasterize(picture, 100.0)
