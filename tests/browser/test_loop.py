"""The coding loop in a real browser: select, code, go on, take back, come back, leave."""

import signal
import subprocess
import time
from pathlib import Path

import pytest
from python_calamine import load_workbook

from coder.session import open_session
from tests.browser.conftest import Server, Tab

TEXTS = {
    "P1": "The staff were kind. Waiting took hours.",
    "P2": "Good food 👨‍👩‍👧‍👦 and rest, see https://evil.example/?p=2",
    "P3": "Nothing",
}
THEMES = ["Kindness", "Waiting"]


@pytest.fixture
def server(serve):
    return serve(TEXTS, THEMES)


@pytest.fixture
def tab(server, context):
    tab = Tab(context.new_page())
    tab.page.goto(server.link)
    tab.wait("The staff were kind", "1/3", "Kindness", "nothing selected")
    yield tab
    assert tab.errors == []
    assert tab.hosts == {server.host}


def coded(project: Path) -> list[str]:
    """The words that are marked in the first response, as the project has them."""
    session = open_session(project, "Ana")
    view = session.view(session.queue()[0])
    session.project.close()
    return [mark.span.of(view.response.text) for mark in view.marked]


def test_select_code_next_undo_by_the_keyboard_alone_without_a_click(tab, tmp_path):
    tab.press("w", "Shift+W")
    tab.wait("selected “staff”")
    tab.press("1")
    tab.wait("Coded ‘Kindness’", "Codings 1", "“staff”")
    tab.press("Enter")
    tab.wait("Good food", "2/3", "reviewed 1 of 3")
    tab.press("u")
    tab.wait("Undone: marked as reviewed", "1/3", "reviewed 0 of 3")
    assert coded(tmp_path / "small.coder") == ["staff"]


def test_a_drag_selects_exactly_the_words_it_covers(tab, tmp_path):
    tab.page.mouse.move(*tab.point("staff were kind. Waiting"))
    tab.page.mouse.down()
    tab.page.mouse.move(*tab.point("staff were kind. Waiting", 6), steps=4)
    tab.page.mouse.move(*tab.point("staff were kind. Waiting", 9), steps=4)
    tab.page.mouse.up()
    tab.wait("selected “staff were”")
    tab.press("1")
    tab.wait("Coded ‘Kindness’")
    assert coded(tmp_path / "small.coder") == ["staff were"]


def test_a_reload_in_the_middle_comes_back_to_the_same_state(tab, server):
    tab.press("Enter")
    tab.wait("Good food", "2/3")
    tab.press("w", "Shift+W")
    tab.wait("selected “food”")
    screens = server.screens()
    tab.page.reload()
    tab.wait("Good food", "2/3", "reviewed 1 of 3", "selected “food”")
    assert server.screens() == screens
    tab.press("1")  # and the keys go on without a click
    tab.wait("Coded ‘Kindness’", "“food”")
    tab.press("u", "u")
    tab.wait("The staff were kind", "1/3", "reviewed 0 of 3")


def test_a_reload_in_the_middle_of_a_drag_leaves_no_button_down(tab):
    tab.page.mouse.move(*tab.point("staff were kind. Waiting"))
    tab.page.mouse.down()
    tab.page.mouse.move(*tab.point("staff were kind. Waiting", 4), steps=4)
    tab.wait("selected “staff”")
    tab.page.reload()
    tab.wait("selected “staff”")
    tab.page.mouse.up()
    tab.page.mouse.move(*tab.point("took hours"), steps=4)
    tab.press("1")
    tab.wait("Coded ‘Kindness’", "“staff”")


def test_a_second_tab_takes_over_and_the_first_gets_it_back(tab, server, context):
    tab.press("Enter")
    tab.wait("Good food", "2/3")
    second = Tab(context.new_page())
    second.page.goto(f"http://{server.host}/")
    second.wait("Good food", "2/3")
    assert "another tab" in tab.notice()
    second.press("u")
    second.wait("The staff were kind", "1/3")
    tab.page.click("#again")
    tab.wait("The staff were kind", "1/3")
    assert "another tab" in second.notice()
    assert len(server.screens()) == 1


def test_the_window_can_be_made_smaller_and_larger(tab):
    tab.press("w", "Shift+W")
    tab.page.set_viewport_size({"width": 800, "height": 600})
    tab.wait("selected “staff”", "Kindness")
    tab.page.set_viewport_size({"width": 300, "height": 200})
    tab.wait("coder needs a terminal")
    tab.page.set_viewport_size({"width": 1280, "height": 800})
    tab.wait("selected “staff”", "Kindness", without="coder needs")


def test_leaving_says_that_the_work_is_kept_and_opens_again(tab, server):
    tab.press("Enter")
    tab.wait("Good food", "2/3")
    tab.press("Control+q")
    assert "kept" in tab.notice()
    assert server.screens() == []
    tab.page.click("#again")
    tab.wait("reviewed 1 of 3")


def test_a_link_in_somebodys_words_leads_nowhere(tab, context):
    tab.press("Enter")
    tab.wait("evil.example", "2/3")
    tab.page.mouse.move(*tab.point("evil.example"))
    tab.page.mouse.click(*tab.point("evil.example", 3))
    tab.page.wait_for_function("() => document.querySelector('.xterm-cursor-pointer') !== null")
    tab.page.keyboard.down("Control")
    tab.page.mouse.click(*tab.point("evil.example", 4))
    tab.page.keyboard.up("Control")
    tab.press("1")
    tab.wait("Coded ‘Kindness’")
    assert len(context.pages) == 1


def test_an_export_comes_as_a_download(tab, tmp_path):
    tab.press("1")
    tab.wait("Coded ‘Kindness’")
    with tab.page.expect_download() as download:
        tab.press("Control+p")
        tab.wait("What shall be done?")
        tab.page.keyboard.type("export: codings")
        tab.wait("▸ Export: codings")
        tab.press("Enter")
    assert download.value.suggested_filename == "small-codings.xlsx"
    header, row = load_workbook(download.value.path()).get_sheet_by_index(0).to_python()
    assert dict(zip(header, row, strict=True))["theme"] == "Kindness"
    tab.wait("Given to the browser as a download: small-codings.xlsx")
    assert list(tmp_path.glob("*.xlsx")) == []


def test_stopping_the_server_ends_its_screens_and_says_so(serve, context):
    server = serve(TEXTS, THEMES)
    tab = Tab(context.new_page())
    tab.page.goto(server.link)
    tab.wait("nothing selected")
    assert len(server.screens()) == 1
    assert server.stop() == 0
    assert "was stopped" in tab.notice()
    assert leftovers(server) == []


def test_the_screens_end_with_a_server_that_is_killed(serve, context):
    server = serve(TEXTS, THEMES)
    tab = Tab(context.new_page())
    tab.page.goto(server.link)
    tab.wait("nothing selected")
    server.stop(signal.SIGKILL)
    assert "connection is lost" in tab.notice()
    assert leftovers(server) == []


def leftovers(server: Server) -> list[str]:
    """The screens and helpers on the server's project that are still there a while after it."""
    search = ["pgrep", "-af", f"coder.(tui.served|worker) {server.project}"]
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = subprocess.run(search, capture_output=True, text=True, check=False).stdout.splitlines()
        if not found:
            break
        time.sleep(0.05)
    return found
