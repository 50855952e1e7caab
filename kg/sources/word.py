"""Word documents: headings, paragraphs, lists, tables and notes of a .docx, as python-docx opens it.

The package is unpacked within limits first, and refused where a part declares a document type: Word writes none, and
entities are the way to a bomb or to another file. Deleted text, comments, headers and footers are left out; inserted
text is read as if it had been accepted.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.limits import Limits, check
from kg.sources.archives import unpack_zip
from kg.sources.extract import Extract, Passage, clean, raised, set_text, table_row

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

#: An element of lxml, which ships no types.
Element = Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NOTE_MARKS = {f"{_W}footnoteReference": "footnotes", f"{_W}endnoteReference": "endnotes"}
#: What stands for a character.
_SIGNS = {f"{_W}tab": " ", f"{_W}noBreakHyphen": "-", f"{_W}br": "\n", f"{_W}cr": "\n"}
#: Deleted text, field codes, text that is there a second time for old versions of Word, and properties.
_LEFT_OUT = {
    f"{_W}{n}" for n in ("del", "moveFrom", "delText", "instrText", "pPr", "rPr", "sectPr", "tblPr", "trPr")
} | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


@dataclass(frozen=True, slots=True)
class _Notes:
    """Notes of a document: part and number in it → element; and those that were referred to, in order."""

    elements: dict[tuple[str, str], Element]
    used: list[tuple[str, str]] = field(default_factory=list)

    def mark(self, key: tuple[str, str]) -> str:
        """The superscript for a reference; notes are numbered as they come."""
        if key not in self.elements:
            return ""
        if key not in self.used:
            self.used.append(key)
        return raised(str(self.used.index(key) + 1))


def read_word(content: bytes, limits: Limits) -> Extract:
    """The text of a .docx, notes at its end.

    Raises:
        InputError: no Word document, a damaged one, or one without text; LimitError where it is too large.
        ImportError: python-docx is not installed.
    """
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError, XMLSyntaxError

    for name, part in unpack_zip(content, limits):
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in part.replace(b"\0", b"")[:_HEAD]:
            raise InputError(f"{name} declares a document type, which no Word document does", hint=_MEND)
    try:
        document = docx.Document(io.BytesIO(content))
        body: Element = document.element.body
        _check_tree(document.element, limits)
        notes = _Notes(_notes(document))
        passages = list(_passages(body, _numbering(document), notes))
        for number, key in enumerate(notes.used, 1):  # grows while notes refer to notes
            words = clean(_words(notes.elements[key], notes))
            passages.append(Passage(f"{raised(str(number))} {words}"))
        metadata = _metadata(document)
    except XMLSyntaxError as error:
        if "depth" in str(error).lower():
            check(limits, "depth", limits.depth + 1)
        raise InputError("a damaged Word document (XMLSyntaxError)", hint=_MEND) from error
    except (OpcError, LxmlError, ValueError, KeyError, AttributeError, TypeError, IndexError, OverflowError) as error:
        raise InputError(f"a damaged Word document ({type(error).__name__})", hint=_MEND) from error
    return replace(set_text(passages, limits), metadata=metadata)


_HEAD = 65_536
_MEND = "open it in a word processor, and save it as .docx or .txt again"


def _check_tree(root: Element, limits: Limits) -> None:
    from lxml.etree import iterwalk

    depth = elements = 0
    for event, _ in iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        check(limits, "depth", depth)
        check(limits, "elements", elements)


def _notes(document: WordDocument) -> dict[tuple[str, str], Element]:
    """(part, number) → note, of footnotes and endnotes; separators are none."""
    from docx.oxml.parser import parse_xml

    found: dict[tuple[str, str], Any] = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in ("footnotes", "endnotes") and not relation.is_external:
            for note in parse_xml(relation.target_part.blob):
                if note.get(f"{_W}type", "normal") == "normal":
                    found[kind, note.get(f"{_W}id", "")] = note
    return found


def _metadata(document: WordDocument) -> dict[str, str]:
    core = document.core_properties
    found = {"title": core.title, "author": core.author, "date": core.created and core.created.date().isoformat()}
    return {key: value for key, value in found.items() if value}


def _numbering(document: WordDocument) -> dict[tuple[str, str], str]:
    """(list, level) → the format of its numbers: "bullet", "decimal", …"""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    levels: dict[tuple[str, str], str] = {}
    for abstract in root.iterchildren(f"{_W}abstractNum"):
        for level in abstract.iterchildren(f"{_W}lvl"):
            form = level.find(f"{_W}numFmt")
            key = abstract.get(f"{_W}abstractNumId", ""), level.get(f"{_W}ilvl", "0")
            levels[key] = "bullet" if form is None else form.get(f"{_W}val", "bullet")
    found: dict[tuple[str, str], str] = {}
    for number in root.iterchildren(f"{_W}num"):
        reference = number.find(f"{_W}abstractNumId")
        abstract_id = "" if reference is None else reference.get(f"{_W}val", "")
        found |= {
            (number.get(f"{_W}numId", ""), level): form for (a, level), form in levels.items() if a == abstract_id
        }
    return found


def _passages(body: Element, numbering: dict[tuple[str, str], str], notes: _Notes) -> Iterator[Passage]:
    """The passages of a body, in order."""
    counts: dict[tuple[str, int], int] = {}
    in_list = False
    for block, place in _blocks(body, "/w:document/w:body"):
        if block.tag == f"{_W}tbl":
            in_list = False
            for number, row in enumerate(block.iter(f"{_W}tr"), 1):
                cells = [_words(cell, notes) for cell in row.iter(f"{_W}tc")]
                yield Passage(table_row(cells), place=f"{place}/descendant::w:tr[{number}]")
            continue
        words = _words(block, notes)
        mark = _list_mark(block, numbering, counts) if words.strip() else None
        if mark is not None:
            yield Passage(mark + clean(words), close=in_list, place=place)
        else:
            close = False
            for line in map(clean, words.split("\n")):
                yield Passage(line, close=close, place=place)
                close = bool(line)
        in_list = mark is not None or (in_list and not words.strip())


def _blocks(parent: Element, place: str) -> Iterator[tuple[Element, str]]:
    """Paragraphs and tables with their XPaths, also within content controls, insertions and text boxes' anchors."""
    counts: Counter[str] = Counter()
    for position, child in enumerate(parent.iterchildren("*"), 1):
        name = child.tag.removeprefix(_W)
        counts[name] += 1
        path = f"{place}/*[{position}]" if name == child.tag else f"{place}/w:{name}[{counts[name]}]"
        if name in ("p", "tbl"):
            yield child, path
        elif child.tag not in _LEFT_OUT:
            yield from _blocks(child, path)


def _list_mark(
    paragraph: Element, numbering: dict[tuple[str, str], str], counts: dict[tuple[str, int], int]
) -> str | None:
    """The bullet or number of a list item with its indent; None for what is none, headings with numbers included."""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    named = "" if style is None else style.get(f"{_W}val", "")
    number = paragraph.find(f"{_W}pPr/{_W}numPr")
    listed = re.fullmatch(r"List(Bullet|Number)(\d?)", named)
    if (number is None and not listed) or named.startswith(("Heading", "Title")):
        return None
    if number is None:
        assert listed is not None
        key, level = named, int(listed[2] or 1) - 1
        form = "bullet" if listed[1] == "Bullet" else "decimal"
    else:
        value, depth = number.find(f"{_W}numId"), number.find(f"{_W}ilvl")
        key = "" if value is None else value.get(f"{_W}val", "")
        level = 0 if depth is None else min(int(depth.get(f"{_W}val", "0")), 8)
        form = numbering.get((key, str(level)), "bullet")
        if key == "0" or form == "none":  # the list of the style is called off
            return None
    indent = "  " * level
    if form == "bullet":
        return f"{indent}• "
    for deeper in [k for k in counts if k[0] == key and k[1] > level]:
        del counts[deeper]
    counts[key, level] = counts.get((key, level), 0) + 1
    return f"{indent}{counts[key, level]}. "


def _words(element: Element, notes: _Notes) -> str:
    """The words below an element, with line feeds where it breaks lines and numbers of notes as superscripts."""
    parts: list[str] = []
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _SIGNS:
            parts.append(_SIGNS[child.tag])
        elif child.tag in _NOTE_MARKS:
            parts.append(notes.mark((_NOTE_MARKS[child.tag], child.get(f"{_W}id", ""))))
        elif child.tag == f"{_W}r" and _is_raised(child):
            parts.append(raised(_words(child, notes)))
        else:
            parts.append(_words(child, notes))
            if child.tag == f"{_W}p":
                parts.append("\n")
    return "".join(parts)


def _is_raised(run: Element) -> bool:
    align = run.find(f"{_W}rPr/{_W}vertAlign")
    return align is not None and align.get(f"{_W}val") == "superscript"
