"""Formats: which reader a file needs, by the ending of its name and by its first bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kg.errors import InputError
from kg.limits import Limits
from kg.sources.archives import ARCHIVES
from kg.sources.extract import Extract
from kg.sources.mail import HEADERS, read_mail
from kg.sources.pdf import read_pdf
from kg.sources.plain import read_text
from kg.sources.web import read_page
from kg.sources.word import read_word


@dataclass(frozen=True, slots=True)
class Reader:
    """How files of one format become text.

    Attributes:
        media_type: of the files.
        read: bytes → the text that offsets refer to, with what the file says of itself; InputError where they are not
            of that format, ImportError where `extra` is not installed.
        extra: of the package, which installs what the reader needs.
        foreign: it parses what strangers wrote in a format with depths, and runs in a process of its own.
    """

    media_type: str
    read: Callable[[bytes, Limits], Extract]
    extra: str | None = None
    foreign: bool = True


_HTML = Reader("text/html", read_page, extra="html")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: Ending → reader. A new format is a new line here, and one in docs/readers.md.
READERS: Mapping[str, Reader] = {
    ".docx": Reader(_WORD, read_word, extra="docx"),
    ".eml": Reader("message/rfc822", read_mail, extra="html"),
    ".htm": _HTML,
    ".html": _HTML,
    ".md": Reader("text/markdown", read_text, foreign=False),
    ".pdf": Reader("application/pdf", read_pdf, extra="pdf"),
    ".txt": Reader("text/plain", read_text, foreign=False),
    ".xhtml": _HTML,
}
#: Endings of lists of documents.
LISTS = (".csv", ".json", ".jsonl", ".ndjson", ".tsv")

#: First bytes → what it is and what to do about it.
_UNREADABLE = (
    (b"\xd0\xcf\x11\xe0", "a file of Word 97 or its like", "save it as .docx"),
    (b"{\\rtf", "a file in Rich Text Format", "save it as .docx or .txt"),
    (b"\x89PNG", "an image", "recognise its text first (OCR)"),
    (b"\xff\xd8\xff", "an image", "recognise its text first (OCR)"),
    (b"II*\0", "an image", "recognise its text first (OCR)"),
    (b"MM\0*", "an image", "recognise its text first (OCR)"),
)
_HEADER_LINE = re.compile(rb"(?:[!-9;-~]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+")
_RECORDS = re.compile(rb"\s*(\[)?\s*\{\s*\"[^\0]*?\"(?:text|file)\"\s*:", re.IGNORECASE)


def ending(name: str) -> str:
    """The ending of a file name that tells its format, in lower case: ".tar.gz" is one."""
    lower = name.lower()
    return next((s for s in sorted(ARCHIVES, key=len, reverse=True) if lower.endswith(s)), _suffix(lower))


def _suffix(name: str) -> str:
    stem, dot, last = name.rpartition(".")
    return f".{last}" if dot and stem.rstrip("./\\") and "/" not in last else ""


def sniff(suffix: str, head: bytes) -> str:
    """The ending of the format that a file has, where its first bytes tell; otherwise the one of its name.

    A name is believed before a guess, and magic bytes before a name: pages are saved as .txt, and errors as .pdf.

    Args:
        suffix: the ending of the name; empty where there is none.
        head: the first bytes, 64 KiB or all.

    Raises:
        InputError: a format that has no reader, by its first bytes.
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return suffix if suffix in (".docx", ".zip") else _packed(head)
    if head.startswith(b"\x1f\x8b"):
        return suffix if suffix in ARCHIVES else ".tar.gz"
    for magic, what, hint in _UNREADABLE:
        if head.startswith(magic):
            raise InputError(f"{what}, not a text", hint=hint)
    if re.match(rb"<!doctype\s+html|<html[\s>]", start, re.IGNORECASE) and suffix not in (".eml", *LISTS):
        return ".html" if suffix not in (".htm", ".xhtml") else suffix
    if suffix:
        return suffix
    if (headers := _HEADER_LINE.match(start)) and HEADERS & {
        line.split(b":")[0].strip().lower().decode("ascii", "ignore") for line in headers[0].splitlines()
    }:
        return ".eml"
    if found := _RECORDS.match(start[:4096]):
        return ".json" if found[1] else ".jsonl"
    return ""


def _packed(head: bytes) -> str:
    if b"mimetypeapplication/" in head[:200]:
        raise InputError("a file of another word processor or an e-book, not a text", hint="save it as .docx or .txt")
    return ".docx" if b"word/" in head or b"[Content_Types].xml" in head[:200] else ".zip"


def missing(reader: Reader) -> InputError:
    """What to say where the libraries of a reader are not installed."""
    kind = "HTML" if reader.extra == "html" else (reader.extra or "").upper()
    return InputError(f"reading {kind} is not installed", hint=f"pip install 'accord-kg[{reader.extra}]'")
