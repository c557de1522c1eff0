"""A real Chromium for the tests that look at pages."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A browser by itself calls home; what the page asks for must be all there is.
_QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def launched() -> Iterator["Browser"]:
    """Chromium without a window; what needs it is skipped where there is none.

    Playwright keeps a loop running meanwhile, which asynchronous tests can't bear: close it with their package.
    """
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright (the extra `dev`)")
    with sync_api.sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        if found is None and not own.exists():
            pytest.skip("needs Chromium (apt install chromium, or playwright install chromium)")
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=found or own, args=[*_QUIET, *root])
        try:
            yield browser
        finally:
            browser.close()
