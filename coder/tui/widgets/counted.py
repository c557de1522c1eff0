"""What a count says, as rows of bars and as cells of a table; and which figure each row and cell stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coder.domain import wording
from coder.domain.codebook import PATH_SEPARATOR, Theme
from coder.domain.corpus import Question
from coder.domain.tally import Figure
from coder.tui.widgets.bars import BarRow
from coder.tui.widgets.grid import Cells
from coder.tui.widgets.palette import Paint
from coder.tui.widgets.plain import Piece

if TYPE_CHECKING:
    from coder.analysis.tally import Column, SideBySide, Tally
    from coder.analysis.together import CoOccurrence

_EVERYBODY = "everybody"
_PAIR = 9  # cells at most of a column that is a theme


@dataclass(frozen=True, slots=True)
class Spot:
    """A figure on the screen, and what it takes to open it: the themes, the question and the group."""

    title: str
    figure: Figure
    theme_ids: tuple[int, ...]
    question_id: int
    value: str | None = None

    @property
    def place(self) -> tuple[tuple[int, ...], int, str | None]:
        """What it stands for, whatever its number is."""
        return self.theme_ids, self.question_id, self.value


@dataclass(frozen=True)
class Shown:
    """A count as it is shown: bars, where it has some, and a table."""

    bars: Sequence[BarRow]
    bar_spots: Sequence[Spot | None]
    cells: Cells
    cell_spot: Callable[[int, int], Spot | None]


def shown_tally(found: SideBySide, paints: Mapping[int, Paint]) -> Shown:
    """Themes as rows; where there are groups or waves, these are bars below the theme and columns of the table."""
    paths = _paths(found.rows)
    bars: list[BarRow] = []
    spots: list[Spot | None] = []
    labels = [_label(column, found.columns) for column in found.columns]
    parts = len(found.columns) > 1
    first = 1 if _one_question(found.columns) else 0  # of the columns that stand below a theme's own bar

    def spot(row: int, column: int) -> Spot | None:
        theme, at = found.rows[row][1], found.columns[column]
        figure = at.figures.get(theme.id)
        if figure is None:
            return None
        title = f"{paths[row]} · {labels[column]}" if parts else paths[row]
        return Spot(title, figure, (theme.id,), at.question.id, at.value)

    for row, (depth, theme) in enumerate(found.rows):
        whole = spot(row, 0) if first else None
        paint = paints.get(theme.id)
        bars.append(BarRow(theme.name, depth, whole.figure if whole else None, paint, heads=parts))
        spots.append(whole)
        for column in range(first, len(found.columns)):
            if (part := spot(row, column)) is not None:
                bars.append(BarRow(f"· {labels[column]}", depth + 1, part.figure, paint))
                spots.append(part)

    def cell(row: int, column: int) -> tuple[str, bool]:
        here = spot(row, column)
        if here is None:
            return "", True
        figure = here.figure
        return f"{figure.participants:,} of {figure.base:,}  {wording.percent(figure):>4}", not figure.participants

    def alone(row: int, column: int) -> tuple[str, bool]:
        count = found.columns[0].figures[found.rows[row][1].id]
        texts = (
            f"{count.participants:,}",
            f"{count.base:,}",
            wording.percent(count),
            wording.interval(count),
            f"{count.assignments:,}",
        )
        return texts[column], not count.participants

    names = [(depth, theme.name) for depth, theme in found.rows]
    if parts:
        return Shown(bars, spots, Cells(names, labels, cell), spot)
    heads = ("participants", "of", "percent", "95 % interval", "codings")
    return Shown(bars, spots, Cells(names, heads, alone), lambda row, _: spot(row, 0))


def shown_pairs(found: CoOccurrence) -> Shown:
    """Participants with both of two themes; on the diagonal, with the one."""
    paths = _paths(found.rows)
    themes = [theme for _, theme in found.rows]

    def spot(row: int, column: int) -> Spot:
        one, other = themes[row].id, themes[column].id
        title = paths[row] if one == other else f"{paths[row]} + {paths[column]}"
        return Spot(title, found.figure(one, other), tuple(dict.fromkeys((one, other))), found.question.id)

    def cell(row: int, column: int) -> tuple[str, bool]:
        number = found.figure(themes[row].id, themes[column].id).participants
        return f"{number:,}" if number else "·", row == column or not number

    # Numbers say which column is which theme where its name is cut.
    names = [(depth, f"{at} {theme.name}") for at, (depth, theme) in enumerate(found.rows, 1)]
    heads = [f"{at} {theme.name}" for at, theme in enumerate(themes, 1)]
    return Shown((), (), Cells(names, heads, cell, _PAIR), spot)


def _one_question(columns: Sequence[Column]) -> bool:
    return len({column.question.id for column in columns}) == 1


def _label(column: Column, columns: Sequence[Column]) -> str:
    wave = column.question.wave if not _one_question(columns) else ""
    value = _EVERYBODY if column.value is None and not wave else column.value or ""
    return " · ".join(filter(None, (wave, value)))


def _paths(rows: Sequence[tuple[int, Theme]]) -> list[str]:
    found: list[str] = []
    above: list[str] = []
    for depth, theme in rows:
        above[depth:] = [theme.name]
        found.append(PATH_SEPARATOR.join(above))
    return found


# --- what is counted, in words ---------------------------------------------------------------------------


def question_line(asked: Sequence[Question]) -> list[Piece]:
    """Which question is counted, in which waves."""
    prompt = " ".join((asked[0].prompt or asked[0].key).split()) if asked else "no question"
    waves = ", ".join(q.wave for q in asked if q.wave)
    return [("Counts of: ", "bold dim"), prompt, (f"  ({waves})" if waves else "", "dim")]


def cut_lines(tally: Tally, pairs: CoOccurrence | None) -> list[Piece]:
    """The bases of each wave, and below them whom the percentages are of, the groups and the coders."""
    cut, several = tally.cut, len(tally.questions) > 1
    pieces: list[Piece] = []
    for asked in tally.questions:
        if pairs is None or pairs.question.id == asked.question.id:
            wave = f"{asked.question.wave}: " if several else ""
            pieces.append((f"{wave}{wording.chain_line(asked.counted.chain)}\n", "bold"))
    coders = ", ".join(tally.coders) or "nobody yet"
    whose = f"{coders} alone" if cut.coder else f"{coders} together" if len(tally.coders) > 1 else coders
    pieces.append(f"percent of {wording.of_whom(cut.base)}, 95 % Wilson interval")
    if pairs is not None:
        pieces.append(" · participants with both of two themes")
    elif cut.by:
        pieces.append(f" · by {cut.by}")
    return [*pieces, f" · codings of {whose}"]


def remarks(tally: Tally) -> Iterator[str]:
    """What a reader must know, question by question."""
    for asked in tally.questions:
        wave = f"{asked.question.wave}: " if len(tally.questions) > 1 else ""
        yield from (wave + remark for remark in wording.remarks(asked.counted, tally.cut.base))
