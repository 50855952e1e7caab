"""Linking across documents: which entities of different readings are one, and the IRIs they get.

Conservative: two entities are merged only where their full names agree and nothing speaks against it; numbers,
chapters, kinds and dates guard a merge, people need an organization in common. The result does not depend on the order
of documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from sys import intern

from kg.decisions import Decision
from kg.extract.decided import Named, Node, decide
from kg.extract.mentions import family
from kg.lexicon import Lexicon
from kg.model import IRI, Anchor, Assertion, Corpus, Date, Entity, EntityId, Grounds, Reading
from kg.namespaces import mint, slug

FUNCTION_WORDS = frozenset("a an and at by for from in of on or the to with".split())


@dataclass(frozen=True, slots=True)
class Outline:
    """What linking needs of a reading, which is a small part of it.

    Attributes:
        document: IRI of the document.
        sha256: of its text.
        entities: without their mentions.
        starts: entity → when it started, where the document states it.
        name: of the document.
    """

    document: IRI
    sha256: str
    entities: tuple[Entity, ...]
    starts: dict[EntityId, str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """The result of linking, for documents in order of their IRIs.

    Attributes:
        iris: for each document the IRIs of its entities, in the order of its reading.
        entities: what was named, without mentions, by IRI.
    """

    iris: tuple[tuple[IRI, ...], ...]
    entities: dict[str, Entity]


def link(readings: Iterable[Reading], lexicon: Lexicon, base: str, decisions: Sequence[Decision] = ()) -> Corpus:
    """Merge the entities of all readings and rewrite their statements to the IRIs.

    Raises:
        InputError: a decision cannot be obeyed.
    """
    ordered = sorted(readings, key=lambda r: r.document.iri)
    links = find_links(map(outline, ordered), lexicon, base, decisions)
    linked = [rewrite(reading, iris) for reading, iris in zip(ordered, links.iris, strict=True)]
    mentions: dict[str, set[Anchor]] = defaultdict(set)
    for reading in linked:
        for entity in reading.entities:
            mentions[entity.id].update(entity.mentions)
    return Corpus(
        documents=tuple(r.document for r in ordered),
        entities=tuple(replace(e, mentions=tuple(sorted(mentions[i]))) for i, e in sorted(links.entities.items())),
        readings=tuple(linked),
    )


def outline(reading: Reading) -> Outline:
    """What linking needs of a reading."""
    entities = tuple(  # one string for what stands in very many readings
        Entity(id=EntityId(intern(e.id)), kind=intern(e.kind), names=tuple(map(intern, e.names)), classes=e.classes)
        for e in reading.entities
    )
    return Outline(reading.document.iri, reading.document.sha256, entities, _starts(reading), reading.document.name)


def find_links(outlines: Iterable[Outline], lexicon: Lexicon, base: str, decisions: Sequence[Decision] = ()) -> Links:
    """Which entities of all documents are one, and their IRIs; the order of the outlines does not matter.

    Raises:
        InputError: a decision cannot be obeyed.
    """
    ordered = sorted(outlines, key=lambda o: o.document)
    common = _common_words(lexicon)
    states = frozenset(fold(form) for form in lexicon.forms("USState"))
    clusters = _merge_people(ordered, _merge_named(ordered, common, states))
    names: Mapping[Node, str] = {}
    iris = _mint(ordered, clusters, base, names)
    if decisions:
        named = {(i, e.id): Named(o.name, e, iris[i, e.id]) for i, o in enumerate(ordered) for e in o.entities}
        decided = decide(clusters, named, decisions)
        clusters, names = decided.clusters, decided.names
        iris = _mint(ordered, clusters, base, names)
    entities = {}
    for nodes in clusters:
        iri = iris[nodes[0]]
        entities[str(iri)] = _united(ordered, nodes, iri, names.get(nodes[0]))
    return Links(tuple(tuple(iris[i, e.id] for e in o.entities) for i, o in enumerate(ordered)), entities)


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """A name without case, accents, punctuation and article, for comparison."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(c))
    words = re.findall(r"\w+", plain.replace("'", ""))
    return " ".join(words[1:] if words[:1] in (["the"], ["a"], ["an"]) else words)


def _common_words(lexicon: Lexicon) -> frozenset[str]:
    """Words that name no particular thing: those of the lexicon and function words."""
    words = {w for entry in lexicon.entries for form in entry.forms for w in fold(form).split()}
    return frozenset(words | FUNCTION_WORDS)


def _key(entity: Entity, common: frozenset[str], states: frozenset[str]) -> str | None:
    """What two entities must share to be merged by name; None where the name does not identify."""
    name = entity.names[0]
    folded = fold(name)
    words = folded.split()
    group = family(entity.kind)
    if group == "Concept":
        return f"{group}|{folded}"
    if group == "Place":  # there are many towns of one name; a state, or a town with its state, is one place
        return f"{group}|{folded}" if ", " in name or folded in states else None
    if group == "Document":
        return f"{group}|{name if '://' in name else folded}"
    acronym = re.fullmatch(r"[A-Z][A-Z0-9&-]{2,9}", name) is not None
    distinct = [w for w in words if w not in common and not w.isdigit()]
    if group == "Person":
        return f"{group}|{folded}" if len(words) > 1 else None
    if acronym or (len(words) > 1 and distinct and name[:1].isupper()):
        return f"{entity.kind}|{folded}"
    return None


def _merge_named(outlines: Sequence[Outline], common: frozenset[str], states: frozenset[str]) -> list[list[Node]]:
    """Clusters by key; people and whatever has no key stay alone."""
    by_key: dict[str, list[Node]] = defaultdict(list)
    for i, one in enumerate(outlines):
        for entity in one.entities:
            key = _key(entity, common, states)
            if key is None or entity.kind == "Person":
                key = f"{i}|{entity.id}"
            elif family(entity.kind) == "Event":
                key += "|" + one.starts.get(entity.id, "")[:4]  # an annual event is another one each year
            if by_key[key] and by_key[key][-1][0] == i:
                key = f"{i}|{entity.id}"  # one reading keeps apart what its own linking kept apart
            by_key[key].append((i, entity.id))
    return _merge_acronyms(outlines, [nodes for _, nodes in sorted(by_key.items()) if nodes])


def _starts(reading: Reading) -> dict[EntityId, str]:
    return {
        a.subject: a.object.value
        for a in reading.assertions
        if a.predicate == "startedOn" and isinstance(a.object, Date) and a.grounds.status.stated
    }


def _merge_acronyms(outlines: Sequence[Outline], clusters: list[list[Node]]) -> list[list[Node]]:
    """Join an entity known only by an acronym to the one cluster of its kind that defines that acronym."""
    entities = [{e.id: e for e in one.entities} for one in outlines]
    definitions: dict[tuple[str, str], list[int]] = defaultdict(list)
    bare: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, nodes in enumerate(clusters):
        members = [entities[i][e] for i, e in nodes]
        acronyms = {n for e in members for n in e.names if re.fullmatch(r"[A-Z][A-Z0-9&-]{2,9}", n)}
        only = all(re.fullmatch(r"[A-Z][A-Z0-9&-]{2,9}", e.names[0]) for e in members)
        for acronym in sorted(acronyms):
            (bare if only else definitions)[(members[0].kind, acronym)].append(number)
    target: dict[int, int] = {}
    for key, numbers in sorted(bare.items()):
        defined = definitions.get(key, [])
        if len(defined) == 1 and len(numbers) == 1:
            shared = {i for i, _ in clusters[defined[0]]} & {i for i, _ in clusters[numbers[0]]}
            if not shared:
                target[numbers[0]] = defined[0]
    merged = {n: list(nodes) for n, nodes in enumerate(clusters) if n not in target}
    for source, destination in sorted(target.items()):
        merged[destination] += clusters[source]
    return [sorted(nodes) for _, nodes in sorted(merged.items())]


def _merge_people(outlines: Sequence[Outline], clusters: list[list[Node]]) -> list[list[Node]]:
    """Merge people of one full name whose documents name an organization in common."""
    entities = [{e.id: e for e in one.entities} for one in outlines]
    organizations_of: list[list[int]] = [[] for _ in outlines]
    for number, nodes in enumerate(clusters):
        i, entity_id = nodes[0]
        if family(entities[i][entity_id].kind) == "Organization":
            for i, _ in nodes:
                organizations_of[i].append(number)
    #: Full name → the people of that name; organization → which of them it is named with.
    by_name: dict[str, list[list[Node]]] = defaultdict(list)
    named_with: dict[tuple[str, int], list[int]] = defaultdict(list)
    rest: list[list[Node]] = []
    for nodes in sorted(clusters):
        i, entity_id = nodes[0]
        entity = entities[i][entity_id]
        name = fold(entity.names[0]) if entity.kind == "Person" else ""
        if " " not in name:
            rest.append(nodes)
            continue
        known, here = by_name[name], organizations_of[i]
        places = sorted({place for number in here for place in named_with[name, number]})
        # Nodes come document after document, so that the last tells whether this document has the name already.
        home = next((place for place in places if known[place][-1][0] != i), len(known))
        if home == len(known):
            known.append([])
        known[home] += nodes
        for number in here:
            if home not in named_with[name, number]:
                named_with[name, number].append(home)
    return sorted(rest + [c for _, group in sorted(by_name.items()) for c in group])


def _mint(
    outlines: Sequence[Outline], clusters: list[list[Node]], base: str, names: Mapping[Node, str]
) -> dict[Node, IRI]:
    """The IRI of each cluster: its kind and name, with a digest of its documents where two would collide."""
    entities = [{e.id: e for e in one.entities} for one in outlines]
    wanted: dict[tuple[str, str], list[list[Node]]] = defaultdict(list)
    for nodes in clusters:
        best = _best([entities[i][e] for i, e in nodes])
        wanted[(_segment(best.kind), names.get(nodes[0], best.names[0]))].append(nodes)
    slugs: dict[tuple[str, str], int] = defaultdict(int)
    for (segment, name), group in wanted.items():
        slugs[(segment, slug(name))] += len(group)
    iris: dict[Node, IRI] = {}
    for (segment, name), group in sorted(wanted.items()):
        for nodes in group:
            unique = slugs[(segment, slug(name))] == 1 and len(name) <= 60 and slug(name) != "x"
            where = [(outlines[i].sha256, e) for i, e in nodes[:1]]
            parts = () if unique else (segment, name, *where)
            iri = mint(base, segment, *parts, name=name)
            iris.update(dict.fromkeys(nodes, iri))
    return iris


def _segment(kind: str) -> str:
    """The path segment of a kind, "school-district"; cited works keep apart from source documents."""
    return "work" if kind == "Document" else re.sub(r"(?<!^)(?=[A-Z])", "-", kind).lower()


def _best(entities: Sequence[Entity]) -> Entity:
    """The member with the fullest name; ties by name."""
    return max(entities, key=lambda e: (len(fold(e.names[0]).split()), len(e.names[0]), e.names[0]))


def _united(outlines: Sequence[Outline], nodes: Sequence[Node], iri: IRI, name: str | None) -> Entity:
    members = [next(e for e in outlines[i].entities if e.id == local) for i, local in nodes]
    best = _best(members)
    names = dict.fromkeys([name or best.names[0], *sorted({n for e in members for n in e.names})])
    classes = tuple(sorted({c for e in members for c in e.classes}))
    return Entity(id=EntityId(iri), kind=best.kind, names=tuple(names), classes=classes)


def rewrite(reading: Reading, iris: Sequence[IRI]) -> Reading:
    """The reading with local ids replaced by IRIs; an id that is an IRI already (the document itself) stays."""
    known = dict(zip((e.id for e in reading.entities), iris, strict=True))

    def iri(entity: EntityId) -> EntityId:
        return EntityId(known.get(entity, IRI(entity)))

    def grounds(g: Grounds) -> Grounds:
        source = None if g.attributed_to is None else iri(g.attributed_to)
        return replace(g, attributed_to=source, cites=_iris(g.cites))

    def _iris(ids: Iterable[EntityId]) -> tuple[EntityId, ...]:
        return tuple(dict.fromkeys(iri(e) for e in ids))

    def assertion(a: Assertion) -> Assertion:
        target = a.object if isinstance(a.object, Date) else iri(a.object)
        return replace(a, subject=iri(a.subject), object=target, grounds=grounds(a.grounds))

    unmapped = (
        replace(u, subject=iri(u.subject), object=iri(u.object), grounds=grounds(u.grounds)) for u in reading.unmapped
    )
    return replace(
        reading,
        unmapped=tuple(u for u in unmapped if u.subject != u.object),
        entities=tuple(replace(e, id=iri(e.id)) for e in reading.entities),
        # Two ends that people decided to be one state nothing any more.
        assertions=tuple(a for a in map(assertion, reading.assertions) if a.subject != a.object),
        memberships=tuple(
            replace(
                m,
                member=iri(m.member),
                organization=None if m.organization is None else iri(m.organization),
                grounds=grounds(m.grounds),
            )
            for m in reading.memberships
        ),
        statistics=tuple(replace(s, about=_iris(s.about), grounds=grounds(s.grounds)) for s in reading.statistics),
        attributions=tuple(
            replace(a, speaker=None if a.speaker is None else iri(a.speaker)) for a in reading.attributions
        ),
        voice=None if reading.voice is None else iri(reading.voice),
    )
