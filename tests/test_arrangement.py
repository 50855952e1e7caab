"""What the arrangement of a page tells of pairs: rows, what leads in to them, labels and short headings."""

from __future__ import annotations

from spacy.language import Language

from kg.extract.arrangement import arrange, find_runs, label_of, row_mates, signs_of, topics_of
from tests.contexts import context_of

NAMES = {
    "p": "Initiative: Open Door Network",
    "a": "SchoolDistrict: Dune Valley Unified",
    "b": "SchoolDistrict: Moss Creek Schools",
    "c": "SchoolDistrict: Fern Ridge Schools",
    "u": "LaborUnion: Dune Teachers Guild",
    "v": "LaborUnion: Moss Educators",
    "f": "SupportOrganization: Lark Institute",
}
PAGE = (
    "Open Door Network\n\nMembers of the Open Door Network are these:\n\n"
    "- Dune Valley Unified, with the Dune Teachers Guild\n- Moss Creek Schools, with Moss Educators\n"
    "- Fern Ridge Schools\n\nThe Lark Institute is glad."
)


def test_items_behind_each_other_are_a_run_with_its_lead_in(nlp: Language) -> None:
    context = context_of(nlp, PAGE, **NAMES)
    (run,) = find_runs(context)
    assert len(run.rows) == 3
    assert run.lead is not None
    assert run.lead.string.startswith("Members of")


def test_what_stands_in_the_same_place_of_other_rows(nlp: Language) -> None:
    mates = row_mates(context_of(nlp, PAGE, **NAMES))
    assert mates == {"a": ("b", "c"), "b": ("a", "c"), "c": ("a", "b"), "u": ("v",), "v": ("u",)}


def test_rows_know_their_lead_in_and_what_the_header_names(nlp: Language) -> None:
    arrangement = arrange(context_of(nlp, PAGE, **NAMES))
    assert set(arrangement.leads.values()) == {1}
    assert "p" in arrangement.title
    assert arrangement.rowed == {"a", "b", "c", "u", "v"}


def test_a_single_fragment_is_no_list(nlp: Language) -> None:
    context = context_of(nlp, "The Lark Institute met.\n\nDune Valley Unified, Ohio\n\nIt was glad.", **NAMES)
    assert find_runs(context) == ()
    assert row_mates(context) == {}


def test_a_label_is_a_few_words_before_a_colon(nlp: Language) -> None:
    text = "Our sponsors: Lark Institute\n\nDune Valley Unified: a profile\n\nThe Lark Institute said it met"
    assert [label_of(t) for t in context_of(nlp, text, **NAMES).texts] == [["our", "sponsor"], [], []]


def test_a_short_heading_says_what_stands_below(nlp: Language) -> None:
    text = "OUR MEMBERS\n\nDune Valley Unified has joined."
    assert signs_of(context_of(nlp, text, **NAMES).texts[0]) == ["our", "member"]


def test_what_a_page_is_about(nlp: Language) -> None:
    text = "Lark Institute\n\nWe met the Dune Teachers Guild. Our work goes on. We are glad."
    context = context_of(nlp, text, **NAMES)
    assert list(topics_of(context, arrange(context))) == [("voice", "f")]
