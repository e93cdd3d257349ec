"""Charts of searching: whatever the numbers are, and what they say."""

import numpy as np
import pandas as pd
import pytest
from chart_frames import RECALL, STORES, stores
from drawn import WIDTHS, faults, words
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.show import charts
from aicost.show.charts.renderer import spec_of


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.floats(1e-4, 1), st.floats(0, 1)), min_size=2, max_size=8),
    st.sampled_from(WIDTHS),
)
def test_recall_of_any_search(points: list[tuple[float, float]], width: int) -> None:
    looked_at, recall = (np.sort(column) for column in np.array(points).T)
    f = pd.DataFrame({"looked_at": looked_at, "recall": recall})
    f["cells"] = 2 ** f.index.to_numpy()
    assert [w for w in faults(charts.recall_bought(f, width=width)) if w.startswith("cut")] == []


@settings(max_examples=10)
@given(
    st.lists(
        st.tuples(st.floats(0.01, 1e5), st.floats(0, 10), st.booleans()), min_size=1, max_size=9
    ),
    st.floats(100, 1e6),
    st.sampled_from(WIDTHS),
)
def test_stores_of_any_price(
    each: list[tuple[float, float, bool]], today: float, width: int
) -> None:
    f = stores({f"{'vendor-' * (i % 4)}{i}": prices for i, prices in enumerate(each)})
    chart = charts.store_curves(f, own="0", today=today, width=width)
    assert faults(chart) == []


def test_sentence_of_recall() -> None:
    chart = charts.recall_bought(RECALL.iloc[[0, 5]])
    assert spec_of(chart)["description"] == (
        "Recall by cells looked into: 1 cell finds 36 % by comparing 1.6 % and 32 cells find 91 % "
        "by comparing 26 % of the vectors."
    )
    found = charts.recall_bought(RECALL.assign(recall=RECALL["looked_at"]))  # nothing gained
    assert "52 % of the neighbours take a look at 52 % of the vectors" in words(found)


def test_sentence_of_stores() -> None:
    f = STORES[STORES["store"].isin(["opensearch-serverless", "pinecone-standard"])]
    chart = charts.store_curves(f, own="pinecone-standard", today=1e4)
    assert spec_of(chart)["description"] == (
        "Cost a month of 2 stores by number of users: opensearch-serverless $700 at 100 and $700 "
        "at 1,000,000 and pinecone-standard $10.00 at 100 and $20,008 at 1,000,000; "
        "pinecone-standard, in use now, costs $208 today."
    )
    assert {
        "Cheapest at 100 users is pinecone-standard, at 1,000,000 opensearch-serverless",
        "today 10,000 users: $208",
    } < words(chart)


def test_what_is_no_store_is_called_what_it_is() -> None:
    chart = charts.store_curves(STORES, unit="call", kinds="ways to send it")
    said = spec_of(chart)["description"]
    number = STORES["store"].nunique()
    assert said.startswith(f"Cost a month of {number} ways to send it by number of calls: ")


def test_refused_as_searches() -> None:
    with pytest.raises(ValueError, match="two settings"):
        charts.recall_bought(RECALL.iloc[:1])
    with pytest.raises(ValueError, match="above zero at two sizes"):
        charts.store_curves(STORES.iloc[1:])
    with pytest.raises(ValueError, match="outside the frame's sizes"):
        charts.store_curves(STORES, today=10.0)
