"""Direct quotations: the stretches between quote marks that are somebody's words, block quotes, and labelled turns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Token

from kg.extract.author import FIRST_SINGULAR
from kg.extract.context import Context, Stretch, Text, quote_stretches
from kg.extract.cues import FINITE, MARKS, UNKNOWN, Cue, SpeechWords, anchor_token, find_cue
from kg.extract.layout import Kind
from kg.extract.turns import Turn, find_turns
from kg.model import Attribution, EntityId, SpeechKind

#: Evidence that a stretch is speech, above which it is taken; found on documents of several writers.
THRESHOLD = 1.2
ATTRIBUTION_LINE = re.compile(r"\s*(?:[—–-]{1,2}|―)\s*\S")
#: Rules that show by themselves that somebody speaks.
PLAIN = ("continued", "attribution-line", "dash", "colon")


@dataclass(slots=True)
class _State:
    """Who spoke last, and who still has an open quotation."""

    speaker: EntityId | None = None
    passage: int = -9
    opened: EntityId | None = None
    turns: dict[int, tuple[Turn, ...]] = field(default_factory=dict)


def find_quotations(context: Context, words: SpeechWords) -> Iterator[Attribution]:
    """Direct quotations in reading order, one for each stretch between quote marks and for each labelled turn."""
    state = _State(turns=find_turns(context))
    for position, text in enumerate(context.texts):
        if text.kind is Kind.FOOTNOTE:
            continue
        if text.label:
            yield from _turns(context, text, state)
            continue
        ended: int | None = None
        stretches = quote_stretches(text.string)
        for number, stretch in enumerate(stretches):
            continued = state.opened if number == 0 and stretch.start <= 3 else None
            cue = _speaker(context, position, stretch, words, state, continued=continued, ended=ended)
            if cue and _weight(text, stretch, cue) >= THRESHOLD and _is_clause(text, stretch, cue):
                if cue.speaker != UNKNOWN:
                    yield _quotation(context, text, stretch, cue)
                ended, state.speaker, state.passage = stretch.end, cue.speaker, position
            last = number == len(stretches) - 1
            state.opened = (
                cue.speaker if cue and last and not stretch.closed and stretch.end == len(text.string) else None
            )


def _quotation(context: Context, text: Text, stretch: Stretch, cue: Cue) -> Attribution:
    start, end = stretch.start, stretch.end
    while end > start + 1 and text.string[end - 1] == " ":
        end -= 1
    while start < end - 1 and text.string[start] == " ":
        start += 1
    content = context.anchor(text, start, end)
    span = content.span
    return Attribution(
        kind=SpeechKind.DIRECT,
        speaker=cue.speaker,
        content=content,
        text=re.sub(r"\s+", " ", context.annotated.document.text[span.start : span.end]),
        rule=cue.rule,
        cue=anchor_token(context, cue.token),
        source=anchor_token(context, cue.source),
    )


def _finite(text: Text, stretch: Stretch) -> bool:
    """Whether a stretch has a finite verb or begins with an imperative, which no helper before it governs."""
    span = text.doc.char_span(stretch.start, stretch.end, alignment_mode="contract")
    if span is None:
        return False
    return any(t.tag_ in FINITE for t in span) or (span[0].tag_ == "VB" and not _governed(span[0]))


def _governed(verb: Token) -> bool:
    """Whether "to", "not" or a helping verb stands right before a quoted verb ("did not “come …”")."""
    before = [t for t in verb.doc[max(0, verb.i - 3) : verb.i] if t.text not in MARKS]
    return bool(before) and (before[-1].tag_ in ("MD", "TO") or before[-1].dep_ == "neg" or before[-1].pos_ == "AUX")


def _is_clause(text: Text, stretch: Stretch, cue: Cue) -> bool:
    """Whether a stretch is more than a title or name, and one inside its speaker's sentence more than a phrase."""
    quote = text.string[stretch.start : stretch.end].rstrip()
    inside = [t for t in text.tokens if stretch.start <= t.idx < stretch.end]
    if len([t for t in inside if not t.is_punct]) == 1 and inside[0].i in text.references:
        return False
    if _is_title(text, stretch) and not cue.adjacent:
        return False
    embedded = cue.rule in ("cue-before", "phrase", "person-before") or (
        cue.rule == "cue-after" and quote[-1] not in ".,?!—–"
    )
    if embedded:
        return _finite(text, stretch)
    adds = cue.rule == "split" and bool(inside) and inside[0].pos_ == "ADP"
    return not adds or _finite(text, stretch)


def _is_title(text: Text, stretch: Stretch) -> bool:
    """Whether a short stretch is written like a title: every word of weight begins with a capital."""
    span = text.doc.char_span(stretch.start, stretch.end, alignment_mode="contract")
    words = [t for t in span or () if t.is_alpha]
    weighty = [t for t in words if t.pos_ in ("NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM")]
    return 1 < len(words) <= 8 and len(weighty) > 1 and all(t.text[0].isupper() for t in weighty)


def _weight(text: Text, stretch: Stretch, cue: Cue) -> float:
    """How much speaks for speech and against a scare quote, a title or a term."""
    quote = text.string[stretch.start : stretch.end].strip()
    words = quote.split()
    if not words:
        return -9.0
    weight = 1.2 * (quote[-1] in ".,?!…—–") + 0.5 * quote[0].isupper() + 0.7 * _finite(text, stretch)
    weight += 0.7 * (len(words) >= 4) + 1.0 * (len(words) >= 8) - 1.0 * (len(words) <= 2)
    weight -= 1.5 * _is_title(text, stretch)
    weight += 0.8 * cue.rule.startswith(("cue", "phrase", "verb", "split")) + 0.5 * (cue.rule in PLAIN)
    return weight


def _speaker(
    context: Context,
    position: int,
    stretch: Stretch,
    words: SpeechWords,
    state: _State,
    *,
    continued: EntityId | None,
    ended: int | None,
) -> Cue | None:
    """The speaker of a stretch, by the first of the rules that holds."""
    text = context.texts[position]
    if continued:
        return Cue("continued", continued)
    if ended is not None and state.speaker is not None and _splits(text, ended, stretch):
        return Cue("split", state.speaker)
    if cue := find_cue(context, text, stretch.start, stretch.end, words):
        return cue
    if cue := _line_after(context, text, stretch):
        return cue
    if ended is not None and state.speaker is not None and stretch.start - ended < 200:
        return Cue("same-paragraph", state.speaker)
    whole = stretch.start <= 2 and stretch.end >= len(text.string) - 3
    if whole and (cue := _beside_block(context, position, state)):
        return cue
    named = [t for t in _persons(context, text) if t.idx < stretch.start]
    if named:
        return Cue("person-before", text.references[named[-1].i].entity, None, named[-1])
    if state.speaker and position - state.passage <= 1:
        return Cue("last-speaker", state.speaker)
    return None


def _splits(text: Text, ended: int, stretch: Stretch) -> bool:
    """Whether a stretch goes on from the one before: both marks inside one sentence, the first ending in a comma."""
    gap, quote = text.string[ended : stretch.start].strip('“”" '), text.string[stretch.start : stretch.end]
    broken = text.string[:ended].rstrip()[-1:] in ",–—" or gap[-1:] in ",–—"
    return broken and not re.search(r"[.!?;:]\s", gap) and len(gap) < 120 and quote[:1].islower() and gap[-1:] in ",–—"


def _line_after(context: Context, text: Text, stretch: Stretch) -> Cue | None:
    """A name with a role and no verb after a quotation that opens its block: the line of its speaker."""
    after = [t for t in text.tokens if t.idx >= stretch.end and t.text not in MARKS]
    if stretch.start > 2 or not after:
        return None
    pointed = after[0].lower_ in ("that", "so", "thus")
    if not pointed and any(t.tag_ in FINITE for t in after):
        return None
    persons = _persons(context, text)
    named = next((t for t in after[: 9 if pointed else 1] if t in persons), None)
    if named is None:
        return None
    return Cue("attribution-line", text.references[named.i].entity, None, named)


def _beside_block(context: Context, position: int, state: _State) -> Cue | None:
    """The speaker of a quotation that fills its paragraph: in the line below, else in the paragraph before."""
    following = context.texts[position + 1] if position + 1 < len(context.texts) else None
    if following is not None and not quote_stretches(following.string):
        persons = _persons(context, following)
        pointed = persons and persons[0].i <= 8 and following.tokens[0].lower_ in ("that", "so", "thus")
        dashed = ATTRIBUTION_LINE.match(_raw(context, following))
        first = persons and persons[0].i <= 2
        if persons and (
            dashed or pointed or (first and len(following.string) < 140 and not following.string.endswith("."))
        ):
            return Cue("attribution-line", following.references[persons[0].i].entity, None, persons[0])
    if position:
        before = context.texts[position - 1]
        persons = _persons(context, before)
        if persons:
            return Cue("paragraph-before", before.references[persons[-1].i].entity, None, persons[-1])
    return Cue("last-speaker", state.speaker) if state.speaker else None


def _raw(context: Context, text: Text) -> str:
    """The document's characters from the end of the passage before to the end of this one, with its bullet or dash."""
    offsets = context.annotated.passages[text.index].block.offsets
    before = context.annotated.passages[text.index - 1].block.offsets[-1] + 1 if text.index else 0
    return context.annotated.document.text[before : offsets[-1] + 1].lstrip()


def _persons(context: Context, text: Text) -> list[Token]:
    return [
        text.tokens[i]
        for i in sorted(text.references)
        if context.kind(text.references[i].entity) == "Person"
        and not text.quoted[i]
        and text.tokens[i].lower_ not in FIRST_SINGULAR
    ]


def _turns(context: Context, text: Text, state: _State) -> Iterator[Attribution]:
    """The labelled turns of a passage, each as one quotation."""
    for turn in state.turns.get(text.index, ()):
        start = turn.start
        while note := re.match(r"\([^()]{1,40}\)\s*|\s+", text.string[start : turn.end]):
            start += note.end()
        if turn.speaker is not None and start < turn.end:
            state.speaker, state.passage = turn.speaker, text.index
            cue = Cue("speaker-label", turn.speaker)
            yield _quotation(context, text, Stretch(start, turn.end, closed=True), cue)
