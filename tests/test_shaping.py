"""The acts on themes: what moves, what stays, who counts; each is one event, and undo takes it back exactly."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coder.analysis.history import history
from coder.analysis.tally import tally
from coder.cases import quotes_of, read_passages, reviewed_before
from coder.domain.coding import Span
from coder.domain.people import People
from coder.errors import RefusedError
from coder.exports import ExportKind, export
from coder.imports import SurveyRequest, import_survey
from coder.session import Done, Session, open_session
from coder.store import counts
from tests.cli.commands import table
from tests.projects import QUESTION, quote_keys, session_of, small_project, state, theme_id
from tests.replay import replayed, stored

TEXTS = {"P1": "Great people and great food", "P2": "The food", "P3": "The people", "P4": "Nothing"}
PEOPLE_THEME = "Meeting talented and like-minded people"
FOOD, PEOPLE = Span(23, 27), Span(6, 12)  # in P1's words


def undone_and_done_again(session: Session, act: Callable[[], Done]) -> Done:
    """Do an act, and check that undo brings back what was and redo what came of it, by one event."""
    before = state(session)
    done = act()
    after = state(session)
    assert after != before
    session.undo()
    assert state(session) == before
    session.redo()
    assert state(session) == after
    return done


def names(session: Session) -> list[str]:
    return [theme.name for theme in session.codebook.themes]


def people(session: Session, *themes: int) -> People:
    with session.project.read() as connection:
        return counts.people_of(connection, themes)


def share(session: Session, name: str) -> tuple[int, int]:
    """(participants, base) of a theme in the tally."""
    asked = tally(session.project).questions[0]
    theme = asked.codebook.find(name).id
    return next((t.participants, t.base) for t in asked.counted.themes if t.theme_id == theme)


# --- order and looks -------------------------------------------------------------------------------------


def test_a_theme_moves_up_and_down_among_its_siblings(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A", "B", "C"])
    undone_and_done_again(session, lambda: session.shift_theme(theme_id(session, "C"), -1))
    assert names(session) == ["A", "C", "B"]
    session.shift_theme(theme_id(session, "A"), 1)
    assert names(session) == ["C", "A", "B"]
    assert history(session.project)[-1].sentence == "moved the theme ‘A’ down"


def test_at_the_edge_nothing_moves_and_no_event_is_written(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A", "B"])
    before = session.project.last_event()
    done = session.shift_theme(theme_id(session, "A"), -1)
    assert (done.changed, done.message) == (False, "‘A’ is the first here.")
    assert session.project.last_event() == before


def test_a_theme_moves_past_the_next_that_serves_the_same_question(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    session.create_theme("Elsewhere", question_key="another question")
    session.create_theme("B", question_key=QUESTION)
    session.shift_theme(theme_id(session, "B"), -1, QUESTION)
    assert names(session) == ["B", "A", "Elsewhere"]


def test_order_colour_and_key_leave_reviews_as_good_as_they_were(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A", "B"])
    response, a = session.queue()[0], theme_id(session, "A")
    born = {t.id: t.born for t in session.codebook.themes}
    session.review(response)
    session.shift_theme(a, 1)
    session.edit_theme(a, colour="#112233", key="z")
    assert not session.review(response).changed, "the codebook means what it meant"
    assert {t.id: t.born for t in session.codebook.themes} == born and not session.view(response).stale
    session.edit_theme(a, definition="All of it")
    assert session.review(response).changed, "it was read under other words"


# --- splitting -------------------------------------------------------------------------------------------


def split_project(tmp_path: Path) -> tuple[Session, int, list[int]]:
    """Theme `Good`: two quotes in P1's response, the whole of P2's and P3's; P4's is reviewed without it."""
    session = session_of(tmp_path, TEXTS, ["Good"])
    good, queue = theme_id(session, "Good"), list(session.queue())
    session.assign(queue[0], good, PEOPLE)
    session.assign(queue[0], good, FOOD)
    session.assign(queue[1], good)
    session.assign(queue[2], good)
    for response in queue:
        session.review(response)
    return session, good, queue


def test_a_split_moves_the_chosen_quotes_and_leaves_the_others(tmp_path: Path) -> None:
    session, good, queue = split_project(tmp_path)
    people_words, food_words, whole_of_p2, _ = quote_keys(session, good)
    done = undone_and_done_again(session, lambda: session.split_theme([food_words, whole_of_p2], "Food", good))
    food = theme_id(session, "Food")
    assert done.theme_id == food and session.codebook.by_id[food].questions == frozenset({QUESTION})
    assert [s.of(session.view(queue[0]).response.text) for s in spans(session, food)] == ["food"]
    assert quote_keys(session, good)[0] == people_words
    assert [c.theme_id for c in session.view(queue[1]).codings] == [food]
    assert history(session.project)[-1].sentence == "did again: split ‘Good’: 2 quotes moved to ‘Food’"


def spans(session: Session, theme: int) -> list[Span]:
    return [span for p in read_passages(session.project, quote_keys(session, theme)) for span in p.spans]


def test_a_copy_leaves_the_quotes_where_they_are_too(tmp_path: Path) -> None:
    session, good, _ = split_project(tmp_path)
    before = quote_keys(session, good)
    undone_and_done_again(session, lambda: session.split_theme(before[1:3], "Food", good, copy=True))
    assert quote_keys(session, good) == before
    assert len(quote_keys(session, theme_id(session, "Food"))) == 2


def test_quotes_go_to_a_theme_that_is_there_and_join_its_evidence(tmp_path: Path) -> None:
    session, good, queue = split_project(tmp_path)
    food = session.create_theme("Food", question_key=QUESTION).theme_id or 0
    session.assign(queue[0], food, Span(0, 5))
    session.reject(queue[1], food)
    keys = quote_keys(session, good)
    undone_and_done_again(session, lambda: session.split_theme(keys[:3], food, good))
    codings = {c.theme_id: c for c in session.view(queue[0]).codings}
    assert codings.keys() == {food} and len(codings[food].highlight_ids) == 3
    assert [c.theme_id for c in session.view(queue[1]).codings] == [food], "a theme that is coded is not rejected"


def test_quotes_of_two_themes_on_one_response_become_one_coding_with_the_evidence_of_both(tmp_path: Path) -> None:
    session, good, queue = split_project(tmp_path)
    below = session.create_theme("Below", parent_id=good, question_key=QUESTION).theme_id or 0
    session.assign(queue[0], below, Span(0, 5))
    session.assign(queue[1], below)
    undone_and_done_again(session, lambda: session.split_theme(quote_keys(session, good), "All", good))
    every = theme_id(session, "All")
    assert [[c.theme_id for c in session.view(i).codings] for i in queue[:3]] == [[every]] * 3
    assert len(session.view(queue[0]).codings[0].highlight_ids) == 3
    session.undo()
    part = [key for key in quote_keys(session, good) if key[1]][:2]  # one of the two highlights, and the other theme's
    undone_and_done_again(session, lambda: session.split_theme(part, "All", good))


def test_the_preview_of_a_split_says_who_counts_for_what_and_leaves_no_trace(tmp_path: Path) -> None:
    session, good, _ = split_project(tmp_path)
    before, events = state(session), session.project.last_event()
    said = session.split_preview(quote_keys(session, good)[1:3], "Food", good)
    assert "2 quotes for ‘Food’" in said
    assert "Moved: ‘Good’ 3 → 2, ‘Food’ 0 → 2 participants; together 3." in said
    assert "Copied: ‘Good’ stays at 3, ‘Food’ 0 → 2 participants; together 3." in said
    assert "read for ‘Good’ counts as read for ‘Food’" in said
    assert (state(session), session.project.last_event()) == (before, events)


def test_who_was_read_for_a_theme_was_read_for_what_is_split_off_it(tmp_path: Path) -> None:
    session, good, queue = split_project(tmp_path)
    assert share(session, "Good") == (3, 4)
    session.split_theme(quote_keys(session, good)[1:3], "Food", good)
    assert (share(session, "Good"), share(session, "Food")) == ((2, 4), (2, 4))
    assert not session.view(queue[3]).stale


def test_who_was_read_before_a_theme_is_not_counted_as_without_what_is_split_off_it(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Early"])
    queue = list(session.queue())
    session.review(queue[3])
    late = session.create_theme("Late", question_key=QUESTION).theme_id or 0
    session.assign(queue[0], late)
    session.assign(queue[1], theme_id(session, "Early"))
    for response in queue[:3]:
        session.review(response)
    keys = [*quote_keys(session, late), *quote_keys(session, theme_id(session, "Early"))]
    session.split_theme(keys, "Of both", late)
    assert share(session, "Of both") == (2, 3), "P4 was read for one of the two alone"


def test_quotes_that_are_gone_are_said_to_be(tmp_path: Path) -> None:
    session, good, queue = split_project(tmp_path)
    keys = quote_keys(session, good)[2:3]
    session.unassign(queue[1], good)
    for act in (session.split_theme, session.split_preview):
        with pytest.raises(RefusedError, match="gone"):
            act(keys, "Food", good)
    with pytest.raises(RefusedError, match="at this place already"):
        session.split_theme(quote_keys(session, good), "good", good)


# --- the archive -----------------------------------------------------------------------------------------


def archived_project(tmp_path: Path) -> tuple[Session, int, int]:
    """`Top` with `Below`, each coded once, both archived by archiving `Top`."""
    session = session_of(tmp_path, TEXTS, ["Top", "Other"])
    top, queue = theme_id(session, "Top"), list(session.queue())
    below = session.create_theme("Below", parent_id=top, question_key=QUESTION).theme_id or 0
    session.assign(queue[0], top, PEOPLE)
    session.assign(queue[1], below)
    for response in queue:
        session.review(response)
    session.archive_theme(top)
    return session, top, below


def test_an_archived_theme_is_in_no_codebook_count_view_or_export_and_its_codings_stay(tmp_path: Path) -> None:
    session, top, below = archived_project(tmp_path)
    queue = list(session.queue())
    assert names(session) == ["Other"]
    assert session.counts(session.questions[0].id) == {theme_id(session, "Other"): 0}
    chain = tally(session.project).questions[0].counted.chain
    assert (chain.reviewed, chain.with_theme) == (4, 0)
    assert session.view(queue[0]).codings == () and session.view(queue[0]).marked == ()
    assert [entry.themes for entry in session.entries(queue)] == [0, 0, 0, 0]
    codings = export(ExportKind.CODINGS, session.project, tmp_path / "codings.csv")
    assert codings.rows == 0 and "Codings of archived themes stay in the project alone: 2." in codings.notices
    assert export(ExportKind.QUOTES, session.project, tmp_path / "quotes.csv").rows == 0
    assert len(people(session, top, below)) == 2


def test_archiving_and_bringing_back_are_one_event_each_and_undone(tmp_path: Path) -> None:
    session, top, below = archived_project(tmp_path)
    session.undo()
    first = state(session)
    undone_and_done_again(session, lambda: session.archive_theme(top))
    assert [(a.path, a.below) for a in session.archived()] == [(("Top",), (below,))]
    undone_and_done_again(session, lambda: session.bring_back_theme(top))
    assert state(session) == first, "nothing was reviewed meanwhile: each theme is as old as it was"
    assert [e.sentence for e in history(session.project)[-1:]] == [
        "did again: brought the theme ‘Top’ back from the archive"
    ]


def test_what_was_reviewed_while_a_theme_was_away_does_not_count_as_without_it(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    queue, a = list(session.queue()), theme_id(session, "A")
    session.assign(queue[0], a)
    session.review(queue[0])
    session.archive_theme(a)
    session.review(queue[1])
    session.bring_back_theme(a)
    assert share(session, "A") == (1, 1), "P2 was read without it"
    assert list(session.fitting(reviewed_before(a, anywhere=True))) == [queue[1]]


def test_a_sub_theme_that_was_archived_before_its_parent_stays_in_the_archive(tmp_path: Path) -> None:
    session, top, below = archived_project(tmp_path)
    session.bring_back_theme(top)
    session.archive_theme(below)
    session.archive_theme(top)
    assert [a.path for a in session.archived()] == [("Top",), ("Top", "Below")]
    with pytest.raises(RefusedError, match="above ‘Below’ is archived"):
        session.bring_back_theme(below)
    session.bring_back_theme(top)
    assert [a.path for a in session.archived()] == [("Top", "Below")]
    session.bring_back_theme(below)
    assert session.codebook.path(below) == ("Top", "Below") and session.archived() == []


def test_nothing_is_put_below_or_coded_with_a_theme_that_another_coder_archived(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Top"])
    other, top = open_session(session.project.path, "Ben"), theme_id(session, "Top")
    assert other.codebook.path(top) == ("Top",)
    session.archive_theme(top)
    for act in (
        lambda: other.create_theme("Below", parent_id=top),
        lambda: other.assign(other.queue()[0], top),
    ):
        with pytest.raises(RefusedError, match="gone"):
            act()
    session.bring_back_theme(top)
    assert [theme.name for theme in open_session(session.project.path, "Ben").codebook.themes] == ["Top"]


def test_a_name_in_the_archive_is_taken_and_the_way_out_is_said(tmp_path: Path) -> None:
    session, _, _ = archived_project(tmp_path)
    for act in (
        lambda: session.create_theme("top"),
        lambda: session.edit_theme(theme_id(session, "Other"), name="Top"),
    ):
        with pytest.raises(RefusedError, match="archived theme") as refused:
            act()
        assert "Bring it back" in refused.value.hint


def test_what_is_archived_below_a_theme_goes_with_it_in_a_merge_and_keeps_it_from_being_deleted(
    tmp_path: Path,
) -> None:
    session, top, below = archived_project(tmp_path)
    session.bring_back_theme(top)
    session.archive_theme(below)
    with pytest.raises(RefusedError, match="in the archive"):
        session.delete_theme(top)
    undone_and_done_again(session, lambda: session.merge_themes(top, theme_id(session, "Other")))
    session.bring_back_theme(below)
    assert session.codebook.path(below) == ("Other", "Below")


def test_suggestions_are_learnt_without_archived_themes(tmp_path: Path) -> None:
    from coder.store.suggestions import read_reviewed

    session, _, _ = archived_project(tmp_path)
    with session.project.read() as connection:
        assert {t for r in read_reviewed(connection) for t in r.themes} == set()


# --- participants ----------------------------------------------------------------------------------------

MANY = {f"P{i}": f"word{i} and more" for i in range(6)}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    codings=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=14),
    picks=st.sets(st.integers(0, 13), min_size=1),
    act=st.sampled_from(["move", "copy", "new", "merge", "shift"]),
)
def test_no_regrouping_of_themes_loses_or_invents_a_participant(
    tmp_path_factory: pytest.TempPathFactory, codings: list[tuple[int, int, int]], picks: set[int], act: str
) -> None:
    session = session_of(tmp_path_factory.mktemp("union"), MANY, ["A", "B", "C"])
    other = open_session(session.project.path, "Ben")
    try:
        queue, themes = list(session.queue()), [t.id for t in session.codebook.themes]
        for i, (response, theme, at) in enumerate(codings):  # at 4: the whole response; two coders by turns
            coder = (session, other)[i % 2]
            coder.assign(queue[response], themes[theme], Span(at, at + 2) if at < 4 else None)
        everyone = people(session, *themes)
        session.move_theme(themes[2], themes[0])  # so that quotes of two themes go together
        keys = quote_keys(session, themes[0])
        chosen = [key for i, key in enumerate(keys) if i in picks]
        before, quotes = state(session), len(keys)
        if act == "merge":
            session.merge_themes(themes[0], themes[1])
        elif act == "shift":
            session.shift_theme(themes[0], 1)
        elif chosen:
            target = "New" if act == "new" else themes[1]
            session.split_theme(chosen, target, themes[0], copy=act == "copy")
            assert len(quote_keys(session, themes[0])) == quotes - (0 if act == "copy" else len(chosen))
        assert people(session, *(t.id for t in session.codebook.themes)) == everyone
        if state(session) != before:
            session.undo()
        assert state(session) == before
    finally:
        other.project.close()
        session.project.close()


# --- what stands behind a theme --------------------------------------------------------------------------


def test_the_quotes_of_a_theme_are_found_by_their_words_and_say_who_and_where(tmp_path: Path) -> None:
    session, good, queue = split_project(tmp_path)
    index = quotes_of(session.project, session.codebook, good)
    assert (len(index.keys), index.participants) == (4, 3)
    food = quotes_of(session.project, session.codebook, good, words="FOOD")
    assert (len(food.keys), food.participants) == (2, 2)
    words, whole = read_passages(session.project, food.keys)
    assert (words.participant, words.spans, words.coder, words.response_id) == ("P1", (FOOD,), "Ana", queue[0])
    assert (whole.participant, whole.spans, whole.text) == ("P2", (), "The food")


def test_starred_quotes_come_first_and_masked_words_are_not_shown(tmp_path: Path) -> None:
    session, good, queue = split_project(tmp_path)
    session.star(queue[2])
    session.mask(queue[0], FOOD)
    first, *others = read_passages(session.project, quote_keys(session, good))
    assert (first.participant, first.starred) == ("P3", True) and not any(p.starred for p in others)
    assert others[0].text.endswith("▇▇▇▇")
    assert len(quotes_of(session.project, session.codebook, good, words="food").keys) == 1


def test_quotes_that_went_meanwhile_are_left_out(tmp_path: Path) -> None:
    session, good, queue = split_project(tmp_path)
    keys = quote_keys(session, good)
    session.unassign(queue[1], good)
    assert [p.participant for p in read_passages(session.project, keys)] == ["P1", "P1", "P3"]


def test_the_responses_reviewed_before_a_theme_existed_are_those_that_may_lack_it(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Old"])
    queue = list(session.queue())
    for response in queue[:3]:
        session.review(response)
    new = session.create_theme("New", question_key=QUESTION).theme_id or 0
    session.assign(queue[0], new)
    wanted = reviewed_before(new, anywhere=True)
    before = list(session.fitting(wanted))
    assert before == queue[1:3], "the first has it, the last was not reviewed"
    session.review(queue[1])
    assert list(session.fitting(wanted, session.questions[0].id)) == queue[2:3]
    assert session.sentence(wanted) == "all questions, without ‘New’, reviewed before ‘New’ existed"
    assert list(session.fitting(reviewed_before(theme_id(session, "Old"), anywhere=True))) == []
    elsewhere = session.create_theme("Elsewhere", question_key="another").theme_id or 0
    assert list(session.fitting(reviewed_before(elsewhere, anywhere=True))) == [], "it does not serve the question"


@pytest.mark.parametrize("gone", ["archived", "deleted", "merged", "not made yet"])
def test_whoever_another_coder_reviewed_while_a_theme_was_gone_is_not_counted_as_without_it(
    tmp_path: Path, gone: str
) -> None:
    session = session_of(tmp_path, TEXTS, ["Other"])
    theme = session.create_theme("Food", question_key=QUESTION).theme_id or 0
    first, second, third, _ = session.queue()
    if gone != "not made yet":
        session.assign(first, theme)
        session.review(first)
        session.review(second)
    act = {
        "archived": lambda: session.archive_theme(theme),
        "deleted": lambda: session.delete_theme(theme),
        "merged": lambda: session.merge_themes(theme, theme_id(session, "Other")),
        "not made yet": session.undo,
    }
    act[gone]()
    other = open_session(session.project.path, "Ben")
    other.review(third)
    (session.redo if gone == "not made yet" else session.undo)()
    with session.project.read() as connection:
        assert replayed(connection) == stored(connection), "the log says so"
    counted = next(t for t in tally(session.project).questions[0].counted.themes if t.theme_id == theme)
    has = gone != "not made yet"
    assert (counted.participants, counted.base, counted.biased) == (has, has, has)
    assert other.changed() and other.view(third).stale
    other.review(third)
    counted = next(t for t in tally(session.project).questions[0].counted.themes if t.theme_id == theme)
    assert (counted.participants, counted.base) == (has, has + 1)
    while session.codebook.themes:  # what was done to them before can still be taken back
        assert session.undo().changed


def test_what_was_reviewed_before_a_theme_went_stays_good_when_an_undo_brings_it_back(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    food = theme_id(session, "Food")
    other = open_session(session.project.path, "Ben")
    for response in session.queue()[:2]:
        other.review(response)
    session.delete_theme(food)
    other.mark(session.queue()[2], Span(0, 3))
    session.undo()
    (counted,) = tally(session.project).questions[0].counted.themes
    assert (counted.participants, counted.base, counted.biased) == (0, 2, False)


def two_questions(folder: Path) -> Session:
    """A session in which two people have answered two questions, and all of it is reviewed for a theme of each."""
    rows = [(who, question, f"{who} on {question}") for who in ("P1", "P2") for question in ("One", "Two")]
    source = table(folder / "two.csv", ("participant_id", "question", "text"), *rows)
    import_survey(source, folder / "two.coder", SurveyRequest(), coder_name="Ana")
    session = open_session(folder / "two.coder", "Ana")
    for question in ("One", "Two"):
        session.create_theme(f"Of {question}", question_key=question)
    for response in session.queue():
        session.review(response)
    return session


def bases(session: Session, name: str) -> dict[str, int]:
    """Of how many a theme is known, per question."""
    theme = theme_id(session, name)
    return {
        asked.question.key: t.base
        for asked in tally(session.project).questions
        for t in asked.counted.themes
        if t.theme_id == theme
    }


def test_nobody_was_read_for_a_theme_on_a_question_that_it_did_not_serve_yet(tmp_path: Path) -> None:
    session = two_questions(tmp_path)
    one, two = theme_id(session, "Of One"), session.questions[1]
    undone_and_done_again(session, lambda: session.edit_theme(one, questions=["One", "Two"]))
    assert bases(session, "Of One") == {"One": 2, "Two": 0}
    response = session.queue(two.id)[0]
    assert session.view(response).stale
    assert list(session.fitting(reviewed_before(one, anywhere=True))) == list(session.queue(two.id))
    session.review(response)
    assert bases(session, "Of One") == {"One": 2, "Two": 1} and not session.view(response).stale
    session.edit_theme(one, questions=["One"])
    assert bases(session, "Of One") == {"One": 2}


def test_a_theme_that_serves_all_questions_from_now_on_is_known_of_nobody_yet(tmp_path: Path) -> None:
    session = two_questions(tmp_path)
    session.edit_theme(theme_id(session, "Of One"), questions=[])
    assert bases(session, "Of One") == {"One": 0, "Two": 0}


def test_a_merged_theme_is_known_on_each_question_of_those_who_were_read_for_either(tmp_path: Path) -> None:
    session = two_questions(tmp_path)
    session.merge_themes(theme_id(session, "Of One"), theme_id(session, "Of Two"))
    assert bases(session, "Of Two") == {"One": 2, "Two": 2}


def test_quotes_split_off_to_a_theme_of_another_question_do_not_make_it_known_there(tmp_path: Path) -> None:
    session = two_questions(tmp_path)
    one, two = theme_id(session, "Of One"), theme_id(session, "Of Two")
    session.assign(session.queue(session.questions[1].id)[0], two)
    session.split_theme(quote_keys(session, two), one, two)
    (asked,) = (q for q in tally(session.project).questions if q.question.key == "Two")
    assert [(t.participants, t.biased) for t in asked.counted.themes if t.theme_id == one] == [(1, True)]
    assert bases(session, "Of One")["One"] == 2


def test_a_theme_that_gathers_others_is_as_old_as_those_that_serve_the_question(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Parent"])
    parent = theme_id(session, "Parent")
    first, second = session.queue()[:2]
    session.review(first)
    session.create_theme("Child elsewhere", parent_id=parent, question_key="another")
    assert list(session.fitting(reviewed_before(parent, anywhere=True))) == []
    session.create_theme("Child", parent_id=parent, question_key=QUESTION)
    session.review(second)
    assert list(session.fitting(reviewed_before(parent, anywhere=True))) == [first]


def test_quotes_of_a_theme_that_another_coder_archives_meanwhile_stay_its_own(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food", "People"])
    food, people = theme_id(session, "Food"), theme_id(session, "People")
    first, second = session.queue()[:2]
    session.assign(first, food)
    session.assign(second, people)
    ticked = [*quote_keys(session, food), *quote_keys(session, people)]
    open_session(session.project.path, "Ben").archive_theme(people)
    assert session.split_preview(ticked, "New", food).startswith("1 quote for ‘New’.")
    assert session.split_theme(ticked, "New", food).message == "Moved 1 quote to ‘New’."
    session.bring_back_theme(people)
    assert [q.participant for q in session.quotes(people)] == ["P2"]
    assert [q.participant for q in session.quotes(theme_id(session, "New"))] == ["P1"]


def test_previews_count_whom_the_tally_counts(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food", "People"])
    food, people = theme_id(session, "Food"), theme_id(session, "People")
    first, second = session.queue()[:2]
    session.assign(first, food)
    session.assign(second, food)
    new = table(tmp_path / "new.csv", ("participant_id", "question", "text"), ("P2", QUESTION, "n/a"))
    import_survey(new, session.project.path, SurveyRequest(), coder_name="Ana")
    session.changed()
    assert session.figures(session.questions[0].id).participants[food] == 1
    assert session.merge_preview(food, people).startswith("‘Food’ has 1 participant, ‘People’ 0 participants")


def test_quotes_are_found_by_what_is_known_about_the_person(tmp_path: Path) -> None:
    session = open_session(small_project(tmp_path / "sample.coder"), "Ana")
    skills = session.codebook.find("Skills").id

    def people(words: str) -> set[str]:
        index = quotes_of(session.project, session.codebook, skills, words=words)
        return {p.participant for p in read_passages(session.project, list(index.keys), facts=True)}

    every = read_passages(session.project, quote_keys(session, skills), facts=True)
    utrecht = {p.participant for p in every if ("site", "Utrecht") in p.facts}
    assert people("site:utrecht") == utrecht and 0 < len(utrecht) < len(people(""))
    assert people("site:utrecht pytorch") < utrecht
    assert people("site:nowhere") == set() and people("wave:2024") == set()
    assert people("nothing:known") == set(), "it is no attribute, so a word that no quote has"


def test_an_import_is_undone_when_all_that_was_made_of_its_rows_step_by_step_is_undone(tmp_path: Path) -> None:
    session = open_session(small_project(tmp_path / "sample.coder"), "Ana")
    people, skills, capstone = (theme_id(session, n) for n in (PEOPLE_THEME, "Skills", "Capstone project"))
    session.merge_themes(people, skills)  # the imported codings change once,
    session.split_theme(quote_keys(session, skills), capstone, skills)  # and again
    session.undo()
    session.undo()
    assert "imported 67 codings" in session.undo().message
