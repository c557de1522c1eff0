"""The report as a document, read back by python-docx and printed by LibreOffice."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph as DocxParagraph

from coder.report.contents import Behind, Cell, Column, Named, Paragraph, Quotes, Report, Row, Said, Section, Table
from coder.report.docx import to_docx
from coder.report.wordml import runs_right_to_left
from tests.report.samples import HOSTILE, every_block, shown

PLAIN = every_block(lambda place: f"«{place}»")
COLLAPSED = ("TOC1", "TOC2", "Footer")  # where a line end is a space


def opened(report: Report):
    return docx.Document(io.BytesIO(to_docx(report)))


def parts(report: Report) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(to_docx(report))) as packed:
        return {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}


def paragraphs(document) -> Iterator[tuple[str, str]]:
    """(style, text) of every paragraph in reading order, those of tables and of the foot included."""
    for block in document.iter_inner_content():
        if isinstance(block, DocxParagraph):
            yield block.style.style_id, block.text
        else:
            assert isinstance(block, DocxTable)
            yield "table", f"{len(block.rows)} × {len(block.columns)}"
            for row in block.rows:
                for cell in row.cells:
                    yield from ((p.style.style_id, p.text) for p in cell.paragraphs)
    yield from ((p.style.style_id, p.text) for p in document.sections[0].footer.paragraphs)


@pytest.mark.parametrize("kind", HOSTILE)
def test_texts_come_out_as_they_are_and_change_nothing_else(kind):
    hostile, text = opened(every_block(lambda place: HOSTILE[kind])), shown(HOSTILE[kind])
    expected, found = list(paragraphs(opened(PLAIN))), list(paragraphs(hostile))
    assert len(found) == len(expected)
    for (style, words), (also, came) in zip(expected, found, strict=True):
        assert also == style
        wanted = re.sub("«.*?»", lambda _: text, words)
        if style in COLLAPSED:
            wanted, came = " ".join(wanted.split()), " ".join(came.split())  # noqa: PLW2901
        # What keeps a sentence in its direction is invisible, and stands behind the name.
        came = re.sub("[\u202c\u2069]*\u200e", "", came)  # noqa: PLW2901
        assert came.startswith(wanted[:79].rstrip()) if style == "Footer" else came == wanted


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_links_out_runs_or_asks(kind):
    found = parts(every_block(lambda place: HOSTILE[kind]))
    assert not [name for name in found if re.search(r"vba|embed|activeX|attached|customXml|thumbnail", name, re.I)]
    assert not [text for name, text in found.items() if name.endswith(".rels") and "External" in text]
    fields = re.findall("<w:instrText[^>]*>(.*?)</w:instrText>", found["word/document.xml"] + found["word/footer1.xml"])
    assert {code.split()[0] for code in fields} == {"TOC", "SEQ", "PAGE", "NUMPAGES"}


def test_the_same_report_gives_the_same_bytes_without_a_clock_or_a_name(monkeypatch):
    first = to_docx(PLAIN)
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert to_docx(PLAIN) == first
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.namelist()[0] == "[Content_Types].xml"
        core = packed.read("docProps/core.xml").decode()
    assert re.findall(r"<\w+:(\w+)[^>]*>([^<]+)", core) == [("title", "«title»"), ("language", "en")]


def test_headings_make_the_contents_and_every_reference_leads_somewhere():
    document = opened(PLAIN)
    headings = [(s, t) for s, t in paragraphs(document) if s.startswith("Heading")]
    assert headings == [("Heading1", "Findings"), ("Heading2", "Themes of «question»"), ("Heading1", "«coder»")]
    contents = [(s, t) for s, t in paragraphs(document) if s.startswith("TOC") and s != "TOCHeading"]
    assert contents == [(s.replace("Heading", "TOC"), t) for s, t in headings]
    body = document.element.body
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    ids = [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert len(set(names)) == len(names) == len(set(ids))
    assert ids == [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkEnd"))]
    links = [
        (link.get(qn("w:anchor")), "".join(t.text for t in link.iter(qn("w:t"))))
        for link in body.iter(qn("w:hyperlink"))
    ]
    assert {anchor for anchor, _ in links} <= set(names)
    # What only a format that folds has is no link here.
    assert [text for _, text in links] == [*(t for _, t in contents), "Figure 1", "row"]


def test_captions_heads_pictures_and_language_are_there_for_every_reader():
    document = opened(PLAIN)
    texts = [text for _, text in paragraphs(document)]
    assert "Figure 1. Shares of «question»" in texts
    assert "Table 1. Participants per theme, for «question»." in texts
    (table,) = [t for t in document.tables if t.style.style_id == "Report"]
    heads = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True, False, False, False, False]
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == "«alternative»"
    assert round(picture.width.cm, 2) == 17
    assert round(picture.height / picture.width, 3) == round(900 / 2125, 3)
    styles = document.styles
    assert styles.element.find(".//" + qn("w:rPrDefault")).find(".//" + qn("w:lang")).get(qn("w:val")) == "en-GB"
    assert styles["Quote"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "nl"
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)


def test_highlighted_words_are_marked_and_quotes_say_who():
    document = opened(PLAIN)
    quotes = [p for p in document.paragraphs if p.style.style_id == "Quote"]
    assert [p.text for p in quotes] == ["«quote»«mark»«quote»"] * 2
    for quote in quotes:
        assert [run.text for run in quote.runs if run.style.name == "Highlighted"] == ["«mark»"]
    sources = [p.text for p in document.paragraphs if p.style.style_id == "QuoteSource"]
    assert sources == ["— «who» · «attribute»: «value» · starred", "— «who»"]


@pytest.mark.parametrize(
    ("text", "turned"), [("", False), ("(12) אב ab", True), ("12 ab אב", False), ("مرحبا", True), ("123", False)]
)
def test_the_first_letter_says_where_a_text_runs(text, turned):
    assert runs_right_to_left(text) is turned


def test_what_runs_from_right_to_left_does_so_alone():
    document = opened(every_block(lambda place: "שלום 12"))
    by_style = {p.style.style_id: p for p in document.paragraphs}
    turned = {s for s, p in by_style.items() if p._p.pPr is not None and p._p.pPr.find(qn("w:bidi")) is not None}
    assert turned >= {"Title", "Quote", "QuoteTheme"}
    assert not turned & {"Lead", "Subtitle", "Caption", "TableCaption"}  # sentences of the report's own
    lead = by_style["Lead"]
    assert lead.text == "שלום 12\u200e was mentioned by 12 of 33."
    assert [run.font.rtl for run in lead.runs][:2] == [True, None]


def wide_table(columns: int, rows: int = 3) -> Table:
    heads = (Column(("Theme",), share=2), *(Column((Named(f"value {n}"),), number=True) for n in range(columns)))
    cells = [
        Row((Cell((Named(f"theme {r}"),)), *(Cell((f"{r}/{n}",)) for n in range(columns))), anchor=f"r{r}")
        for r in range(rows)
    ]
    return Table("wide", 7, ("A wide one",), heads, tuple(cells))


@pytest.mark.parametrize("columns", [1, 6, 40, 200])
def test_a_wide_table_goes_on_in_parts_that_fit_the_page(columns):
    document = opened(Report("Wide", (), "en", (wide_table(columns),), ()))
    seen = []
    for table in document.tables:
        widths = [int(w.get(qn("w:w"))) for w in table._tbl.tblGrid.iter(qn("w:gridCol"))]
        assert sum(widths) <= 9638
        assert len(widths) <= 63  # more than that Word can't open
        grid = [[cell.text for cell in row.cells] for row in table.rows]
        assert [row[0] for row in grid] == ["Theme", "theme 0", "theme 1", "theme 2"]
        seen += grid[2][1:]
    assert seen == [f"1/{n}" for n in range(columns)]
    captions = [p.text for p in document.paragraphs if p.style.style_id == "TableCaption"]
    assert captions[0] == "Table 7. A wide one"
    assert captions[1:] == [f"Table 7, part {n} of {len(captions)}. A wide one" for n in range(2, len(captions) + 1)]
    assert len(captions) == len(document.tables) > (columns > 10)


def test_what_lies_behind_a_number_is_left_out():
    behind = Behind("b", ("all of them",), (Said("P01", ()),))
    shown = Report("T", (), "en", (Section("s", ("S",), (Paragraph(("text",)), behind)),), ())
    assert [text for style, text in paragraphs(opened(shown)) if style != "Footer"] == [
        "T",
        "Contents",
        "S",
        "S",
        "text",
    ]


def test_an_empty_report_and_an_unknown_language_open():
    document = opened(replace(PLAIN, language="no such <tag>", blocks=(), subtitle=(), colophon=()))
    assert [text for style, text in paragraphs(document)] == ["«title»", "«title»\tPage 1 of 1"]
    quotes = Quotes("q", (Named("theme"),), ())
    assert "theme" in [text for _, text in paragraphs(opened(Report("T" * 900, (), "", (quotes,), ())))]


@pytest.mark.parametrize("kind", ["harmless", "style", "lines", "long", "right to left", "controls"])
def test_libreoffice_prints_it(kind, tmp_path, to_pdf, pages_of):
    text = HOSTILE.get(kind, "harmless")
    path = tmp_path / "report.docx"
    path.write_bytes(to_docx(every_block(lambda place: text)))
    pages = pages_of(to_pdf(path))
    assert len(pages) >= 3
    whole = " ".join(" ".join(pages).split())
    for words in (
        "Contents",
        "Findings",
        "was mentioned by",
        "Figure 1.",
        "Table 1.",
        "Participants",
        "five gave nothing",
    ):
        assert words in whole
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert "Error" not in whole
