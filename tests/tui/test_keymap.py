"""The keys of all commands: that they come through every terminal, and what a person may make of them."""

import re
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.widgets import Input

from coder.config import config_path
from coder.tui.keymap import _kinds, all_commands, bindings_of, checked, key_name, keys_of, reliable, swallowed
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.commands import taken
from coder.tui.screens.help import Help
from coder.tui.screens.modals import Choose, Read
from coder.tui.screens.offers import Palette
from coder.tui.widgets.lists import ChoiceList
from tests.tui.conftest import opened, screen_text, until

COMMANDS = all_commands()
EVERY_BINDING = [(kind, binding) for kind in _kinds(DOMNode) for binding in bindings_of(kind)]


def configure(text: str) -> None:
    config_path().write_text(text, encoding="utf-8")


# --- all commands ----------------------------------------------------------------------------------------


def test_every_command_has_a_name_and_says_what_it_does():
    assert [
        (kind.__name__, binding.key)
        for kind, binding in EVERY_BINDING
        if not re.fullmatch(r"[a-z]+\.[a-z_]+", binding.id or "") or not binding.description
    ] == []


def test_no_two_commands_have_one_name():
    found: dict[str, Binding] = {}
    for _, binding in EVERY_BINDING:
        assert found.setdefault(binding.id, binding) is binding


def test_no_command_needs_a_key_that_terminals_swallow():
    assert [(name, key) for name, b in COMMANDS.items() for key in keys_of(b, {}) if not reliable(key)] == []


KEPT_BY_TERMINALS = "ctrl+shift+a,alt+x,ctrl+alt+x,ctrl+enter,ctrl+s,ctrl+o,ctrl+j,ctrl+b,ctrl+i,ctrl+m,ctrl+h,f10,f11"
SENT_BY_TERMINALS = "ctrl+r,ctrl+p,ctrl+c,f1,f9,f12,n,N,shift+right,tab,shift+tab,pagedown"


def test_what_terminals_swallow_is_known():
    assert [key for key in KEPT_BY_TERMINALS.split(",") if not swallowed(key)] == []
    assert [key for key in SENT_BY_TERMINALS.split(",") if swallowed(key)] == []


def test_no_part_of_the_program_shares_a_key_with_another_unasked():
    """Two commands of one group never have one key."""
    held: dict[tuple[str, str], str] = {}
    for name, binding in COMMANDS.items():
        for key in keys_of(binding, {}):
            assert held.setdefault((name.partition(".")[0], key), name) == name


# --- what a person gives ---------------------------------------------------------------------------------


def test_keys_are_taken_as_people_write_them():
    keymap, wrong = checked({"code.next": "ctrl+n, ?", "code.help": "f12", "code.terms": ""})
    assert dict(keymap) == {"code.next": "ctrl+n,question_mark", "code.help": "f12", "code.terms": "no_key"}
    assert not wrong


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"code.nxt": "n"}, "no such command"),
        ({"nothing": "n"}, "no such command"),
        ({"code.next": "ctrl+fish"}, "no key"),
        ({"code.next": "n,,p"}, "no key"),
        ({"code.next": "u"}, "code.undo already"),
        ({"code.next": "s"}, "response.sentence already"),
        ({"code.next": "ctrl+p"}, "app.palette already"),
        ({"code.next": "z", "code.undo": "z"}, "code.next already"),
        ({"ask.cancel": "c"}, "would be typed"),
        ({"app.palette": "p"}, "would be typed"),
    ],
)
def test_what_can_not_be_is_refused_and_named(given, reason):
    keymap, wrong = checked(given)
    assert any(reason in problem for _, problem in wrong)
    assert set(keymap) < set(given)


def test_keys_may_be_swapped_and_shared_between_screens():
    swap = {"code.next": "p", "code.previous": "n", "themes.rename": "n"}
    assert checked(swap) == (swap, [])


def test_a_key_that_a_command_gave_up_is_free_for_a_theme():
    assert "o" in taken({}) and "o" not in taken({"code.terms": "no_key"})
    assert "ä" in taken({"code.terms": "ä"})
    assert {"?", "/", "[", "]"} <= taken({})


def test_keys_are_called_as_people_call_them():
    assert [key_name(key) for key in ("shift+right", "question_mark", "pagedown", "N")] == ["⇧→", "?", "page down", "N"]


# --- on the screen ---------------------------------------------------------------------------------------


async def test_a_remapped_command_acts_by_its_new_key_alone_and_is_shown_by_it(project):
    configure('[keymap]\n"code.choose_theme" = "f12"\n"code.undo" = "z"\n')
    async with opened(project, size=(160, 50)) as (app, pilot):
        screen = app.screen_stack[0]
        foot = screen_text(app).split("\n")[-1]
        assert "f12 choose" in foot and "z undo" in foot and " t choose" not in foot
        assert not {"t", "u"} & screen.taken, "their letters are free for themes"
        await pilot.press("f12")
        assert isinstance(app.screen, Choose)
        await pilot.press("escape", "question_mark")
        assert isinstance(app.screen, Help)
        for typed, shown in (("choose a theme by", r"f12 +choose a theme"), ("undo", r"z +undo")):
            await pilot.press("slash", *typed)
            assert re.search(shown, screen_text(app))
            await pilot.press("escape")


async def test_what_is_wrong_in_the_config_file_is_told_and_coding_goes_on(project):
    configure('[keymap]\n"code.next" = "u"\n"code.previous" = "f12"\n[look]\ntheme = "mauve"\n')
    async with opened(project) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, Read))
        page = screen_text(app)
        assert "line 2" in page and "code.undo" in page and "line 5" in page and "high-contrast" in page
        await pilot.press("escape", "n")
        at = app.screen_stack[0].index
        await pilot.press("f12")
        assert app.screen_stack[0].index == at - 1


async def test_help_begins_with_the_part_that_has_the_focus(project):
    async with opened(project) as (app, pilot):
        await pilot.press("f1")
        lines = [line for line in screen_text(app).split("\n") if line.strip()]
        order = [next(i for i, line in enumerate(lines) if word in line) for word in ("In the response", "next word")]
        assert order == sorted(order)
        assert isinstance(app.screen, Help) and [p.title for p in app.screen._parts] == [
            "In the response",
            "This screen",
            "Anywhere",
        ]
        await pilot.press("escape", "f2")
        await until(pilot, lambda: type(app.screen).__name__ == "ThemesScreen")
        await pilot.press("f1")
        assert app.screen._parts[0].title == "In the list of themes"


async def test_help_comes_also_where_text_is_typed_and_leads_back_to_it(project):
    async with opened(project) as (app, pilot):
        await pilot.press("t", "x", "f1")
        assert isinstance(app.screen, Help) and app.screen._parts[0].title == "While typing"
        await pilot.press("f1", "escape")
        assert isinstance(app.screen, Choose) and app.screen.query_one(Input).value == "x"


async def test_help_is_searched_by_typing(project):
    async with opened(project) as (app, pilot):
        await pilot.press("f1", "slash", *"in vivo")
        page = screen_text(app)
        assert "in vivo: the selected words" in page and "next word" not in page
        await pilot.press("escape")
        assert "next word" in screen_text(app)
        await pilot.press("slash", *"zzz")
        assert "No command has these words" in screen_text(app)
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, CodeScreen)


async def test_the_palette_offers_every_command_of_the_screen_with_its_key_and_does_it(project):
    async with opened(project, size=(160, 60)) as (app, pilot):
        at = app.screen_stack[0].index
        await pilot.press("ctrl+p")
        assert isinstance(app.screen, Palette)
        names = {choice.name for choice in app.screen.query_one(ChoiceList).choices}
        missing = [b.description for b in CodeScreen.BINDINGS if b.description not in names]
        assert missing == []
        await pilot.press(*"next response, without")
        assert re.search(r"next response, without marking it +n ", screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen_stack[0].index == at + 1)


async def test_the_palette_reaches_the_part_in_the_focus(project):
    async with opened(project) as (app, pilot):
        await pilot.press("ctrl+p", *"select the sentence", "enter")
        await until(pilot, lambda: app.screen_stack[0].pane.selection is not None)


def test_the_template_lists_every_command(tmp_path: Path):
    from coder.cli.settings import _template

    assert [name for name in COMMANDS if f'# "{name}" = ' not in _template()] == []
