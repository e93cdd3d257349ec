"""Who said a number decides no arithmetic: a stage bills the same, however it came to be."""

from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SAMPLES
from random_scenarios import random_text

from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.components.demand import Limits
from aicost.components.flow import Rounds
from aicost.components.inference import Inference
from aicost.components.stage import Stage, Timeout, registry
from aicost.components.unit_prices import TokenPrice
from aicost.scenario.load import load
from aicost.scenario.scenario import NOT_BILLED, Scenario
from aicost.timing import Conditions, peak_waits, timed
from aicost.timing.walk import time_of
from aicost.values.quantities import Quantity, Spread, Value
from aicost.values.section import Origin, Section

BOOK = Book.load()
SEEDS = range(32)


def bare(part: Section) -> dict[str, Any]:
    """Return all that a section holds but its origins, nested sections bared too."""
    held = {f.name: getattr(part, f.name) for f in fields(part) if f.name != "origins"}
    return {k: in_code(v) if isinstance(v, Section) else v for k, v in held.items()}


def in_code(part: Any) -> Any:
    """Return a section as it is built in code: values alone, and nobody who said them."""
    return type(part)(**bare(part))


def replaced(part: Any) -> Any:
    """Return a section built with what it needs, everything else put in later, one by one."""
    held, needed = bare(part), {f.name for f in fields(part) if f.default is MISSING}
    built = type(part)(**{k: v for k, v in held.items() if k in needed})
    for name, value in held.items():
        built = replace(built, **{name: value})
    return built


def put(scenario: Scenario, name: str, part: Section) -> Scenario:
    """Return the scenario with another stage of a name, or other numbers of a loop."""
    if isinstance(part, Stage):
        return scenario.with_stage(part)
    pipeline = scenario.pipeline.mapped(lambda one, known: part if one == name else known)
    return replace(scenario, pipeline=pipeline)


def set_by_path(scenario: Scenario, name: str, part: Section) -> Scenario:
    """Return the scenario with a section at its defaults, and all its fields set by `at`."""
    defaults = {f.name: f.default for f in fields(part) if f.name in part.quantities()}
    plain = {field: value for field, value in defaults.items() if value is not MISSING}
    changed = {field: getattr(part, field) for field in plain if part.differs(field)}
    unset = put(scenario, name, replace(in_code(part), **plain))
    return unset.at({f"{name}.{field}": value for field, value in changed.items()})


def ways(scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    """Yield a scenario with each stage, and the numbers of each loop, made in another way."""
    for name, part in scenario.pipeline.sections():
        yield f"{name} in code", put(scenario, name, in_code(part))
        yield f"{name} by replace", put(scenario, name, replaced(part))
        yield f"{name} by at", set_by_path(scenario, name, part)


def lines(scenario: Scenario) -> dict[tuple[str, str, str], float]:
    """Return what each line of a bill comes to, those of nothing left out."""
    charges = Case(scenario, BOOK).bill.charges
    return {(c.stage, c.item, c.every): float(c.usd) for c in charges if c.usd}


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> list[Scenario]:
    """Random systems, as files have them."""
    folder: Path = tmp_path_factory.mktemp("ways")
    for seed in SEEDS:
        (folder / f"{seed}.yaml").write_text(random_text(seed))
    return [load(folder / f"{seed}.yaml").point() for seed in SEEDS]


@pytest.fixture(scope="module")
def samples() -> list[Scenario]:
    """The samples, which have goals and times too."""
    return [load(path).point() for path in SAMPLES]


def test_a_stage_bills_the_same_in_code_by_replace_by_at_and_by_a_file(
    systems: list[Scenario],
) -> None:
    met = set()
    for seed, system in enumerate(systems):
        billed = lines(system)
        for how, other in ways(system):
            assert lines(other) == billed, (seed, how)
            assert other.bills_like(system), (seed, how)
        met |= {type(part) for _, part in system.pipeline.sections()}
    assert met == {Rounds, *registry().values()}


def test_a_stage_takes_the_same_time_in_each_of_the_ways(systems: list[Scenario]) -> None:
    for system in systems[:12]:
        point = timed(Case(system, BOOK)).point.scenario
        whole = time_of(point, Conditions(peak_waits(point))).whole
        for how, other in ways(point):
            again = time_of(other, Conditions(peak_waits(other))).whole
            shares = [0.5, 0.95, 0.99]
            assert np.array_equal(again.quantile(shares), whole.quantile(shares)), how


def test_what_was_measured_on_the_faulty_version() -> None:
    """A tenth of the requests, five times each, of 300,000; `repeat` twice, on the sample."""
    planned = load("data/scenarios/contract-search-planned.yaml")
    answer = planned.stage("answer")
    twice = [planned.with_stage(replace(answer, repeat=2.0)), planned.at({"answer.repeat": 2.0})]
    assert [float(Case(s, BOOK).bill.by("stage")["answer"]) for s in twice] == [2_664.0] * 2
    model = "anthropic/claude-haiku-5-5"
    made = {"name": "answer", "model": model, "input_tokens": 1000.0, "output_tokens": 200.0}
    other = type(answer)(**made, share=0.1, repeat=5.0, reads_context=False)
    whole = replace(other, share=1.0, repeat=1.0)
    usd = [Case(planned.with_stage(s), BOOK).bill.by("stage")["answer"] for s in (other, whole)]
    assert usd[0] == pytest.approx(usd[1] / 2)


# ---- what bills alike


def another(value: Value, meaning: Quantity) -> Value:
    """Return a value that a field may have in place of one."""
    if meaning.flag:
        return not value
    if meaning.choices:
        return next(choice for choice in meaning.choices if choice != value)
    if not meaning.unit:
        return f"{value} too"
    if isinstance(value, Spread):
        return Spread(value.p50 * 1.1, value.p95 * 1.2)
    known = meaning.low if value is None or np.isinf(value) else value
    more = known * 1.1 + 0.1
    return more if more <= meaning.high else known / 2


@given(data=st.data())
@settings(max_examples=400)
def test_what_bills_alike_comes_to_the_same(
    systems: list[Scenario], samples: list[Scenario], data: st.DataObject
) -> None:
    system = data.draw(st.sampled_from([*systems, *samples]))
    path, part, field, value = data.draw(st.sampled_from([*system.fields]))
    meaning = part.quantities()[field]
    other = system.at({path: another(value, meaning)})
    top, *inside = path.split(".")
    served = any(pool.serves for pool in system.pools)
    beside = {"limits", "timeout"} & {*inside} or (top == "goals" and not served)
    moves_money = meaning.billed and top not in NOT_BILLED and not beside
    assert other.bills_like(system) is system.bills_like(other) is not moves_money
    if not moves_money:
        assert lines(other) == lines(system)


ANSWER = Inference(name="answer", input_tokens=9.0, output_tokens=9.0, model="a/x")


@pytest.mark.parametrize(
    ("fields", "alike"),
    [
        ({}, True),
        ({"input_tokens": 8.0}, False),
        ({"input_tokens": Spread(9.0, 9.0)}, False),
        ({"seconds": 3.0, "backoff": 2.0, "ttft": 1.0, "streams": False}, True),
        ({"billed_as": "other"}, False),  # a tax is on all but people
        ({"timeout": Timeout(after=3.0), "limits": Limits(requests_per_minute=5.0)}, True),
        ({"price": TokenPrice(input=1.0)}, False),
        ({"origins": {"model": Origin("given")}}, True),
    ],
)
def test_fields_that_can_move_a_bill(fields: dict[str, Any], alike: bool) -> None:
    other = replace(ANSWER, **fields)
    assert ANSWER.bills_like(other) is other.bills_like(ANSWER) is alike


def test_prices_are_compared_field_by_field() -> None:
    one, same, dear = (replace(ANSWER, price=TokenPrice(input=usd)) for usd in (1.0, 1.0, 2.0))
    assert one.bills_like(same)
    assert not one.bills_like(dear)
    assert not ANSWER.bills_like(Stage(name="answer"))


def test_arrays_are_alike_where_they_are_one() -> None:
    """Equal arrays are not looked at number by number: at worst a bill is worked out again."""
    swept = np.array([1.0, 2.0])
    one, same, again = (replace(ANSWER, repeat=many) for many in (swept, swept, swept.copy()))
    assert one.bills_like(same)
    assert not one.bills_like(again)
    mixed = [replace(ANSWER, input_tokens=Spread(many, 9.0)) for many in (swept, swept, 1.0)]
    assert mixed[0].bills_like(mixed[1])
    assert not mixed[0].bills_like(mixed[2])
    assert not mixed[0].bills_like(replace(ANSWER, input_tokens=Spread(swept, 10.0)))
