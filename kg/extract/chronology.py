"""Chronology: when events, projects and organizations began and ended, from dates beside words or names that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Span, Token

from kg.extract.arguments import Arguments, of_verb
from kg.extract.context import Context, Text
from kg.extract.dates import DateMention, document_date, find_dates
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS
from kg.extract.statements import PROJECTS, Candidate, assertion, entity
from kg.extract.status import Markers, find_status
from kg.lexicon import Lexicon
from kg.model import Date, EntityId, Status

#: What may begin or end at a date.
DATED = PROJECTS | ORGANIZATIONS
#: Between an event and its date, or a project and its term.
BESIDE = re.compile(r"\s*[,(:–—-]?\s*(?:held|on|in|of|for|this|from|set for|scheduled for)?\s*(?:\w+day,? )?")
BEFORE = re.compile(r"\s*(?:['’]s)?\s*(?:–|—|-|:)?\s*(?:The |the |first |annual )*")
PLACE_BETWEEN = re.compile(r"\s*,?\s*(?:in|at) [A-Z][^.;:]{2,40}?,? (?:on|in|from|this)\s*")
DISTANCE = 60
#: Nouns that are one with their verb ("take effect", "take place").
LIGHT = frozenset({"effect", "place", "force", "course"})
#: Before a date that a sentence begins with.
FRONTED = re.compile(r"(?:In|On)\s(?:(?:early|late|mid)[- ])?")
#: Verbs of what goes on from one date to another.
SPANNING = frozenset({"run", "last", "extend"})
#: Between a name and the year or day of its founding, and between a project and its last day.
FOUNDED = re.compile(
    r"\s*(?:\([A-Z]\w+\)\s*)?(?:[,(]|was|were)\s*(?:first )?"
    r"(?:born|founded|established|est\.?|chartered|formed|created|set up|launched|begun|started|incorporated|opened"
    r"|organized|organised|in effect since)(?: (?:in|on))?\s*"
)
LASTING = re.compile(
    r"\s*[,(]?\s*(?:(?:runs?|running|in (?:force|effect|place)|valid|good) )?(?:to|through|until|till|thru) "
)
OPENING = re.compile(
    r"Since (?:its|their) (?:founding|creation|launch|start|establishment|inception|formation|opening)(?: (?:in|on))? "
    r"|(?:\w+ )?(?:Founded|Established|Chartered|Formed|Created|Launched|Begun|Started|Incorporated)(?: (?:in|on))? "
)
YEARS = re.compile(r"^(?:the )?((?:19|20)\d\d)(?:[–/-]((?:19|20)?\d\d))? [A-Za-z]| of ((?:19|20)\d\d)$")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its dates and the things that dates may belong to."""

    context: Context
    text: Text
    span: Span
    things: tuple[Token, ...]

    def kind(self, token: Token) -> str:
        return self.context.kind(self.text.references[token.i].entity)

    def projects(self) -> list[Token]:
        return [t for t in self.things if self.kind(t) in PROJECTS]


def find_chronology(context: Context, lexicon: Lexicon, markers: Markers) -> Iterator[Candidate]:
    """StartedOn and endedOn candidates, in reading order."""
    reference = document_date(context.annotated)
    words = {form: relation for relation in ("endedOn", "startedOn") for form in lexicon.forms(relation)}
    for text in context.texts:
        for span in text.sentences:
            dates = find_dates(span.text, reference)
            things = tuple(t for t in span if _dated(context, text, t)) if dates else ()
            sentence = _Sentence(context, text, span, things)
            for date in dates:
                yield from _of_date(sentence, date, words, markers)
    yield from _title_date(context, reference)
    yield from _years_in_names(context)


def _years_in_names(context: Context) -> Iterator[Candidate]:
    """ "the 2017 poll", "the Compact of 2018", "the 2022–2025 agreement": events and projects named with years."""
    seen: set[EntityId] = set()
    for text, token, reference in context.references():
        held = reference.entity
        if held in seen or context.kind(held) not in PROJECTS:
            continue
        found = YEARS.search(token.text)
        if not found:
            continue
        seen.add(held)
        first, last = found[1] or found[3], found[2]
        last = first[:2] + last if last and len(last) == 2 else last
        for relation, value in (("startedOn", first), ("endedOn", last)):
            if value:
                candidate = assertion(
                    context, text, held, relation, Date(value=value), (token,), rule="year in the name", confidence=0.65
                )
                if candidate:
                    yield candidate


def _dated(context: Context, text: Text, token: Token) -> bool:
    found = entity(text, token)
    return found is not None and context.kind(found) in DATED


def _of_date(sentence: _Sentence, date: DateMention, words: dict[str, str], markers: Markers) -> Iterator[Candidate]:
    """The first reading of a date that fits: inside a name, beside a name, by its verb."""
    for read in (_inside, _after, _founded, _lasting, _before):
        found = list(read(sentence, date))
        if found:
            yield from found
            return
    yield from _by_verb(sentence, date, words, markers)


def _inside(sentence: _Sentence, date: DateMention) -> Iterator[Candidate]:
    """A full date in the name of an event."""
    for thing in sentence.things:
        start = thing.idx - sentence.span.start_char
        if start <= date.start < start + len(thing.text):
            if sentence.kind(thing) == "Event":
                yield from _state(sentence, thing, "startedOn", date.value, date, "dated name", 0.7)
            return


def _after(sentence: _Sentence, date: DateMention) -> Iterator[Candidate]:
    """ "EVENT on DATE", "EVENT, DATE", "PROJECT (2017–2020)", "EVENT: … DATE"."""
    before = [t for t in sentence.projects() if t.idx - sentence.span.start_char + len(t.text) <= date.start]
    if not before:
        return
    thing = before[-1]
    gap = sentence.span.text[thing.idx - sentence.span.start_char + len(thing.text) : date.start]
    event = sentence.kind(thing) == "Event"
    if BESIDE.fullmatch(gap) and (event or gap.strip()[:1] in ("(", ",", ":", "–", "—", "-")):
        rule = "event on date" if event else "project, date"
    elif event and PLACE_BETWEEN.fullmatch(gap):
        rule = "event in place on date"
    elif gap.startswith(":") and thing.i == sentence.span.start and len(gap) < 40 and event:
        rule = "event: date"
    else:
        return
    yield from _state(sentence, thing, "startedOn", date.value, date, rule, 0.75)
    if date.interval_end and not date.school_year:
        yield from _state(sentence, thing, "endedOn", date.interval_end, date, f"{rule}, to date", 0.7)


def _founded(sentence: _Sentence, date: DateMention) -> Iterator[Candidate]:
    """ "X, founded in DATE", "X (born DATE"; "Founded in DATE, the X …"."""
    start = sentence.span.start_char
    before = [t for t in sentence.things if t.idx - start + len(t.text) <= date.start]
    opening = OPENING.fullmatch(sentence.span.text[: date.start])
    if before and not opening:
        thing = before[-1]
        if FOUNDED.fullmatch(sentence.span.text[thing.idx - start + len(thing.text) : date.start]):
            yield from _state(sentence, thing, "startedOn", date.value, date, "founded on date", 0.75)
        return
    after = [t for t in sentence.things if t.idx - start >= date.end]
    if after and opening:
        gap = sentence.span.text[date.end : after[0].idx - start]
        if re.fullmatch(r",? (?:by [^,]{3,60}, )?(?:[Tt]he |our |its )?", gap):
            yield from _state(sentence, after[0], "startedOn", date.value, date, "founded on date", 0.75)


def _lasting(sentence: _Sentence, date: DateMention) -> Iterator[Candidate]:
    """ "CONTRACT (to DATE)", "PROJECT through DATE", "an agreement that runs through DATE"."""
    start = sentence.span.start_char
    before = [t for t in sentence.projects() if t.idx - start + len(t.text) <= date.start]
    if before and sentence.kind(before[-1]) == "Initiative":
        gap = sentence.span.text[before[-1].idx - start + len(before[-1].text) : date.start]
        if LASTING.fullmatch(gap.replace(" that ", " ").replace(" which ", " ")):
            yield from _state(sentence, before[-1], "endedOn", date.value, date, "project to date", 0.7)


def _before(sentence: _Sentence, date: DateMention) -> Iterator[Candidate]:
    """ "2001 – EVENT", "December 5–19: PROJECT"."""
    after = [t for t in sentence.projects() if t.idx - sentence.span.start_char >= date.end]
    if not after:
        return
    thing = after[0]
    gap = sentence.span.text[date.end : thing.idx - sentence.span.start_char]
    line = date.start == 0 and gap.strip()[:1] in ("–", "—", "-", ":")
    if not BEFORE.fullmatch(gap) or not line:
        return
    rule = "date line"
    yield from _state(sentence, thing, "startedOn", date.value, date, rule, 0.7)
    if date.interval_end and not date.school_year:
        yield from _state(sentence, thing, "endedOn", date.interval_end, date, f"{rule}, to date", 0.65)


def _by_verb(sentence: _Sentence, date: DateMention, words: dict[str, str], markers: Markers) -> Iterator[Candidate]:
    """The nearest verb of beginning or ending before the date, and what it says begins or ends."""
    at = sentence.span.start_char + date.start
    fronted = FRONTED.fullmatch(sentence.span.text[: date.start]) is not None
    verbs = [
        t
        for t in ((sentence.span.root,) if fronted else sentence.span)
        if t.i not in sentence.text.references
        and _relation(t, words)
        and (fronted or 0 < at - t.idx - len(t.text) < DISTANCE)
        and t.pos_ in ("VERB", "AUX", "ADJ", "NOUN")
    ]
    if not verbs:
        return
    verb = verbs[-1]
    relation = _relation(verb, words)
    before = sentence.span.text[: date.start].rstrip().rsplit(" ", 1)[-1].lower()
    through = before in ("through", "until", "thru")
    if before == "from" and verb.lemma_.lower() in SPANNING:
        relation = "startedOn"
    if relation is None or (through and relation == "startedOn"):
        return
    thing, how = _begun(sentence, verb, verb.idx if fronted else at)
    if thing is None or (fronted and how != "argument"):
        return
    status = find_status(verb, markers)
    status = Status.ASSERTED if status is Status.PLANNED else status
    rule = f"date by {how}: {verb.lemma_.lower()}"
    confidence = 0.7 if how == "argument" else 0.6
    yield from _state(sentence, thing, relation, date.value, date, rule, confidence, verb, status)
    if relation == "startedOn" and date.interval_end and sentence.kind(thing) in PROJECTS:
        yield from _state(
            sentence, thing, "endedOn", date.interval_end, date, f"{rule}, to date", confidence, verb, status
        )


def _relation(token: Token, words: dict[str, str]) -> str | None:
    """What a verb says of its date; "take effect" and "take place" begin, "run through" ends."""
    lemma = token.lemma_.lower()
    if lemma in ("take", "go") and any(
        c.lower_ in ("effect", "place") for c in token.subtree if c.i - token.i in (1, 2)
    ):
        return "startedOn"
    if lemma == "run" and any(c.lower_ == "out" for c in token.children):
        return "endedOn"
    if lemma == "run" and any(c.lower_ in ("through", "until") for c in token.children):
        return "endedOn"
    return words.get(lemma)


def _begun(sentence: _Sentence, verb: Token, at: int) -> tuple[Token | None, str]:
    """What begins: an argument of the verb (the object of a transitive one), else the nearest project."""
    arguments: Arguments = of_verb(verb)
    direct = [t for t, preposition in arguments.objects if not preposition and t.lower_ not in LIGHT]
    chain = [*direct, *arguments.subjects] if not arguments.passive else list(arguments.subjects)
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        chain = [verb.head]
    elif verb.dep_ == "advcl" and verb.tag_ == "VBN":
        chain = list(arguments.subjects) or [c for c in verb.head.children if c.dep_ in ("nsubj", "nsubjpass")]
    for token in chain:
        if token in sentence.things and (sentence.kind(token) in PROJECTS or token not in direct):
            if direct and token not in direct and not arguments.passive:
                continue
            if token.lower_ in ("it", "they") and sentence.kind(token) not in PROJECTS:
                return _project_before(sentence, token), "pronoun"
            return token, "argument"
    before = [t for t in sentence.things if t.idx < at]
    projects = [t for t in before if sentence.kind(t) in PROJECTS] or sentence.projects()
    if not projects:
        return None, ""
    return min(projects, key=lambda t: abs(t.idx - verb.idx)), "nearness"


def _project_before(sentence: _Sentence, pronoun: Token) -> Token | None:
    """The project named last before a pronoun in its text: organizations seldom begin or end, what they sign does."""
    text, context = sentence.text, sentence.context
    before = [
        i for i in sorted(text.references) if i < pronoun.i and context.kind(text.references[i].entity) in PROJECTS
    ]
    return text.tokens[before[-1]] if before else None


def _title_date(context: Context, reference: str | None) -> Iterator[Candidate]:
    """A date line beside the title that names an event ("Annual Forum / June 24-26, 2019")."""
    event: tuple[Text, Token] | None = None
    for text in context.texts[:5]:
        named_here = [
            text.tokens[i] for i in sorted(text.references) if context.kind(text.references[i].entity) == "Event"
        ]
        if named_here and event is None and text.kind is Kind.HEADING:
            event = (text, named_here[0])
        if event is None or len(text.string) > 120:
            continue
        dates = [d for d in find_dates(text.string, reference) if d.form == "full" and len(d.value) == 10]
        if len(dates) == 1 and (text is event[0] or dates[0].start < 45):
            evidence = (context.sentence(event[0], event[1]),)
            held: EntityId = event[0].references[event[1].i].entity
            token = next(t for t in reversed(text.tokens) if t.idx < dates[0].end)
            for relation, value in (("startedOn", dates[0].value), ("endedOn", dates[0].interval_end)):
                if value:
                    candidate = assertion(
                        context,
                        text,
                        held,
                        relation,
                        Date(value=value),
                        (token,),
                        rule="date of the title",
                        confidence=0.75,
                        evidence=evidence,
                    )
                    if candidate:
                        yield candidate
            return


def _state(
    sentence: _Sentence,
    thing: Token,
    relation: str,
    value: str,
    date: DateMention,
    rule: str,
    confidence: float,
    verb: Token | None = None,
    status: Status = Status.ASSERTED,
) -> Iterator[Candidate]:
    end = sentence.span.start_char + date.end
    last = next(t for t in reversed(list(sentence.span)) if t.idx < end)
    candidate = assertion(
        sentence.context,
        sentence.text,
        sentence.text.references[thing.i].entity,
        relation,
        Date(value=value),
        (thing, last) if verb is None else (thing, verb, last),
        rule=rule,
        confidence=confidence,
        status=status,
    )
    if candidate:
        yield candidate
