"""Names: which stretches of a document are names, and of what kind.

The order of decisions was measured on annotated documents: candidates by grammar; a kind from the head noun, else from
form and context; then what the names of a document tell about each other; and only at last the language model's label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kg.extract.acronyms import define_acronyms, is_acronym
from kg.extract.annotate import AnnotatedDocument
from kg.extract.candidates import find_candidates
from kg.extract.entities import LOCAL_OF
from kg.extract.evidence import Name, gather
from kg.extract.heads import head_of
from kg.extract.kinds import decide
from kg.extract.layout import Kind
from kg.extract.lines import Candidate, lower_words, titled
from kg.extract.list_heads import find_list_heads
from kg.extract.mentions import ORGANIZATIONS, Form, Mention
from kg.extract.namer import Namer, Weights, likeliest, load_namer, probabilities
from kg.extract.nominal_profiles import nominal_profiles
from kg.extract.nominals import as_mentions, find_nominals, kind_by_rule
from kg.extract.profiles import NOTHING, profile, survey
from kg.extract.propagation import (
    agree_in_series,
    expand_acronyms,
    find_affiliated,
    find_branches,
    find_short_forms,
    find_surnames,
)
from kg.extract.renaming import renamed
from kg.extract.series import Series, find_series
from kg.extract.sessions import find_sessions
from kg.extract.titles import find_titles
from kg.extract.vocabulary import Vocabulary, vocabulary
from kg.lexicon import Lexicon

#: By how much the learned namer must be surer of its kind than of the rules': of another, of another than that of its
#: list, of none, of none where the name has a head noun, of one where the rules see none; the same for phrases. What
#: rules see is rather kept: a lost name loses all that is said of it.
MARGINS = {"other": 0.2, "listed": 0.4, "none": 0.4, "headed": 0.6, "new": 0.1, "phrase": 0.5}
#: From this probability on a phrase that the rules leave alone stands for something: with it goes what is said of it.
PHRASE = 0.45
#: The same for a bare "the project" where an undertaking has a name: mostly it is that one again.
AGAIN = 0.7
#: From this probability on a kind may take the place of another one.
LIKELY = 0.4
COUPLE = re.compile(r"(?<![\w-])([A-Z]{2,8})[-–/]([A-Z]{2,8})(?![\w])")
BRANCH = re.compile(r"(.+?),? (?:Chapter|Local|Unit|Lodge) #?\d+$")


def find_names(annotated: AnnotatedDocument, lexicon: Lexicon, namer: Namer | None = None) -> tuple[Mention, ...]:
    """All mentions of names, and of what only common nouns name, in reading order; nested ones too.

    Args:
        annotated: the parsed document.
        lexicon: the words that names are made of.
        namer: the learned second opinion, by default the one that Accord comes with.
    """
    words, lower = vocabulary(lexicon), lower_words(annotated)
    namer = load_namer() if namer is None else namer
    names, series = type_names(annotated, words, lower)
    learnable = {text: name for text, name in names.items() if head_of(text, words).phrase not in words.taught}
    _revise(learnable, profiles(annotated, names, series, lower, words), namer.names)
    _prefer_titles(names)
    found = _named_mentions(annotated, names, words)
    return tuple(sorted(found + _nominal_mentions(annotated, found, words, namer.nominals)))


def type_names(
    annotated: AnnotatedDocument, words: Vocabulary, lower: frozenset[str]
) -> tuple[dict[str, Name], list[Series]]:
    """Candidates with the kinds that the rules decide, and the series they stand in."""
    heads = find_list_heads(annotated, words.post)
    candidates = find_candidates(annotated, words, heads)
    names = gather(annotated, candidates, words, heads)
    charter = _charter_document(annotated)
    for name in names.values():
        name.kind, name.rule = decide(name, words)
        if charter and name.kind == "SchoolDistrict" and "CharterNetwork" in head_of(name.text, words).kinds:
            name.kind, name.rule = "CharterNetwork", "charter-document"
    expand_acronyms(names, define_acronyms(annotated, list(names)))
    find_surnames(annotated, names, words)
    series = find_series(annotated, candidates, words)
    agree_in_series(annotated, names, series, lower)
    find_affiliated(annotated, names, words)
    find_branches(names, words)
    find_short_forms(names, words)
    _reject(annotated, names, lower, words)
    titles = gather(annotated, find_titles(annotated, frozenset(names), words), words)
    return names | {text: replace(name, rule="title") for text, name in titles.items()}, series


def _prefer_titles(names: dict[str, Name]) -> None:
    """Drop the candidates that lie in an accepted title, longest titles first; places in titles stay what they are."""
    taken: list[Candidate] = []
    for name in sorted(names.values(), key=lambda n: (-len(n.text), n.text)):
        if name.kind == "Place" and name.candidates[0].form.startswith("title"):
            name.kind = None
        name.candidates = [c for c in name.candidates if not any(c != t and c.overlaps(t) for t in taken)]
        if name.kind and not name.candidates:
            name.kind = None
        elif name.kind and name.candidates[0].form.startswith("title"):
            taken += name.candidates


def profiles(
    annotated: AnnotatedDocument,
    names: dict[str, Name],
    series: list[Series],
    lower: frozenset[str],
    words: Vocabulary,
) -> dict[str, frozenset[str]]:
    """The features of each name."""
    around = survey(annotated, names, series, lower, words)
    return {text: profile(name, around) for text, name in names.items()}


def _revise(names: dict[str, Name], features: dict[str, frozenset[str]], weights: Weights) -> None:
    """Let the learned namer overrule the rules where it is surer of another kind by a margin."""
    for text, name in names.items():
        scores = probabilities(weights, features[text])
        kind = likeliest(scores) if scores else NOTHING
        own = name.kind or NOTHING
        nothing = "headed" if name.rule.startswith("head:") else "none"
        sort = "new" if own == NOTHING else nothing if kind == NOTHING else "listed" if name.rule == "list" else "other"
        margin = MARGINS[sort]
        if name.rule == "programme":
            continue
        likely = bool(scores) and (NOTHING in (own, kind) or scores[kind] > LIKELY)
        if kind != own and likely and scores[kind] - scores.get(own, 0.0) > margin:
            name.kind, name.rule = (None if kind == NOTHING else kind), "learned"
            name.exceptions = {}


def _charter_document(annotated: AnnotatedDocument) -> bool:
    """Whether a document is about charter schools more than about districts."""
    text = annotated.document.text.lower()
    return text.count("charter") > max(3, text.count("district"))


def _reject(annotated: AnnotatedDocument, names: dict[str, Name], lower: frozenset[str], words: Vocabulary) -> None:
    """Drop what only looks like a name; keep acronyms that something speaks for."""
    for name in names.values():
        low = name.text.lower().rstrip(".")
        if name.rule == "label" and _doubtful(annotated, name, lower):
            name.kind = None
        if name.rule.startswith("head") and name.kind not in ORGANIZATIONS and _titles_only(annotated, name):
            name.kind = None if all(w.lower() in lower for w in name.words) else name.kind
        if low in words.capitals or low in words.calendar:
            name.kind = None
        elif name.kind is None and name.rule != "abbreviation" and is_acronym(name.text):
            inside = [c for c in name.candidates if not c.initial]
            if name.labels["ORG"] and len(name.text) < 6 and low not in lower and len(inside) > 1:
                name.kind, name.rule = "Organization", "acronym"


def _titles_only(annotated: AnnotatedDocument, name: Name) -> bool:
    """Whether a name stands in headings and the like only."""
    return all(titled(annotated.passages[c.passage].block.text) for c in name.candidates)


def _doubtful(annotated: AnnotatedDocument, name: Name, lower: frozenset[str]) -> bool:
    """Whether nothing but the language model speaks for a name, and its places speak against it."""
    headings = all(annotated.passages[c.passage].block.kind is Kind.HEADING for c in name.candidates)
    if headings or _titles_only(annotated, name) or name.evidence["quoted"]:
        return True
    if all(w.lower() in lower for w in name.words):
        return True
    single = len(name.words) == 1 and "-" not in name.text and not is_acronym(name.text)
    return name.kind == "Organization" and single


def _named_mentions(annotated: AnnotatedDocument, names: dict[str, Name], words: Vocabulary) -> list[Mention]:
    sessions = find_sessions(annotated)
    named = [m for m in _mentions(annotated, names, words) if not any(_overlaps(m, s) for s in sessions)]
    found = [*sessions, *named]
    found += _parents(annotated, found, words)
    return _sites(annotated, found)


def _nominal_mentions(
    annotated: AnnotatedDocument, named: list[Mention], words: Vocabulary, weights: Weights
) -> list[Mention]:
    """What only common nouns name: as the rules say, unless the learned namer is surer of something else."""
    found: list[Mention] = []
    groups = find_nominals(annotated, named, words)
    initiatives = any(m.kind == "Initiative" for m in named)
    for group, features in zip(groups, nominal_profiles(annotated, named, groups, words), strict=True):
        kind = kind_by_rule(group, words)
        if told := renamed(annotated, group, named, words):
            kind = told.kind
        elif scores := probabilities(weights, features):
            if kind is None:
                best = likeliest({k: p for k, p in scores.items() if k != NOTHING})
                again = initiatives and best == "Initiative" and not any(n.modifiers or n.owner for n in group)
                kind = best if scores[best] > (AGAIN if again else PHRASE) else None
            elif scores[best := likeliest(scores)] - scores.get(kind, 0.0) > MARGINS["phrase"]:
                kind = None if best == NOTHING else best
        found += as_mentions(group, kind) if kind else ()
    return found


def _sites(annotated: AnnotatedDocument, mentions: list[Mention]) -> list[Mention]:
    """Extend a place to the school it is in: "Education Center at Elm Elementary"."""
    ends = {(m.passage, m.start): m.end for m in mentions if m.kind == "School"}
    extended = []
    for m in mentions:
        at = re.compile(r" at (?:the )?").match(annotated.passages[m.passage].block.text, m.end)
        end = ends.get((m.passage, at.end())) if at and m.kind == "Place" else None
        extended.append(replace(m, end=end) if end else m)
    return extended


def _overlaps(mention: Mention, other: Mention) -> bool:
    return mention.passage == other.passage and mention.start < other.end and other.start < mention.end


def _mentions(annotated: AnnotatedDocument, names: dict[str, Name], words: Vocabulary) -> list[Mention]:
    """Typed candidates, and all other places where their strings stand."""
    mentions: list[Mention] = []
    for name in names.values():
        if name.kind:
            form, rule = _form(name), name.rule.partition(":")[0]
            for c in name.candidates:
                kind = name.exceptions.get(c, name.kind)
                mentions.append(Mention(c.passage, c.start, c.end, kind, rule if kind == name.kind else "list", form))
    taken: dict[int, list[tuple[int, int]]] = {}
    for mention in mentions:
        taken.setdefault(mention.passage, []).append((mention.start, mention.end))
    typed, trades = _by_first_word(names), _trades(names, words)
    for passage in annotated.passages:
        text, used = passage.block.text, taken.setdefault(passage.index, [])
        present = {name.text: name for word in _folded_words(text) for name in typed.get(word, ())}
        for name in sorted(present.values(), key=lambda n: (-len(n.text), n.text)):
            for start, end in _places(name.text, text):
                if not any(a < end and start < z for a, z in used):
                    used.append((start, end))
                    assert name.kind is not None  # typed holds those that have one
                    mentions.append(Mention(passage.index, start, end, name.kind, "repeated", _form(name)))
        for start, end, kind in _coupled(names, text):
            if not any(a < end and start < z for a, z in used):
                mentions.append(Mention(passage.index, start, end, kind, "coupled", Form.ACRONYM))
        mentions += [
            Mention(passage.index, *match.span(), "Person", "surname", Form.NAME)
            for match in (trades.finditer(text) if trades else ())
            if not any(a < match.end() and match.start() < z for a, z in used)
        ]
    return mentions


def _trades(names: dict[str, Name], words: Vocabulary) -> re.Pattern[str] | None:
    """Matches the surnames that are nouns for a trade, standing alone ("Baker said", but not "Cook County")."""
    surnames = {name.words[-1] for name in names.values() if name.kind == "Person" and len(name.words) > 1}
    found = sorted(w for w in surnames if w.lower() in words.roles and w.istitle())
    return re.compile(rf"(?<![\w'’.-])(?<![A-Z]\. )(?:{'|'.join(found)})\b(?! [A-Z]|['’-]\w\w)") if found else None


def _coupled(names: dict[str, Name], text: str) -> Iterator[tuple[int, int, str]]:
    """Both names of "XYZ-ABC", where each is an acronym of an organization elsewhere in the document."""
    for match in COUPLE.finditer(text):
        kinds = [names[part].kind for part in match.groups() if part in names]
        if len(kinds) == 2 and all(kind in ORGANIZATIONS for kind in kinds):
            for group, kind in enumerate(kinds, 1):
                yield match.start(group), match.end(group), str(kind)


def _by_first_word(names: dict[str, Name]) -> dict[str, list[Name]]:
    """Typed names by their first word, so that a passage is searched only for names it may hold."""
    table: dict[str, list[Name]] = {}
    for name in names.values():
        if name.kind and len(name.text) > 2:
            table.setdefault(_folded_words(name.text)[0], []).append(name)
    return table


def _folded_words(text: str) -> list[str]:
    return [w.upper() for w in re.findall(r"\w+", text)] or [""]


def _form(name: Name) -> Form:
    return Form.ACRONYM if is_acronym(name.text) and name.kind not in ("Place", "Person") else Form.NAME


def _places(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a name stands as whole words in a text; in any case where the text is set in capitals."""
    if text.isupper():
        name, text = name.upper(), text.upper()
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        before, after = text[start - 1 : start], text[end : end + 1]
        if not _clings(before, "_/.@-") and not _clings(after, "_@-"):
            yield start, end
        start = text.find(name, end)


def _clings(char: str, signs: str) -> bool:
    """Whether a neighbouring character makes one word with a name."""
    return bool(char) and (char.isalnum() or char in signs)


def _parents(annotated: AnnotatedDocument, mentions: list[Mention], words: Vocabulary) -> list[Mention]:
    """The union in a chapter's name ("Ohio Nurses Association Chapter 5", "Local 5 of the United School Workers")."""
    found = []
    for m in mentions:
        text = annotated.passages[m.passage].block.text[m.start : m.end]
        match = BRANCH.match(text) if m.kind == "LaborUnion" else None
        bracketed = re.match(r"(.+) \(.+\)$", text) if m.kind == "LaborUnion" else None
        if bracketed:
            found.append(Mention(m.passage, m.start, m.start + bracketed.end(1), "LaborUnion", "parent"))
        whole = LOCAL_OF.match(text) if m.kind == "LaborUnion" else None
        if whole:
            found.append(Mention(m.passage, m.start + whole.start(1), m.end, "LaborUnion", "parent"))
        if match and any(match[1].startswith(f"{state} ") for state in words.states):
            head = head_of(match[1], words).phrase.split()
            if head and head[-1] in ("association", "federation", "union"):
                found.append(Mention(m.passage, m.start, m.start + match.end(1), "LaborUnion", "parent"))
    return found
