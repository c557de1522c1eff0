"""Reading aside for a screen."""

import gc
import warnings

from textual.app import App

from coder.tui.latest import Latest


async def test_a_read_whose_screen_is_left_before_it_begins_is_let_go_quietly():
    shown: list[str] = []
    app: App[None] = App()
    async with app.run_test() as pilot:
        reader = Latest(app.screen, shown.append, lambda error: None)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            reader.ask(lambda: "read")
            app.workers.cancel_all()
            await pilot.pause()
            gc.collect()
    assert not shown
    assert not warned
