"""Sections beside traffic and stages: what may be left out, and what each field is in."""

import dataclasses

import pytest

from aicost.scenario.pool_section import Pool
from aicost.scenario.sections import (
    AMOUNTS,
    Constraints,
    Environment,
    Goals,
    Growth,
    OtherLine,
)
from aicost.values.section import Section

EVERY = (Goals, Growth, Constraints, OtherLine, Environment, Pool)


@pytest.mark.parametrize("section", [Goals, Constraints])
def test_what_nobody_states_is_not_there(section: type[Section]) -> None:
    assert not any(getattr(section(), f) for f in section.quantities())
    assert section().origins == {}


@pytest.mark.parametrize("section", EVERY)
def test_every_field_says_what_it_is_and_in_what(section: type[Section]) -> None:
    free = ("residency", "of", "serves", "chip")  # the name of a place, a line, a model, a chip
    for name, meaning in section.quantities().items():
        assert meaning.doc
        assert meaning.unit or meaning.choices or meaning.flag or name in free


def test_amounts_of_another_line_are_its_fields_of_money() -> None:
    found = [name for name, meaning in OtherLine.quantities().items() if "USD" in meaning.unit]
    assert found == [name for name in AMOUNTS if name != "share_of_lines"]


def test_a_pool_runs_one_unit_unless_it_is_said_otherwise() -> None:
    pool = Pool(name="boxes", price_per_hour=2.0, carries=20.0)
    assert (pool.at_least, pool.spare, pool.component) == (1.0, 0.0, "inference")


@pytest.mark.parametrize("section", [OtherLine, Pool])
def test_where_a_line_is_shown_is_not_billed(section: type[Section]) -> None:
    assert [n for n, meaning in section.quantities().items() if not meaning.billed] == ["component"]


def test_abandonment_is_no_single_number() -> None:
    assert "abandonment" in {field.name for field in dataclasses.fields(Goals)}
    assert "abandonment" not in Goals.quantities()
