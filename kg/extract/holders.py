"""Holders: the persons of a post that stands neither beside them nor in a clause with them.

Posts that are coordinated share their holder, a post of several people names a list, a post may stand before another
one that stands before the name, and a sentence without a subject goes on about the person whom its entry begins with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc, Token

from kg.extract.arguments import SUBJECTS, subjects_of
from kg.extract.context import Context, Text
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.posts import DEGREES, DETERMINERS, HONORIFICS, RoleNouns, RolePhrase, is_post
from kg.extract.statements import named

#: What may join a second post to the first ("president and a teacher", "a clerk, a steward").
JOINTS = frozenset(
    {("and",), ("and", "a"), ("and", "an"), (",", "a"), (",", "an"), ("and", "also", "a"), ("and", "now"), (",", "now")}
)
#: Letters behind names, without dots; the parts that the pipeline makes of some.
POSTNOMINALS = frozenset(
    "ed d ph phd edd jd md rn dds esq jr sr ii iii iv ma med mba mpa mpp msw cpa lpn lcsw mp obe mbe cbe kc qc".split()
)
#: What may stand between a name and the post that one has or had at some time or for some years.
WHEN = (
    r"(?:(?:by then|by now|then|now|formerly|previously|once|long|also|currently|already|until recently|still|"
    r"since [\w ]{4,14}|for (?:the (?:last|past) )?[\w-]+(?: [\w-]+)? (?:years?|terms|months|decades)|"
    r"in (?:his|her|their) [\w-]+ (?:year|term|month|season)),?|\(?[DRI][)-][\w .]{0,20},)"
)
BETWEEN = re.compile(
    rf", (?:who (?:is|was|has been|had been|has served|served|serves) )?(?:{WHEN} )(?:as )?(?:an? |the )?"
)
#: What may stand between a post and the name of its holder: ", a quiet man named ".
CALLED = re.compile(r"(?:, an? (?:[\w-]+ ){1,3})? ?(?:named|called|by the name of) (?:(?:Dr|Mr|Ms|Mrs)\.? )?")
#: "(she/her)" behind a name.
PRONOUNS = re.compile(r"\((?:he|she|they)/\w+(?:/\w+)?\)$", re.IGNORECASE)
#: What may stand between the first post and the joint, besides its organization.
BEHIND = frozenset({"of", "for", "at", "in", "with", "from", "since", "the", "a", "years", "terms", "months", "-", "–"})
#: What may open a sentence that goes on about the person of an entry.
ADVERBS = frozenset({"formerly", "previously", "once", "also", "now", "currently"})
COPULAS = frozenset({"was", "is", "has", "been", "served", "serves", "as"})
#: What a post signs: "President's message — P", "Superintendent's report: P".
SIGNED = re.compile(r"['’]s?(?: [\w-]+){1,2} ?(?:[—–:|-]+|, by|by) ?(?:(?:Dr|Mr|Ms|Mrs)\.? )?", re.IGNORECASE)
#: Words for some of those who hold a post ("one of the founders").
PARTS = frozenset({"one", "two", "three", "some", "both", "among"})
#: What may follow a post in the label of a list.
ATTENDING = frozenset({"present", "attending", "are", "were", "include", "absent", "excused"})
#: How far behind a post of several people the colon may be that their list follows.
LABEL = 10


def find_holders(
    context: Context, text: Text, phrase: RolePhrase, phrases: dict[int, RolePhrase], earlier: list[Token], end: int
) -> list[Token]:
    """The persons who hold a post that no frame beside it gives a holder.

    Args:
        context: the resolved document.
        text: where the post stands.
        phrase: the post.
        phrases: all posts of the text by the index of their first token.
        earlier: the holders of the post before this one in the text.
        end: index behind that post; 0 where there is none.
    """
    named = (
        _behind(context, text, phrase, CALLED)
        or _behind(context, text, phrase, SIGNED)
        or _at_time(context, text, phrase)
    )
    if named:
        return named
    if phrase.plural:
        return list(_listed(context, text, phrase))
    behind = _behind_another(context, text, phrase, phrases)
    if behind:
        return behind
    if len(earlier) == 1 and _joined(context, text, end, phrase.start):
        return earlier
    return _fronted(context, text, phrase) or _of_entry(context, text, phrase)


def find_by_grammar(
    context: Context, text: Text, phrase: RolePhrase, nouns: RoleNouns, mates: dict[int, tuple[int, ...]]
) -> list[Token]:
    """The person that a clause says holds the post: "P has long been president", "its chairs are P and Q".

    Args:
        context: the resolved document.
        text: where the post stands.
        phrase: the post.
        nouns: role nouns.
        mates: `lists` of the text.
    """
    head = _head(text, phrase, nouns)
    if head is None:
        return []
    first = _first(head)
    if first.dep_ == "appos":
        return [first.head] if first is not head and _is_person(context, text, first.head.i) else []
    verb, subjects = head.head, []
    told = any(t.dep_ in ("attr", "oprd", "acomp") for t in text.tokens[phrase.start : phrase.end])
    if verb.pos_ in ("AUX", "VERB") and told:
        subjects = subjects_of(verb)
    elif head.dep_ == "pobj" and verb.lower_ == "as":
        subjects = _of_as(context, text, verb.head, nouns)
    elif head.dep_ == "pobj" and verb.lower_ == "of" and verb.head.lower_ in PARTS:
        one = verb.head
        beside = [one.head] if one.dep_ == "appos" else [c for c in one.children if c.dep_ == "appos"]
        subjects = subjects_of(one.head) if one.dep_ == "attr" else beside
    elif head.dep_ in ("dobj", "oprd") and verb.lemma_.lower() in nouns.appointing:
        subjects = [t for t in text.tokens[max(0, phrase.start - 1) : phrase.start] if t.head.i in (head.i, verb.i)]
    elif head.dep_ in ("nsubj", "nsubjpass") and verb.lemma_ == "be":
        subjects = [c for c in verb.children if c.dep_ == "attr"]
        subjects = [apposed(context, text, c) for c in subjects]  # "its first chair was a governor, P"
        subjects = subjects or [c for c in verb.children if c.dep_ in SUBJECTS and c.i > verb.i]
    if subjects and any(c.tag_ == "WP" for c in verb.children):
        subjects = [_whom(context, text, verb, subjects[0])]
    if phrase.plural:
        subjects = [mate for t in subjects for mate in (t, *t.conjuncts, *_beside(context, text, t))]
    found = [t for t in subjects if t.i in text.references and context.kind(text.references[t.i].entity) == "Person"]
    indices = [i for t in found for i in (mates.get(t.i, (t.i,)) if phrase.plural else (t.i,))]
    return [text.tokens[i] for i in dict.fromkeys(indices)]


def apposed(context: Context, text: Text, noun: Token) -> Token:
    """The person in apposition to a noun that refers to none; else the noun."""
    if _is_person(context, text, noun.i):
        return noun
    return next((c for c in noun.children if c.dep_ == "appos" and _is_person(context, text, c.i)), noun)


def _first(noun: Token) -> Token:
    """The first of the nouns that one is coordinated with ("a retired miller and past president")."""
    while noun.dep_ == "conj" and noun.head.pos_ == "NOUN":
        noun = noun.head
    return noun


def _beside(context: Context, text: Text, subject: Token) -> list[Token]:
    """The persons whom nouns coordinated with a subject name: B in "A and the union's president, B, are"."""
    nouns = [t for t in (subject, *subject.conjuncts) if t.dep_ == "conj"]
    people = [c for t in (subject, *nouns) for c in t.children if c.dep_ == "appos" and _is_person(context, text, c.i)]
    return [t for t in people if any(noun.i < t.i and not _is_person(context, text, noun.i) for noun in nouns)]


def _of_as(context: Context, text: Text, governor: Token, nouns: RoleNouns) -> list[Token]:
    """Whom "as" gives the post that follows it: "hired P as", "P joined as", "P's years as", "her post as"."""
    if governor.pos_ in ("NOUN", "PROPN"):
        owners = [c for c in governor.children if c.dep_ == "poss"]
        if owners and owners[0].tag_ == "WP$":
            return [t.head for t in governor.ancestors if t.dep_ == "relcl"][:1]
        return owners or subjects_of(governor.head)
    if governor.pos_ not in ("AUX", "VERB"):
        return []
    over = governor.lemma_.lower() in nouns.succeeding
    objects = [] if over else [c for c in governor.children if c.dep_ == "dobj" and _is_person(context, text, c.i)]
    return objects or subjects_of(governor)


def _whom(context: Context, text: Text, verb: Token, subject: Token) -> Token:
    """The person whom "who" stands for where the parse hangs the clause on what is nearer ("P of TOWN, who is")."""
    if _is_person(context, text, subject.i):
        return subject
    before = [i for i in sorted(text.references) if verb.sent.start <= i < verb.i and _is_person(context, text, i)]
    return text.tokens[before[-1]] if before else subject


def is_left(text: Text, phrase: RolePhrase, nouns: RoleNouns) -> bool:
    """Whether a clause says that the post was given up ("retired as principal")."""
    for token in text.tokens[phrase.start : phrase.end]:
        verb = token.head.head
        verb = verb.head if verb.pos_ == "NOUN" else verb
        if token.dep_ == "pobj" and token.head.lower_ == "as" and verb.tag_ in ("VBD", "VBN"):
            particle = next((f" {c.lower_}" for c in verb.children if c.dep_ in ("prt", "advmod")), "")
            return bool({verb.lemma_.lower(), f"{verb.lemma_.lower()}{particle}"} & nouns.leaving)
    return False


def is_over(text: Text, phrase: RolePhrase, nouns: RoleNouns) -> bool:
    """Whether words between a name and the post say that it is past ("P, formerly a clerk", "is no longer chair")."""
    held = text.tokens[max(0, phrase.start - 5) : phrase.start]
    before = [t.lower_ for t in held if t.i not in text.references and t.lower_ != "'s"]
    if before[-2:] == ["no", "longer"] or before[-3:-1] == ["no", "longer"]:
        return True
    last = before[:-1] if before and before[-1] in DETERMINERS else before
    return bool(last) and (last[-1] in nouns.former or last[-2:] in (["by", "then"], ["most", "recently"]))


def _head(text: Text, phrase: RolePhrase, nouns: RoleNouns) -> Token | None:
    """The noun of a phrase that its clause governs."""
    found = [text.tokens[i] for i in range(phrase.start, phrase.end) if is_post(text, i, nouns)]
    governed = [t for t in found if not phrase.start <= t.head.i < phrase.end]
    return next(iter(governed or found), None)


def find_equated(
    context: Context, text: Text, phrase: RolePhrase, nouns: RoleNouns, mates: dict[int, tuple[int, ...]]
) -> list[Token]:
    """The person whom a clause equates with the post before it: "the principal of ORG is P"."""
    head = _head(text, phrase, nouns)
    if head is None or head.dep_ not in SUBJECTS or head.head.lemma_ != "be":
        return []
    return find_by_grammar(context, text, phrase, nouns, mates)


def in_series(context: Context, text: Text, first: int) -> Iterator[int]:
    """Persons in a series, each with what is said of them: "A of ORG and B of ORG", "A (ORG), B (ORG) and C"."""
    doc, index = text.doc, first
    while True:
        yield index
        behind = index + 1
        if behind < len(doc) and doc[behind].lower_ in ("of", "at", "from", "for"):
            behind += 1 + (behind + 1 < len(doc) and doc[behind + 1].lower_ == "the")
            if behind not in text.references or context.kind(text.references[behind].entity) == "Person":
                return
            behind += 1
        while behind < len(doc) and behind in text.bracketed:
            behind += 1
        start = behind
        while behind < len(doc) and (doc[behind].lower_ in (",", "and", "&", ";") or doc[behind].lower_ in HONORIFICS):
            behind += 1
        if behind == start or not _is_person(context, text, behind):
            return
        index = behind


def is_postnominal(token: Token) -> bool:
    """Whether a token belongs to the letters behind a person's name ("Ed.D.", "Esq.", "R.N.", "Jr.")."""
    if token.text == ".":  # the pipeline splits some
        return token.i > 0 and token.nbor(-1).lower_ in POSTNOMINALS
    return token.lower_ in DEGREES or token.lower_.replace(".", "") in POSTNOMINALS


def _is_person(context: Context, text: Text, index: int) -> bool:
    return (
        index < len(text.doc)
        and named(text, text.tokens[index])
        and context.kind(text.references[index].entity) == "Person"
    )


def _listed(context: Context, text: Text, phrase: RolePhrase) -> Iterator[Token]:
    """ "Co-chairs: superintendent A and president B", "officers of both unions: A (X) and B (Y)": all persons named."""
    doc = text.doc
    label = doc[phrase.end : phrase.end + LABEL]
    colon = next((t.i for t in label if t.text == ":"), None)
    if colon is None or any(
        t.text in ".;" or (t.pos_ in ("VERB", "AUX") and t.lower_ not in ATTENDING) for t in doc[phrase.end : colon]
    ):
        return
    for token in doc[colon + 1 :]:
        finite = token.pos_ in ("VERB", "AUX") and token.tag_ != "VBN" and token.i not in text.references
        if (
            finite
            or token.text in ".;"
            or (token.is_sent_start and token.i > colon + 1 and doc[token.i - 1].text == ".")
        ):
            return
        if token.i not in text.bracketed and _is_person(context, text, token.i):
            yield token


def _behind_another(context: Context, text: Text, phrase: RolePhrase, phrases: dict[int, RolePhrase]) -> list[Token]:
    """ "The fact-finder, Professor A", "treasurer and third-grade teacher A": the person behind the second post."""
    doc, index = text.doc, phrase.end
    if index + 1 >= len(doc) or doc[index].lower_ not in (",", "and"):
        return []
    start = index + 1 + (doc[index + 1].lower_ in ("a", "an", "the"))
    if start not in phrases:
        return []
    other = phrases[start]
    index = other.end
    while index < len(doc) and doc[index].lower_ in HONORIFICS | {"named", "called"}:
        index += 1
    return [doc[index]] if not other.plural and _is_person(context, text, index) else []


def before_pronouns(doc: Doc, index: int) -> int:
    """The index before the pronouns in brackets that end at an index; the index itself where none do."""
    if doc[index].text != ")":
        return index
    start = next((i for i in range(index - 1, max(0, index - 8), -1) if doc[i].text == "("), index)
    return start - 1 if PRONOUNS.search(doc[start : index + 1].text) else index


def _at_time(context: Context, text: Text, phrase: RolePhrase) -> list[Token]:
    """ "P, in her third year as president", "P, formerly a clerk": the person before the comma."""
    begin = text.tokens[phrase.start].idx
    for index in range(max(0, phrase.start - 12), phrase.start):
        token = text.tokens[index]
        if _is_person(context, text, index) and BETWEEN.fullmatch(text.string[token.idx + len(token) : begin]):
            return [token]
    return []


def _behind(context: Context, text: Text, phrase: RolePhrase, between: re.Pattern[str]) -> list[Token]:
    """The person right behind what may stand between a post and its holder ("a custodian named P")."""
    last = text.tokens[phrase.end - 1]
    match = between.match(text.string, last.idx + len(last))
    index = next((t.i for t in text.tokens[phrase.end : phrase.end + 10] if match and t.idx == match.end()), None)
    return [text.tokens[index]] if index is not None and _is_person(context, text, index) else []


def _joined(context: Context, text: Text, end: int, start: int) -> bool:
    """Whether only a first post's organization and a joint stand between it and a second post."""
    between = text.doc[end:start]
    if not end or not 0 < len(between) < 12:
        return False
    size = next((n for n in (3, 2, 1) if n <= len(between) and tuple(t.lower_ for t in between[-n:]) in JOINTS), 0)
    rest = between[: len(between) - size]
    closed = bool(len(rest)) and rest[-1].text == ","
    return bool(size) and not closed and all(_is_behind(context, text, t) for t in rest)


def _is_behind(context: Context, text: Text, token: Token) -> bool:
    reference = text.references.get(token.i)
    if reference is not None:
        return context.kind(reference.entity) in ORGANIZATIONS
    return token.lower_ in BEHIND or token.like_num


def _fronted(context: Context, text: Text, phrase: RolePhrase) -> list[Token]:
    """ "A lawyer, she said", "Once a clerk at ORG, P said": the subject behind the comma of an opening post."""
    doc = text.doc
    sentence = doc[phrase.start].sent
    opening = [t.lower_ for t in doc[sentence.start : phrase.start]]
    if not {"a", "an"} & set(opening) or set(opening) - ADVERBS - {"a", "an", ","}:
        return []
    index = phrase.end
    while index < sentence.end and _is_behind(context, text, doc[index]):
        index += 1
    if index + 1 >= sentence.end or doc[index].text != ",":
        return []
    index += 1
    while index + 1 < sentence.end and doc[index].lower_ in HONORIFICS:
        index += 1
    person = index in text.references and context.kind(text.references[index].entity) == "Person"
    return [doc[index]] if person and doc[index].dep_ in SUBJECTS else []


def _of_entry(context: Context, text: Text, phrase: RolePhrase) -> list[Token]:
    """ "Ana Ruiz, director. A former principal in Elm.": the entry's person, where a sentence opens with a post."""
    doc = text.doc
    sentence = doc[phrase.start].sent
    opening = [t for t in doc[sentence.start : phrase.start] if t.lower_ not in DETERMINERS | ADVERBS | COPULAS]
    if [t.lower_ for t in opening[1:]] == ["'s"] and _is_behind(context, text, opening[0]):
        opening = []  # "The union's treasurer since 2018."
    if not sentence.start or opening or any(t.dep_ in SUBJECTS for t in sentence):
        return []
    people = [i for i in sorted(text.references) if i < phrase.start and _is_person(context, text, i)]
    return (
        [doc[people[0]]] if people and people[0] < 2 and len({text.references[i].entity for i in people}) == 1 else []
    )
