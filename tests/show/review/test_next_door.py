"""The second process: the same picture from there as from here, and one where it fails."""

from __future__ import annotations

import io
import pickle
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from aicost.show.review import next_door
from aicost.show.review.next_door import NextDoor, Order, drawn
from aicost.values.money import DOLLARS, Money, speak

FRAME = pd.DataFrame({"component": ["inference", "human review"], "usd": [900.0, 300.0]})
ORDER = Order("components_bar", FRAME.assign(share=FRAME["usd"] / 1_200), {}, DOLLARS)


@pytest.fixture(scope="module")
def here() -> next_door.Drawn:
    return drawn(ORDER)


@pytest.fixture(scope="module")
def shared() -> Iterator[NextDoor]:
    """One second process for tests that leave it as it is."""
    made = NextDoor()
    yield made
    made.close()


@pytest.fixture
def beside() -> Iterator[NextDoor]:
    made = NextDoor()
    yield made
    made.close()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be drawn in this process."""
    monkeypatch.setattr(next_door, "drawn", lambda order: pytest.fail("drawn here"))


def test_it_draws_what_would_be_drawn_here(
    here: next_door.Drawn, shared: NextDoor, alone: None
) -> None:
    assert [shared.draw(ORDER).result(), shared.draw(ORDER).result()] == [here, here]
    assert "75" in here.words
    assert [re.match(r"<svg .*?(?= vers)", svg) is not None for svg in here[1:]] == [True, True]
    assert here.wide != here.narrow


def test_it_speaks_the_currency_of_the_order(shared: NextDoor, alone: None) -> None:
    euros = Order(ORDER.chart, ORDER.frame, {}, Money("EUR", 2.0))
    dollars, other = shared.draw(ORDER).result(), shared.draw(euros).result()
    assert "$900" in dollars.wide
    assert "€450" in other.wide
    assert "$" not in other.wide


def test_a_process_that_was_killed_is_made_up_for(here: next_door.Drawn, beside: NextDoor) -> None:
    assert beside.draw(ORDER).result() == here
    process = beside._process
    assert process is not None
    process.kill()
    process.wait()
    assert beside.draw(ORDER).result() == here
    assert beside.draw(ORDER).result() == here


@pytest.mark.parametrize("program", ["/no/such/python", "", None])
def test_without_a_second_process_this_one_draws(
    here: next_door.Drawn, monkeypatch: pytest.MonkeyPatch, beside: NextDoor, program: str | None
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    beside.begin()
    assert beside.draw(ORDER).result() == here


def test_what_cannot_be_drawn_is_raised(shared: NextDoor) -> None:
    order = Order("components_bar", FRAME, {}, DOLLARS)
    with pytest.raises(ValueError, match="no column 'share'"):
        shared.draw(order).result()
    assert shared._process is not None


def test_it_reads_no_module_of_the_folder_it_is_called_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: NextDoor, alone: None
) -> None:
    for name in ("json.py", "numpy.py", "aicost.py"):
        (tmp_path / name).write_text("raise SystemExit('read')\n")
    monkeypatch.chdir(tmp_path)
    assert beside.draw(ORDER).result().wide


def test_nobody_waits_until_it_has_loaded(beside: NextDoor) -> None:
    beside.begin()
    beside._waiting.submit(lambda: None).result()
    process = beside._process
    assert process is not None
    beside.close()
    assert process.returncode == -signal.SIGKILL


def test_it_answers_order_by_order(here: next_door.Drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_door, "spare_the_unused", lambda: None)  # other tests want them
    wrong = Order("components_bar", FRAME, {}, DOLLARS)
    asked, told = io.BytesIO(b"".join(map(pickle.dumps, (ORDER, wrong, ORDER)))), io.BytesIO()
    next_door.serve(asked, told)
    told.seek(0)
    assert [pickle.load(told) for _ in range(3)] == [here, None, here]


@pytest.fixture(autouse=True)
def _dollars() -> None:
    speak(DOLLARS)
