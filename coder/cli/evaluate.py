"""coder evaluate: how far to trust the suggestions, theme by theme."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import columns, progress, result, result_json, width, wrapped
from coder.cli.plot import Plot

if TYPE_CHECKING:
    from coder.evaluation import Evaluation, LearningCurve
    from coder.stats.classification import Bin, Figure
    from coder.suggest.evaluation import Figures, ThemeFigures
    from coder.suggest.learning_curve import Gain

_HEADS = ("theme", "coded", "prec", "rec", "F1", "kappa [95 %]", "right", "maj.")
_WIDE_HEADS = ("suggested", "avg.prec.", "Brier", "base")
_WIDE = 118
_MOST_NAMED = 8


@click.command()
@options.project
@click.option("--folds", type=click.IntRange(2, 50), default=5, show_default=True, help="Parts, each held out once.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Deals the participants to parts.")
@click.option("--no-curve", is_flag=True, help="Without the learning curve, which takes most of the time.")
@options.as_json
def evaluate(project: Path, folds: int, seed: int, no_curve: bool, as_json: bool) -> None:
    """Say how far to trust the suggestions: compare them with the coding of what has been reviewed.

    Every reviewed response is suggested for by what was learnt from other participants alone. Nothing is changed.
    """
    from coder.evaluation import evaluate as compare
    from coder.evaluation import evaluation_json, trainings
    from coder.store.project import open_project

    total = trainings(folds, curve=not no_curve)
    with open_project(project) as opened, progress("Evaluating", "trainings", total) as shown:
        found = compare(opened, folds=folds, seed=seed, curve=not no_curve, progress=shown)
    if as_json:
        result_json(evaluation_json(found))
        return
    for line in _report(found):
        result(line)


def _report(found: "Evaluation") -> Iterator[str]:
    yield from _paragraph(
        f"{found.responses} reviewed responses of {found.participants} participants; for each, what would have been "
        f"suggested without its participant ({found.folds} folds, seed {found.seed})."
    )
    yield ""
    yield from _overall(found.figures)
    yield ""
    yield from _themes(found)
    yield ""
    yield from _reliability(found.figures.bins, found.figures.calibration_error)
    if found.curve is not None:
        yield ""
        yield from _curve(found.curve, found.responses)


def _overall(f: "Figures") -> Iterator[str]:
    from coder.suggest.evaluation import Verdict

    kappa = f"kappa against the coder, pooled over the themes, is {_number(f.kappa)} [{_ends(f.kappa_interval)}]"
    yield from _paragraph(
        {
            Verdict.BETTER: f"Better than guessing: {kappa}. Guessing has 0, which is below the 95 % interval.",
            Verdict.GUESSING: f"No better than guessing, as far as can be told: {kappa}. Guessing has 0, which is not "
            "below the 95 % interval. Do not rely on the suggestions.",
            Verdict.SILENT: "Nothing would have been suggested: there is too little to learn from yet.",
            Verdict.NOTHING: "Nothing was coded, and nothing would have been suggested: there is nothing to compare.",
        }[f.verdict]
    )
    yield ""
    cells = f.cells
    yield from columns(
        [
            ("", "precision", "recall", "F1", "95 %"),
            (
                "all together (micro)",
                *(f"{_number(x):>{n}}" for x, n in ((cells.precision, 9), (cells.recall, 6), (cells.f1, 4))),
                f"[{_ends(f.micro_f1_interval)}]",
            ),
            (
                "each theme alike (macro)",
                *(f"{_number(x):>{n}}" for x, n in ((f.macro_precision, 9), (f.macro_recall, 6), (f.macro_f1, 4))),
                f"[{_ends(f.macro_f1_interval)}]",
            ),
        ]
    )
    yield f"  Mean average precision {_number(f.mean_average_precision)}; by chance {_number(f.mean_base_rate)}."
    if f.top_three.value is not None:
        yield f"  Of a response's themes {100 * f.top_three.value:.0f} % are among the three scored best."
    yield f"  Brier score {_number(f.brier, 3)}; the themes' base rates alone {_number(f.base_rate_brier, 3)}."
    if f.brier.value is not None and f.base_rate_brier.value is not None and f.brier.value >= f.base_rate_brier.value:
        yield "  The scores say no more than the base rates do."


def _themes(found: "Evaluation") -> Iterator[str]:
    from coder.suggest.evaluation import Verdict

    if not found.figures.themes:
        yield "  The codebook has no theme yet."
        return
    wide = width() >= _WIDE
    heads = (*_HEADS, *(_WIDE_HEADS if wide else ()))
    rows = [(_signs(t, found), t, _cells(t, wide)) for t in found.figures.themes]
    sizes = [max(len(head), *(len(r[2][i]) for r in rows)) for i, head in enumerate(heads[1:])]
    room = max(16, min(60, width() - 4 - sum(size + 2 for size in sizes)))
    table: list[tuple[str, ...]] = [("  " + heads[0], *(f"{h:>{n}}" for h, n in zip(heads[1:], sizes, strict=True)))]
    for signs, t, cells in rows:
        *above, name = found.codebook.path(t.theme_id)
        inset = "  " * min(len(above), 3)
        first, *rest = wrapped(name, room - len(inset)) or [""]
        table.append((f"{signs}{inset}{first}", *(f"{c:>{n}}" for c, n in zip(cells, sizes, strict=True))))
        table += [(f"  {inset}{more}", *[""] * len(cells)) for more in rest]
    yield from columns(table, indent=0)
    yield ""
    verdicts = [t.verdict for t in found.figures.themes]
    yield from _paragraph(
        "right: agreement with the coder; maj.: that of always saying what the coder says most often."
    )
    if guessing := verdicts.count(Verdict.GUESSING):
        yield from _paragraph(
            f"? No better than guessing, as far as can be told: {_of(guessing, 'theme')}. The 95 % interval of kappa "
            "(from drawing participants again) reaches 0, which guessing has."
        )
    if silent := verdicts.count(Verdict.SILENT):
        yield from _paragraph(f"- Never suggested, though coded: {_of(silent, 'theme')}.")
    yield from _definitions(found)


def _definitions(found: "Evaluation") -> Iterator[str]:
    if not found.undefined:
        return
    coded = {t.theme_id: t.cells.given for t in found.figures.themes}
    often = sorted(found.undefined, key=lambda t: -coded[t])
    names = [f"‘{found.codebook.by_id[t].name}’" for t in often[:_MOST_NAMED]]
    if more := len(often) - len(names):
        names.append(f"{more} more")
    yield from _paragraph(
        f"+ Would gain from a definition, having only a name and few codings or poor figures: {', '.join(names)}. "
        "Definitions can be worth more than a hundred codings."
    )


def _signs(t: "ThemeFigures", found: "Evaluation") -> str:
    from coder.suggest.evaluation import Verdict

    doubt = {Verdict.GUESSING: "?", Verdict.SILENT: "-"}.get(t.verdict, " ")
    return doubt + ("+" if t.theme_id in found.undefined else " ")


def _cells(t: "ThemeFigures", wide: bool) -> tuple[str, ...]:
    c = t.cells
    kappa = f"{'–' if c.kappa.value is None else _short(c.kappa.value):>4}"
    interval = f"[{_ends(t.interval)}]" if c.suggested and c.kappa.value is not None else ""
    cells = (
        str(c.given),
        *map(_number, (c.precision, c.recall, c.f1)),
        f"{kappa} {interval:<12}",
        *map(_percent, (c.agreement, c.majority)),
    )
    if not wide:
        return cells
    scores = (_number(t.brier, 3), _number(t.base_rate_brier, 3))
    return (*cells, str(c.suggested), _number(t.average_precision), *scores)


def _reliability(bins: "Sequence[Bin]", error: "Figure") -> Iterator[str]:
    from coder.suggest.evaluation import SCORED

    if not bins:
        yield f"  No response and theme was scored {SCORED} or more: there is no reliability curve."
        return
    yield from _paragraph(
        f"How reliable the scores are: {sum(b.pairs for b in bins)} pairs of response and theme scored {SCORED} or "
        f"more, in {_of(len(bins), 'bin')} of equal mass. A score means what it says where ● lies on the dots; "
        f"they are {100 * (error.value or 0):.1f} points apart on average (expected calibration error)."
    )
    plot = Plot((0, 1), (0, 1), percent=True)
    plot.draw_dots((at / 60, at / 60) for at in range(0, 61, 3))
    for b in bins:
        plot.put(b.score, b.share, "●")
    yield from plot.lines(x_name="score", y_name="coded")


def _curve(curve: "LearningCurve", reviewed: int) -> Iterator[str]:
    from coder.suggest.learning_curve import FEWEST_PEOPLE

    series = (
        ("●", "macro F1", curve.macro_f1, [p.macro_f1 for p in curve.points]),
        ("○", "mean average precision", curve.mean_average_precision, [p.mean_average_precision for p in curve.points]),
    )
    if curve.points:
        sizes = [p.examples for p in curve.points]
        end = reviewed + curve.more
        # A law is drawn where it is measured or foretold.
        ways = [
            [(n, gain.curve.at(n)) for n in _steps(sizes[0], end)] if gain.curve else [] for _, _, gain, _ in series
        ]
        means = [[sum(r) / len(r) for r in repeats] for *_, repeats in series]
        values = [*(y for way in ways for _, y in way), *(m for mean in means for m in mean)]
        plot = Plot((0, end), (0, min(1.0, 1.1 * max(values)) or 1.0))
        for way in ways:
            plot.draw_dots(iter(way))
        for (sign, *_), mean in zip(series, means, strict=True):
            for size, value in zip(sizes, mean, strict=True):
                plot.put(size, value, sign)
        yield from _paragraph(
            f"What was reviewed, and what it brought to the {_of(len(curve.themes), 'theme')} coded for at least "
            f"{FEWEST_PEOPLE} participants (others are too rare to be learnt from in parts):"
        )
        yield from plot.lines(x_name="reviewed responses learnt from", y_name="● macro F1   ○ mean average precision")
        yield ""
    yield f"  What {curve.more} more reviewed responses would bring (95 % interval of a repeat):"
    for _, name, gain, _ in series:
        yield from _paragraph(f"{name}: {_gain(gain)}.", indent=4)


def _gain(gain: "Gain") -> str:
    if gain.gain is None or gain.low is None or gain.high is None:
        return f"can't be told, for {gain.why}"
    ends = f"{100 * gain.low:+.1f} to {100 * gain.high:+.1f}"
    if gain.low <= 0 < gain.high:
        return f"can't be told, for the repeats disagree ({ends} points)"
    if gain.high <= 0:
        return f"nothing, as far as can be told ({ends} points)"
    return f"about {100 * gain.gain:+.1f} points ({ends})"


def _steps(low: float, high: float) -> Iterator[float]:
    return (low + (high - low) * at / 60 for at in range(61))


def _paragraph(text: str, *, indent: int = 2) -> Iterable[str]:
    return (" " * indent + line for line in wrapped(text, min(width(), 100) - indent))


def _number(figure: "Figure", digits: int = 2) -> str:
    return "–" if figure.value is None else f"{figure.value:.{digits}f}"


def _percent(figure: "Figure") -> str:
    return "–" if figure.value is None else f"{100 * figure.value:.0f} %"


def _ends(interval: tuple[float, float]) -> str:
    return "–".join(map(_short, interval))


def _short(value: float) -> str:
    """Two decimals without the 0 in front: .42, -.03, 1.00."""
    sign, digits = ("-" if round(value, 2) < 0 else ""), f"{abs(value):.2f}"
    return sign + digits.removeprefix("0")


def _of(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")
