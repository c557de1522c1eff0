"""A report as Markdown: every text in it is a text, and its figures are files beside it."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from coder.errors import CoderError
from coder.report.contents import Cell, Column, Exact, Named, Paragraph, Piece, Quote, Quotes, Report, Row, Table
from coder.report.files import write_report
from coder.report.markdown import escaped, to_markdown
from tests.report.test_html import HOSTILE, INERT, every_block

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MARKUP = [
    "*a* _b_ **c** ~~d~~ `e` ``f``",
    "# head",
    "- item",
    "+ item",
    "1. item",
    "2) item",
    "> quote",
    "| a | b |",
    "--- ",
    "=== ",
    "[a](http://x.example)",
    "![a](b)",
    "<b>x</b> <http://x.example> <!-- c -->",
    "&lt; &amp; &#35;",
    "a\\",
    "\\*",
    "```\ncode",
    "    code",
    "[^1]: note",
    "$x$",
    "a  \nb",
    "=HYPERLINK(1)",
]


def of(*blocks):
    return to_markdown(Report("t", ("s",), "en", blocks, ("c",)), "f")[0]


def shown(token):
    """The text that a reader sees of an inline token."""
    parts = []
    for child in token.children or ():
        assert child.type in ("text", "text_special", "softbreak", "hardbreak", "strong_open", "strong_close"), child
        parts.append("\n" if child.type.endswith("break") else child.content)
    return "".join(parts)


def unisolated(text):
    return re.sub("[\u2066-\u2069\u202a-\u202e\u200e\u200f\u061c]", "", text)


def read_back(text):
    (paragraph,) = [t for t in READER.parse(escaped(text)) if t.type == "inline"]
    return shown(paragraph)


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_shown_as_it_was_written(text):
    assert read_back(text) == " ".join(text.split())


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip))
@example("a\u2028- b")
def test_any_text_is_shown_as_it_was_written(text):
    from coder.report.inert import NOT_A_TEXT

    assert unisolated(read_back(text)) == unisolated(" ".join(text.translate(NOT_A_TEXT).split()))


@pytest.mark.parametrize("address", ["http://a.example", "HTTPS://a.example", "www.a.example", "ftp://a.example/b"])
def test_addresses_are_not_made_links_of(address):
    assert not re.search(r"(?i)https?://|ftp://|www\.", escaped(address))
    assert read_back(address) == address


def test_hostile_texts_are_texts_in_every_block():
    text, figures = to_markdown(every_block(HOSTILE), "a b_figures")
    tokens = READER.parse(text)
    inline = [child for t in tokens for child in t.children or ()]
    kinds = {t.type for t in (*tokens, *inline)}
    assert not {"html_block", "html_inline", "link_open", "fence", "code_block"} & kinds
    (image,) = [t for t in inline if t.type == "image"]
    assert image.attrs["src"] == "a%20b_figures/f.svg"
    assert unisolated(image.content).replace("\\", "") == unisolated(INERT).replace("\\", "")
    assert figures == {"f.svg": "<svg>wide</svg>"}
    assert "\0" not in text
    text.encode()


@pytest.mark.parametrize("text", [*MARKUP, HOSTILE, "a | b", "two\nlines"])
def test_a_table_has_its_cells_whatever_is_in_them(text):
    rows = (Row((Cell((Named(text),)), Cell(("5",))), 1), Row((Cell((Exact("a"),)), Cell(("6",)))))
    page = of(Table("t", 1, ("c",), (Column((Named(text),)), Column(("n",), True)), rows))
    tokens = READER.parse(page)
    cells = [tokens[i + 1] for i, t in enumerate(tokens) if t.type in ("th_open", "td_open")]
    assert len(cells) == 6
    assert [shown(cells[i]) for i in (1, 3, 5)] == ["n", "5", "6"]
    assert "↳" in shown(cells[2])


@pytest.mark.parametrize(
    ("pieces", "marked"),
    [
        ([("The ", False), ("good food", True), (" was good.", False)], "good food"),
        ([("un", False), ("believ", True), ("able", False)], "believ"),
        ([("a", False), ("“b”", True), ("c", False)], None),
        ([("x *", False), ("*y*", True)], "*y*"),
        ([("a ", False), (" b ", True), ("c", False)], None),
    ],
)
def test_highlights_are_bold_where_that_can_be_told(pieces, marked):
    page = of(Quotes("q", ("T",), (Quote(tuple(Piece(*piece) for piece in pieces), "P01"),)))
    inline = next(t for t in READER.parse(page) if t.type == "inline" and "P01" not in t.content and t.level == 2)
    assert " ".join(shown(inline).split()) == " ".join("".join(text for text, _ in pieces).split())
    kinds = [child.type for child in inline.children]
    assert ("strong_open" in kinds) == (marked is not None)
    if marked:
        at = kinds.index("strong_open")
        inside = inline.children[at + 1 : kinds.index("strong_close")]
        assert "".join(child.content for child in inside) == marked


def test_a_quote_of_several_lines_stays_one_quote():
    page = of(Quotes("q", ("T",), (Quote((Piece("- one\n\n- two\n"),), "P01", (("site", "A|B"),)),)))
    tokens = READER.parse(page)
    assert [t.type for t in tokens].count("blockquote_open") == 1
    assert not [t for t in tokens if t.type.startswith("bullet")]
    said = [shown(t) for t in tokens if t.type == "inline" and t.level == 2]
    assert said == ["- one\n- two", "— P01 · site: A|B"]


def test_directions_end_where_they_began():
    page = of(Paragraph((Named("\u202eabc"), " and ", Named("שלום"), " after")))
    assert "\u2068\u202eabc\u202c\u2069 and \u2068שלום\u2069 after" in page


def test_figures_of_an_earlier_report_go_and_other_files_stay(tmp_path):
    folder = tmp_path / "out_figures"
    folder.mkdir()
    for name in ("figure-7.svg", "figure-of-mine.svg", "notes.txt"):
        (folder / name).write_text("x")
    write_report(every_block("plain"), tmp_path / "out.md")
    assert sorted(p.name for p in folder.iterdir()) == ["f.svg", "figure-of-mine.svg", "notes.txt"]
    assert "](out_figures/f.svg)" in (tmp_path / "out.md").read_text()


def test_a_folder_that_can_not_be_made_is_explained(tmp_path):
    (tmp_path / "out_figures").write_text("a file")
    with pytest.raises(CoderError, match="for the figures can't be made"):
        write_report(every_block("plain"), tmp_path / "out.md")
    assert not (tmp_path / "out.md").exists()
