"""Parts of speech and lemmas: what the pipeline's attribute ruler and lemmatizer say, asked once per kind of token.

Both are functions of a token's form, tag and dependency, but for the few patterns of the ruler that span tokens.
Running the ruler's 180 patterns over every token costs as much as the parser does; so a form with a tag and a
dependency is shown to both components when it is first met, and remembered. Texts in which a longer pattern matches are
left to the components. Morphological features are not kept: nothing reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc

#: The components whose work this is.
COMPONENTS = ("attribute_ruler", "lemmatizer")
#: Kinds of tokens that are remembered; beyond that the memory is begun anew.
MOST = 200_000

#: Form, tag and dependency of a token, or its part of speech and lemma, as numbers of the string store.
Kind = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Morphology:
    """The two components of a pipeline, with what they said.

    Attributes:
        ruler: the pipeline's own.
        short: one with its patterns of one token.
        longer: matches where a pattern of several tokens does.
        first: matches the tokens that such a pattern may begin with.
        known: what was said of each kind of token; None where the ruler changes its tag or dependency (white space).
        openers: the kinds of tokens that a pattern of several may begin with.
    """

    nlp: Language
    ruler: AttributeRuler
    short: AttributeRuler
    longer: Matcher
    first: Matcher
    lemmatizer: Lemmatizer
    known: dict[Kind, Kind | None] = field(default_factory=dict)
    openers: set[Kind] = field(default_factory=set)


@cache
def morphology_of(nlp: Language) -> Morphology:
    """The two components of a pipeline."""
    ruler: Any = nlp.get_pipe("attribute_ruler")
    lemmatizer: Any = nlp.get_pipe("lemmatizer")
    short, longer, first = AttributeRuler(nlp.vocab), Matcher(nlp.vocab), Matcher(nlp.vocab)
    for number, rule in enumerate(ruler.patterns):
        if all(len(pattern) == 1 for pattern in rule["patterns"]):
            short.add_patterns([rule])
        else:
            longer.add(str(number), rule["patterns"])
            first.add(str(number), [pattern[:1] for pattern in rule["patterns"]])
    return Morphology(nlp, ruler, short, longer, first, lemmatizer)


def add_morphology(docs: Sequence[Doc], morphology: Morphology) -> None:
    """Give the tokens of tagged and parsed texts their part of speech and lemma."""
    known = morphology.known
    kinds = [list(map(tuple, doc.to_array(["ORTH", "TAG", "DEP"]).tolist())) for doc in docs]
    new = list(dict.fromkeys(kind for listed in kinds for kind in listed if kind not in known))
    if len(known) + len(new) > MOST:
        known.clear()
        morphology.openers.clear()
        new = list(dict.fromkeys(kind for listed in kinds for kind in listed))
    if new:
        known.update(zip(new, _ask(new, morphology), strict=True))
    for doc, listed in zip(docs, kinds, strict=True):
        if not listed:
            continue
        found = [known[kind] for kind in listed]
        longer = not morphology.openers.isdisjoint(listed) and morphology.longer(doc, allow_missing=True)
        if longer or None in found:
            morphology.lemmatizer(morphology.ruler(doc))
        else:
            table: Any = doc.to_array(["POS", "LEMMA"])
            table[:] = found
            doc.from_array(["POS", "LEMMA"], table)


def _ask(kinds: list[Kind], morphology: Morphology) -> list[Kind | None]:
    """What the components say of kinds of tokens."""
    vocab = morphology.nlp.vocab
    doc = Doc(vocab, words=[vocab.strings[form] for form, _, _ in kinds])
    table: Any = doc.to_array(["TAG", "DEP"])
    table[:] = [kind[1:] for kind in kinds]
    doc.from_array(["TAG", "DEP"], table)
    morphology.openers.update(kinds[start] for _, start, _ in morphology.first(doc, allow_missing=True))
    morphology.lemmatizer(morphology.short(doc))
    told = doc.to_array(["TAG", "DEP", "POS", "LEMMA"]).tolist()
    return [
        (part, lemma) if (tag, label) == kind[1:] else None
        for kind, (tag, label, part, lemma) in zip(kinds, told, strict=True)
    ]
