"""Turtle 1.2 (RDF 1.2): statements are reifiers of what they state, `<< s p o ~ statement >> acc:status … .`

A reifier asserts nothing: the triple of a fact stands beside it, that of a claim or a denial does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from kg.graph.export import by_subject, read_lines
from kg.graph.exports.selection import Selection
from kg.graph.terms import ACC, RDF, Term, text_of
from kg.graph.turtle import Write, block_writer, header, writer
from kg.namespaces import PREFIXES

_REIFIED = (RDF.subject, RDF.predicate, RDF.object)


def turtle_12(dataset: Path, selection: Selection) -> Iterator[str]:
    """The union of the selected graphs and of the statements, subjects in order."""
    write = writer(PREFIXES)
    block = block_writer(lambda term: term if term.startswith("<< ") else write(term))
    yield header(PREFIXES)
    lines = read_lines(dataset, lambda name: selection.graph(name) or name.endswith("/statements"))
    for subject, properties in by_subject(lines):
        status = properties.get(ACC.status, [""])[0]
        if selection.status(text_of(status) if status else ""):
            yield f"\n{block(*_reified(subject, properties, write))}"


def _reified(
    subject: str, properties: Mapping[Term, Collection[Term]], write: Write
) -> tuple[Term, Mapping[Term, Collection[Term]]]:
    """The subject and what is said of it; of an assertion the reifier, without the terms that it stands for."""
    if any(len(properties.get(term, ())) != 1 for term in _REIFIED):
        return f"<{subject}>", properties
    triple = " ".join(write(next(iter(properties[term]))) for term in _REIFIED)
    return f"<< {triple} ~ {write(f'<{subject}>')} >>", {p: o for p, o in properties.items() if p not in _REIFIED}
