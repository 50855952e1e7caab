"""Statistics as RDF Data Cubes (W3C Recommendation of 2014): observations that share a unit and dimensions.

A statistic without a period is in another data set than one with: an observation has a value for each dimension, and
none is made up. The observations are the statistics themselves, with their own properties.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.graph.export import FORMATS, Line
from kg.graph.exports.origins import Origins, Properties, read_statements
from kg.graph.exports.selection import Selection
from kg.graph.terms import ACC, DCTERMS, PROV, RDF, RDFS, Term, Vocabulary, iri, text_of, typed
from kg.graph.terms import XSD as XSD_TERMS
from kg.namespaces import PREFIXES

_QB = Vocabulary(PREFIXES["qb"])
#: Dimension → its range. The place of the figure tells all observations apart.
_DIMENSIONS = {
    ACC.figure: iri(f"{PREFIXES['oa']}SpecificResource"),
    PROV.wasDerivedFrom: ACC.Document,
    ACC.mainlyAbout: ACC.Entity,
    ACC.measure: XSD_TERMS.string,
    ACC.period: XSD_TERMS.string,
    ACC.population: XSD_TERMS.string,
}
_ALWAYS = (ACC.figure, PROV.wasDerivedFrom)
_NEEDED = (*_ALWAYS, ACC.value, ACC.unit, ACC.status)
#: Attribute → whether every observation has it.
_ATTRIBUTES = {
    ACC.unit: True,
    ACC.status: True,
    **dict.fromkeys((ACC.upperValue, ACC.qualifier, ACC.numerator, ACC.denominator, ACC.about), False),
}
_ENGLISH = "@en"


def data_cubes(dataset: Path, selection: Selection) -> Iterator[str]:
    """Turtle: data sets, their structures, observations."""
    return FORMATS["ttl"](_lines(dataset, selection))


def _lines(dataset: Path, selection: Selection) -> Iterator[Line]:
    seen: set[tuple[str, ...]] = set()
    sets: dict[str, tuple[Term, ...]] = {}
    for subject, properties in read_statements(dataset, selection, Origins()):
        if ACC.Statistic in properties[RDF.type] and all(len(properties.get(t, ())) == 1 for t in _NEEDED):
            base = subject.rpartition("statistic/")[0]
            dimensions = tuple(d for d in _DIMENSIONS if len(properties.get(d, ())) == 1)
            name = _data_set(base, properties, dimensions, seen)
            sets[name] = dimensions
            yield from _observation(iri(subject), properties, iri(name))
    for name, dimensions in sorted(sets.items()):
        yield from (("", line) for line in _structure(name, dimensions))
    if sets:
        yield from (("", line) for line in _properties())


def _data_set(base: str, properties: Properties, dimensions: tuple[Term, ...], seen: set[tuple[str, ...]]) -> str:
    """The IRI of the data set in which no other observation has the same values."""
    unit = text_of(properties[ACC.unit][0]).rpartition("#")[2]
    local = "-".join([unit, *(_local(d) for d in dimensions if d not in _ALWAYS)])
    number = 1
    while (key := (local, str(number), *(properties[d][0] for d in dimensions))) in seen:
        number += 1
    seen.add(key)
    return f"{base}cube/{local}" + (f"-{number}" if number > 1 else "")


def _observation(node: Term, properties: Properties, data_set: Term) -> Iterator[Line]:
    yield "", f"{node} {RDF.type} {_QB.Observation}"
    yield "", f"{node} {_QB.dataSet} {data_set}"
    for predicate in (RDF.type, ACC.value, *_DIMENSIONS, *_ATTRIBUTES):
        yield from (("", f"{node} {predicate} {value}") for value in properties.get(predicate, ()))


def _structure(name: str, dimensions: tuple[Term, ...]) -> Iterator[str]:
    data_set, structure = iri(name), iri(f"{name}/structure")
    words = " ".join(["statistics in", name.rpartition("/")[2].replace("-", ", ")])
    yield f"{data_set} {RDF.type} {_QB.DataSet}"
    yield f'{data_set} {RDFS.label} "{words}"{_ENGLISH}'
    yield f'{data_set} {DCTERMS.title} "{words}"{_ENGLISH}'
    yield f"{data_set} {_QB.structure} {structure}"
    yield f"{structure} {RDF.type} {_QB.DataStructureDefinition}"
    kinds = {**dict.fromkeys(dimensions, "dimension"), ACC.value: "measure", **dict.fromkeys(_ATTRIBUTES, "attribute")}
    for number, (term, kind) in enumerate(kinds.items(), start=1):
        component = iri(f"{name}/{_local(term)}")
        yield f"{structure} {_QB.component} {component}"
        yield f"{component} {RDF.type} {_QB.ComponentSpecification}"
        yield f"{component} {_QB[kind]} {term}"
        yield f"{component} {_QB.order} {typed(str(number), XSD_TERMS.integer)}"
        if kind == "attribute":
            needed = typed(str(_ATTRIBUTES[term]).lower(), XSD_TERMS.boolean)
            yield f"{component} {_QB.componentRequired} {needed}"


def _properties() -> Iterator[str]:
    for term, kind in _DIMENSIONS.items():
        yield f"{term} {RDF.type} {_QB.DimensionProperty}"
        yield f"{term} {RDFS.range} {kind}"
    for term in _ATTRIBUTES:
        yield f"{term} {RDF.type} {_QB.AttributeProperty}"
    yield f"{ACC.value} {RDF.type} {_QB.MeasureProperty}"
    yield f"{ACC.value} {RDFS.range} {XSD_TERMS.decimal}"


def _local(term: Term) -> str:
    text = text_of(term)
    return text[max(text.rfind("/"), text.rfind("#")) + 1 :]
