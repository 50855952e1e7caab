"""Export of a million quads beside pyoxigraph's own sorted serialisation, and what the stages of ten million need.

    python -m bench --only exporting [--large]

Both sides are whole processes. Pyoxigraph's: parse the N-Quads, sort by their text, serialise; all held in memory.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import graphs
from bench.measuring import Cost, Figures, in_turn, middle, process, profile_rows, profiled, ratio, shown, table

FORMATS = ("nq", "ttl")
_THEIRS = """
import sys
import pyoxigraph as ox
from kg.namespaces import PREFIXES
source, target, extension = sys.argv[1:]
quads = sorted(ox.parse(path=source, format=ox.RdfFormat.N_QUADS), key=str)
if extension == "nq":
    ox.serialize(quads, target, format=ox.RdfFormat.N_QUADS)
else:
    ox.serialize((quad.triple for quad in quads), target, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
"""
_OURS = """
import sys
from pathlib import Path
from kg.graph.export import export
source, target, extension = sys.argv[1:]
with Path(target).open("wb") as file:
    export(Path(source), extension, file)
"""


def measure(*, quads: int = 1_000_000, rounds: int = 3, large: bool = False) -> Figures:
    """Both sides on so many quads; with `large` on ten times as many, ours only."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.nq", Path(folder) / "target"
        count = graphs.write(source, quads)
        figures: Figures = {"quads": count, "formats": {}}
        for extension in FORMATS:
            words = [str(source), str(target), extension]
            costs = in_turn(
                {
                    "ours": lambda words=words: process(["-c", _OURS, *words]),
                    "theirs": lambda words=words: process(["-c", _THEIRS, *words]),
                },
                rounds,
                warm=False,
            )
            figures["formats"][extension] = {
                "ratio": ratio(costs["ours"], costs["theirs"]),
                **{side: [middle(c), middle(c, "memory")] for side, c in costs.items()},
            }
        small = Path(folder) / "small.nq"
        graphs.write(small, quads // 10)
        figures["profile"] = profiled(lambda: _export(small, target))
    if large:
        figures["large"] = measure_large(quads * 10)
    return figures


def measure_large(quads: int) -> Figures:
    """Generate, export, load and ask so many quads, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()
        (out / "manifest.json").write_text('{"accord": 1, "sha256": {}}')
        source = out / "dataset.nq"
        steps: dict[str, Cost] = {"generate": process(["-m", "bench.graphs", str(quads), str(source)])}
        for extension in FORMATS:
            words = [str(source), str(Path(folder) / "target"), extension]
            steps[f"export {extension}"] = process(["-c", _OURS, *words])
        (Path(folder) / "target").unlink()
        import os

        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        question = ["-m", "kg", "query", "numbers", "-d", str(out), "--limit", "10"]
        steps["load, first question"] = process(question)
        steps["a question"] = process(question)
        return {"quads": quads, "steps": {name: [c.cpu, c.wall, c.memory] for name, c in steps.items()}}


def tell(f: Figures) -> str:
    """The section of the page."""
    rows = [
        [
            name,
            f"{v['ours'][0]:.1f} s, {v['ours'][1]:,.0f} MB",
            f"{v['theirs'][0]:.1f} s, {v['theirs'][1]:,.0f} MB",
            shown(v["ratio"]),
        ]
        for name, v in f["formats"].items()
    ]
    text = f"{f['quads']:,} quads, whole processes, CPU seconds and peak memory:\n\n"
    text += table(["format", "kg export", "pyoxigraph sorted", "ratio"], rows)
    text += f"\nWhere the time of Turtle goes: {profile_rows(f['profile'])}.\n"
    if "large" in f:
        rows = [[name, f"{c:,.0f} s", f"{w:,.0f} s", f"{m:,.0f} MB"] for name, (c, w, m) in f["large"]["steps"].items()]
        text += f"\n{f['large']['quads']:,} quads, each step a process:\n\n"
        text += table(["step", "CPU", "wall", "peak memory"], rows)
    return text


def _export(source: Path, target: Path) -> None:
    from kg.graph.export import export

    with target.open("wb") as file:
        export(source, "ttl", file)


if __name__ == "__main__":
    print(tell(measure(large="--large" in sys.argv)))
