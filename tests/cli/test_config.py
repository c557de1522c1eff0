"""coder config: where the file is, whether it is right, and one to begin with."""

import tomllib

from coder.config import config_path
from tests.cli.commands import coder, ok


def test_it_says_where_the_file_would_be():
    ran = ok(coder("config"))
    assert ran.out.strip() == str(config_path()) and "no such file" in ran.err


def test_it_writes_a_file_that_changes_nothing_and_is_right():
    assert str(config_path()) in ok(coder("config", "--write")).err
    assert tomllib.loads(config_path().read_text(encoding="utf-8")) == {"look": {}, "keymap": {}}
    assert "The file is right" in ok(coder("config")).err
    assert coder("config", "--write").status == 1


def test_a_commented_line_of_it_counts_once_its_sign_is_taken_away():
    ok(coder("config", "--write"))
    text = config_path().read_text(encoding="utf-8").replace('# "code.undo" = "u"', '"code.undo" = "z"')
    config_path().write_text(text.replace("# theme =", "theme ="), encoding="utf-8")
    assert "1 commands have keys of yours" in ok(coder("config")).err


def test_it_names_everything_that_is_wrong_and_what_may_not_come_through():
    config_path().write_text('[keymap]\n"code.undo" = "ctrl+s"\n"code.next" = "t"\n"what.is" = "q"\n', encoding="utf-8")
    ran = coder("config")
    assert ran.status == 1
    assert "line 2" in ran.err and "may not come through" in ran.err
    assert "line 3" in ran.err and "code.choose_theme" in ran.err and "line 4" in ran.err


def test_the_file_with_every_sign_taken_away_says_what_holds_already():
    ok(coder("config", "--write"))
    lines = config_path().read_text(encoding="utf-8").split("\n")
    bare = [
        line.removeprefix("# ") if line.startswith(('# "', "# theme =", "# frames-per")) else line for line in lines
    ]
    config_path().write_text("\n".join(bare), encoding="utf-8")
    assert "The file is right" in ok(coder("config")).err
