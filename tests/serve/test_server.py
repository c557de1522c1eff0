"""What the server answers, to whom; and that a screen outlives its page. No browser is needed: requests are."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

import aiohttp
import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestServer

from coder.errors import CoderError
from coder.serve.guard import Guard
from coder.serve.seats import Parting
from coder.serve.server import Server, Serving, _Page, hosts_of, is_loopback, listen
from tests.serve.echo_screen import FILE

ECHO = (sys.executable, "-S", str(Path(__file__).with_name("echo_screen.py")))


class Served:
    """A running server, and browsers that come to it."""

    def __init__(self, test_server: TestServer, guard: Guard, browsers: list[aiohttp.ClientSession]) -> None:
        self.guard = guard
        self.host = f"127.0.0.1:{test_server.port}"
        self.url = f"http://{self.host}"
        self._browsers = browsers

    def stranger(self) -> aiohttp.ClientSession:
        browser = aiohttp.ClientSession(self.url, cookie_jar=CookieJar(unsafe=True))
        self._browsers.append(browser)
        return browser

    async def browser(self) -> aiohttp.ClientSession:
        """A browser that came by a link."""
        browser = self.stranger()
        async with browser.get(f"/enter/{self.guard.new_link()}") as answer:
            assert answer.status == 200
        return browser

    async def page(self, browser: aiohttp.ClientSession, query: str = "?width=90&height=30") -> "Page":
        return Page(await browser.ws_connect(f"/ws{query}", origin=self.url))


class Page:
    """What the page does with its socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def says(self, *message: object) -> None:
        await self.socket.send_json(list(message))

    async def sees(self, begin: str) -> str:
        """The next thing drawn that begins so."""
        while True:
            message = await self.socket.receive(timeout=20)
            assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), message
            text = message.data.decode() if isinstance(message.data, bytes) else message.data
            if text.startswith(begin):
                return text

    async def is_let_go(self) -> tuple[int, str]:
        while True:
            message = await self.socket.receive(timeout=20)
            if message.type is aiohttp.WSMsgType.CLOSE:
                return message.data, message.extra
            assert message.type is not aiohttp.WSMsgType.CLOSED


@asynccontextmanager
async def serving(sessions: int = 2, keep: float = 60.0, argv: Sequence[str] = ECHO) -> AsyncIterator[Served]:
    listening = listen("127.0.0.1", 0)
    guard = Guard(hosts_of(listening))
    server = Server(Serving(argv, "<b>mine</b>\x1b[31m", listening.getsockname()[1], sessions, keep), guard)
    test_server = TestServer(server.application(), socket_factory=lambda *_: listening)
    browsers: list[aiohttp.ClientSession] = []
    await test_server.start_server()
    try:
        yield Served(test_server, guard, browsers)
    finally:
        await test_server.close()
        for browser in browsers:
            await browser.close()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as running:
        yield running


async def gone(pid: int) -> bool:
    """Whether a process ends."""
    for _ in range(400):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.02)
    return False


def pid_in(text: str) -> int:
    return int(text.rpartition("pid=")[2])


PATHS = ["/", "/ws", "/alive", "/page/page.js", "/page/textual.js", "/download/k1", "/static/", "/elsewhere"]


@pytest.mark.parametrize("path", PATHS)
async def test_without_a_cookie_nothing_is_shown(served, path):
    async with served.stranger().get(path, headers={"Origin": served.url}) as answer:
        assert answer.status == 403
        assert "press Enter" in await answer.text()


@pytest.mark.parametrize("path", [*PATHS, "/enter/{link}"])
async def test_a_foreign_origin_is_refused_even_with_the_cookie(served, path):
    browser = await served.browser()
    path = path.format(link=served.guard.new_link())
    for origin in ("http://evil.example", "null", "http://localhost:1", f"https://evil.example:{served.host[-5:]}"):
        async with browser.get(path, headers={"Origin": origin}) as answer:
            assert answer.status == 403


@pytest.mark.parametrize("path", [*PATHS, "/enter/{link}"])
async def test_a_foreign_host_is_refused_even_with_the_cookie(served, path):
    browser = await served.browser()
    path = path.format(link=served.guard.new_link())
    for host in ("evil.example", "127.0.0.1", f"evil.example:{served.host[-5:]}", ""):
        headers = {"Host": host, "Origin": f"http://{host}"}
        async with browser.get(path, headers=headers) as answer:
            assert answer.status == 403


async def test_a_socket_must_show_the_page_it_comes_from(served):
    browser = await served.browser()
    async with browser.get("/ws") as answer:
        assert answer.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await browser.ws_connect("/ws", origin="http://evil.example")
    assert refused.value.status == 403


async def test_a_link_works_once(served):
    link = served.guard.new_link()
    async with served.stranger().get(f"/enter/{link}") as answer:
        assert answer.status == 200
    async with served.stranger().get(f"/enter/{link}") as answer:
        assert answer.status == 403 and not answer.cookies


async def test_looking_at_a_links_head_does_not_spend_it(served):
    link = served.guard.new_link()
    async with served.stranger().head(f"/enter/{link}") as answer:
        assert answer.status == 405
    async with served.stranger().get(f"/enter/{link}") as answer:
        assert answer.status == 200


async def test_the_cookie_is_for_this_server_alone_and_out_of_reach_of_scripts_and_other_pages(served):
    async with served.stranger().get(f"/enter/{served.guard.new_link()}") as answer:
        (cookie,) = answer.cookies.values()
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and not cookie["max-age"] and not cookie["domain"]
    assert cookie.key.endswith(served.host.partition(":")[2])


@pytest.mark.parametrize("path", ["/", "/page/page.js", "/elsewhere"])
async def test_every_answer_says_that_nothing_leaves_and_nothing_frames_it(served, path):
    browser = await served.browser()
    async with browser.get(path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == ("private, no-cache" if "page/" in path else "no-store")
        assert "Server" not in answer.headers
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["default-src"] == "'none'" and directives["script-src"] == "'self'"
    assert directives["connect-src"] == f"'self' ws://{served.host} wss://{served.host}"
    assert directives["frame-ancestors"] == directives["base-uri"] == directives["form-action"] == "'none'"


async def test_the_page_names_no_other_host_and_its_title_is_inert(served):
    browser = await served.browser()
    async with browser.get("/") as answer:
        page = await answer.text()
    assert "<title>&lt;b&gt;mine&lt;/b&gt;\u241b[31m</title>" in page
    assert "//" not in page and "<script>" not in page


@pytest.mark.parametrize(
    "path", ["/page/", "/page/..%2fserver.py", "/page/../server.py", "/page/index.html", "/static/"]
)
async def test_only_the_files_of_the_page_are_given_out(served, path):
    browser = await served.browser()
    async with browser.get(path) as answer:
        assert answer.status == 404


async def test_a_screen_gets_the_pages_size_and_what_is_typed(served):
    page = await served.page(await served.browser())
    assert "90x30" in await page.sees("begun")
    await page.says("stdin", "é\ud83d")  # half a surrogate pair: it must not stop the screen
    assert "typed" in await page.sees("typed")
    await page.says("resize", {"width": 100, "height": 40})
    assert await page.sees("told") == 'told {"height": 40, "type": "resize", "width": 100}'


async def test_what_no_page_of_ours_says_changes_nothing(served):
    page = await served.page(await served.browser(), "?width=x&height=-7")
    assert "80x24" in await page.sees("begun")
    for message in ('"', "{}", "[]", "[1]", '["stdin"]', '["stdin", 7]', '["resize", {"width": "9"}]', "[" * 9999):
        await page.socket.send_str(message)
    await page.socket.send_bytes(b"\xff")
    await page.says("resize", {"width": 10**9, "height": 0})
    assert await page.sees("told") == 'told {"height": 4, "type": "resize", "width": 500}'


async def test_a_page_that_comes_back_finds_the_same_screen_drawn_anew(served):
    browser = await served.browser()
    page = await served.page(browser)
    pid = pid_in(await page.sees("begun"))
    await page.socket.close()
    again = await served.page(browser, "?width=70&height=20")
    assert await again.sees("told") == 'told {"height": 20, "type": "attach", "width": 70}'
    await again.says("stdin", "crash")
    assert await gone(pid)


async def test_a_second_page_of_the_same_browser_takes_over_and_the_first_is_told(served):
    browser = await served.browser()
    first = await served.page(browser)
    await first.sees("begun")
    second = await served.page(browser)
    assert (await first.is_let_go())[0] == Parting.ELSEWHERE
    await second.sees("told")
    await second.says("stdin", "on")
    assert await second.sees("typed") == "typed 'on'"


@pytest.mark.parametrize("patience", [0.3, 60.0])
async def test_a_page_that_does_not_read_holds_up_neither_the_screen_nor_who_takes_over(served, monkeypatch, patience):
    monkeypatch.setattr("coder.serve.server._PATIENCE", patience)
    monkeypatch.setattr("coder.serve.server._GOODBYE", 0.3)
    sending: list[bool] = []
    draw = _Page.draw

    async def watched(page: _Page, content: bytes) -> None:
        sending.append(True)
        await draw(page, content)
        sending.pop()

    monkeypatch.setattr(_Page, "draw", watched)
    browser = await served.browser()
    page = await served.page(browser)
    await page.says("stdin", "flood")
    await page.sees("x")  # and then never reads the rest of its twenty megabytes
    stuck = 0
    while stuck < 20:
        stuck = stuck + 1 if sending else 0
        await asyncio.sleep(0.01)
    again = await served.page(browser)
    await again.sees("told")
    await again.says("stdin", "on")
    assert await again.sees("typed") == "typed 'on'"


async def test_two_browsers_have_two_screens_and_a_third_is_refused_without_spending_its_link(served):
    first, second = await served.browser(), await served.browser()
    for browser in (first, second):
        await (await served.page(browser)).sees("begun")
    link = served.guard.new_link()
    late = served.stranger()
    async with late.get(f"/enter/{link}") as answer:
        assert answer.status == 503
        assert "--sessions" in await answer.text()
    leaving = await served.page(first)
    await leaving.sees("told")
    await leaving.says("stdin", "crash")
    await leaving.is_let_go()
    async with late.get(f"/enter/{link}") as answer:
        assert answer.status == 200


async def test_the_cap_holds_for_sockets_too():
    async with serving(sessions=1) as served:
        early, late = await served.browser(), await served.browser()
        await (await served.page(early)).sees("begun")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.page(late)
        assert refused.value.status == 503
        async with late.get("/") as answer:
            assert answer.status == 503


async def test_a_screen_that_nobody_comes_back_to_ends():
    async with serving(keep=0.05) as served:
        page = await served.page(await served.browser())
        pid = pid_in(await page.sees("begun"))
        await page.socket.close()
        assert await gone(pid)


async def test_a_page_is_told_when_the_coder_has_left_and_may_begin_again(served):
    browser = await served.browser()
    page = await served.page(browser)
    first = pid_in(await page.sees("begun"))
    os.kill(first, signal.SIGKILL)
    code, reason = await page.is_let_go()
    assert code == Parting.FAILED and "-9" in reason
    again = await served.page(browser)
    assert pid_in(await again.sees("begun")) != first


async def test_a_page_is_told_why_the_project_could_not_be_opened(served):
    page = await served.page(await served.browser())
    await page.says("stdin", "refuse")
    assert await page.is_let_go() == (Parting.FAILED, "No such project. Look again.")


async def test_a_page_is_told_when_the_screen_can_not_be_started():
    async with serving(argv=["/no/such/program"]) as served:
        page = await served.page(await served.browser())
        code, reason = await page.is_let_go()
    assert code == Parting.FAILED and "can't be started" in reason


async def test_stopping_the_server_ends_the_screens_and_tells_the_pages():
    async with serving() as served:
        page = await served.page(await served.browser())
        pid = pid_in(await page.sees("begun"))
        closing = asyncio.create_task(page.is_let_go())
    assert (await closing)[0] == Parting.STOPPED
    assert await gone(pid)


async def test_a_screen_that_hangs_is_ended_by_force(monkeypatch):
    monkeypatch.setattr("coder.serve.screen._PATIENCE", 0.1)
    async with serving() as served:
        page = await served.page(await served.browser())
        pid = pid_in(await page.sees("begun"))
        await page.says("stdin", "hang")
        await page.sees("hanging")
    assert await gone(pid)


async def test_a_file_is_downloaded_once_by_the_browser_whose_screen_offers_it(served):
    browser, other = await served.browser(), await served.browser()
    page = await served.page(browser)
    await page.says("stdin", "offer")
    assert await page.sees("[") == '["deliver_file_start", "k1"]'
    async with other.get("/download/k1") as answer:
        assert answer.status == 404
    async with browser.get("/download/k1") as answer:
        assert await answer.read() == b"P1,good\n"
        assert answer.content_type == "application/octet-stream"
        begin, _, name = answer.headers["Content-Disposition"].partition("filename*=UTF-8''")
    assert begin == "attachment; " and unquote(name) == FILE and name.isascii()
    async with browser.get("/download/k1") as answer:
        assert answer.status == 404


def test_a_port_that_is_taken_is_said_so():
    with listen("127.0.0.1", 0) as taken, pytest.raises(CoderError, match=r"Can't listen on 127\.0\.0\.1:"):
        listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_only_the_loopback_addresses_are_of_this_machine_alone(host, here):
    assert is_loopback(host) is here
