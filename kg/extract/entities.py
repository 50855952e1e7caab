"""In-document linking: which mentions are one entity.

Fullest form first; a shorter form joins the entity it abbreviates (surname, acronym, leading words, bare head noun).
Number, chapter and kind guard a merge: two locals with different numbers, or a school and a district of one name, stay
apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kg.extract.acronyms import define_acronyms, initials, is_acronym
from kg.extract.annotate import AnnotatedDocument
from kg.extract.heads import head_of
from kg.extract.lines import title_case
from kg.extract.mentions import Form, LocalEntity, Mention, family
from kg.extract.nominals import find_nominals
from kg.extract.renaming import renamed
from kg.extract.vocabulary import Vocabulary, vocabulary
from kg.lexicon import Lexicon
from kg.model import EntityId

NUMBER = re.compile(r"\d+|\bR-[IVX]+\b")
NUMBERED_ACRONYM = re.compile(r"([A-Z]{2,6}) (\d+)")
#: "Local 5 of the United School Workers" and its union.
LOCAL_OF = re.compile(r"(?:Local|Lodge|Chapter|Council|Unit|Branch) (?:No\. |#)?\d+ of (?:the )?([A-Z].+ .+)$")
ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
#: What may follow a person's name behind a comma and is no given name.
SUFFIX = re.compile(r"(?:Jr|Sr|Esq|Ph\.?D|Ed\.?D|M\.?D|R\.?N|J\.?D|II|III|IV)\.?")
SCHOOLS = re.compile(r" (?:public )?schools?(?: (?:district|system))?(?!(?: board)|[\w'-])")
#: Words over which the long form of a name goes on behind the short one ("Elm Center" in "Elm Center for Work").
CONTINUATIONS = frozenset("of for on in at school schools district".split())


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
    acronyms = _leading(forms) | define_acronyms(annotated, [text for text, _ in forms])
    clusters: list[Cluster] = []
    by_key: dict[str, list[int]] = {}
    for text, kind in sorted(forms, key=lambda f: (-len(f[0].split()), -len(f[0]), f)):
        keys = _keys(text, kind) | _keys(acronyms.get(text, ""), kind)
        near = sorted({i for key in keys for i in by_key.get(key, ())})
        cluster = _home(text, kind, [clusters[i] for i in near], acronyms, words)
        if cluster is None:
            learned = kind == "Event" and any(m.rule == "learned" for m in forms[text, kind])
            if _is_bare_head(text, kind, words) and not learned:
                continue
            cluster = Cluster(kind, [text])
            for key in _long_keys(text):
                by_key.setdefault(key, []).append(len(clusters))
            clusters.append(cluster)
        elif text not in cluster.names:
            cluster.names.append(text)
        cluster.mentions += forms[text, kind]
    _join_nominals(annotated, mentions, clusters, words)
    ordered = sorted(clusters, key=lambda c: (min(c.mentions), c.names))
    return tuple(_entity(annotated, EntityId(f"e{i}"), c, words) for i, c in enumerate(ordered, 1))


def _leading(forms: Mapping[tuple[str, str], list[Mention]]) -> dict[str, str]:
    """What "District" and "Union" stand for alone: those that a document names at least twice as often as others."""
    found: dict[str, str] = {}
    for word, kind in (("District", "SchoolDistrict"), ("Union", "LaborUnion")):
        counts = sorted(((len(held), text) for (text, k), held in forms.items() if k == kind and " " in text))
        if counts and (len(counts) == 1 or counts[-1][0] >= 2 * counts[-2][0]):
            found[word] = counts[-1][1]
    return found


def _keys(text: str, kind: str) -> set[str]:
    """What a form shares with any longer form of its entity: its first word, that word's beginning, or initials."""
    words = re.findall(r"\w+", text.lower())
    shared = words if kind == "Initiative" or NUMBERED_ACRONYM.fullmatch(text) else words[:1]
    surname = words[-1:] if kind == "Person" else []
    return {text, *shared, *surname, *(f"{w[:3]}…" for w in words[:1])}


def _long_keys(text: str) -> set[str]:
    """The keys under which the short forms of a name may look for it."""
    words = re.findall(r"\w+", text.lower())
    return {*words, *(f"{w[:3]}…" for w in words), *initials(text), *initials(text.partition(",")[0])}


def _surface(annotated: AnnotatedDocument, mention: Mention, words: Vocabulary) -> str:
    """The text of a mention as a name: without article, honorific and possessive ending."""
    text = annotated.passages[mention.passage].block.text[mention.start : mention.end]
    text = ARTICLE.sub("", re.sub(r"'s$", "", text)).strip(" ,")
    if mention.kind == "Person":
        text = re.sub(rf"^(?:{words.honorific.pattern}\s)+", "", text)
    return text


def _is_bare_head(text: str, kind: str, words: Vocabulary) -> bool:
    """Whether a form is a head noun only ("Board"), which names nothing unless it stands for a longer name."""
    return (
        " " not in text
        and family(kind) in ("Organization", "Initiative", "Event")
        and bool(head_of(text, words).kinds)
        and not is_acronym(text)
    )


def _join_nominals(
    annotated: AnnotatedDocument, mentions: tuple[Mention, ...], clusters: list[Cluster], words: Vocabulary
) -> None:
    """Add what common nouns name: to the name that they tell again, else as an entity of their own.

    Each phrase is a name, with and without its owner.
    """
    known = {(m.passage, m.start, m.end): m for m in mentions if m.form is Form.NOMINAL}
    named = [m for m in mentions if m.form is not Form.NOMINAL]
    holders = {(m.passage, m.start, m.end): cluster for cluster in clusters for m in cluster.mentions}
    for group in find_nominals(annotated, named, words):
        names: list[str] = []
        for n in sorted(group, key=lambda n: (-len(n.modifiers) - bool(n.owner), n.passage, n.start)):
            text = annotated.passages[n.passage].block.text
            names += [text[n.start : n.whole], text[n.start : n.end], text[n.bare : n.end]]
        found = [known[n.passage, n.start, n.end] for n in group if (n.passage, n.start, n.end) in known]
        if not found:
            continue
        again = renamed(annotated, group, named, words)
        holder = holders.get((again.passage, again.start, again.end)) if again else None
        if holder is None:
            clusters.append(Cluster(found[0].kind, list(dict.fromkeys(names)), found))
        else:
            holder.names += [name for name in dict.fromkeys(names) if name not in holder.names]
            holder.mentions += [replace(m, kind=holder.kind) for m in found]


def _home(text: str, kind: str, clusters: list[Cluster], acronyms: dict[str, str], words: Vocabulary) -> Cluster | None:
    """The cluster that a form belongs to, or None."""
    best: tuple[float, Cluster] | None = None
    for cluster in clusters:
        kinds = {cluster.kind, kind}
        school = "School" in kinds and kinds - {"School", "Organization"}
        if family(cluster.kind) != family(kind) or school:
            continue
        same = any(_fold(text) == _fold(name) for name in cluster.names)
        rank = 9.0 if same else _rank(text, kind, cluster, acronyms, words)
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
        within = full.startswith(f"{text} at ")
        return 5 if within or _fold(full.partition(", ")[0]) == _fold(text.partition(", ")[0]) else 0
    if _abbreviates(text, full):
        return 7
    if (local := LOCAL_OF.match(full)) and full.endswith(text) and len(text) >= len(local[1]):
        return 0
    numbers = NUMBER.findall(text), NUMBER.findall(full)
    if all(numbers) and numbers[0] != numbers[1]:
        return 0
    same = cluster.kind == kind
    if all(numbers) and kind == cluster.kind == "SchoolDistrict" and text.split(maxsplit=1)[0] == full.split()[0]:
        return 5
    bare = " " not in text and bool(head_of(text, words).kinds)
    if not same and family(kind) == "Organization" and "Organization" not in (kind, cluster.kind) and not bare:
        return 0
    rank = _part_rank(text, kind, full, words)
    return rank if same else max(0, rank - 2)


def _abbreviates(text: str, full: str) -> bool:
    """Whether a form is made of the initials of a name, with or without its number ("RSU 5")."""
    if " " not in full:
        return False
    if is_acronym(text) and len(text) > 2:
        return text in initials(full) or text in initials(full.partition(",")[0])
    numbered = NUMBERED_ACRONYM.fullmatch(text)
    if not numbered or not full.endswith(numbered[2]):
        return False
    return any(i.endswith(numbered[1]) for i in initials(full.removesuffix(numbered[2])))


def _part_rank(text: str, kind: str, full: str, words: Vocabulary) -> float:
    """How well a form fits as part of a name of its own kind; 2 less for another kind."""
    parts, whole = text.split(), full.split()
    headed = bool(head_of(text, words).kinds)
    if [w.lower() for w in whole[: len(parts)]] == [w.lower() for w in parts]:
        goes_on = len(whole) > len(parts) and whole[len(parts)].lower() in CONTINUATIONS
        if not headed or len(parts) == 1 or goes_on:
            return 4
    ends = whole[-1].lower() == parts[-1].lower() and whole[0].lower() == parts[0].lower()
    if text.isupper() and headed and ends:
        return 2
    if [w.lower() for w in whole[-len(parts) :]] == [w.lower() for w in parts] and (len(parts) > 1 or headed):
        return 3.5
    if len(parts) == 1 and text in whole:
        return 3 if kind == "School" else 2 if headed else 0
    if kind == "Initiative" and headed:
        content = _content(text, words)
        return 1 if content and content <= _content(full, words) else 0
    return 0


def _content(name: str, words: Vocabulary) -> frozenset[str]:
    """The words of a name but its head."""
    return frozenset(re.findall(r"[^\W_]+", name.lower())) - set(head_of(name, words).phrase.split())


def _person_rank(text: str, full: str) -> float:
    """How well a shorter form fits a person's full name: by surname, nickname, or given name."""
    parts = [w.strip('“”".,') for w in text.split()]
    whole = [w.strip('“”".,') for w in full.split()]
    if ", " in full:
        last = len(full.partition(", ")[0].split())
        whole = [*whole[last:], *whole[:last]]
    if len(parts) == 1:
        if parts[0] == whole[-1] or (parts[0].isupper() and parts[0].casefold() == whole[-1].casefold()):
            return 5
        short = len(parts[0]) > 2 and whole[0].startswith(parts[0])
        return 3 if (parts[0] in whole and len(parts[0]) > 1) or short else 0
    if parts == whole[-len(parts) :]:
        return 6
    initial = len(parts[0]) == 1 and whole[0].startswith(parts[0]) and parts[-1].casefold() == whole[-1].casefold()
    if initial and len(whole[0]) > 1:
        return 4
    nicknames = {w.strip('“”"') for w in full.split() if w[0] in '“"'}
    return 6 if parts[-1] == whole[-1] and (parts[0] == whole[0] or parts[0] in nicknames) else 0


def _fold(text: str) -> str:
    return re.sub(r"[^\w%$]+", " ", text.casefold()).strip()


def _entity(annotated: AnnotatedDocument, id_: EntityId, cluster: Cluster, words: Vocabulary) -> LocalEntity:
    names = [*cluster.names]
    if cluster.kind == "Place":
        names += [n.partition(", ")[0] for n in cluster.names if ", " in n]
    if family(cluster.kind) == "Organization":
        names += _called_schools(annotated, cluster)
    mentions = sorted(
        m if m.form is not Form.NAME or _surface(annotated, m, words) == names[0] else replace(m, form=Form.SHORT)
        for m in cluster.mentions
    )
    kinds = Counter(m.kind for m in mentions)
    organization = family(cluster.kind) == "Organization"
    kind = cluster.kind if organization else max(sorted(kinds), key=lambda k: kinds[k])
    gender = _gender(annotated, names, mentions, words) if kind == "Person" else None
    if kind == "Person":
        names = [*(natural for n in cluster.names if (natural := _natural(n))), *names]
    return LocalEntity(
        id=id_, kind=kind, names=tuple(dict.fromkeys(names)), mentions=tuple(dict.fromkeys(mentions)), gender=gender
    )


def _natural(name: str) -> str | None:
    """ "Ruiz, Ana B." as "Ana B. Ruiz", surnames in capitals as names are written; None for names in that order."""
    last, _, given = name.partition(", ")
    if not given or SUFFIX.fullmatch(given):
        return None
    return f"{given} {title_case(last) if last.isupper() else last}"


def _called_schools(annotated: AnnotatedDocument, cluster: Cluster) -> list[str]:
    """The names with the common noun that follows them in lower case ("Elm schools", "Elm school district")."""
    found = []
    for mention in cluster.mentions:
        text = annotated.passages[mention.passage].block.text
        noun = SCHOOLS.match(text, mention.end) if mention.form is Form.NAME else None
        if noun:
            found.append(text[mention.start : mention.end] + noun.group())
    return found


def _gender(annotated: AnnotatedDocument, names: list[str], mentions: list[Mention], words: Vocabulary) -> str | None:
    """Gender ("f" or "m") by an honorific before a mention, else by the given name."""
    for mention in mentions:
        before = annotated.passages[mention.passage].block.text[max(0, mention.start - 12) : mention.start]
        match = re.search(rf"({words.honorific.pattern})\s$", before)
        title = match[1].lower().rstrip(".") if match else ""
        if title in words.feminine | words.masculine:
            return "f" if title in words.feminine else "m"
    for name in names:
        given = words.given.get(name.rpartition(", ")[2].split()[0].strip('“”"')) if " " in name else None
        if given in ("f", "m"):
            return given
    return None
