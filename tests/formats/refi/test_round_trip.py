"""Whatever a survey holds, it comes back from REFI-QDA: texts, places, themes, coders, facts."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.domain.exchange import CodedSurvey
from coder.exchange import _PROFILES, Program
from coder.formats.refi.as_survey import as_survey
from coder.formats.refi.from_survey import Per, SurveyWriter
from coder.formats.refi.read import read_qdpx
from coder.formats.refi.write import legal, write_qdpx
from tests.formats.refi.surveys import surveys


def there_and_back(survey: CodedSurvey, per: Per, program: Program | None = None) -> CodedSurvey:
    profile = _PROFILES[program]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "project.qdpx"
        write_qdpx(path, SurveyWriter(survey, "coder", per=per, habits=profile.habits).project(), profile.form)
        return as_survey(read_qdpx(path))


def expected(survey: CodedSurvey) -> CodedSurvey:
    """The survey as it must come back: what XML can't hold is U+FFFD, one for one."""
    return replace(
        survey,
        participants={who: {key: legal(v) for key, v in facts.items()} for who, facts in survey.participants.items()},
        responses=[replace(r, text=legal(r.text)) for r in survey.responses],
        answers=[(who, question, option, legal(value)) for who, question, option, value in survey.answers],
        identity="",
        notes=(),
    )


def assert_same(found: CodedSurvey, wanted: CodedSurvey) -> None:
    assert found.participants == wanted.participants
    assert list(found.participants) == list(wanted.participants)
    assert found.questions == wanted.questions
    assert found.themes == wanted.themes
    assert found.born == wanted.born
    order = {who: at for at, who in enumerate(wanted.participants)}

    def place(response):  # type: ignore[no-untyped-def]
        return (response.question, order[response.participant], response.part)

    without_moments = [
        replace(r, themes=tuple(replace(t, created="") for t in r.themes)) for r in sorted(found.responses, key=place)
    ]
    assert without_moments == sorted(wanted.responses, key=place)
    assert sorted(found.answers) == sorted(wanted.answers)
    assert list(found.coders) == list(wanted.coders)
    assert found.placeholders == wanted.placeholders


@given(surveys(), st.sampled_from(Per))
@settings(max_examples=60, deadline=None)
def test_any_survey_comes_back_as_it_went(survey: CodedSurvey, per: Per) -> None:
    assert_same(there_and_back(survey, per), expected(survey))


@pytest.mark.parametrize("program", Program)
@given(survey=surveys(), per=st.sampled_from(Per))
@settings(max_examples=25, deadline=None)
def test_what_is_written_for_one_program_comes_back_too_but_for_names_that_it_cuts(
    program: Program, survey: CodedSurvey, per: Per
) -> None:
    assert_same(there_and_back(survey, per, program), expected(survey))


@given(surveys())
@settings(max_examples=10, deadline=None)
def test_the_same_survey_gives_the_same_bytes(survey: CodedSurvey) -> None:
    with TemporaryDirectory() as folder:
        one, two = Path(folder) / "one.qdpx", Path(folder) / "two.qdpx"
        for path in (one, two):
            write_qdpx(path, SurveyWriter(survey, "coder").project())
        assert one.read_bytes() == two.read_bytes()
