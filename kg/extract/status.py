"""Status of a predicate: whether its clause asserts, denies, plans or only supposes it.

Works on the parse around one token (negation, modals, governing verbs, conditions); the words are lexicon entries that
denote `lex:Negation`, `lex:Denial`, `lex:Prospect`, `lex:Plan`, `lex:Possibility` and `lex:Condition`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Span, Token

from kg.lexicon import Lexicon
from kg.model import Status

CLAUSES = ("xcomp", "ccomp", "pcomp", "acl", "csubj", "csubjpass")
#: Adverbs of what stopped before it was done ("stopped short of joining", "almost joined").
HALTS = frozenset({"short"})
NEARLY = frozenset({"almost", "nearly"})
#: Verbs whose complement with a preposition is only thought of.
WEIGHING = frozenset({"think", "talk", "dream", "speak", "consider"})
#: What a paper or a page says that it wrote, and words of a correction.
WRITING = frozenset({"write", "say", "report", "state", "print", "list"})
OURS = frozenset({"we", "version", "story", "article", "edition", "issue", "post"})
CORRECTION = re.compile(r"\b(?:correction|corrected|in error|erroneously|incorrectly|wrongly)\b", re.IGNORECASE)
ARGUMENTS = ("nsubj", "nsubjpass", "dobj", "attr")


@dataclass(frozen=True, slots=True)
class Markers:
    """The words that change the status of a clause, by lower-case form or lemma."""

    negations: frozenset[str]
    denials: frozenset[str]
    prospects: frozenset[str]
    plans: frozenset[str]
    possibilities: frozenset[str]
    conditions: frozenset[str]


@lru_cache(maxsize=2)
def find_markers(lexicon: Lexicon) -> Markers:
    """The status words of a lexicon."""
    return Markers(
        negations=lexicon.forms("Negation"),
        denials=lexicon.forms("Denial"),
        prospects=lexicon.forms("Prospect"),
        plans=lexicon.forms("Plan"),
        possibilities=lexicon.forms("Possibility"),
        conditions=lexicon.forms("Condition"),
    )


def find_status(token: Token, markers: Markers) -> Status:
    """The status of the clause (or noun phrase) that a predicate token heads.

    A denial anywhere up the chain of governing clauses wins over a plan, and a plan over a supposition.
    """
    statuses = [_own(token, markers), _asked(token)]
    current, aside = token, False
    for _ in range(6):
        governor = current.head
        if governor.i == current.i or _set_apart(current, governor):
            break
        if aside and current.dep_ in ("nsubj", "nsubjpass"):
            break  # what a subject is told to be aside is no part of what it plans: "Elm, led by Ana, hopes to join"
        aside = aside or current.dep_ in ("acl", "relcl", "appos")
        if current.dep_ == "conj":
            if any(c.lower_ == "nor" and governor.i < c.i < current.i for c in governor.children):
                statuses.append(Status.DENIED)
            if any(c.dep_ in ("nsubj", "nsubjpass") for c in current.children):
                break
            statuses.append(_own(governor, markers))
        elif (
            current.dep_ in CLAUSES
            or current.dep_ in ("dobj", "attr", "pobj", "prep", "agent", "nsubjpass")
            or current.pos_ == "NOUN"
            or (current.dep_ == "advmod" and current.lower_ in HALTS)
        ):
            statuses += [_governing(governor, markers), _own(governor, markers), _over(current, governor, markers)]
            statuses.append(_corrected(current, governor))
        else:
            break
        current = governor
    return next((s for s in (Status.DENIED, Status.PLANNED, Status.HYPOTHETICAL) if s in statuses), Status.ASSERTED)


def _set_apart(clause: Token, governor: Token) -> bool:
    """Whether a semicolon parts a clause from the next one, which parsers take to govern it ("A joined; B left")."""
    between = clause.doc[clause.i : governor.i] if clause.dep_ == "ccomp" and clause.i < governor.i else ()
    return any(t.text == ";" for t in between)


def is_question(sentence: Span) -> bool:
    """Whether a sentence ends with a question mark; a question asserts nothing."""
    last = sentence[-1]
    return last.text == "?" or (last.is_space and len(sentence) > 1 and sentence[-2].text == "?")


def _asked(token: Token) -> Status:
    verbal = token.pos_ in ("VERB", "AUX")
    return Status.HYPOTHETICAL if verbal and is_question(token.sent) else Status.ASSERTED


def _over(token: Token, governor: Token, markers: Markers) -> Status:
    """ "has yet to join", "used to join", "stopped short of it", "is thinking of joining", "it is false that"."""
    lemma = governor.lemma_.lower()
    if token.dep_ == "xcomp" and (
        (lemma == "have" and any(c.lower_ == "yet" for c in (*governor.children, *token.children)))
        or (governor.lower_ == "used" and governor.tag_ == "VBD")
    ):
        return Status.DENIED
    if governor.lower_ in ("was", "were") and token.dep_ == "xcomp" and any(c.tag_ == "TO" for c in token.children):
        return Status.PLANNED  # "was to be paid"
    if token.lower_ in HALTS and token.dep_ == "advmod":
        return Status.DENIED
    if governor.pos_ == "ADP" and token.dep_ == "pcomp" and governor.head.lemma_.lower() in WEIGHING:
        return Status.PLANNED
    if lemma == "be" and token.dep_ in ("ccomp", "csubj", "csubjpass"):
        said = {c.lower_ for c in governor.children if c.dep_ in ("acomp", "attr")}
        if said & markers.denials:
            return Status.DENIED
        if said & markers.conditions:
            return Status.HYPOTHETICAL
    return Status.ASSERTED


def _corrected(token: Token, governor: Token) -> Status:
    """ "Correction. Last week we wrote that the union supports it": what an editor takes back."""
    wrote = token.dep_ == "ccomp" and governor.tag_ in ("VBD", "VBN") and governor.lemma_.lower() in WRITING
    if not wrote or not CORRECTION.search(token.doc.text):
        return Status.ASSERTED
    ours = any(c.dep_ == "nsubj" and c.lower_ in OURS for c in governor.children)
    return Status.DENIED if ours else Status.ASSERTED


def _own(token: Token, markers: Markers) -> Status:
    """What the token's own dependents say."""
    children = list(token.children)
    if any(c.dep_ == "aux" and any(g.dep_ == "neg" for g in c.children) for c in children):
        return Status.DENIED
    if any(c.lower_ == "longer" and c.i and c.nbor(-1).lower_ == "no" for c in children):
        return Status.DENIED
    if any(c.dep_ == "advmod" and c.lower_ in NEARLY for c in children) and token.pos_ == "VERB":
        return Status.DENIED
    if any(c.lower_ == "nor" and c.i < token.i for c in children):
        return Status.DENIED
    if any(c.dep_ == "neg" or c.lower_ in markers.negations for c in children if c.dep_ not in ("cc", "conj")):
        return Status.DENIED
    if any(_negated_argument(c, markers) for c in children):
        return Status.DENIED
    if any(c.dep_ == "mark" and c.lower_ in markers.conditions for c in children):
        return Status.HYPOTHETICAL
    for child in children:
        if child.dep_ == "aux" and child.lower_ in markers.possibilities:
            return Status.HYPOTHETICAL
        if child.dep_ == "aux" and child.lower_ in markers.prospects:
            return Status.PLANNED
    return Status.ASSERTED


def _negated_argument(argument: Token, markers: Markers) -> bool:
    """ "no union …", "neither A nor B …", "none of …"."""
    if argument.dep_ not in ARGUMENTS:
        return False
    return argument.lower_ in markers.negations or any(
        c.lower_ in markers.negations and c.dep_ in ("det", "preconj", "cc", "neg", "advmod") for c in argument.children
    )


def _governing(governor: Token, markers: Markers) -> Status:
    """What a governing verb, adjective or preposition makes of its complement."""
    lemma = governor.lemma_.lower()
    if governor.pos_ == "ADP":
        words = {governor.lower_, *(c.lower_ for c in governor.children if c.dep_ == "advmod")}
        return Status.DENIED if words & (markers.negations | markers.denials) else Status.ASSERTED
    if lemma in markers.denials or governor.lower_ in markers.denials:
        return Status.DENIED
    if lemma in markers.plans or governor.lower_ in markers.plans:
        return Status.PLANNED
    if lemma in markers.conditions:
        return Status.HYPOTHETICAL
    return Status.ASSERTED
