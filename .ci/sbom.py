"""Writes the bill of materials (CycloneDX 1.6) of what requirements.lock pins, and holds its licences to a list.

Run by `make sbom`. What the lock does not tell comes from the metadata of the installed packages. The same lock gives
the same bytes: no clock, no serial number.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)([^\\\n]*)((?:\s*\\\n\s+--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)
_HASH = re.compile(r"sha256:([0-9a-f]{64})")
#: Licences that ask for nothing that Accord's own, Apache-2.0, does not allow; by SPDX name or by what packages write.
ALLOWED = re.compile(
    r"\b(MIT(-0|-CMU)?|BSD(-[0-9]-Clause)?|BSD License|Apache([- ]2\.0)?|Apache Software License|ISC|PSF(-2\.0)?"
    r"|Unlicense|Python Software Foundation License|W3C([ -][\w. ]*)?|MPL[- ]2\.0|Mozilla Public License 2\.0"
    r"|0BSD|CC0-1\.0|Zlib)",
    re.IGNORECASE,
)
#: Licences that spread to what is built with them; none may be needed to run Accord.
REFUSED = re.compile(r"\b(A?GPL|GNU (Affero )?General Public|SSPL|Commons Clause)", re.IGNORECASE)


def pins(lock: str) -> list[tuple[str, str, str, list[str]]]:
    """Name, version, environment marker and hashes of each package of a lock file, in its order."""
    return [(m[1], m[2], m[3].strip(" ;"), _HASH.findall(m[4])) for m in _PIN.finditer(lock)]


def licence_of(name: str) -> str:
    """What the metadata of an installed package say of its licence; empty where it is not installed or says nothing."""
    try:
        found: Distribution = distribution(name)
    except PackageNotFoundError:
        return ""
    metadata = found.metadata
    classified = [c.rpartition(" :: ")[2] for c in metadata.get_all("Classifier", []) if c.startswith("License ::")]
    written = (metadata.get("License-Expression") or "").strip()
    short = (metadata.get("License") or "").strip().splitlines()[:1]
    return written or "; ".join(c for c in classified if c != "OSI Approved") or (short[0][:100] if short else "")


def component(name: str, version: str, marker: str, hashes: list[str]) -> dict[str, Any]:
    """One package as CycloneDX has it."""
    address = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
    licence = licence_of(name)
    made: dict[str, Any] = {"type": "library", "bom-ref": address, "name": name, "version": version, "purl": address}
    if licence:
        made["licenses"] = [{"license": {"name": licence}}]
    if marker:
        made["properties"] = [{"name": "environment-marker", "value": marker}]
    # One hash for each file that may be installed; which one is, the platform decides.
    made["externalReferences"] = [
        {
            "type": "distribution",
            "url": address,
            "hashes": [{"alg": "SHA-256", "content": digest}],
        }
        for digest in sorted(hashes)
    ]
    return made


def bill(lock: str, version: str) -> dict[str, Any]:
    """The bill of materials of a lock file."""
    main = {"type": "application", "bom-ref": "accord-kg", "name": "accord-kg", "version": version}
    parts = [component(*pin) for pin in sorted(pins(lock))]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**main, "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": parts,
        "dependencies": [{"ref": "accord-kg", "dependsOn": [p["bom-ref"] for p in parts]}],
    }


def doubtful(lock: str) -> list[str]:
    """The installed packages whose licence is not on the list, each with what it says."""
    found = [(name, licence_of(name)) for name, _, _, _ in pins(lock) if _is_installed(name)]
    wrong = [(name, text) for name, text in found if REFUSED.search(text) or not ALLOWED.search(text)]
    return [f"{name}: {text or 'says nothing'}" for name, text in wrong]


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def main() -> int:
    """Write the bill to the file that is named, or to standard output; 1 where a licence is not on the list."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    found = re.search(r'__version__ = "([^"]+)"', (ROOT / "kg" / "__init__.py").read_text("utf-8"))
    assert found
    text = json.dumps(bill(lock, found[1]), indent=1, ensure_ascii=False) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
        Path(sys.argv[1]).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    wrong = doubtful(lock)
    for line in wrong:
        sys.stderr.write(f"licence not on the list: {line}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
