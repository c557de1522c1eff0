"""coder evaluate: what it prints for people, and refuses."""

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from coder.cli import evaluate as command
from coder.cli.plot import Plot
from coder.session import open_session
from coder.suggest.learning_curve import Gain
from tests.cli.commands import coder, ok, survey
from tests.projects import small_project, theme_id

HOSTILE = "[bold]x[/]\x1b[31m 漢字漢字漢字漢字漢字漢字漢字 " + "y" * 90


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = small_project(tmp_path_factory.mktemp("sample") / "sample.coder")
    session = open_session(path, "Ana")
    session.create_theme(HOSTILE)
    session.project.close()
    return path


@pytest.fixture
def eighty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "width", lambda: 80)


def test_it_says_how_far_to_trust_the_suggestions_in_80_columns(sample: Path, eighty: None) -> None:
    out = ok(coder("evaluate", sample, "--folds", 3)).out
    assert "41 reviewed responses of 23 participants" in " ".join(out.split())
    for said in (
        "than guessing",
        "Mean average precision",
        "Brier score",
        "score",
        "macro F1",
        "50 more reviewed responses would bring",
    ):
        assert said in out
    assert max(map(cell_len, out.splitlines())) <= 80
    assert "●" in out and "·" in out and "└" in out


def test_names_are_whole_and_inert(sample: Path, eighty: None) -> None:
    out = ok(coder("evaluate", sample, "--no-curve")).out
    assert "[bold]x[/]" in out and "\x1b" not in out
    assert out.count("漢") >= 7 and out.count("y" * 16) >= 1
    assert "macro F1" not in out, "no curve was asked for"
    assert "Would gain from a definition" in " ".join(out.split())


def test_without_a_terminal_the_table_has_all_figures_on_a_line_each(sample: Path) -> None:
    out = ok(coder("evaluate", sample, "--no-curve")).out
    line = next(li for li in out.splitlines() if "Meeting talented and like-minded people" in li)
    assert len(re.findall(r"[\d.]+ ?%?|–", line)) >= 11
    assert "avg.prec." in out


def test_json_is_one_object_and_the_screen_is_silent(sample: Path) -> None:
    ran = ok(coder("evaluate", sample, "--no-curve", "--json", "--seed", 4))
    assert (ran.json["seed"], ran.json["learning_curve"], ran.err) == (4, None, "")


def test_too_little_and_wrong_usage_are_refused(tmp_path: Path, sample: Path) -> None:
    ok(coder("import", "survey", survey(tmp_path, [("P1", "Q?", "x"), ("P2", "Q?", "y")]), tmp_path / "p.coder"))
    refused = coder("evaluate", tmp_path / "p.coder")
    assert refused.status == 1 and "at least 20" in refused.err and refused.out == ""
    assert coder("evaluate", sample, "--folds", 1).status == 2
    many = coder("evaluate", sample, "--folds", 30)
    assert many.status == 1 and "too few for 30 folds" in many.err


def test_coding_at_random_is_called_no_better_than_guessing(tmp_path: Path) -> None:
    project = tmp_path / "p.coder"
    words = ["alpha", "beta", "gamma", "delta"]
    ok(coder("import", "survey", survey(tmp_path, [(f"P{i}", "Q?", words[i % 4]) for i in range(40)]), project))
    session = open_session(project, "Ana")
    session.create_theme("Coin")
    for i, response in enumerate(session.queue()):
        if i * 7 % 13 < 6:
            session.assign(response, theme_id(session, "Coin"))
        session.review(response)
    session.project.close()
    out = " ".join(ok(coder("evaluate", project, "--no-curve")).out.split())
    assert "No better than guessing" in out or "Nothing would have been suggested" in out


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (Gain(0.02, 0.01, 0.03), "about +2.0 points (+1.0 to +3.0)"),
        (Gain(0.02, -0.01, 0.05), "can't be told, for the repeats disagree (-1.0 to +5.0 points)"),
        (Gain(-0.02, -0.03, -0.01), "nothing, as far as can be told (-3.0 to -1.0 points)"),
        (Gain(None, why="it is dark"), "can't be told, for it is dark"),
    ],
)
def test_what_more_coding_would_bring_is_said_or_that_it_cannot_be_told(gain: Gain, said: str) -> None:
    assert command._gain(gain) == said


def test_a_plot_puts_signs_where_they_belong() -> None:
    plot = Plot((0, 1), (0, 1), columns=11, rows=3, percent=True)
    plot.draw_dots(iter([(0, 0), (0.5, 0.5), (1, 1)]))
    plot.put(0.5, 1, "●")
    plot.put(9, -9, "x")
    assert list(plot.lines(x_name="x", y_name="y")) == [
        "  y",
        "   100 % ┤     ●    ·",
        "    50 % ┤     ·",
        "     0 % ┤·         x",
        "         └───────────",
        "          0 % x 100 %",
    ]
