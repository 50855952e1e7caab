"""Settings of one run, frozen; options of the command line become fields here and go no other way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kg.extension import NONE, Extension
from kg.limits import DEFAULT, Limits
from kg.namespaces import DATA


class Reasoner(StrEnum):
    """What infers: the compiled rules, or the reference that they are equal to and a hundred times as fast as."""

    RULES = "rules"
    OWLRL = "owlrl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposer:
    """A language model that may propose statements.

    Attributes:
        endpoint: address of a server with the chat completions interface of OpenAI.
        model: name that the server knows it by.
        allow_http: ask it unencrypted on another machine.
    """

    endpoint: str
    model: str
    allow_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a build may be told.

    Attributes:
        base: IRI that data IRIs begin with.
        min_confidence: statements below are left out, 0..1.
        weights: folder of the weights of all learned parts; None for those that Accord comes with.
        unmapped: also keep what joins known entities in words that no relation covers.
        reasoner: either gives the same.
        epoch: SOURCE_DATE_EPOCH in seconds; the only clock that may enter the output.
        limits: how much a document may take before it is skipped.
        proposer: proposes statements beside those that are read; None, as a rule.
        extension: the user's own ontology, lexicon, shapes and queries, beside Accord's.
    """

    base: str = DATA
    min_confidence: float = 0.0
    weights: Path | None = None
    reasoner: Reasoner = Reasoner.RULES
    epoch: int | None = None
    unmapped: bool = False
    limits: Limits = DEFAULT
    proposer: Proposer | None = None
    extension: Extension = NONE
