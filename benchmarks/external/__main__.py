"""What other programs make of our files, each run here: python -m benchmarks.external [CHECK…]

refi       the REFI-QDA standard's schema and rules, on what we write for every program
pspp       PSPP reads our .sav: names, labels, missing values, multiple-response sets
qualcoder  QualCoder's own importer (from FOLDER, see --qualcoder) reads our .qdpx: every coded text
taguette   Taguette (from PyPI) reads our codebook CSV
readers    pyrefiqda and qualitative-coding (from PyPI), spaCy and pandas read what we write for them

Programs are installed into a cache folder outside of the repository. A check that can't be made says why and is
skipped; the command fails where a check finds something.
"""

import argparse
import importlib
import sys
import time
from pathlib import Path

from benchmarks.external.ground import Checked, SkippedError

CHECKS = ("refi", "pspp", "qualcoder", "taguette", "readers")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.external", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checks", nargs="*", metavar="CHECK", help="all, unless some are named")
    parser.add_argument(
        "--qualcoder",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="a source tree of QualCoder (with src/qualcoder/refi.py), from https://github.com/ccbogel/QualCoder; "
        "may be given several times, for several versions",
    )
    parser.add_argument("--quiet", action="store_true", help="leave out what held")
    asked = parser.parse_args()
    if unknown := set(asked.checks) - set(CHECKS):
        parser.error(f"there is no check {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}")
    failed = False
    for name in asked.checks or CHECKS:
        began = time.perf_counter()
        try:
            done: Checked = importlib.import_module(f"benchmarks.external.{name}").check(asked)
        except SkippedError as reason:
            print(f"{name}: skipped: {reason}")
            continue
        failed |= bool(done.found)
        verdict = f"{len(done.found)} lines of what differs" if done.found else "nothing found"
        print(f"{name}: {verdict}; {len(done.held)} comparisons held ({time.perf_counter() - began:.0f} s)")
        for sign, lines in (
            ("held", () if asked.quiet else done.held),
            ("by nature", done.expected),
            ("FOUND", done.found),
        ):
            for line in lines:
                print(f"  {sign}: {line}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
