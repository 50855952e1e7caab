"""Which entity a user means: by name, acronym, prefixed name or IRI; case, accents and articles do not matter."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import QueryError
from kg.namespaces import ACC, expand, shrink

_NAMED = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?entity ?name ?preferred ?class WHERE {
  { ?entity skos:prefLabel ?name BIND(true AS ?preferred) }
  UNION { ?entity skos:altLabel|rdfs:label ?name BIND(false AS ?preferred) }
  OPTIONAL { ?entity a ?type . ?type rdfs:subClassOf* ?class }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An entity with its names, the preferred one first, and the IRIs of all its classes."""

    iri: str
    names: tuple[str, ...]
    classes: frozenset[str]

    def __str__(self) -> str:
        return f"{self.names[0]} ({shrink(self.iri)})"


def named_entities(store: ox.Store) -> list[Named]:
    """The entities in the data, sorted by name; in data of other vocabularies, everything that has a name.

    Graphs, activities and software have labels as well, but nobody asks for them by name.
    """
    labels: dict[str, dict[str, bool]] = {}
    classes: dict[str, set[str]] = {}
    solutions = store.query(_NAMED)
    for entity, name, preferred, kind in solutions:  # type: ignore[union-attr]
        iri = entity.value
        seen = labels.setdefault(iri, {})
        seen[name.value] = preferred.value == "true" or seen.get(name.value, False)
        if kind is not None:
            classes.setdefault(iri, set()).add(kind.value)
    found = []
    for iri, names in labels.items():
        if not iri.startswith(ACC) and not any("/owl#" in c or "rdf-schema#" in c for c in classes.get(iri, ())):
            ordered = tuple(sorted(names, key=lambda n: (not names[n], n)))
            found.append(Named(iri=iri, names=ordered, classes=frozenset(classes.get(iri, ()))))
    entities = [e for e in found if ACC + "Entity" in e.classes]
    return sorted(entities or found, key=lambda e: (e.names[0].casefold(), e.iri))


def resolve(store: ox.Store, text: str, kind: str | None = None) -> str:
    """The IRI of the one entity that `text` names.

    Args:
        store: an open source.
        text: a name, an acronym, a person's last name, a prefixed name ("person:ann-lee") or an IRI.
        kind: local name of the acc: class that the entity must belong to.

    Raises:
        QueryError: no entity or several; the hint lists the candidates.
    """
    entities = [e for e in named_entities(store) if kind is None or ACC + kind in e.classes]
    wanted = fold(text)
    by_iri = [e for e in entities if e.iri in (text, expand(text)) or e.iri.endswith("/" + text.replace(":", "/", 1))]
    by_name = [e for e in entities if wanted and wanted in {fold(n) for n in e.names}]
    by_acronym = [e for e in entities if text.isupper() and text in {acronym(n) for n in e.names}]
    by_surname = [
        e for e in entities if ACC + "Person" in e.classes and wanted in {fold(n).split(" ")[-1] for n in e.names}
    ]
    candidates = by_iri or by_name or by_acronym or by_surname
    what = "entity" if kind is None else kind
    if len(candidates) == 1:
        return candidates[0].iri
    if candidates:
        hint = "name one by its IRI: " + "; ".join(f"{e.names[0]} <{e.iri}>" for e in candidates)
        raise QueryError(f"{text!r} names {len(candidates)} entities", hint=hint)
    from difflib import get_close_matches  # only who misspells a name waits for it

    names = {fold(n): e for e in reversed(entities) for n in e.names}
    near = [e for n, e in names.items() if wanted and wanted in n]
    near += [names[n] for n in get_close_matches(wanted, names, n=5, cutoff=0.6)]
    shown = list(dict.fromkeys(e.names[0] for e in sorted(near, key=lambda e: e.names[0])))[:8] or [
        e.names[0] for e in entities[:8]
    ]
    hint = ("do you mean " if near else "there are ") + "; ".join(shown) if shown else "the data name none"
    raise QueryError(f"no {what} is called {text!r}", hint=hint)


def fold(name: str) -> str:
    """A name for comparison: no case, accents, punctuation or leading article."""
    text = unicodedata.normalize("NFKD", name).casefold()
    text = re.sub(r"[\W_]+", " ", "".join(c for c in text if not unicodedata.combining(c))).strip()
    return re.sub(r"^(?:the|a|an) (?=.)", "", text)


def acronym(name: str) -> str:
    """The initials of the capitalised words of a name."""
    return "".join(w[0] for w in re.findall(r"\w+", name) if w[0].isupper())
