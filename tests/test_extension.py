"""A user's domain: another one works from text to answers, slips are told with file and mend, and nothing leaks."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from kg import assets
from kg.assets import extended, read_extension
from kg.building import Build, build
from kg.cli.app import app
from kg.corpus.effort import Effort
from kg.corpus.version import reader_version
from kg.corpus.worker import load_reader
from kg.errors import InputError
from kg.extension import NONE, Extension
from kg.graph.added import check_extension
from kg.graph.serialize import parse_rdf
from kg.graph.validate import Engine, validate
from kg.lexicon import load_lexicon
from kg.model import Document, EntityId
from kg.ontology import load_ontology
from kg.settings import Settings

MUSEUMS = Path(__file__).parents[1] / "docs" / "examples" / "museums"
MUS = "https://example.org/museums#"
#: What the text of the example states in the relations of the example.
STATED = {
    ("Harrow Street Museum", "lendsTo", "Pell Gallery"),
    ("Dunmore County Archive", "lendsTo", "Pell Gallery"),
    ("Pell Gallery", "lendsTo", "Harrow Street Museum"),
    ("Pell Gallery", "hosts", "Winter Light Exhibition"),
    ("Alice Brennan", "curates", "Winter Light Exhibition"),
    ("Orwell Paper Company", "sponsors", "Winter Light Exhibition"),
    ("Northgate Conservation Workshop", "restoresFor", "Harrow Street Museum"),
    ("Peter Lund", "curates", "Tidal Maps Exhibition"),
    ("Saltmarsh Museum", "twinnedWith", "Harrow Street Museum"),
    ("Lowther Trust", "sponsors", "Tidal Maps Exhibition"),
    ("Dunmore County Archive", "lendsTo", "Saltmarsh Museum"),
}

CLASS = "my:Club a owl:Class ; rdfs:subClassOf acc:Organization ; rdfs:label 'club' .\n"
RELATION = "my:backs a owl:ObjectProperty ; rdfs:domain my:Club ; rdfs:range my:Club ; rdfs:label 'backs' .\n"
PREFIXES = """@prefix my: <https://example.org/my#> .
@prefix acc: <https://w3id.org/accord/ns#> .
@prefix lex: <https://w3id.org/accord/lexicon#> .
@prefix lexinfo: <http://www.lexinfo.net/ontology/3.0/lexinfo#> .
@prefix ontolex: <http://www.w3.org/ns/lemon/ontolex#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix synsem: <http://www.w3.org/ns/lemon/synsem#> .
"""


@pytest.fixture(scope="module")
def museums() -> Extension:
    file = MUSEUMS / "museums.ttl"
    return read_extension([file], [file], [MUSEUMS / "shapes"], [MUSEUMS / "queries"])


@pytest.fixture(scope="module")
def built(museums: Extension) -> Build:
    return build([MUSEUMS / "loans.txt"], Settings(extension=museums), Effort(cache=None))


@pytest.fixture(scope="module")
def folder(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from kg.building import publish

    target = tmp_path_factory.mktemp("museums") / "out"
    publish(built, target)
    return target


def test_another_domain_is_read_without_python(folder: Path) -> None:
    import kg

    data = kg.open(folder)
    stated = {
        (s.subject, s.group.removeprefix(MUS), s.value)
        for s in data.statements
        if s.group.startswith(MUS) and s.status == "Asserted"
    }
    assert stated == STATED
    assert len((MUSEUMS / "museums.ttl").read_text().splitlines()) <= 150


def test_what_is_denied_planned_or_reported_keeps_its_status(folder: Path) -> None:
    import kg

    found = {(s.subject, s.group.removeprefix(MUS), s.value): str(s.status) for s in kg.open(folder).statements}
    assert found["Northgate Conservation Workshop", "restoresFor", "Dunmore County Archive"] == "Denied"
    assert found["Saltmarsh Museum", "hosts", "Tidal Maps Exhibition"] == "Planned"
    assert found["Pell Gallery", "lendsTo", "Saltmarsh Museum"] == "Reported"


def test_the_graph_conforms_by_both_engines_and_describes_itself(built: Build, folder: Path) -> None:
    assert built.report.conforms
    dataset = parse_rdf(folder / "dataset.nq")
    for engine in (Engine.COMPILED, Engine.PYSHACL):
        assert validate(dataset, engine=engine).conforms, engine  # without the user's files: terms come with the data
    types = {str(o) for _, p, o, _ in dataset.quads() if str(p).endswith("#type") and str(o).startswith(MUS)}
    assert {MUS + "Museum", MUS + "Exhibition", MUS + "Archive", MUS + "Workshop"} <= types


def test_symmetric_relations_of_users_are_inferred_both_ways(built: Build) -> None:
    graph = Graph().parse(data=built.files["inferred.ttl"], format="turtle")
    one, other = (
        URIRef(f"https://w3id.org/accord/data/organization/{n}-museum") for n in ("harrow-street", "saltmarsh")
    )
    assert (one, URIRef(MUS + "twinnedWith"), other) in graph


def test_shapes_of_users_are_applied(museums: Extension, folder: Path, tmp_path: Path) -> None:
    data = (folder / "dataset.nq").read_text()
    lender = "https://w3id.org/accord/data/organization/orwell-paper-company"
    museum = "https://w3id.org/accord/data/organization/pell-gallery"
    graph = "https://w3id.org/accord/data/document/loans/facts"
    broken = tmp_path / "broken.nq"
    broken.write_text(f"{data}<{lender}> <{MUS}lendsTo> <{museum}> <{graph}> .\n")
    with extended(museums):
        messages = [f.message for f in validate(parse_rdf(broken)).findings]
    assert "Who lends must be a museum or an archive: give it that class, or do not state the loan." in messages


def test_questions_of_users_are_asked_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        app(["query", "loans", str(folder), "--queries", str(MUSEUMS / "queries"), "-p", "borrower=Pell Gallery"])
    assert left.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("\t") == ["?lender", "?borrower", "?status", "?sentence"]
    assert [line.split("\t")[0] for line in lines[1:]] == ['"Dunmore County Archive"', '"Harrow Street Museum"']
    assets.extend(NONE)


def test_the_command_line_builds_and_validates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = str(MUSEUMS / "museums.ttl"), str(tmp_path / "out")
    for words in (
        ["build", str(MUSEUMS / "loans.txt"), "-o", out, "--ontology", file, "--lexicon", file],
        ["validate", out, "--ontology", file, "--shapes", str(MUSEUMS / "shapes")],
    ):
        with pytest.raises(SystemExit) as left:
            app(words)
        assert left.value.code == 0, capsys.readouterr()
    assets.extend(NONE)


def test_nothing_leaks_into_runs_without_the_extension(museums: Extension) -> None:
    before = (reader_version(), assets.names("ontology"), len(load_lexicon().entries))
    with extended(museums):
        assert MUS + "Museum" in load_ontology().classes
        assert load_ontology().nearest_own(MUS + "Museum") == "Organization"
        assert load_lexicon().denoting(MUS + "lendsTo")
        assert reader_version() != before[0]
    assert (reader_version(), assets.names("ontology"), len(load_lexicon().entries)) == before
    assert not any(":" in name for name in load_ontology().classes)


def test_processes_read_with_the_extension(museums: Extension) -> None:
    settings = pickle.loads(pickle.dumps(Settings(extension=museums)))  # noqa: S301 -- as it reaches another process
    text = "The Harrow Street Museum lent a clock to the Pell Gallery."
    document = Document(iri="https://example.org/d", name="d", text=text, sha256="0" * 64)  # type: ignore[arg-type]
    reading = load_reader(settings)(document)
    assert [a.predicate for a in reading.assertions] == [MUS + "lendsTo"]
    kinds = {e.names[0]: (e.kind, e.classes) for e in reading.entities}
    assert kinds["Pell Gallery"] == ("Organization", (MUS + "Museum",))
    assert {a.subject for a in reading.assertions} <= {EntityId(e.id) for e in reading.entities}


def test_apposition_and_complement_tell_classes(museums: Extension) -> None:
    text = "The Lowther Trust, a museum in Elm City, lent a clock to Pell Court. Pell Court is a gallery."
    document = Document(iri="https://example.org/d", name="d", text=text, sha256="0" * 64)  # type: ignore[arg-type]
    reading = load_reader(Settings(extension=museums))(document)
    kinds = {e.names[0]: e.classes for e in reading.entities if e.classes}
    assert kinds == {"Lowther Trust": (MUS + "Museum",), "Pell Court": (MUS + "Museum",)}


#: Bad files: option → content → words of the message and of the hint.
BAD: dict[str, tuple[str, str, str, str, str]] = {
    "syntax": ("ontology", "my:Club a owl:Class\nmy:Other a owl:Class .\n", "malformed Turtle", "line 11", "mend"),
    "prefix": ("ontology", "your:Club a owl:Class .\n", "malformed Turtle", "line 10", "mend"),
    "undeclared parent": (
        "ontology",
        "my:Club a owl:Class ; rdfs:subClassOf my:Body ; rdfs:label 'club' .",
        "rdfs:subClassOf names https://example.org/my#Body, a class declared nowhere",
        "https://example.org/my#Club",
        "declare it",
    ),
    "no parent": ("ontology", "my:Club a owl:Class ; rdfs:label 'club' .", "a class of acc: above it", "Club", "add"),
    "no label": (
        "ontology",
        "my:Club a owl:Class ; rdfs:subClassOf acc:Agent .",
        "needs a label",
        "Club",
        "rdfs:label",
    ),
    "ours": ("ontology", "acc:Club a owl:Class ; rdfs:label 'club' .", "namespace of Accord", "acc:Club", "your own"),
    "undeclared range": (
        "ontology",
        CLASS + "my:backs a owl:ObjectProperty ; rdfs:label 'b' ; rdfs:domain my:Club ; rdfs:range my:Team .",
        "my#Team, a class declared nowhere",
        "backs",
        "owl:Class",
    ),
    "union": (
        "ontology",
        CLASS + "my:backs a owl:ObjectProperty ; rdfs:label 'b' ; rdfs:domain [ owl:unionOf ( my:Club acc:Person ) ] .",
        "blank node",
        "backs",
        "acc:subjectKind",
    ),
    "import": (
        "ontology",
        "<https://example.org/my> owl:imports <https://example.org/other> .",
        "owl:imports",
        "my.ttl",
        "nothing is fetched",
    ),
    "undeclared term": (
        "lexicon",
        (
            "my:back a ontolex:LexicalEntry ; rdfs:label 'back' ; lexinfo:partOfSpeech lexinfo:verb ; "
            "ontolex:denotes my:back ."
        ),
        "denotes https://example.org/my#back, which is declared nowhere",
        "'back'",
        "--ontology",
    ),
    "no frame": (
        "both",
        CLASS + RELATION + "my:b a ontolex:LexicalEntry ; rdfs:label 'back' ; lexinfo:partOfSpeech lexinfo:verb ; "
        "ontolex:denotes my:backs .",
        "needs a frame",
        "'back'",
        "lexinfo:TransitiveFrame",
    ),
    "no preposition": (
        "both",
        CLASS + RELATION + "my:b a ontolex:LexicalEntry ; rdfs:label 'pay' ; lexinfo:partOfSpeech lexinfo:verb ; "
        "ontolex:denotes my:backs ; synsem:synBehavior [ a lexinfo:IntransitivePPFrame ] .",
        "needs a preposition",
        "'pay'",
        "lex:preposition",
    ),
    "no part of speech": (
        "both",
        CLASS + "my:b a ontolex:LexicalEntry ; rdfs:label 'club' ; ontolex:denotes my:Club .",
        "a part of speech",
        "my#b",
        "",
    ),
    "no entry": ("lexicon", "my:x rdfs:label 'x' .", "no ontolex:LexicalEntry", "my.ttl", "write"),
    "refused shape": (
        "shapes",
        "my:s a sh:NodeShape ; sh:targetClass acc:Person ; sh:sparql [ sh:select 'SELECT $this {}' ] .",
        "shacl#sparql",
        "my.ttl",
        "",
    ),
    "no shape": ("shapes", "my:x rdfs:label 'x' .", "holds no shape", "my.ttl", "sh:NodeShape"),
    "bad query": ("queries", "SELECT ?x WHERE { ?x ", "malformed SPARQL", "my.rq", "SELECT"),
    "bad header": (
        "queries",
        "#+ summary: x\n#+ parameters:\n#+   - name: y\n#+     colour: z\nASK {}",
        "colour",
        "my.rq",
        "",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_told_with_place_and_mend(name: str, tmp_path: Path) -> None:
    option, content, message, where, hint = BAD[name]
    file = tmp_path / ("my.rq" if option == "queries" else "my.ttl")
    file.write_text(content if option == "queries" else PREFIXES + content)
    given: dict[str, list[Path]] = {"ontology": [file], "lexicon": [file]} if option == "both" else {option: [file]}
    extension = read_extension(**given)
    with extended(extension), pytest.raises(InputError) as raised:
        check_extension(extension)
    error = raised.value
    assert message in error.message
    assert where in (error.where or "") + error.message
    assert str(file) in (error.where or "")
    assert hint in (error.hint or "")


def test_all_bad_files_were_tried() -> None:
    assert len(BAD) >= 17


def test_paths_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_extension(ontology=[tmp_path / "none.ttl"])
    (tmp_path / "my.owl").write_text("x")
    with pytest.raises(InputError, match=r"no \.ttl file"):
        read_extension(ontology=[tmp_path / "my.owl"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"holds no \.rq file"):
        read_extension(queries=[tmp_path / "empty"])
    (tmp_path / "claims.rq").write_text("ASK {}")
    with pytest.raises(InputError, match="a question of that name"):
        read_extension(queries=[tmp_path / "claims.rq"])


def stated(made: Build) -> set[str]:
    lines = made.files["dataset.nq"].decode().splitlines()
    return {line.split()[1].strip("<>").removeprefix(MUS) for line in lines if f" <{MUS}" in line and "/facts>" in line}


def test_what_is_kept_depends_on_the_users_files(tmp_path: Path) -> None:
    file = tmp_path / "museums.ttl"
    text = (MUSEUMS / "museums.ttl").read_text()
    effort = Effort(cache=tmp_path / "cache", warn=pytest.fail)
    seen = []
    for content in (text, text.replace('rdfs:label "lend"', 'rdfs:label "mail"'), text):
        file.write_text(content)
        settings = Settings(extension=read_extension([file], [file]))
        seen.append(stated(build([MUSEUMS / "loans.txt"], settings, effort)))
    assert seen[0] == seen[2] == {n for _, n, _ in STATED}
    first = build([MUSEUMS / "loans.txt"], Settings(), effort)
    assert not stated(first)


def test_a_class_told_in_one_document_counts_in_all(tmp_path: Path, museums: Extension) -> None:
    (tmp_path / "a.txt").write_text("The Lowther Valley Trust is a museum. The Lowther Valley Trust is old.\n")
    (tmp_path / "b.txt").write_text("The Lowther Valley Trust sponsors the Tidal Maps Exhibition.\n")
    made = build([tmp_path / "a.txt", tmp_path / "b.txt"], Settings(extension=museums), Effort(cache=None))
    types = [
        x for x in made.files["dataset.nq"].decode().splitlines() if "lowther-valley-trust> " in x and "#type>" in x
    ]
    assert any("museums#Museum" in x for x in types)
    assert made.report.conforms


def test_words_of_users_do_not_change_what_else_is_found(museums: Extension) -> None:
    text = (
        "Ana Ruiz is president of the Lake Teachers Association. The Lake Teachers Association bargains with the Lake "
        "Unified School District. The district and the union began the Bridge Project in 2003."
    )
    document = Document(iri="https://example.org/d", name="d", text=text, sha256="0" * 64)  # type: ignore[arg-type]
    plain, extended_ = (load_reader(Settings(extension=e))(document) for e in (NONE, museums))
    assert plain == extended_
    assert plain.assertions


def test_verify_makes_it_again_with_the_same_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, people = str(MUSEUMS / "museums.ttl"), tmp_path / "people.csv"
    people.write_text(
        "iri,label,kind\nhttps://a.org/1,Pell Gallery,Organization\n"
        "https://a.org/2,Peter Lund,Person\nhttps://a.org/3,Peter Lund,Person\n"
    )
    given = ["--ontology", file, "--lexicon", file, "--shapes", str(MUSEUMS / "shapes"), "--authority", str(people)]
    out = str(tmp_path / "out")
    for words, code in (
        (["build", str(MUSEUMS / "loans.txt"), "-o", out, "--no-cache", *given], 0),
        (["verify", out, "--rebuild", *given], 0),
        (["verify", out], 1),
    ):
        with pytest.raises(SystemExit) as left:
            app(words)
        assert left.value.code == code, capsys.readouterr()
    assert "made with another ontology than the one here" in capsys.readouterr().out
    assets.extend(NONE)
