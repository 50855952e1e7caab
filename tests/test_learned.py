"""The learned judge: features of pairs, the two stages on weights made by hand, evidence of what it decides."""

from __future__ import annotations

import gzip
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from kg.errors import AssetError
from kg.extract.context import Context
from kg.extract.judgement import Seen, judge_pairs, score_pairs, see
from kg.extract.learned import (
    Judge,
    Scores,
    contenders,
    eligible,
    first_stage,
    load_judge,
    normal,
    rival_features,
    second_stage,
)
from kg.extract.network import Features, Network
from kg.extract.packed import read_weights
from kg.extract.relations import find_relations
from kg.extract.statements import Candidate, signatures
from kg.extract.status import find_markers
from kg.lexicon import load_lexicon
from kg.model import Assertion, Status
from tests.contexts import context_of

KINDS = {"p": "Person", "q": "Person", "u": "LaborUnion", "d": "SchoolDistrict", "i": "Initiative"}
KINDS_OF_TABLE = "Initiative: Common Table"
RELATIONS = tuple(sorted(set(signatures()) - {"cites", "presentsAt"}))
MARKERS = find_markers(load_lexicon())
TEXT = "Ana Ruiz of the Elm Federation spoke on Monday. The Elm Federation will not join Common Table."


def judge(**weights: float) -> Judge:
    """A judge whose first stage knows one feature for each relation, and whose second passes the first on."""
    relations = sorted(weights)
    columns = 16 + 2 * len(relations) + 4
    passing = (0.0, 1.0, *([0.0] * (columns - 1)))
    return Judge(
        biases=dict.fromkeys(relations, -2.0),
        weights={"meet": tuple(sorted(weights.items()))},
        rivals=dict.fromkeys(relations, passing),
        thresholds=dict.fromkeys(relations, 0.5),
    )


def decide(context: Context, seen: Seen, one: Judge) -> list[Candidate]:
    """The candidates of the judge."""
    return judge_pairs(context, seen, one, score_pairs(seen, one), find_markers(load_lexicon()))


@pytest.fixture
def seen(nlp: Language) -> tuple[Context, Seen]:
    context = context_of(nlp, TEXT, p="Person: Ana Ruiz", u="LaborUnion: Elm Federation", i="Initiative: Common Table")
    relations = find_relations(context, load_lexicon(), (), {})
    return relations.context, see(relations.context, load_lexicon(), find_markers(load_lexicon()), ())


def test_signatures_are_the_ontologys() -> None:
    assert eligible("affiliatedWith", "Person", "School")
    assert not eligible("affiliatedWith", "School", "Person")
    assert eligible("startedOn", "Initiative", "Date")
    assert not eligible("startedOn", "Initiative", "Person")
    assert {"affiliatedWith", "partOf", "funds"} <= set(signatures())


def test_first_stage_weighs_the_features_of_eligible_relations() -> None:
    scores = first_stage(judge(affiliatedWith=3.0, bargainsWith=1.0), {("p", "u"): ((), frozenset({"meet"}))}, KINDS)
    assert set(scores) == {("affiliatedWith", ("p", "u"))}
    assert scores["affiliatedWith", ("p", "u")] == pytest.approx(1 / (1 + math.exp(-1.0)))


def test_shared_features_weigh_as_much_as_own_ones() -> None:
    one, meet = judge(affiliatedWith=3.0), frozenset({"meet"})
    apart = first_stage(one, {("p", "u"): ((meet, frozenset()), frozenset({"unknown"}))}, KINDS)
    assert apart == first_stage(one, {("p", "u"): ((), meet)}, KINDS)


def test_symmetric_pairs_are_scored_once_by_the_better_direction() -> None:
    features: dict[tuple[str, str], Features] = {("u", "d"): ((), frozenset({"meet"})), ("d", "u"): ((), frozenset())}
    scores = first_stage(judge(bargainsWith=3.0), features, KINDS)
    assert list(scores) == [("bargainsWith", ("d", "u"))]
    assert scores["bargainsWith", ("d", "u")] > 0.5
    assert normal("affiliatedWith", ("u", "d")) == ("u", "d")


def test_rivals_lower_and_mates_raise() -> None:
    scores: Scores = {("affiliatedWith", ("p", "u")): 0.9, ("affiliatedWith", ("p", "d")): 0.3}
    mates = ({"u": ("d",)}, {"d": ("u",)})
    features = rival_features(scores, mates, {("affiliatedWith", ("p", "u")): 0.8}, ("affiliatedWith",))
    best, worse = features["affiliatedWith", ("p", "u")], features["affiliatedWith", ("p", "d")]
    assert (best[2], worse[2]) == (1.0, 0.0)  # rank among the objects of p
    assert (best[13], worse[13]) == (0.3, 0.0)  # the best score of what the object is coordinated with
    assert (best[19], worse[19]) == (0.0, 0.9)  # the best score of what stands in the place of the object elsewhere
    assert (best[-1], worse[-1]) == (0.8, 0.0)  # the rule
    assert len(best) == len(worse) == 22 + 2 + 4


def test_second_stage_follows_its_weights() -> None:
    one = judge(affiliatedWith=3.0)
    scores = first_stage(one, {("p", "u"): ((), frozenset({"meet"}))}, KINDS)
    final = second_stage(one, rival_features(scores, [], {}, one.relations))
    assert final["affiliatedWith", ("p", "u")] == pytest.approx(scores["affiliatedWith", ("p", "u")], abs=0.01)


@given(st.dictionaries(st.sampled_from(["p", "q"]), st.floats(0.01, 0.99), min_size=1))
def test_probabilities_stay_probabilities(given_scores: dict[str, float]) -> None:
    scores: Scores = {("affiliatedWith", (person, "u")): score for person, score in given_scores.items()}
    one = judge(affiliatedWith=1.0)
    final = second_stage(one, rival_features(scores, [{"p": ("q",)}], {}, one.relations))
    assert set(final) == set(scores)
    assert all(0 < score < 1 for score in final.values())


@given(st.dictionaries(st.tuples(st.sampled_from("pqr"), st.sampled_from("uvwx")), st.floats(0.0, 1.0), min_size=1))
def test_no_statement_that_would_pass_is_left_out(given_scores: dict[tuple[str, str], float]) -> None:
    one = load_judge()
    scores: Scores = {(r, pair): score for pair, score in given_scores.items() for r in ("affiliatedWith", "leads")}
    final = second_stage(one, rival_features(scores, [{"p": ("q",)}, {"u": ("v",)}], {}, one.relations))
    passing = {key for key, score in final.items() if score >= one.thresholds[key[0]]}
    assert passing <= set(contenders(one, scores, 1.0))


def test_hopeless_statements_are_not_weighed() -> None:
    scores: Scores = {("affiliatedWith", ("p", "u")): 0.9, ("affiliatedWith", ("q", "u")): 0.0005}
    assert contenders(load_judge(), scores, 1.0) == [("affiliatedWith", ("p", "u"))]


def test_features_tell_what_stands_between_and_beside(seen: tuple[Context, Seen]) -> None:
    features = seen[1].features["p", "u"].all()
    assert "between>:of the" in features
    assert "kinds:Person>LaborUnion" in features
    assert "same:Person>Organization" in features
    assert not any(f.startswith("same:") for f in seen[1].features["p", "i"].all())


def test_a_decision_has_the_sentence_of_its_meeting_as_evidence(seen: tuple[Context, Seen]) -> None:
    one = replace(judge(affiliatedWith=3.0), weights={"between>:of the": (("affiliatedWith", 5.0),)})
    (candidate,) = decide(seen[0], seen[1], one)
    assert isinstance(candidate.value, Assertion)
    assert (candidate.value.subject, candidate.value.object) == ("p", "u")
    (anchor,) = candidate.value.grounds.evidence
    assert TEXT[anchor.span.start : anchor.span.end] == "Ana Ruiz of the Elm Federation spoke on Monday."
    assert candidate.value.grounds.rule == "learned"


def test_a_denied_meeting_gives_a_denied_statement(seen: tuple[Context, Seen]) -> None:
    one = replace(judge(participatesIn=3.0), weights={"kinds:LaborUnion>Initiative": (("participatesIn", 5.0),)})
    (candidate,) = decide(seen[0], seen[1], one)
    assert candidate.value.grounds.status in (Status.DENIED, Status.PLANNED)


def test_ends_that_never_meet_have_two_sentences_as_evidence(seen: tuple[Context, Seen]) -> None:
    one = replace(judge(participatesIn=3.0), weights={"kinds:Person>Initiative": (("participatesIn", 5.0),)})
    (candidate,) = decide(seen[0], seen[1], one)
    assert len(candidate.value.grounds.evidence) == 2


def test_what_a_frame_states_is_not_stated_again(seen: tuple[Context, Seen]) -> None:
    one = replace(judge(affiliatedWith=3.0), weights={"between>:of the": (("affiliatedWith", 5.0),)})
    known = replace(seen[1], rules={("affiliatedWith", ("p", "u")): 0.9})
    assert decide(seen[0], known, one) == []


def test_the_judge_does_not_make_a_fact_of_a_sentence_that_a_frame_reads_as_a_question(nlp: Language) -> None:
    text = "Does the Elm Federation belong to the Oak Union? The Elm Federation and the Oak Union met."
    context = context_of(nlp, text, u="LaborUnion: Elm Federation", v="LaborUnion: Oak Union")
    one = replace(judge(memberOf=3.0), weights={"between>:belong to the": (("memberOf", 6.0),)})
    found = find_relations(context, load_lexicon(), (), {}, judge=one)
    told = {a.grounds.status for a in found.assertions if a.predicate == "memberOf"}
    assert told == {Status.HYPOTHETICAL}


@pytest.mark.parametrize(("verb", "dated"), [("joined", False), ("ran", True)])
def test_the_date_of_joining_is_not_one_of_the_project(nlp: Language, verb: str, dated: bool) -> None:
    text = f"The Elm Federation {verb} Common Table in 2016."
    context = context_of(nlp, text, u="LaborUnion: Elm Federation", i=KINDS_OF_TABLE)
    one = replace(judge(startedOn=3.0), weights={"date-same": (("startedOn", 6.0),)})
    found = find_relations(context, load_lexicon(), (), {}, judge=one)
    assert any((a.subject, a.predicate) == ("i", "startedOn") for a in found.assertions) is dated


def test_the_shipped_weights_are_whole_and_sorted(root: Path) -> None:
    shipped = load_judge()
    assert len(shipped.relations) == 15
    assert set(shipped.relations) == set(shipped.rivals) == set(shipped.thresholds)
    width = 1 + 22 + 2 * len(shipped.relations) + 4
    assert {len(w) for w in shipped.rivals.values()} == {width}
    assert all(0 < t < 1 for t in shipped.thresholds.values())
    features = [line.split("\t")[0] for line in (root / "kg/extract/weights/pairs.tsv").read_text().splitlines()]
    assert features == sorted(set(features))
    assert len(features) > 1000
    assert shipped.network is not None
    assert shipped.network.outputs == RELATIONS
    assert shipped.network.first.shape == (len(shipped.network.rows), len(shipped.network.hidden))
    assert list(shipped.network.rows) == sorted(shipped.network.rows)


def test_the_network_and_the_linear_model_are_averaged(seen: tuple[Context, Seen]) -> None:
    features = {("p", "u"): ((), {"meet"})}
    alone = judge(affiliatedWith=3.0)
    assert first_stage(alone, features, KINDS)["affiliatedWith", ("p", "u")] == pytest.approx(1 / (1 + math.exp(-1)))
    second = Network(
        outputs=("affiliatedWith",),
        rows={"meet": 0},
        first=np.array([[4]], np.int8),
        first_unit=0.5,
        hidden=np.array([0], np.int32),
        second=np.array([[2]], np.int8),
        second_unit=0.5,
        biases=(-1.0,),
    )
    both = first_stage(replace(alone, network=second), features, KINDS)
    assert both["affiliatedWith", ("p", "u")] == pytest.approx(1 / (1 + math.exp(-(1.0 + 1.0) / 2)))


def test_who_has_members_is_told_to_the_second_stage() -> None:
    scores = {("memberOf", ("u", "v")): 0.8, ("represents", ("v", "d")): 0.4, ("represents", ("u", "d")): 0.4}
    rivals = rival_features(scores, ({}, {}), {}, ("memberOf", "represents"))
    assert rivals["represents", ("v", "d")][-3:] == (0.8, 0.0, 0.0)
    assert rivals["represents", ("u", "d")][-3:] == (0.0, 0.8, 0.0)


def test_malformed_weights_are_named(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text("\taffiliatedWith=much\n")
    with pytest.raises(AssetError, match="cannot be read"):
        load_judge(tmp_path)
    with pytest.raises(AssetError, match="cannot be read"):
        load_judge(tmp_path / "nowhere")


def test_weights_are_read_packed_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("plain\n", "utf-8")
    for name in ("a", "b"):
        (tmp_path / f"{name}.tsv.gz").write_bytes(gzip.compress("packed “ü”\n".encode()))
    assert [read_weights(tmp_path, f"{name}.tsv") for name in ("a", "b")] == ["plain\n", "packed “ü”\n"]
    (tmp_path / "b.tsv.gz").write_bytes(gzip.compress(b"packed\n" * 9)[:-12])
    with pytest.raises(ValueError, match="damaged"):
        read_weights(tmp_path, "b.tsv")
    with pytest.raises(FileNotFoundError):
        read_weights(tmp_path, "c.tsv")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Ana Ruiz is on the Elm Council.", Status.ASSERTED),
        ("Ana Ruiz, who isn't on the Elm Council, spoke.", Status.DENIED),
        ("Ana Ruiz was asked to join the Elm Council.", Status.PLANNED),
        ("Is Ana Ruiz on the Elm Council?", Status.HYPOTHETICAL),
    ],
)
def test_a_pair_has_the_status_of_what_stands_between_its_ends(nlp: Language, text: str, status: Status) -> None:
    context = context_of(nlp, text, p="Person: Ana Ruiz", c="Organization: Elm Council")
    seen = see(context, load_lexicon(), find_markers(load_lexicon()), ())
    found = judge_pairs(context, seen, judge(affiliatedWith=9.0), {("affiliatedWith", ("p", "c")): 0.9}, MARKERS)
    assert [c.value.grounds.status for c in found] == [status]


@pytest.mark.parametrize(
    ("passing", "status"),
    [
        ("Oak Middle has joined.", Status.ASSERTED),
        ("Oak Middle has not been admitted.", Status.DENIED),
        ("Oak Middle has applied but has not been admitted.", Status.DENIED),
        ("Oak Middle asked to wait.", Status.PLANNED),
        ("Oak Middle asked to wait. Oak Middle came. Oak Middle stayed.", Status.ASSERTED),
    ],
)
def test_an_end_named_in_passing_casts_its_shadow(nlp: Language, passing: str, status: Status) -> None:
    context = context_of(nlp, f"Common Table has four schools. {passing}", s="School: Oak Middle", i=KINDS_OF_TABLE)
    seen = see(context, load_lexicon(), find_markers(load_lexicon()), ())
    found = judge_pairs(context, seen, judge(participatesIn=9.0), {("participatesIn", ("s", "i")): 0.9}, MARKERS)
    assert [c.value.grounds.status for c in found] == [status]
