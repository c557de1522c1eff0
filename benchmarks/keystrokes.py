"""How many keypresses coding takes: the whole sample survey coded anew as Ana coded it, through the real screen.

    python -m benchmarks.keystrokes

For each highlight the fewest keys are looked for that a coder has: moves and selecting keys, or the letters of words.
It ends with the codings compared to the file's, which must be the same.
"""

import asyncio
import csv
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from textual.pilot import Pilot

from coder.domain.coding import Span
from coder.imports import SurveyRequest, import_codebook, import_survey
from coder.samples import sample
from coder.tui.app import CoderApp
from coder.tui.widgets.caret import Caret
from coder.tui.widgets.response_pane import ResponsePane

MOST = 8
"""Keypresses for a response with two highlights, two themes, and next."""
_HELPER = (sys.executable, "-S", "-c", "import sys; sys.stdin.read()")
_MOVES = {
    "w": lambda c: c.move("word", 1),
    "b": lambda c: c.move("word", -1),
    "W": lambda c: c.move("word", 1, extend=True),
    "B": lambda c: c.move("word", -1, extend=True),
    "L": lambda c: c.move("cluster", 1, extend=True),
    "H": lambda c: c.move("cluster", -1, extend=True),
    "j": lambda c: c.move_rows(1),
    "J": lambda c: c.move_rows(1, extend=True),
    "shift+end": lambda c: c.move("line", 1, extend=True),
    "s": lambda c: c.take(c.sentences),
    "semicolon": lambda c: c.take(c.clauses),
    "percent_sign": lambda c: c.swap(),
}
State = tuple[int, int]
"""The caret and where the selection began."""
_FEW = 2  # moves in a row that are looked for before the letters are taken


@dataclass(frozen=True)
class Coded:
    """One of Ana's codings: words, or the whole response."""

    theme: str
    span: Span | None


@dataclass(frozen=True)
class Counted:
    """A response as it was coded: what was to be done, and the keys that did it."""

    participant: str
    question: str
    codings: Sequence[Coded]
    keys: Sequence[str]

    @property
    def two_and_two(self) -> bool:
        return len(self.codings) == 2 and len({c.span for c in self.codings if c.span}) == 2


def wanted() -> Mapping[tuple[str, str], list[Coded]]:
    """What Ana coded, by participant and question."""
    found: dict[tuple[str, str], list[Coded]] = {}
    with sample("corpora", "training_programme_codings.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            span = Span(int(row["start"]), int(row["end"])) if row["start"] else None
            found.setdefault((row["participant_id"], row["question"]), []).append(Coded(row["theme"], span))
    return found


def uncoded_project(folder: Path) -> Path:
    """The sample survey with its codebook, and nothing coded."""
    path = folder / "sample.coder"
    import_survey(sample("corpora", "training_programme.csv"), path, SurveyRequest(), coder_name="Ana")
    import_codebook(sample("codebooks", "training_programme.yaml"), path, coder_name="Ana")
    return path


async def code_as_ana(path: Path, most: int | None = None) -> list[Counted]:
    """Code the responses that Ana coded, one after the other, by keys alone."""
    left, done = dict(wanted()), []
    app = CoderApp(path, "Ana", _HELPER)
    async with app.run_test(size=(110, 40)) as pilot:
        while app.session is None:
            await pilot.pause(0.02)
        await pilot.pause()
        screen = app.screen_stack[0]
        while left and (most is None or len(done) < most):
            key = screen.shown.participant.external_id, screen.shown.question.key
            codings = left.pop(key, None)
            if codings is None:  # nothing to code: on to the next, or to the next question
                await pilot.press("enter")
                if app.screen is not screen:
                    await pilot.press("escape")
                    other = next(q for q in app.session.questions if any(q.key == question for _, question in left))
                    screen.show_question(other)
                    await pilot.pause()
                continue
            keys = [k async for k in _code(pilot, codings)]
            done.append(Counted(*key, codings, keys))
            if app.screen is not screen:
                await pilot.press("escape")
                if left:
                    screen.show_question(next(q for q in app.session.questions if any(q.key == k for _, k in left)))
                    await pilot.pause()
    return done


async def _code(pilot: Pilot, codings: Sequence[Coded]) -> AsyncIterator[str]:
    """Code one response and go on; each key that is pressed."""
    screen = pilot.app.screen
    by_span: dict[Span | None, list[str]] = {}
    for coded in sorted(codings, key=lambda c: c.span is not None):  # the whole response while nothing is selected
        by_span.setdefault(coded.span, []).append(coded.theme)
    for span, themes in by_span.items():
        if span is not None:
            async for key in _select(pilot, screen.pane, span):
                yield key
        for theme in themes:
            key = screen.legend.keys[pilot.app.session.codebook.find(theme).id]
            await pilot.press(key)
            yield key
    await pilot.press("enter")
    yield "enter"


async def _select(pilot: Pilot, pane: ResponsePane, span: Span) -> AsyncIterator[str]:
    """Select these words with as few keys as there are; each key that is pressed."""
    moves = _moves_to(pane, span, _FEW)
    if moves is None:
        async for key in _by_letters(pilot, pane, span):
            yield key
        moves = _moves_to(pane, span, 5) or []
    for key in moves:
        await pilot.press(key)
        yield key
    assert pane.selection == span, (pane.selection, span)


async def _by_letters(pilot: Pilot, pane: ResponsePane, span: Span) -> AsyncIterator[str]:
    await pilot.press("space")
    yield "space"
    start = max((at for at in pane.letters if at <= span.start), default=min(pane.letters))
    start = min((at for at in pane.letters if at >= span.start), default=start)
    for sign in pane.letters[start]:
        await pilot.press(sign)
        yield sign
    last = [(at, sign) for at, sign in pane.letters.items() if at < span.end]
    if pane.selection is not None and pane.selection.end != span.end and last:
        await pilot.press(last[-1][1])
        yield last[-1][1]


def _moves_to(pane: ResponsePane, span: Span, most: int) -> list[str] | None:
    """The shortest row of moves that selects these words from here, if there is one of so many."""
    caret = Caret(pane.text, pane.laid_out)
    here = (pane.caret, pane.pivot)
    reached: dict[State, list[str]] = {here: []}
    edge = [here]
    for _ in range(most + 1):
        found = [keys for (at, pivot), keys in reached.items() if {at, pivot} == {span.start, span.end}]
        if found:
            return min(found, key=len)
        edge = list(_spread(caret, edge, reached))
    return None


def _spread(
    caret: Caret, edge: Sequence[tuple[int, int]], reached: dict[State, list[str]]
) -> Iterator[tuple[int, int]]:
    for state in edge:
        for key, move in _MOVES.items():
            caret.place(state[0])
            caret.pivot = state[1]
            move(caret)
            after = (caret.at, caret.pivot)
            if after not in reached:
                reached[after] = [*reached[state], key]
                yield after


def check(path: Path) -> int:
    """How many codings are in the project; AssertionError where they are not those of the file."""
    from coder.session import open_session

    session = open_session(path, "Ana")
    try:
        views = [session.view(response) for response in session.queue()]
        names = session.codebook.by_id
        there = {
            (v.participant.external_id, v.question.key, names[theme].name, m.span)
            for v in views
            for m in v.marked
            for theme in m.theme_ids
        } | {
            (v.participant.external_id, v.question.key, names[c.theme_id].name, None)
            for v in views
            for c in v.codings
            if not c.highlight_ids
        }
    finally:
        session.project.close()
    file = {(*key, coded.theme, coded.span) for key, codings in wanted().items() for coded in codings}
    assert there == file, (there - file, file - there)
    return len(there)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = uncoded_project(Path(folder))
        done = asyncio.run(code_as_ana(path))
        codings = check(path)
        print(f"{codings} codings of {len(done)} responses, the same as in the file")
    counts = [len(c.keys) for c in done]
    two = sorted(len(c.keys) for c in done if c.two_and_two)
    print(f"keypresses: {sum(counts)} in all, {mean(counts):.1f} a response, {sum(counts) / codings:.1f} a coding")
    print(f"two highlights, two themes, next: {two}, median {median(two)} (wanted: at most {MOST})")


if __name__ == "__main__":
    main()
