"""What the order of reading is worth: from 30 to 100 coded responses at random, or the most useful first."""

import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.suggester import ours, protocol
from benchmarks.suggester.protocol import ANES, NHS, Figures, Split

BEGUN, ENDED, STEP = 30, 100, 10
POOL = 1_500
"""Responses that are there to be coded."""


def orders(seeds: int, folder: Path) -> Iterator[Row]:
    """Mean average precision and macro F1 at the end, learning anew after every ten responses."""
    for dataset in (NHS, ANES):
        splits = [protocol.split(dataset, folder / str(seed), coded=POOL, seed=seed) for seed in range(seeds)]
        by_lot, useful = (protocol.mean([_read(s, useful=u) for s in splits]) for u in (False, True))
        for figure in ("map", "macro_f1"):
            own, peer = getattr(useful, figure), getattr(by_lot, figure)
            yield Row(
                f"{dataset}, {BEGUN} to {ENDED} coded, most useful first: {figure}", own, "random", peer, "", None, ""
            )


def _read(split: Split, *, useful: bool) -> Figures:
    project = ours.Project.of(split)
    texts = {r.key: r for r in split.responses}
    left = random.Random(0).sample(list(split.coded), len(split.coded))
    coded = {key: split.coded[key] for key in left[:BEGUN]}
    model = project.learn(coded)
    while len(coded) < ENDED:
        left = [key for key in left if key not in coded]
        if useful:
            worth = dict(zip(left, model.usefulness([texts[key] for key in left]), strict=True))
            left.sort(key=lambda key: -worth[key])
        coded |= {key: split.coded[key] for key in left[:STEP]}
        model = project.learn(coded)
    return protocol.score(split, model.scores(split.test))
