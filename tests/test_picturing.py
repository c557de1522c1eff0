"""Figures say what the counts say."""

from pathlib import Path

import pytest

from coder import charts
from coder.analysis.tally import Cut, tally
from coder.domain import wording
from coder.domain.tally import Base
from coder.picturing import theme_bars
from coder.store.project import Project, open_project
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
