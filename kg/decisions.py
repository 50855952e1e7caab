"""What a person decided about entities: which are one or not, what they are called. A file under version control.

A row names an entity by its IRI, its name and a document that names it. Two of the three are enough to find it again
after documents were added; a row whose entity is not found is an error, because it no longer does what it says.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from kg.errors import InputError

COLUMNS = ("decision", "iri", "name", "document", "other_iri", "other_name", "other_document", "score", "reason")
#: What may be decided: two entities are one; that of this document is another one; it is called otherwise; two are not
#: one, and need not be asked about again. An empty decision is none.
DECISIONS = ("merge", "split", "rename", "keep", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An entity as a row names it; `document` is the name of the document's file without its ending."""

    iri: str
    name: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One row.

    Attributes:
        verb: one of DECISIONS, not empty.
        one, other: the entities; of a split or a renaming only the first counts, and `other.name` is the new name.
        place: file and line, for messages.
    """

    verb: str
    one: Key
    other: Key
    place: str


def read_decisions(content: bytes, file: str) -> tuple[Decision, ...]:
    """The decisions of a file of tab-separated values, in its order; rows without a decision are passed over.

    Raises:
        InputError: not UTF-8, other columns, an unknown decision, or a row that lacks what its decision needs.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=file, hint="save the file as UTF-8") from error
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))
    if not rows or tuple(rows[0]) != COLUMNS:
        hint = "make one: kg link review DIR > merges.tsv; its columns are " + ", ".join(COLUMNS)
        raise InputError("the first line does not name the columns of decisions", where=file, hint=hint)
    found = [_decision(row, f"{file}, line {n}") for n, row in enumerate(rows[1:], 2) if any(c.strip() for c in row)]
    return tuple(d for d in found if d.verb)


def write_decisions(rows: list[tuple[str, ...]]) -> str:
    """Rows as text; tabs and line breaks inside become spaces."""
    lines = (COLUMNS, *rows)
    return "".join("\t".join(" ".join(cell.split()) for cell in line) + "\n" for line in lines)


def _decision(row: list[str], place: str) -> Decision:
    cells = [c.strip() for c in row] + [""] * (len(COLUMNS) - len(row))
    verb = cells[0].lower()
    if verb not in DECISIONS:
        hint = "write " + ", ".join(v for v in DECISIONS if v) + ", or nothing"
        raise InputError(f"unknown decision {cells[0]!r}", where=place, hint=hint)
    made = Decision(
        verb=verb,
        one=Key(iri=cells[1], name=cells[2], document=cells[3]),
        other=Key(iri=cells[4], name=cells[5], document=cells[6]),
        place=place,
    )
    if verb and sum(map(bool, (made.one.iri, made.one.name, made.one.document))) < 2:
        raise InputError("an entity needs two of iri, name and document", where=place, hint="fill in the cells")
    if verb == "split" and not made.one.document:
        raise InputError("a split needs the document whose entity is another one", where=place, hint="fill it in")
    if verb == "rename" and not made.other.name:
        raise InputError("a renaming needs the new name", where=place, hint="write it into other_name")
    return made
