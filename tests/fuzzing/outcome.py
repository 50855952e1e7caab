"""What came of a target; knows nothing of Accord, so that nothing of it is imported too early to be instrumented."""

from __future__ import annotations

from dataclasses import dataclass

#: Seconds after which an input counts as one that hangs.
PATIENCE = 60.0


@dataclass(slots=True)
class Outcome:
    """What came of a target.

    Attributes:
        inputs: that it was given.
        accepted: of them; the others were refused in Accord's words.
        slowest: seconds of processor time that one input took at most.
        fault: the traceback of the smallest input that is no such outcome, with the input.
    """

    target: str
    inputs: int = 0
    accepted: int = 0
    slowest: float = 0.0
    fault: str | None = None
