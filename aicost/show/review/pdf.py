"""A page printed to a PDF by the browser that is on this machine; none is fetched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
MOST_SECONDS = 60
#: Without a window, and without a network: the page has all that it shows.
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
REMEDY = "open index.html in a browser and print it there"


class PdfError(ValueError):
    """Why a page could not be printed, in one line."""


def browser() -> str:
    """The program of a browser that can print. Raises PdfError where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise PdfError(f"--pdf: no browser is found (Chromium, Chrome or Edge); {REMEDY}")
    return found


def print_page(page: str, pdf: Path, program: str, seconds: float = MOST_SECONDS) -> None:
    """Print a page to a file, with all that is folded on it open.

    Raises PdfError where the browser does not do it in time.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy, made = Path(folder, "page.html"), Path(folder, "page.pdf")
        copy.write_text(re.sub(r"<details(?! class)", "<details open", page), encoding="utf-8")
        root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []  # else it stops
        told = [f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}", copy.as_uri()]
        try:
            subprocess.run(
                [program, *FLAGS, *root, *told],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            wrong = f"{Path(program).name} did not print it within {seconds:g} s"
            raise PdfError(f"--pdf: {wrong}; {REMEDY}") from None
        except OSError as problem:
            why = (problem.strerror or "it cannot be run").lower()
            raise PdfError(f"--pdf: {Path(program).name}: {why}; {REMEDY}") from None
        if not made.is_file() or not made.read_bytes().startswith(b"%PDF-"):
            raise PdfError(f"--pdf: {Path(program).name} printed nothing; {REMEDY}")
        shutil.copyfile(made, pdf)
