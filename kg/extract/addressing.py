"""What stands around the names of persons: words of address before them, letters behind them."""

from __future__ import annotations

import re

from kg.extract.heads import head_of
from kg.extract.lines import Line
from kg.extract.vocabulary import Vocabulary

#: Words of address that never stand inside another name.
ADDRESSED = frozenset(
    "Mr Mr. Mrs Mrs. Ms Ms. Messrs Messrs. Shri Smt Smt. Cllr Cllr. Mme Mme. Mlle Mlle. Ku. Com. Cde Cde. Adv.".split()
)
#: Letters behind the names of who has an honour, or a seat in a parliament or at a bar.
LETTERS = frozenset("KC QC SC TD MP MSP MLA MPP MNA MEP MHA MLC OBE MBE CBE KBE DBE PhD EdD JP".split())


def called_after(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a name with an honorific is that of the school called after somebody ("Sir Ivor Elm High School")."""
    return "School" in head_of(name, vocabulary).kinds


def without_letters(line: Line, start: int, end: int, vocabulary: Vocabulary) -> int:
    """The end of a person's name of two or more words without the letters behind it ("Ana Brook KC")."""
    stop = end
    if end - start < 3:
        return end
    while stop - start > 2 and line.tokens[stop - 1].word in LETTERS:
        stop -= 1
    first = line.tokens[start].word
    personal = first in vocabulary.given or re.fullmatch(r"[A-Z]\.?", first) or stop < end - 1
    plain = all(t.word[0].isupper() and not t.word.isupper() for t in line.tokens[start + 1 : stop])
    return stop if personal and plain else end


def personal_words(line: Line, start: int, end: int) -> int:
    """How many of the words [start, end) are written like parts of a person's name."""
    return sum(bool(re.fullmatch(r"[A-Z]\.|[A-ZÀ-Þ][\w'-]*[a-z]", t.word)) for t in line.tokens[start:end])
