"""How soon a key is painted and how soon one can read, in a real terminal, beside a bare Textual app.

python -m benchmarks.tui [--responses N] [--rounds N] [--keep FOLDER] [--part keys|long|training|start] ...
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import show
from benchmarks.tui import keys, projects, start

SIZES = (33, 10_000, 1_000_000)
PARTS = ("keys", "long", "training", "start")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--responses", type=int, action="append", help="only projects of this size")
    options.add_argument("--rounds", type=int, default=40, help="times that each key is pressed")
    options.add_argument("--keep", type=Path, help="make the projects in this folder, and find them there again")
    options.add_argument("--part", choices=PARTS, action="append", help="only this part (may be given again)")
    given = options.parse_args()
    sizes, parts = given.responses or SIZES, given.part or PARTS
    with tempfile.TemporaryDirectory() as name:
        folder = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        held = [_show(part, sizes, given.rounds, folder, Path(name)) for part in PARTS if part in parts]
    return 0 if all(held) else 1


def _show(part: str, sizes: list[int], rounds: int, made: Path, scratch: Path) -> bool:
    """Measure on copies: what is pressed is undone, but the log only grows."""

    def copy(path: Path) -> Path:
        return Path(shutil.copy(path, scratch / path.name))

    if part == "keys":
        rows = [row for size in sizes for row in keys.rows(f"{size:,}", copy(projects.coded(made, size)), rounds)]
        return show("Key to painted frame, by the number of responses", rows)
    if part == "long":
        text = scratch / "long.txt"
        text.write_text(projects.long_text(), encoding="utf-8")
        path = copy(projects.long_response(made))
        what = f"{projects.LONG:,} characters"
        return show(f"Key to painted frame, a response of {what}", list(keys.rows(what, path, rounds, text)))
    if part == "training":
        size = min(sizes, key=lambda n: abs(n - SIZES[1]))
        path = copy(projects.coded(made, size))
        return show(f"Keys while the classifier trains, {size:,} responses", list(keys.while_training(path, rounds)))
    largest = max(sizes)
    path = copy(projects.coded(made, largest))
    return show("Start", list(start.rows(f"{largest:,} responses", path, max(3, rounds // 5))))


if __name__ == "__main__":
    sys.exit(main())
