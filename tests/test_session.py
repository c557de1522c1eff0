"""What a coder does, act by act; and that undo takes any of it back exactly."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from coder.analysis.history import history
from coder.analysis.tally import tally
from coder.domain.coding import Origin, Span, Suggestion
from coder.domain.memo import Place, Subject
from coder.errors import RefusedError
from coder.session import ResponseView, Session, open_session
from coder.store import schema, suggestions
from tests.projects import QUESTION, project_of, quote_keys, session_of, state, theme_id

TEXTS = {"P1": "Great people and great food", "P2": "The food", "P3": "n/a", "P4": ""}


def test_the_queue_holds_answered_responses_alone(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    assert [session.view(i).participant.external_id for i in session.queue()] == ["P1", "P2"]


def test_selected_words_become_a_highlight_and_its_coding(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    first = session.queue()[0]
    session.assign(first, theme_id(session, "Food"), Span(23, 27))
    view = session.view(first)
    assert view.marked[0].span.of(view.response.text) == "food"
    assert view.marked[0].theme_ids == (theme_id(session, "Food"),)
    assert view.codings[0].highlight_ids == (view.marked[0].highlight_id,)


def test_without_a_selection_the_whole_response_is_coded(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Food"])
    first = session.queue()[0]
    session.assign(first, theme_id(session, "Food"))
    view = session.view(first)
    assert (len(view.codings), view.codings[0].highlight_ids, view.marked) == (1, (), ())


def test_a_theme_said_twice_is_one_coding_with_two_highlights_and_counts_once(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["Praise"])
    first, praise = session.queue()[0], theme_id(session, "Praise")
    session.assign(first, praise, Span(0, 5))
    second = session.assign(first, praise, Span(17, 22))
    assert "counts once" in second.message
    again = session.assign(first, praise, Span(17, 22))
    assert not again.changed
    view = session.view(first)
    assert len(view.codings) == 1 and len(view.codings[0].highlight_ids) == 2
    assert session.counts(view.question.id)[praise] == 1


def test_a_highlight_may_serve_several_themes_and_goes_with_the_last(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A", "B"])
    first, a, b = session.queue()[0], theme_id(session, "A"), theme_id(session, "B")
    session.assign(first, a, Span(0, 5))
    session.assign(first, b, Span(0, 5))
    assert session.view(first).marked[0].theme_ids == (a, b)
    session.unassign(first, a)
    assert session.view(first).marked[0].theme_ids == (b,)
    session.unassign(first, b)
    assert session.view(first).marked == ()


def test_removing_the_only_evidence_removes_the_coding(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    first, a = session.queue()[0], theme_id(session, "A")
    session.assign(first, a, Span(0, 5))
    session.assign(first, a, Span(6, 12))
    one, two = session.view(first).marked
    session.remove_highlight(one.highlight_id)
    assert len(session.view(first).codings) == 1
    assert "‘A’" in session.remove_highlight(two.highlight_id).message
    assert session.view(first).codings == ()


def test_in_vivo_makes_a_theme_of_the_words_and_is_one_step_of_undo(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    before = state(session)
    first = session.queue()[0]
    done = session.in_vivo(first, Span(0, 12))
    assert session.codebook.by_id[done.theme_id or 0].name == "Great people"
    assert session.codebook.by_id[done.theme_id or 0].questions == {QUESTION}
    session.undo()
    assert state(session) == before


def test_a_suggestion_becomes_a_coding_by_accepting_it_alone_and_keeps_its_origin(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    first, a = session.queue()[0], theme_id(session, "A")
    session.accept(first, a)
    assert session.view(first).codings[0].origin is Origin.SUGGESTION


def test_a_rejection_is_kept_until_the_theme_is_coded_after_all(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    first, a = session.queue()[0], theme_id(session, "A")
    session.reject(first, a)
    assert not session.reject(first, a).changed
    session.assign(first, a)
    with pytest.raises(RefusedError):
        session.reject(first, a)


def suggest(session: Session, response_id: int, *themes: int, score: float = 0.8) -> int:
    """Let a new model have suggested these themes for a response; the model's number."""
    with session.project.write() as connection:
        model = suggestions.add_model(connection, 0, {})
        suggestions.put_suggestions(
            connection, model, [response_id], [Suggestion(response_id, t, score) for t in themes]
        )
    return model


@pytest.mark.parametrize("ground", ["coding", "codebook"])
def test_the_log_says_which_model_a_suggestion_came_from_how_sure_it_was_and_on_what_ground(
    tmp_path: Path, ground: str
) -> None:
    session = session_of(tmp_path, TEXTS, ["A", "B"])
    first, a, b = session.queue()[0], theme_id(session, "A"), theme_id(session, "B")
    model = suggest(session, first, a, b)
    with session.project.write() as connection:
        connection.execute(update(schema.suggestion).values(ground=ground))
    session.accept(first, a)
    session.reject(first, b)
    for event in history(session.project)[-2:]:
        assert {k: event.facts[k] for k in ("model", "score", "ground")} == {
            "model": model,
            "score": 0.8,
            "ground": ground,
        }
    session.unassign(first, a)
    session.assign(first, a)
    assert "model" not in history(session.project)[-1].facts, "what a coder found is nobody's suggestion"


def test_no_later_model_brings_a_rejected_suggestion_back_to_the_coder_but_undo_does(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    ben = open_session(session.project.path, "Ben")
    first, a = session.queue()[0], theme_id(session, "A")
    suggest(session, first, a)
    session.reject(first, a)
    for score in (0.9, 0.99):
        suggest(session, first, a, score=score)
        assert session.view(first).suggestions == ()
        assert [s.theme_id for s in ben.view(first).suggestions] == [a], "another coder has not refused it"
    session.undo()
    assert [s.score for s in session.view(first).suggestions] == [0.99]
    session.redo()
    assert session.view(first).suggestions == ()


def test_a_response_reviewed_before_a_theme_existed_is_stale_until_it_is_reviewed_again(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    first = session.queue()[0]
    session.review(first)
    assert not session.view(first).stale
    session.create_theme("B", question_key=QUESTION)
    assert session.view(first).stale
    session.review(first)
    assert not session.view(first).stale


def test_next_unreviewed_wraps_around_and_ends(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    queue = session.queue()
    session.review(queue[1])
    assert session.next_unreviewed(queue, 1) == 0
    session.review(queue[0])
    assert session.next_unreviewed(queue, 0) is None


def test_merging_joins_codings_evidence_and_sub_themes_and_can_be_undone(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A", "B"])
    first, second = session.queue()
    a, b = theme_id(session, "A"), theme_id(session, "B")
    child = session.create_theme("Child", parent_id=a).theme_id
    session.assign(first, a, Span(0, 5))
    session.assign(first, b, Span(6, 12))
    session.assign(second, a)
    before = state(session)
    said = session.merge_preview(a, b)
    assert "‘A’ has 2 participants, ‘B’ 1 participant, 1 of them both. Merged, ‘B’ has 2 participants" in said
    session.merge_themes(a, b)
    assert a not in session.codebook.by_id
    assert session.codebook.by_id[child or 0].parent_id == b
    assert len(session.view(first).codings) == 1 and len(session.view(first).codings[0].highlight_ids) == 2
    assert session.view(second).codings[0].theme_id == b
    session.undo()
    assert state(session) == before


def test_nesting_and_merging_after_the_reviews_leave_the_percentages(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    first, second = session.queue()
    session.assign(first, theme_id(session, "A"))
    session.review(first)
    session.review(second)
    category = session.create_theme("Category", question_key=QUESTION).theme_id or 0
    session.move_theme(theme_id(session, "A"), category)
    twin = session.create_theme("Twin", question_key=QUESTION).theme_id or 0
    for merged in (False, True):
        if merged:
            session.merge_themes(theme_id(session, "A"), twin)
        found = {t.theme_id: (t.participants, t.base) for t in tally(session.project).questions[0].counted.themes}
        assert found[twin if merged else category] == (1, 2)


def test_a_theme_with_sub_themes_is_not_deleted_and_one_with_codings_comes_back(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A", "B"])
    a, b = theme_id(session, "A"), theme_id(session, "B")
    session.move_theme(b, a)
    with pytest.raises(RefusedError):
        session.delete_theme(a)
    session.assign(session.queue()[0], b, Span(0, 5))
    before = state(session)
    assert "its 1 codings" in session.delete_theme(b).message
    session.undo()
    assert state(session) == before


def test_search_finds_words_and_beginnings_without_any_syntax(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    first, second = session.queue()
    assert list(session.queue(search_for="food")) == [first, second]
    assert list(session.queue(search_for="peop gre")) == []
    assert list(session.queue(search_for="great peop")) == [first]
    assert list(session.queue(search_for='" OR NOT * (')) == []


def test_undo_and_redo_reach_across_restarts(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS, ["A"])
    session = open_session(path, "Ana")
    start = state(session)
    session.assign(session.queue()[0], theme_id(session, "A"), Span(0, 5))
    end = state(session)
    session.project.close()
    session = open_session(path)
    assert session.coder_name == "Ana"
    assert "coded ‘A’" in session.undo().message
    assert state(session) == start
    session.project.close()
    session = open_session(path)
    session.redo()
    assert state(session) == end
    assert not session.redo().changed


def test_undo_is_of_the_coders_own_acts_and_refused_where_others_built_on_them(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS)
    ana, ben = open_session(path, "Ana"), open_session(path, "Ben")
    theme = ana.create_theme("A", question_key=QUESTION).theme_id or 0
    assert ben.changed()
    ben.assign(ben.queue()[0], theme)
    with pytest.raises(RefusedError) as refused:
        ana.undo()
    assert "1 codings" in refused.value.problems[0] and "Ben" in refused.value.problems[0]
    ben.undo()
    ana.undo()
    assert theme not in ana.codebook.by_id


def test_an_import_is_undone_and_redone_as_one(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    full = state(session)
    assert session.next_undo() is not None and session.next_undo()[1]  # type: ignore[index]
    session.undo()
    assert len(session.queue()) == 0
    assert not session.undo().changed
    session.redo()
    assert state(session) == full
    assert list(session.queue(search_for="food")) == list(session.queue())


def test_two_moves_at_the_same_time_or_an_undo_never_close_a_circle(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS, ["X", "Y"])
    ana, ben = open_session(path, "Ana"), open_session(path, "Ben")
    x, y = theme_id(ana, "X"), theme_id(ana, "Y")
    ana.move_theme(x, y)
    with pytest.raises(RefusedError):
        ben.move_theme(y, x)
    ana.move_theme(x, None)
    ben.move_theme(y, x)
    with pytest.raises(RefusedError):
        ana.undo()
    ana.changed()
    assert {t.id for t in ana.codebook.themes} == {x, y}


def test_undo_and_redo_of_what_hangs_on_others_work_are_refused_with_a_reason(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS)
    ana, ben = open_session(path, "Ana"), open_session(path, "Ben")
    theme = ana.create_theme("T", question_key=QUESTION).theme_id or 0
    ben.assign(ben.queue()[0], theme)
    ben.undo()
    ana.undo()
    with pytest.raises(RefusedError):
        ben.redo()
    ana.redo()
    ben.redo()
    assert ben.counts(ben.questions[0].id)[theme] == 1


def test_a_theme_called_erased_is_undone_like_any_other(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS)
    session.create_theme("erased", question_key=QUESTION)
    session.assign(session.queue()[0], theme_id(session, "erased"))
    assert session.next_undo() == ("coded ‘erased’", False)


def test_words_that_were_highlighted_first_stay_when_a_theme_on_them_goes(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    first, a = session.queue()[0], theme_id(session, "A")
    session.mark(first, Span(0, 5))
    session.assign(first, a, Span(0, 5))
    session.unassign(first, a)
    assert [m.span for m in session.view(first).marked] == [Span(0, 5)]


def test_a_coding_of_the_whole_response_outlives_evidence_that_was_added_later(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    first, a = session.queue()[0], theme_id(session, "A")
    session.assign(first, a)
    session.assign(first, a, Span(0, 5))
    session.remove_highlight(session.view(first).marked[0].highlight_id)
    assert [c.theme_id for c in session.view(first).codings] == [a]


def test_a_theme_cannot_stop_serving_a_question_on_which_it_is_coded(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["A"])
    session.assign(session.queue()[0], theme_id(session, "A"))
    with pytest.raises(RefusedError) as refused:
        session.edit_theme(theme_id(session, "A"), questions={"another question"})
    assert "1 codings" in refused.value.message


def test_a_theme_that_another_program_removed_is_said_to_be_gone(tmp_path: Path) -> None:
    path = project_of(tmp_path, TEXTS, ["A", "B"])
    ana, ben = open_session(path, "Ana"), open_session(path, "Ben")
    a, b = theme_id(ana, "A"), theme_id(ana, "B")
    ben.delete_theme(b)
    for act in (
        lambda: ana.merge_themes(a, b),
        lambda: ana.unassign(ana.queue()[0], b),
        lambda: ana.edit_theme(b, name="C"),
        lambda: ana.move_theme(b, a),
    ):
        with pytest.raises(RefusedError, match="gone"):
            act()
    assert a in ana.codebook.by_id


def test_a_theme_merges_into_its_parent_though_its_own_child_bears_its_name(tmp_path: Path) -> None:
    session = session_of(tmp_path, TEXTS, ["T"])
    parent = theme_id(session, "T")
    below = session.create_theme("X", parent_id=parent).theme_id or 0
    lowest = session.create_theme("X", parent_id=below).theme_id or 0
    session.merge_themes(below, parent)
    assert session.codebook.by_id[lowest].parent_id == parent


ACTS = ("assign", "whole", "mark", "unassign", "unmark", "in_vivo", "accept", "reject", "review", "unreview")
NOTING = ("star", "unstar", "mask", "unmask", "memo", "memo_theme", "edit_memo", "gather", "gather_new")
SHAPING = ("create", "edit", "move", "shift", "merge", "split", "archive", "bring_back", "delete", "undo", "redo")


def _noted(view: ResponseView, pick: int) -> Place:
    """Something at a response to write a memo on."""
    things = [Place(Subject.RESPONSE, view.response.id), Place(Subject.PARTICIPANT, view.participant.id)]
    things += [Place(Subject.CODING, c.id) for c in view.codings]
    things += [Place(Subject.HIGHLIGHT, m.highlight_id) for m in view.marked]
    return things[pick % len(things)]


def perform(session: Session, act: str, pick: int) -> None:
    """One act on things chosen by `pick`; what can't be done is refused, and that is fine."""
    queue = session.queue()
    if not queue:  # the import itself is undone
        session.redo()
        return
    response = queue[pick % len(queue)]
    themes = [t.id for t in session.codebook.themes]
    theme, other = (themes[pick % len(themes)], themes[(pick // 3) % len(themes)]) if themes else (0, 0)
    view = session.view(response)
    start = pick % (len(view.response.text) - 1)
    span = Span(start, min(len(view.response.text), start + 1 + pick % 6))
    steps = {
        "assign": lambda: session.assign(response, theme, span),
        "whole": lambda: session.assign(response, theme),
        "mark": lambda: session.mark(response, span),
        "unassign": lambda: session.unassign(response, theme),
        "unmark": lambda: session.remove_highlight(view.marked[pick % len(view.marked)].highlight_id),
        "in_vivo": lambda: session.in_vivo(response, span),
        "accept": lambda: session.accept(response, theme, span),
        "reject": lambda: session.reject(response, theme),
        "star": lambda: session.star(response, span),
        "unstar": lambda: session.unstar(response, view.stars[pick % len(view.stars)]),
        "mask": lambda: session.mask(response, span),
        "unmask": lambda: session.unmask(response, view.masks[pick % len(view.masks)]),
        "memo": lambda: session.write_memo(_noted(view, pick), f"note {pick}"),
        "memo_theme": lambda: session.write_memo(Place(Subject.THEME, theme), f"note {pick}"),
        "edit_memo": lambda: session.edit_memo(session.noted()[-1].memo.id, f"edit {pick}"),
        "gather": lambda: session.assign_many([h.id for h in session.open_highlights(view.question.id)], theme),
        "gather_new": lambda: session.assign_many([m.highlight_id for m in view.marked], f"G{pick}"),
        "review": lambda: session.review(response),
        "unreview": lambda: session.unreview(response),
        "create": lambda: session.create_theme(f"T{pick}", parent_id=theme or None, question_key=QUESTION),
        "edit": lambda: session.edit_theme(theme, name=f"N{pick}", keywords=("a", "b"), definition="d"),
        "move": lambda: session.move_theme(theme, other),
        "shift": lambda: session.shift_theme(theme, 1 if pick % 2 else -1),
        "merge": lambda: session.merge_themes(theme, other),
        "split": lambda: session.split_theme(quote_keys(session, theme)[:2], other, theme, copy=bool(pick % 2)),
        "archive": lambda: session.archive_theme(theme),
        "bring_back": lambda: session.bring_back_theme(session.archived()[0].theme_id),
        "delete": lambda: session.delete_theme(theme),
        "undo": session.undo,
        "redo": session.redo,
    }
    with suppress(RefusedError, KeyError, IndexError, ZeroDivisionError):  # or there is no theme or highlight to act on
        steps[act]()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ACTS + NOTING + SHAPING), st.integers(0, 40)), max_size=14))
def test_undoing_everything_restores_the_start_and_redoing_everything_the_end(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int]]
) -> None:
    session = session_of(tmp_path_factory.mktemp("undo"), TEXTS, ["A", "B"])
    try:
        for act, pick in acts:
            perform(session, act, pick)
        end = state(session)
        done = 0
        while session.undo().changed:
            done += 1
        bottom = state(session)
        assert bottom["theme"] == bottom["response"] == [], "the import and the first themes are undone as well"
        for _ in range(done):
            assert session.redo().changed
        assert state(session) == end
    finally:
        session.project.close()
