"""What a report says of ratings and choices."""

import csv

import pytest
from sqlalchemy import update

from coder.analysis.choices import choices
from coder.analysis.ratings import RatingCut, changes, ratings
from coder.formats.survey.plan import PlanOptions
from coder.imports import SurveyRequest, import_survey
from coder.report.compose import compose
from coder.report.contents import Figure, Paragraph, Section, Table, plain
from coder.report.html import to_html
from coder.report.request import Request
from coder.store import schema
from coder.store.project import open_project
from tests.projects import small_project
from tests.report.test_compose import of, section, words


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    with open_project(small_project(tmp_path_factory.mktemp("rated") / "sample.coder")) as project:
        yield project


@pytest.fixture(scope="module")
def report(sample):
    return compose(sample, Request())


def survey(folder, rows, **roles):
    """A project of closed questions, and an open one that nobody coded."""
    path = folder / "survey.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([*row, "Comments" if not at else "none"] for at, row in enumerate(rows))
    import_survey(
        path, folder / "closed.coder", SurveyRequest(PlanOptions(open=["Comments"], **roles)), coder_name="Ana"
    )
    return folder / "closed.coder"


def test_each_wave_says_its_mean_and_the_change_that_of_those_who_rated_twice(sample, report):
    (change,) = changes(sample)
    said = words(section(report, "rated"))
    for rating in (change.before, change.after):
        low, high = rating.summary.mean_interval
        assert (
            f"{rating.summary.n} participants rated it {rating.summary.mean:.2f} on average [{low:.2f}–{high:.2f}]"
            in said
        )
    paired = change.change
    assert f"Of {paired.n} participants who rated it both in ‘start’ and in ‘end’" in said
    assert f"from {change.paired_before.mean:.2f} to {change.paired_after.mean:.2f}: +{paired.mean:.2f} each" in said
    assert f"{len(change.only_before)} rated in ‘start’ alone and {len(change.only_after)} in ‘end’ alone" in said
    (table,) = [t for t in of(report, Table) if t.anchor.startswith("rating-change-")]
    cells = [[plain(c.words) for c in row.cells] for row in table.rows]
    assert cells[0][1:3] == [
        f"{change.before.summary.mean:.2f} (n = {change.before.summary.n})",
        f"{change.after.summary.mean:.2f} (n = {change.after.summary.n})",
    ]
    assert cells[1][1].endswith(f"(n = {paired.n})")
    assert cells[1][1] != cells[0][1], "both bases are told, and they differ here"


def test_the_summary_has_the_ratings_and_the_method_their_intervals(report):
    assert "rated it both in ‘start’ and in ‘end’" in words(section(report, "summary"))
    assert "10,000 draws of the participants (seed 1)" in words(section(report, "method"))


def test_every_distribution_is_a_figure_with_all_its_numbers(sample, report):
    (rated,) = [s for s in report.blocks if isinstance(s, Section) and s.anchor == "rated"]
    drawn = [b.picture for s in rated.blocks for b in s.blocks if isinstance(b, Figure)]
    found = ratings(sample)
    assert len(drawn) == len(found) + 1  # and that of the change
    for rating in found:
        title = rating.name + (f" ({rating.wave})" if rating.wave else "")
        picture = next(p for p in drawn if title in p.alternative)
        for bar in rating.bars:
            assert f"{bar.label}: {bar.participants} of {rating.summary.n}" in picture.alternative


def test_options_are_counted_with_base_and_interval(sample, report):
    tables = {t.anchor: t for t in of(report, Table)}
    for found in choices(sample):
        rows = tables[f"choice-{found.question.id}-options"].rows
        for option, row in zip(found.options, rows, strict=True):
            low, high = (f"{100 * bound:.0f}" for bound in option.figure.interval)
            assert [plain(c.words) for c in row.cells] == [
                option.name,
                str(option.figure.participants),
                str(option.figure.base),
                f"{100 * option.figure.share:.0f} %",
                f"{low}–{high}",
            ]


def test_a_census_has_no_intervals_here_either(sample):
    report = compose(sample, Request(census=True))
    assert "bootstrap" not in words(section(report, "method"))
    assert "[" not in words(section(report, "rated")).replace("[Q", "")
    assert not [
        t
        for t in of(report, Table)
        if "95 % interval" in [plain(c.head) for c in t.columns] and t.anchor.startswith("choice")
    ]


def test_ratings_beside_themes_on_request(sample):
    report = compose(sample, Request(beside=True))
    tables = [t for t in of(report, Table) if "with and without each theme" in plain(t.caption)]
    assert len(tables) == 2 * len(ratings(sample)) == len({plain(t.caption) for t in tables})
    assert all("Welch" in plain(t.notes[0]) for t in tables)


def test_a_report_of_ratings_alone(tmp_path):
    rows = [["id", "How good was it? (1-7)", "Site"], *([str(i), str(4 + i % 3), "AB"[i % 2]] for i in range(12))]
    with open_project(survey(tmp_path, rows, rating=["How good was it? (1-7)"])) as project:
        report = compose(project, Request(questions=("How good was it? (1-7)",)))
        (rating,) = ratings(project, RatingCut())
    assert "nothing in it was coded" in words(section(report, "method"))
    assert f"12 participants rated it {rating.summary.mean:.2f} out of 7 on average" in words(
        section(report, "summary")
    )
    assert "said" not in [s.anchor for s in report.blocks]
    assert to_html(report).startswith("<!DOCTYPE html>")


def test_answers_of_one_person_each_are_counted_not_shown(tmp_path):
    own = [f"something of my own {i}" for i in range(6)]
    rows = [["id", "Job"], *([str(i), "Teacher" if i < 20 else own[i - 20]] for i in range(26))]
    with open_project(survey(tmp_path, rows, choice=["Job"])) as project:
        page = to_html(compose(project, Request()))
    assert "And 6 answers that one participant alone gave." in page
    assert "of my own" not in page


def test_what_was_left_out_is_named(tmp_path):
    rows = [["id", "Rate it (1-5)"], *([str(i), str(1 + i % 5)] for i in range(20))]
    with open_project(survey(tmp_path, rows, rating=["Rate it (1-5)"])) as project:
        with project.write() as connection:  # an import refuses it now; an older project may have it
            connection.execute(update(schema.answer).where(schema.answer.c.participant_id == 1).values(value="no idea"))
        said = [plain(b.words) for _, b in compose(project, Request()).walk() if isinstance(b, Paragraph)]
    assert "Left out: ‘no idea’ of 1 participant, no number." in said
