"""Choices against counts made by hand: bases, options in the survey's order, and what people wrote."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from coder.analysis.choices import ChoiceCut, Choices, choice_rows, choices, choices_json, merged
from coder.domain.people import People
from coder.errors import NotFoundError
from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_survey
from coder.store import counts
from coder.store.project import Project, open_project
from tests.projects import small_project

HEADER = ("id", "site", "Role?", "Used?", "How? [Bus]", "How? [Car]", "How? [Other]", "Why?")
ROWS = [
    ("A", "North", "Engineer", "Talks; Food", "Yes", "", "", "because"),
    ("B", "North", "Student", "Talks; Desk; Food", "", "Yes", "by boat", "the people"),
    ("C", "South", "Engineer", "Food", "Yes", "Yes", "", "x"),
    ("D", "South", "", "n/a", "", "", "", "y"),
    ("E", "", "=cmd()", "Mentors; Talks", "", "", "on foot\nmostly", "z"),
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    source, path = tmp_path / "survey.csv", tmp_path / "p.coder"
    with source.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    options = PlanOptions(id="id", open=["Why?"], choice=["Role?"], multi=["Used?", *HEADER[4:7]], attribute=["site"])
    import_survey(source, path, SurveyRequest(options), coder_name="Ana")
    return open_project(path)


def names(project: Project, people: People) -> str:
    with project.read() as connection:
        return "".join(counts.participant_names(connection, people).values())


def of(project: Project, key: str, cut: ChoiceCut | None = None) -> Choices:
    (found,) = (one for one in choices(project, cut or ChoiceCut()) if one.question.key == key)
    return found


def test_each_option_has_its_people_of_all_who_chose_anything(project: Project) -> None:
    role = of(project, "Role?")
    assert [(o.name, names(project, o.people)) for o in role.options] == [
        ("Engineer", "AC"),
        ("Student", "B"),
        ("=cmd()", "E"),
    ]
    assert (role.base, role.everyone, names(project, role.several)) == (4, 5, "")
    figure = role.options[0].figure
    assert (figure.participants, figure.base) == (2, 4)
    assert figure.interval == pytest.approx(proportion_confint(2, 4, method="wilson"), abs=1e-9)


def test_who_chose_several_is_in_each_and_once_in_the_base(project: Project) -> None:
    used = of(project, "Used?")
    assert [(o.name, names(project, o.people)) for o in used.options] == [
        ("Mentors", "E"),
        ("Talks", "ABE"),
        ("Desk", "B"),
        ("Food", "ABC"),
    ]
    assert (used.base, names(project, used.several), used.chosen) == (4, "ABE", 8)
    assert sum(o.figure.share or 0 for o in used.options) == 2


def test_what_people_wrote_beside_an_option_is_kept(project: Project) -> None:
    how = of(project, "How?")
    assert [(o.name, names(project, o.people)) for o in how.options] == [("Bus", "AC"), ("Car", "BC"), ("Other", "BE")]
    assert [list(o.written.values()) for o in how.options] == [[], [], ["by boat", "on foot\nmostly"]]


def test_the_most_chosen_come_first_where_that_is_asked_for(project: Project) -> None:
    used = of(project, "Used?", ChoiceCut(most_first=True))
    assert [o.figure.participants for o in used.options] == [3, 3, 1, 1]
    assert [o.name for o in used.options] == ["Talks", "Food", "Mentors", "Desk"]


def test_groups_have_bases_of_their_own_and_a_census_no_intervals(project: Project) -> None:
    used = of(project, "Used?", ChoiceCut(by="site", census=True))
    assert used.groups == {"North": 2, "South": 1, counts.NO_VALUE: 1}
    assert [(f.participants, f.base) for f in used.options[1].groups.values()] == [(2, 2), (0, 1), (1, 1)]
    assert all(f.interval is None for o in used.options for f in (o.figure, *o.groups.values()))
    with pytest.raises(NotFoundError, match="no attribute"):
        choices(project, ChoiceCut(by="town"))
    with pytest.raises(NotFoundError):
        choices(project, ChoiceCut("Why?"))


def test_the_tables_have_a_row_for_each_option(project: Project) -> None:
    cut = ChoiceCut("Used?", by="site")
    found = choices(project, cut)
    header, rows = choice_rows(found, cut)
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    assert len(lines) == 4 * 3
    assert (lines[3]["option"], lines[3]["percent"]) == ("Talks", 100)
    (tree,) = choices_json(found, cut)["questions"]
    assert tree["base"] == {"all": 5, "answered": 4}
    assert (tree["kind"], tree["several"]) == ("multi", 3)
    assert tree["options"][1]["groups"][1]["participants"] == 0


@given(st.lists(st.lists(st.sampled_from("ABCDEFG"), unique=True).map(sorted)))
def test_the_orders_of_a_survey_make_one_that_has_every_option_once(orders: list[list[str]]) -> None:
    found = merged(orders)
    assert sorted(found) == sorted({option for chosen in orders for option in chosen})
    if orders:
        assert [option for option in found if option in orders[0]] == orders[0]


def test_the_sample_has_its_options_in_the_order_of_the_survey(tmp_path: Path) -> None:
    with open_project(small_project(tmp_path / "s.coder")) as project:
        used = of(project, "Which parts of the programme did you use?")
    assert [o.name for o in used.options] == [
        "Lectures",
        "Pair programming",
        "Teaching assistants",
        "Reading group",
        "Capstone week",
        "Evening talks",
    ]
