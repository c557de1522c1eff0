"""What each kind of figure shows, mark by mark and line by line."""

from collections.abc import Sequence

import pytest

from coder import charts
from coder.charts import colours, numbers
from coder.charts.drawing import SMALL, Box, Dot, Sheet, Words
from coder.charts.frame import Scale
from coder.charts.layout import draw
from coder.charts.spec import Bars, Change, ChangePlot
from tests.charts.samples import BARS, CHANGES, RATING, SPECS, TOGETHER, WAVES


def _boxes(sheet: Sheet) -> list[Box]:
    return [mark for mark in sheet.marks if isinstance(mark, Box)]


def _words(sheet: Sheet) -> list[str]:
    return [mark.text for mark in sheet.marks if isinstance(mark, Words)]


def _centre(sheet: Sheet, text: str) -> float:
    """Where a label of a scale has its middle."""
    labels = [mark for mark in sheet.marks if isinstance(mark, Words) and (mark.size, mark.anchor) == (SMALL, "center")]
    (x,) = [mark.x for mark in labels if mark.text == text]
    return x


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_bars_start_at_zero_and_are_as_long_as_their_share(width: int) -> None:
    sheet = draw(BARS, width)
    zero, fifth = _centre(sheet, "0 %"), _centre(sheet, "20 %")
    boxes = _boxes(sheet)
    shares = [bar.figure.share for bar in BARS.bars if bar.figure.share]
    assert len(boxes) == len(shares)  # none for nobody
    for box, share in zip(boxes, shares, strict=True):
        assert box.x == pytest.approx(zero, abs=2.5 if width == charts.NARROW else 0.01)
        assert box.width == pytest.approx((fifth - box.x) * 5 * share, rel=0.01)


def test_bars_of_parts_are_lighter_and_thinner() -> None:
    boxes = _boxes(draw(BARS, charts.WIDE))
    assert [box.colour for box in boxes] == [colours.BAR, colours.PART, colours.PART, colours.BAR]
    assert boxes[1].height < boxes[0].height


def test_each_row_has_its_base_where_they_differ() -> None:
    assert "25" in _words(draw(BARS, charts.WIDE))
    assert {"3 of 28", "12 of 33", "9 of 20"} <= set(_words(draw(SPECS["bars of other bases"], charts.WIDE)))


def test_a_row_without_a_share_has_no_bar_and_says_so() -> None:
    spec = SPECS["bars of other bases"]
    sheet = draw(spec, charts.WIDE)
    assert len(_boxes(sheet)) == 2
    assert "–" in _words(sheet)
    assert "found late: 9 of 20; no percentage" in charts.alternative(spec)


def test_every_bar_of_a_group_bears_its_name() -> None:
    words = _words(draw(WAVES, charts.WIDE))
    assert words.count("Start") == words.count("End") == len(WAVES.rows)
    boxes = _boxes(draw(WAVES, charts.WIDE))
    assert {(box.colour, box.hatch) for box in boxes} == set(zip(colours.GROUPS[:2], colours.HATCHES[:2], strict=True))


def test_names_of_groups_too_long_for_their_bars_stand_whole_above() -> None:
    for width in (charts.WIDE, charts.NARROW):
        words = _words(draw(SPECS["groups"], width))
        assert "A trust with a long name in the north of the country" in " ".join(words)
        assert any(text.startswith("A trust") and text.endswith("…") for text in words)


def test_all_values_of_a_scale_stand_below_their_columns_and_the_mean_between_them() -> None:
    sheet = draw(RATING, charts.WIDE)
    boxes = _boxes(sheet)
    assert len(boxes) == 6  # nobody gave a 1
    middles = [box.x + box.width / 2 for box in boxes]
    assert [_centre(sheet, str(at)) for at in (2, 4, 5)] == pytest.approx([middles[0], middles[2], middles[3]])
    heights = [box.height for box in boxes]
    assert [height / heights[4] for height in heights] == pytest.approx([n / 12 for n in (1, 2, 3, 9, 12, 6)])
    (mean,) = [mark for mark in sheet.marks if isinstance(mark, Dot)]
    assert mean.x == pytest.approx(middles[3] + 0.42 * (middles[4] - middles[3]))
    assert "mean 5.42 [5.00–5.81], median 6" in _words(sheet)


def test_the_mean_of_ranges_stands_at_its_place_in_its_range() -> None:
    sheet = draw(SPECS["ranges"], charts.WIDE)
    (mean,) = [mark for mark in sheet.marks if isinstance(mark, Dot)]
    ten, fifteen = _centre(sheet, "10"), _centre(sheet, "15")
    assert mean.x == pytest.approx(ten + (11.3 - 10) / 5 * (fifteen - ten))


def test_columns_without_room_for_their_counts_are_rows() -> None:
    wide, narrow = (draw(SPECS["ratings of many"], width) for width in (charts.WIDE, charts.NARROW))
    assert len({round(box.y + box.height, 6) for box in _boxes(wide)}) == 1
    assert len({box.x for box in _boxes(narrow)}) == 1
    assert "Mean 6.83 [6.82–6.84], median 7." in _words(narrow)


def test_a_pair_is_a_hollow_dot_and_a_full_one_where_their_values_are() -> None:
    sheet = draw(CHANGES, charts.WIDE)
    legend, pairs = 3, [mark for mark in sheet.marks if isinstance(mark, Dot)]
    before, after, difference = pairs[legend : legend + 3]
    twenty, sixty = (_centre(sheet, text) for text in ("20 %", "60 %"))
    assert (before.colour, after.colour) == (colours.BEFORE, colours.AFTER)
    assert after.x - before.x == pytest.approx((sixty - twenty) / 0.4 * (0.76 - 0.36))
    assert difference.colour == colours.INK
    assert {"36 %", "76 %", "+40 [+21 to +55]"} <= set(_words(sheet))
    assert any(text.startswith("nobody is in") for text in _words(sheet))


def test_what_both_have_is_said_once_and_the_more_the_darker() -> None:
    sheet = draw(TOGETHER, charts.WIDE)
    boxes = _boxes(sheet)
    assert len(boxes) == 4 + 3 + 2 + 1
    diagonal = [boxes[at] for at in (0, 2, 5, 9)]
    assert {box.colour for box in diagonal} == {colours.PAPER}
    shades = [colours.RAMP.index(box.colour) for box in boxes if box not in diagonal]
    assert shades == sorted(shades) and shades[-1] == len(colours.RAMP) - 1


def test_columns_have_names_where_they_fit_and_numbers_with_a_key_where_not() -> None:
    wide, narrow = (_words(draw(SPECS["shares"], width)) for width in (charts.WIDE, charts.NARROW))
    assert "(n\u00a0=\u00a029)" in wide and "8" not in wide
    assert "8" in narrow and "8 Trust H (n\u00a0=\u00a029)" in narrow


# --- numbers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "said"), [(0.5, "+0.5"), (-50, "−50"), (0, "0")])
def test_signs(number: float, said: str) -> None:
    assert numbers.signed(number) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Change("", 0.1, 0.25, 0.15, (-0.02, 0.31), 99), "+15 [−2 to +31]"),
        (Change("", 0.1, 0.25, 0.15, (-0.0249, 0.31), 100), "+15.0 [−2.5 to +31.0]"),
        (Change("", 0.1, 0.25, 0.15, None, 99), "+15"),
        (Change("", None, 0.25, None, None, 99), "–"),
    ],
)
def test_differences(row: Change, said: str) -> None:
    assert numbers.difference(ChangePlot(title="", before="", after="", rows=()), row) == said


@pytest.mark.parametrize(
    ("ends", "ticks"),
    [
        ((1, 7), [1, 3, 5, 7]),
        ((1, 10), [1, 4, 7, 10]),
        ((1, 2), [1, 2]),
        ((0, 10), [0, 5, 10]),
        ((0, 0.8), [0, 0.2, 0.4, 0.6, 0.8]),
        ((-0.3, 0.5), [-0.2, 0, 0.2, 0.4]),
    ],
)
def test_ticks_are_round_and_a_scale_of_ratings_has_its_ends(ends: tuple[float, float], ticks: Sequence[float]) -> None:
    assert Scale(0, 190, *ends).ticks(46) == pytest.approx(ticks)


# --- characters -----------------------------------------------------------------------------------------


def test_bars_as_characters() -> None:
    assert charts.text(Bars(title="Q", axis="%", notes=("Note.",), bars=BARS.bars[:2]), 90) == [
        "Q",
        "%",
        "",
        "  Meeting talented and like-minded people  25 of 33    76 %  [59–87]  ███████████████▏",
        "    Peers at a similar stage               17 of 33    52 %  [35–67]  ██████████▎",
        "",
        "Note.",
    ]
