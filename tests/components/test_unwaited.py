"""A judge: its own line under observability, and no time."""

from pathlib import Path

import pytest
from small_systems import BOOK, bill_of, line, system

from aicost.analysis.alternatives.routing import routings
from aicost.billing.case import Case
from aicost.scenario.checks import verify
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError
from aicost.timing.report import latency

CALL = "price: {input: 2, output: 10}, input_tokens: 1_000, output_tokens: 300"
ANSWER = f"answer: {{is: inference, {CALL}, ttft: 1, tpot: 0.01}}"
JUDGE = "marks: {is: judge, share: 5 %, price: {input: 1, output: 4}, input_tokens: 1_600, "
JUDGE += "output_tokens: 120, repeat: 2}"


def test_its_lines_by_hand(tmp_path: Path) -> None:
    """5,000 requests, 250 of them marked, twice each."""
    bill = bill_of(system(f"{ANSWER}\n{JUDGE}"), tmp_path)
    assert line(bill, "input", "marks").usd == pytest.approx(500 * 1_600 / 1e6 * 1)
    assert line(bill, "output", "marks").usd == pytest.approx(500 * 120 / 1e6 * 4)
    assert {c.component for c in bill.charges if c.stage == "marks"} == {"observability"}


def test_a_listed_model_through_the_batch_service_costs_half(tmp_path: Path) -> None:
    named = JUDGE.replace("price: {input: 1, output: 4}", "model: anthropic/claude-haiku-4-5")
    now, later = (
        float(sum(c.usd for c in bill_of(system(text), tmp_path).charges))
        for text in (named, named.replace("}", ", batch: yes}"))
    )
    assert later == pytest.approx(now / 2)


def test_it_reads_the_passages_of_the_answer(tmp_path: Path) -> None:
    find = "find: {is: retrieval, store: pinecone-standard, top_k: 5, dimensions: 1_024}"
    with_them = bill_of(system(f"{find}\n{ANSWER}\n{JUDGE}"), tmp_path)
    assert line(with_them, "input", "marks").quantity == pytest.approx(
        500 * (1_600 + 5 * 400) / 1e6
    )


@pytest.mark.parametrize("how", ["", ", batch: yes"])
def test_nobody_waits_for_it(tmp_path: Path, how: str) -> None:
    path = tmp_path / "small.yaml"
    named = JUDGE.replace("price: {input: 1, output: 4}", "model: anthropic/claude-haiku-4-5")
    found = []
    for stages in (ANSWER, f"{ANSWER}\n{named.replace('}', f'{how}}}')}"):
        path.write_text(system(stages), encoding="utf-8")
        found.append(latency(Case(load(path), BOOK)))
    assert found[0] is not None
    assert found[1] is not None
    assert (found[0].now.first, found[0].now.whole) == (found[1].now.first, found[1].now.whole)


def test_it_is_no_second_model_of_a_cascade(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    text = system(f"{ANSWER}\n{JUDGE.replace('share', 'of: answer, share')}")
    path.write_text(text, encoding="utf-8")
    assert routings(Case(load(path), BOOK)) == ()


def test_the_share_that_is_marked_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(system(f"{ANSWER}\n{JUDGE.replace('share: 5 %, ', '')}"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        verify(load(path), BOOK)
    assert "marks.share: it is missing; write share: …" in str(caught.value)
