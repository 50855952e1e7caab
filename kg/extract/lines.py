"""Lines: a passage as words and signs, and the candidates for names found in it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kg.extract.annotate import AnnotatedDocument, Passage

ABBREVIATION = (
    r"Dr|Mr|Mrs|Ms|Messrs|Prof|Rev|Fr|Atty|Hon|Gov|Sen|Rep|Supt|St|Ste|Ft|Mt|Jr|Sr|No|Inc|Dist|Dept|Assn|Assoc|Co"
    r"|DR|MR|MRS|MS|PROF|REV|HON|Smt|Sra|Srta|Mme|Mlle|Cllr|Ald|Adv|Com|Cde|Ku|Msgr|Bro|Engr|Capt|Lt|Sgt|Col|Maj"
)
TOKEN = re.compile(
    rf"[A-Z]{{3,}}(?=[A-Z][a-z])|(?:(?:{ABBREVIATION}|[A-Z])\.(?=\s))|(?:[A-Z]\.){{2,}}"
    r"|[^\W_]+(?:(?:[-'&.]|(?<![A-Z]{2})(?<![a-z]{3})/)[^\W_]+)*(?<!'s)|'s|[^\w\s]|_"
)
ADDRESS = re.compile(r"\S*(?:https?:|www\.|@|\.(?:org|com|net|gov|edu|us)\b)\S*")

#: Words that titles write in lower case.
SMALL = frozenset("a an and at by for from in of on or the to with".split())


class Token(NamedTuple):
    """A word or sign, with its place in the passage."""

    start: int
    end: int
    word: str

    @property
    def lower(self) -> str:
        """Lower case without closing dot."""
        return self.word.lower().strip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stretch that may be a name.

    Attributes:
        initial: it starts a sentence, so its capital proves nothing.
        honorific, role: the word of address or role cut off before it.
        form: what the grammar already knows: "place" (city with state), "roster" (last name first),
            "author" (byline), "segment" (whole part of a heading), or "".
    """

    passage: int
    start: int
    end: int
    text: str
    initial: bool
    honorific: str | None = None
    role: str | None = None
    form: str = ""

    def overlaps(self, other: Candidate) -> bool:
        """Whether two candidates share characters."""
        return self.passage == other.passage and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Line:
    """A passage as tokens.

    Attributes:
        capital: for each token whether it may be part of a name.
        tags: part-of-speech tag at each position where a word starts.
        offsets: of the passage's characters in the document.
        cells: positions at which a cell of the line begins.
        bound: words that the document only writes as owners of one and the same name ("Devil's Staircase").
        breaks: positions behind which a new line begins in the document.
    """

    passage: int
    text: str
    tokens: tuple[Token, ...]
    capital: tuple[bool, ...]
    tags: dict[int, str]
    offsets: tuple[int, ...]
    cells: frozenset[int] = frozenset()
    bound: frozenset[str] = frozenset()
    breaks: frozenset[int] = frozenset()

    def words(self, start: int, end: int) -> str:
        """The text of tokens [start, end)."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def gap(self, i: int) -> int:
        """Number of characters between token i and the one before it; more than one before a cell."""
        start = self.tokens[i].start
        return start - self.tokens[i - 1].end + (start in self.cells)

    def named(self, i: int) -> bool:
        """Whether there is a token i and it may be part of a name."""
        return i < len(self.tokens) and self.capital[i]

    def tight(self, i: int) -> bool:
        """Whether token i stood without spaces in the document ("Elm–Oak")."""
        if not 0 < i < len(self.tokens) - 1:
            return False
        before, after = self.tokens[i - 1].end - 1, self.tokens[i + 1].start
        return self.offsets[after] - self.offsets[before] == len(self.tokens[i].word) + 1

    def initial(self, i: int) -> bool:
        """Whether token i starts a sentence or a part of one."""
        if i == 0 or self.tokens[i - 1].word in '.?!:;“"—–•/(':
            return True
        if i == 1 and self.tokens[0].word in ("Q.", "A."):
            return True
        return self.tokens[i - 1].word in "”)" and i > 1 and self.tokens[i - 2].word in ".?!"


def line_of(passage: Passage, bound: frozenset[str] = frozenset(), source: str = "") -> Line:
    """The line of a passage of a document (`source`); words of addresses are no part of names."""
    text, offsets = passage.block.text, passage.block.offsets
    tokens = tuple(Token(m.start(), m.end(), m.group()) for m in TOKEN.finditer(text))
    addresses = [m.span() for m in ADDRESS.finditer(text)]
    capital = tuple(t.word[0].isupper() for t in tokens)
    if addresses:
        capital = tuple(
            up and not any(a <= t.start < z for a, z in addresses) for up, t in zip(capital, tokens, strict=True)
        )
    tags = {t.idx: t.tag_ for t in passage.doc}
    breaks = frozenset(t.end for t in tokens if t.end < len(text) and source.startswith("\n", offsets[t.end]))
    return Line(passage.index, text, tokens, capital, tags, offsets, frozenset(passage.block.cells), bound, breaks)


def bound_words(annotated: AnnotatedDocument) -> frozenset[str]:
    """The words that a document writes at least twice, and always as owner of the same capitalised word."""
    text = "\n".join(p.block.text for p in annotated.passages)
    owned: dict[str, set[str]] = {}
    for match in re.finditer(r"(?<![\w'-])([A-Z][a-z]+)'s ([A-Z][a-z]+)", text):
        owned.setdefault(match[1], set()).add(match[2])
    return _saints(text) | frozenset(
        word
        for word, names in owned.items()
        if len(names) == 1
        and len(re.findall(rf"(?<![\w'-]){word}'s {min(names)}", text)) > 1
        and not re.search(rf"(?<![\w'-]){word}(?!'s {min(names)})", text)
    )


def _saints(text: str) -> frozenset[str]:
    """The saints whom a document only writes as owners of what it does not name ("at St. Ann's.")."""
    called = set(
        re.findall(
            r"\bS(?:t\.?|aint) ([A-Z][\w-]+)'s(?=[^\w\s]|\s(?:and|or|in|on|at|is|was|has|will|to|for)\b|$)", text
        )
    )
    return frozenset(s for s in called if not re.search(rf"\bS(?:t\.?|aint) {re.escape(s)}\b(?!'s)", text))


def lower_words(annotated: AnnotatedDocument) -> frozenset[str]:
    """The words that a document also writes in lower case."""
    return frozenset(w for p in annotated.passages for w in re.findall(r"(?<![\w'-])[a-z][\w'-]*", p.block.text))


def known_words(annotated: AnnotatedDocument) -> frozenset[str]:
    """Words that running text writes with a capital inside sentences, more than once, and never without."""
    lower = lower_words(annotated)
    texts = (p.block.text for p in annotated.passages if not titled(p.block.text))
    counts = Counter(word for text in texts for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", text))
    return frozenset(word for word, n in counts.items() if n > 1 and word.lower() not in lower)


@lru_cache(maxsize=1024)
def titled(text: str) -> bool:
    """Whether a text is set like a title, so that capitals tell little."""
    words = re.findall(r"[^\W\d_][\w'-]*", text)
    if not words or text.isupper():
        return True
    if re.search(r"[.!?][”\"]?$", text) and any(w.islower() and w not in SMALL for w in words):
        return False
    if re.search(r"[a-z]{3}\.$", text) and sum(w in SMALL for w in words) > 3:
        return False
    long = [w for w in words if len(w) > 3]
    return bool(long) and sum(w[0].isupper() for w in long) / len(long) > 0.7 and not re.search(r"[,/:;()]", text)


def title_case(text: str) -> str:
    """A text in capitals as a name is written."""
    return re.sub(r"\b(?:Of|For|And|The|On|At)\b", lambda m: m.group().lower(), text.title().replace("'S", "'s"))
