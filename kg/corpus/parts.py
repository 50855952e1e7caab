"""The parts of a corpus (`kg.graph.parts`): those that are known from the cache, the others made, a few at a time."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.collector import uncollected
from kg.corpus.encoding import MOST
from kg.corpus.making import Request, linked, makers, pack
from kg.corpus.readings import Readings
from kg.corpus.version import digest_of, maker_version
from kg.extract.linking import Links
from kg.graph.dataset import BuildInfo, to_quads
from kg.graph.gate import Gate
from kg.graph.parts import RELATION, Part, decode_part, encode_part, make_parts, relations_of
from kg.graph.quads import Quads
from kg.model import Corpus
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.corpus.proposing import Proposed

KIND = "part"
#: Documents whose parts are made together: applying all shapes costs something, however little they are applied to.
BATCH = 16
#: So many are made here before processes are started, which cost more than these.
FEW = 96


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some documents.

    Attributes:
        keys: of their parts.
        found: those that are known.
        missing: numbers of the others.
        helped: whether processes make these.
    """

    keys: list[str]
    found: list[Part | None]
    missing: list[int]
    helped: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """What the parts of a corpus are made of.

    Attributes:
        readings: of all documents.
        links: as found for these readings.
        kept: whether parts are kept for later builds.
        jobs: processes that make parts at the same time.
    """

    readings: Readings | Proposed
    links: Links
    build: BuildInfo
    settings: Settings
    gate: Gate
    kept: bool
    jobs: int = 1

    def __iter__(self) -> Iterator[Part]:
        """All parts, in the order of the documents.

        Raises:
            WholeNeededError: the gate cannot tell document by document.
        """
        helpers = makers(self.jobs, self.settings, self.build)
        ahead: deque[_Batch] = deque()
        try:
            for contents in helpers.make(self._requests(ahead)):
                batch = ahead.popleft()
                parts = iter(self._made(batch.missing) if contents is None else map(_part, contents))
                packed = iter(contents or ())
                for key, known in zip(batch.keys, batch.found, strict=True):
                    part = known or next(parts)
                    if self.kept and not known:
                        self.readings.entries.put(KIND, key, next(packed, None) or pack(encode_part(part)))
                    yield part
        finally:
            helpers.end()

    def _requests(self, ahead: deque[_Batch]) -> Iterator[list[Request]]:
        """What processes are asked for, batch by batch; the batches themselves are put down in `ahead`."""
        for batch in self._batches():
            ahead.append(batch)
            yield [self._request(number) for number in batch.missing if batch.helped]

    def _batches(self) -> Iterator[_Batch]:
        count, made = len(self.readings.documents), 0
        can_help = self.jobs > 1 and isinstance(self.readings, Readings)
        for start in range(0, count, BATCH):
            numbers = range(start, min(start + BATCH, count))
            keys = [self._key(number) if self.kept else "" for number in numbers]
            found = [self._known(key) if self.kept else None for key in keys]
            missing = [number for number, part in zip(numbers, found, strict=True) if part is None]
            yield _Batch(keys, found, missing, helped=can_help and made >= FEW and bool(missing))
            made += len(missing)

    def _made(self, numbers: Iterable[int]) -> list[Part]:
        with uncollected():
            corpora = [self.corpus(number) for number in numbers]
            return make_parts(corpora, self.build, self.settings, self.gate) if corpora else []

    def _request(self, number: int) -> Request:
        assert isinstance(self.readings, Readings)
        iris = self.links.iris[number]
        named = tuple(self.links.entities[i] for i in sorted(set(iris)))
        return self.readings.documents[number], self.readings.content(number), iris, named

    def relations(self, number: int) -> Quads:
        """What the document with a number says of relations: their sides and their words."""
        known = self._known(self._key(number)) if self.kept else None
        if known:
            return relations_of(known)
        quads = to_quads(self.corpus(number), self.build, self.settings)
        return Quads({name: {t for t in triples if t[1] in RELATION} for name, triples in quads.named.items()})

    def corpus(self, number: int) -> Corpus:
        """One linked document, with what it names as it is in the whole corpus."""
        iris = self.links.iris[number]
        return linked(self.readings.reading(number), iris, (self.links.entities[i] for i in iris))

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
            part = _part(content)
        except (zlib.error, ValueError) as error:
            entries.drop(KIND, key, f"no part ({error})")
            return None
        entries.touch(KIND, key)
        return part


def _part(content: bytes) -> Part:
    return decode_part(zlib.decompressobj().decompress(content, MOST))
