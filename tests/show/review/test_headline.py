"""The figures of a review agree with its bill."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from cases import written

from aicost.analysis.user_margins.report import user_margins
from aicost.show.review.headline import user_figures


def test_figures_beside_the_page_agree(folder: Path) -> None:
    figures = json.loads((folder / "review.json").read_text(encoding="utf-8"))
    lines = pd.read_csv(folder / "bill.csv")
    monthly = lines[lines["every"] == "month"]["usd"].sum()
    assert figures["a_month"]["at_means"] == pytest.approx(monthly, abs=0.01)
    assert sum(figures["components"].values()) == pytest.approx(monthly, abs=0.05)
    assert sum(figures["basis"].values()) == pytest.approx(1.0, abs=1e-3)


def test_what_users_bring_and_cost_is_there_for_a_machine() -> None:
    goals = "goals: {price_per_user_month: 3}\n"
    text = "currency: EUR\ntraffic: {users: 100, requests_per_user_month: {p50: 5, p95: 50}}\n"
    case = written(f"{text}{goals}other: {{desk: {{per_request: 0.01, per_month: 80}}}}\n")
    found = user_figures(user_margins(case), case.scenario.money)
    assert found["all"]["brings"] == 3
    assert found["all"]["costs"] == pytest.approx(
        float(case.scenario.money.of(case.bill.per_user)), abs=1e-4
    )
    assert sum(part["of_bill"] for part in found["tenths"]) == pytest.approx(1, abs=1e-3)
    assert found["heaviest"]["share"] == pytest.approx(0.01)
    assert 0 < found["at_a_loss"] < 1
    assert json.loads(json.dumps(found)) == found
