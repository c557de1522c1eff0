"""How names find themes, and what may stand where."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.domain.codebook import Codebook, Theme, ordered
from coder.domain.tally import Base, Counting, Known, roll_up
from coder.errors import NotFoundError, RefusedError
from coder.stats.intervals import wilson

BOOK = Codebook(
    [
        Theme(1, "Documentation"),
        Theme(2, "documentation", parent_id=1),
        Theme(3, "Sharing"),
        Theme(4, "Data", parent_id=3),
        Theme(5, "Costs"),
        Theme(6, "Data", parent_id=5),
        Theme(7, "Only Q1", questions=frozenset({"Q1"})),
        Theme(8, "Below", parent_id=7, questions=frozenset({"Q2"})),
    ]
)


def test_a_sub_theme_called_like_its_category_is_meant_by_the_bare_name() -> None:
    assert BOOK.find("Documentation").id == 2


def test_a_name_in_two_places_is_refused_with_its_paths_and_found_by_path() -> None:
    with pytest.raises(NotFoundError) as refused:
        BOOK.find("data")
    assert refused.value.problems == ("Sharing > Data", "Costs > Data")
    assert BOOK.find("Costs > Data").id == 6


def test_a_theme_serves_the_questions_it_names_and_those_of_the_themes_below_it() -> None:
    assert [t.id for t in BOOK.for_question("Q2").themes] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [t.id for t in BOOK.for_question("Q1").themes] == [1, 2, 3, 4, 5, 6, 7]
    assert not BOOK.serves(8, "Q1")


def test_siblings_differ_by_more_than_case_and_white_space() -> None:
    with pytest.raises(RefusedError):
        BOOK.check_name(" sharing ", None)
    assert BOOK.check_name(" Data ", None) == "Data"
    assert BOOK.check_name("SHARING", None, but=3) == "SHARING"


def test_a_theme_cannot_be_put_below_itself() -> None:
    with pytest.raises(RefusedError):
        BOOK.check_move(1, 2)
    with pytest.raises(RefusedError):
        BOOK.check_move(6, 3)


# --- deep and broken trees -------------------------------------------------------------------------------


def children_of(book: Codebook, parent: int | None) -> list[Theme]:
    return sorted((t for t in book.themes if t.parent_id == parent), key=lambda t: (t.position, t.id))


def naive_walk(book: Codebook, parent: int | None = None, depth: int = 0) -> list[tuple[int, Theme]]:
    found = []
    for theme in children_of(book, parent):
        found += [(depth, theme), *naive_walk(book, theme.id, depth + 1)]
    return found


def naive_below(book: Codebook, theme_id: int) -> list[int]:
    return [theme_id, *(t.id for _, t in naive_walk(book, theme_id))]


@st.composite
def trees(draw: st.DrawFn) -> Codebook:
    """Codebooks of up to nine themes, in any order, with any positions and ages."""
    size = draw(st.integers(0, 9))
    parents = [draw(st.sampled_from([None, *range(1, i)])) for i in range(1, size + 1)]
    themes = [
        Theme(i, f"T{i}", parent, position=draw(st.integers(0, 2)), born=draw(st.integers(0, 3)))
        for i, parent in enumerate(parents, 1)
    ]
    return Codebook(draw(st.permutations(themes)))


@dataclass
class Sets:
    asked: frozenset[int]
    answered: frozenset[int]
    reviewed: dict[int, frozenset[int]]
    coded: dict[int, frozenset[int]]
    repeats: dict[int, tuple[int, ...]]


@given(trees(), st.data())
def test_walking_and_rolling_up_give_what_their_plain_definitions_give(book: Codebook, data: st.DataObject) -> None:
    persons = st.frozensets(st.integers(0, 6))
    coded = {t.id: data.draw(persons) for t in book.themes}
    repeats = {t: tuple(data.draw(st.lists(st.sampled_from(sorted(p)), max_size=2))) for t, p in coded.items() if p}
    first = data.draw(persons)
    reviewed = {0: first, 2: data.draw(persons) - first}
    everyone = frozenset(range(7))
    sets = Sets(everyone, everyone, reviewed, coded, repeats)
    below = {t.id: naive_below(book, t.id) for t in book.themes}

    assert list(book.walk()) == naive_walk(book)
    assert {t.id: list(book.below(t.id)) for t in book.themes} == below
    rolled = roll_up(book, coded)
    assert rolled == {t: frozenset().union(*(coded[b] for b in below[t])) for t in below}
    known = Known(book, sets)
    read = reviewed[0] | reviewed[2]
    for theme, under in below.items():
        born = max(book.by_id[b].born for b in under)
        knew = frozenset().union(*(p for revision, p in reviewed.items() if revision >= born))
        assert known.of(theme) == knew | (rolled[theme] & read)
    counted = Counting(known, everyone=everyone, base=Base.ALL).count(wilson)
    assert {c.theme_id: c.assignments for c in counted.themes} == {
        t: sum(len(coded[b]) + len(repeats.get(b, ())) for b in below[t]) for t in below
    }


def test_a_tree_of_any_depth_is_walked_and_counted() -> None:
    levels = 3000
    book = ordered([Theme(i, f"T{i}", i - 1 or None) for i in range(1, levels + 1)])
    one = frozenset({1})
    sets = Sets(one, one, {0: one}, {levels: one}, {})
    counted = Counting(Known(book, sets), everyone=one).count(wilson)
    assert [(c.depth, c.participants) for c in counted.themes] == [(depth, 1) for depth in range(levels)]
    assert len(book.for_question("Q").themes) == levels
    assert book.is_sound()


def test_themes_in_a_loop_never_vanish_and_stand_last_as_if_outermost() -> None:
    loop = [Theme(1, "A", 2), Theme(2, "B", 1), Theme(3, "Below A", 1), Theme(4, "Itself", 4), Theme(5, "Lost", 99)]
    book = ordered([*loop, Theme(6, "Top"), Theme(7, "Sub", 6)])
    assert [(depth, t.name) for depth, t in book.walk()] == [
        (0, "Top"),
        (1, "Sub"),
        (0, "A"),
        (0, "B"),
        (0, "Below A"),
        (0, "Itself"),
        (0, "Lost"),
    ]
    assert [t.id for t in book.themes] == [6, 7, 1, 2, 3, 4, 5]
    assert not book.is_sound()
    assert BOOK.is_sound()


def test_in_a_loop_paths_end_and_people_are_counted() -> None:
    book = ordered([Theme(1, "A", 2), Theme(2, "B", 1), Theme(3, "Below A", 1), Theme(4, "Itself", 4)])
    assert [book.path(t) for t in (1, 2, 3, 4)] == [("B", "A"), ("A", "B"), ("B", "A", "Below A"), ("Itself",)]
    assert {t: set(book.below(t)) for t in (1, 2, 3, 4)} == {1: {1, 2, 3}, 2: {1, 2, 3}, 3: {3}, 4: {4}}
    assert roll_up(book, {3: frozenset({7}), 4: frozenset({8})}) == {1: {7}, 2: {7}, 3: {7}, 4: {8}}
    assert len(book.for_question("Q").themes) == 4
    with pytest.raises(RefusedError):
        book.check_move(1, 3)


@pytest.mark.parametrize(
    ("theme", "codings", "f1", "gains"),
    [
        (Theme(1, "Bare"), 0, None, True),
        (Theme(1, "Bare"), 19, 0.9, True),
        (Theme(1, "Bare"), 20, None, False),
        (Theme(1, "Bare"), 20, 0.49, True),
        (Theme(1, "Bare"), 20, 0.5, False),
        (Theme(1, "Bare", exclude="what it is not", definition=" "), 0, None, True),
        (Theme(1, "Defined", definition="what it is"), 0, 0.0, False),
        (Theme(1, "Included", include="what it is"), 0, 0.0, False),
        (Theme(1, "Shown", example="like this"), 0, 0.0, False),
        (Theme(1, "Known by", keywords=("words",)), 0, 0.0, False),
    ],
)
def test_a_theme_gains_from_a_definition_that_has_a_name_alone_and_few_codings_or_poor_suggestions(
    theme: Theme, codings: int, f1: float | None, gains: bool
) -> None:
    assert Codebook([theme]).would_gain_from_definition(1, codings, f1) is gains


def test_sub_themes_speak_for_a_theme_without_a_definition() -> None:
    book = Codebook([Theme(1, "People"), Theme(2, "Mentors", parent_id=1)])
    assert [book.would_gain_from_definition(t, 0) for t in (1, 2)] == [False, True]
