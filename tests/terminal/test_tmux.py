"""The coding loop in a real terminal: begin, code, leave; and what is left behind when it is ended from outside."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.session import open_session
from tests.projects import project_of

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")

RUN = "import sys; from pathlib import Path; from coder.tui.app import run; sys.exit(run(Path(sys.argv[1]), 'Ana'))"
TEXTS = {"P1": "The staff were kind. Waiting took hours.", "P2": "Good food 👨‍👩‍👧‍👦 and rest", "P3": "Nothing"}
ROOT = Path(__file__).resolve().parents[2]


class Terminal:
    """A tmux server of its own with a shell-less window in which a command runs."""

    def __init__(self, *command: str, width: int = 90, height: int = 26) -> None:
        self._socket = f"coder{uuid.uuid4().hex[:8]}"
        ended = 'echo "ENDED WITH $?"; exec sleep 60'
        # pytest-xdist exports a fixed COLUMNS, which would override the terminal's own size.
        line = shlex.join(["env", "-u", "COLUMNS", "-u", "LINES", f"PYTHONPATH={ROOT}", *command])
        size = ("-x", str(width), "-y", str(height))
        self.tmux("new-session", "-d", *size, "-c", str(ROOT), f"{line}; {ended}")

    def tmux(self, *arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-L", self._socket, "-f", "/dev/null", *arguments],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
        ).stdout

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def wait(self, *texts: str, without: str = "") -> str:
        """What is on the screen once all these texts are."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            shown = self.screen()
            if all(text in shown for text in texts) and (not without or without not in shown):
                return shown
            time.sleep(0.03)
        raise AssertionError(f"{texts} not on:\n{shown}")

    def send(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def flag(self, name: str) -> str:
        return self.tmux("display-message", "-p", f"#{{{name}}}").strip()

    def program(self) -> int:
        """The process id of the Python program in the window."""
        shell = self.flag("pane_pid")
        children = subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True, check=True)
        return int(children.stdout.split()[0])

    def close(self) -> None:
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_of(tmp_path, TEXTS, ["Kindness", "Waiting"])


@pytest.fixture
def terminal(project: Path) -> Iterator[Terminal]:
    terminal = Terminal(sys.executable, "-c", RUN, str(project))
    yield terminal
    terminal.close()


def test_read_select_code_next_and_leave(terminal, project):
    terminal.wait("The staff were kind", "1/3", "nothing selected")
    terminal.send("w")
    terminal.send("W")
    terminal.wait("selected “staff”")
    terminal.send("1")
    terminal.wait("Coded ‘Kindness’", "Codings 1", "“staff”")
    terminal.send("Enter")
    terminal.wait("Good food", "2/3", "reviewed 1 of 3")
    terminal.send("u")
    terminal.wait("Undone: marked as reviewed", "1/3")
    terminal.send("C-q")
    terminal.wait("ENDED WITH 0")
    session = open_session(project, "Ana")
    view = session.view(session.queue()[0])
    assert [m.span.of(view.response.text) for m in view.marked] == ["staff"]
    assert len(view.codings) == 1 and not view.reviewed
    session.project.close()


def test_a_drag_and_a_resize_keep_the_words(terminal):
    terminal.wait("The staff were kind", "nothing selected")
    row = next(n for n, line in enumerate(terminal.screen().split("\n"), 1) if "The staff" in line)
    terminal.send("-l", f"\x1b[<0;9;{row}M")
    terminal.send("-l", f"\x1b[<32;13;{row}M")
    terminal.send("-l", f"\x1b[<0;13;{row}m")
    terminal.wait("selected “staff”")
    terminal.tmux("resize-window", "-x", "62", "-y", "20")
    terminal.wait("selected “staff”", "took hours.", without="kind. Waiting took")
    terminal.tmux("resize-window", "-x", "50", "-y", "14")
    terminal.wait("60 × 16")
    terminal.tmux("resize-window", "-x", "90", "-y", "26")
    terminal.wait("selected “staff”", without="60 × 16")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_the_terminal_as_it_was(terminal, number):
    terminal.wait("nothing selected")
    assert terminal.flag("alternate_on") == "1" and terminal.flag("mouse_any_flag") == "1"
    os.kill(terminal.program(), number)
    if number is signal.SIGINT:  # a stray ctrl+c does not end the session
        terminal.wait("nothing selected")
        return
    terminal.wait(f"ENDED WITH {128 + number}")
    assert terminal.flag("alternate_on") == "0" and terminal.flag("mouse_any_flag") == "0"
    assert terminal.flag("cursor_flag") == "1"


def test_what_was_shown_survives_a_kill(terminal, project):
    terminal.wait("The staff were kind", "nothing selected")
    terminal.send("2")
    terminal.wait("Coded ‘Waiting’")
    os.kill(terminal.program(), signal.SIGKILL)
    terminal.wait("ENDED WITH 137")
    session = open_session(project, "Ana")
    assert len(session.view(session.queue()[0]).codings) == 1
    session.project.close()


def test_the_helper_ends_with_the_screen(terminal):
    terminal.wait("nothing selected")
    program = terminal.program()
    helpers = subprocess.run(["pgrep", "-P", str(program)], capture_output=True, text=True, check=False)
    terminal.send("C-q")
    terminal.wait("ENDED WITH 0")
    for helper in helpers.stdout.split():
        assert not Path(f"/proc/{helper}").exists() or not Path("/proc").exists()


def test_a_lost_terminal_ends_the_program(project):
    deaf = shlex.join([sys.executable, "-c", RUN, str(project)])
    terminal = Terminal("sh", "-c", f"trap '' HUP; exec {deaf}")
    terminal.wait("nothing selected")
    program = terminal.program()
    terminal.close()
    end = time.monotonic() + 15
    while time.monotonic() < end and _runs(program):
        time.sleep(0.05)
    assert not _runs(program)


def _runs(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def test_keys_that_come_in_one_burst_act_in_their_order(terminal, project):
    """Over a slow line several keys arrive at once: each theme goes on the words, and the response, before it."""
    terminal.wait("The staff were kind", "1/3", "nothing selected")
    terminal.send("W", "W", "1", "Enter", "2", "n", "p")
    terminal.wait("2/3", "2 ✓ Waiting")
    session = open_session(project, "Ana")
    first, second, third = (session.view(i) for i in session.queue())
    session.project.close()
    assert [m.span.of(first.response.text) for m in first.marked] == ["The staff"]
    assert [[session.codebook.by_id[c.theme_id].name for c in view.codings] for view in (first, second, third)] == [
        ["Kindness"],
        ["Waiting"],
        [],
    ]


def test_the_order_that_the_command_line_names_is_kept(project):
    for extra in (("--queue", "random"), ()):
        terminal = Terminal(sys.executable, "-m", "coder", "code", str(project), "--coder", "Ana", *extra)
        try:
            terminal.wait("at random  1/3", "nothing selected")
            terminal.send("C-q")
            terminal.wait("ENDED WITH 0")
        finally:
            terminal.close()


def test_what_is_typed_while_a_question_opens_is_not_lost(terminal, project):
    terminal.wait("The staff were kind", "1/3", "nothing selected")
    terminal.send("-l", "twait")
    terminal.wait("Theme for the whole response", "wait")
    terminal.send("Enter")
    terminal.wait("Coded ‘Waiting’")
