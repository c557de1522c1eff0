"""Figures say what the counts say."""

from dataclasses import replace
from pathlib import Path

import pytest

from coder import charts
from coder.analysis.tally import Cut, tally
from coder.analysis.together import co_occurrence
from coder.analysis.waves import compare
from coder.charts import ChangePlot, GroupedBars, HeatMap
from coder.domain import wording
from coder.domain.tally import Base
from coder.picturing import group_bars, pictures, theme_bars, theme_changes, themes_together
from coder.session import open_session
from coder.store.project import Project, open_project
from tests.analysis.surveys import two_waves
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
        assert "[" not in charts.alternative(picture.spec).replace("[sic]", "")
