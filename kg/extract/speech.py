"""Reported speech: direct quotations, and what documents report in other words ("X said that …", "according to X")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Token

from kg.extract.context import Context, Text, quote_stretches
from kg.extract.cues import FINITE, MARKS, SpeechWords, anchor_token, speech_words, subject_of
from kg.extract.layout import Kind
from kg.extract.quotations import find_quotations
from kg.lexicon import Lexicon
from kg.model import Anchor, Attribution, SpeechKind


def find_attributions(context: Context, lexicon: Lexicon) -> tuple[Attribution, ...]:
    """Who says what in a document: quotations and reported clauses, in the order of their content."""
    words = speech_words(lexicon)
    direct = list(find_quotations(context, words))
    quoted = [a.content for a in direct]
    reported = [a for a in find_reported(context, words) if not any(_covers(q, a.content) for q in quoted)]
    return tuple(sorted(direct + reported, key=lambda a: (a.content, a.kind, a.rule)))


def _covers(outer: Anchor, inner: Anchor) -> bool:
    """Whether nearly all of a content lies in a quotation, so that it is reported already."""
    shared = min(outer.span.end, inner.span.end) - max(outer.span.start, inner.span.start)
    return shared >= 0.8 * (inner.span.end - inner.span.start)


def find_reported(context: Context, words: SpeechWords) -> Iterator[Attribution]:
    """Indirect speech outside quotations, with a speaker that the text names."""
    verbs = words.reporting | words.finding
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for phrase in words.phrases:
        phrases.setdefault(phrase[0], []).append(phrase)
    for text in context.texts:
        if text.kind is Kind.FOOTNOTE:
            continue
        for token, quoted in zip(text.tokens, text.quoted, strict=True):
            if quoted:
                continue
            if token.pos_ == "VERB" and token.lemma_.lower() in verbs:
                found = _clause(context, text, token, words)
            elif any(_starts(token, phrase) for phrase in phrases.get(token.lower_, ())):
                found = _phrase(context, text, token)
            else:
                found = None
            if found:
                yield found


def _starts(token: Token, phrase: tuple[str, ...]) -> bool:
    following = token.doc[token.i : token.i + len(phrase)]
    return tuple(t.lower_ for t in following) == phrase


def _clause(context: Context, text: Text, verb: Token, words: SpeechWords) -> Attribution | None:
    """X said (that) …; …, X said."""
    contents = [c for c in verb.children if c.dep_ == "ccomp" and not _asks(c)]
    source = subject_of(context, text, verb, words)
    if source is None or any(c.dep_ == "neg" for c in verb.children):
        return None
    if not contents:
        content = _before_tag(verb, source) if context.kind(text.references[source.i].entity) == "Person" else []
        return _attribution(context, text, content, "reported-tag", verb, source)
    clause = contents[0]
    first, last = clause.left_edge.i, clause.right_edge.i
    if first < verb.i < last:
        if clause.i < verb.i:
            last = verb.i - 1
        else:
            first = verb.i + 1
    tokens = list(text.tokens[first : last + 1])
    own = {verb.i, source.i}
    tokens = [t for t in tokens if t.i not in own]
    return _attribution(context, text, tokens, "reported-clause", verb, source)


def _before_tag(verb: Token, source: Token) -> list[Token]:
    """The clause before ", X said." where the parser did not hang it on the verb; empty where there is none."""
    sentence = list(verb.sent)
    if verb.tag_ not in ("VBD", "VBZ", "VBP") or any(t.text in MARKS for t in sentence):
        return []
    start = min(source.left_edge.i, verb.i)
    while start > sentence[0].i and verb.doc[start - 1].text != ",":
        start -= 1
    content = [t for t in sentence if t.i < start - 1]
    after = [t for t in sentence if t.i > max(verb.i, source.i)]
    complete = any(t.tag_ in FINITE for t in content) and not any(t.tag_ in FINITE for t in after)
    near = source.i - start <= 4 and len(after) <= 9
    return content if complete and near and start > sentence[0].i else []


def _asks(clause: Token) -> bool:
    """Whether a clause is an open question ("asked whether …")."""
    return any(c.dep_ == "mark" and c.lower_ in ("whether", "if") for c in clause.children)


def _phrase(context: Context, text: Text, token: Token) -> Attribution | None:
    """According to X, …; …, according to X."""
    named = [t for t in token.subtree if t.i in text.references and t.i > token.i]
    speakers = [t for t in named if context.family(text.references[t.i].entity) in ("Person", "Organization")]
    if not speakers:
        return None
    sentence = list(token.sent)
    if any(text.quoted[t.i] for t in sentence):
        return None
    edge_first, edge_last = min(t.i for t in token.subtree), max(t.i for t in token.subtree)
    before = [t for t in sentence if t.i < edge_first]
    after = [t for t in sentence if t.i > edge_last]
    content = max(before, after, key=len)
    persons = [t for t in speakers if context.kind(text.references[t.i].entity) == "Person"]
    return _attribution(context, text, content, "according-to", token, (persons or speakers)[0])


def _attribution(
    context: Context, text: Text, content: list[Token], rule: str, cue: Token, source: Token
) -> Attribution | None:
    """The attribution of a run of tokens, punctuation at its ends left out; None for fewer than three words."""
    while content and (content[0].is_punct or content[0].is_space or content[0].dep_ == "mark"):
        content = content[1:]
    while content and (content[-1].is_punct or content[-1].is_space) and content[-1].text not in ("”", '"', ")", "%"):
        content = content[:-1]
    if len([t for t in content if not t.is_punct]) < 3:
        return None
    start, end = content[0].idx, content[-1].idx + len(content[-1].text)
    marks = any(start <= s.start < end for s in quote_stretches(text.string))
    anchor = context.anchor(text, start, end)
    return Attribution(
        kind=SpeechKind.MIXED if marks else SpeechKind.INDIRECT,
        speaker=text.references[source.i].entity,
        content=anchor,
        text=re.sub(r"\s+", " ", context.annotated.document.text[anchor.span.start : anchor.span.end]),
        rule=rule,
        cue=anchor_token(context, cue),
        source=anchor_token(context, source),
    )
