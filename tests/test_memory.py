"""What is on disk while a build goes on: texts of documents, and what they say of shared nodes."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bench import graphs
from kg.corpus import parts as corpus_parts
from kg.corpus.parts import Parts
from kg.corpus.texts import laid_down
from kg.graph import shared as shared_nodes
from kg.graph.gate import check_shared, open_gate
from kg.graph.parts import make_parts
from kg.graph.shared import gather_in
from kg.graph.terms import RDF, Triple


def test_documents_come_back_from_the_disk(tmp_path: Path) -> None:
    given = [graphs.reading(n, statements=1).document for n in range(4)]
    given[1] = replace(given[1], text="“é\r\n” 😀\ud800")
    given[2] = replace(given[2], text="")
    with laid_down(iter(given), tmp_path) as documents:
        assert list(documents) == given
        assert [d.text for d in documents.bare] == [""] * 4
        assert documents[2:][1] == documents[-1] == given[3]
        assert list(documents.chosen([3, 1])) == [given[3], given[1]]
        assert list(documents[1:3].chosen([1, 0])) == [given[2], given[1]]
        assert not list(tmp_path.iterdir())  # a file without a name is gone however the run ends
    with pytest.raises(IndexError):
        documents[4]


@pytest.mark.parametrize("size", [1, 50, 10**6])
def test_shared_nodes_are_read_whole_and_once(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_nodes, "PORTION", size)
    gate = open_gate(graphs.SETTINGS.base)
    readings = [graphs.reading(n, statements=9) for n in range(8)]
    parts = make_parts([graphs.joined([r]) for r in readings], graphs.BUILD, graphs.SETTINGS, gate)
    said = [(s, p, o) for part in parts for _, s, p, o in part.shared]
    entities = {s: (s, RDF.type, "<https://w3id.org/accord/ns#Person>") for s, _, _ in said}
    with ExitStack() as files:
        shared = gather_in(tmp_path, files, gate.objects, ())
        for part in reversed(parts):
            shared.add(part)
        shared.sort()
        lines = list(shared.lines())
        portions = list(shared.portions(sorted(entities.values())))
    assert lines == sorted(f"{s} {p} {o} <{n}> .\n" for part in parts for n, s, p, o in part.shared)
    assert sorted(t for p in portions for t in p.own) == sorted([*said, *entities.values()])
    subjects = [{s for s, _, _ in p.own} for p in portions]
    assert len(set().union(*subjects)) == sum(map(len, subjects)) == len(entities) > 20
    assert len(portions) == {1: len(entities), 10**6: 1}.get(size, len(portions))
    for portion in portions:  # whatever is named is described
        kinds = {s for s, p, _ in (*portion.own, *portion.around) if p == RDF.type}
        assert {o for _, p, o in portion.own if o.startswith("<https://w3id.org/accord/data/")} <= kinds


def test_the_check_does_not_depend_on_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = open_gate(graphs.SETTINGS.base)
    parts = make_parts([graphs.joined([graphs.reading(1)])], graphs.BUILD, graphs.SETTINGS, gate)
    triples: set[Triple] = {(s, p, o) for part in parts for _, s, p, o in part.shared}
    nameless = sorted({s for s, _, _ in triples} | {o for _, p, o in triples if p.endswith("ns#partOf>")})
    corpus = [(s, RDF.type, "<https://w3id.org/accord/ns#Organization>") for s in nameless]
    found = []
    for size in (1, 10**6):
        monkeypatch.setattr(shared_nodes, "PORTION", size)
        (tmp_path / str(size)).mkdir()
        with ExitStack() as files:
            shared = gather_in(tmp_path / str(size), files, gate.objects, ())
            for part in parts:
                shared.add(part)
            shared.sort()
            results, targets = check_shared(gate, shared.portions(corpus))
        found.append((sorted(map(repr, results)), targets))
    assert found[0] == found[1]
    assert len(found[0][0]) > len(nameless) > 5


@pytest.mark.parametrize("jobs", [1, 2])
def test_known_parts_are_let_go_of_as_they_are_used(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Known:
        """Stands for a part of the cache."""

    alive: weakref.WeakSet[Known] = weakref.WeakSet()

    def batches(_: Parts) -> Iterator[corpus_parts._Batch]:
        for _number in range(300):
            known = Known()
            alive.add(known)
            yield corpus_parts._Batch([""], [known], [], helped=False)  # type: ignore[list-item]

    monkeypatch.setattr(Parts, "_batches", batches)
    parts = Parts(None, None, graphs.BUILD, graphs.SETTINGS, None, kept=True, jobs=jobs)  # type: ignore[arg-type]
    most = [len(alive) for part in parts if part]
    assert len(most) == 300
    assert max(most) <= 4 + jobs
