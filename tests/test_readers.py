"""What each reader keeps of its format, drops and says of the file; broken files cost only themselves."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.limits import DEFAULT
from kg.model import Metadata
from kg.sources import READERS, read_document, read_documents, stream_documents
from kg.sources.formats import sniff
from kg.sources.isolation import Read, readers
from kg.sources.metadata import complete
from tests.formats import REPORT, as_html, as_pdf, as_text, as_word

Describe = Callable[[str, bytes], Metadata]

BASE = "https://example.org/data/"
SENTENCE = "The union and the district agreed on Monday to meet again in the spring of the coming year."


@pytest.fixture(scope="module")
def ask() -> Iterator[Read]:
    """One process for readers, as a build has."""
    with readers(DEFAULT) as found:
        yield found


@pytest.fixture
def describe(ask: Read) -> Describe:
    def described(suffix: str, content: bytes) -> Metadata:
        found = ask(suffix, content)
        return complete(Metadata(), found.metadata, found.text)

    return described


def page(body: str, head: str = "<title>A page</title>") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body><article>{body}</article></body></html>".encode()


# --- formats are found by name and by content ---

MADE: dict[str, Callable[[], bytes]] = {
    ".docx": lambda: as_word(REPORT),
    ".html": lambda: as_html(REPORT),
    ".pdf": lambda: as_pdf(REPORT),
    ".txt": lambda: as_text(REPORT),
}


@pytest.mark.parametrize("suffix", MADE)
def test_the_title_comes_first_and_furniture_nowhere(suffix: str, ask: Read) -> None:
    text = ask(suffix, MADE[suffix]()).text
    assert text.startswith("Larkspur Teachers and District Sign a Three-Year Agreement\n\nThe Larkspur Federation")
    assert all(word not in text for word in ("Courier", "Page 1", "Home", "resigned"))
    assert text.count("\n• ") == 3
    assert "Odessa Brandvold, President, Larkspur Federation of Teachers\n" in text


@pytest.mark.parametrize("name", [".pdf", ".dat", ".txt", ".html", ""])
@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".html"])
def test_magic_goes_before_a_name(suffix: str, name: str) -> None:
    assert sniff(name, MADE[suffix]()) == suffix


@pytest.mark.parametrize(
    ("head", "suffix"),
    [
        (b"\xef\xbb\xbf  <!DOCTYPE HTML><p>x", ".html"),
        (b"\n<html lang=en>", ".html"),
        (b"Received: from a\r\n by b\r\nFrom: x\r\n\r\nbody", ".eml"),
        (b'[{"title": "t", "text": "x"}]', ".json"),
        (b'{"file": "a.txt"}\n{"file": "b.txt"}', ".jsonl"),
        (b"\x1f\x8b\x08", ".tar.gz"),
        (b"From: the board\n\nA press release.", ""),
        (b"Contact: A. Person\nDate: Monday\n\nA press release.", ""),
        (b"[Editor's note] The text follows.", ""),
        (b"<p>a fragment</p>", ""),
        (b"", ""),
    ],
)
def test_what_has_no_name_is_told_by_its_first_bytes(head: bytes, suffix: str) -> None:
    assert sniff("", head) == suffix


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.csv"])
def test_texts_that_look_like_mail_or_records_stay_texts(name: str) -> None:
    suffix = name[1:]
    assert sniff(suffix, b"Received: from a\n\nbody") == suffix
    assert sniff(suffix, b'{"text": "x"}') == suffix


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .docx"),
        (b"{\\rtf1\\ansi", "save it as .docx or .txt"),
        (b"\x89PNG\r\n\x1a\n", "OCR"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text", "save it as .docx or .txt"),
    ],
)
def test_formats_without_reader_are_named_with_the_mend(head: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_bytes(head)
    documents, skipped = read_documents([tmp_path / "a.doc"], BASE)
    assert documents == ()
    assert words in skipped[0].reason


def test_standard_input_is_sniffed(monkeypatch: pytest.MonkeyPatch) -> None:
    for suffix in (".pdf", ".txt"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MADE[suffix]())))
        ((document,), skipped) = read_documents([Path("-")], BASE)
        assert (document.name, document.media_type, skipped) == ("stdin", READERS[suffix].media_type, ())


def test_a_missing_extra_costs_its_documents_and_names_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As seen by a process for readers that does not find the libraries."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    for library in ("docx", "pypdf", "trafilatura"):
        (hidden / f"{library}.py").write_text("raise ImportError('not installed')")
    monkeypatch.setattr(sys, "path", [str(hidden), *sys.path])
    folder = tmp_path / "documents"
    folder.mkdir()
    for suffix, make in MADE.items():
        (folder / f"report{suffix}").write_bytes(make())
    documents, skipped = read_documents([folder], BASE)
    assert [d.media_type for d in documents] == ["text/plain"]
    assert [(Path(s.source).suffix, s.reason) for s in skipped] == [
        (".docx", "reading DOCX is not installed (pip install 'accord-kg[docx]')"),
        (".html", "reading HTML is not installed (pip install 'accord-kg[html]')"),
        (".pdf", "reading PDF is not installed (pip install 'accord-kg[pdf]')"),
    ]


def test_extras_that_errors_name_exist() -> None:
    import tomllib

    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    named = {reader.extra for reader in READERS.values() if reader.extra}
    assert named == {"docx", "html", "pdf"}
    assert sorted(extras["readers"]) == sorted(line for extra in named for line in extras[extra])


def test_importing_sources_imports_no_library_of_a_reader() -> None:
    script = "import sys, kg.sources; print({'docx', 'lxml', 'pypdf', 'trafilatura'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_one_by_one_gives_the_same_as_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.txt", "a.txt", "deep/a.txt", "c.txt"):
        (tmp_path / name).write_text(f"text of {name}")
    (tmp_path / "d.txt").write_text("text of c.txt")
    (tmp_path / "bad.txt").write_bytes(b"\0")
    found = list(stream_documents([tmp_path], BASE))
    documents, skipped = read_documents([tmp_path], BASE)
    assert tuple(d for d in found if not hasattr(d, "reason")) == documents
    assert {s for s in found if hasattr(s, "reason")} == set(skipped)
    assert [d.name for d in documents] == ["a", "a-2", "b", "c"]


# --- HTML ---


def test_html_keeps_structure_as_a_person_would_type_it(ask: Read) -> None:
    body = (
        f"<h1>Talks in the valley go on</h1><p>{SENTENCE}<sup>1</sup> It was\n the <em>third</em> meeting.</p>"
        f"<blockquote><p>“We will be back,” said Ana Ruiz, president of the local, {SENTENCE}</p></blockquote>"
        "<ol><li>Salaries</li><li>Class sizes<ul><li>in grade one</li></ul></li></ol>"
        "<table><tr><th>Name</th><th>Post</th></tr><tr><td>Ruiz, Ana</td><td>President</td></tr></table>"
        f"<p>12 Elm Street<br>Springfield</p><p>{SENTENCE} soft\u00adhyphen zero\u200bwidth&nbsp;space</p>"
    )
    assert ask(".html", page(body)).text == (
        f"Talks in the valley go on\n\n{SENTENCE}¹ It was the third meeting.\n\n"
        f"“We will be back,” said Ana Ruiz, president of the local, {SENTENCE}\n\n"
        "1. Salaries\n2. Class sizes\n  • in grade one\n\n"
        "Name, Post\n\nRuiz, Ana; President\n\n"
        f"12 Elm Street\nSpringfield\n\n{SENTENCE} softhyphen zerowidth space\n"
    )


def test_what_stands_around_the_story_is_left_out(ask: Read) -> None:
    story = "".join(f"<p>{SENTENCE} It was meeting {n}.</p>" for n in range(8))
    around = (
        '<header><div class="logo">The Ledger</div><ul class="menu"><li><a href="/">Home</a></li></ul></header>'
        f"<main><h1>Talks in the valley go on</h1>{story}"
        '<div class="related"><h3>Related stories</h3><ul><li><a href="/a">Elm loses a chief</a></li></ul></div>'
        '<div id="comments"><h3>1 comment</h3><div class="comment"><p>Ana Ruiz was never elected.</p></div></div>'
        '<div class="share">Share this</div></main><aside><h4>Most read</h4><p>Teachers walk out</p></aside>'
        "<footer>Contact us</footer>"
    )
    content = f"<!doctype html><html><head><title>Talks in the valley go on | The Ledger</title></head><body>{around}"
    text = ask(".html", content.encode()).text
    assert text.startswith("Talks in the valley go on\n\nThe union")
    assert text.endswith("It was meeting 7.\n")
    assert text.count("\n\n") == 8


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (page(f"<p>Piñon “Board” {SENTENCE}</p>", '<meta charset="utf-8">'), "Piñon “Board”"),
        (page(f"<p>Piñon “Board” {SENTENCE}</p>", "").decode().encode("cp1252"), "Piñon “Board”"),
        (page(f"<p>Piñon “Board” {SENTENCE}</p>", '<meta charset="ISO-8859-1">').decode().encode("cp1252"), "“Board”"),
        (page(f"<p>Piñon {SENTENCE}</p>", '<meta http-equiv=Content-Type content="text/html; charset=macroman">')
         .decode().encode("mac-roman"), "Piñon"),
        (b"\xff\xfe" + page(f"<p>Piñon {SENTENCE}</p>").decode().encode("utf-16-le"), "Piñon"),
        (b"\xef\xbb\xbf" + page(f"<p>Piñon {SENTENCE}</p>", '<meta charset="latin-1">'), "Piñon"),
        (page(f"<p>Piñon {SENTENCE}</p>", '<meta charset="rot13">'), "Piñon"),
    ],
)  # fmt: skip
def test_html_is_decoded_as_browsers_do(content: bytes, words: str, ask: Read) -> None:
    assert words in ask(".html", content).text


def test_html_says_who_wrote_it_where_and_when(describe: Describe) -> None:
    assert describe(".html", as_html(REPORT)) == Metadata(
        title="Larkspur Teachers and District Sign a Three-Year Agreement",
        author="Ines Valdo",
        date="2018-06-05",
        url="https://courier.example/news/agreement",
        publisher="The Larkspur Courier",
        embedded=("author", "date", "publisher", "title", "url"),
    )


def test_json_ld_is_read_and_nothing_is_guessed_from_the_text(describe: Describe) -> None:
    data = '{"@context":"https://schema.org","@type":"NewsArticle","headline":"Talks","datePublished":"2019-03-04"}'
    with_data = page(f"<p>{SENTENCE} {SENTENCE}</p>", f'<script type="application/ld+json">{data}</script>')
    without = page(f"<p>On May 3, 2017, {SENTENCE} {SENTENCE}</p><p>© 2016 The paper</p>")
    assert describe(".html", with_data).date == "2019-03-04"
    assert describe(".html", without).date is None


# --- Word ---


def test_word_keeps_lists_notes_and_accepted_changes(ask: Read) -> None:
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    document.add_paragraph("Talks go on", style="Heading 1")
    document.add_paragraph("first", style="List Number")
    document.add_paragraph("second", style="List Number")
    document.add_paragraph("deeper", style="List Bullet 2")
    changed = (
        f"<w:p {nsdecls('w')}><w:r><w:t>It </w:t></w:r><w:del><w:r><w:delText>was</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>is</w:t></w:r></w:ins><w:hyperlink><w:r><w:t xml:space='preserve'> agreed</w:t></w:r>"
        "</w:hyperlink><w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t></w:r>"
        "<w:r><w:br/><w:t>co</w:t><w:noBreakHyphen/><w:t>chair</w:t><w:softHyphen/></w:r></w:p>"
    )
    document.element.body.insert(-1, parse_xml(changed))
    file = io.BytesIO()
    document.save(file)
    assert ask(".docx", file.getvalue()).text == (
        "Talks go on\n\n1. first\n2. second\n  • deeper\n\nIt is agreed²\nco-chair\n"
    )


def test_word_sets_footnotes_at_the_end(ask: Read) -> None:
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    for words, number in (("As one study found", 7), ("and as another did", 3)):
        reference = f"<w:r {nsdecls('w')}><w:footnoteReference w:id='{number}'/></w:r>"
        document.add_paragraph(words)._p.append(parse_xml(reference))
    notes = "".join(
        f"<w:footnote w:id='{n}'{kind}><w:p><w:r><w:footnoteRef/><w:t> {words}</w:t></w:r></w:p></w:footnote>"
        for n, words, kind in (
            (0, "", " w:type='separator'"), (3, "Doe, A Study (2015).", ""), (7, "Roe, Work (2014).", "")
        )
    )  # fmt: skip
    blob = f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>".encode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, blob, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    file = io.BytesIO()
    document.save(file)
    assert ask(".docx", file.getvalue()).text == (
        "As one study found¹\n\nand as another did²\n\n¹ Roe, Work (2014).\n\n² Doe, A Study (2015).\n"
    )


# --- PDF ---


@pytest.mark.parametrize("align", ["L", "J"])
@pytest.mark.parametrize(("width", "size"), [(0, 9), (60, 9), (0, 11), (60, 11), (0, 13), (60, 13)])
def test_pdf_is_reflowed_whatever_its_columns_and_sizes(align: str, width: int, size: int, ask: Read) -> None:
    expected = ask(".html", as_html(REPORT)).text
    assert ask(".pdf", as_pdf(REPORT, align=align, width=width, size=size)).text == expected


def test_pages_of_a_pdf_begin_where_their_words_do(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(as_pdf(REPORT, paper=(120, 150)))
    document = read_document(tmp_path / "report.pdf", BASE)
    assert len(document.pages) == 3
    assert document.pages[0] == 0
    assert list(document.pages) == sorted(document.pages)
    assert all(0 < start < len(document.text) for start in document.pages[1:])
    assert all(document.text[start - 1].isspace() for start in document.pages[1:])
    assert [document.page(0), document.page(document.pages[1] - 1), document.page(document.pages[1])] == [1, 1, 2]
    assert document.page(len(document.text) - 1) == 3


def test_other_formats_have_no_pages(ask: Read) -> None:
    assert {suffix: ask(suffix, make()).pages for suffix, make in MADE.items() if suffix != ".pdf"} == {
        ".docx": (),
        ".html": (),
        ".txt": (),
    }


def test_pdf_says_title_author_and_day(describe: Describe) -> None:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(as_pdf(REPORT)))
    writer.metadata = {"/Title": "Microsoft Word - draft.docx", "/Author": "Ines Valdo", "/CreationDate": "D:20180605"}
    file = io.BytesIO()
    writer.write(file)
    metadata = describe(".pdf", file.getvalue())
    assert (metadata.author, metadata.date, metadata.embedded) == ("Ines Valdo", "2018-06-05", ("author", "date"))
    assert metadata.title == REPORT[0][1]
    assert metadata.inferred == ("title",)


def test_a_locked_pdf_is_refused_and_one_without_password_read(tmp_path: Path) -> None:
    import pypdf

    for password in ("secret", ""):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(as_pdf(REPORT)))
        writer.encrypt(password, owner_password="owner")  # noqa: S106 -- of a test file
        file = io.BytesIO()
        writer.write(file)
        (tmp_path / f"locked{password}.pdf").write_bytes(file.getvalue())
    documents, skipped = read_documents([tmp_path], BASE)
    assert [d.name for d in documents] == ["locked"]
    assert skipped[0].reason == "encrypted (save it without a password)"


# --- mail ---

HEADERS = (
    "Received: from a by b\r\nFrom: =?utf-8?q?In=C3=A9s_Valdo?= <i@x.example>\r\nSubject: Fwd: RE: The talks\r\n"
    "Date: Tue, 05 Jun 2018 23:30:00 -0700\r\nOrganization: The Larkspur Courier\r\n"
    "Archived-At: <https://lists.example/1>\r\nMIME-Version: 1.0\r\n"
)


def mail(body: str, kind: str = "text/plain; charset=utf-8") -> bytes:
    return f"{HEADERS}Content-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}".encode()


def test_mail_gives_its_body_and_its_headers_the_metadata(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail("Dear all,\r\n\r\nthe Piñon talks go on.\r\n\r\n> They stopped?\r\n"))
    document = read_document(tmp_path / "a.eml", BASE)
    assert document.text == "Dear all,\n\nthe Piñon talks go on.\n\nThey stopped?\n"
    assert document.metadata == Metadata(
        title="The talks",
        author="Inés Valdo",
        date="2018-06-05",
        publisher="The Larkspur Courier",
        url="https://lists.example/1",
        embedded=("author", "date", "publisher", "title", "url"),
    )


def test_flowed_lines_are_joined(ask: Read) -> None:
    text = "The union and \r\nthe district \r\nagreed.\r\n\r\n-- \r\nInes\r\n"
    flowed = ask(".eml", mail(text, "text/plain; charset=utf-8; format=flowed")).text
    assert flowed == "The union and the district agreed.\n\n-- \nInes\n"


def test_plain_text_is_taken_before_html_and_html_before_nothing(ask: Read) -> None:
    both = (
        f"--x\r\nContent-Type: text/html\r\n\r\n<html><body><p>as a page {SENTENCE}</p></body></html>\r\n"
        "--x\r\nContent-Type: text/plain\r\n\r\nas a text\r\n--x--\r\n"
    )
    assert ask(".eml", mail(both, 'multipart/alternative; boundary="x"')).text == "as a text\n"
    only = f"<html><body><p>as a page {SENTENCE}</p></body></html>"
    assert ask(".eml", mail(only, "text/html; charset=utf-8")).text == f"as a page {SENTENCE}\n"


# --- metadata ---


def test_sidecars_go_before_what_a_file_says(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_bytes(as_html(REPORT))
    (tmp_path / "report.meta.toml").write_text('author = "The staff"\ndate = 2017-01-01\nlicence = "CC0"')
    metadata = read_document(tmp_path / "report.html", BASE).metadata
    assert (metadata.author, metadata.date, metadata.licence) == ("The staff", "2017-01-01", "CC0")
    assert metadata.embedded == ("publisher", "title", "url")


def test_nonsense_in_a_file_is_left_out_without_a_word(describe: Describe) -> None:
    head = (
        f'<title>{"t" * 600}</title><meta name="author" content="A\u0007B"><link rel="canonical" href="javascript:x()">'
        '<meta property="article:published_time" content="9999-99-99">'
    )
    metadata = describe(".html", page(f"<p>{SENTENCE} {SENTENCE}</p>", head))
    assert (metadata.title, metadata.date, metadata.url) == (None, None, None)


def test_an_error_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n")
    with pytest.raises(InputError) as caught:
        read_document(tmp_path / "a.pdf", BASE)
    assert caught.value.where == str(tmp_path / "a.pdf")
    assert caught.value.hint
