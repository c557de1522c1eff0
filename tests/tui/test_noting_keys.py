"""Stars and masks by their keys."""

import pytest

from coder.domain.coding import Span
from coder.tui.widgets.describe import mask_at, quote_at
from tests.tui.conftest import opened, screen_text
from tests.tui.test_code_screen import CONFIDENCE, PEOPLE, SKILLS, key_of, screen_of, status


def view_of(app):
    return app.session.view(screen_of(app).shown.response.id)


async def test_asterisk_stars_the_highlight_at_the_caret_and_takes_the_star_off_again(project):
    async with opened(project) as (app, pilot):
        await pilot.press("W", "W", key_of(app, PEOPLE), "b", "asterisk")
        (marked,) = view_of(app).marked
        assert view_of(app).stars == (marked.span,)
        assert "starred" in status(app) and "★ “" in screen_text(app)
        await pilot.press("asterisk")
        assert view_of(app).stars == ()


async def test_asterisk_stars_the_selected_words_or_else_the_whole_response(project):
    async with opened(project) as (app, pilot):
        whole = Span(0, len(view_of(app).response.text))
        await pilot.press("asterisk")
        assert view_of(app).stars == (whole,) and "★ whole response" in screen_text(app)
        await pilot.press("w", "W", "asterisk")
        selected = screen_of(app).pane.selection
        assert view_of(app).stars == (whole, selected)
        await pilot.press("u", "u")
        assert view_of(app).stars == ()


async def test_the_star_stands_in_the_margin_however_many_themes_and_masks_begin_there(project):
    async with opened(project) as (app, pilot):
        await pilot.press("W", *(key_of(app, theme) for theme in (PEOPLE, SKILLS, CONFIDENCE)), "X", "asterisk")
        assert screen_of(app).pane.render_line(0).text.startswith("★")


async def test_x_masks_the_selected_words_which_stay_readable_and_unmasks_at_the_caret(project):
    async with opened(project) as (app, pilot):
        await pilot.press("X")
        assert "Select the words first" in status(app)
        await pilot.press("W", "X")
        (mask,) = view_of(app).masks
        words = mask.of(view_of(app).response.text)
        text = screen_text(app)
        assert words in text and "▇" in text
        await pilot.press("escape", "left", "X")
        assert view_of(app).masks == ()


@pytest.mark.parametrize(
    ("caret", "selection", "expected"),
    [
        (2, None, Span(0, 5)),  # the highlight at the caret
        (2, Span(1, 3), Span(0, 5)),  # a selection inside it
        (8, Span(2, 8), Span(2, 8)),  # a selection beyond it
        (9, None, Span(0, 27)),  # nothing there: the whole response
        (18, None, Span(17, 22)),  # a star without a highlight
    ],
)
def test_what_a_star_is_for(tmp_path, caret, selection, expected):
    from tests.projects import session_of

    session = session_of(tmp_path, {"P1": "Great people and great food"})
    (response,) = session.queue()
    session.mark(response, Span(0, 5))
    session.star(response, Span(17, 22))
    session.star(response)
    assert quote_at(session.view(response), caret, selection) == expected
    assert mask_at(session.view(response), caret, selection) is None
