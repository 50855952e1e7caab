"""Accord: documents on school labour-management relations as an RDF graph that can be checked sentence by sentence.

    import kg

    data = kg.build("texts", "out")      # or, of a graph that is there: kg.open("out")
    data.query("parts-of", whole="Example Unified School District")

`import kg` loads nothing else; what a function needs is loaded when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.api import Answer, Entity, KnowledgeGraph, build, open  # noqa: A004 -- read as kg.open

__version__ = "0.1.0"
__all__ = ["Answer", "Entity", "KnowledgeGraph", "__version__", "build", "open"]


def __getattr__(name: str) -> object:
    """What the API offers, imported when it is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kg import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted(__all__)
