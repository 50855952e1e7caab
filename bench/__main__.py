"""All benches, and the page that they write: `python -m bench [--only asking,closing] [--large] [--list]`.

Each section measures both sides in one run and keeps its figures in docs/performance.json; docs/performance.md is made
from those and from bench/performance.md, so that a run of one section changes that section only.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import (
    asking,
    building,
    closing,
    exporting,
    growing,
    holding,
    installing,
    loading,
    reading,
    rebuilding,
    validating,
)
from bench.measuring import Figures

DOCS = Path(__file__).parents[1] / "docs"
TEMPLATE = Path(__file__).with_name("performance.md")
#: Section → what measures, and what tells the figures in Markdown; in the order of the page.
SECTIONS: dict[str, tuple[Callable[..., Figures], Callable[[Figures], str]]] = {
    "installing": (installing.measure, installing.tell),
    "reading": (reading.measure, reading.tell),
    "building": (building.measure, building.tell),
    "rebuilding": (rebuilding.measure, rebuilding.tell),
    "closing": (closing.measure, closing.tell),
    "validating": (validating.measure, validating.tell),
    "asking": (asking.measure, asking.tell),
    "exporting": (exporting.measure, exporting.tell),
    "growing": (growing.measure, growing.tell),
    "holding": (holding.measure, holding.tell),
    "loading": (loading.measure, loading.tell),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the sections asked for, print them, and write the page."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections, separated by commas")
    parser.add_argument("--large", action="store_true", help="also 10,000,000 quads: 20 minutes and 20 GB of disk")
    parser.add_argument("--page", action="store_true", help="measure nothing, write the page anew")
    options = parser.parse_args(arguments)
    wanted = [] if options.page else options.only.split(",")
    if unknown := sorted(set(wanted) - SECTIONS.keys()):
        parser.error(f"no such section: {', '.join(unknown)}; there are: {', '.join(SECTIONS)}")
    for name in wanted:
        measure, tell = SECTIONS[name]
        started = time.perf_counter()
        figures = measure(large=True) if options.large and name == "exporting" else measure()
        print(f"## {name}: {time.perf_counter() - started:.0f} s\n\n{tell(figures)}", flush=True)
        keep(name, figures)
        write_page()
    if options.page:
        write_page()


def keep(name: str, figures: Figures) -> None:
    """Put the figures of a section among the others; what was measured only with --large stays until it is again."""
    kept = load()
    old = kept.get(name, {})
    kept[name] = {**({"large": old["large"]} if "large" in old else {}), **figures, "machine": machine()}
    (DOCS / "performance.json").write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")


def load() -> dict[str, Figures]:
    """The figures of all sections that were measured."""
    file = DOCS / "performance.json"
    found: dict[str, Figures] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return found


def write_page() -> None:
    """Write docs/performance.md."""
    (DOCS / "performance.md").write_text(page(load()), "utf-8")


def page(kept: dict[str, Figures]) -> str:
    """The page: its text with the figures of each section in their place."""
    text = TEMPLATE.read_text("utf-8")
    for name, (_, tell) in SECTIONS.items():
        text = text.replace(f"{{{{{name}}}}}\n", tell(kept[name]) if name in kept else "Not measured yet.\n")
    return text.replace("{{machine}}", "; ".join(dict.fromkeys(k["machine"] for k in kept.values())) or "no machine")


def machine() -> str:
    """What was measured on."""
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


if __name__ == "__main__":
    main()
