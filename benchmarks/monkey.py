"""Random keys and mouse events for as long as one likes: python -m benchmarks.monkey --events 10000 --seed 1 [screen]

On a copy of the sample project in a folder of its own. It ends with what broke and how to do that again, or with
the log having told all.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

from tests.projects import small_project
from tests.tui.monkey import SCREENS, assert_the_log_tells_all, let_loose

_HELPER = (sys.executable, "-S", "-c", "import sys; sys.stdin.read()")
_STRETCH = 1000  # events between two looks at the log


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("screens", nargs="*", help="all, unless some are named")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for screen in asked.screens or SCREENS:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = folder
            path = small_project(Path(folder) / "sample.coder")
            began, done = time.perf_counter(), 0
            while done < asked.events:
                count = min(_STRETCH, asked.events - done)
                with redirect_stderr(StringIO()):  # Textual's own account of an error is many pages long
                    done += len(asyncio.run(let_loose(path, _HELPER, SCREENS[screen], count, asked.seed + done)))
                assert_the_log_tells_all(path)
            print(f"{screen}: {done} events in {time.perf_counter() - began:.0f} s; the log tells all")
            os.chdir("/")


if __name__ == "__main__":
    main()
