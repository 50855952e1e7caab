"""What `kg build --extractor llm` asks for, and what it tells of requests, tokens and cost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli import render
from kg.cli.render import Screen
from kg.errors import SettingsError
from kg.settings import Proposer, Settings

if TYPE_CHECKING:
    from kg.corpus.effort import Effort
    from kg.corpus.proposing import Proposed
    from kg.corpus.readings import Progress

#: Price of a million tokens of questions and of answers, in whatever currency.
Prices = tuple[float, float]


class Extractor(StrEnum):
    """What finds statements: rules and the weights that Accord comes with, or these and a language model."""

    RULES = "rules"
    LLM = "llm"


def chosen_proposer(
    extractor: Extractor, endpoint: str | None, model: str | None, *, allow_http: bool
) -> Proposer | None:
    """The language model to ask, if one is wanted.

    Raises:
        SettingsError: one is wanted and not named, or named and not wanted.
    """
    if extractor is Extractor.RULES:
        if endpoint or model:
            raise SettingsError("names a language model that is not asked", hint="ask it with --extractor llm")
        return None
    if not endpoint or not model:
        hint = "such as --endpoint http://localhost:8080/v1 --model NAME"
        raise SettingsError("a language model needs --endpoint and --model", where="--extractor llm", hint=hint)
    return Proposer(endpoint=endpoint, model=model, allow_http=allow_http)


def prices(text: str | None) -> Prices | None:
    """The prices of "0.5/1.5".

    Raises:
        SettingsError: not two numbers.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)", text)
    if not found:
        raise SettingsError(f"not two prices: {text!r}", where="--price", hint="such as 0.5/1.5")
    return float(found[1]), float(found[2])


def tell_estimate(
    screen: Screen, sources: Sequence[Path], settings: Settings, effort: Effort, tick: Progress, rates: Prices | None
) -> None:
    """Print what asking would take."""
    from kg.building import estimate_proposals

    found = estimate_proposals(sources, settings, effort, tick)
    lines = [f"requests\t{found.requests}", f"answers kept\t{found.kept}"]
    lines += [f"tokens asked, about\t{found.asked}", f"tokens answered, about\t{found.answered}"]
    lines += [f"cost, about\t{_cost(found.asked, found.answered, rates):.4f}"] if rates else []
    render.write("".join(f"{line}\n" for line in lines))
    render.note(screen, "nothing was asked and nothing written")


def tell_proposed(screen: Screen, found: Proposed, rates: Prices | None) -> None:
    """Tell what was accepted, what was rejected and why, and what it cost."""
    render.note(screen, f"language model: {found.accepted} proposals accepted, {sum(found.rejected.values())} rejected")
    for reason, number in found.rejected.items():
        render.note(screen, f"{number:5} rejected: {reason}")
    cost = f", cost {_cost(found.asked, found.answered, rates):.4f}" if rates else ""
    render.note(screen, f"{found.requests} requests, {found.asked} tokens asked, {found.answered} answered{cost}")


def _cost(asked: int, answered: int, rates: Prices) -> float:
    return (asked * rates[0] + answered * rates[1]) / 1e6
