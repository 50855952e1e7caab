"""Events, undertakings and bodies that only common nouns name: "the strike", "a three-year agreement".

One entity for each group of such phrases. Phrases that name none ("any contract", "a meeting") are left alone, and so
are bare phrases whose noun heads a proper name of the document: those refer to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Span, Token

from kg.extract.annotate import AnnotatedDocument
from kg.extract.deeds import find_deeds
from kg.extract.heads import head_of
from kg.extract.mentions import ORGANIZATIONS, Form, Mention
from kg.extract.vocabulary import Vocabulary

WORD = re.compile(r"[a-z]+")

KINDS = {
    "Agreement": "Initiative",
    "Stoppage": "Event",
    "Inquiry": "Event",
    "Ballot": "Event",
    "Gathering": "Event",
    "Meeting": "Event",
    "Levy": "Initiative",
    "Body": "Organization",
    "Board": "GovernmentBody",
    "Deed": "Event",
}
#: Categories that the rules never single out; the learned namer may.
TENTATIVE = frozenset({"Proceeding", "Occasion", "Protest", "Study", "Project", "Grant", "Instrument", "Group", "Deed"})
#: Heads of bodies that govern schools, and words of boards that do not.
BOARDS = frozenset({"board", "boards", "committee", "trustees", "regents", "governors", "directors"})
OTHERS = re.compile(
    r"\b(?:state|labou?r|relations|employment|personnel|mediation|impasse|appeals|senate|house)\b", re.IGNORECASE
)
VAGUE = frozenset(
    {
        "no",
        "any",
        "every",
        "each",
        "some",
        "such",
        "what",
        "which",
        "whose",
        "your",
        "another",
        "either",
        "neither",
        "all",
        "many",
    }
)
DEFINITE = frozenset({"the", "this", "that", "its", "our", "their", "his", "her", "my"})

#: In place of a determiner, where a number counts what the noun names.
COUNT = "#"


@dataclass(frozen=True, slots=True)
class Nominal:
    """A noun phrase of a category.

    Attributes:
        passage, start, end: the phrase without determiner, up to its head noun.
        category: of `vocabulary.NOMINALS`.
        head: the head noun in lower case.
        determiner: in lower case, or "".
        modifiers: lower-case words before the head, without those of the owner.
        owner: capitalised words of the phrase ("XTA"), or "".
        bare: where the phrase starts when the owner is left out.
        whole: where the words end that tell it fully: behind the object of a verb.
    """

    passage: int
    start: int
    end: int
    category: str
    head: str
    determiner: str
    modifiers: tuple[str, ...]
    owner: str
    bare: int
    whole: int

    @property
    def key(self) -> tuple[str, str]:
        """What phrases of one entity share: category and owner; modifiers are compared by `same`."""
        return self.category, self.owner


def find_nominals(annotated: AnnotatedDocument, named: list[Mention], vocabulary: Vocabulary) -> list[list[Nominal]]:
    """Groups of phrases, each of which may stand for one entity, in order of first mention."""
    taken = {(m.passage, i) for m in named for i in range(m.start, m.end)}
    taken |= {(m.passage, m.end + i) for m in named if m.kind == "Event" for i in range(16)}
    boards = any(m.kind == "GovernmentBody" and _governs(_text(annotated, m), vocabulary) for m in named)
    heads = {
        annotated.passages[m.passage].block.text[m.start : m.end].lower().split()[-1]
        for m in named
        if m.kind in ("Event", "Initiative")
    }
    heads |= {
        word
        for m in named
        if m.kind in ORGANIZATIONS
        for word in WORD.findall(head_of(annotated.passages[m.passage].block.text[m.start : m.end], vocabulary).phrase)
    }
    groups: list[list[Nominal]] = []
    phrases = list(_phrases(annotated, vocabulary))
    nouns = frozenset(n.head.rpartition(" ")[2] for n in phrases) | heads
    deeds = find_deeds(annotated, nouns, vocabulary)
    for nominal in (*phrases, *(Nominal(p, s, e, "Deed", verb, "", (), "", s, w) for p, s, e, w, verb in deeds)):
        if (nominal.passage, nominal.end - 1) in taken:
            continue
        if (
            not nominal.modifiers
            and not nominal.owner
            and (nominal.head in heads or ((nominal.category == "Board" or nominal.head == "board") and boards))
        ):
            continue
        if nominal.category == "Agreement" and not _singled_out(nominal, vocabulary):
            continue
        home = next((g for g in reversed(groups) if _same(g, nominal, vocabulary)), None) or _called_again(
            groups, nominal
        )
        if home is not None:
            home.append(nominal)
        else:
            groups.append([nominal])
    return groups


def _text(annotated: AnnotatedDocument, mention: Mention) -> str:
    return annotated.passages[mention.passage].block.text[mention.start : mention.end]


def _governs(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a public body may be what "the school board" refers to: a board or the like, and none of labour's."""
    words = head_of(name, vocabulary).phrase.split()
    return bool(BOARDS.intersection(words)) and not OTHERS.search(name)


def kind_by_rule(group: list[Nominal], vocabulary: Vocabulary) -> str | None:
    """The kind of what a group stands for; None where its phrases single nothing out."""
    if any(_is_board(n) for n in group) and not any(n.owner for n in group):
        return "GovernmentBody"
    singled = any(_singled_out(n, vocabulary) for n in group)
    return KINDS[group[0].category] if singled else None


def _is_board(n: Nominal) -> bool:
    """Whether a phrase is "the board" and no more: where none is named, it is that of the schools."""
    return n.head == "board" and n.determiner == "the" and not n.modifiers and not n.owner


def as_mentions(group: list[Nominal], kind: str) -> Iterator[Mention]:
    """The mentions of a group."""
    for n in group:
        yield Mention(n.passage, n.start, n.end, kind, f"nominal-{n.category.lower()}", Form.NOMINAL)


def _phrases(annotated: AnnotatedDocument, vocabulary: Vocabulary) -> Iterator[Nominal]:
    heads = {head.split()[-1].split("-")[0] for head in vocabulary.nominal}
    for passage in annotated.passages:
        # Finding noun chunks is slow: only where one could have such a head.
        if heads.isdisjoint(WORD.findall(passage.block.text.lower())):
            continue
        for chunk in passage.chunks:
            owners = [chunk.doc[t.left_edge.i : t.i + 1] for t in chunk if t.dep_ == "poss" and t.lower_ == "board"]
            for phrase in (*owners, chunk):  # "the school board's president"
                nominal = _nominal(passage.index, phrase, vocabulary)
                if nominal:
                    yield nominal


def _nominal(passage: int, chunk: Span, vocabulary: Vocabulary) -> Nominal | None:
    """The phrase of a noun chunk whose head is in the lexicon; None for others and for vague ones."""
    root = chunk.root
    tokens = [t for t in chunk if t.i <= root.i]
    pair = " ".join(t.lower_ for t in tokens[-2:])
    single = root.lower_ if root.text.islower() or (root.i == 0 and len(tokens) == 1) else ""
    category = vocabulary.nominal.get(pair) if root.text.islower() else None
    head = pair if category else single
    category = category or vocabulary.nominal.get(single)
    if not category or pair in vocabulary.documents:
        return None
    determiner = ""
    while tokens and (
        tokens[0].tag_ in ("DT", "PRP$", "PDT", "WDT", "WP$", "WRB")
        or not (tokens[0].text[0].isalnum() or tokens[0].text == "$")
    ):
        determiner = tokens.pop(0).lower_
    if len(tokens) > 1 and _counts(tokens[0], root):
        tokens.pop(0)
        determiner = determiner or COUNT
    if not tokens or determiner in VAGUE:
        return None
    before = tokens[: -len(head.split())]
    owned = [i for i, t in enumerate(before) if _capital(t)]
    possessive = [i for i, t in enumerate(before) if t.text in ("'s", "'")]
    cut = max([i + 1 for i in (*owned[-1:], *possessive[-1:])], default=0)
    owner = " ".join(t.lower_ for t in before[:cut] if t.text[0].isalpha() and _capital(t))
    plain = [t for i, t in enumerate(before) if i >= cut or not _capital(t)]
    modifiers = tuple(t.lower_ for t in plain if (t.text[0].isalnum() or t.text == "$") and t.lower_ != "own")
    end = tokens[-1].idx + len(tokens[-1].text)
    bare = (before[cut:] or tokens[-len(head.split()) :])[0].idx
    return Nominal(passage, tokens[0].idx, end, category, head, determiner, modifiers, owner, bare, end)


def _counts(token: Token, noun: Token) -> bool:
    """Whether a number counts what a plural names ("463 ballots"), and belongs to no name of it ("2019 workshops")."""
    year = token.text.isdigit() and len(token.text) == 4
    return token.like_num and token.tag_ == "CD" and noun.tag_ == "NNS" and not year


def _capital(token: Token) -> bool:
    return token.text[0].isupper() and not token.is_sent_start


def _same(group: list[Nominal], nominal: Nominal, vocabulary: Vocabulary) -> bool:
    """Whether a phrase may stand for what a group stands for."""
    first = group[0]
    if _is_board(first) and nominal.category == "Board" and not nominal.owner:
        return nominal.head.split()[-1] == first.head
    if first.category == "Board" and not nominal.modifiers and not nominal.owner:
        return nominal.head in (first.head, first.head.split()[-1])
    shared = {m for n in group for m in n.modifiers} & set(nominal.modifiers)
    if first.category != nominal.category or (
        nominal.owner and first.owner and nominal.owner != first.owner and not shared
    ):
        return False
    if nominal.category == "Agreement":
        old = {"old", "previous", "last", "expired", "prior", "successor", "next"}
        return (
            bool(old & {m for n in group for m in n.modifiers}) == bool(old & set(nominal.modifiers))
            and first.owner == nominal.owner
        )
    if nominal.category == "Stoppage":
        return first.head == nominal.head
    if nominal.category == "Deed":
        return False
    if first.head != nominal.head:
        return False
    theirs = {m for n in group for m in n.modifiers}
    return not nominal.modifiers or bool(theirs & set(nominal.modifiers)) or (not theirs and not first.owner)


def _called_again(groups: list[list[Nominal]], nominal: Nominal) -> list[Nominal] | None:
    """The only gathering that was told so far: "the workshop" after "its last training"."""
    bare = nominal.determiner == "the" and not nominal.modifiers and not nominal.owner
    one = [g for g in groups if g[0].category == "Gathering" and not g[0].head.endswith("s")]
    told = one if bare and nominal.category == "Gathering" and not nominal.head.endswith("s") else []
    return told[0] if len(told) == 1 else None


def _singled_out(n: Nominal, vocabulary: Vocabulary) -> bool:
    """Whether a phrase stands for one thing that the document speaks of."""
    definite = n.determiner in DEFINITE or bool(n.owner)
    singled = any(m in vocabulary.singling or m[0].isdigit() or m in ("year", "day") or m == "$" for m in n.modifiers)
    match n.category:
        case "Stoppage" | "Inquiry" | "Board":
            return True
        case "Agreement":
            return definite or singled
        case "Ballot":
            if n.head in ("vote", "votes"):
                return any(
                    vocabulary.nominal.get(m) == "Stoppage" or m in ("ratification", "authorization")
                    for m in n.modifiers
                )
            return True
        case "Gathering":
            return bool(n.owner) or (bool(n.modifiers) and (definite or singled))
        case "Meeting":
            return any(m in ("regular", "annual", "special") for m in n.modifiers)
        case "Levy":
            return definite or bool(n.modifiers)
        case category if category in TENTATIVE:
            return False
        case _:
            return bool(n.modifiers) and (n.determiner in ("the", "") or bool(n.owner))
