"""Sites for tests: their folders, what questions answer on them, a large one and a hostile one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from kg.building import build, publish
from kg.graph.catalogue import load_catalogue
from kg.graph.dataset import to_dataset
from kg.graph.query import Source, open_source, run, values
from kg.graph.serialize import to_nquads
from kg.model import Status, Unit
from kg.settings import Settings
from kg.site.assembly import site_files
from kg.site.records import Record
from kg.stores.directory import read_texts, write_directory
from tests.builders import BUILD, SETTINGS, Writer, corpus, document

CONFORMS = b"""\
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/report> a sh:ValidationReport ; sh:conforms true .
"""
SCRIPT, ADDRESS = "<script>globalThis.broken = 1</script>", "javascript:globalThis.broken=2"
IMAGE = "\"><img src=x onerror='globalThis.broken=3'>"
HOSTILE = f"""\
{SCRIPT} Larch Valley {IMAGE} Union president Ana {SCRIPT} Brook said talks are going well. \U0001f600
\u201cSee {ADDRESS} and [this]({ADDRESS}),\u201d Brook said. The union has 1,200 members \u202e\u0007 </pre></main>.
The union has never opposed the {SCRIPT} Partnership \u2028 with ${{globalThis.broken=4}} --> ]]>.
"""


def files(folder: Path) -> dict[str, bytes]:
    """The files of the site of an output folder."""
    report, words = folder / "report.ttl", folder / "report.txt"
    return site_files(
        open_source(folder),
        (folder / "dataset.nq").read_bytes(),
        read_texts(folder),
        report.read_bytes() if report.exists() else CONFORMS,
        words.read_text("utf-8") if words.exists() else "conforms\n",
    )


def write_site(folder: Path, target: Path) -> dict[str, Any]:
    """The site of an output folder, written; with what tests need to know of it."""
    written = files(folder)
    write_directory(target, written)
    return {
        "folder": str(target),
        "dataset": str(folder / "dataset.nq"),
        "base": "https://w3id.org/accord/data/",
        "bytes": sum(path.stat().st_size for path in target.rglob("*") if path.is_file()),
        "quads": (folder / "dataset.nq").read_bytes().count(b"\n"),
    }


def write_ten(root: Path, folder: Path) -> Path:
    """The output folder of ten documents."""
    source = folder / "ten-documents"
    source.mkdir()
    for path in sorted((root / "training" / "documents").glob("*.txt"))[::8][:10]:
        shutil.copy(path, source)
    publish(build([source], Settings()), folder / "ten")
    return folder / "ten"


def write_large(folder: Path, target: Path, quads: int) -> Path:
    """An output folder with at least so many quads: copies of another, each with things of its own."""
    dataset = (folder / "dataset.nq").read_text("utf-8")
    shared = "(?:graph/)?(?:entities|inferred|ontology|provenance)>"
    terms = re.compile(
        rf"<(https://w3id\.org/accord/data/)(?!{shared})((?:graph/)?[a-z-]+(?:/(?!document>|facts>|claims>|statements>|evidence>)[^/>]+)?)"
    )
    lines = set(dataset.splitlines())
    texts = {path.name: path.read_bytes() for path in (folder / "documents").iterdir()}
    copied = dict(texts)
    number = 0
    while len(lines) < quads:
        number += 1
        changed = terms.sub(rf"<\1\2-c{number}", dataset)
        for name, text in texts.items():
            stem = name.removesuffix(".txt")
            changed = changed.replace(f'identifier> "{stem}"', f'identifier> "{stem}-c{number}"')
            copied[f"{stem}-c{number}.txt"] = text
        lines |= set(changed.splitlines())
    content = "".join(f"{line}\n" for line in sorted(lines))
    write_directory(target, {"dataset.nq": content.encode(), **{f"documents/{n}": c for n, c in copied.items()}})
    return target


def write_hostile(folder: Path) -> Path:
    """The output folder of a document whose words would be markup and scripts."""
    writer = Writer(document("hostile", HOSTILE))
    union = writer.entity("LaborUnion", f"Larch Valley {IMAGE} Union")
    brook = writer.entity("Person", f"Ana {SCRIPT} Brook", "Brook", ADDRESS)
    partnership = writer.entity("Initiative", f"{SCRIPT} Partnership")
    first, second, third = HOSTILE.splitlines()[0], *HOSTILE.split("\n")[1:3]
    writer.role(brook, "president", union, writer.grounds(first, rule=IMAGE))
    writer.states(brook, "affiliatedWith", union, writer.grounds(first, rule=SCRIPT, confidence=0.9))
    writer.states(union, "opposes", partnership, writer.grounds(third, status=Status.DENIED, rule="frame"))
    writer.number("1200", Unit.COUNT, "1,200 members", writer.grounds(second), union, measure=f"members {IMAGE}")
    writer.says(brook, second[1 : second.index(",\u201d")])
    dataset = to_dataset(corpus(writer), BUILD, SETTINGS)
    write_directory(folder, {"dataset.nq": to_nquads(dataset), "documents/hostile.txt": HOSTILE.encode()})
    return folder


def questions(store: Source) -> list[Record]:
    """Every canned question with what it requires, and with each choice, and the rows that kg query gives."""
    asked = []
    for question in load_catalogue().values():
        given = {}
        for parameter in question.parameters:
            if parameter.required:
                offered = values(parameter, store)
                given[parameter.name] = offered[0] if offered else "teachers"
        chosen = [{**given, p.name: p.choices[0]} for p in question.parameters if p.choices]
        for values_given in (given, *chosen):
            answer = run(question, store, values_given)
            rows = [[None if term is None else term.value for term in row] for row in answer.rows]
            asked.append({"name": question.name, "given": values_given, "expected": rows})
    return asked
