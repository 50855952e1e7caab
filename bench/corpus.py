"""Generated documents of the genre, as many as asked for: `python -m bench.corpus N FOLDER [--seed 0] [--first 0]`.

News items, press releases, position papers, programme pages and minutes of about 500 words, each a function of the
seed and its number: names, numbers, sentences and structure are chosen anew for each. They are written one by one.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.world import Region, national, region_of

#: Words after which a document ends with the paragraph, which makes 500 on average; and how many more or fewer.
WORDS, SPREAD = 460, 80

_ROLES = (
    ("superintendent of {district}", "Superintendent"),
    ("president of the {union}", "President"),
    ("executive director of the {union}", "Executive Director"),
    ("principal of {school}", "Principal"),
    ("a member of the {town} Board of Education", "Board Member"),
    ("director of the {institute}", "Director"),
    ("a teacher at {school2}", "Teacher"),
    ("program officer of the {foundation}", "Program Officer"),
)

_SENTENCES = (
    "{district} and the {union} reached a tentative agreement on {topic} in {month} {year}.",
    "The {union} represents {count} teachers and {small} counselors in {town}.",
    "About {percent} percent of the {count} teachers who answered the survey supported the plan.",
    "{P1}, {role1}, said the two sides had met {small} times since {month}.",
    "“{quote},” said {P2}, {role2}.",
    "“{quote},” {S1} said. “{quote2}.”",
    "{S2} told the {town} Board of Education that {topic} would cost ${money} in the first year.",
    "The {initiative} is a partnership of {district}, the {union} and {university}.",
    "In {year}, the {foundation} awarded ${money} to the {initiative} for work on {topic}.",
    "{school} and {school2} joined the second cohort of the {initiative} in {year2}.",
    "According to {S1}, attendance at {school} rose from {low} percent to {percent} percent over {small} years.",
    "The contract, which runs through June {year2}, raises salaries by {rate} percent a year.",
    "{P3}, {role3}, opposed the proposal and called for more time.",
    "{center} trained {count} union and district leaders from {state} last year.",
    "{P4} presented the results at the {conference} in {town2}.",
    "Each school has a leadership team of {small} teachers, the principal and a parent.",
    "The {union} is affiliated with the {nea}.",
    "Since {year}, {small} of the {count} schools in the region have formed such teams.",
    "The board voted {yes} to {no} on {month} {day}, {year}, to approve the memorandum.",
    "{district} does not plan to change {topic} before {year2}.",
    "Teachers at {school2} worked with {institute} to draft new guidelines for {topic}.",
    "A study by {university} found that schools with strong partnerships kept {percent} percent of new teachers.",
    "If the levy passes, {district} will hire {small} more mentors.",
    "{S3} denied that the district had cut the budget for {topic}.",
    "The {nea} and the {council} jointly published a guide to {topic} in {year}.",
    "They agreed that every committee would have two chairs, one from each side.",
    "She said that trust had grown slowly and could be lost in a week.",
    "Participants came from {small} districts in {state} and neighboring states.",
    "The program serves about {thousands} students in {town}, {town2} and {town3}.",
    "{S4} expects a final vote by {month} {day}.",
    "For {S2}, the main lesson is that {topic} belongs to everyone in the building.",
    "Funding comes from the {foundation} and from the state, which paid {low} percent of the cost.",
)
_QUOTES = (
    "We learned to solve problems before they became grievances",
    "Nobody gave up a principle, and everybody gave something",
    "Our members want a voice in decisions that shape their classrooms",
    "The data told us where to begin",
    "It took {small} meetings to agree on what the question was",
    "When adults work together, students notice",
    "{percent} percent is a start, but we can do better",
    "We are partners now, though we still disagree about {topic}",
)
_HEADINGS = ("Background", "What Changed", "Results So Far", "Next Steps", "How It Works", "Who Takes Part")
_MONTHS = "January February March April May June July August September October November December".split()


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the documents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first document")
    options = parser.parse_args(arguments)
    write(options.folder, options.number, seed=options.seed, first=options.first)


def write(folder: Path, number: int, *, seed: int = 0, first: int = 0) -> None:
    """Write so many documents into a folder, one at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(first, first + number):
        (folder / f"{name_of(n)}.txt").write_text(document(n, seed), encoding="utf-8")


def documents(number: int, *, seed: int = 0, first: int = 0) -> Iterator[tuple[str, str]]:
    """Name and text of so many documents, one at a time."""
    return ((name_of(n), document(n, seed)) for n in range(first, first + number))


def name_of(number: int) -> str:
    """The name of a document."""
    return f"generated-{number:07}"


def document(number: int, seed: int = 0) -> str:
    """The text of one document: a function of the seed and the number."""
    rng = random.Random(f"{seed}/document/{number}")
    region = region_of(seed, number)
    genre = rng.choice(list(GENRES))
    words = WORDS + rng.randrange(-SPREAD, SPREAD + 1)
    return GENRES[genre](rng, region, seed, words)


def _values(rng: random.Random, region: Region, seed: int) -> dict[str, str]:
    """What the blanks of a sentence are filled with, chosen anew for each."""
    nea, council, center, university = national(seed)
    year = region.year + rng.randrange(4)
    people = rng.sample(region.people[:8], 4)
    places = {
        "district": region.district, "union": region.union, "town": region.towns[0], "town2": region.towns[1],
        "town3": region.towns[2], "school": rng.choice(region.schools[::2]), "school2": region.schools[1],
        "institute": region.institute, "foundation": region.foundation, "initiative": region.initiative,
        "conference": region.conference, "state": region.state, "nea": nea, "council": council, "center": center,
        "university": university,
    }  # fmt: skip
    roles = {f"role{i}": _ROLES[region.people.index(p)][0].format(**places) for i, p in enumerate(people, 1)}
    names = {f"P{i}": p for i, p in enumerate(people, 1)} | {f"S{i}": p.split()[-1] for i, p in enumerate(people, 1)}
    low, yes = rng.randrange(5, 60), rng.randrange(5, 9)
    numbers = {
        "year": year, "year2": year + rng.randrange(1, 5), "month": rng.choice(_MONTHS), "day": rng.randrange(1, 29),
        "count": f"{rng.randrange(120, 9000):,}", "small": rng.choice(("three", "five", "12", "18", "25", "40")),
        "low": low, "percent": rng.randrange(low + 1, 100), "money": f"{rng.randrange(20, 950)},000",
        "rate": f"{rng.randrange(1, 6)}.{rng.randrange(10)}", "yes": yes, "no": 9 - yes,
        "thousands": f"{rng.randrange(2, 60)},000", "topic": rng.choice(region.topics),
    }  # fmt: skip
    values = {**places, **roles, **names, **{k: str(v) for k, v in numbers.items()}}
    first, second = rng.sample(_QUOTES, 2)
    return values | {"quote": first.format(**values), "quote2": second.format(**values)}


def _sentences(rng: random.Random, region: Region, seed: int) -> Iterator[str]:
    """Sentences without end; none comes again before all have come."""
    while True:
        for pattern in rng.sample(_SENTENCES, len(_SENTENCES)):
            yield pattern.format(**_values(rng, region, seed))


def _paragraphs(rng: random.Random, region: Region, seed: int, words: int) -> list[str]:
    sentences, made, count = _sentences(rng, region, seed), list[str](), 0
    while count < words:
        made.append(" ".join(next(sentences) for _ in range(rng.randrange(2, 6))))
        count += len(made[-1].split())
    return made


def _news(rng: random.Random, region: Region, seed: int, words: int) -> str:
    values = _values(rng, region, seed)
    title = rng.choice(("{town} Teachers, District Agree on a Plan for {topic}", "In {town}, a New Way to Bargain"))
    lead = f"{region.towns[0].upper()}, {region.state} – "
    paragraphs = _paragraphs(rng, region, seed, words)
    byline = f"By {rng.choice(region.people[8:])}"
    date = "{month} {day}, {year}".format(**values)
    return _joined([title.format(**values), byline, date, lead + paragraphs[0], *paragraphs[1:]])


def _press_release(rng: random.Random, region: Region, seed: int, words: int) -> str:
    values = _values(rng, region, seed)
    contact = "Contact: {P4}, {role4}".format(**values)
    title = "{district} and {union} Launch the {initiative}".format(**values)
    paragraphs = _paragraphs(rng, region, seed, words - 40)
    about = "About the {initiative}".format(**values)
    end = "The {initiative} is run by the {institute} with a grant of ${money} from the {foundation}.".format(**values)
    return _joined(["FOR IMMEDIATE RELEASE", contact, title, *paragraphs, about, end])


def _position_paper(rng: random.Random, region: Region, seed: int, words: int) -> str:
    values = _values(rng, region, seed)
    title = "The {union} on {topic}".format(**values)
    paragraphs = _paragraphs(rng, region, seed, words - 60)
    points = [f"{n}. {q.format(**values)}." for n, q in enumerate(rng.sample(_QUOTES, 3), 1)]
    claim = "We believe that {topic} must be decided together. We oppose any plan that leaves teachers out.".format(
        **values
    )
    notes = ["¹ {nea}, {year}. ² {institute}, Annual Report, {year2}.".format(**values)]
    return _joined([title.upper(), claim, "Our Principles", "\n".join(points), *_headed(rng, paragraphs), *notes])


def _programme_page(rng: random.Random, region: Region, seed: int, words: int) -> str:
    values = _values(rng, region, seed)
    paragraphs = _paragraphs(rng, region, seed, words - 80)
    roster = [f"* {p}, {_role(region, n)}" for n, p in enumerate(region.people[:8]) if rng.random() < 0.7]
    partners = ["- {district}", "- {union}", "- {university}", "- {center}"]
    parts = [region.initiative, *_headed(rng, paragraphs), "Partners", "\n".join(partners).format(**values)]
    return _joined([*parts, "Leadership Team", "\n".join(roster)])


def _minutes(rng: random.Random, region: Region, seed: int, words: int) -> str:
    values = _values(rng, region, seed)
    present = "Present: " + "; ".join(f"{p}, {_role(region, n)}" for n, p in enumerate(region.people[:5]))
    title = "Minutes of the Joint Committee of {district} and the {union}".format(**values)
    date = "{month} {day}, {year}".format(**values)
    paragraphs = _paragraphs(rng, region, seed, words - 60)
    items = [f"{n}. {rng.choice(_HEADINGS)}\n\n{text}" for n, text in enumerate(paragraphs, 1)]
    end = "The meeting adjourned at {low} minutes past four. Next meeting: {month} {day}.".format(**values)
    return _joined([title, date, present, *items, end])


def _role(region: Region, number: int) -> str:
    places = {"district": region.district, "union": region.union, "town": region.towns[0]}
    places |= {"school": region.schools[0], "school2": region.schools[1]}
    return _ROLES[number][0].format(**places, institute=region.institute, foundation=region.foundation)


def _headed(rng: random.Random, paragraphs: Sequence[str]) -> list[str]:
    """Paragraphs with a heading before every second or third."""
    parts, left = list[str](), rng.sample(_HEADINGS, len(_HEADINGS))
    for text in paragraphs:
        parts += [left.pop()] if left and rng.random() < 0.4 else []
        parts.append(text)
    return parts


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(parts) + "\n"


GENRES: dict[str, Callable[[random.Random, Region, int, int], str]] = {
    "news item": _news,
    "press release": _press_release,
    "position paper": _position_paper,
    "programme page": _programme_page,
    "minutes": _minutes,
}


if __name__ == "__main__":
    main()
