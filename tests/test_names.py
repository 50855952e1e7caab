"""Names and their kinds: candidates, heads, contexts, series, what names tell about each other, common nouns."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.extract.annotate import AnnotatedDocument, annotate
from kg.extract.candidates import find_candidates
from kg.extract.heads import head_of, kind_of_head
from kg.extract.mentions import Form
from kg.extract.namer import RULES_ONLY
from kg.extract.names import find_names, type_names
from kg.extract.titles import find_titles
from kg.extract.vocabulary import vocabulary
from kg.lexicon import load_lexicon
from tests.builders import document

WORDS = vocabulary(load_lexicon())


def read(text: str, nlp: Language) -> AnnotatedDocument:
    return annotate(document("text", text), nlp)


def names(text: str, nlp: Language) -> dict[str, str]:
    """Surface → kind of all mentions with a proper name."""
    annotated = read(text, nlp)
    found = find_names(annotated, load_lexicon(), RULES_ONLY)
    return {
        annotated.passages[m.passage].block.text[m.start : m.end]: m.kind for m in found if m.form is not Form.NOMINAL
    }


HEADS = [
    ("Larch Valley Union School District", "SchoolDistrict"),
    ("Larch Valley Unified", "SchoolDistrict"),
    ("Larch Valley Public Schools", "SchoolDistrict"),
    ("Lantern Charter Schools", "CharterNetwork"),
    ("Ana Brook Elementary", "School"),
    ("Larch Valley Teachers Association", "LaborUnion"),
    ("Oregon School Employees Association Chapter 12", "LaborUnion"),
    ("Oregon Association of School Superintendents", "Organization"),
    ("Alliance of Charter Employees", "LaborUnion"),
    ("Larch Valley Education Alliance", "SupportOrganization"),
    ("Institute for School Labor Relations", "SupportOrganization"),
    ("Board of Education", "GovernmentBody"),
    ("Larch Community Credit Union", "Organization"),
    ("Assembly of School Employees", "LaborUnion"),
    ("Taxpayers' Forum", "Organization"),
    ("Shared Table Program", "Initiative"),
    ("Spring Summit on Bargaining", "Event"),
    ("District Office", "Place"),
    ("Larch Valley Beacon-Tribune", "Organization"),
    ("Ysgol Gynradd Larch", "School"),
    ("Sindicato de Larch", "LaborUnion"),
    ("Larch Ysgol", None),
    ("Larch Valley", None),
]


@pytest.mark.parametrize(("name", "kind"), HEADS)
def test_the_head_noun_tells_the_kind(name: str, kind: str | None) -> None:
    assert kind_of_head(name, head_of(name, WORDS), WORDS) == kind


def test_heads_were_tried() -> None:
    assert len(HEADS) == 23


def test_numbers_of_heads_are_kept() -> None:
    assert head_of("Classroom Workers Local 302", WORDS).number == "302"


LISTED = ["Ana Stone", "Larch Valley School District", "Tom Brook"]
SAINTED = ["St. Ana's High School", "Governor's Office of Labor"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met Superintendent Ana Brook on Monday.", ["Ana Brook"]),
        ("It was led by the Center for Labor, Trust and Outcomes in town.", ["Center for Labor, Trust and Outcomes"]),
        ("It is run by the Office of People and Payroll here.", ["Office of People and Payroll"]),
        ("The Larch Foundation of Medford paid for it.", ["Larch Foundation", "Medford"]),
        ("The Retirement System of Oregon paid for it.", ["Retirement System of Oregon"]),
        ("Outside Larch Elementary it rained.", ["Larch Elementary"]),
        ("John E. Larch Elementary Mary Brook was there.", ["John E. Larch Elementary", "Mary Brook"]),
        ("She left Board of Education President Ana Brook a note.", ["Board of Education", "Ana Brook"]),
        ("They moved to Medford, Ore., in May.", ["Medford, Ore."]),
        ("See www.larch.org or write to Ana@Larch.org today.", []),
        ("In January the Larch Valley School District 12 closed.", ["Larch Valley School District 12"]),
        ("It was signed by Ana van der Brook and Omar al-Stone.", ["Ana van der Brook", "Omar al-Stone"]),
        ("She saw President Ana de la Stone there.", ["Ana de la Stone"]),
        ("It met at St. Ana's High School and in the Governor's Office of Labor.", SAINTED),
        ("They asked Brook, Stone & Larch for advice.", ["Brook, Stone & Larch"]),
        ("Members of XYZU 1021 rallied, and XYZU 120 members stayed.", ["XYZU 1021", "XYZU"]),
        ("The Mediation and Conciliation Service came.", ["Mediation and Conciliation Service"]),
        ("The Larch Teachers Association/XYZ met.", ["Larch Teachers Association", "XYZ"]),
        ("He went to the Academy of Science and Design.", ["Academy of Science and Design"]),
        ("Larch Valley School District\nSummary for all", ["Larch Valley School District", "Summary"]),
        ("Ana Stone, head, Larch\nValley School District\nTom Brook, clerk", LISTED),
        ("It rained; New Hampshire Larch Association paid.", ["New Hampshire Larch Association"]),
        ("Q. The Larch Foundation came?\n", ["Larch Foundation"]),
        ("They belong to Council 12 of the Larch Workers today.", ["Council 12 of the Larch Workers"]),
        ("He drives for Transport and Allied Workers now.", ["Transport and Allied Workers"]),
        ("It rained. Drivers' Guild of Larch was there.", ["Drivers' Guild of Larch"]),
        ("It rained. Parents for Better Buses was there.", ["Parents for Better Buses"]),
        ("It rained. Parents for once were there.", []),
        ("For the town: Ana Stone (Brook, Elm & Larch)", ["Ana Stone", "Brook, Elm & Larch"]),
        ("They joined the Parents' and Carers' League in May.", ["Parents' and Carers' League"]),
        ("It was bought at Quennell's Hardware last week.", ["Quennell's Hardware"]),
        ("It was Quennell's Tuesday.", ["Quennell"]),
        ("A group, Parents for a Quieter Larch, paid for it.", ["Parents for a Quieter Larch"]),
        ("She wrote to Larch Brotherhood 204 again.", ["Larch Brotherhood 204"]),
        ("She saw Larch Brotherhood 204 times.", ["Larch Brotherhood"]),
        ("He speaks for Larch Hospital Crafts, Local 7 there.", ["Larch Hospital Crafts, Local 7"]),
        ("The Chamber of Enterprise said so.", ["Chamber of Enterprise"]),
        ("She went to École primaire du Larch in May.", ["École primaire du Larch"]),
        ("He left Ysgol Gynradd Larch in May.", ["Ysgol Gynradd Larch"]),
        ("The Larch Workers' Federation Mr. Brook spoke of is small.", ["Larch Workers' Federation", "Brook"]),
        ("Smt. Zzyzx Brook spoke.", ["Zzyzx Brook"]),
        ("We saw Sir Ivor Larch High School there.", ["Sir Ivor Larch High School"]),
        ("It was put by Ana Brook KC and Tom Stone MP.", ["Ana Brook", "Tom Stone"]),
        ("It was paid by Larch Workers' Union (Oak Branch) then.", ["Larch Workers' Union (Oak Branch)"]),
        ("The XYZU Branch met.", ["XYZU"]),
        ("Larch Park School and Knob Junior High won.", ["Larch Park School", "Knob Junior High"]),
        ("He ate at St. Zzyzx's.", ["St. Zzyzx's"]),
        ("He ate at St. Zzyzx's. They left St. Zzyzx.", ["St. Zzyzx", "St. Zzyzx"]),
        ("By Tom Stone and Ana Brook\nStaff writers, The Larch Bugle", ["Tom Stone", "Ana Brook", "Larch Bugle"]),
        ("The Larch Association of Boards\nCompiled by Tom", ["Larch Association of Boards", "Compiled", "Tom"]),
        ("It wrote to Larch School Workers 31 twice.", ["Larch School Workers 31"]),
        ("It is old. Affiliate of the Larch Federation of Nurses.", ["Larch Federation of Nurses"]),
        ("Put on by the League of Larch Voters with the Knob Bugle.", ["Put", "League of Larch Voters", "Knob Bugle"]),
        ("It was paid for by Teachers Mutual Loans.", ["Teachers Mutual Loans"]),
        ("Convenor, Women Ku. Zzyzx Brook, Larch", ["Convenor", "Women", "Zzyzx Brook", "Larch"]),
        ("It rained. Seniors Ana Brook and Tom Stone won.", ["Ana Brook", "Tom Stone"]),
    ],
)
def test_candidates(text: str, expected: list[str], nlp: Language) -> None:
    assert [c.text for c in find_candidates(read(text, nlp), WORDS)] == expected


def test_last_names_first_down_a_list(nlp: Language) -> None:
    found = names("- Brook, Maria (LVTA), chair\n- Stone, Susan (LVTA)\n- Zzyzx, Hob; counselor\n", nlp)
    assert {"Brook, Maria", "Stone, Susan", "Zzyzx, Hob"} <= {n for n, kind in found.items() if kind == "Person"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They held “Learning to Lead Together” in May.", [("Learning to Lead Together", "title-quoted")]),
        ("They like Seat at the Table. He ran Seat at the Table.", [("Seat at the Table", "title-repeated")] * 2),
        ("We joined the Union of Teachers at Larch.", [("Union of Teachers at Larch", "title")]),
        ("They like Seat at the Table.", []),
        ("They met Ana Brook on Monday in Medford.", []),
    ],
)
def test_titles_go_on_over_small_words(text: str, expected: list[tuple[str, str]], nlp: Language) -> None:
    assert [(c.text, c.form) for c in find_titles(read(text, nlp), frozenset(), WORDS)] == expected


def test_a_series_takes_the_kind_of_its_head_and_goes_on(nlp: Language) -> None:
    found = names(
        "Larch, Brook and Gómez were the first schools in the project, followed by Virginia Stone and MLK. "
        "The project is run by the Larch Unified School District. Teachers in Larch like it.",
        nlp,
    )
    assert [found[n] for n in ("Brook", "Gómez", "Virginia Stone", "MLK")] == ["School"] * 4


def test_a_series_takes_the_kind_of_a_plural_cut_short(nlp: Language) -> None:
    found = names("She closed Larch Street and Zzyzx elementaries in May.", nlp)
    assert found["Larch Street"] == found["Zzyzx"] == "School"


def test_a_series_behind_a_plural_post_is_of_its_holders(nlp: Language) -> None:
    found = names("It rained, and Trustees Vang, Zzyzx and Mbaye agreed with her.", nlp)
    assert found["Vang"] == found["Zzyzx"] == found["Mbaye"] == "Person"


def test_persons_in_capitals(nlp: Language) -> None:
    found = names("Then it rained.\n\nANA QUENNELL, training\n\nMR. ZZYZX QUENNELL, research\n\nHe runs it too.", nlp)
    assert found["ANA QUENNELL"] == found["ZZYZX QUENNELL"] == "Person"
    assert "FAITH LETTER" not in names("FAITH LETTER, of May\n\nIt is long.", nlp)


def test_a_post_has_a_holder_and_a_subject(nlp: Language) -> None:
    found = names("Then member L. Zzyzx-Banks spoke. Chief Director: Labour Relations, Mr Tom Knob, came.", nlp)
    assert found["L. Zzyzx-Banks"] == "Person"
    assert found.get("Labour Relations") != "Person"
    assert names("It is done. Team: Zzyzx Larch, Tom Knob.", nlp)["Zzyzx Larch"] == "Person"


def test_places_by_their_names_and_streets(nlp: Language) -> None:
    assert names("She came from Nova Scotia in May.", nlp)["Nova Scotia"] == "Place"
    assert names("It is in the hall at 41 Tannery Street, Saint Ana.", nlp)["Saint Ana"] == "Place"


def test_who_takes_over_from_somebody_is_in_no_school(nlp: Language) -> None:
    text = "Ask Tom Brook, a custodian at the middle school who took over from Zzyzx Stone in May."
    assert names(text, nlp).get("Zzyzx Stone") != "School"


def test_one_string_may_name_a_district_here_and_a_school_there(nlp: Language) -> None:
    annotated = read(
        "The Larch Union School District met. Larch, Brook and Stone were the first schools in the project. "
        "Here in Larch they invite us.",
        nlp,
    )
    text = annotated.passages[0].block.text
    kinds = [m.kind for m in find_names(annotated, load_lexicon(), RULES_ONLY) if text[m.start : m.end] == "Larch"]
    assert kinds == ["School", "SchoolDistrict"]


def test_acronyms_take_the_kind_of_their_long_form(nlp: Language) -> None:
    found = names("LTA stands for Larch Teachers Association. Members of LTA voted.", nlp)
    assert found == {"LTA": "LaborUnion", "Larch Teachers Association": "LaborUnion"}


def test_headless_names_are_typed_by_what_stands_beside_them(nlp: Language) -> None:
    found = names(
        "A fourth district, Lebanon Hills, left. Hollis Wren, the district’s chief negotiator, said so. "
        "Mediator: Gaspar Noll. They met in Las Palmas. The Tansy program goes on.",
        nlp,
    )
    assert found["Lebanon Hills"] == "SchoolDistrict"
    assert found["Hollis Wren"] == "Person"
    assert found["Gaspar Noll"] == "Person"
    assert found["Las Palmas"] == "Place"
    assert found["Tansy"] == "Initiative"


def test_a_contract_does_not_make_its_owner_an_initiative(nlp: Language) -> None:
    assert names("Schools under the LTU contract are full. LTU members voted.", nlp)["LTU"] == "LaborUnion"


def test_headings_give_whole_names_only(nlp: Language) -> None:
    text = (
        "BENEFITS OF AN INDEPENDENT LANTERN CHARTER PUBLIC SCHOOLS\n\nClass Size\n\n"
        "We know that Lantern pays more. The teachers at Lantern say so. Every class size is small at Lantern.\n"
    )
    found = names(text, nlp)
    assert found["LANTERN CHARTER PUBLIC SCHOOLS"] == "CharterNetwork"
    assert "Class Size" not in found


def test_the_parent_of_a_chapter_is_mentioned_within_its_name(nlp: Language) -> None:
    found = names("She leads the Oregon School Employees Association Chapter 12 now.", nlp)
    assert found == {
        "Oregon School Employees Association Chapter 12": "LaborUnion",
        "Oregon School Employees Association": "LaborUnion",
    }


def test_sessions_of_a_programme(nlp: Language) -> None:
    text = "9:00 Registration\n\n10:15 Reading a Budget Together (Room 201)\n\n1:00 What Two Percent Buys\n"
    found = names(text, nlp)
    assert found == {"Reading a Budget Together": "Event", "What Two Percent Buys": "Event"}


def nominals(text: str, nlp: Language) -> list[tuple[str, str]]:
    annotated = read(text, nlp)
    return [
        (annotated.passages[m.passage].block.text[m.start : m.end], m.kind)
        for m in find_names(annotated, load_lexicon(), RULES_ONLY)
        if m.form is Form.NOMINAL
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They voted on a three-year agreement.", [("three-year agreement", "Initiative")]),
        ("They wrapped up the last reading training.", [("last reading training", "Event")]),
        ("Our February survey was anonymous.", [("February survey", "Event")]),
        ("There may be a strike in May.", [("strike", "Event")]),
        ("The school board met.", [("school board", "GovernmentBody")]),
        ("The Bureau of Mediation met. The school board left.", [("school board", "GovernmentBody")]),
        ("The Larch Board of Trustees met. The school board left.", []),
        ("He told the board a joke.", [("board", "GovernmentBody")]),
        ("There is no contract and any deal would do.", []),
        ("A meeting was held.", []),
        ("Per our charter authorization agreement, they may.", []),
    ],
)
def test_common_nouns_that_single_something_out(text: str, expected: list[tuple[str, str]], nlp: Language) -> None:
    assert nominals(text, nlp) == expected


def test_given_names_are_data() -> None:
    assert WORDS.given["Keiko"] == "f"
    assert WORDS.given["George"] == "m"
    assert "Virginia" in WORDS.weak
    assert len(WORDS.given) > 5000


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("Larch Valley\tLarch Teachers League\t4.1", "LaborUnion", "Larch Teachers League"),
        ("LARCH BUS DRIVERS' UNION, LOCAL 9", "LaborUnion", "LARCH BUS DRIVERS' UNION, LOCAL 9"),
        ("BOARD OF TRUSTEES, LARCH CITY SCHOOL DISTRICT NO. 6", "SchoolDistrict", "LARCH CITY SCHOOL DISTRICT NO. 6"),
        ("LARCH UNIFIED SCHOOL DISTRICT and", "SchoolDistrict", "LARCH UNIFIED SCHOOL DISTRICT"),
        ("Weekly bulletin of the Larch Educators Alliance", "LaborUnion", "Larch Educators Alliance"),
        ("The Department of Labour and Staff Relations.", "GovernmentBody", "Department of Labour and Staff Relations"),
        ("He left the Union of Teachers and Aides.", "LaborUnion", "Union of Teachers and Aides"),
        ("It asked the Foundation of Western Ohio.", "SupportOrganization", "Foundation of Western Ohio"),
        ("Smith's Knob High School met Elm. Smith's Knob High School won.", "School", "Smith's Knob High School"),
    ],
)  # fmt: skip
def test_where_names_end(text: str, kind: str, name: str, nlp: Language) -> None:
    assert names(text, nlp).get(name) == kind


def test_an_owner_with_a_life_of_its_own_is_no_part_of_a_name(nlp: Language) -> None:
    assert "Larch's Elm High School" not in names(
        "Larch's Elm High School met. Larch's Elm High School won in Larch.", nlp
    )


def test_the_first_line_of_a_programme_names_its_event(nlp: Language) -> None:
    text = "SIDE BY SIDE 2019\nJune 3, 2019 * Larch Hall\n\nHosted by the Larch Center for Work\n\nIt begins at nine.\n"
    assert names(text, nlp)["SIDE BY SIDE 2019"] == "Event"
    assert "SIDE BY SIDE 2019" not in names(text.replace("Hosted by", "It reached"), nlp)
    assert names("12th Convention of the Larch Guild\n\nIt met.", nlp)["12th Convention of the Larch Guild"] == "Event"


def persons(text: str, nlp: Language) -> set[str]:
    return {name for name, kind in names(text, nlp).items() if kind == "Person"}


PERSONS = [
    (
        "Members\nTaulava, Keiko\nOlawale, Tunde\nDe La Vega, Ana",
        {"Taulava, Keiko", "Olawale, Tunde", "De La Vega, Ana"},
    ),
    ("OLAWALE, Tunde — President", {"OLAWALE, Tunde"}),
    ("Olawale, Tunde, superintendent, spoke.", {"Olawale, Tunde"}),
    (
        "Tunde Olawale     President     Larch Guild\nMele Taulava      Clerk     Larch City",
        {"Tunde Olawale", "Mele Taulava"},
    ),
    ("Tunde Olawale: President\nMele Taulava: Clerk", {"Tunde Olawale", "Mele Taulava"}),
    (
        "Members present: Holdern, Oake-Lutz, Schwenn. Absent: Dora Petrak.",
        {"Holdern", "Oake-Lutz", "Schwenn", "Dora Petrak"},
    ),
    ("Moved by Holdern, seconded by Schwenn.", {"Holdern", "Schwenn"}),
    ("Then Trustee Okafor abstained.", {"Okafor"}),
    ("The author is Tunde Olawale of Elm.", {"Tunde Olawale"}),
    ("The award went to Mele Taulava, who teaches art.", {"Mele Taulava"}),
    ("B. Taulava, president\nT. Olawale, clerk", {"B. Taulava", "T. Olawale"}),
    ("On Monday Jan van der Berg spoke.", {"Jan van der Berg"}),
    ("Then Dr. Maria José de la Cruz Ortega spoke.", {"Maria José de la Cruz Ortega"}),
    ("Then Xiu Li Wang spoke.", {"Xiu Li Wang"}),
    ("Mele Taulava\nPresident of the guild", {"Mele Taulava"}),
    ("MELE TAULAVA\nSuperintendent", {"MELE TAULAVA"}),
    ("Superintendent | Tunde Olawale\nClerk | Mele Taulava", {"Tunde Olawale", "Mele Taulava"}),
    ("| Tunde Olawale | Clerk | Elm |\n| Mele Taulava | President | Elm |", {"Tunde Olawale", "Mele Taulava"}),
    ("Tunde Olawale - Superintendent", {"Tunde Olawale"}),
    ("Tunde Olawale is superintendent of the district.", {"Tunde Olawale"}),
    ("MS. OLAWALE (Superintendent): We agree.\nTAULAVA (president): So do we.", {"OLAWALE", "TAULAVA"}),
    ("Mele Taulava (she/her) spoke.", {"Mele Taulava"}),
    ("Media contact: Mele Taulava", {"Mele Taulava"}),
    ("Local 12's research officer, Quilla Adebar, agreed.", {"Quilla Adebar"}),
    ("A mediator, Oyelaran Quist, came in March.", {"Oyelaran Quist"}),
]


@pytest.mark.parametrize(("text", "expected"), PERSONS)
def test_persons_by_the_form_of_lists_and_what_stands_beside_them(text: str, expected: set[str], nlp: Language) -> None:
    assert persons(text, nlp) == expected


def test_the_suite_of_persons_is_complete() -> None:
    assert len(PERSONS) == 25


@pytest.mark.parametrize(
    "text",
    [
        "Logan, Utah\nCheyenne, Wyoming\nDuluth, Saturday",
        "The Educator Supply and Demand report came.",
        "Our Teachers Together plan goes on.",
        "V. Answer to an objection\nVI. Conclusion",
        "Present: Larch Guild, Elm School District, LGE.",
    ],
)
def test_what_only_looks_like_a_list_of_persons(text: str, nlp: Language) -> None:
    assert persons(text, nlp) == set()


def test_a_name_does_not_go_on_into_the_next_cell(nlp: Language) -> None:
    assert "Larch Guild" not in names("Mele Taulava President Elm Guild", nlp)
    found = names("Tunde Olawale     President     Larch Teachers Guild", nlp)
    assert found == {"Tunde Olawale": "Person", "Larch Teachers Guild": "LaborUnion"}


def test_a_common_noun_refers_to_a_body_by_its_head_only(nlp: Language) -> None:
    text = "The Larch Survey Laboratory did it. The survey took a week. All liked the survey."
    assert ("survey", "Event") in nominals(text, nlp)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("LARCH RIM UNIFIED SCHOOL DISTRICT NO. 27", "SchoolDistrict"),
        ("Supervisory Union 71", "SchoolDistrict"),
        ("Teamsters Lodge 611", "LaborUnion"),
        ("Larch School Workers' Syndicate", "LaborUnion"),
        ("NEA-Larch", "LaborUnion"),
        ("PS 118", "School"),
        ("Bay of Islands Academy", "School"),
        ("Larch Valley Courant", "Organization"),
        ("Larch Survey Collective", "Organization"),
        ("Larch Superintendents' Round Table", "Organization"),
        ("Larch Teacher Project", "Initiative"),
        ("Larch Business Roundtable", "Organization"),
        ("Larch Labor-Management Roundtable", "Initiative"),
        ("Ana Larch Medal", "Initiative"),
        ("Larch Teachers' Lodge", "LaborUnion"),
        ("Amalgamated Oar 31", "LaborUnion"),
        ("Larch Confederation of Nurses", "LaborUnion"),
        ("Prifysgol y Larch", "Organization"),
        ("Zzyzx & Larch", "Organization"),
        ("Larch Wheels Ltd", "Organization"),
        ("Larch Parents for Better Buses", "Organization"),
        ("Larch Educators Together", "LaborUnion"),
        ("Larch Parents Together", "Organization"),
    ],
)
def test_names_of_many_forms(name: str, kind: str, nlp: Language) -> None:
    assert names(f"On Tuesday the mayor met {name} again.", nlp).get(name) == kind


NO_PERSONS = [
    ("Drivers are employed by Zzyzx Larchway for now.", "Zzyzx Larchway"),
    ('"It rains," says Zzyzx Larchway principal Ana Stone.', "Zzyzx Larchway"),
    ("There Zzyzx Larchway put its name down.", "Zzyzx Larchway"),
    ("Zzyzx Larchway is not a member at present.", "Zzyzx Larchway"),
    ("They came (Zzyzx Larchway, Oak Teachers' Guild) in May.", "Zzyzx Larchway"),
    ("It came from Zzyzx Larchway, as they say in the Larchway.", "Zzyzx Larchway"),
    ("The League, which has 9 members, picked four of them: Zzyzx Knob and Larch Knob.", "Larch Knob"),
]


@pytest.mark.parametrize(("text", "name"), NO_PERSONS)
def test_what_bodies_do_makes_nobody_a_person(text: str, name: str, nlp: Language) -> None:
    found, _ = type_names(read(text, nlp), WORDS, frozenset())
    assert found[name].kind != "Person" or found[name].rule == "label"


def test_the_suite_of_bodies_is_complete() -> None:
    assert len(NO_PERSONS) == 7
