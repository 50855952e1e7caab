"""The learned namer: its scores, when it overrules the rules, and what it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from kg.errors import AssetError
from kg.extract.annotate import AnnotatedDocument, annotate
from kg.extract.lines import lower_words
from kg.extract.mentions import Form
from kg.extract.namer import RULES_ONLY, Namer, Weights, likeliest, load_namer, probabilities
from kg.extract.names import find_names, profiles, type_names
from kg.extract.nominal_profiles import nominal_profiles
from kg.extract.nominals import find_nominals
from kg.extract.profiles import NOTHING
from kg.extract.vocabulary import vocabulary
from kg.lexicon import load_lexicon
from tests.builders import document

LEXICON = load_lexicon()
KINDS = ("-", "Event", "Initiative", "Person")


def weights(**features: dict[str, float]) -> Weights:
    """Weights with equal biases; `before_x` stands for the feature "before=x"."""
    named = {f.replace("_", "=", 1): tuple(sorted(own.items())) for f, own in features.items()}
    return Weights(dict.fromkeys(KINDS, 0.0), named)


def read(text: str, nlp: Language) -> AnnotatedDocument:
    return annotate(document("text", text), nlp)


def found(text: str, nlp: Language, namer: Namer) -> dict[str, str]:
    annotated = read(text, nlp)
    return {
        annotated.passages[m.passage].block.text[m.start : m.end]: m.kind for m in find_names(annotated, LEXICON, namer)
    }


@given(st.dictionaries(st.sampled_from(KINDS), st.floats(-50, 50), min_size=1))
def test_probabilities_sum_to_one(biases: dict[str, float]) -> None:
    assert sum(probabilities(Weights(biases), ()).values()) == pytest.approx(1, abs=1e-4)


def test_features_add_up_and_equals_go_by_the_alphabet() -> None:
    one = weights(before_joined={"Initiative": 2.0}, behind_program={"Initiative": 1.0, "Person": 3.0})
    assert likeliest(probabilities(one, ["before=joined"])) == "Initiative"
    assert likeliest(probabilities(one, ["before=joined", "behind=program"])) == "Initiative"
    scores = probabilities(one, ["before=joined", "behind=program"])
    assert scores["Initiative"] == scores["Person"]
    assert likeliest(probabilities(one, ["unheard-of"])) == "-"


def test_a_namer_that_knows_nothing_leaves_the_rules_alone(nlp: Language) -> None:
    assert probabilities(Weights(), ["before=joined"]) == {}
    text = "Ana Brook said that the Larch Valley Teachers Association joined Second Look."
    assert found(text, nlp, RULES_ONLY) == found(text, nlp, Namer(weights(), weights()))


def test_a_sure_namer_types_what_the_rules_do_not(nlp: Language) -> None:
    text = "The Larch Valley Teachers Association joined Common Zest in May."
    namer = Namer(weights(before_joined={"Initiative": 6.0}), Weights())
    assert found(text, nlp, RULES_ONLY).get("Common Zest") != "Initiative"
    assert found(text, nlp, namer) == {
        "Larch Valley Teachers Association": "LaborUnion",
        "Common Zest": "Initiative",
    }


def test_a_namer_drops_a_name_by_a_margin_only(nlp: Language) -> None:
    text = "They met at Larch Valley Elementary."
    for weight, kept in ((0.5, True), (6.0, False)):
        sure = weights(before_at={"-": weight}, kind_School={"Event": 0.0})
        assert ("Larch Valley Elementary" in found(text, nlp, Namer(sure, Weights()))) is kept


def test_a_namer_takes_phrases_that_the_rules_do_not(nlp: Language) -> None:
    text = "Mediation began in March. The mediation ended in May."
    assert found(text, nlp, RULES_ONLY) == {}
    namer = Namer(Weights(), weights(head_mediation={"Event": 4.0}))
    assert found(text, nlp, namer) == {"Mediation": "Event", "mediation": "Event"}


def test_an_accepted_title_swallows_its_parts(nlp: Language) -> None:
    text = "They like Seat at the Table. He ran Seat at the Table."
    namer = Namer(weights(**{"grammar_title-repeated": {"Initiative": 6.0}}), Weights())
    assert found(text, nlp, namer) == {"Seat at the Table": "Initiative"}


def test_profiles_show_verdict_form_place_and_context(nlp: Language) -> None:
    annotated = read("Our staff joined Second Look in May. She left Second Look and the Look.", nlp)
    words, lower = vocabulary(LEXICON), lower_words(annotated)
    names, series = type_names(annotated, words, lower)
    shown = profiles(annotated, names, series, lower, words)["Second Look"]
    expected = {"words=2", "count=2", "before=joined", "before=left", "behind=in", "initial=none", "last=look"}
    assert expected <= shown
    assert any(f.startswith("kind=") for f in shown)


def test_the_shipped_namer_keeps_plain_names(nlp: Language) -> None:
    text = "Ana Brook, president of the Larch Valley Teachers Association, spoke at Larch Valley Elementary School."
    kinds = found(text, nlp, load_namer())
    assert kinds["Ana Brook"] == "Person"
    assert kinds["Larch Valley Teachers Association"] == "LaborUnion"
    assert kinds["Larch Valley Elementary School"] == "School"


def test_phrases_are_nominal_mentions(nlp: Language) -> None:
    annotated = read("Mediation began in March.", nlp)
    namer = Namer(Weights(), weights(head_mediation={"Event": 4.0}))
    assert [m.form for m in find_names(annotated, LEXICON, namer)] == [Form.NOMINAL]


@pytest.mark.parametrize(("weight", "forms"), [(1.5, [Form.NOMINAL]), (0.5, [])])
def test_half_is_enough_for_a_phrase_that_rules_leave_alone(nlp: Language, weight: float, forms: list[Form]) -> None:
    annotated = read("Mediation began in March.", nlp)
    biases = {NOTHING: 1.0, "Event": -0.5, "Initiative": -9.0}
    namer = Namer(Weights(), Weights(biases, {"head=mediation": (("Event", weight),)}))
    assert [m.form for m in find_names(annotated, LEXICON, namer)] == forms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The project began in May. It grew.", {"project": "Initiative"}),
        ("The Larch Initiative met in May. The project began in June.", {"Larch Initiative": "Initiative"}),
        (
            "The Larch Initiative met in May. The garden project began in June.",
            {"Larch Initiative": "Initiative", "garden project": "Initiative"},
        ),
    ],
)
def test_a_bare_project_beside_one_that_has_a_name_is_no_other(
    nlp: Language, text: str, expected: dict[str, str]
) -> None:
    biases = {NOTHING: 1.0, "Event": -9.0, "Initiative": 0.0}
    namer = Namer(Weights(), Weights(biases, {"head=project": (("Initiative", 1.1),)}))
    assert found(text, nlp, namer) == expected


def test_profiles_of_phrases_tell_of_the_noun_its_date_and_what_hangs_on_it(nlp: Language) -> None:
    annotated = read("Oct. 19: The workshops on grievances will begin on Monday, March 4.", nlp)
    words = vocabulary(LEXICON)
    groups = find_nominals(annotated, [], words)
    shown = next(s for s in nominal_profiles(annotated, [], groups, words) if "noun=workshop" in s)
    assert {"noun=workshop", "noun=workshop|dated=True", "when=opens", "child=prep on"} <= shown
    assert "when=after" in shown


def test_weights_are_read_as_written(tmp_path: Path) -> None:
    (tmp_path / "names.tsv").write_text("\t-=0.5\tPerson=-0.5\nbefore==\tPerson=2\n")
    (tmp_path / "nominals.tsv").write_text("")
    namer = load_namer(tmp_path)
    assert namer.names == Weights({"-": 0.5, "Person": -0.5}, {"before==": (("Person", 2.0),)})
    assert namer.nominals == Weights()


@pytest.mark.parametrize("line", ["before=a\tPerson=much", "before=a\tPerson"])
def test_malformed_weights_are_told(line: str, tmp_path: Path) -> None:
    (tmp_path / "names.tsv").write_text(line)
    with pytest.raises(AssetError, match="cannot be read"):
        load_namer(tmp_path)


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="cannot be read"):
        load_namer(tmp_path)
