"""The server: the page, the socket between a page and its screen, the downloads; and what every request must show."""

import asyncio
import json
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import WSMsgType, web

from coder.domain.display import one_line
from coder.errors import CoderError, RefusedError
from coder.serve.guard import Guard
from coder.serve.screen import Size
from coder.serve.seats import Parting, Seats

_NO_LINK = """This page is shown only to a browser that came by a link from the terminal where `coder serve` runs,
and each link works once. For a new one press Enter in that terminal.
"""
_LONGEST_MESSAGE = 4 * 1024 * 1024  # a paste
_LONGEST_REASON = 120  # bytes, by the protocol
_HEARTBEAT = 15.0
_PATIENCE = 10.0  # seconds in which a page must take what is drawn
_GOODBYE = 2.0  # seconds for a page that is let go to say that it heard
_OURS = files("coder.serve").joinpath("page")
_TEXTUAL = files("textual_serve").joinpath("static")
_ASSETS = {
    "page.css": _OURS / "page.css",
    "page.js": _OURS / "page.js",
    "xterm.css": _TEXTUAL / "css" / "xterm.css",
    "textual.js": _TEXTUAL / "js" / "textual.js",
    "mono.ttf": _TEXTUAL / "fonts" / "RobotoMono-VariableFont_wght.ttf",
    "mono-italic.ttf": _TEXTUAL / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# The terminal makes its style sheets while it runs; they can't be named beforehand. Scripts are files of ours alone.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws://{host} wss://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Serving:
    """What is served, and how: the coding screen's command line, the page's title, how many screens, how long."""

    argv: Sequence[str]
    title: str
    port: int
    sessions: int = 4
    keep: float = 30 * 60.0


class Server:
    """The coding screen for the browsers that come by our links."""

    def __init__(self, serving: Serving, guard: Guard) -> None:
        self._guard = guard
        self._seats = Seats(serving.argv, serving.sessions, serving.keep)
        page = (_OURS / "index.html").read_text(encoding="utf-8")
        self._page = page.replace("{title}", escape(one_line(serving.title)))
        self._pages: set[_Page] = set()
        self._cookie = f"coder-{serving.port}"  # a browser has one set of cookies for all ports

    def application(self) -> web.Application:
        """The routes behind their guard."""
        app = web.Application(middlewares=[self._guarded])
        app.on_response_prepare.append(_harden)
        app.on_shutdown.append(self._stop)
        app.add_routes(
            [
                web.get("/enter/{link}", self._enter, allow_head=False),
                web.get("/", self._index),
                web.get("/alive", self._alive),
                web.get("/page/{name}", self._asset),
                web.get("/ws", self._socket, allow_head=False),
                web.get("/download/{key}", self._download, allow_head=False),
            ]
        )
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if not self._guard.is_host(request.host):
            return _refuse(f"coder serve does not answer for this host; allow it: --allow-host {request.host}\n")
        if origin is None and request.path == "/ws":
            return _refuse("A socket is for a page of this server.\n")
        if origin is not None and not self._guard.is_ours(origin, request.host):
            return _refuse("This is for pages of this server alone.\n")
        if not request.path.startswith("/enter/") and not self._guard.knows(self._cookie_of(request)):
            return _refuse(_NO_LINK)
        try:
            return await handler(request)
        except RefusedError as error:
            return web.Response(status=503, text=f"{error.message}\n{error.hint}\n")

    def _cookie_of(self, request: web.Request) -> str:
        return request.cookies.get(self._cookie, "")

    # --- pages ---------------------------------------------------------------------------------------

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        """The page itself, no redirect: from a link in another page a strict cookie would not come with that."""
        self._seats.make_room()  # before the link is spent
        cookie = self._guard.admit(request.match_info["link"])
        if cookie is None:
            return _refuse(_NO_LINK)
        answer = self._terminal()
        answer.set_cookie(self._cookie, cookie, path="/", httponly=True, samesite="Strict")
        return answer

    async def _index(self, request: web.Request) -> web.StreamResponse:
        self._seats.of(self._cookie_of(request))  # refuses where there is no room
        return self._terminal()

    def _terminal(self) -> web.Response:
        return web.Response(text=self._page, content_type="text/html")

    async def _alive(self, _: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        """A file of the page; none of them has anything of the project, so they may be kept."""
        asset = _ASSETS.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        return web.FileResponse(Path(str(asset)), headers={"Cache-Control": "private, no-cache"})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        screen = self._seats.of(self._cookie_of(request)).screen
        key = request.match_info["key"]
        name = screen.file_name(key) if screen is not None else None
        if screen is None or name is None:
            raise web.HTTPNotFound
        answer = web.StreamResponse()
        answer.content_type = "application/octet-stream"  # to keep, never to run as a page of ours
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        await answer.prepare(request)
        async for piece in screen.fetch(key):
            await answer.write(piece)
        await answer.write_eof()
        return answer

    # --- the socket ----------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        seat = self._seats.of(self._cookie_of(request))
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_LONGEST_MESSAGE)
        viewer = _Page(request, socket)
        await socket.prepare(request)
        self._pages.add(viewer)
        try:
            await seat.show(viewer, _size(request.query))
            async for message in socket:
                if message.type is not WSMsgType.TEXT or seat.screen is None:
                    continue
                match _parsed(message.data):
                    case ["stdin", str(text)]:
                        await seat.screen.typed(text)
                    case ["resize", {"width": int(), "height": int()} as size]:
                        await seat.screen.resize(_size(size))
                    case ["focus" | "blur" as change]:
                        await seat.screen.focus(change == "focus")
                    case ["ping", str(when)]:
                        await socket.send_json(["pong", when])
        finally:
            self._pages.discard(viewer)
            seat.leave(viewer)
        return socket

    async def _stop(self, _: web.Application) -> None:
        await self._seats.stop()
        await asyncio.gather(*(page.part(Parting.STOPPED) for page in self._pages))


class _Page:
    """The page at the other end of a socket. Sending raises ConnectionError where it is gone or does not read."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self._request = request
        self._socket = socket

    async def draw(self, content: bytes) -> None:
        await self._in_time(self._socket.send_bytes(content), _PATIENCE)

    async def offer(self, key: str) -> None:
        await self._in_time(self._socket.send_json(["deliver_file_start", key]), _PATIENCE)

    async def part(self, why: Parting, message: str = "") -> None:
        reason = message.encode(errors="replace")[:_LONGEST_REASON].decode(errors="ignore").encode()
        with suppress(ConnectionError):
            await self._in_time(self._socket.close(code=why, message=reason), _GOODBYE)

    async def _in_time(self, sending: Coroutine[Any, Any, object], patience: float) -> None:
        """Hang up if it takes longer: to cancel it would cancel whoever else waits for the same socket."""
        sent = asyncio.ensure_future(sending)
        done, _ = await asyncio.wait([sent], timeout=patience)
        if not done and self._request.transport is not None:
            self._request.transport.abort()
        await sent


async def _harden(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    host = request.host if all(c.isalnum() or c in ".:-[]" for c in request.host) else "invalid"
    response.headers["Content-Security-Policy"] = _POLICY.format(host=host)
    response.headers.popall("Server", None)


def _refuse(why: str) -> web.Response:
    return web.Response(status=403, text=why)


def _parsed(message: str) -> Any:
    with suppress(json.JSONDecodeError, RecursionError):
        return json.loads(message)
    return None


def _size(given: Any) -> Size:
    """The size that a page says it has; 80 by 24 where it says nothing of use."""
    try:
        return Size(int(given["width"]), int(given["height"]))
    except (KeyError, TypeError, ValueError):
        return Size(80, 24)


# --- where, and for how long ----------------------------------------------------------------------------


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def listen(host: str, port: int) -> socket.socket:
    """A socket on this address; port 0 takes one that is free. Raises CoderError where that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        where = f"{host}:{port}" if port else host
        raise CoderError(
            f"Can't listen on {where}: {error.strerror or error}.", hint="Without --port a free port is taken."
        ) from error


def hosts_of(listening: socket.socket) -> Sequence[str]:
    """The HOST:PORT under which browsers know a socket; the first is the one for links."""
    host, port = listening.getsockname()[:2]
    named = f"[{host}]" if ":" in host else host
    local = [f"localhost:{port}"] if is_loopback(host) else []
    return [f"{named}:{port}", *local]


async def run(server: Server, listening: socket.socket, begun: Callable[[], None]) -> None:
    """Serve until ctrl+c, SIGTERM or the terminal's end; then end all screens. `begun` is called once it answers."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with suppress(AttributeError, NotImplementedError):  # elsewhere ctrl+c cancels us
            loop.add_signal_handler(getattr(signal, name), stop.set)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        begun()
        await stop.wait()
    finally:
        await runner.cleanup()
