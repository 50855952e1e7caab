"""Generated graphs in Accord's own data model: `python -m bench.graphs QUADS FILE.nq [--statements 12]`.

Readings are made document by document and written as a build writes them, so that the result is what `kg build` might
have made; nothing but the names of what was written is kept. The same seed and number give the same document, whatever
the size of the whole.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from pathlib import Path

from bench.world import SHARED_BY, Region, national, region_of
from kg.graph.dataset import BuildInfo, add_inferred, to_quads
from kg.graph.provenance import add_build, graph_iri
from kg.graph.quads import Quads
from kg.graph.terms import Triple
from kg.model import (
    IRI,
    Anchor,
    Assertion,
    Attribution,
    Corpus,
    Date,
    Document,
    Entity,
    EntityId,
    Grounds,
    Membership,
    Reading,
    Span,
    SpeechKind,
    Statistic,
    Status,
    Unit,
)
from kg.namespaces import DATA, mint
from kg.settings import Settings

BUILD = BuildInfo(version="0", model="generated", model_version="0")
SETTINGS = Settings()
#: Statements of a document, where nothing else is asked for.
STATEMENTS = 12
#: Named graph and its triples.
Part = tuple[str, Iterable[Triple]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a graph of at least so many quads, whole documents, with the ontology."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quads", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--statements", type=int, default=STATEMENTS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    print(write(options.file, options.quads, statements=options.statements, seed=options.seed), "quads")


def write(file: Path, quads: int, *, statements: int = STATEMENTS, seed: int = 0) -> int:
    """Write N-Quads, document after document; their number."""
    count = 0
    with file.open("w", encoding="utf-8") as out:
        for name, triples in parts(quads, statements=statements, seed=seed):
            lines = [f"{s} {p} {o} <{name}> .\n" for s, p, o in triples]
            out.writelines(sorted(lines))
            count += len(lines)
    return count


def parts(quads: int, *, statements: int = STATEMENTS, seed: int = 0) -> Iterator[Part]:
    """Named graphs until there are so many quads; of `entities` there are several parts, without repetition."""
    made, documents, known = 0, list[Document](), set[str]()
    own = Quads()
    add_inferred(own, (), SETTINGS)
    yield from own.named.items()
    made += sum(map(len, own.named.values()))
    numbers = iter(range(10**9))
    while made < quads:
        readings = [reading(n, statements=statements, seed=seed) for n in islice(numbers, SHARED_BY)]
        corpus = joined(readings)
        documents += (replace(d, text="") for d in corpus.documents)
        dataset = to_quads(corpus, BUILD, SETTINGS)
        del dataset.named[graph_iri(DATA, "provenance")]
        shared = graph_iri(DATA, "entities")
        dataset.named[shared] = {t for t in dataset.named[shared] if t[0] not in known}
        known.update(t[0] for t in dataset.named[shared])
        yield from dataset.named.items()
        made += sum(map(len, dataset.named.values()))
    provenance = set[Triple]()
    add_build(provenance, Corpus(documents=tuple(documents), entities=(), readings=()), BUILD, SETTINGS)
    yield graph_iri(DATA, "provenance"), provenance


def dataset(quads: int, *, statements: int = STATEMENTS, seed: int = 0) -> Quads:
    """The same in memory."""
    held = Quads()
    for name, triples in parts(quads, statements=statements, seed=seed):
        held.graph(name).update(triples)
    return held


def corpus(documents: int, *, statements: int = STATEMENTS, seed: int = 0) -> Corpus:
    """So many linked readings."""
    return joined([reading(n, statements=statements, seed=seed) for n in range(documents)])


def joined(readings: Sequence[Reading]) -> Corpus:
    """Readings whose entities have their IRIs already, linked: what has the same IRI is one."""
    found: dict[EntityId, list[Entity]] = {}
    for reading in readings:
        for entity in reading.entities:
            found.setdefault(entity.id, []).append(entity)
    entities = (
        replace(same[0], mentions=tuple(sorted({a for e in same for a in e.mentions}))) for same in found.values()
    )
    return Corpus(
        documents=tuple(r.document for r in readings),
        entities=tuple(sorted(entities, key=lambda e: e.id)),
        readings=tuple(readings),
    )


def reading(number: int, *, statements: int = STATEMENTS, seed: int = 0) -> Reading:
    """One document of so many statements, each in a sentence of its own: a function of the seed and the number."""
    rng = random.Random(f"{seed}/reading/{number}")
    name = f"generated-{number:07}"
    page = _Page(IRI(f"{DATA}document/{name}"), rng, region_of(seed, number), seed)
    kinds = list(_KINDS)
    start = rng.randrange(len(kinds))
    for n in range(statements):
        kinds[(start + n) % len(kinds)](page)
    text = " ".join(page.lines)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    document = Document(iri=page.iri, name=name, text=text, sha256=sha256)
    return Reading(
        document=document,
        entities=tuple(page.entities.values()),
        assertions=tuple(page.assertions),
        memberships=tuple(page.memberships),
        statistics=tuple(page.statistics),
        attributions=tuple(page.attributions),
        sentences=tuple(page.sentences),
    )


@dataclass
class _Page:
    """A document that is being written, sentence by sentence."""

    iri: IRI
    rng: random.Random
    region: Region
    seed: int
    length: int = 0
    lines: list[str] = field(default_factory=list)
    entities: dict[EntityId, Entity] = field(default_factory=dict)
    assertions: list[Assertion] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    statistics: list[Statistic] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)
    sentences: list[Anchor] = field(default_factory=list)

    def write(self, line: str) -> Anchor:
        """Add a sentence."""
        start = self.length + (1 if self.lines else 0)
        self.lines.append(line)
        self.length = start + len(line)
        self.sentences.append(Anchor(self.iri, Span(start, self.length)))
        return self.sentences[-1]

    def within(self, words: str) -> Anchor:
        """The place of words in the last sentence."""
        start = self.sentences[-1].span.start + self.lines[-1].index(words)
        return Anchor(self.iri, Span(start, start + len(words)))

    def entity(self, kind: str, name: str) -> EntityId:
        """What the last sentence names."""
        iri = EntityId(mint(DATA, kind.lower(), kind, name, name=name))
        known = self.entities.get(iri)
        mentions = (*(known.mentions if known else ()), self.within(name))
        self.entities[iri] = Entity(id=iri, kind=kind, names=(name,), mentions=mentions)
        return iri

    def states(self, subject: EntityId, predicate: str, target: EntityId | Date, grounds: Grounds) -> None:
        """An assertion."""
        self.assertions.append(Assertion(subject=subject, predicate=predicate, object=target, grounds=grounds))

    def grounds(self, status: Status = Status.ASSERTED, by: EntityId | None = None) -> Grounds:
        """The last sentence as evidence."""
        confidence = self.rng.randrange(50, 101) / 100
        return Grounds(
            evidence=(self.sentences[-1],), rule="generated", status=status, attributed_to=by, confidence=confidence
        )


def _bargaining(page: _Page) -> None:
    region = page.region
    status = page.rng.choice((Status.ASSERTED, Status.ASSERTED, Status.REPORTED, Status.PLANNED, Status.DENIED))
    page.write(f"{region.people[1]} on whether the {region.union} bargains with {region.district}.")
    person = page.entity("Person", region.people[1])
    union, district = page.entity("LaborUnion", region.union), page.entity("SchoolDistrict", region.district)
    by = None if status is Status.ASSERTED else person
    page.states(union, "bargainsWith", district, page.grounds(status, by))


def _role(page: _Page) -> None:
    region, number = page.region, page.rng.randrange(len(page.region.people))
    title = ("president", "director", "treasurer", "secretary")[number % 4]
    page.write(f"{region.people[number]} is {title} of the {region.union}.")
    person, union = page.entity("Person", region.people[number]), page.entity("LaborUnion", region.union)
    page.memberships.append(
        Membership(member=person, organization=union, role_title=title, former=number > 7, grounds=page.grounds())
    )
    page.states(person, "affiliatedWith", union, page.grounds())


def _share(page: _Page) -> None:
    number = page.rng.randrange(1, 100)
    page.write(f"About {number} percent of teachers in {page.region.district} agreed in {page.region.year}.")
    district = page.entity("SchoolDistrict", page.region.district)
    page.statistics.append(
        Statistic(
            value=Decimal(number),
            unit=Unit.PERCENT,
            figure=page.within(f"{number} percent"),
            grounds=page.grounds(),
            about=(district,),
            measure="teachers who agreed",
            period=str(page.region.year),
            qualifier="about",
        )
    )


def _sum(page: _Page) -> None:
    region, number = page.region, page.rng.randrange(10, 900)
    page.write(f"The {region.foundation} gave ${number},000 to the {region.initiative}.")
    giver, taker = page.entity("Organization", region.foundation), page.entity("Initiative", region.initiative)
    page.states(giver, "funds", taker, page.grounds())
    figure = page.within(f"${number},000")
    page.statistics.append(
        Statistic(
            value=Decimal(number) * 1000, unit=Unit.DOLLAR, figure=figure, grounds=page.grounds(), about=(taker, giver)
        )
    )


def _speech(page: _Page) -> None:
    person = page.rng.choice(page.region.people[:8])
    words = f"Part {page.rng.randrange(1000)} of {page.region.topics[0]} works"
    page.write(f"“{words},” said {person}.")
    content, cue, source = page.within(words), page.within("said"), page.within(person)
    speaker = page.entity("Person", person)
    page.attributions.append(
        Attribution(
            kind=SpeechKind.DIRECT,
            speaker=speaker,
            content=content,
            text=words,
            rule="generated",
            cue=cue,
            source=source,
        )
    )


def _place(page: _Page) -> None:
    region, number = page.region, page.rng.randrange(3)
    page.write(f"{region.schools[number]} belongs to {region.district} in {region.towns[0]}, {region.state}.")
    school, district = page.entity("School", region.schools[number]), page.entity("SchoolDistrict", region.district)
    town, state = page.entity("Place", region.towns[0]), page.entity("Place", region.state)
    page.states(school, "partOf", district, page.grounds())
    page.states(district, "locatedIn", town, page.grounds())
    page.states(town, "locatedIn", state, page.grounds())


def _partners(page: _Page) -> None:
    region, others = page.region, national(page.seed)
    other = page.rng.choice(others)
    page.write(f"The {region.institute} works with the {other}.")
    institute, partner = page.entity("SupportOrganization", region.institute), page.entity("Organization", other)
    page.states(institute, "partnersWith", partner, page.grounds())


def _event(page: _Page) -> None:
    region, person = page.region, page.rng.choice(page.region.people)
    page.write(f"{person} spoke at the {region.conference}, which the {region.institute} held in {region.year}.")
    speaker, event = page.entity("Person", person), page.entity("Conference", region.conference)
    host = page.entity("SupportOrganization", region.institute)
    page.states(speaker, "presentsAt", event, page.grounds())
    page.states(host, "organizes", event, page.grounds())
    page.states(event, "startedOn", Date(value=str(region.year)), page.grounds())


def _cohort(page: _Page) -> None:
    region, number = page.region, page.rng.randrange(3)
    page.write(f"{region.schools[number]} joined cohort {number + 1} of the {region.initiative}.")
    school, initiative = page.entity("School", region.schools[number]), page.entity("Initiative", region.initiative)
    page.memberships.append(
        Membership(
            member=school,
            organization=initiative,
            cohort=number + 1,
            cohort_label=f"cohort {number + 1}",
            grounds=page.grounds(),
        )
    )


_KINDS = (_bargaining, _role, _share, _speech, _place, _partners, _sum, _event, _cohort)


if __name__ == "__main__":
    main()
