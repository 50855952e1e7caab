"""The command verify: whether an output folder is what its documents give, down to the last triple."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.assets import extend, read_extension
from kg.cli import data, render
from kg.cli.extending import AuthorityOption, DecisionsOption, LexiconOption, OntologyOption, ShapesOption
from kg.cli.render import Screen
from kg.model import Finding, Severity
from kg.stores.directory import check_digests, checksums, read_manifest
from kg.stores.files import check_file, write_file

NO = 1


def verify(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help=f"Output folder of kg build. Default: ${data.VARIABLE}, else the folder {data.DEFAULT}.",
            show_default=False,
        ),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Also read the texts again, and compare all that they give.")
    ] = False,
    manifest: Annotated[
        Path | None,
        typer.Option(
            "--manifest",
            metavar="FILE",
            help="If all fits, write the digests of all files, as sha256sum --check reads them; - for standard output.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file of --manifest.")] = False,
    ontology: OntologyOption = None,
    lexicon: LexiconOption = None,
    shapes: ShapesOption = None,
    authority: AuthorityOption = None,
    decisions: DecisionsOption = None,
) -> int:
    """Prove an output folder: digests, anchors, derived triples.

    Every file must have the digest that the manifest lists, every quotation stand at its offsets in documents/, letter
    by letter, and every IRI, fact, inference and file be what the rest gives. What only reading decides is compared
    with --rebuild. What a graph was built with beside its documents must be given again. Who can write the folder can
    write its manifest as well: keep the list of --manifest elsewhere.
    """
    from kg.graph.derivation import derive
    from kg.graph.verify import verify as check_anchors

    screen: Screen = ctx.obj
    files_of_users = (ontology or (), lexicon or (), shapes or (), (), authority or (), decisions or ())
    extend(read_extension(*files_of_users))
    target = data.output_folder(folder)
    if manifest and manifest != data.STDIN:
        check_file(manifest, force=force)
    files, found = check_digests(target)
    found += _other_assets(target)
    found += check_anchors(target)
    derivation = derive(target)
    found += derivation.findings
    told = f"{files} digests, {derivation.quads} triples, {derivation.statements} statements"
    if rebuild:
        found += _rebuilt(screen, target)
        told += ", all made again from the texts"
    found = list(dict.fromkeys(found))
    render.findings(found)
    wrong = sum(f.severity is Severity.VIOLATION for f in found)
    render.note(screen, f"{told}: {wrong or 'no'} mismatch{'' if wrong == 1 else 'es'}")
    if manifest and not wrong:
        if manifest == data.STDIN:
            render.write_bytes(checksums(target))
        else:
            write_file(manifest, checksums(target), force=force)
            render.note(screen, f"written: {manifest} (check it in {target}: sha256sum --check FILE)")
    return NO if wrong else 0


def _other_assets(target: Path) -> list[Finding]:
    """What the build was made with and is another here: it may explain what differs."""
    from kg import __version__
    from kg.assets import digest

    made_by = read_manifest(target).get("made_by")
    if not isinstance(made_by, dict):
        return []
    same = made_by.get("accord-kg") == __version__
    here = {"accord-kg": __version__, "ontology": digest("ontology"), "shapes": digest("shapes")}
    return [
        Finding(
            severity=Severity.VIOLATION if same else Severity.WARNING,
            message=f"made with another {name} than the one here (were files of your own added?)",
            focus="manifest.json",
            path=name,
            value=str(made_by.get(name)),
        )
        for name, value in here.items()
        if made_by.get(name) != value
    ]


def _rebuilt(screen: Screen, target: Path) -> list[Finding]:
    from kg.building import rebuild

    with render.progress(screen, "reading") as tick:
        made = rebuild(target, progress=tick)
    found = []
    for name, content in sorted(made.files.items()):
        there = (target / name).read_bytes() if (target / name).is_file() else b""
        rest = there.removeprefix(content) if name == "report.txt" else b""
        if there == content or (rest and rest.startswith(b"\nNot read: ")):
            continue
        first = next(iter(sorted(set(there.splitlines()) ^ set(content.splitlines()))), b"").decode(errors="replace")
        message = "is not what the texts give; the first line that differs is the value"
        found.append(Finding(severity=Severity.VIOLATION, message=message, focus=name, value=first[:300]))
    return found
