"""The parts of a corpus (`kg.graph.parts`): those that are known from the cache, the others made, a few at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.collector import uncollected
from kg.corpus.encoding import MOST
from kg.corpus.readings import Readings
from kg.corpus.version import digest_of, maker_version
from kg.extract.linking import Links, rewrite
from kg.graph.dataset import BuildInfo, to_quads
from kg.graph.gate import Gate
from kg.graph.parts import RELATION, Part, decode_part, encode_part, make_parts, relations_of
from kg.graph.quads import Quads
from kg.model import Anchor, Corpus
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.corpus.proposing import Proposed

KIND = "part"
#: Documents whose parts are made together: applying all shapes costs something, however little they are applied to.
BATCH = 16


@dataclass(frozen=True, slots=True)
class Parts:
    """What the parts of a corpus are made of.

    Attributes:
        readings: of all documents.
        links: as found for these readings.
        kept: whether parts are kept for later builds.
    """

    readings: Readings | Proposed
    links: Links
    build: BuildInfo
    settings: Settings
    gate: Gate
    kept: bool

    def __iter__(self) -> Iterator[Part]:
        """All parts, in the order of the documents.

        Raises:
            WholeNeededError: the gate cannot tell document by document.
        """
        count = len(self.readings.documents)
        for start in range(0, count, BATCH):
            numbers = range(start, min(start + BATCH, count))
            keys = [self._key(number) if self.kept else "" for number in numbers]
            found = [self._known(key) if self.kept else None for key in keys]
            missing = [number for number, part in zip(numbers, found, strict=True) if part is None]
            with uncollected():
                corpora = [self.corpus(number) for number in missing]
                made = iter(make_parts(corpora, self.build, self.settings, self.gate))
            for key, known in zip(keys, found, strict=True):
                part = known or next(made)
                if self.kept and not known:
                    self.readings.entries.put(KIND, key, zlib.compress(encode_part(part), 1))
                yield part

    def relations(self, number: int) -> Quads:
        """What the document with a number says of relations: their sides and their words."""
        known = self._known(self._key(number)) if self.kept else None
        if known:
            return relations_of(known)
        quads = to_quads(self.corpus(number), self.build, self.settings)
        return Quads({name: {t for t in triples if t[1] in RELATION} for name, triples in quads.named.items()})

    def corpus(self, number: int) -> Corpus:
        """One linked document, with what it names as it is in the whole corpus."""
        linked = rewrite(self.readings.reading(number), self.links.iris[number])
        mentions: dict[str, set[Anchor]] = {}
        for entity in linked.entities:
            mentions.setdefault(entity.id, set()).update(entity.mentions)
        entities = (replace(self.links.entities[i], mentions=tuple(sorted(m))) for i, m in sorted(mentions.items()))
        return Corpus(documents=(linked.document,), entities=tuple(entities), readings=(linked,))

    def _key(self, number: int) -> str:
        """What identifies a part: the reading, what linking made of it, and how the graph is made."""
        document, iris = self.readings.documents.bare[number], self.links.iris[number]
        named = [[i, e.kind, e.names, e.classes] for i in iris for e in [self.links.entities[i]]]
        return digest_of([KIND, *self._common(), self.readings.keys[number], document.iri, document.name, named])

    def _common(self) -> tuple[object, ...]:
        settings = self.settings
        return maker_version(), settings.base, settings.min_confidence, self.build.proposer

    def _known(self, key: str) -> Part | None:
        entries = self.readings.entries
        content = entries.get(KIND, key)
        if content is None:
            return None
        try:
            inflate = zlib.decompressobj()
            part = decode_part(inflate.decompress(content, MOST))
        except (zlib.error, ValueError) as error:
            entries.drop(KIND, key, f"no part ({error})")
            return None
        entries.touch(KIND, key)
        return part
