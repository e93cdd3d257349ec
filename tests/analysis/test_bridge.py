"""Why one bill is not the other: exact, free of order, and held against brute force."""

from collections.abc import Callable, Mapping
from itertools import combinations, permutations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aicost
from aicost.analysis.attribution.bridge import Bridge, bridge, shapley
from aicost.paths import data_dir

BOOK = aicost.Book.load()


def sample(name: str) -> aicost.Scenario:
    return aicost.load(data_dir() / "scenarios" / f"{name}.yaml")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], aicost.Scenario]:
    """Return a function from the text of a scenario to the scenario."""

    def written(text: str) -> aicost.Scenario:
        path = tmp_path / f"s{len(list(tmp_path.iterdir()))}.yaml"
        path.write_text(f"as_of: 2026-11-23\n{text}", encoding="utf-8")
        return aicost.load(path)

    return written


def total(scenario: aicost.Scenario) -> float:
    return float(Case(scenario, BOOK).bill.total)


def by_label(found: Bridge) -> dict[str, float]:
    return {bar.label: bar.usd for bar in found.bars}


def by_permutations(worth: Mapping[frozenset[int], float], n: int) -> list[float]:
    """Return Shapley values by their definition: the mean over every order of joining."""
    gains = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            gains[player] += worth[before | {player}] - worth[before]
    return (gains / len(orders)).tolist()


# ---- Shapley values


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.floats(-1e6, 1e6), min_size=2**n, max_size=2**n)
    )
)
def test_shapley_is_its_definition(worth: list[float]) -> None:
    n = len(worth).bit_length() - 1
    game = {frozenset(i for i in range(n) if s >> i & 1): w for s, w in enumerate(worth)}
    found = shapley(np.array(worth))
    assert found.tolist() == pytest.approx(by_permutations(game, n), abs=1e-6)
    assert found.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-6)


@given(st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=4), st.floats(-1e3, 1e3))
def test_shapley_of_a_dummy_and_of_twins(base: list[float], gain: float) -> None:
    game = np.array(base)
    with_dummy = np.concatenate([game, game + gain])  # the third adds the same to any set
    assert shapley(with_dummy)[:2] == pytest.approx(shapley(game), abs=1e-9)
    assert shapley(with_dummy)[2] == pytest.approx(gain, abs=1e-9)
    twins = game[[0, 1, 1, 3]]
    assert shapley(twins)[0] == pytest.approx(shapley(twins)[1])


# ---- against brute force


def test_four_numbers_by_every_order() -> None:
    """The scenarios between are made by `at`, one field at a time, in each of 24 orders."""
    b = sample("contract-search-billed").point()
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
    found = bridge(a, b, BOOK)
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


def test_names_mixes_and_stages_by_every_order(write: Callable[[str], aicost.Scenario]) -> None:
    """The scenarios between are files of their own."""
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
        bills[frozenset(np.flatnonzero(chosen).tolist())] = write(text)
    a, b = bills[frozenset()], bills[frozenset(range(4))]
    by_hand = by_permutations({k: total(s) for k, s in bills.items()}, 4)
    found = bridge(a, b, BOOK)
    got = {bar.paths[0]: bar.usd for bar in found.bars}
    paths = ("traffic.users", "answer.model", "answer.output_tokens", "people")
    assert got == pytest.approx(dict(zip(paths, by_hand, strict=True)), rel=1e-9)
    assert "people: not in the plan" in by_label(found)
    assert "answer: output tokens 250 → 338.6 on average (p95 900)" in by_label(
        found
    )  # the mean of the mix
    assert "people: no longer there" in by_label(bridge(b, a, BOOK))


def test_what_adds_up_is_one_at_a_time(write: Callable[[str], aicost.Scenario]) -> None:
    text = "traffic: {{requests_per_month: 1_000}}\nother: {{{lines}}}"
    a = write(
        text.format(lines="desk: {per_month: 100}, api: {per_request: 0.02}, gone: {once: 7}")
    )
    b = write(
        text.format(lines="desk: {per_month: 250}, api: {per_request: 0.05}, new: {per_month: 40}")
    )
    found = bridge(a, b, BOOK)
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
    there, back = bridge(a, b, BOOK), bridge(b, a, BOOK)
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
    b = sample("help-desk").point()
    numbers = [
        p
        for p, s, f, v in b.fields()
        if isinstance(v, float) and f in s.origins and not p.startswith(("goals", "growth"))
    ]
    chosen = data.draw(st.lists(st.sampled_from(numbers), max_size=6, unique=True))
    a = b.at(
        {
            path: b.get(path) * data.draw(st.floats(0.5, 1.0))
            for path in chosen
            if b.get(path) > 2 or "share" in path
        }
    )
    there, back = bridge(a, b, BOOK), bridge(b, a, BOOK)
    assert sum(x.usd for x in there.bars) == pytest.approx(total(b) - total(a), abs=1e-7)
    assert {x.paths: x.usd for x in there.bars} == pytest.approx(
        {x.paths: -x.usd for x in back.bars}, abs=1e-7
    )
    assert {p for x in there.bars for p in x.paths} <= set(chosen)


def test_nothing_differs() -> None:
    s = sample("claims-review")
    found = bridge(s, s, BOOK)
    assert found.bars == ()
    assert found.sentence.endswith("nothing that is billed differs.")
    richer = s.at({"goals.price_per_user_month": 9.0, "growth.months": 3.0})
    assert bridge(s, richer, BOOK).bars == ()


def test_what_differs_without_effect_is_listed() -> None:
    s = sample("claims-review")
    found = bridge(s, s.at({"extract.tries": 5.0, "people.minutes": 7.0}), BOOK)
    assert list(by_label(found)) == ["people: minutes 6 → 7"]
    assert found.neutral == ("extract: tries 3 → 5",)
    assert "Without effect on the bill: extract: tries 3 → 5" in found.text()


def test_sweeps_are_refused() -> None:
    s = sample("claims-review")
    with pytest.raises(ValueError, match="one point"):
        bridge(s, s.at({"users": np.array([1.0, 2.0])}), BOOK)


# ---- inputs that only make sense together


def only_bar(a: aicost.Scenario, b: aicost.Scenario) -> str:
    """Return the label of the one bar between two scenarios, after checking its size."""
    found = bridge(a, b, BOOK)
    (bar,) = found.bars
    assert bar.usd == pytest.approx(total(b) - total(a))
    return bar.label


INFERENCE = "is: inference, input_tokens: 900, output_tokens: 200"
HAIKU = "model: anthropic/claude-haiku-4-5"
TRAFFIC = "traffic: {users: 500, requests_per_user_month: 40}\n"


def test_a_stage_and_the_pool_it_moves_to(write: Callable[[str], aicost.Scenario]) -> None:
    a = write(f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, {HAIKU}}}}}")
    b = write(
        f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, pool: gpus}}}}\n"
        "pools: {gpus: {price_per_hour: 2.5, carries: 100}}"
    )
    label = only_bar(a, b)
    assert "pool none → gpus" in label
    assert "gpus: not in the plan" in label


def test_names_without_a_price_between_them(write: Callable[[str], aicost.Scenario]) -> None:
    """A model with batch prices gives way to prices of its own: no model has neither."""
    a = write(f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, {HAIKU}, batch: yes}}}}")
    b = write(f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, price: {{input: 1, output: 3}}}}}}")
    label = only_bar(a, b)
    assert label.startswith("answer: ")
    assert "model anthropic/claude-haiku-4-5 → none" in label
    assert "price as listed → its own" in label


ROUTE = """
pipeline:
  answer:
    route:
      small: {{{inner}, price: {{input: 1, output: 2}}, share: {small}}}
      large: {{{inner}, price: {{input: 5, output: 20}}}}
"""


def test_a_route_is_one_input(write: Callable[[str], aicost.Scenario]) -> None:
    plain = write(f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, {HAIKU}}}}}")
    routed = write(TRAFFIC + ROUTE.format(inner=INFERENCE, small="70 %"))
    assert only_bar(plain, routed) == ("answer a stage of inference → a route of small, large")
    half = write(TRAFFIC + ROUTE.format(inner=INFERENCE, small="50 %"))
    assert only_bar(routed, half) == "answer/small: share 70 % → 50 %"
    turned = write(
        TRAFFIC
        + ROUTE.format(inner=INFERENCE, small="70 %")
        .replace("}, share: 70 %}", "}}")
        .replace("output: 20}}", "output: 20}, share: 40 %}")
    )
    assert "share none → 40 %" in only_bar(routed, turned)


def test_a_loop_is_one_input(write: Callable[[str], aicost.Scenario]) -> None:
    step = f"{{{INFERENCE}, {HAIKU}}}"
    loop = (
        "pipeline: {work: {loop: {rounds: ROUNDS, grows_tokens_per_round: 300, "
        f"steps: {{think: {step}, act: {step}}}}}}}}}"
    )
    a, b = (write(TRAFFIC + loop.replace("ROUNDS", n)) for n in ("4", "9"))
    assert only_bar(a, b) == "work: rounds 4 → 9"


def test_users_against_requests(write: Callable[[str], aicost.Scenario]) -> None:
    answer = f"pipeline: {{answer: {{{INFERENCE}, {HAIKU}}}}}\n"
    a = write("traffic: {requests_per_month: 9_000}\n" + answer)
    b = write(TRAFFIC + answer + "other: {seats: {per_user_month: 2}}")
    label = only_bar(a, b)
    assert "users none → 500" in label
    assert "seats: not in the plan" in label


def test_stages_in_another_order(write: Callable[[str], aicost.Scenario]) -> None:
    cache = "cache: {is: response_cache, hit_share: 40 %}"
    answer = f"answer: {{{INFERENCE}, {HAIKU}}}"
    gate = f"gate: {{{INFERENCE}, {HAIKU}, share: 50 %}}"
    a = write(f"{TRAFFIC}pipeline:\n  {gate}\n  {cache}\n  {answer}\n")
    b = write(f"{TRAFFIC}pipeline:\n  {cache}\n  {gate}\n  {answer}\n")
    assert only_bar(a, b) == ("order of the stages gate, cache, answer → cache, gate, answer")


def test_a_share_of_a_stage_of_one_side(write: Callable[[str], aicost.Scenario]) -> None:
    """Reviews of what the check saw: nobody reviews where there is no check."""
    check = f"check: {{{INFERENCE}, {HAIKU}, share: 20 %}}"
    people = (
        "people: {is: human_review, when: after_answer, "
        "minutes: 2, share: 5 %, wage_per_hour: 30, of: check}"
    )
    a = write(f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, {HAIKU}}}}}")
    b = write(f"{TRAFFIC}pipeline:\n  answer: {{{INFERENCE}, {HAIKU}}}\n  {check}\n  {people}\n")
    c = write(f"{TRAFFIC}pipeline:\n  answer: {{{INFERENCE}, {HAIKU}}}\n  {check}\n")
    found = by_label(bridge(a, b, BOOK))
    reviews = total(b) - total(c)
    assert found["people: not in the plan"] == pytest.approx(reviews / 2)
    assert found["check: not in the plan"] == pytest.approx(total(c) - total(a) + reviews / 2)


# ---- too many for a bar each


def test_past_twelve_inputs_a_bar_is_a_stage() -> None:
    a, b = sample("contract-search-planned"), sample("contract-search-billed")
    a = a.at({"corpus.pages_per_document": 3.0, "corpus.tokens_per_page": 700.0})
    found = bridge(a, b, BOOK)
    assert 4 <= len(found.bars) <= 12
    assert len({bar.group for bar in found.bars}) == len(found.bars)
    assert "inputs differ, so each bar is a whole stage or section" in found.note
    answer = next(bar for bar in found.bars if bar.group == "answer")
    assert len(answer.changes) == 3
    assert answer.label == "answer: repeat, input tokens, output tokens"
    assert "answer: repeat 1 → 1.2; input tokens 1,100 → " in found.text()
    assert found.note in found.sentence


def test_past_twelve_stages_the_smallest_are_one_bar(
    write: Callable[[str], aicost.Scenario],
) -> None:
    lines = {f"line {i:02}": 10.0 * 1.5**i for i in range(20)}
    text = "traffic: {requests_per_month: 1_000}\nother:\n"
    a = write(text + "".join(f"  {name}: {{per_month: 0.5}}\n" for name in lines))
    b = write(text + "".join(f"  {name}: {{per_month: {usd}}}\n" for name, usd in lines.items()))
    found = bridge(a, b, BOOK)
    assert len(found.bars) == 12
    small = next(bar for bar in found.bars if bar.group == "smaller")
    assert small.usd == pytest.approx(sum(sorted(lines.values())[:9]) - 9 * 0.5)
    assert len(small.changes) == 9
    assert small.label.startswith("9 smaller: line 08")
    assert "the 9 smallest are one bar" in found.note
