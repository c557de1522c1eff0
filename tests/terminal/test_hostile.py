"""No byte of anybody's text reaches the terminal as a command: from no field, on no screen."""

import csv
import os
import re
import sys
import time
from pathlib import Path

import pytest

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
    session.project.close()
    return path


@pytest.mark.parametrize("size", [(40, 150), (24, 80)])
def test_a_hostile_project_is_shown_inert_on_every_screen(hostile_project, size):
    inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    environment = {**inherited, "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    child = pexpect.spawn(
        sys.executable,
        ["-c", RUN, str(hostile_project), f"Ana {ATTACKS}"],
        dimensions=size,
        env=environment,
        timeout=20,
    )
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

    read_until("nothing selected")
    for keys, there, gone in (
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
        ("\r", "No response to", ""),  # the toast
        ("\x1bOQ", "Themes of", ""),  # f2
        ("e", "Define the theme", ""),
        ("\x1b", "Quotes", "Define the theme"),
        ("D", "Delete the theme", ""),
        ("n", "Quotes", "Delete the theme"),
        ("\x1b", "Codings", "Themes of"),
    ):
        child.send(keys)
        read_until(there, gone)
    child.send("\x11")  # ctrl+q
    child.expect(pexpect.EOF)
    seen.extend(child.before or b"")
    child.close()
    painted = re.sub(rb"\x1b\]22;[a-z-]+\x07", b"", bytes(seen))  # Textual's own: the shape of the pointer
    assert {name for name, attack in FORBIDDEN.items() if attack in painted} == set()
    assert child.exitstatus == 0
