"""Words that may tell who somebody is; and words that only look a little like it."""

import time

import pytest

from coder.domain.telltales import find_telltales

MAIL, WEB, HANDLE, PHONE = "an e-mail address", "a web address", "a handle", "what may be a phone number"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("write to ana.lopez+1@uni-x.ac.uk.", MAIL, "ana.lopez+1@uni-x.ac.uk"),
        ("(jürgen@example.de)", MAIL, "jürgen@example.de"),
        ("see https://example.org/me?x=1, please", WEB, "https://example.org/me?x=1"),
        ("WWW.Example.org", WEB, "WWW.Example.org"),
        ("my page is example.org", WEB, "example.org"),
        ("at github.com/anal", WEB, "github.com/anal"),
        ("I am @ana_l on there", HANDLE, "@ana_l"),
        ("@ana.l.", HANDLE, "@ana.l"),
        ("call +44 20 7946 0958 today", PHONE, "+44 20 7946 0958"),
        ("call (020) 7946-0958", PHONE, "(020) 7946-0958"),
        ("06 12 34 56 78.", PHONE, "06 12 34 56 78"),
        ("07700900123", PHONE, "07700900123"),
    ],
)
def test_what_is_found(text: str, kind: str, words: str) -> None:
    assert [(found.kind, found.words) for found in find_telltales(text)] == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "on 2024-11-27 10:30 and 27/11/2024, from 2019-2020 and 2019–2021",
        "It was good.Thanks",
        "e.g. this, i.e. that, at 9.30 and 10.15",
        "4 people @ 5 pm",
        "1. one 2. two 3. three",
        "it cost 12,345,678.90 or 12345 euros",
        "a/b testing; and/or",
        "▇▇▇@▇▇▇▇▇.▇▇▇",
        "",
    ],
)
def test_what_is_none(text: str) -> None:
    assert list(find_telltales(text)) == []


KNOWN = [
    ("their site", "Utrecht"),
    ("their years", "12"),
    ("their team", "R&D"),
    ("their sex", "f"),
    ("role", "Other "),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In Utrecht 12 of us, f or m, did R&D with the other Utrechters.", ["Utrecht", "R&D"]),
        ("utrecht was fun", ["Utrecht"]),
        ("UTRECHT AND OTHERS", ["Utrecht"]),
        ("Utrechters, not R&Ds", []),
        ("Utr▇▇▇▇", []),
    ],
)
def test_what_is_known_of_a_person_is_found_as_it_is_written(text: str, found: list[str]) -> None:
    assert [one.words for one in find_telltales(text, KNOWN)] == found


def test_an_address_is_not_a_handle_or_a_page_as_well() -> None:
    text = "ana@example.com or https://example.com/@ana"
    assert [f.kind for f in find_telltales(text)] == [MAIL, WEB]


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a." * 100_000, "@" * 200_000, "1 " * 100_000, "a@" * 100_000, "www." * 50_000]
)
def test_no_text_holds_it_up(text: str) -> None:
    start = time.perf_counter()
    list(find_telltales(text))
    assert time.perf_counter() - start < 2


def test_words_that_stand_for_anybody_tell_nobody() -> None:
    assert (
        list(find_telltales("Other people. None of them from Utrecht.", [("role", "Other"), ("group", "None")])) == []
    )
