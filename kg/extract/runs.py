"""Runs: how far a name goes on from its first word.

Over capitalised words; over "of", "for" and "on" only behind a head noun; over "and" only inside such a phrase or
between subject matters before a head.
"""

from __future__ import annotations

import re

from kg.extract.dictionary import in_dictionary
from kg.extract.heads import head_of
from kg.extract.lines import Line
from kg.extract.vocabulary import Vocabulary

#: First words of names such as "Our Lady of the Plains School".
FEATURES = frozenset({"lady", "heart", "queen", "isle", "city", "town"})
OWNERS = frozenset({"women", "children", "men", "people"})
#: What a body runs "for the" other, so that the other's name is no part of it.
PROJECTS = frozenset({"Initiative", "Event"})
JOINERS = frozenset({"of", "for", "on"})
NUMBER = re.compile(r"\d+(?:-?[A-Z])?")
#: An acronym and the number of a local ("XYZU 1021"), which is no year.
UNION, LOCAL = re.compile(r"[A-Z]{3,6}"), re.compile(r"(?!(?:19|20)\d\d$)\d{2,4}")
#: Small words that no dictionary of nouns and verbs has.
ENGLISH = frozenset("and or of for with from the that which who whom whose our their its this these".split())
#: Words in lower case inside family names ("de la", "van der"), and what begins some ("al-").
PARTICLES = frozenset("al bin da das de del den der di dos du el la las le los van von y".split())
PREFIXED = re.compile(r"(?:al|el|bin|ibn|abu|d'|l'|o')-?[A-Z]\w+")
BRANCHES = frozenset({"local", "chapter", "unit", "council", "lodge"})
#: Parts that some unions write in brackets behind their name.
SECTIONS = frozenset({"branch", "division", "section", "region"})
#: First words of unions that merged, and last words of unions besides the heads that the lexicon has.
MERGED, TRADES = frozenset({"amalgamated"}), frozenset({"trades", "crafts", "brotherhood"})
ALLIED = frozenset({"allied", "related", "associated", "affiliated"})
OFFICES = frozenset(
    "office department dept division board center academy institute college school bureau committee commission".split()
)
SUBJECT_SUFFIX = re.compile(
    r"(?:tions?|ments?|ing|ity|ship|ance|ence|cy|ice|ers|ors|ees|ics|ives?|comes|nts|ness|ists|aries|ides)$"
)


def run_end(line: Line, i: int, vocabulary: Vocabulary) -> int:
    """The end of the plain run of capitalised words from token i."""
    j = i + 1
    while j < len(line.tokens):
        step = _step(line, i, j, vocabulary)
        if not step:
            break
        j += step
    return j


def _step(line: Line, i: int, j: int, vocabulary: Vocabulary) -> int:
    """How many tokens from j on belong to the run from i; 0 at its end."""
    tokens, word, gap = line.tokens, line.tokens[j].word, line.gap(j)
    last = tokens[j - 1]
    following = tokens[j + 1].word if j + 1 < len(tokens) else ""
    if last.word.isdigit() and j - 1 > i:
        cohorts = word == "and" and following.isdigit() and tokens[j - 2].lower == "cohorts"
        return 2 if cohorts else 0
    if word == "NO" and following == "." and j + 2 < len(tokens) and tokens[j + 2].word.isdigit():
        return 3  # "SCHOOL DISTRICT NO. 7"
    if line.capital[j]:
        return 1 if gap == 1 or (gap == 0 and last.word.endswith(".")) else 0
    numbered = last.lower in vocabulary.numbered
    if numbered and gap == 1 and NUMBER.fullmatch(word):
        return 1
    union = is_union(line, i, j, vocabulary)
    plural = union and last.lower.endswith("s") and last.lower in vocabulary.labor
    if (
        (union or UNION.fullmatch(last.word))
        and gap == 1
        and LOCAL.fullmatch(word)
        and (plural or not _counts(line, j))
    ):
        return 1
    if numbered and word == "#" and following.isdigit():
        return 2
    if word in '“"':
        closed = j + 3 < len(tokens) and tokens[j + 2].word in '”"' and line.gap(j + 3) == 1
        return 4 if closed and line.named(j + 1) and line.named(j + 3) else 0
    if PREFIXED.fullmatch(word) and gap == 1 and last.word in vocabulary.given:
        return 1
    if gap == 1 and word.islower() and j - i < 4 and _foreign(line, i, j, vocabulary):
        return 1
    if gap == 1 and (particles := _particles(line, j)) and last.word[-1].isalpha():
        return particles
    if _owners(line, j):
        return 4
    if word == "'s" and gap == 0 and last.word in line.bound and _sainted(line, i, j):
        return 1
    if not line.named(j + 1):
        return 0
    joined = (
        (word == "–" and line.tight(j))
        or (word == "&" and gap <= 1)
        or (word == "'" and gap == 0 and last.word[-1] in "sS" and _goes_on(line, i, j, vocabulary))
        or (
            word == "'s"
            and (
                last.lower in OWNERS
                or _sainted(line, i, j)
                or _bound(line, j)
                or _office(line, j, vocabulary)
                or _shop(line, i, j, vocabulary)
            )
        )
    )
    return 2 if joined else 0


def is_union(line: Line, i: int, j: int, vocabulary: Vocabulary) -> bool:
    """Whether the run [i, j) of several words can be nothing but a union ("Elm Brotherhood", "School Crafts")."""
    words = [t.lower.strip("'") for t in line.tokens[i:j]]
    if len(words) < 2 or line.gap(j - 1) > 1:
        return False
    if words[0] in MERGED or words[-1] in TRADES:
        return True
    return vocabulary.heads.get((words[-1],)) == ("LaborUnion",) and words[-1] not in BRANCHES


def _goes_on(line: Line, i: int, j: int, vocabulary: Vocabulary) -> bool:
    """Whether a name goes on behind the possessive at j, unless a district's school follows ("Elm Schools' |Oak High").

    The district's name ends there.
    """
    if line.gap(j + 1) != 1 or j - i < 2 or "SchoolDistrict" not in head_of(line.words(i, j), vocabulary).kinds:
        return line.gap(j + 1) == 1
    return "School" not in head_of(line.words(j + 1, run_end(line, j + 1, vocabulary)), vocabulary).kinds


def _owners(line: Line, j: int) -> bool:
    """Whether two owners at j share what follows ("Parents|' and Citizens' League")."""
    words = [t.word for t in line.tokens[j : j + 4]]
    if words != ["'", "and", *words[2:3], "'"] or not line.named(j + 2) or not line.named(j + 4):
        return False
    owner, other = line.tokens[j - 1].word, words[2]
    return owner.endswith("s") and other.endswith("s") and line.gap(j) == line.gap(j + 3) == 0


def _foreign(line: Line, i: int, j: int, vocabulary: Vocabulary) -> bool:
    """Whether the lower-case word at j goes on a name whose foreign head is first ("École |primaire Elm")."""
    if line.tokens[i].lower not in vocabulary.leading and line.words(i, j + 1).lower() not in vocabulary.leading:
        return False
    k = j + 1
    while k < len(line.tokens) and line.tokens[k].word in PARTICLES and k - j < 4:
        k += 1
    word = line.tokens[j].lower
    return line.named(k) and word not in PARTICLES and word not in ENGLISH and not in_dictionary(word)


def _shop(line: Line, i: int, j: int, vocabulary: Vocabulary) -> bool:
    """Whether the possessive at j belongs to a shop or house called after one person ("|Brook's Diner")."""
    end = j + 2
    while line.named(end) and line.gap(end) == 1 and end - j < 4:
        end += 1
    return line.tokens[end - 1].lower in vocabulary.shops and line.gap(j + 1) == 1


def _particles(line: Line, j: int) -> int:
    """How many tokens from j on are particles and the family name behind them ("van der Berg"); 0 if none are."""
    k = j
    while k < len(line.tokens) and line.tokens[k].word in PARTICLES and k - j < 3:
        k += 1
    return k - j + 1 if k > j and line.named(k) and line.gap(k) == 1 else 0


def _counts(line: Line, j: int) -> bool:
    """Whether the number at j counts what follows ("XYZ 120 members")."""
    return j + 1 < len(line.tokens) and line.tags.get(line.tokens[j + 1].start, "") in ("NNS", "NN", "JJ", "CD", "$")


def _sainted(line: Line, i: int, j: int) -> bool:
    """Whether the possessive at j ends a saint's name ("St. Ann's School")."""
    return any(t.lower in ("st", "saint") for t in line.tokens[i:j])


def _bound(line: Line, j: int) -> bool:
    """Whether the possessive at j belongs to the name that follows ("Devil's Staircase School")."""
    return line.tokens[j - 1].word in line.bound


def _office(line: Line, j: int, vocabulary: Vocabulary) -> bool:
    """Whether the possessive at j is that of an office, and a body follows ("Governor's Office")."""
    role = line.tokens[j - 1].lower in vocabulary.roles
    return role and bool(head_of(line.words(j + 1, run_end(line, j + 1, vocabulary)), vocabulary).kinds)


def name_end(line: Line, i: int, vocabulary: Vocabulary, lower: frozenset[str]) -> int:
    """The end of the name that starts with token i, across connectors."""
    tokens, j = line.tokens, run_end(line, i, vocabulary)
    if branch := _in_brackets(line, i, j, vocabulary):
        return branch
    while j < len(tokens):
        word, last = tokens[j].word.lower(), tokens[j - 1].lower.strip("'")
        if line.gap(j) > 1:
            break
        branch = last.isdigit() and word == "of" and tokens[j - 2].lower in BRANCHES
        if last.isdigit() and word != "," and not branch:
            break
        k = j + 2 if word in JOINERS and _has_article(line, i, j, vocabulary) else j + 1
        if not line.named(k):
            break
        if word == ",":
            return _over_comma(line, i, j, vocabulary)
        end = j
        if word in JOINERS:
            end = _over_joiner(line, i, j, k, vocabulary) if branch or _takes(line, i, j, vocabulary) else j
        elif (word == "in" and _inside(line, i, j) and is_subject(tokens[k].word, vocabulary)) or (
            word == "at" and last in ("university", "college", "school")
        ):
            end = run_end(line, k, vocabulary)
        elif word in ("and", "&"):
            end = _over_and(line, i, j, vocabulary, lower)
        if end == j:
            break
        j = end
    return j


def _in_brackets(line: Line, i: int, j: int, vocabulary: Vocabulary) -> int:
    """The end of the union [i, j) with its branch in brackets ("Elm Workers' Union (Oak Branch)"); 0 if it has none."""
    if not line.named(j + 1) or line.tokens[j].word != "(":
        return 0
    end = run_end(line, j + 1, vocabulary)
    closed = end < len(line.tokens) and line.tokens[end].word == ")" and line.tokens[end - 1].lower in SECTIONS
    return end + 1 if closed and "LaborUnion" in head_of(line.words(i, j), vocabulary).kinds else 0


def _has_article(line: Line, i: int, j: int, vocabulary: Vocabulary) -> bool:
    """Whether an article behind the joiner at j is part of a name; "a" is in a cause ("Parents for a Quiet Elm")."""
    article = line.tokens[j + 1].lower if j + 1 < len(line.tokens) else ""
    cause = line.tokens[j].lower in ("for", "against") and line.tokens[j - 1].lower in vocabulary.campaigners
    return article == "the" or (article in ("a", "an", "our") and cause and line.tokens[j + 1].word.islower())


def is_subject(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word may be the subject matter of a body ("Bargaining", "Policy")."""
    return word.lower() in vocabulary.subjects or bool(SUBJECT_SUFFIX.search(word))


def _inside(line: Line, i: int, j: int) -> bool:
    """Whether the name [i, j) has gone on over a joiner already."""
    return any(t.lower in JOINERS for t in line.tokens[i:j])


def _takes(line: Line, i: int, j: int, vocabulary: Vocabulary) -> bool:
    """Whether the name [i, j) goes on over the joiner at j."""
    last, word = line.tokens[j - 1].lower.strip("'"), line.tokens[j].word.lower()
    if word == "on":
        return last in vocabulary.takes_on
    if word == "for" and last in vocabulary.campaigners:
        return True
    if word == "for" and last in ("schools", "district") and line.tokens[j + 1].lower == "the":
        return False  # "gave the Elm Public Schools money for the Oak Compact"
    if word == "for" and line.tokens[j + 1].lower == "the" and not set(_kinds(line, i, j, vocabulary)) - PROJECTS:
        return False  # "runs the Oak Fellowship for the Elm Center"
    if (last,) in vocabulary.heads or last in vocabulary.takes_of or last in vocabulary.labor:
        return True
    if word == "of" and (last in vocabulary.landscape or last in FEATURES) and _is_school(line, j + 1, vocabulary):
        return True
    kinds = set(head_of(line.words(i, j), vocabulary).kinds)
    return word == "of" and j - i > 1 and bool({"GovernmentBody", "LaborUnion"} & kinds)


def _kinds(line: Line, i: int, j: int, vocabulary: Vocabulary) -> tuple[str, ...]:
    return head_of(line.words(i, j), vocabulary).kinds or ("",)


def _is_school(line: Line, k: int, vocabulary: Vocabulary) -> bool:
    """Whether a school's name goes on at token k ("Bay of |Islands Academy")."""
    start = k + 1 if k < len(line.tokens) and line.tokens[k].lower == "the" else k
    if not line.named(start):
        return False
    return "School" in head_of(line.words(start, run_end(line, start, vocabulary)), vocabulary).kinds


def _over_joiner(line: Line, i: int, j: int, k: int, vocabulary: Vocabulary) -> int:
    """The end of a name over the joiner at j to token k; j if what follows is no part of it."""
    word, following = line.tokens[j].word.lower(), line.tokens[k]
    if following.lower in vocabulary.calendar or (word == "for" and re.fullmatch(r"[A-Z]{2,6}", following.word)):
        return j
    end = run_end(line, k, vocabulary)
    told = line.tokens[end].word if end < len(line.tokens) else ""
    if word == "for" and line.tokens[j + 1].lower == "the" and told.islower() and told in vocabulary.nouns:
        return j  # "from the Elm Foundation for the Oak program"
    return j if word == "of" and _names_place(line, i, j, k, end, vocabulary) else end


def _names_place(line: Line, i: int, j: int, k: int, end: int, vocabulary: Vocabulary) -> bool:
    """Whether "of" after the body [i, j) is followed by its place: "Elm Foundation of Charleston"."""
    kinds = set(head_of(line.words(i, j), vocabulary).kinds)
    after = line.words(k, end)
    if j - i < 2 or not {"SupportOrganization", "Organization"} & kinds or "LaborUnion" in kinds:
        return False
    if (
        any(after == state or after.endswith(f" {state}") for state in vocabulary.states)
        or head_of(after, vocabulary).kinds
        or line.tokens[k - 1].lower == "the"
    ):
        return False
    common = vocabulary.people | vocabulary.labor | vocabulary.management
    return not any(is_subject(t.word, vocabulary) or t.lower in common for t in line.tokens[k:end])


def _over_and(line: Line, i: int, j: int, vocabulary: Vocabulary, lower: frozenset[str]) -> int:
    """The end of a name joined over "and" at token j; j if it is not."""
    tokens, k = line.tokens, j + 1
    end = run_end(line, k, vocabulary)
    subject = is_subject(tokens[j - 1].word, vocabulary)
    if j - i > 1 and all("School" in head_of(line.words(*x), vocabulary).kinds for x in ((i, j), (k, end))):
        return j
    lone = end - k == 1
    if _inside(line, i, j):
        if subject and (is_subject(tokens[k].word, vocabulary) or (lone and tokens[k].lower in lower)):
            return end
        head = next((t.lower for t in tokens[i:j] if (t.lower,) in vocabulary.heads), "")
        single = lone and tokens[j - 2].lower in JOINERS and tokens[k].word not in vocabulary.given
        if head in OFFICES and (single or (end - k <= 2 and is_subject(tokens[end - 1].word, vocabulary))):
            return end
    right, left = head_of(line.words(k, end), vocabulary), head_of(line.words(i, j), vocabulary)
    alone = line.initial(i) and j - i == 1
    headless = not left.kinds or left.phrase in vocabulary.subjects
    if tokens[k].lower in ALLIED and "LaborUnion" in right.kinds and headless:  # "Transport and Allied Workers"
        return end
    return end if subject and right.kinds and headless and not alone else j


def _over_comma(line: Line, i: int, j: int, vocabulary: Vocabulary) -> int:
    """The end of a name that goes on after a comma: a series of subject matters, or "Local 5"."""
    tokens, k = line.tokens, j + 1
    if tokens[k].lower in BRANCHES and k + 1 < len(tokens) and tokens[k + 1].word.isdigit():
        union = "LaborUnion" in head_of(line.words(i, j), vocabulary).kinds or is_union(line, i, j, vocabulary)
        return k + 2 if union or any(t.lower in vocabulary.labor for t in tokens[i:j]) else j
    firm = k + 2 < len(tokens) and tokens[k + 1].word == "&" and line.named(k + 2)
    known = line.initial(i) and line.tags.get(tokens[i].start) != "NNP"
    if firm and j - i == 1 and not known and tokens[i].lower not in vocabulary.openers:
        return run_end(line, k, vocabulary)
    if any(t.lower in ("of", "for") for t in tokens[i:j]) and is_subject(tokens[j - 1].word, vocabulary):
        end = run_end(line, k, vocabulary)
        series = end < len(tokens) and tokens[end].lower == "and" and line.named(end + 1)
        if series and is_subject(tokens[k].word, vocabulary) and end - k <= 2:
            return run_end(line, end + 1, vocabulary)
    return j
