"""The figures of a review agree with its bill."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest


def test_figures_beside_the_page_agree(folder: Path) -> None:
    figures = json.loads((folder / "review.json").read_text(encoding="utf-8"))
    lines = pd.read_csv(folder / "bill.csv")
    monthly = lines[lines["every"] == "month"]["usd"].sum()
    assert figures["a_month"]["at_means"] == pytest.approx(monthly, abs=0.01)
    assert sum(figures["components"].values()) == pytest.approx(monthly, abs=0.05)
    assert sum(figures["basis"].values()) == pytest.approx(1.0, abs=1e-3)
