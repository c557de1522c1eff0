"""Looking at a page as its readers get it: on a wide and a narrow screen, in print, in the dark."""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Route


@dataclass(frozen=True)
class View:
    """How a page is looked at; `width` is in CSS pixels."""

    name: str
    width: int
    media: Literal["screen", "print"] = "screen"
    scheme: Literal["light", "dark"] = "light"


WIDE, NARROW = 1280, 390
PAPER = 680  # what A4 leaves between margins of 15 mm, at 96 pixels an inch
VIEWS = (
    View("wide", WIDE),
    View("narrow", NARROW),
    View("wide-dark", WIDE, scheme="dark"),
    View("narrow-dark", NARROW, scheme="dark"),
    View("print", PAPER, media="print"),
    # A printed page is white, whatever the screen of whoever prints it looks like.
    View("print-dark", PAPER, media="print", scheme="dark"),
)

# Every line of text that is painted, as [text, left, top, right, bottom, the figure it is in], in pixels of the page.
_LINES = """() => {
    const figures = new Map();
    const lines = [];
    const add = (text, box, node) => {
        const svg = node.closest("svg");
        if (svg && !figures.has(svg)) figures.set(svg, figures.size);
        const { left, top, right, bottom } = box;
        if (right - left < 1 || bottom - top < 1) return;
        lines.push([text, left + scrollX, top + scrollY, right + scrollX, bottom + scrollY,
                    svg ? figures.get(svg) : -1]);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, parent = node.parentElement;
        if (!node.data.trim() || parent.closest("style, script, title, desc, metadata, defs")) continue;
        if (parent.closest(".visually-hidden")) continue;
        if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) add(node.data.trim().slice(0, 60), box, parent);
    }
    return lines;
}"""
_CUT = """() => {
    const found = [];
    const clips = new Set(["hidden", "clip"]);
    for (const element of document.body.querySelectorAll("*")) {
        if (element.closest(".visually-hidden, svg") && element.tagName !== "svg") continue;
        if (!element.checkVisibility()) continue;
        const style = getComputedStyle(element);
        const name = element.tagName + ": " + element.textContent.trim().slice(0, 60);
        if (clips.has(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && element.clientWidth)
            found.push("cut across: " + name);
        if (clips.has(style.overflowY) && element.scrollHeight > element.clientHeight + 1 && element.clientHeight)
            found.push("cut below: " + name);
    }
    return found;
}"""
# Words of cells side by side with no room between them.
_TOUCHING = """() => {
    const words = (cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return [...range.getClientRects()].filter((box) => box.width >= 1);
    };
    const found = [];
    for (const row of document.querySelectorAll("tr")) {
        const cells = [...row.cells].map((cell) => [cell, words(cell)]);
        cells.forEach(([cell, boxes], at) => {
            for (const [other, others] of cells.slice(at + 1))
                if (boxes.some((one) => others.some((two) =>
                    two.left - one.right < 4 && one.left - two.right < 4 &&
                    Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 4)))
                    found.push(`touching: ${cell.textContent.slice(0, 30)} / ${other.textContent.slice(0, 30)}`);
        });
    }
    return found;
}"""
_OVERFLOW = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
# The part of an element that can be scrolled to is no part of a page on paper.
_SCROLLS = """() => [...document.body.querySelectorAll("*")].filter((element) =>
    element.scrollWidth > element.clientWidth + 1 && element.checkVisibility() &&
    ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
).map((element) => element.tagName + ": " + element.textContent.trim().slice(0, 60))"""
# Words that would fit a line and were broken all the same (digests and file names are no words), or run backwards.
_BROKEN = """() => {
    const WORD = /(?<![\\p{L}\\p{N}_.\\/])[\\p{Script=Latin}\\p{M}]+(?![\\p{L}\\p{N}_\\/]|\\.\\p{L})/gu;
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.parentElement.closest("style, script, svg, code") || !node.parentElement.checkVisibility()) continue;
        for (const word of node.data.matchAll(WORD)) {
            if (word[0].length < 2 || word[0].length > 20) continue;
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            const tops = [...range.getClientRects()].filter((box) => box.width >= 1).map((box) => Math.round(box.top));
            if (Math.max(...tops) - Math.min(...tops) > 5) found.push("broken: " + word[0]);
            // What somebody wrote may turn itself around, but not the words of the page.
            range.setEnd(node, word.index + 1);
            const first = range.getBoundingClientRect();
            range.setStart(node, word.index + word[0].length - 1);
            range.setEnd(node, word.index + word[0].length);
            const last = range.getBoundingClientRect();
            if (!node.parentElement.closest("bdi, [dir]") && first.top === last.top && first.left > last.left)
                found.push("turned around: " + word[0]);
        }
    }
    return found;
}"""
_PICTURES = """() => [...document.images].filter((image) => image.checkVisibility() && image.complete).map(
    (image) => [image.currentSrc, image.getBoundingClientRect().width])"""
_FIGURES = """() => [...document.querySelectorAll("svg")].map((svg) => {
    const { left, top, right, bottom } = svg.getBoundingClientRect();
    return [left + scrollX, top + scrollY, right + scrollX, bottom + scrollY];
})"""


@dataclass
class Looked:
    """A page, what it said on the console, and whom it asked for anything but itself."""

    page: "Page"
    view: View
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open_all(self) -> None:
        """Unfold whatever can be unfolded."""
        self.page.evaluate("() => document.querySelectorAll('details').forEach((part) => { part.open = true; })")

    def faults(self) -> list[str]:
        """What of the page can't be read as it is: cut, run out of the page or of its figure, or printed over."""
        found = [fault for check in (_CUT, _BROKEN, _TOUCHING) for fault in self.page.evaluate(check)]
        if (beyond := self.page.evaluate(_OVERFLOW)) > 0:
            found.append(f"the page is {beyond} px wider than the window")
        if self.view.media == "print":
            found += [f"scrolls on paper: {name}" for name in self.page.evaluate(_SCROLLS)]
        return found + _faults_of_lines(self.page)

    def faults_of_pictures(self) -> list[str]:
        """The same of its pictures, each as a page of its own and as wide as it is shown: no text is found within an
        image."""
        found = []
        picture = self.page.context.new_page()
        for source, width in self.page.evaluate(_PICTURES):
            picture.set_viewport_size({"width": max(1, round(width)), "height": 900})
            assert source.startswith("data:image/svg+xml"), source[:80]
            svg = unquote_to_bytes(source.partition(",")[2])
            svg = b64decode(svg) if ";base64," in source[:80] else svg
            picture.set_content("<!doctype html><style>*{margin:0}svg{width:100%;height:auto}</style>" + svg.decode())
            found += _faults_of_lines(picture)
        picture.close()
        return found


def _faults_of_lines(page: "Page") -> list[str]:
    lines = [Line(*line) for line in page.evaluate(_LINES)]
    figures = page.evaluate(_FIGURES)
    found = [f"out of its figure: {line.text!r}" for line in lines if line.figure >= 0 and line.leaves(figures)]
    return found + [f"{one.text!r} over {other.text!r}" for one, other in overlapping(lines)]


@dataclass(frozen=True)
class Line:
    """A line of text where it is painted; `figure` is the number of the SVG that it is in, or -1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    figure: int

    def leaves(self, figures: list[list[float]]) -> bool:
        left, top, right, bottom = figures[self.figure]
        return self.left < left - 1 or self.top < top - 1 or self.right > right + 1 or self.bottom > bottom + 1

    def covers(self, other: "Line") -> bool:
        """Whether they share more than the space above and below their letters."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 1 and down > 0.35 * min(self.bottom - self.top, other.bottom - other.top)


def overlapping(lines: list[Line]) -> Iterator[tuple[Line, Line]]:
    """Lines of text that are painted over each other."""
    waiting: list[Line] = []
    for line in sorted(lines, key=lambda one: one.top):
        waiting = [other for other in waiting if other.bottom > line.top]
        yield from ((other, line) for other in waiting if other.covers(line))
        waiting.append(line)


@contextmanager
def looking(browser: "Browser", path: Path, view: View, *, bypass_csp: bool = False) -> Iterator[Looked]:
    """The file in the browser, cut off from everything else."""
    context = browser.new_context(
        viewport={"width": view.width, "height": 900}, color_scheme=view.scheme, bypass_csp=bypass_csp
    )
    page = context.new_page()
    page.emulate_media(media=view.media, color_scheme=view.scheme)
    looked = Looked(page, view)
    own = path.resolve().as_uri()

    def ask(route: "Route", request: "Request") -> None:
        if request.url == own:
            route.continue_()
        else:
            looked.requests.append(request.url)
            route.abort()

    page.route("**/*", ask)
    page.on("console", lambda said: looked.console.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: looked.console.append(str(error)))
    page.on("websocket", lambda socket: looked.requests.append(socket.url))
    try:
        page.goto(own)
        yield looked
    finally:
        context.close()


def violations(looked: Looked, axe: str) -> list[dict[str, Any]]:
    """What axe-core finds wrong with the page. The page's content security policy must be bypassed for it to run."""
    looked.page.evaluate(axe)
    return list(
        looked.page.evaluate("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations")
    )


def told(violation: dict[str, Any]) -> str:
    """A violation in a line."""
    where = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
    return f"{violation['impact']}: {violation['help']} ({violation['id']}) at {where}"
