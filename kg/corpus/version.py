"""Digests of what results depend on: code, words, weights, model. When any of it changes, they are made again."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from kg import assets
from kg.corpus.encoding import FORM
from kg.extract.pinned import MODEL
from kg.model import Document
from kg.settings import Settings

#: What reads: everything below these, in the package.
READS = (
    "extract",
    "lexicon.py",
    "ontology.py",
    "model.py",
    "namespaces.py",
    "assets.py",
    "decisions.py",
    "extension.py",
    "turtle.py",
    "user_terms.py",
    "limits.py",
    "corpus/encoding.py",
)
#: What makes the graph of what was read, and everything that it needs.
MAKES = (*READS, "__init__.py", "building.py", "corpus", "graph", "settings.py", "sources", "stores")
_LIBRARIES = ("spacy", "thinc", "numpy", "rdflib", "pyshacl", "owlrl", "pyoxigraph")


def reading_key(document: Document, reader: str, settings: Settings) -> str:
    """What identifies the reading of a document: its text and metadata, not its name, and all that reads it.

    Args:
        document: to be read.
        reader: as from `reader_version`.
        settings: only what changes readings counts.
    """
    about = {name: value for name, value in asdict(document).items() if name not in ("iri", "name", "text")}
    return digest_of(["reading", reader, settings.unmapped, asdict(settings.limits), about])


def digest_of(parts: object) -> str:
    """The SHA-256 of a value of JSON."""
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@assets.by_extension
def reader_version(weights: Path | None = None) -> str:
    """The digest of everything that a reading is a function of, beside the document and the settings.

    The model's files are looked at, not loaded: a build that reads nothing never waits for spaCy.
    """
    parts: dict[str, object] = {"form": FORM, "python": platform.python_version_tuple()[:2]}
    parts["code"] = _package(READS)
    parts["ontology"] = {name: _digest(assets.read("ontology", name)) for name in assets.names("ontology")}
    parts["weights"] = None if weights is None else _below(weights)
    parts["model"] = _model()
    parts["libraries"] = {name: _version(name) for name in _LIBRARIES[:3]}
    return digest_of(parts)


@assets.by_extension
def maker_version() -> str:
    """The digest of everything that turns readings into files."""
    parts: dict[str, object] = {"code": _package(MAKES), "libraries": {name: _version(name) for name in _LIBRARIES}}
    parts |= {
        folder: {n: _digest(assets.read(folder, n)) for n in assets.names(folder)} for folder in ("shapes", "ontology")
    }
    return digest_of(parts)


def _package(names: tuple[str, ...]) -> dict[str, object]:
    root = Path(__file__).resolve().parents[1]
    return {n: _digest((root / n).read_bytes()) if (root / n).is_file() else _below(root / n) for n in names}


def _below(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(folder).as_posix(): _digest(p.read_bytes()) for p in files}


def _model() -> object:
    """The digests of the model's files; None where it is not installed, which reading will tell."""
    found = find_spec(MODEL)
    return None if found is None or found.origin is None else _below(Path(found.origin).parent)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
