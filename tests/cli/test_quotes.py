"""coder quotes, as people and programs read it."""

import csv
import io
from pathlib import Path

import pytest

from coder.domain.coding import MASK, Span
from tests.cli.commands import coder, ok
from tests.projects import small_project
from tests.test_quoting import GOOD, coded, response_of


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return small_project(tmp_path / "sample.coder")


def test_it_prints_each_themes_quotes_and_the_rule(sample: Path) -> None:
    ran = ok(coder("quotes", sample))
    assert "Skills > ML skills and knowledge (8 participants)" in ran.out
    assert "‹Our final project› - I'd never finished one before." in ran.out
    assert "– P20\n" in ran.out and ran.err == ""
    assert ran.out.rstrip().endswith("▇ stands for each character that the analysts masked.")
    assert ok(coder("quotes", sample)).out == ran.out
    assert max(map(len, ran.out.splitlines())) <= 100


def test_one_theme_alone_has_the_quotes_it_has_among_all(sample: Path) -> None:
    every = ok(coder("quotes", sample, "--json")).json
    alone = ok(coder("quotes", sample, "--theme", "Capstone project", "--json")).json
    (question,) = alone["questions"]
    (theme,) = question["themes"]
    assert theme in every["questions"][0]["themes"] and theme["path"] == ["Capstone project"]
    assert theme["participants"] == 4 and len(theme["quotes"]) == 3
    for quote in theme["quotes"]:
        assert all(0 <= start < end <= len(quote["text"]) for start, end in quote["spans"])
        assert quote["excerpt"] == ("[…]" in quote["text"])


def test_csv_has_a_row_for_each_quote_and_a_column_for_each_attribute(sample: Path) -> None:
    ran = ok(coder("quotes", sample, "--csv", "--attributes", "site, background"))
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    every = ok(coder("quotes", sample, "--json", "--attributes", "site,background")).json
    quotes = [(t["path"], q) for asked in every["questions"] for t in asked["themes"] for q in t["quotes"]]
    assert [(r["path"].split(" > "), r["participant_id"], r["quote"]) for r in rows] == [
        (path, q["participant"], q["text"]) for path, q in quotes
    ]
    assert [{"site": r["site"], "background": r["background"]} for r in rows] == [q["attributes"] for _, q in quotes]
    assert [[list(map(int, s.split("-"))) for s in r["spans"].split()] for r in rows] == [q["spans"] for _, q in quotes]
    assert "fewer than 5 of those who answered" in ran.err
    assert [n["message"] for n in every["risks"]] == [
        line.removeprefix("Note: ") for line in ran.err.splitlines() if line.startswith("Note: ")
    ]


def test_ids_are_pseudonyms_unless_asked_for(tmp_path: Path) -> None:
    session = coded(tmp_path, {"maria": GOOD, "=1+1": GOOD}, {"Mentors": {"maria": "mentors", "=1+1": ""}})
    path = session.project.path
    told = ok(coder("quotes", path))
    assert "– P01\n" in told.out and "maria" not in told.out + told.err
    with_ids = ok(coder("quotes", path, "--ids"))
    assert "– maria\n" in with_ids.out and "own ids are shown" in with_ids.err


def test_starred_quotes_without_room_are_counted(tmp_path: Path) -> None:
    session = coded(tmp_path, {"a": GOOD, "b": GOOD}, {"Mentors": {"a": "", "b": ""}})
    for who in ("a", "b"):
        session.star(response_of(session, who))
    ran = ok(coder("quotes", session.project.path, "--most", 1))
    assert "★ “The mentors" in ran.out and "1 more with a star: --most 2 shows it." in ran.out


def test_hostile_words_are_inert_and_masked_ones_blocks(tmp_path: Path) -> None:
    text = "\x1b[31m[bold]red[/] \u202eright to left\x00 and <script> and Zanzibar\x07 in a long line of words"
    session = coded(tmp_path, {"\x1b[2Ja": text}, {"\u202e[red]Theme": {"\x1b[2Ja": "[bold]red"}})
    start = text.index("Zanzibar")
    session.mask(response_of(session, "\x1b[2Ja"), Span(start, start + 8))
    ran = ok(coder("quotes", session.project.path, "--ids"))
    assert not set(ran.out + ran.err) & set("\x1b\x00\x07\u202e") and "Zanzibar" not in ran.out
    assert MASK * 8 in ran.out and "‹[bold]red›[/]" in ran.out and "[red]Theme" in ran.out
    found = ok(coder("quotes", session.project.path, "--json"))
    assert found.out.isascii() and found.json["questions"][0]["themes"][0]["quotes"][0]["text"] == text.replace(
        "Zanzibar", MASK * 8
    )


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--attributes", "sit,background,x"), 1, "no attribute 'sit', 'x'"),
        (("--theme", "Nothing"), 1, "There is no theme 'Nothing'"),
        (("--question", "Nothing"), 1, "There is no question 'Nothing'"),
        (("--coder", "Nobody"), 1, "There is no coder 'Nobody'"),
        (("--shortest", "400"), 1, "No quote can be from 400 to 300"),
        (("--json", "--csv"), 2, "not both"),
        (("--most", "0"), 2, "0"),
    ],
)
def test_what_is_asked_wrongly_is_explained(sample: Path, options: tuple[str, ...], status: int, said: str) -> None:
    ran = coder("quotes", sample, *options)
    assert (ran.status, ran.out) == (status, "") and said in ran.err


def test_a_project_without_themes_says_so(tmp_path: Path) -> None:
    session = coded(tmp_path, {"a": GOOD}, {})
    assert "No theme serves this question yet." in ok(coder("quotes", session.project.path)).out
