"""What the memory gives does not depend on what it was asked before."""

import numpy as np
import pytest

from coder.suggest import memory
from coder.suggest.features import TextFeatures
from coder.suggest.memory import TextMemory

TEXTS = ["kind mentors", "the mentors were patient", "lunch", "", "lunch was lovely", "kind"]
FEATURES = TextFeatures.learn(TEXTS)


def test_likeness_is_the_product_of_the_rows_to_the_bit_whatever_was_read_before() -> None:
    fresh = TextMemory(FEATURES)
    whole = fresh.likeness(TEXTS)
    rows = fresh.rows(TEXTS)
    np.testing.assert_array_equal(whole, (rows @ rows.T).toarray())
    grown = TextMemory(FEATURES)
    for end in (2, 1, 4):
        grown.likeness(TEXTS[::-1][:end])
    np.testing.assert_array_equal(grown.likeness(TEXTS), whole)


def test_a_copy_is_given() -> None:
    kept = TextMemory(FEATURES)
    kept.likeness(TEXTS)[:] = 7
    assert kept.likeness(TEXTS).max() < 7


def test_it_forgets_what_it_can_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST_TEXTS", 3)
    kept = TextMemory(FEATURES)
    kept.likeness(TEXTS[:3])
    expected = TextMemory(FEATURES).likeness(TEXTS[2:5])
    np.testing.assert_array_equal(kept.likeness(TEXTS[2:5]), expected)
    assert kept.rows([]).shape == (0, FEATURES.size)
