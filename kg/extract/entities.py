"""In-document linking: which mentions are one entity.

Fullest form first; a shorter form joins the entity it abbreviates (surname, acronym, leading words, bare head noun). Number, chapter and
kind guard a merge: two locals with different numbers, or a school and a district of one name, stay apart.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from kg.extract.acronyms import define_acronyms, initials, is_acronym
from kg.extract.annotate import AnnotatedDocument
from kg.extract.heads import head_of
from kg.extract.mentions import Form, LocalEntity, Mention, family
from kg.extract.nominals import find_nominals
from kg.extract.vocabulary import Vocabulary, vocabulary
from kg.lexicon import Lexicon
from kg.model import EntityId

NUMBER = re.compile(r"\d+|\bR-[IVX]+\b")
#: Words over which the long form of a name goes on behind the short one ("Elm Center" in "Elm Center for Work").
CONTINUATIONS = frozenset("of for on in at school schools district".split())
ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)


@dataclass(slots=True)
class Cluster:
    """An entity in the making; `names[0]` is the fullest form."""

    kind: str
    names: list[str]
    mentions: list[Mention] = field(default_factory=list)


def link_mentions(
    annotated: AnnotatedDocument, mentions: tuple[Mention, ...], lexicon: Lexicon
) -> tuple[LocalEntity, ...]:
    """The entities of a document, in order of first mention, with ids "e1", "e2", …"""
    words = vocabulary(lexicon)
    forms: dict[tuple[str, str], list[Mention]] = {}
    for mention in mentions:
        text = _surface(annotated, mention, words)
        if text and mention.form is not Form.NOMINAL:
            forms.setdefault((text, mention.kind), []).append(mention)
    acronyms = define_acronyms(annotated, [text for text, _ in forms])
    clusters: list[Cluster] = []
    for text, kind in sorted(forms, key=lambda f: (-len(f[0].split()), -len(f[0]), f)):
        cluster = _home(text, kind, clusters, acronyms, words)
        if cluster:
            if text not in cluster.names:
                cluster.names.append(text)
        elif (
            len(text.split()) == 1
            and family(kind) in ("Organization", "Initiative", "Event")
            and head_of(text, words).kinds
            and not is_acronym(text)
        ):
            continue
        else:
            cluster = Cluster(kind, [text])
            clusters.append(cluster)
        cluster.mentions += forms[text, kind]
    clusters += _nominal_clusters(annotated, mentions, words)
    return _entities(annotated, clusters, words)


def _nominal_clusters(annotated: AnnotatedDocument, mentions: tuple[Mention, ...], words: Vocabulary) -> list[Cluster]:
    """Entities that only common nouns name; each phrase is a name with and without its owner."""
    known = {(m.passage, m.start, m.end): m for m in mentions if m.form is Form.NOMINAL}
    clusters = []
    for group in find_nominals(annotated, [m for m in mentions if m.form is not Form.NOMINAL], words):
        names: list[str] = []
        for n in sorted(group, key=lambda n: (-len(n.modifiers) - bool(n.owner), n.passage, n.start)):
            text = annotated.passages[n.passage].block.text
            names += [text[n.start : n.end], text[n.bare : n.end]]
        found = [known[n.passage, n.start, n.end] for n in group if (n.passage, n.start, n.end) in known]
        if found:
            clusters.append(Cluster(found[0].kind, list(dict.fromkeys(names)), found))
    return clusters


def _surface(annotated: AnnotatedDocument, mention: Mention, words: Vocabulary) -> str:
    """The text of a mention as a name: without article, honorific and possessive ending."""
    text = annotated.passages[mention.passage].block.text[mention.start : mention.end]
    text = ARTICLE.sub("", re.sub(r"'s$", "", text)).strip(" ,")
    if mention.kind == "Person":
        text = re.sub(rf"^(?:{words.honorific.pattern}\s)+", "", text)
    return text


def _home(text: str, kind: str, clusters: list[Cluster], acronyms: dict[str, str], words: Vocabulary) -> Cluster | None:
    """The cluster that a form belongs to, or None."""
    best: tuple[float, Cluster] | None = None
    for cluster in clusters:
        if family(cluster.kind) != family(kind):
            continue
        rank = (
            9.0
            if any(_fold(text) == _fold(name) for name in cluster.names)
            else _rank(text, kind, cluster, acronyms, words)
        )
        if {cluster.kind, kind} & {"School"} and {cluster.kind, kind} - {"School", "Organization"}:
            rank = 0
        if rank and (best is None or rank > best[0]):
            best = (rank, cluster)
    return best[1] if best else None


def _rank(text: str, kind: str, cluster: Cluster, acronyms: dict[str, str], words: Vocabulary) -> float:
    """How well a shorter form fits a cluster; 0 if it does not."""
    full = cluster.names[0]
    if ARTICLE.sub("", acronyms.get(text, "")) in cluster.names:
        return 8
    if kind == "Person":
        return _person_rank(text, full)
    if kind == "Place":
        return 5 if _fold(full.split(", ")[0]) == _fold(text.split(", ")[0]) else 0
    parts, whole = text.split(), full.split()
    headed = bool(head_of(text, words).kinds)
    same = cluster.kind == kind
    if (
        is_acronym(text)
        and len(text) > 2
        and len(whole) > 1
        and (text in initials(full) or text in initials(full.split(",")[0]))
    ):
        return 7
    if numbered := re.fullmatch(r"([A-Z]{2,6}) (\d+)", text):
        if full.endswith(numbered[2]) and any(
            i.endswith(numbered[1]) for i in initials(full.removesuffix(numbered[2]))
        ):
            return 7
    if (
        not same
        and family(kind) == "Organization"
        and "Organization" not in (kind, cluster.kind)
        and not (headed and len(parts) == 1)
    ):
        return 0
    numbers = NUMBER.findall(text), NUMBER.findall(full)
    if all(numbers) and numbers[0] != numbers[1]:
        return 0
    if same and all(numbers) and kind == "SchoolDistrict" and parts[0] == whole[0]:
        return 5
    if [w.lower() for w in whole[: len(parts)]] == [w.lower() for w in parts]:
        goes_on = len(whole) > len(parts) and whole[len(parts)].lower() in CONTINUATIONS
        if not headed or len(parts) == 1 or goes_on:
            return 4 if same else 2
    if (
        text.isupper()
        and same
        and headed
        and whole[-1].lower() == parts[-1].lower()
        and whole[0].lower() == parts[0].lower()
    ):
        return 2
    if whole[-len(parts) :] == parts and (len(parts) > 1 or headed):
        return 3.5 if same else 1.5
    if len(parts) == 1 and text in whole and (headed or kind == cluster.kind == "School"):
        return 3 if same else 0
    if (
        kind == cluster.kind == "Initiative"
        and headed
        and _content(text, words)
        and _content(text, words) <= _content(full, words)
    ):
        return 1
    return 0


def _content(name: str, words: Vocabulary) -> frozenset[str]:
    """The words of a name but its head."""
    head = head_of(name, words).phrase.split()
    return frozenset(re.findall(r"[^\W_]+", name.lower())) - set(head)


def _person_rank(text: str, full: str) -> float:
    parts = [w.strip('“”".,') for w in text.split()]
    whole = [w.strip('“”".,') for w in full.split()]
    if ", " in full:
        whole = [*whole[1:], whole[0]]
    if len(parts) == 1:
        if parts[0] == whole[-1]:
            return 5
        nick = len(parts[0]) > 2 and whole[0].startswith(parts[0])
        return 3 if (parts[0] in whole and len(parts[0]) > 1) or nick else 0
    if parts == whole[-len(parts) :]:
        return 6
    nicknames = {w.strip('“”"') for w in full.split() if w[0] in '“"'}
    return 6 if parts[-1] == whole[-1] and (parts[0] == whole[0] or parts[0] in nicknames) else 0


def _fold(text: str) -> str:
    return re.sub(r"[^\w%$]+", " ", text.casefold()).strip()


def _entities(annotated: AnnotatedDocument, clusters: list[Cluster], words: Vocabulary) -> tuple[LocalEntity, ...]:
    entities = []
    for number, cluster in enumerate(sorted(clusters, key=lambda c: (min(c.mentions), c.names)), 1):
        names = [*cluster.names]
        if cluster.kind == "Place":
            names += [n.split(", ")[0] for n in cluster.names if ", " in n and n.split(", ")[0] not in names]
        mentions = tuple(
            sorted(
                m if m.form is not Form.NAME or names[0] == _surface(annotated, m, words) else _short(m)
                for m in cluster.mentions
            )
        )
        kinds = Counter(m.kind for m in mentions)
        kind = cluster.kind if family(cluster.kind) == "Organization" else max(sorted(kinds), key=lambda k: kinds[k])
        gender = _gender(annotated, names, mentions, words) if kind == "Person" else None
        entities.append(
            LocalEntity(id=EntityId(f"e{number}"), kind=kind, names=tuple(names), mentions=mentions, gender=gender)
        )
    return tuple(entities)


def _short(mention: Mention) -> Mention:
    return Mention(mention.passage, mention.start, mention.end, mention.kind, mention.rule, Form.SHORT)


def _gender(
    annotated: AnnotatedDocument, names: list[str], mentions: tuple[Mention, ...], words: Vocabulary
) -> str | None:
    """f or m by an honorific before a mention, else by the given name."""
    for mention in mentions:
        before = annotated.passages[mention.passage].block.text[max(0, mention.start - 12) : mention.start]
        match = re.search(rf"({words.honorific.pattern})\s$", before)
        if match:
            title = match[1].lower().rstrip(".")
            if title in words.feminine | words.masculine:
                return "f" if title in words.feminine else "m"
    for name in names:
        given = words.given.get(name.split(", ")[-1].split()[0].strip('“”"')) if " " in name else None
        if given in ("f", "m"):
            return given
    return None
