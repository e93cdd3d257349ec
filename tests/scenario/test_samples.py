"""What every sample client has to be: mixed, profitable, and with an end in sight."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from places import SAMPLES

from aicost.analysis.viability.inflection import inflections
from aicost.billing.case import load
from aicost.components.human_review import HandOff
from aicost.paths import data_dir
from aicost.scenario.checks import warnings
from aicost.scenario.kinds import kind_names

PAIR = ("contract-search-planned", "contract-search-billed")
CLIENTS = [path for path in SAMPLES if path.stem != PAIR[0]]


opened = cache(load)


def test_there_is_one_of_each_kind_and_the_pair() -> None:
    kinds = {opened(path).scenario.kind for path in SAMPLES if path.stem not in PAIR}
    assert kinds == set(kind_names())
    assert {path.stem for path in SAMPLES} >= set(PAIR)


@pytest.mark.parametrize("path", CLIENTS, ids=lambda p: p.stem)
def test_no_component_rules_the_bill(path: Path) -> None:
    """But for people who answer in the machine's place: at published shares they are the bill."""
    stages = opened(path).scenario.stages
    people = {stage.name for stage in stages if isinstance(stage, HandOff)}
    usd: dict[str, float] = {}
    for line in opened(path).bill.charges:
        if line.every == "month" and line.stage not in people:
            usd[line.component] = usd.get(line.component, 0.0) + float(line.usd)
    shares = {name: amount / sum(usd.values()) for name, amount in usd.items()}
    assert max(shares.values()) <= 0.70, shares
    assert sum(part > 0.03 for part in shares.values()) >= 4, shares


@pytest.mark.parametrize("path", CLIENTS, ids=lambda p: p.stem)
def test_it_earns_money(path: Path) -> None:
    goals, priced = opened(path).scenario.goals, opened(path).bill
    assert goals.price_per_user_month is not None
    assert goals.price_per_user_month * priced.users > priced.total


@pytest.mark.parametrize("path", CLIENTS, ids=lambda p: p.stem)
def test_its_inflection_lies_between_a_thousand_and_a_million(path: Path) -> None:
    ends = [p.point.at for p in inflections(opened(path)) if p.point and not p.point.met]
    assert ends
    assert 1_000 <= min(ends) <= 1_000_000


def test_the_bill_is_about_four_times_the_plan() -> None:
    plan, billed = (opened(data_dir() / "scenarios" / f"{name}.yaml").bill.total for name in PAIR)
    assert 3.5 <= billed / plan <= 4.5


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_nothing_in_it_looks_wrong(path: Path) -> None:
    assert warnings(opened(path).scenario, opened(path).book) == []


@pytest.mark.parametrize("kind", kind_names())
def test_kind_and_users_alone_give_a_bill_with_its_range(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "bare.yaml"
    file.write_text(f"kind: {kind}\ntraffic: {{users: 1_000}}\n", encoding="utf-8")
    case = load(file)
    low, high = np.percentile(case.draw().bill.total, (5, 95))
    assert 0 < low < case.bill.total < high
