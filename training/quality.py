"""Measure extraction against annotated documents and write the tables of docs/quality.md.

    python -m training.quality --scorer score.py --gold SEEDGOLD DEVSET [--unread n,o,p] [--write docs/quality.md]

Each document is built alone, as `kg build FILE -o DIR` does, and judged by the scorer. Documents whose name starts with
a letter of `--unread` are the authors nobody read while working on the rules: their rows show what carries over. With
`--cross-validate` the learned parts that read a document are trained without the documents of its author, and without
the other authors of its fold; without it the weights that Accord comes with are used, which have seen all annotated
documents.
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from kg.building import build
from kg.settings import Settings

ROWS = (
    "entities",
    "type of entity",
    "relations",
    "roles",
    "statistics",
    "statistic about",
    "quotations with speaker",
    "traps avoided",
    "grounded",
)
#: Groups of authors that are left out together when the learned judge is cross-validated.
FOLDS = 4
Tally = collections.Counter[str]
Scores = dict[str, dict[str, Tally]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, score, print, and write the page if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="annotated documents to train on only")
    parser.add_argument("--graphs", type=Path, help="keep the graphs here instead of a temporary folder")
    parser.add_argument("--unread", default="n,o,p", help="first letters of the authors not read, comma-separated")
    parser.add_argument("--only", default="", help="first letters of the documents to build, comma-separated")
    parser.add_argument("--cross-validate", action="store_true", help="read each author with weights that never saw it")
    parser.add_argument("--errors", action="store_true", help="print the errors of the authors that may be read")
    parser.add_argument("--write", type=Path, help="the page to write")
    options = parser.parse_args(arguments)
    unread = tuple(options.unread.split(","))
    only = tuple(filter(None, options.only.split(",")))
    with tempfile.TemporaryDirectory() as temporary:
        graphs = options.graphs or Path(temporary)
        scores: Scores = {}
        chosen = [t for f in options.gold for t in sorted(f.glob("*.txt")) if not only or t.stem.startswith(only)]
        weights = _train_folds(options, Path(temporary), unread) if options.cross_validate else {}
        scores |= _score(options.scorer, chosen, graphs, weights, unread if options.errors else None)
    page = render(scores, unread, CROSS_VALIDATED if options.cross_validate else SHIPPED)
    print(page)
    if options.write:
        options.write.write_text(page)


def _train_folds(options: argparse.Namespace, folder: Path, unread: tuple[str, ...]) -> dict[str, Path]:
    """First letter of an author → weights of all learned parts, trained without that author.

    The unread authors are one fold. Of the others, those of a fold are left out together; the seeds go with the first.
    """
    from training.gold import load_gold
    from training.weights import gather, train

    judged, further = load_gold(*options.gold), load_gold(*options.also)
    authors = sorted({g.name[0] for g in judged} - set(unread))
    fresh = tuple(sorted({*unread, *(g.name[0] for g in further)}))
    material = gather([*judged, *further], options.scorer, fresh)
    weights: dict[str, Path] = {}
    for number, fold in enumerate([*(authors[n::FOLDS] for n in range(FOLDS)), list(unread)]):
        train(material, folder / f"fold{number}", without=fold, unread=fresh)
        weights |= dict.fromkeys(fold, folder / f"fold{number}")
    return weights


def _score(
    scorer: Path, texts: Sequence[Path], graphs: Path, weights: dict[str, Path], hide_errors: tuple[str, ...] | None
) -> Scores:
    """Build the texts into NAME.nq and let the scorer judge them, document by document."""
    with tempfile.TemporaryDirectory() as temporary:
        corner = Path(temporary)
        graphs.mkdir(parents=True, exist_ok=True)
        for text in texts:
            made = build([text], Settings(weights=weights.get(text.stem[0])))
            (graphs / f"{text.stem}.nq").write_bytes(made.files["dataset.nq"])
            for suffix in (".txt", ".json"):
                (corner / text.with_suffix(suffix).name).write_bytes(text.with_suffix(suffix).read_bytes())
        command = [sys.executable, str(scorer), str(corner), str(graphs), "--ontology", "ontology/accord.ttl"]
        output = _run([*command, "--json"])
        if hide_errors is not None:
            errors = _run([*command, "--errors"]).splitlines()
            print("\n".join(line for line in errors if "\t" in line and not line.startswith(hide_errors)))
    documents = json.loads(output)["documents"]
    return {
        name: {row: collections.Counter({k: r[k] for k in ("tp", "fp", "fn")}) for row, r in rows.items()}
        for name, rows in documents.items()
    }


HEAD = """# Quality

Figures of `eval/score.py` on {count} annotated documents, each built alone. Written by

    make quality SCORER=path/to/score.py GOLD="path/to/seedgold path/to/devset"

Authors not read: {unread}. Nobody looked at their texts, annotations or errors while the rules were written; their
totals were looked at, and settled a few choices between rules.

{judge}

In rows "traps avoided" and "grounded" precision is the figure.
"""
CROSS_VALIDATED = """The learned parts are cross-validated by author: each document is read with weights
from which its author was left out (the unread authors all at once). The weights that Accord comes with are trained on
all documents, so these figures are what to expect of text nobody has seen."""
SHIPPED = "The learned parts use the weights that Accord comes with, which have seen all of these documents."


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 (our own command)


def render(scores: Scores, unread: tuple[str, ...], judge: str = SHIPPED) -> str:
    """The page: totals by group, relations, authors, documents; `judge` tells which weights were used."""

    def seeds(name: str) -> bool:
        return name[0].isdigit()

    def hidden(name: str) -> bool:
        return name.startswith(unread)

    groups: list[tuple[str, Callable[[str], bool]]] = [
        ("seeds", seeds),
        ("devset", lambda n: not seeds(n)),
        ("authors read", lambda n: not seeds(n) and not hidden(n)),
        ("authors not read", hidden),
    ]
    authors = sorted({name[0] for name in scores if not seeds(name)})
    relations = sorted({row for rows in scores.values() for row in rows if row.startswith("  ")})
    parts = [
        HEAD.format(count=len(scores), unread=", ".join(unread), judge=judge),
        "## Totals\n",
        _table([(label, _sum(scores, test)) for label, test in groups], ROWS),
        "## Relations\n\nPrecision / recall / F1.\n",
        _relations(scores, groups, relations),
        "## By author (F1)\n",
        _f1_table([(a, _sum(scores, lambda name: name[0] == a)) for a in authors]),  # noqa: B023
        "## By document (F1)\n",
        _f1_table([(name, scores[name]) for name in sorted(scores)]),
    ]
    return "\n".join(parts)


def _sum(scores: Scores, test: Callable[[str], bool]) -> dict[str, Tally]:
    total: dict[str, Tally] = collections.defaultdict(collections.Counter)
    for name, rows in scores.items():
        if test(name):
            for row, tally in rows.items():
                total[row].update(tally)
    return total


def measures(tally: Tally) -> tuple[float, float, float]:
    """Precision, recall, F1; 0 where undefined."""
    tp, fp, fn = tally["tp"], tally["fp"], tally["fn"]
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _table(groups: Iterable[tuple[str, dict[str, Tally]]], rows: Sequence[str]) -> str:
    lines = ["| documents | row | P | R | F1 | tp | fp | fn |", "|---|---|---|---|---|---|---|---|"]
    for label, tallies in groups:
        for row in rows:
            t = tallies.get(row, collections.Counter())
            p, r, f = measures(t)
            lines.append(f"| {label} | {row} | {p:.3f} | {r:.3f} | {f:.3f} | {t['tp']} | {t['fp']} | {t['fn']} |")
    return "\n".join(lines) + "\n"


def _relations(scores: Scores, groups: Sequence[tuple[str, Callable[[str], bool]]], relations: Sequence[str]) -> str:
    lines = ["| relation | " + " | ".join(label for label, _ in groups) + " |", "|---" * (len(groups) + 1) + "|"]
    totals = [_sum(scores, test) for _, test in groups]
    for relation in relations:
        cells = []
        for total in totals:
            p, r, f = measures(total.get(relation, collections.Counter()))
            cells.append(f"{p:.2f} / {r:.2f} / {f:.2f}")
        lines.append(f"| {relation.strip()} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _f1_table(items: Iterable[tuple[str, dict[str, Tally]]]) -> str:
    lines = ["| | " + " | ".join(ROWS) + " |", "|---" * (len(ROWS) + 1) + "|"]
    for label, tallies in items:
        cells = []
        for row in ROWS:
            p, _, f = measures(tallies.get(row, collections.Counter()))
            cells.append(f"{p if row in ('traps avoided', 'grounded') else f:.3f}")
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
