"""A real browser for tests of pages: quiet, headless, and alone.

Whoever imports this is skipped where there is no library that drives one; `NEEDED` are the marks
of a module that wants it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install upgrader[browser]"
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

NEEDED = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]

NARROW, DESK = {"width": 400, "height": 800}, {"width": 1100, "height": 900}

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""A browser that asks the network for nothing by itself."""


@contextmanager
def opened() -> Iterator[Any]:
    """A browser, closed in the end."""
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*_QUIET])
        yield browser
        browser.close()


class Reader:
    """Somebody who opens a page: what it asked for, and what went wrong in it."""

    def __init__(self, context: Any, path: Path) -> None:
        self.path = path
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda fault: self.wrong.append(str(fault)))
        self.page.on("console", lambda said: self.wrong.append(said.text))
        self.page.goto(path.as_uri())
