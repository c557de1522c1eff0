"""Key to painted frame, beside the bare app: moves, and keys that write."""

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.tui.terminal import Terminal
from coder.store.project import change_setting, open_project

_MEDIAN, _P95, _BUSY = 1.5, 2.5, 1.3
_RIGHT, _WORD_RIGHT, _DOWN = "\x1b[C", "\x1b[1;5C", "\x1b[B"
_BARE = "bare Textual app"

# What it is, coder's key, the bare app's, and whether it writes. A round ends where it began; the keys without a name
# see to that.
_ROUND: Sequence[tuple[str, str, str, bool]] = (
    ("next word", _RIGHT, _WORD_RIGHT, False),
    ("line down", _DOWN, _DOWN, False),
    ("next response", "n", "n", False),
    ("previous response", "p", "p", False),
    ("theme key", "1", "1", True),
    ("undo", "u", "1", True),
    ("accept", "a", "1", True),
    ("", "u", "", True),
    ("reviewed, next", "\r", "n", True),
    ("", "p", "", False),
    ("", "R", "", True),
)


def own(path: Path, helper: str) -> Sequence[str]:
    return (sys.executable, "-m", "benchmarks.tui.own", str(path), helper)


def bare(*text: Path) -> Sequence[str]:
    return (sys.executable, "-m", "benchmarks.tui.bare", *map(str, text))


def rows(what: str, path: Path, rounds: int, *text: Path) -> Iterator[Row]:
    """Every key on one project, by turns with the bare app's, and a commit between them."""
    ours: dict[str, list[float]] = {}
    peers: dict[str, list[float]] = {}
    label: list[float] = []
    commits: list[float] = []
    with Terminal(bare(*text)) as peer, Terminal(own(path, "idle")) as screen, open_project(path) as project:
        for terminal in (peer, screen):
            terminal.settle(1.0, 20)
        for number in range(rounds + 1):
            start = time.perf_counter()
            with project.write() as connection:
                change_setting(connection, "benchmark", str(number))
            commits.append(time.perf_counter() - start)
            label.append(peer.key("x"))
            for name, key, other, _ in _ROUND:
                if name:
                    peers.setdefault(name, []).append(peer.key(other))
                took = screen.key(key)
                if name:
                    ours.setdefault(name, []).append(took)
    for times in (label, commits, *ours.values(), *peers.values()):
        times.pop(0)  # the first round warms up
    yield _row(f"{what}: bare app, one label alone", label, "", (), "", None)
    yield _row(f"{what}: a commit", commits, "", (), "", None)
    for name, _, _, writes in _ROUND:
        if name:
            yield from _bounded(f"{what}: {name}", ours[name], peers[name], commits if writes else None)


def while_training(path: Path, rounds: int) -> Iterator[Row]:
    """The same keys while the helper learns, by turns with a screen whose helper is idle, and then nobody learns."""
    ours: dict[str, list[float]] = {}
    idle: dict[str, list[float]] = {}
    with Terminal(own(path, "idle")) as quiet, Terminal(own(path, "training")) as busy:
        quiet.settle(1.0, 20)
        busy.settle(1.0, 20)
        for number in range(rounds + 1):
            _round(busy, ours if number else {})
            busy.pause()
            _round(quiet, idle if number else {})
            busy.resume()
    for name, times in ours.items():
        most = _BUSY * p95(idle[name])
        bound = f"{_BUSY} times"
        yield _row(f"while training: {name}, p95", [p95(times)], "idle", [p95(idle[name])], bound, p95(times) <= most)


def _round(screen: Terminal, times: dict[str, list[float]]) -> None:
    for name, key, _, _ in _ROUND:
        took = screen.key(key)
        if name:
            times.setdefault(name, []).append(took)


def _bounded(
    what: str, ours: Sequence[float], peers: Sequence[float], commits: Sequence[float] | None
) -> Iterator[Row]:
    for of, name, times in ((statistics.median, "median", _MEDIAN), (p95, "p95", _P95)):
        most = times * of(peers) + (of(commits) if commits else 0)
        bound = f"{times} times" + (" + a commit" if commits else "")
        yield _row(f"{what}, {name}", [of(ours)], _BARE, [of(peers)], bound, of(ours) <= most)


def _row(what: str, ours: Sequence[float], peer: str, peers: Sequence[float], bound: str, holds: bool | None) -> Row:
    value = _ms(statistics.median(ours))
    return Row(what, value, peer, _ms(statistics.median(peers)) if peers else 0, bound, holds, "ms")


def p95(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]


def _ms(seconds: float) -> float:
    return 1_000 * seconds
