"""The bill at any size of any field, against one bill at a time."""

from pathlib import Path

import numpy as np
import pytest
from cases import sample, written
from places import SAMPLES

from aicost.analysis.scaling.sweep import interval, sweep


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_sweep_is_one_bill_at_a_time(path: Path) -> None:
    case = sample(path.stem)
    values = (100.0, 1_000.0, 10_000.0, 1_000_000.0)
    swept = sweep(case, values=values)
    alone = [case.at({"users": v}).bill for v in values]
    assert swept.bill.total.tolist() == [b.total for b in alone]
    totals, frame = swept.totals(), swept.frame()
    assert totals["per_request"].tolist() == [b.per_request for b in alone]
    assert np.all(totals["p5"] <= totals["usd"])
    assert np.all(totals["usd"] <= totals["p95"])
    assert frame.groupby("users")["usd"].sum().tolist() == pytest.approx([b.total for b in alone])
    assert frame.groupby("users")["share"].sum().tolist() == pytest.approx([1.0] * 4)
    largest = frame.sort_values("usd").groupby("users")["component"].last()
    assert largest.tolist() == totals["largest"].tolist()
    assert swept.frame("behaves").groupby("users")["usd"].sum().tolist() == pytest.approx(
        totals["usd"].tolist()
    )


def test_sweep_over_any_field() -> None:
    case = sample("contract-search-billed")
    swept = sweep(case, "answer.output_tokens.p95", (600, 900, 1_200))
    assert swept.bill.total[1] == case.bill.total
    assert np.all(np.diff(swept.bill.total) > 0)
    drawn = case.at({"answer.output_tokens.p95": 600.0}).draw().bill.total
    assert swept.totals()["p95"][0] == pytest.approx(np.percentile(drawn, 95))
    with pytest.raises(KeyError, match="top_k"):
        sweep(case, "retrieval.topk", (1, 2))


def test_a_swept_part_of_a_spread_is_drawn_apart() -> None:
    case = sample("contract-search-billed")
    values = np.array([600.0, 900.0, 1_200.0])
    drawn = case.scenario.at({"answer.output_tokens.p95": values}).draw(64)
    assert drawn.get("answer.output_tokens").p95.shape == (3, 1)
    minutes = case.scenario.get("people.minutes")
    only = case.point.at({"users": values, "people.minutes": minutes})
    assert only.scenario.unknowns() == ["people.minutes"]
    assert only.draw(64).bill.total.shape == (3, 64)


def test_sweep_sentence() -> None:
    swept = sweep(sample("contract-search-planned"), values=(1_000, 1_000_000))
    total = swept.bill.total
    assert f"at 1,000 users ${total[0]:,.0f} a month (retrieval" in swept.sentence
    assert f"at 1,000,000 users ${total[1]:,.0f} a month (inference" in swept.sentence


def test_the_table_says_what_the_frames_say() -> None:
    case = sample("help-desk")
    swept = sweep(case, values=(100.0, case.usage))
    table, totals = swept.rows(), swept.totals()
    assert table.frame()["usd"].tolist() == totals["usd"].tolist()
    assert table.frame()["per_user"].tolist() == totals["per_user"].tolist()
    assert [row.of for row in table.rows] == [100.0, case.usage]
    assert [row.cells[0].endswith("(today)") for row in table.rows] == [False, True]
    for row, largest in zip(table.rows, totals["largest"], strict=True):
        assert row.cells[-1].startswith(f"{largest} ")


def test_the_place_of_a_value() -> None:
    swept = sweep(sample("help-desk"), values=(100.0, 200.0))
    assert (swept.place(100.0), swept.place(200.0)) == (0, 1)
    with pytest.raises(ValueError, match="not in list"):
        swept.place(150.0)


def test_where_nothing_is_unknown_the_interval_is_the_bill() -> None:
    case = written("traffic: {requests_per_month: 10}\nother: {api: {per_request: 0.5}}")
    low, high = interval(case, {"traffic.requests_per_month": np.array([1.0, 10.0])})
    assert low.tolist() == high.tolist() == [0.5, 5.0]
    heads = [column.name for column in sweep(case, values=[1, 10]).rows().columns]
    assert "a month" in heads
    assert "nine in ten" not in heads
