"""Why one bill is not the other: exact, free of order, and held against brute force."""

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from cases import sample, written
from hypothesis import given, settings
from hypothesis import strategies as st
from orders import by_permutations

from aicost.analysis.attribution.bridge import Bridge, bridge
from aicost.billing.case import Case
from aicost.book.book import Book


def total(case: Case) -> float:
    return float(case.bill.total)


def by_label(found: Bridge) -> dict[str, float]:
    return {bar.label: bar.usd for bar in found.bars}


# ---- against brute force


def test_four_numbers_by_every_order() -> None:
    """The cases between are made by `at`, one field at a time, in each of 24 orders."""
    b = sample("contract-search-billed").point
    changes = {
        "users": 3_000.0,
        "retrieval.top_k": 4.0,
        "people.share": 0.02,
        "corpus.documents": 9e4,
    }
    fields = list(changes)
    a = b.at(changes)
    game = {}
    for size in range(5):
        for chosen in combinations(range(4), size):
            kept = {f: v for i, (f, v) in enumerate(changes.items()) if i not in chosen}
            game[frozenset(chosen)] = total(b.at(kept) if kept else b)
    by_hand = dict(zip(fields, by_permutations(game, 4), strict=True))
    found = bridge(a, b)
    got = {bar.paths[0].removeprefix("traffic."): bar.usd for bar in found.bars}
    assert got == pytest.approx(by_hand, rel=1e-9)
    assert "users 3,000 → 6,000" in by_label(found)
    assert "people: share 2 % → 0.3 %" in by_label(found)


MIXED = """
traffic: {{users: {users}, requests_per_user_month: 40}}
pipeline:
  answer: {{is: inference, model: {model}, input_tokens: 900, output_tokens: {output}}}
  {people}
"""


def test_names_mixes_and_stages_by_every_order() -> None:
    """The cases between are files of their own."""
    sides: list[tuple[Any, Any]] = [
        (1_000, 4_000),
        ("anthropic/claude-haiku-4-5", "anthropic/claude-sonnet-5-5"),
        ("250", "{p50: 250, p95: 900}"),
        (
            "",
            "people: {is: human_review, when: after_answer, "
            "minutes: 2, share: 1 %, wage_per_hour: 30}",
        ),
    ]
    bills = {}
    for chosen in product((0, 1), repeat=4):
        users, model, output, people = (side[c] for side, c in zip(sides, chosen, strict=True))
        text = MIXED.format(users=users, model=model, output=output, people=people)
        bills[frozenset(np.flatnonzero(chosen).tolist())] = written(text)
    a, b = bills[frozenset()], bills[frozenset(range(4))]
    by_hand = by_permutations({k: total(s) for k, s in bills.items()}, 4)
    found = bridge(a, b)
    got = {bar.paths[0]: bar.usd for bar in found.bars}
    paths = ("traffic.users", "answer.model", "answer.output_tokens", "people")
    assert got == pytest.approx(dict(zip(paths, by_hand, strict=True)), rel=1e-9)
    assert "people: not in the plan" in by_label(found)
    mean_of_the_mix = "answer: output tokens 250 → 339 on average (p95 900)"
    assert mean_of_the_mix in by_label(found)
    assert "people: no longer there" in by_label(bridge(b, a))


def test_what_adds_up_is_one_at_a_time() -> None:
    text = "traffic: {{requests_per_month: 1_000}}\nother: {{{lines}}}"
    a = written(
        text.format(lines="desk: {per_month: 100}, api: {per_request: 0.02}, gone: {once: 7}")
    )
    b = written(
        text.format(lines="desk: {per_month: 250}, api: {per_request: 0.05}, new: {per_month: 40}")
    )
    found = bridge(a, b)
    assert by_label(found) == pytest.approx(
        {
            "desk: a month $100.00 → $250.00": 150,
            "new: not in the plan": 40,
            "api: per request $0.02 → $0.05": 30,
        }
    )
    assert found.neutral == ("gone: no longer there",)  # it was paid once


# ---- what must always hold

PAIRS = [
    ("contract-search-planned", "contract-search-billed"),
    ("claims-review", "catalogue-overnight"),
    ("research-agent", "contract-search-billed"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_bars_add_up_and_turn_round(one: str, other: str) -> None:
    a, b = sample(one), sample(other)
    b = a.of(b.scenario)  # at the same prices
    there, back = bridge(a, b), bridge(b, a)
    assert there.before == total(a)
    assert there.after == total(b)
    gap = sum(bar.usd for bar in there.bars) - there.difference
    assert abs(gap) <= 1e-9 * max(there.before, there.after)
    usd, turned = ({bar.paths: bar.usd for bar in x.bars} for x in (there, back))
    assert {frozenset(k): v for k, v in usd.items()} == pytest.approx(
        {frozenset(k): -v for k, v in turned.items()}, rel=1e-9, abs=1e-9
    )
    frame = there.frame()
    assert list(frame["kind"]) == ["total", *["step"] * len(there.bars), "total"]
    assert frame["usd"].iloc[:-1].sum() == pytest.approx(frame["usd"].iloc[-1])
    sizes = [abs(bar.usd) for bar in there.bars]
    assert sizes == sorted(sizes, reverse=True)


@settings(max_examples=15)
@given(st.data())
def test_any_change_adds_up(data: st.DataObject) -> None:
    b = sample("help-desk").point
    numbers = [
        p
        for p, s, f, v in b.scenario.fields
        if isinstance(v, float) and f in s.origins and not p.startswith(("goals", "growth"))
    ]
    chosen = data.draw(st.lists(st.sampled_from(numbers), max_size=6, unique=True))
    value = b.scenario.get
    a = b.at(
        {
            path: value(path) * data.draw(st.floats(0.5, 1.0))
            for path in chosen
            if value(path) > 2 or "share" in path
        }
    )
    there, back = bridge(a, b), bridge(b, a)
    dust = 1e-10 * total(b)
    assert sum(x.usd for x in there.bars) == pytest.approx(total(b) - total(a), abs=dust)
    assert {x.paths: x.usd for x in there.bars} == pytest.approx(
        {x.paths: -x.usd for x in back.bars}, abs=dust
    )
    assert {p for x in there.bars for p in x.paths} <= set(chosen)


def test_nothing_differs() -> None:
    case = sample("claims-review")
    found = bridge(case, case)
    assert found.bars == ()
    assert found.sentence.endswith("nothing that is billed differs.")
    richer = case.at({"goals.price_per_user_month": 9.0, "growth.months": 3.0})
    assert bridge(case, richer).bars == ()


def test_what_differs_without_effect_is_listed() -> None:
    case = sample("claims-review")
    found = bridge(case, case.at({"extract.tries": 5.0, "people.minutes": 7.0}))
    assert list(by_label(found)) == ["people: minutes 6 → 7"]
    assert found.neutral == ("extract: tries 3 → 5",)
    said = "Without effect on the bill: extract: tries 3 → 5."
    assert found.rows().notes == (said,)
    assert said in repr(found)


def test_sweeps_are_refused() -> None:
    case = sample("claims-review")
    with pytest.raises(ValueError, match="several values, and a bridge takes one"):
        bridge(case, case.at({"users": np.array([1.0, 2.0])}))


def test_prices_are_those_of_the_second() -> None:
    """A book of another day is no input: both bills stand at the prices of `b`."""
    b = sample("help-desk")
    a = Case(b.scenario, Book.load(layers=["curated"]))
    assert bridge(a, b).before == bridge(a, b).after == total(b)


def test_the_table_has_the_two_bills_about_what_differs() -> None:
    a, b = sample("contract-search-planned"), sample("contract-search-billed")
    found = bridge(a, b)
    first, *steps, last = found.rows().rows
    assert (first.role, first.cells) == ("sum", (a.name, total(a)))
    assert (last.role, last.cells) == ("sum", (b.name, total(b)))
    assert [row.of for row in steps] == [*found.bars]
    assert [row.cells[0] for row in steps] == [bar.label for bar in found.bars]


# ---- too many for a bar each


def test_past_twelve_inputs_a_bar_is_a_stage() -> None:
    a, b = sample("contract-search-planned"), sample("contract-search-billed")
    a = a.at({"corpus.pages_per_document": 3.0, "corpus.tokens_per_page": 700.0})
    found = bridge(a, b)
    assert 4 <= len(found.bars) <= 12
    assert len({bar.group for bar in found.bars}) == len(found.bars)
    assert "inputs differ, so each bar is a whole stage or section" in found.note
    answer = next(bar for bar in found.bars if bar.group == "answer")
    assert len(answer.changes) == 3
    assert answer.label == "answer: repeat, input tokens, output tokens"
    (row,) = [row for row in found.rows().rows if row.of is answer]
    assert row.making == answer.inside
    assert "repeat 1 → 1.2; input tokens 1,100 → " in "; ".join(row.making)
    assert found.note in found.sentence


def test_past_twelve_stages_the_smallest_are_one_bar() -> None:
    lines = {f"line {i:02}": 10.0 * 1.5**i for i in range(20)}
    text = "traffic: {requests_per_month: 1_000}\nother:\n"
    a = written(text + "".join(f"  {name}: {{per_month: 0.5}}\n" for name in lines))
    b = written(text + "".join(f"  {name}: {{per_month: {usd}}}\n" for name, usd in lines.items()))
    found = bridge(a, b)
    assert len(found.bars) == 12
    small = next(bar for bar in found.bars if bar.group == "smaller")
    assert small.usd == pytest.approx(sum(sorted(lines.values())[:9]) - 9 * 0.5)
    assert len(small.changes) == 9
    assert small.label.startswith("9 smaller: line 08")
    assert "the 9 smallest are one bar" in found.note
