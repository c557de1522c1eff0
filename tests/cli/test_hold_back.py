"""coder hold-back: what it sets, prints and refuses."""

from pathlib import Path

from coder.session import open_session
from tests.cli.commands import coder, ok
from tests.test_comparison import coded, suggesting


def test_it_switches_on_and_off_and_says_what_holds(tmp_path: Path) -> None:
    session = suggesting(tmp_path, "A")
    path = session.project.path
    assert "20 % of the responses" in ok(coder("hold-back", path, "20%")).out
    report = ok(coder("hold-back", path))
    assert "on 20 % of the responses" in report.out and "nothing to compare" in report.out
    assert ok(coder("hold-back", path, "off", "--json")).json == {"percent": 0, "changed": True}
    off = ok(coder("hold-back", path))
    assert "on no response" in off.out and "coder hold-back PROJECT 20%" in off.err


def test_the_report_compares_and_says_how_far_to_trust_it(tmp_path: Path) -> None:
    session, shown, hidden = coded(tmp_path)
    out = ok(coder("hold-back", session.project.path)).out
    assert f"Ana: {len(shown)} responses reviewed with suggestions, {len(hidden)} with these held back" in out
    line = next(line for line in out.splitlines() if line.strip().startswith("A "))
    assert "100 %" in line and line.endswith("*")
    assert "by chance alone one in twenty" in out
    assert ok(coder("hold-back", session.project.path, "--json")).json["coders"][0]["enough"] is True


def test_too_little_is_said_plainly(tmp_path: Path) -> None:
    session = suggesting(tmp_path, "A")
    session.hold_back(20)
    session.review(session.queue()[0])
    assert "Too little to tell: it takes at least 10 of each." in ok(coder("hold-back", session.project.path)).out


def test_what_is_no_share_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    path = suggesting(tmp_path, "A").project.path
    refused = coder("hold-back", path, "all")
    assert refused.status == 1 and "no share" in refused.err and refused.out == ""
    assert open_session(path, "Ana").held_back() == 0
