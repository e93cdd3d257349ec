"""Percentiles of several times stand side by side, each as its own distribution says it."""

import pytest

from aicost.formulas.latency import const, lognormal
from aicost.show.workshop.percentiles import SHARES, percentiles


def test_a_row_holds_the_percentiles_of_its_time() -> None:
    call = lognormal(p50=1.0, p95=3.0)
    found = percentiles({"call": call, "always": const(2.0)})
    assert [*found.index] == ["call", "always"]
    assert [*found.columns] == ["p50", "p95", "p99"] == [*SHARES]
    assert found.loc["call", ["p50", "p95"]].tolist() == pytest.approx([1.0, 3.0], rel=5e-3)
    assert found.loc["always"].tolist() == pytest.approx([2.0] * 3, rel=5e-3)
