"""Lines of printed pages as paragraphs: each case is a page, drawn with a line for each line."""

from __future__ import annotations

import pytest

from kg.sources.reflow import CELL, Line, reflow, width_of

HEIGHT = 800.0


def lines(*drawn: str | tuple[str, dict[str, float]], page: int = 0, top: float = 600, step: float = 12) -> list[Line]:
    """Lines below each other; "" leaves room, a dictionary changes x, y, size or the room above."""
    found = []
    y = top
    for item in drawn:
        text, changes = item if isinstance(item, tuple) else (item, {})
        if not text:
            y -= step
            continue
        y = changes.get("y", y - step - changes.get("above", 0))
        x, size = changes.get("x", 50), changes.get("size", 10)
        found.append(Line(text=text, page=page, x=x, y=y, size=size, end=x + width_of(text, size), place=y / HEIGHT))
    return found


def texts(*pages: list[Line]) -> list[str]:
    return [passage.text for passage in reflow([line for page in pages for line in page])]


FULL = "The union and the district agreed on Monday to meet once more in the"
ALSO = "spring of the coming year, when the new budget of the district is"


def test_full_lines_go_on_and_short_ones_end() -> None:
    assert texts(lines(FULL, ALSO, "known.", FULL, "spring.")) == [f"{FULL} {ALSO} known.", f"{FULL} spring."]


def test_room_size_and_indent_begin_a_paragraph() -> None:
    assert texts(lines(FULL, "", FULL, "spring.")) == [FULL, f"{FULL} spring."]
    assert texts(lines(("A heading in large letters of the page", {"size": 14}), FULL, "spring.")) == [
        "A heading in large letters of the page",
        f"{FULL} spring.",
    ]
    assert texts(lines(FULL, f"{ALSO} so.", (FULL, {"x": 62}), "spring.")) == [
        f"{FULL} {ALSO} so.",
        f"{FULL} spring.",
    ]


def test_lines_that_end_early_stay_apart_without_a_stop() -> None:
    roster = ["Ana Ruiz, President", "Ben Ode, Superintendent", "Cara Diaz, Principal"]
    assert texts(lines(FULL, ALSO, "known.", *roster)) == [f"{FULL} {ALSO} known.", *roster]


def test_items_follow_each_other_and_keep_their_lines() -> None:
    items = ("• Classes shrink.", "1. One", "2. Two")
    passages = reflow(
        lines("• Salaries rise by three percent in each of the coming three", ("years.", {"x": 60}), *items)
    )  # fmt: skip
    assert [(p.text, p.close) for p in passages] == [
        ("• Salaries rise by three percent in each of the coming three years.", False),
        ("• Classes shrink.", True),
        ("1. One", True),
        ("2. Two", True),
    ]


def test_a_number_or_dash_that_was_wrapped_begins_no_item() -> None:
    first = "The council has met in each of the last three years, most often on May"
    assert texts(lines(first, "12. The next meeting is in June.", FULL, "- and at no other time.")) == [
        f"{first} 12. The next meeting is in June.",
        f"{FULL} - and at no other time.",
    ]


@pytest.mark.parametrize(
    ("end", "begin", "elsewhere", "joined"),
    [
        ("negotia-", "tions", "", "negotiations"),
        ("labor-", "management", "labor-management relations", "labor-management"),
        ("labor-", "management", "labor and management", "labor-management"),
        ("under-", "standing", "an understanding under which standing orders", "understanding"),
        ("self-", "governed", "", "self-governed"),
        ("Whitebird-", "Lund", "", "Whitebird-Lund"),
        ("2014-", "2015", "", "2014-2015"),
        ("nego\u00ad", "tiate", "", "negotiate"),
        ("soft\u00adhyphen", "within", "", "softhyphen within"),
    ],
)
def test_hyphens_at_line_ends_go_unless_they_belong_to_the_word(
    end: str, begin: str, elsewhere: str, joined: str
) -> None:
    opening = "The union and the district of the valley agreed on"
    found = texts(lines(f"{opening} {end}", f"{begin} so.", "", elsewhere or "x"))
    assert found[0] == f"{opening} {joined} so."


def printed(number: int, *body: str, head: str = "The Ledger", foot: str = "Page {}") -> list[Line]:
    outside = [(head, {"y": 780.0, "size": 8}), (foot.format(number + 1), {"y": 20.0, "size": 8})]
    return [*lines(*outside, page=number), *lines(*body, page=number)]


def test_heads_feet_and_page_numbers_are_dropped() -> None:
    pages = [printed(n, f"{FULL} {word}.") for n, word in enumerate(("spring", "summer", "autumn"))]
    assert texts(*pages) == [f"{FULL} {word}." for word in ("spring", "summer", "autumn")]


@pytest.mark.parametrize("foot", ["{}", "- {} -", "{} of 9", "p. {}", "Page {} | 9", "[{}]"])
def test_page_numbers_are_dropped_from_a_single_page(foot: str) -> None:
    assert texts(lines((foot.format(3), {"y": 20.0})), lines(FULL)) == [FULL]


@pytest.mark.parametrize("words", ["2014.", "1999", "An end.", "12 members"])
def test_last_lines_of_a_page_are_no_page_numbers(words: str) -> None:
    assert texts(lines(FULL, (words, {"y": 20.0}))) == [FULL, words]


def test_heads_of_chapters_are_dropped_and_repeated_headings_in_the_text_kept() -> None:
    heads = ["One"] * 4 + ["Two"] * 6 + ["Three"] * 6
    body = [printed(n, "What was said", f"{FULL} {chr(97 + n)}.", head=head) for n, head in enumerate(heads)]
    found = texts(*body)
    assert found.count("What was said") == len(heads)
    assert not {"One", "Two", "Three"} & set(found)


def test_paragraphs_go_on_across_columns_and_pages() -> None:
    left, right = lines(FULL), lines(("spring of the year.", {"x": 320}))
    assert texts(left, right) == [f"{FULL} spring of the year."]
    assert texts(lines(FULL), lines("Spring Valley schools.", page=1)) == [f"{FULL} Spring Valley schools."]
    assert texts(lines(f"{ALSO} so."), lines(FULL, page=1)) == [f"{ALSO} so.", FULL]
    assert texts(lines("It was led by the director of the institute of the valley, Dr."), lines("Ruiz.", page=1)) == [
        "It was led by the director of the institute of the valley, Dr. Ruiz."
    ]


def test_pages_begin_where_their_words_do() -> None:
    pages = lines(FULL), lines("spring.", "", FULL, page=1), lines("x", page=3)
    passages = reflow([line for page in pages for line in page])
    assert [p.turns for p in passages] == [((0, 0), (1, len(FULL) + 1)), ((3, len(FULL) + 1),)]


def test_cells_that_are_aligned_are_a_row() -> None:
    rows = [
        Line(text=f"{name} {post}", page=0, x=50, y=y, size=10, end=300, place=0.5, starts=((len(name), 200.0, gap),))
        for name, post, y, gap in (("Ana Ruiz", "President", 500, 90), ("Bartholomew Oakes", "Clerk", 488, 4))
    ]
    assert texts(rows) == ["Ana Ruiz, President", "Bartholomew Oakes, Clerk"]
    assert texts(lines(f"Name{CELL}Post, held")) == ["Name; Post, held"]


def test_a_paragraph_of_separate_words_is_no_table() -> None:
    """Justified text is often drawn word by word."""
    drawn = []
    for y, text in ((500.0, FULL), (488.0, ALSO), (476.0, "known.")):
        starts, x = [], 50.0
        for at, word in enumerate(text.split()):
            position = len(" ".join(text.split()[:at]))
            starts += [(position, round(x, 1), 3.0)] if at else []
            x += width_of(word, 10) + 3.0
        drawn.append(Line(text=text, page=0, x=50, y=y, size=10, end=x, place=0.5, starts=tuple(starts)))
    assert texts(drawn) == [f"{FULL} {ALSO} known."]
