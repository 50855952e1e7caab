"""Arguments of a predicate token as the parse gives them: subjects, and objects with their prepositions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

RELATIVES = frozenset({"WDT", "WP", "WP$"})
SUBJECTS = ("nsubj", "nsubjpass", "csubj")
CONTROLLED = ("conj", "xcomp", "advcl", "ccomp", "pcomp")


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a predicate token.

    Attributes:
        objects: each with its preposition ("" for a direct one).
        passive: whether the subjects are those of a passive.
        bearers: of a noun, those that it names ("its partner, B"; "B is its partner"); not its possessors.
        possessors: of a noun ("its", "A's").
        several: whether a noun is plural and may name a list.
    """

    subjects: tuple[Token, ...]
    objects: tuple[tuple[Token, str], ...]
    passive: bool = False
    bearers: tuple[Token, ...] = ()
    possessors: tuple[Token, ...] = ()
    several: bool = False


def of_verb(verb: Token) -> Arguments:
    """Subjects and objects of a verb."""
    passive = any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children) or (
        verb.dep_ == "acl" and verb.tag_ == "VBN"
    )
    return Arguments(tuple(subjects_of(verb)), tuple(_objects(verb)), passive)


def subjects_of(verb: Token) -> list[Token]:
    """Subjects of a verb: its own, the head of its relative clause, or those of the clause it depends on."""
    before = _chained(verb)
    if before is not None:
        return subjects_of(before)
    current, found = verb, [c for c in verb.children if c.dep_ in SUBJECTS]
    for _ in range(5):
        if current.dep_ in ("relcl", "acl") and (not found or found[0].tag_ in RELATIVES):
            return [current.head]
        if found or current.dep_ not in CONTROLLED:
            break
        governor = current.head
        if current.dep_ == "pcomp":
            governor = governor.head
        if current.dep_ == "xcomp":
            found = [c for c in governor.children if c.dep_ == "dobj"]
        found = found or [c for c in governor.children if c.dep_ in SUBJECTS]
        current = governor
    return found


def _chained(verb: Token) -> Token | None:
    """The passive verb that a participle behind its agent goes on from ("is run by A, funded by B and seen by C").

    Parsers hang it on the agent; that the agent is funded is said without the "by" of both, or without a comma.
    """
    agent = verb.head
    if verb.dep_ != "acl" or verb.tag_ != "VBN" or agent.dep_ != "pobj" or agent.head.dep_ != "agent":
        return None
    governor = agent.head.head
    series = governor.tag_ == "VBN" and any(c.dep_ == "auxpass" for c in governor.children)
    comma = verb.i and verb.nbor(-1).text == "," and any(c.dep_ == "agent" for c in verb.children)
    more = any(c.dep_ == "conj" and c.tag_ == "VBN" and c.i > verb.i for c in governor.children)
    return governor if series and comma and more else None


def _objects(verb: Token) -> Iterator[tuple[Token, str]]:
    for child in verb.children:
        if child.dep_ in ("dobj", "attr", "oprd", "dative"):
            yield _antecedent(verb, child), ""
        if child.dep_ in ("prep", "agent", "prt", "dative"):
            for complement, preposition in _complements(child):
                yield _antecedent(verb, complement), preposition
    if _without_relative(verb):
        yield verb.head, ""
    if verb.dep_ == "relcl" and any(c.lower_ == "where" for c in verb.children):
        yield from ((verb.head, preposition) for preposition in ("at", "in"))
    if verb.dep_ in ("csubj", "csubjpass") and any(c.tag_ == "WP" for c in verb.children):
        # "What we oppose is Y": the object stands behind the copula.
        yield from ((c, "") for c in verb.head.children if c.dep_ in ("attr", "acomp", "oprd"))
    for child in verb.children:
        if child.dep_ == "dobj":
            for grandchild in child.children:
                if grandchild.dep_ == "prep":
                    yield from _complements(grandchild)


def _antecedent(verb: Token, argument: Token) -> Token:
    """What a relative pronoun stands for ("the federation to which her local belongs"); other arguments themselves."""
    if argument.tag_ not in RELATIVES:
        return argument
    clause = verb
    while clause.dep_ in ("conj", "xcomp", "ccomp", "attr", "prep") and clause.head.i != clause.i:
        clause = clause.head
    return clause.head if clause.dep_ in ("relcl", "acl") else argument


def _without_relative(verb: Token) -> bool:
    """Whether the head of a relative clause is its object without a pronoun ("the programme the union set up")."""
    if verb.dep_ != "relcl":
        return False
    own = [c for c in verb.children if c.dep_ in SUBJECTS]
    return (
        bool(own)
        and own[0].dep_ == "nsubj"
        and own[0].tag_ not in RELATIVES
        and not any(c.dep_ in ("dobj", "dative") for c in verb.children)
        and not any(t.tag_ in RELATIVES for t in verb.doc[verb.left_edge.i : verb.i])
    )


def _complements(preposition: Token) -> Iterator[tuple[Token, str]]:
    """What a preposition leads to; the noun right behind it where the parse lost it (names such as "X Unified")."""
    found = False
    for child in preposition.children:
        if child.dep_ in ("pobj", "pcomp"):
            found = True
            yield child, preposition.lower_
            if child.dep_ == "pcomp":
                yield from ((c, preposition.lower_) for c in child.children if c.dep_ == "dobj")
        elif child.dep_ == "prep":
            for grandchild in child.children:
                if grandchild.dep_ == "pobj":
                    found = True
                    yield grandchild, child.lower_
    if not found and preposition.pos_ == "ADP":
        following = preposition.doc[preposition.i + 1 : preposition.i + 3]
        yield from ((t, preposition.lower_) for t in following[:1] if t.pos_ != "DET")
        if following and following[0].pos_ == "DET":
            yield from ((t, preposition.lower_) for t in following[1:])


def of_noun(noun: Token) -> Arguments:
    """ "A's contract with B", "A has a contract with B", "A, a member of B", "A is a member of B"."""
    possessors = [c for c in noun.children if c.dep_ in ("poss", "compound", "nmod")]
    subjects, head = list(possessors), noun.head
    if not subjects and noun.dep_ == "appos":
        subjects = [head]
    elif not subjects and noun.dep_ in ("attr", "dobj", "oprd") and head.pos_ in ("VERB", "AUX"):
        subjects = subjects_of(head)
    elif (
        not subjects
        and noun.dep_ == "pobj"
        and head.head.pos_ in ("VERB", "AUX")
        and head.lower_ in ("in", "into", "as", "to", "on")
    ):
        subjects = subjects_of(head.head)
    elif (not subjects and noun.dep_ == "pobj" and head.dep_ == "prep" and head.head.pos_ in ("NOUN", "PROPN")) or (
        not subjects and noun.dep_ == "conj" and head.dep_ == "appos"
    ):
        subjects = [head.head]
    objects = [pair for c in noun.children if c.dep_ == "prep" for pair in _complements(c)]
    if noun.dep_ == "attr" and head.dep_ == "relcl":
        # "the federation of which her local is a member": "of which" hangs on the noun or on its copula.
        objects += [pair for c in head.children if c.dep_ == "prep" for pair in _complements(c)]
        objects = [(_antecedent(head, t), preposition) for t, preposition in objects]
    if head.pos_ == "VERB" and noun.dep_ == "dobj":
        objects += [pair for c in head.children if c.dep_ in ("prep", "dative") for pair in _complements(c)]
        objects += [(c, "to") for c in head.children if c.dep_ == "dative" and c.pos_ != "ADP"]
    return Arguments(
        tuple(subjects),
        tuple(objects),
        bearers=tuple(_bearers(noun)),
        possessors=(*possessors, *_before_title(noun)),
        several=noun.tag_ in ("NNS", "NNPS"),
    )


def _bearers(noun: Token) -> list[Token]:
    """What a noun names: what it stands in apposition to or stands in apposition to it, and the other side of "is"."""
    head = noun.head
    found = [c for c in noun.children if c.dep_ == "appos"]
    if noun.dep_ == "appos":
        found.append(head)
    elif noun.dep_ == "attr" and head.lemma_ == "be":
        found += subjects_of(head)
    elif noun.dep_ in SUBJECTS and head.lemma_ == "be":
        found += [c for c in head.children if c.dep_ == "attr"]
    elif noun.dep_ in ("compound", "nmod") and noun.i + 1 == head.i:
        found.append(head)
    return found


def _before_title(noun: Token) -> list[Token]:
    """Possessors of a title before a name, which parsers hang on the name ("its coordinator Ana Ruiz")."""
    if noun.dep_ not in ("compound", "nmod") or noun.i + 1 != noun.head.i:
        return []
    return [c for c in noun.head.children if c.dep_ == "poss" and c.i < noun.i]


def of_adjective(adjective: Token) -> Arguments:
    """Subjects and complements of an adjective, predicative or after its noun."""
    head = adjective.head
    subjects = (
        subjects_of(head)
        if adjective.dep_ in ("acomp", "conj", "ROOT")
        else [head]
        if adjective.dep_ in ("amod", "acl", "appos", "relcl")
        else []
    )
    objects = [pair for c in adjective.children if c.dep_ == "prep" for pair in _complements(c)]
    return Arguments(tuple(subjects), tuple(objects))
