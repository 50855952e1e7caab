"""Funding: money from a funder where the one who gets it stands elsewhere ("a $240,000 grant from the ORG")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.arguments import of_verb, subjects_of
from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.participation import focus_event
from kg.extract.rosters import label_end, main_project
from kg.extract.statements import PROJECTS, Candidate, assertion, entity, lists, named
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import EntityId

FUNDERS = frozenset({"SupportOrganization", "GovernmentBody", "Organization"})
PAYERS = ORGANIZATIONS - {"School"}
#: Rules that hold for the document's project where no other is named near.
UNSEEN = frozenset({"grant from funder", "money comes from"})
#: Tokens before the first name of an item.
FIRST = 3
#: A list of grants has at least this many items with an amount.
GRANTS = 2


@dataclass(frozen=True, slots=True)
class FundingWords:
    """Nouns for grants, for money given and for what things cost; verbs of giving and of paying; heads of lists."""

    grants: frozenset[str]
    giving: frozenset[str]
    money: frozenset[str]
    costs: frozenset[str]
    receiving: frozenset[str]
    paying: frozenset[str]
    funders: frozenset[str]
    sponsors: frozenset[str]
    hosts: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Gift:
    """Who gives, by which word, and by which rule."""

    funders: list[Token]
    rule: str
    confidence: float


@lru_cache(maxsize=2)
def find_funding_words(lexicon: Lexicon) -> FundingWords:
    """The funding words of a lexicon."""
    entries = lexicon.denoting("funds")
    return FundingWords(
        grants=frozenset(f for e in entries if e.part_of_speech == "noun" for f in e.forms),
        giving=frozenset(f for e in entries if e.part_of_speech == "verb" for f in e.forms),
        money=lexicon.forms("Money"),
        costs=lexicon.forms("Cost"),
        receiving=lexicon.forms("Receiving"),
        paying=lexicon.forms("Paying"),
        funders=lexicon.forms("FunderList"),
        sponsors=lexicon.forms("SponsorList"),
        hosts=lexicon.forms("HostList"),
    )


def find_funding(context: Context, words: FundingWords, markers: Markers) -> Iterator[Candidate]:
    """Candidates for funds, in reading order."""
    project = main_project(context)
    for text in context.texts:
        mates = lists(context, text)
        yield from _labelled(context, text, words, project)
        for token in text.tokens:
            gift = None if token.i in text.references else _gift(context, text, token, words)
            if gift is None:
                continue
            status = find_status(token, markers)
            for funder in [text.tokens[i] for f in gift.funders for i in mates.get(f.i, (f.i,))]:
                givers = mates.get(funder.i, (funder.i,))
                held = _recipient(context, text, token, givers, words) or _beneficiary(
                    context, text, token, funder, givers, project
                )
                if gift.rule == "paid for by":
                    held = _paid_for(context, text, token)
                if held is None or (held[1] is None and gift.rule not in UNSEEN):
                    continue
                target, where = held
                candidate = assertion(
                    context,
                    text,
                    text.references[funder.i].entity,
                    "funds",
                    target,
                    (funder, token) if where is None else (funder, token, where),
                    rule=gift.rule if where is not None else f"{gift.rule}, for the project",
                    confidence=gift.confidence if where is not None else gift.confidence - 0.05,
                    status=status,
                )
                if candidate:
                    yield candidate
    yield from _grant_lists(context, words)


def _gift(context: Context, text: Text, token: Token, words: FundingWords) -> _Gift | None:
    """What a word says of somebody's giving money, or None."""
    lemma = token.lemma_.lower()
    if (lemma in words.grants or lemma in words.money) and token.pos_ in ("NOUN", "PROPN"):
        return _Gift(_givers_of(context, text, token), "grant from funder", 0.65)
    if token.lower_ == "from" and _amount_before(token):
        return _Gift(
            [c for c in token.children if c.dep_ == "pobj" and _funder(context, text, c)], "sum from funder", 0.65
        )
    if token.pos_ != "VERB":
        return None
    if lemma == "come" and any(t.lower_ in words.costs | words.money or t.text in "$%" for t in token.sent):
        found = [t for t, preposition in of_verb(token).objects if preposition == "from"]
        return _Gift([t for t in found if _payer(context, text, t)], "money comes from", 0.65)
    arguments = of_verb(token)
    if lemma in words.paying and arguments.passive:
        agents = [t for t, preposition in arguments.objects if preposition == "by" and _payer(context, text, t)]
        return _Gift(agents, "paid for by", 0.7)
    if (lemma in words.giving or lemma in words.paying) and (_money(token) or _cost(token, words)):
        payers = [t for t in arguments.subjects if _payer(context, text, t)] if _cost(token, words) else []
        if payers:
            return _Gift(payers, "payer bears cost", 0.65)
        return _Gift(_funding_subjects(context, text, token), "funder gives money", 0.65)
    return None


def _paid_for(context: Context, text: Text, verb: Token) -> tuple[EntityId, Token] | None:
    """What the subject of a passive verb of paying is or belongs to ("BRIDGE", "the center's fees")."""
    subjects = [c for c in verb.children if c.dep_ == "nsubjpass"]
    for token in (t for s in subjects for t in (s, *s.subtree)):
        held = entity(text, token)
        if held is not None and context.kind(held) in PROJECTS | ORGANIZATIONS:
            return held, token
    return None


def _amount_before(preposition: Token) -> bool:
    """Whether a preposition hangs on a sum of money ("$45,000 from the ORG")."""
    head = preposition.head
    return head.i < preposition.i and any(t.text == "$" for t in head.doc[head.left_edge.i : preposition.i])


def _cost(verb: Token, words: FundingWords) -> bool:
    """Whether a verb's object, or what is paid for, is a cost or a share of one."""
    return any(t.lemma_.lower() in words.costs for t, _ in of_verb(verb).objects if t.i > verb.i)


def _labelled(context: Context, text: Text, words: FundingWords, project: EntityId | None) -> Iterator[Candidate]:
    """ "Funders: A": of the project or the institute of the page; sponsors and hosts of its event."""
    colon = label_end(text) or _caption_end(text)
    label = {t.lower_ for t in text.tokens[:colon]} if colon is not None else set()
    event = focus_event(context)
    stated: tuple[str, ...]
    if colon is not None and label & words.funders:
        stated, target = ("funds",), event or _funded(context, project)
    elif colon is not None and label & words.sponsors:
        stated, target = ("organizes", "funds"), event
    elif colon is not None and label & words.hosts:
        stated, target = ("organizes",), event
    else:
        return
    for token in text.tokens[colon + 1 :]:
        held = entity(text, token)
        if token.text == "." and token.i > colon + 3:
            break
        if held is None or target is None or context.kind(held) not in PAYERS or held == target:
            continue
        for relation in stated:
            candidate = assertion(
                context,
                text,
                held,
                relation,
                target,
                (text.tokens[0], token),
                rule=f"label: {relation}",
                confidence=0.7,
            )
            if candidate:
                yield candidate


def _caption_end(text: Text) -> int | None:
    """The "by" of a line that is no sentence ("Sponsored by A and B")."""
    words = [t.lower_ for t in text.tokens[:2]]
    return 1 if words[1:] == ["by"] and words[0].endswith("ed") and len(list(text.sentences)) == 1 else None


def _funded(context: Context, project: EntityId | None) -> EntityId | None:
    """The document's project, or the institute that it names more often."""
    main = context.main
    if main is None or context.kind(main) != "SupportOrganization":
        return project
    return main if project is None or context.counts[main] > context.counts[project] else project


def _grant_lists(context: Context, words: FundingWords) -> Iterator[Candidate]:
    """Items with amounts in a funder's own list of grants: "A and B: $90,000"."""
    main = context.main
    if main is None or context.kind(main) not in ("SupportOrganization", "GovernmentBody"):
        return
    header = {t.lemma_.lower() for text in context.texts[:4] for t in text.doc}
    rows = [
        text
        for text in context.texts
        if text.kind is Kind.ITEM
        and "$" in text.string
        and not any(t.pos_ == "VERB" for t in text.tokens)
        and min(text.references, default=9) <= FIRST
    ]
    if len(rows) < GRANTS or not header & words.grants:
        return
    for text in rows:
        first = min(text.references)
        for index in lists(context, text).get(first, ()):
            held = text.references[index].entity
            if held != main and named(text, text.tokens[index]) and context.kind(held) in ORGANIZATIONS:
                candidate = assertion(
                    context, text, main, "funds", held, (text.tokens[index],), rule="list of grants", confidence=0.6
                )
                if candidate:
                    yield candidate


def _givers_of(context: Context, text: Text, grant: Token) -> list[Token]:
    """Who gives a grant: "from A", "A's", "an A grant"."""
    owners = [c for c in grant.children if c.dep_ in ("compound", "poss", "nmod") and _funder(context, text, c)]
    return owners + [
        c
        for preposition in grant.children
        if preposition.dep_ == "prep" and preposition.lower_ in ("from", "by", "of")
        for c in preposition.children
        if c.dep_ == "pobj" and _funder(context, text, c)
    ]


def _funding_subjects(context: Context, text: Text, verb: Token) -> list[Token]:
    subjects = [c for c in verb.children if c.dep_ == "nsubj"]
    if verb.dep_ == "relcl" and (not subjects or subjects[0].tag_ in ("WDT", "WP")):
        subjects = [verb.head]
    return [s for s in subjects if _funder(context, text, s)]


def _funder(context: Context, text: Text, token: Token) -> bool:
    held = entity(text, token)
    return held is not None and context.kind(held) in FUNDERS


def _payer(context: Context, text: Text, token: Token) -> bool:
    held = entity(text, token)
    return held is not None and context.kind(held) in PAYERS


def _money(verb: Token) -> bool:
    return any(t.text == "$" for t in verb.subtree)


def _recipient(
    context: Context, text: Text, word: Token, givers: tuple[int, ...], words: FundingWords
) -> tuple[EntityId, Token] | None:
    """The organization that is given the money: "gave ORG $5", "a grant from A to ORG", "ORG received $5 from A"."""
    verb = next((t for t in (word, *word.ancestors) if t.pos_ == "VERB"), word)
    found = [c for c in verb.children if c.dep_ in ("dative", "dobj") and c.i > verb.i] if word.i == verb.i else []
    if word.pos_ == "NOUN":
        found += [g for c in word.children if c.lower_ == "to" for g in c.children if g.dep_ == "pobj"]
    if word.i != verb.i and verb.lemma_.lower() in words.receiving:
        found += subjects_of(verb)
    for token in found:
        held = entity(text, token)
        if held is not None and token.i not in givers and context.kind(held) in ORGANIZATIONS | PROJECTS:
            return held, token
    return None


def _beneficiary(
    context: Context, text: Text, word: Token, funder: Token, mates: tuple[int, ...], project: EntityId | None
) -> tuple[EntityId, Token | None] | None:
    """Who gets the money: the project of the sentence, else the document's where no other organization is named."""
    for token in word.sent:
        held = entity(text, token)
        if token.i != funder.i and held and context.kind(held) in PROJECTS:
            return held, token
    earlier = [i for i in sorted(text.references) if i < word.sent.start and _is_project(context, text, i)]
    if earlier:
        return text.references[earlier[-1]].entity, text.tokens[earlier[-1]]
    others = [
        t for t in word.sent if t.i not in mates and (held := entity(text, t)) and context.kind(held) in ORGANIZATIONS
    ]
    return (project, None) if project and not others else None


def _is_project(context: Context, text: Text, index: int) -> bool:
    return named(text, text.tokens[index]) and context.kind(text.references[index].entity) in PROJECTS
