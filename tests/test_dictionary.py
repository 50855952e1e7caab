"""The dictionary: words of the language, and what a name's profile says of them."""

from __future__ import annotations

import pytest

from kg.extract.dictionary import in_dictionary


@pytest.mark.parametrize("word", ["ledger", "ladders", "boxes", "academies", "open"])
def test_words_and_their_plurals_are_in_it(word: str) -> None:
    assert in_dictionary(word)


@pytest.mark.parametrize("word", ["okpara", "szymborski", "quiñones", ""])
def test_names_are_not(word: str) -> None:
    assert not in_dictionary(word)
