"""Patterns, folders, archives and lists: what stands for several documents."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.limits import Limits
from kg.model import Metadata
from kg.sources import read_document, read_documents

Pack = Callable[[Mapping[str, bytes]], bytes]

BASE = "https://example.org/data/"


def zipped(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(files: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return file.getvalue()


FILES = {
    "letters/june.txt": b"The June letter",
    "letters/june.meta.toml": b'publisher = "The Ledger"',
    "july.md": b"# The July letter\n",
    "table.csv": b"a,b",
    "__MACOSX/._july.md": b"noise",
    ".hidden.txt": b"hidden",
}


# --- patterns and folders ---


def test_quoted_patterns_are_expanded(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "c.md", "picture.png", "deep/d.txt", "deep/er/e.txt"):
        (tmp_path / name).write_text(f"text of {name}")
    for pattern, names in {
        "*.txt": ["a", "b"],
        "[bc].*": ["b", "c"],
        "**/*.txt": ["a", "b", "d", "e"],
        "*": ["a", "b", "c", "d", "e"],
        "?.txt": ["a", "b"],
    }.items():
        documents, skipped = read_documents([tmp_path / pattern], BASE)
        assert ([d.name for d in documents], skipped) == (names, ()), pattern


def test_a_pattern_that_matches_nothing_is_told_and_a_file_with_its_name_read(tmp_path: Path) -> None:
    documents, skipped = read_documents([tmp_path / "*.txt"], BASE)
    assert documents == ()
    assert "no document matches this pattern" in skipped[0].reason
    (tmp_path / "a[1].txt").write_text("text")
    documents, skipped = read_documents([tmp_path / "a[1].txt"], BASE)
    assert ([d.name for d in documents], skipped) == (["a[1]"], ())


def test_links_do_not_lead_out_of_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "o.txt").write_text("other")
    (folder / "in.txt").write_text("inside")
    (folder / "same.txt").symlink_to("in.txt")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "linked").symlink_to(tmp_path / "other")
    (folder / "in.meta.toml").symlink_to(tmp_path / "secret.txt")
    documents, skipped = read_documents([folder], BASE)
    assert [d.text for d in documents] == ["inside"]
    assert [(Path(s.source).name, s.reason.split(" (")[0]) for s in skipped] == [
        ("in.meta.toml", "a link that leads out of the folder"),
        ("out.txt", "a link that leads out of the folder"),
    ]
    documents, skipped = read_documents([folder / "out.txt"], BASE)
    assert [d.text for d in documents] == ["secret"]


def test_too_many_documents_are_an_error(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(name)
    _, skipped = read_documents([tmp_path], BASE, Limits(documents=2))
    assert any("KG_MAX_DOCUMENTS" in s.reason for s in skipped)


# --- archives ---


@pytest.mark.parametrize(("name", "pack"), [("post.zip", zipped), ("post.tar.gz", tarred), ("post.tgz", tarred)])
def test_members_of_an_archive_are_documents_with_their_sidecars(name: str, pack: Pack, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(pack(FILES))
    documents, skipped = read_documents([tmp_path], BASE)
    assert skipped == ()
    assert [(d.name, d.text, d.metadata.publisher) for d in documents] == [
        ("post--july", "# The July letter\n", None),
        ("post--letters--june", "The June letter", "The Ledger"),
    ]
    again, _ = read_documents([tmp_path / name], BASE)
    assert again == documents


def test_members_that_lead_out_are_left_out(tmp_path: Path) -> None:
    names = ["../a.txt", "/b.txt", "x/../../c.txt", "C:\\d.txt", "\\e.txt", "x/..\\f.txt"]
    (tmp_path / "post.zip").write_bytes(zipped({name: name.encode() for name in [*names, "good.txt"]}))
    links = {"link.txt": "/etc/passwd", "up": "../../.."}
    (tmp_path / "tar.tar.gz").write_bytes(tarred({"../a.txt": b"a", "good.txt": b"better"}, links))
    documents, skipped = read_documents([tmp_path], BASE)
    assert [d.name for d in documents] == ["post--good", "tar--good"]
    assert [s.reason for s in skipped] == ["its name leads out of the archive (pack it again)"] * 7
    assert sorted(p.name for p in tmp_path.iterdir()) == ["post.zip", "tar.tar.gz"]


def test_what_is_wrong_with_one_member_costs_no_other(tmp_path: Path) -> None:
    files = {"a.txt": b"good" * 9, "b.txt": b"\0\0", "c.pdf": b"%PDF-1.4", "d.zip": b"", "e.txt": b"fine"}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    (tmp_path / "post.zip").write_bytes(file.getvalue().replace(b"goodgood", b"gaadgaad"))
    documents, skipped = read_documents([tmp_path / "post.zip"], BASE)
    assert [d.text for d in documents] == ["fine"]
    assert [(s.source.partition(".zip/")[2], s.reason.split(" (")[0]) for s in skipped] == [
        ("a.txt", "a damaged archive"),
        ("b.txt", "binary, not text"),
        ("c.pdf", "a damaged PDF"),
        ("d.zip", "an archive within an archive"),
    ]


BOMBS: dict[str, tuple[str, Callable[[], bytes], Limits]] = {
    "members": ("post.zip", lambda: zipped({f"{n}.txt": b"x" for n in range(20)}), Limits(members=10)),
    "unpacked_size": ("post.zip", lambda: zipped({"a.txt": b"word " * 100}), Limits(unpacked_size=100)),
    "unpacked_ratio": ("post.zip", lambda: zipped({"a.txt": b"x" * 3_000_000}), Limits(unpacked_ratio=2)),
    "unpacked_size of tar": ("post.tar.gz", lambda: tarred({"a.txt": b"x" * 20_000}), Limits(unpacked_size=20_000)),
    "members of tar": ("post.tgz", lambda: tarred({f"{n}.txt": b"x" for n in range(20)}), Limits(members=10)),
    "unpacked_size of noise": ("post.tar.gz", lambda: gzip.compress(bytes(400_000)), Limits(unpacked_size=300_000)),
}


@pytest.mark.parametrize("case", BOMBS)
def test_archives_are_bounded(case: str, tmp_path: Path) -> None:
    name, make, limits = BOMBS[case]
    (tmp_path / name).write_bytes(make())
    documents, skipped = read_documents([tmp_path], BASE, limits)
    assert documents == ()
    assert f"KG_MAX_{case.split(maxsplit=1)[0].upper()}" in skipped[0].reason


def test_sizes_that_lie_are_found_while_unpacking(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.txt": b"x" * 5000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(signature) + offset
        content[at : at + 4] = (10).to_bytes(4, "little")
    (tmp_path / "post.zip").write_bytes(content)
    documents, skipped = read_documents([tmp_path], BASE)
    assert documents == ()
    assert "damaged archive" in skipped[0].reason


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"\x1f\x8b\x08", b"no archive"])
@pytest.mark.parametrize("name", ["post.zip", "post.tar.gz"])
def test_a_broken_archive_is_skipped(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    documents, skipped = read_documents([tmp_path / name], BASE)
    assert documents == ()
    assert len(skipped) == 1
    assert skipped[0].source == str(tmp_path / name)


def test_an_archive_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(zipped(FILES))))
    documents, skipped = read_documents([Path("-")], BASE)
    assert ([d.name for d in documents], skipped) == (["stdin--july", "stdin--letters--june"], ())


def test_one_document_is_not_several(tmp_path: Path) -> None:
    (tmp_path / "post.zip").write_bytes(zipped(FILES))
    with pytest.raises(InputError, match="2 documents, not one"):
        read_document(tmp_path / "post.zip", BASE)


# --- lists ---

ROWS = [
    {"text": "The first text,\nin two lines.", "title": "First", "date": "2019-03", "url": "https://x.example/1"},
    {"file": "texts/b.txt", "name": "second", "publisher": "The Ledger", "licence": "CC0"},
]


def as_csv(delimiter: str = ",") -> str:
    names = ["Text", "file", "name", "Title", "publisher", "date", "url", "licence", "shelf mark"]
    lines = [delimiter.join(names)]
    for row in ROWS:
        cells = ['"' + row.get(n.lower(), "").replace('"', '""') + '"' for n in names[:-1]]
        lines.append(delimiter.join([*cells, "7"]))
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


LISTS = {
    "list.csv": as_csv(),
    "semicolons.csv": as_csv(";"),
    "list.tsv": as_csv("\t"),
    "list.json": json.dumps(ROWS),
    "list.jsonl": "\n".join(map(json.dumps, ROWS)),
    "list.ndjson": "\n".join(map(json.dumps, ROWS)) + "\n\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_gives_texts_files_and_metadata(name: str, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "b.txt").write_text("The second text")
    (tmp_path / name).write_text(LISTS[name], newline="")
    documents, skipped = read_documents([tmp_path / name], BASE)
    assert skipped == ()
    stem = name.partition(".")[0]
    assert {d.name: d.text for d in documents} == {
        f"{stem}-1": "The first text,\nin two lines.",
        "second": "The second text",
    }
    found = {d.name: d.metadata for d in documents}
    assert found[f"{stem}-1"] == Metadata(title="First", date="2019-03", url="https://x.example/1")
    assert found["second"] == Metadata(
        title="The second text", publisher="The Ledger", licence="CC0", inferred=("title",)
    )


def test_a_sidecar_goes_before_a_list_and_a_list_before_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "a.meta.toml").write_text('title = "By the sidecar"')
    (tmp_path / "list.csv").write_text("file,title,publisher\na.txt,By the list,The Ledger\n")
    documents, skipped = read_documents([tmp_path, tmp_path / "list.csv"], BASE)
    assert skipped == ()
    assert [d.metadata for d in documents] == [Metadata(title="By the sidecar", publisher="The Ledger")]


def test_lists_in_folders_are_not_read(tmp_path: Path) -> None:
    """Data that lie beside documents are more often about them than a list of them."""
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "a.json").write_text('[{"text": "a quotation", "start": 3}]')
    (tmp_path / "b.csv").write_text("text\nx\n")
    documents, skipped = read_documents([tmp_path], BASE)
    assert ([d.name for d in documents], skipped) == (["a"], ())


def test_a_listed_file_lies_with_its_list(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    files = ["../secret.txt", str(tmp_path / "secret.txt"), "link.txt", "absent.txt", "a\\u0000.txt", "."]
    rows = ",".join(f'{{"file": "{name}"}}' for name in files)
    (folder / "list.json").write_text(f"[{rows}]")
    documents, skipped = read_documents([folder / "list.json"], BASE)
    assert documents == ()
    assert [s.source for s in skipped] == [f"{folder / 'list.json'}, row {n}" for n in range(1, 7)]
    assert ["outside of the folder" in s.reason for s in skipped] == [True, True, True, False, True, False]


BAD_ROWS = {
    '[{"text": "x", "date": "March"}, {"text": "good"}]': "not a date",
    '[{"text": "x", "url": "example.org"}, {"text": "good"}]': "not an absolute URL",
    '[{"title": "x"}, {"text": "good"}]': "needs either text or file",
    '[{"text": "x", "file": "y"}, {"text": "good"}]': "needs either text or file",
    '[{"text": 3}, {"text": "good"}]': "text must be a text",
    '[{"text": "x", "title": ["t"]}, {"text": "good"}]': "title must be a text",
    '[{"text": " "}, {"text": "good"}]': "needs either text or file",
}


@pytest.mark.parametrize("content", BAD_ROWS)
def test_a_bad_row_costs_itself(content: str, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text(content)
    documents, skipped = read_documents([tmp_path / "list.json"], BASE)
    assert [d.text for d in documents] == ["good"]
    assert skipped[0].source == f"{tmp_path / 'list.json'}, row 1"
    assert BAD_ROWS[content] in skipped[0].reason


BAD_LISTS = {
    "a.csv": ("a,b\n1,2\n", "no list of documents"),
    "b.csv": ('text,title\n"open,x\n', "malformed CSV"),
    "c.json": ('{"text": "x"}', "no list of documents"),
    "d.json": ("[1, 2]", "no list of documents"),
    "e.json": ("[{", "malformed JSON"),
    "f.json": ("[" * 5000, "KG_MAX_DEPTH"),
    "g.jsonl": ('{"text": "x"}\nnonsense', "malformed JSON"),
    "h.json": ("[]", "no list of documents"),
    "i.csv": ("text\n", "no list of documents"),
    "j.json": ('[{"text": "x", "date": ' + "9" * 5000 + "}]", "malformed JSON"),
}


@pytest.mark.parametrize("name", BAD_LISTS)
def test_a_bad_list_is_skipped_with_the_mend(name: str, tmp_path: Path) -> None:
    content, words = BAD_LISTS[name]
    (tmp_path / name).write_text(content)
    documents, skipped = read_documents([tmp_path / name], BASE)
    assert documents == ()
    assert words in skipped[0].reason
    assert skipped[0].source == str(tmp_path / name)


def test_names_that_a_list_gives_are_names_of_files(tmp_path: Path) -> None:
    rows = [{"text": f"text {n}", "name": name} for n, name in enumerate(["../../up", "a/b", "CON\u0000x", "x" * 900])]
    (tmp_path / "list.json").write_text(json.dumps(rows))
    documents, _ = read_documents([tmp_path / "list.json"], BASE)
    assert len(documents) == 4
    assert all("/" not in d.name and len(d.name) <= 200 and d.name.isprintable() for d in documents)


def test_a_list_on_standard_input_names_files_below_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("text of a file")
    monkeypatch.chdir(tmp_path)
    content = b'[{"title": "T", "file": "a.txt"}, {"text": "text of a row"}]'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    documents, skipped = read_documents([Path("-")], BASE)
    assert ([d.text for d in documents], skipped) == (["text of a file", "text of a row"], ())
