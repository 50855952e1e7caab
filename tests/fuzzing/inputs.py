"""Files, caches and whole builds: what is read, and what was read before."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from kg.building import build, publish
from kg.corpus.effort import Effort
from kg.corpus.encoding import decode, encode
from kg.corpus.entries import Entries
from kg.extract.layout import lay_out
from kg.graph.parts import decode_part
from kg.graph.verify import verify
from kg.limits import DEFAULT
from kg.model import Document, Reading
from kg.namespaces import DATA
from kg.settings import Settings
from kg.sources import read_documents
from kg.sources.isolation import Read, readers
from tests import hostile
from tests.builders import document
from tests.formats import REPORT, as_html, as_pdf, as_text, as_word
from tests.fuzzing.corpus import LARGE
from tests.fuzzing.strategies import edited, prose, texts

LOADER = "tests.fuzzing.inputs:load_once"
_stack = ExitStack()


# --- readers of foreign formats, in their process --------------------------------------------------------------------

_MAIL = (
    b'From: "Ines Valdo" <v@x.example>\r\nSubject: =?utf-8?q?Talks_=E2=80=93_day_2?=\r\n'
    b"Date: Tue, 5 Jun 2018 08:00 +0\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n'
    b"Content-Type: text/plain; "
    b"charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    b"\r\nThe union =E2=80=9Cagreed.=E2=80=9D\r\n--b\r\n"
    b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+VGhlIHVuaW9uPC9iPg==\r\n--b--\r\n"
)


@cache
def samples(suffix: str) -> list[bytes]:
    """Well-formed files of a format."""
    page = REPORT[:12]
    made: dict[str, Callable[[], list[bytes]]] = {
        ".html": lambda: [as_html(page), b"<html><body><table><tr><td>a<td>b</table><ul><li>x<li>y</ul></body></html>"],
        ".eml": lambda: [_MAIL],
        ".docx": lambda: [as_word(page), _stored(as_word(page))],
        ".pdf": lambda: [as_pdf(page[:5])],
    }
    return made[suffix]()


def _stored(packed: bytes) -> bytes:
    """The same archive without compression, so that edits reach what is in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name))
    return file.getvalue()


def foreign(suffix: str) -> st.SearchStrategy[tuple[str, bytes]]:
    """Files of a format, edited, and files that only claim to be of it."""
    found = edited(samples(suffix), 5)
    if suffix in (".html", ".eml"):
        found = st.one_of(found, st.builds(lambda text: text.encode(), texts(40)))
    return st.tuples(st.just(suffix), found)


@cache
def _read() -> Read:
    return _stack.enter_context(readers(DEFAULT))


def check_foreign(given: tuple[str, bytes]) -> None:
    extract = _read()(*given)
    extract.text.encode()
    assert "\r" not in extract.text
    assert extract.text.strip()
    lay_out(extract.text)


# --- archives and lists, as files ------------------------------------------------------------------------------------


@cache
def _bundled() -> dict[str, list[bytes]]:
    rows = [{"text": "The union met.", "title": "A", "date": "2018-06-05"}, {"text": "The board met.", "title": "B"}]
    lines = "\n".join(map(json.dumps, rows)).encode()
    packed, tape = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/one.txt", "The union met.\n")
        archive.writestr("../two.txt", "The board met.\n")
    with tarfile.open(fileobj=tape, mode="w:gz") as tar:
        member = tarfile.TarInfo("a/one.txt")
        member.size = 15
        tar.addfile(member, io.BytesIO(b"The union met.\n"))
    return {
        ".csv": [b'text,title,date\n"The union met.",A,2018-06-05\n"The board\nmet.",B,\n'],
        ".tsv": [b"text\ttitle\nThe union met.\tA\n"],
        ".json": [json.dumps(rows).encode()],
        ".jsonl": [lines],
        ".zip": [packed.getvalue()],
        ".tar.gz": [tape.getvalue()],
        ".tar": [zlib.decompress(tape.getvalue(), 31)],
        ".txt": [as_text(REPORT[:6]), lines],
        "": [as_text(REPORT[:6]), _MAIL],
    }


def bundles() -> st.SearchStrategy[tuple[str, bytes]]:
    """Files that hold several documents, edited."""
    kinds = [st.tuples(st.just(suffix), edited(found, 5)) for suffix, found in sorted(_bundled().items())]
    return st.one_of(*kinds)


def check_bundle(given: tuple[str, bytes]) -> bool:
    suffix, content = given
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"given{suffix}")
        path.write_bytes(content)
        found, skipped = read_documents([path], DATA)
        assert found or skipped, "neither read nor skipped"
        assert [p.name for p in Path(folder).iterdir()] == [path.name]
    for one in found:
        assert one.text.strip()
        (one.name + one.text).encode()
    for other in skipped:
        assert other.reason.strip()
        (other.source + other.reason).encode()
    return bool(found)


# --- the cache -------------------------------------------------------------------------------------------------------


@cache
def _known() -> tuple[Document, bytes]:
    one = document("memo", "Larkspur Teachers and Ines Valdo met the Larkspur District. Ana Brook spoke.\n" * 3)
    return one, encode(hostile.read(one))


def readings() -> st.SearchStrategy[bytes]:
    """Readings as they lie in the cache, edited packed and unpacked."""
    content = _known()[1]
    unpacked = edited([zlib.decompress(content)], 3).map(lambda edit: zlib.compress(edit, 1))
    return st.one_of(edited([content], 3), unpacked, st.builds(_swapped, st.data(), st.just(content)))


_VALUES: tuple[object, ...] = (None, True, -1, 0, 10**30, 1e308, "", "\ud800", "x" * 300, [], [[]], {}, [1, 2])


def _swapped(data: st.DataObject, content: bytes) -> bytes:
    """A reading in which one value is another: JSON as it should be, records as they should not."""
    table = json.loads(zlib.decompress(content))
    place = table
    while place and (items := [i for i, v in enumerate(place) if isinstance(v, list)]) and data.draw(st.booleans()):
        place = place[data.draw(st.sampled_from(items))]
    if place:
        place[data.draw(st.integers(0, len(place) - 1))] = data.draw(st.sampled_from(_VALUES))
    return zlib.compress(json.dumps(table).encode(), 1)


def check_reading(content: bytes) -> bool:
    one, _ = _known()
    try:
        found = decode(content, one)
    except ValueError as error:
        assert type(error) in (ValueError, UnicodeDecodeError, UnicodeEncodeError, json.JSONDecodeError), error
        return False
    assert type(found) is Reading
    assert decode(encode(found), one) == found
    return True


@cache
def _part() -> list[bytes]:
    """The parts of a small build, as its cache holds them."""
    with tempfile.TemporaryDirectory() as folder:
        source, kept = Path(folder, "memo.txt"), Path(folder, "cache")
        source.write_text("Larkspur Teachers met the Larkspur District.\n")
        build([source], Settings(), Effort(cache=kept, loader=hostile.LOADER))
        found = [zlib.decompress(p.read_bytes().partition(b"\n")[2]) for p in sorted(kept.glob("part/??/*"))]
    assert found
    return found


def parts() -> st.SearchStrategy[bytes]:
    """Parts of graphs as they lie in the cache, edited."""
    return edited(_part(), 3)


def check_part(content: bytes) -> bool:
    try:
        decode_part(content)
    except ValueError:
        return False
    return True


_KEY = "ab" + "0" * 62


@cache
def _entries() -> tuple[Entries, Path, bytes]:
    folder = Path(_stack.enter_context(tempfile.TemporaryDirectory()))
    entries = Entries(folder, durable=False)
    entries.put("reading", _KEY, _known()[1])
    (path,) = [p for p in folder.rglob("*") if p.is_file()]
    return entries, path, path.read_bytes()


def entries() -> st.SearchStrategy[bytes]:
    """Files of the cache, edited."""
    return edited([_entries()[2]], 4)


def check_entry(content: bytes) -> bool:
    """Whatever lies there, what is given is what was kept."""
    kept, path, _ = _entries()
    path.write_bytes(content)
    found = kept.get("reading", _KEY)
    assert found in (None, _known()[1])
    assert path.exists() == (found is not None)
    return found is not None


# --- whole builds ----------------------------------------------------------------------------------------------------


@cache
def load_once(settings: Settings) -> Callable[[Document], Reading]:
    """The real reader, loaded once for all builds of this process."""
    from kg.corpus.worker import load_reader

    return load_reader(settings)


def corpora() -> st.SearchStrategy[list[str]]:
    """One or two documents: prose with signs in it, or signs."""
    return st.lists(st.one_of(prose(), prose(), texts()), min_size=1, max_size=2)


def check_build(given: list[str]) -> bool:
    """A graph that conforms, every anchor of which holds, and nothing beside the folder; or nothing at all."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{n}.txt") for n in range(len(given))]
        for path, text in zip(paths, given, strict=True):
            path.write_bytes(text.encode())
        out = Path(folder, "out")
        made = build(paths, Settings(), Effort(loader=LOADER))
        assert not [s.reason for s in made.skipped if "Accord's own" in s.reason], made.skipped
        assert made.report.conforms, made.files["report.txt"].decode()
        publish(made, out)
        assert verify(out) == []
    return True


def nasty() -> st.SearchStrategy[str]:
    """The large files of the corpus, by name."""
    return st.sampled_from(sorted(LARGE))


def check_nasty(name: str) -> bool:
    """It is read or skipped, and the quiet document beside it is read in any case."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_bytes(LARGE[name]())
        Path(folder, "quiet.txt").write_text("The Larkspur Teachers Association met Ines Valdo.\n")
        made = build([Path(folder)], Settings(), Effort(loader=LOADER))
    assert made.report.conforms
    assert made.counts["documents"] >= 1
    assert not [s.reason for s in made.skipped if "Accord's own" in s.reason], made.skipped
    return made.counts["documents"] > 1
