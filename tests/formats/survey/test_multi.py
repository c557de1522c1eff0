"""Cells that join several options, and columns that tick one."""

import pytest

from coder.formats.survey.multi import is_ranking, is_tick_column, join_options, split_options, ticked


@pytest.mark.parametrize(
    ("cell", "separator", "options", "found"),
    [
        ("A, B", ", ", (), ["A", "B"]),
        ("A;B;", ";", (), ["A", "B"]),
        ("A, A", ", ", (), ["A"]),
        ("Tests (unit, load), Docs", ", ", (), ["Tests (unit, load)", "Docs"]),
        ("Web, Phone, mail or fax, Shop", ", ", ("Phone, mail or fax",), ["Web", "Phone, mail or fax", "Shop"]),
        ("Phone, mail or faxes", ", ", ("Phone, mail or fax",), ["Phone", "mail or faxes"]),
        (", A", ", ", (), ["A"]),
        ("open (never closed, B", ", ", (), ["open (never closed, B"]),
        ("A,B, or so,C", ",", (), ["A", "B, or so", "C"]),
        ("1,2,10", ",", (), ["1", "2", "10"]),
        ("up to $1,000,more", ",", (), ["up to $1,000", "more"]),
    ],
)
def test_a_cell_falls_into_its_options(cell, separator, options, found):
    assert split_options(cell, separator, options) == found


def test_options_that_recur_are_seen_and_those_with_a_comma_kept_whole():
    cells = [
        "Web",
        "Web, Shop",
        "Shop",
        "Web, Phone, mail or fax",
        "Phone, mail or fax",
        "Shop, Phone, mail or fax",
    ] * 3
    assert join_options(cells) == (", ", ("Phone, mail or fax",))


def test_a_choice_whose_options_have_commas_is_no_multi():
    assert join_options(["Yes, I agree", "No, I do not agree"] * 10) is None


def test_free_texts_with_commas_are_no_multi():
    texts = [f"I liked part {i}, above all the {i}th talk, and the food" for i in range(20)]
    assert join_options(texts) is None


def test_ticks_are_told_from_ratings_and_texts():
    assert is_tick_column(["Shop", "Shop"], "Shop")
    assert is_tick_column(["1", "0", "1"], "Shop")
    assert not is_tick_column(["4", "5"], "Price")
    assert not is_tick_column([], "Shop")
    assert is_tick_column(["Ja", "Ja"], "Shop")
    assert not is_tick_column(["Ja", "Nein"], "Shop")


def test_a_tick_is_1_and_other_words_are_kept():
    cells = ("Shop", "yes", "0", "No", "the one in town", "2")
    assert [ticked(c, "Shop") for c in cells] == ["1", "1", "", "", "the one in town", "1"]
    assert ticked("2", "Sonstiges, und zwar:") == "2"


def test_what_orders_the_same_options_is_a_ranking():
    assert is_ranking(["A;B;C;", "B;A;C;", "C;B;A;"], ";")
    assert not is_ranking(["A;B;C;", "A;B;C;"], ";")
    assert not is_ranking(["A;B;C;", "B;A;"], ";")


def test_a_cell_of_nothing_but_commas_and_digits_takes_no_time():
    # Long enough that looking at the whole of it for each piece would never come back.
    assert split_options("1,000," * 20_000, ",") == ["1", "000"]
