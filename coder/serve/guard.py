"""Who may speak to the server: browsers that came by a link we printed, asking for this very host.

A server on the loopback address is open to every page that the browser shows and to every user of the machine. A page
from elsewhere is told by its Origin, a name that was bent to our address (DNS rebinding) by its Host, another user or
program by having no cookie.
"""

import secrets
from collections.abc import Iterable


class Guard:
    """Knows the hosts that are ours, the one link that is still good, and the browsers that came by a link."""

    def __init__(self, hosts: Iterable[str]) -> None:
        """`hosts` are all HOST:PORT by which browsers may ask for us."""
        self._hosts = frozenset(host.lower() for host in hosts)
        self._link: str | None = None
        self._browsers: set[str] = set()

    def new_link(self) -> str:
        """The secret part of a link that works once; an older one that was not used is void."""
        self._link = secrets.token_urlsafe(32)
        return self._link

    def admit(self, link: str) -> str | None:
        """The cookie of a browser that comes by the link, or None where the link is not good (any more)."""
        if self._link is None or not _same(link, self._link):
            return None
        self._link = None
        cookie = secrets.token_urlsafe(32)
        self._browsers.add(cookie)
        return cookie

    def knows(self, cookie: str) -> bool:
        """Whether a cookie is one of ours."""
        return any(_same(cookie, known) for known in self._browsers)

    def is_host(self, host: str) -> bool:
        """Whether a request's Host is one of ours."""
        return host.lower() in self._hosts

    def is_ours(self, origin: str, host: str) -> bool:
        """Whether a request's Origin is a page of ours: of the host that it asks for, which must be one of ours."""
        scheme, _, asking = origin.lower().partition("://")
        return scheme in ("http", "https") and self.is_host(host) and asking == host.lower()


def _same(given: str, known: str) -> bool:
    return secrets.compare_digest(given.encode(errors="replace"), known.encode())
