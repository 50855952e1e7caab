"""`kg verify` proves a folder: a dataset with one quad deleted, added or altered is found, also with a new manifest."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from kg import __version__
from kg.building import made_by
from kg.errors import KgError
from kg.graph.dataset import add_inferred, to_quads
from kg.graph.derivation import derive
from kg.graph.overview import overview
from kg.graph.provenance import BuildInfo
from kg.graph.quads import Quads
from kg.graph.reason import infer_quads
from kg.graph.report import report_text, report_turtle
from kg.graph.serialize import parse_rdf, to_nquads
from kg.graph.turtle import to_turtle
from kg.graph.validate import validate
from kg.graph.verify import verify
from kg.model import Finding, Metadata, Severity, Status, Unit
from kg.namespaces import DATA
from kg.ontology import graph as own_ontology
from kg.stores.directory import check_digests, write_directory
from tests.builders import SETTINGS, Writer, corpus, document

MUTATIONS = 200
KINDS = ("delete", "insert", "subject", "predicate", "object", "literal", "graph")
TEXT = """\
Larch Valley Teachers Association president Ana Brook said talks are going well.
“We want smaller classes,” Brook said. The Larch Valley School District serves 1,200 students.
Larch Valley School District bargains with the Larch Valley Teachers Association every spring.
The district has never opposed the Two Rivers Partnership. Brook will join the second cohort.
"""
INFO = BuildInfo(version=__version__, model="test-model", model_version="3.8.0")


def files_of(dataset_of: Writer) -> dict[str, bytes]:
    """All files of a build of one hand-made reading."""
    dataset = to_quads(corpus(dataset_of), INFO, SETTINGS)
    closure = infer_quads(dataset, own_ontology())
    report = validate(dataset, base=DATA).including(closure.inconsistencies)
    add_inferred(dataset, closure.triples, SETTINGS)
    return {
        "dataset.nq": to_nquads(dataset),
        "graph.ttl": overview(dataset),
        "inferred.ttl": to_turtle(closure.triples),
        "report.ttl": report_turtle(report, DATA),
        "report.txt": report_text(report),
        "documents/larch-valley.txt": TEXT.encode(),
    }


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    writer = Writer(document("larch-valley", TEXT, Metadata(publisher="Larch Press", date="2019-04")))
    union = writer.entity("LaborUnion", "Larch Valley Teachers Association", "LVTA")
    brook = writer.entity("Person", "Ana Brook", "Brook")
    district = writer.entity("SchoolDistrict", "Larch Valley School District")
    partnership = writer.entity("Initiative", "Two Rivers Partnership")
    first, second, spring, last = TEXT.splitlines()
    numbers, never = second.split("said. ")[1], last.split(" Brook")[0]
    writer.role(brook, "president", union, writer.grounds(first, rule="title-before-name"))
    writer.states(brook, "affiliatedWith", union, writer.grounds(first, rule="title-before-name", confidence=0.9))
    writer.states(district, "bargainsWith", union, writer.grounds(spring, rule="frame"))
    writer.states(union, "bargainsWith", district, writer.grounds(spring, status=Status.REPORTED, by=brook))
    writer.states(district, "opposes", partnership, writer.grounds(never, status=Status.DENIED, rule="frame"))
    writer.number("1200", Unit.COUNT, "1,200 students", writer.grounds(numbers), district, measure="students")
    writer.says(brook, "We want smaller classes,")
    writer.sentences += [writer.at(first), writer.at(numbers), writer.at(spring), writer.at(never)]
    return files_of(writer)


def mutated(content: bytes, chance: random.Random, kind: str) -> bytes:
    """N-Quads with one quad deleted, added, or one term of it replaced by another of the same kind."""
    lines = content.decode().splitlines()
    rows = [line[:-2].split(" ", 2) for line in lines]
    parts = [[s, p, *rest.rpartition(" ")[::2]] for s, p, rest in rows]
    while True:
        number = chance.randrange(len(lines))
        quad, other = list(parts[number]), parts[chance.randrange(len(lines))]
        if kind == "delete":
            return "\n".join([*lines[:number], *lines[number + 1 :], ""]).encode()
        if kind == "insert":
            new = [quad[0], other[1], other[2], quad[3]]
            line = " ".join(new) + " ."
            if line not in lines:
                return "\n".join([*sorted([*lines, line]), ""]).encode()
            continue
        place = {"subject": 0, "predicate": 1, "object": 2, "literal": 2, "graph": 3}[kind]
        if (quad[2].startswith('"')) != (kind == "literal") and place == 2:
            continue
        if kind == "literal":
            end = quad[2].rindex('"')
            middle = chance.randrange(1, end) if end > 1 else 1
            quad[2] = quad[2][:middle] + ("1" if quad[2][middle] != "1" else "2") + quad[2][middle + 1 :]
            if quad[2].count('"') < 2 or "\\" in quad[2]:
                continue
        else:
            quad[place] = other[place]
        line = " ".join(quad) + " ."
        if quad != parts[number] and line not in lines and not (place == 2 and kind == "object" and '"' in quad[2][:1]):
            return "\n".join([*sorted([*lines[:number], line, *lines[number + 1 :]]), ""]).encode()


def wrong(findings: Sequence[Finding]) -> bool:
    return any(f.severity is Severity.VIOLATION for f in findings)


def by_verify(folder: Path) -> bool:
    try:
        return wrong(verify(folder)) or wrong(derive(folder).findings)
    except KgError:
        return True


def by_validate(folder: Path) -> bool:
    try:
        return not validate(parse_rdf(folder / "dataset.nq")).conforms
    except KgError:
        return True


def forge(files: dict[str, bytes], content: bytes, folder: Path) -> None:
    """Write a folder whose dataset was changed by somebody who makes all that is made of it anew, and the manifest."""
    shutil.rmtree(folder, ignore_errors=True)
    changed = {**files, "dataset.nq": content}
    try:
        dataset = derived(content)
        closure = infer_quads(dataset, own_ontology())
        report = validate(dataset, base=DATA).including(closure.inconsistencies)
        changed["report.ttl"], changed["report.txt"] = report_turtle(report, DATA), report_text(report)
        add_inferred(dataset, closure.triples, SETTINGS)
        changed["graph.ttl"], changed["inferred.ttl"] = overview(dataset), to_turtle(closure.triples)
    except Exception:  # noqa: S110 -- what cannot be made anew stays as it was
        pass
    write_directory(folder, changed, made_by=made_by(INFO))


def derived(content: bytes) -> Quads:
    from kg.graph.derivation import read_lines

    dataset, _ = read_lines(content)
    return Quads({n: t for n, t in dataset.named.items() if not n.endswith(("/inferred", "/ontology"))})


def test_an_untouched_folder_is_proved(files: dict[str, bytes], tmp_path: Path) -> None:
    write_directory(tmp_path / "out", files)
    assert check_digests(tmp_path / "out") == (6, [])
    found = derive(tmp_path / "out")
    assert found.findings == ()
    assert (found.files, found.statements) == (4, 7)
    assert found.quads == files["dataset.nq"].count(b"\n")


def test_200_of_200_mutations_are_caught_by_the_manifest_and_named(files: dict[str, bytes], tmp_path: Path) -> None:
    write_directory(tmp_path / "out", files)
    chance = random.Random(8)
    for number in range(MUTATIONS):
        (tmp_path / "out" / "dataset.nq").write_bytes(mutated(files["dataset.nq"], chance, KINDS[number % len(KINDS)]))
        _, found = check_digests(tmp_path / "out")
        assert [f.focus for f in found] == ["dataset.nq"]


def test_mutations_are_caught_with_a_manifest_and_files_made_anew(files: dict[str, bytes], tmp_path: Path) -> None:
    chance = random.Random(8)
    caught: Counter[str] = Counter()
    missed: list[str] = []
    for number in range(MUTATIONS):
        kind = KINDS[number % len(KINDS)]
        content = mutated(files["dataset.nq"], chance, kind)
        forge(files, content, tmp_path / "out")
        assert check_digests(tmp_path / "out")[1] == []
        checks = {"verify": by_verify(tmp_path / "out"), "validate": by_validate(tmp_path / "out")}
        caught.update(name for name, found in checks.items() if found)
        if not any(checks.values()):
            missed.append(
                kind
                + ": "
                + " ".join(sorted(set(content.decode().splitlines()) ^ set(files["dataset.nq"].decode().splitlines())))
            )
    print(caught, *missed, sep="\n")
    assert len(missed) <= 8
