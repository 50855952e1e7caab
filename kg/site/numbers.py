"""Which numbers belong into one chart: items of a survey, a series in time, things compared, ranges, and the rest.

Each number stands in one chart. Nothing is added up or converted: a chart shows what the documents print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Record = dict[str, Any]

#: Kinds of things whose shares are answers to questions.
SURVEYS = frozenset({"Survey", "Election"})
#: Two measures of so many words in common, of those of both, measure the same.
SAME = 0.6


def charts(statements: Iterable[Record], entities: Mapping[str, Record]) -> list[Record]:
    """The charts in order of document: kind, document, about, unit, and the numbers by their place in `statements`.

    Args:
        statements: as `kg.site.records.statement_records` gives them.
        entities: by id.
    """
    left = [(i, s) for i, s in enumerate(statements) if s["type"] == "number" and s["places"]]
    found: list[Record] = []
    for kind, gather in (
        ("survey", _surveys),
        ("series", _series),
        ("comparison", _comparisons),
        ("range", _ranges),
        ("plain", _plain),
    ):
        for group in gather(left, entities):
            found.append(_chart(kind, group))
            taken = {i for i, _ in group}
            left = [x for x in left if x[0] not in taken]
    order = ("survey", "comparison", "series", "range", "plain")
    return sorted(found, key=lambda c: (c["document"], order.index(c["kind"]), c["rows"]))


Numbered = tuple[int, Record]


def _chart(kind: str, group: Sequence[Numbered]) -> Record:
    first = group[0][1]
    shared = {s["subject"] for _, s in group}
    return {
        "kind": kind,
        "document": first["places"][0][0],
        "about": first["subject"] if len(shared) == 1 else "",
        "unit": first["number"]["unit"],
        "rows": [i for i, _ in group],
    }


def _groups(items: Iterable[Numbered], key: Any) -> list[list[Numbered]]:
    found: dict[Any, list[Numbered]] = {}
    for item in items:
        found.setdefault(key(item[1]), []).append(item)
    return [found[k] for k in sorted(found)]


def _place(s: Record) -> tuple[int, str, str]:
    return (s["places"][0][0], s["subject"], s["number"]["unit"])


def _surveys(left: Sequence[Numbered], entities: Mapping[str, Record]) -> Iterator[list[Numbered]]:
    asked = [x for x in left if x[1]["number"]["unit"] == "Percent" and _asks(entities.get(x[1]["subject"], {}))]
    yield from (g for g in _groups(asked, _place) if len(g) > 1)


def _asks(entity: Mapping[str, Any]) -> bool:
    """Whether a thing is a survey or a vote, by its kind or by the word for it."""
    named = re.search(
        r"\b(survey|poll|questionnaire|ballot|election|vote)\b", str(entity.get("name", "")), re.IGNORECASE
    )
    return entity.get("kind") in SURVEYS or named is not None


def _series(left: Sequence[Numbered], _: Mapping[str, Record]) -> Iterator[list[Numbered]]:
    dated = [x for x in left if x[1]["number"].get("period") and x[1]["subject"]]
    for group in _groups(dated, lambda s: (s["subject"], s["number"]["unit"])):
        for alike in _alike(group):
            periods = [s["number"]["period"] for _, s in alike]
            if len(set(periods)) > 1 and len(set(periods)) == len(periods):
                yield sorted(alike, key=lambda x: (x[1]["number"]["period"], x[0]))


def _alike(group: Sequence[Numbered]) -> list[list[Numbered]]:
    """Those that measure the same, each with the first that it is like."""
    found: list[list[Numbered]] = []
    for item in group:
        words = _words(item[1])
        same = next((g for g in found if _shared(_words(g[0][1]), words) >= SAME), None)
        if same:
            same.append(item)
        else:
            found.append([item])
    return found


def _words(s: Record) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]{3,}", s["number"].get("measure", "").casefold()))


def _shared(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 0.0


def _comparisons(left: Sequence[Numbered], _: Mapping[str, Record]) -> Iterator[list[Numbered]]:
    """Numbers of different things in one unit, in one sentence or of one measure."""
    rest: list[Numbered] = []
    for group in _groups(left, lambda s: (s["places"][0][:3], s["number"]["unit"])):
        if _several(group):
            yield group
        else:
            rest += group
    for group in _groups(rest, lambda s: (s["places"][0][0], s["number"]["unit"])):
        yield from (alike for alike in _alike(group) if _several(alike))


def _several(group: Sequence[Numbered]) -> bool:
    return len({s["subject"] for _, s in group if s["subject"]}) > 1


def _ranges(left: Sequence[Numbered], _: Mapping[str, Record]) -> Iterator[list[Numbered]]:
    ranges = [x for x in left if "upperValue" in x[1]["number"]]
    yield from _groups(ranges, lambda s: (s["places"][0][0], s["number"]["unit"]))


def _plain(left: Sequence[Numbered], _: Mapping[str, Record]) -> Iterator[list[Numbered]]:
    yield from _groups(left, lambda s: (s["places"][0][0], s["number"]["unit"]))
