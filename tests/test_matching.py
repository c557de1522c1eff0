"""What the rows of a file of codings are found to mean, and what is asked back."""

from pathlib import Path

import pytest

from coder.analysis.tally import Cut, tally
from coder.errors import InputError
from coder.exports import ExportKind, export
from coder.imports import SurveyRequest, import_codings, import_survey
from coder.store.codebook import read_codebook
from coder.store.project import open_project
from tests.cli.commands import rows_of, survey, table

Q = "What was good?"
OTHER = "What was bad?"
NAMED = ("participant_id", "question", "theme")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    answers = [("P1", Q, "the people"), ("P2", Q, "the food"), ("P3", Q, ""), ("P1", OTHER, "the bed")]
    import_survey(survey(tmp_path, answers), tmp_path / "p.coder", SurveyRequest(), coder_name="Ana")
    return tmp_path / "p.coder"


def take(project: Path, header: tuple[str, ...], *rows: tuple[str, ...], reviewed: Path | None = None) -> list[str]:
    """Import codings, with new themes; returns the notices."""
    codings = table(project.parent / "c.csv", header, *rows)
    done = import_codings(codings, project, coder_name="Ana", create_themes=True, reviewed=reviewed)
    return list(done.notices)


def paths(project: Path) -> set[tuple[str, ...]]:
    with open_project(project) as opened, opened.read() as connection:
        book = read_codebook(connection)
        return {book.path(t.id) for t in book.themes}


# --- waves -----------------------------------------------------------------------------------------------


def two_waves(folder: Path) -> Path:
    """A question asked in a wave without a name, and in one called `later`."""
    from coder.formats.survey.plan import PlanOptions

    path = folder / "waves.coder"
    for wave, text in (("", "at first"), ("later", "later on")):
        file = survey(folder, [("P1", Q, text)], f"wave{wave}.csv")
        import_survey(file, path, SurveyRequest(PlanOptions(wave=wave)), coder_name="Ana")
    return path


def test_our_own_codings_export_comes_in_again_where_one_wave_has_no_name(tmp_path: Path) -> None:
    path = two_waves(tmp_path)
    take(path, (*NAMED, "wave"), ("P1", Q, "T", ""), ("P1", Q, "U", "later"))
    with open_project(path) as opened:
        export(ExportKind.CODINGS, opened, tmp_path / "out.csv")
        before = tally(opened)
    assert {(r["theme"], r["wave"]) for r in rows_of(tmp_path / "out.csv")} == {("T", ""), ("U", "later")}
    done = import_codings(tmp_path / "out.csv", path, coder_name="Ana")
    assert not done.changed
    with open_project(path) as opened:
        assert tally(opened) == before


# --- reviewed responses ----------------------------------------------------------------------------------


def test_blank_responses_among_the_reviewed_are_skipped_and_counted(project: Path) -> None:
    reviewed = table(project.parent / "r.csv", NAMED[:2], ("P1", Q), ("P2", Q), ("P3", Q))
    notices = take(project, NAMED, ("P1", Q, "People"), reviewed=reviewed)
    assert any(n.startswith("1 of the listed responses are blank") for n in notices)
    with open_project(project) as opened:
        chain = tally(opened, Cut(Q)).questions[0].counted.chain
    assert (chain.answered, chain.reviewed) == (2, 2)


def test_no_blank_response_is_mentioned_where_none_is_listed(project: Path) -> None:
    reviewed = table(project.parent / "r.csv", NAMED[:2], ("P2", Q))
    assert not any("blank" in n for n in take(project, NAMED, ("P1", Q, "People"), reviewed=reviewed))


def test_a_coding_on_a_blank_response_and_a_listed_one_that_is_nowhere_stay_problems(project: Path) -> None:
    with pytest.raises(InputError) as refused:
        take(project, NAMED, ("P3", Q, "People"))
    assert "row 2: 'P3' gave no answer" in refused.value.problems[0]
    reviewed = table(project.parent / "r.csv", NAMED[:2], ("P2", OTHER))
    with pytest.raises(InputError) as refused:
        take(project, NAMED, ("P1", Q, "People"), reviewed=reviewed)
    assert "row 2: 'P2' gave no answer" in refused.value.problems[0]


# --- new themes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_a_bare_name_means_the_theme_that_a_path_of_the_same_file_makes(project: Path, turned: bool) -> None:
    rows = [("P1", Q, "A > B"), ("P2", Q, "b")]
    take(project, NAMED, *(reversed(rows) if turned else rows))
    assert paths(project) == {("A",), ("A", "B")}


def test_a_bare_name_that_is_new_to_its_question_is_made_beside_the_path(project: Path) -> None:
    take(project, NAMED, ("P1", Q, "A > B"), ("P1", OTHER, "B"), ("P2", Q, "C"))
    assert paths(project) == {("A",), ("A", "B"), ("B",), ("C",)}


def test_a_bare_name_that_two_paths_of_the_file_make_is_asked_back(project: Path) -> None:
    with pytest.raises(InputError) as refused:
        take(project, NAMED, ("P1", Q, "A > B"), ("P2", Q, "C > B"), ("P2", Q, "B"))
    assert "A > B or C > B" in refused.value.problems[0]
    assert paths(project) == set()
