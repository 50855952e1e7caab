from __future__ import annotations

import hashlib
import io
import os
import sys
from itertools import islice, permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import Document, Metadata, Skipped
from kg.sources import METADATA_KEYS, READERS, decode_text, infer_title, read_document, read_documents

BASE = "https://example.org/data/"
TEXT = "Talks resume on Monday\n\nThe two sides met for the first time.\n"


def write(folder: Path, files: dict[str, str | bytes]) -> list[Path]:
    """Write files (name → text or bytes) and return their paths, in the order given."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [folder / name for name in files]


def names(documents: tuple[Document, ...]) -> list[str]:
    return [document.name for document in documents]


def only_reason(skipped: tuple[Skipped, ...]) -> str:
    assert len(skipped) == 1
    return skipped[0].reason


# --- one document ---


def test_a_document_holds_the_text_and_its_digest(tmp_path: Path) -> None:
    (path,) = write(tmp_path, {"Talks 2019.txt": TEXT})
    documents, skipped = read_documents([path], BASE)
    assert skipped == ()
    (document,) = documents
    assert document.text == TEXT
    assert document.name == "Talks 2019"
    assert document.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert document.iri.startswith(BASE + "document/talks-2019-")
    assert document.media_type == "text/plain"


def test_the_iri_follows_name_and_text_not_place(tmp_path: Path) -> None:
    a, b, c, d = write(tmp_path, {"1/x.txt": TEXT, "2/x.txt": TEXT, "3/x.txt": TEXT + "!", "4/y.txt": TEXT})
    iris = [read_document(path, BASE).iri for path in (a, b, c, d)]
    assert iris[0] == iris[1]
    assert len(set(iris)) == 3


def test_markdown_is_read_with_its_marks(tmp_path: Path) -> None:
    (path,) = write(tmp_path, {"page.MD": "# Talks resume\n\n*Both* sides met.\n"})
    document = read_document(path, BASE)
    assert document.media_type == "text/markdown"
    assert document.text.startswith("# Talks")


def test_every_reader_is_tested() -> None:
    """Here and in test_readers.py."""
    assert sorted(READERS) == [".docx", ".eml", ".htm", ".html", ".md", ".pdf", ".txt", ".xhtml"]


# --- decoding ---


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\r\nb\rc\nd", "a\nb\nc\nd"),
        (b"a\r\r\nb", "a\n\nb"),
        (b"\xef\xbb\xbfBoard", "Board"),
        ("e\u0301 \ufb01 \u00a0 \u2028 \u201cx\u201d \\$9".encode(), "e\u0301 \ufb01 \u00a0 \u2028 \u201cx\u201d \\$9"),
        (b"page one\fpage two", "page one\fpage two"),
        (b"  \n text \n\n ", "  \n text \n\n "),
    ],
)
def test_decoding_changes_line_ends_and_byte_order_mark_only(content: bytes, text: str) -> None:
    assert decode_text(content) == text


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), min_size=1))
def test_other_text_comes_back_as_it_was(text: str) -> None:
    text = "x" + text
    assert decode_text(text.encode()) == text
    assert decode_text(b"\xef\xbb\xbf" + text.encode()) == text
    assert decode_text(text.replace("\n", "\r\n").encode()) == text


BAD = {
    "empty": (b"", "empty"),
    "white space": (b" \r\n\t\xc2\xa0\n", "nothing but white space"),
    "only a mark": (b"\xef\xbb\xbf", "nothing but white space"),
    "NUL": (b"Dear members, " * 20 + b"\0", "binary"),
    "controls": (b"Report\n\x01\x02\x03 stream", "binary"),
    "UTF-16": ("Dear members".encode("utf-16"), "UTF-16"),
    "Latin-1": ("first line\nThe Piñon Board".encode("latin-1"), "byte 0xF1 at offset 17 (line 2)"),
    "Windows quotes": ("the “board”".encode("cp1252"), "byte 0x93 at offset 4 (line 1)"),
    "cut short": ("Piñ".encode()[:-1], "byte 0xC3 at offset 2"),
    "marked and broken": (b"\xef\xbb\xbfab\xff", "byte 0xFF at offset 5"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_text_is_refused_with_the_mend(case: str, tmp_path: Path) -> None:
    content, message = BAD[case]
    with pytest.raises(InputError) as caught:
        decode_text(content)
    assert message in caught.value.message
    assert caught.value.hint

    (path,) = write(tmp_path, {"bad.txt": content})
    documents, skipped = read_documents([path], BASE)
    assert documents == ()
    assert message in only_reason(skipped)
    assert caught.value.hint in only_reason(skipped)
    assert skipped[0].source == str(path)


# --- paths ---


def test_a_folder_gives_all_texts_below_it(tmp_path: Path) -> None:
    texts = {
        name: f"text of {name}" for name in ("b.txt", "a.md", "deep/er/c.TXT", "notes.odt", ".hidden.txt", ".git/d.txt")
    }
    write(tmp_path, dict(texts))
    documents, skipped = read_documents([tmp_path], BASE)
    assert names(documents) == ["a", "b", "c"]
    assert skipped == ()


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "good", "b.txt": b"\0", "c.txt": "also good"})
    documents, skipped = read_documents([tmp_path, tmp_path / "absent.txt"], BASE)
    assert names(documents) == ["a", "c"]
    assert [Path(s.source).name for s in skipped] == ["absent.txt", "b.txt"]
    assert "no such file" in skipped[0].reason


def test_a_folder_without_documents_says_what_a_document_is(tmp_path: Path) -> None:
    write(tmp_path, {"table.csv": "a,b"})
    documents, skipped = read_documents([tmp_path], BASE)
    assert documents == ()
    assert "no documents" in only_reason(skipped)
    assert ".htm, .html, .json, .jsonl, .md, .ndjson, .pdf" in only_reason(skipped)


def test_a_suffix_without_reader_is_named(tmp_path: Path) -> None:
    (path,) = write(tmp_path, {"scan.tiff": "x"})
    documents, skipped = read_documents([path], BASE)
    assert documents == ()
    assert "no reader for .tiff" in only_reason(skipped)


def test_what_is_neither_file_nor_folder_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    documents, skipped = read_documents([tmp_path / "pipe.txt"], BASE)
    assert documents == ()
    assert "neither a file nor a folder" in only_reason(skipped)


def test_a_file_that_cannot_be_read_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = write(tmp_path, {"secret.txt": "x"})

    def refuse(_: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    documents, skipped = read_documents([path], BASE)
    assert documents == ()
    assert "Permission denied" in only_reason(skipped)


def test_standard_input_is_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"From a pipe\r\n")))
    documents, skipped = read_documents([Path("-")], BASE)
    assert skipped == ()
    assert [(d.name, d.text, d.metadata.title) for d in documents] == [("stdin", "From a pipe\n", "From a pipe")]


def test_bad_standard_input_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    documents, skipped = read_documents([Path("-")], BASE)
    assert documents == ()
    assert skipped[0].source == "standard input"


# --- many documents ---


def test_the_order_given_does_not_matter(tmp_path: Path) -> None:
    paths = write(tmp_path, {"b.txt": "one", "a.txt": "two", "c/b.txt": "three", "c/z.txt": "two", "d.txt": b"\0"})
    orders = permutations([*paths, tmp_path / "no.txt", tmp_path / "nor.txt"])
    results = {read_documents(order, BASE) for order in islice(orders, 0, None, 43)}
    assert len(results) == 1
    ((documents, skipped),) = results
    assert names(documents) == ["a", "b", "b-2"]
    assert [Path(s.source).name for s in skipped] == ["z.txt", "d.txt", "no.txt", "nor.txt"]


def test_of_two_equal_texts_the_first_name_is_used_wherever_it_lies(tmp_path: Path) -> None:
    write(tmp_path, {"1/z.txt": "same", "2/a.txt": "same"})
    documents, skipped = read_documents([tmp_path], BASE)
    assert names(documents) == ["a"]
    assert skipped[0].source == str(tmp_path / "1" / "z.txt")


def test_the_same_text_twice_is_used_once_and_said(tmp_path: Path) -> None:
    a, b = write(tmp_path, {"a.txt": "same\n", "b.txt": "same\r\n"})
    documents, skipped = read_documents([b, a], BASE)
    assert names(documents) == ["a"]
    assert skipped == (Skipped(source=str(b), reason=f"the same text as {a}"),)


def test_the_same_path_twice_is_one_source(tmp_path: Path) -> None:
    (path,) = write(tmp_path, {"a.txt": "same"})
    documents, skipped = read_documents([path, tmp_path, path], BASE)
    assert names(documents) == ["a"]
    assert skipped == ()


def test_names_are_told_apart_without_taking_another_files_name(tmp_path: Path) -> None:
    write(tmp_path, {"1/R.txt": "one", "2/R.txt": "two", "3/r.txt": "three", "r-2.txt": "four"})
    documents, _ = read_documents([tmp_path], BASE)
    assert len(documents) == 4
    assert len({name.casefold() for name in names(documents)}) == 4
    assert [d.name for d in documents if d.text == "four"] == ["r-2"]
    assert {d.iri for d in documents} == {read_document(p, BASE).iri for p in tmp_path.rglob("*.txt")}


# --- metadata ---

FULL = """
title = "Talks resume"
publisher = "The Ledger"
author = "N. N."
date = 2019-03-04
url = "https://example.org/talks?id=1"
licence = "CC-BY-4.0"
"""


def test_a_sidecar_gives_metadata(tmp_path: Path) -> None:
    path, _ = write(tmp_path, {"a.txt": TEXT, "a.meta.toml": FULL})
    metadata = read_document(path, BASE).metadata
    assert metadata == Metadata(
        title="Talks resume",
        publisher="The Ledger",
        author="N. N.",
        date="2019-03-04",
        url="https://example.org/talks?id=1",
        licence="CC-BY-4.0",
    )
    assert all(getattr(metadata, key) for key in METADATA_KEYS)


def test_a_title_is_inferred_and_marked_where_the_sidecar_has_none(tmp_path: Path) -> None:
    a, b, _ = write(tmp_path, {"a.txt": TEXT, "b.txt": TEXT + "b", "b.meta.toml": 'publisher = "The Ledger"'})
    assert read_document(a, BASE).metadata == Metadata(title="Talks resume on Monday", inferred=("title",))
    assert read_document(b, BASE).metadata == Metadata(
        title="Talks resume on Monday", publisher="The Ledger", inferred=("title",)
    )


@pytest.mark.parametrize("value", ['"2019"', '"2019-03"', '"2019-03-04"', "2019", "2019-03-04"])
def test_dates_keep_their_precision(value: str, tmp_path: Path) -> None:
    path, _ = write(tmp_path, {"a.txt": TEXT, "a.meta.toml": f"date = {value}"})
    assert read_document(path, BASE).metadata.date == value.strip('"')


BAD_SIDECARS = {
    'titel = "x"': "unknown key 'titel'",
    'inferred = "title"': "unknown key 'inferred'",
    "title = 3": "title must be a text",
    'title = " "': "title must be a text",
    "date = true": "date must be a text",
    'date = "March 4"': "not a date",
    'date = "2019-13"': "not a date",
    'url = "example.org"': "not an absolute URL",
    'url = "https://example.org/a b"': "not an absolute URL",
    "title =": "malformed metadata",
    b'title = "\xff"': "malformed metadata",
}


@pytest.mark.parametrize("sidecar", BAD_SIDECARS)
def test_a_bad_sidecar_is_an_error_that_names_it(sidecar: str | bytes, tmp_path: Path) -> None:
    path, meta = write(tmp_path, {"a.txt": TEXT, "a.meta.toml": sidecar})
    documents, skipped = read_documents([path], BASE)
    assert documents == ()
    assert BAD_SIDECARS[sidecar] in only_reason(skipped)
    assert skipped[0].source == str(meta)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Talks resume on Monday\n\nThe sides met.", "Talks resume on Monday"),
        ("Return to News\n\nTalks resume on Monday\n\nThe sides met.", "Talks resume on Monday"),
        (
            "Home | News | Archive\nContact: A Person of the Press\nBy Some Body of Ours\nTalks on again",
            "Talks on again",
        ),
        ("# Talks resume on Monday #\n", "Talks resume on Monday"),
        (
            "Talks\n\n" + "The sides met in the board room on Monday for two hours.\n" + "A later heading of words",
            "Talks",
        ),
        ("The sides met in the board room on Monday for two hours.\n\nNot a heading for this", None),
        ("17\n\n***\n", None),
    ],
)
def test_the_title_is_the_first_line_that_looks_like_one(text: str, title: str | None) -> None:
    assert infer_title(text) == title
