"""Who may speak to the server."""

import pytest

from coder.serve.guard import Guard

HOSTS = ("127.0.0.1:8000", "localhost:8000")


@pytest.fixture
def guard() -> Guard:
    return Guard(HOSTS)


def test_a_link_admits_one_browser_once(guard):
    link = guard.new_link()
    cookie = guard.admit(link)
    assert cookie is not None and guard.knows(cookie)
    assert guard.admit(link) is None


def test_a_link_that_was_never_given_admits_nobody(guard):
    assert guard.admit("") is None
    link = guard.new_link()
    assert guard.admit(link[:-1]) is None
    assert guard.admit(link + "x") is None
    assert guard.admit("ä\ud800") is None
    assert guard.admit(link) is not None


def test_a_new_link_makes_the_unused_one_void(guard):
    old, new = guard.new_link(), guard.new_link()
    assert guard.admit(old) is None
    assert guard.admit(new) is not None


def test_each_browser_has_a_cookie_of_its_own_and_the_link_is_none(guard):
    link = guard.new_link()
    first, second = guard.admit(link), guard.admit(guard.new_link())
    assert first != second and guard.knows(first) and guard.knows(second)
    assert not guard.knows(link) and not guard.knows("")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000"])
def test_our_hosts_are_those_that_were_named(guard, host):
    assert guard.is_host(host)


@pytest.mark.parametrize(
    "host", ["", "127.0.0.1", "127.0.0.1:8001", "evil.example:8000", "localhost.evil.example:8000"]
)
def test_other_hosts_and_ports_are_not_ours(guard, host):
    assert not guard.is_host(host)


def test_a_page_is_ours_where_its_origin_is_the_host_that_it_asks_for(guard):
    assert guard.is_ours("http://127.0.0.1:8000", "127.0.0.1:8000")
    assert guard.is_ours("https://localhost:8000", "localhost:8000")


@pytest.mark.parametrize(
    "origin",
    ["null", "", "http://127.0.0.1:8001", "http://localhost:8000", "http://evil.example", "file://127.0.0.1:8000"],
)
def test_a_page_from_elsewhere_is_not_ours(guard, origin):
    assert not guard.is_ours(origin, "127.0.0.1:8000")


def test_a_page_of_a_host_that_is_not_ours_is_not_ours_though_it_asks_for_its_own_host(guard):
    assert not guard.is_ours("http://evil.example:8000", "evil.example:8000")
