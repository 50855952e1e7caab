"""Lists of documents: rows of CSV or JSON with the text of a document, or the file that holds it, and its metadata."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import InputError
from kg.limits import Limits, check, check_depth
from kg.model import Metadata
from kg.sources.metadata import METADATA_KEYS, given
from kg.sources.plain import decode_text

#: Columns under other names than ours.
_SYNONYMS = {"license": "licence", "filename": "file", "path": "file", "source": "publisher"}
_HINT = "it needs a column text or file, and may have name, " + ", ".join(METADATA_KEYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a list.

    Attributes:
        row: its number, from 1; the line with the names of columns does not count.
        text: the text of the document; or
        file: the path of the file that holds it, relative to the list.
        name: the name of the document, where the list gives one.
        error: why the row cannot be used.
    """

    row: int
    metadata: Metadata
    text: str | None = None
    file: str | None = None
    name: str | None = None
    error: InputError | None = None


def read_list(suffix: str, content: bytes, where: str, limits: Limits) -> list[Entry]:
    """The entries of a list of documents.

    Raises:
        InputError: it is malformed, or no list of documents; what is wrong with one row is in its entry.
    """
    text = decode_text(content)
    if suffix in (".csv", ".tsv"):
        rows = _rows(text, "\t" if suffix == ".tsv" else _delimiter(text), limits)
    else:
        rows = _records(text, lines=suffix != ".json", limits=limits)
    entries: list[Entry] = []
    for number, row in enumerate(rows, 1):
        check(limits, "documents", number)
        entries.append(_entry(number, row, where))
    if all(e.text is None and e.file is None for e in entries):
        raise InputError("no list of documents", hint=_HINT)
    return entries


def _entry(number: int, row: Mapping[str, object], where: str) -> Entry:
    place = f"{where}, row {number}"
    cells = {
        _SYNONYMS.get(k.strip().lower(), k.strip().lower()): v.strip() if isinstance(v, str) else v
        for k, v in row.items()
    }
    filled = {k: v for k, v in cells.items() if v not in (None, "")}
    try:
        metadata = given({k: filled[k] for k in METADATA_KEYS if k in filled}, place)
        text, file, name = (_string(filled, key, place) for key in ("text", "file", "name"))
    except InputError as wrong:
        known = {k: v for k in ("text", "file") if isinstance(v := filled.get(k), str)}
        return Entry(row=number, metadata=Metadata(), error=wrong, **known)
    unclear = (text is None) == (file is None)
    error = InputError("needs either text or file", where=place, hint=_HINT) if unclear else None
    return Entry(row=number, metadata=metadata, text=text, file=file, name=name, error=error)


def _string(cells: Mapping[str, object], key: str, where: str) -> str | None:
    value = cells.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{key} must be a text", where=where, hint=f'write: "{key}": "…"')
    return value


def _delimiter(text: str) -> str:
    """A semicolon where the names of columns have more of them than commas, as spreadsheets write in many countries."""
    names = text.split("\n", 1)[0]
    return max(",;\t", key=names.count)


def _rows(text: str, delimiter: str, limits: Limits) -> Iterator[dict[str, object]]:
    csv.field_size_limit(max(csv.field_size_limit(), limits.text_length))
    try:
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield {key: value for key, value in row.items() if isinstance(key, str)}
    except csv.Error as error:
        raise InputError(
            f"malformed CSV: {error}", hint="quote cells that hold quotation marks or line breaks"
        ) from error


def _records(text: str, lines: bool, limits: Limits) -> Iterator[dict[str, object]]:
    check_depth(limits, text)
    try:
        found: Any = (json.loads(line) for line in text.split("\n") if line.strip()) if lines else json.loads(text)
        if not lines and not isinstance(found, list):
            raise InputError("no list of documents", hint='write: [{"text": "…", "title": "…"}, …]')
        for record in found:
            if not isinstance(record, dict):
                raise InputError("no list of documents", hint=_HINT)
            yield record
    except (ValueError, RecursionError) as error:
        raise InputError(f"malformed JSON: {error}", hint="check it with: python -m json.tool") from error
