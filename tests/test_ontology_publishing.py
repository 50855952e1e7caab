"""The ontology as something published: every term documented and checked, a page of HTML, differences that are told."""

from __future__ import annotations

import html
import importlib.util
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, Graph, URIRef

from kg import assets
from kg import ontology as ontologies
from kg.assets import extended, read_extension
from kg.cli.app import app
from kg.errors import InputError
from kg.extension import NONE, Added, Extension
from kg.graph.ontology_difference import Change, difference, read_ontology_files
from kg.graph.ontology_report import report
from kg.graph.ontology_texts import texts
from kg.model import Severity
from kg.namespaces import ACC
from kg.ontology import load_ontology
from kg.site.ontology_page import class_diagram, ontology_page

MUSEUMS = Path(__file__).parents[1] / "docs" / "examples" / "museums" / "museums.ttl"


@pytest.fixture(autouse=True)
def no_extension() -> None:
    assets.extend(NONE)


def test_every_class_and_property_has_a_shape_or_a_reason() -> None:
    made = report()
    known = load_ontology()
    terms = {*known.classes, *known.properties}
    assert set(made.checked) | set(made.reasons) == terms
    assert not set(made.checked) & set(made.reasons)
    assert all(why.endswith(".") for why in made.reasons.values())
    assert len(made.checked) > 3 * len(made.reasons)
    assert [r for r in made.remarks if r.severity is not Severity.INFO] == []


def added(text: str) -> Extension:
    head = (
        "@prefix my: <https://example.org/my#> . @prefix acc: <https://w3id.org/accord/ns#> . "
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    )
    return Extension((Added("ontology", "+my.ttl", (head + text).encode(), "my.ttl"),))


def test_what_is_missing_is_told() -> None:
    text = (
        "my:Club a owl:Class ; rdfs:subClassOf acc:Organization ; rdfs:label 'place' .\n"
        "my:likes a owl:ObjectProperty ; rdfs:label ' likes', 'is fond of' ; rdfs:domain my:Club .\n"
    )
    with extended(added(text)):
        found = {(r.rule, r.term) for r in report().remarks if r.severity is not Severity.INFO}
    club, likes = "https://example.org/my#Club", "https://example.org/my#likes"
    assert ("missing_definition", club) in found
    assert ("no_shape", likes) in found
    assert ("multiple_labels", likes) in found
    assert "duplicate_label" in {rule for rule, _ in found}
    assert ("no_shape", club) not in found  # those of organizations are about clubs


def test_the_command_reports_and_exits(capsys: pytest.CaptureFixture[str]) -> None:
    for words, code in ((["ontology", "report"], 0), (["ontology", "report", "--ontology", str(MUSEUMS)], 1)):
        with pytest.raises(SystemExit) as left:
            app(words)
        assert left.value.code == code
    out = capsys.readouterr().out
    assert re.search(r"^ +\d+ classes$", out, re.MULTILINE)
    assert "no_shape: https://example.org/museums#lendsTo" in out
    assert "no_shape: https://example.org/museums#Museum" not in out


class Page(HTMLParser):
    """Ids, links and tags of a page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [str(given["id"])] if "id" in given else []
        self.links += [str(given["href"])] if "href" in given else []
        self.loads += [tag] if tag in ("script", "link", "img", "iframe") or "src" in given else []


def test_the_page_has_all_terms_and_fetches_nothing() -> None:
    known = load_ontology()
    content = ontology_page(known, texts())
    assert content == ontology_page(known, texts())
    page = Page(content.decode())
    assert not page.loads
    assert {*known.classes, *known.properties, *known.schemes} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert "0.2.0" in content.decode()
    assert known.classes["LaborUnion"].definition.replace("'", "&#x27;") in content.decode()


#: pyLODE 3.4 reads its version from a file that its wheel lacks.
BY_PYLODE = """
import sys, types
sys.modules["pylode.version"] = types.SimpleNamespace(__version__="")
from pylode import OntPub
open(sys.argv[2], "w", encoding="utf-8").write(OntPub(sys.argv[1]).make_html())
"""


def test_pylode_documents_every_term(root: Path, tmp_path: Path) -> None:
    if importlib.util.find_spec("pylode") is None:
        pytest.skip("pyLODE is not here")
    files = [str(root / "ontology" / "accord.ttl"), str(tmp_path / "page.html")]
    subprocess.run([sys.executable, "-W", "ignore", "-c", BY_PYLODE, *files], check=True, capture_output=True)
    content = (tmp_path / "page.html").read_text("utf-8")
    known = load_ontology()
    terms = {name: term.definition for name, term in known.classes.items()}
    terms |= {name: term.definition for name, term in known.properties.items()}
    assert len(terms) > 90
    assert [name for name in terms if f"{ACC}{name}" not in content] == []
    words = html.unescape(re.sub(r"<[^>]+>|\s+", " ", content))
    assert [name for name, told in terms.items() if " ".join(told.split()) not in " ".join(words.split())] == []


def test_the_page_shows_users_terms_and_escapes_them() -> None:
    text = "my:Club a owl:Class ; rdfs:subClassOf acc:Organization ; rdfs:label '<b>club</b>' .\n"
    with extended(added(text)):
        content = ontology_page(load_ontology(), texts()).decode()
    assert "&lt;b&gt;club&lt;/b&gt;" in content
    assert "<b>" not in content


def test_the_diagram_has_each_class_below_its_parents() -> None:
    drawn = class_diagram(load_ontology())
    labels = re.findall(r'x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)<', drawn)
    places = {label: (float(x), float(y)) for x, y, label in labels}
    assert {c.label for c in load_ontology().classes.values()} == set(places)
    assert places["labor union"][0] > places["organization"][0] > places["agent"][0] > places["entity"][0]
    assert len({y for _, y, _ in labels}) == len(labels)


def test_a_class_below_itself_ends() -> None:
    text = (
        "my:A a owl:Class ; rdfs:subClassOf my:B, acc:Place ; rdfs:label 'a' . "
        "my:B a owl:Class ; rdfs:subClassOf my:A ; rdfs:label 'b' ."
    )
    with extended(added(text)):
        assert class_diagram(load_ontology()).endswith("</svg>")
        assert load_ontology().nearest_own("https://example.org/my#B") == "Place"


def test_difference_of_terms_axioms_and_words() -> None:
    old, new = ontologies.graph(), ontologies.graph()
    acc = "https://w3id.org/accord/ns#"
    new.remove((URIRef(acc + "School"), None, None))
    new.add((URIRef(acc + "Academy"), RDF.type, OWL.Class))
    new.set((URIRef(acc + "partOf"), RDFS.domain, URIRef(acc + "Place")))
    old_domain = old.value(URIRef(acc + "partOf"), RDFS.domain)
    new.set((URIRef(acc + "Place"), RDFS.label, next(iter(old.objects(URIRef(acc + "Event"), RDFS.label)))))
    found = difference(old, new)
    assert Change("acc:Academy", "added") in found
    assert Change("acc:School", "removed") in found
    was = "" if old_domain is None else "acc:" + str(old_domain).removeprefix(acc)
    assert Change("acc:partOf", "changed", "rdfs:domain", was, "acc:Place") in found
    assert Change("acc:Place", "changed", "rdfs:label", "place", "event", documentation=True) in found
    assert len(found) == 4


def test_blank_nodes_are_compared_by_what_they_say() -> None:
    text = (
        "@prefix a: <https://a.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
        "a:C a owl:Class ; a:p [ a:q {} ] ."
    )
    one, same, other = (Graph().parse(data=text.format(n), format="turtle") for n in (1, 1, 2))
    assert difference(one, same) == ()
    assert len(difference(one, other)) == 1


def test_the_command_compares(tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "old.ttl"
    file.write_text((root / "ontology" / "accord.ttl").read_text().replace("acc:Match ", "acc:Pairing "))
    for words, code in (
        (["ontology", "diff", str(root / "ontology")], 0),
        (["ontology", "diff", str(file), str(root / "ontology" / "accord.ttl")], 1),
        (["ontology", "diff"], 2),
        (["ontology", "draw"], 2),
    ):
        with pytest.raises(SystemExit) as left:
            app(words)
        assert left.value.code == code, words
    out = capsys.readouterr().out
    assert "+ acc:Match\n" in out
    assert "- acc:Pairing\n" in out


def test_versions_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("x y")
    for path, words in ((tmp_path / "none.ttl", "cannot be read"), (tmp_path / "bad.ttl", "malformed Turtle")):
        with pytest.raises(InputError, match=words):
            read_ontology_files(path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no ontology"):
        read_ontology_files(tmp_path / "empty")


def test_the_version_has_a_change_note_and_a_prior_version() -> None:
    graph, node = ontologies.graph(), URIRef("https://w3id.org/accord/ns#")
    version = str(graph.value(node, OWL.versionInfo))
    assert str(graph.value(node, OWL.versionIRI)).endswith(version)
    notes = [str(o) for o in graph.objects(node, URIRef("http://www.w3.org/2004/02/skos/core#changeNote"))]
    assert any(n.startswith(f"{version}: ") for n in notes)
    assert graph.value(node, OWL.priorVersion)


def test_imports_are_resolved_among_the_files_given(tmp_path: Path) -> None:
    one, two = tmp_path / "one.ttl", tmp_path / "two.ttl"
    owl = "http://www.w3.org/2002/07/owl#"
    one.write_text(
        f"<https://a.org/one> a <{owl}Ontology> ; <{owl}imports> <https://a.org/two>, <https://w3id.org/accord/ns#> ."
    )
    two.write_text(f"<https://a.org/two> a <{owl}Ontology> .")
    with extended(read_extension([one, two])):
        assert len(load_ontology().classes) > 30
    with extended(read_extension([one])), pytest.raises(InputError, match=r"owl:imports https://a\.org/two"):
        load_ontology()


def test_the_map_to_ceds_holds_close_matches_of_classes_and_nothing_else(root: Path) -> None:
    graph = Graph().parse(root / "ontology" / "ceds.ttl", format="turtle")
    own = {URIRef("https://w3id.org/accord/ns#" + n) for n in load_ontology().classes}
    assert len(graph) == 2
    assert {str(p) for _, p, _ in graph} == {"http://www.w3.org/2004/02/skos/core#closeMatch"}
    assert set(graph.subjects()) <= own
    assert all(re.fullmatch(r"http://ceds\.ed\.gov/terms#C\d{6}", str(o)) for o in graph.objects())
