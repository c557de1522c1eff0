"""Texts that some program takes for more than a text stay texts in every format, and change nothing around them."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from coder.report.html import to_html
from coder.report.markdown import to_markdown
from tests.report.samples import HOSTILE, every_block, hostile_project, report_of, shown

WORD = "«{}»"
PLAIN = every_block(WORD.format)
Event = tuple[str, ...]
# Attributes that hold no text of a project, or hold one as words for those who hear the page.
SPOKEN = {"alt", "aria-label"}
INVISIBLE = re.compile("[\u2066-\u2069\u202c]")
HARMLESS = re.compile("«.*?»")


class Events(HTMLParser):
    """What a page is made of, read by another program than the one that wrote it: its tags, and the texts between."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Event] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        said = {key: value for key, value in attrs if key in SPOKEN}
        # Whether the head of a column is short enough to stay whole is a matter of its length.
        others = [(key, value) for key, value in attrs if key not in {*SPOKEN, "src", "srcset"}]
        plain = [f"{key}={value}".removesuffix(" whole") for key, value in others]
        self.found.append(("<", tag, *plain))
        self.found.extend(("text", value or "") for value in said.values())

    def handle_endtag(self, tag):
        self.found.append((">", tag))

    def handle_data(self, data):
        if self.found and self.found[-1][0] == "text":
            data = self.found.pop()[1] + data
        self.found.append(("text", data))

    def handle_comment(self, data):
        self.found.append(("comment", data))

    def handle_decl(self, decl):
        self.found.append(("declared", decl))

    def unknown_decl(self, data):
        self.found.append(("declared", data))

    def handle_pi(self, data):
        self.found.append(("instruction", data))


def expected(events: list[Event], text: str) -> Iterator[Event]:
    for event in events:
        yield (event[0], HARMLESS.sub(lambda _: text, event[1])) if event[0] == "text" else event


def visible(events: list[Event]) -> list[Event]:
    """Without what keeps names from turning the words around them, which nobody sees."""
    return [(e[0], INVISIBLE.sub("", e[1])) if e[0] == "text" else e for e in events]


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_page_has_the_texts_as_they_are_and_nothing_else_changes(kind):
    html = to_html(every_block(lambda place: HOSTILE[kind]))
    plain = Events(to_html(PLAIN)).found
    assert visible(Events(html).found) == visible(list(expected(plain, shown(HOSTILE[kind]))))
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", html)


def test_a_page_of_a_hostile_project_has_no_script_and_no_link_but_its_own(tmp_path):
    html = to_html(report_of(hostile_project(tmp_path), ids=True, attributes=True))
    events = Events(html).found
    tags = {event[1] for event in events if event[0] == "<"}
    assert not tags & {"script", "iframe", "object", "embed", "form", "input", "base", "link", "svg", "style "}
    attributes = [a for event in events if event[0] == "<" for a in event[2:]]
    assert not [a for a in attributes if a.startswith(("on", "style="))]
    links = [a for a in attributes if a.startswith(("href=", "action=", "formaction="))]
    assert links and not [a for a in links if not a.startswith("href=#")]
    texts = [event[1] for event in events if event[0] == "text"]
    for kind, text in HOSTILE.items():
        # At its ends a name has no spaces.
        assert any(shown(text).strip() in INVISIBLE.sub("", t) or shown(text).strip() in t for t in texts), kind


# As GitHub reads it: HTML goes through, and addresses become links without being marked as such.
GITHUB = MarkdownIt("gfm-like", {"html": True, "linkify": True})


def rendered(markdown: str) -> list[Event]:
    """The events of a Markdown text as a page, each text on one line; in quotes only the words: highlights may or may
    not be bold, and a line end may be kept or not."""
    found: list[Event] = []
    quoted = 0
    for event in Events(GITHUB.render(markdown)).found:
        quoted += (event == ("<", "blockquote")) - (event == (">", "blockquote"))
        if quoted and event[1] in ("strong", "br"):
            event = ("text", " " if event[1] == "br" else "")  # noqa: PLW2901
        if event[0] == "text" and found and found[-1][0] == "text":
            event = ("text", found.pop()[1] + event[1])  # noqa: PLW2901
        found.append(event)
    return [("text", " ".join(e[1].split())) if e[0] == "text" else e for e in found]


@pytest.mark.parametrize("kind", HOSTILE)
def test_markdown_reads_as_the_texts_are_and_nothing_else_changes(kind):
    markdown, _ = to_markdown(every_block(lambda place: HOSTILE[kind]), "figures")
    plain = rendered(to_markdown(PLAIN, "figures")[0])
    one_line = " ".join(shown(HOSTILE[kind]).split())
    wanted = [(e[0], " ".join(e[1].split())) if e[0] == "text" else e for e in expected(plain, one_line)]
    assert unspaced(visible(rendered(markdown))) == unspaced(visible(wanted))


def unspaced(events: list[Event]) -> list[Event]:
    """Without white space, of which Markdown keeps none at the ends of names and lines."""
    return [(e[0], "".join(e[1].split())) if e[0] == "text" else e for e in events]


def test_markdown_of_a_hostile_project_has_no_link_and_no_html(tmp_path):
    markdown, figures = to_markdown(report_of(hostile_project(tmp_path), ids=True, attributes=True), "figures")
    events = Events(GITHUB.render(markdown)).found
    allowed = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "code", "hr", "br", "img",
               "blockquote", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
    assert {event[1] for event in events if event[0] == "<"} <= allowed
    assert [event for event in events if event[0] not in ("<", ">", "text")] == []
    assert len([event for event in events if event[:2] == ("<", "img")]) == len(figures)
