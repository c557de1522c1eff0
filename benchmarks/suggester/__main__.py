"""The theme suggester beside its peers, on two coded data sets: quality, honesty, speed.

python -m benchmarks.suggester [--seeds N] [--part quality|honesty|speed] ...

The heavy peers have a command of their own: python -m benchmarks.suggester.heavy
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import show
from benchmarks.suggester import highlights, honesty, quality, reading, speed
from benchmarks.suggester.protocol import ALL, ANES, NHS

PARTS = ("quality", "honesty", "speed")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--part", choices=PARTS, action="append", help="only this part (may be given again)")
    options.add_argument("--seeds", type=int, default=5, help="splits per setting, 5 for the figures that are promised")
    options.add_argument("--largest", type=int, default=1_000_000, help="responses of the largest corpus")
    given = options.parse_args()
    parts = given.part or PARTS
    held = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "quality" in parts:
            held += show_quality(given.seeds, folder)
        if "honesty" in parts:
            held += show_honesty(given.seeds, folder)
        if "speed" in parts:
            held.append(show_speed(given.largest, folder))
    return 0 if all(held) else 1


def show_quality(seeds: int, folder: Path) -> list[bool]:
    few = [quality.measure(dataset, size, seeds, folder) for dataset in (NHS, ANES) for size in quality.SIZES]
    whole = [quality.measure(dataset, ALL, 1, folder) for dataset in (NHS, ANES)]
    note = f"theme names are the codebook text unless said otherwise; means of {seeds} splits"
    quality.show_figures(f"Every model (means of {seeds} splits; the whole pool once)", [*few, *whole])
    return [
        show("Few coded", list(quality.few_coded(few)), note),
        show("The order of reading", list(reading.orders(min(seeds, 3), folder)), f"means of {min(seeds, 3)} splits"),
        show("Few coded, with definitions", list(quality.with_definitions(few)), note),
        show("All coded", list(quality.all_coded(whole)), "one split"),
    ]


def show_honesty(seeds: int, folder: Path) -> list[bool]:
    note = f"calibration: means of {seeds} splits"
    return [
        show("Honesty", [*honesty.calibration(seeds, folder), honesty.repeatable()], note),
        show("Evidence beside highlights", list(honesty.evidence()), "each participant by a model of the others"),
        show("Highlights as examples (not done, as they did not help)", list(highlights.as_examples()), "one survey"),
    ]


def show_speed(largest: int, folder: Path) -> bool:
    rows = [row for corpus in (10_000, largest) for row in speed.refit(corpus, folder)]
    return show(
        "Speed", [*rows, speed.scoring(folder), *speed.memory((largest // 10, largest)), *speed.bulk(largest, folder)]
    )


if __name__ == "__main__":
    sys.exit(main())
