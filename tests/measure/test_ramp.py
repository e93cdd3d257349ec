"""A ramp of loads: what the server does at each is read back, and it ends where it should."""

import math

import pytest
from served import served

from aicost.measure.endpoint import EndpointError, endpoint
from aicost.measure.ramp import Plan, Price, ramp


def test_times_and_tokens_a_second_at_each_load() -> None:
    """One prompt is read at a time: twice as many at once wait, and write no more."""
    heard = []
    with served(first_s=0.05, token_s=0.005, tokens=6, slots=1) as server:
        plan = Plan((1, 4), 4, 100, 6)
        found = ramp(endpoint(server.url, "m"), plan, lambda *told: heard.append(told))
        asked = len(server.asked)
    few, many = found.each
    assert asked == plan.total == 1 + 4 + 8
    assert heard[-1] == (13, 13, "4 at once")
    assert [done for done, *_ in heard] == list(range(1, 14))
    assert (few.concurrency, many.concurrency, few.requests, many.requests) == (1, 4, 4, 8)
    assert 0.05 <= few.first.p50 < 0.15
    assert many.first.p50 >= 2 * 0.05
    assert many.first.p95 >= 3 * 0.05
    assert 0.005 <= few.token.mean < 0.03
    assert few.tokens_per_s == pytest.approx(6 / (few.first.mean + 5 * few.token.mean), rel=0.3)
    assert (few.input_tokens, few.output_tokens, few.failed) == (321, 6, 0)


def test_a_load_that_is_too_much_ends_the_ramp() -> None:
    with served(way="429", from_request=5) as server:
        found = ramp(endpoint(server.url, "m"), Plan((1, 2, 4), 4, 50, 5))
    (only,) = found.each
    assert only.note.startswith("With 2 at once it stopped: it answered 429")
    assert len(server.asked) < 1 + 3 * 4


def test_a_few_that_fail_are_counted() -> None:
    with served(way="dies", from_request=5) as server:
        found = ramp(endpoint(server.url, "m"), Plan((1,), 6, 50, 5))
    (only,) = found.each
    assert (only.requests, only.failed) == (4, 2)
    assert "2 of 6 failed: the answer broke off half-way" in only.note


@pytest.mark.parametrize(("from_request", "asked"), [(0, 1), (1, 4)])
def test_where_nothing_answers_it_says_why(from_request: int, asked: int) -> None:
    """After the first request, which stands for all, or after most of the first load."""
    with served(way="500", from_request=from_request) as server:
        with pytest.raises(EndpointError, match="it answered 500"):
            ramp(endpoint(server.url, "m"), Plan((1, 2), 4, 50, 5))
        assert len(server.asked) == asked


def test_what_it_may_cost() -> None:
    plan = Plan((1, 8), 10, 1_000, 100, Price(2.0, 10.0))
    assert plan.total == 1 + 10 + 16
    assert plan.most_usd == pytest.approx(27 * (1.5 * 1_000 * 2 + 100 * 10) / 1e6)
    assert plan.words == (
        "27 requests of about 1,000 tokens in and at most 100 out, 1, 8 at once: at most $0.11."
    )
    free = Plan((1,), 10, 1_000, 100)
    assert math.isnan(free.most_usd)
    assert "nobody has said" in free.words


@pytest.mark.parametrize(
    ("lengths", "said"),
    [
        ((100, 5), "it reads 321 tokens a request, more than the 150 priced; set --input-tokens"),
        ((300, 4), "it writes 5 tokens a request, more than the 4 priced; set --output-tokens"),
    ],
)
def test_one_that_costs_more_than_was_said_is_asked_once(
    lengths: tuple[int, int], said: str
) -> None:
    with served() as server:
        with pytest.raises(EndpointError) as error:
            ramp(endpoint(server.url, "m"), Plan((1,), 4, *lengths, Price(2.0, 10.0)))
        assert len(server.asked) == 1
        ramp(endpoint(server.url, "m"), Plan((1,), 4, *lengths))
    assert said in str(error.value)
