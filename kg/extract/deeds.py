"""Events that only a verb tells: "members voted 74 to 39", "the guild surveyed its members", "they may strike".

Where the document has a noun for it ("the vote"), that is the event, and the verb only speaks of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.annotate import AnnotatedDocument
from kg.extract.vocabulary import Vocabulary

#: Tokens behind a verb among which what is done to whom belongs to the event.
REACH = 5
#: The result of a vote behind its verb.
RESULT = re.compile(r"(?: \w+ly| by)? \d[\d,]* ?(?:to|[-–—]) ?\d[\d,]*\b")

#: Passage, start and end of the verb, where the words end that tell of it, and lemma of a deed.
Deed = tuple[int, int, int, int, str]


def find_deeds(annotated: AnnotatedDocument, nouns: frozenset[str], vocabulary: Vocabulary) -> Iterator[Deed]:
    """The verbs of a document that tell an event, with their objects; those of decisions only with a result.

    Args:
        annotated: the parsed document.
        nouns: head nouns that name events in it; verbs of those lemmas are left alone.
        vocabulary: with the verbs.
    """
    for passage in annotated.passages:
        for match in _beginnings(vocabulary.deeds).finditer(passage.block.text):
            span = passage.doc.char_span(match.start(), match.end(), alignment_mode="expand")
            if span is None or span.start_char != match.start():
                continue
            token = span[0]
            lemma = token.lemma_.lower()
            if token.pos_ != "VERB" or lemma not in vocabulary.deeds or lemma in nouns:
                continue
            behind = token.idx + len(token.text)
            result = RESULT.match(passage.block.text, behind)
            if result is not None:
                yield passage.index, token.idx, behind, result.end(), lemma
            elif lemma not in vocabulary.decisions:
                yield passage.index, token.idx, behind, _object_end(token), lemma


@lru_cache(maxsize=2)
def _beginnings(words: frozenset[str]) -> re.Pattern[str]:
    """What begins like one of the words, whatever its ending ("struck" like "strike")."""
    return re.compile(rf"\b(?:{'|'.join(sorted({w[:3] for w in words}))})", re.IGNORECASE)


def _object_end(verb: Token) -> int:
    """Where the words end that tell what is done to whom."""
    behind = [c for c in verb.children if c.dep_ == "dobj" and 0 < c.i - verb.i <= REACH]
    last = max((verb, *behind), key=lambda t: t.i)
    return last.idx + len(last.text)
