"""The optional encoder: a small pretrained language model that reads names again, with the rules' findings as input.

It is a six-layer MiniLM, tuned on annotated documents by `python -m training.encoder`, quantised to 8 bits and run by
onnxruntime on one thread. It sees each word in its context, the layout (block kinds, the title and the heading above)
and what the rules of `kg.extract.names` made of it; it says for each word how likely it is part of a name of each kind.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.errors import AssetError, ModelError
from kg.extract.layout import Kind
from kg.extract.mentions import Form, Mention

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from kg.extract.annotate import AnnotatedDocument

MODEL, VOCABULARY, MANIFEST = "encoder-names.onnx", "encoder-vocabulary.txt", "encoder.json"
#: Kinds of names, in the order of the model's outputs.
NAMED = (
    "Organization", "SchoolDistrict", "School", "CharterNetwork", "LaborUnion", "SupportOrganization",
    "GovernmentBody", "Person", "Initiative", "Event", "Place",
)  # fmt: skip
#: What is tagged: names; works and concepts; what only common nouns name; nominal references to something named.
TAGGED = (*NAMED, "Document", "Concept", "nominal Initiative", "nominal Event", "nominal", "reference")
#: Outputs: 0 is no name; tag i begins at 1 + 2 i and goes on at 2 + 2 i.
OUTPUTS = 1 + 2 * len(TAGGED)
#: Least probability of a name's best mention.
THRESHOLD = 0.5

WINDOW, HEAD = 320, 28  # word pieces of a window; of the title and of the heading repeated before it
PAD, UNKNOWN, START, SEPARATOR = 0, 100, 101, 102
BLOCKS = {Kind.HEADING: 1, Kind.PARAGRAPH: 2, Kind.ITEM: 3, Kind.FOOTNOTE: 4, Kind.DATELINE: 5}
#: Words that a name's span does not begin with.
BEFORE = re.compile(
    r"(?:(?:the|a|an|our|their|its|this|that)\s+|(?:Dr|Mr|Ms|Mrs|Prof|Rev|Hon|Sen|Rep)\.?\s+)+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A word piece: its number in the vocabulary, characters [start, end) of the passage, its word's letter case."""

    number: int
    passage: int
    start: int
    end: int
    case: int


@dataclass(frozen=True, slots=True)
class Window:
    """What the model reads at once: pieces with None for markers; the first `prefix` are repeated for context only."""

    pieces: tuple[Piece | None, ...]
    prefix: int


@dataclass(frozen=True, slots=True)
class Encoder:
    """A loaded model: its vocabulary (word piece → number) and the onnxruntime session."""

    vocabulary: Mapping[str, int]
    session: Any


@dataclass(frozen=True, slots=True)
class Tagged:
    """A name as the encoder reads it, with the mean probability of its pieces."""

    mention: Mention
    probability: float


@cache
def load_encoder(folder: Traversable | None = None) -> Encoder:
    """Load the model of a folder (by default the one that comes with the package).

    Raises:
        ModelError: onnxruntime is not installed.
        AssetError: the files are missing, or are not those of the manifest.
    """
    folder = folder or files("kg.extract") / "weights"
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        model, vocabulary = (folder / MODEL).read_bytes(), (folder / VOCABULARY).read_text()
    except (OSError, ValueError) as error:
        raise AssetError(
            "the encoder's weights are missing", where=str(folder), hint="python -m training.encoder"
        ) from error
    if hashlib.sha256(model).hexdigest() != manifest["sha256"]:
        raise AssetError("the encoder's weights are not those of its manifest", where=MODEL)
    try:
        onnxruntime: Any = import_module("onnxruntime")
    except ImportError as error:
        raise ModelError("onnxruntime is not installed", where=MODEL, hint="pip install onnxruntime") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return Encoder({piece: number for number, piece in enumerate(vocabulary.splitlines())}, session)


def reread_names(
    annotated: AnnotatedDocument, mentions: tuple[Mention, ...], encoder: Encoder, threshold: float = THRESHOLD
) -> tuple[Mention, ...]:
    """The mentions of a document after the encoder has read it again; stands between `find_names` and `link_mentions`.

    One kind for each string of a document, by the sum of probabilities. A name stays if its best mention reaches the
    threshold. Nominal mentions of the rules are kept where no name overlaps them; forms of the rules' mentions stay.
    """
    tagged = tag_names(annotated, mentions, encoder)
    kinds: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    best: dict[str, float] = defaultdict(float)
    for t in tagged:
        text = _text(annotated, t.mention)
        kinds[text][t.mention.kind] += t.probability
        best[text] = max(best[text], t.probability)
    by_rule = {(m.passage, m.start, m.end): m for m in mentions if m.form is not Form.NOMINAL}
    names = []
    for m in (t.mention for t in tagged):
        text, rule = _text(annotated, m), by_rule.get((m.passage, m.start, m.end))
        kind = max(sorted(kinds[text]), key=lambda k: kinds[text][k])
        if best[text] >= threshold:
            how = rule.rule if rule and rule.kind == kind else "encoder"
            names.append(Mention(m.passage, m.start, m.end, kind, how, rule.form if rule else m.form))
    taken = {(m.passage, i) for m in names for i in range(m.start, m.end)}
    nominals = [
        m for m in mentions if m.form is Form.NOMINAL and not taken & {(m.passage, m.start), (m.passage, m.end - 1)}
    ]
    return tuple(sorted([*names, *nominals]))


def tag_names(annotated: AnnotatedDocument, mentions: Sequence[Mention], encoder: Encoder) -> tuple[Tagged, ...]:
    """The names that the encoder reads in a document, in reading order; the rules' mentions are an input."""
    read: dict[int, list[tuple[Piece, list[float]]]] = defaultdict(list)
    for window in windows(annotated, encoder.vocabulary):
        scores = encoder.session.run(None, inputs(window, annotated, mentions))[0][0].tolist()
        for piece, row in list(zip(window.pieces, scores, strict=True))[window.prefix :]:
            if piece:
                read[piece.passage].append((piece, row))
    return tuple(t for passage in sorted(read) for t in _decode(annotated.passages[passage].block.text, read[passage]))


def windows(annotated: AnnotatedDocument, vocabulary: Mapping[str, int]) -> tuple[Window, ...]:
    """A document in windows of whole blocks (long ones cut at sentence ends), each after its title and heading."""
    blocks = [tuple(_pieces(p.block.text, p.index, vocabulary)) for p in annotated.passages]
    headings = [p.index for p in annotated.passages if p.block.kind is Kind.HEADING]
    groups: list[list[tuple[Piece, ...]]] = [[]]
    for passage, block in zip(annotated.passages, blocks, strict=True):
        for run in _cut(block, [s.end_char for s in passage.doc.sents]):
            if groups[-1] and sum(len(r) + 1 for r in groups[-1]) + len(run) + 1 > WINDOW - 2 * HEAD - 4:
                groups.append([])
            groups[-1].append(run)
    found = []
    for group in (g for g in groups if g):
        first = group[0][0].passage
        above = [h for h in headings if h < first]
        context = [blocks[h][:HEAD] for h in dict.fromkeys(above[:1] + above[-1:])]
        found.append(_window(context, group))
    return tuple(found)


def inputs(window: Window, annotated: AnnotatedDocument, mentions: Sequence[Mention]) -> dict[str, Any]:
    """The model's inputs for a window: arrays of int64 of shape (1, length)."""
    import numpy as np

    last = len(window.pieces) - 1
    markers = [START if i == 0 else SEPARATOR for i in range(last + 1)]
    rows = {
        "ids": [p.number if p else markers[i] for i, p in enumerate(window.pieces)],
        "mask": [1] * (last + 1),
        "case": [p.case if p else 0 for p in window.pieces],
        "block": [BLOCKS[annotated.passages[p.passage].block.kind] if p else 0 for p in window.pieces],
        "rule": _rule_tags(window, mentions),
    }
    return {name: np.array([row], dtype=np.int64) for name, row in rows.items()}


def tags(window: Window, spans: Mapping[int, Sequence[tuple[int, int, str]]]) -> list[int]:
    """The tag of each piece of a window, given (start, end, tagged kind) by passage; the first span with it counts."""
    found, previous = [], None
    for piece in window.pieces:
        span = None
        if piece:
            span = next((s for s in spans.get(piece.passage, ()) if s[0] < piece.end and piece.start < s[1]), None)
        found.append(1 + 2 * TAGGED.index(span[2]) + (span is previous) if span else 0)
        previous = span
    return found


def _rule_tags(window: Window, mentions: Sequence[Mention]) -> list[int]:
    spans: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for m in sorted(mentions, key=lambda m: (m.passage, m.start - m.end, m)):  # the longest first
        kind = m.kind
        if m.form is Form.NOMINAL:
            kind = f"nominal {m.kind}" if f"nominal {m.kind}" in TAGGED else "nominal"
        if kind in TAGGED:
            spans[m.passage].append((m.start, m.end, kind))
    return tags(window, spans)


def _window(context: Sequence[tuple[Piece, ...]], group: Sequence[tuple[Piece, ...]]) -> Window:
    pieces: list[Piece | None] = [None]
    for run in context:
        pieces += [*run, None]
    prefix = len(pieces)
    for run in group:
        pieces += [*run, None]
    return Window(tuple(pieces), prefix)


def _cut(block: tuple[Piece, ...], ends: Sequence[int]) -> Iterator[tuple[Piece, ...]]:
    room, start, last = WINDOW - 2 * HEAD - 5, 0, 0
    for i, piece in enumerate(block):
        if i - start >= room:
            cut = last if last > start else i
            yield block[start:cut]
            start = cut
        if piece.end in ends:
            last = i + 1
    if block[start:]:
        yield block[start:]


def _pieces(text: str, passage: int, vocabulary: Mapping[str, int]) -> Iterator[Piece]:
    """Word pieces of a text: lower case without accents, the longest known piece first."""
    for word in re.finditer(r"[^\W_]+|[^\w\s]|_", text):
        if unicodedata.category(word.group()[0]) in ("Cc", "Cf"):
            continue
        folded: list[tuple[str, int]] = [
            (c, i)
            for i, original in enumerate(word.group(), word.start())
            for c in unicodedata.normalize("NFD", original.lower())
            if unicodedata.category(c) != "Mn"
        ]
        case, plain = _case(word.group()), "".join(c for c, _ in folded)
        for number, a, b in _longest(plain, vocabulary):
            yield Piece(number, passage, folded[a][1], folded[b - 1][1] + 1, case)


def _longest(word: str, vocabulary: Mapping[str, int]) -> list[tuple[int, int, int]]:
    """(number, start, end) of the pieces of a folded word; one unknown piece where it cannot be spelt."""
    found, start = [], 0
    while start < len(word):
        prefix = "##" if start else ""
        end = next((e for e in range(len(word), start, -1) if prefix + word[start:e] in vocabulary), None)
        if end is None:
            return [(UNKNOWN, 0, len(word))]
        found.append((vocabulary[prefix + word[start:end]], start, end))
        start = end
    return found


def _case(word: str) -> int:
    if word.isdigit():
        return 5
    if not any(c.isalpha() for c in word):
        return 6
    if word.isupper():
        return 3 if len(word) > 1 else 2
    if word[0].isupper():
        return 2 if word[1:].islower() else 4
    return 1 if word.islower() else 4


def _decode(text: str, read: Sequence[tuple[Piece, Sequence[float]]]) -> Iterator[Tagged]:
    """The names of the best sequence of tags, widened to whole words; what is no proper name is left out."""
    path = best_path([row for _, row in read])
    i = 0
    while i < len(path):
        j = i + 1
        if path[i] % 2 == 1:
            while j < len(path) and path[j] == path[i] + 1:
                j += 1
            kind = TAGGED[path[i] // 2]
            if kind in NAMED:
                rows = [row for _, row in read[i:j]]
                chance = sum(math.exp(r[path[i]]) + math.exp(r[path[i] + 1]) for r in rows) / len(rows)
                start, end = _whole_words(text, read[i][0].start, read[j - 1][0].end)
                mention = Mention(read[i][0].passage, start, end, kind, "encoder", Form.NAME)
                yield Tagged(mention, round(min(chance, 1.0), 4))
        i = j


def best_path(rows: Sequence[Sequence[float]]) -> list[int]:
    """The most likely sequence of tags: a tag goes on only after its own beginning."""
    if not rows:
        return []
    scores = [s if i == 0 or i % 2 else -math.inf for i, s in enumerate(rows[0])]
    back: list[list[int]] = []
    for row in rows[1:]:
        top = max(range(OUTPUTS), key=lambda t: (scores[t], -t))
        came = [top] * OUTPUTS
        for tag in range(2, OUTPUTS, 2):
            came[tag] = tag if scores[tag] > scores[tag - 1] else tag - 1
        scores = [scores[came[t]] + row[t] for t in range(OUTPUTS)]
        back.append(came)
    path = [max(range(OUTPUTS), key=lambda t: (scores[t], -t))]
    for came in reversed(back):
        path.append(came[path[-1]])
    return path[::-1]


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while end < len(text) and text[end].isalnum():
        end += 1
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    return start, end


def _text(annotated: AnnotatedDocument, mention: Mention) -> str:
    return annotated.passages[mention.passage].block.text[mention.start : mention.end]
