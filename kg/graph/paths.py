"""How two entities are connected: chains of stated relations, each hop with the statement that carries it.

Relations are followed in both directions. Only what documents assert or report is a hop: what they deny, plan or
suppose connects nothing, and neither does what the reasoner adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.markup import chain_html
from kg.graph.resolve import resolve
from kg.graph.stated import ORG, RDF, Explained, Reader, read_statement
from kg.model import Status
from kg.namespaces import ACC, PREFIXES

#: Kinds of things that connect whatever they have in common with: no chain passes through them unless asked.
PASSED_OVER = ("Document", "Place")
#: No longer chain is looked for where the shortest are wanted.
MAX_HOPS = 8

_STATED = {ACC + s.value: s for s in Status if s.stated}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One statement between two entities, as seen from one of them.

    Attributes:
        name: the relation ("organizes"), or "role" with its title ("role: president").
        direction: "→" as stated, "←" the other way round, "–" where both are the same.
        claim: somebody said so; the document does not assert it.
    """

    name: str
    direction: str
    claim: bool
    statement: Explained


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """Two neighbours in a chain, by name and IRI, and all that is stated between them, facts first."""

    source: str
    target: str
    source_iri: str
    target_iri: str
    relations: tuple[Relation, ...]

    @property
    def claim(self) -> bool:
        """Whether it stands on claims alone."""
        return all(r.claim for r in self.relations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A way from one entity to another that meets nothing twice."""

    hops: tuple[Hop, ...]

    def _repr_html_(self) -> str:
        return chain_html(self)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A statement between two entities, not yet read: only those of the chains are."""

    subject: str
    target: str
    predicate: str
    claim: bool
    statement: str
    confidence: float


def find_paths(
    store: ox.Store,
    start: str,
    end: str,
    *,
    through: tuple[str, ...] = (),
    max_hops: int = MAX_HOPS,
    longer: bool = False,
    claims: bool = True,
    limit: int = 10,
) -> tuple[Chain, ...]:
    """The shortest chains between two entities; among equally long ones those with fewer claims first, then by name.

    Args:
        store: an open source (`kg.graph.query.open_source`).
        start: a name, an acronym, a prefixed name or an IRI.
        end: likewise.
        through: kinds of PASSED_OVER that chains may pass through all the same.
        max_hops: the longest chain.
        longer: all chains up to `max_hops`, not the shortest alone.
        claims: whether a hop may stand on claims alone.
        limit: the most chains.

    Raises:
        QueryError: nothing is called so, several things are, or both are the same.
    """
    reader = Reader(store)
    first, last = resolve(store, start), resolve(store, end)
    if first == last:
        raise QueryError(f"{start!r} and {end!r} are the same: {reader.name(first)}", hint="name two entities")
    edges = [e for e in _edges(reader) if claims or not e.claim]
    closed = {i for kind in PASSED_OVER if kind not in through for i in _instances(reader, kind)} - {first, last}
    neighbours = _neighbours([e for e in edges if e.subject not in closed and e.target not in closed])
    distances = _distances(neighbours, last, max_hops)
    if first not in distances:
        return ()
    lengths = range(distances[first], (max_hops if longer else distances[first]) + 1)
    between = _between(edges)
    found: list[Chain] = []
    for length in lengths:
        # More than `limit` are compared, so that facts come first; not all, which may be very many.
        ways = list(islice(_ways(neighbours, distances, (first,), last, length), 20 * limit))
        ways.sort(key=lambda w: (_claims(between, w), [reader.name(i) for i in w], w))
        found += [_chain(reader, between, way) for way in ways[: limit - len(found)]]
        if len(found) >= limit:
            break
    return tuple(found)


def _edges(reader: Reader) -> list[_Edge]:
    """All stated relations between two entities, and roles in organizations."""
    found = []
    predicates = dict(reader.pairs(RDF + "predicate"))
    objects = dict(reader.pairs(RDF + "object"))
    members = {s: (m, ACC + "role") for s, m in reader.pairs(ORG + "member")}
    organizations = dict(reader.pairs(ORG + "organization"))
    sides = {s: (x, predicates[s], objects[s]) for s, x in reader.pairs(RDF + "subject") if s in predicates}
    sides |= {s: (*members[s], organizations[s]) for s in members if s in organizations}
    statuses, confidences = dict(reader.pairs(ACC + "status")), dict(reader.pairs(ACC + "confidence"))
    entities = {e for e, _ in reader.pairs(PREFIXES["skos"] + "prefLabel")}
    for statement, (subject, predicate, target) in sorted(sides.items()):
        status = _STATED.get(statuses.get(statement, ""))
        if status and subject != target and subject in entities and target in entities:
            sure = float(confidences.get(statement, "0"))
            found.append(_Edge(subject, target, predicate, status is not Status.ASSERTED, statement, sure))
    return found


def _instances(reader: Reader, kind: str) -> set[str]:
    below = [ACC + kind]
    for lower in below:
        below += [c for c in reader.subjects(PREFIXES["rdfs"] + "subClassOf", lower) if c not in below]
    return {i for c in below for i in reader.subjects(RDF + "type", c)}


def _neighbours(edges: list[_Edge]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for edge in edges:
        found.setdefault(edge.subject, set()).add(edge.target)
        found.setdefault(edge.target, set()).add(edge.subject)
    return {node: sorted(others) for node, others in found.items()}


def _distances(neighbours: dict[str, list[str]], end: str, most: int) -> dict[str, int]:
    """Hops to `end` of all that reach it within `most`."""
    found, front = {end: 0}, [end]
    for hops in range(1, most + 1):
        front = sorted({n for node in front for n in neighbours.get(node, ()) if n not in found})
        found |= dict.fromkeys(front, hops)
    return found


def _ways(
    neighbours: dict[str, list[str]], distances: dict[str, int], way: tuple[str, ...], end: str, hops: int
) -> Iterator[tuple[str, ...]]:
    """Ways of exactly so many further hops that meet nothing twice."""
    if way[-1] == end:
        yield from [way] if hops == 0 else []
        return
    for node in neighbours.get(way[-1], ()):
        if node not in way and distances.get(node, hops) < hops:
            yield from _ways(neighbours, distances, (*way, node), end, hops - 1)


def _between(edges: list[_Edge]) -> dict[frozenset[str], list[_Edge]]:
    """Pair of entities → what is stated between them, facts before claims, the surest first."""
    found: dict[frozenset[str], list[_Edge]] = {}
    for edge in sorted(edges, key=lambda e: (e.claim, -e.confidence, e.predicate, e.statement)):
        found.setdefault(frozenset((edge.subject, edge.target)), []).append(edge)
    return found


def _claims(between: dict[frozenset[str], list[_Edge]], way: tuple[str, ...]) -> int:
    return sum(between[frozenset(pair)][0].claim for pair in pairwise(way))


def _chain(reader: Reader, between: dict[frozenset[str], list[_Edge]], way: tuple[str, ...]) -> Chain:
    hops = []
    for source, target in pairwise(way):
        relations = [_relation(reader, edge, source) for edge in between[frozenset((source, target))]]
        hops.append(
            Hop(
                source=reader.name(source),
                target=reader.name(target),
                source_iri=source,
                target_iri=target,
                relations=tuple(relations),
            )
        )
    return Chain(hops=tuple(hops))


def _relation(reader: Reader, edge: _Edge, source: str) -> Relation:
    name = edge.predicate.removeprefix(ACC)
    if name == "role":
        title = reader.value(edge.statement, ACC + "roleTitle")
        name = f"role: {title}" if title else "role"
    symmetric = PREFIXES["owl"] + "SymmetricProperty" in reader.values(edge.predicate, RDF + "type")
    direction = "–" if symmetric else "→" if edge.subject == source else "←"
    return Relation(name=name, direction=direction, claim=edge.claim, statement=read_statement(reader, edge.statement))
