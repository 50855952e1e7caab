"""Sessions of a conference programme: titles behind a time of day or a session code, where a document lists several."""

from __future__ import annotations

import re

from kg.extract.annotate import AnnotatedDocument
from kg.extract.mentions import Mention

TIME = r"\d{1,2}:\d\d(?:\s?[–-]\s?\d{1,2}:\d\d)?(?:\s?[ap]\.?m\.?)?"
CODE = r"(?:[IVX]{1,4}-[A-H]|[A-H]\d?\.|Session [\dA-H]+[.:])"
SLOT = re.compile(rf"(?:{TIME}|{CODE})\s+(?:[A-Z]+\. |[A-Z][a-z]+: )?")
QUOTED = re.compile(r"[“\"]([A-Z][^”\"]{4,80}?)[.,]?[”\"]")
PLAIN = re.compile(r"([A-Z][^().;“”\"]{4,70}?)(?=\s*(?:[(.;]|$|, (?:courtesy|with|room|led|hosted)\b))")
BREAK = re.compile(
    r"(?:registration|check-in|adjourn|break|breakout|welcome|coffee|doors|lunch|dinner|breakfast)\b[^A-Z]*(?:[IVX]+)?$",
    re.IGNORECASE,
)


def find_sessions(annotated: AnnotatedDocument) -> list[Mention]:
    """The session titles of a programme; none unless at least three passages open with a time or a code."""
    slots = [(p, m) for p in annotated.passages if (m := SLOT.match(p.block.text))]
    if len(slots) < 3:
        return []
    found = []
    for passage, slot in slots:
        text = passage.block.text
        title = QUOTED.match(text, slot.end()) or PLAIN.match(text, slot.end())
        if title and _titled(title[1]) and not BREAK.match(title[1]):
            found.append(Mention(passage.index, title.start(1), title.end(1), "Event", "session"))
    return found


def _titled(text: str) -> bool:
    """Whether most longer words of a title have capitals, and there are at least two words."""
    words = [w for w in text.split() if w[0].isalpha()]
    long = [w for w in words if len(w) > 3]
    return len(words) > 1 and bool(long) and sum(w[0].isupper() for w in long) > 0.7 * len(long)
