"""The pipeline as a tree: the same stages in order, whatever is asked of it or changed in it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.components.flow import Rounds
from aicost.components.stage import Stage
from aicost.scenario.pipeline import Loop, Parallel, Part, Pipeline, Route, stages_of

NAMES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True)

FORMS: st.SearchStrategy[Callable[..., Part]] = st.sampled_from(
    [
        lambda name, _: Stage(name=name),
        Route,
        Parallel,
        partial(Loop, rounds=Rounds(rounds=3.0)),
    ]
)


def stages(*names: str, **fields: Any) -> tuple[Stage, ...]:
    return tuple(Stage(name=name, **fields) for name in names)


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    """Return a pipeline of stages, routes, parallels and loops."""
    parts: list[Part] = []
    for name in draw(NAMES):
        inside = stages(*(f"{name}/{one}" for one in draw(NAMES)), share=0.5)
        parts.append(draw(FORMS)(name, inside))
    return Pipeline(tuple(parts))


MIXED = Pipeline(
    (
        Stage(name="find"),
        Route("ask", stages("ask/a", "ask/b")),
        Loop("work", stages("work/think", "work/look"), Rounds(rounds=4.0)),
        Parallel("checks", stages("checks/x", "checks/y")),
        Stage(name="answer"),
    )
)


# ---- looking at it


def test_what_stands_where() -> None:
    named = ["find", "ask/a", "ask/b", "work/think", "work/look", "checks/x", "checks/y", "answer"]
    assert [stage.name for stage in MIXED.stages] == named
    assert MIXED.forms == [
        ("find", "stage"),
        ("ask", "route"),
        ("work", "loop"),
        ("checks", "parallel"),
        ("answer", "stage"),
    ]
    assert [*MIXED.groups] == ["ask", "work", "checks"]
    assert MIXED.group_of("work/look") is MIXED.groups["work"]
    assert MIXED.group_of("find") is MIXED.group_of("nowhere") is None
    assert MIXED.stage("checks/y") is MIXED.stages[6]
    with pytest.raises(KeyError, match="no stage 'anwser'; did you mean 'answer'"):
        MIXED.stage("anwser")


def test_the_numbers_of_a_loop_stand_before_its_stages() -> None:
    prefixes = [prefix for prefix, _ in MIXED.sections()]
    assert prefixes[3:6] == ["work", "work/think", "work/look"]
    assert dict(MIXED.sections())["work"] == Rounds(rounds=4.0)


@given(pipelines())
def test_a_stage_stands_in_one_place(pipeline: Pipeline) -> None:
    assert pipeline.stages == tuple(s for part in pipeline.parts for s in stages_of(part))
    for stage in pipeline.stages:
        group = pipeline.group_of(stage.name)
        assert group in pipeline.parts if group else stage in pipeline.parts
        assert stage in stages_of(group or stage)
    names = [prefix for prefix, part in pipeline.sections() if isinstance(part, Stage)]
    assert names == [stage.name for stage in pipeline.stages]


# ---- changing it


@given(pipelines())
def test_put_together_anew_it_is_the_same(pipeline: Pipeline) -> None:
    assert Pipeline.regrouped((s, pipeline.group_of(s.name)) for s in pipeline.stages) == pipeline
    assert pipeline.mapped(lambda _, part: part) == pipeline


@given(pipelines(), st.data())
def test_one_stage_is_changed_where_it_stands(pipeline: Pipeline, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(pipeline.stages) - 1))
    other = replace(pipeline.stages[place], repeat=7.0)
    changed = pipeline.with_stage(other)
    assert changed.forms == pipeline.forms
    assert [*changed.stages] == [
        other if i == place else stage for i, stage in enumerate(pipeline.stages)
    ]
    assert changed.with_stage(pipeline.stages[place]) == pipeline
    with pytest.raises(KeyError, match="no stage 'zebra'"):
        pipeline.with_stage(Stage(name="zebra"))


def test_the_numbers_of_a_loop_can_be_changed_and_nothing_else_is() -> None:
    seen: list[str] = []

    def longer(name: str, part: Any) -> Any:
        seen.append(name)
        return replace(part, rounds=9.0) if isinstance(part, Rounds) else part

    changed = MIXED.mapped(longer)
    assert sorted(seen) == sorted(prefix for prefix, _ in MIXED.sections())
    assert changed.groups["work"].rounds == Rounds(rounds=9.0)
    assert changed.stages == MIXED.stages


@given(pipelines())
def test_a_stage_in_front_and_others_in_place_of_a_part(pipeline: Pipeline) -> None:
    first, second = stages("first", "second")
    assert pipeline.with_first(first).parts == (first, *pipeline.parts)
    for place, part in enumerate(pipeline.parts):
        before, after = pipeline.parts[:place], pipeline.parts[place + 1 :]
        for instead in ((), (first,), (first, second)):
            assert pipeline.in_place_of(part.name, instead).parts == (*before, *instead, *after)


def test_groups_of_a_name_are_one_and_the_first_of_them_counts() -> None:
    one, other = (
        Loop("work", stages(f"work/{name}"), Rounds(rounds=rounds))
        for name, rounds in (("think", 3.0), ("look", 9.0))
    )
    both = Pipeline.regrouped((group.stages[0], group) for group in (one, other))
    assert both.parts == (replace(one, stages=stages("work/think", "work/look")),)


def test_a_group_loses_a_stage_and_goes_with_its_last() -> None:
    placed = [(s, MIXED.group_of(s.name)) for s in MIXED.stages]
    fewer = Pipeline.regrouped(p for p in placed if p[0].name != "ask/a")
    assert [stage.name for stage in fewer.groups["ask"].stages] == ["ask/b"]
    assert fewer.groups["work"] == MIXED.groups["work"]
    none = Pipeline.regrouped(p for p in placed if not p[0].name.startswith("ask/"))
    assert none == MIXED.in_place_of("ask", ())


# ---- shares of a route

SHARES = st.floats(0.01, 1)


@given(st.lists(SHARES, min_size=1, max_size=4), st.booleans())
def test_shares_of_a_route_add_up(stated: list[float], silent: bool) -> None:
    """One that is not stated takes the rest; more than all is brought back to all of it."""
    branches = [Stage(name=f"to/{i}", share=share) for i, share in enumerate(stated)]
    branches += [Stage(name="to/rest", share=None)] if silent else []
    out = Pipeline((Route("to", tuple(branches)),)).shared_out()
    shares = [stage.share for stage in out.stages]
    assert sum(shares) == pytest.approx(1, rel=1e-12)
    parts = np.array(shares[: len(stated)]) / np.array(stated)
    assert np.allclose(parts, parts[0], rtol=1e-12)
    if silent and sum(stated) <= 1:
        assert shares[:-1] == stated
        assert shares[-1] == 1 - sum(stated)


def test_shares_that_were_drawn_add_up_in_every_draw() -> None:
    drawn = np.array([0.2, 0.5, 0.9])
    branches = (Stage(name="to/a", share=drawn), Stage(name="to/b", share=drawn[::-1]))
    rest = Stage(name="to/c", share=None)
    for inside in (branches, (*branches, rest)):
        shares = [stage.share for stage in Pipeline((Route("to", inside),)).shared_out().stages]
        assert sum(shares) == pytest.approx(np.ones(3), rel=1e-12)
        assert np.min(shares) >= 0


def test_without_a_route_nothing_is_shared_out() -> None:
    pipeline = MIXED.in_place_of("ask", ())
    assert pipeline.shared_out() is pipeline
