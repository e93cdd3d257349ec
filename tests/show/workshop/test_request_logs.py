"""The log that a notebook looks at: a client's file, or one that is made up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from cases import BOOK

from aicost.log.sample import Sample, write_sample
from aicost.show.workshop import request_logs
from aicost.show.workshop.request_logs import priced_log


def test_a_clients_log_is_read_and_priced(tmp_path: Path) -> None:
    path = tmp_path / "november.csv"
    key, _ = write_sample(path, Sample(rows=2_000, days=28))
    found = priced_log(path, BOOK)
    assert float(found.total_usd) == pytest.approx(key.usd)
    assert found.frame["usd"].sum() == pytest.approx(key.usd)
    assert len(found.frame) == key.calls
    assert f"{key.calls:,} calls" in found.sentence
    features = found.each("feature").rows().frame()
    assert features["usd"].sum() == pytest.approx(key.usd)


def test_a_call_without_a_price_is_in_no_sum_of_a_lesson(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    calls = {"moment": ["2026-11-02"] * 2, "model": ["openai/gpt-4o-mini", "openai/gpt-0"]}
    pd.DataFrame(calls | {"call": ["a", "b"], "input_tokens": 1_000, "output_tokens": 0}).to_csv(
        path, index=False
    )
    found = priced_log(path, BOOK)
    assert found.frame["call"].tolist() == ["a"]
    assert "1 without a price" in found.sentence


def test_without_one_a_log_is_made_up_with_marks_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert request_logs.MADE_UP.scored == 0.5
    monkeypatch.setattr(request_logs, "MADE_UP", Sample(rows=2_000, days=28))
    assert len(priced_log(None, BOOK).frame) > 1_500
