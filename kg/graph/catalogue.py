"""The catalogue of canned questions: SPARQL files with a grlc header, each line of which begins with `#+`.

The header is the part of YAML that grlc needs: `key: value`, nested mappings and lists by indentation. Keys are
`summary`, `description`, `tags`, `columns` (name: what it holds) and `parameters`, a list of mappings with
`name`, `type` (entity, term, text, integer, number), `kind` (a class of entities), `description`, `default`,
`required` and `enumerate`: a list of the values there are, or a SELECT of ?value that finds them in the data. A
parameter `topic` stands in the query as the variable `?_topic`, which is projected.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from kg import assets
from kg.errors import AssetError, QueryError

TYPES = ("entity", "term", "text", "integer", "number")


class Parameter(NamedTuple):
    """A named hole in a question.

    Attributes:
        type: one of TYPES; an entity is given by name, acronym, prefixed name or IRI, a term by its local name in acc:.
        kind: local name of the acc: class that entities must belong to.
        choices: the values there are; empty where any will do.
        enumeration: SPARQL that finds in the data the values that make sense, as ?value.
    """

    name: str
    type: str = "text"
    kind: str | None = None
    description: str = ""
    default: str | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    enumeration: str | None = None


class Question(NamedTuple):
    """A query with what a reader must know to ask it. `columns` are (name, meaning)."""

    name: str
    text: str
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    parameters: tuple[Parameter, ...] = ()


@assets.by_extension
def load_catalogue() -> dict[str, Question]:
    """All canned questions by name, sorted; the caller must not change it.

    Raises:
        AssetError: a header is malformed.
    """
    return {name: _read(name) for name in question_names()}


@assets.by_extension
def question_names() -> tuple[str, ...]:
    """The names of all canned questions, sorted; none of them is read."""
    return tuple(sorted(file.removesuffix(".rq") for file in assets.names("queries", ".rq")))


def find_question(name: str) -> Question:
    """The canned question of that name.

    Raises:
        QueryError: there is none; the hint lists those whose name is near, or all.
    """
    names = question_names()
    if name in names:
        return _read(name)
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=3, cutoff=0.5) or names
    raise QueryError(f"no canned question {name!r}", hint="there are: " + ", ".join(near))


@assets.by_extension
def _read(name: str) -> Question:
    return parse_question(name, assets.read("queries", f"{name}.rq").decode())


def parse_question(name: str, text: str) -> Question:
    """A question from the text of a query; without `#+` lines it has no parameters.

    Raises:
        AssetError: the header is malformed.
    """
    numbered = [
        (n, line[2:]) for n, line in enumerate(text.splitlines(), 1) if line.startswith("#+") and line[2:].strip()
    ]
    try:
        header = _mapping(numbered)
        return Question(
            name=name,
            text=text,
            summary=str(header.get("summary", "")),
            description=str(header.get("description", "")),
            tags=tuple(header.get("tags", ())),
            columns=tuple(dict(header.get("columns", {})).items()),
            parameters=tuple(_parameter(p) for p in header.get("parameters", ())),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise AssetError(f"malformed header: {error}", where=f"{name}.rq", hint="see kg/graph/catalogue.py") from error


def _parameter(fields: dict[str, Any]) -> Parameter:
    known = {"name", "type", "kind", "description", "default", "required", "enumerate"}
    if unknown := sorted(set(fields) - known):
        raise ValueError(f"unknown key {', '.join(unknown)}")
    kind = fields.get("type", "text")
    if kind not in TYPES:
        raise ValueError(f"unknown type {kind!r} of {fields['name']}")
    values = fields.get("enumerate", ())
    return Parameter(
        name=fields["name"],
        type=kind,
        kind=fields.get("kind"),
        description=fields.get("description", ""),
        default=fields.get("default"),
        required=fields.get("required") == "true",
        choices=() if isinstance(values, str) else tuple(values),
        enumeration=values if isinstance(values, str) else None,
    )


Lines = list[tuple[int, str]]


def _mapping(lines: Lines) -> dict[str, Any]:
    """`key: value` at the indentation of the first line; deeper lines belong to the key above them."""
    result: dict[str, Any] = {}
    for (number, line), inner in _items(lines):
        match = re.fullmatch(r"\s*([A-Za-z_][\w-]*):(?:\s+(.*))?", line)
        if not match:
            raise ValueError(f"line {number}: expected key: value")
        key, value = match[1], (match[2] or "").strip()
        if value or not inner:
            result[key] = " ".join([_scalar(value), *(text.strip() for _, text in inner)]).strip()
        else:
            result[key] = _sequence(inner) if inner[0][1].lstrip().startswith("- ") else _mapping(inner)
    return result


def _sequence(lines: Lines) -> list[Any]:
    """`- value`, or `- key: value` with further keys below it."""
    result: list[Any] = []
    for (number, line), inner in _items(lines):
        if not line.lstrip().startswith("- "):
            raise ValueError(f"line {number}: expected a list item")
        first = line.replace("- ", "  ", 1)
        result.append(
            _mapping([(number, first), *inner]) if re.match(r"\s*[\w-]+:(\s|$)", first) else _scalar(first.strip())
        )
    return result


def _items(lines: Lines) -> list[tuple[tuple[int, str], Lines]]:
    """Each line of the first line's indentation with the deeper ones that follow it."""
    items: list[tuple[tuple[int, str], Lines]] = []
    depth = _depth(lines[0][1]) if lines else 0
    for number, line in lines:
        if _depth(line) < depth:
            raise ValueError(f"line {number}: indentation")
        if _depth(line) == depth:
            items.append(((number, line), []))
        else:
            items[-1][1].append((number, line))
    return items


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _scalar(text: str) -> str:
    quoted = re.fullmatch(r"\"(.*)\"|'(.*)'", text)
    if not quoted and re.search(r": |:$| #|^[\[\]{}>|*&!%@`\"']", text):
        raise ValueError(f"YAML reads {text!r} otherwise: quote it")
    return (quoted[1] or quoted[2] or "") if quoted else text
