"""Whether a word is one of the language: what tells "Open Ledger" from a person's name.

The words are those of the pipeline's lemmatizer (WordNet's nouns, verbs, adjectives and adverbs).
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from kg.extract.annotate import load_model

#: Endings of plurals and what stands for them in the singular.
PLURALS = (("s", ""), ("es", ""), ("ies", "y"))


@lru_cache(maxsize=20_000)
def in_dictionary(word: str) -> bool:
    """Whether a word in lower case, or what it may be the plural of, is in the dictionary."""
    words = _words()
    return word in words or any(
        word.endswith(ending) and word[: -len(ending)] + singular in words for ending, singular in PLURALS
    )


@cache
def _words() -> frozenset[str]:
    lemmatizer: Any = load_model().get_pipe("lemmatizer")
    index = lemmatizer.lookups.get_table("lemma_index")
    return frozenset(word for listed in index.values() for word in listed)
