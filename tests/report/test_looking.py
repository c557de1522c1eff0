"""The checks of the pages find what they are there for."""

from base64 import b64encode

import pytest

from tests.report.looking import VIEWS, looking, told, violations

HEAD = "<!doctype html><html lang=en><meta charset=utf-8><title>t</title><style>body{margin:8px}</style><body>"
GOOD = "<main><h1>Title</h1><p>Words of <b>many</b> kinds.</p><table><tr><th scope=col>A<td>1</table></main>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60" role="img" aria-label="x">{}</svg>'
IMAGE = "<img alt=x src='data:image/svg+xml;base64,{}'>"
WIDE, NARROW, PRINT = VIEWS[0], VIEWS[1], VIEWS[4]
FAULTY = {
    "wider": ("<p style='width:2000px'>words", "wider than the window"),
    "cut": ("<p style='width:40px;overflow:hidden;white-space:nowrap'>many words in a row", "cut across: P"),
    "low": ("<p style='height:9px;overflow:hidden'>words", "cut below: P"),
    "over": ("<div style='position:absolute;top:40px'>first</div><div style='position:absolute;top:44px'>next", "over"),
    "figure": (SVG.format("<text x=150 y=20>far too long a label"), "out of its figure"),
    "picture": (
        IMAGE.format(b64encode(SVG.format("<text y='20'>first</text><text y='26'>next</text>").encode()).decode()),
        "'first' over 'next'",
    ),
    "touching": ("<table cellspacing=0 cellpadding=1><tr><td>first<td>next</table>", "touching: first / next"),
    "turned": ("<p>\u202ebackwards", "turned around: backwards"),
    "broken": ("<p style='width:30px;overflow-wrap:anywhere'>Participants", "broken: Participants"),
}


@pytest.fixture
def page(tmp_path):
    def write(body, head=HEAD):
        path = tmp_path / "page.html"
        path.write_text(head + body, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_good_page_has_no_fault(chromium, page, view):
    with looking(chromium, page(GOOD + SVG.format("<text x=10 y=20>one</text><text x=10 y=50>two")), view) as looked:
        looked.open_all()
        assert (looked.faults(), looked.console, looked.requests) == ([], [], [])


@pytest.mark.parametrize("case", FAULTY)
def test_each_fault_is_found(chromium, page, case):
    body, says = FAULTY[case]
    with looking(chromium, page(body), WIDE) as looked:
        assert [fault for fault in looked.faults() + looked.faults_of_pictures() if says in fault]


def test_what_scrolls_is_read_on_a_screen_and_lost_on_paper(chromium, page):
    path = page("<div style='width:90px;overflow-x:auto' tabindex=0><p style='width:300px'>words</div>")
    with looking(chromium, path, NARROW) as looked:
        assert looked.faults() == []
    with looking(chromium, path, PRINT) as looked:
        assert [fault for fault in looked.faults() if "scrolls on paper" in fault]


def test_messages_and_requests_are_heard_of(chromium, page):
    with looking(
        chromium, page("<img src=http://x.invalid/a.png alt=''><script>console.log('x')</script>"), WIDE
    ) as it:
        assert it.requests == ["http://x.invalid/a.png"]
        assert "log: x" in it.console


def test_axe_finds_an_image_without_words_behind_any_policy(chromium, page, axe):
    head = HEAD.replace("<title>", "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\"><title>")
    with looking(chromium, page("<main><h1>A</h1><img src='data:,'></main>", head), WIDE, bypass_csp=True) as looked:
        assert any(told(found).startswith("critical: ") for found in violations(looked, axe))
    with looking(chromium, page("<main><h1>A</h1></main>", head), WIDE, bypass_csp=True) as looked:
        assert violations(looked, axe) == []
