"""Routes and cascades beside each of their models alone, by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from cases import sample, shows_well, written

from aicost.analysis.alternatives.caches import caches
from aicost.analysis.alternatives.routing import routings
from aicost.billing.case import Case
from aicost.show.review.page import review
from aicost.timing.percentiles import speeds

TRAFFIC = "traffic: {users: 100, requests_per_user_month: 50, slow_day: 1%s}\npipeline:\n"
SMALL, LARGE = (
    f"is: inference, price: {{input: {a}, output: {b}}}, input_tokens: 1_000, output_tokens: 200, "
    f"seconds: {{p50: {s}, p95: {4 * s}}}"
    for a, b, s in ((1, 5, 1), (5, 25, 3))
)
A_SMALL, A_LARGE = (1_000 * 1 + 200 * 5) / 1e6, (1_000 * 5 + 200 * 25) / 1e6


def cascade(share: str = "20 %", judge: str = "", more: str = "") -> Case:
    return written(
        f"{TRAFFIC % more}  small: {{{SMALL}}}\n{judge}"
        f"  large: {{{LARGE}, of: small, share: {share}}}\n"
    )


def test_both_calls_are_paid_and_both_waited_for() -> None:
    case = cascade("100 %")
    assert routings(case) == ()  # everybody takes both: nothing is chosen
    (found,) = routings(cascade("30 %"))
    now, small, large = found.ways
    assert now.usd == pytest.approx(5_000 * (A_SMALL + 0.3 * A_LARGE))
    assert (small.usd, large.usd) == (
        pytest.approx(5_000 * A_SMALL),
        pytest.approx(5_000 * A_LARGE),
    )
    shares = "0 %", "30 %", "100 %"
    times = [speeds(cascade(share), [100])[0].answer.whole.mean for share in shares]
    assert times[1] - times[0] == pytest.approx(0.3 * (times[2] - times[0]), rel=1e-3)
    assert now.whole[1] < speeds(case, [100])[0].whole[1]


def test_at_the_break_even_share_it_costs_what_the_large_one_does() -> None:
    (found,) = routings(cascade())
    assert found.needed == pytest.approx(1 - A_SMALL / A_LARGE)
    assert found.needed is not None
    (there,) = routings(cascade(f"{100 * found.needed} %"))
    assert there.ways[0].usd == pytest.approx(there.ways[2].usd)
    assert f"saves as long as fewer than {100 * found.needed:.0f} % do" in found.sentence


def test_a_judge_is_paid_by_the_cascade_alone() -> None:
    """A fixed price for each request that the small model answers: 0.001 USD."""
    judge = "  judge: {is: inference, of: small, price: {input: 0, output: 0, request: 0.001}, "
    judge += "input_tokens: 9, output_tokens: 1, seconds: 0.1}\n"
    (found,) = routings(cascade(judge=judge))
    assert found.needed == pytest.approx(1 - (A_SMALL + 0.001) / A_LARGE)
    assert [way.usd / 5_000 for way in found.ways] == [
        pytest.approx(A_SMALL + 0.001 + 0.2 * A_LARGE),
        pytest.approx(A_SMALL),
        pytest.approx(A_LARGE),
    ]


@pytest.mark.parametrize(
    ("price", "said"),
    [("{input: 50, output: 250}", "nothing, however"), ("{input: 0, output: 0}", "even")],
)
def test_it_may_never_pay_or_always(price: str, said: str) -> None:
    text = f"{TRAFFIC % ''}  small: {{{SMALL}}}\n  large: {{{LARGE}, of: small, share: 20 %}}\n"
    (found,) = routings(written(text.replace("{input: 1, output: 5}", price)))
    assert said in found.sentence


def test_an_answer_that_helps_has_a_price_where_somebody_says_how_many_do() -> None:
    case = cascade(more=", success_share: 90 %")
    (found,) = routings(case, {"small": 0.6, "large": 0.95})
    now, small, large = found.ways
    assert now.per_success == pytest.approx(case.bill.per_success)
    assert small.per_success == pytest.approx(A_SMALL / 0.6)
    assert small.least == pytest.approx(0.9 * small.usd / now.usd)
    assert small.usd / 5_000 / small.least == pytest.approx(now.per_success)
    assert [row[-1] for row in found.rows().texts()] == ["", "45 %", "cannot"]
    assert large.per_success == pytest.approx(A_LARGE / 0.95)


def test_without_it_each_way_says_how_many_of_todays_it_may_lose() -> None:
    (found,) = routings(cascade())
    assert [row[-1] for row in found.rows().texts()] == [
        "",
        "50 % of those that do now",
        "2.5 times those that do now",
    ]


def test_a_route_stands_beside_each_of_its_models() -> None:
    case = written(
        f"{TRAFFIC % ''}  answer:\n    route:\n      small: {{{SMALL}, share: 70 %}}\n"
        f"      large: {{{LARGE}}}\n"
    )
    (found,) = routings(case)
    assert [way.name for way in found.ways] == ["as it is", "all on 'small'", "all on 'large'"]
    assert [way.usd / 5_000 for way in found.ways] == [
        pytest.approx(0.7 * A_SMALL + 0.3 * A_LARGE),
        pytest.approx(A_SMALL),
        pytest.approx(A_LARGE),
    ]
    assert found.needed is None
    shows_well(found)


def test_it_stands_on_the_page_beside_a_cache_that_loses(tmp_path: Path) -> None:
    """What is lost is set with a minus sign."""
    front = "  cache: {is: response_cache, hit_share: 1 %, node_per_month: 30, seconds: 0.1}\n"
    case = written(
        f"{TRAFFIC % ''}{front}  small: {{{SMALL}}}\n  large: {{{LARGE}, of: small, share: 20 %}}\n"
    )
    (found,) = routings(case)
    shows_well(found)
    page = review(case, out=tmp_path / "page").page.read_text(encoding="utf-8")
    text = BeautifulSoup(page, "html.parser").get_text(" ").replace("\u00a0", " ")
    assert found.sentence in text
    assert caches(case).sentence in text
    assert "−$29.80" in text
    assert not re.findall(r"(?<![\w–-])[-][ $]*\d", text)


def test_most_systems_choose_nothing() -> None:
    assert routings(sample("help-desk")) == ()


def test_a_pool_that_a_way_does_not_use_is_not_paid_by_it() -> None:
    """A large model on machines that stand all day: whoever tries a small one first pays both."""
    call = "is: inference, input_tokens: 1_000, output_tokens: 200"
    (found,) = routings(
        written(
            f"{TRAFFIC % ''}  small: {{{call}, pool: few}}\n"
            f"  large: {{{call}, pool: many, of: small, share: 20 %}}\n"
            "pools:\n  few: {price_per_month: 700, carries: 1_000}\n"
            "  many: {price_per_month: 4_000, carries: 1_000}\n"
        )
    )
    assert [way.usd for way in found.ways] == pytest.approx([4_700, 700, 4_000])
    assert found.needed == 0
    assert "saves nothing, however few go on" in found.sentence


def test_what_is_held_back_and_the_judge_are_said() -> None:
    (found,) = routings(cascade())
    assert "No word of 'small' is shown before its answer is whole, for it may" in found.sentence
    judge = "  judge: {is: inference, of: small, price: {request: 0.001}, fees: {}, "
    judge += "input_tokens: 0, output_tokens: 0, seconds: 100 ms}\n"
    judge = judge.replace("price: {request: 0.001}, fees: {}", "price: {input: 1, output: 1}")
    (judged,) = routings(cascade(judge=judge.replace("input_tokens: 0", "input_tokens: 1_000")))
    assert judged.judges == ("judge",)
    assert judged.judged_usd == pytest.approx(5_000 * 1_000 / 1e6)
    assert "and 'judge' has judged it, at $5.00 a month, for it may be thrown" in judged.sentence


def test_the_file_says_what_share_of_answers_helps() -> None:
    text = f"{TRAFFIC % ', success_share: 90 %'}  small: {{{SMALL}, success_share: 60 %}}\n"
    case = written(f"{text}  large: {{{LARGE}, success_share: 95 %, of: small, share: 20 %}}\n")
    (found,) = routings(case)
    said = routings(case, {"small": 0.6, "large": 0.95})[0].ways
    assert [way.per_success for way in found.ways] == pytest.approx([w.per_success for w in said])
    now, small, large = found.ways
    assert small.per_success == pytest.approx(A_SMALL / 0.6)
    assert large.per_success == pytest.approx(A_LARGE / 0.95)
    assert now.per_success == pytest.approx((A_SMALL + 0.2 * A_LARGE) / 0.9)
    assert "An answer that helps costs $0.0044 as it is, $0.0033 all on 'small'" in found.sentence
    assert routings(case, {"small": 0.5})[0].ways[1].per_success == pytest.approx(A_SMALL / 0.5)
    assert float(case.bill.total) == float(
        written(text + f"  large: {{{LARGE}, of: small, share: 20 %}}\n").bill.total
    )


def test_a_bill_with_people_says_how_much_of_it_they_are() -> None:
    """A month is the whole system: nobody may take it for what the calls cost."""
    call = "is: inference, input_tokens: 900, output_tokens: 200, price: {input: 1, output: 5}"
    text = f"""
traffic: {{requests_per_month: 1_000}}
pipeline:
  answer: {{route: {{a: {{{call}}}, b: {{{call}, share: 20 %}}}}}}
  people: {{is: human_review, share: 10 %, minutes: 6, price_per_review: 30, when: after_answer}}
"""
    (found,) = routings(written(text))
    assert found.sentence.startswith("With 'answer' as it is a month costs $3,002 ($3,000 of it ")
    assert found.people_usd == 3_000
