"""docs/errors.md, generated from the places that raise: `python -m tests.messages > docs/errors.md`."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_INTRODUCTION = """\
<!-- Generated: python -m tests.messages > docs/errors.md -->

# Errors

What goes wrong and can be mended is told in two lines, on standard error, with exit code 2:

```text
error: PLACE: what went wrong
hint: what to do about it
```

From Python it is an exception of `kg.errors`, with `message`, `where` and `hint`. A document that cannot be used is no
error: it is named (`skipped: …`), the others are built, and the exit code is 1. Anything with a traceback is a fault of
Accord: report it, please.

Below are all messages by their kind, with what each suggests. `…` stands for names and numbers of the case.
"""


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One place where an error is made."""

    text: str
    hint: str
    module: str


def classes(root: Path = ROOT) -> dict[str, tuple[str, str]]:
    """Name → base and first sentence of each class of error that users meet."""
    found: dict[str, tuple[str, str]] = {"KgError": ("", "")}
    nodes = [node for _, tree in _modules(root) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while True:
        new = {
            node.name: (base.id, (ast.get_docstring(node) or "").split("\n")[0])
            for node in nodes
            for base in node.bases
            if isinstance(base, ast.Name) and base.id in found and node.name not in found
        }
        if not new:
            return {name: facts for name, facts in found.items() if name != "KgError"}
        found |= new


@cache
def messages(root: Path = ROOT) -> dict[str, list[Message]]:
    """Class → its messages, sorted; those that are only handed on are left out."""
    known = classes(root)
    found: dict[str, set[Message]] = defaultdict(set)
    for module, tree in _modules(root):
        for scope in ast.walk(tree):
            if not isinstance(scope, ast.FunctionDef):
                continue
            names = _assigned(tree) | _assigned(scope)
            for call in ast.walk(scope):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in known:
                    text = _words(call.args[0], names) if call.args else ""
                    hint = next((_words(k.value, names) for k in call.keywords if k.arg == "hint"), "")
                    if text.strip("… "):
                        found[call.func.id].add(Message(text, hint, module))
    return {name: sorted(found[name]) for name in known if found[name]}


def markdown(root: Path = ROOT) -> str:
    """The page."""
    return "\n".join(_lines(root))


def _lines(root: Path) -> Iterator[str]:
    yield _INTRODUCTION
    known = classes(root)
    for name, listed in messages(root).items():
        base, summary = known[name]
        yield f"## {name}\n"
        yield summary + (f" A kind of {base}." if base != "KgError" else "") + "\n"
        yield "| what is told | what to do | from |"
        yield "|---|---|---|"
        for message in listed:
            yield f"| {_cell(message.text)} | {_cell(message.hint)} | `{message.module}` |"
        yield ""


def _cell(text: str) -> str:
    for sign in "\\|<>*_`[]{}":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


@cache
def _modules(root: Path) -> list[tuple[str, ast.Module]]:
    paths = sorted((root / "kg").rglob("*.py"))
    return [(path.relative_to(root).as_posix(), ast.parse(path.read_text("utf-8"))) for path in paths]


def _assigned(scope: ast.AST) -> dict[str, ast.expr]:
    """Name → what it is set to, in a module or a function."""
    body = scope.body if isinstance(scope, ast.Module) else list(ast.walk(scope))
    return {
        target.id: node.value
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _words(node: ast.expr, names: dict[str, ast.expr], depth: int = 0) -> str:
    """A text as far as it is known, `…` for the rest."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else "" if node.value is None else "…"
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part, names, depth) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _words(node.value, names, depth + 1) if isinstance(node.value, ast.Name | ast.Constant) else "…"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _words(node.left, names, depth) + _words(node.right, names, depth)
    if isinstance(node, ast.IfExp):
        both = [_words(node.body, names, depth), _words(node.orelse, names, depth)]
        return " / ".join(text for text in both if text)
    if isinstance(node, ast.Name) and node.id in names and depth < 3:
        return _words(names[node.id], names, depth + 1)
    return "…"


if __name__ == "__main__":
    sys.stdout.write(markdown())
