"""Titles: names that the grammar of runs does not cross or cuts ("Seat at the Table", "the Tuesday Table", "Two Hats").

Candidates only, for the learned namer: the rules let each of their parts be a name of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from kg.extract.annotate import AnnotatedDocument
from kg.extract.dictionary import in_dictionary
from kg.extract.heads import head_of
from kg.extract.lines import Candidate, Line, line_of, titled
from kg.extract.runs import run_end
from kg.extract.vocabulary import Vocabulary

DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
NUMERALS = frozenset("one two three four five six seven eight nine ten first second third fourth fifth".split())
DETERMINERS = frozenset("the a an our its their his her this".split())
YEAR = re.compile(r"(?:19|20)\d\d")
SMALL = frozenset("a an and as at by for from in of on or the to with your our".split())
LONGEST = 8
JOINTS = 2


def find_titles(annotated: AnnotatedDocument, known: frozenset[str], vocabulary: Vocabulary) -> list[Candidate]:
    """Capitalised phrases over small words that no candidate (`known`, by text) covers, with what speaks for them.

    The form is "title-quoted" between quotation marks, "title-repeated" where the document has the phrase twice, and
    "title" where it goes on behind a head noun; nothing speaks for others. "title-day", "title-numeral", "title-trade"
    and "title-year" are whole runs that have a weekday, begin with a numeral, end in a plural of a post or in a year.
    """
    lines = [line_of(passage) for passage in annotated.passages if not titled(passage.block.text)]
    found = [
        c
        for line in lines
        for c in (*_phrases(line, vocabulary), *_whole_runs(line, vocabulary))
        if c.text not in known
    ]
    counts = Counter(c.text for c in found)
    marked = [replace(c, form="title-repeated") if counts[c.text] > 1 and c.form == "title" else c for c in found]
    return [c for c in marked if c.form != "title" or head_of(c.text.rpartition(" ")[0], vocabulary).kinds]


def _phrases(line: Line, vocabulary: Vocabulary) -> Iterator[Candidate]:
    i = 0
    while i < len(line.tokens):
        word = line.tokens[i].lower
        if not line.capital[i] or word in SMALL or word in vocabulary.calendar or word.endswith("-based"):
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


def _whole_runs(line: Line, vocabulary: Vocabulary) -> Iterator[Candidate]:
    """Runs of capitals that others leave out or cut: with a weekday, a numeral, a plural of a post, a year."""
    i = 0
    while i < len(line.tokens):
        if not line.capital[i] or line.tokens[i].lower in DETERMINERS:
            i += 1
            continue
        end = i + 1
        while line.named(end) and line.gap(end) == 1 and not line.tokens[end - 1].word.endswith("."):
            end += 1
        form, stop = _run_form(line, i, end, vocabulary)
        if form:
            yield replace(_candidate(line, i, stop), form=form)
        i = end


def _run_form(line: Line, i: int, end: int, vocabulary: Vocabulary) -> tuple[str, int]:
    """What makes the run [i, end) one that others miss, and where it then ends; "" if nothing does."""
    words = [t.lower for t in line.tokens[i:end]]
    dated = [w in vocabulary.calendar and w not in DAYS for w in words]
    plain = all(w in DAYS or w in NUMERALS or in_dictionary(w) for w in words)
    if any(dated) or not plain or len(words) > LONGEST // 2:
        return "", end
    year = end < len(line.tokens) and YEAR.fullmatch(line.tokens[end].word) and line.gap(end) == 1
    before = line.tokens[i - 1].lower if i else ""
    if year:
        return ("title-year", end + 1) if before not in ("in", "of", "since") else ("", end)
    if len(words) < 2:
        return "", end
    if words[0] in DAYS:
        return ("title-day" if before in DETERMINERS or line.initial(i) else ""), end
    if words[-1] in DAYS:
        date = end < len(line.tokens) and line.tokens[end].word == "," and line.named(end + 1)
        return ("" if date or words[-2] in vocabulary.roles else "title-day"), end
    if words[0] in NUMERALS:
        return "title-numeral", end
    trade = words[-1].endswith("s") and words[-1].removesuffix("s") in vocabulary.roles
    return ("title-trade" if trade and words[0] not in vocabulary.roles else ""), end


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
