"""Between the program and its shell: suspended, stopped, without colours, without a terminal that will do."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.session import open_session
from tests.projects import project_of
from tests.terminal.test_tmux import TEXTS, Terminal

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_of(tmp_path, TEXTS, ["Kindness", "Waiting"])


@pytest.fixture
def begun() -> Iterator[list[Terminal]]:
    """The terminals of a test, closed at its end."""
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        terminal.close()


def begin(begun: list[Terminal], *command: object, **size: int) -> Terminal:
    terminal = Terminal(*map(str, command), **size)
    begun.append(terminal)
    return terminal


def program(*arguments: object) -> list[object]:
    return [sys.executable, "-m", "coder", *arguments]


def back_in_the_shell(terminal: Terminal) -> None:
    """Wait until the program has given the terminal back."""
    end = time.monotonic() + 20
    while not terminal.screen().rstrip().endswith(("#", "$")) and time.monotonic() < end:
        time.sleep(0.03)
    assert terminal.flag("alternate_on") == "0" and terminal.flag("mouse_any_flag") == "0"


def underlines(terminal: Terminal) -> bool:
    """Whether something is underlined, once the frame is there."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if re.search(r"\x1b\[[\d;]*\b4[;m]", terminal.tmux("capture-pane", "-p", "-e")):
            return True
        time.sleep(0.03)
    return False


def colours(terminal: Terminal) -> set[str]:
    """The colours that the screen was painted in, as the terminal was told."""
    painted = terminal.tmux("capture-pane", "-p", "-e")
    return {
        c
        for codes in re.findall(r"\x1b\[([\d;:]*)m", painted)
        for c in re.findall(r"\b[34]8[;:]|\b[349][0-7]\b", codes)
    }


def test_ctrl_z_leads_back_to_the_shell_and_fg_to_where_one_was(begun, project):
    terminal = begin(begun, "bash", "--norc", "-i")
    terminal.send(shlex.join(map(str, program("code", project, "--coder", "Ana"))), "Enter")
    terminal.wait("The staff were kind", "nothing selected")
    terminal.send("W", "W")
    terminal.wait("selected “The staff”")
    terminal.send("C-z")
    terminal.wait("Stopped")
    assert terminal.flag("alternate_on") == "0" and terminal.flag("mouse_any_flag") == "0"
    terminal.send("-l", "echo $((6*7))\n")
    terminal.wait("42")
    terminal.send("fg", "Enter")
    terminal.wait("The staff were kind", "selected “The staff”", without="Stopped")
    assert terminal.flag("alternate_on") == "1"
    terminal.send("1")
    terminal.wait("Coded ‘Kindness’")
    terminal.send("C-q")
    back_in_the_shell(terminal)
    terminal.send("-l", "echo $?$?\n")
    terminal.wait("00")


def test_a_program_that_was_stopped_paints_anew_and_leaves_the_terminal_as_it_was(begun, project):
    terminal = begin(begun, "bash", "--norc", "-i")
    terminal.send(shlex.join(map(str, program("code", project, "--coder", "Ana"))), "Enter")
    terminal.wait("The staff were kind", "nothing selected")
    shell = terminal.program()
    process = subprocess.run(["pgrep", "-P", str(shell)], capture_output=True, text=True, check=True).stdout.split()[0]
    os.kill(int(process), signal.SIGSTOP)
    terminal.wait("Stopped")
    terminal.send("fg", "Enter")
    terminal.wait("coder  small.coder", "The staff were kind", "nothing selected", without="Stopped")
    terminal.send("W", "1")
    terminal.wait("Coded ‘Kindness’")
    terminal.send("C-q")
    back_in_the_shell(terminal)
    terminal.send("-l", "echo $((6*7))\n")
    terminal.wait("42")


def test_plain_coder_opens_the_start_screen(begun, project, tmp_path):
    terminal = begin(begun, *program("code", project, "--coder", "Ana"))
    terminal.wait("nothing selected")
    terminal.send("C-q")
    terminal.wait("ENDED WITH 0")
    terminal = begin(begun, *program())
    terminal.wait("Projects", "small", "0 of 3 reviewed")
    terminal.send("Enter")
    terminal.wait("The staff were kind", "nothing selected")
    terminal.send("C-q")
    terminal.wait("ENDED WITH 0")


def test_no_colour_is_sent_where_none_is_wanted(begun, project):
    terminal = begin(begun, "env", "NO_COLOR=1", *program("code", project, "--coder", "Ana"))
    terminal.wait("nothing selected")
    terminal.send("W", "1", "Escape")
    terminal.wait("1 ✓ Kindness", "nothing selected")
    assert colours(terminal) == set()
    assert underlines(terminal), "the words are underlined"


@pytest.mark.parametrize("kind", ["xterm", "linux", "vt100"])
def test_sixteen_colours_do(begun, project, kind):
    terminal = begin(
        begun,
        "env",
        "-u",
        "COLORTERM",
        "-u",
        "TEXTUAL_COLOR_SYSTEM",
        f"TERM={kind}",
        *program("code", project, "--coder", "Ana"),
    )
    terminal.wait("nothing selected")
    terminal.send("W", "1", "Escape")
    terminal.wait("1 ✓ Kindness", "nothing selected")
    assert not {c for c in colours(terminal) if c[:2] in ("38", "48") and len(c) > 2}
    assert underlines(terminal), "the words are underlined"


@pytest.mark.parametrize("arguments", [["code"], []], ids=["with a project", "plain"])
def test_a_terminal_that_can_not_place_a_cursor_is_refused(begun, project, arguments):
    # As high as the help is long.
    terminal = begin(begun, "env", "TERM=dumb", *program(*arguments, *([project] if arguments else [])), height=70)
    shown = terminal.wait("ENDED WITH 2")
    assert ("TERM=dumb" if arguments else "Alone, in a terminal, coder opens its start screen") in shown


def test_a_signal_ends_the_start_screen_in_order(begun):
    terminal = begin(begun, *program())
    terminal.wait("Projects")
    os.kill(terminal.program(), signal.SIGTERM)
    terminal.wait("ENDED WITH 143")
    assert terminal.flag("alternate_on") == "0"


def test_a_terminal_that_is_too_small_says_so_on_the_start_screen(begun):
    terminal = begin(begun, *program(), width=50, height=12)
    terminal.wait("60 × 16")
    terminal.tmux("resize-window", "-x", "80", "-y", "24")
    terminal.wait("Projects", without="60 × 16")


BROKEN = """
import sys
from pathlib import Path
from coder.cli.main import main
from coder.tui.screens.code import CodeScreen
from coder.tui.screens.fault import FaultScreen

CodeScreen.action_go = lambda self, by: 1 / 0
if sys.argv.pop(1) == "twice":
    FaultScreen.action_words = lambda self: 1 / 0
main()
"""


@pytest.mark.parametrize(("how", "keys"), [("once", ["q"]), ("twice", ["w"])], ids=["left", "a second one"])
def test_after_an_error_of_its_own_the_terminal_is_as_it_was(begun, project, how, keys):
    terminal = begin(begun, sys.executable, "-c", BROKEN, how, "code", project, "--coder", "Ana")
    terminal.wait("nothing selected")
    terminal.send("n")
    terminal.wait("coder met an error of its own", "ZeroDivisionError", "go on")
    terminal.send(*keys)
    shown = terminal.wait("ENDED WITH 1", "has ended; everything that was shown", "Please report it")
    assert "Traceback" not in shown
    assert terminal.flag("alternate_on") == "0" and terminal.flag("mouse_any_flag") == "0"
    assert terminal.flag("cursor_flag") == "1"


def test_keys_that_are_typed_while_a_project_opens_act_when_it_is_there(begun, project):
    terminal = begin(begun, *program("code", project, "--coder", "Ana"))
    terminal.wait("coder", "small.coder")  # the frame alone
    terminal.send("W", "1", "Enter")
    terminal.wait("2/3", "reviewed 1 of 3")
    session = open_session(project, "Ana")
    view = session.view(session.queue()[0])
    session.project.close()
    assert [m.span.of(view.response.text) for m in view.marked] == ["The"]


def test_what_is_said_in_a_terminal_breaks_between_words(tmp_path, begun):
    rows = "".join(f"10.0.0.{n},a good and long answer {n}\n" for n in range(9))
    (tmp_path / "s.csv").write_text(f"IP Address,What was good?\n{rows}", encoding="utf-8")
    terminal = begin(begun, *program("import", "survey", tmp_path / "s.csv", tmp_path / "p"), width=50, height=40)
    shown = terminal.wait("ENDED WITH 0")
    said = shown[shown.index("Note: ") :].split("\n")
    assert max(map(len, said)) <= 50
    assert "Left out because they identify people: IP Address" in " ".join(line.strip() for line in said)
    assert "9 new participants; 9 new responses" in " ".join(shown.split())
