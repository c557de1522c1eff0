"""What is counted, of whom and by whom, in words: the lines above and below a count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.domain.codebook import PATH_SEPARATOR, Codebook, Theme
from coder.domain.corpus import Question
from coder.domain.tally import Chain
from coder.tui.widgets.plain import Piece

if TYPE_CHECKING:
    from coder.analysis.tally import Cut, Tally
    from coder.stats.ratings import Summary

NO_QUESTION = "This question is not in the survey any more: Q goes to another."
NO_THEME = "No theme serves this question yet: f2 on the coding screen makes some."


def question_line(asked: Sequence[Question]) -> list[Piece]:
    """Which question is counted, in which waves."""
    if not asked:
        return [("Counts of: ", "bold dim"), "no question"]
    waves = ", ".join(q.wave for q in asked if q.wave)
    prompt = prompt_of(asked)
    return [("Counts of: ", "bold dim"), prompt, (f"  ({waves})" if waves and waves not in prompt else "", "dim")]


def prompt_of(asked: Sequence[Question]) -> str:
    """A question in words; where its waves word it differently, what they have in common."""
    prompts = {q.prompt or q.key for q in asked}
    return " ".join((prompts.pop() if len(prompts) == 1 else asked[0].key).split())


def prompts_of(asked: Sequence[Question]) -> str:
    """Several questions in words, the waves of one as one."""
    keys = dict.fromkeys(q.key for q in asked)
    each = [[q for q in asked if q.key == key] for key in keys]
    return " · ".join(in_wave(waves[0]) if len(waves) == 1 else prompt_of(waves) for waves in each)


def in_wave(question: Question) -> str:
    """A question in words with its wave, where the words do not say it."""
    prompt = prompt_of([question])
    return prompt if not question.wave or question.wave in prompt else f"{prompt} ({question.wave})"


def chain_lines(chains: Sequence[tuple[Question, Chain]]) -> list[Piece]:
    """The bases of each wave, a line each."""
    several = len(chains) > 1
    return [(f"{f'{asked.wave}: ' if several else ''}{wording.chain_line(chain)}\n", "bold") for asked, chain in chains]


def cut_line(cut: Cut, coders: Sequence[str], what: str = "") -> list[Piece]:
    """Whom the percentages are of, and whose codings are counted; `what` more there is to say goes between."""
    about = wording.interval_kind(cut.base, census=cut.census)
    return [" · ".join(filter(None, (about, what, f"codings of {whose(cut, coders)}")))]


def whose(cut: Cut, coders: Sequence[str]) -> str:
    """Whose codings are counted."""
    names = ", ".join(coders) or "nobody yet"
    return f"{names} alone" if cut.coder else f"{names} together" if len(coders) > 1 else names


def remarks(tally: Tally) -> Iterator[str]:
    """What a reader of a tally must know, question by question."""
    for asked in tally.questions:
        wave = f"{asked.question.wave}: " if len(tally.questions) > 1 else ""
        yield from (wave + remark for remark in wording.remarks(asked.counted, tally.cut.base))
    if not tally.questions:
        yield NO_QUESTION
    elif not any(asked.codebook.themes for asked in tally.questions):
        yield NO_THEME
    yield wording.ADDING_UP


def middle(summary: Summary) -> str:
    """Mean, median and spread of ratings, with their intervals, or why there are none."""
    if summary.mean is None:
        return f"no mean: {summary.reason}"
    parts = [
        f"mean {wording.mean(summary.mean)} {wording.rated(summary.mean_interval)}".rstrip(),
        f"median {wording.mean(summary.median)} {wording.rated(summary.median_interval)}".rstrip(),
        f"SD {wording.mean(summary.sd)}",
    ]
    return " · ".join(parts) + (f" ({summary.reason})" if summary.reason else "")


def direction(interval: tuple[float, float] | None) -> str:
    """A sign before a figure that differs from others in one direction, whatever the difference is in its interval."""
    if interval is None:
        return ""
    return "▲ " if interval[0] > 0 else "▼ " if interval[1] < 0 else ""


def points(difference: float, interval: tuple[float, float] | None, base: int) -> str:
    """A difference of shares with its interval; `base` is the smaller one of the two."""
    return f"{wording.points(difference, base)} points {wording.points_interval(interval, base)}".rstrip()


def p_value(p: float) -> str:
    """A p value with its sign."""
    number = wording.p_value(p)
    return f"p {number}" if number.startswith("<") else f"p = {number}"


def cut_short(text: str, most: int = 40) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def path_of(codebook: Codebook, theme_id: int) -> str:
    """The whole name of a theme."""
    return PATH_SEPARATOR.join(codebook.path(theme_id))


def paths_of(rows: Sequence[tuple[int, Theme]]) -> list[str]:
    """The whole name of each theme of a walk through the codebook."""
    found: list[str] = []
    above: list[str] = []
    for depth, theme in rows:
        above[depth:] = [theme.name]
        found.append(PATH_SEPARATOR.join(above))
    return found
