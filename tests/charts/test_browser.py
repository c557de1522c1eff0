"""Figures as a browser draws them: nothing cut or covered in its own letters, and colours that follow the screen."""

import base64
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from coder import charts
from coder.charts import colours
from tests.charts.samples import SPECS
from tests.chromium import launched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_BOXES = """() => [...document.querySelectorAll("svg")].map((svg) => {
    const paper = svg.getBoundingClientRect();
    return [paper.width, paper.height, [...svg.querySelectorAll("text")].map((text) => {
        const box = text.getBoundingClientRect();
        return [box.left - paper.left, box.top - paper.top, box.right - paper.left, box.bottom - paper.top,
                text.textContent];
    })];
})"""


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(chromium: "Browser") -> "Iterator[Page]":
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url[:40]) if request.url.startswith("http") else None)
    yield page
    assert said == []
    page.close()


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_texts_lie_within_the_figure_and_not_over_each_other(page: "Page", width: int) -> None:
    page.set_content("".join(charts.svg(spec, width) for spec in SPECS.values()))
    drawn = page.evaluate(_BOXES)
    assert len(drawn) == len(SPECS)
    for name, (wide, high, texts) in zip(SPECS, drawn, strict=True):
        assert wide == width
        for left, top, right, bottom, text in texts:
            assert left >= -1 and right <= wide + 1, (name, text)
            assert top >= -4 and bottom <= high + 4, (name, text)  # a line is higher than its letters
        for at, (left, top, right, bottom, text) in enumerate(texts):
            for left2, top2, right2, bottom2, other in texts[at + 1 :]:
                across = min(right, right2) - max(left, left2)
                down = min(bottom, bottom2) - max(top, top2)
                assert across <= 2 or down <= 6, (name, text, other)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_in_a_page_follows_the_screen_under_a_strict_policy(page: "Page", scheme: str) -> None:
    """As the report has them: images by data URIs, on a page that allows nothing else."""
    from PIL import Image

    page.emulate_media(color_scheme=scheme)
    names = ("bars", "waves", "rating", "changes", "together")
    links = [base64.b64encode(charts.svg(SPECS[name]).encode()).decode() for name in names]
    policy = "default-src 'none'; img-src data:; style-src 'none'"
    images = "".join(f'<img src="data:image/svg+xml;base64,{link}" alt="">' for link in links)
    page.set_content(f'<meta http-equiv="Content-Security-Policy" content="{policy}">{images}')
    page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth)")
    for name, image in zip(names, page.locator("img").all(), strict=True):
        shown = Image.open(io.BytesIO(image.screenshot())).convert("RGB")
        seen = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in shown.getcolors(1 << 24) or ()}
        pale, dark = colours.PAPER, colours.DARK[colours.PAPER]
        wanted, other = (dark, pale) if scheme == "dark" else (pale, dark)
        assert wanted in seen and other not in seen, name
        assert "".join(f"{part:02x}" for part in shown.getpixel((2, 2))) == wanted[1:]


def test_print_is_on_white_paper_on_dark_screens_too(page: "Page") -> None:
    from PIL import Image

    page.emulate_media(color_scheme="dark", media="print")
    page.set_content(charts.svg(SPECS["bars"]))
    shown = Image.open(io.BytesIO(page.locator("svg").screenshot())).convert("RGB")
    assert shown.getpixel((2, 2)) == (255, 255, 255)
