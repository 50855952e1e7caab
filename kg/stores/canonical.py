"""Named graphs in one written form, so that equal content has equal digests on every store.

Our data have no blank nodes; RDFC-1.0 is then nothing but sorted canonical N-Triples. Stores rewrite literals
("1.50" becomes "1.5"), so literals are sent in the canonical form of XML Schema 1.1 part 2. Oxigraph also keeps the
types derived from xsd:integer as xsd:integer: the digest is of lines in which they are that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

import pyoxigraph as ox

from kg.errors import InputError
from kg.namespaces import PREFIXES

_XSD = PREFIXES["xsd"]
_DERIVED = (
    "nonNegativeInteger|positiveInteger|nonPositiveInteger|negativeInteger|long|int|short|byte"
    "|unsignedLong|unsignedInt|unsignedShort|unsignedByte"
)
#: At the end of a line only: the words of a literal cannot look like this, their line would end in a quotation mark.
_DERIVED_AT_END = re.compile(rf'(?m)(?<="\^\^<{re.escape(_XSD)})(?:{_DERIVED})(?=> \.$)'.encode())
_TIMED = ("dateTime", "date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedGraph:
    """The content of a named graph.

    Attributes:
        content: sorted canonical N-Triples, each triple once.
        triples: how many.
        digest: hexadecimal SHA-256 of `comparable(content)`.
    """

    name: str
    content: bytes
    triples: int
    digest: str


def read_dataset(content: bytes, where: str) -> dict[str, NamedGraph]:
    """The named graphs of N-Quads, by name, sorted.

    Raises:
        InputError: malformed (with the line), a blank node, or a triple outside of named graphs.
    """
    triples: dict[str, list[ox.Triple]] = {}
    last: ox.NamedNode | None = None
    into: list[ox.Triple] = []
    try:
        for quad in ox.parse(content, format=ox.RdfFormat.N_QUADS):
            if quad.graph_name != last:
                if not isinstance(quad.graph_name, ox.NamedNode):
                    hint = "load what kg build has written: all of it lies in named graphs"
                    raise InputError("a triple lies in no named graph", where=where, hint=hint)
                last, into = quad.graph_name, triples.setdefault(quad.graph_name.value, [])
            into.append(_plain(quad, where))
    except (SyntaxError, ValueError) as error:
        line = f"{where}:{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else where
        raise InputError(f"malformed N-Quads: {error}", where=line, hint="build it again: kg build") from error
    return {name: _named(name, triples.pop(name)) for name in sorted(triples)}


def parse_graph(name: str, content: bytes) -> NamedGraph:
    """A graph from any N-Triples of it, such as a store returns.

    Raises:
        SyntaxError, ValueError: malformed, perhaps cut in the middle.
    """
    parsed = ox.parse(content, format=ox.RdfFormat.N_TRIPLES)
    return _named(name, (_canonical(quad.triple) for quad in parsed))


def has_digest(content: bytes, digest: str) -> bool:
    """Whether N-Triples as a store has written them are, but for order, the lines of that digest.

    A quick look that needs no parser; False is no verdict, because the store may write the same triples otherwise.
    """
    lines = sorted(set(content.split(b"\n")) - {b""})
    return _digest(lines) == digest or _digest(comparable(content)) == digest


def comparable(content: bytes) -> list[bytes]:
    """The sorted lines of N-Triples in which types derived from xsd:integer are xsd:integer."""
    lines = set(_DERIVED_AT_END.sub(b"integer", content).split(b"\n"))
    lines.discard(b"")
    return sorted(lines)


def dataset_digest(graphs: Iterable[NamedGraph]) -> str:
    """One digest of several graphs: of their names and digests."""
    return sha256("".join(f"{g.name} {g.digest}\n" for g in graphs).encode()).hexdigest()


def _named(name: str, triples: Iterable[ox.Triple]) -> NamedGraph:
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    lines = sorted(set(written.split(b"\n")) - {b""})
    content = b"".join(line + b"\n" for line in lines)
    return NamedGraph(name=name, content=content, triples=len(lines), digest=_digest(comparable(content)))


def _digest(lines: list[bytes]) -> str:
    return sha256(b"\n".join([*lines, b""])).hexdigest()


def _plain(quad: ox.Quad, where: str) -> ox.Triple:
    if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, (ox.BlankNode, ox.Triple)):
        hint = "give the node an IRI; kg build writes no blank nodes"
        raise InputError("a blank node: stores rename them, so nothing could be compared", where=where, hint=hint)
    return _canonical(quad.triple)


def _canonical(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if not isinstance(value, ox.Literal):
        return triple
    if value.language is not None:
        low = value.language.lower()
        return triple if low == value.language else _with(triple, ox.Literal(value.value, language=low))
    rewrite = _FORMS.get(value.datatype.value)
    text = rewrite(value.value) if rewrite else value.value
    return triple if text == value.value else _with(triple, ox.Literal(text, datatype=value.datatype))


def _with(triple: ox.Triple, value: ox.Literal) -> ox.Triple:
    return ox.Triple(triple.subject, triple.predicate, value)


def _integer(text: str) -> str:
    return _decimal(text) if re.fullmatch(r"[+-]?[0-9]+", text) else text


def _decimal(text: str) -> str:
    found = re.fullmatch(r"([+-]?)([0-9]*)(?:\.([0-9]*))?", text)
    if not found or not (found[2] or found[3]):
        return text
    whole, part = found[2].lstrip("0") or "0", (found[3] or "").rstrip("0")
    sign = "-" if found[1] == "-" and (whole != "0" or part) else ""
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def _double(text: str) -> str:
    try:
        number = Decimal(repr(float(text)))  # the shortest digits that give this double
    except ValueError:
        return text
    if not number.is_finite():
        return text
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0") or "0"
    sign = "-" if number.is_signed() else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{number.adjusted() if number else 0}"


def _boolean(text: str) -> str:
    return {"1": "true", "0": "false"}.get(text, text)


def _time(text: str) -> str:
    text = re.sub(r"(:\d\d)\.(\d*?)0*(?=$|Z|[+-]\d\d:\d\d$)", lambda m: f"{m[1]}.{m[2]}" if m[2] else m[1], text)
    return re.sub(r"[+-]00:00$", "Z", text)


def _forms() -> Iterator[tuple[str, Callable[[str], str]]]:
    yield from ((_XSD + name, _integer) for name in ("integer", *_DERIVED.split("|")))
    yield from ((_XSD + name, _time) for name in _TIMED)
    yield from ((_XSD + name, _double) for name in ("double", "float"))
    yield from ((_XSD + "decimal", _decimal), (_XSD + "boolean", _boolean))


_FORMS = dict(_forms())
