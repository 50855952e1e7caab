"""Turns: the labelled speeches of transcripts, hearings and interviews, and who speaks them.

A label in capitals is plain by itself. One in small letters ("Ms. Ana Ruiz:", "The Chair:") looks like any other line
with a colon: it counts where it names a person or who presides, and where labels come back, as they do when people
talk to each other. "Q." and "A." may be a list of questions as well as an interview: it is one where a title names the
person asked, and that person says "I".
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from kg.extract.context import Context, Text
from kg.model import EntityId

#: What may stand before a label: a time.
BEFORE = r"(?:[\[(]?\d{1,2}:\d\d(?::\d\d)?[\])]?\s+)?"
#: A label in capitals, with a role or a note after it; the surname in capitals and a full stop of printed hearings.
CAPITALS = re.compile(
    rf"{BEFORE}[A-Z][A-Z.'-]+(?: [A-Z][A-Z.'-]+){{0,4}}(?:, [A-Z][A-Za-z .'-]{{1,40}}| \([^()]{{1,40}}\))?:\s+"
    rf"|(?:Mr|Ms|Mrs|Dr|[A-Z][a-z]{{3,}})\.? [A-Z][A-Z'-]+\. (?=[A-Z])|(?:The|THE) (?:[A-Z]{{5,}})\. (?=[A-Z])"
)
#: One that is written like a name or a post.
MIXED = re.compile(
    rf"{BEFORE}(?:[A-Z][\w.'’-]* ?(?:(?:de|del|la|van|von|der) )?){{1,5}}"
    r"(?:, [^:,]{1,40}| ?\([^():]{1,40}\))?:\s+(?=\S)"
)
ASKED = re.compile(r"([QA])[.:] (?=\S)")
PRESIDING = re.compile(
    r"(?:the |madam |mr\.? )?(?:acting |vice |co-)?(?:chair(?:man|woman|person)?|moderator|host|speaker|mediator|"
    r"interviewer|facilitator|hearing officer|clerk)$"
)
#: Labels that a document with turns has at least.
FEWEST = 3
#: How often two different labels in small letters come back at least.
BACK = 2
#: Blocks among which the title of an interview stands.
HEADER = 3
#: Verbs of who leads an interview ("She spoke with P").
TALKING = frozenset({"speak", "talk", "sit", "interview", "meet", "ask"})


def speaker_label(text: str) -> str | None:
    """The label of a transcript turn ("THEO DELACROIX, HOST: …", "BROADUS: …"), with its colon; None for other text."""
    match = CAPITALS.match(text)
    return match.group() if match else None


def mark_turns(context: Context) -> None:
    """Mark the labelled turns of a document as speech."""
    labels = {text.index: label for text in context.texts if (label := speaker_label(text.string))}
    if len(labels) < FEWEST:
        labels = _returning(context) or _asked(context)
    for text in context.texts:
        if label := labels.get(text.index):
            text.label = len(label)
            text.quoted = tuple(token.idx >= len(label) for token in text.tokens)


def _returning(context: Context) -> dict[int, str]:
    """Labels in small letters that name persons or who presides, where at least two of them come back."""
    found = {text.index: match.group() for text in context.texts if (match := MIXED.match(text.string))}
    found = {i: label for i, label in found.items() if _is_speaker(context, context.texts[i], label)}
    back = Counter(_stem(label) for label in found.values())
    return found if sum(n >= BACK for n in back.values()) >= BACK else {}


def _is_speaker(context: Context, text: Text, label: str) -> bool:
    stem = _stem(label)
    if PRESIDING.match(stem):
        return True
    inside = [r for i, r in text.references.items() if text.tokens[i].idx < len(label)]
    return any(context.kind(r.entity) == "Person" for r in inside) or stem in {
        name.lower().split()[-1] for e in context.entities.values() if e.kind == "Person" for name in e.names
    }


def _stem(label: str) -> str:
    """A label without note and post, in small letters."""
    bare = re.sub(rf"^{BEFORE}", "", label)
    return re.split(r"[,(:]", bare)[0].strip(" .").lower()


def _asked(context: Context) -> dict[int, str]:
    """The questions and answers of an interview."""
    found = {text.index: match.group() for text in context.texts if (match := ASKED.match(text.string))}
    letters = Counter(label[0] for label in found.values())
    if min(letters["Q"], letters["A"]) < BACK or _interviewee(context) is None:
        return {}
    answers = [context.texts[i] for i, label in found.items() if label[0] == "A"]
    return found if sum(any(t.text == "I" for t in text.tokens) for text in answers) >= BACK else {}


def _interviewee(context: Context) -> EntityId | None:
    """The only person whom the first line that names one names."""
    for text in context.texts[:HEADER]:
        people = {r.entity for r in text.references.values() if context.kind(r.entity) == "Person"}
        if people:
            return next(iter(people)) if len(people) == 1 else None
    return None


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says, at characters [start, end) of a text; None is one whom the document does not name."""

    start: int
    end: int
    speaker: EntityId | None


def find_turns(context: Context) -> dict[int, tuple[Turn, ...]]:
    """The labelled turns by the index of their text; lines that no blank line sets apart are one text."""
    texts = [text for text in context.texts if text.label]
    speakers = _find_speakers(context, texts) if texts else {}
    labels = {text.string[: text.label] for text in texts}
    found = {}
    for text in texts:
        places = [(0, text.label), *_inner_labels(context, text, labels)]
        ends = [start for start, _ in places[1:]] + [len(text.string)]
        found[text.index] = tuple(
            Turn(start + length, end, _speaker_of(text.string[start : start + length], speakers))
            for (start, length), end in zip(places, ends, strict=True)
        )
    return found


def _inner_labels(context: Context, text: Text, labels: set[str]) -> list[tuple[int, int]]:
    """Start and length of the labels that begin a line inside a text and are those of other turns."""
    source, offsets = context.annotated.document.text, context.annotated.passages[text.index].block.offsets
    return [
        (place, len(label))
        for place in range(text.label + 1, len(text.string))
        if source[offsets[place] - 1] == "\n"
        for label in labels
        if text.string.startswith(label, place)
    ]


def _speaker_of(label: str, speakers: dict[str, EntityId]) -> EntityId | None:
    stem = _stem(label)
    return speakers.get(stem) or speakers.get(stem.split()[-1])


def _find_speakers(context: Context, turns: list[Text]) -> dict[str, EntityId]:
    """Who speaks, by the label without note and post."""
    known: dict[str, EntityId] = {}
    for text in turns:
        stem = _stem(text.string[: text.label])
        speaker = _named_in(context, text) or known.get(stem) or _called(context, stem.split()[-1])
        if speaker is not None:
            known[stem] = known[stem.split()[-1]] = speaker
    stems = {_stem(text.string[: text.label]) for text in turns}
    if stems <= {"q", "a"} or (len(stems) == 2 and all(len(s) <= 3 for s in stems) and len(known) < 2):
        known |= _of_interview(context, stems)
    return known


def _named_in(context: Context, text: Text) -> EntityId | None:
    """The person whose name stands in a label."""
    inside = [i for i in sorted(text.references) if text.tokens[i].idx < text.label]
    people = [e for i in inside if context.kind(e := text.references[i].entity) == "Person"]
    return people[0] if people else None


def _called(context: Context, surname: str) -> EntityId | None:
    """The only person of a surname, or of initials."""
    people = [e for e in sorted(context.entities) if context.kind(e) == "Person"]
    names = {e: context.entities[e].names for e in people}
    fitting = [e for e in people if any(n.lower().split()[-1].strip('.,"') == surname for n in names[e])]
    if not fitting and len(surname) in (2, 3):
        fitting = [e for e in people if any(_initials(n, surname) for n in names[e])]
    return fitting[0] if len(fitting) == 1 else None


def _initials(name: str, letters: str) -> bool:
    """Whether letters begin a given name or nickname, and the surname, of a name of several words."""
    words = [w.strip("\"“”'()").lower() for w in name.split()]
    return len(words) > 1 and words[-1][:1] == letters[-1] and letters[0] in {w[:1] for w in words[:-1]}


def _of_interview(context: Context, stems: set[str]) -> dict[str, EntityId]:
    """Who asks and who answers: the person of the title, and whom the lines before say to have asked."""
    answering = _interviewee(context)
    first = next(text.index for text in context.texts if text.label)
    asking: list[EntityId] = []
    for text in context.texts[:first]:
        for sentence in text.sentences:
            if any(t.lemma_.lower() in TALKING and t.pos_ == "VERB" for t in sentence):
                held = [text.references[t.i].entity for t in sentence if t.i in text.references]
                asking += [e for e in held if context.kind(e) == "Person" and e != answering]
    labels = [_stem(text.string[: text.label]) for text in context.texts if text.label]
    question = labels[0]
    found = {}
    if asking:
        found[question] = asking[-1]
    if answering:
        found |= dict.fromkeys(stems - {question}, answering)
    return found
