"""The worked numbers by which coder's figures are defined, each by the way on which a user gets it."""

from pathlib import Path

import pandas as pd

import coder
from coder.notebook import ReadOnlyProject
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


# --- gold from the field ---------------------------------------------------------------------------------


def test_sharing_and_availability_is_57_of_75_people_where_71_are_assignments(tmp_path: Path) -> None:
    with coder.open(replication(tmp_path)) as project:
        found = by_theme(project, question="Q22").loc["P2 - Sharing and Availability"]
    assert [found[c] for c in ("participants", "base", "assignments")] == [57, 75, 71]
    assert round(found["percent"]) == 76
