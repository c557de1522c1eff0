"""What the browser may not do, and the way through a forwarded port that breaks."""

import signal
import socket
import threading
from contextlib import suppress

import pytest

from tests.browser.conftest import Server, Tab

TEXTS = {"P1": "The staff were kind.", "P2": "Good food"}


class Relay:
    """A forwarded port, as ssh -L makes it; it can be cut."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self.port = 0

    def to(self, port: int) -> None:
        self.port = port
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End all connections."""
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def close(self) -> None:
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                there = socket.create_connection(("127.0.0.1", self.port))
                self._open += [here, there]
                for source, target in ((here, there), (there, here)):
                    threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def relay():
    relay = Relay()
    yield relay
    relay.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_through_a_forwarded_port_that_breaks_the_page_comes_back_by_itself(serve, context, relay):
    port = free_port()
    server = serve(TEXTS, ["Kindness"], ["--port", str(port), "--allow-host", relay.host])
    relay.to(port)
    tab = Tab(context.new_page())
    tab.page.goto(server.link)
    tab.wait("The staff were kind", "nothing selected")
    assert tab.hosts == {relay.host}
    tab.press("Enter")
    tab.wait("Good food", "2/2")
    with tab.page.expect_navigation():
        relay.cut()
    tab.wait("Good food", "2/2", "reviewed 1 of 2")
    assert len(server.screens()) == 1
    tab.press("u")
    tab.wait("The staff were kind", "1/2")


def test_a_page_from_elsewhere_reaches_nothing(serve, context):
    server = serve(TEXTS, ["Kindness"])
    ours = Tab(context.new_page())
    ours.page.goto(server.link)
    ours.wait("nothing selected")
    context.route(
        "http://evil.test/*", lambda route: route.fulfill(body="<title>evil</title>", content_type="text/html")
    )
    evil = context.new_page()
    evil.goto("http://evil.test/")
    answers: list[int] = []
    evil.on("response", lambda response: answers.append(response.status))
    ended = evil.evaluate(
        """(host) => new Promise((resolve) => {
            const socket = new WebSocket(`ws://${host}/ws`);
            socket.onopen = () => resolve("open");
            socket.onerror = () => resolve("refused");
        })""",
        server.host,
    )
    read = evil.evaluate(
        "(host) => fetch(`http://${host}/`, {credentials: 'include'}).then(() => 'read', () => 'refused')", server.host
    )
    assert (ended, read) == ("refused", "refused")
    assert set(answers) <= {403}
    assert "Opened" not in ours.screen() and ours.page.is_hidden("#notice")


def test_a_link_can_be_followed_from_another_page(serve, context):
    """As from a terminal that is itself a page: the browser sends no strict cookie with what comes from there."""
    server = serve(TEXTS, ["Kindness"])
    link = f"<a href='{server.link}'>coder</a>"
    context.route("http://terminal.test/*", lambda route: route.fulfill(body=link, content_type="text/html"))
    tab = Tab(context.new_page())
    tab.page.goto("http://terminal.test/")
    tab.page.click("a")
    tab.wait("The staff were kind", "nothing selected")
    tab.page.reload()
    tab.wait("The staff were kind", "nothing selected")


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
def test_even_with_the_cookie_a_foreign_origin_or_host_is_refused(serve, context, headers):
    server = serve(TEXTS)
    assert context.request.get(server.link).status == 200
    assert context.request.get(f"http://{server.host}/alive").status == 204
    for path in ("", "ws", "alive", "page/page.js"):
        assert context.request.get(f"http://{server.host}/{path}", headers=headers).status == 403


def test_a_link_works_once_and_a_browser_without_a_cookie_is_refused(serve, context, chromium):
    server = serve(TEXTS)
    tab = Tab(context.new_page())
    tab.page.goto(server.link)
    tab.wait("The staff were kind")
    assert tab.page.url == f"http://{server.host}/"
    with chromium.new_context() as other:
        page = other.new_page()
        for url in (server.link, f"http://{server.host}/", f"http://{server.host}/page/textual.js"):
            answer = page.goto(url)
            assert answer is not None and answer.status == 403
            assert "press Enter" in page.inner_text("body")


def test_what_is_copied_reaches_the_clipboard(serve, context):
    server = serve({"P1": "अच्छा खाना 👍🏽 it was"}, ["Food"])
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = Tab(context.new_page())
    tab.page.goto(server.link)
    tab.wait("it was", "nothing selected")
    tab.press("w", "Shift+W")
    tab.wait("selected “खाना”")
    tab.press("C")
    tab.page.wait_for_function("async () => (await navigator.clipboard.readText()) === 'खाना'", timeout=5000)


def test_the_pages_title_shows_the_projects_name_as_text(serve, context):
    server = serve(TEXTS)
    tab = Tab(context.new_page())
    tab.page.goto(server.link)
    assert tab.page.title() == "small · coder"


def test_a_page_says_when_the_server_that_answers_is_another_one(serve, context):
    port = free_port()
    first = serve(TEXTS, ["Kindness"], ["--port", str(port)])
    tab = Tab(context.new_page())
    tab.page.goto(first.link)
    tab.wait("The staff were kind")
    first.stop(signal.SIGKILL)
    assert "connection is lost" in tab.notice()
    anew = Server(first.project, "--port", str(port))
    try:
        tab.page.wait_for_selector("#message:has-text('started anew')")
        tab.page.goto(anew.link)
        tab.wait("The staff were kind", "nothing selected")
    finally:
        anew.stop()
