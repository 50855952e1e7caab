"""The corpus of nasty documents: small ones lie in tests/hostile, large ones are made here when they are needed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from tests.formats import REPORT, as_pdf, as_word

FOLDER = Path(__file__).resolve().parents[1] / "hostile"
_SAID = "“We want smaller classes,” said Ines Valdo, president of the Larkspur Teachers Association. "


@cache
def _word() -> bytes:
    return as_word(REPORT)


def _packed(change: Callable[[bytes], bytes]) -> bytes:
    """A Word document whose text is changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_word())) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == "word/document.xml" else part)
    return file.getvalue()


def _laughing(part: bytes) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    at = part.index(b"?>") + 2
    return part[:at] + f'<!DOCTYPE w [<!ENTITY a0 "ha">{entities}]>'.encode() + part[at:].replace(b"Valdo", b"&a9;")


def _archive(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _text(words: str) -> Callable[[], bytes]:
    return words.encode


#: Name of a file → what makes it. Large in bytes, in nesting, in number, or in what comes out of them.
LARGE: Mapping[str, Callable[[], bytes]] = {
    "line-of-10-MB.txt": lambda: _SAID.encode() * (10_000_000 // len(_SAID.encode())),
    "word-of-10-MB.txt": lambda: b"x" * 10_000_000,
    "brackets-100k-deep.txt": lambda: _SAID.encode() + b"\n\n" + b"([{" * 33_334 + b"}])" * 33_334,
    "quotes-unbalanced.txt": lambda: (_SAID + "“‘" * 40 + "\n\n").encode() * 60,
    "footnote-storm.txt": lambda: b"".join(b"Ana Brook said so[%d]. " % (n % 99) for n in range(3000))
    + b"\n\n" + b"".join(b"[%d] See there.\n" % (n % 99) for n in range(3000)),
    "numbers-of-40-kB.txt": lambda: b"The district has " + b"1,234.5 " * 5000 + b"students.\n",
    "digits-of-40-kB.txt": lambda: b"The district has " + b"9" * 4000 + b" students and " + b"7" * 40_000 + b".\n",
    "commas-and-and.txt": lambda: b"The unions " + b"AFT, NEA and " * 2500 + b"met.\n",
    "name-of-10k-characters.txt": _text(f"{'Larkspur ' * 1100}Teachers Association met Ana {'B' * 4900}.\n"),
    "table-of-10k-columns.md": lambda: (b"| a " * 10_000 + b"|\n") + (b"|---" * 10_000 + b"|\n") + b"| 1 " * 10_000,
    "paragraphs-60k.txt": lambda: b"The board met.\n\n" * 60_000,
    "zero-width-100k.txt": lambda: ("a\u200b" * 2400 + " ").encode() * 20,
    "combining-marks.txt": _text("Ana Bro" + "\u0301" * 4000 + "ok said so.\n"),
    "right-to-left.txt": lambda: ("\u202e" + _SAID + "\u202c\u2066\n\n").encode() * 50,
    "emoji.txt": lambda: ("👩‍👩‍👧‍👦🏳️‍🌈 " * 300 + _SAID + "\n\n").encode() * 3,
    "utf-16.txt": lambda: (_SAID * 3).encode("utf-16"),
    "utf-32.txt": lambda: (_SAID * 3).encode("utf-32"),
    "nul.txt": lambda: _SAID.encode() + b"\0" * 50,
    "half-utf-8.txt": lambda: _SAID.encode()[:1],
    "windows-1252.txt": lambda: _SAID.encode("cp1252"),
    "html-100k-deep.html": lambda: b"<!doctype html><html><body>" + b"<div><table><tr><td>" * 25_000 + _SAID.encode(),
    "html-attributes.html": lambda: b"<html><body><p " + b"".join(b"a%d=x " % n for n in range(50_000)) + b">x</p>",
    "zip-bomb.docx": lambda: _packed(lambda part: part.replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * 2_000_000)),
    "billion-laughs.docx": lambda: _packed(_laughing),
    "zip-bomb.zip": lambda: _archive({f"{n}.txt": b"x\n" * 20_000_000 for n in range(3)}),
    "zip-in-zip.zip": lambda: _archive({"in.zip": _archive({"in.zip": _archive({"a.txt": _SAID.encode()})})}),
    "zip-of-20k-files.zip": lambda: _archive({f"{n}.txt": b"x" for n in range(20_000)}),
    "zip-that-climbs.zip": lambda: _archive({"../../climbed.txt": _SAID.encode(), "/etc/climbed.txt": b"The board.\n"}),
    "broken-xref.pdf": lambda: as_pdf(REPORT[:4]).replace(b"xref", b"xrfe"),
    "cut-off.pdf": lambda: as_pdf(REPORT[:4])[:900],
    "list-of-100k.jsonl": lambda: b'{"text": "The board met."}\n' * 100_000,
    "deep.json": lambda: b'[{"text":' * 100_000,
}  # fmt: skip


def small() -> dict[str, bytes]:
    """Those that lie in the folder."""
    return {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix != ".py"}
