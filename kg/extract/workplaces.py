"""Where a post is held: the organization of each role, by a learned ranking.

The frames of `kg.extract.roles` find the phrase for a post and its person, and the organization where it stands beside
them. Here all organizations of the document are weighed against each other: what the frame says, where they stand from
the phrase and from the person, what else ties the person to them. What that weighs is learned (`training.workplaces`).
That the text tells no organization is a candidate too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.extract.context import Context, Text
from kg.extract.implied import governs_schools
from kg.extract.measurement import governing_verb, subject_of
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.ranking import Weights, shares
from kg.extract.statements import Candidate, Site
from kg.extract.viewpoint import Clause, Scene, find_scene, look_around
from kg.lexicon import Lexicon
from kg.model import Anchor, Assertion, EntityId, Membership

#: From this probability on that the text tells no organization, none is stated.
NOTHING = 0.85
#: From this probability of a place on, who holds the post belongs to the organization.
BELONGS = 0.3
CERTAIN = 0.95
#: Categories of the lexicon for posts by the sort of organization that has them.
SORTS = (
    "SchoolPost",
    "EmployerPost",
    "UnionPost",
    "NeutralPost",
    "PressPost",
    "ScholarPost",
    "PublicPost",
    "LegalPost",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One role with the organizations it may be held at, and the features of each; the last are those of "none"."""

    candidate: Candidate
    organizations: tuple[EntityId, ...]
    features: tuple[frozenset[str], ...]


@lru_cache(maxsize=2)
def sorts_of_posts(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """The words of posts that tell what sort of organization has them, with the categories that say so."""
    entries = [(e.denotes, form.lower()) for e in lexicon.denoting(*SORTS) for form in e.forms]
    return {word: tuple(sorted({c for c, form in entries if form == word})) for word in sorted({f for _, f in entries})}


def place_roles(
    context: Context, found: Sequence[Candidate], weights: Weights, sorts: Mapping[str, tuple[str, ...]]
) -> list[Candidate]:
    """The candidates with each role at the likeliest organization; an affiliation that it belies is left out.

    `sorts` are `sorts_of_posts`.
    """
    chosen: dict[Site, tuple[EntityId | None, float]] = {}
    for choice in choices(context, found, sorts):
        *likely, nothing = shares(weights, choice.features)
        ranked = sorted(zip(likely, choice.organizations, strict=True), key=lambda x: (-x[0], x[1]))
        if choice.candidate.site is not None:
            best = ranked[0] if ranked and nothing < NOTHING else (0.0, None)
            chosen[choice.candidate.site] = best[1], best[0]
    placed: list[Candidate] = []
    for candidate in found:
        if candidate.site is None or candidate.site not in chosen:
            placed.append(candidate)
        else:
            placed += _placed(context, candidate, candidate.site, chosen[candidate.site][0])
    return [*placed, *_affiliations(placed, chosen)]


def _affiliations(
    placed: Sequence[Candidate], chosen: Mapping[Site, tuple[EntityId | None, float]]
) -> Iterator[Candidate]:
    """Who holds a post belongs to where it is held: what no frame says."""
    assertions = (c.value for c in placed if isinstance(c.value, Assertion))
    said = {(a.subject, a.object) for a in assertions if a.predicate == "affiliatedWith"}
    for candidate in placed:
        value, site = candidate.value, candidate.site
        if not isinstance(value, Membership) or site not in chosen or site is None or value.organization is None:
            continue
        likely = chosen[site][1]
        if likely >= BELONGS and not value.former and (value.member, value.organization) not in said:
            grounds = replace(value.grounds, rule="affiliation of role", confidence=min(round(likely, 2), CERTAIN))
            belongs = Assertion(
                subject=value.member, predicate="affiliatedWith", object=value.organization, grounds=grounds
            )
            yield replace(candidate, value=belongs)


def _placed(context: Context, candidate: Candidate, site: Site, organization: EntityId | None) -> Iterator[Candidate]:
    value = candidate.value
    if isinstance(value, Assertion):
        if organization == value.object:
            yield candidate
    elif organization == value.organization:
        yield candidate
    else:
        evidence = value.grounds.evidence
        if organization is not None:
            evidence = tuple(dict.fromkeys((*evidence, _nearest(context, site, organization))))
        grounds = replace(value.grounds, evidence=evidence, rule="role, learned place")
        yield replace(candidate, value=replace(value, organization=organization, grounds=grounds))


def _nearest(context: Context, site: Site, organization: EntityId) -> Anchor:
    """The sentence that names an organization last before a role ends, or else first."""
    places = [(text, token) for text, token, r in context.references() if r.entity == organization]
    before = [p for p in places if (p[0].index, p[1].i) <= (site.text, site.end)]
    return context.sentence(*(before[-1] if before else places[0]))


def choices(context: Context, found: Iterable[Candidate], sorts: Mapping[str, tuple[str, ...]]) -> Iterator[Choice]:
    """The roles of a document that a phrase beside a person tells, with the features of their possible places."""
    found = list(found)
    scene = find_scene(context)
    organizations = tuple(e for e in scene.candidates if context.kind(e) in ORGANIZATIONS)
    ties = _ties(found)
    meetings = _meetings(context)
    posts = _posts(found)
    for candidate in found:
        value, site = candidate.value, candidate.site
        if site is None or not isinstance(value, Membership):
            continue
        text = context.texts[site.text]
        facts = tuple(_facts(text, site, value, sorts))
        places = _places(context, scene, text, site)
        beyond = _beyond(text, site, posts[site.text])
        features = []
        for e in organizations:
            own = set(places.get(e, ("far",)))
            own |= {f"tie={rule}" for rule in ties.get((value.member, e), ())}
            own.add(f"meet={min(meetings[value.member, e], 3)}")
            own |= _alike(context, e, value)
            if e in beyond:
                own.add("beyond another post")
            if e == value.organization:
                own |= {"frame", f"frame={value.grounds.rule}"}
            kind = context.kind(e)
            features.append(frozenset(_crossed(kind, facts, (*scene.general[e], *sorted(own)))))
        stated = f"frame={value.grounds.rule}" if value.organization else "frame="
        nothing = frozenset(["nothing", *(f"nothing {fact}" for fact in (*facts, stated))])
        yield Choice(candidate, organizations, (*features, nothing))


def _facts(text: Text, site: Site, value: Membership, sorts: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """What is known of a role whatever the organization."""
    yield f"block={text.kind.value}"
    words = re.findall(r"[^\W\d_]+", (value.role_title or "").lower())
    yield from (f"title={w}" for w in sorted(set(words)))
    yield from (f"post={w}" for w in words[-1:])
    yield from (f"sort={sort}" for sort in sorted({sort for w in words for sort in sorts.get(w, ())}))
    if value.former:
        yield "former"


def _places(context: Context, scene: Scene, text: Text, site: Site) -> dict[EntityId, set[str]]:
    """Where organizations stand from the phrase, and from the person."""
    head = text.tokens[site.end - 1]
    verb = governing_verb(head)
    clause = Clause(head, verb, subject_of(verb) if verb is not None else None)
    places = look_around(context, scene, text, text.doc[site.start : site.end], clause)
    if site.person is None:
        return places
    person = text.doc[site.person : site.person + 1]
    for entity, features in look_around(context, scene, text, person, Clause(person[0], None, None)).items():
        places[entity] |= {
            f"person {f}" for f in features if f.startswith(("before", "after", "to place", "from place"))
        }
    return places


def _alike(context: Context, organization: EntityId, value: Membership) -> set[str]:
    """Words that the title shares with the names of an organization ("board president")."""
    words = {w for w in (value.role_title or "").lower().split() if len(w) > 3}
    names = [name.lower() for name in context.entities[organization].names]
    found = {f"shares={w}" for w in words & {w for name in names for w in name.split()}}
    if found:
        found.add("shares a word")
    if "board" in words:
        found.add("governs schools" if governs_schools(context, organization) else "governs none")
    return found


def _posts(found: Iterable[Candidate]) -> dict[int, list[tuple[int, int]]]:
    """Where posts stand in each text."""
    posts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for candidate in found:
        if candidate.site is not None and isinstance(candidate.value, Membership):
            posts[candidate.site.text].append((candidate.site.start, candidate.site.end))
    return posts


def _beyond(text: Text, site: Site, posts: Sequence[tuple[int, int]]) -> frozenset[EntityId]:
    """The entities that only another post leads to ("Chair: P, superintendent of ORG")."""
    start = min(site.start, site.start if site.person is None else site.person)
    end = max(site.end, site.end if site.person is None else site.person + 1)
    others = [p for p in posts if p != (site.start, site.end)]
    near: set[EntityId] = set()
    far: set[EntityId] = set()
    for i, reference in text.references.items():
        between = any(end <= a and b <= i for a, b in others) or any(i < a and b <= start for a, b in others)
        (far if between else near).add(reference.entity)
    return frozenset(far - near)


def _ties(found: Iterable[Candidate]) -> dict[tuple[EntityId, EntityId], set[str]]:
    """(person, organization) → the frames that join them otherwise than by the role itself."""
    ties: dict[tuple[EntityId, EntityId], set[str]] = defaultdict(set)
    for candidate in found:
        value = candidate.value
        if (
            candidate.site is None
            and isinstance(value, Assertion)
            and value.predicate in ("affiliatedWith", "represents")
        ):
            ties[value.subject, EntityId(str(value.object))].add(value.grounds.rule)
    return ties


def _meetings(context: Context) -> Counter[tuple[EntityId, EntityId]]:
    """How many sentences name both of a pair."""
    counts: Counter[tuple[EntityId, EntityId]] = Counter()
    for text in context.texts:
        for sentence in text.sentences:
            here = {text.references[t.i].entity for t in sentence if t.i in text.references}
            people = [e for e in here if context.kind(e) == "Person"]
            counts.update((p, o) for p in people for o in here)
    return counts


def _crossed(kind: str, facts: tuple[str, ...], features: Iterable[str]) -> Iterator[str]:
    yield from (f"{kind} {fact}" for fact in facts)
    for feature in features:
        yield feature
        if not feature.startswith(("word=", "head=")):
            yield f"{kind} {feature}"
        if feature.startswith("word="):
            yield from (f"{feature} {fact}" for fact in facts if fact.startswith("title="))
