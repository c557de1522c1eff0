"""When new themes stop coming, text by text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.stats.saturation import EMPTY_BASE, NOT_YET, TOO_FEW, Rule, saturation

# Ten interviews: 37 themes in the first four, then 8 in the next two together.
INTERVIEWS = [20, 10, 4, 3, 6, 2, 1, 0, 1, 0]


def test_runs_overlap_and_the_first_that_brings_little_enough_confirms_what_was_read_before_it() -> None:
    found = saturation(INTERVIEWS)
    assert (found.after, found.base_themes, found.new, found.reason) == (6, 37, 1, "")
    assert found.share == pytest.approx(1 / 37), "interviews 7 and 8 bring one, 3 %; 5 and 6 brought 22, 6 and 7 8 %"


def test_a_stricter_rule_takes_longer() -> None:
    assert saturation(INTERVIEWS, Rule(run=3)).after == 7, "interviews 7 to 9 bring 2 of 37, 5.4 %"


def test_nothing_new_at_all_may_never_come() -> None:
    found = saturation(INTERVIEWS, Rule(threshold=0))
    assert (found.after, found.new, found.reason) == (None, 1, NOT_YET)
    assert saturation([*INTERVIEWS, 0], Rule(threshold=0)).after == 9


def test_a_share_that_is_just_the_threshold_is_enough() -> None:
    assert saturation([100, 29], Rule(1, 1, 0.29)).after == 1


@pytest.mark.parametrize(
    ("new", "reason"), [([], TOO_FEW), ([3, 1, 0, 0, 0], TOO_FEW), ([0, 0, 0, 0, 2, 1], EMPTY_BASE)]
)
def test_where_it_can_not_be_said_the_reason_is(new: list[int], reason: str) -> None:
    found = saturation(new)
    assert (found.after, found.share, found.reason) == (None, None, reason)


@pytest.mark.parametrize("wrong", [(0, 2, 0.05), (4, 0, 0.05), (4, 2, -0.1), (4, 2, 1.1)])
def test_a_rule_that_is_none_is_refused(wrong: tuple[int, int, float]) -> None:
    with pytest.raises(ValueError, match="no such rule"):
        Rule(*wrong)


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(1, 6), st.integers(1, 4), st.floats(0, 0.5))
def test_it_is_the_first_run_of_all_that_keeps_to_the_rule(new: list[int], base: int, run: int, most: float) -> None:
    themes = sum(new[:base])
    fits = [at for at in range(base, len(new) - run + 1) if themes and sum(new[at : at + run]) / themes <= most]
    assert saturation(new, Rule(base, run, most)).after == (fits[0] if fits else None)
