"""Reports made by hand: every kind of block, with texts that do harm or none."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

from coder.domain.coding import Span
from coder.imports import SurveyRequest, import_survey
from coder.report.compose import compose
from coder.report.contents import (
    Cell,
    Column,
    Exact,
    Fact,
    Facts,
    Figure,
    Named,
    Paragraph,
    Piece,
    Points,
    Quote,
    Quotes,
    Reference,
    Report,
    Row,
    Section,
    Step,
    Steps,
    Strong,
    Table,
    Voice,
)
from coder.report.request import Request
from coder.session import open_session
from coder.store.project import open_project

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\" onload='alert(1)' x=\"",
    "formula": '=HYPERLINK("http://x.invalid/","y")',
    "style": "</style></title></textarea><!-- --> <img src=x onerror=alert(1)>",
    "section": "]]> &amp; &#60;b> <?xml version='1.0'?> <!ENTITY x SYSTEM 'file:///etc/passwd'> {{ 7*7 }} {% raw %}",
    "markdown": "**bold** _it_ [a](http://x.invalid/) ![i](http://x.invalid/i.png) `code` ~~gone~~ | pipe | \\ | <b>",
    "lines": "# head\n- point\n1. one\n>quote\n```\nfence\n\n    four\n---\n| a | b |\n|---|---|\n| c | d |\n===",
    "links": "http://x.invalid/a www.example.com me@example.com <http://x.invalid/> [^1] :smile:",
    "references": "[r]: http://x.invalid/ '[^1]: a' [r] [^1]",
    "long": "unbroken" * 37 + "long",
    "right to left": "שלום <b>עולם</b> (123) \u202eevil\u2067 مرحبا",
    "invisible": "a\u200bb\u2060c\ufeffd\u00ade\u200d \u2028f\u2029g",
    "emoji": "👨‍👩‍👧‍👦 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f ❤️ Z̵̛͚͔a̷̢͝l̴̺͛",
    "controls": "\x1b[31mred\x1b]8;;http://x.invalid/\x07 \x00nul \x08\x0b\x0c\x7f\x9bm \ufffe\uffff \r cr \t tab",
    "spaces": "  two  spaces  ",
}
"""Texts that some program somewhere takes for more than a text."""


def shown(text: str) -> str:
    """How every format shows the text: characters that are none as their pictures, one for one."""
    pictures = {code: chr(0x2400 + code) for code in range(0x20) if code not in (9, 10)}
    text = text.translate({**pictures, 0x7F: "\u2421", **dict.fromkeys(range(0x80, 0xA0), "\ufffd")})
    return re.sub("[\ufffe\uffff\ud800-\udfff]", "\ufffd", text)


@dataclass(frozen=True)
class Drawn:
    """A plain picture."""

    says: str

    @property
    def alternative(self) -> str:
        return self.says

    def svg(self, *, narrow: bool = False) -> str:
        wide = 360 if narrow else 900
        size = f'width="{wide}" height="40" viewBox="0 0 {wide} 40"'
        title = f"<title>{escape(shown(self.says))}</title>"
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">{title}<rect width="9" height="9"/></svg>'

    def png(self) -> bytes:
        return self._png

    @cached_property
    def _png(self) -> bytes:
        from PIL import Image

        file = io.BytesIO()
        Image.new("RGB", (2125, 900), "#4289c4").save(file, "png", dpi=(300, 300))
        return file.getvalue()


def every_block(word: Callable[[str], str]) -> Report:
    """A report with every kind of block; `word` gives the text to stand in each place, by what it is of."""
    themes = [f"theme {n}" for n in range(4)]
    table = Table(
        "t1",
        1,
        ("Participants per theme, for ", Named(word("question")), "."),
        (
            Column(("Theme",), share=2),
            Column(("Participants",), number=True),
            Column((Named(word("value")),), number=True),
        ),
        tuple(
            Row((Cell((Named(word(t)),)), Cell((Strong("12"),), opens=f"b{n}"), Cell(("36 %",))), n % 2, f"row{n}")
            for n, t in enumerate(themes)
        ),
        (("Of ", Named(word("value")), ", some are ", Reference("behind", "b1"), "."),),
    )
    said = word("quote")
    quotes = tuple(
        Quote((Piece(said), Piece(word("mark"), marked=True), Piece(said)), word("who"), facts, starred)
        for facts, starred in ((((word("attribute"), word("value")),), True), ((), False))
    )
    inner = Section(
        "s2",
        ("Themes of ", Named(word("question"))),
        (
            Steps("bases", (Step("asked", 1033), Step("answered", 28, "five gave nothing"))),
            Figure("f1", 1, ("Shares of ", Named(word("question"))), Drawn(word("alternative"))),
            table,
            Quotes("q1", (Named(word("theme 0")),), quotes),
        ),
    )
    return Report(
        word("title"),
        ("What was said to ", Named(word("question"))),
        "nl",
        (
            Section(
                "s1",
                ("Findings",),
                (
                    Paragraph((Named(word("theme 1")), " was mentioned by ", Strong("12"), " of 33."), Voice.LEAD),
                    Paragraph(("See ", Reference("Figure 1", "f1"), " and ", Reference("row", "row2"), ".")),
                    Paragraph(("Run ", Exact("coder tally " + word("value"))), Voice.NOTE),
                    Points((("First ", Named(word("theme 2")), " last"), (Named(word("theme 3")),))),
                    inner,
                ),
            ),
            Section(
                "s3",
                (Named(word("coder")),),
                (
                    Facts(
                        "facts",
                        (
                            Fact(("Coder",), ((Named(word("coder")),), ("since 2024",)), 1),
                            Fact((Named(word("theme 3")),), ()),
                        ),
                    ),
                ),
                new_page=True,
            ),
        ),
        ("Made by coder from ", Exact("abc123")),
    )


def hostile_project(folder: Path) -> Path:
    """A project whose every text is of `HOSTILE`: prompts, names of themes, coders, attributes and people, answers."""
    texts = list(HOSTILE.values())
    survey, path = folder / "survey.csv", folder / "hostile.coder"
    prompts = [f"{HOSTILE['script']} {HOSTILE['markdown']}", f"{HOSTILE['right to left']} {HOSTILE['formula']}"]
    attribute = f"{HOSTILE['style']}"
    with survey.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["participant_id", "question", "text", attribute])
        for number in range(3 * len(texts)):
            kind = texts[number % len(texts)]
            for prompt in prompts:
                out.writerow([f"{kind}{number}", prompt, f"{kind} and more of it. {kind}", kind])
    import_survey(survey, path, SurveyRequest(), coder_name=f"Ana {HOSTILE['script']}")
    session = open_session(path, f"Ana {HOSTILE['script']}")
    for number, text in enumerate(texts):
        parent = session.codebook.themes[number - 1].id if number % 3 == 2 else None
        session.create_theme(text, parent_id=parent, definition=text)
    themes = list(session.codebook.themes)
    for question in session.questions:
        for place, response in enumerate(session.queue(question.id)):
            theme = themes[place % len(themes)]
            session.assign(response, theme.id, Span(0, len(session.view(response).response.text) // 2))
            session.review(response)
    session.project.close()
    return path


def report_of(project: Path, **asked: object) -> Report:
    """The report of a project."""
    with open_project(project) as opened:
        return compose(opened, Request(**asked))
