"""What is let in from strangers before a parser sees it: RDF files and the text of queries.

Parsers of others crash on deep nesting, expand entities until memory is gone, and drop relative IRIs without a word.
None of them reaches the network: pyoxigraph refuses remote contexts of JSON-LD, and knows no external entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError, QueryError
from kg.graph.formats import malformed
from kg.limits import DEFAULT, LimitError, Limits, check, check_depth, read_file

#: Relative IRIs are resolved against this, so that they can be told from others. It stands in no output.
_NOWHERE = "relative://relative.invalid/relative/"
#: Each of them may be a step of recursion in parsers and planners.
_PARTS = "{([|/!^+*-;.&"
#: A text so short cannot hold what makes a parser crash.
_SHORT = 1000


def read_rdf(source: Path | bytes, where: str, limits: Limits | None = None) -> bytes:
    """The content of a file of RDF, or what is given.

    Raises:
        InputError: it is too large, or no file.
        OSError: the system refuses.
    """
    if isinstance(source, Path):
        return read_file(source, limits or DEFAULT, "rdf_size")
    check(limits or DEFAULT, "rdf_size", len(source), where)
    return source


def parse_quads(content: bytes, form: ox.RdfFormat, where: str, limits: Limits | None = None) -> Iterator[ox.Quad]:
    """The quads of a file, after `admit_rdf`; relative IRIs without a base are refused in every format.

    Raises:
        InputError: malformed (with the line), or not let in.
    """
    admit_rdf(content, form, where, limits)
    with_base = form in (ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML)  # the others name the line
    try:
        for quad in ox.parse(content, format=form, base_iri=_NOWHERE if with_base else None):
            if with_base:
                _refuse_relative(quad, where)
            yield quad
    except (SyntaxError, ValueError) as error:
        raise malformed(error, where) from error


def admit_rdf(content: bytes, form: ox.RdfFormat, where: str, limits: Limits | None = None) -> None:
    """Let through RDF that its parser can be given.

    Raises:
        InputError: XML that declares a document type, or nests too deep; JSON that nests too deep.
    """
    if form == ox.RdfFormat.RDF_XML:
        _admit_xml(content, where, limits or DEFAULT)
    elif form == ox.RdfFormat.JSON_LD:
        check_depth(limits or DEFAULT, content.decode(errors="replace"), where)


def _admit_xml(content: bytes, where: str, limits: Limits) -> None:
    from xml.parsers import expat  # a question on other formats need not wait for it

    parser = expat.ParserCreate()
    depth = 0

    def refuse(*_: object) -> None:
        raise InputError(
            "declares a document type: entities are not expanded, and nothing is fetched",
            where=f"{where}:{parser.CurrentLineNumber}",
            hint="write it without <!DOCTYPE …>, or as Turtle",
        )

    def open_element(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.depth:
            check(limits, "depth", depth, f"{where}:{parser.CurrentLineNumber}")

    def close_element(_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"malformed RDF: {expat.ErrorString(error.code)}"
        raise InputError(message, where=f"{where}:{error.lineno}", hint="mend that line") from error
    except (LookupError, ValueError) as error:  # of Python's codecs
        raise InputError(f"malformed RDF: {error}", where=f"{where}:1", hint="write it in UTF-8") from error


def _refuse_relative(quad: ox.Quad, where: str) -> None:
    for term in quad:
        if isinstance(term, ox.NamedNode) and term.value.startswith("relative://"):
            shown = term.value.removeprefix(_NOWHERE) or term.value
            raise InputError(
                f"relative IRI without a base: {shown[:100]!r}", where=where, hint="name a base: xml:base, or @base"
            )


def admit_query(text: str, where: str, limits: Limits | None = None) -> None:
    """Let through the text of a query that a parser by recursion can be given.

    Args:
        text: the query.
        where: how to call it in messages.
        limits: of its length, of brackets and operators, of their depth.

    Raises:
        QueryError: it is too long, has too many parts, or nests too deep.
    """
    limits = limits or DEFAULT
    try:
        check(limits, "query_length", len(text), where)
        if len(text) > _SHORT:
            if _number(text) > limits.query_parts:
                text = visible(text)
            check(limits, "query_parts", _number(text), where)
        check_depth(limits, text, where)
    except LimitError as error:
        raise QueryError(error.message, where=where, hint=error.hint) from error


def line_of_service(text: str) -> int | None:
    """The line in which a query calls another machine; None where it calls none.

    The engine calls at once, so that what only looks like a call counts as one, in strings and comments as well: to
    tell those apart takes the engine's own parser. `1<'x>'||'#')SERVICE<…>` holds no IRI and no comment, and
    `1<2)SERVICE?x#>` is one only to those who read IRIs first.
    """
    places = (found.start() for found in _SERVICE.finditer(text) if found["call"])
    start = next(places, None) if text.upper().count("SERVICE") <= _SHORT else text.upper().index("SERVICE")
    return None if start is None else len(re.findall(r"\r\n?|\n", text[:start])) + 1


def visible(text: str) -> str:
    """A query with its IRIs, strings and comments blanked, lines kept."""
    return _HIDDEN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _number(text: str) -> int:
    return sum(map(text.count, _PARTS))


#: As in the grammar of SPARQL 1.1 (productions 139, 156–160, and section 4.1.4 for comments), where white space is
#: ASCII, other signs may stand in IRIs, and carriage returns end comments.
_HIDDEN = re.compile(
    r"<[^\x00-\x20<>\"{}|\\^`]*>"  # IRIs may hold a number sign
    r"|\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*'"
    r"|#[^\n\r]*",
    re.DOTALL,
)
#: Without possessive quantifiers and atomic groups, which Python 3.11.0 to 3.11.4 get wrong; no two alternatives begin
#: alike, so that nothing is tried twice.
_SPACE = r"(?:[ \t\r\n]|#[^\r\n]*(?![^\r\n]))*"
#: The keyword needs no space around it: "1SERVICE<…>" is a number and a call, "trueSERVICE:x" may be one. Variables,
#: and names after their colon, are passed over: engines read them as far as they go.
_SERVICE = re.compile(
    r"[?$][A-Za-z0-9_]+|(?<![A-Za-z0-9_.-])(?:(?!SERVICE)[A-Za-z0-9_.-])*:[A-Za-z0-9_:-]*"
    rf"|(?P<call>SERVICE){_SPACE}(?:SILENT{_SPACE})?(?=[<?$:]|[^\W\d_][^\s:<>\"'{{}}()\[\];,#]*:)",
    re.IGNORECASE,
)
