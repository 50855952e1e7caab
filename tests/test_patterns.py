"""Patterns of words: the longest that fits, whatever their order and common beginnings."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kg.extract.patterns import alternatives


@given(st.sets(st.text("ab.", min_size=1, max_size=4), min_size=1), st.text("ab.", max_size=6))
def test_the_longest_word_that_begins_a_text_is_found(words: set[str], text: str) -> None:
    match = re.match(alternatives(words), text)
    fitting = [w for w in words if text.startswith(w)]
    assert (match.group() if match else None) == max(fitting, key=len, default=None)


def test_shorter_words_are_tried_where_the_longer_do_not_go_on() -> None:
    assert re.fullmatch(rf"(?:{alternatives(['up', 'up to', 'upon'])}) to 5", "up to 5")
