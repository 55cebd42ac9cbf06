"""A real browser that reaches nothing but this machine.

`browser_page` runs a test twice, on a phone's width and on a desk's. `open_page` opens pages of any
width, colour scheme or with scripts off.
"""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844}

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run: the installed one, else Playwright's own."""
    installed = next((path for path in map(shutil.which, NAMES) if path), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=installed, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages; `width` in pixels, the rest as for Playwright's `new_context`."""
    contexts = []

    def open_one(width: int = DESK, height: int | None = None, **options: Any) -> Page:
        size = {"width": width, "height": height or HEIGHTS.get(width, 800)}
        context = browser.new_context(viewport=size, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def browser_page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """An empty page, on a phone's width and on a desk's."""
    return open_page(width=request.param)
