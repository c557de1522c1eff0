"""Elements of WordprocessingML, of which a document is made."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import cast
from unicodedata import bidirectional

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from coder.domain.display import balance
from coder.report.contents import Words, plain
from coder.report.inert import NOT_A_TEXT

_BREAKS = re.compile("([\t\n])")

# --- texts ---------------------------------------------------------------------------------------------------


def line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.translate(NOT_A_TEXT).split())


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    return next((d != "L" for c in text if (d := bidirectional(c)) in ("L", "R", "AL")), False)


def ending(name: str) -> str:
    """What keeps the words after a name where they stand, whatever directions the name has."""
    turns = any(bidirectional(c) in ("R", "AL", "AN") for c in name)
    return balance(name)[1] + ("\u200e" if turns else "")


def turned(words: Words) -> bool:
    """Whether a paragraph runs from right to left: not where it has words of the report's own."""
    own = any(c.isalpha() for word in words if isinstance(word, str) for c in word)
    return not own and runs_right_to_left(plain(words))


# --- elements ------------------------------------------------------------------------------------------------


def element(tag: str, *inside: BaseOxmlElement, **attributes: object) -> BaseOxmlElement:
    """An element of WordprocessingML; its attributes are in that name space too."""
    made = OxmlElement(f"w:{tag}", {qn(f"w:{name}"): str(of) for name, of in attributes.items()})
    made.extend(inside)
    return cast("BaseOxmlElement", made)


def run(text: str, style: str = "", *, language: str = "", turned: bool | None = None) -> BaseOxmlElement:
    """Words of one look; line ends and tabs stay what they are."""
    look = element("rPr")
    if style:
        look.append(element("rStyle", val=style))
    if runs_right_to_left(text) if turned is None else turned:
        look.append(element("rtl"))
    if language:
        look.append(element("lang", val=language, bidi=language))
    made = element("r", look) if len(look) else element("r")
    for part in filter(None, _BREAKS.split(text.translate(NOT_A_TEXT))):
        if part in _BREAK_TAGS:
            made.append(element(_BREAK_TAGS[part]))
        else:
            words = element("t")
            words.text = part
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            made.append(words)
    return made


def field(code: str, shown: Iterable[BaseOxmlElement] = (), style: str = "") -> Iterator[BaseOxmlElement]:
    """A field that a word processor can count anew, and what it shows until then."""
    instruction = element("instrText")
    instruction.text = f" {code} "
    begin, separate, end = (element("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end"))
    for part in (begin, instruction, separate, *shown, end):
        if part.tag == qn("w:r"):
            yield part
            continue
        around = run("", style)
        around.append(part)
        yield around


def paragraph(
    style: str, runs: Iterable[BaseOxmlElement], *looks: BaseOxmlElement, turned: bool = False
) -> BaseOxmlElement:
    """A paragraph; `looks` are what it has besides its style, in the order that the schema wants."""
    how = element("pPr")
    if style:
        how.append(element("pStyle", val=style))
    before = [look for look in looks if look.tag == qn("w:pageBreakBefore")]
    how.extend(before)
    if turned:
        how.append(element("bidi"))
    how.extend(look for look in looks if look not in before)
    made = element("p", how) if len(how) else element("p")
    made.extend(runs)
    return made


def table(style: str, widths: Sequence[int], rows: Iterable[BaseOxmlElement], title: str) -> BaseOxmlElement:
    look = element(
        "tblPr",
        element("tblStyle", val=style),
        element("tblW", w=sum(widths), type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblLook", val="04A0", firstRow=1, lastRow=0, firstColumn=1, lastColumn=0, noHBand=0, noVBand=1),
        element("tblCaption", val=line(title)),
    )
    return element("tbl", look, element("tblGrid", *(element("gridCol", w=w) for w in widths)), *rows)


def row(cells: Iterable[BaseOxmlElement], *, head: bool = False) -> BaseOxmlElement:
    how = element("trPr", element("cantSplit"))
    if head:
        how.append(element("tblHeader"))
    return element("tr", how, *cells)


def cell(width: int, *paragraphs: BaseOxmlElement) -> BaseOxmlElement:
    return element("tc", element("tcPr", element("tcW", w=width, type="dxa")), *paragraphs)


_BREAK_TAGS = {"\n": "br", "\t": "tab"}
