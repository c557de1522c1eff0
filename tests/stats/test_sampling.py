"""Lots are uniform over the seeds, differ between ids, and stay whatever other ids there are."""

import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from coder.stats.sampling import drawn, lots, order

IDS = st.lists(st.integers(1, 2**62), min_size=1, max_size=40, unique=True)
SEEDS = st.integers(0, 2**64 - 1)


def splitmix64(seed: int, steps: int) -> int:
    """The published generator, step by step."""
    mask = 2**64 - 1
    state, z = seed, 0
    for _ in range(steps):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
    return z


def test_they_are_the_published_generators_outputs() -> None:
    assert [int(z) for z in lots([1, 2, 3], 1234567)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]
    assert [int(z) for z in lots(range(1, 20), 99)] == [splitmix64(99, n) for n in range(1, 20)]


@given(IDS, SEEDS)
def test_no_two_ids_have_the_same_lot_and_equal_ids_stay_side_by_side(ids: list[int], seed: int) -> None:
    assert len(set(lots(ids, seed).tolist())) == len(ids)
    twice = np.array(ids * 2)
    placed = order(twice, seed)
    assert [int(i) for i in twice[placed]] == [i for one in np.array(ids)[order(ids, seed)] for i in (one, one)]
    assert all(a < b for a, b in zip(placed[::2], placed[1::2], strict=True))


@given(IDS, IDS, SEEDS)
def test_the_order_of_what_was_there_is_the_same_when_more_comes(old: list[int], new: list[int], seed: int) -> None:
    every = list(dict.fromkeys(old + new))
    after = [every[i] for i in order(every, seed)]
    assert [i for i in after if i in set(old)] == [old[i] for i in order(old, seed)]


def test_over_the_seeds_every_id_is_as_likely_first_and_in_the_sample() -> None:
    rng = np.random.default_rng(7)
    ids = np.arange(1, 21)
    places = np.array([order(ids, int(seed)) for seed in rng.integers(0, 2**63, 4_000)])
    for some in (places[:, :1], places[:, :5], places[:, -1:]):
        assert stats.chisquare(np.bincount(some.ravel(), minlength=20)).pvalue > 0.001
    pairs = places[:, 0] * 20 + places[:, 1]
    assert stats.chisquare(np.bincount(pairs, minlength=400)[~np.eye(20, dtype=bool).ravel()]).pvalue > 0.001


def test_a_million_are_ordered_in_well_under_a_second() -> None:
    ids = np.arange(1, 1_000_001)
    began = time.process_time()
    order(ids, 3)
    assert time.process_time() - began < 0.9


@given(st.integers(1, 2**62), SEEDS, st.floats(0, 1), st.floats(0, 1))
def test_who_is_drawn_stays_drawn_when_the_share_grows(one: int, seed: int, share: float, other: float) -> None:
    small, large = sorted((share, other))
    assert drawn(one, seed, large) or not drawn(one, seed, small)
    assert drawn(one, seed, 1) and not drawn(one, seed, 0)


def test_as_many_are_drawn_as_the_share_says() -> None:
    hits = sum(drawn(n, 5, 0.2) for n in range(5_000))
    assert stats.binomtest(hits, 5_000, 0.2).pvalue > 0.001
