"""Every limit can be set, has an error that says how, and trips."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kg.limits as limits_module
from kg.building import build
from kg.errors import InputError, QueryError, SettingsError
from kg.extract.annotate import annotate
from kg.graph.query import open_source, run
from kg.graph.serialize import parse_rdf
from kg.limits import (
    DEFAULT,
    LimitError,
    Limits,
    check,
    check_depth,
    check_text,
    load_limits,
    read_file,
    read_stream,
    variable,
)
from kg.settings import Settings
from tests.builders import document

if TYPE_CHECKING:
    from spacy.language import Language

NAMES = [f.name for f in fields(Limits)]


def test_there_are_limits_on_everything_that_grows() -> None:
    assert len(NAMES) == 22


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_is_set_by_its_variable_and_trips_one_above(name: str) -> None:
    limits = load_limits({variable(name): "7", "HOME": "/nowhere"})
    assert limits == replace(DEFAULT, **{name: 7})
    check(limits, name, 7)
    with pytest.raises(LimitError) as caught:
        check(limits, name, 8, "file.txt")
    assert caught.value.where == "file.txt"
    assert caught.value.limit == name
    assert "more than the 7 " in caught.value.message
    assert f"KG_MAX_{name.upper()}=" in str(caught.value.hint)


@pytest.mark.parametrize(("given", "bytes_"), [("3K", 3072), ("2M", 2 << 20), ("1G", 1 << 30), (" 12 ", 12)])
def test_sizes_may_have_a_suffix(given: str, bytes_: int) -> None:
    assert load_limits({"KG_MAX_FILE_SIZE": given}).file_size == bytes_


@pytest.mark.parametrize("given", ["", "0", "-1", "1.5", "many", "1T", "1" * 16, "٣"])
def test_a_malformed_limit_is_refused(given: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_limits({"KG_MAX_FILE_SIZE": given})
    assert caught.value.where == "KG_MAX_FILE_SIZE"


def test_a_misspelt_limit_is_not_ignored() -> None:
    with pytest.raises(SettingsError) as caught:
        load_limits({"KG_MAX_FILESIZE": "1"})
    assert caught.value.where == "KG_MAX_FILESIZE"
    assert "KG_MAX_FILE_SIZE" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "limit", "where"),
    [
        ("a\nbb cc dd ee\nf", "line_length", "x.txt, line 2"),
        ("a\n\nbbbbbb\n", "token_length", "x.txt, line 3"),
        ("a\n" * 50, "text_length", "x.txt"),
    ],
)
def test_a_text_names_the_line_that_is_too_long(text: str, limit: str, where: str) -> None:
    with pytest.raises(LimitError) as caught:
        check_text(Limits(text_length=60, line_length=10, token_length=5), text, "x.txt")
    assert (caught.value.limit, caught.value.where) == (limit, where)


def test_checking_a_text_takes_time_in_proportion_to_it() -> None:
    lines = ("a" * (DEFAULT.token_length - 1) + " ") * 19 + "\n"
    text = lines * (DEFAULT.text_length // len(lines))
    started = time.process_time()
    check_text(DEFAULT, text)
    check_depth(DEFAULT, text)
    assert time.process_time() - started < 2


def test_depth_counts_brackets_that_are_open_at_the_same_time() -> None:
    check_depth(Limits(depth=3), "()" * 100 + "((())) ]]] {[()]}")
    with pytest.raises(LimitError) as caught:
        check_depth(Limits(depth=3), "([{(")
    assert caught.value.limit == "depth"


def _refusal(text: str, nlp: Language, **given: int) -> LimitError:
    with pytest.raises(LimitError) as caught:
        annotate(document("memo", text), nlp, replace(DEFAULT, **given))
    return caught.value


@pytest.mark.parametrize(
    ("text", "limit", "most", "where"),
    [
        ("The board met.\n\n" * 30, "blocks", 29, "memo"),
        ("The board met.\n" + "It met again. " * 30, "line_length", 300, "memo, line 2"),
        ("The board met.\n\nA " + "x" * 90, "token_length", 80, "memo, line 3"),
        ("The board met.\n\nThe board met " + "and met " * 60 + ".", "sentence_tokens", 100, "memo, line 3"),
        ("The board met.\n" * 30, "text_length", 400, "memo"),
        (
            "The boards of the many schools of that district met on that day in the\n" * 9,
            "line_length",
            400,
            "memo, line 1",
        ),
    ],
)
def test_a_document_trips_each_limit(text: str, limit: str, most: int, where: str, nlp: Language) -> None:
    error = _refusal(text, nlp, **{limit: most})
    assert (error.limit, error.where) == (limit, where)
    annotate(document("memo", text), nlp)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "“" * 3000 + " said Ana Brook." * 500,
        "a\u200b" * 50_000,
        "x" * 10_000_000,
        "The union met. " * 8_000,
    ],
)
def test_what_would_take_minutes_is_refused_in_seconds(text: str, nlp: Language) -> None:
    started = time.process_time()
    _refusal(text, nlp)
    assert time.process_time() - started < 10


def test_a_document_beyond_a_limit_costs_that_document_and_not_the_run(tmp_path: Path, nlp: Language) -> None:
    (tmp_path / "good.txt").write_text("Ana Brook is president of the Larch Valley Teachers Association.\n")
    (tmp_path / "bomb.txt").write_text("The board met " + "and-met-" * 4000)
    made = build([tmp_path], Settings())
    assert [item.source for item in made.skipped] == ["bomb"]
    assert made.skipped[0].reason.startswith("line 1: a word has more")
    assert "KG_MAX_TOKEN_LENGTH" in made.skipped[0].reason
    assert sorted(name for name in made.files if name.startswith("documents/")) == ["documents/good.txt"]
    (tmp_path / "good.txt").unlink()
    with pytest.raises(InputError, match="a word has more"):
        build([tmp_path], Settings())


def test_the_table_of_limits_is_complete(root: Path) -> None:
    rows = re.findall(
        r"^\| `(KG_MAX_\w+)` \| ([\d,]+[KMG]?) \|", (root / "docs" / "security.md").read_text("utf-8"), re.MULTILINE
    )
    limits = load_limits({name: value.replace(",", "") for name, value in rows})
    assert [name for name, _ in rows] == [variable(name) for name in NAMES]
    assert limits == DEFAULT


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("SELECT * { " + "{" * 300 + "}" * 300 + " }", "DEPTH"),
        ("SELECT * { " + "{} UNION " * 4000 + "{} }", "PARTS"),
        ("SELECT (" + "+".join(["1"] * 4000) + " AS ?x) {}", "PARTS"),
        ("SELECT * { ?s " + "/".join(["<urn:a>"] * 4000) + " ?o }", "PARTS"),
        ("SELECT * { FILTER(" + "!" * 20_000 + "true) }", "PARTS"),
        ("SELECT * { ?s ?p '" + "x" * 1_000_000 + "' }", "LENGTH"),
    ],
)
def test_a_query_that_would_crash_its_parser_is_refused(query: str, limit: str) -> None:
    with pytest.raises(QueryError) as caught:
        run(query, open_source(b"", "nq"))
    assert limit in str(caught.value.hint)


def test_an_answer_with_too_many_rows_is_refused() -> None:
    with pytest.raises(QueryError, match="more than 9 rows"):
        run("SELECT * { ?s ?p ?o }", open_source(b"", "nq"), limits=Limits(query_rows=9))


def test_files_beyond_a_limit_devices_and_files_that_change_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(b"#" * 99)
    with pytest.raises(LimitError) as caught:
        parse_rdf(path, limits=Limits(rdf_size=98))
    assert caught.value.where == str(path)
    with pytest.raises(LimitError):
        open_source(path, limits=Limits(rdf_size=98))
    (tmp_path / "endless.ttl").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="device"):
        parse_rdf(tmp_path / "endless.ttl")
    with pytest.raises(LimitError):
        read_stream(io.BytesIO(b"x" * 9), Limits(query_length=8), "query_length", "standard input")


def test_a_file_that_is_written_to_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.nq"
    path.write_bytes(b"#" * 99)
    real = limits_module.read_stream

    def grow(*words: Any) -> bytes:
        with path.open("ab") as file:
            file.write(b"#")
        return real(*words)

    monkeypatch.setattr(limits_module, "read_stream", grow)
    with pytest.raises(InputError, match="changed while it was read"):
        read_file(path, DEFAULT, "rdf_size")


@pytest.mark.parametrize(
    ("query", "environment", "told"),
    [
        (
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d) }",
            {"KG_MAX_QUERY_SECONDS": "1"},
            "took longer than 1 s",
        ),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i", {"KG_MAX_QUERY_MEMORY": "100M"}, "more memory"),
        (
            "SELECT * { " + "{" * 9000 + "}" * 9000 + " }",
            {"KG_MAX_DEPTH": "1M", "KG_MAX_QUERY_PARTS": "1M"},
            "ended by signal",
        ),
    ],
)
def test_a_query_on_the_command_line_is_ended_in_words(
    query: str, environment: dict[str, str], told: str, tmp_path: Path, clean_environment: dict[str, str], root: Path
) -> None:
    data = tmp_path / "x.nt"
    data.write_text("".join(f"<urn:{n}> <urn:p> <urn:{n * 7 % 600}> .\n" for n in range(600)))
    command = [sys.executable, "-m", "kg", "query", query, "-d", str(data)]
    done = subprocess.run(
        command, cwd=root, env=clean_environment | environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]
