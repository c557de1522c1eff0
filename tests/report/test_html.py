"""A report as a page: whole, inert, allowed by its own policy, and the same each time."""

import os
import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from coder.report.compose import compose
from coder.report.contents import (
    Behind,
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
    Said,
    Section,
    Step,
    Steps,
    Strong,
    Table,
    Voice,
)
from coder.report.html import to_html
from coder.report.request import Request
from coder.store.project import open_project
from tests.projects import small_project

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;\u202edcba\0{{ 7*7 }}{% raw %}"
INERT = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;\u202edcba\u2400{{ 7*7 }}{% raw %}"
VOID = {"meta", "img", "source", "br", "link", "input"}


class Drawing:
    alternative = HOSTILE

    def svg(self, *, narrow=False):
        return f"<svg>{'narrow' if narrow else 'wide'}</svg>"

    def png(self):
        return b""


class Read(HTMLParser):
    """Tags with their attributes, texts, and whether every tag is closed in order."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.open, self.faults = [], [], [], []
        self.feed(page)
        self.close()
        self.faults += [f"not closed: {tag}" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if len(dict(attrs)) < len(attrs):
            self.faults.append(f"an attribute twice: {tag}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"closed out of order: {tag}")

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def every_block(text):
    """A report in which every text that can come from a project is this one."""
    name = (Named(text), " and ", Exact(text), Strong(text))
    quote = Quote((Piece(text), Piece(text, True)), text, ((text, text),), starred=True)
    blocks = (
        Paragraph(name, Voice.LEAD),
        Points((name,)),
        Facts(text, (Fact(name, (name,), 1),)),
        Steps(text, (Step(text, 1234, text),)),
        Table("t", 1, name, (Column(name), Column(name, True)), (Row((Cell(name), Cell(name, "b")), 2, "r"),), (name,)),
        Figure("f", 1, name, Drawing()),
        Quotes("q", name, (quote,)),
        Behind("b", name, (Said(text, (quote,)),), 1200),
        Section("s2", name, (Paragraph((Reference(text, "t"),)),)),
    )
    return Report(text, name, "nl", (Section("s", name, blocks),), name)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    path = small_project(tmp_path_factory.mktemp("page") / "sample.coder")
    with open_project(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(project):
    return to_html(compose(project, Request()))


def test_hostile_texts_are_texts():
    page = to_html(every_block(HOSTILE))
    read = Read(page)
    assert read.faults == []
    assert not read.all("script")
    assert [img["src"][:10] for img in read.all("img")] == ["data:image"]
    assert not [attr for _, attrs in read.tags for attr in attrs if attr.startswith("on")]
    assert sum(text.count(INERT) for text in read.texts) > 25
    assert read.all("img")[0]["alt"] == INERT
    assert "\0" not in page
    page.encode()


def test_surrogates_can_be_written():
    assert "\ud800" not in to_html(every_block("\ud800 half"))


def test_a_text_from_the_project_has_a_direction_of_its_own():
    read = Read(to_html(every_block("שלום")))
    assert len(read.all("bdi")) > 10
    assert [p.get("dir") for p in read.all("p") if p.get("lang") == "nl"] == ["auto"]
    assert {q.get("dir") for q in read.all("q")} == {"auto"}


def test_the_policy_allows_its_own_style_and_pictures_alone(page):
    policy = next(meta["content"] for meta in Read(page).all("meta") if "http-equiv" in meta)
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    read = Read(page)
    assert not [attrs for _, attrs in read.tags if "style" in attrs]
    assert not read.all("script") and not read.all("link")
    assert "url(" not in style and "@import" not in style


def test_no_line_ends_between_a_number_and_its_percent_sign(page):
    seen = re.sub(r"<img[^>]*>|<style>.*?</style>", "", page, flags=re.DOTALL)
    assert not re.search(r"\d %", seen) and "62\u00a0%" in seen


def test_it_asks_nobody_for_anything(page):
    read = Read(page)
    sources = [attrs[a] for _, attrs in read.tags for a in ("src", "srcset", "href") if a in attrs]
    assert sources
    assert all(s.startswith(("data:image/svg+xml;base64,", "#")) for s in sources)


def test_landmarks_headings_and_tables_are_those_of_a_page(page):
    read = Read(page)
    assert read.faults == []
    names = [tag for tag, _ in read.tags]
    assert all(names.count(tag) == 1 for tag in ("main", "nav", "h1", "title"))
    assert read.tags[0] == ("html", {"lang": "en"})
    levels = [int(tag[1]) for tag in names if re.fullmatch("h[1-6]", tag)]
    after_nav = levels[2:]  # the title and that of the contents
    assert all(b - a <= 1 for a, b in zip([1, *after_nav], after_nav, strict=False))
    assert all(attrs.get("scope") in ("col", "row") for attrs in read.all("th"))
    assert names.count("table") == names.count("caption")
    assert all(img["alt"] for img in read.all("img"))


def test_every_pointer_leads_somewhere_and_no_place_is_twice(page):
    read = Read(page)
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(set(ids)) == len(ids)
    pointers = {a["href"][1:] for a in read.all("a")}
    assert len(pointers) > 20
    assert pointers <= set(ids)


def test_figures_come_wide_and_narrow(page):
    read = Read(page)
    assert len(read.all("picture")) == len(read.all("source")) == len(read.all("img")) == 9
    assert all("max-width" in source["media"] for source in read.all("source"))


def test_the_same_project_gives_the_same_bytes_in_another_process(project, page):
    script = (
        "import sys; from pathlib import Path; from coder.store.project import open_project; "
        "from coder.report.compose import compose; from coder.report.html import to_html; "
        "from coder.report.request import Request\n"
        "with open_project(Path(sys.argv[1])) as p: sys.stdout.buffer.write(to_html(compose(p, Request())).encode())"
    )
    made = []
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", script, str(project.path)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"},
            capture_output=True,
            check=True,
        )
        made.append(ran.stdout)
    assert made == [page.encode()] * 2
