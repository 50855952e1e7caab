"""Profiles of names: what the learned namer weighs, as named features without values.

The verdict of the rules comes first, then the form of the name, its contexts, its place in the document, its
neighbours in lists, and the names that share its words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spacy.tokens import Span

from kg.extract.acronyms import is_acronym
from kg.extract.annotate import AnnotatedDocument
from kg.extract.bodies import BODY
from kg.extract.dictionary import in_dictionary
from kg.extract.evidence import Name
from kg.extract.heads import head_of
from kg.extract.lines import Candidate, titled
from kg.extract.series import Series
from kg.extract.vocabulary import Vocabulary

#: What the namer says of a name that names nothing, and what stands for the kind of a name without one.
NOTHING = "-"
WORDS = re.compile(r"[\w'$%-]+|[^\w\s]")
DETERMINERS = frozenset("the a an its our their".split())
NEAR = 50


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the profiles of all names of a document draw on.

    Attributes:
        lower: words that the document also writes in lower case.
        mates: name → kinds of the other members of its series, with "head:" the kind that its head noun tells.
        kin: first word or any word → names with it.
        titled: passages that are set like titles.
    """

    annotated: AnnotatedDocument
    names: Mapping[str, Name]
    lower: frozenset[str]
    mates: Mapping[str, frozenset[str]]
    kin: Mapping[str, tuple[Name, ...]]
    titled: frozenset[int]
    vocabulary: Vocabulary


def survey(
    annotated: AnnotatedDocument,
    names: Mapping[str, Name],
    series: list[Series],
    lower: frozenset[str],
    vocabulary: Vocabulary,
) -> Surroundings:
    """What a document offers to the profiles of its names, after the rules have decided."""
    mates: dict[str, set[str]] = defaultdict(set)
    for one in series:
        for member in one.members:
            if one.kind:
                mates[member.text].add(f"head:{one.kind}")
            mates[member.text] |= {names[m.text].kind or NOTHING for m in one.members if m.text != member.text}
    kin: dict[str, list[Name]] = defaultdict(list)
    for name in names.values():
        for word in dict.fromkeys(name.words):
            kin[word].append(name)
    return Surroundings(
        annotated=annotated,
        names=names,
        lower=lower,
        mates={text: frozenset(kinds) for text, kinds in mates.items()},
        kin={word: tuple(found) for word, found in kin.items()},
        titled=frozenset(p.index for p in annotated.passages if titled(p.block.text)),
        vocabulary=vocabulary,
    )


def profile(name: Name, around: Surroundings) -> frozenset[str]:
    """The features of one name."""
    found = set(_verdict(name, around.vocabulary))
    found |= set(_form(name, around))
    found |= set(_places(name, around))
    for candidate in name.candidates:
        found |= set(_context(candidate, around))
    found |= {f"mate={kind}" for kind in around.mates.get(name.text, (NOTHING,))}
    found |= set(_kin(name, around))
    return frozenset(found)


def _verdict(name: Name, vocabulary: Vocabulary) -> Iterator[str]:
    """What the rules decided, and on what."""
    kind, rule, head = name.kind or NOTHING, name.rule.partition(":")[0], head_of(name.text, vocabulary)
    yield f"kind={kind}"
    yield f"rule={rule}"
    yield f"kind={kind}|rule={rule}"
    yield "head-kinds=" + "/".join(head.kinds)
    yield f"head={head.phrase}"
    yield f"headed={bool(head.kinds)}|words={min(len(name.words), 4)}"
    for feature in name.evidence.keys() - BODY:  # signs that rules weigh: the learned namer knows what shows them
        yield f"seen={feature}"
        yield f"kind={kind}|seen={feature}"
    for label in name.labels or (NOTHING,):
        yield f"label={label}"


def _form(name: Name, around: Surroundings) -> Iterator[str]:
    """How the name is written."""
    text, words, vocabulary = name.text, name.words, around.vocabulary
    yield f"words={min(len(words), 5)}"
    signs = {"acronym": is_acronym(text), "capitals": text.isupper(), "digit": any(c.isdigit() for c in text)}
    signs |= {"hyphen": "-" in text, "and-sign": "&" in text, "landscape": words[-1].lower() in vocabulary.landscape}
    yield from (f"form={sign}" for sign, there in signs.items() if there)
    yield f"given={words[0] in vocabulary.given}|weak={words[0] in vocabulary.weak}"
    common = [w.lower() in around.lower for w in words]
    yield "common=" + ("all" if all(common) else "some" if any(common) else "none")
    yield f"common-first={common[0]}|single={len(words) == 1}"
    yield f"common-last={common[-1]}"
    known = [in_dictionary(w.lower()) for w in words]
    yield "dictionary=" + ("all" if all(known) else "some" if any(known) else "none") + f"|{min(len(words), 3)}"
    yield f"dictionary-ends={known[0]}|{known[-1]}|{words[0] in vocabulary.given}"
    yield from (f"word={w.lower()}" for w in words)
    yield f"first={words[0].lower()}"
    yield f"last={words[-1].lower()}"
    yield f"ending={words[-1][-3:].lower()}"


def _places(name: Name, around: Surroundings) -> Iterator[str]:
    """How often and where it stands."""
    candidates, passages = name.candidates, around.annotated.passages
    count = len(candidates)
    yield f"count={1 if count == 1 else 2 if count < 4 else 4 if count < 8 else 8}"
    initial = sum(c.initial for c in candidates)
    yield "initial=" + ("all" if initial == count else "some" if initial else "none")
    headings = sum(c.passage in around.titled for c in candidates)
    yield "titled=" + ("all" if headings == count else "some" if headings else "none")
    yield f"opens={min(c.passage for c in candidates) < 2}"
    yield from (f"block={passages[c.passage].block.kind}" for c in candidates)
    yield from (f"grammar={c.form}" for c in candidates if c.form)


def _context(candidate: Candidate, around: Surroundings) -> Iterator[str]:
    """The words beside one of its places and its place in the parse; nothing in titles, which have neither."""
    if candidate.passage in around.titled:
        return
    passage = around.annotated.passages[candidate.passage]
    text = passage.block.text
    left = WORDS.findall(text[max(0, candidate.start - NEAR) : candidate.start].lower())[::-1]
    right = WORDS.findall(text[candidate.end : candidate.end + NEAR].lower())
    determiner = left.pop(0) if left and left[0] in DETERMINERS else ""
    yield f"determiner={determiner}"
    yield "before=" + (left[0] if left else "^")
    yield "before2=" + " ".join(left[1::-1])
    yield "behind=" + (right[0] if right else "$")
    yield "behind2=" + " ".join(right[:2])
    span = passage.doc.char_span(candidate.start, candidate.end, alignment_mode="expand")
    if span is not None and len(span):
        yield from _parse(span)


def _parse(span: Span) -> Iterator[str]:
    """Dependency, governor and tags."""
    root, governor = span.root, span.root.head
    yield f"dependency={root.dep_}"
    yield "tags=" + "-".join(t.tag_ for t in span)[:20]
    if root.dep_ == "pobj":
        yield f"preposition={governor.lower_}"
        yield f"governor={governor.lower_} {governor.head.lemma_.lower()}"
    elif governor != root:
        yield f"governor={root.dep_} {governor.lemma_.lower()}"


def _kin(name: Name, around: Surroundings) -> Iterator[str]:
    """Kinds of the names that go on from this one, end in it, hold it, or lie in it."""
    words, size = name.words, len(name.words)
    for other in dict.fromkeys(o.text for w in words for o in around.kin.get(w, ())):
        kin = around.names[other]
        theirs = kin.words
        if kin is name or not kin.kind:
            continue
        if len(theirs) > size and theirs[:size] == words:
            yield f"continued={kin.kind}"
        elif len(theirs) > size and theirs[-size:] == words:
            yield f"ends={kin.kind}"
        elif words[: len(theirs)] == theirs:
            yield f"begins-with={kin.kind}"
        elif words[-len(theirs) :] == theirs:
            yield f"ends-with={kin.kind}"
        elif theirs[0] == words[0]:
            yield f"same-first={kin.kind}"
