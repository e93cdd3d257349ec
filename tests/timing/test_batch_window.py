"""Work that is due by a time."""

from __future__ import annotations

import pytest
from cases import written
from timed_systems import chat

from aicost.timing.batch_window import night


def test_a_night_is_its_work_over_its_window() -> None:
    text = chat("output_tokens: 500, limits: {tokens_per_minute: 50_000}, batch: no")
    found = night(written(text + "goals: {done_within: 8 h}\n"))
    assert found is not None
    assert found.requests == pytest.approx(50_000 / (365 / 12))
    assert found.work[0].tokens == pytest.approx(found.requests * 1_000)
    assert found.least_hours == pytest.approx(found.requests * 1_000 / 50_000 / 60)
    assert found.due.startswith("a night's work: 8 h, says ")
    assert found.requests_per_s == pytest.approx(found.requests / 8 / 3_600)


def test_only_working_nights_share_the_work() -> None:
    text = chat("output_tokens: 500", traffic="profile: office")
    found = night(written(text + "goals: {done_within: 8 h}\n"))
    assert found is not None
    assert found.requests == pytest.approx(50_000 / (365 / 12 * 5 / 7))


@pytest.mark.parametrize(
    ("minute", "hours", "promised"), [(50_000, 8, True), (1_000, 8, False), (1_000, 30, True)]
)
def test_it_is_promised_where_the_limits_allow_it(minute: int, hours: int, promised: bool) -> None:
    """1.64 million tokens a night take 0.55 hours at 50,000 a minute, 27.4 at 1,000."""
    text = chat(f"output_tokens: 500, limits: {{tokens_per_minute: {minute}}}")
    found = night(written(text + f"goals: {{done_within: {hours} h}}\n"))
    assert found is not None
    assert found.promised is promised
    (work,) = found.work
    assert work.tokens_per_minute(found.least_hours) == pytest.approx(minute)


def test_work_that_is_never_due_has_no_night() -> None:
    assert night(written(chat("output_tokens: 500"))) is None
