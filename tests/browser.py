"""Chromium, where it is installed: the real browser in which people read the board."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.office import REQUIRED


def needs_chromium() -> str:
    """Return Debian's Chromium; skip the test, saying why, where it is absent."""
    found = shutil.which("chromium")
    if found is None:
        reason = "cần chromium: không có trên máy này"
        if REQUIRED:
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium without a window, and end it.

    While it runs this thread has an event loop: no test that starts one of its own may run.
    Fixtures of it are therefore of a module at the widest.
    """
    program = needs_chromium()
    with sync_playwright() as playwright:
        # Root, as in a container, has no sandbox; what is opened is our own.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
