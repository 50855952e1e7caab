"""Rankings, and what numbers are about: features, choice, weights."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.language import Language

from kg.errors import AssetError
from kg.extract.ranking import load_rankings, shares
from kg.extract.speech import find_attributions
from kg.extract.statistics import find_figures
from kg.extract.topics import MOST, find_topics, topic_features
from kg.lexicon import load_lexicon
from tests.contexts import context_of

TEXT = """Larch Charter Schools

The Larch Teachers Union surveyed its members. Larch Charter Schools runs 14 schools.

The plan
- 30 teachers of Oak School"""
THINGS = {
    "network": "CharterNetwork: Larch Charter Schools",
    "union": "LaborUnion: Larch Teachers Union",
    "plan": "Initiative: The plan",
    "school": "School: Oak School",
}


def features(nlp: Language) -> list[dict[str, frozenset[str]]]:
    """For each number of the text the features of each candidate; of "none of these" under ""."""
    context = context_of(nlp, TEXT, **THINGS)
    found = topic_features(context, find_figures(context, load_lexicon()))
    return [dict(zip((*candidates, ""), rows, strict=True)) for candidates, rows in found]


def test_features_tell_where_an_entity_stands_from_a_number(nlp: Language) -> None:
    schools, teachers = features(nlp)
    assert set(schools) == {*THINGS, ""}
    assert {"subject", "clause", "nearest", "CharterNetwork noun=school", "title"} <= schools["network"]
    assert {"previous sentence", "LaborUnion unit=Count", "head=union"} <= schools["union"]
    assert "far" in schools["school"]
    assert {"sentence", "noun of", "prep=of"} <= teachers["school"]
    assert "heading first" in teachers["plan"]
    assert {"recent=0", "recent=1"} <= teachers["plan"] | teachers["network"]
    assert schools[""] >= {"nothing", "nothing noun=school"}


def test_features_tell_who_says_a_number_and_for_whom_they_speak(nlp: Language) -> None:
    text = (
        "Larch Charter Schools is growing.\n\n"
        "Ana Ruiz of the Larch Teachers Union was there. Rain fell.\n\n"
        "“We lost 14 drivers,” Ana Ruiz said."
    )
    things = {
        "network": "CharterNetwork: Larch Charter Schools",
        "union": "LaborUnion: Larch Teachers Union",
        "ana": "Person: Ana Ruiz",
    }
    context = context_of(nlp, text, **things)
    attributions = find_attributions(context, load_lexicon())
    ((candidates, rows),) = topic_features(context, find_figures(context, load_lexicon()), attributions)
    shown = dict(zip((*candidates, ""), rows, strict=True))
    assert {"speaker", "speaker we are subject"} <= shown["ana"]
    assert {"speaker's #0", "speaker's #0 we are subject"} <= shown["union"]
    assert not any(f.startswith(("speaker", "page's")) for f in shown["network"])
    (_, rows), *_ = topic_features(context, find_figures(context, load_lexicon()))
    assert any("page's we are subject" in row for row in rows)


def test_the_likeliest_comes_first_and_few_are_named(nlp: Language) -> None:
    context = context_of(nlp, TEXT, **THINGS)
    figures = find_figures(context, load_lexicon())
    first, second = find_topics(context, figures, {"subject": 3.0, "noun of": 3.0, "heading first": 1.0})
    assert first[0] == "network"
    assert second[:2] == ("school", "plan")
    assert len(first) == len(second) == MOST


def test_a_number_may_be_about_nothing_that_is_named(nlp: Language) -> None:
    context = context_of(nlp, TEXT, **THINGS)
    assert find_topics(context, find_figures(context, load_lexicon()), {"nothing": 9.0}) == [(), ()]


def test_a_number_in_a_text_without_entities_is_about_nothing(nlp: Language) -> None:
    context = context_of(nlp, "There were 30 teachers.")
    assert find_topics(context, find_figures(context, load_lexicon()), {}) == [()]


def test_shares_are_probabilities() -> None:
    found = shares({"a": 1.0, "b": -1.0}, [{"a", "unknown"}, {"b"}, {"a"}])
    assert sum(found) == pytest.approx(1.0, abs=1e-6)
    assert found[0] == found[2] > found[1] > 0
    assert shares({"a": 1000.0}, [{"a"}, set()]) == [1.0, 0.0]
    assert shares({}, []) == []


@pytest.mark.parametrize("name", ["topics", "workplaces"])
def test_the_shipped_weights_are_whole_and_sorted(root: Path, name: str) -> None:
    shipped = getattr(load_rankings(), name)
    lines = (root / f"kg/extract/weights/{name}.tsv").read_text().rstrip("\n").split("\n")
    names = [line.split("\t")[0] for line in lines]
    assert names == sorted(set(names))
    assert len(names) == len(shipped) > 100
    assert any(w > 0 for w in shipped.values())
    assert any(w < 0 for w in shipped.values())


def test_malformed_weights_are_named(tmp_path: Path) -> None:
    (tmp_path / "topics.tsv").write_text("title\tmuch\n")
    with pytest.raises(AssetError, match="cannot be read"):
        load_rankings(tmp_path)
    with pytest.raises(AssetError, match="cannot be read"):
        load_rankings(tmp_path / "nowhere")
