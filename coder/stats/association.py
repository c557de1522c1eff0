"""Whether two things go together: exact tests, and how much two sets overlap."""

from collections.abc import Sequence

from coder.stats.exact import two_sided


def fisher(count: int, base: int, other_count: int, other_base: int) -> float | None:
    """The two-sided p value of Fisher's exact test that two groups have the same share; None where one is empty.

    It is the probability, margins given, of all tables no more probable than this one: R. A. Fisher (1935), "The
    logic of inductive inference", Journal of the Royal Statistical Society 98, 39-82. Raises ValueError where a count
    is negative or above its base.
    """
    if not (0 <= count <= base and 0 <= other_count <= other_base):
        raise ValueError(f"counts of {count} and {other_count} do not fit bases of {base} and {other_base}")
    if not base or not other_base:
        return None
    have, everybody = count + other_count, base + other_base
    ends = max(0, have - other_base), min(have, base)

    def ratio(x: int) -> float:
        return (have - x) * (base - x) / ((x + 1) * (other_base - have + x + 1))

    mode = (have + 1) * (base + 1) // (everybody + 2)
    return two_sided(count, mode, ends, ratio)[0]


def holm(p_values: Sequence[float]) -> list[float]:
    """The p values, in their order, adjusted for there being so many.

    Formula: S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6, 65-70: the i-th smallest of m by m - i + 1, none below a smaller one, none above 1.
    """
    adjusted = [0.0] * len(p_values)
    floor = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        floor = max(floor, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = floor
    return adjusted


def jaccard(both: int, first: int, second: int) -> float | None:
    """Of those in either of two sets, the share in both, from 0 to 1; None where both are empty.

    P. Jaccard (1901), "Étude comparative de la distribution florale dans une portion des Alpes et des Jura", Bulletin
    de la Société Vaudoise des Sciences Naturelles 37, 547-579. Raises ValueError where `both` is more than a set has.
    """
    _require(both, first, second)
    either = first + second - both
    return both / either if either else None


def lift(both: int, first: int, second: int, base: int) -> float | None:
    """How many times as many are in both of two sets as if these had nothing to do with each other; None where one of
    them is empty.

    S. Brin, R. Motwani, J. D. Ullman, S. Tsur (1997), "Dynamic itemset counting and implication rules for market
    basket data", SIGMOD Record 26 (2), 255-264. Raises ValueError where the sets do not fit each other or the base.
    """
    _require(both, first, second)
    if first + second - both > base:
        raise ValueError(f"sets of {first} and {second} with {both} in both do not fit a base of {base}")
    return both * base / (first * second) if first and second else None


def _require(both: int, first: int, second: int) -> None:
    if not 0 <= both <= min(first, second):
        raise ValueError(f"{both} in both do not fit sets of {first} and {second}")
