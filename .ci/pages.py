"""What mkdocs is told beside mkdocs.yml: pages from outside docs/, and links to files that the site does not have."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
#: File of the project → page of the site.
OUTSIDE = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
_LINK = re.compile(r"\[([^\]]*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def on_files(files: Any, config: Any) -> Any:
    """Pages that lie beside docs/ are pages of the site too."""
    from mkdocs.structure.files import File

    for name, page in OUTSIDE.items():
        files.append(File.generated(config, page, content=_relinked((ROOT / name).read_text("utf-8"), name, page)))
    return files


def on_config(config: Any) -> Any:
    """Pages of docs/ that mkdocs.yml does not know stand at the end of the reference."""
    known = set(_named(config.nav))
    (reference,) = (part["Reference"] for part in config.nav if "Reference" in part)
    reference += [path.name for path in sorted((ROOT / "docs").glob("*.md")) if path.name not in known]
    return config


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Links to files that lie outside docs/ become pages of the site, or plain words."""
    del config, files
    if page.file.generated_by:
        return markdown
    return _relinked(markdown, f"docs/{page.file.src_uri}", page.file.src_uri)


def _named(nav: Any) -> Iterator[str]:
    for part in nav.values() if isinstance(nav, dict) else nav:
        if isinstance(part, str):
            yield part
        else:
            yield from _named(part)


def _relinked(markdown: str, source: str, page: str) -> str:
    """Links as they hold on the site.

    Args:
        markdown: the text.
        source: where it lies in the project.
        page: where it lies in the site.
    """
    code = [found.span() for found in _CODE.finditer(markdown)]

    def relink(found: re.Match[str]) -> str:
        if any(start <= found.start() < end for start, end in code):
            return found[0]
        words, target, anchor = found[1], found[2], found[3] or ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        there = OUTSIDE.get(path) or (path.removeprefix("docs/") if path.startswith("docs/") else None)
        if there is None or not (path in OUTSIDE or (ROOT / path).is_file()):
            return words if words.startswith("`") else f"`{words}`" if "/" in words or "." in words else words
        return f"[{words}]({posixpath.relpath(there, posixpath.dirname(page) or '.')}{anchor})"

    return _LINK.sub(relink, markdown)
