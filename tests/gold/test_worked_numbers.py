"""The worked numbers by which coder's figures are defined, each by the way on which a user gets it."""

from pathlib import Path

import pandas as pd
import pytest

import coder
from coder.analysis.ratings import changes, ratings
from coder.analysis.tally import Cut
from coder.analysis.waves import compare
from coder.notebook import ReadOnlyProject
from coder.stats.paired import Pairs
from coder.store.project import open_project
from tests.cli.commands import coder as command
from tests.gold.studies import made, replication

# Participants with the theme: percent of 33, and the ends of its interval.
OF_33 = {
    0: (0.0, 0.0, 10.4),
    1: (3.0, 0.5, 15.3),
    3: (9.1, 3.1, 23.6),
    12: (36.4, 22.2, 53.4),
    17: (51.5, 35.2, 67.5),
    25: (75.8, 59.0, 87.2),
    33: (100.0, 89.6, 100.0),
}


def by_theme(project: ReadOnlyProject, **options: str) -> pd.DataFrame:
    return project.tally(**options).set_index("theme")


def shares(row: "pd.Series[float]") -> tuple[float, ...]:
    return tuple(round(float(row[name]), 1) for name in ("percent", "low", "high"))


# --- theme frequency -------------------------------------------------------------------------------------

Q = "What did you gain?"


def test_the_wilson_intervals_of_so_many_of_33(tmp_path: Path) -> None:
    path = made(tmp_path, {Q: ["a text"] * 33}, {Q: {f"had by {n}": range(n) for n in OF_33}})
    with coder.open(path) as project:
        found = by_theme(project)
    assert {n: shares(found.loc[f"had by {n}"]) for n in OF_33} == OF_33
    assert found["participants"].tolist() == list(OF_33) and set(found["base"]) == {33}


def test_12_of_33_are_36_percent_and_of_the_28_who_answered_43(tmp_path: Path) -> None:
    texts = ["a text"] * 28 + ["n/a"] * 3 + [""] * 2
    path = made(tmp_path, {Q: texts}, {Q: {"People": [*range(12), 0, 0]}})  # one of them thrice
    with coder.open(path) as project:
        answered, asked = by_theme(project).loc["People"], by_theme(project, base="asked").loc["People"]
    assert (answered["participants"], answered["base"], asked["base"]) == (12, 28, 33)
    assert shares(answered) == (42.9, 26.5, 60.9)
    assert shares(asked) == (36.4, 22.2, 53.4)
    printed = command("tally", path).out
    assert "asked 33 → answered 28 → reviewed 28 → with a theme 12" in printed
    assert "12 of 28    43 %  [27–61]" in printed
    assert "12 of 33    36 %  [22–53]" in command("tally", path, "--base", "asked").out
    assert printed.count("add up to 100") == 1


# --- over time -------------------------------------------------------------------------------------------


def test_9_gained_and_2_lost_have_an_exact_p_of_0065_and_a_mid_p_of_0039(tmp_path: Path) -> None:
    kept, gained, lost, neither, once = 6, 9, 2, 16, 4
    both = kept + gained + lost + neither
    before = ["a text"] * both + ["a text"] * once + [""] * once
    after = ["a text"] * both + [""] * once + ["a text"] * once
    had = [*range(kept), *range(kept + gained, kept + gained + lost), both]  # the last answered but once
    has = [*range(kept + gained), both + once]
    path = made(
        tmp_path,
        {f"{Q} (start)": before, f"{Q} (end)": after},
        {f"{Q} (start)": {"People": had}, f"{Q} (end)": {"People": has}},
    )
    with open_project(path) as project:
        (change,) = compare(project, Cut())
    (theme,) = change.themes
    assert theme.pairs == Pairs(kept, gained, lost, neither)
    assert (change.reviewed, change.before_alone, change.after_alone) == (both, once, once)
    assert theme.exact_p is not None and theme.mid_p is not None
    assert (round(theme.exact_p, 3), round(theme.mid_p, 3)) == (0.065, 0.039)


R = "How sure are you?"


def test_a_mean_of_77_before_and_82_after_and_a_change_of_06_are_right_on_all_three(tmp_path: Path) -> None:
    """Ten rated twice, ten before alone, ten after alone."""
    before = [*[8] * 10, *[7] * 6, *[8] * 4, *[""] * 10]
    after = [*[10] * 2, *[9] * 3, *[8] * 4, 7, *[""] * 10, *[7] * 2, *[8] * 8]
    columns = {f"{R} (start)": before, f"{R} (end)": after, Q: ["a text"] * 30}
    path = made(tmp_path, columns, ratings=[f"{R} (start)", f"{R} (end)"])
    with open_project(path) as project:
        first, last = ratings(project)
        (change,) = changes(project)
    assert (first.summary.n, last.summary.n, change.change.n) == (20, 20, 10)
    assert first.summary.mean == pytest.approx(7.7, abs=1e-12)
    assert last.summary.mean == pytest.approx(8.2, abs=1e-12)
    assert change.change.mean == pytest.approx(0.6, abs=1e-12)
    assert change.change.median == 0.5
    assert [len(change.improved), len(change.same), len(change.worse)] == [5, 4, 1]
    assert (len(change.only_before), len(change.only_after)) == (10, 10)
    with coder.open(path) as opened:
        assert opened.ratings()["mean"].round(9).tolist() == [7.7, 8.2]
        wide = opened.answers().pivot(index="participant_id", columns="wave", values="number")
        assert round((wide["end"] - wide["start"]).mean(), 9) == 0.6


# --- gold from the field ---------------------------------------------------------------------------------


def test_sharing_and_availability_is_57_of_75_people_where_71_are_assignments(tmp_path: Path) -> None:
    with coder.open(replication(tmp_path)) as project:
        found = by_theme(project, question="Q22").loc["P2 - Sharing and Availability"]
    assert [found[c] for c in ("participants", "base", "assignments")] == [57, 75, 71]
    assert round(found["percent"]) == 76
