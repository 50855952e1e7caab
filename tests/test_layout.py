"""Layout: blocks, what is folded, and that every character of a block leads back to the document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.layout import LONGEST, Block, Kind, lay_out


def kinds(text: str) -> list[tuple[Kind, str]]:
    return [(b.kind, b.text) for b in lay_out(text)]


WRAPPED = """\
The board of the district met on Monday evening in the
library and heard from the union, whose members do
not want to lose another year to a dispute that no-
body remembers the start of, and the president of the
Larch Valley Teachers Association.
"""


def test_hard_wrapped_lines_are_one_paragraph_with_hyphens_closed() -> None:
    [block] = lay_out(WRAPPED)
    assert block.kind is Kind.PARAGRAPH
    assert "that nobody remembers" in block.text
    assert "president of the Larch Valley" in block.text


def test_headings_lists_and_footnotes() -> None:
    text = "Our schools\n\nThey are three:\n- Elm\n(b) Oak\n▸ Ash\n\nPay rose by 8%¹ last year.\n\n¹ http://example.org/pay\n"
    assert kinds(text) == [
        (Kind.HEADING, "Our schools"),
        (Kind.PARAGRAPH, "They are three:"),
        (Kind.ITEM, "Elm"),
        (Kind.ITEM, "Oak"),
        (Kind.ITEM, "Ash"),
        (Kind.PARAGRAPH, "Pay rose by 8% last year."),
        (Kind.FOOTNOTE, "http://example.org/pay"),
    ]
    paragraph, note = lay_out(text)[-2:]
    assert paragraph.notes == ((14, "1"),)
    assert note.notes == ((0, "1"),)


@pytest.mark.parametrize(
    ("printed", "clean", "labels"),
    [
        ("Pay fell.[2] Then it rose.", "Pay fell. Then it rose.", ["2"]),
        ("It said “[t]he board” agreed.", "It said “[t]he board” agreed.", []),
        ("A bonus of \\$9,000 was paid.", "A bonus of $9,000 was paid.", []),
        ("They don’t\xa0agree.", "They don't agree.", []),
        ("It was **very** good.", "It was very good.", []),
        ("**Ruiz:** It was good.", "Ruiz: It was good.", []),
        ("From 34–42 to Elm—no more.", "From 34–42 to Elm — no more.", []),
    ],
)
def test_what_is_folded(printed: str, clean: str, labels: list[str]) -> None:
    [block] = lay_out(printed)
    assert block.text == clean
    assert [label for _, label in block.notes] == labels


def test_a_dateline_is_cut_off() -> None:
    assert kinds("LARCHBURG, Ore. – The board met on Monday and adjourned soon after that.")[0] == (
        Kind.DATELINE,
        "LARCHBURG, Ore.",
    )


def test_a_heading_that_ran_into_its_paragraph_is_cut_off() -> None:
    assert kinds("WHO WE AREThe institute is a nonprofit that helps both sides.") == [
        (Kind.HEADING, "WHO WE ARE"),
        (Kind.PARAGRAPH, "The institute is a nonprofit that helps both sides."),
    ]
    assert len(kinds("UTLAs and KPAs are plurals of acronyms that stand at the start.")) == 1


def test_a_paragraph_goes_on_behind_a_footnote() -> None:
    text = "The union has a formal\n\n¹ http://example.org/a\n\nmeans to complain.\n"
    assert [b.text for b in lay_out(text)] == ["The union has a formal means to complain.", "http://example.org/a"]


def test_bylines_and_labelled_lines_stay_apart() -> None:
    text = "THE LARCH REPORT\nby Ana Brook\nLarch Valley Policy Institute, Salem, May 2016\n"
    assert [b.text for b in lay_out(text)][1] == "by Ana Brook"


@given(st.text(alphabet=st.sampled_from("ab Z.\n-*\\$–—’¹\xa0[1]•"), max_size=200))
def test_every_character_leads_back_to_the_document(text: str) -> None:
    folded = {"'": "’‘'", " ": " \n\t\xa0\u200b\u202f\u2009–—"}
    blocks: tuple[Block, ...] = lay_out(text)
    for block in blocks:
        assert len(block.text) == len(block.offsets)
        assert list(block.offsets) == sorted(block.offsets)
        for char, offset in zip(block.text, block.offsets, strict=True):
            assert text[offset] == char or text[offset] in folded.get(char, ()) or char == " "


def test_a_block_that_is_too_long_is_cut_behind_a_sentence_and_keeps_its_offsets() -> None:
    text = "“The board met,” she said. " + "It met 12 teachers and “3 of 9” schools. " * 400 + "The end.[1]"
    blocks = lay_out(text)
    assert len(blocks) > 3
    assert all(len(block.text) <= LONGEST for block in blocks)
    assert all(block.text.endswith((".", "”")) and block.text[0] in "“I" for block in blocks)
    assert " ".join(block.text for block in blocks) == text.removesuffix("[1]")
    assert all(text[o] == c for block in blocks for o, c in zip(block.offsets, block.text, strict=True))
    assert [len(block.notes) for block in blocks] == [0] * (len(blocks) - 1) + [1]
    assert blocks[-1].notes == ((len(blocks[-1].text), "1"),)


def test_a_line_without_sentences_or_words_is_cut_all_the_same() -> None:
    figures = lay_out("12 34 5% $6 " * 2000)
    assert all(LONGEST // 2 < len(block.text) <= LONGEST for block in figures[:-1])
    assert " ".join(block.text for block in figures) == ("12 34 5% $6 " * 2000).strip()
    assert [len(block.text) for block in lay_out("x" * (2 * LONGEST + 7))] == [LONGEST, LONGEST, 7]
    assert [len(block.text) for block in lay_out("x" * LONGEST)] == [LONGEST]


def test_cells_of_a_line_are_told_apart_from_wide_print() -> None:
    [block] = lay_out("Larch Valley\tLarch Educators    4.5%.  It was signed.")
    assert [block.text[i:] for i in block.cells] == ["Larch Educators 4.5%. It was signed.", "4.5%. It was signed."]
    justified = "It  was  a  long   way\nfrom  the  school  to\nthe  hall  in  which\nthe  board  met.\n"
    assert not any(b.cells for b in lay_out(justified))


def test_each_line_of_a_letterhead_stands_alone() -> None:
    text = "LARCH VALLEY SCHOOL DISTRICT\nSAU 12\n44 Mill Road\nLarch, Ohio\n"
    assert [b.text for b in lay_out(text)] == text.splitlines()


def test_labels_set_in_columns_are_lines_of_their_own() -> None:
    text = (
        "Grantee:  Shared Table, a program of the Larch Center for Work\n"
        "Funder:   Stone Charitable Trust, which has given to schools\n"
        "Grant:    No. 12, for two years from September of that year\n"
    )
    assert [b.text.partition(":")[0] for b in lay_out(text)] == ["Grantee", "Funder", "Grant"]
