"""Signatures: a line that holds only a name, and under it a line that begins with a post.

    Sincerely,
    Ana Ruiz, Ed.D.
    Superintendent of Schools
    Larch Charter Schools

Bylines with the post on their second line, and the lines of a masthead, read the same way.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from kg.extract.context import Context, Text
from kg.extract.layout import Kind
from kg.extract.posts import DEGREES, HONORIFICS, RolePhrase
from kg.extract.statements import Candidate, Site, named, stretch
from kg.model import Grounds, Membership

#: What may stand on the line of a name beside it.
BESIDE = DEGREES | HONORIFICS | frozenset({"by", "signed", "ed", "ph", "d", "d.", "j", "m", "m.p.p", "esq", "jr", "sr"})
#: Longest line, in tokens.
LINE = 14


def find_signatures(context: Context, phrases: dict[int, dict[int, RolePhrase]]) -> Iterator[Candidate]:
    """Memberships of persons whose name stands on a line of its own above their post; the organization is left open."""
    for above, text in zip(context.texts, context.texts[1:], strict=False):
        phrase = next(iter(phrases[text.index].values()), None)
        if phrase is None or phrase.start > 0 or phrase.plural or not _is_line(text):
            continue
        person = _lone_person(context, above)
        if person is None or any(context.kind(r.entity) == "Person" for r in text.references.values()):
            continue
        evidence = (context.sentence(above, person), context.sentence(text, text.tokens[phrase.start]))
        held = Membership(
            member=above.references[person.i].entity,
            organization=None,
            grounds=Grounds(evidence=evidence, rule="post under the name", confidence=0.75),
            role_title=phrase.title,
            former=phrase.former,
        )
        trigger = stretch(context, text, (text.tokens[phrase.start], text.tokens[phrase.end - 1]))
        yield Candidate(held, trigger, Site(text.index, phrase.start, phrase.end, None))


def _is_line(text: Text) -> bool:
    """Whether a text is a line and no sentence."""
    return (
        text.kind in (Kind.HEADING, Kind.PARAGRAPH)
        and len(text.doc) <= LINE
        and not any(t.pos_ in ("VERB", "AUX") and t.i not in text.references for t in text.tokens)
        and text.tokens[-1].text not in (".", ":", "?")
    )


def _lone_person(context: Context, text: Text) -> Token | None:
    """The person of a line that names nobody and nothing else."""
    if len(text.references) != 1 or len(text.doc) > LINE:
        return None
    (index,) = text.references
    rest = [t.lower_.strip(".") for t in text.tokens if t.i != index and not t.is_punct and t.text.strip(".")]
    if not named(text, text.tokens[index]) or context.kind(text.references[index].entity) != "Person":
        return None
    return text.tokens[index] if all(w in BESIDE or f"{w}." in BESIDE for w in rest) else None
