"""Bills, resolutions and ballot questions that a text names by number: what people are for or against.

They are concepts: what a text says of a bill is who stands where on it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from kg.extract.annotate import AnnotatedDocument
from kg.extract.mentions import Form, LocalEntity, Mention
from kg.lexicon import Lexicon
from kg.model import EntityId


def find_measures(
    annotated: AnnotatedDocument, entities: tuple[LocalEntity, ...], lexicon: Lexicon
) -> tuple[LocalEntity, ...]:
    """The measures of a document, in reading order; one that an entity is named after is that entity's."""
    pattern = _pattern(lexicon)
    taken = [(m.passage, m.start, m.end) for e in entities for m in e.mentions]
    found: dict[tuple[str, str], list[tuple[str, Mention]]] = defaultdict(list)
    for passage in annotated.passages:
        for match in pattern.finditer(passage.block.text):
            start, end = match.span()
            within = [e - s for p, s, e in taken if p == passage.index and s < end and start < e]
            if max(within, default=0) >= end - start:
                continue
            name = " ".join(match.group().split())
            mention = Mention(passage.index, start, end, kind="Concept", rule="numbered measure", form=Form.NAME)
            found[name[0].upper(), re.split(r"[\s.]", name)[-1]].append((name, mention))
    return tuple(
        LocalEntity(
            id=EntityId(f"measure{number}"),
            kind="Concept",
            names=tuple(sorted(dict.fromkeys(name for name, _ in named), key=lambda n: -len(n))),
            mentions=tuple(mention for _, mention in named),
        )
        for number, named in enumerate(found.values(), start=1)
    )


def is_measure(entity: LocalEntity, lexicon: Lexicon) -> bool:
    """Whether all names of an undertaking are those of a measure."""
    return entity.kind == "Initiative" and all(_pattern(lexicon).fullmatch(name) for name in entity.names)


@lru_cache(maxsize=2)
def _pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """The lexicon's words for measures, then a number; behind some of them one or two letters."""
    numbered, lettered = (
        "|".join(
            re.escape(w).replace(r"\ ", r"\s") for w in sorted(lexicon.forms(category), key=lambda w: (-len(w), w))
        )
        for category in ("NumberedMeasure", "LetteredMeasure")
    )
    number = rf"(?:{numbered})\s?(?:[Nn]o\.\s?)?\d[\d–-]*\b(?![.,]\d)"
    return re.compile(rf"(?<![\w.])(?:{number}|(?:{lettered})\s[A-Z]{{1,2}}\b)")
