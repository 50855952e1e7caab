"""All pictures of a built graph, by the name of their file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from kg.graph.audit import audit
from kg.graph.query import Source
from kg.namespaces import slug
from kg.site.chart_pictures import draw_charts
from kg.site.charts import Chart, group_figures
from kg.site.contents import read_documents, read_figures, read_network, read_occurrences
from kg.site.graph_picture import draw_graph, select
from kg.site.svg import Picture
from kg.site.timeline import draw_timeline


class Subject(StrEnum):
    """What a picture shows."""

    GRAPH = "graph"
    NUMBERS = "numbers"
    TIMELINE = "timeline"


def draw(
    source: Source,
    subjects: Sequence[Subject],
    *,
    kinds: Sequence[str] = (),
    relations: Sequence[str] = (),
    statuses: Sequence[str] = (),
    title: str = "",
    together: bool = False,
) -> dict[str, Picture]:
    """Pictures by name, without extension: "graph", "timeline", "numbers-…" for each document.

    Args:
        source: an open source (`kg.graph.query.open_source`).
        subjects: which pictures; those that would be empty are left out.
        kinds: classes or families of the entities of the graph picture; all where none is named.
        relations: relations of the graph picture; likewise.
        statuses: of relations, figures and dates; likewise.
        title: instead of the usual one.
        together: figures of all documents in one picture, "numbers".
    """
    documents = dict(read_documents(source).values())
    found: dict[str, Picture] = {}
    if Subject.GRAPH in subjects:
        found |= _graph(source, documents, (kinds, relations, statuses), title)
    if Subject.NUMBERS in subjects:
        found |= dict(_numbers(source, documents, statuses, title, together))
    if Subject.TIMELINE in subjects:
        found |= _timeline(source, documents, statuses, title)
    return found


def _graph(
    source: Source, documents: Mapping[str, str], wanted: tuple[Sequence[str], Sequence[str], Sequence[str]], title: str
) -> dict[str, Picture]:
    nodes, edges = select(*read_network(source), *wanted)
    if not edges:
        return {}
    subtitle = f"{_many(len(nodes), 'entity', 'entities')} and {_many(len(edges), 'relation')} of {_of(documents)}"
    asked = [word for words in wanted for word in words]
    subtitle += f"; only {', '.join(asked)}" if asked else ""
    return {"graph": draw_graph(nodes, edges, title or "Entities and relations", subtitle)}


def _numbers(
    source: Source, documents: Mapping[str, str], statuses: Sequence[str], title: str, together: bool
) -> Iterator[tuple[str, Picture]]:
    charts = [c for chart in group_figures(read_figures(source), audit(source)) for c in _left(chart, statuses)]
    subtitle = f"only {', '.join(statuses)}" if statuses else ""
    if together and charts:
        yield "numbers", draw_charts(charts, documents, title or f"Figures of {_of(documents)}", subtitle)
    elif charts:
        for file, name in _files(dict.fromkeys(c.rows[0].document for c in charts)):
            of_one = [c for c in charts if c.rows[0].document == name]
            named = title or f"Figures of “{documents.get(name) or name}”"
            yield file, draw_charts(of_one, documents, named, subtitle)


def _files(documents: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A name of a file for each document, and the document; names that differ only in signs are numbered."""
    seen: dict[str, int] = {}
    for name in documents:
        plain = f"numbers-{slug(name)}"
        seen[plain] = seen.get(plain, 0) + 1
        yield plain if seen[plain] == 1 else f"{plain}-{seen[plain]}", name


def _left(chart: Chart, statuses: Sequence[str]) -> Iterator[Chart]:
    rows = tuple(row for row in chart.rows if not statuses or row.status in statuses)
    if rows:
        yield replace(chart, rows=rows)


def _timeline(source: Source, documents: Mapping[str, str], statuses: Sequence[str], title: str) -> dict[str, Picture]:
    found = [o for o in read_occurrences(source) if not statuses or o.statement.status in statuses]
    if not found:
        return {}
    subtitle = "Dates as precise as the text gives them" + (f"; only {', '.join(statuses)}" if statuses else "")
    return {"timeline": draw_timeline(found, documents, title or f"Timeline of {_of(documents)}", subtitle)}


def _of(documents: Mapping[str, str]) -> str:
    return _many(len(documents), "document")


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"
