"""Coding on a text that an import has replaced: it stays there, and is taken over when that is asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.carrying import OPEN, STARS, Carried, Obstacle
from coder.domain.coding import Origin, Span
from coder.domain.filtering import Filter
from coder.domain.log import Kind
from coder.errors import RefusedError
from coder.imports import SurveyRequest, import_survey
from coder.session import Session, open_session
from tests.projects import project_of, state, survey_file

OLD = "The people were kind. The food was bad. The music was loud."
NEW = "The people were very kind. Oh, and the music was loud."
CHANGED = Filter(changed=True)


def again(work: Session, **texts: str) -> None:
    """Import a newer file with these texts."""
    path = work.project.path
    import_survey(survey_file(path.parent, texts), path, SurveyRequest(), coder_name="Ana")


def words(text: str, said: str) -> Span:
    at = text.index(said)
    return Span(at, at + len(said))


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Session]:
    """P1 is coded with three themes, reviewed, and then has another text; P2 is as it was."""
    path = project_of(tmp_path, {"P1": OLD, "P2": "nothing"}, ["People", "Food", "Music", "All"])
    session = open_session(path, "Ana")
    with session.project:
        first = session.queue()[0]
        for theme, said in (("People", "people"), ("People", "The people were kind"), ("Food", "food was bad")):
            session.assign(first, session.codebook.find(theme).id, words(OLD, said))
        session.assign(first, session.codebook.find("All").id)
        session.mark(first, words(OLD, "music was loud"))
        session.review(first)
        again(session, P1=NEW, P2="nothing")
        session.changed()
        yield session


def one(session: Session) -> int:
    """The response whose text is another one."""
    return session.queue(wanted=CHANGED)[0]


def carried(session: Session) -> dict[str, Carried]:
    earlier = session.earlier(one(session))
    assert earlier is not None
    return {c.name: c for c in earlier.carried}


def test_a_changed_response_is_in_the_queue_of_its_filter_until_it_is_reviewed(work: Session) -> None:
    assert [work.view(i).response.text for i in work.queue(wanted=CHANGED)] == [NEW]
    assert work.view(one(work)).replaced and not work.view(one(work)).codings
    work.review(one(work))
    assert not work.queue(wanted=CHANGED)


def test_the_earlier_text_is_shown_with_what_becomes_of_its_coding(work: Session) -> None:
    earlier = work.earlier(one(work))
    assert earlier is not None and earlier.text == OLD and earlier.reviewed
    found = carried(work)
    assert list(found) == ["People", "Food", "All", "highlighted, no theme yet"]
    assert found["People"].places == (None, words(NEW, "people")) or found["People"].places == (
        words(NEW, "people"),
        None,
    )
    assert found["People"].says == "1 of its 2 highlights are in the new text"
    assert found["Food"].places == (None,) and "words are gone" in found["Food"].says
    assert (found["All"].evidence, found["All"].says) == ((), "the whole response")
    assert found["highlighted, no theme yet"].places == (words(NEW, "music was loud"),)
    assert set(earlier.plain) == {found["People"].theme_id, found["All"].theme_id, OPEN}, "gone words need a decision"


def test_nothing_is_taken_over_before_it_is_asked_for(work: Session) -> None:
    before, log = state(work), work.project.last_event()
    work.earlier(one(work))
    work.view(one(work))
    assert (state(work), work.project.last_event()) == (before, log)


def test_what_is_taken_over_is_one_event_that_undo_takes_back_whole(work: Session) -> None:
    before, response = state(work), one(work)
    earlier = work.earlier(response)
    assert earlier is not None
    done = work.take_over(response, earlier.plain)
    assert done.message == (
        "Taken over from the earlier text: 2 themes (1 of them on the whole response), 2 highlights."
    )
    view = work.view(response)
    spans = {m.span.of(NEW): m.theme_ids for m in view.marked}
    people, everything = (work.codebook.find(name).id for name in ("People", "All"))
    assert spans == {"people": (people,), "music was loud": ()}
    assert {c.theme_id: len(c.highlight_ids) for c in view.codings} == {people: 1, everything: 0}
    assert not view.reviewed and one(work) == response, "a look is needed all the same"
    assert {c.obstacle for c in carried(work).values()} == {Obstacle.CODED, Obstacle.NONE}
    assert not work.take_over(response, [people, everything, OPEN]).changed
    after = state(work)
    work.undo()
    assert state(work) == before
    work.redo()
    assert state(work) == after


def test_a_theme_whose_words_are_gone_is_coded_on_the_whole_response_if_asked_for(work: Session) -> None:
    food = work.codebook.find("Food").id
    work.take_over(one(work), [food])
    view = work.view(one(work))
    assert [(c.theme_id, c.highlight_ids) for c in view.codings] == [(food, ())] and not view.marked


def test_the_old_coding_stays_with_the_old_text_and_comes_back_with_it(work: Session) -> None:
    work.take_over(one(work), [work.codebook.find("Food").id])
    again(work, P1=OLD, P2="nothing")
    view = work.view(work.queue()[0])
    assert view.reviewed and len(view.codings) == 3 and len(view.marked) == 4


def test_the_newest_text_that_was_worked_on_counts(work: Session) -> None:
    again(work, P1="The people, once more", P2="nothing")
    earlier = work.earlier(one(work))
    assert earlier is not None and earlier.text == OLD, "nobody has done anything to the text between"
    work.assign(one(work), work.codebook.find("Music").id)
    again(work, P1="And now the people", P2="nothing")
    assert list(carried(work)) == ["Music"]
    earlier = work.earlier(one(work))
    assert earlier is not None and earlier.text == "The people, once more" and not earlier.reviewed


def test_stars_are_taken_over_where_their_words_stand_and_so_is_one_of_the_whole_response(tmp_path: Path) -> None:
    with (work := open_session(project_of(tmp_path, {"P1": OLD}), "Ana")).project:
        for said in (None, words(OLD, "music was loud"), words(OLD, "food was bad")):
            work.star(work.queue()[0], said)
        again(work, P1=NEW)
        (stars,) = carried(work).values()
        assert stars.theme_id == STARS and stars.stands == 2
        done = work.take_over(one(work), [STARS])
        assert done.message == "Taken over from the earlier text: 2 stars."
        assert work.view(one(work)).stars == (Span(0, len(NEW)), words(NEW, "music was loud"))
        assert carried(work)["★ starred"].obstacle is Obstacle.STARRED
        assert (work.next_undo() or "")[0] == "took over 2 stars from the earlier text"
        work.undo()
        assert not work.view(one(work)).stars


def test_nothing_is_taken_over_to_a_text_that_is_empty(work: Session) -> None:
    again(work, P1="", P2="nothing")
    empty = work.standing(1)
    assert work.view(empty).response.text == ""
    with pytest.raises(RefusedError, match="no text to code"):
        work.take_over(empty, [work.codebook.find("All").id])


def test_what_is_coded_or_refused_here_or_archived_stays_out(work: Session) -> None:
    ids = {name: work.codebook.find(name).id for name in ("People", "Food", "All")}
    work.assign(one(work), ids["All"])
    work.reject(one(work), ids["People"])
    work.archive_theme(ids["Food"])
    found = list(carried(work).values())
    by_id = {c.theme_id: c.obstacle for c in found}
    assert by_id == {
        ids["All"]: Obstacle.CODED,
        ids["People"]: Obstacle.REJECTED,
        ids["Food"]: Obstacle.NOT_SERVING,
        OPEN: Obstacle.NONE,
    }
    assert not work.take_over(one(work), list(ids.values())).changed


def test_another_coder_has_their_own(work: Session) -> None:
    ben = Session(work.project, "Ben")
    earlier = ben.earlier(one(ben))
    assert earlier is not None and earlier.text == OLD and not earlier.carried and not earlier.reviewed


def test_where_nothing_was_replaced_there_is_nothing_earlier(work: Session) -> None:
    same = next(i for i in work.queue() if i != one(work))
    assert work.earlier(same) is None and not work.view(same).replaced
    assert not work.take_over(same, [work.codebook.find("Food").id]).changed


def test_a_text_that_was_replaced_meanwhile_takes_nothing_over(work: Session) -> None:
    response = one(work)
    again(work, P1="another one", P2="nothing")
    with pytest.raises(RefusedError, match="not in the survey any more"):
        work.take_over(response, [work.codebook.find("Food").id])


def test_the_origin_stays_and_the_log_says_what_was_taken_over(tmp_path: Path) -> None:
    path = project_of(tmp_path, {"P1": "kind people"}, ["People"])
    with (session := open_session(path, "Ana")).project:
        theme = session.codebook.find("People").id
        session.accept(session.queue()[0], theme, Span(0, 4))
        again(session, P1="very kind people")
        session.take_over(session.queue()[0], [theme])
        view = session.view(session.queue()[0])
        assert [c.origin for c in view.codings] == [Origin.SUGGESTION]
        assert [m.span.of("very kind people") for m in view.marked] == ["kind"]
        step = session.next_undo()
        assert step is not None and step[0] == "took over 1 coding and 1 highlight from the earlier text"
        assert Kind.TAKE_OVER == "take over"
