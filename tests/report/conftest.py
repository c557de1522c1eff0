"""What it takes to look at reports: a browser, axe-core, a word processor."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.chromium import launched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_AXE = "4.14.1"


@pytest.fixture(scope="package")
def chromium() -> Iterator["Browser"]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, which npm brings once and pytest's cache keeps."""
    kept = request.config.cache.mkdir("axe-core") / f"axe-{_AXE}.min.js"
    if not kept.exists():
        if (npm := shutil.which("npm")) is None:
            pytest.skip("needs axe-core, which npm brings (apt install npm)")
        folder = tmp_path_factory.mktemp("axe")
        wanted = ["--prefix", str(folder), "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
        try:
            subprocess.run(
                [npm, "install", *wanted, f"axe-core@{_AXE}"], capture_output=True, text=True, timeout=120, check=True
            )
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"axe-core {_AXE} can't be had from npm: {error}")
        shutil.move(folder / "node_modules" / "axe-core" / "axe.min.js", kept)
    return kept.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def to_pdf(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Convert a document to PDF as LibreOffice prints it."""
    office = next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), None)
    if office is None:
        pytest.skip("needs LibreOffice (apt install libreoffice-writer-nogui)")
    profile = tmp_path_factory.mktemp("office")

    def convert(document: Path) -> Path:
        command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf"]
        ran = subprocess.run(
            [*command, "--outdir", str(document.parent), str(document)],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        made = document.with_suffix(".pdf")
        assert made.exists(), ran.stdout + ran.stderr
        return made

    return convert


@pytest.fixture(scope="session")
def pages_of() -> Callable[[Path], list[str]]:
    """The text of a PDF, page by page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext (apt install poppler-utils)")

    def read(pdf: Path) -> list[str]:
        command = ["pdftotext", "-layout", "-enc", "UTF-8", str(pdf), "-"]
        text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        return text.split("\f")[:-1]

    return read
