"""Topic `query-growth`: each rule says what its name does of a collection four times as large."""

import pytest

from aicost.accuracy.query_growth import RULES


@pytest.mark.parametrize(
    ("name", "expected"),
    [("constant", 100.0), ("sqrt N", 50.0), ("linear", 25.0), ("N^0.34", 100 * 4**-0.34)],
)
def test_a_rule_does_what_it_is_called(name: str, expected: float) -> None:
    assert float(RULES[name](0.95, 1e6, 4e6, 100.0)) == pytest.approx(expected)


def test_more_recall_costs_more_with_size() -> None:
    by_recall = next(iter(RULES.values()))
    low, high = (float(by_recall(recall, 1e6, 4e6, 100.0)) for recall in (0.90, 0.99))
    assert 0 < high < low <= 100
