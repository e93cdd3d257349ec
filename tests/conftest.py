"""What several tests share: where the reference files are, and figures in the closing summary."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from places import ROOT

from aicost.values.money import DOLLARS, speak

# A busy machine is not a failure. Where CI is set, hypothesis loads its own repeatable profile.
if "CI" not in os.environ:
    settings.register_profile("local", deadline=None)
    settings.load_profile("local")


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not among what was imported: that was a tenth of all time."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 10)


@pytest.fixture(scope="session")
def reference_dir() -> Path:
    """The case files that formulas are held against: $AICOST_REFERENCE, else ../shared/reference.

    They are not shipped with the kit; a test that needs them is skipped where they are absent.
    """
    named = os.environ.get("AICOST_REFERENCE")
    folder = Path(named) if named else ROOT.parent / "shared" / "reference"
    if named and not folder.is_dir():
        pytest.fail(f"AICOST_REFERENCE names no folder: {folder}")
    if not folder.is_dir():
        pytest.skip("the reference case files are not here; set AICOST_REFERENCE to their folder")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded with `record_property("figure", text)`, also when they passed."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    figures = sorted(
        text for report in reports for name, text in report.user_properties if name == "figure"
    )
    if figures:
        terminalreporter.section("figures")
        for text in figures:
            terminalreporter.line(text)


@pytest.fixture(autouse=True)
def _dollars_again() -> Iterator[None]:
    """Let no test speak the currency of the one before it."""
    yield
    speak(DOLLARS)
