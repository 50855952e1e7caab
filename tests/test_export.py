"""Export of a file of any size: the same bytes as of a dataset in memory, whatever fits there."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import graphs
from kg.errors import InputError, SettingsError
from kg.graph import sorting
from kg.graph.export import FORMATS, export
from kg.graph.quads import read_quads
from kg.graph.serialize import FORMATS as WRITERS
from kg.graph.serialize import parse_rdf, serialize, to_nquads
from kg.graph.sorting import sorted_lines

AWKWARD = """\
<http://x/b-c> <http://x/p> "a"@en-GB <http://x/g> .
<http://x/b> <http://x/p> "a\\u00e9 \\U0001F600 \\t \\\\ \\" \\n \\u0001 \\u007f" <http://x/g> .
<http://x/b> <http://x/p> <http://x/b-c> <http://x/g/h> .
<http://x/b> <http://x/p> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> <http://x/g-h> .
<http://x/b> <http://x/p> "5"^^<http://www.w3.org/2001/XMLSchema#int> .
<http://x/b> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://x/person/> .
<http://x/person/ann> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/Person> .
<http://y/person/ann> <http://www.w3.org/2004/02/skos/core#prefLabel> "> _:x \\u003C" .
<http://x/b> <http://x/p> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> <http://x/g> .
<http://x/b> <http://x/p> "a"^^<http://www.w3.org/2001/XMLSchema#string> <http://x/g> .
<http://x/b> <http://x/p> "a" <http://x/g> .
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("graph") / "generated.nq"
    assert graphs.write(file, 5000) >= 5000
    return file


def exported(source: Path, extension: str) -> bytes:
    out = io.BytesIO()
    export(source, extension, out)
    return out.getvalue()


def test_all_formats_are_exported() -> None:
    assert sorted(FORMATS) == sorted([*WRITERS, "rdf"])  # tests/test_exports.py has RDF/XML
    assert len(WRITERS) == 5


@pytest.mark.parametrize("extension", sorted(WRITERS))
@pytest.mark.parametrize("held", [1 << 28, 1000], ids=["in memory", "in runs"])
def test_the_bytes_are_those_of_a_dataset_in_memory(
    extension: str, held: int, generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "HELD", held)
    awkward, empty = tmp_path / "awkward.nq", tmp_path / "empty.nq"
    awkward.write_text(AWKWARD, "utf-8")
    empty.write_text("", "utf-8")
    lines = generated.read_text("utf-8").splitlines(keepends=True)
    random.Random(1).shuffle(lines)  # noqa: S311
    shuffled = tmp_path / "shuffled.nq"
    shuffled.write_text("".join([*lines, *lines[:50]]), "utf-8")
    for source in (awkward, shuffled):
        assert exported(source, extension) == serialize(parse_rdf(source), extension)
    assert exported(empty, extension) == serialize(parse_rdf(empty), extension)
    assert exported(generated, extension) == exported(shuffled, extension)


def test_only_wanted_graphs_are_written(generated: Path) -> None:
    out = io.BytesIO()
    export(generated, "nq", out, lambda graph: graph.endswith("/facts"))
    lines = out.getvalue().decode().splitlines()
    assert lines == [line for line in sorted(generated.read_text("utf-8").splitlines()) if line.endswith("/facts> .")]
    assert len(lines) > 50


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("_:a <http://x/p> <http://x/o> .", "not a term that Accord writes: _:a"),
        ("<http://x/s> <http://x/p> _:b .", "not a term that Accord writes: _:b"),
        ("<http://x/s> <http://x/p> <http://x/o> ", "malformed RDF"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is(line: str, message: str, tmp_path: Path) -> None:
    source, out = tmp_path / "data.nq", io.BytesIO()
    source.write_text(f"{AWKWARD}{line}\n", "utf-8")
    with pytest.raises(InputError, match=message):
        export(source, "ttl", out)
    assert out.getvalue() == b""
    with pytest.raises(SettingsError, match="unknown RDF format"):
        export(source, "docx", out)


def test_quads_are_read_letter_by_letter(generated: Path) -> None:
    assert to_nquads(read_quads(AWKWARD.encode(), "nq")) == to_nquads(parse_rdf(AWKWARD.encode(), "nq"))
    assert to_nquads(read_quads(generated)) == b"".join(sorted(generated.read_bytes().splitlines(keepends=True)))
    assert sorted(read_quads(b"_:a <http://x/p> _:b .", "nq").graph("")) == [("_:a", "<http://x/p>", "_:b")]
    for text, message in (("<a", "malformed RDF"), ("", "unknown RDF format")):
        with pytest.raises(InputError, match=message):
            read_quads(text.encode(), "nq" if text else "docx")


@given(st.lists(st.text("ab\t\x01é\u2028", max_size=4)), st.integers(1, 12))
def test_lines_are_sorted_and_each_stands_once(lines: list[str], held: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "HELD", held)
        assert list(sorted_lines(lines)) == sorted(set(lines))
