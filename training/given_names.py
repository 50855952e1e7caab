"""Regenerates ontology/given-names.tsv from the first names of the 1990 US census (PyPI package `names`, MIT licence).

    python training/given_names.py > ontology/given-names.tsv

Columns: name, gender (f, m, or b where neither is ten times as frequent as the other), and `w` where the name is also a
place, a month or a common word, so that it makes no person of a capitalised word by itself.
"""

from __future__ import annotations

import sys
from importlib.resources import files

#: Places, months and words among the names of the census; by hand.
WORDS = frozenset(
    """
    Alabama Albany Alexandria Allentown Alma America Amity An April Art Asia Aspen August Augusta Aurora Austin
    Autumn Bay Bee Bell Berry Bo Boston Bridge Brook Brooklyn Buck Bud Bunny Buster Camden Candy Carolina Cedar
    Chance Charity Charlotte Cherry Chester China Christian Church Clarence Clark Clay Cleveland Cliff Clinton
    Clover Coral Crystal Curt Dakota Dale Dallas Dawn Day Dean Delta Denver Destiny Dick Do Dominion Douglas Duke
    Dusty Early Earnest East Easter Eden Elk Elm Essex Ester Fair Faith Fallon Fern Field Fields Florence Florida
    Forest Forrest Franklin Fremont Gale Garland Garnet Gay Gaylord Genesis Genoa Georgia Gil Ginger Glen Golden
    Grace Grant Harmony Haven Hayden Hazel Heath Heather Heaven Heritage Hilton Holly Honey Honor Hope Houston
    Hunter In Independence India Indiana Iris Isle Israel Ivory Ivy Jackson Jade Jasper Jefferson Jewel Jordan Joy
    July June Juniper Justice King Kit Lake Lane Laurel Lawrence Liberty Lily Lincoln Linden Logan Long Lourdes Love
    Loyal Lucky Ludlow Mac Madison Major Many Maple Marion Marshall Mason Mercy Meridian Mesa Miles Min Miss
    Missouri Modesto Monroe Montana Monte Moon My Myrtle Nelson Newton Noble Noel Norfolk North Oak Ocean Olive
    Orange Page Paris Park Peace Pearl Pilar Pine Piper Poppy Precious Price Prince Princess Providence Ray Red Reed
    Regina Rich River Rock Rocky Rod Rose Rosemary Royal Ruby Rusty Sage Salem San Sandy Santa Santiago Savannah
    Scarlet Sea Season See Senior Shelby Shiloh Sidney Sierra Silver Skip Sky So Soledad South Spring Star Sterling
    Stone Storm Summer Sun Sunday Sunny Temple Tennessee Trinity Troy Union Unity Vale Valencia Valley Van Vernon
    Verona Victoria Victory Violet Virginia Vista Ward Warren Washington West Will Willow Winter Wood Worth York
    Young Zion
    """.split()
)


def frequencies(gender: str) -> dict[str, float]:
    """Name → share in percent."""
    lines = (files("names") / f"dist.{gender}.first").read_text().splitlines()
    return {row[0].capitalize(): float(row[1]) for row in map(str.split, lines)}


def main() -> None:
    """Write the table to standard output."""
    female, male = frequencies("female"), frequencies("male")
    for name in sorted(female.keys() | male.keys()):
        if len(name) < 2:
            continue
        f, m = female.get(name, 0.0), male.get(name, 0.0)
        gender = "f" if f > 10 * m else "m" if m > 10 * f else "b"
        sys.stdout.write("\t".join([name, gender, *(["w"] if name in WORDS else [])]) + "\n")


if __name__ == "__main__":
    main()
