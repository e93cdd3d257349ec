"""Which mistake makes a published bill what it is."""

import numpy as np
import pytest
from cases import written
from invoiced import SYSTEM, published

from aicost.billing.case import Case
from aicost.invoices.mistakes import amount, dollars, mistakes
from aicost.invoices.reconcile import reconcile


@pytest.fixture(scope="module")
def case() -> Case:
    return written(SYSTEM)


@pytest.mark.parametrize(
    ("name", "print_", "line", "why"),
    [
        ("digital_twin_low", {"monthly_usd": 68}, "embed: questions", "10 x ours, a unit slip?"),
        ("digital_twin_low", {"monthly_usd": 68.34}, "embed: questions", "$3.75 in place of"),
        ("trackai_embedding_slip", {"usd": 200}, "embed: first ingestion", "1,000 x ours"),
        (
            "agenta_gemini_cached_call",
            {"total": 0.039084},
            "answer: input from cache",
            "paid like fresh input",
        ),
        (
            "ods_gpt4o_90pct_cached",
            {"total": 3.625},
            "answer: input from cache",
            "counted as fresh input besides",
        ),
        (
            "aws_low_cost_search_scenario4",
            {"monthly_usd": 67.95},
            "one-off lines of $6.19",
            "count in it",
        ),
    ],
)
def test_it_names_the_line_that_explains_the_print(
    name: str, print_: dict, line: str, why: str
) -> None:
    found = reconcile(published(name), print_)
    assert len(found.ties) == 1
    assert f"it fits if {line}" in found.text
    assert why in found.text


def test_a_model_named_and_another_one_priced() -> None:
    """Intelli-Agent: at the price of the model it names, inference is 180 and not 8."""
    named = published(
        "intelli_agent_full", **{"answer.price.input": 3.0, "answer.price.output": 15.0}
    )
    found = reconcile(named, {"monthly_usd": 1169.52, "inference_usd": 8, "embedding_usd": 0.2})
    by_name = {tie.name: tie for tie in found.ties}
    assert by_name["inference"].ours == pytest.approx(180)
    assert "22.5 x less" in found.text
    assert by_name["the month"].said == "inference is apart by as much"
    assert by_name["embedding"].said == ""


def test_a_headline_that_no_line_explains() -> None:
    found = reconcile(published("aws_no_code_agents_enterprise"), {"monthly_usd": 542.66})
    assert "no mistake in one line explains it" in found.text
    assert "$991.98 below ours of $1,534.64" in found.text


def test_every_slip_of_every_line_is_found(case: Case) -> None:
    """Whichever line is 10, 100 or 1,000 times off, left out or doubled: it is named."""
    for line in case.bill.charges:
        for times, words in (
            (10, "10 x ours"),
            (1e3, "1,000 x ours"),
            (0.01, "ours / 100"),
            (0, "left out"),
            (2, "counted twice"),
        ):
            if line.usd == 0:
                continue
            total = round(float(case.bill.total + (times - 1) * line.usd), 4)
            name = line.stage if line.stage == line.item else f"{line.stage}: {line.item}"
            said = reconcile(case, {"monthly": total}).ties[0].said
            assert f"{name} is {words}" in said


def test_one_mistake_in_each_line_by_hand(case: Case) -> None:
    """$500 of servers and $100 of traces; what is paid once may have been counted in."""
    lines = [c for c in case.bill.charges if c.stage in ("servers", "traces")]
    assert amount(lines) == 600
    found = {said: round(usd, 6) for usd, said in mistakes(lines, once=7.0)}
    assert found["one-off lines of $7.00 count in it"] == 607
    assert found["servers is left out ($0.00 in place of $500.00)"] == 100
    assert found["traces is counted twice ($200.00 in place of $100.00)"] == 700
    assert found["servers is 10 x ours, a unit slip? ($5,000.00 in place of $500.00)"] == 5_100
    assert found["all of it is a year's"] == 7_200
    assert not any("one-off" in said for _, said in mistakes(lines, once=0.0))


def test_lines_of_arrays_add_up_at_their_mean(case: Case) -> None:
    swept = case.at({"requests_per_month": np.array([5e4, 1.5e5])})
    lines = [c for c in swept.bill.charges if c.stage == "answer"]
    assert amount(lines) == pytest.approx(1_000)


def test_small_amounts_keep_their_digits() -> None:
    assert [dollars(v) for v in (0.0012345, 0.99, 1.0, 1_234.5)] == [
        "$0.001234",
        "$0.99",
        "$1.00",
        "$1,234.50",
    ]
