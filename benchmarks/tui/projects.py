"""The projects whose coding screen is measured: of any size, and one with a response as long as a chapter."""

import csv
import random
from pathlib import Path

from benchmarks import scale
from coder.domain.coding import Evidence, Span, Suggestion
from coder.imports import SurveyRequest, import_survey
from coder.session import Session, open_session
from coder.store import suggestions
from coder.store.events import last_seq
from coder.store.project import Project, open_project

REVIEWED = 2 / 3
LONG = 50_000
_SCRIPTS = (
    "The food was great and the people listened. ",
    "Die Führung hörte zu – schöne Übungen, größte Mühe. ",
    "食事はとても美味しかったです。",
    "الطعام كان جيدا جدا والناس لطفاء. ",
    "อาหารอร่อยมากและผู้คนใจดี ",
    "खाना बहुत अच्छा था और लोग सुनते थे। ",
    "👩‍👩‍👧‍👦 family 👍🏽 day 🇩🇪 e\u0301te\u0301\n",
)


def coded(folder: Path, responses: int) -> Path:
    """So many responses to four questions, each with three themes, two thirds of them reviewed; made once."""
    path = folder / f"coded-{responses}.coder"
    if not path.exists():
        survey = folder / f"survey-{responses}.csv"
        scale.write_survey(survey, responses)
        import_survey(survey, path, SurveyRequest(), coder_name="Ana")
        survey.unlink()
        with open_project(path) as project:
            scale.code_at_random(project, REVIEWED)
            _suggest(project)
    return path


def long_response(folder: Path) -> Path:
    """Two responses in many scripts, the first of 50,000 characters, and a theme."""
    path = folder / "long.coder"
    if not path.exists():
        survey = folder / "long.csv"
        with survey.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(["participant_id", "question", "text"])
            out.writerow(["P1", "What was good?", long_text()])
            out.writerow(["P2", "What was good?", long_text()[: LONG // 2]])
        import_survey(survey, path, SurveyRequest(), coder_name="Ana")
        session = open_session(path, "Ana")
        with session.project as project:
            session.create_theme("Parent 0")
            session.create_theme("Parent 1")
            _suggest(project)
    return path


def long_text() -> str:
    """50,000 characters of many scripts in random order."""
    rng = random.Random(3)
    text = "".join(rng.choice(_SCRIPTS) for _ in range(LONG // 10))
    return text[:LONG]


def _suggest(project: Project) -> None:
    """A suggestion of a theme that nobody coded, on the responses that come next."""
    session = Session(project, "Ana")
    theme = session.codebook.find("Parent 1").id
    for question in session.questions:
        first = session.first_unreviewed(question.id)
        if first is None:
            continue
        found = [
            Suggestion(i, theme, 0.8, True, (Evidence(Span(0, 6), 1.0),)) for i in session.around(first) if i >= first
        ]
        with project.write() as connection:
            model = suggestions.newest_model(connection) or suggestions.add_model(connection, last_seq(connection), {})
            suggestions.put_suggestions(connection, model, [s.response_id for s in found], found)
