"""Once per participant, roll-up by union, honest bases."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from coder.domain.codebook import Codebook, Theme
from coder.domain.tally import Base, Counted, Counting, Known
from coder.stats.intervals import wilson


@dataclass
class Sets:
    asked: frozenset[int]
    answered: frozenset[int]
    reviewed: dict[int, frozenset[int]]
    coded: dict[int, frozenset[int]]
    repeats: dict[int, tuple[int, ...]] = field(default_factory=dict)


def book(*parents: int | None, born: dict[int, int] | None = None) -> Codebook:
    """Themes 1, 2, ... with these parents."""
    return Codebook([Theme(i, f"T{i}", parent, born=(born or {}).get(i, 0)) for i, parent in enumerate(parents, 1)])


def people(*ids: int) -> frozenset[int]:
    return frozenset(ids)


def count(codebook: Codebook, sets: Sets, **cut: object) -> Counted:
    return Counting(Known(codebook, sets), **cut).count(wilson)  # type: ignore[arg-type]


def counted(codebook: Codebook, sets: Sets, **kwargs: object) -> Counted:
    everyone = sets.asked | people(99)
    return count(codebook, sets, everyone=everyone, **kwargs)


def test_a_parent_counts_the_union_of_its_children_never_their_sum() -> None:
    sets = Sets(people(1, 2, 3), people(1, 2, 3), {5: people(1, 2, 3)}, {2: people(1, 2), 3: people(2, 3)})
    parent, left, right = counted(book(None, 1, 1), sets).themes
    assert (left.participants, right.participants, parent.participants) == (2, 2, 3)
    assert parent.assignments == 4


def test_twelve_of_thirty_three_is_36_percent_and_of_the_28_who_answered_43() -> None:
    asked, answered = frozenset(range(33)), frozenset(range(28))
    sets = Sets(asked, answered, {0: answered}, {1: frozenset(range(12))})
    of_answered = count(book(None), sets, everyone=asked, base=Base.ANSWERED).themes[0]
    of_asked = count(book(None), sets, everyone=asked, base=Base.ASKED).themes[0]
    assert round(100 * of_answered.share) == 43 and of_answered.base == 28  # type: ignore[operator]
    assert round(100 * of_asked.share) == 36 and of_asked.base == 33  # type: ignore[operator]
    low, high = of_asked.interval or (0, 0)
    assert (round(100 * low, 1), round(100 * high, 1)) == (22.2, 53.4)


def test_an_unreviewed_response_is_no_zero_and_its_coding_waits() -> None:
    sets = Sets(people(1, 2, 3), people(1, 2, 3), {0: people(1)}, {1: people(1, 2)})
    result = counted(book(None), sets)
    theme = result.themes[0]
    assert (theme.participants, theme.base, theme.outside) == (1, 1, 1)
    assert result.unread_with_theme == 1
    assert (result.chain.asked, result.chain.answered, result.chain.reviewed, result.chain.with_theme) == (3, 3, 1, 1)


def test_a_review_older_than_a_theme_says_nothing_about_it() -> None:
    sets = Sets(people(1, 2, 3), people(1, 2, 3), {1: people(1, 2), 4: people(3)}, {2: people(3)})
    old, new = counted(book(None, None, born={1: 1, 2: 3}), sets).themes
    assert (old.participants, old.base) == (0, 3)
    assert (new.participants, new.base, new.share) == (1, 1, 1.0)


def test_finds_among_older_reviews_count_but_give_no_percentage() -> None:
    """Of participants 1 and 2, read before theme 1 came, only the one who has it would be in the base."""
    sets = Sets(people(1, 2, 3), people(1, 2, 3), {1: people(1, 2), 4: people(3)}, {1: people(1)})
    (theme,) = counted(book(None, born={1: 3}), sets).themes
    assert (theme.participants, theme.base, theme.share, theme.interval) == (1, 2, None, None)
    (theme,) = counted(book(None, born={1: 3}), sets, base=Base.ANSWERED).themes
    assert (theme.participants, theme.base) == (1, 3) and theme.share is not None


def test_a_theme_that_only_gathers_others_is_as_old_as_these() -> None:
    sets = Sets(people(1, 2, 3), people(1, 2, 3), {1: people(1, 2, 3)}, {2: people(1)})
    category, theme = counted(book(None, 1, born={1: 9, 2: 1}), sets).themes
    assert (category.participants, category.base, category.share) == (1, 3, theme.share)


def test_nobody_in_the_base_gives_no_percentage_and_no_interval() -> None:
    theme = counted(book(None), Sets(people(), people(), {}, {})).themes[0]
    assert (theme.participants, theme.base, theme.share, theme.interval) == (0, 0, None, None)


def test_a_group_is_counted_within_itself_alone() -> None:
    sets = Sets(people(1, 2, 3), people(1, 2, 3), {0: people(1, 2, 3)}, {1: people(1, 2)}, {1: (1, 2, 2)})
    theme = counted(book(None), sets, within=people(2, 3)).themes[0]
    assert (theme.participants, theme.base, theme.assignments) == (1, 2, 3)


@given(st.data())
def test_for_any_codings_counts_stay_within_their_base_and_parents_within_bounds(data: st.DataObject) -> None:
    persons = st.frozensets(st.integers(0, 8))
    answered = data.draw(persons)
    asked = answered | data.draw(persons)
    reviewed = {r: data.draw(persons) & answered for r in (0, 2)}
    reviewed[2] -= reviewed[0]
    coded = {t: data.draw(persons) & answered for t in (1, 2, 3)}
    sets = Sets(asked, answered, reviewed, coded)
    for base in Base:
        result = count(book(None, 1, 1, born={3: 1}), sets, everyone=asked | people(42), base=base)
        parent, *children = result.themes
        for theme in result.themes:
            assert 0 <= theme.participants <= theme.base <= result.chain.all
            assert theme.participants <= theme.assignments
        assert parent.participants >= max(
            len(coded[c.theme_id] & answered & (reviewed[2] if base is Base.REVIEWED else answered)) for c in children
        )
        chain = result.chain
        assert chain.all >= chain.asked >= chain.answered >= chain.reviewed >= chain.with_theme
