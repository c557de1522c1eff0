"""How few keypresses coding takes, on the sample survey and through the real screen."""

from statistics import median

from benchmarks.keystrokes import MOST, code_as_ana, uncoded_project
from coder.domain.coding import Span
from coder.session import open_session
from tests.tui.conftest import opened, until
from tests.tui.test_code_screen import suggest


async def test_a_typical_response_with_two_highlights_and_two_themes_takes_at_most_eight_keypresses(tmp_path):
    path = uncoded_project(tmp_path)
    done = await code_as_ana(path, most=11)
    counts = [len(c.keys) for c in done if c.two_and_two]
    assert len(counts) >= 4 and median(counts) <= MOST and sum(count <= MOST for count in counts) > len(counts) / 2
    session = open_session(path, "Ana")
    views = {(v.participant.external_id, v.question.key): v for v in map(session.view, session.queue())}
    for coded in done:
        view = views[coded.participant, coded.question]
        assert view.reviewed and {m.span for m in view.marked} == {c.span for c in coded.codings if c.span}
    session.project.close()


async def test_accepting_a_right_suggestion_and_going_on_takes_at_most_two(project):
    async with opened(project) as (app, _):
        first = app.screen.shown.response.id
        theme = next(iter(app.screen.legend.book.themes)).id
    suggest(project, first, (theme, 0.9, Span(0, 3)))
    for keys in (("a", "enter"), ("A",)):
        async with opened(project) as (app, pilot):
            screen = app.screen
            screen.go_to(first)
            await until(pilot, lambda s=screen: s.suggestion is not None)
            await pilot.press(*keys)
            assert screen.shown.response.id != first
            view = app.session.view(first)
            assert view.reviewed and [c.theme_id for c in view.codings] == [theme]
            while app.session.next_undo() and not app.session.view(first).suggestions:
                app.session.undo()
