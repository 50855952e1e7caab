"""What people decided about the links of entities, applied to what was linked without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.decisions import Decision, Key
from kg.errors import InputError
from kg.extract.mentions import family
from kg.model import IRI, Entity, EntityId

#: (document index, local id): an entity before linking.
Node = tuple[int, EntityId]


@dataclass(frozen=True, slots=True)
class Named:
    """An entity of a document.

    Attributes:
        document: name of the document.
        entity: as the reading has it.
        iri: what it would get without decisions.
    """

    document: str
    entity: Entity
    iri: IRI


@dataclass(slots=True)
class Decided:
    """Clusters after decisions, and the names that were decided.

    Attributes:
        clusters: the nodes of each entity.
        names: node → the name that its entity gets.
    """

    clusters: list[list[Node]]
    names: dict[Node, str] = field(default_factory=dict)


def decide(clusters: Sequence[Sequence[Node]], named: Mapping[Node, Named], decisions: Iterable[Decision]) -> Decided:
    """Apply decisions: splits first, then merges, then names; the order of rows does not matter.

    Raises:
        InputError: a row names no entity, or merges what is not of one kind, or what another row splits.
    """
    known = _index(named)
    rows = sorted((d for d in decisions if d.verb != "keep"), key=lambda d: (_ORDER.index(d.verb), d.one.iri, d.place))
    home = {node: number for number, nodes in enumerate(clusters) for node in nodes}
    homes = len(clusters)
    for row in rows:
        if row.verb == "split":
            home[_find(row.one, row, known)] = homes
            homes += 1
    for row in rows:
        if row.verb == "merge":
            one, other = _find(row.one, row, known), _find(row.other, row, known)
            _check_kinds(row, named[one].entity, named[other].entity)
            kept, gone = sorted((home[one], home[other]))
            home = {node: kept if number == gone else number for node, number in home.items()}
    groups: dict[int, list[Node]] = {}
    for node in sorted(home):
        groups.setdefault(home[node], []).append(node)
    made = Decided([groups[number] for number in sorted(groups)])
    for row in rows:
        if row.verb == "rename":
            made.names |= dict.fromkeys(groups[home[_find(row.one, row, known)]], row.other.name)
    return made


_ORDER = ("split", "merge", "rename")


Index = Mapping[str, Mapping[Node, Named]]


def _index(named: Mapping[Node, Named]) -> Index:
    """Name of a document, or IRI → the entities there."""
    made: dict[str, dict[Node, Named]] = {}
    for node, one in sorted(named.items()):
        made.setdefault(f"document {one.document}", {})[node] = one
        made.setdefault(str(one.iri), {})[node] = one
    return made


def _find(key: Key, row: Decision, known: Index) -> Node:
    """The entity that a row names: of that IRI in that document, else the only one that fits in two of three."""
    named = known.get(f"document {key.document}" if key.document else key.iri, {})
    fitting = [(_fits(key, one), node) for node, one in named.items()]
    best = max((number for number, _ in fitting), default=0)
    found = [node for number, node in fitting if number == best]
    entities = {named[node].iri for node in found}
    if best < 2 or len(entities) > 1:
        what = "names no entity" if best < 2 else "names several entities"
        words = ", ".join(x for x in (key.iri, repr(key.name) if key.name else "", key.document) if x)
        hint = "its document has changed: correct the row, or remove it; kg link review lists what there is"
        raise InputError(f"{row.verb} {what}: {words}", where=row.place, hint=hint)
    return found[0]


def _fits(key: Key, one: Named) -> int:
    """How many of IRI, name and document agree."""
    return sum((bool(key.iri) and key.iri == one.iri, key.name in one.entity.names, bool(key.document)))


def _check_kinds(row: Decision, one: Entity, other: Entity) -> None:
    if family(one.kind) != family(other.kind):
        message = f"merge joins a {one.kind} and a {other.kind}: {one.names[0]!r}, {other.names[0]!r}"
        raise InputError(message, where=row.place, hint="merge only what is of one kind; remove the row")
