"""What sentence embeddings add to the default mode, on NHS answers.

python -m benchmarks.suggester.meaning --venv FOLDER [--seeds N]

The sentence model lives in the environment of the heavy peers (2 GB), which is made at FOLDER where it is not there.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.measure import Row, show
from benchmarks.suggester import ours, protocol, quality
from benchmarks.suggester.heavy import ROOT, environment
from benchmarks.suggester.protocol import NAMES, NHS, Figures, Split
from coder.suggest.encoder import KnownTexts

MEANING = "coder, embeddings"
PROMISED_AT = 100
GAINS = {"map": 0.01, "top3": 0.02}
LOSS_AT_MOST = 0.01


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--venv", type=Path, required=True, metavar="FOLDER", help="the peers' environment")
    options.add_argument("--seeds", type=int, default=5)
    given = options.parse_args()
    python = environment(given.venv)
    settings = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        encoder = minilm(python, folder)
        for coded in quality.SIZES:
            splits = (protocol.split(NHS, folder, coded=coded, seed=seed) for seed in range(given.seeds))
            pairs = [(_figures(split, None), _figures(split, encoder)) for split in splits]
            plain, more = (protocol.mean([pair[i] for pair in pairs]) for i in (0, 1))
            settings.append(quality.Setting(NHS, coded, {quality.NAMES_ALONE: plain, MEANING: more}))
    note = f"means of {given.seeds} splits; all-MiniLM-L6-v2"
    quality.show_figures(f"With sentence embeddings ({note})", settings)
    return 0 if show("Promised", [row for s in settings if s.coded == PROMISED_AT for row in promised(s)], note) else 1


def minilm(python: Path, folder: Path) -> KnownTexts:
    """The vectors of every text and theme name, made in the peers' environment."""
    split = protocol.split(NHS, folder, coded=protocol.ALL, seed=0)
    texts = list(dict.fromkeys([*(r.text for r in split.responses if r.text.strip()), *split.themes]))
    given, made = folder / "texts.json", folder / "vectors.npy"
    given.write_text(json.dumps(texts))
    command = [python, "-m", "benchmarks.suggester.encode", given, made]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"HF_HUB_OFFLINE": "1"}, check=True)
    vectors = np.load(made)
    return KnownTexts("all-MiniLM-L6-v2", vectors.shape[1], dict(zip(texts, vectors, strict=True)))


def _figures(split: Split, encoder: KnownTexts | None) -> Figures:
    model = ours.Project.of(split, encoder=encoder).learn(split.coded)
    return protocol.score(split, model.scores(split.test))


def promised(setting: quality.Setting) -> Iterator[Row]:
    """What embeddings add at least, and that no figure loses more than a little."""
    plain, more = setting.figures[quality.NAMES_ALONE], setting.figures[MEANING]
    for figure in NAMES:
        gain = getattr(more, figure) - getattr(plain, figure)
        least = GAINS.get(figure, -LOSS_AT_MOST)
        own, peer = getattr(more, figure), getattr(plain, figure)
        yield Row(f"{setting.name}: {figure}", own, quality.NAMES_ALONE, peer, f"{least:+} at least", gain >= least, "")


if __name__ == "__main__":
    sys.exit(main())
