"""By the token, rented, bought: one table of several volumes, against bills of files."""

from __future__ import annotations

import pytest
from cases import written

from aicost.analysis.alternatives.own_machines import own_machines
from aicost.analysis.alternatives.self_hosting import self_hosting
from aicost.analysis.alternatives.three_ways import ThreeWays, three_ways
from aicost.billing.case import Case

UNIT = "serves: llama-3.3-70b, chip: h100-sxm, chips: 2, weights: fp8"
LATE = "first_word_within: 2 s, token_within: 80 ms, reached: 0.9"
BOUGHT = "bought: {price: 75_000, years: 4, pue: 1.3, energy_price: 0.15}"


def bank(pool: str = f"{UNIT}, {LATE}, {BOUGHT}", traffic: str = "") -> Case:
    asked = traffic or "users: 2_000, requests_per_user_month: 60"
    return written(
        f"traffic: {{{asked}, profile: office}}\npools: {{gpus: {{{pool}}}}}\n"
        "pipeline: {answer: {is: inference, pool: gpus, input_tokens: 3_000, output_tokens: 300}}\n"
    )


def ways_of(case: Case) -> ThreeWays:
    found = own_machines(case)
    return three_ways(found, self_hosting(case, known=found))


def test_each_volume_is_the_bill_of_a_file() -> None:
    case = bank()
    ways = ways_of(case)
    rows = ways.rows().frame().to_dict("records")
    assert [row["users"] for row in rows] == [100, 1_000, 2_000, 10_000, 1_000_000]
    rented = next(way for way in ways.ways if way.name == "rented")
    for row in rows:
        own = case.at({"users": row["users"]})
        assert row["bought"] == pytest.approx(float(own.bill.total))
        assert row["by the token"] == pytest.approx(
            row["requests"] / rows[0]["requests"] * rows[0]["by the token"]
        )
        usd = {name: row[name] for name in ("by the token", "rented", "bought")}
        assert row["cheapest"] == min(usd, key=lambda name: usd[name])
    assert "(fp8)" in rented.what  # as many bits as those that are bought
    sold = self_hosting(case).by_token
    assert sold is not None
    assert rows[0]["by the token"] == pytest.approx(6_000 * sold.usd_per_request)
    assert rows[-1]["cheapest"] == "bought"
    assert rows[0]["cheapest"] == "by the token"


def test_every_crossing_is_one_of_the_bills() -> None:
    ways = ways_of(bank())
    pairs = {(a.name, b.name): (turns, first) for a, b, turns, first in ways.turns}
    assert {*pairs} == {
        ("by the token", "rented"),
        ("by the token", "bought"),
        ("rented", "bought"),
    }
    turns, first = pairs["by the token", "bought"]
    assert first
    assert turns
    case, rows = bank(), ways.rows().frame().to_dict("records")
    each = rows[0]["by the token"] / rows[0]["requests"]
    for n in turns[:2]:
        own = [float(case.at({"users": m / 60}).bill.total) for m in (n - 1, n)]
        assert (own[0] >= each * (n - 1)) != (own[1] >= each * n)
    assert f"{turns[0]:,}" in ways.sentence


def test_not_looked_for_is_not_the_same_as_not_reached() -> None:
    rented = ways_of(bank(f"{UNIT}, {LATE}", "requests_per_month: 120_000"))
    assert "Not looked for: bought, for nobody says what a unit costs" in rented.sentence
    assert [way.name for way in rented.ways] == ["by the token", "rented"]
    assert "users" not in rented.rows().frame().to_dict("records")[0]
    dear = bank(f"{UNIT}, {LATE}, price_per_hour: 1_000_000", "requests_per_month: 120_000")
    told = ways_of(dear).sentence
    assert "at every volume looked at, 100 to 1,000,000,000 requests a month" in told
