"""Which of the formats on offer a client wants (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kg.endpoint.messages import RequestError
from kg.graph.answers import Media


def choose(accept: str, offered: Sequence[str]) -> str | None:
    """The media type that fits an Accept header best, the first of equals; None where none does.

    Of the ranges that a type falls into the narrowest tells its weight. Between types of equal weight, one that is
    named goes before one that `*/*` admits.
    """
    ranges = list(_ranges(accept)) or [("*/*", 1.0)]
    best: tuple[float, int] = (0.0, 0)
    chosen = None
    for kind in offered:
        fitting = [(_narrowness(pattern, kind), weight) for pattern, weight in ranges if _narrowness(pattern, kind)]
        narrowness, weight = max(fitting, default=(0, 0.0))
        if weight > 0 and (weight, narrowness) > best:
            best, chosen = (weight, narrowness), kind
    return chosen


def pick(accept: str, wanted: str | None, formats: Mapping[str, Media]) -> str:
    """The name of the format to answer in: by the parameter `format`, else by the Accept header.

    Raises:
        RequestError: 400 where there is no such format, 406 where none is acceptable.
    """
    if wanted:
        if wanted not in formats:
            raise RequestError(400, f"this answer has no format {wanted[:40]!r}", hint="one of " + ", ".join(formats))
        return wanted
    types = {kind: name for name, media in formats.items() for kind in (bare(media.type), *media.others)}
    chosen = choose(accept, list(types))
    if chosen is None:
        hint = "offered: " + ", ".join(bare(media.type) for media in formats.values())
        raise RequestError(406, "none of the media types in Accept", hint=hint)
    return types[chosen]


def bare(kind: str) -> str:
    """A media type without parameters, in lower case."""
    return kind.partition(";")[0].strip().lower()


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(",")[:100]:
        pattern, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [match[1] for p in parameters if (match := re.fullmatch(r"q\s*=\s*([01](?:\.\d{0,3})?)", p))]
        if re.fullmatch(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+", pattern):
            found.append((pattern, float(weights[0]) if weights else 1.0))
    return found


def _narrowness(pattern: str, kind: str) -> int:
    """3 for the type itself, 2 for `type/*`, 1 for `*/*`, 0 where the range does not hold it."""
    if pattern == kind:
        return 3
    return 2 if pattern == kind.partition("/")[0] + "/*" else int(pattern == "*/*")
