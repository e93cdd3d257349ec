"""What it costs to choose again."""

from __future__ import annotations

import pytest
from cases import sample

from aicost.analysis.alternatives.undoing import choices


def test_another_encoder_means_to_load_the_store_anew_too() -> None:
    case = sample("catalogue-overnight")
    found = {choice.stage: choice for choice in choices(case).choices}
    once = {c.stage: float(c.usd) for c in case.bill.charges if c.every == "once"}
    assert found["embedding"].now == pytest.approx(once["embedding"] + once["index"])
    assert found["index"].now == pytest.approx(once["index"])
    assert found["enrich"].now == 0


def test_it_grows_with_the_collection() -> None:
    case = sample("catalogue-overnight")
    added = 1 + float(case.point.scenario.corpus.added_per_month)
    for choice in choices(case, months=12).paid:
        assert choice.later == pytest.approx(choice.now * added**12, rel=1e-6)
    assert "in month 12" in choices(case).sentence


def test_without_documents_each_choice_is_a_line_in_the_file() -> None:
    found = choices(sample("claims-review"))
    assert found.paid == ()
    assert found.sentence.startswith("Nothing here has to be loaded anew")
    assert len(found.rows().rows) == 4
