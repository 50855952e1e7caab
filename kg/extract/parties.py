"""Parties: who bargains with whom, whose staff a union represents, and who is party to a contract.

These are seldom stated with both parties in one clause. The parties are the union and the employer of the sentence, or,
where the sentence names only one, the only employer that the document names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Span, Token

from kg.extract.arguments import subjects_of
from kg.extract.context import Context, Text
from kg.extract.mentions import ORGANIZATIONS, Form
from kg.extract.statements import Candidate, assertion, entity, named
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import EntityId, Status

CONTRACT = re.compile(r"\b(?:contract|agreement|settlement|survey|accord|compact)", re.IGNORECASE)
#: Tokens before an agreement in which a negation is taken to be its own.
NEAR = 8
#: How many times as often as the next a document's chief employer is named.
DOMINANT = 3
EMPLOYERS = frozenset({"SchoolDistrict", "CharterNetwork", "School"})
DISTRICTS = EMPLOYERS - {"School"}


@dataclass(frozen=True, slots=True)
class BargainingWords:
    """Words of collective bargaining: what is done at the table, what comes of it, and who is represented."""

    acts: frozenset[str]
    contracts: frozenset[str]
    agreements: frozenset[str]
    staff: frozenset[str]
    strikes: frozenset[str]
    inviting: frozenset[str]
    partnership: frozenset[str]
    boards: frozenset[str]
    stances: frozenset[str]
    represents: dict[str, frozenset[str]]


@lru_cache(maxsize=2)
def find_bargaining_words(lexicon: Lexicon) -> BargainingWords:
    """The bargaining words of a lexicon."""
    return BargainingWords(
        acts=lexicon.forms("Bargaining", "bargainsWith"),
        contracts=lexicon.forms("Contract"),
        agreements=lexicon.forms("Contract", "Accord"),
        staff=lexicon.forms("Group"),
        strikes=lexicon.forms("Strike"),
        inviting=lexicon.forms("Inviting"),
        partnership=lexicon.forms("partnersWith"),
        boards=lexicon.forms("GoverningBoard"),
        stances=lexicon.forms("opposes", "supports") - lexicon.forms("participatesIn"),
        represents={
            form: frozenset(entry.prepositions)
            for entry in lexicon.denoting("represents")
            if entry.part_of_speech == "verb"
            for form in entry.forms
        },
    )


def find_parties(context: Context, words: BargainingWords, markers: Markers) -> Iterator[Candidate]:
    """Candidates for bargainsWith, represents and participatesIn (a contract), in reading order."""
    employer, chief = only_employer(context), chief_employer(context)
    # Schools bargain only where the document names no employer over them: it is mostly their staff who are at a table.
    districts = any(context.kind(e) in DISTRICTS for e in context.counts)
    for text in context.texts:
        for sentence in text.sentences:
            yield from _in_sentence(context, text, sentence, words, markers, employer, chief, districts)


def only_employer(context: Context) -> EntityId | None:
    """The district or network of a document that names no other."""
    employers = sorted(e for e in context.counts if context.kind(e) in ("SchoolDistrict", "CharterNetwork"))
    return employers[0] if len(employers) == 1 else None


def chief_employer(context: Context) -> EntityId | None:
    """The district or network that a document names several times as often as any other."""
    employers = sorted(
        (e for e in context.counts if context.kind(e) in ("SchoolDistrict", "CharterNetwork")),
        key=lambda e: (-context.counts[e], e),
    )
    if len(employers) > 1 and context.counts[employers[0]] < DOMINANT * context.counts[employers[1]]:
        return None
    return employers[0] if employers else None


def _in_sentence(
    context: Context,
    text: Text,
    sentence: Span,
    words: BargainingWords,
    markers: Markers,
    employer: EntityId | None,
    chief: EntityId | None,
    districts: bool,
) -> Iterator[Candidate]:
    unions = _of_kinds(context, text, sentence, frozenset({"LaborUnion"}))
    employers = _of_kinds(context, text, sentence, DISTRICTS if districts else EMPLOYERS)
    agreements = [
        t
        for t in sentence
        if (e := entity(text, t)) and context.kind(e) == "Initiative" and is_called(context, e, words.agreements)
    ]
    acts = [t for t in sentence if t.i not in text.references and {t.lemma_.lower(), t.lower_} & words.acts]
    acts += [t for t in agreements if is_called(context, text.references[t.i].entity, words.contracts)]
    if len(unions) == 1 and acts and not employers:
        employers = [
            t
            for t in _of_kinds(context, text, sentence, frozenset({"GovernmentBody"}))
            if _governs(context, text, t, words)
        ]
    if len(unions) == 1 and acts:
        yield from _bargaining(context, text, unions[0], employers, acts[0], words, markers, employer)
    for agreement in agreements:
        for party in (*unions, *employers):
            yield from _party(context, text, party, agreement, words, markers)
    for verb in sentence:
        if verb.i in text.references or verb.pos_ != "VERB" or not unions:
            continue
        needed = words.represents.get(verb.lemma_.lower())
        if needed is not None and (not needed or any(c.lower_ in needed for c in verb.children)):
            own = [t for t in subjects_of(verb) if t in unions]
            subject = own[0] if own else min(unions, key=lambda t: abs(t.i - verb.i))
            boss = entity(text, employers[0]) if employers else chief
            status = find_status(verb, markers)
            yield from _one(
                context, text, subject, "represents", boss, (subject, verb), "represents staff", 0.65, status
            )


def _governs(context: Context, text: Text, board: Token, words: BargainingWords) -> bool:
    """Whether a body is the board of an employer ("Elm Board of Education"), and none of the state."""
    names = [name.lower() for name in context.entities[text.references[board.i].entity].names]
    return any(b in name for name in names for b in words.boards) and not any("state" in n.split() for n in names)


def _bargaining(
    context: Context,
    text: Text,
    union: Token,
    employers: list[Token],
    act: Token,
    words: BargainingWords,
    markers: Markers,
    employer: EntityId | None,
) -> Iterator[Candidate]:
    """The union of a sentence about bargaining with the employer of the sentence, else with the only one.

    Who has not won a raise or not reached an agreement bargains all the same; who plans no strike may not.
    """
    status = find_status(act, markers)
    habit = any(c.dep_ == "aux" and c.lower_ in ("do", "does") for c in act.children)  # "does not bargain"
    if status is Status.DENIED and act.lemma_.lower() not in words.strikes and not habit:
        status = Status.ASSERTED
    if len(employers) == 1:
        boss = employers[0]
        held = entity(text, boss)
        yield from _one(
            context, text, union, "bargainsWith", held, (union, boss, act), "bargaining in one sentence", 0.65, status
        )
        if staff := _staff_at(boss, words):
            yield from _one(
                context, text, union, "represents", held, (union, staff, boss), "bargains for staff", 0.6, status
            )
    elif not employers and employer:
        yield from _one(
            context,
            text,
            union,
            "bargainsWith",
            employer,
            (union, act),
            "bargaining with the only employer",
            0.6,
            status,
        )


def _party(
    context: Context, text: Text, party: Token, agreement: Token, words: BargainingWords, markers: Markers
) -> Iterator[Candidate]:
    """A union or employer in the sentence of an agreement is party to it, unless set apart, compared or against it."""
    low, high = sorted((party.i, agreement.i))
    if text.references[party.i].form is Form.PRONOUN or any(
        t.lower_ in ("than", ":", ";") or (t.pos_ == "VERB" and t.lemma_.lower() in words.stances)
        for t in (*text.tokens[low:high], party.head)
    ):
        return
    held = entity(text, agreement)
    status = find_status(agreement, markers)
    if any(t.dep_ == "neg" for t in text.tokens[max(agreement.sent.start, agreement.i - NEAR) : agreement.i]):
        status = Status.DENIED
    status = Status.ASSERTED if status is Status.PLANNED else status
    yield from _one(
        context, text, party, "participatesIn", held, (party, agreement), "party in the sentence", 0.65, status
    )


def find_invited(context: Context, words: BargainingWords, markers: Markers) -> Iterator[Candidate]:
    """ "… the partnership, and here in ORG they invite us": who is invited into a partnership is a partner."""
    for text in context.texts:
        for verb in text.tokens:
            if verb.lemma_.lower() not in words.inviting or verb.pos_ != "VERB":
                continue
            guests = [c for c in verb.children if c.dep_ == "dobj" and entity(text, c)]
            hosts = [
                t for c in verb.children if c.dep_ in ("nsubj", "prep", "advmod") for t in c.subtree if entity(text, t)
            ]
            cooperation = any(word in words.partnership for t in verb.sent for word in t.text.lower().split())
            for guest in guests:
                for host in hosts:
                    if cooperation:
                        yield from _one(
                            context,
                            text,
                            guest,
                            "partnersWith",
                            entity(text, host),
                            (guest, verb, host),
                            "invited partner",
                            0.7,
                            find_status(verb, markers),
                        )


def _staff_at(employer: Token, words: BargainingWords) -> Token | None:
    """The noun for staff that "at" or "of" joins to an employer ("teachers at ORG")."""
    if (
        employer.dep_ == "pobj"
        and employer.head.lower_ in ("at", "of", "in", "for")
        and employer.head.head.lower_ in words.staff
    ):
        return employer.head.head
    return None


def find_names_of_parties(context: Context) -> Iterator[Candidate]:
    """What names say: "A-B contract" (parties), "A-wide survey" (takes part), "A Chapter 12" (part of A)."""
    organizations = sorted(e for e, x in context.entities.items() if x.kind in ORGANIZATIONS)
    seen: set[EntityId] = set()
    for text, token, reference in context.references():
        held = reference.entity
        if held in seen or not named(text, token):
            continue
        seen.add(held)
        for organization in organizations:
            if organization == held:
                continue
            for relation, rule, confidence in _name_relations(context, held, organization):
                subject, object_ = (organization, held) if relation == "participatesIn" else (held, organization)
                candidate = assertion(
                    context, text, subject, relation, object_, (token,), rule=rule, confidence=confidence
                )
                if candidate:
                    yield candidate


def _name_relations(context: Context, held: EntityId, organization: EntityId) -> Iterator[tuple[str, str, float]]:
    names = context.entities[held].names
    others = context.entities[organization].names
    if context.kind(held) in ("Initiative", "Event"):
        for other in others:
            end = r"(?:-wide|[-–/][A-Z]\S*|wide) " if context.kind(held) == "Event" else r"[-–/ ]"
            bearing = [name for name in names if other in name and CONTRACT.search(name)]
            if any(re.search(rf"(?:^|[\s–/-]){re.escape(other)}{end}", name) for name in bearing):
                yield "participatesIn", "party in the name", 0.7
                return
    elif context.kind(held) == "GovernmentBody" and context.kind(organization) in EMPLOYERS:
        within = [(name, other) for name in names for other in others if other in name]
        if any(re.search(rf"\b(?:of|for) (?:the )?{re.escape(other)}$", name) for name, other in within):
            yield "partOf", "board in the name", 0.8
    elif context.kind(held) == context.kind(organization) == "LaborUnion":
        for other in others:
            begun = [name[len(other) :] for name in names if name.startswith(other)]
            if len(other) > 3 and any(re.match(r",? Chapter\b", rest) for rest in begun):
                yield "partOf", "chapter in the name", 0.85
                return
            if any(re.search(rf"\d of (?:the )?{re.escape(other)}$", name) for name in names):
                yield "memberOf", "local in the name", 0.8
                return


def is_called(context: Context, project: EntityId, nouns: frozenset[str]) -> bool:
    """Whether one of the nouns stands in a name of an entity."""
    return any(w.lower() in nouns for name in context.entities[project].names for w in name.split())


def _of_kinds(context: Context, text: Text, sentence: Span, kinds: frozenset[str]) -> list[Token]:
    found: dict[EntityId, Token] = {}
    for token in sentence:
        held = entity(text, token)
        if held and context.kind(held) in kinds:
            found.setdefault(held, token)
    return list(found.values())


def _one(
    context: Context,
    text: Text,
    subject: Token,
    predicate: str,
    object_: EntityId | None,
    tokens: tuple[Token, ...],
    rule: str,
    confidence: float,
    status: Status = Status.ASSERTED,
) -> Iterator[Candidate]:
    who = entity(text, subject)
    if who is None or object_ is None:
        return
    candidate = assertion(
        context, text, who, predicate, object_, tokens, rule=rule, confidence=confidence, status=status
    )
    if candidate:
        yield candidate
