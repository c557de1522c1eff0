"""A table by the values of an attribute: each value against all others, tested where there are enough."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from coder.analysis.crosstab import (
    ALL_OTHERS,
    CENSUS,
    NOBODY,
    NOT_ASKED,
    TOO_FEW,
    Table,
    crosstab,
    crosstab_json,
    crosstab_rows,
)
from coder.analysis.tally import Cut, tally
from coder.behind import people_behind
from coder.domain.tally import Base
from coder.errors import CoderError, NotFoundError, RefusedError
from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_survey
from coder.store.counts import NO_VALUE, group_keys
from coder.store.project import Project, open_project
from tests.analysis.surveys import QUESTION, SITES, by_site
from tests.cli.commands import table

KNOWN = ("North", "South", "West")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with open_project(by_site(tmp_path_factory.mktemp("sites"))) as project:
        yield project


def only(project: Project, by: str = "site", *, test: bool = True, census: bool = False) -> Table:
    (found,) = crosstab(project, Cut(by=by, census=census), test=test).tables
    return found


def theme(table: Table, name: str) -> int:
    return table.codebook.find(name).id


def test_each_value_is_compared_with_all_other_known_ones_together(project: Project) -> None:
    found = only(project)
    kind = theme(found, "Kind")
    assert [g.value for g in found.groups] == [*KNOWN, NO_VALUE]
    for group in found.groups[:-1]:
        n, k = SITES[group.value]
        others = [SITES[other] for other in KNOWN if other != group.value]
        m, j = sum(b for b, _ in others), sum(c for _, c in others)
        contrast = group.contrasts[kind]
        assert group.against == ALL_OTHERS
        assert (contrast.other.participants, contrast.other.base) == (j, m), "those of no known site are not in it"
        assert contrast.difference == pytest.approx(k / n - j / m, abs=1e-12)
        expected = confint_proportions_2indep(k, n, j, m, compare="diff", method="newcomb", alpha=0.05)
        assert contrast.interval == pytest.approx(expected, abs=1e-9)
    assert found.groups[-1].against == "" and not found.groups[-1].contrasts
    assert found.groups[-1].counted.themes[0].participants == 6, "and yet they are counted"


def test_p_values_are_fishers_and_adjusted_over_all_tests_of_the_table(project: Project) -> None:
    found = only(project)
    contrasts = [c for g in found.groups for c in g.contrasts.values() if c.raw_p is not None]
    assert found.tests == len(contrasts) == 4, "two themes by the two sites with ten or more"
    for group in found.groups[:2]:
        for counted in group.counted.themes:
            c = group.contrasts[counted.theme_id]
            a, n, b, m = counted.participants, counted.base, c.other.participants, c.other.base
            assert c.raw_p == pytest.approx(fisher_exact([[a, n - a], [b, m - b]]).pvalue, abs=1e-9)
    adjusted = multipletests([c.raw_p for c in contrasts], method="holm")[1]
    assert [c.p for c in contrasts] == pytest.approx(list(adjusted), abs=1e-9)


def test_a_base_below_ten_is_not_tested_and_keeps_its_interval(project: Project) -> None:
    west = only(project).groups[2]
    for contrast in west.contrasts.values():
        assert (contrast.p, contrast.raw_p, contrast.reason) == (None, None, TOO_FEW)
        assert contrast.interval is not None


def test_nothing_is_tested_unasked_and_in_a_census_nothing_is_uncertain(project: Project) -> None:
    found = only(project, test=False)
    assert {c.reason for g in found.groups for c in g.contrasts.values()} == {NOT_ASKED} and found.tests == 0
    census = only(project, census=True)
    for group in census.groups:
        assert all(t.interval is None for t in group.counted.themes)
        for c in group.contrasts.values():
            assert (c.interval, c.p, c.reason, c.other.interval) == (None, None, CENSUS, None)
            assert c.difference is not None


def test_two_values_are_compared_with_each_other_once(tmp_path: Path) -> None:
    with open_project(by_site(tmp_path, ("North", "South", ""))) as project:
        found = only(project)
    north, south, rest = found.groups
    assert (north.against, south.against, rest.against) == ("South", "", "")
    assert north.contrasts[theme(found, "Kind")].difference == pytest.approx(12 / 20 - 3 / 15)
    assert not south.contrasts and found.tests == 2, "the same test is not done, and adjusted for, twice"


def test_a_single_value_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    with open_project(by_site(tmp_path, ("North", ""))) as project:
        assert {g.against for g in only(project).groups} == {""}


def test_a_value_that_nobody_in_the_base_has_is_no_side_of_a_comparison(tmp_path: Path) -> None:
    """Of three sites one was not asked this question: the two others are compared with each other."""
    header = ("participant_id", "question", "text", "site")
    asked = [(f"{s}{i}", QUESTION, f"words {i}", s) for s in ("North", "South") for i in range(3)]
    rows = [*asked, ("West0", "Another question?", "words", "West")]
    import_survey(table(tmp_path / "s.csv", header, *rows), tmp_path / "p.coder", SurveyRequest(), coder_name="Ana")
    from coder.session import open_session

    session = open_session(tmp_path / "p.coder", "Ana")
    session.create_theme("Kind")
    for question in session.questions:
        for response in session.queue(question.id):
            session.review(response)
    found, other = crosstab(session.project, Cut(by="site")).tables
    session.project.close()
    assert [(g.value, g.against, g.is_empty) for g in found.groups] == [
        ("North", "South", False),
        ("South", "", False),
        ("West", "", True),
    ]
    assert [(g.value, g.against, g.is_empty) for g in other.groups] == [
        ("North", "", True),
        ("South", "", True),
        ("West", "", False),
    ]


def test_bases_other_than_those_reviewed_are_counted_on(project: Project) -> None:
    (found,) = crosstab(project, Cut(by="site", base=Base.ANSWERED)).tables
    north = found.groups[0]
    assert north.counted.themes[0].base == 21 and north.contrasts[theme(found, "Kind")].other.base == 24


def test_by_a_theme_that_came_late_there_is_no_difference_and_the_reason_is_said(tmp_path: Path) -> None:
    from coder.session import open_session

    session = open_session(by_site(tmp_path), "Ana")
    session.create_theme("Late")
    late = session.codebook.find("Late").id
    session.assign(session.queue(session.questions[0].id)[0], late)
    (found,) = crosstab(session.project, Cut(by="site"), test=True).tables
    session.project.close()
    biased = found.groups[0].contrasts[late]
    assert (biased.difference, biased.interval, biased.p) == (None, None, None) and "came after" in biased.reason


def test_the_people_of_a_column_are_those_that_its_number_counts(project: Project) -> None:
    cut = Cut(by="site")
    (found,) = crosstab(project, cut).tables
    for group in found.groups:
        for counted in group.counted.themes:
            behind = people_behind(project, cut, found.question.id, [counted.theme_id], group.value)
            assert len(behind.people) == counted.participants


def test_a_choice_question_makes_groups_wherever_an_attribute_does(project: Project) -> None:
    found = only(project, "Role")
    assert [(g.value, g.against) for g in found.groups] == [("doctor", "nurse"), ("nurse", "")]
    assert sum(g.counted.chain.reviewed for g in found.groups) == 50
    with project.read() as connection:
        assert group_keys(connection) == ["site", "Role"]
    assert list(tally(project, Cut(by="Role")).questions[0].groups) == ["doctor", "nurse"]


def test_what_makes_no_groups_is_refused_with_what_does(project: Project) -> None:
    with pytest.raises(NotFoundError) as missing:
        crosstab(project, Cut(by="Town"))
    assert list(missing.value.problems) == ["site", "Role"]
    with pytest.raises(RefusedError, match="kind rating"):
        crosstab(project, Cut(by="Score"))
    with pytest.raises(CoderError, match="needs an attribute"):
        crosstab(project, Cut())


def test_of_a_choice_in_several_waves_one_must_be_named(tmp_path: Path) -> None:
    header = ("participant_id", "Role (start)", "Role (end)", QUESTION)
    rows = [("a", "nurse", "doctor", "words"), ("b", "nurse", "nurse", "more words")]
    options = PlanOptions(open=(QUESTION,), choice=("Role (start)", "Role (end)"))
    path = tmp_path / "p.coder"
    import_survey(table(tmp_path / "s.csv", header, *rows), path, SurveyRequest(options), coder_name="Ana")
    with open_project(path) as project:
        with pytest.raises(RefusedError, match="several waves") as several:
            crosstab(project, Cut(by="Role"))
        assert list(several.value.problems) == ["Role (start)", "Role (end)"]
        assert [g.value for g in only(project, "Role (end)").groups] == ["doctor", "nurse"]
        assert [g.value for g in only(project, "Role (start)").groups] == ["nurse"]
        with project.read() as connection:
            assert group_keys(connection) == ["Role (start)", "Role (end)"]


def test_json_and_rows_say_the_same(project: Project) -> None:
    found = crosstab(project, Cut(by="site"), test=True)
    said = crosstab_json(found)["questions"][0]
    header, rows = crosstab_rows(found)
    made = [dict(zip(header, row, strict=True)) for row in rows]
    flat = [(g, t) for g in said["groups"] for t in g["themes"]]
    assert len(made) == len(flat) == 8
    for row, (group, counted) in zip(made, flat, strict=True):
        assert (row["value"], row["theme"], row["percent"]) == (group["value"], counted["theme"], counted["percent"])
        difference = counted.get("difference", {})
        assert (row["points"], row["points_low"], row["p"]) == tuple(difference.get(k) for k in ("points", "low", "p"))
        assert row["against"] == group["against"]


def test_nobody_reviewed_gives_no_difference(tmp_path: Path) -> None:
    from coder.session import open_session

    header = ("participant_id", "question", "text", "site")
    rows = [(f"P{i}", QUESTION, f"words {i}", "NS"[i % 2]) for i in range(4)]
    import_survey(table(tmp_path / "s.csv", header, *rows), tmp_path / "p.coder", SurveyRequest(), coder_name="Ana")
    session = open_session(tmp_path / "p.coder", "Ana")
    session.create_theme("Kind")
    session.review(session.queue(session.questions[0].id)[0])
    session.review(session.queue(session.questions[0].id)[1])
    session.create_theme("Young")
    (found,) = crosstab(session.project, Cut(by="site"), test=True).tables
    session.project.close()
    young = found.groups[0].contrasts[theme(found, "Young")]
    assert (young.difference, young.p, young.reason) == (None, None, NOBODY)
