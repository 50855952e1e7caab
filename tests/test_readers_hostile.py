"""Files made to break their readers cost themselves only, in Accord's words and in bounded time and memory."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.limits import DEFAULT, LimitError, Limits
from kg.sources import read_documents
from kg.sources.isolation import readers
from tests.formats import REPORT, as_html, as_pdf, as_word

BASE = "https://example.org/data/"

_WORD = as_word(REPORT)
_PDF = as_pdf(REPORT)
_EXTERNAL = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
_LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(12)
)


def word(change: Callable[[bytes], bytes], part: str = "word/document.xml") -> bytes:
    """A Word document with one part changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_WORD)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return file.getvalue()


def declaring(declaration: str, reference: bytes) -> Callable[[bytes], bytes]:
    def change(part: bytes) -> bytes:
        at = part.index(b"?>") + 2
        return part[:at] + declaration.encode() + part[at:].replace(b"Larkspur Teachers", reference)

    return change


def opened(words: bytes) -> Callable[[bytes], bytes]:
    return lambda part: part.replace(b"<w:body>", b"<w:body>" + words)


def pdf(contents: bytes, kids: bytes = b"[3 0 R]", more: bytes = b"") -> bytes:
    """A PDF of one page, without a table of its objects."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids" + kids + b">>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d%b>>stream\n%b\nendstream" % (len(contents), more, contents),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = b"".join(b"%d 0 obj%b endobj\n" % (number, content) for number, content in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n"


HTML = "<!doctype html><html><head><title>t</title></head><body>"
#: Ending, content, and what the error says.
CASES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "billion laughs": (".docx", lambda: word(declaring(_LAUGHS + "]>", b"&m;")), "declares a document type"),
    "external entity": (
        ".docx",
        lambda: word(declaring(_EXTERNAL, b"&x;")),
        "declares a document type",
    ),
    "billion laughs in UTF-16": (
        ".docx",
        lambda: word(
            lambda p: declaring(_LAUGHS + "]>", b"&m;")(p).decode().replace("UTF-8", "UTF-16").encode("utf-16")
        ),
        "declares a document type",
    ),
    "entity in the properties": (
        ".docx",
        lambda: word(declaring(_EXTERNAL, b"&x;"), "docProps/core.xml"),
        "declares a document type",
    ),
    "unpacked size": (".docx", lambda: word(opened(b" " * (260 << 20))), "KG_MAX_UNPACKED_SIZE"),
    "unpacked ratio": (".docx", lambda: word(opened(b"<w:p/>" * 1_000_000)), "KG_MAX_UNPACKED_RATIO"),
    "nested parts": (".docx", lambda: word(opened(b"<w:sdt>" * 400 + b"</w:sdt>" * 400)), "KG_MAX_DEPTH"),
    "half an archive": (".docx", lambda: _WORD[: len(_WORD) // 2], "damaged archive"),
    "no body": (".docx", lambda: word(lambda _: b"<a/>"), "damaged Word document"),
    "no text": (
        ".docx", lambda: word(lambda p: p[: p.index(b"<w:body>")] + b"<w:body/></w:document>"), "holds no text"
    ),
    "zip of noise": (".docx", lambda: b"PK\x03\x04" + bytes(range(256)) * 9, "damaged archive"),
    "half a PDF": (".pdf", lambda: _PDF[: len(_PDF) // 2], "damaged PDF"),
    "PDF of noise": (".pdf", lambda: b"%PDF-1.4\n" + bytes(range(256)) * 20, "damaged PDF"),
    "pages in circles": (".pdf", lambda: pdf(b"", kids=b"[2 0 R 2 0 R]"), "damaged PDF"),
    "stream that swells": (
        ".pdf",
        lambda: pdf(zlib.compress(b"BT /F1 9 Tf (x) Tj ET" + b" " * (90 << 20)), more=b"/Filter/FlateDecode"),
        "KG_MAX_UNPACKED_SIZE",
    ),
    "no words on the page": (".pdf", lambda: pdf(b"0 0 100 100 re f"), "holds no text"),
    "deep page": (".html", lambda: HTML.encode() + b"<div>" * 100_000 + b"text", "KG_MAX_DEPTH"),
    "endless list": (".html", lambda: HTML.encode() + b"<li>x" * 60_000, "KG_MAX_BLOCKS"),
    "endless text": (".html", lambda: HTML.encode() + b"<p>" + b"word " * 1_000_000, "KG_MAX_TEXT_LENGTH"),
    "empty page": (".html", lambda: b"<!doctype html><html></html>", "holds no text"),
    "NULs": (".html", lambda: b"<html>" + b"\0" * 500, "binary"),
    "nested parts of a mail": (
        ".eml",
        lambda: b"MIME-Version: 1.0\n" + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(1000)
        ),
        "KG_MAX_DEPTH",
    ),
    "headers without end": (
        ".eml", lambda: b"Received: x\nSubject: " + b"=?utf-8?q?a?= " * 400_000 + b"\n\nbody", "more memory"
    ),
    "no headers": (".eml", lambda: b"no headers here", "begins with no headers"),
    "only a picture": (".eml", lambda: b"Received: x\nContent-Type: image/png\n\nabc", "a mail without text"),
}  # fmt: skip


@pytest.fixture(scope="module")
def outcomes() -> dict[str, InputError | str]:
    """Case → the error or the text; one process reads them all, as in a build, and the good files between them."""
    found: dict[str, InputError | str] = {}
    with readers(DEFAULT) as read:
        for case, (suffix, make, _) in CASES.items():
            try:
                found[case] = read(suffix, make()).text
            except InputError as error:
                found[case] = error
            assert read(".html", as_html(REPORT)).text.startswith("Larkspur"), case
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_is_refused_in_words(case: str, outcomes: dict[str, InputError | str]) -> None:
    error = outcomes[case]
    assert isinstance(error, InputError), error
    assert CASES[case][2] in f"{error.message} {error.hint}"
    assert error.hint


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 25


def test_broken_tables_of_objects_are_mended(tmp_path: Path) -> None:
    """Most damaged PDFs can be read all the same."""
    (tmp_path / "a.pdf").write_bytes(_PDF.replace(b"startxref\n", b"startxref\n99"))
    (tmp_path / "b.pdf").write_bytes(_PDF.replace(b"/Root", b"/Rxxt") + b"%")
    documents, skipped = read_documents([tmp_path], BASE)
    assert [len(documents), len(skipped)] == [1, 1]
    assert "the same text as" in skipped[0].reason


def test_a_page_with_entities_scripts_and_frames_is_its_words(tmp_path: Path) -> None:
    body = "The union and the district met again on Monday in the hall of the school. &x; &m;"
    page = f'{_LAUGHS}<!ENTITY x SYSTEM "file:///etc/hostname">]><html><body><p onclick="x()">{body}</p>'
    page += '<script>while (true) {}</script><iframe src="file:///etc/passwd"></iframe></body></html>'
    (tmp_path / "a.html").write_text(page.replace("DOCTYPE l", "DOCTYPE html", 1))
    ((document,), _) = read_documents([tmp_path], BASE)
    assert document.text.strip() == body


def test_no_reader_opens_a_connection(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        tags = ("base href", "link rel=canonical href", "img src", "script src")
        links = "".join(f'<{tag}="{address}">' for tag in tags)
        (tmp_path / "a.html").write_text(as_html(REPORT).decode().replace("<head>", f"<head>{links}</script>"))
        relation = f'<Relationship Id="rx" Type="http://x/footnotes" Target="{address}" TargetMode="External"/>'
        part = "word/_rels/document.xml.rels"
        linked = word(lambda p: p.replace(b"</Relationships>", f"{relation}</Relationships>".encode()), part)
        (tmp_path / "b.docx").write_bytes(linked)
        documents, skipped = read_documents([tmp_path], BASE)
        assert len(documents) == len(skipped) == 1
        assert "the same text as" in skipped[0].reason
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "open('written', 'w')",
        "import os; os.remove('present')",
    ],
)
def test_a_reader_that_is_taken_over_may_do_nothing(act: str, tmp_path: Path) -> None:
    """What code within a reader could do: a library that stands for one tries it."""
    (tmp_path / "present").write_text("x")
    (tmp_path / "pypdf.py").write_text(
        f"try:\n    {act}\nexcept PermissionError as error:\n    raise KeyError(str(error))\n"
    )
    script = (
        "from kg.sources.isolation import readers\nfrom kg.limits import DEFAULT\n"
        "with readers(DEFAULT) as read:\n    try: read('.pdf', b'%PDF-1.4')\n"
        "    except Exception as error: print(type(error).__name__, error.message)"
    )
    path = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("InputError cannot be read (KeyError)\n", "")
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "__pycache__") == ["present", "pypdf.py"]


def test_a_reader_that_hangs_or_dies_costs_its_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "pypdf.py").write_text("while True: pass")
    (library / "docx.py").write_text("import os; os._exit(3)")
    monkeypatch.setattr(sys, "path", [str(library), *sys.path])
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, content in (("a.pdf", _PDF), ("b.docx", _WORD), ("c.html", as_html(REPORT)), ("d.txt", b"text")):
        (folder / name).write_bytes(content)
    documents, skipped = read_documents([folder], BASE, Limits(document_seconds=2))
    assert [d.name for d in documents] == ["c", "d"]
    assert "KG_MAX_DOCUMENT_SECONDS" in skipped[0].reason
    assert "its reader stopped" in skipped[1].reason


@pytest.mark.parametrize(
    ("suffix", "make", "limit"),
    [
        (".pdf", lambda: _PDF, "pages"),
        (".pdf", lambda: _PDF, "text_length"),
        (".pdf", lambda: _PDF, "blocks"),
        (".docx", lambda: _WORD, "members"),
        (".docx", lambda: _WORD, "elements"),
        (".docx", lambda: _WORD, "depth"),
        (".docx", lambda: _WORD, "unpacked_size"),
        (".docx", lambda: _WORD, "blocks"),
        (".html", lambda: as_html(REPORT), "elements"),
        (".html", lambda: as_html(REPORT), "depth"),
        (".html", lambda: as_html(REPORT), "blocks"),
        (".eml", lambda: b"Received: x\n\nsome words", "text_length"),
    ],
)
def test_every_limit_can_be_tripped_and_names_its_option(suffix: str, make: Callable[[], bytes], limit: str) -> None:
    from kg.sources import READERS

    with pytest.raises(LimitError) as caught:
        READERS[suffix].read(make(), Limits(**{limit: 1}))
    assert caught.value.limit == limit
    assert caught.value.hint == f"if you trust it, allow more: KG_MAX_{limit.upper()}=NUMBER"


def test_files_over_the_limit_are_not_read_to_their_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 100)
    (tmp_path / "b.txt").write_bytes(b"y" * 11)
    (tmp_path / "c.txt").write_bytes(b"z" * 10)
    documents, skipped = read_documents([tmp_path], BASE, Limits(file_size=10))
    assert [d.name for d in documents] == ["c"]
    assert ["KG_MAX_FILE_SIZE" in s.reason for s in skipped] == [True, True]


def test_nothing_is_told_on_standard_error(tmp_path: Path) -> None:
    for name, content in (("a.pdf", _PDF[:900]), ("b.docx", _WORD[:900]), ("c.html", b"<html><p>&#xD800;&bad;</p>")):
        (tmp_path / name).write_bytes(content)
    script = (
        f"from kg.sources import *\nfrom pathlib import Path\nread_documents([Path({str(tmp_path)!r})], 'https://x/')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
