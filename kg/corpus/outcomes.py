"""What earlier builds came to: when nothing that a build depends on has changed, its folder is looked at, not made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from kg.corpus.entries import Entries
from kg.corpus.version import digest_of, maker_version, reader_version
from kg.model import Document, Finding, Severity, Skipped
from kg.settings import Settings
from kg.stores.directory import MANIFEST

KIND = "build"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is told of a build, and the digest of the manifest of the folder that it left.

    Attributes:
        manifest: SHA-256 of manifest.json, which lists the digests of all other files.
        findings, shapes, focus_nodes: of the report.
        engine: name of what applied the shapes.
        skipped: the sources that were not used.
        counts: label → number.
    """

    manifest: str
    findings: tuple[Finding, ...]
    shapes: int
    focus_nodes: int
    engine: str
    skipped: tuple[Skipped, ...]
    counts: Mapping[str, int]


def build_key(documents: Sequence[Document], skipped: Sequence[Skipped], settings: Settings) -> str:
    """What identifies the result of a build: documents and settings, and all code and words that have a part in it."""
    sources = sorted(
        [d.iri, d.name, d.sha256, {n: v for n, v in asdict(d).items() if n not in ("iri", "name", "text", "sha256")}]
        for d in documents
    )
    left_out = sorted([s.source, s.reason] for s in skipped)
    versions = [reader_version(settings.weights), maker_version()]
    return digest_of(["build", versions, asdict(settings), sources, left_out])


def find_outcome(entries: Entries, key: str, target: Path) -> Outcome | None:
    """What the build that lies in a folder came to; None where it is another one, or is not whole any more."""
    content = entries.get(KIND, key)
    if content is None:
        return None
    try:
        outcome = _decoded(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        entries.drop(KIND, key, f"no outcome of a build ({error})")
        return None
    return outcome if _is_whole(target, outcome.manifest) else None


def keep_outcome(entries: Entries, key: str, outcome: Outcome) -> None:
    """Remember what a build came to."""
    entries.put(KIND, key, json.dumps(asdict(outcome), ensure_ascii=False).encode())


def manifest_digest(target: Path) -> str:
    """The SHA-256 of the manifest of an output folder.

    Raises:
        OSError: there is none.
    """
    return sha256((target / MANIFEST).read_bytes()).hexdigest()


def _is_whole(target: Path, manifest: str) -> bool:
    """Whether a folder holds that manifest, and exactly the files that it lists, byte for byte."""
    try:
        if manifest_digest(target) != manifest:
            return False
        listed = json.loads((target / MANIFEST).read_bytes())["sha256"]
        present = {p.relative_to(target).as_posix() for p in target.rglob("*") if not p.is_dir()}
        if present != {*listed, MANIFEST}:
            return False
        for name in listed:
            with (target / name).open("rb") as file:
                if file_digest(file, "sha256").hexdigest() != listed[name]:
                    return False
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True


def _decoded(table: dict[str, Any]) -> Outcome:
    findings = tuple(Finding(**(f | {"severity": Severity(f["severity"])})) for f in table["findings"])
    skipped = tuple(Skipped(**s) for s in table["skipped"])
    return Outcome(**(table | {"findings": findings, "skipped": skipped}))
