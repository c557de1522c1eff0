"""Rows that are read a page at a time: when they are shown, and again when they are others."""

from collections.abc import Sequence

from coder.tui.widgets.pages import Pages


class Shelf:
    """Gives each id a text, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Sequence[int]] = []
        self.edition = 1

    def read(self, ids: Sequence[int]) -> list[str]:
        self.asked.append(list(ids))
        return [f"{i} in edition {self.edition}" for i in ids if i >= 0]


def test_a_page_is_read_when_its_first_row_is_shown_and_not_again():
    shelf = Shelf()
    pages = Pages(range(10), shelf.read, size=4)
    assert shelf.asked == []
    assert [pages.at(row) for row in (5, 6)] == ["5 in edition 1", "6 in edition 1"]
    assert shelf.asked == [[4, 5, 6, 7]]


def test_one_row_that_is_another_now_is_read_anew_when_it_is_shown():
    shelf = Shelf()
    pages = Pages(range(10), shelf.read, size=4)
    pages.at(5)
    shelf.edition = 2
    pages.forget(5)
    assert len(shelf.asked) == 1
    assert [pages.at(row) for row in (4, 5, 5)] == ["4 in edition 1", "5 in edition 2", "5 in edition 2"]
    assert shelf.asked[1:] == [[5]]


def test_a_row_that_has_gone_leaves_the_others_in_their_places():
    shelf = Shelf()
    ids = [0, 1, 2, 3]
    pages = Pages(ids, shelf.read, size=4)
    pages.at(0)
    ids[1] = -1
    pages.forget(1)
    assert [pages.at(row) for row in range(4)] == ["0 in edition 1", None, "2 in edition 1", "3 in edition 1"]


def test_all_are_read_anew_where_any_may_be_another():
    shelf = Shelf()
    pages = Pages(range(10), shelf.read, size=4)
    pages.at(1)
    shelf.edition = 2
    pages.forget()
    assert pages.at(1) == "1 in edition 2"
