"""The command line: results on stdout, the rest on stderr, exit codes, and no traceback for what a user can mend."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from kg import __version__
from kg.cli import app as application
from kg.cli import questions, render, results, tables
from kg.cli.app import app
from kg.errors import InputError, OutputError
from kg.graph.query import Result as Answer
from kg.graph.query import Term
from kg.model import Finding, Severity, Skipped
from kg.namespaces import ACC, PREFIXES
from tests.sample import TEXT, write_sample

Kg = Callable[..., Result]
XSD = PREFIXES["xsd"]
VARIABLES = ("KG_DATA", "KG_DEBUG", "NO_COLOR", "SOURCE_DATE_EPOCH", "FORCE_COLOR", "COLUMNS")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder made by hand; tests that change it copy it."""
    return write_sample(tmp_path_factory.mktemp("sample") / "out")


@pytest.fixture
def out(sample: Path, tmp_path: Path) -> Path:
    """A copy of the sample under the name that is taken by default, in the current directory of `kg`."""
    return Path(shutil.copytree(sample, tmp_path / "out"))


@pytest.fixture
def kg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kg:
    """Run a command in `tmp_path`; an exception that reaches the user fails the test."""
    monkeypatch.chdir(tmp_path)
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)

    def run(*words: str | Path, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], input=stdin, catch_exceptions=False)

    return run


def refused(result: Result, *words: str) -> None:
    """One error with its mend on stderr, nothing on stdout, exit code 2."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["error", "hint"], result.stderr
    assert len(lines[1]) > len("hint: ")
    for word in words:
        assert word in result.stderr


def rows(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout_bytes.decode(), newline="")))


# --- the group -------------------------------------------------------------------------------------------------------


def test_version(kg: Kg) -> None:
    result = kg("--version")
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"kg {__version__}\n", "")


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",)])
def test_help_names_every_command(kg: Kg, words: tuple[str, ...]) -> None:
    result = kg(*words)
    assert result.exit_code == 0
    for name in ("build", "validate", "query", "explain", "path", "audit", "verify", "export"):
        assert f"\n  {name} " in result.stdout


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("bild",), "'build'"),
        (("query", "--nosuch"), "--nosuch"),
        (("query", "--limit", "many"), "--limit"),
        (("query", "--limit", "-1"), "--limit"),
        (("query", "--format", "xlsx"), "'csv'"),
        (("build",), "SOURCE"),
        (("build", "x.txt", "--min-confidence", "1.5"), "--min-confidence"),
        (("explain",), "TERM"),
        (("export", "a", "b"), "kg export --help"),
    ],
)
def test_usage_errors_are_refused(kg: Kg, words: tuple[str, ...], mend: str) -> None:
    refused(kg(*words), mend)


def test_global_options_may_stand_anywhere(kg: Kg, out: Path) -> None:
    assert kg("verify", out).stderr
    for words in (("--quiet", "verify", out), ("verify", "--quiet", out), ("verify", out, "-q")):
        result = kg(*words)
        assert (result.exit_code, result.stderr) == (0, "")


def test_words_after_two_dashes_are_no_options(kg: Kg, out: Path) -> None:
    refused(kg("explain", "--", "--quiet"), "--quiet")


def test_debug_shows_the_error_itself(kg: Kg, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(kg("verify", "nowhere"))
    monkeypatch.setenv("KG_DEBUG", "1")
    with pytest.raises(InputError):
        kg("verify", "nowhere")


@pytest.mark.parametrize(
    "words", [("verify",), ("validate",), ("query", "ASK {}"), ("build",), ("build", "-", "-o"), ("export", "-o")]
)
def test_what_the_system_refuses_is_told_as_an_error(kg: Kg, out: Path, words: tuple[str, ...]) -> None:
    refused(kg(*words, f"{'long' * 100}.nq", *(["--force"] if words[0] == "export" else []), stdin="text"), "too long")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_standard_output_is_told(out: Path, clean_environment: dict[str, str], root: Path) -> None:
    environment = {**clean_environment, "PYTHONPATH": str(root)}
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "kg", "query"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: No space left on device\nhint: "), done.stderr


def test_ctrl_c_is_quiet(kg: Kg, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(questions, "open_data", interrupt)
    result = kg("query", "ASK {}")
    assert (result.exit_code, result.output) == (130, "")


def test_a_closed_pipe_is_quiet(out: Path, clean_environment: dict[str, str], root: Path) -> None:
    """The reader leaves after one line; more is written than a pipe holds."""
    text = "SELECT ?a ?b ?c ?d ?e { ?a ?p1 ?x . ?b ?p2 ?y . ?c ?p3 ?z } LIMIT 20000"
    command = [sys.executable, "-m", "kg", "query", text, str(out), "-f", "csv"]
    environment = {**clean_environment, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"a,b,c,d,e\r\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 128 + signal.SIGPIPE


def test_an_error_of_our_own_is_no_user_error(kg: Kg, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise AssertionError("our bug")

    monkeypatch.setattr(questions, "open_data", break_down)
    with pytest.raises(AssertionError):
        kg("query", "ASK {}")


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("query",),
        ("query", "who-works-where"),
        ("query", "--describe", "numbers"),
        ("explain", "Ana Brook"),
    ],
)
def test_asking_loads_neither_spacy_nor_reasoner(
    out: Path, clean_environment: dict[str, str], root: Path, words: tuple[str, ...]
) -> None:
    heavy = "spacy thinc numpy rdflib owlrl pyshacl"
    code = (
        "import sys\nfrom kg.cli.app import main\n"
        f"try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "assert 'kg.cli.app' in sys.modules\n"
        f"print(*(m for m in '{heavy}'.split() if m in sys.modules), file=sys.stderr)\n"
    )
    environment = {**clean_environment, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=out.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout + done.stderr.strip()
    assert done.stderr.splitlines()[-1:] == [""], done.stderr


# --- where data come from --------------------------------------------------------------------------------------------


def test_data_named_by_position_option_variable_or_place(
    kg: Kg, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = "ASK { ?a acc:bargainsWith ?b }"
    assert kg("query", ask).exit_code == 0  # ./out
    elsewhere = out.rename(tmp_path / "elsewhere")
    refused(kg("query", ask), "KG_DATA", "kg build")
    assert kg("query", ask, elsewhere).exit_code == 0
    assert kg("query", ask, "-d", elsewhere).exit_code == 0
    assert kg("query", ask, "-d", elsewhere / "dataset.nq").exit_code == 0
    refused(kg("query", ask, elsewhere, "-d", elsewhere), "twice")
    monkeypatch.setenv("KG_DATA", str(elsewhere))
    assert kg("query", ask).exit_code == 0
    assert kg("verify").exit_code == 0


def test_a_folder_named_out_that_kg_did_not_write_is_not_taken(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    refused(kg("query", "ASK {}"), "no data named")


@pytest.mark.parametrize(
    ("content", "truth"),
    [
        (b"<x:a> <x:b> <x:c> .\n", True),
        (b"<x:a> <x:b> <x:c> <x:g> .\n", True),
        (b"# facts\n@prefix x: <x:> .\nx:a x:b x:c .\n", True),
        (b"PREFIX x: <x:>\nGRAPH x:g { x:a x:b x:c }\n", True),
        (b"<x:a> <x:b> <x:d> .\n", False),
    ],
)
def test_data_from_standard_input(kg: Kg, content: bytes, truth: bool) -> None:
    result = kg("query", "ASK { <x:a> <x:b> <x:c> }", "-d", "-", stdin=content)
    assert (result.exit_code, result.stdout) == (0, "true\n") if truth else (1, "false\n")


def test_query_and_data_cannot_both_come_from_standard_input(kg: Kg) -> None:
    refused(kg("query", "-", "-d", "-", stdin="ASK {}"), "standard input")


# --- query -----------------------------------------------------------------------------------------------------------


def test_query_alone_lists_the_questions(kg: Kg, root: Path) -> None:
    names = sorted(path.stem for path in (root / "queries").glob("*.rq"))
    assert len(names) >= 10
    lines = kg("query").stdout.splitlines()
    assert lines[0] == "question\tsummary\tparameters"
    assert [line.split("\t")[0] for line in lines[1:]] == names
    assert all(line.split("\t")[1].endswith("?") for line in lines[1:])
    assert [json.loads(line)["question"] for line in kg("query", "-f", "ndjson").stdout.splitlines()] == names


def test_query_describes_a_question(kg: Kg) -> None:
    for words in (("query", "--describe", "who-works-where"), ("query", "who-works-where", "--describe")):
        result = kg(*words)
        assert result.exit_code == 0
        assert "-p organization=…" in result.stdout
        assert "\n  sentence  " in result.stdout


def test_a_canned_question_with_parameters(kg: Kg, out: Path) -> None:
    result = kg("query", "who-works-where", "-p", "organization=larch valley teachers association", "-f", "csv")
    assert result.exit_code == 0
    assert [(r["person"], r["role"]) for r in rows(result)] == [("Ana Brook", "president")]
    assert rows(result)[0]["sentence"] == TEXT.splitlines()[0]
    assert rows(kg("query", "who-works-where", "-p", "organization=Larch Valley School District", "-f", "csv")) == []


def test_query_takes_a_file_or_standard_input(kg: Kg, out: Path, tmp_path: Path) -> None:
    text = "SELECT ?name { ?x a acc:LaborUnion ; skos:prefLabel ?name }"
    (tmp_path / "unions.rq").write_text(text)
    (tmp_path / "no suffix").write_text(text)
    expected = '?name\n"Larch Valley Teachers Association"\n'
    assert kg("query", text).stdout == expected
    assert kg("query", "unions.rq").stdout == expected
    assert kg("query", tmp_path / "no suffix").stdout == expected
    assert kg("query", "-", stdin=text).stdout == expected


def test_ask_answers_with_its_exit_code(kg: Kg, out: Path) -> None:
    yes, no = kg("query", "ASK { ?a acc:bargainsWith ?b }"), kg("query", "ASK { ?a acc:opposes ?b }")
    assert (yes.exit_code, yes.stdout) == (0, "true\n")
    assert (no.exit_code, no.stdout) == (1, "false\n")  # denied: no direct triple
    answer = kg("query", "ASK { ?a acc:opposes ?b }", "-f", "json")
    assert (answer.exit_code, json.loads(answer.stdout)) == (1, {"head": {}, "boolean": False})


def test_no_rows_are_an_answer(kg: Kg, out: Path) -> None:
    result = kg("query", "SELECT ?a { ?a acc:funds ?b }")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "?a\n", "no rows\n")


def test_limit_prints_the_first_rows_and_says_so(kg: Kg, out: Path) -> None:
    query = "SELECT ?name { ?x skos:prefLabel ?name ; a ?c . ?c rdfs:subClassOf* acc:Organization } ORDER BY ?name"
    everything = kg("query", query, "-f", "csv")
    limited = kg("query", query, "-f", "csv", "--limit", "1")
    assert len(rows(everything)) == 2
    assert rows(limited) == rows(everything)[:1]
    assert limited.stderr == "1 of 2 rows\n"


def test_time_is_told_beside_the_answer(kg: Kg, out: Path) -> None:
    plain, timed = kg("query", "quotations"), kg("query", "quotations", "--time")
    assert timed.stdout == plain.stdout
    assert re.fullmatch(r"[\d,]+ quads opened in [\d,.]+ ms, answered in [\d,.]+ ms\n", timed.stderr)


def test_the_plan_counts_what_each_pattern_matches(kg: Kg, out: Path) -> None:
    query = "SELECT DISTINCT ?a { ?a acc:bargainsWith ?b . ?a rdfs:label|skos:prefLabel ?n MINUS { ?a a acc:Person } }"
    plan = kg("query", query, "--explain-plan").stdout.splitlines()
    assert [line.split()[0] for line in plan[:5]] == ["SelectQuery", "Distinct", "Project", "Minus", "BGP"]
    assert any(line.strip() == "?a acc:bargainsWith ?b  (1 triple)" for line in plan)
    assert any("rdfs:label" in line and "skos:prefLabel" in line and line.endswith("(path)") for line in plan)
    everyone = kg("query", "who-works-where", "--explain-plan").stdout
    one = kg("query", "who-works-where", "--explain-plan", "-p", "person=Ana Brook").stdout
    assert "?_person skos:prefLabel ?person  (1 triple)" in one
    assert "?_person skos:prefLabel ?person  (1 triple)" not in everyone


def test_other_machines_are_called_only_when_allowed(kg: Kg, out: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        query = f"SELECT * {{ SERVICE <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?a ?b ?c }} }}"
        refused(kg("query", query), "--allow-service")
        with pytest.raises(TimeoutError):
            listener.accept()
        assert "ServiceGraphPattern <http://127.0.0.1:" in kg("query", query, "--explain-plan").stdout
        with pytest.raises(TimeoutError):
            listener.accept()
    refused(kg("query", query, "--allow-service"))  # nobody answers there any more


def test_construct_prints_turtle(kg: Kg, out: Path) -> None:
    query = "CONSTRUCT { ?a acc:bargainsWith ?b } WHERE { ?a acc:bargainsWith ?b }"
    plain, asked = kg("query", query), kg("query", query, "--format", "ttl")
    assert plain.stdout == asked.stdout
    assert "acc:bargainsWith" in plain.stdout
    assert rows(kg("query", query, "-f", "csv"))[0]["predicate"] == f"{ACC}bargainsWith"
    refused(kg("query", "SELECT ?a { ?a ?b ?c }", "-f", "ttl"), "CONSTRUCT")


def test_verbose_shows_the_query(kg: Kg, out: Path) -> None:
    assert "SELECT" in kg("query", "quotations", "--verbose").stderr
    assert "SELECT" not in kg("query", "quotations").stderr


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("query", "who-work-where"), "who-works-where"),
        (("query", "nosuch.rq"), "nosuch.rq"),
        (("query", "who-works-where", "-p", "persn=Brook"), "person"),
        (("query", "who-works-where", "-p", "person"), "-p person=VALUE"),
        (("query", "who-works-where", "-p", "person=a", "-p", "person=b"), "twice"),
        (("query", "who-works-where", "-p", "person=Nobody"), "Nobody"),
        (("query", "SELECT ?a { ?a ?b "), "malformed SPARQL"),
        (("query", "SELECT ?a { ?a nosuch:b ?c }"), "prefix"),
        (("query", "DELETE { ?a ?b ?c } WHERE { ?a ?b ?c }"), "updates are refused"),
        (("query", "   "), "hint"),
        (("query", ""), "hint"),
        (("explain", "Nobody"), "Nobody"),
    ],
)
def test_questions_that_cannot_be_asked(kg: Kg, out: Path, words: tuple[str, ...], mend: str) -> None:
    refused(kg(*words), mend)


def test_a_missing_required_parameter(kg: Kg, out: Path, tmp_path: Path) -> None:
    header = "#+ parameters:\n#+   - name: name\n#+     required: true\n"
    (tmp_path / "named.rq").write_text(header + "SELECT ?_name ?x { ?x skos:prefLabel ?_name }")
    refused(kg("query", "named.rq"), "-p name=")
    assert len(rows(kg("query", "named.rq", "-p", "name=Ana Brook", "-f", "csv"))) == 1


# --- formats ---------------------------------------------------------------------------------------------------------

ODD = Answer(
    form="select",
    columns=("a", "b"),
    rows=(
        (Term("x:y", "iri"), Term('say "hi",\tyou\\\nthere', language="en")),
        (Term("b0", "bnode"), Term("0.50", datatype=f"{XSD}decimal")),
        (None, Term("2015", datatype=f"{XSD}gYear")),
        (Term("a|b"), Term("12", datatype=f"{XSD}integer")),
        (Term("true", datatype=f"{XSD}boolean"), Term("", datatype=f"{XSD}integer")),
    ),
)


def test_csv_is_that_of_sparql() -> None:
    assert results.to_csv(ODD) == (
        'a,b\r\nx:y,"say ""hi"",\tyou\\\nthere"\r\n_:b0,0.50\r\n,2015\r\na|b,12\r\ntrue,\r\n'
    )


def test_tsv_is_that_of_sparql() -> None:
    assert results.to_tsv(ODD).splitlines() == [
        "?a\t?b",
        '<x:y>\t"say \\"hi\\",\\tyou\\\\\\nthere"@en',
        "_:b0\t0.50",
        f'\t"2015"^^<{XSD}gYear>',
        '"a|b"\t12',
        f'true\t""^^<{XSD}integer>',
    ]


def test_json_is_that_of_sparql() -> None:
    answer = json.loads(results.to_json(ODD))
    assert answer["head"] == {"vars": ["a", "b"]}
    bindings = answer["results"]["bindings"]
    assert bindings[0]["a"] == {"type": "uri", "value": "x:y"}
    assert bindings[0]["b"] == {"type": "literal", "value": 'say "hi",\tyou\\\nthere', "xml:lang": "en"}
    assert bindings[1] == {
        "a": {"type": "bnode", "value": "b0"},
        "b": {"type": "literal", "value": "0.50", "datatype": f"{XSD}decimal"},
    }
    assert list(bindings[2]) == ["b"]


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=4))
def test_any_text_comes_back_from_csv_tsv_and_json(cells: list[tuple[str, str]]) -> None:
    answer = Answer(form="select", columns=("a", "b"), rows=tuple((Term(a), Term(b)) for a, b in cells))
    read = csv.reader(io.StringIO(results.to_csv(answer), newline=""))
    assert list(read) == [["a", "b"], *map(list, cells)]
    lines = results.to_tsv(answer).split("\n")
    assert [line.count("\t") for line in lines] == [1] * (len(cells) + 1) + [0]
    assert not any("\r" in line for line in lines)
    bindings = json.loads(results.to_json(answer))["results"]["bindings"]
    assert [(b["a"]["value"], b["b"]["value"]) for b in bindings] == cells
    assert [tuple(json.loads(line).values()) for line in results.to_ndjson(answer).split("\n")[:-1]] == cells


def test_ndjson_has_numbers_and_nulls() -> None:
    lines = [json.loads(line) for line in results.to_ndjson(ODD).splitlines()]
    assert [line["b"] for line in lines[1:]] == [0.5, "2015", 12, ""]
    assert [line["a"] for line in lines[2:]] == [None, "a|b", True]
    exact = "0.12345678901234567890123"
    one = Answer(form="select", columns=("n",), rows=((Term(exact, datatype=f"{XSD}decimal"),),))
    assert json.loads(results.to_ndjson(one)) == {"n": exact}


def test_markdown_escapes_bars() -> None:
    lines = results.to_markdown(ODD).splitlines()
    assert lines[:2] == ["| a | b |", "| --- | --- |"]
    assert lines[5] == "| a\\|b | 12 |"
    assert len(lines) == 2 + len(ODD.rows)


def test_a_table_names_the_columns_that_it_leaves_out(kg: Kg, out: Path) -> None:
    result = kg("query", "who-works-where", "-f", "table")
    assert result.stdout.split()[0] == "person"
    assert TEXT.splitlines()[0] in result.stdout
    assert "former" not in result.stdout
    assert "former" in result.stderr
    assert "\x1b" not in result.stdout


def test_running_text_stands_below_rows_that_are_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    sentence = "Many words " * 12
    for width, below in ((60, True), (200, False)):
        Console(width=width).print(tables.lay_out(["who", "sentence", "n"], [["Ann", sentence.strip(), "7"]], width))
        lines = capsys.readouterr().out.splitlines()
        assert all(len(line) <= width for line in lines)
        assert ("sentence" in lines[0]) is not below
        assert " ".join(" ".join(lines[2:]).split()).replace("Ann 7 ", "").startswith("Many words" if below else "Ann")


def test_evidence_folds_under_its_row(kg: Kg, out: Path) -> None:
    lines = kg("query", "who-works-where", "--evidence").stdout.splitlines()
    assert lines[0].split() == ["person", "role", "organization"]
    assert [line.split(":")[0].strip() for line in lines[3:6]] == ["document", "sentence", "status"]
    assert kg("query", "who-works-where", "--evidence", "-f", "csv").stdout.startswith("person,role")


def test_control_characters_do_not_reach_the_terminal(kg: Kg) -> None:
    data = '<x:a> <x:b> "red \\u001B[31m alert" .'
    for form in ("table", "md"):
        assert "\x1b" not in kg("query", "SELECT ?o { ?s <x:b> ?o }", "-d", "-", "-f", form, stdin=data).stdout
    assert "\x1b[31m" in kg("query", "SELECT ?o { ?s <x:b> ?o }", "-d", "-", "-f", "csv", stdin=data).stdout


# --- explain ---------------------------------------------------------------------------------------------------------


def test_explain_shows_statements_by_relation_with_their_words(kg: Kg, out: Path) -> None:
    result = kg("explain", "Larch Valley School District")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Larch Valley School District (SchoolDistrict)"
    opposed = lines.index("opposes (1)")
    assert lines[opposed + 1] == "  Larch Valley School District → Two Rivers Partnership"
    assert lines[opposed + 2] == "    Denied; rule frame; confidence 1"
    assert "«The district has never opposed the Two Rivers Partnership.»" in lines[opposed + 4]
    assert {"bargainsWith (1)", "number (1)"} <= set(lines)


def test_explain_takes_words_of_one_name_or_several_names(kg: Kg, out: Path) -> None:
    quoted, bare = kg("explain", "Ana Brook"), kg("explain", "ana", "brook")
    assert quoted.stdout == bare.stdout
    both = kg("explain", "Ana Brook", "Two Rivers Partnership")
    assert both.stdout.startswith(quoted.stdout)
    assert "Two Rivers Partnership (Initiative)" in both.stdout
    refused(kg("explain", "Anna", "Brook"), "'Anna Brook'", "Ana Brook")


@pytest.mark.parametrize("color", [True, False])
def test_evidence_is_highlighted_on_a_terminal(kg: Kg, out: Path, monkeypatch: pytest.MonkeyPatch, color: bool) -> None:
    monkeypatch.setattr(render, "on_terminal", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    if not color:
        monkeypatch.setenv("NO_COLOR", "1")
    result = kg("explain", "Two Rivers Partnership")
    assert ("\x1b[1;4m" in result.stdout) is color
    assert ("«" in result.stdout) is not color
    assert "\x1b" not in kg("explain", "Two Rivers Partnership", "--no-color").stdout


# --- validate, verify ------------------------------------------------------------------------------------------------


def test_validate_says_how_much_it_checked(kg: Kg, out: Path) -> None:
    result = kg("validate")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "shapes on" in result.stderr
    assert "conforms" in result.stderr


def test_validate_tells_violations_in_words(kg: Kg, out: Path) -> None:
    dataset = out / "dataset.nq"
    lines = dataset.read_text().splitlines(keepends=True)
    dataset.write_text("".join(line for line in lines if "Two Rivers" not in line or "prefLabel" not in line))
    result = kg("validate")
    assert result.exit_code == 1
    assert result.stdout.startswith("Violation: ")
    assert "two-rivers-partnership" in result.stdout
    assert "does not conform" in result.stderr
    assert kg("validate", "--quiet").stdout == result.stdout


def test_validate_tells_the_same_by_either_engine(kg: Kg, out: Path) -> None:
    dataset = out / "dataset.nq"
    lines = dataset.read_text().splitlines(keepends=True)
    dataset.write_text("".join(line for line in lines if "#exact>" not in line and "#rule>" not in line))
    results = [kg("validate", "--engine", engine) for engine in ("auto", "compiled", "pyshacl")]
    assert [r.exit_code for r in results] == [1, 1, 1]
    assert results[0].stdout.count("Violation: ") > 10
    assert results[0].stdout == results[1].stdout == results[2].stdout


def test_validate_names_the_engines(kg: Kg, out: Path) -> None:
    refused(kg("validate", "--engine", "fast"), "--engine: unknown: fast", "auto, compiled, pyshacl")


def test_validate_takes_several_files_as_one_graph(kg: Kg, out: Path, tmp_path: Path) -> None:
    lines = (out / "dataset.nq").read_text().splitlines(keepends=True)
    (tmp_path / "a.nq").write_text("".join(line for line in lines if "Two Rivers" not in line))
    (tmp_path / "b.nq").write_text("".join(line for line in lines if "Two Rivers" in line))
    assert kg("validate", "a.nq").exit_code == 1
    assert kg("validate", "a.nq", "b.nq").exit_code == 0


def test_validate_refuses_a_graph_without_anything_to_check(kg: Kg) -> None:
    refused(kg("validate", "-", stdin="<x:a> <x:b> <x:c> .\n"))


def test_verify_finds_one_changed_character(kg: Kg, out: Path) -> None:
    assert kg("verify").exit_code == 0
    text = out / "documents" / "larch-valley.txt"
    text.write_text(text.read_text().replace("every spring", "every sprinq"))
    result = kg("verify")
    assert result.exit_code == 1
    assert "every sprinq" in result.stdout
    assert "larch-valley" in result.stdout


# --- export ----------------------------------------------------------------------------------------------------------


def test_export_writes_facts_and_no_claims_unless_asked(kg: Kg, out: Path) -> None:
    facts = kg("export")
    assert facts.exit_code == 0
    assert "acc:bargainsWith" in facts.stdout
    assert "oa:exact" not in facts.stdout
    more = kg("export", "--with", "statements,evidence", "-f", "nq")
    assert "annotation" not in more.stdout
    assert "/ns/oa#exact" in more.stdout
    everything = kg("export", out, "-f", "nq", "--with", "all")
    assert everything.stdout_bytes == (out / "dataset.nq").read_bytes()


@pytest.mark.parametrize("form", ["ttl", "trig", "nt", "nq", "jsonld"])
def test_every_export_can_be_asked(kg: Kg, out: Path, tmp_path: Path, form: str) -> None:
    assert kg("export", "-o", f"facts.{form}").exit_code == 0
    assert (tmp_path / f"facts.{form}").read_bytes() == kg("export", "-f", form).stdout_bytes
    assert kg("query", "ASK { ?a acc:bargainsWith ?b }", "-d", f"facts.{form}").exit_code == 0


def test_export_does_not_overwrite_unless_forced(kg: Kg, out: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.ttl").write_text("mine")
    refused(kg("export", "-o", "mine.ttl"), "--force")
    assert (tmp_path / "mine.ttl").read_text() == "mine"
    result = kg("export", "-o", "mine.ttl", "--force")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "acc:" in (tmp_path / "mine.ttl").read_text()


def test_an_export_that_fails_leaves_no_half_file(
    kg: Kg, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.ttl").write_text("mine")
    before = sorted(tmp_path.iterdir())

    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    refused(kg("export", "-o", "mine.ttl", "--force"), "No space left")
    assert (tmp_path / "mine.ttl").read_text() == "mine"
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("-f", "docx"), "trig"),
        (("-o", "facts.docx"), "-f"),
        (("-o", "facts"), "-f"),
        (("-o", "nowhere/facts.ttl"), "folder"),
        (("-o", "."), "-f"),
        (("--with", "everything"), "evidence"),
    ],
)
def test_exports_that_cannot_be_written(kg: Kg, out: Path, words: tuple[str, ...], mend: str) -> None:
    refused(kg("export", *words), mend)


# --- bad RDF ---------------------------------------------------------------------------------------------------------

BAD_RDF = {
    "empty.nq": b"",
    "binary.nq": bytes(range(256)),
    "latin.ttl": '@prefix x: <x:> . x:a x:b "Chávez" .'.encode("latin-1"),
    "cut.ttl": b"@prefix x: <x:> . x:a x:b",
    "prefix.ttl": b"nosuch:a nosuch:b nosuch:c .",
    "cut.nq": b"<x:a> <x:b> .\n",
    "table.csv": b"a,b\n1,2\n",
    "bad.jsonld": b"{",
}


@pytest.mark.parametrize("command", ["validate", "query"])
@pytest.mark.parametrize("name", sorted(BAD_RDF))
def test_malformed_rdf_is_refused(kg: Kg, tmp_path: Path, name: str, command: str) -> None:
    (tmp_path / name).write_bytes(BAD_RDF[name])
    refused(kg("validate", name) if command == "validate" else kg("query", "ASK {}", "-d", name), name)
    assert (tmp_path / name).read_bytes() == BAD_RDF[name]


@pytest.mark.parametrize("command", ["validate", "query", "explain", "path", "audit", "verify", "export"])
@pytest.mark.parametrize("place", ["nowhere", "empty folder"])
def test_folders_that_hold_no_graph(kg: Kg, tmp_path: Path, command: str, place: str) -> None:
    (tmp_path / "empty folder").mkdir()
    words = {"query": ("query", "ASK {}", place), "explain": ("explain", "Brook", "-d", place)}
    words["path"] = ("path", "Brook", "LVTA", "-d", place)
    refused(kg(*words.get(command, (command, place))), place, "kg build")


@pytest.mark.parametrize("command", ["validate", "query", "verify", "export"])
def test_an_unreadable_dataset(kg: Kg, out: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """As root every file can be read, so the refusal of the system is played."""

    def deny(self: Path, *_: object, **__: object) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    monkeypatch.setattr(Path, "open" if command == "export" else "read_bytes", deny)
    result = kg(command, *(["ASK {}"] if command == "query" else []))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Permission denied" in result.stderr


# --- build: the command, with a pipeline that is played --------------------------------------------------------------


class Report(types.SimpleNamespace):
    """Stands in for kg.graph.validate.Report."""


FINDING = Finding(severity=Severity.VIOLATION, message="a person needs a name", focus="x:p", path="skos:prefLabel")


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> types.SimpleNamespace:
    """`kg.building` as a recorder: tests set what it finds and read what it was told."""
    played = types.SimpleNamespace(
        findings=(),
        skipped=(),
        error=None,
        told=None,
        published=[],
        unchanged=False,
        counts={"documents": 1, "entities": 12},
    )

    def build(
        sources: object, settings: object, effort: object, progress: Callable[[int, int], None], _target: object
    ) -> types.SimpleNamespace:
        played.told = (sources, settings, effort)
        if played.error:
            raise played.error
        progress(1, 1)
        report = Report(findings=played.findings, shapes=3, focus_nodes=9, conforms=not played.findings)
        return types.SimpleNamespace(
            report=report,
            skipped=played.skipped,
            counts=played.counts,
            files={},
            published=played.unchanged,
            proposed=None,
        )

    module = types.ModuleType("kg.building")
    module.build = build  # type: ignore[attr-defined]
    module.publish = lambda _made, target, *_, **__: played.published.append(target)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kg.building", module)
    monkeypatch.setattr(sys.modules["kg"], "building", module, raising=False)
    return played


def test_build_tells_counts_verdict_and_what_to_try(kg: Kg, pipeline: types.SimpleNamespace, tmp_path: Path) -> None:
    result = kg("build", "a.txt", "b", "-o", "made")
    assert (result.exit_code, result.stdout) == (0, "")
    assert pipeline.published == [Path("made")]
    assert pipeline.told[0] == [Path("a.txt"), Path("b")]
    for words in ("12 entities", "3 shapes on 9 nodes: conforms", "made/graph.ttl", "kg query", "-d made"):
        assert words in result.stderr
    assert kg("build", "a.txt", "--quiet").output == ""
    assert pipeline.published[-1] == Path("out")


def test_how_a_build_is_done(kg: Kg, pipeline: types.SimpleNamespace, tmp_path: Path) -> None:
    options = ("--jobs", "3", "--time-per-document", "7", "--scheduler", "tcp://127.0.0.1:1", "--cache", str(tmp_path))
    assert kg("build", "a.txt", *options).exit_code == 0
    effort = pipeline.told[2]
    assert (effort.jobs, effort.seconds, effort.scheduler) == (3, 7, "tcp://127.0.0.1:1")
    assert effort.cache == tmp_path
    assert kg("build", "a.txt", "--no-cache", "--jobs", "0", "--time-per-document", "0").exit_code == 0
    effort = pipeline.told[2]
    assert effort.jobs >= 1
    assert (effort.seconds, effort.cache) == (0, None)


def test_a_build_that_lies_there_already_is_not_written(kg: Kg, pipeline: types.SimpleNamespace) -> None:
    pipeline.unchanged = True
    result = kg("build", "a.txt", "-o", "made")
    assert result.exit_code == 0
    assert pipeline.published == []
    assert "nothing has changed: made" in result.stderr


def test_a_build_that_finds_nothing_says_so(kg: Kg, pipeline: types.SimpleNamespace) -> None:
    pipeline.counts = {"documents": 1, "entities": 0}
    assert "nothing that Accord knows was found" in kg("build", "a.txt").stderr


def test_build_publishes_nothing_that_does_not_conform(kg: Kg, pipeline: types.SimpleNamespace) -> None:
    pipeline.findings = (FINDING,)
    result = kg("build", "a.txt", "-o", "made", "--quiet")
    assert result.exit_code == 1
    assert pipeline.published == []
    assert "Violation: a person needs a name" in result.stdout
    assert "--allow-invalid" in result.stderr

    result = kg("build", "a.txt", "-o", "made", "--allow-invalid")
    assert result.exit_code == 1
    assert pipeline.published == [Path("made")]


def test_a_skipped_document_is_named_and_makes_the_code_1(kg: Kg, pipeline: types.SimpleNamespace) -> None:
    pipeline.skipped = (Skipped(source="b.txt", reason="empty"),)
    result = kg("build", "a.txt", "b.txt", "--quiet")
    assert (result.exit_code, result.stderr) == (1, "skipped: b.txt: empty\n")
    assert pipeline.published == [Path("out")]
    result = kg("build", "a.txt", "b.txt", "--skip-errors", "--quiet")
    assert (result.exit_code, result.stderr) == (0, "skipped: b.txt: empty\n")


def test_build_passes_its_options_on(kg: Kg, pipeline: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert kg("build", "a.txt", "--min-confidence", "0.5", "--base", "https://example.org/kg/").exit_code == 0
    settings = pipeline.told[1]
    assert (settings.base, settings.min_confidence, settings.epoch) == ("https://example.org/kg/", 0.5, 1700000000)
    assert settings.reasoner == "rules"
    assert kg("build", "a.txt", "--reasoner", "owlrl").exit_code == 0
    assert pipeline.told[1].reasoner == "owlrl"
    refused(kg("build", "a.txt", "--reasoner", "pellet"), "--reasoner")


@pytest.mark.parametrize("base", ["", "nothing", "https://example.org", "https://exa mple.org/", "https://x/<y>/"])
def test_build_refuses_a_base_that_is_no_iri(kg: Kg, pipeline: types.SimpleNamespace, base: str) -> None:
    refused(kg("build", "a.txt", "--base", base), "--base")
    assert pipeline.told is None


@pytest.mark.parametrize("epoch", ["yesterday", "-1", "1.5"])
def test_build_refuses_a_clock_that_is_no_number(
    kg: Kg, pipeline: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    refused(kg("build", "a.txt"), "SOURCE_DATE_EPOCH")


def test_build_refuses_a_strangers_folder_before_it_reads(
    kg: Kg, pipeline: types.SimpleNamespace, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    refused(kg("build", "a.txt", "-o", "mine"), "thesis.txt", "-o")
    (tmp_path / "file").write_text("mine")
    refused(kg("build", "a.txt", "-o", "file"), "file")
    assert pipeline.told is None
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "mine"


def test_errors_of_the_build_pass_the_boundary(kg: Kg, pipeline: types.SimpleNamespace) -> None:
    pipeline.error = OutputError("cannot write", where="made", hint="free some space")
    result = kg("build", "a.txt")
    assert (result.exit_code, result.stderr) == (2, "error: made: cannot write\nhint: free some space\n")


# --- build: the real pipeline ----------------------------------------------------------------------------------------

STORY = """\
Quarry Hill contract talks end

Dana Whitlow, president of the Quarry Hill Education Association, welcomed the agreement on Tuesday.
“Our members asked for smaller classes,” Whitlow said.
The Quarry Hill Education Association bargains with the Quarry Hill School District.
About 85% of the teachers voted for the contract.
The district has not joined the Lakeshore Partnership.
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder built from STORY and from a file that cannot be read; built once, never changed."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "story.txt").write_text(STORY, encoding="utf-8")
    (folder / "story-too.txt").write_bytes(b"")
    words = ["build", str(folder), "-o", str(folder / "made")]
    result = CliRunner().invoke(app, words, env={"SOURCE_DATE_EPOCH": None}, catch_exceptions=False)
    assert result.exit_code == 1, result.output  # one document was skipped
    assert "story-too.txt: empty" in result.stderr
    assert "conforms" in result.stderr, result.output
    assert result.stdout == ""
    return folder


def test_a_built_folder_is_complete_and_answers(kg: Kg, built: Path) -> None:
    made = built / "made"
    names = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    assert names == {
        "dataset.nq",
        "documents/story.txt",
        "graph.ttl",
        "inferred.ttl",
        "manifest.json",
        "report.ttl",
        "report.txt",
    }
    assert (made / "documents" / "story.txt").read_text(encoding="utf-8") == STORY
    assert kg("validate", made).exit_code == 0
    assert kg("verify", made).exit_code == 0
    answer = rows(kg("query", "who-works-where", made, "-f", "csv"))
    assert ("Dana Whitlow", "president", "Quarry Hill Education Association") in {
        (r["person"], r["role"], r["organization"]) for r in answer
    }
    assert "smaller classes" in kg("explain", "Dana", "Whitlow", "-d", made).stdout
    for form in ("graph.ttl", "dataset.nq"):
        assert kg("query", "ASK { ?x a acc:LaborUnion }", "-d", made / form).exit_code == 0


def test_skipped_documents_may_be_forgiven(kg: Kg, built: Path, tmp_path: Path) -> None:
    result = kg("build", built / "story.txt", built / "story-too.txt", "-o", tmp_path / "again", "--skip-errors")
    assert result.exit_code == 0
    assert "story-too.txt: empty" in result.stderr
    for name in ("dataset.nq", "graph.ttl", "manifest.json"):
        assert (tmp_path / "again" / name).read_bytes() == (built / "made" / name).read_bytes()


def test_both_reasoners_publish_the_same(kg: Kg, built: Path, tmp_path: Path) -> None:
    result = kg("build", built / "story.txt", "-o", tmp_path / "again", "--reasoner", "owlrl")
    assert result.exit_code == 0
    for name in ("dataset.nq", "inferred.ttl", "report.ttl"):
        assert (tmp_path / "again" / name).read_bytes() == (built / "made" / name).read_bytes()


def unusable(folder: Path) -> dict[str, Path]:
    """Sources that hold no document, by what is wrong with them."""
    made = {
        "empty": (b"", "a.txt"),
        "white space": (b" \n\t\n", "b.txt"),
        "binary": (bytes(range(256)) * 4, "c.txt"),
        "UTF-8": ("Chávez said so.".encode("latin-1"), "d.txt"),
        "UTF-16": ("Chávez said so.".encode("utf-16"), "e.txt"),
        "no reader": (b"text", "f.xyz"),
    }
    for content, name in made.values():
        (folder / name).write_bytes(content)
    (folder / "folder").mkdir()
    (folder / "folder" / "f.xyz").write_bytes(b"text")
    paths = {what: folder / name for what, (_, name) in made.items()}
    return paths | {"no documents in this folder": folder / "folder", "no such file": folder / "nowhere.txt"}


def test_sources_that_hold_no_document_are_refused_and_lose_nothing(kg: Kg, out: Path, tmp_path: Path) -> None:
    before = (out / "dataset.nq").read_bytes()
    sources = unusable(tmp_path)
    assert len(sources) == 8
    for what, path in sources.items():
        refused(kg("build", path), path.name, what)
    refused(kg("build", *sources.values()), "empty", "binary")
    refused(kg("build", "-", stdin=""), "standard input")
    assert (out / "dataset.nq").read_bytes() == before


def test_a_document_that_may_not_be_read(kg: Kg, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root every file can be read, so the refusal of the system is played."""

    allow = Path.open

    def deny(self: Path, mode: str = "r", *others: object, **more: object) -> object:
        if self.name == "story.txt":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        return allow(self, mode, *others, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", deny)
    refused(kg("build", built / "story.txt"), "story.txt", "Permission denied")


# --- completion ------------------------------------------------------------------------------------------------------


def completed(kg: Kg, *words: str) -> list[str]:
    """What the shell offers for the last word."""
    line = " ".join(("kg", *words))
    environment = {"_KG_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words))}
    result = CliRunner().invoke(app, [], env=environment)
    return result.stdout.split()


def test_completion_of_questions_and_parameters(kg: Kg) -> None:
    assert completed(kg, "query", "who-w") == ["who-works-where"]
    assert set(completed(kg, "query", "who-works-where", "-p", "p")) == {"person="}
    assert completed(kg, "query", "nosuch", "-p", "p") == []
    assert "validate" in completed(kg, "v")


def test_the_application_has_one_entry_point(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["kg", "--version"])
    with pytest.raises(SystemExit) as end:
        application.main()
    assert end.value.code == 0
    assert capsys.readouterr().out == f"kg {__version__}\n"
