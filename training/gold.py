"""Gold annotations (the format of the annotation guide), projected onto the laid-out text.

`project` gives the extractor's finders the entities an annotator saw, so that each finder can be developed and judged
apart from naming.
"""

from __future__ import annotations

import collections
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.extract.annotate import AnnotatedDocument
from kg.extract.mentions import Form, LocalEntity, Mention
from kg.model import Document, EntityId
from kg.namespaces import DATA, mint

GENERIC = re.compile(r"^(the|our|its|their|this|that|a|an)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated document."""

    name: str
    text: str
    annotation: dict[str, Any]


def load_gold(*folders: Path) -> list[Gold]:
    """All NAME.json with their NAME.txt in the folders, sorted by name."""
    files = sorted((f for folder in folders for f in folder.glob("*.json")), key=lambda f: f.stem)
    return [Gold(f.stem, f.with_suffix(".txt").read_text(), json.loads(f.read_text())) for f in files]


def as_document(name: str, text: str) -> Document:
    """A Document for a gold text."""
    import hashlib

    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(iri=mint(DATA, "document", digest, name=name), name=name, text=text, sha256=digest)


def project(annotated: AnnotatedDocument, annotation: dict[str, Any]) -> tuple[LocalEntity, ...]:
    """The gold entities with every mention of their names and aliases, longest first, no overlaps."""
    text = annotated.document.text
    forms: dict[str, list[str]] = collections.defaultdict(list)
    for entity in annotation["entities"]:
        for name in [entity["name"], *entity.get("aliases", [])]:
            if entity["id"] not in forms[name] and len(name) > 1:
                forms[name].append(entity["id"])
    taken = bytearray(len(text))
    kinds = {e["id"]: e["type"] for e in annotation["entities"]}
    mentions: dict[str, list[Mention]] = collections.defaultdict(list)
    for name in sorted(forms, key=lambda n: (-len(n), n)):
        pattern = r"\s+".join(map(re.escape, name.split()))
        if name[0].isalpha() and (GENERIC.match(name) or name[0].islower()):
            pattern = f"[{name[0].upper()}{name[0].lower()}]{pattern[1:]}"
        for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text):
            if any(taken[match.start() : match.end()]):
                continue
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            where = _place(annotated, match.start(), match.end())
            if where:
                form = Form.NAME if any(c.isupper() or c.isdigit() for c in re.sub(GENERIC, "", name)) else Form.NOMINAL
                mentions[forms[name][0]].append(Mention(*where, kinds[forms[name][0]], "gold", form))
    return tuple(
        LocalEntity(
            id=EntityId(e["id"]),
            kind=e["type"],
            names=tuple(dict.fromkeys([e["name"], *e.get("aliases", [])])),
            mentions=tuple(sorted(mentions[e["id"]])),
        )
        for e in annotation["entities"]
    )


def _place(annotated: AnnotatedDocument, start: int, end: int) -> tuple[int, int, int] | None:
    for passage in annotated.passages:
        offsets = passage.block.offsets
        if offsets[0] <= start <= offsets[-1] or offsets[0] < end <= offsets[-1] + 1:
            inside = [i for i, o in enumerate(offsets) if start <= o < end]
            if inside:
                return passage.index, inside[0], inside[-1] + 1
    return None
