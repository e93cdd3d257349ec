"""The stopwatch takes the fastest round, and says a step only where there is one."""

import time

import numpy as np
import pytest

from aicost.show.workshop.stopwatch import fastest, step_words


def test_the_time_is_that_of_one_run() -> None:
    def work() -> None:
        end = time.process_time() + 0.002
        while time.process_time() < end:
            pass

    assert 0.002 <= fastest(work) < 0.004


def test_a_clock_that_ticks_too_slowly_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class Coarse:
        resolution = 0.0156

    monkeypatch.setattr(time, "get_clock_info", lambda name: Coarse)
    monkeypatch.setattr(time, "process_time", lambda: 0.0)
    assert fastest(lambda: sum(range(1_000))) > 0


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_step_is_said_where_it_is(at: int) -> None:
    size = np.array([0.5, 2.0, 8.0, 32.0, 128.0])
    each = np.where(np.arange(5) < at, 10.0, 40.0)
    words = step_words(megabytes=size, nanoseconds=each, what="a vector")
    assert words.startswith(f"Up to {size[at - 1]:g} MB a vector takes about 10 ns, ")
    assert f"from {size[at]:g} MB on about 40 ns: 4 times as long." in words


@pytest.mark.parametrize("each", [[9, 9, 9], [20, 10, 9], [9, 10, 11], [11, 8, 10]])
def test_no_step_is_said_where_there_is_none(each: list[float]) -> None:
    words = step_words(megabytes=[1, 4, 16], nanoseconds=each, what="a visit")
    took = f"{min(each)} to {max(each)} ns"
    assert words == f"From 1 to 16 MB a visit takes {took}: no step shows on this machine."
