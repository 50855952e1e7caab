"""A small output folder made by hand: the command line is tested without the language model."""

from __future__ import annotations

from pathlib import Path

from kg.graph.dataset import to_dataset
from kg.graph.serialize import to_nquads
from kg.model import Status, Unit
from kg.stores.directory import write_directory
from tests.builders import BUILD, SETTINGS, Writer, corpus, document

TEXT = """\
Larch Valley Teachers Association president Ana Brook said talks are going well.
“We want smaller classes,” Brook said. The Larch Valley School District serves 1,200 students.
Larch Valley School District bargains with the Larch Valley Teachers Association every spring.
The district has never opposed the Two Rivers Partnership.
"""


def write_sample(folder: Path) -> Path:
    """Write the folder and return it."""
    writer = Writer(document("larch-valley", TEXT))
    union = writer.entity("LaborUnion", "Larch Valley Teachers Association")
    brook = writer.entity("Person", "Ana Brook", "Brook")
    district = writer.entity("SchoolDistrict", "Larch Valley School District")
    partnership = writer.entity("Initiative", "Two Rivers Partnership")
    first, numbers, spring, never = (
        TEXT.splitlines()[0],
        "The Larch Valley School District serves 1,200 students.",
        *TEXT.splitlines()[2:],
    )
    writer.role(brook, "president", union, writer.grounds(first, rule="title-before-name"))
    writer.states(brook, "affiliatedWith", union, writer.grounds(first, rule="title-before-name", confidence=0.9))
    writer.states(district, "bargainsWith", union, writer.grounds(spring, rule="frame"))
    writer.states(district, "opposes", partnership, writer.grounds(never, status=Status.DENIED, rule="frame"))
    writer.number("1200", Unit.COUNT, "1,200 students", writer.grounds(numbers), district, measure="students")
    writer.says(brook, "We want smaller classes,")
    dataset = to_dataset(corpus(writer), BUILD, SETTINGS)
    write_directory(folder, {"dataset.nq": to_nquads(dataset), "documents/larch-valley.txt": TEXT.encode()})
    return folder
