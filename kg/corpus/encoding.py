"""Readings as bytes: compact JSON that follows the dataclasses of `kg.model`, and can hold nothing else.

A record is an array of its fields in the order in which the model declares them. The document itself is left out: its
IRI stands as "" where an entity is meant and nowhere in anchors, so that the bytes are a function of what was read, not
of the name of a file. Reading them back makes values of the model and runs no code; what does not fit is refused.
"""

from __future__ import annotations

import json
import types
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from kg.model import (
    IRI,
    Anchor,
    Assertion,
    Attribution,
    Date,
    Document,
    Entity,
    EntityId,
    Grounds,
    Membership,
    Reading,
    Span,
    Statistic,
    UnmappedStatement,
)

#: Raised whenever the form of the bytes changes; part of what identifies a reading.
FORM = 1
#: More than any reading of a document that is no attack on the memory.
MOST = 256 * 2**20

#: (value, IRI of the document) → the other side.
_Way = Callable[[Any, IRI], Any]
_PLAIN = (str, int, bool)
_RECORDS = (Assertion, Attribution, Entity, Grounds, Membership, Statistic, UnmappedStatement)


def encode(reading: Reading) -> bytes:
    """A reading before linking as bytes; equal readings are equal bytes."""
    found = _record(Reading)[0](reading, reading.document.iri)
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def decode(content: bytes, document: Document) -> Reading:
    """The reading of a document out of its bytes.

    Raises:
        ValueError: the bytes are no reading.
    """
    try:
        inflate = zlib.decompressobj()
        text = inflate.decompress(content, MOST)
        if not inflate.eof:
            raise ValueError("cut short, or too long")
        found: Reading = _record(Reading)[1](json.loads(text.decode("utf-8", "surrogatepass")), document.iri)
    except (zlib.error, TypeError, KeyError, InvalidOperation, RecursionError) as error:
        raise ValueError(f"not a reading: {error!r}") from error
    return _with_document(found, document)


def encode_document(document: Document) -> bytes:
    """A document as JSON, to be handed to another process."""
    return json.dumps(_document()[0](document, document.iri), ensure_ascii=False).encode("utf-8", "surrogatepass")


def decode_document(content: bytes) -> Document:
    """The document out of its JSON.

    Raises:
        ValueError: the bytes are no document.
    """
    try:
        found: Document = _document()[1](json.loads(content.decode("utf-8", "surrogatepass")), IRI(""))
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a document: {error!r}") from error
    return found


def _with_document(reading: Reading, document: Document) -> Reading:
    values = {f.name: getattr(reading, f.name) for f in fields(Reading)}
    return Reading(**(values | {"document": document}))


@cache
def _record(kind: type) -> tuple[_Way, _Way]:
    """How records of a dataclass are written and read: by position."""
    hints = get_type_hints(kind)
    left_out = {"document"} if kind is Reading else set[str]()
    names = [f.name for f in fields(kind) if f.name not in left_out]
    ways = [_ways(hints[name]) for name in names]
    writers = [(name, write) for name, (write, _) in zip(names, ways, strict=True)]
    readers = [(name, read) for name, (_, read) in zip(names, ways, strict=True)]
    given: dict[str, Any] = {"document": _NOWHERE} if left_out else {}
    count = len(names)

    def write(value: Any, iri: IRI) -> list[Any]:
        return [way(getattr(value, name), iri) for name, way in writers]

    def read(value: Any, iri: IRI) -> Any:
        if type(value) is not list or len(value) != count:
            raise ValueError(f"not a record of {kind.__name__}")
        found = {name: way(item, iri) for (name, way), item in zip(readers, value, strict=True)}
        return kind(**found, **given)

    return write, read


@cache
def _document() -> tuple[_Way, _Way]:
    return _record(Document)


def _ways(hint: Any) -> tuple[_Way, _Way]:
    """How values of a type are written and read.

    Raises:
        TypeError: no values of the model have this type; it needs a line here.
    """
    if hint in _SPECIAL:
        return _SPECIAL[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        return _several(*_ways(arguments[0]))
    if origin in (Union, types.UnionType):
        if set(arguments) == {EntityId, Date}:
            return _entity_or_date()
        (inner,) = (a for a in arguments if a is not type(None))
        return _optional(*_ways(inner))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _same, lambda value, _: hint(value)
    if hint in _PLAIN:
        return _same, _checked(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint)
    raise TypeError(f"no way to write {hint}")


def _several(write: _Way, read: _Way) -> tuple[_Way, _Way]:
    def read_all(value: Any, iri: IRI) -> tuple[Any, ...]:
        if type(value) is not list:
            raise ValueError("not a list")
        return tuple([read(item, iri) for item in value])

    return (lambda value, iri: [write(item, iri) for item in value]), read_all


def _optional(write: _Way, read: _Way) -> tuple[_Way, _Way]:
    return (
        lambda value, iri: None if value is None else write(value, iri),
        lambda value, iri: None if value is None else read(value, iri),
    )


def _entity_or_date() -> tuple[_Way, _Way]:
    """A date stands in an array, so that it is no entity."""

    def read(value: Any, iri: IRI) -> EntityId | Date:
        if type(value) is list:
            (date,) = value
            return Date(value=_text(date, iri))
        return _read_entity(value, iri)

    return (lambda value, iri: [value.value] if isinstance(value, Date) else _write_entity(value, iri)), read


def _checked(kind: type) -> _Way:
    def read(value: Any, _: IRI) -> Any:
        if type(value) is not kind:
            raise ValueError(f"not {kind.__name__}: {value!r:.40}")
        return value

    return read


def _same(value: Any, _: IRI) -> Any:
    return value


_text = _checked(str)


def _write_entity(value: str, iri: IRI) -> str:
    return "" if value == iri else value


def _read_entity(value: Any, iri: IRI) -> EntityId:
    return EntityId(_text(value, iri) or iri)


def _write_anchor(value: Anchor, iri: IRI) -> list[Any]:
    span = [value.span.start, value.span.end]
    return span if value.document == iri else [*span, value.document]


def _read_anchor(value: Any, iri: IRI) -> Anchor:
    if type(value) is not list or not (2 <= len(value) <= 3) or type(value[0]) is not int or type(value[1]) is not int:
        raise ValueError("not an anchor")
    return Anchor(IRI(_text(value[2], iri)) if len(value) == 3 else iri, Span(value[0], value[1]))


def _write_decimal(value: Decimal, _: IRI) -> str:
    return str(value)


def _read_decimal(value: Any, iri: IRI) -> Decimal:
    return Decimal(_text(value, iri))


def _read_number(value: Any, _: IRI) -> float:
    if type(value) not in (float, int):
        raise ValueError(f"not a number: {value!r:.40}")
    return float(value)


#: Types whose values are not written as their own fields.
_SPECIAL: Mapping[Any, tuple[_Way, _Way]] = {
    Anchor: (_write_anchor, _read_anchor),
    Decimal: (_write_decimal, _read_decimal),
    EntityId: (_write_entity, _read_entity),
    IRI: (_same, _text),
    float: (_same, _read_number),
}
_NOWHERE = Document(iri=IRI(""), name="", text="", sha256="")
