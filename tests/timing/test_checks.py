"""What in the times of a file is wrong, or does not fit together."""

from __future__ import annotations

import pytest
from cases import written
from timed_systems import CALL, chat, system, takes

from aicost.scenario.problems import ScenarioError
from aicost.timing.checks import doubts
from aicost.timing.report import latency, notes


@pytest.mark.parametrize(("retry", "found"), [("4 %", 1), ("5 %", 0)])
def test_more_late_calls_than_are_said_to_be_tried_again(retry: str, found: int) -> None:
    call = "output_tokens: 1, seconds: {p50: 1, p95: 2}"
    problems = doubts(written(chat(f"{call}, timeout: {{after: 2 s}}, retry: {retry}")))
    assert len(problems) == found
    for problem in problems:
        assert problem.key == "answer.timeout"
        assert "5 % of calls take longer than 2 s, more than the 4 %" in problem.wrong


@pytest.mark.parametrize(("share", "found"), [("2 %", 1), ("10 %", 0)])
def test_more_late_calls_than_go_to_the_fallback(share: str, found: int) -> None:
    seconds, late = "{p50: 1, p95: 2}", "timeout: {after: 2 s, fallback: quick}"
    text = system(f"a: {takes(seconds, late)}", f"quick: {takes('1', f'of: a, share: {share}')}")
    problems = doubts(written(text))
    assert [problem.key for problem in problems] == ["a.timeout"] * found
    for problem in problems:
        assert "more than the 2 % that quick is said to answer" in problem.wrong
        assert problem.remedy == "set quick.share to it, or wait longer"


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (
            chat(f"{CALL}, timeout: {{after: 8 s, fallback: quick}}"),
            "answer.timeout.fallback",
            "no stage 'quick' after it",
        ),
        (chat(f"{CALL}, timeout: {{fallback: quick}}"), "answer.timeout.after", "it is missing"),
        (
            chat(CALL) + "goals: {abandonment: {8 s: 10 %, 3 s: 40 %}}\n",
            "goals.abandonment",
            "let seconds and shares rise",
        ),
        (chat(CALL) + "goals: {abandonment: 10 %}\n", "goals.abandonment", "needs seconds"),
        (
            chat(f"{CALL}, limits: {{requests_per_second: 3}}"),
            "answer.limits.requests_per_second",
            "no such key",
        ),
    ],
)
def test_a_mistake_is_one_clear_line(text: str, key: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        written(text)
    problems = [p for p in caught.value.problems if p.key == key]
    assert problems
    assert any(words in f"{p.wrong}; {p.remedy}" for p in problems)


def test_what_becomes_of_calls_that_are_given_up_is_said() -> None:
    found = {}
    for more in ("timeout: {after: 2 s}", "timeout: {after: 2 s}, retry: 20 %"):
        times = latency(written(chat(f"{CALL}, {more}")))
        assert times is not None
        found[more] = [note for note in notes(times) if "given up" in note]
    (plain,), (again,) = found.values()
    assert "are given up after 2 s. No fallback is named: what is given up for good has no" in plain
    assert "are given up after 2 s, and 20 % are tried again. No fallback is named" in again
