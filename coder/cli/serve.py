"""coder serve: the coding screen in the browser."""

import asyncio
import os
import re
import sys
import webbrowser
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

import click

from coder.cli import options
from coder.cli.output import result, say
from coder.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable


def _hosts(_ctx: click.Context, _param: click.Parameter, hosts: tuple[str, ...]) -> tuple[str, ...]:
    for host in hosts:
        if not re.fullmatch(r"[\w.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?", host):
            raise click.BadParameter(f"{host!r} is no HOST or HOST:PORT.")
    return hosts


@click.command()
@options.project
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; without it one that is free.")
@click.option("--open/--no-open", "opens", default=None, help="Open the browser (else only on a desktop).")
@click.option("--sessions", type=click.IntRange(1, 64), default=4, show_default=True, help="Browsers at once.")
@click.option(
    "--keep",
    type=click.IntRange(0, 24 * 60),
    default=30,
    show_default=True,
    metavar="MINUTES",
    help="How long a screen waits for a browser that has gone.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--expose", is_flag=True, help="Allow a --host that other machines reach, without encryption.")
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    callback=_hosts,
    metavar="HOST[:PORT]",
    help="By which the browser asks for it, where that is not our own address (a forwarded port, a proxy).",
)
@options.coder
def serve(
    project: Path,
    port: int,
    opens: bool | None,
    sessions: int,
    keep: int,
    host: str,
    expose: bool,
    allowed: tuple[str, ...],
    coder_name: str | None,
) -> None:
    """Show the coding screen of a project in the browser of this machine, until ctrl+c.

    It prints a link that works once, in one browser; Enter prints another. A browser that is reloaded or loses its
    connection comes back to the screen as it was.

    \b
    From another machine, through ssh alone:
      here:   ssh -L 9000:127.0.0.1:8010 THERE
      there:  coder serve PROJECT --port 8010 --allow-host localhost:9000

    --expose serves other machines without encryption: whoever is on the network in between can read what
    participants wrote.
    """
    from coder import processes
    from coder.serve.guard import Guard
    from coder.serve.server import Server, Serving, hosts_of, is_loopback, listen, run
    from coder.store.project import open_project, project_path

    if not is_loopback(host) and not expose:
        raise RefusedError(
            f"{host} can be reached from other machines, and this server does not encrypt: others could read what "
            "participants wrote.",
            hint="Through ssh nobody can: coder serve --help says how. --expose does it all the same.",
        )
    if host in ("0.0.0.0", "::") and not allowed:
        raise click.UsageError(f"By which name do browsers ask for {host}? Say --port and --allow-host HOST:PORT.")
    with open_project(project):
        pass  # what is wrong with it is said here, not in a browser
    name = options.acting(coder_name, project)
    path = project_path(project).resolve()
    with listen(host, port) as listening, TemporaryDirectory(prefix="coder-") as folder:
        hosts = [*hosts_of(listening), *allowed]
        guard = Guard(hosts)
        argv = processes.command("coder.tui.served", str(path), name)
        serving = Serving(argv, f"{path.stem} · coder", listening.getsockname()[1], sessions, keep * 60.0)

        def print_link() -> str:
            link = f"http://{allowed[0] if allowed else hosts[0]}/enter/{guard.new_link()}"
            result(f"  {link}")
            return link

        def begun() -> None:
            whom = "this machine alone" if is_loopback(host) else "EVERY MACHINE THAT REACHES IT, UNENCRYPTED"
            say(f"coder serves {path.name} for {whom}; who acts is {name}. ctrl+c ends it.")
            link = print_link()
            again = " Enter prints another." if _on_enter(print_link) else ""
            say(f"The link works once, in one browser.{again}")
            if _on_desktop() if opens is None else opens:
                _open_browser(link, Path(folder))

        with suppress(KeyboardInterrupt):  # where ctrl+c can't be handled otherwise
            asyncio.run(run(Server(serving, guard), listening, begun))
    say("coder serve has ended.")


def _on_enter(do: "Callable[[], object]") -> bool:
    """Do something at each Enter in our terminal; whether there is one."""

    def entered() -> None:
        if os.tcgetpgrp(0) != os.getpgrp():
            return  # in the background: what is typed is for others
        if os.read(0, 4096):
            do()
        else:
            asyncio.get_running_loop().remove_reader(0)

    with suppress(OSError, NotImplementedError):
        if os.isatty(0):
            asyncio.get_running_loop().add_reader(0, entered)
            return True
    return False


def _on_desktop() -> bool:
    """Whether somebody sits before this very machine, and not in a program that captures what we print."""
    if not sys.stdout.isatty() or os.environ.get("SSH_CONNECTION"):
        return False
    elsewhere = sys.platform in ("win32", "darwin")
    return elsewhere or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_browser(link: str, folder: Path) -> None:
    """Through a file that only we can read: other users can see the arguments of our programs, and so a link there."""
    page = folder / "open.html"
    page.write_text(f'<meta http-equiv="refresh" content="0; url={link}">', encoding="utf-8")
    Thread(target=webbrowser.open, args=(page.as_uri(),), daemon=True).start()  # some wait until it is closed
