from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import InputError
from kg.graph.dataset import to_dataset
from kg.graph.serialize import to_nquads
from kg.graph.verify import verify
from kg.model import Finding, Severity
from tests.builders import BUILD, SETTINGS
from tests.gold import gold_corpus

NAME = "004_ee2d5fac82ae12ba"


@pytest.fixture(scope="module")
def nquads() -> bytes:
    return to_nquads(to_dataset(gold_corpus(), BUILD, SETTINGS))


@pytest.fixture
def built(tmp_path: Path, nquads: bytes) -> Path:
    (tmp_path / "dataset.nq").write_bytes(nquads)
    (tmp_path / "documents").mkdir()
    for document in gold_corpus().documents:
        (tmp_path / "documents" / f"{document.name}.txt").write_bytes(document.text.encode())
    return tmp_path


def change(built: Path, old: str, new: str) -> list[Finding]:
    path = built / "dataset.nq"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    return verify(built)


def test_an_untouched_build_has_no_findings(built: Path) -> None:
    assert verify(built) == []


@pytest.mark.parametrize("place", [0, 300, 1900, 2500, -1])
def test_a_single_changed_character_is_found(place: int, built: Path) -> None:
    path = built / "documents" / f"{NAME}.txt"
    text = path.read_text(encoding="utf-8")
    place %= len(text)
    path.write_text(f"{text[:place]}#{text[place + 1 :]}", encoding="utf-8")
    findings = verify(built)
    assert findings[0].path == "acc:sha256"
    assert NAME in findings[0].message
    assert all(f.severity is Severity.VIOLATION for f in findings)


def test_a_changed_word_names_the_anchors_that_hold_it(built: Path) -> None:
    path = built / "documents" / f"{NAME}.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("launched in 2015", "launched in 2016"), encoding="utf-8")
    anchors = [f for f in verify(built) if f.path == "oa:exact"]
    assert [(f.value, f.sentence) for f in anchors] == [
        ("ALMA\u00a0was launched in 2016", "ALMA\u00a0was launched in 2015"),
        ("ALMA\u00a0was launched in 2016.", "ALMA\u00a0was launched in 2015."),
    ]


def test_inserted_text_moves_everything_behind_it(built: Path) -> None:
    path = built / "documents" / f"{NAME}.txt"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[:1000] + "x" + text[1000:], encoding="utf-8")
    assert len(verify(built)) > 30


def test_line_ends_count(built: Path) -> None:
    path = built / "documents" / f"{NAME}.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert any(f.path == "acc:sha256" for f in verify(built))


def test_missing_and_stray_texts(built: Path) -> None:
    (built / "documents" / f"{NAME}.txt").rename(built / "documents" / "other.txt")
    findings = verify(built)
    assert [(f.message, f.severity) for f in findings] == [
        ("the text of a document is missing", Severity.VIOLATION),
        ("a text that the dataset does not describe", Severity.WARNING),
    ]


def test_a_name_that_leads_out_of_the_folder_is_not_followed(built: Path) -> None:
    findings = change(built, f'identifier> "{NAME}"', f'identifier> "../documents/{NAME}"')
    assert findings[0].message == "the text of a document is missing"


def test_changed_offsets(built: Path) -> None:
    content = (built / "dataset.nq").read_text(encoding="utf-8")
    line = next(line for line in content.splitlines() if "oa#start" in line and '"0"' not in line)
    findings = change(built, line, line.replace('"', '"1', 1))
    assert {f.path for f in findings} <= {"oa:exact", "acc:excerpt"}
    assert findings


def test_changed_context(built: Path) -> None:
    assert [f.path for f in change(built, 'oa#suffix> ", president', 'oa#suffix> "; president')] == ["oa:suffix"]


def test_changed_exact_words(built: Path) -> None:
    findings = change(built, 'oa#exact> "ALMA\u00a0was launched in 2015"', 'oa#exact> "ALMA was launched in 2014"')
    assert {f.path for f in findings} == {"oa:exact", "acc:excerpt"}


def test_changed_excerpt(built: Path) -> None:
    findings = change(built, 'ns#excerpt> "ALMA was launched in 2015"', 'ns#excerpt> "ALMA was launched"')
    assert [(f.path, f.sentence) for f in findings] == [("acc:excerpt", "ALMA was launched in 2015")]


def test_a_target_without_selector_or_document(built: Path) -> None:
    lines = (built / "dataset.nq").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not ("oa#hasSelector" in line and "/position/" in line)]
    (built / "dataset.nq").write_text("".join(kept), encoding="utf-8")
    findings = verify(built)
    assert len(findings) > 100
    assert findings[0].message == "a target without oa:start, oa:end"
    foreign = "<http://x/t> <http://www.w3.org/ns/oa#hasSource> <http://x/d> .\n"
    (built / "dataset.nq").write_text("".join([*lines, foreign]), encoding="utf-8")
    assert [f.focus for f in verify(built)] == ["http://x/t"]


def test_no_dataset_and_malformed_dataset(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        verify(tmp_path)
    assert caught.value.hint == "build it first: kg build SOURCE… -o DIR"
    (tmp_path / "dataset.nq").write_text("nonsense\n")
    with pytest.raises(InputError, match=r"dataset\.nq:1: malformed RDF"):
        verify(tmp_path)
