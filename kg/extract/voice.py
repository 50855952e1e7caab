"""Whose document it is: the organization that says "we" in it, and the one that it names most.

An organization tells that a page is its own in few places: on the letterhead, in the line that says whose newsletter
or statement this is, behind its author's post, in the signature, in the small print at the end, or where "we" stands
beside its name. Those that it writes to, or that "we" deal with, are named as often. Where two come close, there is no
voice.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.context import HEADER, Context, Reference, Text
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS, Form
from kg.extract.posts import RoleNouns, find_role_nouns
from kg.lexicon import Lexicon
from kg.model import EntityId

#: Blocks at the end, where signature and small print stand.
FOOTER = 4
#: What a sign counts that says whose the page is; and one that only suggests it.
SURE = 8
LIKELY = 4
#: What the organization must have at least, and how far it must be ahead of the next.
LEAST = 4
AHEAD = 3
VERBAL = ("VERB", "AUX")
#: A page that says "we" less often has no need of a voice.
PLURALS = 2
FIRST_PLURAL = frozenset({"we", "our", "us", "ours"})
#: What an organization issues and calls its own in the header.
ISSUED = frozenset(
    "newsletter bulletin e-bulletin e-newsletter journal magazine gazette publication statement testimony update "
    "report message memo memorandum brief submission letter notes page column news history".split()
)
PUBLISHES = re.compile(r"\b(?:prepared|produced|published|issued|compiled|provided|sent|released|maintained)\b.* by ")
OWN = re.compile(r"(?:from|by|grantee|author|publisher|issued by|submitted by|hosts?|sender)\s*:\s*", re.IGNORECASE)
OTHERS = re.compile(r"(?:to|cc|re|for|funder|sponsors?|about|school|employer|dear)\s*:\s*", re.IGNORECASE)
PATH = re.compile(r"\s(?:[>»›|]|—>)\s")
COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\s*(?:\d{4}(?:[-–]\d{2,4})?,?\s*)?(?:by\s+|the\s+)*$", re.IGNORECASE)


def identify(context: Context, lexicon: Lexicon) -> None:
    """Set the voice of a document and the organization that it names most (headings count more)."""
    weights: Counter[EntityId] = Counter()
    for text, _, reference in context.references():
        if _is_named_organization(context, reference):
            weights[reference.entity] += 4 if text.index < HEADER and text.kind is Kind.HEADING else 1
    context.main = max(sorted(weights), key=lambda e: weights[e], default=None)
    context.voice = find_voice(context, lexicon)


def find_voice(context: Context, lexicon: Lexicon) -> EntityId | None:
    """The organization that speaks where "we" stands outside quotations."""
    plurals = sum(t.lower_ in FIRST_PLURAL and not text.quoted[t.i] for text in context.texts for t in text.tokens)
    if plurals < PLURALS:
        return None
    scores = score_voices(context, _posts(lexicon))
    ranked = sorted(scores, key=lambda e: (-scores[e], -context.counts[e], e))
    if not ranked or scores[ranked[0]] < LEAST:
        return None
    second = scores[ranked[1]] if len(ranked) > 1 else 0
    return ranked[0] if scores[ranked[0]] >= second + AHEAD else None


def score_voices(context: Context, nouns: RoleNouns) -> Counter[EntityId]:
    """What speaks for each organization."""
    scores: Counter[EntityId] = Counter()
    named = {e: n for e, n in context.counts.items() if context.kind(e) in ORGANIZATIONS}
    for place, entity in enumerate(sorted(named, key=lambda e: (-named[e], e))[:2]):
        scores[entity] += 2 - place
    first = next((r.entity for _, _, r in context.references() if _is_named_organization(context, r)), None)
    if first is not None:
        scores[first] += 1
    end = len(context.texts) - FOOTER
    for text in context.texts:
        seen: dict[EntityId, int] = {}
        for index in sorted(text.references):
            reference = text.references[index]
            if _is_named_organization(context, reference):
                found = max(
                    _in_header(text, index, nouns) if text.index < HEADER else 0,
                    _in_footer(text, index) if text.index >= end else 0,
                    key=abs,
                )
                seen[reference.entity] = max(seen.get(reference.entity, found), found, key=abs)
        scores.update(seen)
        for sentence in text.sentences:
            own = [t for t in sentence if t.lower_ in FIRST_PLURAL and not text.quoted[t.i]]
            for token in sentence if own else ():
                found_here = text.references.get(token.i)
                if found_here and _is_named_organization(context, found_here):
                    scores[found_here.entity] += _identity(token, own)
    for entity in _signed(context, nouns, end):
        scores[entity] += SURE
    return scores


def _in_header(text: Text, index: int, nouns: RoleNouns) -> int:
    """What the place of a name in a line of the header says."""
    token, string = text.doc[index], text.string
    before = string[: token.idx]
    if _addressed(before):
        return -SURE
    if OWN.match(string) or _issued(text, index) or PUBLISHES.search(before.lower() + " "):
        return SURE
    if text.index < 2 and (cut := PATH.search(string)) and token.idx < cut.start():
        return SURE
    if _alone(text, index):
        return SURE if text.index == 0 else LIKELY + 1
    fragment = not any(t.pos_ in VERBAL for t in text.tokens)
    if fragment and _beside_post(text, index, nouns):
        return SURE
    if fragment and text.index == 0 and index == 0:
        return LIKELY + 1
    return LIKELY - 1 if text.index < 2 else 1


def _alone(text: Text, index: int) -> bool:
    """Whether a line is hardly more than a name, what stands in brackets apart."""
    string = re.sub(r"\([^()]*\)", "", text.string)
    return len(text.doc[index].text) * 10 > len(string.strip()) * 7


def _addressed(before: str) -> bool:
    """Whether the words before a name make it the one written to or written about."""
    words = [w.lower() for w in re.findall(r"[\w']+", before)][-3:]
    while words and words[-1] in ("the", "a"):
        words.pop()
    return OTHERS.match(before) is not None or words[-1:] in ([w] for w in ("to", "before", "for", "against", "dear"))


def _issued(text: Text, index: int) -> bool:
    before = [t.lower_ for t in text.doc[max(0, index - 4) : index]]
    while before and before[-1] in ("the", "our"):
        before.pop()
    if before[-1:] == ["from"] and not any(t.pos_ in VERBAL for t in text.tokens):
        return True
    return len(before) > 1 and before[-1] in ("of", "by", "from", "for") and before[-2] in ISSUED


def _beside_post(text: Text, index: int, nouns: RoleNouns) -> bool:
    """Whether the post of who writes stands beside a name ("Director, the Y Guild", "Y Guild president")."""
    near = [t for t in text.doc[max(0, index - 3) : index] if t.lower_ not in ("the", "of", ",", "at", "for")][-1:]
    near += text.doc[index + 1 : index + 4]
    return any(t.lower_ in nouns.posts - nouns.anywhere and t.i not in text.references for t in near)


def _in_footer(text: Text, index: int) -> int:
    """What the place of a name in the last lines says: the small print, a line of its own, "X is a member of …"."""
    token = text.doc[index]
    if COPYRIGHT.search(text.string[: token.idx]):
        return SURE
    if _alone(text, index):
        return LIKELY
    opens = index <= 1 and token.dep_ in ("nsubj", "nsubjpass") and text.kind is not Kind.FOOTNOTE
    return LIKELY if opens else 0


def _signed(context: Context, nouns: RoleNouns, end: int) -> list[EntityId]:
    """The one organization of the kind that the post in a signature implies: a superintendent's district."""
    for text in context.texts[max(end, 0) :]:
        words = {t.lower_ for t in text.tokens}
        if len(text.doc) > 6 or any(t.pos_ in VERBAL for t in text.tokens):
            continue
        for posts, kinds in (
            (nouns.at_employer, ("SchoolDistrict", "CharterNetwork")),
            (nouns.at_school, ("School",)),
            (nouns.at_union, ("LaborUnion",)),
        ):
            if words & posts:
                named = any(context.kind(r.entity) in ORGANIZATIONS for r in text.references.values())
                fitting = (e for e in context.counts if context.kind(e) in kinds)
                return [] if named else sorted(fitting, key=lambda e: (-context.counts[e], e))[:1]
    return []


def _identity(name: Token, own: list[Token]) -> int:
    """What a name in a sentence with "we" says of who speaks: "we at X", or X apart from us."""
    if any(t.lower_ == "we" and 0 < name.i - t.i <= 4 and _introduced(t, name) for t in own):
        return SURE
    ours = any(t.lower_ == "our" and t.head.i == name.i for t in own)
    subject = any(t.lower_ == "we" and t.dep_ == "nsubj" for t in own)
    apart = name.dep_ == "dobj" or (name.dep_ == "pobj" and name.head.lower_ in ("with", "from", "against", "to", "by"))
    gives = name.dep_ == "nsubj" and any(t.lower_ == "us" and t.head.head.i in (name.head.i, t.head.i) for t in own)
    return -2 if ours or (subject and apart) or gives else 0


def _introduced(own: Token, name: Token) -> bool:
    """ "We at X", "we, the X", "we are X", "we write for X"."""
    between = [t.lower_ for t in own.doc[own.i + 1 : name.i] if t.lower_ not in ("the", ",", "a")]
    return not between or between in (
        ["at"],
        ["of"],
        ["in"],
        ["are"],
        ["'re"],
        ["write", "for"],
        ["speak", "for"],
        ["represent"],
    )


def _is_named_organization(context: Context, reference: Reference) -> bool:
    """Whether an organization is named that could speak: no newspaper."""
    if context.kind(reference.entity) not in ORGANIZATIONS or reference.form is Form.NOMINAL:
        return False
    return context.entities[reference.entity].names[0].lower().split()[-1] not in ISSUED


@lru_cache(maxsize=2)
def _posts(lexicon: Lexicon) -> RoleNouns:
    return find_role_nouns(lexicon)
