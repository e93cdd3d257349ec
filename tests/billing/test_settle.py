"""What is settled behind the walk: whole units, lines by hand, minimums of accounts."""

from dataclasses import replace

import numpy as np
import pytest
from cases import STEPPED, sample, written

from aicost.billing.settle import capacity, minimums, other_lines
from aicost.values.charge import Factor, total

CASE = written(STEPPED).point
SCENARIO, BOOK = CASE.scenario, CASE.book
ENTRY = SCENARIO.traffic.requests()


def test_machines_are_bought_whole_for_the_peak_hour() -> None:
    (line,) = capacity(SCENARIO, BOOK, ENTRY)
    peak = SCENARIO.world.busiest_hour(ENTRY).value
    hours = SCENARIO.month.hours
    assert (line.stage, line.item, line.behaves) == ("boxes", "pool", "capacity")
    assert line.usd == pytest.approx(np.ceil(peak / 20) * 2.5 * hours)


def test_twice_the_peak_is_no_more_than_twice_the_machines() -> None:
    one, two = (total(capacity(SCENARIO, BOOK, ENTRY.times(Factor("n", n)))) for n in (1.0, 2.0))
    assert one <= two <= 2 * one
    (empty,) = capacity(SCENARIO, BOOK, ENTRY.times(Factor("nobody", 0.0)))
    assert empty.usd == 2.5 * SCENARIO.month.hours  # one unit runs for nobody too


def test_where_nothing_is_sized_by_its_peak_no_unit_is_bought() -> None:
    text = "{is: inference, price: {input: 1, output: 2}, input_tokens: 9, output_tokens: 9}"
    case = written(f"traffic: {{requests_per_month: 9}}\npipeline: {{a: {text}}}\n")
    assert [*capacity(case.scenario, case.book, case.scenario.traffic.requests())] == []


def test_lines_by_hand_grow_with_what_they_are_paid_by() -> None:
    lines = {line.stage: line for line in other_lines(SCENARIO, ENTRY)}
    assert {name: line.usd for name, line in lines.items()} == {"desk": 700, "agent": 0.8 * 400}
    twice = CASE.at({"users": 800.0}).scenario
    again = {line.stage: line.usd for line in other_lines(twice, twice.traffic.requests())}
    assert again == {"desk": 700, "agent": 0.8 * 800}
    assert {line.every for line in lines.values()} == {"month"}


def test_an_account_is_topped_up_to_its_least_bill_once() -> None:
    case = sample("contract-search-billed").point
    named = [(s, a, least) for s in case.scenario.stages for a, least in s.minimums(case.book)]
    found = [*minimums(case.scenario, case.book, [])]
    assert [line.usd for line in found] == [
        least.usd for i, (_, a, least) in enumerate(named) if a not in [b for _, b, _ in named[:i]]
    ]


def test_no_more_is_added_than_an_account_is_short_of() -> None:
    text = (
        "traffic: {requests_per_month: 10}\n"
        "corpus: {documents: 1_000, pages_per_document: 6, tokens_per_page: 500, "
        "chunk_tokens: 400}\npipeline:\n"
        "  search: {is: retrieval, store: pinecone-standard, dimensions: 1_024, top_k: 5}\n"
    )
    case = written(text).point
    scenario, book = case.scenario, case.book
    ((account, least),) = case.scenario.stage("search").minimums(book)
    lines = [c for c in case.bill.charges if c.item != "account minimum"]
    own = total(c for c in lines if c.account == account)
    (gap,) = minimums(scenario, book, lines)
    assert 0 < own < least.usd
    assert gap.usd == pytest.approx(least.usd - own)
    (enough,) = minimums(scenario, book, [replace(lines[0], account=account, usd=1e9)])
    assert enough.usd == 0
