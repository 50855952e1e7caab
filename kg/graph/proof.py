"""Why a triple holds: the rule of OWL 2 RL that gives it, the premises of that rule, and theirs, down to sentences.

The reasoner (`kg.graph.reason`) keeps no record of how it came to a triple. Here the way is found backwards, from the
triple to what documents state, by the same rules over the same axioms; the name of each rule is that of W3C OWL 2
Profiles, section 4.3.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.resolve import resolve
from kg.graph.stated import OA, RDF, RDFS, Explained, Reader, read_statement, text_of
from kg.model import Status
from kg.namespaces import ACC, PREFIXES, expand, shrink

Triple = tuple[str, str, str]

OWL = PREFIXES["owl"]
TYPE = RDF + "type"
#: Last parts of the names of the graphs that the reasoner starts from, as in `kg.graph.reason`.
_GIVEN = ("/facts", "/document", "/entities")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A triple and why it holds.

    Attributes:
        words: the triple in names ("Ann Lee affiliatedWith Local 5").
        rule: the rule that gives it ("prp-symp"), or "stated", or "named" for the kind that a thing was given.
        axiom: what the rule applies, in words ("partnersWith is symmetric"); empty for what is given.
        premises: why the rule applies.
        statements: where it is stated: the statements of documents; of a kind none.
        mention: the first words that name a thing whose kind is given, with their document.
    """

    triple: Triple
    words: str
    rule: str
    axiom: str = ""
    premises: tuple[Proof, ...] = ()
    statements: tuple[Explained, ...] = ()
    mention: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The answer to "why S P O".

    Attributes:
        proof: None where it does not follow from facts.
        other: statements of just this relation that are no facts: claims, denials, plans, suppositions.
    """

    words: str
    proof: Proof | None
    other: tuple[Explained, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """One application of a rule, towards its premise."""

    rule: str
    axiom: str
    premise: Triple


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the reasoner starts from, and the axioms and links that were looked up so far."""

    reader: Reader
    given: frozenset[Triple]
    by_predicate: dict[str, list[Triple]]
    axioms: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    links: dict[str, list[Triple]] = field(default_factory=dict)

    def terms(self, predicate: str, term: str, *, inverse: bool = False) -> list[str]:
        """Objects (or subjects) of an axiom."""
        key = (predicate + ("^" if inverse else ""), term)
        if key not in self.axioms:
            values = self.reader.subjects(predicate, term) if inverse else self.reader.values(term, predicate)
            self.axioms[key] = [v for v in values if v != term]
        return self.axioms[key]


def why(store: ox.Store, subject: str, predicate: str, value: str) -> Why:
    """Why a triple holds.

    Args:
        store: an open source (`kg.graph.query.open_source`).
        subject: a name, an acronym, a prefixed name or an IRI.
        predicate: "a", the local name of a relation of the ontology, a prefixed name or an IRI.
        value: like the subject, or a class or a date.

    Raises:
        QueryError: nothing is called so, or there is no such relation.
    """
    reader = Reader(store)
    triple = _triple(store, reader, subject, predicate, value)
    words = _words(reader, triple)
    known = known_facts(reader)
    # What is only claimed or denied may be put the other way round, or by a narrower relation.
    other = [s for goal in _reached(known, triple, frozenset()) for s in _stating(reader, goal)]
    other = [s for s in other if s.status != Status.ASSERTED]
    return Why(words=words, proof=prove(known, triple), other=tuple(other))


def split(store: ox.Store, text: str) -> tuple[str, str, str]:
    """The three parts of "S P O", where names may have spaces: P is the word that is a relation.

    Raises:
        QueryError: no word is one, or several could be.
    """
    words, reader = text.split(), Reader(store)
    places = [i for i in range(1, len(words) - 1) if words[i] == "a" or _is_relation(reader, _term(words[i]))]
    if len(places) > 1:  # "a" may stand in a name
        places = [i for i in places if words[i] != "a"] or places
    if len(places) != 1:
        hint = 'name subject, relation and object: kg explain --why "Ann Lee affiliatedWith Local 5"'
        raise QueryError(f"{'no' if not places else 'more than one'} relation in {text!r}", hint=hint)
    return " ".join(words[: places[0]]), words[places[0]], " ".join(words[places[0] + 1 :])


def prove(known: Knowledge, triple: Triple) -> Proof | None:
    """The shortest proof of a triple from what is given; None where it does not follow."""
    return _prove(known, triple, frozenset())


def known_facts(reader: Reader) -> Knowledge:
    """What the reasoner starts from: facts, kinds and voices; a file without named graphs is taken as it is."""
    quads = list(reader.store.quads_for_pattern(None, None, None, None))
    names = {text_of(q.graph_name) for q in quads if isinstance(q.graph_name, ox.NamedNode)}
    given = set()
    for quad in quads:
        graph = text_of(quad.graph_name) if isinstance(quad.graph_name, ox.NamedNode) else ""
        predicate = quad.predicate.value
        ours = (text_of(quad.object) if predicate == TYPE else predicate).startswith(ACC)
        described = not graph.endswith("/document") or predicate in (TYPE, ACC + "voice")
        if ours and described and (graph.endswith(_GIVEN) or not names) and isinstance(quad.subject, ox.NamedNode):
            given.add((quad.subject.value, predicate, text_of(quad.object)))
    by_predicate: dict[str, list[Triple]] = {}
    for item in sorted(given):
        by_predicate.setdefault(item[1], []).append(item)
    return Knowledge(reader, frozenset(given), by_predicate)


def _prove(known: Knowledge, triple: Triple, above: frozenset[Triple]) -> Proof | None:
    """Backwards, the fewest steps first; chains of a transitive relation only where no plain step leads to the triple.

    `above` are the triples that are being proved: none may be its own premise.
    """
    reached = _reached(known, triple, above)
    for goal, steps in reached.items():
        if goal in known.given:
            return _built(known, steps, _leaf(known, goal))
    for goal, steps in reached.items():
        if OWL + "TransitiveProperty" in known.terms(TYPE, goal[1]):
            chain = _chain(known, goal)
            if chain:
                axiom = f"{shrink(goal[1])} is transitive"
                proofs = tuple(p for link in chain if (p := _prove(known, link, above | set(reached))))
                if len(proofs) == len(chain):
                    top = Proof(
                        triple=goal, words=_words(known.reader, goal), rule="prp-trp", axiom=axiom, premises=proofs
                    )
                    return _built(known, steps, top)
    return None


def _reached(known: Knowledge, triple: Triple, above: frozenset[Triple]) -> dict[Triple, tuple[_Step, ...]]:
    """All triples that lead to this one by rules of one premise, with the steps, nearest first."""
    found: dict[Triple, tuple[_Step, ...]] = {triple: ()}
    todo = deque([triple])
    while todo:
        goal = todo.popleft()
        for step in _steps(known, goal):
            if step.premise not in found and step.premise not in above:
                found[step.premise] = (*found[goal], _Step(step.rule, step.axiom, goal))
                todo.append(step.premise)
    return found


def _steps(known: Knowledge, goal: Triple) -> Iterator[_Step]:
    """The rules of one premise that would give a triple (W3C OWL 2 Profiles, tables 5 and 7)."""
    s, p, o = goal
    if p == TYPE:
        for kind in known.terms(RDFS + "subClassOf", o, inverse=True):
            yield _Step("cax-sco", f"{shrink(kind)} is a kind of {shrink(o)}", (s, TYPE, kind))
        for kind in sorted(
            {*known.terms(OWL + "equivalentClass", o), *known.terms(OWL + "equivalentClass", o, inverse=True)}
        ):
            yield _Step("cax-eqc", f"{shrink(kind)} and {shrink(o)} are the same", (s, TYPE, kind))
        for rule, side, at in (("prp-dom", "domain", 0), ("prp-rng", "range", 2)):
            for relation in known.terms(RDFS + side, o, inverse=True):
                what = "has" if at == 0 else "is the value of"
                for given in (g for g in _links(known, relation) if g[at] == s):
                    yield _Step(rule, f"whatever {what} {shrink(relation)} is of kind {shrink(o)}", given)
        return
    for lower in known.terms(RDFS + "subPropertyOf", p, inverse=True):
        yield _Step("prp-spo1", f"{shrink(lower)} is a kind of {shrink(p)}", (s, lower, o))
    for same in sorted(
        {*known.terms(OWL + "equivalentProperty", p), *known.terms(OWL + "equivalentProperty", p, inverse=True)}
    ):
        yield _Step("prp-eqp", f"{shrink(same)} and {shrink(p)} are the same", (s, same, o))
    if OWL + "SymmetricProperty" in known.terms(TYPE, p):
        yield _Step("prp-symp", f"{shrink(p)} is symmetric", (o, p, s))
    for other in sorted({*known.terms(OWL + "inverseOf", p), *known.terms(OWL + "inverseOf", p, inverse=True)}):
        yield _Step("prp-inv", f"{shrink(other)} is the inverse of {shrink(p)}", (o, other, s))


def _chain(known: Knowledge, goal: Triple) -> tuple[Triple, ...]:
    """The shortest chain of a transitive relation from subject to object, each link by rules of one premise."""
    start, relation, end = goal
    links: dict[str, list[str]] = {}
    for s, _, o in _links(known, relation):
        links.setdefault(s, []).append(o)
    came: dict[str, str] = {start: ""}
    todo = deque([start])
    while todo and end not in came:
        node = todo.popleft()
        for other in links.get(node, ()):
            if other not in came:
                came[other] = node
                todo.append(other)
    if end not in came or start == end:
        return ()
    nodes = [end]
    while came[nodes[-1]]:
        nodes.append(came[nodes[-1]])
    nodes.reverse()
    return tuple((a, relation, b) for a, b in pairwise(nodes)) if len(nodes) > 2 else ()


def _links(known: Knowledge, relation: str) -> list[Triple]:
    """The triples of a relation that are given or follow in plain steps, sorted."""
    if relation not in known.links:
        found: set[Triple] = set()
        for goal in _reached(known, ("?s", relation, "?o"), frozenset()):
            for s, _, o in known.by_predicate.get(goal[1], ()):
                found.add((s, relation, o) if goal[0] == "?s" else (o, relation, s))
        known.links[relation] = sorted(found)
    return known.links[relation]


def _built(known: Knowledge, steps: tuple[_Step, ...], leaf: Proof) -> Proof:
    """The proof whose steps were taken from the top down, from its leaf up."""
    proof = leaf
    for step in reversed(steps):
        words = _words(known.reader, step.premise)
        proof = Proof(triple=step.premise, words=words, rule=step.rule, axiom=step.axiom, premises=(proof,))
    return proof


def _leaf(known: Knowledge, triple: Triple) -> Proof:
    reader, words = known.reader, _words(known.reader, triple)
    stated = tuple(s for s in _stating(reader, triple) if s.status == Status.ASSERTED)
    if stated:
        return Proof(triple=triple, words=words, rule="stated", statements=stated)
    return Proof(triple=triple, words=words, rule="named", mention=_first_mention(reader, triple[0]))


def _stating(reader: Reader, triple: Triple) -> list[Explained]:
    subject, predicate, value = triple
    found = [n for n in reader.subjects(RDF + "subject", subject) if predicate in reader.values(n, RDF + "predicate")]
    return sorted(
        (read_statement(reader, n) for n in found if value in reader.values(n, RDF + "object")),
        key=lambda s: (s.places, s.iri),
    )


def _first_mention(reader: Reader, iri: str) -> tuple[str, str]:
    """The first words that name a thing, with the file name of the document."""
    found = []
    for target in reader.values(iri, ACC + "mentionTarget"):
        document = reader.value(reader.value(target, OA + "hasSource"), PREFIXES["dcterms"] + "identifier")
        quotes = [q for s in reader.values(target, OA + "hasSelector") for q in reader.values(s, OA + "exact")]
        found += [(document, " ".join(q.split())) for q in quotes]
    return min(found, default=("", ""))


def _words(reader: Reader, triple: Triple) -> str:
    subject, predicate, value = triple
    verb = "is of kind" if predicate == TYPE else shrink(predicate).removeprefix("acc:")
    return f"{reader.name(subject)} {verb} {reader.name(value).removeprefix('acc:')}"


def _triple(store: ox.Store, reader: Reader, subject: str, predicate: str, value: str) -> Triple:
    relation = TYPE if predicate == "a" else _term(predicate)
    if relation != TYPE and not _is_relation(reader, relation):
        known = sorted({shrink(r).removeprefix("acc:") for r, _ in reader.pairs(ACC + "subjectKind")})
        raise QueryError(f"no relation is called {predicate!r}", hint="there are: " + ", ".join(known))
    if relation == TYPE:
        return resolve(store, subject), TYPE, _term(value)
    dates = {o for _, o in reader.pairs(relation) if not expand(o)}
    return resolve(store, subject), relation, value if value in dates else resolve(store, value)


def _term(name: str) -> str:
    return expand(name) or ACC + name


def _is_relation(reader: Reader, iri: str) -> bool:
    """Whether the ontology or the data have it as a property."""
    kinds = {shrink(k) for k in reader.values(iri, TYPE)}
    return bool(kinds & {"owl:ObjectProperty", "owl:DatatypeProperty", "rdf:Property"} or reader.pairs(iri))
