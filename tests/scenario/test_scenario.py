"""A scenario varied: set, swept, put at its means, drawn; and what must hold of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from places import SAMPLES
from small_systems import BOOK

from aicost.billing.case import Case
from aicost.paths import data_dir
from aicost.scenario.draws import DRAWS, SEED
from aicost.scenario.load import load
from aicost.scenario.scenario import Scenario, steps
from aicost.values.quantities import Range, Spread

HELP_DESK = load(data_dir() / "scenarios" / "help-desk.yaml")
AGENT = load(data_dir() / "scenarios" / "research-agent.yaml")
CHAT = load(data_dir() / "scenarios" / "contract-search-billed.yaml")

sample = pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)


def loaded(folder: Path, text: str) -> Scenario:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def same(one: Any, other: Any) -> bool:
    """Say whether two values are alike, digit for digit."""
    if isinstance(one, Spread) and isinstance(other, Spread):
        return same(one.p50, other.p50) and same(one.p95, other.p95)
    return type(one) is type(other) and np.array_equal(one, other)


def numbers(value: Any) -> list[Any]:
    return [value.p50, value.p95] if isinstance(value, Spread) else [value]


# ---- looking at it


def test_values_by_path() -> None:
    assert HELP_DESK.get("traffic.users") == HELP_DESK.get("users") == 40_000
    assert HELP_DESK.get("cache.query_tokens") == 25
    assert AGENT.get("work.rounds") == Spread(6.0, 18.0)
    assert AGENT.get("work.rounds.p95") == 18.0
    assert AGENT.get("other.sandboxes.per_month") == 950
    assert HELP_DESK.stage("answer").name == "answer"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("usres", "usres: no such field in Help desk; did you mean 'users'?"),
        ("user", "did you mean 'users'?"),
        ("answer", "write a field of it, such as answer.share"),
        ("answer.price.output", "there is no answer.price: in the file; write it there"),
        ("rubbish", "`aicost show` lists what is there"),
        ("answer.modle", "did you mean 'answer.model'?"),
        ("query_tokens", "query_tokens: this may be cache.query_tokens, embedding.query_tokens"),
        ("answer.output_tokens.p99", "no such field"),
    ],
)
def test_paths_that_lead_nowhere(path: str, said: str) -> None:
    for ask in (HELP_DESK.get, lambda p: HELP_DESK.at({p: 5.0})):
        with pytest.raises(KeyError) as error:
            ask(path)
        assert said in str(error.value)
    with pytest.raises(KeyError, match=r"it is no spread; ask for traffic\.users"):
        HELP_DESK.get("users.p95")


def test_a_way_of_a_route_is_called_by_its_own_name(tmp_path: Path) -> None:
    call = "is: inference, model: openai/gpt-4o, input_tokens: 9, output_tokens: 5"
    ways = f"small: {{{call}}}, large: {{{call}, share: 1 in 6}}"
    file = tmp_path / "routed.yaml"
    file.write_text(
        f"traffic: {{requests_per_month: 9_000}}\npipeline: {{answer: {{route: {{{ways}}}}}}}\n"
    )
    routed = load(file)
    assert routed.resolved("large.model") == ("answer/large.model", "")
    with pytest.raises(KeyError, match=r"may be answer/small\.model, answer/large\.model"):
        routed.resolved("model")


def test_a_stage_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="no stage 'anwser'; did you mean 'answer'"):
        HELP_DESK.stage("anwser")


@sample
def test_unknowns_are_the_fields_that_hold_ranges(path: Path) -> None:
    scenario = load(path)
    ranged = [
        path
        for path, _, _, value in scenario.fields
        if any(isinstance(number, Range) for number in numbers(value))
    ]
    assert scenario.unknowns() == ranged
    assert scenario.point().unknowns() == []
    assert len({p for p, *_ in scenario.fields}) == len([*scenario.fields])


# ---- setting fields


def test_setting_leaves_the_scenario_as_it_was() -> None:
    before = {path: value for path, _, _, value in HELP_DESK.fields}
    changed = HELP_DESK.at({"users": 7.0, "answer.output_tokens.p95": 5_000.0})
    assert changed.get("users") == 7
    assert isinstance(changed.get("users"), float)
    assert changed.get("answer.output_tokens").p95 == 5_000
    assert changed.get("answer.output_tokens").p50 == before["answer.output_tokens"].p50
    assert changed.traffic.origins["users"].source == "what-if"
    after = {path: value for path, _, _, value in HELP_DESK.fields}
    assert all(same(after[path], value) for path, value in before.items())


# ---- means and draws


@sample
def test_the_point_holds_means(path: Path) -> None:
    scenario = load(path)
    for name, _, _, value in scenario.fields:
        now = scenario.point().get(name)
        for was, is_ in zip(numbers(value), numbers(now), strict=True):
            assert same(is_, was.mean if isinstance(was, Range) else was) or name.endswith(".share")
    assert same(Case(scenario, BOOK).bill.total, Case(scenario.point(), BOOK).bill.total)


@sample
def test_the_same_draws_every_time(path: Path) -> None:
    one, other = load(path).draw(64), load(path).draw(64)
    pairs = zip(one.fields, other.fields, strict=True)
    assert all(a[0] == b[0] and same(a[3], b[3]) for a, b in pairs)
    assert one.draw(64).get("users") is not None
    unknown = load(path).unknowns()[0]
    again = load(path).draw(64, SEED + 1).get(unknown)
    assert not same(again, one.get(unknown))


@sample
def test_every_range_is_drawn_within_its_bounds(path: Path) -> None:
    scenario = load(path)
    drawn = scenario.draw(512)
    for name, section, field, value in scenario.fields:
        meaning = section.quantities()[field]
        now = drawn.get(name)
        for was, is_ in zip(numbers(value), numbers(now), strict=True):
            if isinstance(was, Range):
                assert is_.shape == (512,)
                assert np.all((is_ >= meaning.low) & (is_ <= meaning.high))
            elif meaning.unit and was is not None:
                assert np.ndim(is_) == 0
        if isinstance(now, Spread):
            assert np.all(now.p95 >= now.p50), name


def test_nine_of_ten_draws_lie_in_the_range(tmp_path: Path) -> None:
    text = "kind: rag-chat\ntraffic: {users: 200 to 900}\npipeline: {people: {share: 2 % to 5 %}}\n"
    drawn = loaded(tmp_path, text).draw()
    for path, low, high in (("users", 200, 900), ("people.share", 0.02, 0.05)):
        values = drawn.get(path)
        assert values.shape == (DRAWS,)
        assert np.mean(values < low) == pytest.approx(0.05, abs=0.002)
        assert np.mean(values > high) == pytest.approx(0.05, abs=0.002)


def test_fields_are_drawn_apart() -> None:
    drawn = CHAT.draw()
    columns = [drawn.get(path) for path in CHAT.unknowns()]
    plain = np.array([np.log(c) for c in columns if isinstance(c, np.ndarray)])
    assert len(plain) > 3
    apart = np.corrcoef(plain) - np.eye(len(plain))
    assert np.max(np.abs(apart)) < 0.06  # four standard errors of 4,096 draws


@pytest.mark.parametrize("gone", ["reranking", "people", "traces", "embedding"])
def test_without_a_stage_the_other_draws_are_the_same(tmp_path: Path, gone: str) -> None:
    text = "kind: rag-chat\ntraffic: {users: about 500}\n"
    whole = loaded(tmp_path, text).draw(128)
    part = loaded(tmp_path, f"{text}pipeline: {{{gone}: none}}\n").draw(128)
    left = {path: value for path, _, _, value in part.fields}
    assert {p.split(".")[0] for p, *_ in whole.fields} - {p.split(".")[0] for p in left} == {gone}
    assert all(same(value, whole.get(path)) for path, value in left.items())


def test_a_stage_more_leaves_the_other_draws_alone(tmp_path: Path) -> None:
    text = "kind: rag-chat\ntraffic: {users: about 500}\n"
    more = "pipeline: {cache: {is: response_cache, after: start, hit_share: about 10 %}}\n"
    one, other = loaded(tmp_path, text).draw(64), loaded(tmp_path, text + more).draw(64)
    assert all(same(value, other.get(path)) for path, _, _, value in one.fields)


def test_a_drawn_mix_never_runs_downwards(tmp_path: Path) -> None:
    text = "pipeline: {answer: {output_tokens: {p50: 100 to 400, p95: 395 to 405}}}\n"
    scenario = loaded(tmp_path, f"kind: rag-chat\ntraffic: {{users: 5}}\n{text}")
    drawn = scenario.draw().get("answer.output_tokens")
    assert np.all(drawn.p95 >= drawn.p50)
    assert np.any(drawn.p95 == drawn.p50)


def test_the_rounds_of_a_loop_are_one_unknown(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, "kind: agent\ntraffic: {users: 5}\n")
    rounds = [path for path in scenario.unknowns() if path.endswith(".rounds")]
    assert rounds == ["work.rounds"]
    for drawn in (scenario.draw(64), scenario.draw_each(64)):
        flows = [flow for stage, flow in steps(drawn, drawn.requests()) if flow.loop]
        assert len(flows) == 2
        assert all(flow.loop.rounds is drawn.get("work.rounds") for flow in flows)
        assert np.ptp(drawn.get("work.rounds").p50) > 1


def test_each_is_drawn_in_a_row_of_its_own() -> None:
    path = "answer.output_tokens"
    each, point, every = HELP_DESK.draw_each(64), HELP_DESK.point(), HELP_DESK.draw(64)
    unknowns = HELP_DESK.unknowns()
    row = unknowns.index(path)
    assert np.array_equal(each.get(path).p95[row], every.get(path).p95)
    for other in set(unknowns) - {path}:
        for rows, alone in zip(numbers(each.get(other)), numbers(point.get(other)), strict=True):
            assert np.all(np.broadcast_to(rows, (len(unknowns), 64))[row] == alone), other


def test_a_sweep_of_draws_has_both_axes() -> None:
    users = np.array([100.0, 5_000.0, 70_000.0])
    both = HELP_DESK.at({"users": users}).draw(32)
    assert both.get("users").shape == (3, 1)
    total = Case(both, BOOK).bill.total
    assert total.shape == (3, 32)
    for row, count in zip(total, users, strict=True):
        alone = Case(HELP_DESK.at({"users": count}).draw(32), BOOK).bill.total
        assert row == pytest.approx(alone, rel=1e-12)


def test_shares_of_a_route_add_up_in_every_draw(tmp_path: Path) -> None:
    branch = "price: {input: 1, output: 2}, input_tokens: 9, output_tokens: 9"
    text = (
        "traffic: {users: 9, requests_per_user_month: 30}\npipeline:\n"
        f"  to: {{route: {{a: {{share: 20 % to 60 %, {branch}}},"
        f" b: {{share: about 30 %, {branch}}},"
    )
    for last in (f"c: {{{branch}}}}}}}\n", f"c: {{share: 10 % to 40 %, {branch}}}}}}}\n"):
        scenario = loaded(tmp_path, text + last)
        for drawn in (scenario.draw(256), scenario.point()):
            shares = [stage.share for stage in drawn.stages]
            assert sum(shares) == pytest.approx(np.ones(np.shape(shares[0])))
            assert all(np.all(share >= 0) for share in shares)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_few_draws(n: int) -> None:
    assert Case(HELP_DESK.draw(n), BOOK).bill.total.shape == (n,)
