"""Bodies: what tells that a name is of one that acts, and not of an undertaking that is run or an event that is held.

A body has a post, members, a board, and an office; persons chair it, join it, and leave it; it is named behind a
person in brackets and among those who hold or sponsor something.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kg.extract.lines import Candidate
from kg.extract.vocabulary import Vocabulary

#: Characters on both sides of a name that are looked at.
NEAR = 130
#: Features that each tell a body.
BODY = frozenset({"of-post", "has-member", "labelled", "bracketed", "has-post", "its-post", "body-deed"})


def body_features(text: str, c: Candidate, vocabulary: Vocabulary) -> set[str]:
    """Which signs of a body a name bears at one of its places in a text."""
    left, right = text[max(0, c.start - NEAR) : c.start], text[c.end : c.end + NEAR]
    before, behind = _patterns(vocabulary.role, vocabulary.convening)
    found = {feature for feature, pattern in before if pattern.search(left)}
    found |= {feature for feature, pattern in behind if pattern.match(right)}
    if re.search(r"[a-z.]\s\($", left) and re.match(r"\)(?:[;,.:]|\s|$)", right):
        found.add("bracketed")
    return found


@lru_cache(maxsize=2)
def _patterns(role: str, convening: str) -> tuple[tuple[tuple[str, re.Pattern[str]], ...], ...]:
    inside = (
        r"\b(?:chair(?:s|ed)?|co-chair(?:s|ed)?|direct(?:s|ed)|join(?:s|ed|ing)?|leav(?:e|es|ing)|left|quit|quits"
        r"|belong(?:s|ed)? to|member(?:s|ship)? (?:of|in)|seats? (?:on|at)|s[ia]ts? on|serv(?:es?|ed|ing) on"
        r"|works? (?:for|at)|worked (?:for|at)|affiliated with|hired by|sued|dues to)"
    )
    labels = rf"(?:{convening}|partners?|members?|parties|for|against|in kind|appearances|submissions?)"
    before = (
        ("of-post", rf"\b(?:{role})s?(?:\s(?:of|for|at|with|to)|,)\s(?:the\s|our\s|its\s)?$"),
        ("has-member", rf"{inside}\s(?:the\s|our\s|its\s)?$"),
        ("labelled", rf"^(?:[\w'-]+\s){{0,2}}{labels}(?:\s[\w-]+)?:\s(?:[^.:]*[;,]\s(?:and\s)?)?(?:the\s)?$"),
    )
    behind = (
        ("has-post", rf"(?:['’]s|,? whose)\s(?:[\w-]+\s){{0,2}}(?:{role}|members?|board|staff|office|spokes\w+)\b"),
        ("its-post", rf"[^.]{{0,90}}\.\sIts\s(?:[\w-]+\s){{0,2}}(?:{role}|members?|board|staff)\b"),
    )
    return tuple(tuple((name, re.compile(p, re.IGNORECASE)) for name, p in group) for group in (before, behind))
