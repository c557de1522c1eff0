"""No byte of anybody's text reaches the terminal as a command: from no field, on no screen."""

import csv
import os
import re
import sys
import time
from pathlib import Path

import pytest

from coder.domain.coding import Span
from coder.domain.memo import PROJECT, Place, Subject
from coder.imports import PlanOptions, SurveyRequest, import_survey
from coder.session import open_session

pexpect = pytest.importorskip("pexpect", reason="needs a POSIX terminal")
pyte = pytest.importorskip("pyte", reason="needs pyte to read the screen")

ATTACKS = (
    "\x1b[31mRED\x1b[0m \x1b]0;pwned\x07 \x1b]52;c;cHduZWQ=\x07 \x1b[2J\x1b[10;10Hmoved \x1bcreset "
    "\x9b31mC1 \x9d0;pwned\x9c so\x0e bs\x08\x08 vt\x0b del\x7f \u202eRLO\u202c \u2066iso\u2069 z\u200bw "
    "[bold]b[/bold] [@click=app.bell]click[/] [/unclosed] \u2028ls \x85nel"
)
FORBIDDEN = {
    "a colour": b"\x1b[31mRED",
    "a title": b"\x1b]0;pwned",
    "the clipboard": b"\x1b]52",
    "a cleared screen": b"\x1b[2J\x1b[10;10H",
    "a reset": b"\x1bc",
    "C1 CSI": "\x9b".encode(),
    "C1 OSC": "\x9d".encode(),
    "NEL": "\x85".encode(),
    "NUL": b"\x00",
    "BEL": b"\x07",
    "BS": b"\x08",
    "VT": b"\x0b",
    "SO": b"\x0e",
    "DEL": b"\x7f",
    "RLO": "\u202e".encode(),
    "isolate": "\u2066".encode(),
    "line separator": "\u2028".encode(),
}
RUN = (
    "import sys; from pathlib import Path; from coder.tui.app import run; sys.exit(run(Path(sys.argv[1]), sys.argv[2]))"
)


@pytest.fixture
def hostile_project(tmp_path: Path) -> Path:
    """A project in which every name and text is an attack."""
    survey = tmp_path / "survey.csv"
    question = f"Why {ATTACKS}?"
    with survey.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["participant_id", f"site {ATTACKS}", question])
        out.writerows([f"P{n} {ATTACKS}", f"here {ATTACKS}", f"text {n} {ATTACKS}\nnul \x00 end"] for n in range(3))
    path = tmp_path / "sur\x1b]0;pwned\x07vey.coder"
    options = PlanOptions(id="participant_id", open=("3",), attribute=("2",))
    import_survey(survey, path, SurveyRequest(options=options), coder_name=f"Ana {ATTACKS}")
    session = open_session(path, f"Ana {ATTACKS}")
    done = session.create_theme(f"theme {ATTACKS}", definition=f"means {ATTACKS}")
    session.edit_theme(done.theme_id, keywords=(ATTACKS,), include=ATTACKS, colour=ATTACKS, key="\x1b")
    last = session.queue()[-1]  # the first is for the keys
    session.mark(last, Span(0, 40))
    session.star(last)
    session.mask(last, Span(10, 20))
    for place in (PROJECT, Place(Subject.RESPONSE, last), Place(Subject.THEME, done.theme_id)):
        session.write_memo(place, f"noted {ATTACKS}")
    session.project.close()
    return path


STEPS = (
    ("s", "selected “", ""),  # the status line
    ("1", "Coded ‘theme", ""),  # highlight, margin, codings, the message
    ("i", "New theme in", ""),  # the words in a field
    ("\r", "New theme ‘", "New theme in"),
    ("t", "Theme for", ""),  # choices
    ("\x1b", "Codings", "Theme for"),
    ("x", "Removed the highlight", ""),
    ("u", "Undone: removed", ""),
    ("Q", "Which question", ""),
    ("\x1b", "Codings", "Which question"),
    ("?", "The coding screen", ""),
    ("\x1b", "Codings", "The coding screen"),
    ("/", "words to search", ""),
    ("\x1b[200~\x1b[31mRED \x9b31m \x07zz\x1b[201~", "zz", "words to search"),  # pasted
    ("\r", "No response fits", ""),  # the toast
    ("\x1bOQ", "Themes of", ""),  # f2
    ("e", "Define the theme", ""),
    ("\x1b", "Quotes", "Define the theme"),
    ("D", "Delete the theme", ""),
    ("n", "Quotes", "Delete the theme"),
    ("\x1b", "Codings", "Themes of"),
    ("\x1bOS", "Counts of", ""),  # f4
    ("\r", "not counted: not all", ""),
    ("\x1b", "outside this base", "not counted: not all"),
    ("\x1b", "Codings", "Counts of"),
    ("\x1b[19~", "History ", ""),  # f8
    ("\x1b", "Codings", "History "),
    ("F", "Which responses?", ""),
    ("\x1b", "Codings", "Which responses?"),
    ("G", "Go to which participant?", ""),
    ("\x1b", "Codings", "Go to which participant?"),
    ("P", "open answer", ""),
    ("\x1b", "Codings", "open answer"),
    ("N", "A memo on what?", ""),
    ("\r", "Memo on", "A memo on what?"),
    ("\x1b[200~\x1b[31mRED \x9b31m \x07mm\x1b[201~", "mm", ""),
    ("\x1bOQ", "response saved", ""),  # f2
    ("\x1b[15~", "Highlights without a theme", ""),  # f5
    ("\x1b", "Codings", "Highlights without a theme"),
    ("\x1b[18~", "Coded in several ways", ""),  # f7
    ("\x1b", "Codings", "Coded in several ways"),
    ("\x10", "What shall be done?", ""),  # ctrl+p
    ("\x1b", "Codings", "What shall be done?"),
    (" ", "the first word", ""),  # letters over the words
)
"""Keys, what stands on the screen after them, and what does not."""


def painted(arguments: list[str], size: tuple[int, int], first: str, steps: tuple[tuple[str, str, str], ...]) -> bytes:
    """All bytes that a run writes to its terminal, step by step, until it is quit."""
    inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    environment = {**inherited, "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    child = pexpect.spawn(sys.executable, arguments, dimensions=size, env=environment, timeout=20)
    seen = bytearray()
    screen = pyte.Screen(size[1], size[0])
    stream = pyte.ByteStream(screen)

    def read_until(there: str, gone: str = "") -> None:
        """Read what is painted until a text stands on the screen, and another one does not."""
        end = time.monotonic() + 15
        while there not in (shown := "\n".join(screen.display)) or (gone and gone in shown):
            assert time.monotonic() < end, f"{there!r} without {gone!r} did not come:\n{shown}"
            try:
                piece = child.read_nonblocking(65536, timeout=0.2)
            except pexpect.TIMEOUT:
                continue
            seen.extend(piece)
            stream.feed(piece)

    read_until(first)
    for keys, there, gone in steps:
        child.send(keys)
        read_until(there, gone)
    child.send("\x11")  # ctrl+q
    child.expect(pexpect.EOF)
    seen.extend(child.before or b"")
    child.close()
    assert child.exitstatus == 0
    return re.sub(rb"\x1b\]22;[a-z-]+\x07", b"", bytes(seen))  # Textual's own: the shape of the pointer


@pytest.mark.parametrize("size", [(40, 150), (24, 80)])
def test_a_hostile_project_is_shown_inert_on_every_screen(hostile_project, size, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = painted(["-c", RUN, str(hostile_project), f"Ana {ATTACKS}"], size, "nothing selected", STEPS)
    assert {name for name, attack in FORBIDDEN.items() if attack in seen} == set()


def test_the_start_screen_shows_hostile_file_names_inert(hostile_project, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    painted(["-c", RUN, str(hostile_project), "Ana"], (24, 80), "nothing selected", ())  # it is a recent one now
    seen = painted(["-c", "from coder.tui.app import run; run(None)"], (24, 80), "pwned", (("?", "esc", ""),))
    assert {name for name, attack in FORBIDDEN.items() if attack in seen} == set()
