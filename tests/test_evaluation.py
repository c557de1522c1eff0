"""Evaluating a project: what is read from it, and the JSON that the documentation promises."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from coder.errors import NotEnoughError
from coder.evaluation import evaluate, evaluation_json, trainings
from coder.session import open_session
from coder.store.project import open_project
from coder.suggest.classifier import Suggester
from tests.conftest import ROOT
from tests.projects import project_of, small_project, theme_id


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample survey; after its reading a theme was added that nobody can have looked for."""
    path = small_project(tmp_path_factory.mktemp("sample") / "sample.coder")
    session = open_session(path, "Ana")
    session.create_theme("Afterthought")
    late = theme_id(session, "Afterthought")
    session.assign(session.queue()[0], late)
    session.project.close()
    return path


@pytest.fixture(scope="module")
def found(sample: Path) -> dict[str, Any]:
    ticks: list[int] = []
    with open_project(sample) as project:
        before = project.last_event()
        evaluation = evaluate(project, folds=3, progress=ticks.append)
        assert project.last_event() == before, "an evaluation changes nothing"
    assert ticks[-1] <= trainings(3, curve=True) and ticks == sorted(ticks)
    return dict(json.loads(json.dumps(evaluation_json(evaluation), allow_nan=False)))


def test_each_reviewed_answer_is_compared_on_the_themes_of_its_question(found: dict[str, Any]) -> None:
    assert (found["responses"], found["folds"], found["seed"]) == (41, 3, 0)
    themes = {t["theme"]: t for t in found["themes"]}
    people = themes["Meeting talented and like-minded people"]
    assert (people["known"], people["support"]) == (21, 13)
    assert people["majority"] == pytest.approx(13 / 21)


def test_a_theme_that_came_after_the_review_is_in_no_figure_even_where_it_was_given(found: dict[str, Any]) -> None:
    late = next(t for t in found["themes"] if t["theme"] == "Afterthought")
    assert (late["known"], late["support"], late["suggested"]) == (0, 0, 0)
    assert late["f1"] is None and late["undefined"]["f1"]


def test_a_theme_above_a_given_one_is_neither_right_nor_wrong(found: dict[str, Any]) -> None:
    themes = {t["theme"]: t for t in found["themes"]}
    assert 0 < themes["Skills"]["known"] < 21


def test_themes_without_a_text_in_the_codebook_are_named(found: dict[str, Any]) -> None:
    named = [t["theme"] for t in found["themes"] if t["would_gain_from_definition"]]
    assert named == ["Afterthought"], "all others of the sample's codebook are defined"


def test_the_same_seed_gives_the_same_evaluation_and_another_another(sample: Path) -> None:
    with open_project(sample) as project:
        once, again, other = (evaluate(project, curve=False, seed=s) for s in (1, 1, 2))
    assert evaluation_json(once) == evaluation_json(again) != evaluation_json(other)
    assert evaluation_json(once)["learning_curve"] is None


def test_the_readme_names_every_key_of_the_json(found: dict[str, Any]) -> None:
    section = (
        (ROOT / "docs" / "suggestions.md").read_text(encoding="utf-8").split("## How far to trust")[1].split("\n## ")[0]
    )
    named = set(re.findall(r"`([a-z_0-9]+)`", section))

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    for theme in found["themes"]:
        theme["undefined"] = None  # its keys are those of the theme itself
    assert keys(found) <= named


def test_too_little_is_refused_with_the_next_step(tmp_path: Path) -> None:
    path = project_of(tmp_path, {f"P{i}": f"words {i}" for i in range(30)}, ["A theme"])
    with open_project(path) as project, pytest.raises(NotEnoughError, match="0 responses") as caught:
        evaluate(project)
    assert "Review 20 more" in caught.value.hint
    session = open_session(path, "Ana")
    for response in session.queue():
        session.review(response)
    session.project.close()
    with open_project(path) as project, pytest.raises(NotEnoughError, match="held out, too little is left"):
        evaluate(project, fit=_refusing)


def _refusing(*_: object, seed: int = 0) -> Suggester:
    raise NotEnoughError("nothing was coded")
