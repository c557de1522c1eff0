"""The config file: what it says is taken, what is wrong in it is named with its line, and nothing else is lost."""

from pathlib import Path

import pytest

from coder.config import config_path, read_config, write_config
from coder.errors import RefusedError


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes the config file and reads it."""
    path = tmp_path / "coder.toml"
    monkeypatch.setenv("CODER_CONFIG", str(path))

    def read(text: str):
        path.write_text(text, encoding="utf-8")
        return read_config()

    return read


def test_without_a_file_all_is_as_usual(tmp_path, monkeypatch):
    monkeypatch.setenv("CODER_CONFIG", str(tmp_path / "none.toml"))
    found = read_config()
    assert not found.problems and not found.keymap and not found.look and not found.frames


def test_the_platform_has_a_place_for_it_where_the_environment_names_none(monkeypatch):
    monkeypatch.delenv("CODER_CONFIG")
    assert config_path().name == "config.toml" and "coder" in config_path().parts


def test_a_look_and_keys_are_taken_in_either_way_of_writing_them(config):
    found = config('[look]\ntheme = "light"\nframes-per-second = 30\n[keymap]\n"code.next" = "n"\ncode.undo = "z"\n')
    assert (found.look, found.frames, dict(found.keymap)) == ("light", 30, {"code.next": "n", "code.undo": "z"})
    assert not found.problems


def test_everything_wrong_is_named_at_once_with_its_line_and_the_rest_counts(config):
    look = '[look]\ntheme = "pink"\nframes-per-second = true\nsize = 3\n\n'
    found = config(look + '[keymap]\n"code.next" = 3\n"code.undo" = "z"\n[kexmap]\n')
    assert [p.partition(":")[0] for p in found.problems] == [
        "coder.toml, line 9, kexmap",
        "coder.toml, line 2, look.theme",
        "coder.toml, line 3, look.frames-per-second",
        "coder.toml, line 4, look.size",
        "coder.toml, line 7, keymap.code.next",
    ]
    assert dict(found.keymap) == {"code.undo": "z"} and not found.look and not found.frames


@pytest.mark.parametrize("text", ['[look\ntheme = "dark"', "keymap = 3", "look = []"])
def test_a_file_that_makes_no_sense_leaves_the_usual_settings(config, text):
    found = config(text)
    assert found.problems and "coder.toml" in found.problems[0]
    assert not found.look and not found.keymap


def test_a_broken_line_is_named(config):
    assert "line 3" in config('[keymap]\n"code.next" = "n"\n"code.undo" = \n').problems[0]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x80"])
def test_bytes_that_are_no_text_are_said(config, content):
    config("")
    config_path().write_bytes(content)
    assert "UTF-8" in read_config().problems[0]


def test_a_folder_in_its_place_is_said(config):
    config("")
    config_path().unlink()
    config_path().mkdir()
    assert "can't be read" in read_config().problems[0]


def test_a_first_file_is_written_and_never_over_another(tmp_path, monkeypatch):
    monkeypatch.setenv("CODER_CONFIG", str(tmp_path / "new" / "config.toml"))
    assert write_config("# one\n").read_text(encoding="utf-8") == "# one\n"
    with pytest.raises(RefusedError):
        write_config("# two\n")
    assert config_path().read_text(encoding="utf-8") == "# one\n"
