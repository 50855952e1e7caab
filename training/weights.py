"""Train all learned parts on annotated documents and write their weights: one command, in the order that they need.

    python -m training.weights --scorer score.py --gold SEEDGOLD DEVSET training/documents [--without n,o,p] [--out DIR]

Names come first. The judge and the rankings then learn from every document twice: with the annotator's entities, and
with those that a namer finds which has seen no document of that author, because the shipped namer finds more in the
documents that it was trained on than in others.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.extract.annotate import annotate, load_model
from kg.extract.entities import link_mentions
from kg.extract.names import find_names
from kg.extract.reading import with_works
from kg.lexicon import load_lexicon
from training import names, ranking, relations, topics, workplaces
from training.gold import Gold, as_document, load_gold

OUT = Path("kg/extract/weights")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What one document teaches each of the learned parts."""

    names: names.Example
    pairs: tuple[relations.Example, ...]
    topics: tuple[ranking.Case, ...]
    workplaces: tuple[ranking.Case, ...]

    @property
    def author(self) -> str:
        """The letter that documents of one author begin with."""
        return self.names.author


def gather(documents: Sequence[Gold], scorer: Path, unread: tuple[str, ...] = ()) -> list[Material]:
    """What the documents teach.

    Args:
        documents: annotated.
        scorer: the program whose alignment of names decides which entities are the annotator's.
        unread: first letters of documents that weigh more for names: no rule was mended on their errors.
    """
    nlp, lexicon, judging = load_model(), load_lexicon(), relations.load_scorer(scorer)
    parsed = [(gold, annotate(as_document(gold.name, gold.text), nlp)) for gold in documents]
    examples = [names.gather(gold, annotated, lexicon) for gold, annotated in parsed]
    namers = names.held_out(examples, unread)
    material = []
    for (gold, annotated), example in zip(parsed, examples, strict=True):
        mentions = find_names(annotated, lexicon, namers[example.author])
        named = link_mentions(annotated, mentions, lexicon)
        entities = with_works(annotated, named, lexicon)
        material.append(
            Material(
                names=example,
                pairs=tuple(relations.examples_of(gold, annotated, entities, lexicon, judging)),
                topics=tuple(topics.cases_of(gold, annotated, entities, lexicon, judging)),
                workplaces=tuple(workplaces.cases_of(gold, annotated, entities, lexicon, judging)),
            )
        )
    return material


def train(
    material: Sequence[Material], folder: Path, *, without: Collection[str] = (), unread: tuple[str, ...] = ()
) -> None:
    """Fit everything on the documents of all authors but those in `without`, and write it into a folder."""
    known = [m for m in material if m.author not in without]
    names.write(names.train([m.names for m in known], unread), folder)
    relations.write(relations.train([e for m in known for e in m.pairs]), folder)
    ranking.write(topics.train([c for m in known for c in m.topics]), folder, topics.NAME)
    ranking.write(workplaces.train([c for m in known for c in m.workplaces]), folder, workplaces.NAME)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--unread", default="", help="first letters of documents that weigh more, comma-separated")
    parser.add_argument("--without", default="", help="first letters of documents to leave out, comma-separated")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    without, unread = (tuple(filter(None, given.split(","))) for given in (options.without, options.unread))
    documents = [g for g in load_gold(*options.gold) if not (without and g.name.startswith(without))]
    train(gather(documents, options.scorer, unread), options.out, unread=unread)


if __name__ == "__main__":
    main()
