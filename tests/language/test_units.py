"""Words, clauses and sentences, in the scripts in which people answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.language.units import clauses, sentences, sentences_of, words, words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("हिन्दी na\u0308ive can't 我觉 x-ray", ["हिन्दी", "na\u0308ive", "can't", "我", "觉", "x-ray"]),
        ("It took 3.5 hours", ["It", "took", "3.5", "hours"]),
        ("good 👩🏽‍💻👨‍💻 1️⃣ 🇬🇧🇫🇷 ❤️!", ["good", "👩🏽‍💻", "👨‍💻", "1️⃣", "🇬🇧", "🇫🇷", "❤️"]),
        ("ดีมาก", ["ดี", "มา", "ก"]),
        ("ເພງດີ", ["ເພ", "ງ", "ດີ"]),
        ("ខ្មែរ", ["ខ្មែ", "រ"]),
    ],
)
def test_words_keep_their_marks_and_stand_alone_where_no_spaces_are_written(text, expected):
    assert [word.of(text) for word in words(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two?! three\nfour。五", ["One.", "Two?!", "three", "four。", "五"]),
        ("It took 3.5 hours. See www.x.org, e.g. this.", ["It took 3.5 hours.", "See www.x.org, e.g. this."]),
        ("It was good.Thanks a lot. U.S. rules.", ["It was good.", "Thanks a lot.", "U.S. rules."]),
        ("1. The people.\r\n2. The food", ["1. The people.", "2. The food"]),
        ("She said “go.” And then (yes!) it…  stopped", ["She said “go.”", "And then (yes!)", "it…", "stopped"]),
        ("अच्छा था। धन्यवाद", ["अच्छा था।", "धन्यवाद"]),
        ("การบริการดีมาก รอนาน 3 ชั่วโมง", ["การบริการดีมาก", "รอนาน", "3 ชั่วโมง"]),
        ("...", ["..."]),
        ("   ", []),
    ],
)
def test_sentences_end_at_stops_and_line_ends_not_in_numbers_addresses_and_abbreviations(text, expected):
    assert [sentence.of(text) for sentence in sentences(text)] == expected


def test_clauses_end_at_commas_dashes_quotes_and_brackets():
    text = "Good staff, really – well-meant (mostly). “Yes, I can”: 真的，很好。"
    assert [clause.of(text) for clause in clauses(text)] == [
        "Good staff", "really", "well-meant", "mostly", "Yes", "I can", "真的", "很好",
    ]  # fmt: skip


PIECES = [
    "the staff were kind",
    ". ",
    ", ",
    "\n",
    "e.g.",
    "3.5",
    "我觉得。",
    "ดีมาก ",
    "👍🏽",
    "good.Thanks",
    "x" * 300,
    " ",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join), st.integers(20, 90))
@settings(max_examples=60, deadline=None)
def test_what_is_found_piece_by_piece_is_what_is_found_in_the_whole(text, piece):
    """As long as there are places to cut at: here the longest stretch without one is shorter than is allowed."""
    for make, find in ((words_of, words), (sentences_of, sentences)):
        units = make(text)
        units._PIECE, units._LONGEST = piece, 100_000
        whole = find(text)
        assert list(units.onward(0)) == whole
        for offset in range(0, len(text), 7):
            assert units.ending_after(offset) == next((u for u in whole if u.end > offset), None)
            assert units.starting_after(offset) == next((u for u in whole if u.start > offset), None)
            assert units.starting_before(offset) == next((u for u in whole[::-1] if u.start < offset), None)
