"""What the pages know of documents, entities and statements: plain records, ready for JSON.

Things are named by the part of their IRI after the dataset's base ("person/ann-lee"), which is also their address in
the site; IRIs outside the base stand whole. Offsets count code points of the document's text.

    document   id name title fields voice text; `fields` are (label, words), `voice` an entity
    entity     id name names kind kinds url documents mentions; `mentions` are (document, start, end)
    statement  id group type status subject object sides speaker reported cites rule confidence details places
               number; `sides` are both sides in words, `places` (document, start, end, marks) as in kg.graph.stated
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from kg.errors import InputError
from kg.graph.resolve import named_entities
from kg.graph.stated import CITES, OA, ORG, RDF, SCHEMA, Explained, Reader, read_statement, speaker_of
from kg.namespaces import ACC, PREFIXES

Record: TypeAlias = dict[str, Any]

DCTERMS = PREFIXES["dcterms"]
#: What is told of a document, in this order.
_FIELDS = (
    ("author", SCHEMA + "author"),
    ("publisher", SCHEMA + "publisher"),
    ("date", DCTERMS + "date"),
    ("address", SCHEMA + "url"),
    ("licence", DCTERMS + "license"),
    ("rights", DCTERMS + "rights"),
    ("format", DCTERMS + "format"),
    ("SHA-256", ACC + "sha256"),
    ("told from the text alone", ACC + "inferredField"),
)
#: Group → properties of both sides, where they are things.
_SIDES = {
    "role": (ORG + "member", ORG + "organization"),
    "cohort": (ORG + "member", ACC + "cohort"),
    "words": (ACC + "speaker", ""),
    "number": (ACC + "mainlyAbout", ""),
}
_NUMBER = ("value", "upperValue", "unit", "qualifier", "measure", "population", "period", "numerator", "denominator")


def tail(base: str, iri: str) -> str:
    """How the site calls an IRI."""
    return iri.removeprefix(base)


def document_records(reader: Reader, base: str, texts: Mapping[str, str]) -> list[Record]:
    """The documents that have a text, sorted by name.

    Args:
        reader: of the dataset.
        base: what the IRIs of the data begin with.
        texts: name of the document → its text.

    Raises:
        InputError: a document of the graph has no text.
    """
    found = []
    for iri in sorted(reader.subjects(RDF + "type", ACC + "Document")):
        name = reader.value(iri, DCTERMS + "identifier")
        if not name:
            continue  # a cited document, which nobody gave us
        if name not in texts:
            raise InputError("the text of a document is missing", where=f"documents/{name}.txt", hint="build it again")
        found.append(
            {
                "id": tail(base, iri),
                "name": name,
                "title": reader.value(iri, DCTERMS + "title") or _first_line(texts[name]) or name,
                "fields": [(label, value) for label, term in _FIELDS for value in reader.values(iri, term)],
                "voice": tail(base, reader.value(iri, ACC + "voice")),
                "text": texts[name],
            }
        )
    return sorted(found, key=lambda d: str(d["name"]))


def _first_line(text: str) -> str:
    """The first words of a document, which are its heading more often than not."""
    line = next((" ".join(x.split()) for x in text.splitlines() if x.strip()), "")
    return line if len(line) <= 90 else line[:89].rstrip() + "…"


def entity_records(reader: Reader, base: str, documents: Iterable[Record]) -> list[Record]:
    """Everything named, sorted by name; documents of our own are none of them."""
    own = {str(d["id"]): i for i, d in enumerate(documents)}
    found = []
    for entity in named_entities(reader.store):
        name = tail(base, entity.iri)
        if name in own:
            continue
        kinds = reader.kinds(entity.iri)
        mentions = [
            place for t in reader.values(entity.iri, ACC + "mentionTarget") for place in _place(reader, own, base, t)
        ]
        naming = reader.subjects(SCHEMA + "mentions", entity.iri)
        found.append(
            {
                "id": name,
                "name": entity.names[0],
                "names": entity.names,
                "kind": kinds[0] if kinds else "Entity",
                "kinds": kinds,
                "url": reader.value(entity.iri, SCHEMA + "url"),
                "documents": sorted(own[d] for iri in naming if (d := tail(base, iri)) in own),
                "mentions": sorted(mentions),
            }
        )
    return found


def _place(reader: Reader, own: Mapping[str, int], base: str, target: str) -> list[tuple[int, int, int]]:
    document = own.get(tail(base, reader.value(target, OA + "hasSource")))
    for selector in reader.values(target, OA + "hasSelector"):
        start, end = reader.value(selector, OA + "start"), reader.value(selector, OA + "end")
        if start and document is not None:
            return [(document, int(start), int(end))]
    return []


def statement_records(reader: Reader, base: str, documents: Iterable[Record]) -> list[Record]:
    """All statements, in order of document and place.

    Raises:
        InputError: the words of a statement are not at their place in the text.
    """
    own = {str(d["name"]): (i, str(d["text"])) for i, d in enumerate(documents)}
    found = [_statement(reader, base, own, iri) for iri, _ in reader.pairs(ACC + "excerpt")]
    return sorted(found, key=lambda s: (s["places"], s["group"], s["id"]))


def _statement(reader: Reader, base: str, own: Mapping[str, tuple[int, str]], iri: str) -> Record:
    told = read_statement(reader, iri)
    first, second = _SIDES.get(told.group, (RDF + "subject", RDF + "object"))
    other = reader.value(iri, second) if second else ""
    record: Record = {
        "id": tail(base, iri),
        "group": told.group or reader.value(iri, ACC + "phrase"),
        "type": _type(reader, iri, told.group),
        "status": told.status,
        "subject": tail(base, reader.value(iri, first)),
        "object": tail(base, other) if reader.labelled(other) else "",
        "sides": (told.subject, told.value),
        "speaker": tail(base, speaker_of(reader, iri, told.group)),
        "reported": bool(reader.value(iri, ACC + "attributedTo")),
        "cites": [tail(base, c) for c in reader.values(iri, CITES)],
        "rule": told.rule,
        "confidence": float(told.confidence or 1),
        "details": told.details,
        "places": _places(told, own),
    }
    if told.group == "number":
        record["number"] = {t: v for t in _NUMBER if (v := reader.value(iri, ACC + t).removeprefix(ACC))}
        record["about"] = [tail(base, a) for a in reader.values(iri, ACC + "about")]
    return record


def _type(reader: Reader, iri: str, group: str) -> str:
    """What kind of statement it is, for colours and filters."""
    if group in _SIDES:
        return group
    return "unmapped" if ACC + "UnmappedStatement" in reader.values(iri, RDF + "type") else "relation"


def _places(told: Explained, own: Mapping[str, tuple[int, str]]) -> list[tuple[int, int, int, list[tuple[int, int]]]]:
    found = []
    for place in told.places:
        if place.document not in own:
            raise InputError(f"{told.iri} stands in a document that is not here", where=place.document)
        number, text = own[place.document]
        if text[place.start : place.end] != place.exact:
            hint = "build it again: texts and graph are not of one build"
            where = f"documents/{place.document}.txt, {place.start}–{place.end}"
            raise InputError(f"the text differs from the words of {told.iri}", where=where, hint=hint)
        found.append((number, place.start, place.end, sorted(set(place.marks))))
    return found
