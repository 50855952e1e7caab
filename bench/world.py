"""An invented country of towns, schools and unions: what the generators take names from.

Every name is a function of a seed and a number, so that the thousandth document is the same however many there are.
Towns come in regions, whose few documents name the same people and organizations; some organizations are known
everywhere. No name is taken from a document.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

#: Documents of one region.
SHARED_BY = 6

_ONSETS = "B Br C Cr D Dr F Fl G Gr H K L M N P Pr R S Sh St T Tr V W".split()
_NUCLEI = "a e i o u ay ea ie oa".split()
_CODAS = "b ck ld ll m n nd ng r rn rt s st t th v x".split()
_ENDINGS = "ton ville field brook ford dale bury mont wick haven".split()
_SURNAME_ENDINGS = "er man sen ard well ley ino ez ak".split()
_GIVEN = (
    "Alice Brian Carla David Elena Frank Grace Henry Irene James Karen Louis Maria Nathan Olivia Paul Rachel Samuel "
    "Teresa Victor Wendy Andrew Bridget Charles Diana Edward Fiona George Hannah Ivan Julia Kevin Laura Martin Nancy"
).split()
_STATES = "Ohio Oregon Maine Texas Nevada Georgia Montana Virginia Colorado Vermont".split()
_TOPICS = (
    "peer assistance",
    "class size",
    "professional development",
    "teacher evaluation",
    "school improvement",
    "mentoring",
    "the school calendar",
    "health benefits",
    "student discipline",
    "salary schedules",
)
_PROGRAMMES = "Collaboration Partnership Leadership Innovation Excellence Mentoring Literacy Readiness".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What the documents of one region have in common.

    Attributes:
        towns: three of them, the main one first; districts, unions and schools are called after them.
        people: full names; of the first eight each has an office.
    """

    number: int
    state: str
    towns: tuple[str, ...]
    people: tuple[str, ...]
    initiative: str
    institute: str
    foundation: str
    conference: str
    topics: tuple[str, ...]
    year: int

    @property
    def district(self) -> str:
        """The school district of the main town."""
        return f"{self.towns[0]} Unified School District"

    @property
    def union(self) -> str:
        """The union of its teachers."""
        return f"{self.towns[0]} Teachers Association"

    @property
    def schools(self) -> tuple[str, ...]:
        """One school for each town."""
        kinds = ("High School", "Elementary School", "Middle School")
        return tuple(f"{town} {kind}" for town, kind in zip(self.towns, kinds, strict=True))


@cache
def national(seed: int) -> tuple[str, ...]:
    """Organizations that documents of all regions name."""
    rng = random.Random(f"{seed}/national")
    patterns = (
        "National {} Education Association",
        "National {} School Boards Council",
        "{} Center for School Partnerships",
        "{} University",
    )
    return tuple(pattern.format(_word(rng)) for pattern in patterns)


def region_of(seed: int, document: int) -> Region:
    """The region of a document."""
    return region(seed, document // SHARED_BY)


@cache
def region(seed: int, number: int) -> Region:
    """The region with a number."""
    rng = random.Random(f"{seed}/region/{number}")
    towns = tuple(dict.fromkeys(_word(rng) + rng.choice(_ENDINGS) for _ in range(12)))[:3]
    people = tuple(dict.fromkeys(_person(rng) for _ in range(24)))[:12]
    name = _word(rng)
    return Region(
        number=number,
        state=rng.choice(_STATES),
        towns=towns,
        people=people,
        initiative=f"{name} {rng.choice(_PROGRAMMES)} Initiative",
        institute=f"{_word(rng)} Institute for Labor-Management {rng.choice(_PROGRAMMES)}",
        foundation=f"{_word(rng)} Family Foundation",
        conference=f"{name} Symposium on Shared Leadership",
        topics=tuple(rng.sample(_TOPICS, 4)),
        year=rng.randrange(1998, 2023),
    )


def _word(rng: random.Random) -> str:
    return "".join(f(rng.choice(x)) for f, x in ((str, _ONSETS), (str, _NUCLEI), (str, _CODAS)))


def _person(rng: random.Random) -> str:
    return f"{rng.choice(_GIVEN)} {_word(rng)}{rng.choice(_SURNAME_ENDINGS)}"
