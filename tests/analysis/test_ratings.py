"""Ratings of small projects against counts made by hand, and of the sample against its files."""

import csv
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median, stdev

import pytest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from coder.analysis.rating_tables import beside_rows, change_rows, distribution_rows, rating_rows, ratings_json
from coder.analysis.ratings import NO_NUMBER, OUTSIDE, RatingCut, beside, changes, ratings
from coder.analysis.tally import Cut, StoppedError
from coder.domain.people import People
from coder.domain.rating import Origin
from coder.domain.tally import Base
from coder.errors import NotFoundError, RefusedError
from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_attributes, import_survey
from coder.samples import sample
from coder.session import open_session
from coder.stats import ratings as words
from coder.store import counts
from coder.store.project import Project, open_project
from tests.projects import small_project, theme_id

WORTH, SURE, PACE = "Worth it, out of 10", "How sure are you? (1-5)", "Pace"
HEADER = ("id", "site", f"{SURE} start", f"{SURE} end", WORTH, PACE, "Why?")
ROWS = [
    ("A", "North", "3", "5", "9", "-1", "because"),
    ("B", "North", "4", "4", "9.0", "0", "the people"),
    ("C", "South", "5", "2", "7/10", "0.5", "the people, and more"),
    ("D", "South", "2", "", "8", "", "n/a"),
    ("E", "", "", "4", "", "1", ""),
    ("F", "South", "1", "2", "4", "1", "nothing much"),
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return open_project(made(tmp_path, ROWS))


def made(folder: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    source, path = folder / "survey.csv", folder / "p.coder"
    with source.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    closed = [name for name in header if name not in ("id", "site", "Why?")]
    options = PlanOptions(id="id", open=["Why?"], rating=closed, attribute=["site"] if "site" in header else [])
    import_survey(source, path, SurveyRequest(options), coder_name="Ana")
    return path


def names(project: Project, people: People) -> str:
    with project.read() as connection:
        return "".join(counts.participant_names(connection, people).values())


def test_a_distribution_has_every_point_of_the_scale_and_the_people_behind_it(project: Project) -> None:
    (found,) = ratings(project, RatingCut(WORTH))
    assert found.scale is not None
    assert (found.scale.low, found.scale.high, found.scale.high_from) == (4, 10, Origin.STATED)
    bars = [(bar.label, names(project, bar.people)) for bar in found.bars]
    assert bars == [("4", "F"), ("5", ""), ("6", ""), ("7", "C"), ("8", "D"), ("9", "AB"), ("10", "")]
    given = [9.0, 9.0, 7.0, 8.0, 4.0]
    assert (found.everyone, found.summary.n) == (6, 5)
    assert found.summary.mean == pytest.approx(fmean(given))
    assert found.summary.median == median(given)
    assert found.summary.sd == pytest.approx(stdev(given))
    assert names(project, found.people) == "ABCDF"


def test_a_scale_of_half_points_has_half_points(project: Project) -> None:
    (found,) = ratings(project, RatingCut(PACE))
    assert [(bar.low, bar.participants) for bar in found.bars] == [(-1, 1), (-0.5, 0), (0, 1), (0.5, 1), (1, 2)]


def test_waves_of_a_question_have_one_scale(tmp_path: Path) -> None:
    header = ("id", "Sure start", "Sure end", "Why?")
    project = open_project(made(tmp_path, [("A", "3", "5", "x"), ("B", "4", "6", "y")], header))
    assert {(r.scale.low, r.scale.high) for r in ratings(project) if r.scale} == {(3, 6)}


def test_groups_have_summaries_of_their_own(project: Project) -> None:
    (found,) = ratings(project, RatingCut(WORTH, by="site"))
    means = {value: (s.n, s.mean) for value, s in found.groups.items()}
    assert means == {"North": (2, 9.0), "South": (3, pytest.approx(19 / 3)), counts.NO_VALUE: (0, None)}
    assert found.groups["North"].reason == words.NO_SPREAD
    with pytest.raises(NotFoundError, match="no attribute"):
        ratings(project, RatingCut(by="town"))


def test_the_seed_is_that_of_the_bootstrap(tmp_path: Path) -> None:
    rows = [(f"P{i}", f"{i * i / 7:.5f}", "x") for i in range(30)]
    project = open_project(made(tmp_path, rows, ("id", "Pace", "Why?")))
    first, same, other = (ratings(project, RatingCut(seed=seed))[0].summary for seed in (1, 1, 2))
    assert first == same
    assert (first.mean, first.sd) == (other.mean, other.sd)
    assert first.mean_interval != other.mean_interval


def test_a_census_has_no_intervals(project: Project) -> None:
    assert all(r.summary.mean_interval is None for r in ratings(project, RatingCut(census=True)))
    assert all(r.summary.mean_interval is not None for r in ratings(project))
    (change,) = changes(project, RatingCut(census=True))
    assert (change.change.mean, change.change.mean_interval) == (0.0, None)


def test_a_change_is_that_of_those_in_both_waves_and_both_bases_are_told(project: Project) -> None:
    (change,) = changes(project)
    assert (change.before.summary.n, change.before.summary.mean) == (5, 3.0)  # 3 4 5 2 1
    assert (change.after.summary.n, change.after.summary.mean) == (5, pytest.approx(3.4))  # 5 4 2 4 2
    assert change.paired == 4
    assert (change.paired_before.mean, change.paired_after.mean) == (3.25, 3.25)  # 3 4 5 1; 5 4 2 2
    assert (change.change.mean, change.change.median) == (0.0, 0.5)  # +2 0 -3 +1
    assert (names(project, change.improved), names(project, change.same)) == ("AF", "B")
    assert (names(project, change.worse), names(project, change.only_before)) == ("C", "D")
    assert names(project, change.only_after) == "E"
    moved = [(bar.low, names(project, bar.people)) for bar in change.bars]
    assert moved == [(-3, "C"), (-2, ""), (-1, ""), (0, "B"), (1, "F"), (2, "A")]
    (other,) = changes(project, RatingCut(low_is_good=True))
    assert (other.improved, other.worse) == (change.worse, change.improved)
    assert other.change == change.change


def test_three_waves_change_step_by_step_and_from_first_to_last(tmp_path: Path) -> None:
    header = ("id", "Sure t1", "Sure t2", "Sure t3", "Why?")
    project = open_project(made(tmp_path, [("A", "1", "3", "2", "x"), ("B", "4", "4", "", "y")], header))
    moved = [(c.before.wave, c.after.wave, c.paired, c.change.mean) for c in changes(project)]
    assert moved == [("t1", "t2", 2, 1.0), ("t2", "t3", 1, -1.0), ("t1", "t3", 1, 1.0)]


def test_waves_that_share_nobody_have_no_change(tmp_path: Path) -> None:
    header = ("id", "Sure start", "Sure end", "Why?")
    project = open_project(made(tmp_path, [("A", "1", "", "x"), ("B", "", "4", "y")], header))
    (change,) = changes(project)
    assert (change.paired, change.change.mean, change.change.reason) == (0, None, words.NOBODY)
    assert change.bars == ()
    assert not change.improved


def test_an_attribute_of_numbers_is_a_rating_and_what_is_none_is_named(tmp_path: Path, project: Project) -> None:
    facts = tmp_path / "facts.csv"
    facts.write_text("participant_id,fft\nA,1\nB,2\nC,5\nD,7\nE,2 - good\nF,2.0\n")
    import_attributes(facts, project.path, coder_name="Ana")
    (found,) = ratings(project, RatingCut(attribute="fft", scale=(1, 5)))
    assert found.question is None
    assert (found.summary.n, found.summary.mean) == (4, 2.5)
    left = {(out.value, out.reason, names(project, out.people)) for out in found.left_out}
    assert left == {("7", OUTSIDE, "D"), ("2 - good", NO_NUMBER, "E")}
    assert [bar.participants for bar in found.bars] == [1, 2, 0, 0, 1]
    with pytest.raises(RefusedError, match="No value of the attribute 'site' is a number"):
        ratings(project, RatingCut(attribute="site"))
    with pytest.raises(NotFoundError, match="no attribute"):
        ratings(project, RatingCut(attribute="age"))
    with pytest.raises(RefusedError, match="upwards"):
        ratings(project, RatingCut(scale=(5, 1)))


def test_a_scale_that_nobody_used_leaves_no_figures(project: Project) -> None:
    (found,) = ratings(project, RatingCut(WORTH, scale=(100, 200)))
    assert (found.summary.n, found.summary.mean, found.scale, found.bars) == (0, None, None, ())
    assert sum(len(out.people) for out in found.left_out) == 5


def test_a_reference_finds_its_question_and_what_is_none_is_refused(project: Project) -> None:
    assert {r.wave for r in ratings(project, RatingCut("How sure are you? (1-5)"))} == {"start", "end"}
    question = ratings(project, RatingCut(PACE))[0].question
    assert question is not None
    assert [r.name for r in ratings(project, RatingCut((question.id,)))] == [PACE]
    with pytest.raises(NotFoundError):
        ratings(project, RatingCut("Why?"))


def test_beside_a_theme_only_the_reviewed_are_known(project: Project) -> None:
    session = open_session(project.path, "Ana")
    session.create_theme("People", question_key="Why?")
    session.create_theme("Friends", question_key="Why?", parent_id=theme_id(session, "People"))
    session.create_theme("Nobody's", question_key="Why?")
    of = dict(zip("ABCF", session.queue(), strict=True))  # the answered ones
    session.assign(of["B"], theme_id(session, "People"))
    session.assign(of["C"], theme_id(session, "Friends"))
    for who in "ABC":
        session.review(of[who])
    session.project.close()
    (found,) = beside(project, Cut(base=Base.ALL), RatingCut(WORTH))
    people, friends, nobodys = found.themes
    # A, B and C are reviewed; D gave a placeholder, E nothing, F is not reviewed.
    assert (found.rating.summary.n, found.answered, found.reviewed) == (5, 4, 3)
    assert (people.having.n, people.having.mean, people.lacking.n, people.lacking.mean) == (2, 8.0, 1, 9.0)
    assert (people.apart.difference, people.apart.interval) == (-1.0, None)
    assert people.apart.reason == words.FEW_LACK
    assert (friends.having.n, friends.lacking.n, friends.depth) == (1, 2, 1)
    assert (nobodys.having.n, nobodys.having.mean, nobodys.apart.difference) == (0, None, None)
    assert names(project, found.people(people.theme_id, having=True)) == "BC"
    assert names(project, found.people(people.theme_id, having=False)) == "A"
    with pytest.raises(StoppedError):
        beside(project, Cut(), stopped=lambda: True)
    assert list(beside_rows([found])[1])[2][-4:] == [None, None, None, words.FEW_HAVE]


def test_each_wave_stands_beside_its_own_answers(tmp_path: Path) -> None:
    header = ("id", "Sure start", "Sure end", "Worth", "Why start?", "Why end?")
    source, path = tmp_path / "s.csv", tmp_path / "p.coder"
    with source.open("w", newline="") as file:
        csv.writer(file).writerows([header, ("A", "3", "4", "5", "a", "b"), ("B", "2", "2", "5", "c", "d")])
    options = PlanOptions(id="id", open=["Why start?", "Why end?"], rating=["Sure start", "Sure end", "Worth"])
    import_survey(source, path, SurveyRequest(options), coder_name="Ana")
    with open_project(path) as project:
        pairs = [(b.question.wave, b.rating.name, b.rating.wave) for b in beside(project, Cut())]
    assert pairs == [("start", "Sure", "start"), ("start", "Worth", ""), ("end", "Sure", "end"), ("end", "Worth", "")]


def test_the_sample_gives_what_a_report_says_of_it(tmp_path: Path) -> None:
    """7.7 before, 8.2 after, of all who answered each; +0.6 between the same people; all three are right."""
    with open_project(small_project(tmp_path / "s.coder")) as project:
        (change,) = changes(project, RatingCut("How confident are you that this is the right field for you?"))
    with sample("corpora", "training_programme.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    before, after = ([int(row[i]) for row in rows if row[i]] for i in (4, 5))
    pairs = [(int(row[4]), int(row[5])) for row in rows if row[4] and row[5]]
    moved = [b - a for a, b in pairs]
    assert (change.before.summary.mean, change.after.summary.mean) == (fmean(before), fmean(after))
    assert (round(fmean(before), 1), round(fmean(after), 1), round(fmean(moved), 1)) == (7.7, 8.2, 0.6)
    assert (change.paired, change.change.mean) == (len(pairs), pytest.approx(fmean(moved), abs=1e-12))
    assert change.change.median == median(moved)
    assert len(change.improved) == sum(by > 0 for by in moved)
    assert change.change.mean_interval is not None
    low, high = change.change.mean_interval
    assert 0 < low < fmean(moved) < high


def test_the_sample_beside_its_themes_is_what_its_files_say(tmp_path: Path) -> None:
    key = "What was the most valuable thing you gained from the programme?"
    with open_project(small_project(tmp_path / "s.coder")) as project:
        (found,) = beside(project, Cut(key), RatingCut("How much did you enjoy the programme overall?"))

    def rows(name: str) -> list[dict[str, str]]:
        with sample("corpora", name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    rated = {
        r["participant_id"]: r["How much did you enjoy the programme overall?"] for r in rows("training_programme.csv")
    }
    codings = [r for r in rows("training_programme_codings.csv") if r["question"] == key]
    reviewed = {r["participant_id"] for r in rows("training_programme_reviewed.csv") if r["question"] == key}
    reviewed |= {r["participant_id"] for r in codings}
    leaves = [t for t in found.themes if not found.codebook.children.get(t.theme_id)]
    assert len(leaves) > 3
    for t in leaves:
        name = found.codebook.by_id[t.theme_id].name
        coded = {r["participant_id"] for r in codings if r["theme"].split(">")[-1].strip() == name}
        having = [float(rated[who]) for who in coded & reviewed if rated[who]]
        lacking = [float(rated[who]) for who in reviewed - coded if rated[who]]
        assert (t.having.n, t.lacking.n) == (len(having), len(lacking))
        assert t.having.mean == pytest.approx(fmean(having), abs=1e-9)
        assert t.lacking.mean == pytest.approx(fmean(lacking), abs=1e-9)
        if t.apart.interval is not None:
            expected = CompareMeans(DescrStatsW(having), DescrStatsW(lacking)).tconfint_diff(usevar="unequal")
            assert t.apart.interval == pytest.approx(expected, abs=1e-9)


def test_the_tables_have_a_row_for_each_figure(project: Project) -> None:
    cut = RatingCut(by="site")
    found, moved = ratings(project, cut), changes(project, cut)
    header, rows = rating_rows(found, cut)
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    assert len(lines) == 4 * 3
    assert [line["n"] for line in lines if line["rating"] == WORTH] == [2, 3, 0]
    header, rows = distribution_rows(found)
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    assert sum(int(str(line["participants"])) for line in lines if line["rating"] == WORTH) == 5
    assert [line["percent"] for line in lines if (line["rating"], line["from"]) == (WORTH, 9.0)] == [40.0]
    header, rows = change_rows(moved)
    (line,) = (dict(zip(header, row, strict=True)) for row in rows)
    assert (line["n_before"], line["n_after"], line["paired"], line["change"]) == (5, 5, 4, 0.0)
    tree = ratings_json(found, moved, cut)
    assert tree["interval"] == {"method": "percentile bootstrap", "draws": 10_000, "seed": 1}
    assert [g["n"] for g in tree["ratings"][2]["groups"]] == [2, 3, 0]
    assert tree["changes"][0]["paired"]["improved"] == 2


def test_patients_who_complain_rate_worse(shared: Path, tmp_path: Path) -> None:
    """The NHS answers: 1 is very good, 5 very poor, and 6 and 7 are no ratings."""
    from coder.imports import import_codings

    data, path = shared / "data" / "nhs_fft", tmp_path / "nhs.coder"
    import_survey(data / "responses.csv", path, SurveyRequest(), coder_name="Ana")
    import_codings(data / "codes.csv", path, coder_name="trusts", create_themes=True)
    with (data / "raw" / "v6framework_230831.csv").open(newline="", encoding="utf-8-sig") as file:
        fft = {row["Respondent ID"]: row["FFT categorical answer"] for row in csv.DictReader(file)}
    facts = tmp_path / "facts.csv"
    with facts.open("w", newline="") as file:
        csv.writer(file).writerows([("participant_id", "FFT"), *fft.items()])
    import_attributes(facts, path, coder_name="Ana", known_only=True)
    with open_project(path) as project:
        found = beside(project, Cut("What was good?"), RatingCut(attribute="FFT", scale=(1, 5)))[0]
        by_name = {found.codebook.by_id[t.theme_id].name: t for t in found.themes}
    assert found.rating.summary.n == 4161
    assert {(out.value, len(out.people)) for out in found.rating.left_out} == {("6", 14), ("7", 215)}
    worse = by_name["Negative experience & dissatisfaction"].apart
    assert worse.interval is not None
    assert worse.interval[0] > 2
    better = by_name["Positive experience & gratitude"].apart
    assert better.interval is not None
    assert better.interval[1] < 0
