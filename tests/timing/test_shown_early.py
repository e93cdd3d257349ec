"""Whose first word a user sees, and what showing it early saves."""

from __future__ import annotations

import pytest
from cases import written
from timed_systems import WRITES, system, takes

from aicost.timing.shown_early import first_word

LOOP = f"g: {{loop: {{rounds: 3, steps: {{b: {takes()}}}}}}}"


def test_the_last_step_is_judged_and_not_one_inside_a_loop() -> None:
    """It begins after one second and writes for another; the loop before it takes three."""
    found = first_word(written(system(LOOP, WRITES)))
    assert (found.steps, found.writing, found.shown) == (("a",), ("a",), True)
    assert float(found.early.quantile(0.5)) == pytest.approx(4.0, rel=1e-3)
    assert found.gained == pytest.approx(1.0, rel=1e-3)
    assert "for last is 'a'. Showing it" in found.sentence
    assert len(found.rows().rows) == 2


def test_what_the_file_does_not_show_is_said() -> None:
    found = first_word(written(system(WRITES.replace("ttft: 1", "ttft: 1, streams: no"))))
    assert not found.shown
    assert "which the file does not do" in found.sentence
    assert found.gained == pytest.approx(1.0, rel=1e-3)


@pytest.mark.parametrize(
    ("stages", "more", "expected"),
    [
        ((WRITES, LOOP), "", "for last is a loop"),
        ((WRITES, f"b: {takes()}"), "", "for last is 'b', which is there all at once"),
        ((WRITES,), "goals: {done_within: 8 h}\n", "Nobody waits for a first word here"),
    ],
)
def test_where_there_is_nothing_to_show(stages: tuple[str, ...], more: str, expected: str) -> None:
    found = first_word(written(system(*stages) + more))
    assert expected in found.sentence
    assert not found.rows().rows
