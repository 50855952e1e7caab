"""Evidence for the kind of a name: what stands beside its mentions, gathered over the whole document.

Features are named and counted, so that rules and learned models can both read them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from kg.extract.annotate import AnnotatedDocument
from kg.extract.bodies import body_features
from kg.extract.lines import Candidate
from kg.extract.list_heads import NO_HEADS, ListHeads
from kg.extract.vocabulary import Vocabulary

BEFORE, BEHIND = 60, 70
#: Two to four words that are written like a person's name.
PERSONAL = re.compile(r"(?:[^\W\d_]|['’.“”\"-])+(?: (?:[^\W\d_]|['’.“”\"-])+){1,3}")
#: "The author is |P", "a teacher named |P".
CALLED = re.compile(r"([\w'.-]+) (?:is|was|are|were|named|called) $", re.IGNORECASE)
#: "(she/her)".
PRONOUNS = re.compile(r"\s\((?:he|she|they)/\w+(?:/\w+)?\)", re.IGNORECASE)
#: Characters among which the name in a speaker's label begins.
LABEL = 8
#: Last words of a street's name, before which a house has its number.
STREET = r"street|st\.|avenue|ave\.|road|rd\.|drive|lane|boulevard|blvd\.|highway|square|terrace"
#: A word before the noun of an apposition: what stands behind "of" or "for" is another thing.
MODIFIERS = r"(?:(?!(?:of|for|in|on|at|by|to|from|with|and|that|which|who|whose)\s)[\w'’-]+\s)"
DETERMINED = re.compile(r"\b(?:the|its|our|a|an|annual|their)\s(?:[\w-]+\s)?$", re.IGNORECASE)
Patterns = tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(slots=True)
class Name:
    """One string that may be a name, with all its places and the evidence for its kind.

    Attributes:
        evidence: feature → how often; a feature is "honorific", "speech", "apposition=School", …
        labels: labels of the language model on the string ("ORG") or on a part of it ("ORG~") → how often.
        kind, rule: the decision and what decided it; None while nothing did.
        exceptions: candidates that are of another kind than the rest.
    """

    text: str
    candidates: list[Candidate] = field(default_factory=list)
    evidence: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    kind: str | None = None
    rule: str = ""
    exceptions: dict[Candidate, str] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """Its words."""
        return self.text.split()


@dataclass(frozen=True, slots=True)
class Contexts:
    """Patterns by feature: on the text before a name and behind it; group "noun" gives the kind of noun features.

    `speaker` matches what is behind the name in a speaker's label, `bearer` a post and who has it, right behind a body;
    `appointing` matches the verb before a name whose post, `appointed`, is behind it.
    """

    left: Patterns
    right: Patterns
    left_nouns: Patterns
    right_nouns: Patterns
    speaker: re.Pattern[str]
    appointing: re.Pattern[str]
    appointed: re.Pattern[str]
    bearer: re.Pattern[str]


def gather(
    annotated: AnnotatedDocument, candidates: list[Candidate], vocabulary: Vocabulary, heads: ListHeads = NO_HEADS
) -> dict[str, Name]:
    """Group candidates by string, with evidence from all their contexts; what stands under a post may hold it."""
    verbs = (vocabulary.speech, vocabulary.deed, vocabulary.appointing)
    contexts = _contexts(vocabulary.noun, vocabulary.role, verbs, vocabulary.companions)
    entities = [[(e.start_char, e.end_char, e.text, e.label_) for e in p.doc.ents] for p in annotated.passages]
    names: dict[str, Name] = {}
    for candidate in candidates:
        name = names.setdefault(candidate.text, Name(candidate.text))
        name.candidates.append(candidate)
        passage = annotated.passages[candidate.passage]
        name.evidence.update(_features(passage.block.text, candidate, contexts, vocabulary))
        if _heads_post(annotated, candidate, contexts, vocabulary):
            name.evidence["role-after"] += 1
        if ((candidate.passage, candidate.start) in heads.columns and PERSONAL.fullmatch(candidate.text)) or (
            candidate.passage in heads.above and _opens_entry(passage.block.text, candidate)
        ):
            name.evidence["role-label"] += 1
        for start, end, text, label in entities[candidate.passage]:
            if start < candidate.end and candidate.start < end:
                same = re.sub(r"^(?:the|a|an)\s+|'s$", "", text, flags=re.IGNORECASE) == candidate.text
                name.labels[label + ("" if same else "~")] += 1
    return names


def _opens_entry(text: str, c: Candidate) -> bool:
    """Whether an entry of a list begins with a name, or has only that behind its label."""
    before = text[: c.start].rstrip()
    return (not before or before.endswith((":", "Dr.", "Mr.", "Ms.", "Mrs."))) and bool(PERSONAL.fullmatch(c.text))


def _heads_post(annotated: AnnotatedDocument, c: Candidate, contexts: Contexts, vocabulary: Vocabulary) -> bool:
    """Whether a post follows a name of several words behind a colon, in the next cell, or on the line below."""
    if not PERSONAL.fullmatch(c.text) or c.text.split()[-1].lower() in vocabulary.landscape:
        return False
    block = annotated.passages[c.passage].block
    before = block.text[: c.start].rstrip(" .|-–—")
    apart = c.start in block.cells or re.search(r"(?:\||\.\s?\.|\s[-–—])\s?$", block.text[: c.start])
    if apart and vocabulary.post.fullmatch(before[-BEFORE:].rpartition("|")[2].strip()):
        return True
    right = block.text[c.end : c.end + BEHIND].lstrip()
    start = len(block.text) - len(block.text[c.end :].lstrip())
    if right and (right[0] in ":|" or right.startswith("- ")):
        return bool(vocabulary.post.match(right[1:].lstrip()))
    if right:
        return start in block.cells and bool(vocabulary.post.match(right))
    below = annotated.passages[c.passage + 1].block.text if c.passage + 1 < len(annotated.passages) else ""
    return c.start == 0 and len(below) < BEHIND and bool(vocabulary.post.match(below))


def _features(text: str, c: Candidate, contexts: Contexts, vocabulary: Vocabulary) -> set[str]:
    left, right = _without_quotes(text[max(0, c.start - BEFORE) : c.start], text[c.end : c.end + BEHIND])
    pronouns = PRONOUNS.match(right)
    right = right[pronouns.end() :] if pronouns else right
    found = {feature for feature, pattern in contexts.left if pattern.search(left)}
    found |= {feature for feature, pattern in contexts.right if (m := pattern.match(right)) and not _of_body(m, right)}
    if contexts.bearer.match(right):  # "says Elm Park principal Ana Ruiz": she says it
        found.discard("speech")
    if c.honorific is not None or pronouns or (c.start < LABEL and contexts.speaker.match(right)):
        found.add("honorific")
    if c.role:
        found.add("role")
    for side, patterns in ((left, contexts.left_nouns), (right, contexts.right_nouns)):
        for feature, pattern in patterns:
            match = pattern.search(side) if side is left else pattern.match(side)
            if match and _tells(feature, match["noun"].lower(), left, vocabulary):
                found.add(f"{feature}={vocabulary.nouns[match['noun'].lower()][0]}")
    if {"apposition=Event", "apposition=Initiative"} & found:  # "Two Hats, a course for the district's principals"
        found.discard("role-after")
    if contexts.appointing.search(left) and contexts.appointed.match(right) and PERSONAL.fullmatch(c.text):
        found = {f for f in found if not f.startswith("before=")} | {"role-after"}  # "the board named |P principal"
    if _quoted(text, c):
        found.add("quoted")
    return found | _joint_features(left, right, c, vocabulary) | body_features(text, c, vocabulary)


def _quoted(text: str, c: Candidate) -> bool:
    """Whether a name stands between quotation marks."""
    return text[c.start - 1 : c.start] in ("“", '"') and bool(re.match(r"[.,?!]?[”\"]", text[c.end : c.end + 2]))


def _without_quotes(left: str, right: str) -> tuple[str, str]:
    """What stands before and behind a name without the quotation marks about it."""
    marked = left[-1:] in ("“", '"') and re.match(r"([.,?!]?)[”\"]", right)
    return (left[:-1], marked[1] + right[marked.end() :]) if marked else (left, right)


def _of_body(match: re.Match[str], right: str) -> bool:
    """Whether the post that a match ends in is part of a body's name ("Oak Teachers' Guild", "Bishop Orr Hall")."""
    words, behind = match.group(), right[match.end() :]
    last = words.split()[-1] if words.split() else ""
    if not last[:1].isupper() or words[:1] not in ", ":
        return False
    joined = re.search(rf"\band {re.escape(last)}$", words) and re.match(r"\s[A-Z]", behind)
    return last.endswith("s") or behind[:1] in ("'", "’") or bool(joined)


def _tells(feature: str, noun: str, left: str, vocabulary: Vocabulary) -> bool:
    """Whether the noun right behind a name tells its kind: "the Bridges program", but not "the Bridges contract"."""
    if feature != "next":
        return True
    return noun not in vocabulary.plurals and noun not in vocabulary.owned and bool(DETERMINED.search(left))


def _joint_features(left: str, right: str, c: Candidate, vocabulary: Vocabulary) -> set[str]:
    """Features that need both sides of a name, or the words in them."""
    found: set[str] = set()
    before = re.search(r"\b([a-z][\w-]+)\s$", left)
    if before and before[1] in vocabulary.roles | vocabulary.modifiers:
        found.add("role-before")
    called = CALLED.search(left)
    if called and called[1].lower() in vocabulary.roles:
        found.add("role-label")
    seat = re.search(r"([A-Z][\w'-]+) (?:of|\() ?$", left)
    body = seat and ((seat[1].lower(),) in vocabulary.heads or seat[1].lower() in vocabulary.subjects)
    if seat and (body or re.search(r"(?:tion|ment|ing)s?$", seat[1])):
        found.add("seat")
    bearer = re.search(r"\b([A-Z][\w.'-]+) (?:[A-Z]\. )?([A-Z][\w'-]+) of $", left)
    if bearer and (bearer[1] in vocabulary.given or "-" in bearer[2]):
        found.add("of")
    if re.search(r"\($|: $", left) and re.match(r",? (?:\(?(?:19|20)\d\d\)|[“\"])", right):
        found.add("citation")
    if re.search(r"\d $", left) and c.text.split()[-1].lower() in vocabulary.landscape | {"ave", "st", "rd", "blvd"}:
        found.add("address")
    if re.match(r" #?\d", right) and not re.search(r"\d$", c.text):
        found.add("numbered")
    return found


@lru_cache(maxsize=2)
def _contexts(noun: str, role: str, verbs: tuple[str, str, str], companions: tuple[str, ...]) -> Contexts:
    """Compile the patterns.

    `verbs` are alternatives of verbs of speech, of bodies' deeds and of giving a post, `companions` of nouns beside
    schools, unions, districts and boards.
    """
    speech, deed, appointing = verbs
    return Contexts(
        left=_compiled(*_left(role, speech, deed, companions[0])),
        right=_compiled(*_right(role, speech, companions[1:])),
        left_nouns=_compiled(
            (
                "before",
                (
                    rf"\b(?:the|its|our|their|a|an|one|another|state|local|called|named)\s(?:[\w-]+\s){{0,2}}"
                    rf"(?P<noun>{noun})(?:,| called| named)?\s[“\"]?$"
                ),
            )
        ),
        right_nouns=(
            (
                "apposition",
                re.compile(rf"(?:,|:|\s[(—–])\s?(?:an?|the|our|its|their)\s{MODIFIERS}{{0,4}}?(?P<noun>{noun})\b(?!')"),
            ),
            (
                "apposition",
                re.compile(rf"\s(?:is|was|are)\s(?:an?|the|our)\s{MODIFIERS}{{0,5}}?(?P<noun>{noun})\b(?!')"),
            ),
            ("next", re.compile(rf"\s(?P<noun>{noun})\b")),
        ),
        appointing=re.compile(rf"\b(?:{appointing})\s$"),
        appointed=re.compile(
            rf"\s(?:as\s|to be\s)?(?:(?:its|the|their|our|his|her|an?)\s)?(?:[a-z-]+\s){{0,3}}(?:{role})\b"
        ),
        bearer=re.compile(rf"(?:'s)?\s(?:[a-z-]+\s){{0,2}}(?:{role})\s[A-Z]"),
        speaker=re.compile(rf"\s\((?:[\w'-]+\s){{0,3}}(?:{role})\b[^)]*\):", re.IGNORECASE),
    )


def _compiled(*patterns: tuple[str, str]) -> Patterns:
    return tuple((feature, re.compile(pattern, re.IGNORECASE)) for feature, pattern in patterns)


def _left(role: str, speech: str, deed: str, school: str) -> tuple[tuple[str, str], ...]:
    """Features by what stands before a name."""
    owner = r"(?:its|their|his|her|our|the|whose|one|an?|\w+['’]s|\w+s['’])"
    ordinal = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th)|annual)"
    return (
        ("speech", rf"\b(?!called|put|likes)(?:{speech})\s$"),
        ("role-label", rf"\b(?:{role})s?(?:\s\([^)]*\))?:\s$"),
        ("role-label", rf"\b{owner}\s(?:[\w'-]+\s){{0,3}}(?:{role}),\s$"),
        ("honorific", r"\b(?:moved|seconded|second) by $"),
        ("role-label", r"^(?:for|against|with|present|absent|authors?):\s$"),
        (
            "role-label",
            r"\b(?:contacts?|inquiries|questions|team|jury|crew|photos?|text|story|interviewee|interviewer):\s$",
        ),
        ("role-label", r"\b(?:I am|I'm|my name is)\s$"),
        ("role-before", rf"^(?!.*\b(?:{deed})(?:\s[a-z]+){{0,2}}\sby $).*(?<!followed )(?<!joined )\bby $"),
        ("body-deed", rf"\b(?:{deed})(?:\s[a-z]+){{0,2}}\sby (?:the )?$"),
        ("charter", r"\bcharter (?:network|operator|organization|chain)\s$"),
        ("school-context", rf"\b(?:{school})\b(?:(?!\swho\b)[^.]){{0,40}}(?<=\s)(?:at|of|from) $"),
        ("board-context", r"superintendent (?:of|for|in|at) (?:the )?$|trustee (?:of|for|in|at) (?:the )?$"),
        ("board-context", r", (?:superintendent|trustee), $"),
        ("in", r"\b(?:in|near|outside) $|[a-z], of $|hall, $"),
        ("in", rf"\d[\w.' -]{{0,30}}\b(?:{STREET}), $"),
        ("in", r"\b(?:down|up|over|back|came|went|moved|drove|traveled|made it|leaves|left) (?:to|for) $"),
        (
            "after-preposition",
            r"\b(?:on|at|near|to|from|along|of|by|in|for|through|around|outside|across|over) (?:the )?$",
        ),
        ("ordinal", rf"\b{ordinal} (?:annual )?$"),
        (
            "as-member",
            (
                r"(?:member|affiliate|chapter|local|membership|part|affiliated|belongs?|dues|joined)"
                r"\s(?:of|in|with|to)?\s?(?:the )?$"
            ),
        ),
        ("as-member", r"\b(?:funded|paid|supported|backed|run|hosted|staffed|led) by (?:the )?$"),
        (
            "as-event",
            r"\b(?:at|during|attend|attended|annual|\d(?:st|nd|rd|th)) (?:the |this year's |last year's |its |our )?$",
        ),
    )


def _right(role: str, speech: str, companions: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Features by what stands behind a name."""
    union, district, board = companions
    preposition = r"(?!with\b|where\b|including\b|and\b|in\b|from\b|to\b)"
    return (
        ("speech", rf"\s*,?\s(?!put\b(?! it\b))(?:{speech})\b"),
        (
            "role-after",
            (
                rf"(?:,|\s—|\s–)\s{preposition}"
                rf"(?:who\b|herself|himself|(?:an?\s|the\s|its\s|our\s)?(?:[\w'-]+\s){{0,4}}(?:{role})\b)"
            ),
        ),
        (
            "role-after",
            (
                rf"\s(?:is|was|has been|serves as|became)\s(?!(?:not )?an? member\b)"
                rf"(?:an?\s|the\s|its\s|our\s)?(?:[\w'-]+\s){{0,3}}(?:{role})"
                r"(?=\s(?:of|for|at|and|in|with|since|here)\b|[,.;]|$)"
            ),
        ),
        (
            "charter",
            (
                r"[^.]{0,12}?(?:,|\sis|\sare|\soperates|\sruns|—|–|\()\s?(?:an?|the|our|which|that)?\s?(?:[\w,'-]+\s){0,5}?"
                r"(?:charter\s(?:network|operator|organization|management|schools|campuses|system|chain))"
            ),
        ),
        ("union-context", rf"(?:'s)?\s(?:{union})\b"),
        ("district-context", rf"(?:'s)?\s(?:{district})\b"),
        ("board-context", rf"(?:'s)?\s(?:{board})\b(?! of)"),
        ("after-preposition", r", (?:[A-Z]\.){2}"),
        ("thing", r",? wh(?:ich|ose)\b"),
        ("who", r", who\b"),
        ("credential", r",? (?:Ph\.?D|Ed\.?D|M\.?D|R\.?N|J\.?D|M\.?A|M\.?Ed|Esq|CPA|Jr|Sr)\b"),
        ("as-member", r"(?:'s|,? said|,? says|,? which has)\b"),
        ("as-event", r"\s?(?:,|in|on|held|will be|takes|\()\s?(?:held )?(?:in |on )?(?:[A-Z][a-z]{2,8}\.? \d|\d{4})"),
    )
