"""Draws that agree with an invoice: the bill is the invoice, and each input keeps its range."""

import numpy as np
import pytest
from cases import written

from aicost.analysis.uncertainty.expected import expected
from aicost.analysis.uncertainty.tornado import tornado
from aicost.billing.agreed_draws import AGREES, SLACK, apart
from aicost.billing.case import Case
from aicost.values.quantities import Range

TWO = """
name: Two
traffic: {requests_per_month: 70_000 to 140_000}
pipeline:
  answer: {is: inference, input_tokens: 3_500 to 7_000, output_tokens: 0,
           price: {input: 2, output: 2}}
other: {servers: {per_month: 500}}
"""
#: What two lognormal factors of one mean come to at their means.
USD = 2e-6 * Range(70_000, 140_000).mean * Range(3_500, 7_000).mean


def held(amount: str, text: str = TWO) -> Case:
    return written(f"{text}invoiced: {{inference: {amount}}}\n")


def test_every_draw_is_the_invoice_and_the_range_is_its_precision() -> None:
    free, tied = written(TWO), held(f"{USD:.2f}")
    before, after = expected(free), expected(tied)
    assert before.p95 / before.p5 > 1.9
    assert after.p50 == pytest.approx(USD + 500, rel=0.002)
    wide = 2 * 1.645 * SLACK * USD
    assert after.p95 - after.p5 == pytest.approx(wide, rel=0.1)
    usd = tied.draw().bill.by("component")["inference"]
    assert np.abs(usd / USD - 1).max() <= AGREES


def test_a_budget_below_the_invoice_is_not_kept() -> None:
    total = held(f"{USD:.2f}").draw().bill.total
    assert np.mean(written(TWO).draw().bill.total <= 0.95 * (USD + 500)) > 0.3
    assert np.mean(total <= 0.95 * (USD + 500)) == 0
    assert np.mean(total <= 1.05 * (USD + 500)) == 1


def test_each_input_keeps_its_range_and_the_two_are_tied() -> None:
    """Of a known product one is large where the other is small: correlation -1 of logarithms."""
    drawn = held(f"{USD:.2f}").draw().scenario
    requests, tokens = (
        drawn.get(path) for path in ("traffic.requests_per_month", "answer.input_tokens")
    )
    assert np.percentile(requests, (5, 95)) == pytest.approx([70_000, 140_000], rel=0.06)
    assert np.percentile(tokens, (5, 95)) == pytest.approx([3_500, 7_000], rel=0.06)
    assert np.corrcoef(np.log(requests), np.log(tokens))[0, 1] < -0.99


def test_an_invoice_is_of_the_system_before_it_was_changed() -> None:
    """A cheaper model in the file is no evidence that there are more requests."""
    changed = held(f"{USD:.2f}", TWO.replace("price: {input: 2,", "price: {input: 0.5,"))
    assert changed.bill.total == pytest.approx(USD / 4 + 500)
    free = written(TWO).draw().scenario
    for path in ("traffic.requests_per_month", "answer.input_tokens"):
        assert np.array_equal(changed.draw().scenario.get(path), free.get(path))
    assert expected(changed).p5 < changed.bill.total < expected(changed).p95
    (words,) = changed.off_invoice
    assert "it shows the system before it was changed, and no range follows it" in words


def test_a_file_that_was_changed_a_little_says_so() -> None:
    """Within what needs no explanation its range is still the invoice's, and its bill beside it."""
    assert held(f"{USD:.2f}").off_invoice == ()
    (words,) = held(f"{USD * 0.99:.2f}").off_invoice
    assert "and its range is of what was invoiced: reconcile again if it changed" in words


def test_what_no_figure_shows_stays_what_it_is_on_the_bill() -> None:
    """Reviews follow requests: tokens take what a product of means is above one of medians."""
    text = TWO.replace("70_000 to 140_000", "21_000 to 79_000").replace("7_000", "20_000")
    people = "{is: human_review, share: 2 %, minutes: 4, wage_per_hour: 31, when: after_answer}"
    text = text.replace("other:", f"  people: {people}\nother:")
    plan = written(text).bill
    tied = held(f"{plan.by('component')['inference']:.2f}", text).draw().bill
    assert np.mean(tied.people) == pytest.approx(plan.people, rel=0.03)
    assert np.mean(tied.total) == pytest.approx(plan.total, rel=0.02)


def test_a_range_of_an_invoice_is_as_wide_as_it_says() -> None:
    usd = held(f"{0.95 * USD:.2f} to {1.05 * USD:.2f}").draw().bill.by("component")["inference"]
    assert np.percentile(usd, (5, 95)) == pytest.approx([0.95 * USD, 1.05 * USD], rel=0.005)


def test_what_is_changed_is_drawn_as_the_system_of_the_invoice() -> None:
    """Twice the users of a month that was invoiced are no longer what was invoiced."""
    tied = held(f"{USD:.2f}")
    double = tied.at({"answer.repeat": 2.0})
    usd = double.draw().bill.by("component")["inference"]
    assert np.percentile(usd, (5, 95)) == pytest.approx([2 * USD, 2 * USD], rel=0.01)


def test_a_known_input_ties_the_other() -> None:
    """Nobody counted tokens, but requests were: the invoice says how many there are."""
    case = written(
        TWO.replace("70_000 to 140_000", "100_000") + f"invoiced: {{inference: {USD:.2f}}}\n"
    )
    tokens = case.draw().scenario.get("answer.input_tokens")
    assert np.median(tokens) == pytest.approx(USD / (100_000 * 2e-6), rel=0.002)
    assert np.percentile(tokens, 95) / np.percentile(tokens, 5) < 1.02


def test_a_figure_that_no_range_reaches_is_not_followed_and_said() -> None:
    free, far = written(TWO).draw().bill.total, held("90_000").draw().bill.total
    assert np.array_equal(free, far)
    (words,) = held("90_000").off_invoice
    assert words.startswith("invoiced.inference: $90,000.00 was invoiced, the bill has $1,024.49")
    fits = held(f"{USD:.2f}")
    assert fits.off_invoice == fits.at({"requests_per_month": 500_000}).off_invoice == ()
    (words,) = apart(fits.bill, ())
    assert words.endswith("so its range does not follow it")


def test_whole_machines_are_followed_where_draws_reach_them() -> None:
    text = """
traffic: {requests_per_month: 100_000 to 900_000}
pipeline:
  answer: {is: inference, pool: boxes, input_tokens: 1_000, output_tokens: 100}
pools: {boxes: {price_per_hour: 1, carries: 40}}
"""
    middle = float(written(text).bill.by("component")["inference"])
    assert np.mean(written(text).draw().bill.by("component")["inference"] == middle) < 0.5
    tied = written(f"{text}invoiced: {{inference: {middle:.2f}}}\n").draw()
    assert np.allclose(tied.bill.by("component")["inference"], middle)


def test_what_an_invoice_fixes_is_not_to_be_measured_first() -> None:
    """Neither factor moves a product that is known; what no invoice shows still does."""
    assert tornado(written(TWO))[0].width > 0.4 * USD
    assert tornado(held(f"{USD:.2f}")).sentence.startswith("Little is left to measure")
    people = "{is: human_review, share: 2 %, minutes: 4, wage_per_hour: 31, when: after_answer}"
    staff = TWO.replace("other:", f"  people: {people}\nother:")
    tied, free = (tornado(of, 9) for of in (held(f"{USD:.2f}", staff), written(staff)))
    first, *_ = tied
    assert first.path == "traffic.requests_per_month"
    assert {u.path: u.width for u in tied} == {u.path: u.width for u in free}
    assert 1_000 < first.open < first.width
    assert "of it in what no invoice shows" in tied.sentence
    assert "answer.input_tokens" not in {u.path for u in tied.worth}


def test_an_input_moves_the_bill_by_what_it_does_by_hand() -> None:
    """Alone, from one end of its range to the other, whatever the invoice ties it to."""
    tied = held(
        f"{USD:.2f}",
        TWO.replace(
            "other:", "  find: {is: embedding, price: {input: 1}, query_tokens: 10 to 30}\nother:"
        ),
    )
    found = {u.path: u.width for u in tornado(tied, 9)}
    for path, (low, high) in {
        "find.query_tokens": ("10", "30"),
        "answer.input_tokens": ("3_500", "7_000"),
    }.items():
        by_hand = tied.at({path: high}).bill.total - tied.at({path: low}).bill.total
        assert found[path] == pytest.approx(by_hand, rel=0.01)
