"""What of a dataset an export holds."""

from __future__ import annotations

from dataclasses import dataclass

from kg.errors import SettingsError

#: Named graphs by the last part of their name: those that are written in any case, and those on request.
FACTS = ("document", "entities", "facts")
EXTRA = ("claims", "statements", "evidence", "unmapped", "inferred", "authority", "provenance", "ontology")
#: The status of a statement that a document makes in its own voice and without reserve.
ASSERTED = "Asserted"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which graphs and which statements.

    Attributes:
        parts: the last parts of the names of the graphs.
        full: statements of every status; else those that are asserted.
    """

    parts: frozenset[str] = frozenset(FACTS)
    full: bool = False

    def graph(self, name: str) -> bool:
        """Whether a graph is written; the default graph, which builds leave empty, only with everything."""
        return name.rpartition("/")[2] in self.parts or (self.full and not name)

    def status(self, name: str) -> bool:
        """Whether statements of a status (its local name or IRI, "" for words, which have none) are written."""
        return self.full or not name or name.endswith(ASSERTED)


def select(parts: str, *, full: bool = False) -> Selection:
    """The selection for a list of parts, separated by commas; "all" or `full` for all of them.

    Raises:
        SettingsError: there is no such part.
    """
    named = {part.strip() for part in parts.split(",") if part.strip()}
    if unknown := sorted(named - {*EXTRA, "all"}):
        raise SettingsError(
            f"unknown: {', '.join(unknown)}", where="--with", hint=f"there are: {', '.join(EXTRA)}, all"
        )
    whole = full or "all" in named
    return Selection(frozenset({*FACTS, *(EXTRA if whole else named)}), full=whole)
