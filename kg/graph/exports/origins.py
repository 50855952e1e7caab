"""The statements of a dataset one by one, and who or what made them, for formats that give each its own provenance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.graph.export import Line, by_subject, read_lines
from kg.graph.exports.selection import Selection
from kg.graph.terms import ACC, PROV, Term, text_of

Properties = dict[Term, list[Term]]


@dataclass(frozen=True, slots=True)
class Origins:
    """What the documents' graphs and that of the build tell of who made what.

    Attributes:
        voices: document → whose voice it is.
        readings: document → the activity that read it.
        software: activity → the programs that it ran.
        ended: when the build ended, as an xsd:dateTime; empty where it keeps no time.
    """

    voices: dict[Term, Term] = field(default_factory=dict)
    readings: dict[Term, Term] = field(default_factory=dict)
    software: dict[Term, list[Term]] = field(default_factory=dict)
    ended: list[Term] = field(default_factory=list)


def read_statements(dataset: Path, selection: Selection, origins: Origins) -> Iterator[tuple[str, Properties]]:
    """The selected statements, by IRI; `origins` is filled before the first comes.

    Raises:
        InputError: the dataset cannot be read.
    """
    kept = _kept(read_lines(dataset, lambda name: name.endswith(("/statements", "/document", "/provenance"))), origins)
    for subject, properties in by_subject(kept):
        status = properties.get(ACC.status, [""])[0]
        if selection.status(text_of(status) if status else ""):
            yield subject, properties


def _kept(lines: Iterator[Line], origins: Origins) -> Iterator[Line]:
    for name, triple in lines:
        if name.endswith("/statements"):
            yield name, triple
            continue
        subject, predicate, target = triple.split(" ", 2)
        if predicate == ACC.voice:
            origins.voices[subject] = target
        elif predicate == PROV.used and name.endswith("/document") and "/document/" in target:
            origins.readings[target] = subject
        elif predicate == PROV.wasAssociatedWith and name.endswith("/document"):
            origins.software.setdefault(subject, []).append(target)
        elif predicate == PROV.endedAtTime:
            origins.ended.append(target)
