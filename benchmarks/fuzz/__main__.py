"""Try damaged files on the readers, each in a process that may take 5 s and 1 GB; keep what is no refusal.

    python -m benchmarks.fuzz                        every reader, 10,000 files each
    python -m benchmarks.fuzz sav qdpx --seed 2      some of them, other files
    python -m benchmarks.fuzz sav --only 417         one file again, with the traceback

The time is that of the processor, so that a busy machine doesn't count; what takes 60 s by the clock is ended, too.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.fuzz.readers import READERS, SCRATCH, Bench, Reader
from benchmarks.fuzz.seeds import make_seeds
from coder.formats.apart import kept

SECONDS = 5
_CLOCK = 60
_MEMORY = 1 << 30


@dataclass
class Report:
    """What became of the files of one reader: how many were taken and refused, and by place what broke."""

    taken: int = 0
    refused: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    memory: int = 0  # the most that one file added, in bytes


def _children() -> int:
    """The most memory of a process that read a file for this one, or for one before it."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def _rss() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _work(folder: Path, name: str, seed: int, numbers: range, out: Connection) -> None:
    """Try the files of these numbers, one after the other; before each its number is said, after it what came of it."""
    project, seeds = make_seeds(folder)
    bench, reader = Bench(folder, project, seeds), READERS[name]
    with kept():
        for number in (-2, -1):  # whatever is loaded by the first use
            bench.attempt(reader, seeds[name][0], number)
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + _MEMORY, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for number in numbers:
            data = bench.input(reader, seed, number)
            out.send((number, "", 0.0, 0))
            memory, start = _rss(), time.process_time()
            # The default action of the signal ends the process, wherever it is: in a library of C, too.
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                refusal = bench.attempt(reader, data, number)
                found = "refused" if refusal else "taken"
            except Exception as error:  # noqa: BLE001 (that is what is looked for)
                found = _place(error)
            signal.setitimer(signal.ITIMER_PROF, 0)
            out.send((number, found, time.process_time() - start, max(_rss() - memory, _children())))
    out.close()


def _place(error: BaseException) -> str:
    """The error, and where in coder it was raised or passed through last."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/coder/" in f.filename]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {where}: {str(error)[:160]}"


def fuzz(reader: Reader, seed: int, numbers: range, kept: Path) -> Report:
    """Try these files; each that breaks something is kept as a file."""
    report = Report()
    while numbers:
        folder = Path(tempfile.mkdtemp(dir=SCRATCH, prefix="coder-fuzz-"))
        here, there = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.Process(target=_work, args=(folder, reader.name, seed, numbers, there))
        process.start()
        there.close()
        current: int | None = None
        while True:
            try:
                said = here.recv() if here.poll(_CLOCK) else None
            except EOFError:
                break
            if said is None:
                process.kill()
                break
            number, found, seconds, memory = said
            current = number if not found else None
            if found:
                _count(report, reader, kept, (number, found, seconds, memory), folder)
        process.join()
        if current is not None:
            ended = process.exitcode or 0
            words = {-signal.SIGPROF: f"over {SECONDS} s", -signal.SIGKILL: f"over {_CLOCK} s"}
            found = words.get(ended, f"ended by {ended}")
            _count(report, reader, kept, (current, found, 0, 0), folder)
            numbers = range(current + 1, numbers.stop)
        elif process.exitcode:
            raise SystemExit(f"the process for {reader.name} ended with {process.exitcode} before any file")
        else:
            numbers = range(0)
        shutil.rmtree(folder, ignore_errors=True)
    return report


def _count(report: Report, reader: Reader, kept: Path, said: tuple[int, str, float, int], folder: Path) -> None:
    number, found, seconds, memory = said
    report.slowest = max(report.slowest, (seconds, number))
    report.memory = max(report.memory, memory)
    if found in ("taken", "refused"):
        setattr(report, found, getattr(report, found) + 1)
        return
    report.broken[found] += 1
    if report.broken[found] <= 3:
        target = kept / reader.name / f"{number}{Path(reader.file).suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / reader.file, target)
        print(f"  {reader.name} {number}: {found}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER", help=", ".join(READERS))
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one file again, here and now")
    parser.add_argument("--keep", type=Path, default=Path("fuzzed"), help="a folder for what breaks something")
    options = parser.parse_args()
    if unknown := set(options.readers) - set(READERS):
        parser.error(f"there is no reader {', '.join(sorted(unknown))}")
    readers = [READERS[name] for name in options.readers or READERS]
    if options.only is not None:
        with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
            bench = Bench(Path(folder), *make_seeds(Path(folder)))
            data = bench.input(readers[0], options.seed, options.only)
            print(bench.attempt(readers[0], data, options.only) or "taken")
        return 0
    os.nice(10)
    broken = 0
    print(f"{'reader':<15}{'taken':>8}{'refused':>9}{'broken':>8}{'slowest':>10}{'memory':>9}{'all in':>9}")
    for reader in readers:
        start = time.monotonic()
        report = fuzz(reader, options.seed, range(options.inputs), options.keep)
        seconds, number = report.slowest
        count = sum(report.broken.values())
        broken += count
        print(
            f"{reader.name:<15}{report.taken:>8,}{report.refused:>9,}{count:>8,}{seconds:>8.2f} s"
            f"{report.memory / 1e6:>6,.0f} MB{time.monotonic() - start:>7,.0f} s   (slowest: {number})",
            flush=True,
        )
        for what, times in report.broken.most_common():
            print(f"    {times:>6,} × {what}")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
