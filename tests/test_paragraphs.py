"""Paragraphs of files, from the file through the graph to what is verified; whoever opens the file finds the words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, Dataset, URIRef

from kg.graph.dataset import graph_iri, to_dataset
from kg.graph.derivation import recovered
from kg.graph.evidence import HTML_FRAGMENTS, TEXT_FRAGMENTS
from kg.graph.explain import explain
from kg.graph.query import open_source
from kg.graph.serialize import to_nquads
from kg.graph.validate import validate
from kg.graph.verify import verify
from kg.graph.vocabulary import ACC, DCTERMS, OA
from kg.model import Corpus, Document, Paragraph
from kg.namespaces import DATA
from kg.sources import read_document
from kg.sources.elements import find_blocks, locate
from kg.sources.extract import Passage
from kg.sources.plain import find_paragraphs
from tests.builders import BUILD, SETTINGS, Writer, corpus, document
from tests.formats import REPORT, as_html, as_pdf, as_text, as_word
from tests.test_readers_agree import MAIL

W = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
#: Quoted-printable, flowed, with marks of quoting: the lines of the body are not those of the text.
FLOWED = (
    b"From: Ines Valdo <ines@courier.example>\r\nSubject: The talks\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"\r\n\r\n> Elm Union is here, \r\n> and has been for long=E2=80=A6\r\n\r\n"
    b"Ann Lee leads =\r\nElm Union.\r\nSo she says.\r\n"
)
PAGE = b"""<!doctype html><html><head><title>Elm Union and the schools of the valley</title></head><body>
<div hidden><p>Nobody sees this paragraph of the page, which has words enough.</p></div>
<div id="main"><h1 id="talks">Elm Union and the schools</h1>
<p>Elm Union is <b>here</b>, and it has been in the valley for as long as anybody remembers.</p>
<p id="lee 2">Ann Lee leads Elm Union, as she has done since the schools of the valley opened.</p>
<p id="twice">Her board meets in the library of the valley once a month, on a Tuesday.</p>
<p id="twice">Its members are teachers, and none of them is paid for what they do there.</p>
First words without an element of their own, but for the one that holds all the others.<br><br>
Second words without an element of their own, in the same one as the first are.
<ul><li>Elm Union has 30 members in the schools of the valley
<ul><li>Ten of them teach in Elm School itself</li></ul></li></ul>
<table><tr hidden><td>Nobody</td></tr><tr><th>Name</th><th>Post</th></tr>
<tr><td><p>Ann Lee</p></td><td>President of the union</td></tr></table></div>
</body></html>"""


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def lines_of(text: str, place: str) -> str:
    """What RFC 5147 finds: line=a,b is what stands between the ends of a lines and of b lines."""
    first, last = map(int, re.fullmatch(r"line=(\d+),(\d+)", place).groups())  # type: ignore[union-attr]
    return "\n".join(re.split(r"\r\n|\r|\n", text)[first:last])


def by_browsers(content: bytes) -> Callable[[str], str]:
    """What finds a fragment or an XPath in a page, as it is parsed by the algorithm of HTML5, with its `tbody`."""
    import html5rdf

    tree = html5rdf.parse(content.decode(), treebuilder="lxml", namespaceHTMLElements=False)

    def find(place: str) -> str:
        path = f'//*[@id="{place[1:]}"]' if place.startswith("#") else place
        (element,) = tree.xpath(path)
        return "".join(element.itertext())

    return find


def by_lxml(content: bytes) -> Callable[[str], str]:
    from lxml import etree

    tree = etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml"))

    def find(place: str) -> str:
        (element,) = tree.xpath(place, namespaces=W)
        return "".join(element.itertext(f"{{{W['w']}}}t"))

    return find


def by_email(content: bytes) -> Callable[[str], str]:
    import email
    import email.policy

    body = email.message_from_bytes(content, policy=email.policy.default).get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    return lambda place: re.sub(r"(?m)^(?:> ?)+", "", lines_of(text, place))


LONG = "Elm Union is here, and it has been here for as long as anybody in the valley remembers, which is very long.\n"
MADE: Mapping[str, tuple[bytes, Callable[[bytes], Callable[[str], str]], int]] = {
    "report.txt": (as_text(REPORT), lambda b: lambda place: lines_of(b.decode(), place), 14),
    "carriage.md": (as_text(REPORT).replace(b"\n", b"\r\n"), lambda b: lambda place: lines_of(b.decode(), place), 14),
    "long.txt": ((LONG + "So it says.\n" + "\n" + LONG).encode(), lambda b: lambda p: lines_of(b.decode(), p), 3),
    "report.html": (as_html(REPORT), by_browsers, 16),
    "page.html": (PAGE, by_browsers, 8),
    "report.docx": (as_word(REPORT), by_lxml, 16),
    "report.eml": (MAIL + as_text(REPORT).replace(b"\n", b"\r\n"), by_email, 14),
    "flowed.eml": (FLOWED, by_email, 2),
}


def paragraphs(source: Document) -> dict[str, str]:
    """Place → the words of the document that it is said to have."""
    ends = [*(p.start for p in source.paragraphs[1:]), len(source.text)]
    return {p.place: source.text[p.start : end] for p, end in zip(source.paragraphs, ends, strict=True) if p.place}


@pytest.mark.parametrize("name", MADE)
def test_the_file_has_the_words_where_the_paragraph_is_said_to_be(name: str, tmp_path: Path) -> None:
    content, other_side, least = MADE[name]
    (tmp_path / name).write_bytes(content)
    source = read_document(tmp_path / name, DATA)
    found, find = paragraphs(source), other_side(content)
    assert len(found) >= least
    assert [p.start for p in source.paragraphs] == sorted({p.start for p in source.paragraphs})
    wrong = {}
    for place, words in found.items():
        for line in filter(None, words.split("\n")):
            own = letters(re.sub(r"^\s*(?:• |\d+\. )", "", line))
            if own not in letters(find(place)):
                wrong[place] = line
    assert wrong == {}


def test_elements_of_a_page_are_found_by_id_or_below_one(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(PAGE)
    found = {
        words.strip()[:20]: place for place, words in paragraphs(read_document(tmp_path / "page.html", DATA)).items()
    }
    main = '//*[@id="main"]'
    assert found["Elm Union and the sc"] == "#talks"
    assert found["Elm Union is here, a"] == f"{main}/p[1]"
    assert found["Ann Lee leads Elm Un"] == f"{main}/p[2]"
    assert found["Her board meets in t"] == f"{main}/p[3]"
    assert found["• Elm Union has 30 m"] == f"{main}/ul[1]/li[1]"
    assert found["• Ten of them teach "] == f"{main}/ul[1]/li[1]/ul[1]/li[1]"
    assert found["Ann Lee, President o"] == f"{main}/table[1]/descendant::tr[3]"
    assert "Nobody" not in "".join(found)


def test_a_paragraph_without_an_element_has_no_place() -> None:
    blocks = [("/a", "onewordhere"), ("/b", "thesame"), ("/c", "thesame"), ("/d", "alongerpassagethatholdsmorewords")]
    texts = [
        "Words that no element has.",
        "The same",
        "The same",
        "the same",
        "passage that holds",
        "more",
        "One word here",
    ]
    assert [p.place for p in locate([Passage(text) for text in texts], blocks)] == ["", "/b", "/c", "", "/d", "", "/a"]


def test_deep_and_odd_pages_have_blocks() -> None:
    from lxml import html

    odd = "<o:p>Odd words</o:p>" + "<div>" * 120 + "Deep words" + "</div>" * 120
    blocks = {key: place for place, key in find_blocks(html.document_fromstring(odd), lambda _: False)}
    assert blocks["oddwords"].endswith("/*[1]")
    assert blocks["deepwords"] == ""


def test_lines_that_were_not_wrapped_are_paragraphs() -> None:
    assert find_paragraphs("a\nb\n\n \nc") == (Paragraph(0, "line=0,2"), Paragraph(7, "line=4,5"))
    assert [p.place for p in find_paragraphs(f"\n{LONG}{LONG}b\n")] == ["line=1,2", "line=2,3", "line=3,4"]
    assert find_paragraphs("\n\n") == ()


def test_a_pdf_has_pages_and_no_paragraphs(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(as_pdf(REPORT))
    source = read_document(tmp_path / "report.pdf", DATA)
    assert (source.paragraphs, len(source.pages)) == ((), 2)


# --- in the graph ---

TEXT = "Elm Union is here.\n\nAnn Lee leads Elm Union and\nhas done so for long.\n\nElm Union has 30 members.\n\nYes.\n"
STARTS = (0, TEXT.index("Ann Lee"), TEXT.index("Elm Union has"), TEXT.index("Yes"))
PLACES = {
    "text/plain": ("line=0,1", "line=2,4", "line=5,6", "line=7,8"),
    "text/html": ("#top", '//*[@id="main"]/p[1]', "", "/html/body[1]/p[9]"),
}


def source_of(media_type: str) -> Document:
    found = tuple(map(Paragraph, STARTS, PLACES[media_type]))
    return replace(document("one", TEXT), media_type=media_type, paragraphs=found)


def corpus_of(media_type: str) -> Corpus:
    writer = Writer(source_of(media_type))
    lee, elm = writer.entity("Person", "Ann Lee"), writer.entity("LaborUnion", "Elm Union")
    writer.states(lee, "affiliatedWith", elm, writer.grounds("Ann Lee leads Elm Union and\nhas done so for long."))
    writer.role(lee, "leader", elm, writer.grounds("has done so"))
    writer.role(lee, "clerk", elm, writer.grounds("Elm Union has 30 members."))
    return corpus(writer)


@pytest.fixture(params=sorted(PLACES))
def built(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Dataset, Path]:
    dataset = to_dataset(corpus_of(request.param), BUILD, SETTINGS)
    (tmp_path / "dataset.nq").write_bytes(to_nquads(dataset))
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "one.txt").write_text(TEXT)
    return request.param, dataset, tmp_path


def selectors(dataset: Dataset) -> dict[int, tuple[Any, ...]]:
    """Start of the evidence → kind, value, standard and start of the selector of its paragraph."""
    graph = dataset.graph(URIRef(graph_iri(SETTINGS.base, "evidence", source_of("text/plain").iri)))
    found = {}
    for target in graph.subjects(RDF.type, OA.SpecificResource):
        (start,) = (int(str(o)) for s in graph.objects(target, OA.hasSelector) for o in graph.objects(s, OA.start))
        for selector in graph.objects(target, OA.hasSelector):
            if (begin := graph.value(selector, ACC.paragraphStart)) is not None:
                kind, value = graph.value(selector, RDF.type), str(graph.value(selector, RDF.value))
                found[start] = kind, value, graph.value(selector, DCTERMS.conformsTo), int(str(begin))
    return found


def test_evidence_has_the_paragraph_that_it_begins_in(built: tuple[str, Dataset, Path]) -> None:
    media_type, dataset, _ = built
    found = selectors(dataset)
    done = TEXT.index("has done")
    if media_type == "text/plain":
        lines = URIRef(TEXT_FRAGMENTS)
        assert found[STARTS[1]] == found[done] == (OA.FragmentSelector, "line=2,4", lines, STARTS[1])
        assert found[STARTS[2]] == (OA.FragmentSelector, "line=5,6", lines, STARTS[2])
    else:
        assert found[0] == (OA.FragmentSelector, "top", URIRef(HTML_FRAGMENTS), 0)
        assert found[STARTS[1]] == found[done] == (OA.XPathSelector, '//*[@id="main"]/p[1]', None, STARTS[1])
        assert STARTS[2] not in found


def test_such_evidence_conforms_verifies_and_is_made_again(built: tuple[str, Dataset, Path]) -> None:
    media_type, dataset, folder = built
    assert validate(dataset).findings == ()
    assert verify(folder) == []
    again, settings = recovered(folder)
    assert to_nquads(to_dataset(again, BUILD, settings)) == (folder / "dataset.nq").read_bytes()
    explained = explain(open_source(folder), "Ann Lee")
    told = {p.exact: (p.page, p.paragraph) for _, group in explained.groups for item in group for p in item.places}
    assert told["has done so"] == (None, PLACES[media_type][1])


CHANGES = {
    "paragraph/one-2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> ": ('"line=2,4"', '"line=3,4"'),
    "paragraph/one-2> <https://w3id.org/accord/ns#paragraphStart> ": (f'"{STARTS[1]}"', '"60"'),
    f"evidence/one-{STARTS[1]}-": ("paragraph/one-2>", "paragraph/one-1>"),
}


@pytest.mark.parametrize("place", CHANGES)
def test_a_paragraph_that_does_not_fit_is_found(place: str, tmp_path: Path) -> None:
    old, new = CHANGES[place]
    lines = to_nquads(to_dataset(corpus_of("text/plain"), BUILD, SETTINGS)).decode().splitlines()
    changed = next(i for i, line in enumerate(lines) if place in line and old in line)
    lines[changed] = lines[changed].replace(old, new)
    (tmp_path / "dataset.nq").write_text("\n".join(lines) + "\n")
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "one.txt").write_text(TEXT)
    assert any("paragraph" in finding.message for finding in verify(tmp_path))
