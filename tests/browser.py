"""A browser without a screen, where this machine has one."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@contextmanager
def browser() -> Iterator[Callable[..., Any]]:
    """Yield what opens a page in a tab of its own. Skips where there is no browser."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no browser is installed: none of {', '.join(NAMES)}")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])

        def open_page(page: Path, width: int = 1_200, **look: Any) -> Any:
            tab = started.new_page(viewport={"width": width, "height": 900}, **look)
            tab.goto(page.resolve().as_uri(), wait_until="networkidle")
            return tab

        yield open_page
        started.close()
