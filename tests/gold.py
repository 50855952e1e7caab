"""The seeds as a perfect extraction would read them: gold annotations (tests/data/gold) on the texts of seeds/.

Rows that the gold marks as inferred (suggested, not stated) are left out. What the voice of a document claims about
others is asserted by the document: the speaker of such rows is its voice.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from kg.model import Anchor, Corpus, Date, EntityId, Metadata, Span, Status, Unit
from tests.builders import Writer, corpus, document

ROOT = Path(__file__).parents[1]
_UNITS = {
    "percent": Unit.PERCENT,
    "count": Unit.COUNT,
    "USD": Unit.DOLLAR,
    "years": Unit.YEAR,
    "ratio": Unit.RATIO,
    "other": Unit.OTHER,
}


def gold_corpus() -> Corpus:
    """Both seeds, linked."""
    return corpus(*(_write(path) for path in sorted((ROOT / "tests/data/gold").glob("*.json"))))


def _write(path: Path) -> Writer:
    gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    text = (ROOT / "seeds" / gold["doc"]).read_bytes().decode()
    writer = Writer(document(path.stem, text, Metadata(title=gold["title"], inferred=("title",))))
    ids: dict[str, EntityId] = {"doc": EntityId(writer.document.iri)}
    for entity in gold["entities"]:
        ids[entity["id"]] = writer.entity(entity["type"], entity["name"], *entity.get("aliases", ()))
    writer.voice = ids[gold["voice"]]
    _write_relations(writer, gold, ids)
    for item in gold["statistics"]:
        status = Status.REPORTED if "saidBy" in item else Status.ASSERTED
        by = ids[item["saidBy"]] if "saidBy" in item else None
        grounds = writer.grounds(
            item["evidence"], status=status, by=by, cites=[ids[item["source"]]] if "source" in item else ()
        )
        words = {k: item[k] for k in ("measure", "period", "qualifier") if k in item}
        words |= {k: str(item[k]) for k in ("numerator", "denominator") if k in item}
        about = [ids[item["about"]]] if "about" in item else []
        upper = str(item["upper"]) if "upper" in item else None
        writer.number(str(item["value"]), _UNITS[item["unit"]], item["evidence"], grounds, *about, upper=upper, **words)
    for quote in gold["quotes"]:
        writer.says(ids[quote["speaker"]], quote["text"])
    for cohort in gold["cohorts"]:
        for member in cohort["members"]:
            grounds = writer.grounds(cohort["evidence"])
            writer.joins(ids[member], ids[cohort["initiative"]], cohort["ordinal"], cohort.get("label"), grounds)
    writer.sentences = [
        Anchor(writer.document.iri, Span(m.start() + s.start(), m.start() + s.end()))
        for m in re.finditer(r"(?m)^[^\n¹²³⁴⁵⁶]{30}.*", text)
        for s in re.finditer(r"\S.*?(?:(?<=[\w¹²⁴⁵.”\"][.”\"¹²⁴⁵])(?= [A-Z“])(?<! [A-Z]\.)|$)", m[0])
    ]
    return writer


def _write_relations(writer: Writer, gold: dict[str, Any], ids: dict[str, EntityId]) -> None:
    for relation in gold["relations"]:
        grounds = writer.grounds(relation["evidence"], status=Status(relation.get("status", "Asserted")))
        if relation.get("inferred"):
            continue
        if relation["p"] == "hasRole":
            role = relation["o"]
            writer.role(ids[relation["s"]], role["role"], ids[role["at"]] if "at" in role else None, grounds)
        elif relation["p"] in ("startedOn", "endedOn"):
            writer.states(ids[relation["s"]], relation["p"], Date(value=relation["o"]), grounds)
        else:
            writer.states(ids[relation["s"]], relation["p"], ids[relation["o"]], grounds)
