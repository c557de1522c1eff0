"""What a view is: it counts aside, and what it found says how it is drawn, opened, and taken along."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from coder.domain.corpus import Question, QuestionKind
from coder.tui.widgets.bars import BarRow
from coder.tui.widgets.grid import Cells
from coder.tui.widgets.palette import Paint
from coder.tui.widgets.plain import Piece

if TYPE_CHECKING:
    from coder.analysis.tally import Cut, Stopped
    from coder.behind import Apart, Person
    from coder.charts import Spec
    from coder.store.project import Project
    from coder.store.quotes import Quote

Table = tuple[list[str], Iterator[list[str | int | float | None]]]
"""What is exported of a view: the names of the columns, and the rows."""


@dataclass(frozen=True)
class Opened:
    """The people behind a figure as they are now, the figure in words, what was asked, and how to read some of them.

    `apart` are those who might be expected in it and are not, and why. `label` says what of a quote is not plain from
    the figure: its theme, where that is one below; its wave.
    """

    said: str
    asked: Sequence[Question]
    people: Sequence[int]
    read: Callable[[Sequence[int]], Sequence[Person]]
    apart: Sequence[Apart] = ()
    label: Callable[[Quote], Sequence[str]] = lambda _quote: ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A figure on the screen: what it is of, itself in words, and how to read whom it counts, where it counts people.

    `place` is what it stands for, whatever its number is; `theme_id` the theme that a memo here would be on.
    """

    title: str
    said: str
    place: tuple[Hashable, ...]
    behind: Callable[[Project], Opened] | None = None
    theme_id: int | None = None


@dataclass(frozen=True)
class Shown:
    """A count as it is drawn: what is counted of whom, bars where it has some, a table, and which figure each row and
    each cell stands for.

    `head` stands over the names, `of` over the figures beside the bars. A `plot` stands above the table: its lines for
    the row at the cursor, a width and a height.
    """

    lines: Sequence[Piece] = ()
    cells: Cells = field(default_factory=Cells)
    cell_spot: Callable[[int, int], Spot | None] = lambda _row, _column: None
    bars: Sequence[BarRow] = ()
    bar_spot: Callable[[int], Spot | None] = lambda _row: None
    head: str = "theme"
    of: str = ""
    remarks: Sequence[str] = ()
    plot: Callable[[int, int, int], Sequence[str]] | None = None


@dataclass(frozen=True)
class Look:
    """How a count shall be drawn."""

    paints: Callable[[str], Mapping[int, Paint]]  # of the themes of a question, by its key
    most_first: bool = False


class Found(Protocol):
    """What a view counted. It is drawn as often as the look of it changes."""

    def shown(self, look: Look) -> Shown: ...

    def table(self) -> Table: ...

    def pictures(self) -> Sequence[Spec]:
        """The same as figures for a publication: one for each wave or pair of waves; none where there is no such."""
        ...


@dataclass(frozen=True)
class Wanted:
    """What shall be counted; `test`: with p values."""

    cut: Cut
    test: bool = False


if TYPE_CHECKING:
    Reader = Callable[[Project, Wanted, Stopped], Found]


@dataclass(frozen=True)
class View:
    """One way to look at a question. `fits` says of a question in its waves whether there is something to see, given
    all of the survey's. `uses` are the commands that mean something in it, by their names; a file that
    its table is written to is called `file`."""

    name: str
    titles: tuple[str, str]  # its tab's, long and short
    fits: Callable[[Sequence[Question], Sequence[Question]], bool]
    read: Reader
    file: str
    uses: frozenset[str] = frozenset()


def is_open(asked: Sequence[Question], survey: Sequence[Question] = ()) -> bool:  # noqa: ARG001
    """Whether this is an open question."""
    return any(q.kind is QuestionKind.OPEN for q in asked)


def is_rating(asked: Sequence[Question], survey: Sequence[Question] = ()) -> bool:  # noqa: ARG001
    """Whether this question is rated."""
    return any(q.kind is QuestionKind.RATING for q in asked)
