"""Regenerates ontology/given-names.tsv from published lists of first names, both under the MIT licence.

    python -m training.given_names /usr/share/dict/american-english > ontology/given-names.tsv

The first names of the 1990 US census are those of the package `names` (0.3.0), those of some fifty other languages and
countries those of the package `Faker` (40.54.0). The argument is a list of English words, one a line, those that are
no names in lower case (here Debian's package `wamerican`, 2020.12.07).

Columns: name, gender (f, m, or b where neither prevails), and `w` where the name is also a place, a month, a surname
of English or a common word, so that it makes no person of a capitalised word by itself.
"""

from __future__ import annotations

import pkgutil
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType

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


#: Attributes of Faker's providers of names, with the gender that they tell.
FIRST = {
    "first_names_female": "f",
    "first_names_male": "m",
    "first_names_unisex": "b",
    "first_names_nonbinary": "b",
    "first_names": "b",
    "first_romanized_names": "b",
}
LAST = ("last_names", "last_names_male", "last_names_female", "last_romanized_names")
ENGLISH = frozenset({"en_US", "en_GB", "en_IE", "en_NZ", "en_CA"})
#: Lists that hold many words which are no names elsewhere, or patronyms: a name of these alone is left out.
APART = frozenset({"is_IS", "en_TH"})
NAME = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def frequencies(gender: str) -> dict[str, float]:
    """Name → share in percent of the census."""
    lines = (files("names") / f"dist.{gender}.first").read_text().splitlines()
    return {row[0].capitalize(): float(row[1]) for row in map(str.split, lines)}


def census() -> dict[str, str]:
    """Name → gender by the census."""
    female, male = frequencies("female"), frequencies("male")
    genders = {}
    for name in female.keys() | male.keys():
        f, m = female.get(name, 0.0), male.get(name, 0.0)
        genders[name] = "f" if f > 10 * m else "m" if m > 10 * f else "b"
    return genders


def provided(module: ModuleType, attribute: str) -> Iterator[str]:
    """The names that a provider has under an attribute: of one word, in Latin letters, with a capital."""
    names = getattr(module.Provider, attribute, None)
    for name in names if names and not isinstance(names, property) else ():
        latin = isinstance(name, str) and all(unicodedata.name(c, "").startswith("LATIN") or c in "-'’" for c in name)
        if latin and name[:1].isupper():
            yield name


def international() -> tuple[dict[str, str], frozenset[str]]:
    """Name → gender by the lists of all countries, and the surnames of English."""
    lists: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    surnames: set[str] = set()
    package = import_module("faker.providers.person")
    for info in pkgutil.iter_modules(package.__path__):
        module = import_module(f"faker.providers.person.{info.name}")
        for attribute, gender in FIRST.items():
            for name in provided(module, attribute):
                lists[name][gender].add(info.name)
        if info.name in ENGLISH:
            surnames.update(name for attribute in LAST for name in provided(module, attribute))
    return {name: _gender(found) for name, found in lists.items() if _is_kept(name, found)}, frozenset(surnames)


def _is_kept(name: str, found: dict[str, set[str]]) -> bool:
    return (
        len(name) > 2
        and not name.isupper()
        and bool(NAME.fullmatch(name))
        and not set().union(*found.values()) <= APART
    )


def _gender(found: dict[str, set[str]]) -> str:
    """By the lists that tell one: three times as many, or only these."""
    f, m = len(found["f"]), len(found["m"])
    if f and not m and found["b"] <= found["f"]:
        return "f"
    if m and not f and found["b"] <= found["m"]:
        return "m"
    return "f" if f > 3 * m else "m" if m > 3 * f else "b"


def main() -> None:
    """Write the table to standard output."""
    words = {w for w in Path(sys.argv[1]).read_text(encoding="utf-8").split() if w[0].islower()}
    counted = census()
    others, surnames = international()
    for name, gender in sorted({**others, **counted}.items()):
        weak = name in WORDS or (name not in counted and (name.lower() in words or name in surnames))
        if len(name) > 1:
            sys.stdout.write("\t".join([name, gender, *(["w"] if weak else [])]) + "\n")


if __name__ == "__main__":
    main()
