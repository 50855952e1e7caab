"""Documents that a text cites: in footnotes, by address, by title, or by a noun ("in a letter of May 3").

Laws and bills are not cited by being named: a text is about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Span, Token

from kg.extract.annotate import AnnotatedDocument, Passage
from kg.extract.heads import head_of
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS, Form, LocalEntity, Mention
from kg.extract.vocabulary import Vocabulary, vocabulary
from kg.lexicon import Lexicon
from kg.model import EntityId

ADDRESS = re.compile(r"<?((?:https?://|www\.)[^\s<>]+|(?<![@\w])[a-z][\w-]*(?:\.[a-z][\w-]+)+/[^\s<>]+)>?")
YEAR = r"(?:19|20)\d\d"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
DATED = re.compile(rf"{MONTH} \d{{1,2}}(?:[–-]\d+)?(?:, {YEAR})?|{MONTH},? {YEAR}|{YEAR}(?:[–-]\d\d(?:\d\d)?)?")
PART = re.compile(
    r"(?:p|pp|note|n|no|vol|ch|appendix|article|section|sec|table)\b\.? ?[\dA-Z]+(?:[–-]\d+)?$", re.IGNORECASE
)
TITLE = (
    r"[A-Z][\w'’-]*(?:(?:,? (?:of|the|and|or|for|on|in|to|a|an|at|from|with|de|la|&)"
    r"|[,:]? [A-Z][\w'’-]*|: [A-Z][\w'’-]*| \d+)*)[?!]?"
)
QUOTED_TITLE = re.compile(r"[“\"]([A-Z][^”\"]{2,90}?)[,.]?[”\"]")
#: What tells which document a noun means: a date, or who issued it to whom.
PARTICULARS = re.compile(
    rf" (?:of|dated|published|from) (?:{DATED.pattern})"
    r"| (?:posted|published|sent|mailed|issued|written|given|released) (?:[a-z]+ )*?(?:on|by|to) [^,.;]{3,40}"
    rf"| (?:to|for|on) [^,.;:]{{3,30}}(?= on {MONTH})"
)
LAWS = frozenset({"bill", "act", "law", "code", "statute", "policy", "budget"})
SAYING = frozenset("say show find state report claim conclude note misstate warn argue estimate put bear make".split())
SOURCES = re.compile(
    r"^(?:sources?|see also|documents used|cited|references?|download|full (?:report|text|results)|further reading)"
    r"(?: [a-z]+)?: ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Work:
    """A cited document: names, best first, and where the citation stands."""

    names: tuple[str, ...]
    passage: int
    start: int
    end: int
    rule: str
    form: Form = Form.NAME


def footnotes(annotated: AnnotatedDocument) -> dict[str, tuple[int, tuple[tuple[int, int], ...]]]:
    """Label → (passage of the definition, places of its marks as (passage, position in its text)).

    A mark at position p stands behind character p - 1. Labels without a definition are left out.
    """
    definitions: dict[str, int] = {}
    marks: dict[str, list[tuple[int, int]]] = {}
    for passage in annotated.passages:
        for position, label in passage.block.notes:
            if passage.block.kind is Kind.FOOTNOTE and position == 0:
                definitions.setdefault(label, passage.index)
            else:
                marks.setdefault(label, []).append((passage.index, position))
    return {label: (where, tuple(marks.get(label, ()))) for label, where in definitions.items()}


def find_citations(
    annotated: AnnotatedDocument, entities: tuple[LocalEntity, ...], lexicon: Lexicon
) -> tuple[LocalEntity, ...]:
    """The documents that a text cites, with ids "d1", "d2", …, in order of citation."""
    words = vocabulary(lexicon)
    works: list[Work] = []
    places = frozenset(name for e in entities if e.kind == "Place" for name in e.names)
    for passage in annotated.passages:
        if passage.block.kind is Kind.FOOTNOTE:
            works += _noted(passage, entities, words)
        works += _addresses(passage)
        works += _listed(passage)
        works += _titled(passage, places, words)
        if passage.block.kind is not Kind.HEADING:
            works += _described(passage, words)
    return _merged(works)


def citing_places(
    annotated: AnnotatedDocument, works: tuple[LocalEntity, ...]
) -> dict[EntityId, tuple[tuple[int, int], ...]]:
    """Where each cited document is cited: the marks of its footnote, else its own mentions, as (passage, position)."""
    by_passage = dict(footnotes(annotated).values())
    places: dict[EntityId, tuple[tuple[int, int], ...]] = {}
    for work in works:
        marked = [mark for m in work.mentions for mark in by_passage.get(m.passage, ())]
        own = [(m.passage, m.start) for m in work.mentions if m.passage not in by_passage or not by_passage[m.passage]]
        places[work.id] = tuple(dict.fromkeys([*marked, *own]))
    return places


def _noted(passage: Passage, entities: tuple[LocalEntity, ...], words: Vocabulary) -> Iterator[Work]:
    """The sources that a footnote names; a footnote that is a remark names none."""
    text = passage.block.text
    address = ADDRESS.search(text)
    if address and address.start() < 3:
        return
    first = next(iter(passage.doc.sents)).text if not QUOTED_TITLE.search(text) else text
    finite = any(t.tag_ in ("VBZ", "VBP", "VBD", "MD") and t.text.islower() for t in passage.doc if t.idx < len(first))
    if finite and not QUOTED_TITLE.search(text):
        return
    start = 0
    for part in re.split(r"(?<=;) ", first):
        source = part.rstrip(" ;.")
        title = _title(source, entities, words)
        if source:
            yield Work(tuple(dict.fromkeys([title, source])), passage.index, start, start + len(source), "footnote")
        start += len(part) + 1


def _title(source: str, entities: tuple[LocalEntity, ...], words: Vocabulary) -> str:
    """The title within a source: what is quoted, else the first part that is neither body, date nor page."""
    quoted = QUOTED_TITLE.search(source)
    if quoted:
        return quoted[1]
    bodies = {name for e in entities if e.kind in ORGANIZATIONS or e.kind in ("Person", "Place") for name in e.names}
    parts = [p.strip() for p in re.split(r", |\. ", source)]
    for part in parts:
        dated = DATED.fullmatch(part) or PART.match(part) or re.fullmatch(r"[A-Z]\.?|\d+", part)
        body = (
            part in bodies
            or any(part.endswith(f" and {b}") for b in bodies)
            or set(head_of(part, words).kinds) & ORGANIZATIONS
        )
        if not dated and not body and " " in part:
            return part
    return source


def _addresses(passage: Passage) -> Iterator[Work]:
    """Web addresses that the text points to; a bare host only in a footnote where a colon or "at" leads to it."""
    for match in ADDRESS.finditer(passage.block.text):
        address = match[1].rstrip(".,;:)”\"'")
        path = address.split("//")[-1].partition("/")[2]
        led = re.search(r"(?:\b(?:at|see|visit|from|online)|:)\s*$", passage.block.text[: match.start()])
        if path or (led and passage.block.kind is Kind.FOOTNOTE):
            yield Work((address,), passage.index, match.start(1), match.start(1) + len(address), "address")


def _listed(passage: Passage) -> Iterator[Work]:
    """Sources after "Sources:", "See also:", "Documents used:"."""
    text = passage.block.text
    lead = SOURCES.match(text) or next(re.finditer(r"(?<=[.] )(?:Sources?|See also|Cited): ", text), None)
    if not lead or ADDRESS.match(text, lead.end()):
        return
    start = lead.end()
    for part in re.split(r"(?<=;) ", text[lead.end() :]):
        source = re.split(r"(?<=[a-z]{3}[.])\s", part)[0].rstrip(" ;.")
        quoted = QUOTED_TITLE.search(source)
        plain = re.sub(r" \([^)]*\)$", "", source)
        if (source and source[0].isalpha()) or quoted:
            yield Work(
                tuple(dict.fromkeys([quoted[1] if quoted else plain, source])),
                passage.index,
                start,
                start + len(source),
                "source-list",
            )
        start += len(part) + 1


@lru_cache(maxsize=2)
def _title_patterns(noun: str, head: str, periodical: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Rule and pattern of titles in running text; group 1 is the title.

    Args:
        noun: alternatives for a noun for documents.
        head: the same as the last word of a title.
        periodical: alternatives for the last word of a newspaper's name.
    """
    named = r"(?: (?:titled|called|entitled|named))?"
    quoted = r"[“\"]([A-Z][^”\"]{2,90}?)[,.]?[”\"]"
    patterns = (
        ("title-quoted", rf"\b(?i:{noun}){named},? \(?{quoted}"),
        ("title-quoted", rf"\b(?:see|See|author of|wrote|book) (?:also )?{quoted}"),
        ("title-plain", rf"\b(?:{noun}){named}, ({TITLE})(?=\s*[.,(;?]|$| \()"),
        ("title-plain", rf"\b(?:[Aa]uthor|[Cc]o-author) of ({TITLE})(?= \(|[.,;])"),
        ("title-dated", rf"\(({TITLE}), {YEAR}\)"),
        ("title-dated", rf"\([A-Z][^(),]+, ({TITLE} {YEAR})\)"),
        ("title-dated", rf"\({quoted} \(?(?:{YEAR}|[A-Z])"),
        ("author-dated", rf"\(([A-Z][\w'’-]+(?:,? (?:and|&) [A-Z][\w'’-]+| et al\.)?, {YEAR})\)"),
        ("reference", rf"[A-Z]\. \({YEAR}\)\. ({TITLE})\."),
        ("numbered", rf"(?:^|(?<=[a-z,.] ))((?:[A-Z][\w-]+ )*(?:{head}) No\. \d+)"),
        ("periodical-dated", rf"\b(?:the|The) ([A-Z][\w'-]+(?: [A-Z][\w'-]+)* (?:{periodical}) of {MONTH} \d+)"),
        (
            "titled-report",
            (
                rf"(?:\b(?:the|[Ii]ts|[Oo]ur|[Tt]heir)|'s) ((?:[A-Z0-9][\w-]* )+(?:{head}))"
                r"(?= (?:\(|(?:shows?|found|finds|says|said|of|for the)\b))"
            ),
        ),
    )
    return tuple((rule, re.compile(pattern)) for rule, pattern in patterns)


def _titled(passage: Passage, places: frozenset[str], words: Vocabulary) -> Iterator[Work]:
    """Titles in running text: behind a noun for documents, with author or year in parentheses, "author of X"."""
    text = passage.block.text
    for rule, pattern in _title_patterns(words.document, words.document_title, words.periodical):
        if rule == "numbered" and passage.index < 4:  # the document's own number
            continue
        for match in pattern.finditer(text):
            title = match[1].rstrip(" ,.")
            first, last = title.split()[0].lower().rstrip("."), title.split()[-1].lower()
            if (
                last in LAWS
                or title.partition(", ")[0] in places
                or first in words.honorifics
                or DATED.fullmatch(title)
                or _is_quotation(title)
            ):
                continue
            yield Work((title,), passage.index, match.start(1), match.start(1) + len(title), rule)


def _is_quotation(title: str) -> bool:
    """Whether words between quote marks are rather said than a title."""
    return sum(w[0].islower() for w in title.split() if w[0].isalpha() and len(w) > 3) > 1 + len(title.split()) // 3


def _described(passage: Passage, words: Vocabulary) -> Iterator[Work]:
    """Documents that only a noun names, where the text draws on them: "in a letter of May 3", "the minutes say"."""
    for chunk in passage.chunks:
        head = chunk.root
        pair = " ".join(t.lower_ for t in chunk if t.i <= head.i).split()[-2:]
        if head.lower_ not in words.documents and " ".join(pair) not in words.documents:
            continue
        after = PARTICULARS.match(passage.block.text, chunk.end_char)
        if not _draws_on(chunk, dated=bool(after)):
            continue
        tokens = [t for t in chunk if t.i <= head.i]
        while len(tokens) > 1 and (
            tokens[0].tag_ in ("DT", "PRP$", "WP$", "WDT", "PDT") or not tokens[0].text[0].isalnum()
        ):
            tokens.pop(0)
        start, end = tokens[0].idx, head.idx + len(head.text)
        long = passage.block.text[start : after.end() if after else end]
        if not _is_whole(tokens):
            continue
        yield Work(
            tuple(dict.fromkeys([long, passage.block.text[start:end]])),
            passage.index,
            start,
            end,
            "described",
            Form.NOMINAL,
        )


def _is_whole(tokens: list[Token]) -> bool:
    """Whether the words before the head leave a document that can be told from others."""
    return tokens[0].lower_ not in ("same", "such", "following", "first", "above", "cue")


def _draws_on(chunk: Span, *, dated: bool) -> bool:
    """Whether the sentence takes something from the document a noun chunk names."""
    head, determiner = chunk.root, chunk[0].lower_
    if determiner in ("no", "any", "every", "each"):
        return False
    before = chunk.doc[max(0, chunk.start - 2) : chunk.start].text.lower()
    if before.endswith(("according to", "per", "contrary to")):
        return True
    specific = dated or len([t for t in chunk if t.pos_ in ("NOUN", "PROPN", "NUM", "ADJ") and t != head]) > 0
    if before.endswith("in") and (dated or _speaks(head.head)):
        return True
    says = head.dep_ == "nsubj" and head.head.lemma_ in SAYING
    return (says and specific) or (dated and (says or head.head.lemma_ in ("in", "by", "write", "from")))


def _speaks(preposition: Token) -> bool:
    """Whether the verb that a preposition hangs on is one of saying."""
    return preposition.head.pos_ == "VERB" and preposition.head.lemma_ in SAYING | {"write"}


def _merged(works: list[Work]) -> tuple[LocalEntity, ...]:
    """One entity for works that share a name or stand inside each other's citation."""
    groups: list[list[Work]] = []
    for work in sorted(works, key=lambda w: (w.passage, w.start, -w.end)):
        home = next((g for g in groups if any(_same(work, other) for other in g)), None)
        if home is None:
            groups.append([work])
        else:
            home.append(work)
    found = []
    for number, group in enumerate(groups, 1):
        names = tuple(dict.fromkeys(name for w in group for name in w.names))
        mentions = tuple(sorted({Mention(w.passage, w.start, w.end, "Document", w.rule, w.form) for w in group}))
        found.append(LocalEntity(id=EntityId(f"d{number}"), kind="Document", names=names, mentions=mentions))
    return tuple(found)


def _same(work: Work, other: Work) -> bool:
    if work.passage == other.passage and work.start < other.end and other.start < work.end:
        return True
    if (
        work.passage == other.passage
        and {work.rule, other.rule} == {"address", "reference"}
        and abs(work.start - other.end) < 60
    ):
        return True
    return bool({n.lower() for n in work.names} & {n.lower() for n in other.names if " " in n or "/" in n})
