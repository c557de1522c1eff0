"""Reports as pages: looked at in Chromium, wide, narrow, in print and in the dark, and by axe-core."""

import io
import subprocess
import sys

import pytest

from coder.report.html import to_html
from tests.projects import small_project
from tests.report.looking import VIEWS, looking, told, violations
from tests.report.samples import HOSTILE, every_block, hostile_project, report_of

PAGES = ("sample", "hostile", "every block", "long")
BY_NAME = {view.name: view for view in VIEWS}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    reports = {
        "sample": report_of(small_project(folder / "sample.coder"), by="site"),
        "hostile": report_of(hostile_project(folder), attributes=True, ids=True),
        "every block": every_block(lambda place: f"A {place} of some length"),
        "long": every_block(lambda place: HOSTILE["long"]),
    }
    assert tuple(reports) == PAGES
    paths = {name: folder / f"{name}.html" for name in reports}
    for name, report in reports.items():
        paths[name].write_text(to_html(report), encoding="utf-8", newline="")
    return paths


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_or_painted_over_said_or_asked_for(chromium, pages, name, view):
    with looking(chromium, pages[name], view) as looked:
        assert looked.faults() + looked.faults_of_pictures() == []
        looked.open_all()
        assert looked.faults() == []
        assert (looked.console, looked.requests) == ([], [])


@pytest.mark.parametrize("view", ["wide", "narrow-dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_to_complain_of(chromium, pages, axe, name, view):
    with looking(chromium, pages[name], BY_NAME[view], bypass_csp=True) as looked:
        looked.open_all()
        assert [told(found) for found in violations(looked, axe)] == []


def test_a_number_opens_the_people_behind_it(chromium, pages):
    with looking(chromium, pages["sample"], BY_NAME["wide"]) as looked:
        number = looked.page.locator("td a").first
        anchor = (number.get_attribute("href") or "")[1:]
        behind = looked.page.locator(f"[id='{anchor}']")
        assert not behind.is_visible()
        number.press("Enter")
        behind.wait_for(state="visible", timeout=5000)
        assert behind.locator("> li").count() == int(number.inner_text())


def test_pictures_are_dark_on_a_dark_screen_and_white_on_paper(chromium, pages):
    from PIL import Image

    for view, dark in (("wide", False), ("wide-dark", True), ("print", False), ("print-dark", False)):
        with looking(chromium, pages["sample"], BY_NAME[view]) as looked:
            shot = looked.page.locator("figure img").first.screenshot()
            paper = Image.open(io.BytesIO(shot)).convert("L").getpixel((2, 2))
            assert (paper < 60) if dark else (paper > 250), view


def test_it_prints_on_a4_with_its_words(chromium, pages, pages_of, tmp_path):
    with looking(chromium, pages["sample"], BY_NAME["print"]) as looked:
        looked.page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
        headings = [" ".join(text.split()) for text in looked.page.locator("h1, h2, h3").all_inner_texts()]
    printed = pages_of(tmp_path / "report.pdf")
    assert 3 <= len(printed) <= 30
    whole = " ".join(" ".join(printed).split())
    assert [heading for heading in headings if heading not in whole] == []
    assert "Skip to" not in whole


def test_the_writers_load_nothing_of_each_other():
    code = "import sys, coder.report.html; assert not {'docx', 'matplotlib', 'PIL'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_tables_stay_tables_for_those_who_hear_them_on_a_narrow_screen(chromium, pages):
    for view in ("wide", "narrow"):
        with looking(chromium, pages["sample"], BY_NAME[view]) as looked:
            said = looked.page.locator("table").first.aria_snapshot()
            assert 'columnheader "Participants"' in said, view
            assert 'rowheader "Meeting talented and like-minded people"' in said, view
            assert 'cell "62 %"' in said, view
