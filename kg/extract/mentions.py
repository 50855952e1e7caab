"""Mentions and the entities of one document, between naming, linking and the statement finders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg.model import EntityId

#: The kinds that count as organizations (acc:Organization and its sub-classes).
ORGANIZATIONS = frozenset(
    {
        "Organization",
        "SchoolDistrict",
        "School",
        "CharterNetwork",
        "LaborUnion",
        "SupportOrganization",
        "GovernmentBody",
    }
)


def family(kind: str) -> str:
    """The top class of a kind: all organizations are one family."""
    return "Organization" if kind in ORGANIZATIONS else kind


class Form(StrEnum):
    """How a mention refers."""

    NAME = "name"
    ACRONYM = "acronym"
    SHORT = "short"
    NOMINAL = "nominal"
    PRONOUN = "pronoun"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """Characters [start, end) of a passage's text that refer to something of a kind."""

    passage: int
    start: int
    end: int
    kind: str
    rule: str
    form: Form = Form.NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEntity:
    """An entity of one document: id, kind, names (fullest first, as printed) and its mentions in reading order.

    `classes` are those of a user that it belongs to (`kg.extract.classes`).
    """

    id: EntityId
    kind: str
    names: tuple[str, ...]
    mentions: tuple[Mention, ...]
    gender: str | None = None
    classes: tuple[str, ...] = ()
