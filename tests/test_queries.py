from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery

from kg import ontology
from kg.errors import AssetError, InputError, QueryError
from kg.graph import listing
from kg.graph.catalogue import TYPES, find_question, load_catalogue, parse_question
from kg.graph.dataset import add_inferred, to_dataset
from kg.graph.query import Result, Source, open_source, run, values
from kg.graph.resolve import fold, named_entities, resolve
from kg.graph.serialize import to_nquads
from kg.model import EntityId, Status, Unit
from kg.namespaces import ACC, PREFIXES
from tests.builders import BUILD, SETTINGS, Writer, corpus, document
from tests.expected_answers import ANSWERS, Answer, compare
from tests.gold import gold_corpus

ROOT = Path(__file__).parents[1]
EXPECTED = ROOT / "tests/queries"
EVIDENCE = ["document", "sentence", "speaker", "status"]
#: Parameters for questions that require one.
GIVEN = {"compare-numbers": {"topic": "class size"}, "said-on-topic": {"topic": "collaborat|union"}}


@pytest.fixture(scope="module")
def gold_nquads() -> bytes:
    dataset = to_dataset(gold_corpus(), BUILD, SETTINGS)
    add_inferred(dataset, [], SETTINGS)
    return to_nquads(dataset)


@pytest.fixture(scope="module")
def gold(gold_nquads: bytes) -> Source:
    return open_source(gold_nquads, "nq")


@pytest.fixture(scope="module")
def small() -> Source:
    """One document with a report, a denial, a plan, a former post and a number within a range."""
    text = (
        "Ann Lee, a former principal of Oak School, said the Elm Union opposes the plan. "
        "The Elm Union does not bargain with the Ash District. Oak School will join the network. "
        "Between 10 and 20 of 40 teachers (30%) agreed."
    )
    w = Writer(document("small", text))
    lee, oak = w.entity("Person", "Ann Lee"), w.entity("School", "Oak School")
    elm, ash = w.entity("LaborUnion", "Elm Union"), w.entity("SchoolDistrict", "Ash District")
    plan, network = w.entity("Concept", "the plan"), w.entity("CharterNetwork", "the network")
    w.states(elm, "opposes", plan, w.grounds("said the Elm Union opposes the plan", status=Status.REPORTED, by=lee))
    w.states(elm, "bargainsWith", ash, w.grounds("does not bargain with", status=Status.DENIED))
    w.states(oak, "memberOf", network, w.grounds("will join the network", status=Status.PLANNED))
    w.role(lee, "principal", None, w.grounds("a former principal"))
    w.number(
        "30",
        Unit.PERCENT,
        "30%",
        w.grounds("10 and 20 of 40 teachers (30%) agreed."),
        oak,
        numerator="20",
        denominator="40",
    )
    w.number("10", Unit.COUNT, "10", w.grounds("Between 10 and 20 of 40 teachers"), upper="20")
    return open_source(to_nquads(to_dataset(corpus(w), BUILD, SETTINGS)), "nq")


def tsv(result: Result) -> str:
    rows = [result.columns, *(tuple("" if cell is None else str(cell) for cell in row) for row in result.rows)]
    return "".join("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in rows)


def column(result: Result, name: str) -> list[str]:
    place = result.columns.index(name)
    return [str(row[place]) for row in result.rows]


# The catalogue


def test_catalogue_has_the_questions_and_every_one_is_described() -> None:
    catalogue = load_catalogue()
    assert len(catalogue) >= 28
    assert {a.number for a in ANSWERS} == set(range(1, 25))
    assert {a.question for a in ANSWERS} <= set(catalogue)
    for name, question in catalogue.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert question.summary.endswith("?"), name
        assert question.tags, name
        assert all(p.type in TYPES and p.description for p in question.parameters), name


@pytest.mark.parametrize("name", sorted(load_catalogue()))
def test_question_answers_as_reviewed(name: str, gold: Source) -> None:
    result = run(find_question(name), gold, GIVEN.get(name, {}))
    assert tsv(result) == (EXPECTED / f"{name}.tsv").read_text(encoding="utf-8")
    assert result.columns == tuple(c for c, _ in find_question(name).columns)


@pytest.mark.parametrize("name", sorted(load_catalogue()))
def test_every_select_shows_more_than_parameters(name: str) -> None:
    """The explorer writes terms in place of parameters, which then leave the projections (`web/src/engine.ts`)."""
    text = "".join(line for line in find_question(name).text.splitlines(True) if not line.startswith("#+"))
    clauses = re.findall(r"SELECT\b((?:(?!\bWHERE\b|\{)[\s\S])*)", text, re.IGNORECASE)
    assert len(clauses) == text.count("SELECT") >= 1
    for clause in clauses:
        assert re.search(r"\?(?!_)\w", clause), clause


def test_every_reviewed_answer_has_its_question() -> None:
    reviewed = sorted(p.stem for p in EXPECTED.glob("*.tsv"))
    assert reviewed == sorted(load_catalogue())
    assert all(len((EXPECTED / f"{n}.tsv").read_text(encoding="utf-8").splitlines()) > 1 for n in reviewed)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: f"{a.number}-{a.question}")
def test_expected_answers_of_the_seeds(answer: Answer, gold: Source) -> None:
    result = run(find_question(answer.question), gold, answer.parameters | answer.on_gold)
    missing, extra = compare(answer, result)
    assert missing <= answer.ungiven
    assert extra == set()


def test_comparison_notices_a_missing_and_an_extra_row(gold: Source) -> None:
    answer = next(a for a in ANSWERS if a.number == 3)
    result = run(find_question("presenters"), gold)
    fewer = Result(form="select", columns=result.columns, rows=result.rows[1:])
    assert compare(answer, fewer)[0] == {
        ("Ann Cummins-Bogan", "Consortium for Educational Change", "004_ee2d5fac82ae12ba")
    }
    other = next(a for a in ANSWERS if a.number == 16)
    assert len(compare(other, run(find_question("organizations-by-kind"), gold, {"kind": "School"}))[0]) == 10


@pytest.mark.parametrize("name", sorted(load_catalogue()))
def test_rows_do_not_depend_on_the_order_of_the_data(name: str, gold: Source, gold_nquads: bytes) -> None:
    lines = gold_nquads.splitlines(keepends=True)
    random.Random(7).shuffle(lines)  # noqa: S311
    shuffled = open_source(b"".join(lines), "nq")
    question = find_question(name)
    assert tsv(run(question, shuffled, GIVEN.get(name, {}))) == tsv(run(question, gold, GIVEN.get(name, {})))


@pytest.mark.parametrize("name", sorted(load_catalogue()))
def test_question_runs_with_every_parameter_bound(name: str, gold: Source) -> None:
    question = find_question(name)
    entities = {"Person": "Keiko Inoue", "Organization": "LAUSD", "Agent": "UTLA", "Event": "Technology Conference"}
    entities |= {"Entity": "LAUSD", "Undertaking": "ALMA", "Document": "PRNewsire"}
    values = {"text": "class", "number": "0.1"}
    for parameter in question.parameters:
        value = entities[parameter.kind] if parameter.kind else values.get(parameter.type, "")
        value = parameter.choices[0] if parameter.choices else value
        free = run(question, gold, GIVEN.get(name, {}))
        bound = run(question, gold, {**GIVEN.get(name, {}), parameter.name: value})
        assert len(bound.rows) <= len(free.rows), (name, parameter.name)
        assert bound.columns == free.columns


@pytest.mark.parametrize("name", sorted(load_catalogue()))
def test_every_answer_has_its_evidence(name: str) -> None:
    """Every name in the query is known, and rows say where, in which words, on whose word and in which manner."""
    question = find_question(name)
    columns = [c for c, _ in question.columns]
    assert [c for c in columns if c in EVIDENCE] == EVIDENCE
    assert columns.index("status") == columns.index("document") + (5 if name == "quotations" else 3)
    assert re.search(r"\nORDER BY .*\n$", question.text)
    declared = {str(s).removeprefix(ACC) for s in ontology.graph().subjects() if str(s).startswith(ACC)}
    assert set(re.findall(r"\bacc:(\w+)", question.text)) <= declared


@pytest.mark.parametrize("name", sorted(load_catalogue()))
def test_questions_are_sparql_to_another_parser(name: str) -> None:
    question = find_question(name)
    assert prepareQuery(question.text).algebra.name == "SelectQuery"
    for parameter in question.parameters:
        if parameter.enumeration:
            prepareQuery(parameter.enumeration, initNs=PREFIXES)


@pytest.mark.parametrize("name", sorted(load_catalogue()))
def test_parameters_tell_which_values_there_are(name: str, gold: Source) -> None:
    """Each value that an enumeration finds is one entity, and asking for the first finds something."""
    question = find_question(name)
    for parameter in question.parameters:
        assert bool(parameter.enumeration) == (parameter.type == "entity"), parameter.name
        found = values(parameter, gold)
        if parameter.enumeration:
            assert found, parameter.name
            solutions = run(parameter.enumeration, gold)
            known = {e.iri for e in named_entities(gold) if parameter.kind is None or ACC + parameter.kind in e.classes}
            assert {str(row[0].value) for row in solutions.rows if row[0]} <= known, parameter.name
            asked = [str(row[0].value) for row in solutions.rows if row[0]]
            rows = [run(question, gold, {**GIVEN.get(name, {}), parameter.name: iri}).rows for iri in asked]
            assert any(rows), parameter.name
        else:
            assert found == parameter.choices


# The generated catalogue


def test_the_catalogue_is_current() -> None:
    made = {"queries.md": listing.markdown(), "queries.ttl": listing.turtle()}
    for name, content in made.items():
        written = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert written == content, "generate it: python -m kg.graph.listing docs"


def test_every_question_is_in_the_catalogue_for_readers() -> None:
    written = (ROOT / "docs/queries.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^## (.*)$", written) == sorted(load_catalogue())
    for question in load_catalogue().values():
        for name in [*(p.name for p in question.parameters), *(c for c, _ in question.columns)]:
            assert f"| `{name}` |" in written


def test_every_question_is_in_the_catalogue_for_machines_and_runs_from_there(gold: Source) -> None:
    graph = Graph().parse(ROOT / "docs/queries.ttl")
    labelled = {str(label): node for node, label in graph.subject_objects(RDFS.label)}
    assert sorted(labelled) == sorted(load_catalogue())
    for name, node in labelled.items():
        question = find_question(name)
        assert (node, RDF.type, URIRef(SH + "SPARQLSelectExecutable")) in graph
        assert [str(k) for k in graph.objects(node, URIRef("https://schema.org/keywords"))]
        parameters = {str(graph.value(p, SH.name)): p for p in graph.objects(node, SH.parameter)}
        assert set(parameters) == {f"_{p.name}" for p in question.parameters}
        for p in question.parameters:
            assert graph.value(parameters[f"_{p.name}"], SH.optional) == Literal(not p.required)
        text = str(graph.value(node, SH.select))
        assert text == listing.body(question)
        if not any(p.default or p.required for p in question.parameters):
            assert tsv(run(text, gold)) == tsv(run(question, gold))


# What rows say of statements that are no plain facts


def test_reports_show_who_says_so(small: Source) -> None:
    result = run(find_question("stances"), small)
    assert tsv(result).splitlines()[1].split("\t")[:3] == ["Elm Union", "opposes", "the plan"]
    assert column(result, "speaker") == ["Ann Lee"]
    assert column(result, "status") == ["Reported"]


def test_denied_and_planned_relations_are_answers_to_no_question_but_one(small: Source) -> None:
    assert run(find_question("bargaining-and-partners"), small).rows == ()
    result = run(find_question("not-facts"), small)
    assert list(zip(column(result, "relation"), column(result, "status"), strict=True)) == [
        ("bargainsWith", "Denied"),
        ("memberOf", "Planned"),
    ]
    assert column(run(find_question("not-facts"), small, {"status": "Planned"}), "relation") == ["memberOf"]


def test_a_role_without_organization_is_one_row_and_not_one_for_each_name(small: Source) -> None:
    result = run(find_question("who-works-where"), small)
    assert [[None if c is None else str(c) for c in row[:3]] for row in result.rows] == [["Ann Lee", "principal", None]]
    assert run(find_question("who-works-where"), small, {"organization": "Oak School"}).rows == ()


def test_a_number_about_nothing_answers_no_question_about_something(small: Source) -> None:
    assert column(run(find_question("numbers"), small), "value") == ["10", "30"]
    assert column(run(find_question("numbers"), small, {"about": "Oak School"}), "value") == ["30"]


def test_share_is_recomputed(small: Source) -> None:
    result = run(find_question("shares-that-disagree"), small)
    assert column(result, "recomputed") == ["50"]
    assert run(find_question("shares-that-disagree"), small, {"tolerance": "20"}).rows == ()


def test_symmetric_pairs_are_found_from_either_side(gold: Source) -> None:
    for side, other in (("LAUSD", "UTLA"), ("UTLA", "LAUSD")):
        result = run(find_question("bargaining-and-partners"), gold, {"organization": side})
        assert [str(c) for c in result.rows[0][:3]] == ["bargainsWith", side, other]


def test_gap_between_number_and_range(gold: Source) -> None:
    result = run(find_question("compare-numbers"), gold, {"topic": "class size", "first": "Alliance"})
    assert len(result.rows) == 1
    assert [column(result, c)[0] for c in ("least_gap", "most_gap", "least_percent", "most_percent")] == [
        "4",
        "12.5",
        "13.3",
        "41.7",
    ]
    turned = run(find_question("compare-numbers"), gold, {"topic": "class size", "first": "LAUSD"})
    assert [column(turned, c)[0] for c in ("first", "least_gap", "most_gap")] == ["LAUSD", "-12.5", "-4"]


# Parameters


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ALMA", "alisal-labor-management-accord"),
        ("alisal labor management accord", "alisal-labor-management-accord"),
        ("the Alisal Labor-Management Accord", "alisal-labor-management-accord"),
        ("CLMI", "california-labor-management-institute"),
        ("chavez", "chavez"),
        ("Inoue", "keiko-inoue"),
        ("person:keiko-inoue-58347f0d8cb3", "keiko-inoue"),
        ("https://w3id.org/accord/data/person/keiko-inoue-58347f0d8cb3", "keiko-inoue"),
    ],
)
def test_entities_by_name_acronym_surname_and_iri(text: str, name: str, gold: Source) -> None:
    assert resolve(gold, text).rpartition("/")[2].startswith(name)


def test_ambiguous_name_lists_the_candidates(gold: Source) -> None:
    with pytest.raises(QueryError, match="names 2 entities") as caught:
        resolve(gold, "alisal")
    assert caught.value.hint is not None
    assert "/school/alisal" in caught.value.hint
    assert "/schooldistrict/alisal-union" in caught.value.hint
    assert "/schooldistrict/" in resolve(gold, "alisal", "SchoolDistrict")


def test_unknown_name_suggests_near_ones(gold: Source) -> None:
    with pytest.raises(QueryError, match="no Person is called 'Keiko Inouye'") as caught:
        resolve(gold, "Keiko Inouye", "Person")
    assert caught.value.hint == "do you mean Keiko Inoue"


def test_only_entities_are_suggested(gold: Source) -> None:
    """Graphs, activities, software and terms have labels too."""
    names = {e.names[0] for e in named_entities(gold)}
    assert {"Keiko Inoue", "Alisal Labor Management Accord, cohort 1"} <= names
    assert not [
        n for n in names if re.search(r"^(facts|claims|statements|evidence) of|^reading of|accord-kg|asserted", n)
    ]
    with pytest.raises(QueryError, match="no entity is called 'facts'") as caught:
        resolve(gold, "facts")
    assert caught.value.hint is not None
    assert "facts of" not in caught.value.hint


def test_things_of_other_vocabularies_have_names_as_well() -> None:
    turtle = b'<http://x/a> <http://www.w3.org/2000/01/rdf-schema#label> "Ann" .'
    assert resolve(open_source(turtle, "ttl"), "ann") == "http://x/a"


def test_folding_keeps_letters_of_all_scripts() -> None:
    assert fold("The Chávez  Elementary!") == "chavez elementary"
    assert fold("Школа №5") == "школа no5"
    assert fold("The") == "the"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"initiatve": "ALMA"}, "unknown parameter initiatve"),
        ({"initiative": "Nobody"}, "no Undertaking is called 'Nobody'"),
    ],
)
def test_bad_parameters(parameters: dict[str, str], message: str, gold: Source) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        run(find_question("cohorts"), gold, parameters)
    assert caught.value.hint


def test_required_enumerated_and_numeric_parameters(gold: Source) -> None:
    with pytest.raises(QueryError, match="topic is missing"):
        run(find_question("compare-numbers"), gold)
    with pytest.raises(QueryError, match="no value of relation"):
        run(find_question("bargaining-and-partners"), gold, {"relation": "funds"})
    with pytest.raises(QueryError, match="is no number"):
        run(find_question("shares-that-disagree"), gold, {"tolerance": "much"})


def test_values_are_bound_and_never_pasted(gold: Source) -> None:
    hostile = '" } DROP ALL #'
    assert run(find_question("numbers"), gold, {"topic": hostile}).rows == ()
    header = "#+ parameters:\n#+   - name: word\n#+     type: text\n"
    result = run(f"{header}SELECT ?_word (STRLEN(?_word) AS ?length) {{ }}", gold, {"word": hostile})
    assert [str(c) for c in result.rows[0] if c] == [str(len(hostile))]


def test_unknown_question_suggests_near_ones() -> None:
    with pytest.raises(QueryError, match="no canned question 'cohort'") as caught:
        find_question("cohort")
    assert caught.value.hint is not None
    assert "cohorts" in caught.value.hint


# Free text


def test_select_ask_and_construct(gold: Source) -> None:
    people = run("SELECT (COUNT(DISTINCT ?p) AS ?n) { ?p a acc:Person }", gold)
    assert (people.form, people.columns, tsv(people)) == ("select", ("n",), "n\n7\n")
    assert run("ASK { ?x acc:leads ?y }", gold).answer is True
    assert run("ASK { ?x acc:funds ?y }", gold).answer is False
    built = run("CONSTRUCT { ?x a acc:Person } WHERE { ?x a acc:Person }", gold)
    assert len(built.rows) == 7
    assert built.turtle is not None
    assert built.turtle.count(b"acc:Person") == 7


def test_a_triple_in_several_graphs_counts_once() -> None:
    data = b"".join(b"<http://x/s> <http://x/p> <http://x/o> <http://x/g%d> .\n" % number for number in range(3))
    result = run("SELECT (COUNT(*) AS ?n) { ?s <http://x/p> ?o }", open_source(data, "nq"))
    assert tsv(result) == "n\n1\n"
    graphs = run("SELECT ?g { GRAPH ?g { ?s <http://x/p> ?o } } ORDER BY ?g", open_source(data, "nq"))
    assert len(graphs.rows) == 3


def test_subclasses_count_also_where_the_data_come_without_the_ontology() -> None:
    turtle = b"<http://x/u> a <https://w3id.org/accord/ns#LaborUnion> ."
    result = run("ASK { ?x a/rdfs:subClassOf* acc:Organization }", open_source(turtle, "ttl"))
    assert result.answer is True


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("SELECT ?s WHERE {\n ?s ?p }", "line 2, column 9"),
        ("SELECT ?s WHERE { ?s nope:x ?o }", "line 1"),
        ("SELEC ?s", "line 1"),
        ("", "line 1"),
    ],
)
def test_malformed_sparql_names_the_place(text: str, where: str, gold: Source) -> None:
    with pytest.raises(QueryError) as caught:
        run(text, gold)
    assert where in str(caught.value.where)
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { service SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        "SELECT * {\n FILTER(1<2)SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } }",
    ],
)
def test_service_is_refused(text: str, gold: Source) -> None:
    with pytest.raises(QueryError, match="SERVICE is refused"):
        run(text, gold)


def test_the_word_service_is_no_service(gold: Source) -> None:
    text = 'PREFIX s: <http://x/service#> SELECT ?service { ?service s:service "SERVICE of x" } # SERVICE'
    assert run(text, gold).rows == ()
    with pytest.raises(QueryError, match="SERVICE is refused"):  # only the engine can tell that this is a string
        run('SELECT ?x { ?x ?y "SERVICE <x>" }', gold)


@pytest.mark.parametrize("text", ["INSERT DATA { <a:a> <a:b> <a:c> }", "PREFIX a: <a:> LOAD <http://x/>", "drop all"])
def test_updates_are_refused(text: str, gold: Source) -> None:
    with pytest.raises(QueryError, match="updates are refused"):
        run(text, gold)


# Sources


def test_sources_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"dataset\.nq: no such file") as caught:
        open_source(tmp_path)
    assert caught.value.hint is not None
    assert "kg build" in caught.value.hint
    (tmp_path / "bad.ttl").write_text("<http://x/s>\n <http://x/p> nonsense .\n")
    with pytest.raises(InputError, match=r"bad\.ttl:2: malformed RDF"):
        open_source(tmp_path / "bad.ttl")
    (tmp_path / "data.txt").write_text("x")
    with pytest.raises(InputError, match="unknown RDF format 'txt'"):
        open_source(tmp_path / "data.txt")


def test_directory_and_file_give_the_same_answer(tmp_path: Path, gold: Source, gold_nquads: bytes) -> None:
    (tmp_path / "dataset.nq").write_bytes(gold_nquads)
    question = find_question("cohorts")
    assert run(question, tmp_path) == run(question, tmp_path / "dataset.nq") == run(question, gold)


def test_asking_needs_neither_rdflib_nor_spacy(tmp_path: Path, gold_nquads: bytes) -> None:
    (tmp_path / "dataset.nq").write_bytes(gold_nquads)
    code = (
        "import sys, pathlib; from kg.graph.query import run; from kg.graph.catalogue import find_question; "
        "print(len(run(find_question('cohorts'), pathlib.Path(sys.argv[1])).rows), "
        "[m for m in ('rdflib', 'spacy', 'owlrl', 'pyshacl') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "12 []\n"


# Headers


def test_header_of_nested_lists_and_mappings() -> None:
    question = parse_question(
        "q",
        "#+ summary: Who?\n#+ description: One line\n#+   and another.\n#+ tags:\n#+   - a\n#+   - 'b: c'\n"
        "#+ parameters:\n#+   - name: kind\n#+     type: term\n#+     enumerate:\n#+       - X\n#+       - Y\n"
        "#+     default: X\n#+   - name: must\n#+     required: true\n#+ columns:\n#+   one: the first\nSELECT * {}\n",
    )
    assert question.description == "One line and another."
    assert question.tags == ("a", "b: c")
    assert question.columns == (("one", "the first"),)
    kind, must = question.parameters
    assert (kind.type, kind.choices, kind.default, kind.required) == ("term", ("X", "Y"), "X", False)
    assert (must.type, must.required) == ("text", True)


@pytest.mark.parametrize(
    "header",
    [
        "#+ summary",
        "#+ summary: a: b",
        "#+ tags:\n#+   - a\n#+   b",
        "#+ parameters:\n#+   - name: x\n#+     typo: y",
        "#+ parameters:\n#+   - name: x\n#+     type: colour",
        "#+ parameters:\n#+   - type: text",
        "#+   tags:\n#+ - a",
    ],
)
def test_malformed_headers(header: str) -> None:
    with pytest.raises(AssetError, match="malformed header"):
        parse_question("q", header + "\nSELECT * {}")


def test_entity_ids_of_builders_are_iris() -> None:
    assert all(e.id == EntityId(str(e.id)) and str(e.id).startswith(SETTINGS.base) for e in gold_corpus().entities)
