"""Suggestions are judged by participants that were not learnt from, and by what the coder's absence can say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score

from coder.domain.codebook import Codebook, Theme
from coder.domain.coding import Suggestion
from coder.errors import NotEnoughError
from coder.suggest.classifier import Example, Suggester, Target
from coder.suggest.evaluation import (
    FEWEST_REVIEWED,
    CrossValidation,
    Figures,
    Folds,
    HeldOut,
    Verdict,
    measure,
    with_text,
)

LUNCH, MENTORS, NEVER = 1, 2, 3
BOOK = Codebook([Theme(LUNCH, "Lunch"), Theme(MENTORS, "Mentors"), Theme(NEVER, "Never coded")])
ALL = frozenset({LUNCH, MENTORS, NEVER})


def reviewed(people: int = 30, each: int = 2) -> list[Example]:
    """Several responses of each participant: every third person talks of lunch, every third of mentors."""
    examples = []
    for i in range(people * each):
        person = i % people
        theme = (LUNCH, MENTORS, 0)[person % 3]
        text = f"{('lunch', 'mentors', 'talks')[person % 3]} {i}"
        examples.append(Example(i, person, "best", text, frozenset({theme} - {0}), ALL))
    return examples


class Parrot:
    """Knows what the participants it learnt from were given, and says it again."""

    def __init__(self, examples: Iterable[Example], codebook: Codebook, *, seed: int = 0) -> None:
        self.said: dict[int, frozenset[int]] = {}
        for e in examples:
            self.said[e.participant_id] = self.said.get(e.participant_id, frozenset()) | e.themes

    def suggest(self, targets: Iterable[Target], *, all_scores: bool = False) -> Iterator[Suggestion]:
        for target in targets:
            for theme in sorted(ALL):
                seen = theme in self.said.get(target.participant_id, frozenset())
                yield Suggestion(target.response_id, theme, float(seen), seen)


class Reader:
    """Needs no learning: the words say the theme. `also` shouts a theme everywhere; `mute` has no score for one."""

    def __init__(self, also: int = 0, mute: int = 0) -> None:
        self.also, self.mute = also, mute

    def __call__(self, examples: Sequence[Example], codebook: Codebook, *, seed: int = 0) -> "Reader":
        return self

    def suggest(self, targets: Iterable[Target], *, all_scores: bool = False) -> Iterator[Suggestion]:
        for target in targets:
            for theme, word in ((LUNCH, "lunch"), (MENTORS, "mentors"), (NEVER, "never")):
                if theme != self.mute:
                    found = word in target.text or theme == self.also
                    yield Suggestion(target.response_id, theme, float(found), found)


class Guesser:
    """Suggests each theme at random, as often as it is given, with a random score."""

    def __init__(self, examples: Sequence[Example], codebook: Codebook, *, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed + len(examples))
        self.themes = [t.id for t in codebook.themes]

    def suggest(self, targets: Iterable[Target], *, all_scores: bool = False) -> Iterator[Suggestion]:
        for target in targets:
            for theme, score in zip(self.themes, self.rng.random(len(self.themes)).tolist(), strict=True):
                yield Suggestion(target.response_id, theme, score, score < 0.2)


def held_out(examples: Sequence[Example], fit, folds: int = 5, share: float = 1.0, book: Codebook = BOOK) -> HeldOut:
    dealt = Folds.deal(examples, folds, np.random.default_rng(0))
    return CrossValidation(book, fit).hold_out(examples, dealt, share)


def figures(examples: Sequence[Example], fit, book: Codebook = BOOK) -> Figures:
    return measure(held_out(examples, fit, book=book))


# --- who is on which side --------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [1.0, 0.4, 0.01])
def test_no_participant_is_on_both_sides_and_every_response_is_held_out_once(share: float) -> None:
    examples = reviewed(each=3)
    folds = Folds.deal(examples, 4, np.random.default_rng(0))
    asked: list[int] = []
    for fold in range(4):
        learnt, out = folds.training(fold, share), folds.held_out(fold)
        assert len(learnt) and not {examples[i].participant_id for i in learnt} & {
            examples[i].participant_id for i in out
        }
        asked += out.tolist()
    assert sorted(asked) == list(range(len(examples)))


def test_one_who_knows_the_participants_gains_nothing_by_it() -> None:
    examples = reviewed()
    assert figures(examples, Parrot).verdict is Verdict.SILENT
    # The plant: with its responses on both sides, the parrot would be right on each.
    apart = Folds.deal([replace(e, participant_id=i) for i, e in enumerate(examples)], 5, np.random.default_rng(0))
    leaked = measure(CrossValidation(BOOK, Parrot).hold_out(examples, apart))
    assert leaked.verdict is Verdict.BETTER and leaked.cells.both > 30


def test_growing_parts_hold_each_other_and_their_participants_whole() -> None:
    examples = reviewed(each=3)
    folds = Folds.deal(examples, 5, np.random.default_rng(0))
    parts = [set(folds.training(2, share).tolist()) for share in (0.1, 0.3, 0.7, 1.0)]
    assert all(a < b for a, b in pairwise(parts))
    for part in parts:
        people = {examples[i].participant_id for i in part}
        assert part == {i for i, e in enumerate(examples) if e.participant_id in people}


def test_folds_need_as_many_participants() -> None:
    with pytest.raises(NotEnoughError, match="4 participants"):
        Folds.deal(reviewed(people=4, each=9), 5, np.random.default_rng(0))


def test_too_few_reviewed_responses_are_refused_with_what_is_missing() -> None:
    blank = [replace(e, response_id=900 + e.response_id, text=" \n") for e in reviewed()]
    with pytest.raises(NotEnoughError) as caught:
        with_text([*reviewed(7), *blank])
    assert caught.value.message.startswith("14 responses")
    assert str(FEWEST_REVIEWED - 14) in caught.value.hint
    assert [e.response_id for e in with_text(reversed(reviewed()))] == list(range(60))


# --- what is known ---------------------------------------------------------------------------------------


def test_a_pair_whose_absence_says_nothing_is_in_no_figure() -> None:
    plain = reviewed()
    unknown = [replace(e, known=ALL - {MENTORS}) if e.response_id % 2 else e for e in plain]
    shout, listen = figures(unknown, Reader(also=MENTORS)), figures(unknown, Reader())
    mentors = shout.themes[1].cells
    assert mentors.pairs == listen.themes[1].cells.pairs == 30
    assert mentors.both + mentors.machine == 30
    assert listen.cells.pairs == 30 + 60 + 60
    assert sum(b.pairs for b in shout.bins) == 30 + sum(b.pairs for b in listen.bins) - mentors.both


def test_a_theme_that_was_given_where_it_was_not_known_is_in_no_figure() -> None:
    given = [replace(e, known=frozenset({LUNCH})) for e in reviewed()]
    found = figures(given, Reader())
    assert found.themes[1].cells.pairs == 0
    assert found.themes[1].verdict is Verdict.NOTHING
    assert found.macro_f1.value == 1, "lunch alone is measured"
    assert found.top_three.value == 1


def test_a_theme_without_a_score_does_not_serve_the_question_and_is_in_no_figure() -> None:
    found = figures(reviewed(), Reader(mute=MENTORS))
    assert found.themes[1].cells.pairs == 0 and found.cells.pairs == 120


# --- what the figures are --------------------------------------------------------------------------------


def test_perfect_suggestions_have_perfect_figures() -> None:
    found = figures(reviewed(), Reader())
    assert found.verdict is Verdict.BETTER and found.kappa.value == 1 and found.kappa_interval == (1, 1)
    assert found.cells.f1.value == found.macro_f1.value == found.mean_average_precision.value == 1
    assert found.top_three.value == 1 and found.brier.value == 0 and found.calibration_error.value == 0
    lunch, _, never = found.themes
    assert (lunch.theme_id, lunch.cells.given, lunch.verdict) == (LUNCH, 20, Verdict.BETTER)
    assert lunch.cells.majority.value == pytest.approx(2 / 3)
    assert (never.verdict, never.average_precision.value) == (Verdict.NOTHING, None)
    assert never.cells.kappa.value is None and never.cells.kappa.why


def test_guessing_is_called_guessing() -> None:
    """Of 200 themes guessed at random at most a few in a hundred may seem better, and together they never do."""
    rng = np.random.default_rng(5)
    themes = range(1, 201)
    book = Codebook([Theme(t, f"Theme {t}") for t in themes])
    examples = [
        Example(i, i // 2, "best", "text", frozenset(t for t in themes if rng.random() < 0.2), frozenset(themes))
        for i in range(200)
    ]
    found = figures(examples, Guesser, book)
    assert found.verdict is Verdict.GUESSING
    assert sum(t.verdict is Verdict.BETTER for t in found.themes) <= 10


def test_a_theme_hit_once_or_always_suggested_is_no_better_than_guessing() -> None:
    once = [replace(e, themes=frozenset({LUNCH}) if e.participant_id == 0 else frozenset()) for e in reviewed(each=1)]
    assert figures(once, Reader()).themes[0].verdict is Verdict.GUESSING
    always = [replace(e, themes=frozenset({NEVER})) for e in reviewed()]
    found = figures(always, Reader(also=NEVER)).themes[2]
    assert (found.cells.f1.value, found.verdict) == (1, Verdict.GUESSING), "that much the base rate says as well"


def test_the_figures_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(2)
    given = rng.random((120, 6)) < [0.5, 0.3, 0.2, 0.1, 0.05, 0.0]
    scores = np.clip(0.4 * given + 0.6 * rng.random((120, 6)), 0, 1).round(2)
    suggested = scores > 0.55
    suggested[:, 3] = False
    found = measure(HeldOut((1, 2, 3, 4, 5, 6), np.arange(120) % 50, given, suggested, scores))
    assert found.cells.f1.value == pytest.approx(f1_score(given, suggested, average="micro"))
    live = slice(0, 5)
    macro = {"average": "macro", "zero_division": 0}
    assert found.macro_f1.value == pytest.approx(f1_score(given[:, live], suggested[:, live], **macro))
    assert found.macro_recall.value == pytest.approx(recall_score(given[:, live], suggested[:, live], **macro))
    shown = [0, 1, 2, 4]
    assert found.macro_precision.value == pytest.approx(precision_score(given[:, shown], suggested[:, shown], **macro))
    precisions = [average_precision_score(given[:, t], scores[:, t]) for t in range(5)]
    assert found.mean_average_precision.value == pytest.approx(np.mean(precisions))
    assert found.brier.value == pytest.approx(np.mean((scores - given) ** 2))
    assert found.base_rate_brier.value == pytest.approx(np.mean(given.mean(axis=0) * (1 - given.mean(axis=0))))
    assert sum(b.pairs for b in found.bins) == np.sum(scores >= 0.1)
    assert found.themes[3].verdict is Verdict.SILENT and found.themes[3].cells.precision.value is None
    low, high = found.micro_f1_interval
    assert low < found.cells.f1.value < high


def test_the_order_of_the_examples_is_nothing_and_the_seed_is_all() -> None:
    examples = reviewed()
    once = measure(held_out(examples, Suggester.fit), seed=3)
    again = measure(held_out(with_text(examples[::-1]), Suggester.fit), seed=3)
    assert once == again


def test_the_suggester_is_found_to_have_learnt_what_can_be_learnt() -> None:
    found = figures(reviewed(), Suggester.fit)
    assert found.verdict is Verdict.BETTER
    assert [t.verdict for t in found.themes] == [Verdict.BETTER, Verdict.BETTER, Verdict.NOTHING]
    rng = np.random.default_rng(0)
    noise = [replace(e, themes=frozenset({int(rng.integers(1, 3))})) for e in reviewed(people=40, each=1)]
    assert figures(noise, Suggester.fit).verdict is not Verdict.BETTER
