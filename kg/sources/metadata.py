"""What is known of a document beside its text: from sidecar, list, the file itself, and the first lines of the text.

Whoever comes first in that order is believed; what nobody gave and the file or its text tells is marked so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from kg.errors import InputError
from kg.limits import Limits, check
from kg.model import Metadata

SIDECAR = ".meta.toml"
#: Fields that a sidecar may give.
METADATA_KEYS = tuple(f.name for f in fields(Metadata) if f.name not in {"embedded", "inferred"})

_ISO_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
#: Breadcrumbs, by-lines, "Contact: …", and lines that go on.
_NO_HEADING = re.compile(r"\s[|>›»•·]\s|[.:;,]$|^By\s|^(?:\S+ )?\S+:\s", re.IGNORECASE)
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
#: Longer ones are no titles or names, and no reader of a table would thank us.
_LONGEST = 500
#: What programs write into the field for the title by themselves.
_NO_TITLE = re.compile(
    r"(?:microsoft word|powerpoint|slide|untitled|document)\b[\s\d]*(?:-.*)?"
    r"|.*\.(?:docx?|pdf|indd|odt|rtf|pages|html?)",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"\(.*\)|anonymous|unknown|author|owner|(?:microsoft )?(?:office )?user|admin(?:istrator)?|python-docx",
    re.IGNORECASE,
)


def read_sidecar(content: bytes, where: str, limits: Limits) -> Metadata:
    """Metadata in TOML.

    Raises:
        InputError: malformed, or with keys and values that mean nothing here.
    """
    check(limits, "sidecar_size", len(content), where)
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # bad TOML and bad UTF-8 alike
        raise InputError(f"malformed metadata: {error}", where=where, hint="write it as TOML") from error
    return given(table, where)


def given(table: Mapping[str, object], where: str) -> Metadata:
    """Metadata that somebody wrote down for a document.

    Raises:
        InputError: a key or a value means nothing here.
    """
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key not in METADATA_KEYS:
            raise InputError(f"unknown key {key!r}", where=where, hint="keys are: " + ", ".join(METADATA_KEYS))
        found[key] = _value(key, value, where)
    return Metadata(**found)


def _value(key: str, value: object, where: str) -> str:
    """The value of a field as text; dates may be written as TOML dates, years as numbers."""
    if key == "date" and isinstance(value, date):
        return value.isoformat()[:10]
    if key == "date" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{key} must be a text that is not empty", where=where, hint=f'write: {key} = "…"')
    value = value.strip()
    if key == "date" and not _ISO_DATE.fullmatch(value):
        raise InputError(f"not a date: {value!r}", where=where, hint="write 2015, 2015-06 or 2015-06-04")
    if key == "url" and not _ABSOLUTE_IRI.fullmatch(value):
        raise InputError(f"not an absolute URL: {value!r}", where=where, hint='write: url = "https://…"')
    return value


def complete(metadata: Metadata, embedded: Mapping[str, str], text: str) -> Metadata:
    """Metadata that were given, with what the file says of itself, and a title from the text where there is none.

    What a file says is no more than a hint, written by a program as often as by a person: what has not the form of its
    field is left out without a word.
    """
    own = {key: value for key, value in _plausible(embedded).items() if getattr(metadata, key) is None}
    if own:
        metadata = replace(metadata, **own, embedded=tuple(sorted(own)))  # type: ignore[arg-type]  # keys are fields
    title = None if metadata.title else infer_title(text)
    return replace(metadata, title=title, inferred=("title",)) if title else metadata


def _plausible(embedded: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in sorted(embedded.items()):
        words = " ".join(value.split())
        if key == "date":
            words = words[:10] if _ISO_DATE.fullmatch(words[:10]) else ""
        if key == "url" and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", words):
            words = ""
        if (key == "title" and _NO_TITLE.fullmatch(words)) or (key == "author" and _NO_AUTHOR.fullmatch(words)):
            words = ""
        if key in METADATA_KEYS and words and words.isprintable() and len(words) <= _LONGEST:
            found[key] = words
    return found


def infer_title(text: str) -> str | None:
    """The first line that looks like a heading, before the first paragraph; one of four words or more if there is one.

    Lines of fewer words at the top of a page are mostly navigation, a date line or a masthead.
    """
    headings: list[str] = []
    for line in text.splitlines():
        heading = re.sub(r"^#+\s+|\s+#+$", "", line.strip())
        words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", heading)
        if len(words) > 25 or (heading.endswith(".") and len(words) > 8):
            break
        if words and not _NO_HEADING.search(heading):
            headings.append(heading)
            if len(words) >= 4:
                return heading
    return headings[0] if headings else None
