"""A project as pandas frames: the counts of the command line, texts as they are, and nothing that can be changed."""

import csv
import doctest
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

import coder
from coder.demonstration import import_samples
from coder.domain.coding import Span
from coder.errors import CoderError, NotFoundError, ProjectError, RefusedError
from coder.notebook import ReadOnlyProject
from coder.session import open_session
from coder.store.project import create_project, open_project
from tests.cli.commands import coder as command
from tests.gold.studies import made
from tests.projects import project_of, small_project
from tests.store.test_project import first_schema

DOCS = Path(__file__).resolve().parents[1] / "docs" / "notebook.md"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project(tmp_path_factory.mktemp("notebook") / "sample.coder")


@pytest.fixture
def opened(sample: Path) -> Iterator[ReadOnlyProject]:
    with coder.open(sample) as project:
        yield project


def as_text(frame: pd.DataFrame) -> list[list[str]]:
    """The cells of a frame as a CSV file has them."""
    return [["" if cell is pd.NA else str(cell) for cell in row] for row in frame.itertuples(index=False)]


def exported(kind: str, project: Path, folder: Path) -> tuple[list[str], list[list[str]]]:
    path = folder / f"{kind}.csv"
    assert command("export", kind, project, path, "--raw").status == 0
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, rows


def test_import_coder_is_light_and_the_library_comes_with_the_first_project() -> None:
    program = (
        "import coder, sys\n"
        "heavy = [m for m in ('pandas', 'numpy', 'sqlalchemy', 'click') if m in sys.modules]\n"
        "assert not heavy, heavy\n"
        "assert 'open' in dir(coder)\n"
        "coder.open\n"
        "assert 'pandas' in sys.modules and 'textual' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = coder.no_such_thing  # type: ignore[attr-defined]


@pytest.mark.parametrize("options", [{}, {"by": "site"}, {"base": "answered"}, {"question": "What was the most"}])
def test_the_tally_is_that_of_the_command(opened: ReadOnlyProject, sample: Path, options: dict[str, str]) -> None:
    frame = opened.tally(**options)
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    header, *rows = csv.reader(StringIO(command("tally", sample, "--csv", *arguments).out))
    assert list(frame.columns) == header
    assert as_text(frame) == rows
    assert frame[["participants", "base"]].dtypes.astype(str).unique() == ["Int64"]
    assert frame[["percent", "low", "high"]].dtypes.astype(str).unique() == ["Float64"]


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda p: p.crosstab("site", test=True), "crosstab {} site --test"),
        (
            lambda p: p.crosstab("site", "What was the most", "answered"),
            "crosstab {} site --question Most --base answered",
        ),
        (lambda p: p.compare(), "compare {}"),
        (lambda p: p.ratings(), "ratings {}"),
        (lambda p: p.ratings("How confident are you that", by="site"), "ratings {} --question Confident --by site"),
    ],
)
def test_comparisons_and_ratings_are_those_of_the_commands(
    sample: Path, tmp_path: Path, call: Callable[[ReadOnlyProject], pd.DataFrame], line: str
) -> None:
    asked = {"Most": "What was the most", "Confident": "How confident are you that"}
    path = in_two_waves(tmp_path) if "compare" in line else sample
    with coder.open(path) as project:
        frame = call(project)
    words = [asked.get(word, word) for word in line.format(path).split()]
    header, *rows = csv.reader(StringIO(command(*words, "--csv").out))
    assert rows and list(frame.columns) == header
    assert as_text(frame) == rows
    numbers = frame.columns.drop(frame.select_dtypes("string").columns)
    assert set(frame[numbers].dtypes.astype(str)) <= {"Int64", "Float64"} and len(numbers) > 6
    assert "reason" in frame and "reason" not in numbers


def in_two_waves(folder: Path) -> Path:
    texts = [f"text {i}" for i in range(9)]
    return made(
        folder,
        {"Why? (start)": texts, "Why? (end)": texts},
        {"Why? (start)": {"A": range(5)}, "Why? (end)": {"A": range(3, 9), "B": [1]}},
    )


def test_answers_tell_ratings_choices_and_options_apart(opened: ReadOnlyProject) -> None:
    frame = opened.answers()
    assert set(frame["kind"]) == {"rating", "choice", "multi"}
    rated = frame[frame["kind"] == "rating"]
    assert rated["number"].notna().all() and frame[frame["kind"] != "rating"]["number"].isna().all()
    assert (rated["number"] == rated["value"].astype("Float64")).all()
    assert ((frame["option"] != "") == (frame["kind"] == "multi")).all()
    means = rated.groupby(["question", "wave"], sort=False)["number"].mean()
    assert means.tolist() == pytest.approx(opened.ratings()["mean"].tolist(), abs=1e-9)


def test_the_codings_are_those_of_the_export(opened: ReadOnlyProject, sample: Path, tmp_path: Path) -> None:
    header, rows = exported("codings", sample, tmp_path)
    assert set(header) <= set(opened.codings().columns)
    assert sorted(as_text(opened.codings()[header])) == sorted(rows)


def test_the_matrix_is_that_of_the_export_and_adds_up_to_the_tally(
    opened: ReadOnlyProject, sample: Path, tmp_path: Path
) -> None:
    header, rows = exported("matrix", sample, tmp_path)
    frame = opened.matrix()
    assert [frame.index.name, *frame.columns] == header
    assert as_text(frame.reset_index()) == rows
    tally = opened.tally()
    assert [*frame.sum()] == [*tally["participants"]]
    assert [*frame.count()] == [*tally["base"]]
    assert frame.isna().any().any(), "who is not reviewed is not known"


def test_a_matrix_of_one_question_has_the_paths_alone(opened: ReadOnlyProject) -> None:
    assert "Skills > ML skills and knowledge" in opened.matrix("What was the most").columns


def test_the_codebook_is_that_of_the_export(opened: ReadOnlyProject, sample: Path, tmp_path: Path) -> None:
    header, rows = exported("codebook", sample, tmp_path)
    assert list(opened.codebook().columns) == header
    assert as_text(opened.codebook()) == rows


def test_texts_are_as_they_came_and_what_is_no_answer_is_told_apart(tmp_path: Path) -> None:
    texts = {"P1": "N/A", "P2": "", "P3": "NaN", "P4": "  null\n=1+1 \u202eé👩‍💻", "007": "0012"}
    with coder.open(project_of(tmp_path, texts, ["A"])) as project:
        frame = project.responses().set_index("participant_id")
    assert frame["text"].to_dict() == texts
    assert frame["status"].to_dict() == {
        "P1": "placeholder",
        "P2": "blank",
        "P3": "answered",
        "P4": "answered",
        "007": "answered",
    }
    assert not frame["text"].isna().any()
    assert not frame["reviewed"].any()
    assert [str(frame[c].dtype) for c in ("text", "status", "reviewed")] == ["string", "category", "boolean"]


def test_attributes_keep_their_text_and_who_has_none_is_missing(tmp_path: Path) -> None:
    path = project_of(tmp_path, {"P1": "one", "P2": "two", "P3": "three"})
    facts = tmp_path / "facts.csv"
    facts.write_text("participant_id,site,code\nP3,N/A,007\nP1,Leeds,\n", encoding="utf-8")
    assert command("import", "attributes", facts, path).status == 0
    with coder.open(path) as project:
        frame = project.participants()
    assert frame.index.tolist() == ["P1", "P2", "P3"]
    assert as_text(frame) == [["Leeds", ""], ["", ""], ["N/A", "007"]]
    assert frame.isna().to_numpy().tolist() == [[False, True], [True, True], [False, False]]


def test_masked_words_are_masked_in_every_frame_and_offsets_stay_exact(tmp_path: Path) -> None:
    path = project_of(tmp_path, {"P1": "Thanks to Dr Maria Silva, kind mentors"}, ["People"])
    session = open_session(path, "Ana")
    (response,) = session.queue()
    session.assign(response, session.codebook.find("People").id, Span(10, 24))
    session.mask(response, Span(13, 24))
    session.project.close()
    with coder.open(path) as project:
        responses, codings = project.responses(), project.codings()
    assert responses["text"][0] == "Thanks to Dr ▇▇▇▇▇▇▇▇▇▇▇, kind mentors"
    assert codings["text"][0] == "Dr ▇▇▇▇▇▇▇▇▇▇▇"
    assert responses["text"][0][codings["start"][0] : codings["end"][0]] == codings["text"][0]


def test_a_project_without_anything_gives_frames_without_rows(tmp_path: Path) -> None:
    create_project(tmp_path / "new.coder").close()
    with coder.open(tmp_path / "new") as project:
        frames = [project.responses(), project.codings(), project.tally(), project.codebook(), project.answers()]
        assert not any(len(f) for f in (*frames, project.matrix(), project.participants()))
        assert not len(project.compare()) and not len(project.ratings())
        assert "0 participants" in repr(project)
        assert str(frames[0]["text"].dtype) == "string" and str(frames[2]["participants"].dtype) == "Int64"


def test_a_participant_without_a_theme_is_in_the_matrix_of_a_project_without_themes(tmp_path: Path) -> None:
    with coder.open(project_of(tmp_path, {"P1": "one", "P2": "two"})) as project:
        assert project.matrix().shape == (2, 0)


def test_nothing_can_be_changed_and_nothing_is_left_behind(sample: Path) -> None:
    before = sample.read_bytes()
    there = sorted(sample.parent.iterdir())
    project = coder.open(sample)
    for frame in (project.responses(), project.codings(), project.tally(), project.matrix(), project.participants()):
        frame.iloc[:, :] = pd.NA  # one's own copy
    with pytest.raises(RefusedError, match="reading only"), project._project.write():
        pass
    with pytest.raises(ProjectError), project._project.read() as connection:
        connection.exec_driver_sql("UPDATE response SET text = 'other'")
    project.close()
    assert sample.read_bytes() == before
    assert sorted(sample.parent.iterdir()) == there


def test_a_notebook_sees_what_others_write_and_does_not_stand_in_their_way(tmp_path: Path) -> None:
    path = project_of(tmp_path, {"P1": "one"}, ["A"])
    with coder.open(path) as project:
        assert len(project.codings()) == 0
        session = open_session(path, "Ana")
        session.assign(session.queue()[0], session.codebook.find("A").id)
        assert len(project.codings()) == 1
        session.project.close()
        assert len(project.codings()) == 1


def test_a_project_of_an_older_coder_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    path = first_schema(tmp_path / "old.coder")
    before = path.read_bytes()
    with pytest.raises(ProjectError, match="older coder") as refused:
        coder.open(path)
    assert "coder log old.coder" in refused.value.hint
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
    open_project(path).close()
    with coder.open(path) as project:
        assert project.responses()["text"].tolist() == ["The trainers"]


def test_errors_say_what_to_do_where_they_are_shown_as_a_traceback(opened: ReadOnlyProject, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="There is no project") as absent:
        coder.open(tmp_path / "none")
    assert absent.value.__notes__ == ["Make one: coder import survey FILE PROJECT"]
    with pytest.raises(NotFoundError) as attribute:
        opened.tally(by="sight")
    assert attribute.value.__notes__ == [*attribute.value.problems, attribute.value.hint]
    assert attribute.value.problems[:3] == ("site", "years_experience", "background")
    for call in (
        lambda: opened.tally(base="everybody"),
        lambda: opened.matrix("Q99"),
        lambda: opened.responses("Q99"),
        lambda: opened.codings(coder="Nobody"),
        lambda: opened.matrix(coder="Nobody"),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert not CoderError("Nothing to say.").args[1:]


def test_a_closed_project_says_so(sample: Path) -> None:
    project = coder.open(str(sample))
    project.close()
    assert repr(project).endswith("is closed.>")
    with pytest.raises(ProjectError, match="closed"):
        project.tally()


def test_the_page_about_it_shows_what_its_lines_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_samples(tmp_path / "demo" / "training_programme.coder")
    monkeypatch.chdir(tmp_path)
    page = DOCS.read_text(encoding="utf-8")
    lines = "\n".join(re.findall(r"^```pycon\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(lines, {}, DOCS.name, str(DOCS), 0)
    assert len(examples.examples) > 10
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
    with pd.option_context("display.width", 120, "display.max_columns", None, "display.max_colwidth", 60):
        failed, _ = runner.run(examples, out=said.append)
    assert not failed, "".join(said)


def test_the_page_about_it_names_every_call_and_every_column(opened: ReadOnlyProject) -> None:
    page = DOCS.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)\(.*?\)` \|.*?\| (.*) \|$", page, re.MULTILINE))
    calls = {name for name in dir(ReadOnlyProject) if not name.startswith("_")} - {"close"}
    assert set(rows) == calls
    for name in ("responses", "codings", "codebook", "answers"):
        assert re.findall(r"`(\w+)`", rows[name]) == list(getattr(opened, name)().columns)
    in_tally = re.findall(r"`(\w+)`", rows["tally"].replace("(with `by`)", ""))
    assert in_tally == list(opened.tally(by="site").columns)
