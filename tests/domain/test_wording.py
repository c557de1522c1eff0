"""How figures are written: no more digits than there are people for, and a reason where there is no share."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from coder.domain import wording
from coder.domain.tally import Base, Chain, Counted, Figure, ThemeCount
from coder.stats.intervals import wilson


def figure(participants: int, base: int, *, biased: bool = False) -> Figure:
    return Figure(participants, base, biased, None if biased else wilson(participants, base))


def test_decimals_come_with_a_hundred_people() -> None:
    assert (wording.percent(figure(13, 21)), wording.interval(figure(13, 21))) == ("62 %", "[41–79]")
    assert (wording.percent(figure(619, 1000)), wording.interval(figure(619, 1000))) == ("61.9 %", "[58.8–64.9]")


def test_halves_are_rounded_as_people_do_whatever_a_float_lacks_of_them() -> None:
    assert wording.percent_of(5 / 8, 8) == "63 %"
    assert wording.percent_of(23 / 40, 40) == "58 %"  # 57.49999999999999 to a float
    for base in range(1, 400):
        digits = 1 if base >= 100 else 0
        for part in range(base + 1):
            exact = Fraction(100 * part * 10**digits, base)
            rounded = (exact + Fraction(1, 2)) // 1
            assert wording.percent_of(part / base, base) == f"{rounded / 10**digits:.{digits}f} %"
    assert (wording.points(5 / 8 - 1 / 2, 8), wording.points(1 / 2 - 5 / 8, 8)) == ("+13", "−13")
    assert (wording.mean(8.125), wording.change(-0.125), wording.mean(1e20)) == ("8.13", "−0.13", f"{1e20:.2f}")
    assert wording.points(-0.001, 8) == "0"


def test_a_share_that_there_is_not_is_a_dash_and_its_reason_is_said() -> None:
    nobody, biased = figure(0, 0), figure(3, 9, biased=True)
    assert (wording.percent(nobody), wording.interval(nobody)) == ("–", "")
    assert (wording.percent(biased), wording.interval(biased)) == ("–", "")
    assert wording.sentence(nobody) == "0 of 0; nobody is in this base"
    assert wording.sentence(biased).startswith("3 of 9; no percentage: of those reviewed before the theme came")
    assert wording.sentence(figure(0, 21)) == "0 of 21, 0 % [0–15]"


@given(st.floats(0, 1), st.integers(1, 300))
def test_a_bar_is_as_long_as_its_share_to_an_eighth(share: float, cells: int) -> None:
    drawn = wording.bar(share, cells)
    eighths = sum(8 if char == "█" else " ▏▎▍▌▋▊▉".index(char) for char in drawn)
    assert abs(eighths / 8 - share * cells) <= 1 / 16 + 1e-9 and len(drawn) <= cells


def test_the_remarks_say_who_is_outside_and_why_a_percentage_is_missing() -> None:
    theme = ThemeCount(1, 2, True, None, theme_id=1, depth=0, assignments=1, outside=0)
    counted = Counted(Chain(9, 9, 8, 5, 3), (theme,), 2)
    assert list(wording.remarks(counted, Base.REVIEWED)) == [
        "3 of 8 who answered are not reviewed yet: outside this base.",
        "Coded already, and counted once reviewed: 2 of these.",
        "Themes with a smaller base came after some answers had been reviewed: these need another look.",
        "No percentage where a theme was found in answers reviewed before it came: review these again.",
    ]
    whole = Counted(Chain(9, 9, 8, 8, 3), (), 0)
    assert list(wording.remarks(whole, Base.REVIEWED)) == []
    assert next(wording.remarks(counted, Base.ANSWERED)).endswith("part of the base, and no zeros.")
