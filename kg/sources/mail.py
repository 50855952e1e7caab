"""Mails: the body of an .eml file, and what its headers say. Attachments are left out: save them beside it."""

from __future__ import annotations

import email
import email.policy
import re
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime

from kg.errors import InputError
from kg.limits import Limits, check
from kg.sources.extract import Extract
from kg.sources.plain import find_paragraphs, refuse_binary
from kg.sources.web import decode_page, read_page

#: Those that bring a mail, by which one is known.
HEADERS = frozenset("received message-id mime-version delivered-to return-path".split())
_URL = re.compile(r"<?(https?://[^\s<>]+)>?")


def read_mail(content: bytes, limits: Limits) -> Extract:
    """The body of a mail: its plain text, or else the text of its HTML.

    Raises:
        InputError: no mail, or none with text; LimitError where it is too large.
        ImportError: the body is HTML only, and trafilatura is not installed.
    """
    refuse_binary(content)
    try:
        check(limits, "depth", content.count(b"boundary="))
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = _body(message)
        metadata = _metadata(message)
        if body.get_content_subtype() == "html":
            page = read_page(_decoded(body), limits)
            return Extract(text=page.text, metadata=metadata, paragraphs=page.paragraphs)
        text, begins = _unfolded(_content(body), body)
    except InputError:
        raise
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise InputError(f"a damaged mail ({type(error).__name__})", hint="save its text as .txt") from error
    text = re.sub(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufeff]", "", text)
    if not text.strip():
        raise InputError("a mail without text", hint="save its attachments, and give those")
    check(limits, "text_length", len(text))
    return Extract(text=text, metadata=metadata, paragraphs=find_paragraphs(text, begins))


def _body(message: EmailMessage) -> MIMEPart:
    if not message.keys():
        raise InputError("no mail: it begins with no headers", hint="rename it to .txt if it is a text")
    body = message.get_body(("plain", "html"))
    if body is None:
        raise InputError("a mail without text", hint="save its attachments, and give those")
    return body


def _decoded(body: MIMEPart) -> bytes:
    """The HTML of a part; what the mail says of its characters goes before what the page says."""
    return b"\xef\xbb\xbf" + _content(body).encode("utf-8", "replace")


def _content(body: MIMEPart) -> str:
    """The characters of a part; in UTF-8 or Windows-1252 where it names an encoding that nobody knows."""
    try:
        return str(body.get_content())
    except LookupError:
        content = body.get_payload(decode=True)
        assert isinstance(content, bytes)  # a part of text is no list of parts
        return decode_page(content)


def _unfolded(text: str, body: MIMEPart) -> tuple[str, list[int]]:
    """Text with single line feeds, without marks of quoting; flowed lines (RFC 3676) are joined.

    And the line of the body at which each line begins, with the one where the last ends.
    """
    lines: list[str] = []
    begins: list[int] = []
    flowed = str(body["content-type"].params.get("format", "")).lower() == "flowed" if body["content-type"] else False
    open_line = False
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(raw):
        plain = re.sub(r"^(?:> ?)+", "", line)
        plain = plain.removeprefix(" ") if flowed else plain  # space-stuffed
        if open_line and plain.strip():
            lines[-1] += plain
        else:
            lines.append(plain)
            begins.append(number)
        open_line = flowed and plain.endswith(" ") and plain != "-- "
    filled = [number for number, line in enumerate(lines) if line] or [0]
    first, last = filled[0], filled[-1]
    return "\n".join(lines[first : last + 1]) + "\n", [*begins, len(raw)][first : last + 2]


def _metadata(message: EmailMessage) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, header in (("title", "subject"), ("publisher", "organization")):
        found[field] = re.sub(r"^(?:(?:re|fwd?|aw|wg)\s*:\s*)+", "", str(message.get(header, "")), flags=re.IGNORECASE)
    name, _ = parseaddr(str(message.get("from", "")))
    found["author"] = name
    try:
        found["date"] = parsedate_to_datetime(str(message["date"])).date().isoformat() if message["date"] else ""
    except (ValueError, TypeError, OverflowError):
        found["date"] = ""
    url = _URL.search(str(message.get("archived-at", "")))
    found["url"] = url[1] if url else ""
    return {field: value for field, value in found.items() if value}
