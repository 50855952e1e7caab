from __future__ import annotations

import hashlib
import json
import math
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import spacy

from kg.errors import AssetError
from kg.extract import encoder
from kg.extract.annotate import AnnotatedDocument, Passage
from kg.extract.encoder import NAMED, OUTPUTS, TAGGED, Encoder, best_path, reread_names, tag_names, windows
from kg.extract.layout import Block, Kind
from kg.extract.mentions import Form, Mention
from kg.model import IRI, Document

WORDS = ["[PAD]", *(f"[unused{i}]" for i in range(99)), "[UNK]", "[CLS]", "[SEP]"]
VOCABULARY = {
    word: number
    for number, word in enumerate(
        [*WORDS, "ana", "mar", "##in", "of", "elm", "school", "said", "no", ".", "caf", "##e"]
    )
}


def document(*blocks: tuple[Kind, str]) -> AnnotatedDocument:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    text = "\n\n".join(t for _, t in blocks)
    passages, at = [], 0
    for index, (kind, block) in enumerate(blocks):
        passages.append(Passage(index, Block(kind, block, tuple(range(at, at + len(block)))), nlp(block)))
        at += len(block) + 2
    return AnnotatedDocument(Document(iri=IRI("urn:d"), name="d", text=text, sha256="0"), tuple(passages))


def pieces(text: str) -> list[tuple[int, int, int]]:
    window = windows(document((Kind.PARAGRAPH, text)), VOCABULARY)[0]
    return [(p.number, p.start, p.end) for p in window.pieces if p]


class Session:
    """Says that the pieces with certain numbers begin or go on with a kind."""

    def __init__(self, said: dict[int, tuple[int, float]]) -> None:
        self.said = said

    def run(self, _: None, given: dict[str, Any]) -> Any:
        import numpy as np

        rows = np.full((1, given["ids"].shape[1], OUTPUTS), math.log(0.001))
        for i, number in enumerate(given["ids"][0].tolist()):
            tag, chance = self.said.get(number, (0, 0.99))
            rows[0, i, tag] = math.log(chance)
        return [rows]


def begins(kind: str) -> int:
    return 1 + 2 * TAGGED.index(kind)


def test_pieces_are_the_longest_known_ones_with_their_places() -> None:
    assert pieces("Ana Marin.") == [
        (VOCABULARY["ana"], 0, 3),
        (VOCABULARY["mar"], 4, 7),
        (VOCABULARY["##in"], 7, 9),
        (VOCABULARY["."], 9, 10),
    ]


def test_accents_fold_and_words_that_cannot_be_spelt_are_one_unknown_piece() -> None:
    assert pieces("Café qzx") == [(VOCABULARY["caf"], 0, 3), (VOCABULARY["##e"], 3, 4), (encoder.UNKNOWN, 5, 8)]


def test_long_blocks_are_cut_and_windows_repeat_title_and_heading() -> None:
    long = " ".join(["Ana said no."] * 100)
    found = windows(document((Kind.HEADING, "Elm School"), (Kind.PARAGRAPH, long)), VOCABULARY)
    assert len(found) == 2
    assert all(len(w.pieces) <= encoder.WINDOW for w in found)
    judged = [p for w in found for p in w.pieces[w.prefix :] if p]
    assert len(judged) == 2 + 400
    context = [p.number for p in found[1].pieces[: found[1].prefix] if p]
    assert context == [VOCABULARY["elm"], VOCABULARY["school"]]
    assert judged[-1].end == len(long)


def test_a_tag_goes_on_only_after_its_own_beginning() -> None:
    begin, inside = begins("School"), begins("School") + 1
    rows = [[-9.0] * OUTPUTS for _ in range(3)]
    rows[0][0], rows[1][inside], rows[2][inside] = -0.1, -0.2, -0.2
    rows[1][begin] = -1.0
    assert best_path(rows) == [0, begin, inside]
    assert best_path([]) == []


def test_names_are_read_with_their_probability() -> None:
    text = document((Kind.PARAGRAPH, "Ana Marin of Elm School said no."))
    said = {VOCABULARY["elm"]: (begins("School"), 0.9), VOCABULARY["school"]: (begins("School") + 1, 0.7)}
    (found,) = tag_names(text, (), Encoder(VOCABULARY, Session(said)))
    assert (found.mention.start, found.mention.end, found.mention.kind) == (13, 23, "School")
    assert found.probability == pytest.approx(0.8, abs=0.01)


def test_rereading_keeps_rules_forms_and_nominals_and_drops_doubtful_names() -> None:
    text = document((Kind.PARAGRAPH, "Ana of Elm School said no."))
    by_rule = (
        Mention(0, 0, 3, "Place", "label", Form.SHORT),
        Mention(0, 7, 17, "School", "head", Form.NAME),
        Mention(0, 18, 25, "Event", "nominal", Form.NOMINAL),
    )
    said = {
        VOCABULARY["ana"]: (begins("Person"), 0.9),
        VOCABULARY["elm"]: (begins("School"), 0.9),
        VOCABULARY["school"]: (begins("School") + 1, 0.9),
        VOCABULARY["no"]: (begins("Place"), 0.4),
    }
    found = reread_names(text, by_rule, Encoder(VOCABULARY, Session(said)))
    assert found == (
        Mention(0, 0, 3, "Person", "encoder", Form.SHORT),
        Mention(0, 7, 17, "School", "head", Form.NAME),
        Mention(0, 18, 25, "Event", "nominal", Form.NOMINAL),
    )


def test_missing_or_changed_weights_are_reported(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="missing"):
        encoder.load_encoder(tmp_path)
    (tmp_path / encoder.MODEL).write_bytes(b"other")
    (tmp_path / encoder.VOCABULARY).write_text("[PAD]\n")
    (tmp_path / encoder.MANIFEST).write_text(json.dumps({"sha256": "0"}))
    encoder.load_encoder.cache_clear()
    with pytest.raises(AssetError, match="not those"):
        encoder.load_encoder(tmp_path)


def test_shipped_weights_are_those_of_the_manifest_and_fit() -> None:
    folder = files("kg.extract") / "weights"
    if not (folder / encoder.MODEL).is_file():
        pytest.skip("the encoder is not in this checkout")
    model = (folder / encoder.MODEL).read_bytes()
    assert len(model) < 40_000_000
    assert hashlib.sha256(model).hexdigest() == json.loads((folder / encoder.MANIFEST).read_text())["sha256"]
    assert len((folder / encoder.VOCABULARY).read_text().splitlines()) == 30522


def test_shipped_model_reads_a_plain_sentence() -> None:
    pytest.importorskip("onnxruntime")
    if not (files("kg.extract") / "weights" / encoder.MODEL).is_file():
        pytest.skip("the encoder is not in this checkout")
    text = document((Kind.PARAGRAPH, "Maria Santos teaches at Elm Grove Elementary School."))
    loaded = encoder.load_encoder()
    found = tag_names(text, (), loaded)
    assert found == tag_names(text, (), loaded)
    assert {t.mention.kind for t in found} <= set(NAMED)
    assert ("Person", 0, 12) in {(t.mention.kind, t.mention.start, t.mention.end) for t in found}
