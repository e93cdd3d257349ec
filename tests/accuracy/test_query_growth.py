"""Topic `query-growth`: each rule says what its name does of a collection four times as large."""

import pytest

from aicost.accuracy.query_growth import RULES, Held, hold, line_through


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


HEADER = "kind,system,config,n,filter_ratio,qps,recall\n"


def file_of(tmp_path, exponents: dict[str, float]):
    """Write the points of systems that grow by a power, at three recalls and two sizes."""
    rows = [
        f"vdbbench_search,{name},a,{n},0,{1000 * (1e6 / n) ** power / recall:.9g},{recall}\n"
        for name, power in exponents.items()
        for n in (1_000_000, 10_000_000)
        for recall in (0.92, 0.94, 0.95)
    ]
    path = tmp_path / "cases.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def test_a_system_is_judged_by_the_others(tmp_path) -> None:
    """Two at 0.3 and one at 0.9: laid through all three, no line could miss it by 0.6."""
    report = hold(file_of(tmp_path, {"one": 0.3, "other": 0.3, "steep": 0.9}))
    speeds, off = report.parts[:2]
    assert max(off.errors) == pytest.approx(0.6, abs=0.001)
    assert "steep" in speeds.name
    assert not report.passed
    assert "66.7 % within 0.25 instead of 90 %" in off.failed[0]


def test_one_system_alone_is_judged_by_the_formula(tmp_path) -> None:
    """At recall 0.92, 0.94 and 0.95 it says 0.30, 0.36 and 0.40."""
    report = hold(file_of(tmp_path, {"alone": 0.36}))
    assert report.passed
    assert report.parts[1].errors == pytest.approx([0.06, 0.0, 0.04], abs=0.003)


def test_each_system_has_the_same_weight_in_a_line() -> None:
    points = [Held("a", r, 1e6, 1e7, 10**0.2, 1.0) for r in (0.92, 0.95)]
    points += [Held("b", r, 1e6, 1e7, 10**0.4, 1.0) for r in (0.92, 0.95)] * 5
    assert float(line_through(points)(0.93)) == pytest.approx(0.3)
