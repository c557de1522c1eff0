"""coder serve on the command line: where it listens, the links it prints, how it ends."""

import os
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.cli.commands import coder
from tests.projects import project_of

pexpect = pytest.importorskip("pexpect", reason="needs a POSIX terminal")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_of(tmp_path, {"P1": "Kind staff"})


@pytest.fixture
def start(project):
    """Start it on the project, in a terminal."""
    started = []

    def begin(*options: str, **variables: str):
        arguments = ["-m", "coder", "serve", str(project), "--no-open", *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "300", **variables}
        started.append(pexpect.spawn(sys.executable, arguments, env=environment, encoding="utf-8", timeout=20))
        return started[-1]

    yield begin
    for child in started:
        child.close(force=True)


def link_in(child) -> str:
    child.expect(r"(http://\S+)\r\n")
    return str(child.match[1])


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_it_says_for_whom_and_as_whom_and_prints_a_link(start):
    child = start("--coder", "Ana")
    child.expect("small.coder for this machine alone; who acts is Ana. ctrl.c ends it")
    link = link_in(child)
    child.expect("works once, in one browser. Enter prints another")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/enter/[\w-]{43}", link)
    assert status(link) == 200 and status(link) == 403


def test_each_enter_prints_another_link_and_the_unused_one_is_void(start):
    child = start()
    first = link_in(child)
    child.expect("Enter prints another")
    child.send("\r")
    second = link_in(child)
    assert first != second
    assert status(first) == 403 and status(second) == 200


@pytest.mark.parametrize("how", ["\x03", "SIGTERM", "SIGHUP"])
def test_ctrl_c_or_a_signal_ends_it(start, how):
    import signal

    child = start()
    child.expect("Enter prints another")
    if how == "\x03":
        child.send(how)
    else:
        child.kill(getattr(signal, how))
    child.expect("coder serve has ended")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0


def test_the_link_is_for_the_host_by_which_the_browser_asks(start):
    child = start("--allow-host", "localhost:9000")
    assert link_in(child).startswith("http://localhost:9000/enter/")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_an_address_that_others_reach_is_refused_with_the_reason(project, host):
    ran = coder("serve", project, "--host", host, "--no-open")
    assert ran.status == 1
    assert "does not encrypt" in ran.err and "--expose" in ran.err and "ssh" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("host", ["http://localhost:9000", "localhost:9000/x", "a b", "", "localhost:x"])
def test_a_host_is_a_name_and_a_port_alone(project, host):
    ran = coder("serve", project, "--no-open", "--allow-host", host)
    assert ran.status == 2 and "HOST:PORT" in ran.err


def test_all_addresses_at_once_have_no_name_for_the_link(project):
    ran = coder("serve", project, "--no-open", "--host", "0.0.0.0", "--expose")
    assert ran.status == 2 and "--allow-host" in ran.err


def test_a_project_that_is_not_there_is_said_at_once(tmp_path):
    ran = coder("serve", tmp_path / "nowhere.coder", "--no-open")
    assert ran.status == 1 and "nowhere.coder" in ran.err and ran.out == ""


def test_a_port_that_is_taken_is_said(project):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = coder("serve", project, "--no-open", "--port", taken.getsockname()[1])
    assert ran.status == 1 and "Can't listen on 127.0.0.1" in ran.err


def test_the_browser_is_opened_by_a_file_so_that_no_program_has_the_link_among_its_arguments(start, project):
    opener = project.parent / "opener"
    opener.write_text('#!/bin/sh\necho "ARGUMENT $1"\nexec cat "${1#file://}"\n')
    opener.chmod(0o755)
    child = start("--open", BROWSER=str(opener))
    link = link_in(child)
    child.expect(r"ARGUMENT file://\S+/open.html")
    child.expect(re.escape(f"url={link}"))


def test_the_help_of_coder_loads_no_web_server():
    import subprocess

    check = (
        "import sys; from coder.cli.main import main\ntry: main()\nexcept SystemExit: print('aiohttp' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", check, "serve", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ran.stdout.rstrip().endswith("False") and "ssh -L" in ran.stdout
