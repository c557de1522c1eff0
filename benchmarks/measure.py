"""Timing beside a named peer in the same run: machines are noisy, ratios travel better than seconds."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

NOISY = "one run on a machine that may be noisy: trust the ratios"


@dataclass(frozen=True)
class Row:
    """One line of a benchmark's table: what was measured, the peer, and what the project promises (or None)."""

    what: str
    value: float
    peer: str
    peer_value: float
    bound: str
    holds: bool | None
    unit: str = "s"


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def command_seconds(command: Sequence[str], runs: int = 7) -> float:
    """The median wall time of a whole process, after one warm-up."""
    times = [
        seconds(lambda: subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL))
        for _ in range(runs + 1)
    ]
    return statistics.median(times[1:])


def in_a_process(module: str, *args: str) -> tuple[str, float, float]:
    """Run a Python module alone; its output, its wall seconds, and its peak memory in MB."""
    program = (
        "import resource, runpy, sys, time\n"
        f"sys.argv = {[module, *args]!r}\n"
        "start = time.perf_counter()\n"
        "try:\n"
        f"    runpy.run_module({module!r}, run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end:\n"
        "    if end.code: raise\n"
        "unit = 1 << 20 if sys.platform == 'darwin' else 1 << 10\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit\n"
        "print(f'\\n@ {time.perf_counter() - start} {peak}', file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    wall, peak = done.stderr.strip().splitlines()[-1].removeprefix("@ ").split()
    return done.stdout, float(wall), float(peak)


def show(title: str, rows: Sequence[Row], note: str = NOISY) -> bool:
    """Print a table; whether every promise held."""
    print(f"\n{title}\n({note})\n")
    cells = [("what", "measured", "peer", "peer's", "ratio", "promised", "")]
    for r in rows:
        ratio = f"{r.value / r.peer_value:.2f}" if r.peer_value else ""
        peer_value = f"{r.peer_value:.3f} {r.unit}" if r.peer_value else ""
        held = {True: "held", False: "MISSED", None: ""}[r.holds]
        cells.append((r.what, f"{r.value:.3f} {r.unit}", r.peer, peer_value, ratio, r.bound, held))
    print_columns(cells)
    return all(r.holds is not False for r in rows)


def print_columns(cells: Sequence[Sequence[str]]) -> None:
    """Print rows of cells, each column as wide as its widest cell."""
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
