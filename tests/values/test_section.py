"""Who said a number decides no arithmetic: a stage bills the same, however it came to be."""

from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from random_scenarios import random_text

import aicost
from aicost.components.stage import Stage, registry
from aicost.scenario.scenario import Scenario
from aicost.timing import answer_time, peak_waits, timed
from aicost.values.section import Section

BOOK = aicost.Book.load()
SEEDS = range(80)


def bare(part: Section) -> dict[str, Any]:
    """Return all that a section holds but its origins, nested sections bared too."""
    held = {f.name: getattr(part, f.name) for f in fields(part) if f.name != "origins"}
    return {k: in_code(v) if isinstance(v, Section) else v for k, v in held.items()}


def in_code(part: Any) -> Any:
    """Return a section as it is built in code: values alone, and nobody who said them."""
    return type(part)(**bare(part))


def replaced(stage: Stage) -> Stage:
    """Return a stage built with what it needs, everything else put in later, one by one."""
    held, needed = bare(stage), {f.name for f in fields(stage) if f.default is MISSING}
    built = type(stage)(**{k: v for k, v in held.items() if k in needed})
    for name, value in held.items():
        built = replace(built, **{name: value})
    return built


def set_by_path(scenario: Scenario, stage: Stage) -> Scenario:
    """Return the scenario with a stage at its defaults, and all its fields set by `at`."""
    names = [n for n in stage.quantities() if type(stage).__dataclass_fields__[n].default is not
             MISSING]  # fmt: skip
    plain = {n: type(stage).__dataclass_fields__[n].default for n in names}
    changed = {n: getattr(stage, n) for n in names if stage.differs(n)}
    unset = scenario.with_stage(replace(in_code(stage), **plain))
    return unset.at({f"{stage.name}.{name}": value for name, value in changed.items()})


def ways(scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    """Yield a scenario with each of its stages made in another way."""
    for stage in scenario.pipeline:
        yield f"{stage.name} in code", scenario.with_stage(in_code(stage))
        yield f"{stage.name} by replace", scenario.with_stage(replaced(stage))
        yield f"{stage.name} by at", set_by_path(scenario, stage)


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
    return [aicost.load(folder / f"{seed}.yaml").point() for seed in SEEDS]


def test_a_stage_bills_the_same_in_code_by_replace_by_at_and_by_a_file(
    systems: list[Scenario],
) -> None:
    met = set()
    for seed, system in enumerate(systems):
        billed = lines(system)
        for how, other in ways(system):
            assert lines(other) == billed, (seed, how)
        met |= {type(stage) for stage in system.pipeline}
    assert met == set(registry().values())


def test_a_stage_takes_the_same_time_in_each_of_the_ways(systems: list[Scenario]) -> None:
    for system in systems[:12]:
        point = timed(system, BOOK).point()
        whole = answer_time(point, BOOK, waits=peak_waits(point)).whole
        for how, other in ways(point):
            again = answer_time(other, BOOK, waits=peak_waits(other)).whole
            shares = [0.5, 0.95, 0.99]
            assert np.array_equal(again.quantile(shares), whole.quantile(shares)), how


def test_what_was_measured_on_the_faulty_version() -> None:
    """A tenth of the requests, five times each, of 300,000; `repeat` twice, on the sample."""
    planned = aicost.load("data/scenarios/contract-search-planned.yaml")
    answer = planned.stage("answer")
    twice = [planned.with_stage(replace(answer, repeat=2.0)), planned.at({"answer.repeat": 2.0})]
    assert [float(Case(s, BOOK).bill.by("stage")["answer"]) for s in twice] == [2_664.0] * 2
    other = type(answer)(
        name="answer", model="anthropic/claude-haiku-5-5", input_tokens=1000.0,
        output_tokens=200.0, share=0.1, repeat=5.0, reads_context=False,
    )  # fmt: skip
    whole = replace(other, share=1.0, repeat=1.0)
    usd = [Case(planned.with_stage(s), BOOK).bill.by("stage")["answer"] for s in (other, whole)]
    assert usd[0] == pytest.approx(usd[1] / 2)
