"""Whose document it is: signs of the page's own organization, and of those it is written to or about."""

from __future__ import annotations

import pytest
from spacy.language import Language

from tests.contexts import context_of

NAMES = {
    "u": "LaborUnion: Dune Teachers Guild",
    "d": "SchoolDistrict: Dune Valley Unified",
    "i": "SupportOrganization: Lark Institute",
    "s": "School: Heron Middle School",
}
PLURAL = "We met in May. Our work goes on, and we are glad."
#: A page, and who says "we" in it.
PAGES = [
    ("letterhead", f"Lark Institute\n\nThe year in Dune Valley Unified\n\n{PLURAL} Dune Valley Unified grew.", "i"),
    ("with brackets", f"OUR HISTORY\n\nLark Institute (Heron County)\n\n{PLURAL} Dune Valley Unified helped.", "i"),
    ("newsletter", f"Newsletter of the Dune Teachers Guild\n\n{PLURAL} Dune Valley Unified said no.", "u"),
    ("prepared by", f"Prepared for the Dune Valley Unified by the Lark Institute in 2019\n\n{PLURAL}", "i"),
    ("from", f"Straight answers from the Dune Teachers Guild\n\n{PLURAL} Dune Valley Unified objects.", "u"),
    ("path", f"Lark Institute > Programs > Teams\n\n{PLURAL} Dune Valley Unified took part.", "i"),
    ("post", f"Testimony of Ana Ruiz\n\nDirector, Lark Institute\n\nbefore the Dune Valley Unified\n\n{PLURAL}", "i"),
    ("label", f"Grantee: Lark Institute\n\nFunder: Dune Teachers Guild\n\n{PLURAL}", "i"),
    ("copyright", f"About us\n\n{PLURAL} Dune Valley Unified took part.\n\n(c) 2020 Lark Institute", "i"),
    ("we at", f"An open letter\n\nWe at Lark Institute met Dune Valley Unified. {PLURAL}", "i"),
    (
        "signature",
        f"Dear families\n\n{PLURAL} Dune Valley Unified is open.\n\nAna Ruiz\n\nSuperintendent of Schools",
        "d",
    ),
    ("two that come close", f"Lark Institute\n\n{PLURAL}\n\n(c) 2020 Dune Teachers Guild", None),
    ("a newspaper's name", f"The Dune Gazette\n\n{PLURAL}", None),
    ("no we", "Lark Institute\n\nIt met in May. Dune Valley Unified grew.", None),
    ("apart from us", f"A letter\n\nWe wrote to the Dune Valley Unified. {PLURAL}", None),
]


@pytest.mark.parametrize(("case", "text", "voice"), PAGES, ids=[case for case, _, _ in PAGES])
def test_who_speaks(nlp: Language, case: str, text: str, voice: str | None) -> None:
    assert context_of(nlp, text, **NAMES).voice == voice


def test_the_one_named_most_is_the_main_organization(nlp: Language) -> None:
    text = "Dune Valley Unified met the Dune Teachers Guild. Dune Valley Unified was pleased."
    assert context_of(nlp, text, **NAMES).main == "d"
