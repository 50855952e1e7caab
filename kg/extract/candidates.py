"""Candidate names: runs of capitalised words, joined and cut by a small grammar.

Joined over "of", "for" and "on" only after a head noun, over "and" only inside such a phrase or between subject matters before a head.
Cut at role titles ("Superintendent Ana Ruiz"), at a given name after other words, and behind a school's head ("Elm Elementary Ana Ruiz").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.extract.annotate import AnnotatedDocument
from kg.extract.heads import head_of
from kg.extract.layout import Kind
from kg.extract.vocabulary import Vocabulary

TOKEN = re.compile(
    r"[A-Z]{3,}(?=[A-Z][a-z])"
    r"|(?:(?:Dr|Mr|Mrs|Ms|Messrs|Prof|Rev|Fr|Atty|Hon|Gov|Sen|Rep|Supt|St|Ste|Ft|Mt|Jr|Sr|No|Inc|Dist|Dept|Assn|Assoc|Co|[A-Z])\.(?=\s))"
    r"|(?:[A-Z]\.){2,}|[^\W_]+(?:[-'&./][^\W_]+)*(?<!'s)|'s|[^\w\s]|_"
)
ADDRESS = re.compile(r"\S*(?:https?:|www\.|@|\.(?:org|com|net|gov|edu|us)\b)\S*")
NUMBERED = frozenset(
    "local chapter unit no no. district cohort cohorts bill measure proposition council lodge region article area school section "
    "p.s title grade rsu sau isd esd msd ps cusd usd chsd boces aea ward group table ccsd schools lau".split()
)
ARTICLES = frozenset({"the", "a", "an", "i", "our", "my", "we", "your", "their", "his", "her", "its"})
#: Tags of words that open a sentence and are no part of the name that follows ("Outside Elm Elementary").
OPENERS = frozenset(
    {"VB", "VBP", "VBZ", "VBD", "IN", "RB", "WRB", "MD", "CC", "UH", "TO", "PRP", "PRP$", "DT", "WDT", "WP", "VBN"}
)
#: Titles as they are abbreviated.
TITLES = frozenset("pres mgr supt asst vp exec sec treas dir".split())
JOINERS = frozenset({"of", "for", "on"})
SUBJECT_SUFFIX = re.compile(r"(?:tion|ment|ing|ity|ship|ance|ence|cy|ice|ers|ors|ees|ics|ives?|comes|nts|ness|ists)$")
ON_HEADS = frozenset(
    "council committee commission forum institute center board conference summit accord compact coalition panel".split()
)
OF_HEADS = frozenset(
    "state letter house society bank students citizens friends parents school schools assembly".split()
)
SCHOOL_THEN_PERSON = re.compile(
    r"(.+?\b(?:Elementary|Middle|High|Academy)(?: School)?) ((?:[A-Z][\w'-]+ ){1,2}[A-Z][\w'-]+)$"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign, with its place in the passage."""

    start: int
    end: int
    word: str

    @property
    def lower(self) -> str:
        """Lower case without closing dot."""
        return self.word.lower().strip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stretch that may be a name.

    Attributes:
        initial: it starts a sentence, so its capital proves nothing.
        honorific, role: the word of address or role cut off before it.
        form: what the grammar already knows: "place" (city with state), "roster" (last name first), "author" (byline), "segment" (whole
            part of a heading), or "".
    """

    passage: int
    start: int
    end: int
    text: str
    initial: bool
    honorific: str | None = None
    role: str | None = None
    form: str = ""

    def overlaps(self, other: Candidate) -> bool:
        """Whether two candidates share characters."""
        return self.passage == other.passage and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Line:
    """A passage as tokens; `capital` tells for each whether it may be part of a name."""

    passage: int
    text: str
    tokens: tuple[Token, ...]
    capital: tuple[bool, ...]
    offsets: tuple[int, ...]

    def tight(self, i: int) -> bool:
        """Whether token i stood without spaces in the document."""
        return 0 < i < len(self.tokens) - 1 and (
            self.offsets[self.tokens[i + 1].start] - self.offsets[self.tokens[i - 1].end - 1]
            == len(self.tokens[i].word) + 1
        )

    def words(self, start: int, end: int) -> str:
        """The text of tokens [start, end)."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def gap(self, i: int) -> int:
        """Number of characters between token i and the one before it."""
        return self.tokens[i].start - self.tokens[i - 1].end

    def initial(self, i: int) -> bool:
        """Whether token i starts a sentence or a part of one."""
        if i == 0 or self.tokens[i - 1].word in '.?!:;“"—–•/(':
            return True
        return self.tokens[i - 1].word in "”)" and i > 1 and self.tokens[i - 2].word in ".?!"


def find_candidates(annotated: AnnotatedDocument, vocabulary: Vocabulary) -> list[Candidate]:
    """All candidates of a document, in reading order; some overlap."""
    lower = lower_words(annotated)
    elsewhere = "\n".join(p.block.text for p in annotated.passages if not titled(p.block.text))
    known = _known_words(annotated, lower)
    enumerated = sum(bool(re.match(r"[A-Z]\. ", p.block.text)) for p in annotated.passages) > 1
    found: list[Candidate] = []
    for passage in annotated.passages:
        text = passage.block.text
        if text.startswith("http"):
            continue
        if passage.block.kind is Kind.DATELINE:
            found.append(_dateline(passage.index, text))
            continue
        if titled(text):
            verbs = [t.idx for t in passage.doc if t.tag_ in ("VBZ", "VBP", "VBD", "VB", "VBG", "MD")]
            segments = [
                c
                for c in _segments(passage.index, text, vocabulary, known)
                if c.form != "segment" or c.text in elsewhere or not any(c.start <= v < c.end for v in verbs)
            ]
            found += segments
            words = re.sub(r"\b(?:and|for|the|with|from|to|of)\b", "", text)
            if (
                segments
                or text.isupper()
                or passage.block.kind is not Kind.HEADING
                or not re.search(r"[a-z]{3,} ", words)
            ):
                continue
        tags = {t.idx: t.tag_ for t in passage.doc}
        line = _line(passage.index, text, passage.block.offsets)
        roster = [*_roster(line, vocabulary)]
        found += roster
        found += [
            c
            for c in _runs(line, vocabulary, lower, tags, enumerated=enumerated)
            if not any(c.overlaps(r) for r in roster)
        ]
    found = [piece for c in found for piece in _school_and_person(c)]
    return _with_states(annotated, found, vocabulary)


def _dateline(passage: int, text: str) -> Candidate:
    return Candidate(passage=passage, start=0, end=len(text), text=text, initial=True, form="place")


def lower_words(annotated: AnnotatedDocument) -> frozenset[str]:
    """The words that the document also writes in lower case."""
    return frozenset(w for p in annotated.passages for w in re.findall(r"(?<![\w'-])[a-z][\w'-]*", p.block.text))


def _known_words(annotated: AnnotatedDocument, lower: frozenset[str]) -> frozenset[str]:
    """Words that running text writes with a capital inside sentences, more than once, and never without."""
    counts = Counter(
        w
        for p in annotated.passages
        if not titled(p.block.text)
        for w in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", p.block.text)
    )
    return frozenset(w for w, n in counts.items() if n > 1 and w.lower() not in lower)


def titled(text: str) -> bool:
    """Whether a text is set like a title, so that capitals tell little."""
    words = re.findall(r"[^\W\d_][\w'-]*", text)
    if not words or text.isupper():
        return True
    long = [w for w in words if len(w) > 3]
    return bool(long) and sum(w[0].isupper() for w in long) / len(long) > 0.7 and not re.search(r"[,/:;()]", text)


def title_case(text: str) -> str:
    """A text in capitals as a name is written."""
    return re.sub(r"\b(?:Of|For|And|The|On|At)\b", lambda m: m.group().lower(), text.title().replace("'S", "'s"))


def _line(passage: int, text: str, offsets: tuple[int, ...]) -> Line:
    tokens = tuple(Token(m.start(), m.end(), m.group()) for m in TOKEN.finditer(text))
    addresses = [m.span() for m in ADDRESS.finditer(text)]
    capital = tuple(t.word[0].isupper() and not any(a <= t.start < z for a, z in addresses) for t in tokens)
    return Line(passage, text, tokens, capital, offsets)


def _segments(passage: int, text: str, vocabulary: Vocabulary, known: frozenset[str]) -> Iterator[Candidate]:
    """Parts of a heading that are names as a whole, and persons with honorifics in it."""
    for match in re.finditer(r"[^:;|/>•—–()]+", text):
        whole = match.group().strip(' .,!?“”"')
        start = match.start() + match.group().find(whole)
        part = re.sub(r"^(?:the|about|welcome to|from|by)\s+", "", whole, flags=re.I)
        lead = re.match(r"(.*\b[a-z]+|[A-Z][a-z]+) (?:of|from|by|for) (?:the|our) (?=[A-Z])", part)
        if (
            lead
            and not head_of(lead[1], vocabulary).kinds
            or lead
            and lead[1].lower() in ("newsletter", "journal", "magazine")
        ):
            part = part[lead.end() :]
        if text.isupper():
            part = _from_known_word(part, known)
        start += len(whole) - len(part)
        head = head_of(title_case(part) if text.isupper() else part, vocabulary)
        size = len(part.split())
        where = {"passage": passage, "start": start, "end": start + len(part), "text": part, "initial": True}
        if re.match(r"\s*by\s", match.group(), re.I) and 2 <= size <= 4:
            yield Candidate(**where, form="author", role="author")  # type: ignore[arg-type]
        elif (
            head.kinds
            and 2 <= size <= 8
            and not {"Event", "Place"} & set(head.kinds)
            and (text.isupper() or not re.search(r"\b(?:is|are|our|your|we|what|how|why|who)\b", part, re.I))
            and not re.match(r"(?:what|how|why|who|our|a|an|this|your|new)\b", part, re.I)
        ):
            yield Candidate(**where, form="segment")  # type: ignore[arg-type]
    if not text.isupper():
        pattern = rf"(?<!\w)({vocabulary.honorific.pattern})\s((?:[A-ZÀ-Þ][\w'’.-]+\s){{0,2}}[A-ZÀ-Þ][\w'’-]+)"
        for match in re.finditer(pattern, text):
            yield Candidate(
                passage=passage,
                start=match.start(2),
                end=match.end(2),
                text=match[2],
                initial=False,
                honorific=match[1],
            )


def _from_known_word(part: str, known: frozenset[str]) -> str:
    """Part of a heading in capitals from the first word on that the text knows as a name ("THE STORY OF |ELM PUBLIC SCHOOLS")."""
    words = part.split()
    first = next((i for i, w in enumerate(words) if w.title() in known), 0)
    glue = any(is_function_word(w.lower()) for w in words[:first])
    return part[part.index(words[first]) :] if first and glue and len(words) - first > 1 else part


def _roster(line: Line, vocabulary: Vocabulary) -> list[Candidate]:
    """Persons listed last name first, where at least two are."""
    found = [
        Candidate(
            passage=line.passage,
            start=m.start(),
            end=m.end(),
            text=m.group(),
            initial=False,
            honorific="",
            form="roster",
        )
        for m in re.finditer(r"(?<![\w.] )(?<!\w)([A-ZÀ-Þ][\w'-]+), ([A-ZÀ-Þ][\w'-]+)(?=\s*[;(,.]|$)", line.text)
        if m[2] in vocabulary.given and m[2] not in vocabulary.weak and m[1] not in vocabulary.given
    ]
    return found if len(found) > 1 else []


def _runs(
    line: Line, vocabulary: Vocabulary, lower: frozenset[str], tags: dict[int, str], *, enumerated: bool
) -> Iterator[Candidate]:
    i, size = 0, len(line.tokens)
    while i < size:
        word = line.tokens[i].lower
        opener = line.initial(i) and (word in vocabulary.people or is_function_word(word))
        opener = opener or (i == 0 and enumerated and bool(re.fullmatch(r"[A-Z]\.", line.tokens[0].word)))
        dated = word in vocabulary.calendar and not _given_name(line, i, vocabulary)
        if not line.capital[i] or dated or word in ARTICLES or opener:
            i += 1
            continue
        run = _run(line, i)
        glued = (
            run - i > 1 and tags.get(line.tokens[i].start) in OPENERS and line.tokens[i].word not in vocabulary.given and word not in vocabulary.labor
        )
        if glued and line.initial(i) and line.gap(i + 1) == 1:
            i += 1
            continue
        end = _joined(line, i, run, vocabulary, lower)
        for start, stop, role in _cut(line, i, end, vocabulary):
            candidate = _candidate(line, start, stop, role, vocabulary)
            if candidate:
                yield candidate
        i = max(end, i + 1)


def _given_name(line: Line, i: int, vocabulary: Vocabulary) -> bool:
    """Whether a month's name starts a person's: "August Corbin"."""
    following = line.capital[i + 1] if i + 1 < len(line.tokens) else False
    return following and line.tokens[i].word in vocabulary.given and line.tokens[i + 1].lower not in vocabulary.calendar


def _run(line: Line, i: int) -> int:
    """The end of the plain run of capitalised words from token i."""
    tokens, capital, size = line.tokens, line.capital, len(line.tokens)

    def name(k: int) -> bool:
        return k < size and capital[k]

    j = i + 1
    while j < size:
        word, gap = tokens[j].word, line.gap(j)
        if tokens[j - 1].word.isdigit() and j - 1 > i and word != "and":
            break
        if capital[j] and (gap == 1 or (gap == 0 and tokens[j - 1].word.endswith("."))):
            j += 1
        elif re.fullmatch(r"\d+(?:-[A-Z])?", word) and gap == 1 and tokens[j - 1].lower in NUMBERED:
            j += 1
        elif word == "and" and tokens[j - 1].word.isdigit() and tokens[j - 2].lower == "cohorts" and j + 1 < size:
            return j + 2 if tokens[j + 1].word.isdigit() else j
        elif word == "–" and line.tight(j) and name(j + 1):
            j += 2
        elif word == "#" and tokens[j - 1].lower in NUMBERED and j + 1 < size and tokens[j + 1].word.isdigit():
            j += 2
        elif word == "&" and gap <= 1 and name(j + 1):
            j += 2
        elif word == "'" and gap == 0 and tokens[j - 1].word.endswith("s") and name(j + 1) and line.gap(j + 1) == 1:
            j += 2
        elif word == "'s" and name(j + 1) and tokens[j - 1].lower in ("women", "children", "men", "people"):
            j += 2
        elif (
            word in '“"'
            and j + 3 < size
            and name(j + 1)
            and tokens[j + 2].word in '”"'
            and name(j + 3)
            and line.gap(j + 3) == 1
        ):
            j += 4
        else:
            break
    return j


def _joined(line: Line, i: int, j: int, vocabulary: Vocabulary, lower: frozenset[str]) -> int:
    """The end of the name that starts with the run [i, j), across connectors."""
    tokens, size = line.tokens, len(line.tokens)
    while j < size:
        word, last = tokens[j].word.lower(), tokens[j - 1].lower.strip("'")
        local = last.isdigit() and word == "of" and tokens[j - 2].lower in ("local", "chapter", "unit")
        if last.isdigit() and word != "," and not local:
            break
        k = j + 1
        if k < size and word in ("of", "for", "on") and tokens[k].lower == "the":
            k += 1
        if k >= size or not line.capital[k]:
            break
        if word == "for" and re.fullmatch(r"[A-Z]{2,6}", tokens[k].word):
            break
        if (
            word in JOINERS
            and (local or _takes(last, word, vocabulary) or (word == "of" and _headed(line, i, j, vocabulary)))
            and tokens[k].lower not in vocabulary.calendar
        ):
            end = _run(line, k)
            if word == "of" and _names_place(line, i, j, k, end, vocabulary):
                break
            j = end
        elif word == "in" and any(t.lower in JOINERS for t in tokens[i:j]) and _is_subject(tokens[k].word, vocabulary):
            j = _run(line, k)
        elif word == "at" and last in ("university", "college", "school"):
            j = _run(line, k)
        elif word in ("and", "&"):
            end = _over_and(line, i, j, k, vocabulary, lower)
            if end == j:
                break
            j = end
        elif word == ",":
            return _over_comma(line, i, j, k, vocabulary)
        else:
            break
    return j


def _names_place(line: Line, i: int, j: int, k: int, end: int, vocabulary: Vocabulary) -> bool:
    """Whether "of" after the body [i, j) is followed by its place: "Elm Foundation of Charleston"."""
    body = head_of(line.words(i, j), vocabulary)
    after = line.words(k, end)
    if j - i < 2 or not {"SupportOrganization", "Organization"} & set(body.kinds) or "LaborUnion" in body.kinds:
        return False
    if after in vocabulary.states or head_of(after, vocabulary).kinds or line.tokens[k - 1].lower == "the":
        return False
    common = vocabulary.people | vocabulary.labor | vocabulary.management
    return not any(_is_subject(t.word, vocabulary) or t.lower in common for t in line.tokens[k:end])


def _headed(line: Line, i: int, j: int, vocabulary: Vocabulary) -> bool:
    return j - i > 1 and bool({"GovernmentBody", "LaborUnion"} & set(head_of(line.words(i, j), vocabulary).kinds))


def _takes(last: str, word: str, vocabulary: Vocabulary) -> bool:
    """Whether a name goes on over "of", "for" or "on" after its word `last`."""
    if word == "on":
        return last in ON_HEADS
    return (last,) in vocabulary.heads or last in OF_HEADS or last in vocabulary.labor


def _over_and(line: Line, i: int, j: int, k: int, vocabulary: Vocabulary, lower: frozenset[str]) -> int:
    """The end of a name joined over "and" at token j to the run from token k; j if it is not."""
    tokens, end = line.tokens, _run(line, k)
    inside = any(t.lower in JOINERS for t in tokens[i:j])
    left, right = line.words(i, j), line.words(k, end)
    subject = _is_subject(tokens[j - 1].word, vocabulary)
    lone = end - k == 1 and tokens[k].lower in lower
    if inside and subject and (_is_subject(tokens[k].word, vocabulary) or lone):
        return end
    office = next(
        (
            t.lower in ("office", "department", "dept", "division", "board", "center")
            for t in tokens[i:j]
            if (t.lower,) in vocabulary.heads
        ),
        False,
    )
    if inside and office and end - k <= 2 and _is_subject(tokens[end - 1].word, vocabulary):
        return end
    if inside and office and end - k == 1 and tokens[j - 2].lower in JOINERS and tokens[k].word not in vocabulary.given:
        return end
    alone = line.initial(i) and j - i == 1
    if subject and head_of(right, vocabulary).kinds and not head_of(left, vocabulary).kinds and not alone:
        return end
    return j


def _over_comma(line: Line, i: int, j: int, k: int, vocabulary: Vocabulary) -> int:
    """The end of a name that goes on after a comma: a series of subject matters, or "Local 5"."""
    tokens, size = line.tokens, len(line.tokens)
    if tokens[k].word in ("Local", "Chapter", "Unit") and k + 1 < size and tokens[k + 1].word.isdigit():
        body = head_of(line.words(i, j), vocabulary)
        return k + 2 if "LaborUnion" in body.kinds or any(t.lower in vocabulary.labor for t in tokens[i:j]) else j
    if any(t.lower in ("of", "for") for t in tokens[i:j]) and _is_subject(tokens[j - 1].word, vocabulary):
        end = _run(line, k)
        series = end + 1 < size and tokens[end].lower == "and" and line.capital[end + 1]
        if series and _is_subject(tokens[k].word, vocabulary) and end - k <= 2:
            return _run(line, end + 1)
    return j


def _is_subject(word: str, vocabulary: Vocabulary) -> bool:
    return word.lower() in vocabulary.subjects or bool(SUBJECT_SUFFIX.search(word))


def _cut(line: Line, start: int, end: int, vocabulary: Vocabulary) -> list[tuple[int, int, str | None]]:
    """Cut a run at a role title or at a given name after other words: (start, end, role before it)."""
    tokens = line.tokens[start:end]
    plain = all(t.word[0].isupper() or t.word in '“”"' for t in tokens)
    whole = head_of(line.words(start, end), vocabulary)
    for r in range(end - 2, start - 1, -1):
        if not _titles(line, r, vocabulary):
            continue
        if not plain:
            if line.tokens[r].lower not in vocabulary.roles:
                continue
            left = r
            while left > start and _titles(line, left - 1, vocabulary):
                left -= 1
            if left > start and head_of(line.words(start, left), vocabulary).kinds and line.tokens[left].word[0].isupper():
                rest = line.tokens[r + 1 : end]
                if all(t.word[0].isupper() for t in rest):
                    return [(start, left, None), (r + 1, end, line.tokens[r].lower)]
            continue
        if whole.kinds:
            continue
        left = r
        while (
            left > start
            and not head_of(line.words(start, left), vocabulary).kinds
            and _titles(line, left - 1, vocabulary)
        ):
            left -= 1
        return [*([(start, left, None)] if left > start else []), (r + 1, end, line.tokens[r].lower)]
    if not plain or whole.kinds:
        return [(start, end, None)]
    for r in range(start + 1, end - 1):
        before = line.tokens[r - 1].word
        name, first = line.tokens[r].word, line.tokens[start].word
        known = name in vocabulary.given and name not in vocabulary.weak
        if (
            known
            and first not in vocabulary.given
            and len(before) > 2
            and before not in '“”"'
            and not before.endswith(".")
        ):
            return [(start, r, None), (r, end, None)]
    return [(start, end, None)]


def _titles(line: Line, i: int, vocabulary: Vocabulary) -> bool:
    return line.tokens[i].lower in vocabulary.roles or line.tokens[i].lower in vocabulary.modifiers


def _candidate(line: Line, start: int, end: int, role: str | None, vocabulary: Vocabulary) -> Candidate | None:
    """A candidate from tokens [start, end), without honorific, opening function words and closing month."""
    tokens, honorific = line.tokens, None
    while end - start > 1 and vocabulary.honorific.fullmatch(tokens[start].word):
        honorific, start = tokens[start].word, start + 1
    if end - start == 1 and vocabulary.honorific.fullmatch(tokens[start].word):
        return None
    while end - start > 1 and line.initial(start) and is_function_word(tokens[start].lower):
        start += 1
    if end - start > 1 and tokens[end - 1].lower in vocabulary.calendar:
        end -= 1
    while (
        end > start
        and tokens[end - 1].lower in vocabulary.roles | TITLES
        and not head_of(line.words(start, end), vocabulary).kinds
    ):
        end -= 1
    while (
        end - start > 0
        and tokens[end - 1].lower in vocabulary.modifiers
        and end < len(tokens)
        and tokens[end].lower in vocabulary.roles | TITLES
    ):
        end -= 1
    if end == start:
        return None
    stop, text = tokens[end - 1].end, line.words(start, end)
    if text.endswith("'s"):
        text, stop = text[:-2], stop - 2
    if text.endswith(".") and not re.search(r"\b(?:Jr|Sr|Inc|Assn|Dept|Dist|[A-Z])\.$", text):
        text, stop = text[:-1], stop - 1
    return Candidate(
        passage=line.passage,
        start=tokens[start].start,
        end=stop,
        text=text,
        initial=line.initial(start),
        honorific=honorific,
        role=role,
    )


def _school_and_person(candidate: Candidate) -> list[Candidate]:
    """Cut "Elm Elementary Ana Ruiz" in two."""
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
        headed = {"School", "LaborUnion", "SupportOrganization", "Organization"} & set(head_of(c.text, vocabulary).kinds)
        personal = c.honorific or c.role or "-" in c.text.split()[-1] or c.text in vocabulary.states
        if match and len(c.text.split()) <= 3 and not headed and not personal:
            c = replace(c, end=match.end(), text=c.text + match.group(), form="place")  # noqa: PLW2901
        extended.append(c)
    places = [c for c in extended if c.form == "place"]
    return [
        c
        for c in extended
        if not any(p is not c and p.overlaps(c) and c.end <= p.end and p.start <= c.start for p in places)
    ]


def is_function_word(word: str) -> bool:
    """Whether a lower-case word is a closed-class word that may open a sentence or a title."""
    return word in FUNCTION_WORDS


FUNCTION_WORDS = frozenset(
    """
    the a an and or but if in on at by for from of to with as it its this that these those there here we our us you your they their them he she his her him i my
    me who what when where why how which while although though because since before after during until under over between among about against not no nor so yet
    both each every all some any many most few several one two three four five six seven eight nine ten eleven twelve nobody everyone somebody nothing everything
    something never ever only just also even still again then now soon later instead perhaps maybe however moreover meanwhile nevertheless currently recently
    eventually finally first second third last next other another such same more less is are was were be been being do does did has have had can could may might
    must shall should will would let yes please thank thanks dear see note read click call contact either neither none half nearly almost roughly approximately
    up down out off according thirty twenty forty fifty sixty seventy eighty ninety asked using under based begun founded new immediate release posted
    """.split()
)
