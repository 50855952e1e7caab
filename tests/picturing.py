"""Figures, dates and relations by hand, as `kg.site.contents` reads them, and what is wrong with a picture."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

from kg.graph.stated import Explained, Place
from kg.site.contents import Figure, Occurrence
from kg.site.svg import Picture

DATA = "https://example.org/"


def stated(
    words: str, start: int = 0, *, document: str = "memo", status: str = "Asserted", name: str = ""
) -> Explained:
    """A statement of a sentence."""
    place = Place(document=document, start=start, end=start + len(words), exact=words, prefix="", suffix="")
    return Explained(
        iri=DATA + (name or f"{document}-{start}-{words[:20]}"),
        group="number",
        subject="",
        value="",
        status=status,
        speaker="",
        cites=(),
        rule="test",
        confidence="1",
        excerpt=words,
        places=(place,),
    )


def figure(sentence: str, words: str, value: str, unit: str = "Percent", start: int = 0, **more: str) -> Figure:
    """The first figure of these words in a sentence; `more` may hold upper, about, measure, period, base, document…"""
    at = sentence.index(words)
    document = more.pop("document", "memo")
    statement = stated(
        sentence, start, document=document, status=more.pop("status", "Asserted"), name=f"{document}-{start}-{at}"
    )
    return Figure(
        statement=statement,
        document=DATA + document,
        value=Decimal(value),
        upper=Decimal(more["upper"]) if "upper" in more else None,
        unit=unit,
        about=more.get("about", "Elm District"),
        about_iri=DATA + more.get("about", "Elm District"),
        measure=more.get("measure", ""),
        period=more.get("period", ""),
        qualifier=more.get("qualifier", ""),
        sentence=sentence,
        mark=(at, at + len(words)),
        base=more.get("base", ""),
    )


def occurrence(start: str, thing: str, event: str = "started", end: str = "", **more: str) -> Occurrence:
    """Something dated, of a document of its own sentence."""
    said = stated(
        f"{thing} {event} {start} {end}", name=f"{thing}-{event}-{start}", status=more.get("status", "Asserted")
    )
    return Occurrence(
        start=start,
        end=end or start,
        event=event,
        thing=thing,
        thing_iri=DATA + thing,
        detail=more.get("detail", ""),
        statement=said,
    )


def overlapping(picture: Picture) -> list[tuple[str, str]]:
    """The lines of text of which one covers another."""
    boxes = [(text.box, text.content) for text in picture.texts]
    return [(a, b) for (one, a), (other, b) in combinations(boxes, 2) if one.meets(other)]


def outside(picture: Picture) -> list[str]:
    """The lines of text that leave the picture."""
    return [
        t.content
        for t in picture.texts
        if t.box.left < 0 or t.box.top < 0 or t.box.right > picture.width or t.box.bottom > picture.height
    ]


def words(picture: Picture) -> str:
    """All text, without blanks: lines may be broken anywhere."""
    return "".join("".join(t.content.split()) for t in picture.texts)
