"""The few-shot protocol: splits, scores and plain baselines are `few_shot.py`'s own, from `shared`, unchanged."""

import csv
import importlib.util
import io
import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from statistics import fmean
from types import ModuleType
from unittest.mock import patch

SHARED = Path(__file__).resolve().parents[3] / "shared"
NHS, ANES, FLAKY = "nhs_fft", "anes2008_mip", "flaky_tests_survey"
BASELINES = ("tfidf_lr", "tfidf_svc", "words_chars_lr")
ALL = 1_000_000
"""More than any pool: all of it is coded."""

Key = tuple[str, str]
"""A response: participant and question."""


@dataclass(frozen=True)
class Figures:
    """What the protocol measures, each from 0 to 1; `top3` is the share of human themes among the three best."""

    micro_f1: float
    macro_f1: float
    map: float
    top3: float


NAMES = tuple(f.name for f in fields(Figures))


@dataclass(frozen=True, slots=True)
class Response:
    """One participant's text to one question."""

    participant: str
    question: str
    text: str

    @property
    def key(self) -> Key:
        return self.participant, self.question


@dataclass(frozen=True)
class Split:
    """A folder that `few_shot.py split` wrote; what it gives is all that a suggester may see."""

    folder: Path
    dataset: str

    @cached_property
    def responses(self) -> Sequence[Response]:
        """All texts of the project, of the training and of the test part."""
        return read_responses(self.folder / "responses.csv")

    @cached_property
    def coded(self) -> dict[Key, set[str]]:
        """The reviewed responses with their themes, those without any included."""
        found: dict[Key, set[str]] = {_key(row): set() for row in rows(self.folder / "train_ids.csv")}
        for row in rows(self.folder / "train_codes.csv"):
            found[_key(row)].add(row["theme"])
        return found

    @cached_property
    def themes(self) -> Sequence[str]:
        return [row["theme"] for row in rows(self.folder / "themes.csv")]

    @cached_property
    def definitions(self) -> dict[str, str]:
        """The themes' definitions, where the data set has a codebook; without the name that each begins with."""
        found = rows(data(self.dataset, "codebook.csv"))
        return {row["theme"]: row["definition"].removeprefix(f"{row['theme']}: ") for row in found}

    @property
    def test(self) -> Sequence[Response]:
        return [r for r in self.responses if few_shot.is_test(r.participant)]


@dataclass(frozen=True)
class Scored:
    """A theme's score for a response, and whether it is shown."""

    response: Response
    theme: str
    score: float
    suggested: bool


def split(dataset: str, folder: Path, *, coded: int, seed: int) -> Split:
    source = SHARED / "data" / dataset
    _run("split", str(source), str(folder), "--train", str(coded), "--seed", str(seed))
    return Split(folder, dataset)


def score(of: Split, suggestions: Iterable[Scored]) -> Figures:
    path = of.folder / "suggestions.csv"
    write_scores(path, suggestions)
    return score_file(of, path)


def write_scores(path: Path, suggestions: Iterable[Scored]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["participant_id", "question", "theme", "score", "suggested"])
        out.writerows((*s.response.key, s.theme, s.score, int(s.suggested)) for s in suggestions)


def score_file(of: Split, path: Path) -> Figures:
    found = json.loads(_run("score", str(of.folder), str(path)))
    return Figures(*(found[name] for name in NAMES))


def baseline(of: Split, model: str) -> Figures:
    """Train one of the protocol's own baselines and score it."""
    path = of.folder / f"{model}.csv"
    _run("baseline", str(of.folder), str(path), "--model", model)
    return score_file(of, path)


def mean(figures: Sequence[Figures]) -> Figures:
    return Figures(*(fmean(getattr(f, name) for f in figures) for name in NAMES))


def read_responses(path: Path) -> Sequence[Response]:
    return [Response(row["participant_id"], row["question"], row["text"]) for row in rows(path)]


def rows(path: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = few_shot.read(path)
    return found


def data(dataset: str, name: str) -> Path:
    return SHARED / "data" / dataset / name


def _key(row: dict[str, str]) -> Key:
    return row["participant_id"], row["question"]


def _run(*command: str) -> str:
    """One command of `few_shot.py`, in this process; what it printed."""
    out = io.StringIO()
    with redirect_stdout(out), patch.object(sys, "argv", ["few_shot.py", *command]):
        few_shot.main()
    return out.getvalue()


def _load(path: Path) -> ModuleType:
    if not path.exists():
        sys.exit(f"{path} is not here: this benchmark needs the folder `shared` beside the project.")
    spec = importlib.util.spec_from_file_location("few_shot", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


few_shot = _load(SHARED / "tools" / "few_shot.py")
