"""Options of text and paths without pydantic, whose import takes longer than answering a question.

typer builds a pydantic adapter for every parameter of a command, also where the value is absent, text or a path. Here
the adapter is built where a value needs one (numbers, enumerations), by typer itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer._coercion import RuntimeParam, build_runtime_param
from typer.core import TyperCommand

_PLAIN: dict[Any, Any] = {
    str: str,
    list[str]: list,
    Path: Path,
    list[Path]: lambda given: [Path(word) for word in given],
}


@dataclass(frozen=True)
class Deferred(RuntimeParam):
    """Coercion that asks typer's own only where the value is there and is neither text nor path."""

    def _coerce_value(self, value: Any, param: Any, ctx: Any) -> Any:
        info = self.parameter_info
        if self.annotation in _PLAIN and not (info.exists or info.resolve_path or info.parser):
            return _PLAIN[self.annotation](value)
        return build_runtime_param(param.type_descriptor).coerce(value, param, ctx)


def defer(parameters: Iterable[Any]) -> None:
    """Let parameters be coerced when a value asks for it."""
    for parameter in parameters:
        descriptor = parameter.type_descriptor
        parameter._runtime_param = Deferred(  # noqa: SLF001 -- typer has no public way
            parameter_info=descriptor.parameter_info, annotation=descriptor.annotation
        )


class Command(TyperCommand):
    """A command whose parameters are coerced when a value asks for it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The words that are left."""
        defer(self.get_params(ctx))
        return super().parse_args(ctx, args)
