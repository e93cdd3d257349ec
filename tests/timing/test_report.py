"""What a review says of time: words, tables and picture say the same."""

from pathlib import Path

import pytest

import aicost
from aicost.show.review import times
from aicost.timing.report import answer_words, even_words, load_words, remedy_words, times_of
from aicost.values.formatting import seconds_words

SIZES = (100.0, 1_000.0, 10_000.0, 1_000_000.0)
SAMPLES = sorted(Path("data/scenarios").glob("*.yaml"))


@pytest.fixture(scope="module")
def told():
    """Return the times of each sample by its name."""
    found = {}
    for path in SAMPLES:
        scenario = aicost.load(path)
        book = aicost.Book.load(as_of=scenario.as_of)
        found[path.stem] = times_of(scenario, book, SIZES)
    return found


def test_the_picture_says_the_same_seconds_as_the_words(told):
    for each in told.values():
        curves = times.curves(each)
        words = curves.caption or curves.wide
        assert seconds_words(each.now.whole[1]) in words


def test_where_the_whole_answer_comes_at_once_no_first_word_is_told(told):
    claims = told["claims-review"]
    assert times.size_table(claims).columns == ("claims", "p50", "p95", "p99")
    assert times.remedy_table(claims).columns == ("Remedy, one at a time", "p50", "p95", "a month")
    assert "first word" not in answer_words(claims) + load_words(claims) + remedy_words(claims)
    search = told["contract-search-billed"]
    assert times.size_table(search).columns[1:4] == ("first p50", "first p95", "first p99")
    assert "The first word is there within" in answer_words(search)


def test_sizes_of_the_same_times_are_one_row(told):
    assert [row[0] for row in times.size_table(told["help-desk"]).rows] == ["at every size"]
    claims = told["claims-review"]
    assert len(times.size_table(claims).rows) == len(claims.sizes)


def test_the_percentile_that_changes_most_with_size_is_named(told):
    claims = told["claims-review"]
    p99 = [seconds_words(speed.whole[2]) for speed in claims.sizes]
    low, high = p99[0], p99[[s.usage for s in claims.sizes].index(claims.now.usage)]
    assert f"{low} at 100 claims, {high} at 60,000" in load_words(claims)


def test_a_budget_column_stands_only_beside_a_budget(told):
    assert "left of" not in " ".join(times.budget_table(told["claims-review"]).columns)
    assert times.budget_table(told["contract-search-billed"]).columns[-1] == "left of 8 s"


def test_few_hits_are_told_as_one_in_so_many(told):
    even = told["claims-review"].even
    assert f"one request in {round(1 / even.needed, -2):,.0f} is found" in even_words(even)


def test_what_the_best_remedy_assumes_stands_with_it(told):
    assert "which is our assumption" in remedy_words(told["contract-search-billed"])
