"""By the token, rented, bought: one table of several volumes, against bills of files."""

from __future__ import annotations

import itertools

import pytest
from cases import written

from aicost.analysis.alternatives.own_machines import own_machines
from aicost.analysis.alternatives.self_hosting import self_hosting
from aicost.analysis.alternatives.three_ways import ThreeWays, three_ways
from aicost.billing.case import Case

UNIT = "serves: llama-3.3-70b, chip: h100-sxm, chips: 2, weights: fp8"
LATE = "first_word_within: 2 s, token_within: 80 ms, reached: 0.9"
OSS = "serves: gpt-oss-120b, chip: h100-sxm, first_word_within: 3 s, token_within: 50 ms"
TODAY = "{is: inference, model: openai/gpt-5.1, input_tokens: 3_000, output_tokens: 300}"
BOUGHT = "bought: {price: 75_000, years: 4, pue: 1.3, energy_price: 0.15}"


def bank(pool: str = f"{UNIT}, {LATE}, {BOUGHT}", traffic: str = "") -> Case:
    asked = traffic or "users: 2_000, requests_per_user_month: 60"
    return written(
        f"traffic: {{{asked}, profile: office}}\npools: {{gpus: {{{pool}}}}}\n"
        "pipeline: {answer: {is: inference, pool: gpus, input_tokens: 3_000, output_tokens: 300}}\n"
    )


def oss(pool: str, read: str = "5_875", wrote: str = "339") -> Case:
    return written(
        f"traffic: {{requests_per_month: 374_400, profile: office}}\npools: {{gpus: {{{pool}}}}}\n"
        "pipeline: {answer: {is: inference, pool: gpus, "
        f"input_tokens: {read}, output_tokens: {wrote}}}}}\n"
    )


def ways_of(case: Case) -> ThreeWays:
    found = own_machines(case)
    return three_ways(found, self_hosting(case, known=found))


def test_each_volume_is_the_bill_of_a_file() -> None:
    case = bank()
    ways = ways_of(case)
    rows = ways.rows().frame().to_dict("records")
    assert [row["users"] for row in rows] == [100, 1_000, 2_000, 10_000, 1_000_000]
    assert [way.name for way in ways.ways] == ["by the token", "rented", "bought"]
    rented = ways.ways[1]
    for row in rows:
        own = case.at({"users": row["users"]})
        assert row["bought"] == pytest.approx(float(own.bill.total))
        assert row["by the token"] == pytest.approx(
            row["requests"] / rows[0]["requests"] * rows[0]["by the token"]
        )
        usd = {name: row[name] for name in ("by the token", "rented", "bought")}
        assert row["cheapest"] == min(usd, key=lambda name: usd[name])
    assert "(fp8)" in rented.what  # as many bits as those that are bought
    assert "in fp8, as the bought ones are," in rented.what
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


def test_every_turn_of_many_is_one_of_the_two_bills() -> None:
    pool = f"{OSS}, chips: 1, weights: fp4, terms: spot, reached: 0.5"
    ways = ways_of(case := oss(pool))
    ((_, _, turns, first),) = ways.turns
    assert len(turns) > 3
    assert first
    each = ways.ways[0].at(1.0)

    def own_first(n: float) -> bool:
        return each * n >= float(case.at({"requests_per_month": n}).bill.total)

    assert all(own_first(n - 1) != own_first(n) for n in turns[:6])
    edges = [100, *turns[:6]]
    between = [(a + b) // 2 for a, b in itertools.pairwise(edges)]
    assert [own_first(n) for n in between] == [bool(i % 2) for i in range(6)]
    assert "that changes" in ways.sentence


def test_the_cheapest_units_without_a_doubt_are_rented_beside_what_is_paid_today() -> None:
    case = written(
        "traffic: {users: 400, requests_per_user_month: 40, profile: office}\n"
        f"pipeline: {{answer: {TODAY}}}\n"
    )
    found = own_machines(case, model="gpt-oss-120b")
    ways = three_ways(found, self_hosting(case, model="gpt-oss-120b", known=found))
    rows = ways.rows().frame().to_dict("records")
    for row in rows[::2]:
        there = own_machines(case.at({"users": row["users"]}), model="gpt-oss-120b").best()
        assert there is not None
        assert (row["rented"], row["rented_units"]) == pytest.approx((there.usd, there.units))
    (less, *_), best = found.choices, found.best()
    assert best is not None
    assert less.doubts  # a cheaper one is named, with what is against it
    assert less.usd < best.usd
    assert f"{less.unit} would be" in ways.note
    assert less.doubts[0] in ways.note
    assert "which are held against tokens" in found.sentence
    today = next(row for row in rows if row["users"] == 400)  # what is paid today is beside it
    assert today["by today's model"] == pytest.approx(float(case.bill.total))
    assert "By today's model: openai/gpt-5.1, as in the file." in ways.note
    assert "than tokens of openai/gpt-5.1 from" in ways.sentence
    assert len(ways.turns) == 2  # two prices by the token never turn
    b200 = "fp4 on 1 x b200 from 40,000,000 requests on"
    assert b200 in ways.note  # another than today's: one unit at all volumes would cost three times


def test_not_looked_for_is_not_the_same_as_not_reached() -> None:
    rented = ways_of(bank(f"{UNIT}, {LATE}", "requests_per_month: 120_000"))
    assert "Not looked for: bought, for nobody says what a unit costs" in rented.sentence
    assert [way.name for way in rented.ways] == ["by the token", "rented"]
    assert "users" not in rented.rows().frame().to_dict("records")[0]
    dear = bank(f"{UNIT}, {LATE}, price_per_hour: 1_000_000", "requests_per_month: 120_000")
    told = ways_of(dear).sentence
    assert (
        "At every volume looked at, 100 to 1,000,000,000 requests a month, tokens are cheaper than "
        "rented machines. Machines would not pay if they were busy all the time." in told
    )
    unsold = ways_of(oss(OSS.replace("gpt-oss-120b", "llama-2-7b"), "900", "100"))
    assert "Not looked for: by the token, for the book has no price" in unsold.sentence
    assert not unsold.turns
    late = written(
        "traffic: {requests_per_month: 100}\npipeline: {a: {is: inference, model: "
        "openai/gpt-5.1, input_tokens: 120_000, output_tokens: 300}}\n"
    )
    found = own_machines(late, model="llama-3.3-70b")
    ways = three_ways(found, beside := self_hosting(late, known=found))
    assert "Not looked for: rented, for no unit with a rent serves it in time" in ways.sentence
    assert [way.name for way in ways.ways] == ["by the token", "by today's model"]
    assert beside.sentence.startswith("No unit serves it in time")
    assert not ThreeWays("a", 100.0, 1.0, (), (), ()).rows().rows
