"""How far to trust the suggestions in a project, theme by theme, and what would make them better."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from coder.domain.codebook import Codebook
from coder.domain.corpus import QuestionKind
from coder.errors import NotEnoughError
from coder.examples import examples_of
from coder.store import codebook as store_codebook
from coder.store import corpus, suggestions
from coder.store.project import Project
from coder.suggesting import Learner

if TYPE_CHECKING:
    from coder.stats.classification import Cells, Figure
    from coder.suggest.evaluation import Figures, Fit
    from coder.suggest.learning_curve import Gain, Point

FOLDS = 5


@dataclass(frozen=True)
class LearningCurve:
    """The figures after growing numbers of reviewed responses, and what `more` would add to each.

    They are of the `themes` that were coded for enough participants.
    """

    themes: frozenset[int]
    points: "tuple[Point, ...]"
    more: int
    macro_f1: "Gain"
    mean_average_precision: "Gain"


@dataclass(frozen=True)
class Evaluation:
    """`undefined` are the themes that would gain from a definition, in the codebook's order."""

    codebook: Codebook
    responses: int
    participants: int
    folds: int
    seed: int
    figures: "Figures"
    curve: LearningCurve | None
    undefined: tuple[int, ...]


def trainings(folds: int, *, curve: bool) -> int:
    """How many times an evaluation trains: the total of its progress."""
    from coder.suggest.learning_curve import REPEATS, SHARES

    return folds * (1 + curve * REPEATS * len(SHARES))


def evaluate(
    project: Project,
    *,
    folds: int = FOLDS,
    seed: int = 0,
    curve: bool = True,
    progress: Callable[[int], None] | None = None,
    fit: "Fit | None" = None,
) -> Evaluation:
    """Compare the suggestions with the coding of the reviewed responses, by grouped cross-validation.

    Each response is suggested for by what was learnt from other participants alone. Nothing in the project changes.
    `progress` is told how many trainings are done. Raises NotEnoughError where too little has been reviewed.
    """
    import numpy as np

    from coder.suggest.classifier import Suggester
    from coder.suggest.evaluation import CrossValidation, Folds, measure, with_text

    with project.read() as connection:
        codebook = store_codebook.read_codebook(connection)
        questions = {q.id: q for q in corpus.read_questions(connection, QuestionKind.OPEN)}
        reviewed = suggestions.read_reviewed(connection)
    examples = with_text(examples_of(reviewed, codebook, questions))
    finished = 0

    def done() -> None:
        nonlocal finished
        finished += 1
        if progress is not None:
            progress(finished)

    fit = fit or partial(Suggester.fit, memory=Learner(project).memory())
    validation = CrossValidation(codebook, fit, seed, done)
    dealt = Folds.deal(examples, folds, np.random.default_rng(seed))
    try:
        held_out = validation.hold_out(examples, dealt)
    except NotEnoughError as error:
        message = f"With one of {folds} parts of the participants held out, too little is left to learn from: "
        raise NotEnoughError(message + error.message, hint=error.hint) from error
    figures = measure(held_out, seed=seed)
    grown = None
    if curve:
        from coder.suggest.learning_curve import MORE, foretell, learning_curve, measurable

        points = learning_curve(validation, examples, folds)
        sizes = [p.examples for p in points]
        grown = LearningCurve(
            measurable(examples),
            points,
            MORE,
            foretell(sizes, [p.macro_f1 for p in points], len(examples)),
            foretell(sizes, [p.mean_average_precision for p in points], len(examples)),
        )
    undefined = tuple(
        t.theme_id
        for t in figures.themes
        if codebook.would_gain_from_definition(t.theme_id, t.cells.given, t.cells.f1.value)
    )
    people = len({e.participant_id for e in examples})
    return Evaluation(codebook, len(examples), people, folds, seed, figures, grown, undefined)


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as the JSON that docs/suggestions.md documents; what is undefined is null."""
    f = evaluation.figures
    return {
        "responses": evaluation.responses,
        "participants": evaluation.participants,
        "folds": evaluation.folds,
        "seed": evaluation.seed,
        "verdict": f.verdict.value,
        "kappa": f.kappa.value,
        "kappa_low": f.kappa_interval[0],
        "kappa_high": f.kappa_interval[1],
        "micro": {
            **_decisions(f.cells),
            "f1_low": f.micro_f1_interval[0],
            "f1_high": f.micro_f1_interval[1],
        },
        "macro": {
            "precision": f.macro_precision.value,
            "recall": f.macro_recall.value,
            "f1": f.macro_f1.value,
            "f1_low": f.macro_f1_interval[0],
            "f1_high": f.macro_f1_interval[1],
        },
        "mean_average_precision": f.mean_average_precision.value,
        "mean_base_rate": f.mean_base_rate.value,
        "top_three": f.top_three.value,
        "brier": f.brier.value,
        "brier_of_base_rates": f.base_rate_brier.value,
        "calibration_error": f.calibration_error.value,
        "reliability": [{"pairs": b.pairs, "score": b.score, "share": b.share} for b in f.bins],
        "themes": [
            {
                "theme": evaluation.codebook.by_id[t.theme_id].name,
                "path": list(evaluation.codebook.path(t.theme_id)),
                "known": t.cells.pairs,
                "support": t.cells.given,
                "suggested": t.cells.suggested,
                **_decisions(t.cells),
                "agreement": t.cells.agreement.value,
                "majority": t.cells.majority.value,
                "kappa": t.cells.kappa.value,
                "kappa_low": t.interval[0] if t.cells.kappa.value is not None else None,
                "kappa_high": t.interval[1] if t.cells.kappa.value is not None else None,
                "average_precision": t.average_precision.value,
                "brier": t.brier.value,
                "brier_of_base_rate": t.base_rate_brier.value,
                "verdict": t.verdict.value,
                "undefined": _reasons(
                    precision=t.cells.precision,
                    recall=t.cells.recall,
                    f1=t.cells.f1,
                    kappa=t.cells.kappa,
                    average_precision=t.average_precision,
                    brier=t.brier,
                ),
                "would_gain_from_definition": t.theme_id in evaluation.undefined,
            }
            for t in f.themes
        ],
        "learning_curve": None if evaluation.curve is None else _curve(evaluation.curve),
    }


def _decisions(cells: "Cells") -> dict[str, float | None]:
    return {"precision": cells.precision.value, "recall": cells.recall.value, "f1": cells.f1.value}


def _reasons(**figures: "Figure") -> dict[str, str]:
    """Why figures are undefined."""
    return {name: figure.why for name, figure in figures.items() if figure.value is None}


def _curve(curve: LearningCurve) -> dict[str, Any]:
    def gain(of: "Gain") -> dict[str, Any]:
        return {"gain": of.gain, "low": of.low, "high": of.high, "cannot_tell": of.why or None}

    return {
        "themes": len(curve.themes),
        "points": [
            {
                "examples": p.examples,
                "macro_f1": list(p.macro_f1),
                "mean_average_precision": list(p.mean_average_precision),
            }
            for p in curve.points
        ],
        "more": curve.more,
        "macro_f1": gain(curve.macro_f1),
        "mean_average_precision": gain(curve.mean_average_precision),
    }
