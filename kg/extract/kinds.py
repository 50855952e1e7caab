"""The kind of a name, from its head noun, its form and its contexts, gathered over the whole document."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from kg.extract.annotate import AnnotatedDocument
from kg.extract.candidates import Candidate, title_case
from kg.extract.heads import head_of, kind_of_head
from kg.extract.vocabulary import Vocabulary

SPEECH = (
    r"(?:said|says|say|told|added|adds|asked|noted|notes|wrote|writes|recalled|recalls|explained|explains|argued|argues|warned|warns|cautioned|replied|"
    r"declined|called|credits|credited|thanked|reported|insisted|claimed|claims|joked|acknowledged|conceded|testified|observed|remembers|agreed|disagreed|"
    r"likes|put)"
)
LABELS = {"PERSON": "Person", "GPE": "Place", "LOC": "Place", "FAC": "Place", "ORG": "Organization"}
DISTRICT_CODE = re.compile(r".+ (?:R-[IVX]+|RE?-?\d+\w?(?:-\d+)?|(?:CUSD|USD|ISD|RSU|SAU|MSD|CCSD) ?\d+)$")
ACRONYM = re.compile(r"[A-Z][A-Z0-9&]{1,7}(?:-[A-Z0-9])?")


@dataclass(slots=True)
class Name:
    """One string that may be a name, with all its places and the evidence for its kind.

    Attributes:
        evidence: feature → how often; a feature is "honorific", "speech", "apposition=School", …
        labels: labels of the language model on the string ("ORG") or on a part of it ("ORG~") → how often.
        kind, rule: the decision and what decided it; None while nothing did.
    """

    text: str
    candidates: list[Candidate] = field(default_factory=list)
    evidence: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    kind: str | None = None
    rule: str = ""

    @property
    def words(self) -> list[str]:
        """Its words."""
        return self.text.split()


@dataclass(frozen=True, slots=True)
class Contexts:
    """Compiled patterns of the contexts that tell a kind."""

    speech_after: re.Pattern[str]
    speech_before: re.Pattern[str]
    role_after: re.Pattern[str]
    noun_after: re.Pattern[str]
    noun_is: re.Pattern[str]
    noun_next: re.Pattern[str]
    noun_before: re.Pattern[str]
    role_label: re.Pattern[str]


@lru_cache(maxsize=2)
def _contexts(noun: str, role: str) -> Contexts:
    return Contexts(
        speech_after=re.compile(rf"\s*,?\s{SPEECH}\b"),
        speech_before=re.compile(rf"(?<!called )\b(?!called|put|likes){SPEECH}\s$"),
        role_after=re.compile(
            rf"(?:,|\s—|\s–)\s(?!with\b|where\b|including\b|and\b|in\b|from\b|to\b)(?:who\b|herself|himself|(?:an?\s|the\s|its\s|our\s)?(?:[\w'-]+\s){{0,4}}(?:{role})\b)",
            re.I,
        ),
        noun_after=re.compile(rf"(?:,|\s\()\s?(?:an?|the|our)\s((?:[\w'-]+\s){{0,4}}?)({noun})\b(?!')"),
        noun_is=re.compile(rf"\s(?:is|was|are)\s(?:an?|the|our)\s((?:[\w'-]+\s){{0,5}}?)({noun})\b(?!')"),
        noun_next=re.compile(rf"\s({noun})\b"),
        noun_before=re.compile(
            rf"\b(?:the|its|our|their|a|an|one|another|state|local|called|named)\s(?:[\w-]+\s){{0,2}}({noun})(?:,| called| named)?\s[“\"]?$",
            re.I,
        ),
        role_label=re.compile(
            rf"\b(?:{role})s?(?:\s\([^)]*\))?:\s$|\b(?:its|their|his|her|our|the|whose|one)\s(?:[\w'-]+\s){{0,3}}(?:{role}),\s$|^(?:for|against|with|present|absent|contacts?|authors?):\s$",
            re.I,
        ),
    )


def gather(annotated: AnnotatedDocument, candidates: list[Candidate], vocabulary: Vocabulary) -> dict[str, Name]:
    """Group candidates by string, with evidence from all their contexts."""
    names: dict[str, Name] = {}
    for candidate in candidates:
        name = names.setdefault(candidate.text, Name(candidate.text))
        name.candidates.append(candidate)
        passage = annotated.passages[candidate.passage]
        name.evidence.update(_features(passage.block.text, candidate, vocabulary))
        for entity in passage.doc.ents:
            if entity.start_char < candidate.end and candidate.start < entity.end_char:
                same = re.sub(r"^(?:the|a|an)\s+|'s$", "", entity.text, flags=re.I) == candidate.text
                name.labels[entity.label_ + ("" if same else "~")] += 1
    return names


def _features(text: str, c: Candidate, vocabulary: Vocabulary) -> set[str]:
    contexts = _contexts(vocabulary.noun, vocabulary.role)
    left, right = text[max(0, c.start - 60) : c.start], text[c.end : c.end + 70]
    found: set[str] = set()

    def nouns(match: re.Match[str] | None, group: int, label: str) -> None:
        if match:
            found.add(f"{label}={vocabulary.nouns[match[group].lower()][0]}")

    if c.honorific is not None:
        found.add("honorific")
    if c.role:
        found.add("role")
    if contexts.speech_after.match(right) or contexts.speech_before.search(left):
        found.add("speech")
    if contexts.role_after.match(right):
        found.add("role-after")
    before = re.search(r"\b([a-z][\w-]+)\s$", left)
    if before and before[1] in vocabulary.roles | vocabulary.modifiers:
        found.add("role-before")
    nouns(contexts.noun_after.match(right), 2, "apposition")
    nouns(contexts.noun_is.match(right), 2, "apposition")
    following = contexts.noun_next.match(right)
    if following and following[1] not in vocabulary.plurals and following[1] not in vocabulary.owned:
        if re.search(r"\b(?:the|its|our|a|an|annual|their)\s(?:[\w-]+\s)?$", left, re.I):
            nouns(following, 1, "next")
    nouns(contexts.noun_before.search(left), 1, "before")
    if re.match(
        r"[^.]{0,12}?(?:,|\sis|\sare|\soperates|\sruns|—|–|\()\s?(?:an?|the|our|which|that)?\s?(?:[\w,'-]+\s){0,5}?"
        r"(?:charter\s(?:network|operator|organization|management|schools|campuses|system|chain))",
        right,
    ) or re.search(r"\bcharter (?:network|operator|organization|chain)\s$", left):
        found.add("charter")
    if re.match(
        r"(?:'s)?\s(?:president|members|bargaining|negotiators|leaders?|officers|steward|organizers?|rank-and-file|contract)\b",
        right,
    ):
        found.add("union-context")
    if re.match(r"(?:'s)?\s(?:superintendent|administrators?|trustees|schools|teachers|employees|classrooms)\b", right):
        found.add("district-context")
    if re.match(
        r"(?:'s)?\s(?:school board|board|superintendent|school district|trustees)\b(?! of)", right
    ) or re.search(r"(?:superintendent|trustee)(?: of| for| in| at) (?:the )?$|, (?:superintendent|trustee), $", left, re.I):
        found.add("board-context")
    if re.search(r"\b(?:at|of|from) $", left) and re.search(
        r"\b(?:teacher|principal|counselor|librarian|nurse|custodian|faculty|students|teaches)\b[^.]{0,40}$", left
    ):
        found.add("school-context")
    if re.search(r"\b(?:in|near|outside|to|from) $", left):
        found.add("in" if re.search(r"\b(?:in|near|outside) $", left) else "to")
    if re.search(r"[A-Za-z], of $|hall, $", left):
        found.add("in")
    seat = re.search(r"([A-Z][\w'-]+) (?:of|\() ?$", left)
    if seat and ((seat[1].lower(),) in vocabulary.heads or seat[1].lower() in vocabulary.subjects or re.search(r"(?:tion|ment|ing)s?$", seat[1])):
        found.add("seat")
    if re.match(r",? (?:\(?(?:19|20)\d\d\)|[“\"])", right) and re.search(r"\($|: $", left):
        found.add("citation")
    if re.search(r"\b(?:down|up|over|back|came|went|moved|drove|traveled|made it|leaves|left) (?:to|for) $", left):
        found.add("in")
    if re.search(r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th)|annual) (?:annual )?$", left, re.I):
        found.add("ordinal")
    bearer = re.search(r"\b([A-Z][\w.'-]+) (?:[A-Z]\. )?([A-Z][\w'-]+) of $", left)
    if bearer and (bearer[1] in vocabulary.given or "-" in bearer[2]):
        found.add("of")
    if re.search(r"\d $", left) and c.text.split()[-1].lower() in vocabulary.landscape | {"ave", "st", "rd", "blvd"}:
        found.add("address")
    if re.search(r"[“\"]$", left) and re.match(r"[.,?!]?[”\"]", right):
        found.add("quoted")
    if re.search(r"\b(?:on|at|near|to|from|along|of|by|in|for|through|around|outside|across|over) (?:the )?$", left) or re.match(r", (?:[A-Z]\.){2}", right):
        found.add("after-preposition")
    if re.match(r" #?\d", right) and not re.search(r"\d$", c.text):
        found.add("numbered")
    if re.match(r",? wh(?:ich|ose)\b", right):
        found.add("thing")
    if contexts.role_label.search(left):
        found.add("role-label")
    if re.match(r",? (?:Ph\.?D|Ed\.?D|M\.?D|R\.?N|J\.?D|M\.?A|M\.?Ed|Esq|CPA|Jr|Sr)\b", right):
        found.add("credential")
    if re.search(
        r"(?:member|affiliate|chapter|local|membership|part|affiliated|belongs?|dues|joined)\s(?:of|in|with|to)?\s?(?:the )?$",
        left,
    ):
        found.add("as-member")
    if re.search(r"\b(?:funded|paid|supported|backed|run|hosted|staffed|led) by (?:the )?$", left) or re.match(
        r"(?:'s|,? said|,? says|,? which has)\b", right
    ):
        found.add("as-member")
    if re.search(
        r"\b(?:at|during|attend|attended|annual|\d(?:st|nd|rd|th)) (?:the |this year's |last year's |its |our )?$",
        left,
        re.I,
    ):
        found.add("as-event")
    if re.match(r"\s?(?:,|in|on|held|will be|takes|\()\s?(?:held )?(?:in |on )?(?:[A-Z][a-z]{2,8}\.? \d|\d{4})", right):
        found.add("as-event")
    return found


def decide(name: Name, vocabulary: Vocabulary) -> tuple[str | None, str]:
    """The kind that a name's own form and contexts tell, and the rule that told it."""
    seen, text, words = name.evidence, name.text, name.words
    if any(c.form == "place" for c in name.candidates) or text in vocabulary.states:
        return "Place", "state"
    if (
        words[0] in vocabulary.abbreviated
        or text in vocabulary.abbreviated
        or re.fullmatch(r"[A-Z]-\d+|(?:[A-Z]\.){2,}", text)
    ):
        return None, "abbreviation"
    if re.fullmatch(r"[A-Z]\w*-[a-z]+", text):
        return None, "compound"
    if text.isupper() and len(words) > 1:
        text = title_case(text)
    head = head_of(text, vocabulary)
    if seen["charter"] and not seen["honorific"] and not seen["speech"]:
        if {"SchoolDistrict", "CharterNetwork", "School"} & set(head.kinds) or (not head.kinds and len(words) <= 4):
            return "CharterNetwork", "definition"
    if head.kinds and not seen["honorific"]:
        if len(words) == 1 and head.phrase in vocabulary.periodicals and "-" in text:
            return "Organization", f"head:{head.phrase}"
        if len(words) == 1:
            return None, "bare-head"
        kind = kind_of_head(text, head, vocabulary, seen)
        if kind:
            return kind, f"head:{head.phrase}"
    if DISTRICT_CODE.match(text):
        return "SchoolDistrict", "code"
    if re.match(r"(?:Taxpayers|Parents|Citizens|Friends|Students|Educators) (?:for|of)\b", text):
        return "Organization", "group"
    if re.match(
        r"(?:United|Amalgamated|National|International|American) .*(?:Workers|Teachers|Educators|Employees)", text
    ):
        return "LaborUnion", "union"
    if head.number and re.search(r"\b(?:Local|Chapter)\b", text):
        return "LaborUnion", "union"
    if seen["honorific"] or (seen["role"] and len(words) >= 2):
        return "Person", "honorific"
    if (
        len(words) > 1
        and (seen["credential"] or seen["role-label"])
        or re.match(r"(?:[A-Z]\.){1,2} (?:[A-Z]\. )?[A-Z][\w'-]+$", text)
    ):
        return "Person", "credential" if len(words) > 1 else ""
    if re.search(r"[“\"]", text):
        return "Person", "nickname"
    if {words[-1].lower(), head.phrase} & (vocabulary.documents | vocabulary.parts):
        return None, "document"
    if len(words) == 1 and text.lower() in vocabulary.landscape:
        return None, "bare-landscape"
    return _by_context(name, vocabulary)


def _by_context(name: Name, vocabulary: Vocabulary) -> tuple[str | None, str]:
    seen, text, words = name.evidence, name.text, name.words
    personal = (seen["speech"] or seen["role-after"]) and not seen["thing"]
    for label in ("apposition", "before", "next"):
        kinds = sorted(f.partition("=")[2] for f in seen if f.startswith(label + "="))
        if kinds and not personal:
            return kinds[0], label
    if seen["address"] or seen["citation"] or (seen["numbered"] and len(words) < 3):
        return None, "address"
    placed = any(label.rstrip("~") in ("GPE", "LOC") for label in name.labels)
    if seen["seat"] and placed and not personal and not is_acronym(text) and not first_name(words[0], vocabulary):
        return "Place", "seat"
    if seen["in"] and not seen["speech"] and 1 < len(words) <= 3 and not first_name(words[0], vocabulary):
        return "Place", "in"
    if seen["board-context"] and not personal:
        return "SchoolDistrict", "board-context"
    first = words[0] in vocabulary.given and words[0] not in vocabulary.weak
    initial = len(words) >= 3 and re.fullmatch(r"[A-Z]\.", words[1])
    cue = personal or seen["role-before"] or seen["role"] or "-" in words[-1] or initial
    if first and 2 <= len(words) <= 4 and not seen["school-context"] and cue:
        return "Person", "given-name"
    if is_acronym(text):
        if seen["union-context"]:
            return "LaborUnion", "acronym-context"
        if seen["district-context"]:
            return "SchoolDistrict", "acronym-context"
        return None, "acronym"
    if personal and 1 < len(words) <= 4:
        return "Person", "speech"
    if seen["role-before"] and 1 < len(words) <= 3 and not seen["district-context"]:
        return "Person", "role-before"
    if seen["school-context"]:
        return "School", "school-context"
    if first and len(words) == 2 and not text.isupper():
        return "Person", "first"
    if seen["in"] and not (seen["speech"] or seen["role-after"]) and not text.isupper():
        return "Place", "in"
    if len(words) > 1 and (words[-1].lower() in vocabulary.landscape or words[0].lower() in ("lake", "mount", "fort", "port")):
        located = seen["after-preposition"] or words[-1].lower() in ("street", "avenue", "road", "boulevard")
        return "Place" if located else "SchoolDistrict", "landscape"
    return _by_label(name)


def first_name(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word is a given name and nothing else."""
    return word in vocabulary.given and word not in vocabulary.weak


def _by_label(name: Name) -> tuple[str | None, str]:
    """The language model's opinion: the last resort."""
    votes: Counter[str] = Counter()
    for label, count in sorted(name.labels.items()):
        votes[label.rstrip("~")] += count * (1 if label.endswith("~") else 2)
    if not votes:
        return None, ""
    label = max(sorted(votes), key=lambda x: votes[x])
    if label == "ORG" and name.evidence["of"] and len(name.words) < 3 and "&" not in name.text:
        return "Place", "of"
    if label == "PERSON" and name.evidence["thing"]:
        return "Organization", "label"
    if label == "PERSON" and len(name.words) == 1 and not name.evidence["speech"]:
        return "Person?", "label"
    return LABELS.get(label), "label" if label in LABELS else ""


def is_acronym(text: str) -> bool:
    """Whether a text is written like an acronym."""
    return bool(ACRONYM.fullmatch(text))
