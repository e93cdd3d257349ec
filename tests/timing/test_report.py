"""What a review says of time: words, tables and picture say the same."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from cases import sample, shows_well, written
from places import SAMPLES
from random_times import timed_text
from timed_systems import TRAFFIC, system, takes

from aicost.scenario.pipeline import Parallel
from aicost.show.review import times as shown
from aicost.timing.call_times import timed
from aicost.timing.checks import doubts
from aicost.timing.percentiles import answer_time
from aicost.timing.report import (
    Times,
    answer_words,
    even_words,
    latency,
    load_words,
    notes,
    remedy_words,
)
from aicost.timing.waits import peak_waits
from aicost.timing.walk import Conditions
from aicost.values.formatting import seconds_words
from aicost.values.table import Table


@pytest.fixture(scope="module")
def told() -> dict[str, Times]:
    """The times of each sample by its name."""
    found = {path.stem: latency(sample(path.stem)) for path in SAMPLES}
    return {name: times for name, times in found.items() if times is not None}


def heads(table: Table) -> list[str]:
    """The headings of a table."""
    return [column.name for column in table.columns]


def words_of(times: Times) -> str:
    said = (answer_words(times), load_words(times), *notes(times), remedy_words(times))
    return " ".join(said)


# ---- the samples


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_the_times_of_a_sample_show_well(told: dict[str, Times], path: Path) -> None:
    times = told[path.stem]
    shows_well(times)
    assert times.sentence == answer_words(times)
    for table in (times.stage_rows(), times.remedy_rows(), times.assumed_rows()):
        assert all(len(row.cells) == len(table.columns) for row in table.rows)
        assert len(table.texts()) == len(table.rows)
    assert [row.of for row in times.stage_rows().rows] == [*times.stages]
    assert [row.of for row in times.remedy_rows().rows] == [*times.remedies]
    assert len(times.assumed_rows().rows) == len(times.assumed)


def test_the_picture_says_the_same_seconds_as_the_words(told: dict[str, Times]) -> None:
    for each in told.values():
        curves = shown.curves(each)
        words = curves.caption or curves.wide
        assert seconds_words(each.now.whole[1]) in words


def test_where_the_whole_answer_comes_at_once_no_first_word_is_told(
    told: dict[str, Times],
) -> None:
    claims = told["claims-review"]
    assert heads(claims.rows()) == ["claims", "p50", "p95", "p99"]
    assert heads(claims.remedy_rows()) == ["Remedy, one at a time", "p50", "p95", "a month"]
    assert "first word" not in answer_words(claims) + load_words(claims) + remedy_words(claims)
    search = told["contract-search-billed"]
    assert heads(search.rows())[1:5] == ["calls served", "first p50", "first p95", "first p99"]
    assert "The first word is there within" in answer_words(search)


def test_sizes_of_the_same_times_are_one_row(told: dict[str, Times]) -> None:
    assert [row.cells[0] for row in told["help-desk"].rows().rows] == ["at every size"]
    claims = told["claims-review"]
    assert len(claims.rows().rows) == len(claims.sizes)


def sizes_of(times: Times) -> list[str]:
    return [f"{speed.usage:,.0f}" for speed in times.sizes]


def test_the_percentile_that_changes_most_with_size_is_named(told: dict[str, Times]) -> None:
    claims = told["claims-review"]
    p99 = [seconds_words(speed.whole[2]) for speed in claims.sizes]
    whole = [speed.whole[2] for speed in claims.sizes]
    ends = sorted((int(np.argmin(whole)), int(np.argmax(whole))))
    (first, then), (usage, later) = ([col[i] for i in ends] for col in (p99, sizes_of(claims)))
    assert f"{first} at {usage} claims, {then} at {later}" in load_words(claims)


def test_a_budget_column_stands_only_beside_a_budget(told: dict[str, Times]) -> None:
    claims, search = told["claims-review"], told["contract-search-billed"]
    assert "left of" not in " ".join(heads(claims.stage_rows()))
    assert heads(search.stage_rows())[-1] == "left of 8 s"
    assert heads(shown.budget_table(search))[-1] == "left of 8 s"


def test_few_hits_are_told_as_one_in_so_many(told: dict[str, Times]) -> None:
    even = told["research-agent"].even
    assert even is not None
    assert f"one request in {round(1 / even.needed, -2):,.0f} is found" in even_words(even)


def test_no_cache_is_spoken_of_where_nothing_is_asked_twice(told: dict[str, Times]) -> None:
    assert told["claims-review"].even is None
    assert told["catalogue-overnight"].even is None
    assert not any("found in it" in note for note in notes(told["claims-review"]))


def test_nobody_waits_for_a_night_s_work(told: dict[str, Times]) -> None:
    assert [name for name, times in told.items() if not times.waits] == ["catalogue-overnight"]


def test_what_the_best_remedy_assumes_stands_with_it(told: dict[str, Times]) -> None:
    assert "which is our assumption" in remedy_words(told["contract-search-billed"])


# ---- any system


@pytest.mark.parametrize("seed", range(10))
def test_everything_a_page_says_of_time_holds_together(seed: int) -> None:
    case = written(timed_text(seed), checked=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        times = latency(case)
        doubts(case)
    if times is None:
        return
    shows_well(times)
    assert not {"nan", "inf"} & {*words_of(times).lower().replace("s", " ").split()}
    for speed in times.sizes:
        if speed.over:
            assert 0 <= speed.served <= 1
            continue
        first, whole = np.array(speed.first), np.array(speed.whole)
        assert np.all(np.isfinite([first, whole]))
        assert np.all(np.diff(first) >= 0)
        assert np.all(np.diff(whole) >= 0)
        assert np.all(first <= whole * (1 + 1e-3) + 1e-9)
    if not any(isinstance(part, Parallel) for part in case.scenario.pipeline.parts):
        point = timed(case).point.scenario
        slow = point.traffic.slow_day
        day = float(getattr(slow, "moment", lambda _: slow)(1))
        whole_s = answer_time(case, Conditions(peak_waits(point)), day=day).whole.mean
        assert sum(t.mean for t in times.stages) == pytest.approx(whole_s, rel=1e-3)


def test_a_system_nobody_uses_yet_takes_as_long_as_any() -> None:
    nobody = TRAFFIC.replace("users: 10", "users: 0")
    times = latency(written(system(f"a: {takes()}", traffic=nobody)))
    assert times is not None
    assert times.now.whole[0] == pytest.approx(1)


def test_a_system_that_takes_no_time_has_no_times() -> None:
    assert latency(written(system(f"a: {takes('0')}"))) is None


def test_words_count_what_the_file_counts_and_know_of_its_limits() -> None:
    text = system(
        f"a: {takes('1', 'limits: {requests_per_minute: 100_000}')}",
        traffic="traffic: {requests_per_month: 900, slow_day: 1}",
    )
    times = latency(written(text + "goals: {whole_answer_p95: 3}\n"))
    assert times is not None
    assert "users" not in words_of(times)
    assert "no provider's limit is stated" not in words_of(times)


def test_the_times_of_a_case_are_worked_out_once() -> None:
    case = written(system(f"a: {takes('1')}"))
    assert latency(case) is latency(case)
    sized = latency(case, (10.0, 20.0))
    assert sized is not None
    assert [speed.usage for speed in sized.sizes] == [10, 20]
