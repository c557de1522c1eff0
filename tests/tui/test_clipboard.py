"""Copying: the words as they are, what is masked masked, by whatever reaches a clipboard from here."""

import base64
import os
import stat
import sys
from pathlib import Path

import pytest

from coder.tui import clipboard
from tests.tui.conftest import opened, screen_text


@pytest.mark.parametrize("key", ["C", "ctrl+c"])
async def test_the_selected_words_or_the_whole_response_are_copied(project, key):
    async with opened(project) as (app, pilot):
        text = app.screen.shown.response.text
        await pilot.press(key)
        assert app.clipboard == text
        await pilot.press("W", "W", key)
        assert app.clipboard == " ".join(text.split()[:2])
        await pilot.pause()
        assert "Copied the selected words" in screen_text(app)


async def test_masked_words_are_copied_masked(project):
    async with opened(project) as (app, pilot):
        word = app.screen.shown.response.text.split()[0]
        await pilot.press("W", "X", "escape", "C")
        assert not app.clipboard.startswith(word) and app.clipboard.startswith("▇")


async def test_ctrl_c_in_a_field_copies_what_is_selected_there(project):
    async with opened(project) as (app, pilot):
        await pilot.press("t", *"skills", "shift+home", "ctrl+c")
        assert app.clipboard == "skills"


def environment(monkeypatch: pytest.MonkeyPatch, **given: str) -> None:
    for name in ("TMUX", "SSH_CONNECTION", "WAYLAND_DISPLAY", "DISPLAY", "WSL_DISTRO_NAME", "STY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)


@pytest.mark.skipif(sys.platform != "linux", reason="what Linux has")
def test_the_tools_are_those_that_reach_the_desk_one_sits_at(monkeypatch):
    environment(monkeypatch)
    assert list(clipboard.tools()) == []
    environment(monkeypatch, DISPLAY=":0", WAYLAND_DISPLAY="w")
    assert [t[0] for t in clipboard.tools()] == ["wl-copy", "xclip", "xsel"]
    environment(monkeypatch, DISPLAY=":0", SSH_CONNECTION="x", TMUX="t")
    assert [t[0] for t in clipboard.tools()] == ["tmux"]


@pytest.mark.skipif(os.name == "nt", reason="a shell script as the tool")
def test_a_tool_gets_the_text_as_it_is_and_a_broken_one_does_no_harm(tmp_path: Path, monkeypatch):
    environment(monkeypatch, DISPLAY=":0")
    for name, script in (("xclip", "exit 1"), ("xsel", f"cat > {tmp_path}/got")):
        tool = tmp_path / name
        tool.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    clipboard._by_tool("Größe\x1b \ud800")
    assert (tmp_path / "got").read_bytes() == "Größe\x1b ?".encode()


def test_screen_gets_it_wrapped_in_pieces(monkeypatch):
    environment(monkeypatch, STY="1.x")
    written: list[str] = []
    driver = type("Driver", (), {"write": lambda _, text: written.append(text)})()
    text = "word " * 300
    clipboard._through_screen(type("App", (), {"_driver": driver})(), text)
    pieces = written[0].split("\x1bP")[1:]
    assert len(pieces) > 5 and all(piece.endswith("\x1b\\") for piece in pieces)
    whole = "".join(piece.removesuffix("\x1b\\") for piece in pieces)
    assert base64.b64decode(whole.removeprefix("\x1b]52;c;").removesuffix("\a")).decode() == text
