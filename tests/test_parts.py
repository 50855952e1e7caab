"""A dataset made document by document is the dataset made as a whole: files, findings, counts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from rdflib import Graph

from kg.building import build
from kg.corpus.effort import Effort
from kg.corpus.parts import Parts
from kg.extract.linking import find_links, link, outline
from kg.graph.assembly import Assembled, Whole, assemble, make_whole
from kg.graph.dataset import BuildInfo
from kg.graph.gate import Gate, WholeNeededError, open_gate
from kg.graph.parts import RELATION, decode_part, encode_part, relations_of
from kg.graph.spool import Spools
from kg.lexicon import Lexicon
from kg.model import (
    IRI,
    Anchor,
    Assertion,
    Attribution,
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
from kg.settings import Settings

INFO = BuildInfo(version="1", model="m", model_version="2")
LEXICON = Lexicon(())
TEXT = "Harlan Teachers Association met Ana Ruiz in 2014. It grew by 12.5%. “We won,” she said. Holt School lost.\n"
KINDS = ("Person", "LaborUnion", "SchoolDistrict", "School", "Event", "Initiative", "Place", "Document", "Concept")
NAMES = ("Harlan Teachers Association", "Ana Ruiz", "Holt School", "Harlan Labor Forum", "Ohio", "HTA", "Trust")
PREDICATES = ("affiliatedWith", "memberOf", "startedOn", "endedOn", "leads", "locatedIn", "partOf", "supports", "cites")


@dataclass(frozen=True)
class Kept:
    """Readings in memory, where a build has them in the cache."""

    readings: tuple[Reading, ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(r.document for r in self.readings)

    def __iter__(self) -> Iterator[Reading]:
        return iter(self.readings)

    def reading(self, number: int) -> Reading:
        return self.readings[number]


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (the same documents on every run)


def made_reading(number: int, chance: random.Random, base: str) -> Reading:
    """A reading with statements that may break shapes, the ontology, or agree with other documents."""
    name = chance.choice(("report", "minutes of the board", "x" * 70)) + f" {number}"
    iri = IRI(f"{base}document/{name.replace(' ', '-')}-{number:012x}")
    document = Document(iri=iri, name=name, text=TEXT, sha256=f"{number:064x}")

    def anchor() -> Anchor:
        start = chance.randrange(len(TEXT) - 12)
        return Anchor(iri, Span(start, start + chance.randrange(1, 12)))

    entities = tuple(
        Entity(id=EntityId(f"e{n}"), kind=chance.choice(KINDS), names=(chance.choice(NAMES),), mentions=(anchor(),))
        for n in range(chance.randrange(1, 6))
    )
    known = [e.id for e in entities]

    def grounds() -> Grounds:
        status = chance.choice(list(Status))
        source = chance.choice(known) if status is Status.REPORTED or chance.random() < 0.2 else None
        evidence = tuple(sorted({anchor() for _ in range(chance.randrange(1, 3))}))
        return Grounds(
            evidence=evidence, rule="r", status=status, attributed_to=source, confidence=chance.choice((0.4, 0.9, 1.0))
        )

    def assertion() -> Assertion:
        predicate = chance.choice(PREDICATES)
        target = Date(value=chance.choice(("2014", "2015-06"))) if predicate.endswith("On") else chance.choice(known)
        subject = EntityId(iri) if predicate == "cites" else chance.choice(known)
        return Assertion(subject=subject, predicate=predicate, object=target, grounds=grounds())

    return Reading(
        document=document,
        entities=entities,
        assertions=tuple(assertion() for _ in range(chance.randrange(6))),
        memberships=tuple(
            Membership(
                member=chance.choice(known),
                organization=chance.choice([*known, None]),
                grounds=grounds(),
                role_title=chance.choice(("president", None)),
                cohort=chance.choice((None, 1, 2)),
                cohort_label=chance.choice((None, "first cohort")),
            )
            for _ in range(chance.randrange(3))
        ),
        statistics=tuple(
            Statistic(value=Decimal("12.5"), unit=Unit.PERCENT, figure=anchor(), grounds=grounds(), about=(known[0],))
            for _ in range(chance.randrange(2))
        ),
        attributions=tuple(
            Attribution(
                kind=chance.choice(list(SpeechKind)),
                speaker=chance.choice([*known, None]),
                content=anchor(),
                text="We won",
                rule="r",
            )
            for _ in range(chance.randrange(2))
        ),
        voice=chance.choice([*known, None]),
        sentences=(anchor(),),
    )


def both_ways(
    readings: Sequence[Reading], settings: Settings, gate: Gate, folder: Path
) -> tuple[tuple[Assembled, dict[str, bytes]], tuple[Assembled, dict[str, bytes]]]:
    """What document by document gives, and what the whole gives."""
    kept = Kept(tuple(sorted(readings, key=lambda r: r.document.iri)))
    links = find_links(map(outline, kept), LEXICON, settings.base)
    parts = Parts(kept, links, INFO, settings, gate, kept=False)  # type: ignore[arg-type]
    whole = Whole(kept.documents, tuple(links.entities.values()), links.iris, parts.relations)
    (folder / "a").mkdir(parents=True)
    (folder / "b").mkdir()
    coded = (decode_part(encode_part(part)) for part in parts)
    first = assemble(coded, whole, INFO, settings, gate, folder / "a")
    second = make_whole(link(kept, LEXICON, settings.base), INFO, settings, folder / "b")
    return (first, contents(folder / "a")), (second, contents(folder / "b"))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    "settings",
    [Settings(), Settings(base="https://example.org/kg/"), Settings(min_confidence=0.5)],
    ids=["plain", "another base", "only what is sure"],
)
def test_generated_corpora(settings: Settings, tmp_path: Path) -> None:
    gate, severities = open_gate(settings.base), Counter[str]()
    for seed in range(8):
        chance = dice(seed)
        readings = [made_reading(n, chance, settings.base) for n in range(chance.randrange(1, 20))]
        chance.shuffle(readings)
        (one, files), (other, reference) = both_ways(readings, settings, gate, tmp_path / str(seed))
        assert one.report.findings == other.report.findings, seed
        assert one == other, seed
        assert files == reference, seed
        severities.update(f.severity for f in one.report.findings)
    assert set(severities) == {"Violation", "Warning", "Info"} or set(severities) == {"Violation", "Warning"}
    assert severities["Violation"] > 20


def test_the_seeds(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build does not fall back on the whole, and is the same when it does."""
    effort = Effort(cache=tmp_path / "cache")

    def refuse(*_: object) -> None:
        raise AssertionError("made as a whole")

    with monkeypatch.context() as patch:
        patch.setattr("kg.building.make_whole", refuse)
        parts = build([root / "seeds"], Settings(), effort)
    monkeypatch.setattr("kg.building.open_gate", fail)
    whole = build([root / "seeds"], Settings(), effort)
    assert dict(parts.files) == dict(whole.files)
    assert (parts.report, parts.counts) == (whole.report, whole.counts)


def fail(base: str) -> Gate:
    raise WholeNeededError(base)


FAR = {
    "a path of two steps": "sh:property [ sh:path ( acc:leads acc:partOf ) ; sh:minCount 1 ]",
    "an inverse path": "sh:property [ sh:path [ sh:inversePath acc:leads ] ; sh:minCount 1 ]",
    "properties of values": "sh:property [ sh:path acc:leads ; sh:node [ sh:property [ sh:path acc:partOf ] ] ]",
    "properties of some values": "sh:property [ sh:path acc:leads ; sh:or ( [ sh:property [ sh:path acc:partOf ] ] ) ]",
}


@pytest.mark.parametrize("shape", FAR.values(), ids=FAR)
def test_shapes_that_look_further_are_refused(shape: str) -> None:
    shapes = Graph().parse(
        format="turtle",
        data="@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix acc: <https://w3id.org/accord/ns#> . "
        f"acc:s a sh:NodeShape ; sh:targetClass acc:Person ; {shape} .",
    )
    with pytest.raises(WholeNeededError):
        open_gate("https://example.org/", shapes)


def test_what_a_part_says_comes_back() -> None:
    settings = Settings()
    reading = made_reading(3, dice(1), settings.base)
    links = find_links([outline(reading)], LEXICON, settings.base)
    parts = Parts(Kept((reading,)), links, INFO, settings, open_gate(settings.base), kept=False)  # type: ignore[arg-type]
    (part,) = parts
    assert decode_part(encode_part(part)) == part
    said = relations_of(part).named[f"{settings.base}graph/{reading.document.iri.rpartition('/')[2]}/statements"]
    lines = "".join(run.decode() for _, run in part.runs).split("\n")
    assert len(said) == sum(any(f" {p} " in line for p in RELATION) for line in lines) > 0


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"findings": [1]}', b'{"findings": [], "wordless": [], "runs": [], "focus_nodes": 1}'],
)
def test_what_is_no_part_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode_part(content)


lines = st.text(st.sampled_from("abc1"), min_size=1, max_size=4).map(lambda x: f"{x}\n")


@settings_of(max_examples=40)
@given(st.lists(st.sets(lines, min_size=1, max_size=4), max_size=8), st.sets(lines, max_size=5))
def test_pieces_become_one_sorted_stream(pieces: list[set[str]], others: set[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as place, ExitStack() as files:
        spools = Spools(Path(place), files)
        for piece in pieces:
            for begin in sorted({line[0] for line in piece}):
                spools.add(begin, "".join(sorted(line for line in piece if line[0] == begin)).encode())
        spools.write(Path(place) / "out", sorted(others))
        written = (Path(place) / "out").read_text()
    assert written == "".join(sorted([line for piece in pieces for line in piece] + sorted(others)))


def test_linking_does_not_depend_on_the_order_of_documents() -> None:
    base = Settings().base
    readings = [made_reading(n, dice(n), base) for n in range(40)]
    expected = link(readings, LEXICON, base)
    for seed in range(3):
        shuffled = list(readings)
        dice(seed).shuffle(shuffled)
        assert link(shuffled, LEXICON, base) == expected


def test_linking_does_not_compare_everything_with_everything() -> None:
    """Each of few names in very many documents: what would be quadratic is so here."""
    base = Settings().base

    def readings(count: int) -> list[Reading]:
        made = []
        for n in range(count):
            one = made_reading(n, dice(n), base)
            union = Entity(id=EntityId("u"), kind="LaborUnion", names=(f"Harlan Teachers Association {n % 7}",))
            person = Entity(id=EntityId("p"), kind="Person", names=("Ana Maria Ruiz",))
            made.append(replace(one, entities=(union, person), assertions=(), memberships=(), statistics=()))
        return made

    steps = []
    for count in (100, 800):
        outlines = [outline(r) for r in readings(count)]
        steps.append(calls(lambda: find_links(outlines, LEXICON, base)))  # noqa: B023
    assert steps[1] < steps[0] * 8 * 1.2


def calls(action: object) -> int:
    """How many Python lines an action runs: a measure of work that does not depend on the machine."""
    import sys

    count = 0

    def trace(*_: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        action()  # type: ignore[operator]
    finally:
        sys.settrace(before)
    return count
