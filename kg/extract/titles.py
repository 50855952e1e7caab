"""Titles: names that go on over small words the grammar of runs does not cross ("Seat at the Table").

Candidates only, for the learned namer: the rules let each of their parts be a name of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from kg.extract.annotate import AnnotatedDocument
from kg.extract.heads import head_of
from kg.extract.lines import Candidate, Line, line_of, titled
from kg.extract.runs import run_end
from kg.extract.vocabulary import Vocabulary

SMALL = frozenset("a an and as at by for from in of on or the to with your our".split())
LONGEST = 8
JOINTS = 2


def find_titles(annotated: AnnotatedDocument, known: frozenset[str], vocabulary: Vocabulary) -> list[Candidate]:
    """Capitalised phrases over small words that no candidate (`known`, by text) covers, with what speaks for them.

    The form is "title-quoted" between quotation marks, "title-repeated" where the document has the phrase twice, and
    "title" where it goes on behind a head noun; nothing speaks for others.
    """
    found = [
        c
        for passage in annotated.passages
        if not titled(passage.block.text)
        for c in _phrases(line_of(passage), vocabulary)
        if c.text not in known
    ]
    counts = Counter(c.text for c in found)
    marked = [replace(c, form="title-repeated") if counts[c.text] > 1 and c.form == "title" else c for c in found]
    return [c for c in marked if c.form != "title" or head_of(c.text.rpartition(" ")[0], vocabulary).kinds]


def _phrases(line: Line, vocabulary: Vocabulary) -> Iterator[Candidate]:
    i = 0
    while i < len(line.tokens):
        if not line.capital[i] or line.tokens[i].lower in SMALL or line.tokens[i].lower in vocabulary.calendar:
            i += 1
            continue
        end = run_end(line, i, vocabulary)
        stop = end
        for _ in range(JOINTS):
            following = _over_small(line, stop)
            if not following or line.tokens[following].lower in vocabulary.calendar:
                break
            stop = run_end(line, following, vocabulary)
            if stop - i <= LONGEST:
                yield _candidate(line, i, stop)
        i = end


def _over_small(line: Line, end: int) -> int:
    """The token behind one or two small words at `end`; 0 if they lead to no capital."""
    for k in (end + 1, end + 2):
        small = all(t.word in SMALL for t in line.tokens[end:k])
        if small and line.named(k) and all(line.gap(j) == 1 for j in range(end, k + 1)):
            return k
    return 0


def _candidate(line: Line, i: int, stop: int) -> Candidate:
    start, end = line.tokens[i].start, line.tokens[stop - 1].end
    before, behind = line.text[start - 1 : start], line.text[end : end + 2]
    quoted = before in ("“", '"') and any(sign in behind for sign in '”"')
    return Candidate(
        passage=line.passage,
        start=start,
        end=end,
        text=line.words(i, stop),
        initial=line.initial(i) and not quoted,
        form="title-quoted" if quoted else "title",
    )
