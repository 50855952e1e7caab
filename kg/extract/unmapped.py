"""What a document says of known entities in words that no relation covers: "X sued Y", "X's visit to Y".

Open information extraction in its plainest form: the same arguments that lexicon frames are matched on, kept where no
frame, rule or model made a statement of them. It shows what the ontology or the lexicon lacks; nothing is inferred from
it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from kg.extract.arguments import Arguments, of_noun, of_verb
from kg.extract.context import Context, Text
from kg.extract.statements import entity, stretch, within
from kg.extract.status import Markers, find_status
from kg.model import (
    Anchor,
    Assertion,
    Attribution,
    Corpus,
    Document,
    EntityId,
    Grounds,
    Membership,
    Status,
    UnmappedStatement,
)

#: Verbs that say nothing by themselves.
LIGHT = frozenset({"be", "have", "do", "say", "tell"})
CONFIDENCE = 0.5


def find_unmapped(
    context: Context,
    markers: Markers,
    attributions: tuple[Attribution, ...],
    stated: Iterable[Assertion | Membership],
) -> tuple[UnmappedStatement, ...]:
    """The predicates that join two known entities where nothing is stated of the two in that sentence.

    Args:
        context: the resolved document.
        markers: words that change the status of a clause.
        attributions: who says what.
        stated: what was found.
    """
    covered = {(frozenset(_ends(s)), anchor) for s in stated for anchor in s.grounds.evidence}
    found: dict[tuple[EntityId, str, EntityId, Anchor], UnmappedStatement] = {}
    for text in context.texts:
        for token in text.doc:
            for subject, phrase, object_ in _joined(text, token):
                one, other = entity(text, subject), entity(text, object_)
                sentence = context.sentence(text, token)
                if one is None or other is None or one == other or (frozenset((one, other)), sentence) in covered:
                    continue
                held = stretch(context, text, (subject, token, object_))
                status, source = _manner(find_status(token, markers), held, attributions)
                found.setdefault(
                    (one, phrase, other, sentence),
                    UnmappedStatement(
                        subject=one,
                        phrase=phrase,
                        object=other,
                        grounds=Grounds(
                            evidence=(sentence,),
                            rule="open",
                            status=status,
                            attributed_to=source,
                            confidence=CONFIDENCE,
                        ),
                    ),
                )
    return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A phrase that no relation covers.

    Attributes:
        subjects, objects: the kinds that it joins, local names of acc:, most frequent first.
        count: how many unmapped statements have it; `documents` in how many documents.
        example: the first of them in the order of the corpus, with the names of its ends and its sentence.
    """

    phrase: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    count: int
    documents: int
    example: str
    sentence: str


def find_gaps(corpus: Corpus) -> tuple[Gap, ...]:
    """What the unmapped statements of a corpus have in common, most frequent first."""
    entities = {e.id: e for e in corpus.entities}
    groups: dict[str, list[tuple[Document, UnmappedStatement]]] = defaultdict(list)
    for reading in corpus.readings:
        for item in reading.unmapped:
            groups[item.phrase].append((reading.document, item))

    def kinds(ends: Iterable[EntityId]) -> tuple[str, ...]:
        counted = Counter(entities[end].kind if end in entities else "Document" for end in ends)
        return tuple(sorted(counted, key=lambda kind: (-counted[kind], kind)))

    gaps = []
    for phrase, found in groups.items():
        document, first = found[0]
        names = [entities[end].names[0] if end in entities else end for end in (first.subject, first.object)]
        span = first.grounds.evidence[0].span
        gaps.append(
            Gap(
                phrase=phrase,
                subjects=kinds(item.subject for _, item in found),
                objects=kinds(item.object for _, item in found),
                count=len(found),
                documents=len({d.iri for d, _ in found}),
                example=f"{names[0]} – {names[1]}",
                sentence=" ".join(document.text[span.start : span.end].split()),
            )
        )
    return tuple(sorted(gaps, key=lambda g: (-g.count, -g.documents, g.phrase)))


def _ends(statement: Assertion | Membership) -> tuple[object, ...]:
    if isinstance(statement, Assertion):
        return statement.subject, statement.object
    return statement.member, statement.organization


def _manner(status: Status, words: Anchor, attributions: tuple[Attribution, ...]) -> tuple[Status, EntityId | None]:
    """Inside reported content the statement is the source's."""
    source = next((a.speaker for a in attributions if a.speaker is not None and within(words, a.content)), None)
    return (Status.REPORTED if source and status is Status.ASSERTED else status), source


def _joined(text: Text, token: Token) -> Iterator[tuple[Token, str, Token]]:
    """The pairs of mentions that a token joins, each with the phrase that joins them."""
    if token.i in text.references:
        return
    if token.pos_ == "VERB" and token.lemma_.lower() not in LIGHT:
        yield from _pairs(of_verb(token), _verb_phrase(token))
    elif token.pos_ == "NOUN":
        yield from _pairs(of_noun(token), token.lemma_.lower(), direct=False)


def _pairs(arguments: Arguments, phrase: str, *, direct: bool = True) -> Iterator[tuple[Token, str, Token]]:
    for subject in arguments.subjects:
        for object_, preposition in arguments.objects:
            if preposition or direct:
                words = f"be {phrase}" if arguments.passive else phrase
                yield subject, f"{words} {preposition}".strip(), object_


def _verb_phrase(verb: Token) -> str:
    """The lemma with its particle."""
    particle = [c.lower_ for c in verb.children if c.dep_ == "prt"]
    return " ".join([verb.lemma_.lower(), *particle])
