"""The commands path, audit and explain --why: what they print, in which format, and with which exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph
from typer.testing import CliRunner, Result

from kg import ontology
from kg.cli.app import app
from kg.graph.dataset import add_inferred, to_dataset
from kg.graph.reason import facts, infer
from kg.graph.serialize import to_nquads
from kg.model import Status, Unit
from kg.stores.directory import write_directory
from tests.builders import BUILD, SETTINGS, Writer, corpus, document

TEXT = """\
Ana Brook is president of Ash Local.
Ash Local bargains with Elm District.
Cy Dunn said that Oak Forum is hosted by Elm District.
Seven of 310 teachers (4.1%) left, and 81 of 94 aides (86%) stayed.
"""

Kg = Callable[..., Result]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first, second, third, numbers = TEXT.splitlines()
    writer = Writer(document("memo", TEXT))
    brook, local = writer.entity("Person", "Ana Brook"), writer.entity("LaborUnion", "Ash Local")
    district, forum = writer.entity("SchoolDistrict", "Elm District"), writer.entity("Event", "Oak Forum")
    dunn = writer.entity("Person", "Cy Dunn")
    writer.states(brook, "affiliatedWith", local, writer.grounds(first))
    writer.role(brook, "president", local, writer.grounds(first))
    writer.states(local, "bargainsWith", district, writer.grounds(second))
    writer.states(district, "organizes", forum, writer.grounds(third, status=Status.REPORTED, by=dunn))
    for value, unit, words in (("7", Unit.COUNT, "Seven"), ("310", Unit.COUNT, "310"), ("4.1", Unit.PERCENT, "4.1%")):
        writer.number(value, unit, words, writer.grounds(numbers), local)
    for value, unit, words in (("81", Unit.COUNT, "81"), ("94", Unit.COUNT, "94"), ("86", Unit.PERCENT, "86%")):
        writer.number(value, unit, words, writer.grounds(numbers), local)
    dataset = to_dataset(corpus(writer), BUILD, SETTINGS)
    add_inferred(dataset, infer(facts(dataset), ontology.graph()).triples, SETTINGS)
    folder = tmp_path_factory.mktemp("asking") / "out"
    write_directory(folder, {"dataset.nq": to_nquads(dataset), "documents/memo.txt": TEXT.encode()})
    return folder


@pytest.fixture
def kg(out: Path, monkeypatch: pytest.MonkeyPatch) -> Kg:
    monkeypatch.setenv("KG_DATA", str(out))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return lambda *words: CliRunner().invoke(app, list(words), catch_exceptions=False)


# --- path ------------------------------------------------------------------------------------------------------------


def test_path_shows_each_hop_with_its_sentence(kg: Kg) -> None:
    result = kg("path", "Brook", "Oak Forum")
    assert result.exit_code == 0
    title, *lines = result.stdout.splitlines()
    assert title == "Ana Brook – Ash Local – Elm District – Oak Forum (3 hops, 1 only claimed)"
    for line in (
        "  Ana Brook –affiliatedWith→ Ash Local",
        "    also: role: president",
        "  Ash Local –bargainsWith– Elm District",
        "  Elm District –organizes [claim]→ Oak Forum",
        "    Reported; said by Cy Dunn; rule test; confidence 1",
    ):
        assert line in lines
    assert "«Ana Brook is president of Ash Local.»" in result.stdout
    assert "  Elm District ←" not in result.stdout
    assert "Oak Forum ←organizes [claim]– Elm District" in kg("path", "Oak Forum", "Brook").stdout


def test_path_for_programs_and_reports(kg: Kg) -> None:
    (chain,) = json.loads(kg("path", "Brook", "Oak Forum", "-f", "json").stdout)
    assert [hop["target"] for hop in chain["hops"]] == ["Ash Local", "Elm District", "Oak Forum"]
    statement = chain["hops"][2]["relations"][0]["statement"]
    assert (statement["status"], statement["speaker"]) == ("Reported", "Cy Dunn")
    assert statement["places"][0]["document"] == "memo"
    markdown = kg("path", "Brook", "Oak Forum", "-f", "md").stdout
    assert markdown.startswith("### Ana Brook – Ash Local – Elm District – Oak Forum\n\n1. ")
    assert "(Reported, said by Cy Dunn)" in markdown


def test_no_path_is_a_no(kg: Kg) -> None:
    for words in (("Brook", "Oak Forum", "--facts"), ("Brook", "Oak Forum", "--max-hops", "2"), ("Brook", "Dunn")):
        result = kg("path", *words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "no chain" in result.stderr
    assert json.loads(kg("path", "Brook", "Dunn", "-f", "json").stdout) == []
    assert kg("path", "Brook", "Nobody").exit_code == 2
    assert kg("path", "Brook", "Dunn", "-f", "ttl").exit_code == 2


# --- explain ---------------------------------------------------------------------------------------------------------


def test_why_shows_rule_and_premises_down_to_the_sentence(kg: Kg) -> None:
    one = kg("explain", "--why", "Elm District bargainsWith Ash Local")
    three = kg("explain", "--why", "Elm District", "bargainsWith", "Ash Local")
    assert one.exit_code == three.exit_code == 0
    assert one.stdout == three.stdout
    lines = one.stdout.splitlines()
    assert lines[:3] == [
        "Elm District bargainsWith Ash Local",
        "  because acc:bargainsWith is symmetric (prp-symp), and",
        "    Ash Local bargainsWith Elm District",
    ]
    assert "«Ash Local bargains with Elm District.»" in lines[-1]
    kind = kg("explain", "--why", "Ash Local a org:Organization").stdout
    assert "(cax-sco)" in kind
    assert "first named in memo: «Ash Local»" in kind


def test_why_of_a_claim_is_a_no(kg: Kg) -> None:
    result = kg("explain", "--why", "Oak Forum organizedBy Elm District")
    assert result.exit_code == 1
    assert "does not follow" in result.stdout
    assert "Reported; said by Cy Dunn" in result.stdout
    found = json.loads(kg("explain", "--why", "Oak Forum organizedBy Elm District", "-f", "json").stdout)
    assert (found["proof"], len(found["other"])) == (None, 1)
    assert kg("explain", "--why", "Brook and Dunn").exit_code == 2


def test_explain_for_programs(kg: Kg) -> None:
    (found,) = json.loads(kg("explain", "Ash Local", "--format", "json").stdout)
    assert found["documents"] == ["memo"]
    groups = dict(found["groups"])
    assert {"affiliatedWith", "bargainsWith", "role", "number"} <= set(groups)
    (place,) = groups["bargainsWith"][0]["places"]
    assert [place["exact"][a:b] for a, b in place["marks"]] == ["Ash Local", "Elm District"]
    figures = {p["exact"][a:b] for s in groups["number"] for p in s["places"] for a, b in p["marks"]}
    assert figures == {"Seven", "310", "4.1%", "81", "94", "86%"}
    assert kg("explain", "Ash Local", "-f", "md").exit_code == 2


# --- audit -----------------------------------------------------------------------------------------------------------


def test_audit_shows_calculation_and_sentence(kg: Kg) -> None:
    result = kg("audit", "--check", "shares-of-counts")
    assert result.exit_code == 0
    assert result.stdout.startswith("Violation: 7 of 310 printed as 4.1%\n  100 × 7 / 310 = 2.26, rounded 2.3")
    assert "«Seven of 310 teachers (4.1%) left, and 81 of 94 aides (86%) stayed.»" in result.stdout
    assert "Confirmed" not in result.stdout
    assert result.stderr == "1 check: 1 violation; 1 agrees (show: --all)\n"
    result = kg("audit", "--all", "-c", "shares-of-counts")
    assert "Confirmed: 81 of 94 printed as 86%" in result.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 0),
        (("--fail-on", "violation"), 1),
        (("--fail-on", "warning"), 1),
        (("--fail-on", "warning", "-c", "totals"), 0),
        (("--fail-on", "never"), 2),
        (("-c", "nosuch"), 2),
    ],
)
def test_audit_fails_only_when_asked_to(kg: Kg, words: tuple[str, ...], code: int) -> None:
    assert kg("audit", *words).exit_code == code


def test_audit_for_programs_and_reports(kg: Kg) -> None:
    found = json.loads(kg("audit", "--all", "-f", "json").stdout)
    assert [(f["check"], f["severity"], f["confirms"]) for f in found] == [
        ("shares-of-counts", "Violation", False),
        ("unsourced-numbers", "Info", False),
        ("shares-of-counts", "Info", True),
    ]
    assert {s["excerpt"] for s in found[0]["statements"]} == {TEXT.splitlines()[3]}
    assert kg("audit", "-f", "md").stdout.startswith("### Violation: 7 of 310 printed as 4.1%\n")
    report = Graph().parse(data=kg("audit", "-f", "ttl").stdout, format="turtle")
    assert len(list(report.subjects(RDF.type, SH.ValidationReport))) == 1
    assert sorted(map(str, report.objects(None, SH.resultSeverity))) == [str(SH.Info), str(SH.Violation)]


def test_audit_lists_its_checks(kg: Kg) -> None:
    lines = kg("audit", "--list").stdout.splitlines()
    assert len(lines) == 17
    assert all(line.count("\t") == 1 and line.endswith("?") for line in lines)
