"""Texts: bytes in UTF-8 become characters, and nothing else of them changes."""

from __future__ import annotations

from collections.abc import Sequence

from kg.errors import InputError
from kg.limits import Limits
from kg.model import Paragraph
from kg.sources.extract import Extract

#: Characters of a line that was wrapped by hand or by a program.
_WRAPPED = 100
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"


def read_text(content: bytes, _limits: Limits) -> Extract:
    """A text file as it is.

    Raises:
        InputError: see `decode_text`.
    """
    text = decode_text(content)
    return Extract(text=text, paragraphs=find_paragraphs(text))


def find_paragraphs(text: str, begins: Sequence[int] | None = None) -> tuple[Paragraph, ...]:
    """The paragraphs of a text, by their lines as RFC 5147 counts them: `line=4,7` are the fifth to the seventh.

    Empty lines part them; so does each end of a line among lines that are longer than anybody wraps them.

    Args:
        text: with single line feeds.
        begins: for each line of the text the line of the file at which it begins, and the one where the last ends;
            where nothing is given, they are the same.
    """
    lines = text.split("\n")
    begins = range(len(lines) + 1) if begins is None else begins
    found: list[Paragraph] = []
    offset = number = 0
    while number < len(lines):
        last = number
        while last < len(lines) and lines[last].strip():
            last += 1
        wrapped = all(len(line) <= _WRAPPED for line in lines[number:last])
        for first, after in [(number, last)] if wrapped else [(n, n + 1) for n in range(number, last)]:
            if first < after:
                found.append(Paragraph(offset, f"line={begins[first]},{begins[after]}"))
                offset += sum(len(line) + 1 for line in lines[first:after])
        if last < len(lines):
            offset += len(lines[last]) + 1
        number = last + 1
    return tuple(found)


def decode_text(content: bytes) -> str:
    """Text of bytes in UTF-8: without byte-order mark, with single line feeds, otherwise unchanged.

    Raises:
        InputError: the bytes are binary, in another encoding, or hold no text.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError("encoded as UTF-16, not UTF-8", hint="convert it: iconv -f UTF-16 -t UTF-8")
    refuse_binary(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        line = content.count(b"\n", 0, at) + 1
        raise InputError(
            f"not UTF-8: byte 0x{content[at]:02X} at offset {at} (line {line})",
            hint="convert it, for example: iconv -f WINDOWS-1252 -t UTF-8",
        ) from error
    if not text.strip():
        raise InputError("empty" if not content else "nothing but white space", hint="give a file that holds text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def refuse_binary(content: bytes) -> None:
    """Let through what may be text in an encoding of single bytes or UTF-8.

    Raises:
        InputError: it has NULs, or more than a hundredth of it are control characters.
    """
    controls = len(content) - len(content.translate(None, _CONTROL))
    if b"\0" in content or controls * 100 > len(content):
        raise InputError("binary, not text", hint="extract its text first, and save that as UTF-8")
