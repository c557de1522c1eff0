"""A report as a document for word processors (OOXML): text, styles and pictures; nothing that runs, asks or links out.

The same report gives the same bytes: no clock, no name of a machine or a person, parts in one order.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

import docx
from docx.document import Document
from docx.opc.rel import Relationships
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu

from coder.report import wordml
from coder.report.contents import (
    Behind,
    Block,
    Exact,
    Facts,
    Figure,
    Folded,
    Inline,
    Named,
    Paragraph,
    Points,
    Quote,
    Quotes,
    Reference,
    Report,
    Section,
    Steps,
    Strong,
    Table,
    Voice,
    Words,
    plain,
)

# In twentieths of a point: an A4 page, its margins (2 cm), and the room between them.
_PAGE, _MARGIN = (11906, 16838), 1134
_ROOM = _PAGE[0] - 2 * _MARGIN
_TALLEST = Emu(7_200_000)  # a figure with its caption stays on one page
_EMUS = 635  # in a twentieth of a point
_LETTER, _HEAD, _PADDING = 112, 122, 230  # the widest fonts' letters in tables, in their heads, and what is around them
_LONGEST = 24  # letters of a word that make a column wider
_INDENT = 200  # for each level of a table's rows
_STYLES = {Voice.TEXT: "", Voice.LEAD: "Lead", Voice.NOTE: "Note"}
_HEADINGS = 6
_IN_CONTENTS = 2  # levels of headings
_TITLE, _RUNNING = 255, 80  # characters of the title that the properties hold, and that the foot of a page shows

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def to_docx(report: Report) -> bytes:
    """The report as a DOCX file: A4, with headings, a table of contents, captions, and words for its figures.

    `Behind` blocks are left out: a document can't fold.
    """
    return _same_each_time(_Writer(report).document())


# --- the document --------------------------------------------------------------------------------------------


class _Writer:
    """One report on its way into a document."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._language = report.language if _LANGUAGE.fullmatch(report.language) else ""
        self._document = _blank()
        self._anchors: dict[str, int] = {}
        for _, block in report.walk():
            if not isinstance(block, Behind | Folded) and (anchor := getattr(block, "anchor", "")):
                self._anchors.setdefault(anchor, len(self._anchors))
            for row in block.rows if isinstance(block, Table) else ():
                if row.anchor:
                    self._anchors.setdefault(row.anchor, len(self._anchors))

    def document(self) -> Document:
        made, report = self._document, self._report
        made.core_properties.title = wordml.line(report.title)[:_TITLE]
        made.core_properties.language = "en"
        if self._language:
            quote = made.styles["Quote"].element
            quote.get_or_add_rPr().append(wordml.element("lang", val=self._language, bidi=self._language))
        end = made.element.body[-1]  # how the pages are
        for element in self._all():
            end.addprevious(element)
        footer = made.sections[0].footer
        footer.is_linked_to_previous = False
        footer.part.element[:] = [wordml.paragraph("Footer", self._foot())]
        return made

    def _all(self) -> Iterator[BaseOxmlElement]:
        report = self._report
        yield wordml.paragraph("Title", [wordml.run(report.title)], turned=wordml.runs_right_to_left(report.title))
        if report.subtitle:
            yield wordml.paragraph("Subtitle", self._runs(report.subtitle))
        yield from self._contents()
        for level, block in report.walk():
            yield from self._block(level, block)
        if report.colophon:
            yield wordml.paragraph("Colophon", self._runs(report.colophon))

    def _foot(self) -> Iterator[BaseOxmlElement]:
        title = wordml.line(self._report.title)
        yield wordml.run(title if len(title) <= _RUNNING else title[: _RUNNING - 1].rstrip() + "…")
        yield wordml.run(wordml.ending(title) + "\tPage ", turned=False)
        yield from wordml.field("PAGE", [wordml.run("1")])
        yield wordml.run(" of ")
        yield from wordml.field("NUMPAGES", [wordml.run("1")])

    def _contents(self) -> Iterator[BaseOxmlElement]:
        """The headings, each leading to its place. Page numbers only a word processor knows: its update adds them."""
        lines = []
        for level, block in self._report.walk():
            if isinstance(block, Section) and level < _IN_CONTENTS:
                words = [wordml.run(wordml.line(plain(block.title)))]
                lines.append((f"TOC{level + 1}", self._link(block.anchor, words), wordml.turned(block.title)))
        if not lines:
            return
        yield wordml.paragraph("TOCHeading", [wordml.run("Contents")])
        *begin, end = wordml.field(f'TOC \\o "1-{_IN_CONTENTS}" \\h \\n \\u')
        for number, (style, link, turned) in enumerate(lines, start=1):
            runs = [*(begin if number == 1 else ()), *link, *([end] if number == len(lines) else ())]
            yield wordml.paragraph(style, runs, turned=turned)

    # --- words ---

    def _runs(self, words: Words, style: str = "") -> Iterator[BaseOxmlElement]:
        for number, word in enumerate(words, start=1):
            yield from self._word(word, style)
            if isinstance(word, Named) and number < len(words) and (ending := wordml.ending(word.text)):
                yield wordml.run(ending, turned=False)

    def _word(self, word: Inline, style: str) -> Iterator[BaseOxmlElement]:
        match word:
            case Named():
                yield wordml.run(word.text, style, language=self._language)
            case Exact():
                yield wordml.run(word.text, "Exact")
            case Strong():
                yield wordml.run(word.text, "Strong")
            case Reference():
                yield from self._link(word.anchor, [wordml.run(word.text, style)])
            case _:
                yield wordml.run(word, style)

    def _link(self, anchor: str, runs: Sequence[BaseOxmlElement]) -> Sequence[BaseOxmlElement]:
        """The words leading to a place of the document; the words alone where it has none such."""
        if anchor not in self._anchors:
            return runs
        return [wordml.element("hyperlink", *runs, anchor=_bookmark(self._anchors[anchor]), history=1)]

    def _marked(self, anchor: str, runs: Iterable[BaseOxmlElement]) -> Iterator[BaseOxmlElement]:
        """The words as a place to lead to."""
        number = self._anchors.get(anchor)
        if number is not None:
            yield wordml.element("bookmarkStart", id=number, name=_bookmark(number))
        yield from runs
        if number is not None:
            yield wordml.element("bookmarkEnd", id=number)

    # --- blocks ---

    def _block(self, level: int, block: Block) -> Iterator[BaseOxmlElement]:
        match block:
            case Section():
                runs = self._marked(block.anchor, self._runs(block.title))
                looks = [wordml.element("pageBreakBefore")] if block.new_page else []
                style = f"Heading{min(level + 1, _HEADINGS)}"
                yield wordml.paragraph(style, runs, *looks, turned=wordml.turned(block.title))
            case Paragraph():
                yield wordml.paragraph(_STYLES[block.voice], self._runs(block.words), turned=wordml.turned(block.words))
            case Points():
                for item in block.items:
                    yield wordml.paragraph("ListBullet", self._runs(item), turned=wordml.turned(item))
            case Facts():
                yield from self._facts(block)
            case Steps():
                yield from self._steps(block)
            case Table():
                yield from self._table(block)
            case Figure():
                yield from self._figure(block)
            case Quotes():
                yield from self._quotes(block)
            case Behind() | Folded():
                pass

    def _caption(self, kind: str, block: Table | Figure, part: str = "") -> Iterator[BaseOxmlElement]:
        """`Table 3.` and what it shows; a later part of a table is no table of its own."""
        number = [wordml.run(str(block.number), "Strong")]
        label = [
            wordml.run(f"{kind} ", "Strong"),
            *(number if part else wordml.field(f"SEQ {kind} \\* ARABIC", number, "Strong")),
        ]
        yield from label if part else self._marked(block.anchor, label)
        yield wordml.run(f"{part}. ", "Strong")
        yield from self._runs(block.caption)

    def _facts(self, block: Facts) -> Iterator[BaseOxmlElement]:
        narrow = _ROOM * 3 // 10
        rows = [
            wordml.row(
                (
                    wordml.cell(narrow, self._in_cell(fact.term, depth=fact.depth)),
                    wordml.cell(_ROOM - narrow, *map(self._in_cell, fact.lines or ((),))),
                )
            )
            for fact in block.facts
        ]
        yield from _set(wordml.table("Facts", [narrow, _ROOM - narrow], rows, block.label))

    def _steps(self, block: Steps) -> Iterator[BaseOxmlElement]:
        notes = any(step.note for step in block.steps)
        widths = [3000, 1100, _ROOM - 4100] if notes else [3000, 1100]
        rows = []
        for step in block.steps:
            cells = [self._in_cell((step.label,)), self._in_cell((Strong(f"{step.number:,}"),), number=True)]
            cells += [self._in_cell((step.note,))] if notes else []
            rows.append(wordml.row(map(wordml.cell, widths, cells)))
        yield from _set(wordml.table("Facts", widths, rows, block.label))

    def _in_cell(self, words: Words, *, number: bool = False, depth: int = 0, anchor: str = "") -> BaseOxmlElement:
        looks = [wordml.element("ind", left=depth * _INDENT)] if depth else []
        looks += [wordml.element("jc", val="right")] if number else []
        return wordml.paragraph("Cell", self._marked(anchor, self._runs(words)), *looks, turned=wordml.turned(words))

    def _table(self, block: Table) -> Iterator[BaseOxmlElement]:
        parts = list(_fitting(block))
        for at, (columns, widths) in enumerate(parts):
            part = f", part {at + 1} of {len(parts)}" if len(parts) > 1 else ""
            yield wordml.paragraph("TableCaption", self._caption("Table", block, part if at else ""))
            heads = [self._in_cell(block.columns[c].head, number=block.columns[c].number) for c in columns]
            rows = [wordml.row(map(wordml.cell, widths, heads), head=True)]
            for row in block.rows:
                cells = [
                    self._in_cell(
                        row.cells[c].words,
                        number=block.columns[c].number,
                        depth=0 if c else row.depth,
                        anchor="" if c or at else row.anchor,
                    )
                    for c in columns
                ]
                rows.append(wordml.row(map(wordml.cell, widths, cells)))
            yield from _set(wordml.table("Report", widths, rows, plain(block.caption)))
        for note in block.notes:
            yield wordml.paragraph("Remark", self._runs(note), turned=wordml.turned(note))

    def _figure(self, block: Figure) -> Iterator[BaseOxmlElement]:
        picture = self._document.part.new_pic_inline(io.BytesIO(block.picture.png()))
        fits = min(1.0, _ROOM * _EMUS / picture.extent.cx, _TALLEST / picture.extent.cy)
        shape = picture.graphic.graphicData.pic.spPr
        for sized in (picture.extent, shape):
            sized.cx, sized.cy = Emu(int(sized.cx * fits)), Emu(int(sized.cy * fits))
        said = {"id": str(block.number), "name": f"Figure {block.number}"}
        said["descr"] = wordml.line(block.picture.alternative)
        for name, value in said.items():
            picture.docPr.set(name, value)
        for side in ("distT", "distB", "distL", "distR"):
            picture.set(side, "0")
        yield wordml.paragraph("Figure", [wordml.element("r", wordml.element("drawing", picture))])
        yield wordml.paragraph("Caption", self._caption("Figure", block))

    def _quotes(self, block: Quotes) -> Iterator[BaseOxmlElement]:
        title = self._marked(block.anchor, self._runs(block.theme))
        yield wordml.paragraph("QuoteTheme", title, turned=wordml.turned(block.theme))
        for quote in block.quotes:
            turned = wordml.runs_right_to_left(quote.text)
            yield wordml.paragraph("Quote", _pieces(quote, turned), turned=turned)
            looks = [wordml.element("jc", val="right")] if turned else []
            yield wordml.paragraph("QuoteSource", self._source(quote), *looks)

    def _source(self, quote: Quote) -> Iterator[BaseOxmlElement]:
        words: list[Inline] = ["— ", Named(quote.who)]
        for name, value in quote.facts:
            words += [" · ", Named(name), ": ", Named(value)]
        yield from self._runs((*words, " · starred") if quote.starred else tuple(words))


def _pieces(quote: Quote, turned: bool) -> Iterator[BaseOxmlElement]:
    for piece in quote.pieces:
        neutral = not any(c.isalpha() for c in piece.text)
        yield wordml.run(piece.text, "Highlighted" if piece.marked else "", turned=turned if neutral else None)


def _set(table: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """A table and the space that keeps it apart from what comes after it."""
    yield table
    yield wordml.paragraph("AfterTable", ())


def _bookmark(number: int) -> str:
    return f"_place{number}"  # hidden among the bookmarks that people set


def _fitting(table: Table) -> Iterator[tuple[list[int], list[int]]]:
    """The columns of each part of the table that fits a page, and their widths; each begins with the first column."""
    needs = [_need(table, c) for c in range(len(table.columns))]
    parts: list[list[int]] = [[]]
    for c in range(1, len(needs)):
        if parts[-1] and needs[0] + sum(needs[i] for i in (*parts[-1], c)) > _ROOM:
            parts.append([])
        parts[-1].append(c)
    for part in parts:
        columns = [0, *part]
        left = _ROOM - sum(needs[c] for c in columns)
        texts = {c: table.columns[c].share for c in columns if not table.columns[c].number or c == 0}
        total = sum(texts.values())
        widths = [needs[c] + (int(left * texts[c] / total) if c in texts else 0) for c in columns]
        yield columns, widths


def _need(table: Table, c: int) -> int:
    """How wide a column must be: a number and the words of its head whole, a text so that it reads well."""
    column = table.columns[c]
    head = min(max(map(len, plain(column.head).split(" "))), _LONGEST)
    cells = max((len(plain(row.cells[c].words)) for row in table.rows), default=1) if column.number else 12
    return _PADDING + max(_HEAD * head, _LETTER * min(max(cells, 24 if c == 0 else 3), _LONGEST))


def _blank() -> Document:
    """An empty document with the styles of a report, and without what python-docx's own template brings along."""
    made = docx.Document()
    folder = files("coder.report").joinpath("document")
    for part, name in (
        (made.styles, "styles.xml"),
        (made.settings, "settings.xml"),
        (made.part.numbering_part, "numbering.xml"),
    ):
        part.element[:] = list(parse_xml(folder.joinpath(name).read_bytes()))
    _drop(made.part.rels, "stylesWithEffects", "customXml", "webSettings", "fontTable", "theme")
    _drop(made.part.package.rels, "thumbnail", "extended-properties")
    said = made.core_properties
    said.author = said.comments = ""
    for dated in list(said._element):  # python-docx knows no way to have none
        if dated.tag.endswith(("}created", "}modified", "}revision")) or not (dated.text or "").strip():
            said._element.remove(dated)
    pages = made.sections[0]
    pages.page_width, pages.page_height = (Emu(side * _EMUS) for side in _PAGE)
    pages.left_margin = pages.right_margin = pages.top_margin = pages.bottom_margin = Emu(_MARGIN * _EMUS)
    pages.header_distance = pages.footer_distance = Emu(_MARGIN * _EMUS // 2)
    return made


def _drop(relations: Relationships, *kinds: str) -> None:
    for key in [key for key, relation in relations.items() if relation.reltype.endswith(kinds)]:
        del relations[key]


def _same_each_time(document: Document) -> bytes:
    """The document's bytes, its parts without the hour at which they were packed."""
    packed, same = io.BytesIO(), io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as parts, zipfile.ZipFile(same, "w", zipfile.ZIP_DEFLATED) as out:
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name)  # of 1 January 1980
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            entry.create_system = 3
            out.writestr(entry, parts.read(name))
    return same.getvalue()
