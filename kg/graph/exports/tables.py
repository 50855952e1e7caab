"""CSV on the Web (W3C Recommendations of 2015): four tables, and what their columns mean.

Beside csv-metadata.json lies a datapackage.json with the same (Frictionless Data Package).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.graph.exports.records import Named, Number, Records, Tie, Words, read_records
from kg.graph.exports.selection import Selection
from kg.graph.stated import Explained
from kg.namespaces import PREFIXES

#: Between several values in a cell.
SEPARATOR = " | "
_IRI, _NUMBER, _COUNT, _BOOLEAN, _TEXT = "anyURI", "decimal", "nonNegativeInteger", "boolean", "string"
_FRICTIONLESS = {_IRI: ("string", "uri"), _NUMBER: ("number", ""), _COUNT: ("integer", ""), _BOOLEAN: ("boolean", "")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name, what it holds, and the property or the table that it leads to.

    Attributes:
        kind: a datatype of CSVW.
        means: prefixed name of a property, or "".
        entity: the cell is the IRI of an entity.
        several: the cell may hold several values.
        needed: no cell is empty.
    """

    name: str
    title: str
    kind: str = _TEXT
    means: str = ""
    entity: bool = False
    several: bool = False
    needed: bool = False


def _entity(name: str, title: str, means: str = "", *, needed: bool = False) -> Column:
    return Column(name=name, title=title, kind=_IRI, means=means, entity=True, needed=needed)


_STATEMENT = (
    Column(name="status", title="Asserted, Reported, Denied, Planned or Hypothetical", means="acc:status"),
    _entity("speaker", "who says so: the source that is named, else the document's own voice"),
    _entity("document", "where it stands", "prov:wasDerivedFrom", needed=True),
    Column(name="start_offset", title="first character of the evidence in the document", kind=_COUNT),
    Column(name="end_offset", title="the character after its last", kind=_COUNT),
    Column(name="page", title="page of a PDF", kind=_COUNT),
    Column(name="paragraph", title="paragraph of another file: its lines, the id of an element, or an XPath"),
    Column(name="sentence", title="the words of the evidence", means="acc:excerpt"),
    Column(name="rule", title="what found it", means="acc:rule"),
    Column(name="confidence", title="from 0 to 1", kind=_NUMBER, means="acc:confidence"),
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "entities": (
        Column(name="iri", title="IRI of the entity", kind=_IRI, needed=True),
        Column(name="name", title="its preferred name", means="skos:prefLabel", needed=True),
        Column(name="kind", title="the narrowest class of the ontology", needed=True),
        Column(name="aliases", title="other names", means="skos:altLabel", several=True),
        Column(name="documents", title="documents that name it", kind=_IRI, several=True),
    ),
    "relations": (
        Column(name="iri", title="IRI of the statement", kind=_IRI, needed=True),
        _entity("subject", "who or what", "rdf:subject", needed=True),
        Column(name="subject_name", title="its name"),
        Column(name="relation", title="relation of the ontology", needed=True),
        _entity("object", "to whom or what", "rdf:object"),
        Column(name="object_name", title="its name, or the date"),
        Column(name="role", title="title of the role", means="acc:roleTitle"),
        Column(name="from_date", title="start of the role", means="schema:startDate"),
        Column(name="until_date", title="end of the role", means="schema:endDate"),
        Column(name="former", title="no longer", kind=_BOOLEAN, means="acc:former"),
        Column(name="cohort", title="number of the cohort", kind=_COUNT),
        Column(name="cites", title="sources that are given", kind=_IRI, means="cito:citesAsEvidence", several=True),
        *_STATEMENT,
    ),
    "statistics": (
        Column(name="iri", title="IRI of the statistic", kind=_IRI, needed=True),
        Column(name="value", title="the number", kind=_NUMBER, means="acc:value", needed=True),
        Column(name="upper_value", title="the upper end of a range", kind=_NUMBER, means="acc:upperValue"),
        Column(name="unit", title="Count, Percent, USDollar, Year, Ratio or OtherUnit", needed=True),
        Column(name="qualifier", title="about, more than …", means="acc:qualifier"),
        Column(name="measure", title="what is measured", means="acc:measure"),
        Column(name="population", title="whom it counts", means="acc:population"),
        Column(name="period", title="when it held", means="acc:period"),
        Column(name="numerator", title="of a share: the part", kind=_NUMBER, means="acc:numerator"),
        Column(name="denominator", title="of a share: the whole", kind=_NUMBER, means="acc:denominator"),
        _entity("about", "what it is mainly about", "acc:mainlyAbout"),
        Column(name="about_name", title="its name"),
        *_STATEMENT,
    ),
    "quotations": (
        Column(name="iri", title="IRI of the reported speech", kind=_IRI, needed=True),
        _entity("speaker", "who says it", "acc:speaker"),
        Column(name="speaker_name", title="the name"),
        Column(name="kind", title="Direct, Indirect or Mixed", needed=True),
        Column(name="words", title="what is said, letter by letter", means="schema:text", needed=True),
        *_STATEMENT[2:],
    ),
}


def csvw(dataset: Path, selection: Selection) -> Iterator[tuple[str, Iterator[str]]]:
    """The files of the folder: name and pieces."""
    records = read_records(dataset, selection)
    names = {e.iri: e.name for e in records.entities}
    for table, rows in _rows(records, names):
        yield f"{table}.csv", _lines([c.name for c in COLUMNS[table]], rows)
    yield "csv-metadata.json", iter([_json(_metadata(names))])
    yield "datapackage.json", iter([_json(_package(names))])


def lines_of_csv(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows as RFC 4180 has them."""
    for row in rows:
        out = io.StringIO()
        csv.writer(out).writerow(row)
        yield out.getvalue()


def _lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from lines_of_csv([header])
    yield from lines_of_csv(rows)


def _rows(records: Records, names: dict[str, str]) -> Iterator[tuple[str, Iterator[Sequence[str]]]]:
    yield "entities", (_entity_row(e) for e in records.entities)
    yield "relations", (_tie_row(t, names) for t in records.ties)
    yield "statistics", (_number_row(n, names) for n in records.numbers)
    yield "quotations", (_words_row(w, names) for w in records.words)


def _entity_row(entity: Named) -> Sequence[str]:
    return entity.iri, entity.name, entity.kind, _several(entity.aliases), _several(entity.documents)


def _tie_row(tie: Tie, names: dict[str, str]) -> Sequence[str]:
    return (
        *(tie.said.iri, tie.subject, names.get(tie.subject, ""), tie.relation),
        *(tie.object, names.get(tie.object, tie.value), tie.role, tie.start, tie.end, tie.former, tie.cohort),
        *(_several(tie.cites), tie.said.status, tie.speaker, tie.document, *_evidence(tie.said)),
    )


def _number_row(number: Number, names: dict[str, str]) -> Sequence[str]:
    said = number.said
    return (
        *(said.iri, *number.terms.values(), number.main, names.get(number.main, "")),
        *(said.status, number.speaker, number.document, *_evidence(said)),
    )


def _words_row(words: Words, names: dict[str, str]) -> Sequence[str]:
    speaker = names.get(words.speaker, "")
    return words.said.iri, words.speaker, speaker, words.kind, words.text, words.document, *_evidence(words.said)


def _evidence(said: Explained) -> Sequence[str]:
    place = said.places[0] if said.places else None
    page = str(place.page or "") if place else ""
    where = (str(place.start), str(place.end), page, place.paragraph) if place else ("",) * 4
    return *where, said.excerpt, said.rule, said.confidence


def _several(values: Sequence[str]) -> str:
    return SEPARATOR.join(v.replace("|", "¦") for v in values)


def _metadata(names: dict[str, str]) -> dict[str, Any]:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": "Accord: entities, relations, statistics, quotations",
        "tables": [_table(table, known=bool(names)) for table in COLUMNS],
    }


def _table(table: str, *, known: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(c) for c in COLUMNS[table]],
        "primaryKey": "iri",
        "aboutUrl": "{+iri}",
    }
    keys = [c.name for c in COLUMNS[table] if c.entity and c.needed]  # a reference from an empty cell is an error here
    if keys and known:
        reference = {"resource": "entities.csv", "columnReference": "iri"}
        schema["foreignKeys"] = [{"columnReference": key, "reference": reference} for key in keys]
    return {"url": f"{table}.csv", "tableSchema": schema}


def _column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "titles": column.name, "dc:description": column.title}
    described["datatype"] = column.kind
    if column.means:
        prefix, _, local = column.means.partition(":")
        described["propertyUrl"] = PREFIXES[prefix] + local
    elif column.name == "iri":
        described["suppressOutput"] = True
    if column.entity:
        described["valueUrl"] = f"{{+{column.name}}}"
    if column.several:
        described["separator"] = SEPARATOR
    if column.needed:
        described["required"] = True
    return described


def _package(names: dict[str, str]) -> dict[str, Any]:
    return {
        "name": "accord",
        "profile": "tabular-data-package",
        "resources": [_resource(table, known=bool(names)) for table in COLUMNS],
    }


def _resource(table: str, *, known: bool) -> dict[str, Any]:
    fields = []
    for column in COLUMNS[table]:
        kind, form = ("string", "") if column.several else _FRICTIONLESS.get(column.kind, ("string", ""))
        field: dict[str, Any] = {"name": column.name, "type": kind, "description": column.title}
        field |= {"format": form} if form else {}
        fields.append(field | ({"constraints": {"required": True}} if column.needed else {}))
    schema: dict[str, Any] = {"fields": fields, "primaryKey": ["iri"]}
    if known and (keys := [c.name for c in COLUMNS[table] if c.entity]):
        target = {"resource": "entities", "fields": ["iri"]}
        schema["foreignKeys"] = [{"fields": [key], "reference": target} for key in keys]
    return {
        "name": table,
        "path": f"{table}.csv",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "schema": schema,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
