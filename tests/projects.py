"""Small projects for tests, made as a user makes them: through the imports and a session."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from coder.cases import quotes_of
from coder.imports import SurveyRequest, import_codebook, import_codings, import_survey
from coder.samples import sample
from coder.session import Session, open_session
from coder.store import schema
from coder.store.project import change_setting

QUESTION = "What was good?"


def survey_file(folder: Path, texts: Mapping[str, str], question: str = QUESTION) -> Path:
    """A long survey file with one response for each participant."""
    import csv

    path = folder / "survey.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["participant_id", "question", "text"])
        out.writerows([who, question, text] for who, text in texts.items())
    return path


def project_of(folder: Path, texts: Mapping[str, str], themes: Sequence[str] = ()) -> Path:
    """A project with these responses to one question, and themes that serve it."""
    path = folder / "small.coder"
    import_survey(survey_file(folder, texts), path, SurveyRequest(), coder_name="Ana")
    session = open_session(path, "Ana")
    for name in themes:
        session.create_theme(name, question_key=QUESTION)
    session.project.close()
    return path


def session_of(folder: Path, texts: Mapping[str, str], themes: Sequence[str] = ()) -> Session:
    """A session of Ana's in such a project."""
    return open_session(project_of(folder, texts, themes), "Ana")


def seed_queue(session: Session, seed: int) -> None:
    """Give the random order a seed, so that a test meets the same sample each time."""
    with session.project.write() as connection:
        change_setting(connection, "queue seed", str(seed))


# Everything that the log can bring back; the log itself and the counters only ever grow.
KEPT = [t for t in schema.metadata.sorted_tables if t.name not in ("project", "coder", "event", "undone_row", "model")]


def state(session: Session) -> dict[str, list[Any]]:
    """Every row of every table that undo must restore."""
    with session.project.read() as connection:
        return {t.name: sorted(map(tuple, connection.execute(select(t)))) for t in KEPT}


def quote_keys(session: Session, theme: int) -> list[tuple[int, int]]:
    """The quotes of a theme and of those below it, in their order."""
    return list(quotes_of(session.project, session.codebook, theme).keys)


def theme_id(session: Session, name: str) -> int:
    return session.codebook.find(name).id


def small_project(path: Path) -> Path:
    """The sample survey with its codebook and Ana's coding of two thirds of it."""
    import_survey(sample("corpora", "training_programme.csv"), path, SurveyRequest(), coder_name="Ana")
    import_codebook(sample("codebooks", "training_programme.yaml"), path, coder_name="Ana")
    import_codings(
        sample("corpora", "training_programme_codings.csv"),
        path,
        coder_name="Ana",
        reviewed=sample("corpora", "training_programme_reviewed.csv"),
    )
    return path
