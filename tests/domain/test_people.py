"""People behave as sets of ids do."""

from operator import and_, ge, le, or_, sub

from hypothesis import given
from hypothesis import strategies as st

from coder.domain.people import People

IDS = st.frozensets(st.integers(0, 40))


@given(IDS, IDS)
def test_every_operation_gives_what_pythons_sets_give_also_mixed(one: frozenset[int], other: frozenset[int]) -> None:
    for operation in (and_, or_, sub, le, ge):
        expected = operation(one, other)
        for left, right in ((People(one), People(other)), (People(one), other), (one, People(other))):
            found = operation(left, right)
            assert found == expected
            assert isinstance(expected, bool) or (set(found), len(found)) == (expected, len(expected))
    assert [i in People(one) for i in range(45)] == [i in one for i in range(45)]
    assert (People(one) == People(other)) == (one == other) and bool(People(one)) == bool(one)
