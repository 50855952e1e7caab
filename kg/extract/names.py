"""Names: which stretches of a document are names, and of what kind.

The order of decisions was measured on annotated documents: candidates by grammar; a kind from the head noun, else from form and context; then
what the names of one document tell about each other (acronyms, lists, short forms); and only at last the language model's label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kg.extract.acronyms import define_acronyms
from kg.extract.annotate import AnnotatedDocument
from kg.extract.candidates import find_candidates
from kg.extract.lines import lower_words, titled
from kg.extract.heads import head_of
from kg.extract.evidence import Name, gather
from kg.extract.acronyms import is_acronym
from kg.extract.kinds import decide
from kg.extract.layout import Kind
from kg.extract.mentions import ORGANIZATIONS, Form, Mention
from kg.extract.nominals import as_mentions, find_nominals
from kg.extract.sessions import find_sessions
from kg.extract.series import Series, find_series
from kg.extract.vocabulary import Vocabulary, vocabulary
from kg.lexicon import Lexicon

#: Rules that decided for want of something better: what names tell about each other overrules them.
WEAK = frozenset({"", "label", "bare-head", "school-context", "acronym", "first", "landscape", "in", "of", "seat"})
FIRM = ("head", "list", "acronym", "honorific", "school", "board-context", "code", "eponym")


def find_names(annotated: AnnotatedDocument, lexicon: Lexicon) -> tuple[Mention, ...]:
    """All names of a document with their kinds, in reading order."""
    words, lower = vocabulary(lexicon), lower_words(annotated)
    candidates = find_candidates(annotated, words)
    names = gather(annotated, candidates, words)
    charter = _charter_document(annotated)
    for name in names.values():
        name.kind, name.rule = decide(name, words)
        if charter and name.kind == "SchoolDistrict" and "CharterNetwork" in head_of(name.text, words).kinds:
            name.kind, name.rule = "CharterNetwork", "charter-document"
    acronyms = define_acronyms(annotated, list(names))
    _expand_acronyms(names, acronyms)
    _surnames(names, words)
    series = find_series(annotated, [c for n in names.values() for c in n.candidates], words)
    _agree_in_series(annotated, names, series, lower)
    _affiliated(annotated, names, words)
    _shorten(names, words)
    _branches(names, words)
    _reject(annotated, names, lower, words)
    sessions = find_sessions(annotated)
    found = [*sessions, *(m for m in _mentions(annotated, names) if not any(_inside(m, s) for s in sessions))]
    found += _parents(annotated, found, words)
    for group in find_nominals(annotated, found, words):
        found += as_mentions(group)
    return tuple(sorted(found))


def _inside(mention: Mention, other: Mention) -> bool:
    return mention.passage == other.passage and mention.start < other.end and other.start < mention.end


def _parents(annotated: AnnotatedDocument, mentions: list[Mention], words: Vocabulary) -> list[Mention]:
    """The statewide union that a chapter's name holds ("Ohio Nurses Association" in "Ohio Nurses Association Chapter 5")."""
    found = []
    for m in mentions:
        text = annotated.passages[m.passage].block.text[m.start : m.end]
        match = re.match(r"(.+?),? (?:Chapter|Local|Unit|Lodge) #?\d+$", text) if m.kind == "LaborUnion" else None
        if match and any(match[1].startswith(state + " ") for state in words.states):
            head = head_of(match[1], words).phrase.split()
            if head and head[-1] in ("association", "federation", "union"):
                found.append(Mention(m.passage, m.start, m.start + match.end(1), "LaborUnion", "parent"))
    return found


def _charter_document(annotated: AnnotatedDocument) -> bool:
    """Whether a document is about charter schools more than about districts."""
    text = annotated.document.text.lower()
    return text.count("charter") > max(3, text.count("district"))


def _expand_acronyms(names: dict[str, Name], acronyms: dict[str, str]) -> None:
    """An acronym is of the kind of its long form."""
    for acronym, long in acronyms.items():
        full, short = names.get(long), names.get(acronym)
        if full and short:
            if not full.kind:
                full.kind, full.rule = short.kind or "Organization", "acronym"
            short.kind, short.rule = full.kind, "acronym"


def _surnames(names: dict[str, Name], words: Vocabulary) -> None:
    """A headless name whose last word also stands alone is a person's: places and bodies are shortened to their first words."""
    for name in names.values():
        parts = name.words
        if (
            name.rule not in WEAK
            or not 2 <= len(parts) <= 3
            or head_of(name.text, words).kinds
            or name.evidence["thing"]
        ):
            continue
        last, first = names.get(parts[-1]), names.get(parts[0])
        if (
            last
            and not first
            and parts[-1].lower() not in words.landscape
            and not last.text.isupper()
            and any(not c.initial for c in last.candidates)
        ):
            name.kind, name.rule = "Person", "surname"


def _agree_in_series(
    annotated: AnnotatedDocument, names: dict[str, Name], series: list[Series], lower: frozenset[str]
) -> None:
    """Members of a list are of the kind of its head, or of the members that are sure."""
    for _ in range(2):
        for one in series:
            members = [names[c.text] for c in one.members]
            votes = Counter(n.kind for n in members if n.kind and n.rule.startswith(FIRM) and n.kind != "LaborUnion")
            only = next(iter(votes)) if len(votes) == 1 else None
            kind = one.kind or (only if only in ("School", "SchoolDistrict") else None) or _guess(members)
            if kind is None or (one.kind and only and only != kind and votes[only] * 2 > len(members)):
                continue
            for name in members:
                common = len(name.words) == 1 and name.text.lower() in lower
                if name.rule in WEAK and not common and (one.kind or name.rule != "first"):
                    name.kind, name.rule = kind, "list"
    _continue_series(annotated, names, series)


def _guess(members: list[Name]) -> str | None:
    """The kind of a series without a head: places beside a place, persons beside a person with a title."""
    sure = {n.kind for n in members if n.rule in ("state", "in", "honorific", "credential", "given-name")}
    if len(sure) == 1 and (kind := next(iter(sure))) in ("Place", "Person"):
        loose = [n for n in members if n.kind != kind]
        if all(n.rule in ("", "label", "first") and len(n.words) < 4 for n in loose):
            return kind
    return None


def _affiliated(annotated: AnnotatedDocument, names: dict[str, Name], words: Vocabulary) -> None:
    """ "Ana Ruiz, Elm Teachers Association" at the start of a line or list member: the first is a person."""
    ordered = sorted((c for n in names.values() for c in n.candidates), key=lambda c: (c.passage, c.start, -c.end))
    for one, other in zip(ordered, ordered[1:], strict=False):
        name, text = names[one.text], annotated.passages[one.passage].block.text
        loose = name.rule in ("", "label", "school-context") and 2 <= len(name.words) <= 3
        if not loose or one.passage != other.passage or text[one.end : other.start] not in (", ", " ("):
            continue
        opens = one.start == 0 or text[max(0, one.start - 2) : one.start] in ("; ", ": ", "• ")
        body = names[other.text].kind in ORGANIZATIONS and bool(head_of(other.text, words).kinds)
        if opens and body and name.words[-1].lower() not in words.landscape:
            name.kind, name.rule = "Person", "affiliation"


def _continue_series(annotated: AnnotatedDocument, names: dict[str, Name], series: list[Series]) -> None:
    """A list that goes on ("followed by …", "… were the last to join") keeps its kind."""
    kind: str | None = None
    last = None
    for one in series:
        members = [names[c.text] for c in one.members]
        first, end = one.members[0], one.members[-1]
        if last and last.passage == first.passage and 0 <= first.start - last.end < 220:
            text = annotated.passages[first.passage].block.text
            cue = re.search(
                r"\b(?:follow|join|last|later|next|then|third|second|add|came)", text[last.end : end.end + 60]
            )
            if cue and all(n.rule in {*WEAK, "list"} or n.kind == kind for n in members):
                for name in members:
                    if name.kind != kind:
                        name.kind, name.rule = kind, "list"
        sure = [
            n
            for n in members
            if n.kind in ("School", "SchoolDistrict") and n.rule.startswith(("head:", "list", "school"))
        ]
        if len(sure) * 2 >= len(members):
            kind, last = sure[0].kind, end
        elif last and first.passage != last.passage:
            kind, last = None, None


def _shorten(names: dict[str, Name], words: Vocabulary) -> None:
    """A short form is of the kind of the long name it abbreviates."""
    for name in names.values():
        if name.kind in (None, "Person?") or name.rule in {"board-context", 
            *WEAK - {"first", "school-context"},
            "role-before",
            "speech",
        }:
            long = _long_form(name, names, words)
            if long and long.kind == "LaborUnion" and _eponym(name, long, words):
                name.kind, name.rule = "SchoolDistrict", "eponym"
            elif long:
                name.kind, name.rule = long.kind, f"short:{long.text}"


def _eponym(name: Name, union: Name, words: Vocabulary) -> bool:
    """Whether a name is that of the district whose employees a union is called after ("Elm Fork" in "Elm Fork Teachers Association")."""
    rest = union.words[len(name.words) :]
    plain = not any(w.lower() in words.labor or (w.lower(),) in words.heads for w in name.words)
    return plain and bool(rest) and union.words[: len(name.words)] == name.words and not is_acronym(name.text)


def _long_form(name: Name, names: dict[str, Name], words: Vocabulary) -> Name | None:
    """The name that another abbreviates: a person's surname, leading words, a word of a school's name."""
    parts, text = name.words, name.text
    best: tuple[tuple[float, int, str], Name] | None = None
    for other in names.values():
        full = other.words
        if (
            other is name
            or other.kind in (None, "Person?")
            or other.rule.startswith("short")
            or len(full) <= len(parts)
        ):
            continue
        rank = _short_rank(text, parts, full, other, words)
        key = (rank, -len(other.text), other.text)
        if rank and (best is None or key > best[0]):
            best = (key, other)
    return best[1] if best else None


def _short_rank(text: str, parts: list[str], full: list[str], other: Name, words: Vocabulary) -> float:
    """How well a name fits as short form of another; 0 if it does not."""
    single = len(parts) == 1
    if other.kind == "Person":
        nick = re.search(rf"[“\"]{re.escape(text)}[”\"]", other.text)
        return 3 if single and (full[-1] == text or nick or (full[0] == text and len(text) > 2)) else 0
    if text in words.states:
        return 0
    headed = bool(head_of(text, words).kinds)
    if [w.lower() for w in full[: len(parts)]] == [w.lower() for w in parts]:
        return 3 if other.kind in ("SchoolDistrict", "CharterNetwork", "Initiative") else 2
    if (single and headed and full[-1] == text) or (not single and full[-len(parts) :] == parts):
        return 1.5
    if (
        single
        and text in full
        and headed
        and other.kind in ("LaborUnion", "SupportOrganization", "Initiative", "GovernmentBody")
    ):
        return 1.2
    if single and text in full and other.kind == "School" and len(text) > 3:
        return 1.0
    return 0


def _branches(names: dict[str, Name], words: Vocabulary) -> None:
    """ "Compass Harbor" beside the network "Compass Academies" is one of its schools."""
    networks = [
        n for n in names.values() if n.kind in ("CharterNetwork", "SchoolDistrict") and head_of(n.text, words).kinds
    ]
    for name in sorted(names.values(), key=lambda n: n.text):
        parts = name.words
        weak = name.rule in ("", "label", "first", "bare-head") or name.rule.startswith("short")
        if (
            len(parts) < 2
            or not weak
            or head_of(name.text, words).kinds
            or name.evidence["speech"]
            or name.evidence["honorific"]
        ):
            continue
        for network in networks:
            full = network.words
            same = full[: len(parts)] != parts and full[: len(parts) - 1] == parts[:-1]
            if network is not name and same and (len(parts) >= 3 or network.kind == "CharterNetwork"):
                name.kind, name.rule = "School", "branch"


def _reject(annotated: AnnotatedDocument, names: dict[str, Name], lower: frozenset[str], words: Vocabulary) -> None:
    """Drop what only looks like a name; keep acronyms that something speaks for."""
    for name in names.values():
        parts, low = name.words, name.text.lower().rstrip(".")
        single = len(parts) == 1
        if name.kind == "Person?":
            name.kind = None if single else "Person"
        heading = all(titled(annotated.passages[c.passage].block.text) for c in name.candidates)
        if name.kind not in ORGANIZATIONS and name.rule.startswith("head") and heading and all(w.lower() in lower for w in parts):
            name.kind = None
        if name.rule == "label" and _doubtful(annotated, name, lower):
            name.kind = None
        if single and (low in words.capitals or low in words.calendar):
            name.kind = None
        elif name.kind is None and is_acronym(name.text) and name.rule != "abbreviation":
            inside = [c for c in name.candidates if not c.initial]
            if name.labels["ORG"] and len(name.text) < 6 and low not in lower and len(inside) > 1:
                name.kind, name.rule = "Organization", "acronym"


def _doubtful(annotated: AnnotatedDocument, name: Name, lower: frozenset[str]) -> bool:
    """Whether nothing but the language model speaks for a name, and its places speak against it."""
    text, single = name.text, len(name.words) == 1
    kinds = [annotated.passages[c.passage].block.kind for c in name.candidates]
    if all(k is Kind.HEADING for k in kinds) or all(
        titled(annotated.passages[c.passage].block.text) for c in name.candidates
    ):
        return True
    if name.evidence["quoted"] or all(w.lower() in lower for w in name.words):
        return True
    if single and all(c.initial for c in name.candidates) and text.lower() in lower:
        return True
    return name.kind == "Organization" and single and "-" not in text and not is_acronym(text)


def _places(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a name stands as whole words in a text; in any case where the text is set in capitals."""
    if text.isupper():
        name, text = name.upper(), text.upper()
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        before, after = text[start - 1 : start], text[end : end + 1]
        if not (before.isalnum() or before in ("_", "/", ".", "@", "-")) and not (
            after.isalnum() or after in ("_", "@", "-")
        ):
            yield start, end
        start = text.find(name, end)


def _mentions(annotated: AnnotatedDocument, names: dict[str, Name]) -> list[Mention]:
    """Typed candidates, and all other places where their strings stand."""
    mentions: list[Mention] = []
    for name in names.values():
        if name.kind:
            form = Form.ACRONYM if is_acronym(name.text) else Form.NAME
            mentions += [
                Mention(c.passage, c.start, c.end, name.kind, name.rule.split(":")[0], form) for c in name.candidates
            ]
    taken: dict[int, list[tuple[int, int]]] = {}
    for mention in mentions:
        taken.setdefault(mention.passage, []).append((mention.start, mention.end))
    typed = sorted((n for n in names.values() if n.kind and len(n.text) > 2), key=lambda n: (-len(n.text), n.text))
    for passage in annotated.passages:
        text, used = passage.block.text, taken.setdefault(passage.index, [])
        for name in typed:
            for start, end in _places(name.text, text):
                if not any(a < end and start < z for a, z in used):
                    used.append((start, end))
                    form = Form.ACRONYM if is_acronym(name.text) else Form.NAME
                    assert name.kind is not None  # typed holds those that have one
                    mentions.append(Mention(passage.index, start, end, name.kind, "repeated", form))
    return mentions
