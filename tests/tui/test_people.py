"""The list of people: any number of them, read by pages, a line each that fits, those not counted apart."""

from array import array
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from coder.behind import Person
from coder.store.quotes import Quote
from coder.tui.widgets.people import PeopleList, Section
from tests.tui.test_layout import texts


def person(number: int, name: str = "", *words: str) -> Person:
    quotes = tuple(Quote(number, number, name, 1, "Q", "", 1, 1, "Ana", None, text) for text in words)
    return Person(number, name or f"P{number}", quotes, number)


def listed(sections: Sequence[Section], people: dict[int, Person] | None = None) -> tuple[PeopleList, list[int]]:
    found, read = PeopleList(), []
    found.changed = lambda **_: None  # type: ignore[method-assign]

    def page(ids: Sequence[int]) -> list[Person]:
        read.append(len(ids))
        return [people[i] if people else person(i) for i in ids]

    found.show_people(sections, page)
    return found, read


def test_of_a_hundred_thousand_only_those_in_sight_are_read() -> None:
    found, read = listed([Section("", array("q", range(100_000))), Section("2 more", array("q", (7, 8)))])
    assert found.count() == 100_003 and read == []
    found.cursor = 99_999
    assert found.person is not None and found.person.name == "P99999"
    assert sum(read) <= 64
    found.cursor = 100_000
    assert found.person is None, "the line that says why those below are not counted"
    assert "2 more" in "".join(piece for piece, _ in found.paint(100_000, 60)[0])
    found.cursor = 100_002
    assert found.person is not None and found.person.name == "P8"


@given(st.lists(st.tuples(texts, st.lists(texts, max_size=3)), min_size=1, max_size=4), st.integers(40, 200))
def test_every_line_fills_its_width_whatever_the_names_and_words(
    given_: list[tuple[str, list[str]]], width: int
) -> None:
    people = {at: person(at, name, *words) for at, (name, words) in enumerate(given_)}
    found, _ = listed([Section("", tuple(people))], people)
    for row in range(found.count()):
        (look,) = found.paint(row, width)
        text = "".join(piece for piece, _ in look)
        assert cell_len(text) == width
        assert not any(ord(char) < 32 or char == "\x7f" for char in text)
