"""Candidate names in headings: whole parts that end in a head noun, bylines, and persons with an honorific."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.extract.annotate import Passage
from kg.extract.heads import head_of
from kg.extract.layout import Kind
from kg.extract.lines import Candidate, title_case, titled
from kg.extract.vocabulary import Vocabulary

PART = re.compile(r"[^:;|/>›•—–()]+")
#: In capitals "and" in lower case joins two names, and so does a comma before another head noun.
CAPITALS_PART = re.compile(r"(?:(?! and\b|, (?!LOCAL|CHAPTER|UNIT|LODGE))[^:;|/>›•—–()])+")
#: Passages that may belong to a letterhead or title.
LETTERHEAD = 10
#: Passages among which the title of a document is.
TITLES = 3
LEAD = re.compile(r"(.*\b[a-z]+|[A-Z][a-z]+) (?:of|from|by|for) (?:the|our) (?=[A-Z])")
SENTENCE = re.compile(r"\b(?:is|are|our|its|their|your|we|what|how|why|who)\b", re.IGNORECASE)
OPENING = re.compile(r"(?:what|how|why|who|our|a|an|this|your|new)\b", re.IGNORECASE)
PERIODICALS = frozenset({"newsletter", "journal", "magazine", "news", "bulletin"})


def heading_names(
    passage: Passage, elsewhere: str, known: frozenset[str], vocabulary: Vocabulary
) -> Iterator[Candidate]:
    """The candidates of a passage that is set like a title.

    Args:
        passage: the heading.
        elsewhere: the running text of the document; a part with a verb in it must stand there too.
        known: words that the running text writes as names.
        vocabulary: words that names are made of.
    """
    text = passage.block.text
    capitals = re.sub(r"\b(?:and|the)\b", "", text).isupper()
    letterhead = capitals and passage.index < LETTERHEAD
    verbs = [t.idx for t in passage.doc if t.tag_ in ("VBZ", "VBP", "VBD", "VB", "VBG", "MD")]
    for match in (CAPITALS_PART if letterhead else PART).finditer(text):
        whole = match.group().strip(' .,!?“”"')
        part = _without_lead(
            re.sub(r"^(?:the|about|welcome to|from|by)\s+", "", whole, flags=re.IGNORECASE), vocabulary
        )
        if capitals:
            part = _from_known_word(part, known, vocabulary)
        start = match.start() + match.group().find(whole) + len(whole) - len(part)
        end = start + len(part)
        if _is_gathering(part, passage.index, vocabulary):
            yield _candidate(passage, start, end, form="programme")
        elif re.match(r"\s*by\s", match.group(), re.IGNORECASE) and 2 <= len(part.split()) <= 4:
            yield _candidate(passage, start, end, form="author", role="author")
        elif _is_name(part, vocabulary) and (
            part in elsewhere or not any(start <= v < end for v in verbs) or (letterhead and _surely(part, vocabulary))
        ):
            yield _candidate(passage, start, end, form="segment")
    if not capitals:
        pattern = rf"(?<!\w)({vocabulary.honorific.pattern})\s((?:[A-ZÀ-Þ][\w'’.-]+\s){{0,2}}[A-ZÀ-Þ][\w'’-]+)"
        for match in re.finditer(pattern, text):
            yield _candidate(passage, *match.span(2), honorific=match[1])


def _candidate(
    passage: Passage, start: int, end: int, *, form: str = "", role: str | None = None, honorific: str | None = None
) -> Candidate:
    return Candidate(
        passage=passage.index,
        start=start,
        end=end,
        text=passage.block.text[start:end],
        initial=honorific is None,
        form=form,
        role=role,
        honorific=honorific,
    )


def _is_name(part: str, vocabulary: Vocabulary) -> bool:
    """Whether a part of a heading is a name as a whole: it ends in a head noun and is no sentence."""
    capitals = part.isupper()
    head = head_of(title_case(part) if capitals else part, vocabulary)
    if not head.kinds or {"Event", "Place"} & set(head.kinds) or not 2 <= len(part.split()) <= 8:
        return False
    return (capitals or not SENTENCE.search(part)) and not OPENING.match(part)


def programme_title(passages: Sequence[Passage], vocabulary: Vocabulary) -> Candidate | None:
    """The title of a programme: the first line of a document whose next lines tell who holds or sponsors it."""
    label = re.compile(rf"(?:co-)?(?:{vocabulary.convening})(?::| by\b)", re.IGNORECASE)
    if not passages or not any(label.match(p.block.text) for p in passages[1:LETTERHEAD]):
        return None
    title = passages[0]
    text = title_case(title.block.text) if title.block.text.isupper() else title.block.text
    bodies = set(head_of(text, vocabulary).kinds) - {"Event"}
    if (
        title.block.kind is not Kind.HEADING
        or not titled(title.block.text)
        or (bodies and not _gathers(text, vocabulary))
    ):
        return None
    return _candidate(title, 0, len(title.block.text), form="programme")


def _is_gathering(part: str, index: int, vocabulary: Vocabulary) -> bool:
    """Whether a line at the head of a document names an event: "38th Convention of the Elm Guild", "ELM FORUM 24"."""
    counted = bool(re.search(r"\b(?:19|20)\d\d\b|\b\d+(?:st|nd|rd|th)\b|\bannual\b", part, re.IGNORECASE))
    text = title_case(part) if part.isupper() else part
    return index < TITLES and counted and part[:1].isalnum() and len(part.split()) < 12 and _gathers(text, vocabulary)


def _gathers(text: str, vocabulary: Vocabulary) -> bool:
    head = head_of(re.sub(r" (?:19|20)\d\d$", "", text), vocabulary)
    return head.phrase.split()[-1:] != [] and head.phrase.split()[-1] in vocabulary.gatherings


def _surely(part: str, vocabulary: Vocabulary) -> bool:
    """Whether a part in capitals, in whose words the parser sees verbs easily, ends in a head of several words."""
    return " " in head_of(title_case(part), vocabulary).phrase


def _without_lead(part: str, vocabulary: Vocabulary) -> str:
    """ "Newsletter of the Elm Teachers Union" without what only introduces the name."""
    lead = LEAD.match(part)
    if lead and (lead[1].lower().split()[-1] in PERIODICALS or not head_of(lead[1], vocabulary).kinds):
        return part[lead.end() :]
    return part


def _from_known_word(part: str, known: frozenset[str], vocabulary: Vocabulary) -> str:
    """Capitals from the first word on that the text knows as a name ("THE STORY OF |ELM PUBLIC SCHOOLS")."""
    words = part.split()
    first = next((i for i, w in enumerate(words) if w.title() in known), 0)
    glue = any(w.lower() in vocabulary.openers for w in words[:first])
    return part[part.index(words[first]) :] if first and glue and len(words) - first > 1 else part
