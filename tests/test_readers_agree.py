"""The same page as text, HTML, Word, PDF and mail states the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.language import Language

from kg.extract.linking import link
from kg.extract.reading import read
from kg.lexicon import load_lexicon
from kg.model import Reading
from kg.namespaces import DATA
from kg.sources import read_document
from tests.formats import REPORT, as_html, as_pdf, as_text, as_word

MAIL = (
    b"From: Ines Valdo <ines@courier.example>\r\nSubject: The agreement\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
)
MADE: dict[str, Callable[[], bytes]] = {
    "report.txt": lambda: as_text(REPORT),
    "report.html": lambda: as_html(REPORT),
    "report.docx": lambda: as_word(REPORT),
    "report.pdf": lambda: as_pdf(REPORT),
    "columns.pdf": lambda: as_pdf(REPORT, align="J", width=60, size=9),
    "report.eml": lambda: MAIL + as_text(REPORT).replace(b"\n", b"\r\n"),
}


@pytest.fixture(scope="module")
def stated(nlp: Language, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, set[tuple[object, ...]]]]:
    """File → what it states, in words that hold for all files."""
    folder = tmp_path_factory.mktemp("formats")
    lexicon = load_lexicon()
    found: dict[str, dict[str, set[tuple[object, ...]]]] = {}
    read_already: dict[str, str] = {}  # a reading is a function of the text: the same one need not be read twice
    for name, make in MADE.items():
        path: Path = folder / name
        path.write_bytes(make())
        document = read_document(path, DATA)
        if document.text not in read_already:
            corpus = link([read(document, nlp, lexicon)], lexicon, DATA)
            found[name] = told(corpus.readings[0], {e.id: e.names[0] for e in corpus.entities})
        found[name] = found[read_already.setdefault(document.text, name)]
    return found


def told(reading: Reading, names: dict[str, str]) -> dict[str, set[tuple[object, ...]]]:
    def label(node: object) -> object:
        return names.get(str(node), str(node))

    def where(entity: object) -> object:
        return label(entity) if entity else None

    return {
        "entities": {(e.kind, e.names[0]) for e in reading.entities},
        "relations": {
            (label(a.subject), a.predicate, label(a.object), a.grounds.status.value) for a in reading.assertions
        },
        "roles": {
            (label(m.member), m.role_title, where(m.organization), m.grounds.status.value) for m in reading.memberships
        },
        "statistics": {(s.value, s.unit.value, s.measure, s.population) for s in reading.statistics},
        "quotations": {(where(a.speaker), a.kind.value, a.text) for a in reading.attributions},
    }


def test_the_page_states_enough_to_compare(stated: dict[str, dict[str, set[tuple[object, ...]]]]) -> None:
    least = {"entities": 12, "relations": 6, "roles": 4, "statistics": 6, "quotations": 3}
    assert {kind: len(stated["report.txt"][kind]) >= least[kind] for kind in least} == dict.fromkeys(least, True)


@pytest.mark.parametrize("name", [name for name in MADE if name != "report.txt"])
def test_a_page_states_the_same_in_all_formats(
    name: str, stated: dict[str, dict[str, set[tuple[object, ...]]]]
) -> None:
    assert stated[name] == stated["report.txt"]
