"""Web pages: the main text of an HTML file and what its head says of it; trafilatura tells text from furniture.

Nothing is fetched, no script is run, no entity or document type is resolved: the page is a string and stays one.
"""

from __future__ import annotations

import codecs
import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kg.errors import InputError
from kg.limits import Limits, check
from kg.sources.elements import find_blocks, locate
from kg.sources.extract import Extract, Passage, clean, raised, set_text, table_row
from kg.sources.plain import refuse_binary

#: An element of lxml, which ships no types.
Element = Any

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE)
#: Encodings that pages are written in, by what their names begin with; Python's codecs know stranger things.
_ENCODINGS = re.compile(
    r"(?:utf-8|utf8|(?:x-)?mac[\w-]*|(?:iso|windows|cp|ibm|koi8|gb|big5|euc|shift|tis)[\w-]*)", re.IGNORECASE
)
#: WHATWG Encoding Standard, 4.2: what calls itself so is Windows' superset of it.
_LATIN = re.compile(r"(?:us-)?ascii|iso-?8859-?1|latin-?1|l1", re.IGNORECASE)
_DECLARATIONS = re.compile(
    r"^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!DOCTYPE[^>\[]{0,999}(?:\[.*?\]\s*)?>)?", re.IGNORECASE | re.DOTALL
)
_UNSEEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
#: Attributes of one element that are looked at; copying them takes time by the square of their number.
_ATTRIBUTES = 500
_PARAGRAPHS = ("p", "li", "tr", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote")
_DATES = {"extensive_search": False, "original_date": True}


def read_page(content: bytes, limits: Limits) -> Extract:
    """The main text of a web page: headings, paragraphs, lists, tables and quotations, without menus and scripts.

    Raises:
        InputError: no HTML, or no main text in it; LimitError where it is too large.
        ImportError: trafilatura is not installed.
    """
    from lxml.etree import LxmlError

    source = decode_page(content)
    if not source.strip():
        raise InputError("empty", hint="give a file that holds text")
    try:
        tree = _parse(source, limits)
        blocks = find_blocks(tree, _is_unseen)
        _drop_unseen(tree)
        body, metadata = _main_text(tree)
        passages = _with_heading(list(_passages(body)), tree) if body is not None else []
    except (LxmlError, ValueError, AssertionError, TypeError, KeyError, IndexError, AttributeError) as error:
        message = f"cannot be read as a web page ({type(error).__name__})"
        raise InputError(message, hint="save the text of the page as .txt") from error
    return replace(set_text(locate(passages, blocks), limits), metadata=metadata)


def decode_page(content: bytes) -> str:
    """The characters of a page: by byte-order mark, by what it says of itself, as UTF-8, or else as Windows-1252.

    Raises:
        InputError: it is binary.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    refuse_binary(content)
    for encoding in (*_declared(content), "utf-8"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", errors="replace")


def _declared(content: bytes) -> Iterator[str]:
    if found := _CHARSET.search(content[:4096]):
        name = found[1].decode("ascii", "ignore")
        if _LATIN.fullmatch(name):
            yield "cp1252"
        elif _ENCODINGS.fullmatch(name):
            try:
                yield codecs.lookup(name).name
            except LookupError:
                return


def _parse(source: str, limits: Limits) -> Element:
    """The tree of a page, no deeper and no larger than is allowed."""
    from lxml import html
    from lxml.etree import iterwalk

    # A declaration of another encoding would be believed, and one of entities be taken for text.
    source = _DECLARATIONS.sub("", source.replace("\0", ""), count=1)
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    tree: Element = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    # What is too deep or long for libxml2 it leaves out, and only its log says so.
    cut = [entry.message for entry in parser.error_log if "XML_PARSE_HUGE" in entry.message]
    if cut:
        name = "depth" if "depth" in cut[0].lower() else "text_length"
        check(limits, name, getattr(limits, name) + 1)
    depth = deepest = elements = 0
    for event, element in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if event == "start" and len(element.attrib) > _ATTRIBUTES:
            element.attrib.clear()
        deepest = max(depth, deepest)
    check(limits, "depth", deepest)
    check(limits, "elements", elements)
    # Telling main text from menus takes the longer the more there are of them.
    check(limits, "blocks", sum(1 for _ in tree.iter(*_PARAGRAPHS)))
    return tree


def _drop_unseen(tree: Element) -> None:
    """Remove what no reader of the page sees: who quotes it could not be checked by looking at the page."""
    body = tree.find("body")
    for element in list(body.iterdescendants()) if body is not None else ():
        if _is_unseen(element):
            element.drop_tree()


def _is_unseen(element: Element) -> bool:
    hidden = element.get("hidden", "until-found").lower() != "until-found"
    return element.tag == "template" or hidden or bool(_UNSEEN.search(element.get("style", "")))


def _main_text(tree: Element) -> tuple[Element | None, dict[str, str]]:
    """The body of the page in the TEI-like terms of trafilatura, and what its head says."""
    import trafilatura

    found = trafilatura.bare_extraction(
        copy.deepcopy(tree),
        with_metadata=True,
        include_comments=False,
        include_formatting=True,
        favor_recall=True,
        date_extraction_params=_DATES,
    )
    if not isinstance(found, trafilatura.settings.Document):
        return trafilatura.baseline(copy.deepcopy(tree))[0], {}
    fields = {
        "title": found.title,
        "author": found.author,
        "date": found.date,
        "url": found.url,
        "publisher": found.sitename if found.sitename != found.hostname else None,
        "licence": found.license,
    }
    return found.body, {key: value for key, value in fields.items() if value}


def _with_heading(passages: list[Passage], tree: Element) -> list[Passage]:
    """Passages that begin with the page's headline, which often stands outside of what is taken for its main text.

    A headline is the only first-level heading, of three words or more, and is part of the title of the page; the name
    of a site is none.
    """
    headings = [h for e in tree.iter("h1") if (h := clean(e.text_content()))]
    title = clean(tree.findtext(".//title") or "")
    if len(headings) != 1 or headings[0] not in title or len(headings[0].split()) < 3:
        return passages
    return passages if headings[0] in (p.text for p in passages[:5]) else [Passage(headings[0]), *passages]


def _passages(body: Element) -> Iterator[Passage]:
    """The passages of an extracted body, in order."""
    for child in body:
        if child.tag == "list":
            yield from _items(child, 0)
        elif child.tag == "table":
            for row in child.iter("row"):
                yield Passage(table_row([_words(cell) for cell in row.iter("cell")]))
        elif child.tag == "quote" or any(e.tag in _BLOCKS for e in child):
            yield from _lines(_flat(child.text))
            yield from _passages(child)
        else:
            yield from _lines(_words(child))
        yield from _lines(_flat(child.tail))


def _lines(words: str) -> Iterator[Passage]:
    """The lines of a paragraph; an empty one begins a new paragraph."""
    close = False
    for line in map(clean, words.split("\n")):
        if line:
            yield Passage(line, close=close)
        close = bool(line)


_BLOCKS = frozenset({"p", "head", "list", "table", "quote", "div"})


def _items(items: Element, level: int) -> Iterator[Passage]:
    """The items of a list, one on each line, with bullets or numbers as a text has them."""
    ordered, number = items.get("rend") == "ol", 0
    for item in items.iterchildren("item"):
        nested = [e for e in item if e.tag == "list"]
        words = clean(_words(item, frozenset(nested)))
        if words:
            number += 1
            mark = "" if "d" in (item.get("rend") or "") else f"{number}. " if ordered else "• "
            yield Passage("  " * level + mark + words, close=number > 1 or level > 0)
        for inner in nested:
            yield from _items(inner, level + 1)


def _words(element: Element, skip: frozenset[Element] = frozenset()) -> str:
    """The words of an element, with line feeds where it breaks lines and footnote marks as superscripts."""
    sup = element.tag == "hi" and element.get("rend") == "#sup"
    parts = [raised(_flat(element.text)) if sup else _flat(element.text)]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        elif child not in skip:
            parts.append(_words(child, skip))
            if child.tag in _BLOCKS:
                parts.append("\n")
        parts.append(_flat(child.tail))
    return "".join(parts)


def _flat(text: str | None) -> str:
    """Line feeds of the source are spaces."""
    return (text or "").replace("\n", " ").replace("\r", " ")
