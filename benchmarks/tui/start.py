"""First paint, first response readable, and memory then, beside the first paint of the bare app."""

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.tui.keys import bare
from benchmarks.tui.terminal import Terminal
from coder.session import open_session

_PAINT, _READABLE, _MEMORY = 1.5, 2.5, 150.0
_PEER = "bare app, first paint"


def rows(what: str, path: Path, runs: int) -> Iterator[Row]:
    """`coder code` on a project as a user starts it, by turns with the bare app."""
    words = _first_words(path)
    peers, paints, readable, memory = [], [], [], []
    for run in range(runs + 1):
        with Terminal(bare()) as terminal:
            peer = terminal.frame() - terminal.started
        with Terminal((sys.executable, "-m", "coder", "code", str(path), "--coder", "Ana")) as terminal:
            paint = terminal.frame() - terminal.started
            read = terminal.frame(words) - terminal.started
            megabytes = terminal.memory()
        if run:  # the first one warms up
            for times, value in ((peers, peer), (paints, paint), (readable, read), (memory, megabytes)):
                times.append(value)
    peer = statistics.median(peers)
    for name, times, most in (("first paint", paints, _PAINT), ("first response readable", readable, _READABLE)):
        value = statistics.median(times)
        yield Row(f"{what}: {name}", value, _PEER, peer, f"{most} times", value <= most * peer)
    most_used = max(memory)
    yield Row(f"{what}: memory then", most_used, "", 0, f"{_MEMORY:.0f} MB", most_used < _MEMORY, "MB")


def _first_words(path: Path) -> str:
    """The first words of the response that is shown first."""
    session = open_session(path, "Ana")
    with session.project:
        first = session.first_unreviewed(session.questions[0].id)
        assert first is not None
        return session.view(first).response.text[:16].rstrip()
