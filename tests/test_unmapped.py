"""What no relation covers: found where two known things are joined in words, kept apart, and counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import RDF, Literal, URIRef
from spacy.language import Language
from typer.testing import CliRunner

from kg.cli.app import app
from kg.extract.linking import link
from kg.extract.speech import find_attributions
from kg.extract.status import find_markers
from kg.extract.unmapped import find_gaps, find_unmapped
from kg.graph.dataset import BuildInfo, to_dataset
from kg.graph.provenance import UNMAPPED, graph_iri
from kg.graph.serialize import parse_rdf
from kg.graph.validate import validate
from kg.graph.vocabulary import ACC
from kg.lexicon import load_lexicon
from kg.model import Grounds, UnmappedStatement
from kg.settings import Settings
from tests.builders import Writer, document
from tests.contexts import context_of
from tests.relating import relate

ENTITIES = {
    "p": "Person: Ana Ruiz, Ruiz",
    "q": "Person: Tom Holm, Holm",
    "u": "LaborUnion: Dune Teachers Guild",
    "d": "SchoolDistrict: Dune Unified School District",
}
CASES = [
    ("Ana Ruiz praised Tom Holm.", [("p", "praise", "q", "Asserted")]),
    ("Tom Holm was praised by Ana Ruiz.", [("q", "be praise by", "p", "Asserted")]),
    ("The Dune Teachers Guild sued the Dune Unified School District.", [("u", "sue", "d", "Asserted")]),
    ("Ana Ruiz never phoned Tom Holm.", [("p", "phone", "q", "Denied")]),
    ("“Ruiz phoned Holm on Monday morning,” said Ana Ruiz.", [("p", "phone", "q", "Reported")]),
    ("Ana Ruiz's letter to Tom Holm was long.", [("p", "letter to", "q", "Asserted")]),
    # stated already, joined by nothing, or by a verb that says nothing
    ("Ana Ruiz works for the Dune Teachers Guild.", []),
    ("Ana Ruiz and Tom Holm slept.", []),
    ("Ana Ruiz is Tom Holm.", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_phrases_between_known_things(nlp: Language, text: str, expected: list[tuple[str, str, str, str]]) -> None:
    context, lexicon = context_of(nlp, text, **ENTITIES), load_lexicon()
    stated = relate(context)
    attributions = find_attributions(context, lexicon)
    found = find_unmapped(context, find_markers(lexicon), attributions, stated.assertions + stated.memberships)
    assert [(u.subject, u.phrase, u.object, u.grounds.status.value) for u in found] == expected
    for item in found:
        (anchor,) = item.grounds.evidence
        assert text[anchor.span.start : anchor.span.end] == text


def test_the_suite_of_phrases_is_complete() -> None:
    assert len(CASES) == 9


def sued() -> tuple[Writer, tuple[UnmappedStatement, ...]]:
    writer = Writer(document("a", "Ana Ruiz sued the Elm Guild. Tom Holm sued the Elm Guild."))
    people = [writer.entity("Person", name) for name in ("Ana Ruiz", "Tom Holm")]
    guild = writer.entity("LaborUnion", "Elm Guild")
    return writer, tuple(
        UnmappedStatement(
            subject=person,
            phrase="sue",
            object=guild,
            grounds=Grounds(evidence=(writer.at(f"{name} sued the Elm Guild."),), rule="open", confidence=0.5),
        )
        for person, name in zip(people, ("Ana Ruiz", "Tom Holm"), strict=True)
    )


def test_they_are_written_apart_and_conform() -> None:
    writer, unmapped = sued()
    reading = replace(writer.reading(), unmapped=unmapped)
    corpus = link([reading], load_lexicon(), Settings().base)
    dataset = to_dataset(corpus, BuildInfo(version="1", model="m", model_version="1"), Settings())
    named = dataset.graph(URIRef(graph_iri(Settings().base, UNMAPPED, reading.document.iri)))
    statements = set(named.subjects(RDF.type, ACC.UnmappedStatement))
    assert len(statements) == 2
    assert {named.value(s, ACC.phrase) for s in statements} == {Literal("sue")}
    assert not list(dataset.quads((None, RDF.type, ACC.Assertion, None)))
    assert not list(dataset.quads((None, RDF.predicate, None, None)))
    assert validate(dataset).conforms
    (gap,) = find_gaps(corpus)
    assert (gap.phrase, gap.count, gap.documents, gap.subjects, gap.objects) == (
        "sue",
        2,
        1,
        ("Person",),
        ("LaborUnion",),
    )
    assert (gap.example, gap.sentence) == ("Ana Ruiz – Elm Guild", "Ana Ruiz sued the Elm Guild.")


def test_without_the_request_there_is_no_such_graph() -> None:
    reading = sued()[0].reading()
    corpus = link([reading], load_lexicon(), Settings().base)
    dataset = to_dataset(corpus, BuildInfo(version="1", model="m", model_version="1"), Settings())
    assert not [g for g in dataset.graphs() if str(g.identifier).endswith(UNMAPPED)]


TEXT = "Maria Elmo, president of the Dune Teachers Guild, sued the Dune Unified School District on Friday.\n"


def test_coverage_lists_and_writes_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    target = tmp_path / "open.nq"
    words = ["coverage", str(tmp_path / "a.txt"), "-f", "csv", "--open", str(target)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "phrase,count,documents,subjects,objects,example,sentence"
    assert result.stdout.splitlines()[1].startswith("sue,1,1,Person,SchoolDistrict,Maria Elmo")
    written = parse_rdf(target)
    assert len(list(written.quads((None, ACC.phrase, Literal("sue"), None)))) == 1
    assert validate(written).conforms
    again = CliRunner().invoke(app, words)
    assert (again.exit_code, "--force" in again.stderr) == (2, True)


def test_build_keeps_them_on_request(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    for option, number in (([], 0), (["--open"], 1)):
        out = tmp_path / f"out{number}"
        built = CliRunner().invoke(app, ["build", str(tmp_path / "a.txt"), "-o", str(out), *option])
        assert built.exit_code == 0, built.output
        written = (out / "dataset.nq").read_text()
        assert written.count(f"#type> <{ACC.UnmappedStatement}> <") == number
        assert ("/unmapped>" in written) is bool(number)
