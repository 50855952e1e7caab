"""Relations: the story of how a document's statements about entities are found.

Frames propose candidates; here they are put in order, attributed to who says them, and merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.extract.statements import SIGNATURES, Candidate, within
from kg.extract.chronology import find_chronology
from kg.extract.cohorts import find_cohort_words, find_cohorts, find_counted_schools
from kg.extract.context import Context
from kg.extract.frames import find_frames
from kg.extract.mentions import LocalEntity
from kg.extract.predicates import find_predicate_frames, find_predications
from kg.extract.participation import find_participation, find_participation_words
from kg.extract.parties import find_bargaining_words, find_names_of_parties, find_parties
from kg.extract.rosters import find_heads, find_rosters
from kg.extract.roles import Affiliations, find_role_nouns, find_roles, role_phrases
from kg.extract.status import find_markers
from kg.lexicon import Lexicon
from kg.model import Assertion, Attribution, Date, Membership, Status

FRAMED = frozenset(SIGNATURES) - {"startedOn", "endedOn", "cites"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """What a document states about its entities.

    Attributes:
        assertions, memberships: merged and attributed, in reading order.
        entities: new ones that statements need (concepts of stances).
        candidates: all candidates before merging, for learned models.
    """

    assertions: tuple[Assertion, ...]
    memberships: tuple[Membership, ...]
    entities: tuple[LocalEntity, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def find_relations(
    context: Context, lexicon: Lexicon, attributions: tuple[Attribution, ...], footnotes: object
) -> Relations:
    """The assertions and memberships of a document."""
    candidates = tuple(_attributed(c, attributions) for c in _candidates(context, lexicon))
    assertions = tuple(c.value for c in candidates if isinstance(c.value, Assertion))
    memberships = tuple(c.value for c in candidates if isinstance(c.value, Membership))
    return Relations(
        assertions=_merged_assertions(assertions),
        memberships=_merged_memberships(memberships),
        candidates=candidates,
    )


def _candidates(context: Context, lexicon: Lexicon) -> Iterator[Candidate]:
    markers = find_markers(lexicon)
    nouns = find_role_nouns(lexicon)
    phrases = {text.index: role_phrases(text, nouns) for text in context.texts}
    stated = [
        *find_frames(context, phrases),
        *find_predications(context, find_predicate_frames(lexicon, FRAMED), markers),
    ]
    yield from stated
    yield from find_roles(context, nouns, phrases, _affiliations(stated))
    yield from find_rosters(context, find_heads(lexicon))
    cohort_words = find_cohort_words(lexicon)
    yield from find_cohorts(context, cohort_words)
    yield from find_counted_schools(context, cohort_words)
    yield from find_parties(context, find_bargaining_words(lexicon), markers)
    yield from find_participation(context, find_participation_words(lexicon), markers)
    yield from find_names_of_parties(context)
    yield from find_chronology(context, lexicon, markers)


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
    return replace(candidate, value=replace(candidate.value, grounds=replace(grounds, status=status, attributed_to=source)))


def _merged_assertions(assertions: tuple[Assertion, ...]) -> tuple[Assertion, ...]:
    """One assertion for each statement and status, the surest; in reading order."""
    best: dict[object, Assertion] = {}
    for item in assertions:
        key = (item.subject, item.predicate, item.object, item.grounds.status, item.grounds.attributed_to)
        if key not in best or item.grounds.confidence > best[key].grounds.confidence:
            best[key] = item
    return tuple(sorted(best.values(), key=lambda a: (a.grounds.evidence, a.predicate, a.subject, str(a.object))))


def _merged_memberships(memberships: tuple[Membership, ...]) -> tuple[Membership, ...]:
    best: dict[object, Membership] = {}
    for item in memberships:
        key = (item.member, (item.role_title or "").lower(), item.organization, item.former, item.cohort)
        if key not in best or item.grounds.confidence > best[key].grounds.confidence:
            best[key] = item
    return tuple(sorted(best.values(), key=lambda m: (m.grounds.evidence, m.member, m.role_title or "")))
