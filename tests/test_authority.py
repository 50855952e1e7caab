"""Authority files: the right link for each agreement, none where kind or place contradict, ambiguity told."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import OWL, RDF, SKOS, Namespace, URIRef

from kg.assets import extended, read_extension
from kg.building import build
from kg.corpus.effort import Effort
from kg.errors import InputError
from kg.extension import Added, Extension
from kg.graph.authority import RULES, match, read_authorities
from kg.graph.serialize import parse_rdf
from kg.model import IRI, Anchor, Assertion, Corpus, Document, Entity, EntityId, Grounds, Reading, Severity, Span
from kg.settings import Settings

ACC = Namespace("https://w3id.org/accord/ns#")
HEAD = "iri,label,alt,kind,place\n"
DOCUMENT = Document(iri=IRI("https://example.org/document/d"), name="d", text="x" * 50, sha256="0" * 64)


def entity(id_: str, kind: str, *names: str) -> Entity:
    return Entity(id=EntityId(f"https://example.org/{id_}"), kind=kind, names=names)


ELM = entity("elm", "School", "Elm Elementary School", "Elm")
TOWN = entity("town", "Place", "Springfield, Ohio")
ANA = entity("ana", "Person", "Ana Ruíz", "Ruíz")
UNION = entity("hta", "LaborUnion", "Harlan Teachers Association", "HTA")
ENTITIES = (ELM, TOWN, ANA, UNION)


def corpus(*entities: Entity) -> Corpus:
    located = Assertion(
        subject=ELM.id,
        predicate="locatedIn",
        object=TOWN.id,
        grounds=Grounds(evidence=(Anchor(DOCUMENT.iri, Span(0, 3)),), rule="test"),
    )
    placed = {ELM, TOWN} <= set(entities)
    reading = Reading(document=DOCUMENT, entities=entities, assertions=(located,) if placed else ())
    return Corpus(documents=(DOCUMENT,), entities=entities, readings=(reading,))


def extension(text: str, name: str = "places.csv") -> Extension:
    return Extension((Added("authority", name, text.encode(), name),))


def links(text: str, *entities: Entity, name: str = "places.csv") -> list[tuple[str, str, float]]:
    found = match(corpus(*(entities or ENTITIES)), read_authorities(extension(text, name)))
    return [(m.entity.id.rpartition("/")[2], m.predicate.rpartition("#")[2].rstrip(">"), m.score) for m in found.found]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("https://a.org/1,Elm Elementary School,,School,\"Springfield, Ohio\"", [("elm", "sameAs", 1.0)]),
        ("https://a.org/1,ELM elementary school,,School,", [("elm", "sameAs", 0.9)]),
        ("https://a.org/1,ana ruiz,,acc:Person,", [("ana", "sameAs", 0.9)]),
        ("https://a.org/1,Harlan Educators,Harlan Teachers Association|X,Organization,", [("hta", "sameAs", 0.75)]),
        ("https://a.org/1,Harlan Teachers Association,,labor union,", [("hta", "sameAs", 0.9)]),
        ("https://a.org/1,Harlan Teachers Association,,,", [("hta", "closeMatch", 0.6)]),
        ("https://a.org/1,Elm Elementary School,,School,\"Springfield, Utah\"", []),  # another place
        ("https://a.org/1,Elm Elementary School,,Place,", []),  # another kind
        ("https://a.org/1,HTA,,LaborUnion,", []),  # an acronym names too many
        ("https://a.org/1,Ruiz,,Person,", []),  # a surname
        ("https://a.org/1,Harlan Teacher Association,,LaborUnion,", []),  # not the same letters
    ],
)  # fmt: skip
def test_what_agrees_decides_link_and_score(row: str, expected: list[tuple[str, str, float]]) -> None:
    assert links(HEAD + row + "\n") == expected


def test_scores_fall_with_what_agrees() -> None:
    scores = [score for score, _ in RULES.values()]
    assert scores == sorted(scores, reverse=True)


def test_several_that_fit_are_told_and_not_linked() -> None:
    text = HEAD + "https://a.org/1,Ana Ruiz,,Person,\nhttps://a.org/2,Ana Ruiz,,Person,\n"
    found = match(corpus(*ENTITIES), read_authorities(extension(text)))
    assert not found.found
    assert [(f.severity, f.focus) for f in found.ambiguous] == [(Severity.WARNING, ANA.id)]
    assert "https://a.org/1, https://a.org/2" in found.ambiguous[0].message


def test_one_iri_that_fits_several_of_ours_is_told_and_not_linked() -> None:
    twin = entity("ana-2", "Person", "Ana Ruiz")
    found = match(corpus(ANA, twin), read_authorities(extension(HEAD + "https://a.org/1,Ana Ruiz,,Person,\n")))
    assert not found.found
    assert len(found.ambiguous) == 1
    assert "ana-2" in found.ambiguous[0].message


def test_a_place_settles_what_names_leave_open() -> None:
    text = HEAD + 'https://a.org/1,Elm Elementary School,,School,"Springfield, Ohio"\n'
    text += 'https://a.org/2,Elm Elementary School,,School,"Springfield, Utah"\n'
    assert links(text) == [("elm", "sameAs", 1.0)]


TURTLE = """
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix acc: <https://w3id.org/accord/ns#> .
<https://a.org/ana> a schema:Person ; schema:name "Ana Ruiz" .
<https://a.org/hta> a skos:Concept, acc:LaborUnion ; skos:prefLabel "Harlan Teachers Association"@en .
<https://a.org/elm> a skos:Concept ; skos:prefLabel "Elm school" ; skos:altLabel "Elm Elementary School" .
<https://a.org/scheme> a skos:ConceptScheme ; skos:prefLabel "Elm Elementary School" .
"""


def test_turtle_tells_things_from_concepts() -> None:
    assert links(TURTLE, name="a.ttl") == [
        ("ana", "sameAs", 0.9),
        ("elm", "closeMatch", 0.5),
        ("hta", "exactMatch", 0.9),
    ]


@pytest.mark.parametrize(
    ("name", "text", "words", "where"),
    [
        ("a.csv", "id,name\n1,Elm\n", "other columns", "a.csv, line 2"),
        ("a.csv", HEAD + "elm,Elm,,,\n", "absolute IRI and a label", "a.csv, line 2"),
        ("a.csv", HEAD + "https://a.org/1,,,,\n", "absolute IRI and a label", "a.csv, line 2"),
        ("a.csv", HEAD + "https://a.org/1,Elm,,Castle,\n", "unknown kind 'Castle'", "a.csv, line 2"),
        ("a.csv", HEAD + "https://a.org/1,Elm,,Statement,\n", "unknown kind 'Statement'", "a.csv, line 2"),
        ("a.csv", HEAD, "names nothing", "a.csv"),
        ("a.csv", HEAD + 'https://a.org/1,"Elm,,,\n', "malformed CSV", "a.csv"),
        ("a.ttl", "<x> a ;\n.", "malformed Turtle", "a.ttl, line 1"),
        ("a.ttl", "<https://a.org/x> a <https://a.org/Y> .", "names nothing", "a.ttl"),
    ],
)
def test_malformed_files(name: str, text: str, words: str, where: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        read_authorities(extension(text, name))
    assert raised.value.where == where
    assert raised.value.hint


def test_a_build_writes_links_with_their_reasons_apart_from_facts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ana Ruiz is president of the Harlan Valley Teachers Association.\n")
    file = tmp_path / "people.csv"
    file.write_text(HEAD + "https://a.org/ana,Ana Ruiz,,Person,\n")
    with extended(read_extension()):
        made = build([tmp_path / "a.txt"], Settings(extension=read_extension(authority=[file])), Effort(cache=None))
    assert made.report.conforms
    assert made.counts["links to authority files"] == 1
    (tmp_path / "d.nq").write_bytes(made.files["dataset.nq"])
    dataset = parse_rdf(tmp_path / "d.nq")
    where = {str(g) for *_, g in dataset.quads((None, OWL.sameAs, None, None))}
    assert {w.rpartition("/")[2] for w in where} == {"authority"}
    graph = dataset.graph(URIRef(where.pop()))
    node = graph.value(predicate=RDF.type, object=ACC.Match)
    assert str(graph.value(node, ACC.matchedTo)) == "https://a.org/ana"
    assert str(graph.value(node, ACC.score)) == "0.9"
    assert str(graph.value(node, ACC.matchRule)) == "label and kind agree"
    assert graph.value(node, ACC.matchLink) == OWL.sameAs
    assert (None, SKOS.closeMatch, None) not in graph


def test_an_ambiguous_name_is_in_the_report(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ana Ruiz is president of the Harlan Valley Teachers Association.\n")
    file = tmp_path / "people.csv"
    file.write_text(HEAD + "https://a.org/1,Ana Ruiz,,Person,\nhttps://a.org/2,Ana Ruiz,,Person,\n")
    made = build([tmp_path / "a.txt"], Settings(extension=read_extension(authority=[file])), Effort(cache=None))
    assert b"may be https://a.org/1, https://a.org/2" in made.files["report.txt"]
    assert b"owl#sameAs> <https://a.org" not in made.files["dataset.nq"]
