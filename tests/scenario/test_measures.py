"""Amounts by hand that are paid by calls, rounds, tokens, pages: each a sum one can write down."""

import numpy as np
import pytest
from cases import written

from aicost.billing.case import Case
from aicost.scenario.measures import MEASURES
from aicost.scenario.problems import ScenarioError
from aicost.scenario.sections import AMOUNTS

SYSTEM = """
traffic: {users: 100, requests_per_user_month: 10}
corpus: {documents: 1_000, pages_per_document: 6, tokens_per_page: 500, chunk_tokens: 400,
         changed_per_month: 8 %, added_per_month: 2 %}
pipeline:
  cache: {is: response_cache, hit_share: 20 %}
  research:
    loop:
      rounds: 4
      grows_tokens_per_round: 100
      steps:
        think: {is: inference, price: {input: 1, output: 2}, input_tokens: 1_000,
                output_tokens: 200, thinking_tokens: 300, reads_context: no}
        tool: {is: inference, price: {input: 1, output: 2}, input_tokens: 500, output_tokens: 50,
               share: 50 %, reads_context: no}
  answer: {is: inference, pool: boxes, input_tokens: 900, output_tokens: 100, reads_context: no,
           retry: 10 %, tries: 2}
  people: {is: human_review, share: 10 %, minutes: 4, wage_per_hour: 30, when: after_answer}
pools: {boxes: {price_per_hour: 1, carries: 1_000}}
other:
"""


def with_lines(*lines: str) -> Case:
    return written(SYSTEM + "".join(f"  {line}\n" for line in lines))


def paid(line: str, every: str = "month") -> float:
    """What one line comes to."""
    case = with_lines(f"x: {line}")
    (usd,) = [c.usd for c in case.bill.charges if c.stage == "x" and c.every == every]
    return float(usd)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{per_call: 0.01, of: answer}", 1_000 * 0.8 * 1.1 * 0.01),
        ("{per_call: 0.01, of: research}", 800 * 4 * 1.5 * 0.01),
        ("{per_call: 0.01, of: research/tool}", 800 * 4 * 0.5 * 0.01),
        ("{per_call: 0.01, of: inference}", 800 * (6 + 1.1) * 0.01),
        ("{per_call: 0.01, of: people}", 80 * 0.01),
        ("{per_round: 0.003, of: research}", 800 * 4 * 0.003),
        ("{per_mtok: 50, of: answer}", 800 * 1.1 * 1_000 * 50e-6),
        ("{per_mtok: 50, of: research/think}", 3_200 * (1_500 + 150) * 50e-6),
        ("{per_mtok: 50, of: research}", (3_200 * 1_650 + 1_600 * 700) * 50e-6),
        ("{per_page: 0.0015}", 6_000 * 0.1 * 0.0015),
        ("{per_document: 0.02}", 1_000 * 0.1 * 0.02),
        ("{per_call: {p50: 0.01, p95: 0.03}, of: people}", 80 * 0.0125),
        ("{per_request: {p50: 0.01, p95: 0.03}}", 1_000 * 0.0125),
    ],
)
def test_an_amount_is_its_price_times_what_the_bill_counts(line: str, expected: float) -> None:
    if "p50" in line:  # E[x] = p50 exp(sigma² / 2)
        expected *= 0.01 * np.exp((np.log(3) / 1.6448536269514722) ** 2 / 2) / 0.0125
    assert paid(line) == pytest.approx(expected)


def test_tokens_of_a_reranker_are_those_of_question_and_passages() -> None:
    rerank = (
        "  second: {is: reranking, price: {search: 0.002}, documents: 50, passage_tokens: 256, "
        "query_tokens: 20, when_unsure: 40 %}\n"
    )
    text = SYSTEM.replace("  answer:", f"{rerank}  answer:") + "  x: {per_mtok: 50, of: second}\n"
    (usd,) = [float(c.usd) for c in written(text).bill.charges if c.stage == "x"]
    assert usd == pytest.approx(800 * 0.4 * 50 * (256 + 20) * 50e-6)


def test_all_of_the_collection_is_read_once() -> None:
    assert paid("{per_page: 0.0015}", "once") == pytest.approx(9.0)
    assert paid("{per_document: 0.02}", "once") == pytest.approx(20.0)


def test_pages_are_read_again_as_the_embedding_reads_them() -> None:
    embed = "  embed: {is: embedding, price: {input: 1}, query_tokens: 5, reembeds: documents}\n"
    text = SYSTEM.replace("pipeline:\n", f"pipeline:\n{embed}") + "  x: {per_page: 0.0015}\n"
    (usd,) = [c.usd for c in written(text).bill.charges if c.stage == "x" and c.every == "month"]
    assert usd == pytest.approx(6_000 * (0.02 + 0.08 * 3_000 / 400) * 0.0015)


def test_the_making_shows_quantity_and_price() -> None:
    bill = with_lines("gateway: {per_mtok: 50, of: research/think}").bill
    told = bill.explain("gateway: gateway")
    assert "rounds" in told
    assert "1,650 tokens per call (1,000 instructions and question + 150 earlier" in told
    assert told.endswith("x $50.00 per Mtok = $264.00")


def test_a_sweep_is_its_bills_one_by_one() -> None:
    case = with_lines("x: {per_call: 0.01, per_mtok: 3, of: inference}", "y: {per_page: 0.01}")
    swept = case.at({"users": [50, 100, 400]}).bill.total
    alone = [float(case.at({"users": users}).bill.total) for users in (50, 100, 400)]
    assert swept == pytest.approx(alone, rel=1e-12)
    assert np.std(case.at({"users": "50 to 90"}).draw(50).bill.total) > 0


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("x: {per_call: 1, of: anser}", "other.x.of: 'anser' has no calls; did you mean 'answer'?"),
        ("x: {per_call: 1}", "other.x.per_call: calls of what?; write of: …, use one of: "),
        ("x: {per_round: 1, of: answer}", "'answer' has no rounds; use one of: research"),
        ("x: {per_mtok: 1, of: people}", "'people' has no tokens; use one of: inference, research"),
        ("x: {per_call: 1, of: boxes}", "'boxes' has no calls; use one of: "),
        ("x: {per_mtok: {p50: 1, p95: 2}, of: answer}", "keys where one value is due"),
    ],
)
def test_a_line_of_what_is_not_there_is_refused_with_what_there_is(line: str, wrong: str) -> None:
    with pytest.raises(ScenarioError) as error:
        with_lines(line)
    assert wrong in str(error.value)


def test_pages_without_documents_are_refused() -> None:
    call = "is: inference, price: {input: 1, output: 2}, input_tokens: 9, output_tokens: 9"
    head = f"traffic: {{requests_per_month: 9}}\npipeline: {{a: {{{call}}}}}\n"
    with pytest.raises(ScenarioError, match="per_page: there is no corpus; write corpus"):
        written(f"{head}other: {{x: {{per_page: 1}}}}\n")


def test_every_amount_has_a_measure() -> None:
    assert list(dict.fromkeys(by.field for by in MEASURES)) == [
        field for field in AMOUNTS if field != "share_of_lines"
    ]
