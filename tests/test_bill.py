"""The bill: what must hold of every one, and the mistakes that a walk could make."""

from pathlib import Path

import numpy as np
import pytest

import aicost
from aicost.scenario import Scenario

BOOK = aicost.Book.load()
INLINE = "price: {input: 2, output: 10}, input_tokens: 900, output_tokens: 200"
CORPUS = (
    "corpus: {documents: 1_000, pages_per_document: 6, tokens_per_page: 500, chunk_tokens: 400}"
)


@pytest.fixture
def written(tmp_path: Path):
    """Return a function that loads a scenario from its text."""

    def load(text: str, name: str = "case.yaml") -> Scenario:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return aicost.load(path)

    return load


def plain(pipeline: str, *more: str) -> str:
    """Return the text of a small system around a pipeline."""
    head = ["name: Plain", "traffic: {users: 100, requests_per_user_month: 50}", CORPUS, *more]
    return "\n".join([*head, "pipeline:", pipeline])


# ---- accounts


def test_a_stated_minimum_counts_its_own_lines_only(written) -> None:
    text = plain(
        "  find: {is: retrieval, top_k: 5, price: {gb: 10, gb_month: 0.30, minimum: 50}}\n"
        f"  answer: {{is: inference, {INLINE}}}"
    )
    bill = aicost.bill(written(text), BOOK)
    top_up = next(c for c in bill.charges if c.item == "account minimum")
    assert top_up.usd == pytest.approx(50 - 3, rel=1e-12)


@pytest.mark.parametrize("stages", [1, 2, 3])
def test_stages_of_one_account_share_its_minimum(written, stages: int) -> None:
    pipeline = "\n".join(
        f"  find{i}: {{is: retrieval, store: pinecone-standard, top_k: 5}}" for i in range(stages)
    )
    bill = aicost.bill(written(plain(pipeline)), BOOK)
    assert bill.total == pytest.approx(50, rel=1e-12)
    assert sum(c.item == "account minimum" for c in bill.charges) == 1


# ---- what-ifs


@pytest.mark.parametrize(
    ("path", "value", "times"),
    [
        ("answer.share", 0.5, 0.5),
        ("answer.repeat", 3.0, 3.0),
        ("answer.retry", 0.5, 1.75),
        ("answer.tries", 2.0, 1.0),
        ("answer.cache_read_share", 1.0, 2.0 / 3.8),
    ],
)
def test_a_field_that_nobody_wrote_can_be_set(
    written, path: str, value: float, times: float
) -> None:
    s = written(plain(f"  answer: {{is: inference, {INLINE}}}"))
    if path == "answer.cache_read_share":  # free reads leave the 2.00 of output of 3.80 a thousand
        s = s.at({"answer.price.cache_read": 0.0})
    changed = aicost.bill(s.at({path: value}), BOOK)
    assert changed.total / aicost.bill(s, BOOK).total == pytest.approx(times, rel=1e-12)


def test_a_what_if_says_so(written) -> None:
    s = written(plain(f"  answer: {{is: inference, repeat: about 2, {INLINE}}}")).at(
        {"answer.repeat": 3.0}
    )
    calls = next(
        f for f in aicost.bill(s, BOOK).charges[0].factors if f.name == "calls per request"
    )
    assert (calls.basis, calls.source, calls.note) == ("given", "what-if", "")


# ---- nothing is dropped


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("other: {servers: {component: hosting}}", "other.servers: it has no amount"),
        ("other: {servers: {per_month: unknown}}", "other.servers: it has no amount"),
        ("month: {hours: unknown}", "month.hours: no kind has a range for it"),
    ],
)
def test_an_amount_that_is_not_there_is_an_error(written, change: str, said: str) -> None:
    with pytest.raises(aicost.ScenarioError, match=said):
        written(plain(f"  answer: {{is: inference, {INLINE}}}", change))
