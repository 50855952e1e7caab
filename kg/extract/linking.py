"""Linking across documents: which entities of different readings are one, and the IRIs they get.

Conservative: two entities are merged only where their full names agree and nothing speaks against it; numbers,
chapters, kinds and dates guard a merge, people need an organization in common. The result does not depend on the order
of documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.extract.mentions import family
from kg.lexicon import Lexicon
from kg.model import IRI, Assertion, Corpus, Date, Entity, EntityId, Grounds, Reading
from kg.namespaces import mint, slug

#: (document index, local id): an entity before linking.
Node = tuple[int, EntityId]

FUNCTION_WORDS = frozenset("a an and at by for from in of on or the to with".split())


def link(readings: Iterable[Reading], lexicon: Lexicon, base: str) -> Corpus:
    """Merge the entities of all readings and rewrite their statements to the IRIs."""
    ordered = sorted(readings, key=lambda r: r.document.iri)
    common = _common_words(lexicon)
    states = frozenset(fold(form) for form in lexicon.forms("USState"))
    clusters = _merge_people(ordered, _merge_named(ordered, common, states))
    iris = _mint(ordered, clusters, base)
    entities = [_united(ordered, nodes, iris[nodes[0]]) for nodes in clusters]
    return Corpus(
        documents=tuple(r.document for r in ordered),
        entities=tuple(sorted(entities, key=lambda e: e.id)),
        readings=tuple(_rewritten(i, reading, iris) for i, reading in enumerate(ordered)),
    )


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


def _merge_named(readings: Sequence[Reading], common: frozenset[str], states: frozenset[str]) -> list[list[Node]]:
    """Clusters by key; people and whatever has no key stay alone."""
    by_key: dict[str, list[Node]] = defaultdict(list)
    for i, reading in enumerate(readings):
        starts = _starts(reading)
        for entity in reading.entities:
            key = _key(entity, common, states)
            if key is None or entity.kind == "Person":
                key = f"{i}|{entity.id}"
            elif family(entity.kind) == "Event":
                key += "|" + starts.get(entity.id, "")[:4]  # an annual event is another one each year
            if any(node[0] == i for node in by_key[key]):
                key = f"{i}|{entity.id}"  # one reading keeps apart what its own linking kept apart
            by_key[key].append((i, entity.id))
    return _merge_acronyms(readings, [nodes for _, nodes in sorted(by_key.items()) if nodes])


def _starts(reading: Reading) -> dict[EntityId, str]:
    return {
        a.subject: a.object.value
        for a in reading.assertions
        if a.predicate == "startedOn" and isinstance(a.object, Date) and a.grounds.status.stated
    }


def _merge_acronyms(readings: Sequence[Reading], clusters: list[list[Node]]) -> list[list[Node]]:
    """Join an entity known only by an acronym to the one cluster of its kind that defines that acronym."""
    entities = [{e.id: e for e in r.entities} for r in readings]
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


def _merge_people(readings: Sequence[Reading], clusters: list[list[Node]]) -> list[list[Node]]:
    """Merge people of one full name whose documents name an organization in common."""
    documents_of: dict[int, set[int]] = defaultdict(set)
    kinds = [{e.id: e for e in r.entities} for r in readings]
    for number, nodes in enumerate(clusters):
        if family(kinds[nodes[0][0]][nodes[0][1]].kind) == "Organization":
            for i, _ in nodes:
                documents_of[i].add(number)
    by_name: dict[str, list[list[Node]]] = defaultdict(list)
    rest: list[list[Node]] = []
    for nodes in clusters:
        i, entity_id = nodes[0]
        entity = kinds[i][entity_id]
        name = fold(entity.names[0])
        if entity.kind != "Person" or " " not in name:
            rest.append(nodes)
            continue
        home = next(
            (
                c
                for c in by_name[name]
                if not any(j == i for j, _ in c) and any(documents_of[i] & documents_of[j] for j, _ in c)
            ),
            None,
        )
        if home is None:
            by_name[name].append(list(nodes))
        else:
            home.extend(nodes)
    return sorted(rest + [c for _, group in sorted(by_name.items()) for c in group])


def _mint(readings: Sequence[Reading], clusters: list[list[Node]], base: str) -> dict[Node, IRI]:
    """The IRI of each cluster: its kind and name, with a digest of its documents where two would collide."""
    entities = [{e.id: e for e in r.entities} for r in readings]
    wanted: dict[tuple[str, str], list[list[Node]]] = defaultdict(list)
    for nodes in clusters:
        best = _best([entities[i][e] for i, e in nodes])
        wanted[(_segment(best.kind), best.names[0])].append(nodes)
    slugs: dict[tuple[str, str], int] = defaultdict(int)
    for (segment, name), group in wanted.items():
        slugs[(segment, slug(name))] += len(group)
    iris: dict[Node, IRI] = {}
    for (segment, name), group in sorted(wanted.items()):
        for nodes in group:
            unique = slugs[(segment, slug(name))] == 1 and len(name) <= 60 and slug(name) != "x"
            where = [(readings[i].document.sha256, e) for i, e in nodes[:1]]
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


def _united(readings: Sequence[Reading], nodes: Sequence[Node], iri: IRI) -> Entity:
    members = [next(e for e in readings[i].entities if e.id == local) for i, local in nodes]
    best = _best(members)
    names = dict.fromkeys([best.names[0], *sorted({n for e in members for n in e.names})])
    mentions = sorted({m for e in members for m in e.mentions})
    return Entity(id=EntityId(iri), kind=best.kind, names=tuple(names), mentions=tuple(mentions))


def _rewritten(i: int, reading: Reading, iris: dict[Node, IRI]) -> Reading:
    """The reading with local ids replaced by IRIs; an id that is an IRI already (the document itself) stays."""

    def iri(entity: EntityId) -> EntityId:
        return EntityId(iris.get((i, entity), IRI(entity)))

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
        assertions=tuple(assertion(a) for a in reading.assertions),
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
