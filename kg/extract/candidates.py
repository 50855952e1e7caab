"""Candidate names of a document: runs of capitalised words, cut where a title or another name begins.

Cut at role titles ("Superintendent Ana Ruiz"), at a given name after other words, and behind a school's head
("Elm Elementary Ana Ruiz").
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from kg.extract.acronyms import is_acronym
from kg.extract.addressing import ADDRESSED, called_after, personal_words, without_letters
from kg.extract.annotate import AnnotatedDocument, Passage
from kg.extract.dictionary import in_dictionary
from kg.extract.headings import heading_names, programme_title
from kg.extract.heads import head_of
from kg.extract.last_names import lists_last_names, roster_of
from kg.extract.layout import Kind
from kg.extract.lines import Candidate, Line, bound_words, known_words, line_of, lower_words, titled
from kg.extract.list_heads import NO_HEADS, ListHeads
from kg.extract.runs import PARTICLES, is_subject, name_end, run_end
from kg.extract.vocabulary import Vocabulary

#: Tags of words that open a sentence and are no part of the name that follows ("Outside Elm Elementary").
OPENERS = frozenset("VB VBP VBZ VBD VBN IN RB WRB MD CC UH TO PRP PRP$ DT WDT WP".split())
ARTICLES = frozenset("the a an i our my we your their his her its".split())
#: A line that may hold nothing but a person's name.
LONE = re.compile(r"[^\W\d_][\w'’.-]+(?: [A-Z]\.)?(?: [^\W\d_][\w'’.-]+){1,2}")
SCHOOL_THEN_PERSON = re.compile(
    r"(.+?\b(?:Elementary|Middle|High|Academy)(?: School)?) ((?:[A-Z][\w'-]+ ){1,2}[A-Z][\w'-]+)$"
)
#: What opens a line that tells whose part a body is ("Affiliate of the Elm Federation").
MEMBERS = frozenset("affiliate affiliates member members chapter branch subsidiary".split())
ROMAN = "I II III IV V VI VII VIII IX X XI XII"
Piece = tuple[int, int, str | None]


def find_candidates(
    annotated: AnnotatedDocument, vocabulary: Vocabulary, heads: ListHeads = NO_HEADS
) -> list[Candidate]:
    """All candidates of a document, in reading order; some overlap. `heads` are those of its lists of persons."""
    lower, known, bound = lower_words(annotated), known_words(annotated), bound_words(annotated)
    elsewhere = "\n".join(p.block.text for p in annotated.passages if not titled(p.block.text))
    listed = lists_last_names(annotated, vocabulary)
    lettered = _has_letters(annotated)
    below = heads.passages
    programme = programme_title(annotated.passages, vocabulary)
    found: list[Candidate] = [programme] if programme else []
    for passage in annotated.passages[1:] if programme else annotated.passages:
        text = passage.block.text
        if text.startswith("http"):
            continue
        if passage.block.kind is Kind.DATELINE:
            place = Candidate(passage=passage.index, start=0, end=len(text), text=text, initial=True, form="place")
            found.append(place)
            continue
        if titled(text) and passage.index not in below and not _is_roster_row(passage, vocabulary):
            names = [*heading_names(passage, elsewhere, known, vocabulary)]
            found += names
            plain = passage.block.kind is Kind.HEADING and _has_plain_words(text)
            if names or not (plain or _is_signature(annotated, passage, vocabulary)):
                continue
        line = line_of(passage, bound, annotated.document.text)
        roster = roster_of(line, vocabulary, listed=listed)
        found += roster
        runs = _candidates(line, vocabulary, lower, lettered=lettered)
        found += [c for c in runs if not any(c.overlaps(r) for r in roster)]
    pieces = [piece for c in found for piece in _school_and_person(c)]
    return _with_states(annotated, pieces, vocabulary)


def _has_letters(annotated: AnnotatedDocument) -> bool:
    """Whether passages are numbered by letters or Roman numerals: one after the other."""
    marks = [m[1] for p in annotated.passages if (m := re.match(r"([A-Z]|[IVX]{1,4})\. ", p.block.text))]
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(marks)]
    return any(pair in ROMAN or (ord(pair[-1]) - ord(pair[0]) == 1 and len(pair) == 3) for pair in pairs)


def _has_plain_words(text: str) -> bool:
    """Whether a heading is a phrase with words in lower case, so that its capitals tell something."""
    if text.isupper():
        return False
    return bool(re.search(r"[a-z]{3,} ", re.sub(r"\b(?:and|for|the|with|from|to|of)\b", "", text)))


def _is_roster_row(passage: Passage, vocabulary: Vocabulary) -> bool:
    """Whether a row has a cell that begins with a post, so that its capitals are those of a person and a body."""
    text, post = passage.block.text, vocabulary.post
    starts = {*passage.block.cells, *(m.end() for m in re.finditer(r"\|\s?", text))}
    return bool(starts) and any(post.match(text, start) for start in {0, *starts})


def _is_signature(annotated: AnnotatedDocument, passage: Passage, vocabulary: Vocabulary) -> bool:
    """Whether a line is like a person's name, and the one below begins with a post."""
    below = annotated.passages[passage.index + 1].block.text if passage.index + 1 < len(annotated.passages) else ""
    return bool(LONE.fullmatch(passage.block.text)) and bool(vocabulary.post.match(below))


def _candidates(line: Line, vocabulary: Vocabulary, lower: frozenset[str], *, lettered: bool) -> Iterator[Candidate]:
    """The candidates of running text; `lettered`: passages open with letters ("A. …") that are no initials."""
    i = 0
    while i < len(line.tokens):
        letter = i == 0 and lettered and bool(re.fullmatch(r"[A-Z]\.", line.tokens[0].word))
        if letter or not line.capital[i] or _is_no_start(line, i, vocabulary):
            i += 1
            continue
        end = name_end(line, i, vocabulary, lower)
        for start, stop, role in _cut(line, i, end, vocabulary):
            candidate = _candidate(line, start, stop, role, vocabulary)
            if candidate:
                yield candidate
        i = max(end, i + 1)


def _is_no_start(line: Line, i: int, vocabulary: Vocabulary) -> bool:
    """Whether a capitalised word is no start of a name: a date, an article, or what opens a sentence."""
    token, word = line.tokens[i], line.tokens[i].lower
    if word in ARTICLES and not token.word.endswith("."):
        return True
    following = line.named(i + 1) or (i + 1 < len(line.tokens) and line.tokens[i + 1].word in PARTICLES)
    if word in MEMBERS and line.initial(i) and [t.word for t in line.tokens[i + 1 : i + 3]] == ["of", "the"]:
        return True
    label = re.fullmatch(r"[A-Z]\.", token.word) and i + 1 < len(line.tokens)
    if label and line.tokens[i + 1].lower in ARTICLES and line.initial(i):  # "Q. The Elm Foundation …"
        return True
    if word in vocabulary.calendar:  # but "August Corbin" may be a person
        given = token.word in vocabulary.given and following
        return not given or line.tokens[i + 1].lower in vocabulary.calendar
    if not line.initial(i) or (following and line.words(i, i + 2) in vocabulary.states):  # "New Hampshire …"
        return False
    if word == "school" and i + 1 < len(line.tokens) and line.tokens[i + 1].word in ("board", "boards"):
        return True
    if (word in vocabulary.people or word in vocabulary.openers) and not _founds(line, i, vocabulary):
        return True
    glued = following and line.gap(i + 1) == 1 and run_end(line, i, vocabulary) - i > 1
    plain = token.word not in vocabulary.given and word not in vocabulary.labor
    return glued and plain and line.tags.get(token.start) in OPENERS


def _founds(line: Line, i: int, vocabulary: Vocabulary) -> bool:
    """Whether people at the start of a sentence are those of a body ("Parents for Elm", "Drivers' Guild of Oak")."""
    tokens = line.tokens
    if i + 2 >= len(tokens) or not line.named(i + 2 if tokens[i + 1].word in ("for", "'") else i + 1):
        return False
    end = run_end(line, i + 2, vocabulary)
    if tokens[i + 1].word == "'":
        return line.gap(i + 1) == 0 and bool(head_of(line.words(i + 2, end), vocabulary).kinds)
    united = tokens[i + 1].word in ("United", "Together", "First")
    return tokens[i].lower in vocabulary.campaigners and (united or end - i > 3)


def _cut(line: Line, start: int, end: int, vocabulary: Vocabulary) -> list[Piece]:
    """Cut a name at a role title or at a given name after other words: (start, end, role before it)."""
    for r in range(start + 1, end - 1):  # "… of the Elm Federation Mr. Ruiz"
        if line.tokens[r].word in ADDRESSED and not _leads(line, r - 1, vocabulary):
            return [*_cut(line, start, r, vocabulary), (r, end, None)]
    for r in range(start + 1, end):  # a line of a list that was written without marks
        if line.tokens[r - 1].end in line.breaks and _ends_line(line, start, r, end, vocabulary):
            return [(start, r, None), *_cut(line, r, end, vocabulary)]
    plain = all(t.word[0].isupper() or t.word in '“”"' or t.word in PARTICLES for t in line.tokens[start:end])
    headed = bool(head_of(line.words(start, end), vocabulary).kinds)
    if end - start == 2 and line.tokens[start + 1].lower == "branch" and is_acronym(line.tokens[start].word):
        return [(start, start + 1, None)]
    if not plain:
        return _cut_behind_body(line, start, end, vocabulary)
    if headed:
        return [(start, end, None)]
    for r in range(end - 2, start - 1, -1):
        if _is_title(line, r, vocabulary):
            left = r
            while left > start and _is_title(line, left - 1, vocabulary):
                if head_of(line.words(start, left), vocabulary).kinds:
                    break
                left -= 1
            if not any(_is_post(line, t, vocabulary) for t in range(left, r + 1)):
                continue
            before: list[Piece] = [(start, left, None)] if left > start else []
            return [*before, (r + 1, end, line.tokens[r].lower)]
    return _cut_before_given_name(line, start, end, vocabulary)


def _leads(line: Line, i: int, vocabulary: Vocabulary) -> bool:
    """Whether an honorific belongs to the word i before it: a post, another honorific, or "and"."""
    word = line.tokens[i].word
    post = _is_title(line, i, vocabulary) and _is_post(line, i, vocabulary)
    return post or bool(vocabulary.honorific.fullmatch(word)) or not word[0].isupper()


def _ends_line(line: Line, start: int, r: int, end: int, vocabulary: Vocabulary) -> bool:
    """Whether the name [start, r) is whole at the end of its line: it has a head, and would have none if it went on."""
    word = line.tokens[r].word
    following = word.lower() in vocabulary.roles or (word in vocabulary.given and word not in vocabulary.weak)
    behind = line.text[line.tokens[r].end :]
    if r == end - 1 and r - start > 1 and re.match(r":|\sby\b", behind):  # the label of the next line
        return True
    if (
        2 <= r - start <= 3
        and line.tokens[start].word in vocabulary.given
        and r - start == personal_words(line, start, r)
    ):
        return bool(vocabulary.post.match(line.text, line.tokens[r].start))
    heads = [bool(head_of(line.words(start, stop), vocabulary).kinds) for stop in range(r, end + 1)]
    return r - start > 1 and heads[0] and (following or not any(heads[1:]))


def _cut_behind_body(line: Line, start: int, end: int, vocabulary: Vocabulary) -> list[Piece]:
    """ "Board of Education President Ana Ruiz" in two."""
    for r in range(end - 2, start - 1, -1):
        if line.tokens[r].lower not in vocabulary.roles:
            continue
        left = r
        while left > start and _is_title(line, left - 1, vocabulary):
            left -= 1
        body = left > start and head_of(line.words(start, left), vocabulary).kinds
        if body and all(t.word[0].isupper() for t in [line.tokens[left], *line.tokens[r + 1 : end]]):
            return [(start, left, None), (r + 1, end, line.tokens[r].lower)]
    return [(start, end, None)]


def _cut_before_given_name(line: Line, start: int, end: int, vocabulary: Vocabulary) -> list[Piece]:
    """ "Elm Unified Ana Ruiz" in two, but not what an honorific or one unknown word precedes ("Xiu Li Wang")."""
    first = start
    while first < end - 1 and vocabulary.honorific.fullmatch(line.tokens[first].word):
        first += 1
    opening = line.tokens[first]
    unknown = (
        (not line.initial(first) or line.tags.get(opening.start) == "NNP")
        and not opening.word.isupper()
        and opening.lower not in vocabulary.openers
        and (opening.lower,) not in vocabulary.heads
    )
    if opening.word not in vocabulary.given:
        for r in range(first + (2 if unknown else 1), end - 1):
            before, name = line.tokens[r - 1].word, line.tokens[r].word
            whole = len(before) > 2 and not before.endswith(".")
            if whole and name in vocabulary.given and name not in vocabulary.weak:
                return [(start, r, None), (r, end, None)]
    return [(start, end, None)]


def _is_title(line: Line, i: int, vocabulary: Vocabulary) -> bool:
    word = line.tokens[i].lower
    following = line.tokens[i + 1].word if line.named(i + 1) else ""
    plain = following[1:].islower() and following not in vocabulary.given and in_dictionary(following.lower())
    if word.endswith("s") and word in vocabulary.labor and plain:  # "Teachers Mutual Loans"
        return False
    return word in vocabulary.roles or word in vocabulary.modifiers or word.removesuffix("s") in vocabulary.roles


def _is_post(line: Line, i: int, vocabulary: Vocabulary) -> bool:
    """Whether a word of a title tells one by itself: of what bodies are called too ("District") none does."""
    word = line.tokens[i].lower
    return word in vocabulary.roles or word.removesuffix("s") in vocabulary.roles or (word,) not in vocabulary.heads


def _candidate(line: Line, start: int, end: int, role: str | None, vocabulary: Vocabulary) -> Candidate | None:
    """A candidate from tokens [start, end), without honorific, opening words, closing month and closing title."""
    tokens, honorific = line.tokens, None
    if end - start > 1 and tokens[start].lower.endswith("-based"):  # "the Elm-based Oak Center"
        start += 1
    while end > start and vocabulary.honorific.fullmatch(tokens[start].word):
        if end - start > 2 and called_after(line.words(start, end), vocabulary):
            break
        honorific, start = tokens[start].word, start + 1
    end = without_letters(line, start, end, vocabulary)
    while end - start > 1 and line.initial(start) and tokens[start].lower in vocabulary.openers:
        if line.words(start, start + 2) in vocabulary.states:
            break
        start += 1
    if end - start > 1 and tokens[end - 1].lower in vocabulary.calendar:
        end -= 1
    end = _without_title(line, start, end, vocabulary)
    if end <= start:
        return None
    stop, text = tokens[end - 1].end, line.words(start, end)
    if text.endswith("'s") and not (tokens[end - 2].word in line.bound and end - start > 2):
        text, stop = text[:-2], stop - 2
    if text.endswith(".") and not re.search(r"\b(?:Jr|Sr|Inc|Ltd|Assn|Dept|Dist|[A-Z])\.$", text):
        text, stop = text[:-1], stop - 1
    return Candidate(
        passage=line.passage,
        start=tokens[start].start,
        end=stop,
        text=text,
        initial=line.initial(start),
        honorific=honorific
        or (role if role and end - start == 1 and _is_surname(line, start, role, vocabulary) else None),
        role=role,
    )


def _is_surname(line: Line, i: int, role: str, vocabulary: Vocabulary) -> bool:
    """Whether a word behind a post is its holder's ("Trustee Ruiz"), and not what the post is about."""
    token = line.tokens[i]
    common = vocabulary.roles | vocabulary.modifiers | vocabulary.calendar | vocabulary.capitals | vocabulary.landscape
    return (
        len(token.word) > 2
        and role not in vocabulary.labor
        and not role.endswith("s")
        and not token.word.isupper()
        and token.lower not in common
        and (token.lower,) not in vocabulary.heads
        and not is_subject(token.word, vocabulary)
        and not titled(line.text)
    )


def _without_title(line: Line, start: int, end: int, vocabulary: Vocabulary) -> int:
    """The end of a candidate without the title behind it ("GREA Pres."), unless that is its head."""
    tokens = line.tokens
    while end > start and tokens[end - 1].lower in vocabulary.roles:
        if head_of(line.words(start, end), vocabulary).kinds or _ends_in_surname(line, start, end, vocabulary):
            return end
        end -= 1
    while start < end < len(tokens) and tokens[end].lower in vocabulary.roles:
        part_of_name = end - start > 2 and tokens[end - 1].word[0].isupper() and tokens[end].word[0].islower()
        if tokens[end - 1].lower not in vocabulary.modifiers or part_of_name:
            break
        end -= 1
    return end


def _ends_in_surname(line: Line, start: int, end: int, vocabulary: Vocabulary) -> bool:
    """Whether a trade is the surname behind a given name and initials ("Ann Cook", "Ann R. Cook")."""
    first, *between = (t.word for t in line.tokens[start : end - 1]) if end - start > 1 else ("",)
    initials = all(re.fullmatch(r"[A-Z]\.?", word) for word in between)
    return initials and first in vocabulary.given and line.tokens[end - 1].word.istitle()


def _school_and_person(candidate: Candidate) -> list[Candidate]:
    """ "Elm Elementary Ana Ruiz" in two."""
    match = SCHOOL_THEN_PERSON.match(candidate.text)
    if not match or match[2].split()[0] in ("School", "Schools", "Campus", "District", "Unified"):
        return [candidate]
    first = replace(candidate, end=candidate.start + match.end(1), text=match[1])
    second = replace(candidate, start=candidate.start + match.start(2), text=match[2], initial=False)
    return [first, second]


def _with_states(annotated: AnnotatedDocument, candidates: list[Candidate], vocabulary: Vocabulary) -> list[Candidate]:
    """Extend "Elko" to "Elko, Nev."; drop what then lies inside."""
    following = re.compile(rf", {vocabulary.state.pattern}(?! [A-Z])")
    extended: list[Candidate] = []
    for c in candidates:
        match = following.match(annotated.passages[c.passage].block.text, c.end)
        kinds = {"School", "LaborUnion", "SupportOrganization", "Organization"} & set(head_of(c.text, vocabulary).kinds)
        personal = c.honorific or c.role or "-" in c.text.split()[-1] or c.text in vocabulary.states
        city = match and len(c.text.split()) <= 3 and not kinds and not personal
        extended.append(replace(c, end=match.end(), text=c.text + match.group(), form="place") if match and city else c)
    places = [c for c in extended if c.form == "place"]
    return [
        c
        for c in extended
        if not any(p is not c and p.start <= c.start and p.overlaps(c) and c.end <= p.end for p in places)
    ]
