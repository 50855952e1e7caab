"""Prefixes of the output, and how IRIs are minted: every IRI is a function of content."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NewType

IRI = NewType("IRI", str)

ACC = "https://w3id.org/accord/ns#"
DATA = "https://w3id.org/accord/data/"

PREFIXES: dict[str, str] = {
    "acc": ACC,
    "cito": "http://purl.org/spar/cito/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "shape": "https://w3id.org/accord/shapes#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@lru_cache(maxsize=8192)
def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, at most 60 characters; "x" where nothing is left."""
    marks = unicodedata.normalize("NFKD", text)
    folded = "".join(c for c in marks if not unicodedata.combining(c) and c not in "'’‘ʼ").lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60].rstrip("-") or "x"


def digest(*parts: object) -> str:
    """Twelve hexadecimal digits of the SHA-256 of the parts, joined by U+001F."""
    from hashlib import sha256  # asking mints nothing: kg query need not wait for it

    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:12]


def mint(base: str, kind: str, *parts: object, name: str | None = None) -> IRI:
    """The IRI of a node: base + kind + "/" + readable slug of `name`, or a digest of `parts`, or both.

    Raises:
        ValueError: neither is given.
    """
    if name is None and not parts:
        raise ValueError("an IRI needs a name or parts")
    local = "-".join(x for x in (slug(name) if name else "", digest(*parts) if parts else "") if x)
    return IRI(f"{base}{kind}/{local}")


def shrink(iri: str) -> str:
    """The prefixed name of an IRI where a prefix fits and the local part is plain, else the IRI itself."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[A-Za-z_][\w-]*", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def iri_of(name: str) -> IRI:
    """The IRI of a term by the name that the ontology gives it: a local name of acc:, a prefixed name, or an IRI."""
    prefix, colon, local = name.partition(":")
    if not colon:
        return IRI(ACC + name)
    return IRI(PREFIXES[prefix] + local if prefix in PREFIXES else name)


def expand(name: str) -> IRI | None:
    """The IRI of a prefixed name or of an absolute IRI; None for anything else."""
    prefix, colon, local = name.partition(":")
    if colon and prefix in PREFIXES and re.fullmatch(r"[\w.-]*", local):
        return IRI(PREFIXES[prefix] + local)
    return IRI(name) if re.match(r"(?:https?|urn):\S+$", name) else None
