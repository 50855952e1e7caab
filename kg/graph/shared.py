"""What documents say of nodes that several of them may name: on disk, sorted by node, and read a few nodes at a time.

A node that many documents name is described by all of them together, so that nothing can be told of it before the last.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import IO

from kg.graph.gate import Portion
from kg.graph.parts import Part
from kg.graph.sorting import sorted_lines
from kg.graph.terms import RDF, Term, Triple

#: Triples that are checked together; a node is never cut.
PORTION = 20_000
#: Characters that are sorted in memory at a time, at least; and into how many runs more than that is cut at most.
_HELD, _RUNS = 1 << 22, 64
_QUADS, _AROUND = "said", "around"
_SORTED = {_QUADS: "said.sorted", _AROUND: "around.sorted"}


@dataclass(frozen=True, slots=True)
class Shared:
    """Files of what documents say, one line each.

    Attributes:
        folder: of the files.
        targets: predicates whose objects are targets of shapes.
        near: nodes that the corpus as a whole names.
        kinds: of those, the types that documents give them.
    """

    folder: Path
    targets: Collection[Term]
    near: Collection[Term]
    files: Mapping[str, IO[str]]
    kinds: dict[Term, list[Triple]] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Take what a document says."""
        quads, around = self.files[_QUADS], self.files[_AROUND]
        kinds: dict[Term, list[Term]] = {}
        for s, p, o in part.links:
            if p == RDF.type:
                kinds.setdefault(s, []).append(o)
                if s in self.near:
                    self.kinds.setdefault(s, []).append((s, p, o))
        leading = [(s, p, o) for s, p, o in part.links if p != RDF.type]
        for name, s, p, o in part.shared:
            quads.write(f"{s} {p} {o} <{name}> .\n")
            around.writelines(f"{s} {o} {RDF.type} {kind}\n" for kind in kinds.get(o, ()))
            if p in self.targets:
                leading.append((s, p, o))
        for s, p, o in leading:
            around.write(f"{o} {s} {p} {o}\n")
            around.writelines(f"{o} {s} {RDF.type} {kind}\n" for kind in kinds.get(s, ()))

    def sort(self) -> None:
        """Sort the files, when all documents have been taken."""
        for name, file in self.files.items():
            file.close()
            path, target = self.folder / name, self.folder / _SORTED[name]
            most = max(_HELD, path.stat().st_size // _RUNS)
            with (
                path.open(encoding="utf-8", newline="\n") as given,
                target.open("w", encoding="utf-8", newline="\n") as written,
            ):
                written.writelines(f"{line}\n" for line in sorted_lines((line[:-1] for line in given), most))
            path.unlink()

    def lines(self) -> Iterator[str]:
        """The lines of N-Quads, sorted."""
        with (self.folder / _SORTED[_QUADS]).open(encoding="utf-8", newline="\n") as file:
            yield from file

    def portions(self, corpus: Iterable[Triple]) -> Iterator[Portion]:
        """All that is said of some nodes at a time.

        Args:
            corpus: what the corpus as a whole says of nodes, sorted.
        """
        known, kinds = list(corpus), dict(self.kinds)
        for triple in known:
            if triple[1] == RDF.type:
                kinds.setdefault(triple[0], []).append(triple)
        own, around = list[Triple](), list[Triple]()
        told = ((t[0], True, t) for t in known)
        for _, said in groupby(heapq.merge(told, self._said(), self._ways(), key=itemgetter(0)), key=itemgetter(0)):
            for _, is_own, triple in said:
                (own if is_own else around).append(triple)
            if len(own) + len(around) >= PORTION:
                yield _portion(own, around, kinds)
                own, around = [], []
        if own or around:
            yield _portion(own, around, kinds)

    def _said(self) -> Iterator[tuple[Term, bool, Triple]]:
        for line in self.lines():
            s, p, rest = line.split(" ", 2)
            yield s, True, (s, p, rest[: rest.rindex(" <")])

    def _ways(self) -> Iterator[tuple[Term, bool, Triple]]:
        with (self.folder / _SORTED[_AROUND]).open(encoding="utf-8", newline="\n") as file:
            for line in file:
                node, s, p, o = line[:-1].split(" ")
                yield node, False, (s, p, o)


def gather_in(folder: Path, files: ExitStack, targets: Collection[Term], near: Collection[Term]) -> Shared:
    """Files in a folder, still empty; they are closed with the stack, whatever happens."""
    made = {n: files.enter_context((folder / n).open("w", encoding="utf-8", newline="\n")) for n in _SORTED}
    return Shared(folder, targets, near, made)


def _portion(own: list[Triple], around: list[Triple], kinds: Mapping[Term, list[Triple]]) -> Portion:
    ends = {end for s, _, o in chain(own, around) for end in (s, o)}
    return Portion(own, [*around, *chain.from_iterable(kinds.get(end, ()) for end in ends)])
