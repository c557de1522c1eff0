"""Holding suggestions back by lot: what is shown, what is kept of it, and what the comparison says."""

from pathlib import Path

import pytest

from coder.analysis.history import history
from coder.comparison import compare, comparison_json, read_percent
from coder.domain.coding import Suggestion
from coder.domain.log import Kind
from coder.errors import NotFoundError, RefusedError
from coder.session import Session, open_session
from coder.stats.intervals import newcombe
from coder.store import hold_back, suggestions
from coder.store.project import change_setting
from tests.projects import QUESTION, session_of, theme_id

TEXTS = {f"P{i:02}": f"answer number {i}" for i in range(60)}


def suggesting(folder: Path, *themes: str, seed: str = "7") -> Session:
    """A session in a project where a model has suggested the first theme for every response; the lot is settled."""
    session = session_of(folder, TEXTS, themes)
    found = [Suggestion(i, theme_id(session, themes[0]), 0.8) for i in session.queue()]
    with session.project.write() as connection:
        model = suggestions.add_model(connection, 0, {})
        suggestions.put_suggestions(connection, model, [s.response_id for s in found], found)
        change_setting(connection, "hold-back seed", seed)
    return session


def held(session: Session) -> list[int]:
    return [i for i in session.queue() if not session.view(i).suggestions]


# --- what is shown ---------------------------------------------------------------------------------------


def test_a_share_of_the_responses_shows_no_suggestions_for_good_and_to_every_coder(tmp_path: Path) -> None:
    session = suggesting(tmp_path, "A")
    assert held(session) == []
    assert session.hold_back(30).changed and session.held_back() == 30
    first = held(session)
    assert 5 < len(first) < 32
    assert held(open_session(session.project.path, "Ben")) == first
    session.hold_back(50)
    assert set(first) < set(held(session)), "who is held back stays so when the share grows"
    assert not session.hold_back(50).changed
    session.hold_back(0)
    assert held(session) == []
    session.hold_back(30)
    assert held(session) == first, "and when it is switched on again"


def test_holding_back_is_in_the_log_and_can_be_undone(tmp_path: Path) -> None:
    session = suggesting(tmp_path, "A")
    session.hold_back(20)
    first = held(session)
    assert history(session.project)[-1].sentence == "held suggestions back on 20 % of the responses from now on"
    session.undo()
    assert held(session) == [] and session.held_back() == 0
    session.redo()
    assert held(session) == first


@pytest.mark.parametrize(("typed", "meant"), [("20%", 20), ("20", 20), (" 12.5 % ", 12.5), ("off", 0), ("0", 0)])
def test_a_share_is_read_as_people_write_it(typed: str, meant: float) -> None:
    assert read_percent(typed) == meant


@pytest.mark.parametrize("typed", ["", "a fifth", "100%", "-1", "nan", "inf", "20 % of them", "1e9"])
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(RefusedError, match="no share"):
        read_percent(typed)


# --- what is kept of it ----------------------------------------------------------------------------------


def facts(session: Session) -> list[object]:
    return [e.facts.get("held_back") for e in history(session.project) if e.kind is Kind.REVIEW]


def test_each_review_keeps_whether_suggestions_were_held_back(tmp_path: Path) -> None:
    session = suggesting(tmp_path, "A")
    ids = session.queue()
    session.review(ids[0])
    session.hold_back(40)
    hidden = held(session)
    for response_id in ids[1:6]:
        session.review(response_id)
    assert facts(session) == [None, *(i in hidden for i in ids[1:6])]


def test_a_review_that_tells_nothing_of_the_suggestions_is_not_compared(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    session.hold_back(40)
    ids = session.queue()
    session.review(ids[0])
    assert facts(session) == [None], "there was no model that could have suggested anything"
    with session.project.write() as connection:
        suggestions.add_model(connection, 0, {})
    open_session(session.project.path, "Ben").review(ids[0])
    assert facts(session)[1:] == [None], "what was reviewed gets no suggestions"


# --- the comparison --------------------------------------------------------------------------------------


def coded(folder: Path) -> tuple[Session, list[int], list[int]]:
    """Ana has reviewed everything; A is on all responses with suggestions and on one without, B on all."""
    session = suggesting(folder, "A", "B", "C")
    session.hold_back(40)
    hidden = held(session)
    shown = [i for i in session.queue() if i not in hidden]
    for response_id in (*shown, *hidden):
        if response_id in shown or response_id == hidden[0]:
            session.accept(response_id, theme_id(session, "A"))
        session.assign(response_id, theme_id(session, "B"))
        session.review(response_id)
    return session, shown, hidden


def test_it_gives_themes_per_response_and_shares_with_and_without_suggestions(tmp_path: Path) -> None:
    session, shown, hidden = coded(tmp_path)
    result = compare(session.project)
    (ana,) = result.coders
    assert (result.percent, ana.coder, ana.shown, ana.held_back) == (40, "Ana", len(shown), len(hidden))
    assert ana.themes_per_response is not None and ana.any_theme is not None
    assert ana.themes_per_response.shown == 2
    assert ana.themes_per_response.held_back == pytest.approx(1 + 1 / len(hidden))
    assert ana.themes_per_response.tells and ana.themes_per_response.difference > 0.5
    assert (ana.any_theme.difference, ana.any_theme.tells) == (0, False)
    shares = {t.path[-1]: t.share for t in ana.themes}
    assert set(shares) == {"A", "B"}, "a theme that nobody coded has nothing to compare"
    assert shares["A"].interval == newcombe(len(shown), len(shown), 1, len(hidden))
    assert shares["A"].tells and not shares["B"].tells


def test_a_theme_is_compared_where_it_was_there_to_be_found_with_those_below_it(tmp_path: Path) -> None:
    session, shown, _ = coded(tmp_path)
    above = session.create_theme("Above", question_key=QUESTION).theme_id
    late = session.create_theme("Late", question_key=QUESTION).theme_id
    session.assign(shown[0], late or 0)
    session.move_theme(theme_id(session, "A"), above)
    (ana,) = compare(session.project).coders
    shares = {t.path: t.share for t in ana.themes}
    assert ("Above", "A") in shares
    assert ("Late",) not in shares, "these responses were read before it existed"


def test_a_parent_has_what_the_themes_below_it_have(tmp_path: Path) -> None:
    session = suggesting(tmp_path, "Above", "Below")
    session.move_theme(theme_id(session, "Below"), theme_id(session, "Above"))
    session.hold_back(40)
    for response_id in session.queue():
        session.assign(response_id, theme_id(session, "Below"))
        session.review(response_id)
    (ana,) = compare(session.project).coders
    assert {t.path[-1]: t.share.shown for t in ana.themes} == {"Above": 1, "Below": 1}


def test_too_few_on_either_side_are_not_compared(tmp_path: Path) -> None:
    session = suggesting(tmp_path, "A")
    session.hold_back(40)
    hidden = held(session)
    for response_id in [*(i for i in session.queue() if i not in hidden), *hidden[:9]]:
        session.review(response_id)
    (ana,) = compare(session.project).coders
    assert (ana.held_back, ana.enough, ana.themes_per_response, ana.themes) == (9, False, None, ())
    session.review(hidden[9])
    assert compare(session.project).coders[0].enough


def test_each_coder_is_compared_with_themselves(tmp_path: Path) -> None:
    session, *_ = coded(tmp_path)
    open_session(session.project.path, "Ben").assign(session.queue()[0], theme_id(session, "C"))
    assert [c.coder for c in compare(session.project).coders] == ["Ana"]
    (ben,) = compare(session.project, coder="Ben").coders
    assert (ben.shown, ben.held_back) == (0, 0)
    with pytest.raises(NotFoundError):
        compare(session.project, coder="Cleo")


def test_the_json_has_every_figure(tmp_path: Path) -> None:
    session, shown, hidden = coded(tmp_path)
    found = comparison_json(compare(session.project))
    (ana,) = found["coders"]
    assert found["percent"] == 40 and ana["reviewed"] == {"shown": len(shown), "held_back": len(hidden)}
    theme = next(t for t in ana["themes"] if t["path"] == "A")
    assert theme["shown"] == 1 and theme["low"] < theme["difference"] < theme["high"]
    assert theme["base"] == {"shown": len(shown), "held_back": len(hidden)}


def test_where_nothing_varies_the_figure_has_no_interval_instead_of_a_false_one(tmp_path: Path) -> None:
    session = suggesting(tmp_path, "A")
    session.hold_back(40)
    for response_id in session.queue():
        session.review(response_id)
    (ana,) = compare(session.project).coders
    assert ana.themes_per_response is not None
    assert (ana.themes_per_response.interval, ana.themes_per_response.tells) == (None, False)


def test_the_lot_makes_the_sides_alike_whatever_is_read(tmp_path: Path) -> None:
    """Held back or not depends on nothing else: the share of even answers is the same on both sides."""
    session = suggesting(tmp_path, "A", seed="")
    counts = [0, 0]
    for _ in range(40):
        session.hold_back(50)
        hidden = held_ids(session)
        for i, response_id in enumerate(session.queue()):
            counts[i % 2] += response_id in hidden
        session.undo()  # with the undo the seed goes, too: the next one is another
    assert sum(counts) == pytest.approx(40 * 30, rel=0.12) and counts[0] == pytest.approx(counts[1], rel=0.2)


def held_ids(session: Session) -> set[int]:
    ids = session.queue()
    with session.project.read() as connection:
        return {i for i in ids if hold_back.is_held_back(connection, i)}
