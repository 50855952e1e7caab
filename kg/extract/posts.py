"""Posts: the noun phrases of a text that name a post or an occupation ("interim associate superintendent")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from kg.extract.context import Text
from kg.extract.coreference import class_nouns
from kg.extract.mentions import Form
from kg.lexicon import Lexicon

HONORIFICS = frozenset(
    "dr. mr. ms. mrs. mx. miss sister brother father dame sir lord lady rev. fr. br. hon. prof. dr mr mrs ms mx fr br "
    "shri shrimati smt smt. kumari ku. com. comrade cde cllr cllr. adv adv. engr engr. mme mme. mlle mlle. madame "
    "monsieur monsignor msgr. reverend pastor rabbi imam sheikh pandit maulana ustaz mwalimu mzee alhaji alhaja hajia "
    "señor señora srta. sra. herr frau mnr mnr. mev mev. meneer datuk encik puan tuan thiru matua whaea messrs "
    "messrs.".split()
)
#: Degrees; of some the pipeline makes a token of the last letter.
DEGREES = frozenset("ph.d. ed.d. j.d. m.ed. phd edd esq. d.".split())
DETERMINERS = frozenset({"the", "a", "an", "our", "its", "their", "his", "her", "my", "your"})
#: Words that a title cannot begin with or pass over to the left; with the signs.
WORDS = "and or as by with is was are were said says who that to of for in at on from when while herself himself 's"
TIMES = ("years", "terms", "months", "decades", "ago")
ADVERBS = ("longer", "other", "also", "still", "currently", "becoming", "being", "serving")
BARRIERS = DETERMINERS | frozenset(
    [*WORDS.split(), *",(\"“”:;—–.-/|'", "a.m.", "p.m.", "longer", "other", "also", "still", "currently", *TIMES]
)
#: Words of a title that stand behind its noun.
POSTPOSED = frozenset({"emeritus", "emerita", "emeriti", "elect", "designate", "general"})
AUXILIARIES = frozenset({"aux", "auxpass"})
NOMINAL_TAGS = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "PUNCT", "VERB", "ADV", "X"})


@dataclass(frozen=True, slots=True)
class RoleNouns:
    """Lexicon entries for posts.

    Attributes:
        posts: nouns for posts, lower case.
        former: words that mark a post as past.
        at_employer, at_school, at_union: nouns of posts that imply the kind of organization.
        anywhere: nouns of posts that say nothing about the organization ("member", "author").
        succeeding: verbs whose subject takes a post over from their object; `leaving` are those of giving it up,
            `appointing` those of giving it to their object.
        classes: nouns for kinds of organizations, as in "union president", with the kinds.
    """

    posts: frozenset[str]
    former: frozenset[str]
    at_employer: frozenset[str]
    at_school: frozenset[str]
    at_union: frozenset[str]
    anywhere: frozenset[str]
    succeeding: frozenset[str]
    leaving: frozenset[str]
    appointing: frozenset[str]
    classes: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class RolePhrase:
    """Tokens [start, end) that name a post; `plural` where it is a post of several people."""

    start: int
    end: int
    title: str
    plural: bool
    former: bool


@lru_cache(maxsize=2)
def find_role_nouns(lexicon: Lexicon) -> RoleNouns:
    """The role nouns of a lexicon."""
    return RoleNouns(
        posts=frozenset(form.lower() for form in lexicon.forms("roleTitle")),
        former=lexicon.forms("Former"),
        at_employer=lexicon.forms("EmployerPost"),
        at_school=lexicon.forms("SchoolPost"),
        at_union=lexicon.forms("UnionPost"),
        anywhere=lexicon.forms("LoosePost"),
        succeeding=lexicon.forms("Succeeding"),
        leaving=lexicon.forms("Leaving"),
        appointing=lexicon.forms("Appointing"),
        classes=class_nouns(lexicon),
    )


def role_phrases(text: Text, nouns: RoleNouns) -> dict[int, RolePhrase]:
    """The phrases for posts in a text, by the index of their first token."""
    tokens, found, index = text.tokens, {}, 0
    while index < len(tokens):
        if not is_post(text, index, nouns):
            index += 1
            continue
        start, end = _begin(text, index), _finish(text, index, nouns)
        former = any(t.lower_ in nouns.former for t in tokens[max(0, start - 1) : end])
        plural = _is_plural(tokens[index].lower_, tokens[index].tag_, nouns)
        title = _title(tokens, start, index, end, plural)
        found[start] = RolePhrase(start, end, title, plural, former)
        index = end
    return found


def _is_plural(word: str, tag: str, nouns: RoleNouns) -> bool:
    if f"{word}." in nouns.posts:
        return False
    return tag in ("NNS", "NNPS") or (word.endswith("s") and word[:-1] in nouns.posts)


def _title(tokens: Sequence[Token], start: int, head: int, end: int, plural: bool) -> str:
    """The title as printed; the head of a post that several people hold in the singular."""
    word = tokens[head].text
    singular = tokens[head].lemma_ if word.islower() else re.sub(r"(?i)(?:(?<=ch)es|s)$", "", word)
    words = "".join((singular if plural and t.i == head else t.text) + t.whitespace_ for t in tokens[start:end])
    return words.strip(" ,").replace(" - ", "-").replace(" / ", "/")


def is_post(text: Text, index: int, nouns: RoleNouns) -> bool:
    """Whether a token is a noun for a post; it may also refer to its holder ("the mediator", once she is named)."""
    token = text.tokens[index]
    return (
        (index not in text.references or text.references[index].form is Form.NOMINAL)
        and token.lower_ in nouns.posts
        and (token.pos_ in ("NOUN", "PROPN", "ADJ", "X", "VERB") or _between_names(text, token))
        and (token.tag_ not in ("VBD", "VBZ", "VBP") or token.text[0].isupper() or _between_names(text, token))
    )


def _between_names(text: Text, token: Token) -> bool:
    """Whether a word stands between two names, whatever the parse takes it for ("ORG reps P and Q signed")."""
    return all(i in text.references for i in (token.i - 1, token.i + 1))


def _begin(text: Text, index: int) -> int:
    tokens, start = text.tokens, index
    while (
        start > 0
        and index - start < 6
        and start - 1 not in text.references
        and not tokens[start].is_sent_start
        and (tokens[start - 1].lower_ not in BARRIERS or (tokens[start - 1].text in "-/" and start > 1))
        and tokens[start - 1].pos_ in NOMINAL_TAGS
        and tokens[start - 1].tag_ not in ("VBD", "VBZ", "VBP")
        and tokens[start - 1].lower_ != "become"
        and (tokens[start - 1].tag_ != "CD" or tokens[start].text == "-")
        and tokens[start - 1].lower_ not in HONORIFICS | DEGREES
        and not (tokens[start - 1].tag_ == "VBN" and any(c.dep_ in AUXILIARIES for c in tokens[start - 1].children))
    ):
        start -= 1
    while start < index and tokens[start].text in "-/":
        start += 1
    return start


def _finish(text: Text, index: int, nouns: RoleNouns) -> int:
    """Past the dot of an abbreviation; or more role nouns ("chief executive"), "and" with one, "of" with nouns."""
    tokens, end = text.tokens, index + 1
    if f"{tokens[index].lower_}." in nouns.posts and end < len(tokens) and tokens[end].text == ".":
        return end + 1
    while end < len(tokens) and (is_post(text, end, nouns) or tokens[end].lower_ in POSTPOSED):
        end += 1
    if end + 1 < len(tokens) and tokens[end].text == "-" and tokens[end + 1].lower_ in POSTPOSED:
        end += 2
    if end + 1 < len(tokens) and tokens[end].lower_ in ("and", "&", "/", "-"):
        last = end + 1
        while (
            last < min(len(tokens), end + 4)
            and last not in text.references
            and tokens[last].pos_ in ("ADJ", "NOUN", "PROPN")
        ):
            if tokens[last].lower_ in nouns.former:
                break
            if is_post(text, last, nouns):
                end = last + 1
                break
            last += 1
    if end + 1 < len(tokens) and tokens[end].lower_ in ("of", "for", "to") and end + 1 not in text.references:
        last = end + 1
        while (
            last < len(tokens)
            and last not in text.references
            and last - end < 7
            and (tokens[last].pos_ in ("PROPN", "NOUN", "ADJ") or tokens[last].lower_ in ("and", "the", "&"))
        ):
            last += 1
        while tokens[last - 1].lower_ in ("and", "the", "&"):
            last -= 1
        if last > end + 1:
            end = last
    return end
