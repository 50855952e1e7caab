"""Relations: the story of how a document's statements about entities are found.

Frames propose candidates; here they are put in order, attributed to who says them, and merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kg.extract.agreements import find_agreements
from kg.extract.chronology import find_chronology
from kg.extract.cohorts import find_cohort_words, find_cohorts, find_counted_schools, find_listed_schools
from kg.extract.context import Context, Reference, Text
from kg.extract.departures import find_departure_words, find_departures, former_posts, has_left, told_or_guessed
from kg.extract.frames import find_bylines, find_frames, without_shared
from kg.extract.funding import find_funding, find_funding_words
from kg.extract.judgement import judge_pairs, score_pairs, see, stands
from kg.extract.learned import Judge
from kg.extract.listings import find_listings
from kg.extract.mentions import Form, LocalEntity
from kg.extract.moderators import find_session_leaders
from kg.extract.occupations import find_occupation_words, find_occupations
from kg.extract.participation import find_participation, find_participation_words
from kg.extract.parties import find_bargaining_words, find_invited, find_names_of_parties, find_parties
from kg.extract.places import find_places
from kg.extract.posts import find_role_nouns, role_phrases
from kg.extract.predicates import Predicates, find_predicate_frames, find_predications
from kg.extract.ranking import Weights, load_rankings
from kg.extract.roles import Affiliations, find_roles
from kg.extract.rosters import find_heads, find_pairs, find_rosters, find_rows
from kg.extract.signatures import find_signatures
from kg.extract.stances import find_concepts, with_concepts
from kg.extract.statements import Candidate, signatures, stretch, within
from kg.extract.status import find_markers
from kg.extract.succession import find_succession_words, find_successions
from kg.extract.universities import find_university_units
from kg.extract.vocabulary import vocabulary
from kg.extract.workplaces import place_roles, sorts_of_posts
from kg.lexicon import Lexicon
from kg.model import Anchor, Assertion, Attribution, Date, EntityId, Grounds, Membership, Span, SpeechKind, Status
from kg.ontology import load_ontology

SINGULAR = frozenset({"i", "me", "my", "myself"})
PLURAL = frozenset({"we", "us", "our", "ourselves"})
FIRST_PERSON = SINGULAR | PLURAL
Footnotes = Mapping[str, tuple[int, tuple[tuple[int, int], ...]]]

#: Relations that have finders of their own and no argument frames.
UNFRAMED = frozenset({"startedOn", "endedOn", "cites"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """What a document states about its entities.

    Attributes:
        assertions, memberships: merged and attributed, in reading order.
        concepts: what somebody may take a stance on; those that no statement needs are no entities.
        candidates: all candidates before merging, for the learned judge.
        context: the document with the concepts among its references.
    """

    assertions: tuple[Assertion, ...]
    memberships: tuple[Membership, ...]
    concepts: tuple[LocalEntity, ...]
    candidates: tuple[Candidate, ...]
    context: Context


def find_relations(
    context: Context,
    lexicon: Lexicon,
    attributions: tuple[Attribution, ...],
    footnotes: Footnotes,
    judge: Judge | None = None,
    workplaces: Weights | None = None,
) -> Relations:
    """The assertions and memberships of a document.

    Args:
        judge: adds what no frame finds; without it only frames speak.
        workplaces: of the ranking that chooses the organization of each role; used with the judge.
        context: the document with entities and references resolved.
        lexicon: words that state relations.
        attributions: who says what; a statement inside the content of one is reported.
        footnotes: label → (passage of the note, places of its marks as (passage, position)).
    """
    predicates = find_predicate_frames(lexicon, frozenset(signatures()) - UNFRAMED)
    concepts = find_concepts(context, predicates, lexicon.forms("General"))
    context = with_concepts(context, concepts)
    found, spoken = _candidates(context, lexicon, predicates, attributions, footnotes)
    if judge:
        found = _judged(context, lexicon, judge, workplaces or load_rankings().workplaces, found)
    found += find_successions(spoken, found, find_succession_words(lexicon), find_markers(lexicon))
    departures = find_departures(spoken, find_departure_words(lexicon), find_markers(lexicon))
    past = departures | former_posts(found)
    found = [c for c in found if not has_left(c, past if told_or_guessed(c) else departures)]
    notes = _noted_works(context, footnotes)
    candidates = tuple(_with_sources(_attributed(c, attributions), notes) for c in found)
    assertions = tuple(c.value for c in candidates if isinstance(c.value, Assertion))
    memberships = tuple(c.value for c in candidates if isinstance(c.value, Membership))
    return Relations(
        assertions=_merged_assertions(assertions),
        memberships=_merged_memberships(memberships),
        concepts=concepts,
        candidates=candidates,
        context=context,
    )


def _candidates(
    context: Context,
    lexicon: Lexicon,
    predicates: Predicates,
    attributions: tuple[Attribution, ...],
    footnotes: Footnotes,
) -> tuple[list[Candidate], Context]:
    """All candidates: first who belongs where, so that "we" in a quotation is the speaker's organization.

    The second of the pair is the context in which it is.
    """
    markers, nouns = find_markers(lexicon), find_role_nouns(lexicon)
    phrases = {text.index: role_phrases(text, nouns) for text in context.texts}
    found = [*find_frames(context, phrases), *find_bylines(context), *find_predications(context, predicates, markers)]
    found += find_rosters(context, find_heads(lexicon))
    found += find_roles(context, nouns, phrases, _affiliations(found))
    found += find_signatures(context, phrases)
    found += find_listings(context, phrases, vocabulary(lexicon).post)
    occupations = find_occupation_words(lexicon)
    found += find_occupations(context, occupations, markers, tuple(found))
    spoken = resolve_speakers(context, attributions, _affiliations(found))
    changed = [t for t, before in zip(spoken.texts, context.texts, strict=True) if t is not before]
    found += find_predications(spoken, predicates, markers, changed)
    own = replace(spoken, texts=tuple(t for t in spoken.texts if _speaks_of_self(t)))
    found += [c for c in find_roles(own, nouns, phrases, {}) if _of_speaker(own, c)]
    found += find_occupations(own, occupations, markers, tuple(found))
    found += find_pairs(context)
    cohort_words = find_cohort_words(lexicon)
    found += find_cohorts(context, cohort_words)
    found += find_counted_schools(context, cohort_words)
    found += find_listed_schools(context, cohort_words)
    bargaining = find_bargaining_words(lexicon)
    found += find_rows(context, bargaining.acts)
    found += find_parties(context, bargaining, markers)
    found += find_agreements(spoken, bargaining, markers)
    found += find_invited(spoken, bargaining, markers)
    found += find_names_of_parties(context)
    found += find_participation(context, find_participation_words(lexicon), markers)
    found += find_funding(context, find_funding_words(lexicon), markers)
    found += find_university_units(context, lexicon.forms("University"))
    found += find_session_leaders(context, lexicon.forms("SessionLeader"))
    found += find_places(context, markers)
    found += find_chronology(context, lexicon, markers)
    found += find_works_cited(context, footnotes)
    return without_shared(found), spoken


def _judged(
    context: Context, lexicon: Lexicon, judge: Judge, workplaces: Weights, found: list[Candidate]
) -> list[Candidate]:
    """The candidates of the frames that the judge does not take for wrong, roles at their likeliest place; its own."""
    markers = find_markers(lexicon)
    seen = see(context, lexicon, markers, tuple(found))
    scores = score_pairs(seen, judge)
    judged = [c for c in judge_pairs(context, seen, judge, scores, markers) if not _is_contradicted(c, found)]
    denied = {_stance(c) for c in found if c.value.grounds.status is Status.DENIED} - {None}
    # "does not support" denies support; that it denies opposition as well is nobody's reading.
    judged = [c for c in judged if c.value.grounds.status is not Status.DENIED or _stance(c) not in denied]
    standing = [c for c in found if stands(c, scores)]
    return place_roles(context, standing, workplaces, sorts_of_posts(lexicon)) + judged


def _is_contradicted(judged: Candidate, found: list[Candidate]) -> bool:
    """Whether a frame reads the sentence that the judge goes by as a denial or a question of the same statement.

    Of dates the judge knows better: "it will not take effect until July 1".
    """
    value = judged.value
    if not isinstance(value, Assertion) or isinstance(value.object, Date) or not value.grounds.status.stated:
        return False
    return any(
        isinstance(c.value, Assertion)
        and c.value.grounds.status in (Status.DENIED, Status.HYPOTHETICAL)
        and (c.value.subject, c.value.predicate, c.value.object) == (value.subject, value.predicate, value.object)
        and set(c.value.grounds.evidence) & set(value.grounds.evidence)
        for c in found
    )


def _stance(candidate: Candidate) -> tuple[EntityId, object] | None:
    """Whose stance on what a candidate is, for or against."""
    value = candidate.value
    stance = isinstance(value, Assertion) and value.predicate in ("supports", "opposes")
    return (value.subject, value.object) if stance and isinstance(value, Assertion) else None


def find_works_cited(context: Context, footnotes: Footnotes) -> list[Candidate]:
    """The document cites every document that it names.

    The evidence is the first sentence that names it; of a work in a footnote the first sentence with the note's mark,
    and the note.
    """
    marks = {note: places for note, places in footnotes.values() if places}
    first: dict[EntityId, Candidate] = {}
    for text, token, reference in context.references():
        if context.kind(reference.entity) != "Document" or reference.entity in first:
            continue
        evidence: tuple[Anchor, ...] = (context.sentence(text, token),)
        if text.index in marks:
            evidence = (_marked(context, *marks[text.index][0]), *evidence)
        cited = Assertion(
            subject=EntityId(context.annotated.document.iri),
            predicate="cites",
            object=reference.entity,
            grounds=Grounds(evidence=evidence, rule="work named", confidence=0.95),
        )
        first[reference.entity] = Candidate(cited, stretch(context, text, (token,)))
    return list(first.values())


def _marked(context: Context, passage: int, position: int) -> Anchor:
    """The sentence that a footnote mark behind character `position - 1` belongs to."""
    text = context.texts[passage]
    token = next((t for t in reversed(text.tokens) if t.idx < max(position, 1)), text.tokens[0])
    return context.sentence(text, token)


def resolve_speakers(context: Context, attributions: tuple[Attribution, ...], affiliations: Affiliations) -> Context:
    """The context with "I" in quotations referring to the speaker and "we" to the speaker's only organization."""
    texts = []
    for text in context.texts:
        offsets = context.annotated.passages[text.index].block.offsets
        references = dict(text.references)
        for token in text.tokens:
            word = token.lower_
            if word not in FIRST_PERSON or token.i in references:
                continue
            speaker = next(
                (
                    a.speaker
                    for a in attributions
                    if a.kind is not SpeechKind.INDIRECT
                    and a.speaker
                    and a.content.span.start <= offsets[token.idx] < a.content.span.end
                ),
                None,
            )
            if speaker is None:
                continue
            held = list(dict.fromkeys(affiliations.get(speaker, [])))
            if context.kind(speaker) != "Person":
                references[token.i] = Reference(speaker, Form.VOICE)
            elif word in SINGULAR:
                references[token.i] = Reference(speaker, Form.PRONOUN)
            elif len(held) == 1:
                references[token.i] = Reference(held[0], Form.VOICE)
        texts.append(replace(text, references=references) if references != text.references else text)
    return replace(context, texts=tuple(texts))


def _speaks_of_self(text: Text) -> bool:
    """Whether a known person says "I" in a text."""
    return any(text.tokens[i].lower_ == "i" for i in text.references)


def _of_speaker(context: Context, candidate: Candidate) -> bool:
    """Whether a role is that of who says "I"."""
    site = candidate.site
    if site is None or site.person is None:
        return False
    text = next(t for t in context.texts if t.index == site.text)
    return text.tokens[site.person].lower_ == "i"


def _affiliations(candidates: list[Candidate]) -> Affiliations:
    """The organizations of each person, in the order found."""
    found: Affiliations = {}
    for candidate in candidates:
        value = candidate.value
        if (
            isinstance(value, Assertion)
            and value.predicate == "affiliatedWith"
            and value.grounds.status.stated
            and not isinstance(value.object, Date)
        ):
            found.setdefault(value.subject, []).append(value.object)
    return found


def _attributed(candidate: Candidate, attributions: tuple[Attribution, ...]) -> Candidate:
    """A candidate inside reported content is the source's statement."""
    source = next(
        (a.speaker for a in attributions if a.speaker is not None and within(candidate.trigger, a.content)), None
    )
    if source is None:
        return candidate
    grounds = candidate.value.grounds
    status = Status.REPORTED if grounds.status is Status.ASSERTED else grounds.status
    return replace(
        candidate, value=replace(candidate.value, grounds=replace(grounds, status=status, attributed_to=source))
    )


def _noted_works(context: Context, footnotes: Footnotes) -> list[tuple[Span, EntityId]]:
    """The place of each footnote mark with the document that its note names."""
    works: dict[int, EntityId] = {}
    for text, _, reference in context.references():
        if context.kind(reference.entity) == "Document":
            works.setdefault(text.index, reference.entity)
    found = []
    for note, marks in footnotes.values():
        for passage, position in marks:
            if note in works and position:
                offset = context.annotated.passages[passage].block.offsets[position - 1]
                found.append((Span(offset, offset + 1), works[note]))
    return sorted(found)


def _with_sources(candidate: Candidate, notes: list[tuple[Span, EntityId]]) -> Candidate:
    """The candidate with the works that footnotes in its evidence cite."""
    grounds = candidate.value.grounds
    cited = tuple(
        dict.fromkeys(
            work
            for mark, work in notes
            for anchor in grounds.evidence
            if anchor.span.start <= mark.start < anchor.span.end
        )
    )
    if not cited or (isinstance(candidate.value, Assertion) and candidate.value.predicate == "cites"):
        return candidate
    return replace(candidate, value=replace(candidate.value, grounds=replace(grounds, cites=cited)))


def _merged_assertions(assertions: tuple[Assertion, ...]) -> tuple[Assertion, ...]:
    """One assertion for each statement and status, the surest; in reading order."""
    best: dict[object, Assertion] = {}
    for item in assertions:
        key = (item.subject, item.predicate, item.object, item.grounds.status, item.grounds.attributed_to)
        if key not in best or item.grounds.confidence > best[key].grounds.confidence:
            best[key] = item
    kept = _one_way(best.values())
    return tuple(sorted(kept, key=lambda a: (a.grounds.evidence, a.predicate, a.subject, str(a.object))))


def _one_way(assertions: Iterable[Assertion]) -> Iterator[Assertion]:
    """Without what the document states more surely the other way round, of parts and members."""
    properties = load_ontology().properties
    directed = {name for name, p in properties.items() if p.characteristics & {"asymmetric", "transitive"}}
    found = list(assertions)
    sure: dict[tuple[object, ...], float] = {}
    for a in found:
        if a.predicate in directed and a.grounds.status.stated:
            key = (a.subject, a.predicate, a.object)
            sure[key] = max(sure.get(key, 0.0), a.grounds.confidence)
    for a in found:
        here, there = sure.get((a.subject, a.predicate, a.object)), sure.get((a.object, a.predicate, a.subject))
        if here is None or there is None or (here, a.object) > (there, a.subject):
            yield a


def _merged_memberships(memberships: tuple[Membership, ...]) -> tuple[Membership, ...]:
    best: dict[object, Membership] = {}
    for item in memberships:
        key = (item.member, (item.role_title or "").lower(), item.organization, item.former, item.cohort)
        if key not in best or item.grounds.confidence > best[key].grounds.confidence:
            best[key] = item
    return tuple(sorted(best.values(), key=lambda m: (m.grounds.evidence, m.member, m.role_title or "")))
