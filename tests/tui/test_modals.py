"""Questions and pages over a screen."""

import pytest

from tests.tui.conftest import opened, screen_text


@pytest.mark.parametrize("key", ["G", "t", "F", "N", "question_mark", "ctrl+p"])
async def test_a_question_stands_in_the_middle_over_what_it_is_asked_about(project, key):
    async with opened(project, size=(120, 40)) as (app, pilot):
        await pilot.press(key)
        await pilot.pause()
        box = app.screen.query_one(".box").region
        assert abs(box.x - (120 - box.right)) <= 1
        assert abs(box.y - (40 - box.bottom)) <= 1
        assert "sample.coder" in screen_text(app)
