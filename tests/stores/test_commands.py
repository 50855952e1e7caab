"""kg load, kg diff and kg query --endpoint as a user meets them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kg.cli.app import app
from kg.stores.directory import write_directory
from kg.stores.folder import open_folder
from kg.stores.store import iri
from tests import servers
from tests.sample import write_sample


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "out")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def kg(*words: object, code: int = 0, **environment: str) -> Result:
    done = CliRunner().invoke(app, [str(word) for word in words], env=environment)
    assert done.exit_code == code, done.output
    return done


def test_load_diff_and_query_tell_what_they_find(built: Path, store: Path) -> None:
    first = kg("load", store, built)
    assert first.stdout == ""
    assert "new" in first.stderr
    assert "verified" in first.stderr
    assert "unchanged" in kg("load", store, built).stderr
    same = kg("diff", built, store)
    assert same.stdout == ""
    assert "all the same" in same.stderr
    here, there = kg("query", "who-works-where", "-d", built), kg("query", "who-works-where", "--endpoint", store)
    assert here.stdout == there.stdout
    assert "Ana Brook" in there.stdout


def test_parameters_and_formats_work_on_what_a_store_holds(built: Path, store: Path) -> None:
    kg("load", store, built)
    asked = ("query", "who-works-where", "-p", "person=brook", "-f", "json")
    assert kg(*asked, "-d", built).stdout == kg(*asked, "--endpoint", store).stdout
    assert "brook" in kg(*asked, "--endpoint", store).stdout.lower()


def test_a_dry_run_prints_a_table_and_makes_nothing(built: Path, store: Path) -> None:
    lines = kg("load", store, built, "--dry-run", "-f", "csv").stdout.splitlines()
    assert lines[0] == "action,graph,triples"
    assert all(line.startswith("add,https://") for line in lines[1:])
    assert len(lines) > 5
    kg("load", store, built)
    assert "keep," in kg("load", store, built, "-n", "-f", "csv").stdout


def test_differences_are_printed_as_triples_with_exit_code_1(built: Path, store: Path) -> None:
    kg("load", store, built)
    with open_folder(store) as opened:
        rows = opened.select('SELECT ?g ?s WHERE { GRAPH ?g { ?s ?p "Ana Brook" } } LIMIT 1')
        graph, subject = rows[0]
        opened.update(f'INSERT DATA {{ GRAPH {iri(graph)} {{ {iri(subject)} <https://example.org/p> "\x1b[2J" }} }}')
    done = kg("diff", built, store, code=1)
    assert done.stdout.startswith("differs: ")
    assert f"\n+ <{subject}> <https://example.org/p> " in done.stdout
    assert "\x1b" not in done.stdout
    assert "1 differ" in done.stderr
    kg("load", store, built)
    kg("diff", built, store)


def test_two_folders_can_be_compared(built: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    lines = (built / "dataset.nq").read_bytes().splitlines(keepends=True)
    write_directory(other, {"dataset.nq": b"".join(lines[1:])})
    assert "- <" in kg("diff", built, other, code=1).stdout
    assert "+ <" in kg("diff", other, built, code=1).stdout


def test_the_endpoint_may_come_from_the_environment(built: Path, store: Path) -> None:
    kg("load", "--prune", "", built, KG_ENDPOINT=str(store))
    assert "unchanged" in kg("load", built, KG_ENDPOINT=str(store)).stderr
    kg("diff", built, KG_ENDPOINT=str(store))


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["load"], "no store is named", "KG_ENDPOINT"),
        (["load", "http://db.example.org/"], "unencrypted", "--allow-http"),
        (["load", "http://127.0.0.1:1/"], "cannot be reached", "check the address"),
        (["load", "https://127.0.0.1:1/", "--profile", "oracle"], "no kind of store", "virtuoso"),
        (["load", "http://127.0.0.1:1/", "--user", "ann"], "no password for user ann", "KG_PASSWORD"),
        (["load", "OUT"], "is an output of kg build", "kg load ENDPOINT DIR"),
        (["query", "numbers", "--endpoint", "http://127.0.0.1:1/"], "cannot be reached", "check the address"),
        (["query", "numbers", "OUT", "--endpoint", "http://127.0.0.1:1/"], "named twice", "ask a folder or a store"),
    ],
)
def test_errors_name_the_mend(words: list[str], message: str, hint: str, built: Path) -> None:
    words = [str(built) if word == "OUT" else word for word in words]
    done = kg(*words, code=2, KG_DATA=str(built))
    assert message in done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_without_datasets_or_with_two_is_no_answer(built: Path, store: Path, tmp_path: Path) -> None:
    with open_folder(store):
        pass
    assert "holds no dataset" in kg("query", "numbers", "--endpoint", store, code=2).stderr
    moved = (built / "dataset.nq").read_bytes().replace(b"https://w3id.org/accord/data/", b"https://example.org/two/")
    write_directory(tmp_path / "two", {"dataset.nq": moved})
    kg("load", store, built)
    kg("load", store, tmp_path / "two")
    done = kg("query", "who-works-where", "--endpoint", store, code=2)
    assert "holds 2 datasets" in done.stderr
    assert "--base https://example.org/two/" not in done.stdout
    kg("query", "who-works-where", "--endpoint", store, "--base", "https://example.org/two/")


def test_a_password_is_never_told(virtuoso: servers.Server, built: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n", "utf-8")
    refused = kg("load", virtuoso.url, built, "-v", "--user", "dba", "--password-file", secret, code=2)
    assert "Digest" in refused.stderr
    assert "hunter2" not in refused.output
    secret.write_text(f"{servers.PASSWORD}\n", "utf-8")
    netrc = tmp_path / "netrc"
    netrc.write_text(f'machine 127.0.0.1 login dba password "{servers.PASSWORD}"\n', "utf-8")
    netrc.chmod(0o600)
    told = kg("load", virtuoso.url, built, "-v", "--user", "dba", "--password-file", secret)
    again = kg("load", virtuoso.url, built, NETRC=str(netrc))
    assert servers.PASSWORD not in told.output + again.output
    assert "unchanged" in again.stderr
    assert kg("query", "who-works-where", "--endpoint", virtuoso.url, "--base", "https://w3id.org/accord/data/").stdout
