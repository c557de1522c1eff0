"""Where the queue leads, what leaves it, and that training never moves what one has seen."""

import pytest

from coder.domain.queue import Detour, Queue
from coder.tui.walk import Walk

MOVING = [Queue.USEFUL, Queue.CERTAIN]
NOT_FILE = [Queue.RANDOM, *MOVING]


def walk(order: Queue, ids: tuple[int, ...] = (10, 11, 12, 13, 14, 15, 16, 17)) -> Walk:
    made = Walk(order)
    made.begin(ids)
    made.lead(0)
    return made


@pytest.mark.parametrize("order", Queue)
def test_what_comes_next_in_the_order_is_led_to_by_the_queue(order: Queue) -> None:
    on = walk(order)
    assert (on.here, on.route) == (10, order)
    on.step(1)
    assert (on.here, on.route, on.resume) == (11, order, 1)
    on.lead(3)
    assert (on.route, on.resume) == (order, 3)


@pytest.mark.parametrize("order", NOT_FILE)
def test_a_jump_and_what_is_read_from_there_is_picked_until_the_queue_goes_on_where_it_was_left(order: Queue) -> None:
    on = walk(order)
    on.step(1)
    on.jump(5)
    assert (on.route, on.resume) == (Detour.PICKED, 0)
    on.step(6)
    assert (on.route, on.resume) == (Detour.PICKED, 0)
    on.lead(1)
    assert (on.here, on.route, on.resume) == (11, order, 1)


def test_in_file_order_one_goes_on_from_a_place_that_was_picked() -> None:
    on = walk(Queue.FILE)
    on.jump(5)
    assert (on.route, on.resume) == (Detour.PICKED, 5)
    on.step(6)
    assert on.route is Queue.FILE


@pytest.mark.parametrize("order", Queue)
def test_who_comes_back_by_hand_was_led_there_all_the_same(order: Queue) -> None:
    on = walk(order)
    on.lead(1)
    on.jump(0)
    assert on.route is order
    on.jump(4)
    on.lead(4)
    assert on.route is order, "and what was picked first may be led to later"


@pytest.mark.parametrize("order", Queue)
def test_what_a_search_found_is_of_no_queue(order: Queue) -> None:
    on = walk(order)
    on.begin((12, 15), "words")
    on.lead(0)
    assert (on.route, on.resume) == (Detour.SEARCH, 0)
    on.step(1)
    assert on.route is Detour.SEARCH
    on.jump(0)
    assert on.route is Detour.SEARCH
    on.begin((10, 11, 12, 13, 14, 15))
    on.jump(5)
    assert on.route is Detour.SEARCH, "whoever goes back to the queue was led there by the search"
    on.lead(2)
    assert on.route is order


@pytest.mark.parametrize("order", MOVING)
def test_training_moves_what_was_not_shown_and_nothing_else(order: Queue) -> None:
    on = walk(order)
    on.step(1)
    on.step(2)
    on.step(1)
    on.renew((17, 16, 15, 14, 13, 12, 11, 10))
    assert list(on.ids) == [10, 11, 12, 17, 16, 15, 14, 13] and (on.here, on.at) == (11, 1)


@pytest.mark.parametrize("order", MOVING)
def test_a_place_aside_of_a_moved_queue_still_leads_back(order: Queue) -> None:
    on = walk(order)
    on.step(1)
    on.jump(7)
    on.renew((16, 15, 14, 17, 13, 12, 11, 10))
    assert list(on.ids) == [10, 11, 17, 16, 15, 14, 13, 12] and on.here == 17
    assert on.resume == 0, "at 11, to which the queue led last"


@pytest.mark.parametrize("order", [Queue.FILE, Queue.RANDOM])
def test_orders_that_stay_take_in_what_is_new_where_it_belongs(order: Queue) -> None:
    on = walk(order)
    on.step(3)
    on.renew((10, 20, 11, 12, 21, 13, 14, 15, 16, 17))
    assert list(on.ids)[:6] == [10, 20, 11, 12, 21, 13] and (on.here, on.at) == (13, 5)


def test_a_response_that_is_gone_leaves_the_place_at_the_start() -> None:
    on = walk(Queue.USEFUL)
    on.step(1)
    on.renew((15, 10))
    assert list(on.ids) == [10, 15] and on.at == 0
