"""Cues of reported speech: the words around a quotation or a clause that say who speaks ("said", "according to")."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.author import FIRST_SINGULAR
from kg.extract.context import Context, Text
from kg.lexicon import Lexicon
from kg.model import Anchor, EntityId

SUBJECTS = ("nsubj", "nsubjpass")
FINITE = ("VBD", "VBZ", "VBP", "MD")
#: Stands for a speaker whom the text does not name.
UNKNOWN = EntityId("")
SPOKESMAN = re.compile(r"spokes(?:man|woman|person)")
MARKS = ("“", "”", '"')


@dataclass(frozen=True, slots=True)
class SpeechWords:
    """Words of speech by lemma.

    Attributes:
        reporting: verbs whose clause is reported ("say"); `finding` are those of studies ("show").
        quotative: all verbs that may stand beside a direct quotation, reporting ones included.
        phrases: prepositions of attribution as word sequences (("according", "to"), …).
        hosts: labels of those who lead a recorded conversation.
        utterances: nouns for words, whose owner speaks ("her statement read").
    """

    reporting: frozenset[str]
    finding: frozenset[str]
    quotative: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    hosts: frozenset[str]
    utterances: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cue:
    """Who speaks, by which rule, with the tokens of the cue and of the words that name the speaker."""

    rule: str
    speaker: EntityId
    token: Token | None = None
    source: Token | None = None
    adjacent: bool = False


@lru_cache(maxsize=2)
def speech_words(lexicon: Lexicon) -> SpeechWords:
    """Compile the speech words of a lexicon."""
    verbs = [e for e in lexicon.denoting("Attribution", "Quotative", "Finding") if e.part_of_speech == "verb"]
    phrases = [e.lemma for e in lexicon.denoting("Attribution") if e.part_of_speech == "preposition"]
    return SpeechWords(
        reporting=frozenset(e.lemma for e in verbs if e.denotes == "Attribution"),
        finding=frozenset(e.lemma for e in verbs if e.denotes == "Finding"),
        quotative=frozenset(e.lemma for e in verbs),
        phrases=tuple(sorted(tuple(p.split()) for p in phrases)),
        hosts=lexicon.forms("Host"),
        utterances=lexicon.forms("Utterance"),
    )


def find_cue(context: Context, text: Text, start: int, end: int, words: SpeechWords) -> Cue | None:
    """The speaker that the words outside a quotation [start, end) name; None where they name none."""
    after, before = _after(text, end), _before(text, start)
    closes = text.string[start:end].rstrip()[-1:] == "."
    beside: tuple[Callable[[], Cue | None], ...] = (
        lambda: _verb_after(context, text, after, words, closes=closes),
        lambda: _phrase(context, text, after, words),
    )
    ahead: tuple[Callable[[], Cue | None], ...] = (
        lambda: _verb_before(context, text, before, words),
        lambda: _phrase(context, text, before, words),
        lambda: _colon(context, text, before),
    )
    plain: tuple[Callable[[], Cue | None], ...] = (
        lambda: _dash(context, text, after),
        lambda: _any_verb(context, text, after, text.string[start:end]),
    )
    # After a full stop inside the marks the next words are more likely another sentence than a cue.
    ordered = (*ahead, *beside, *plain) if closes else (*beside, *ahead, *plain)
    return next((cue for attempt in ordered if (cue := attempt()) is not None), None)


def subject_of(context: Context, text: Text, verb: Token, words: SpeechWords) -> Token | None:
    """The token that names who does what a verb says, through chains of verbs; None where it names nobody."""
    current, seen = verb, 0
    subjects = [c for c in current.children if c.dep_ in SUBJECTS]
    while not subjects and current.dep_ in ("conj", "advcl", "xcomp", "ccomp", "relcl") and seen < 3:
        if current.dep_ == "relcl":
            return current.head if _speaks(context, text, current.head) else None
        current, seen = current.head, seen + 1
        subjects = [c for c in current.children if c.dep_ in SUBJECTS]
    for subject in subjects:
        if subject.tag_ in ("WP", "WDT") and current.dep_ == "relcl":
            return current.head if _speaks(context, text, current.head) else None
        if _speaks(context, text, subject):
            return subject
        if subject.lower_ in words.utterances:
            owners = [c for c in subject.children if c.dep_ == "poss" and _speaks(context, text, c)]
            return owners[0] if owners else None
        parts = [t for t in subject.subtree if _speaks(context, text, t) and not _inside_clause(t, subject)]
        persons = [t for t in parts if _is_person(context, text, t)]
        if persons or parts:
            return (persons or parts)[0]
    return None


def anchor_token(context: Context, token: Token | None) -> Anchor | None:
    """The anchor of a token of any of the texts; None for None."""
    if token is None:
        return None
    text = next(t for t in context.texts if t.doc is token.doc)
    return context.anchor(text, token.idx, token.idx + len(token.text))


def _inside_clause(token: Token, top: Token) -> bool:
    """Whether a token hangs on a clause or possessor inside a noun phrase, so that it is not its head."""
    while token.i != top.i:
        if token.dep_ in ("relcl", "acl", "poss", "pobj"):
            return True
        token = token.head
    return False


def _speaks(context: Context, text: Text, token: Token) -> bool:
    reference = text.references.get(token.i)
    return (
        reference is not None
        and token.lower_ not in FIRST_SINGULAR
        and not text.quoted[token.i]
        and context.family(reference.entity) in ("Person", "Organization")
    )


def _is_person(context: Context, text: Text, token: Token) -> bool:
    reference = text.references.get(token.i)
    return reference is not None and context.kind(reference.entity) == "Person"


def _after(text: Text, end: int) -> list[Token]:
    """Tokens from the end of a quotation to the end of its sentence or to the next quotation, at most 40."""
    found: list[Token] = []
    first = bisect_left(range(len(text.doc)), end, key=lambda i: text.tokens[i].idx)
    for token in text.tokens[first:]:
        if token.text in MARKS and not found:
            continue
        if token.text in MARKS or len(found) == 40:
            break
        found.append(token)
        if token.text in (".", "!", "?", ";"):
            break
    return found


def _before(text: Text, start: int) -> list[Token]:
    """Tokens from the beginning of the sentence (or the quotation before) up to a quotation, at most 40."""
    found: list[Token] = []
    stop = bisect_right(range(len(text.doc)), start, key=lambda i: text.tokens[i].idx + len(text.tokens[i].text))
    for token in (text.tokens[i] for i in range(stop - 1, -1, -1)):
        if token.text in MARKS and not found:
            continue
        if token.text in (".", "!", "?", ";", *MARKS) or len(found) == 40:
            break
        found.append(token)
    return found[::-1]


def _verbs(tokens: Sequence[Token], lemmas: frozenset[str]) -> list[Token]:
    return [t for t in tokens if t.lemma_.lower() in lemmas and t.pos_ in ("VERB", "AUX") and _active(t)]


def _active(verb: Token) -> bool:
    """Whether a form has the speaker as its subject: no bare participle ("an estimated cost", "is called")."""
    helpers = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    if verb.tag_ == "VBN":
        return any(h.lemma_ == "have" for h in helpers) and not any(h.dep_ == "auxpass" for h in helpers)
    return not any(h.dep_ == "auxpass" for h in helpers)


def _cue(context: Context, text: Text, verb: Token, source: Token | None, rule: str, *, adjacent: bool) -> Cue | None:
    if source is None:
        return None
    return Cue(rule, text.references[source.i].entity, verb, source, adjacent)


def _verb_after(
    context: Context, text: Text, after: Sequence[Token], words: SpeechWords, *, closes: bool
) -> Cue | None:
    """“…,” X said / said X."""
    verbs = _verbs(after, words.quotative)
    if not verbs or after[0].pos_ == "CCONJ":
        return None
    verb = verbs[0]
    position = verb.i - after[0].i
    ends = verb.i + 2 >= after[-1].i and after[-1].text != ";" and verb.lemma_ in words.reporting
    if closes and not (after[0].text.islower() and position < 3) and not ends:
        return None
    source = subject_of(context, text, verb, words)
    if source is None and not _has_other_subject(verb):
        following = [t for t in after if verb.i < t.i <= verb.i + 9 and _speaks(context, text, t)]
        preceding = [t for t in after if verb.i - 8 <= t.i < verb.i and _speaks(context, text, t)]
        order = (following, preceding) if position <= 1 else (preceding, following)
        ranked = [t for side in order for t in side if _is_person(context, text, t)] + [*order[0], *order[1]]
        source = ranked[0] if ranked else None
    elif source is None and (home := _spoken_for(context, text, verb, words)):
        return Cue("cue-after", text.references[home.i].entity, verb, home, position <= 4)
    elif source is None and position <= 8 and not closes:
        return Cue("cue-after", UNKNOWN, verb)
    if source is not None and closes and not _is_person(context, text, source):
        return None
    return _cue(context, text, verb, source, "cue-after", adjacent=position <= 4)


def _spoken_for(context: Context, text: Text, verb: Token, words: SpeechWords) -> Token | None:
    """The organization that spoke last in a paragraph, where a spokesman without a name speaks now."""
    subjects = [c for c in verb.children if c.dep_ in SUBJECTS]
    if not any(SPOKESMAN.fullmatch(c.lower_) for c in subjects):
        return None
    before = [v for v in _verbs(text.tokens[: verb.i], words.reporting) if not text.quoted[v.i]]
    sources = [s for v in before if (s := subject_of(context, text, v, words)) is not None]
    return sources[-1] if sources and not _is_person(context, text, sources[-1]) else None


def _verb_before(context: Context, text: Text, before: Sequence[Token], words: SpeechWords) -> Cue | None:
    """X said, “…” / X says the plan “…”."""
    verbs = [
        v for v in _verbs(before, words.quotative) if v.lemma_.lower() in words.reporting or _introduces(v, before)
    ]
    if not verbs:
        return None
    verb = verbs[-1]
    source = subject_of(context, text, verb, words)
    adjacent = _introduces(verb, before)
    if not adjacent and any(c.dep_ == "neg" for c in verb.children):
        return None
    if source is None and not _has_other_subject(verb):
        preceding = [t for t in before if verb.i - 8 <= t.i < verb.i and _speaks(context, text, t)]
        following = [t for t in before if verb.i < t.i <= verb.i + 9 and _speaks(context, text, t)]
        persons = [t for t in preceding[::-1] + following if _is_person(context, text, t)]
        source = next(iter(persons or preceding[::-1] + following), None)
    elif source is None and adjacent:
        return Cue("cue-before", UNKNOWN, verb)
    return _cue(context, text, verb, source, "cue-before", adjacent=adjacent)


def _introduces(verb: Token, before: Sequence[Token]) -> bool:
    """Whether a verb stands right before a quotation, or a comma or colon after it does."""
    return before[-1].text in (",", ":") or before[-1].i - verb.i <= 3


def _has_other_subject(verb: Token) -> bool:
    """Whether a verb has a subject that names nobody in particular ("a principal told us")."""
    return any(c.dep_ in SUBJECTS and c.pos_ in ("NOUN", "PROPN") for c in verb.children)


def _phrase(context: Context, text: Text, tokens: Sequence[Token], words: SpeechWords) -> Cue | None:
    """According to X; in the words of X."""
    lower = [t.lower_ for t in tokens]
    for phrase in words.phrases:
        for i in range(len(tokens) - len(phrase)):
            if tuple(lower[i : i + len(phrase)]) == phrase:
                named = [t for t in tokens[i + len(phrase) :][:9] if _speaks(context, text, t)]
                persons = [t for t in named if _is_person(context, text, t)]
                if named:
                    return _cue(context, text, tokens[i], (persons or named)[0], "phrase", adjacent=True)
    return None


def _colon(context: Context, text: Text, before: Sequence[Token]) -> Cue | None:
    """X: “…” / X was blunter: “…”."""
    if before and before[-1].text == ")":
        before = before[:-1]  # "(KERN:) “…”"
    if not before or before[-1].text != ":":
        return None
    named = [t for t in before if _speaks(context, text, t)]
    persons = [t for t in named if _is_person(context, text, t)]
    subjects = [t for t in persons if t.dep_ in SUBJECTS]
    source = next(iter(subjects or persons[::-1]), None)
    return _cue(context, text, before[-1], source, "colon", adjacent=True)


def _dash(context: Context, text: Text, after: Sequence[Token]) -> Cue | None:
    """“…” – X."""
    if not after or after[0].text not in ("—", "–", "-", "--"):
        return None
    persons = [t for t in after[:12] if _speaks(context, text, t) and _is_person(context, text, t)]
    if not persons and _is_anonymous(after[1:]):
        return Cue("dash", UNKNOWN, after[0])
    return _cue(context, text, after[0], persons[0] if persons else None, "dash", adjacent=True)


def _is_anonymous(line: Sequence[Token]) -> bool:
    """Whether a short line names nobody but says what the speaker is ("teacher, middle school")."""
    nouns = [t for t in line if t.pos_ in ("NOUN", "PROPN")]
    return 0 < len(line) <= 8 and bool(nouns) and not any(t.tag_ in FINITE for t in line)


def _any_verb(context: Context, text: Text, after: Sequence[Token], quote: str) -> Cue | None:
    """“…,” X scoffed: after a comma inside the marks any finite verb beside a person is a cue."""
    if quote.rstrip()[-1:] not in (",", "?", "!") or not after:
        return None
    persons = [t for t in after[:8] if _speaks(context, text, t) and _is_person(context, text, t)]
    verbs = [t for t in after[:8] if t.tag_ in FINITE]
    if not persons or not verbs or (quote.rstrip()[-1:] != "," and not after[0].text.islower()):
        return None
    return _cue(context, text, verbs[0], persons[0], "verb-after", adjacent=True)
