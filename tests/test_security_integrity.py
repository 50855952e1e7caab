"""`kg verify` proves a folder: a dataset with one quad deleted, added or altered is found, also with a new manifest."""

from __future__ import annotations

import random
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg import __version__
from kg.cli.app import app
from kg.errors import InputError, KgError
from kg.graph.dataset import add_inferred, to_quads
from kg.graph.derivation import derive, recovered
from kg.graph.overview import overview
from kg.graph.provenance import BuildInfo, made_by
from kg.graph.reason import infer_quads
from kg.graph.report import report_text, report_turtle
from kg.graph.serialize import parse_rdf, to_nquads
from kg.graph.turtle import to_turtle
from kg.graph.validate import validate
from kg.graph.verify import verify
from kg.model import Finding, Metadata, Severity, Status, Unit
from kg.namespaces import DATA
from kg.ontology import graph as own_ontology
from kg.stores.directory import check_digests, checksums, write_directory
from tests.builders import SETTINGS, Writer, corpus, document

MUTATIONS = 200
#: Of the slower test; of the first 200, the same checks catch 196, and the others change the name of a rule.
FORGED = 42
NEEDED = ("dataset.nq",)
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


def test_an_untouched_folder_is_proved(files: dict[str, bytes], tmp_path: Path) -> None:
    write_directory(tmp_path / "out", files)
    assert check_digests(tmp_path / "out") == (6, [])
    found = derive(tmp_path / "out")
    assert found.findings == ()
    assert (found.files, found.statements) == (4, 7)
    assert found.quads == files["dataset.nq"].count(b"\n")


def test_200_of_200_mutations_are_caught_by_the_manifest_and_named(files: dict[str, bytes], tmp_path: Path) -> None:
    write_directory(tmp_path / "out", files)
    chance = random.Random(8)  # noqa: S311 -- the same mutations on every run
    for number in range(MUTATIONS):
        (tmp_path / "out" / "dataset.nq").write_bytes(mutated(files["dataset.nq"], chance, KINDS[number % len(KINDS)]))
        _, found = check_digests(tmp_path / "out")
        assert [f.focus for f in found] == ["dataset.nq"]


def test_mutations_are_caught_also_with_manifest_and_files_made_anew(files: dict[str, bytes], tmp_path: Path) -> None:
    """What is made of the dataset is left out: whoever changes that can make it anew. The ontology is left alone."""
    ours = [line for line in files["dataset.nq"].splitlines(keepends=True) if b"graph/ontology> .\n" not in line]
    ontology = sorted(set(files["dataset.nq"].splitlines(keepends=True)) - set(ours))
    chance = random.Random(8)  # noqa: S311 -- the same mutations on every run
    caught: Counter[str] = Counter()
    missed: list[str] = []
    for number in range(FORGED):
        kind = KINDS[number % len(KINDS)]
        changed = mutated(b"".join(ours), chance, kind)
        content = b"".join(sorted([*changed.splitlines(keepends=True), *ontology]))
        made = {"dataset.nq": content, "documents/larch-valley.txt": TEXT.encode()}
        write_directory(tmp_path / "out", made, made_by=made_by(INFO))
        assert check_digests(tmp_path / "out")[1] == []
        if by_verify(tmp_path / "out"):
            caught["verify"] += 1
        elif by_validate(tmp_path / "out"):
            caught["validate alone"] += 1
        else:
            difference = set(changed.splitlines()) ^ {line.strip() for line in ours}
            missed.append(f"{kind}: {b' | '.join(sorted(difference)).decode()}")
    assert caught["verify"] >= FORGED - 4, missed
    assert all("/ns#rule>" in line for line in missed), missed  # --rebuild compares it


def test_a_forgery_that_only_reading_can_tell_is_found_by_reading_again(seeds_folder: Path, tmp_path: Path) -> None:
    files = {
        p.relative_to(seeds_folder).as_posix(): p.read_bytes() for p in seeds_folder.rglob("*") if p.name in NEEDED
    }
    files |= {f"documents/{p.name}": p.read_bytes() for p in (seeds_folder / "documents").iterdir()}
    files["dataset.nq"] = re.sub(rb'/ns#rule> "[^"]+"', b'/ns#rule> "forged"', files["dataset.nq"], count=1)
    files["dataset.nq"] = b"".join(sorted(files["dataset.nq"].splitlines(keepends=True)))
    write_directory(tmp_path / "out", files, made_by=made_by(INFO))
    assert not wrong(derive(tmp_path / "out").findings)
    result = CliRunner().invoke(app, ["verify", str(tmp_path / "out"), "--rebuild"])
    assert result.exit_code == 1
    assert "focus dataset.nq" in result.stdout


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        ("dataset.nq", b"bargainsWith", b"partnersWith", "bargainsWith"),
        ("graph.ttl", b"president", b"treasurer", "graph.ttl"),
        ("report.txt", b"0 nodes", b"9 nodes", "report.txt"),
        ("report.ttl", b"true", b"false", "report.ttl"),
        ("inferred.ttl", b".", b" .", "inferred.ttl"),
        ("documents/larch-valley.txt", b"1,200", b"1,300", "1,300"),
    ],
)
def test_what_was_tampered_with_is_named(
    files: dict[str, bytes], tmp_path: Path, name: str, old: bytes, new: bytes, named: str
) -> None:
    out = tmp_path / "out"
    changed = files[name].replace(old, new, 1) if old in files[name] else files[name] + new
    write_directory(out, {**files, name: changed}, made_by=made_by(INFO))
    result = CliRunner().invoke(app, ["verify", str(out), "--manifest", str(tmp_path / "sums")])
    assert result.exit_code == 1
    assert named in result.stdout
    assert not (tmp_path / "sums").exists()


def test_the_list_of_digests_is_one_that_sha256sum_reads(files: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_directory(out, files, made_by=made_by(INFO))
    result = CliRunner().invoke(app, ["verify", str(out), "--manifest", str(tmp_path / "sums")])
    assert result.exit_code == 0, result.output
    assert "6 digests" in result.stderr
    assert (tmp_path / "sums").read_bytes() == checksums(out)
    subprocess.run(["sha256sum", "--strict", "--check", "--quiet", tmp_path / "sums"], cwd=out, check=True)
    (out / "graph.ttl").write_bytes(b"")
    assert subprocess.run(
        ["sha256sum", "--check", tmp_path / "sums"], cwd=out, capture_output=True, check=False
    ).returncode


def test_other_shapes_than_here_are_told(files: dict[str, bytes], tmp_path: Path) -> None:
    for version, label in ((__version__, "Violation"), ("0.0.0", "Warning")):
        made = {"accord-kg": version, "ontology": "x", "shapes": "y"}
        write_directory(tmp_path / "out", files, made_by=made)
        result = CliRunner().invoke(app, ["verify", str(tmp_path / "out")])
        assert f"{label}: made with another shapes" in result.stdout
        assert result.exit_code == (1 if label == "Violation" else 0)


def test_a_folder_that_no_build_writes(tmp_path: Path) -> None:
    write_directory(tmp_path / "out", {"dataset.nq": b"<urn:a> <urn:b> <urn:c> .\nnonsense\n"})
    result = CliRunner().invoke(app, ["verify", str(tmp_path / "out")])
    assert result.exit_code == 2
    write_directory(tmp_path / "out", {"dataset.nq": b"<urn:a> <urn:b> <urn:c> <urn:d> .\n"})
    result = CliRunner().invoke(app, ["verify", str(tmp_path / "out")])
    assert (result.exit_code, "no build writes" in result.stdout) == (1, True)
    with pytest.raises(InputError, match="no build writes"):
        recovered(tmp_path / "out")
