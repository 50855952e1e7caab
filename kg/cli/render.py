"""All that the command prints: results to standard output, everything else to standard error. Nothing else prints."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

from kg.namespaces import shrink

if TYPE_CHECKING:
    from rich.console import Console

    from kg.model import Finding, Skipped

PLAIN_WIDTH = 120

#: Control characters could steer the reader's terminal (ISO 6429); line feed and tab are dealt with by folding.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class View(StrEnum):
    """How chains and findings are written: for people, for programs, for a report, as RDF."""

    TABLE = "table"
    JSON = "json"
    MD = "md"
    TTL = "ttl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """How much to say, and whether with colours."""

    quiet: bool = False
    verbose: bool = False
    color: bool = True


def write(text: str) -> None:
    """Write a result to standard output."""
    sys.stdout.write(text)


def write_bytes(content: bytes) -> None:
    """Write a result to standard output byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


@contextmanager
def binary_output() -> Iterator[BinaryIO]:
    """Standard output, to write a result to piece by piece."""
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def on_terminal() -> bool:
    """Whether standard output is read by a person."""
    return sys.stdout.isatty()


def warn(text: str) -> None:
    """Tell what must not go unnoticed, also with --quiet."""
    sys.stderr.write(f"{printable(text)}\n")


def note(screen: Screen, text: str) -> None:
    """Tell how it went, unless --quiet."""
    if not screen.quiet:
        warn(text)


def detail(screen: Screen, text: str) -> None:
    """Tell what is being done, with --verbose."""
    if screen.verbose:
        warn(text)


def refuse(message: str, hint: str | None) -> None:
    """Tell what could not be done and how to mend it."""
    warn(f"error: {message}")
    if hint:
        warn(f"hint: {hint}")


def printable(text: str) -> str:
    """Text that cannot steer a terminal."""
    return _CONTROL.sub("�", text)


def folded(text: str) -> str:
    """Text on one line."""
    return " ".join(printable(text).split())


def markdown(text: str) -> str:
    """Text on one line, in which nothing is markup (CommonMark, 2.4) and no cell of a table ends."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", folded(text))


@contextmanager
def progress(screen: Screen, label: str, unit: str = "") -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error where that is a terminal; yields the function to tell (done, total).

    With the name of a unit, the rate is shown as well; what is told first, such as what was known before, has none.
    """
    if screen.quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    if unit:
        columns.append(TextColumn("{task.fields[rate]}"))
    with Progress(*columns, console=_console(screen, stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, rate="")
        start: list[tuple[float, int]] = []

        def tick(done: int, total: int) -> None:
            if not start:
                start.append((monotonic(), done))
                bar.reset(task, completed=done, total=total)
            (since, before), now = start[0], monotonic()
            rate = f"{(done - before) / (now - since):.1f} {unit}/s" if done > before and now > since else ""
            bar.update(task, completed=done, total=total, rate=rate)

        yield tick


def counts(screen: Screen, numbers: Mapping[str, int]) -> None:
    """Tell numbers, one a line, right-aligned."""
    width = max((len(str(n)) for n in numbers.values()), default=0)
    for label, number in numbers.items():
        note(screen, f"  {number:>{width}} {label}")


def skipped(sources: Iterable[Skipped]) -> None:
    """Tell which sources were not used."""
    for source in sources:
        warn(f"skipped: {source.source}: {source.reason}")


def findings(found: Iterable[Finding]) -> None:
    """Print findings in words: what, where, by which shape, with the sentence."""
    for item in found:
        write(f"{item.severity.value}: {folded(item.message)}\n")
        places = {"focus": item.focus, "path": item.path, "value": item.value, "shape": item.shape}
        for label, value in (places | {"words": item.sentence}).items():
            if value:
                write(f"  {label} {folded(value if label == 'words' else shrink(value))}\n")


def table(screen: Screen, columns: Sequence[str], rows: Iterable[Sequence[str]], *, fold: bool = False) -> None:
    """Print a table that fits the terminal; elsewhere it is PLAIN_WIDTH wide.

    Columns without any value are left out, and named on standard error. With `fold` the evidence of each row stands
    below it, whether or not there is room beside.
    """
    from kg.cli.tables import lay_out

    cells = [[printable(cell) for cell in row] for row in rows]
    kept = [i for i in range(len(columns)) if not cells or any(row[i] for row in cells)]
    console = _console(screen)
    shown = lay_out([columns[i] for i in kept], [[row[i] for i in kept] for row in cells], console.width, fold=fold)
    console.print(shown, no_wrap=False)
    if len(kept) < len(columns):
        note(screen, f"columns without values: {', '.join(c for i, c in enumerate(columns) if i not in kept)}")


def emphasized(screen: Screen, text: str) -> None:
    """Print a line, in bold on a terminal."""
    if not (on_terminal() and screen.color):
        write(f"{printable(text)}\n")
        return
    from rich.text import Text

    _console(screen).print(Text(printable(text), "bold"))


def highlighted(
    screen: Screen, before: str, words: str, after: str, *, marks: Sequence[tuple[int, int]] = (), indent: int = 6
) -> None:
    """Print words in their place, indented: in bold on a terminal, in «…» elsewhere and without colours.

    Args:
        screen: whether with colours.
        before: what stands before the words.
        words: the words.
        after: what stands behind them.
        marks: parts of the words, [start, end), that are underlined on a terminal; without any, all are.
        indent: width of the margin.
    """
    if not (on_terminal() and screen.color):
        write(f"{' ' * indent}{folded(f'{before}«{words}»{after}')}\n")
        return
    from rich.padding import Padding
    from rich.text import Text

    shown = Text.assemble((_spaced(before).lstrip(), "dim"))
    end = 0
    for start, stop in sorted(marks or ((0, len(words)),)):
        shown.append(_spaced(words[end:start]), "bold")
        shown.append(_spaced(words[max(start, end) : stop]), "bold underline")
        end = max(end, stop)
    shown.append(_spaced(words[end:]), "bold")
    shown.append(_spaced(after).rstrip(), "dim")
    _console(screen).print(Padding(shown, (0, 0, 0, indent), expand=False))


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", printable(text))


def _console(screen: Screen, *, stderr: bool = False) -> Console:
    from rich.console import Console

    terminal = sys.stderr.isatty() if stderr else on_terminal()
    width = shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns if terminal else PLAIN_WIDTH
    return Console(
        stderr=stderr,
        width=width,
        no_color=not screen.color,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )
