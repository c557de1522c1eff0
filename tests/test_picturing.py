"""Figures say what the counts say."""

from dataclasses import replace
from pathlib import Path

import pytest

from coder import charts
from coder.analysis import ratings
from coder.analysis.choices import ChoiceCut, choices
from coder.analysis.tally import Cut, tally
from coder.analysis.together import co_occurrence
from coder.analysis.waves import compare
from coder.charts import ChangePlot, GroupedBars, HeatMap
from coder.domain import wording
from coder.domain.tally import Base
from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_survey
from coder.picturing import (
    choice_bars,
    choices_by_group,
    group_bars,
    pictures,
    rating_beside_themes,
    rating_change,
    rating_distribution,
    theme_bars,
    theme_changes,
    themes_together,
)
from coder.session import open_session
from coder.store.project import Project, open_project
from tests.analysis.surveys import two_waves
from tests.cli.commands import table
from tests.projects import small_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return open_project(small_project(tmp_path_factory.mktemp("figures") / "small.coder"))


def test_bars_have_every_theme_with_its_count_the_most_mentioned_first(project: Project) -> None:
    for asked in tally(project, Cut()).questions:
        bars = theme_bars(asked)
        counted = {asked.codebook.by_id[t.theme_id].name: t for t in asked.counted.themes}
        assert {bar.label: bar.figure for bar in bars.bars} == counted
        assert asked.question.prompt in bars.title
        assert bars.subtitle == wording.chain_line(asked.counted.chain)
        tops = [bar.figure.participants for bar in bars.bars if bar.depth == 0]
        assert tops == sorted(tops, reverse=True)
        assert bars.bars[0].depth == 0
        assert [b.label for b in theme_bars(asked, most_first=False).bars] == list(counted)


def test_the_scale_names_the_base(project: Project) -> None:
    (asked, *_) = tally(project, Cut(base=Base.ASKED)).questions
    assert theme_bars(asked, Base.ASKED).axis == "Percent of those asked; lines: 95 % Wilson intervals"


def test_a_figure_has_the_numbers_of_the_tally(project: Project, tmp_path: Path) -> None:
    (asked, *_) = tally(project, Cut()).questions
    svg = charts.svg(theme_bars(asked))
    for theme in asked.counted.themes:
        assert f">{wording.percent(theme)}</text>" in svg
        assert asked.codebook.by_id[theme.theme_id].name in charts.alternative(theme_bars(asked))


def test_two_of_few_groups_are_bars_and_many_a_heat_map(project: Project) -> None:
    cut = Cut(by="background")
    (asked, *_) = tally(project, cut).questions
    spec = group_bars(asked, cut)
    assert isinstance(spec, GroupedBars)
    assert spec.groups == tuple(asked.groups)
    for row in spec.rows:
        (theme,) = (t for t in asked.codebook.themes if t.name == row.label)
        assert row.figures == tuple(
            next(t for t in group.themes if t.theme_id == theme.id) for group in asked.groups.values()
        )
    many = replace(asked, groups={f"{name} {at}": g for at in range(7) for name, g in asked.groups.items()})
    heat = group_bars(many, cut)
    assert isinstance(heat, HeatMap)
    assert len(heat.columns) == 7 * len(spec.groups)
    assert [row[: len(spec.groups)] for row in heat.cells] == [row.figures for row in spec.rows]
    assert heat.columns[0] == f"{spec.groups[0]} 0 (n\u00a0=\u00a0{asked.groups[spec.groups[0]].chain.reviewed})"


def test_a_group_with_nobody_in_the_base_is_named_and_has_no_bars(project: Project) -> None:
    cut = Cut(by="background")
    (asked, *_) = tally(project, cut).questions
    (first, *others) = asked.groups
    nobody = replace(asked.groups[first], themes=tuple(replace(t, base=0) for t in asked.groups[first].themes))
    spec = group_bars(replace(asked, groups={**asked.groups, first: nobody}), cut)
    assert isinstance(spec, GroupedBars)
    assert spec.groups == tuple(others) and all(len(row.figures) == len(others) for row in spec.rows)
    assert wording.nobody_with("background", [first]) in spec.notes


@pytest.mark.parametrize("header", ["Sure? (1-7) [{}]", "Sure? (1-7) ({})", "Sure - {}", "How sure are you {}?"])
def test_a_title_says_the_wave_once(header: str, tmp_path: Path) -> None:
    waves = ("before", "after")
    rows = [(f"P{i}", i, 8 - i, f"answer {i}") for i in range(1, 8)]
    survey = table(tmp_path / "s.csv", ["id", *(header.format(w) for w in waves), "Why?"], *rows)
    import_survey(survey, tmp_path / "p.coder", SurveyRequest(PlanOptions(open=("Why?",))), coder_name="Ana")
    with open_project(tmp_path / "p.coder") as waved:
        rated = ratings.ratings(waved)
    assert [rating_distribution(rating).title for rating in rated] == [header.format(w) for w in waves]


def test_themes_together_are_the_most_mentioned_ones_each_pair_once_and_none_with_what_is_above_it(
    project: Project,
) -> None:
    cut = Cut()
    (asked, *_) = tally(project, cut).questions
    found = co_occurrence(project, cut, asked.question.id)
    spec = themes_together(found, cut)
    assert spec is not None and spec.triangle
    themes = {theme.name: theme for _, theme in found.rows}
    counts = [found.figure(themes[n].id, themes[n].id).participants for n in spec.rows]
    assert counts == sorted(counts, reverse=True) and all(counts)
    for at, (name, row) in enumerate(zip(spec.rows, spec.cells, strict=True)):
        for column, figure in enumerate(row):
            one, other = themes[name], themes[spec.columns[column]]
            above = {one.id, other.id} & {one.parent_id, other.parent_id}
            if column > at or above:
                assert figure is None
            else:
                assert figure == found.figure(one.id, other.id)


def test_waves_stand_side_by_side_and_changes_are_of_those_in_both(tmp_path: Path) -> None:
    with open_project(two_waves(tmp_path)) as waved:
        drawn = {picture.shows: picture for picture in pictures(waved, Cut())}
        (change,) = compare(waved, Cut())
        first, second = tally(waved, Cut()).questions
    assert {"themes", "themes together", "themes by wave", "themes start to end"} == drawn.keys()
    beside = drawn["themes by wave"].spec
    assert isinstance(beside, GroupedBars) and beside.groups == ("start", "end")
    assert {row.label: row.figures for row in beside.rows} == {
        first.codebook.by_id[a.theme_id].name: (a, b)
        for a, b in zip(first.counted.themes, second.counted.themes, strict=True)
    }
    spec = drawn["themes start to end"].spec
    assert isinstance(spec, ChangePlot) and (spec.before, spec.after) == ("start", "end")
    kind, calm = spec.rows
    assert (kind.label, kind.base, kind.note) == ("Kind", 33, "gained 9, lost 2")
    assert (kind.before, kind.after) == (9 / 33, 16 / 33)
    assert (kind.difference, kind.interval) == (change.themes[0].difference, change.themes[0].interval)
    assert calm.difference == 0
    assert "Kind: start 27 %, end 48 %, difference +21 [" in charts.alternative(spec)


def test_a_theme_without_a_share_in_a_wave_says_why(tmp_path: Path) -> None:
    path = two_waves(tmp_path)
    with open_session(path, "Ana").project as waved:
        (change,) = compare(waved, Cut())
        nobody = replace(change.themes[0], difference=None, interval=None, reason="nobody is reviewed in both waves")
        (row,) = theme_changes(replace(change, themes=(nobody,))).rows
    assert (row.before, row.after, row.note) == (None, None, "nobody is reviewed in both waves")


def test_figures_of_a_census_have_no_intervals(project: Project) -> None:
    for picture in pictures(project, Cut(by="background", census=True)):
        assert "interval" not in charts.alternative(picture.spec)
        assert "[" not in charts.alternative(picture.spec)


def test_ratings_show_all_values_and_the_mean_of_the_analysis(project: Project) -> None:
    found = [rating for rating in ratings.ratings(project) if rating.question is not None]
    assert found
    for rating in found:
        spec = rating_distribution(rating)
        assert [value.participants for value in spec.values] == [bar.participants for bar in rating.bars]
        assert spec.base == rating.summary.n
        assert (spec.mean, spec.interval, spec.median) == (
            rating.summary.mean,
            rating.summary.mean_interval,
            rating.summary.median,
        )
        assert spec.title.count(f"({rating.wave})") == bool(rating.wave)
        assert spec.subtitle.startswith(f"rated by {rating.summary.n} of 33 participants")


def test_a_change_of_ratings_is_of_those_in_both_and_notes_both_means(project: Project) -> None:
    (moved,) = ratings.changes(project)
    spec = rating_change(moved)
    (row,) = spec.rows
    assert (row.before, row.after, row.difference) == (
        moved.paired_before.mean,
        moved.paired_after.mean,
        moved.change.mean,
    )
    assert (row.base, row.interval) == (moved.paired, moved.change.mean_interval)
    assert spec.title == "How confident are you that this is the right field for you?"
    assert "Means of all who rated: 7.74 of 31 in start, 8.23 of 30 in end." in spec.notes
    assert "18 improved, 8 the same, 2 worse." in spec.notes


def test_ratings_beside_themes_have_both_sides_and_both_numbers(project: Project) -> None:
    for beside in ratings.beside(project, Cut()):
        spec = rating_beside_themes(beside)
        rows = {row.label: row for row in spec.rows}
        for theme in beside.themes:
            row = rows[beside.codebook.by_id[theme.theme_id].name]
            assert (row.before, row.after) == (theme.lacking.mean, theme.having.mean)
            assert (row.difference, row.interval) == (theme.apart.difference, theme.apart.interval)
            assert row.note.startswith(f"{theme.having.n} with it, {theme.lacking.n} without")


def test_choices_are_bars_the_most_chosen_first_and_of_groups(project: Project) -> None:
    for one in choices(project, ChoiceCut(by="background")):
        spec = choice_bars(one)
        chosen = [bar.figure.participants for bar in spec.bars]
        assert chosen == sorted(chosen, reverse=True)
        assert {bar.label: bar.figure for bar in spec.bars} == {option.name: option.figure for option in one.options}
        assert bool(spec.notes) == bool(one.several)
        grouped = choices_by_group(one, "background")
        assert isinstance(grouped, GroupedBars)
        for row in grouped.rows:
            (option,) = (option for option in one.options if option.name == row.label)
            assert dict(zip(grouped.groups, row.figures, strict=True)) == option.groups


def test_one_question_alone_has_its_figures_whatever_kind_it_is(project: Project) -> None:
    def shown(question: str) -> set[str]:
        return {picture.shows for picture in pictures(project, Cut(question))}

    assert shown("How confident are you that this is the right field for you?") == {"ratings", "ratings start to end"}
    assert shown("Which parts of the programme did you use?") == {"choices"}
    assert {"themes", "themes together"} < shown("What was the most valuable thing you gained from the programme?")
