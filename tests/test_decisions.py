"""Decisions of people: obeyed by the build, whatever the order of rows; rows that mean nothing are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.assets import read_extension
from kg.building import build, publish
from kg.cli.app import app
from kg.corpus.effort import Effort
from kg.decisions import COLUMNS, Decision, Key, read_decisions, write_decisions
from kg.errors import InputError
from kg.extract.linking import link
from kg.graph.serialize import parse_rdf
from kg.lexicon import Entry, Lexicon
from kg.model import IRI, Corpus, Document, Entity, EntityId, Reading
from kg.settings import Settings

BASE = "https://example.org/"
UNION = f"{BASE}labor-union/"
NOUNS = ("association", "teachers", "federation")
LEXICON = Lexicon(
    tuple(Entry(name=w, lemma=w, forms=(w,), part_of_speech="noun", denotes="Organization") for w in NOUNS)
)


def reading(name: str, *entities: tuple[str, str, str]) -> Reading:
    document = Document(iri=IRI(f"{BASE}document/{name}"), name=name, text="x" * 50, sha256=name * 4)
    return Reading(
        document=document, entities=tuple(Entity(id=EntityId(i), kind=k, names=(n,)) for i, k, n in entities)
    )


READINGS = (
    reading("a", ("e1", "LaborUnion", "Harlan Teachers Association"), ("e2", "Person", "Ana Ruiz")),
    reading("b", ("e1", "LaborUnion", "Harlan Teachers Federation"), ("e2", "Person", "Ana Ruiz")),
    reading("c", ("e1", "LaborUnion", "Harlan Teachers Association"), ("e2", "Place", "Elm City")),
)


def decision(verb: str, one: tuple[str, str, str], other: tuple[str, str, str] = ("", "", "")) -> Decision:
    return Decision(
        verb=verb,
        one=Key(iri=one[0], name=one[1], document=one[2]),
        other=Key(iri=other[0], name=other[1], document=other[2]),
        place="merges.tsv, line 2",
    )


def linked(*decisions: Decision) -> tuple[Corpus, dict[tuple[str, str], str]]:
    corpus = link(READINGS, LEXICON, BASE, decisions)
    where = {
        (old.document.name, str(a.id)): str(b.id)
        for old, new in zip(sorted(READINGS, key=lambda r: r.document.iri), corpus.readings, strict=True)
        for a, b in zip(old.entities, new.entities, strict=True)
    }
    return corpus, where


A = (f"{UNION}harlan-teachers-association", "Harlan Teachers Association", "a")
B = (f"{UNION}harlan-teachers-federation", "Harlan Teachers Federation", "b")
C = (A[0], A[1], "c")


def test_without_decisions_names_decide() -> None:
    _, where = linked()
    assert where["a", "e1"] == where["c", "e1"] != where["b", "e1"]


def test_merge() -> None:
    corpus, where = linked(decision("merge", A, B))
    assert where["a", "e1"] == where["b", "e1"] == where["c", "e1"]
    merged = next(e for e in corpus.entities if e.id == where["a", "e1"])
    assert set(merged.names) == {A[1], B[1]}


def test_split_takes_one_document_out() -> None:
    _, where = linked(decision("split", C))
    assert where["a", "e1"] != where["c", "e1"]


def test_split_then_merge_elsewhere_in_any_order_of_rows() -> None:
    rows = [decision("split", C), decision("merge", C, B)]
    results = [linked(*rows)[1], linked(*reversed(rows))[1]]
    assert results[0] == results[1]
    assert results[0]["c", "e1"] == results[0]["b", "e1"] != results[0]["a", "e1"]


def test_rename_changes_name_and_iri_and_keeps_the_old_name() -> None:
    corpus, where = linked(decision("rename", A, ("", "Harlan Educators", "")))
    assert where["a", "e1"] == where["c", "e1"] == f"{UNION}harlan-educators"
    named = next(e for e in corpus.entities if e.id == where["a", "e1"])
    assert named.names == ("Harlan Educators", "Harlan Teachers Association")


def test_keep_changes_nothing() -> None:
    assert linked(decision("keep", A, B)) == linked()


@pytest.mark.parametrize(
    "key",
    [("", A[1], "a"), (A[0], "", "a"), ("https://example.org/labor-union/old", A[1], "a"), (A[0], A[1], "")],
    ids=["name and document", "iri and document", "other iri", "iri and name"],
)
def test_two_of_three_find_an_entity(key: tuple[str, str, str]) -> None:
    assert linked(decision("merge", key, B)) == linked(decision("merge", A, B))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (decision("merge", A, (f"{UNION}gone", "Gone", "b")), "merge names no entity"),
        (decision("merge", (A[0], A[1], "zz"), B), "merge names no entity"),
        (decision("split", (f"{UNION}gone", "Gone", "a")), "split names no entity"),
        (decision("rename", ("", "Nobody", "a"), ("", "Somebody", "")), "rename names no entity"),
        (decision("merge", A, ("", "Ana Ruiz", "b")), "merge joins a LaborUnion and a Person"),
    ],
    ids=["other", "document", "split", "rename", "kinds"],
)
def test_rows_that_mean_nothing_are_named(row: Decision, words: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        linked(row)
    assert raised.value.where == "merges.tsv, line 2"
    assert raised.value.hint


HEAD = "\t".join(COLUMNS) + "\n"


@pytest.mark.parametrize(
    ("content", "words", "line"),
    [
        (b"", "does not name the columns", ""),
        (b"decision\tname\n", "does not name the columns", ""),
        (b"\xff\xfe", "not UTF-8", ""),
        ((HEAD + "join\ta\tb\tc\n").encode(), "unknown decision 'join'", "line 2"),
        ((HEAD + "\nmerge\t\tb\t\td\te\tf\n").encode(), "two of iri, name and document", "line 3"),
        ((HEAD + "split\ta\tb\n").encode(), "needs the document", "line 2"),
        ((HEAD + "rename\ta\tb\tc\n").encode(), "needs the new name", "line 2"),
    ],
)
def test_malformed_files(content: bytes, words: str, line: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        read_decisions(content, "merges.tsv")
    assert line in (raised.value.where or "")


def test_what_is_written_is_read_and_undecided_rows_are_none() -> None:
    text = write_decisions([("merge", *A, *B, "0.9", "alike"), ("", *A, *B, "0.9", "tab\tinside")])
    assert read_decisions(text.encode(), "f") == (
        Decision(verb="merge", one=Key(iri=A[0], name=A[1], document="a"),
                 other=Key(iri=B[0], name=B[1], document="b"), place="f, line 2"),
    )  # fmt: skip


TEXTS = {
    "first": "The Harlan Valley Teachers Association met on Monday. Ana Ruiz is president of the Harlan Valley "
    "Teachers Association.\n",
    "second": "The Harlan Valley Teacher Association signed a contract with the Elm Unified School District. Ana Ruiz "
    "is superintendent of the Elm Unified School District.\n",
}


def test_review_edit_and_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text)
    sources, out = [tmp_path / f"{n}.txt" for n in TEXTS], tmp_path / "out"
    publish(build(sources, Settings(), Effort(cache=None)), out)
    with pytest.raises(SystemExit) as left:
        app(["link", "review", str(out)])
    assert left.value.code == 0
    table = capsys.readouterr().out
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    reasons = {(r[2], r[5]): r[8] for r in rows}
    assert reasons["Harlan Valley Teacher Association", "Harlan Valley Teachers Association"] == "spelled alike"
    assert reasons["Ana Ruiz", "Ana Ruiz"].startswith("one name")

    edited = [["merge" if "Harlan" in r[2] else "keep", *r[1:]] for r in rows]
    merges = tmp_path / "merges.tsv"
    merges.write_text(HEAD + "".join("\t".join(r) + "\n" for r in edited))
    made = build(sources, Settings(extension=read_extension(decisions=[merges])), Effort(cache=None))
    (tmp_path / "new.nq").write_bytes(made.files["dataset.nq"])
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    names = sorted(str(o) for _, p, o, _ in parse_rdf(tmp_path / "new.nq").quads() if str(p) == label)
    assert [n for n in names if "Harlan" in n] == ["Harlan Valley Teachers Association"]
    assert names.count("Ana Ruiz") == 2
    publish(made, out)

    with pytest.raises(SystemExit):
        app(["link", "review", str(out), "--decisions", str(merges)])
    again = capsys.readouterr().out.splitlines()
    assert again[1:] == ["\t".join(r) for r in edited]  # kept as they are, and nothing is asked twice
