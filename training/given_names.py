"""Regenerates ontology/given-names.tsv from the first names of the 1990 US census (PyPI package `names`, MIT licence).

    python training/given_names.py > ontology/given-names.tsv

Columns: name, gender (f, m, or b where neither is ten times as frequent as the other), and `w` where the name is also a place, a month
or a common word, so that it makes no person of a capitalised word by itself.
"""

from __future__ import annotations

import sys
from importlib.resources import files

#: Places, months and words among the names of the census; by hand.
WORDS = frozenset(
    """
    Alabama Albany Alexandria Allentown Alma America Amity An April Asia Aspen August Augusta Aurora Austin Autumn Bay Berry Bell Bo Boston
    Bridge Brook Brooklyn Camden Candy Carolina Cedar Chance Charity Charlotte Cherry Chester China Christian Church Clay Cleveland Clinton
    Clover Coral Crystal Dakota Dale Dallas Dawn Day Dean Delta Denver Destiny Do Dale Dominion Dusty Early East Easter Eden Elm Essex Ester
    Fair Faith Fern Field Fields Florence Florida Forest Forrest Garland Garnet Gay Gaylord Gene Genesis Genoa Georgia Ginger Glen Glenn Golden
    Grace Grant Harmony Haven Hazel Heath Heather Heaven Heritage Holly Honor Hope Houston Hunter In Independence India Indiana Iris Isle
    Israel Ivory Ivy Jackson Jade Jefferson Jewel Jordan Joy Joyce July June Juniper Justice King Lake Lane Laurel Lee Liberty Lily Lincoln Linden
    Long Lourdes Love Loyal Lucky Ludlow Madison Major Maple Marion Mark Mason Mercy Meridian Mesa Miles Min Miss Missouri Modesto Montana Monte
    Moon My Myrtle Noble Noel North Norfolk Oak Ocean Olive Orange Paris Park Pearl Peace Pilar Pine Piper Poppy Precious Price Prince Princess
    Providence Ray Red Reed Regina Rich River Robin Rock Rocky Rose Rosemary Ross Royal Ruby Rusty Sage Santiago San Santa Savannah Scarlet Sea
    Season See Senior Shelby Shiloh Sidney Sierra Silver Sky Soledad So South Spring Star Sterling Stone Storm Summer Sunday Sunny Sydney Temple
    Tennessee Trinity Troy Tyler Union Unity Valencia Vale Valley Van Vernon Verona Victoria Victory Violet Virginia Vista Warren Washington Wayne
    Wesley West Will Willow Winter Wood Wood Worth Young York Zion Many Page Honey Sun Bunny Art Rod Bee Bill Pat Sandy Cliff Dick Frank Guy Jay
    Earnest Ernest Max Nick Norm Rob Skip Sue Ward Wes Bud Buck Buster Chuck Curt Drew Duke Gale Gil Hank Jack Jean Josh Kit Lou Mac Mel Mickey
    Newton Salem Lawrence Nelson Logan Douglas Marshall Franklin Monroe Jasper Clarence Clark Elk Fallon Fremont Gary Hayden Henry Hilton
    """.split()
) - frozenset(
    "Bill Pat Frank Guy Jay Max Nick Rob Sue Wes Chuck Drew Hank Jack Jean Josh Lou Mel Mickey Gary Henry Gene Glenn Joyce Lee Mark Ross Robin Tyler Wayne Wesley Ernest Sydney Norm".split()
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
