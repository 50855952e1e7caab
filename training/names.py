"""Train the namer (`kg.extract.namer`): what names are, and which common nouns stand for an event or undertaking.

Rules were mended on the errors of some documents: there they look better than they are. Documents that nobody mended
rules on (`--unread` of `training.weights`) therefore weigh more.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from kg.extract.annotate import AnnotatedDocument
from kg.extract.entities import link_mentions
from kg.extract.lines import lower_words
from kg.extract.mentions import Form, family
from kg.extract.namer import RULES_ONLY, Namer, Weights
from kg.extract.names import find_names, profiles, type_names
from kg.extract.nominal_profiles import nominal_profiles
from kg.extract.nominals import find_nominals
from kg.extract.profiles import NOTHING
from kg.extract.renaming import RENAMED
from kg.extract.vocabulary import vocabulary
from kg.lexicon import Lexicon
from training.gold import Gold

REGULARISATION = {"names": 0.5, "nominals": 0.1}
UNREAD_WEIGHT = 1.5
SMALLEST_WEIGHT = 0.02
#: Parts that authors are divided into where they are held out.
FOLDS = 6
#: Kinds that are judged through relations only: as names they are nothing.
UNNAMED = frozenset({"Concept", "Document"})
#: Kinds that phrases of common nouns name.
PHRASED = frozenset({"Event", "Initiative", "Organization", "GovernmentBody"})
ORDINAL = re.compile(r"^(?:(?:the|\d+(?:st|nd|rd|th)|(?:19|20)\d\d(?:-\d+)?|first|second|third)\s)+", re.IGNORECASE)
YEARS = re.compile(r"\s(?:of\s)?(?:19|20)\d\d(?:-\d+)?$")
Row = tuple[frozenset[str], str]


@dataclass(frozen=True, slots=True)
class Example:
    """One document: (features, kind) of each candidate name, and of each group of phrases."""

    name: str
    names: tuple[Row, ...]
    nominals: tuple[Row, ...]

    @property
    def author(self) -> str:
        """The letter that documents of one author begin with."""
        return self.name[0]


def gather(gold: Gold, annotated: AnnotatedDocument, lexicon: Lexicon) -> Example:
    """The candidates of a document with the annotator's kinds."""
    words, lower = vocabulary(lexicon), lower_words(annotated)
    kinds = _kinds(gold, annotated, lexicon)
    found, series = type_names(annotated, words, lower)
    honorific = re.compile(rf"^(?:{words.honorific.pattern}\s)+")
    rows = []
    for text, features in sorted(profiles(annotated, found, series, lower, words).items()):
        kind = kinds.get(fold(text)) or kinds.get(fold(honorific.sub("", text)), NOTHING)
        rows.append((features, NOTHING if kind in UNNAMED else kind))
    return Example(gold.name, tuple(rows), tuple(_nominals(gold, annotated, lexicon)))


def _nominals(gold: Gold, annotated: AnnotatedDocument, lexicon: Lexicon) -> Iterator[Row]:
    """The groups of phrases with the kind of the entity that one of their phrases names."""
    words = vocabulary(lexicon)
    kinds: dict[str, str] = {}
    events: list[str] = []
    for entity in gold.annotation["entities"]:
        if entity["type"] in PHRASED:
            for name in (entity["name"], *entity.get("aliases", [])):
                kinds.setdefault(fold(name), entity["type"])
            events += [entity["name"]] * (entity["type"] == "Event")
    named = [m for m in find_names(annotated, lexicon, RULES_ONLY) if m.form is not Form.NOMINAL]
    groups = find_nominals(annotated, named, words)
    for group, features in zip(groups, nominal_profiles(annotated, named, groups, words), strict=True):
        texts = [annotated.passages[n.passage].block.text[start : n.end] for n in group for start in (n.start, n.bare)]
        kind = next((kinds[fold(t)] for t in texts if fold(t) in kinds), NOTHING)
        if kind == NOTHING and any(_overlap(t, event) >= 0.75 for t in texts for event in events):
            kind = "Event"
        yield features, kind


def _overlap(one: str, other: str) -> float:
    words, others = set(fold(one).split()), set(fold(other).split())
    return len(words & others) / max(1, min(len(words), len(others)))


def _kinds(gold: Gold, annotated: AnnotatedDocument, lexicon: Lexicon) -> dict[str, str]:
    """Folded name → kind, for the annotator's names and for others that the extractor links to one of them."""
    kinds: dict[str, str] = {}
    for entity in gold.annotation["entities"]:
        for name in (entity["name"], *entity.get("aliases", [])):
            kinds.setdefault(fold(name), entity["type"])
    for entity in gold.annotation["entities"]:
        for name in (entity["name"], *entity.get("aliases", [])):
            if entity["type"] in RENAMED and len((bare := undated(name)).split()) > 1:
                kinds.setdefault(fold(bare), entity["type"])
    for found in link_mentions(annotated, find_names(annotated, lexicon, RULES_ONLY), lexicon):
        known = [kinds[fold(n)] for n in found.names if fold(n) in kinds]
        if known and family(known[0]) == family(found.kind):
            for name in found.names:
                kinds.setdefault(fold(name), known[0])
    return kinds


def fold(text: str) -> str:
    """A name without case, accents, signs and article."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    words = re.sub(r"[^\w%$]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip()
    return re.sub(r"^(the|a|an) ", "", words)


def undated(name: str) -> str:
    """The name of an event or undertaking without its number and year ("12th Annual |Elm Summit| 2019")."""
    return YEARS.sub("", ORDINAL.sub("", name))


def train(examples: Sequence[Example], unread: tuple[str, ...] = ()) -> Namer:
    """Fit both models."""
    heavy = {e.name for e in examples if unread and e.name.startswith(unread)}
    names, nominals = {e.name: e.names for e in examples}, {e.name: e.nominals for e in examples}
    return Namer(
        names=fit(names, heavy, REGULARISATION["names"]), nominals=fit(nominals, heavy, REGULARISATION["nominals"])
    )


def held_out(examples: Sequence[Example], unread: tuple[str, ...] = ()) -> dict[str, Namer]:
    """Author → a namer that has seen no document of that author.

    What is trained on entities that the extractor finds should find them with these: the shipped namer finds more of
    the entities of the documents it was trained on than of others.
    """
    authors = sorted({e.author for e in examples})
    namers: dict[str, Namer] = {}
    for n in range(FOLDS):
        fold = authors[n::FOLDS]
        namer = train([e for e in examples if e.author not in fold], unread)
        namers |= dict.fromkeys(fold, namer)
    return namers


def fit(rows: dict[str, tuple[Row, ...]], heavy: set[str], strength: float) -> Weights:
    """A log-linear model of rows by document; features seen in a single document are left out."""
    documents: dict[str, set[str]] = defaultdict(set)
    for name, own in rows.items():
        for features, _ in own:
            for feature in features:
                documents[feature].add(name)
    columns = {f: n for n, f in enumerate(sorted(f for f, names in documents.items() if len(names) > 1))}
    indices = [sorted(columns[f] for f in features if f in columns) for own in rows.values() for features, _ in own]
    pointers = np.cumsum([0, *map(len, indices)]).astype(np.int32)
    flat = np.fromiter((i for row in indices for i in row), dtype=np.int32, count=int(pointers[-1]))
    matrix = csr_matrix((np.ones(len(flat)), flat, pointers), shape=(len(indices), len(columns)))
    kinds = [kind for own in rows.values() for _, kind in own]
    importance = [UNREAD_WEIGHT if name in heavy else 1.0 for name, own in rows.items() for _ in own]
    model = LogisticRegression(C=strength, max_iter=300)
    model.fit(matrix, kinds, importance)
    biases = {str(k): round(float(b), 4) for k, b in zip(model.classes_, model.intercept_, strict=True)}
    table: dict[str, tuple[tuple[str, float], ...]] = {}
    for n, feature in enumerate(sorted(columns)):
        column = zip(model.classes_, model.coef_[:, n], strict=True)
        table[feature] = tuple((str(k), round(float(w), 3)) for k, w in column if abs(w) >= SMALLEST_WEIGHT)
    return Weights(biases, {f: w for f, w in table.items() if w})


def write(namer: Namer, folder: Path) -> None:
    """Write the weights as sorted text."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, weights in (("names.tsv", namer.names), ("nominals.tsv", namer.nominals)):
        rows = [("", tuple(sorted(weights.biases.items()))), *sorted(weights.features.items())]
        lines = ["\t".join([feature, *(f"{k}={w:g}" for k, w in own)]) for feature, own in rows if own]
        (folder / file).write_text("".join(f"{line}\n" for line in lines))
