"""The client of the Reconciliation Service API against a server that answers as the specification says, and badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from kg.cli.app import app
from kg.errors import SettingsError, StoreError
from kg.stores.reconciliation import Name, reconcile

MANIFEST = {
    "versions": ["0.2"],
    "name": "Test",
    "identifierSpace": "https://a.org/entity/",
    "schemaSpace": "https://a.org/",
}
NAMES = [Name(entity=f"https://e.org/{n}", name=n) for n in ("Elm", "Oak", "Ash")]


class Service:
    """What the server answers and what it was asked."""

    def __init__(self) -> None:
        self.manifest: Any = MANIFEST
        self.asked: list[dict[str, Any]] = []
        self.answer: Any = self.usual

    def usual(self, queries: dict[str, Any]) -> Any:
        return {
            key: {
                "result": [
                    {"id": "Q2", "name": f"{query['query']} b", "score": 40, "match": False},
                    {"id": "Q1", "name": query["query"], "score": 99.5, "match": True,
                     "type": [{"id": "T", "name": "Town"}, "Place"], "description": "a\ttown"},
                ]
            }
            for key, query in queries.items()
        }  # fmt: skip


@pytest.fixture
def service() -> Iterator[tuple[Service, str]]:
    state = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(state.manifest)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            queries = json.loads(form["queries"][0])
            state.asked.append(queries)
            self.reply(state.answer(queries))

        def reply(self, content: Any) -> None:
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state, f"http://127.0.0.1:{server.server_port}/reconcile"
    server.shutdown()
    server.server_close()


def test_names_go_in_batches_and_candidates_come_by_score(service: tuple[Service, str]) -> None:
    state, url = service
    found = reconcile(url, NAMES, batch=2, limit=5)
    assert [[q["query"] for q in asked.values()] for asked in state.asked] == [["Elm", "Oak"], ["Ash"]]
    assert {q["limit"] for asked in state.asked for q in asked.values()} == {5}
    assert [(c.entity, c.iri, c.score, c.match) for c in found[:2]] == [
        ("https://e.org/Elm", "https://a.org/entity/Q1", 99.5, True),
        ("https://e.org/Elm", "https://a.org/entity/Q2", 40.0, False),
    ]
    assert len(found) == 6
    assert found[0].types == ("Town", "Place")


def test_type_is_sent_and_limit_cuts(service: tuple[Service, str]) -> None:
    state, url = service
    found = reconcile(url, [Name(entity="e", name="Elm", type="Q515")], limit=1)
    assert state.asked[0]["q0"]["type"] == "Q515"
    assert len(found) == 1


def malformed(item: Any) -> Any:
    return lambda queries: {key: {"result": [item]} for key in queries}


@pytest.mark.parametrize(
    ("manifest", "answer", "words"),
    [
        (b"<html>", None, "no JSON"),
        ([], None, "is no reconciliation service"),
        ({"name": "x", "versions": ["7"]}, None, "other versions"),
        (MANIFEST, lambda _: {}, "no answer about 'Elm'"),
        (MANIFEST, lambda _: b"{", "no JSON"),
        (MANIFEST, lambda _: [], "no answer about 'Elm'"),
        (MANIFEST, malformed({"id": "Q1", "name": "x"}), "malformed candidate"),
        (MANIFEST, malformed({"id": "", "name": "x", "score": 1}), "malformed candidate"),
        (MANIFEST, malformed({"id": "Q1", "name": "x", "score": float("nan")}), "malformed candidate"),
        (MANIFEST, malformed("Q1"), "malformed candidate"),
        (MANIFEST, lambda _: b"[" * 100_000, "no JSON"),
    ],
)
def test_bad_answers_are_errors(service: tuple[Service, str], manifest: Any, answer: Any, words: str) -> None:
    state, url = service
    state.manifest, state.answer = manifest, answer or state.usual
    with pytest.raises(StoreError, match=words) as raised:
        reconcile(url, NAMES)
    assert raised.value.hint


def test_names_do_not_travel_unencrypted() -> None:
    with pytest.raises(SettingsError, match="unencrypted"):
        reconcile("http://reconcile.example.org/api", NAMES)
    with pytest.raises(SettingsError, match="not the address"):
        reconcile("file:///etc/passwd", NAMES)


def test_nothing_answers() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        reconcile("http://127.0.0.1:9/x", NAMES, pause=lambda _: None)


def test_the_command_writes_a_table(
    service: tuple[Service, str], seeds_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state, url = service
    with pytest.raises(SystemExit) as left:
        app(["reconcile", url, str(seeds_folder), "--kind", "Person", "--limit", "1", "--batch", "4"])
    assert left.value.code == 0
    out = capsys.readouterr()
    rows = [line.split("\t") for line in out.out.splitlines()]
    assert rows[0] == [
        "entity",
        "name",
        "kind",
        "candidate",
        "candidate_name",
        "score",
        "match",
        "types",
        "description",
    ]
    assert len(rows) == 1 + sum(map(len, state.asked))
    assert {len(r) for r in rows} == {9}
    assert {r[2] for r in rows[1:]} == {"Person"}
    assert rows[1][3:] == ["https://a.org/entity/Q1", rows[1][1], "99.5", "true", "Town|Place", "a town"]
    assert max(map(len, state.asked)) == 4


def test_an_unknown_kind(seeds_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        app(["reconcile", "https://a.org/x", str(seeds_folder), "--kind", "Castle"])
    assert left.value.code == 2
    assert "no entity is of kind 'Castle'" in capsys.readouterr().err
