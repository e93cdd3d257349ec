"""The same collection in other stores, against sums done by hand."""

import numpy as np
import pytest
from cases import BOOK, sample, written
from places import ROOT

from aicost.analysis.alternatives.stores import (
    costliest_search,
    in_store,
    searches,
    sold,
    store_cost,
    store_crossings,
    stores,
)
from aicost.billing.case import Case

HEAD = "name: One\ntraffic: {requests_per_month: 1_000_000}\n"
CORPUS = (
    "corpus: {documents: 1_000_000, pages_per_document: 1, tokens_per_page: 400, "
    "chunk_tokens: 400}\n"
)
SEARCH = "is: retrieval, dimensions: 1_536, metadata_bytes: 1_000"  # 7.144 GB


def searching(*stages: str) -> Case:
    """Load a system that searches a million passages."""
    return written(f"{HEAD}{CORPUS}pipeline:\n" + "".join(f"  {stage}\n" for stage in stages))


def test_a_bill_by_hand() -> None:
    case = searching(f"search: {{{SEARCH}, store: zilliz-dedicated}}")
    rows = stores(case, "search").frame.set_index("store")
    assert rows.loc["pinecone-standard", "usage"] == pytest.approx(7.144 * 16)
    assert rows.loc["pinecone-standard", "data"] == pytest.approx(7.144 * 0.33)
    assert rows.loc["zilliz-dedicated", "capacity"] == pytest.approx(2 * 730 * 0.248)
    assert list(rows["usd"]) == sorted(rows["usd"])
    for store, row in rows.iterrows():
        assert row["usd"] == pytest.approx(float(store_cost(case, "search", store)))


def test_the_sentence_names_the_cheapest_and_the_one_in_use() -> None:
    """7.144 GB at Pinecone are $114.30 of reads and $2.36 of storage a month."""
    case = searching(f"search: {{{SEARCH}, store: zilliz-dedicated}}")
    two = ["zilliz-dedicated", "pinecone-standard"]
    assert stores(case, "search", two).sentence == (
        "search: pinecone-standard is cheapest, $117 a month; zilliz-dedicated is $362."
    )
    assert stores(case, names=two[:1]).sentence == (
        "search: zilliz-dedicated is cheapest, $362 a month."
    )


def test_what_a_contract_says_holds_for_its_own_store_alone() -> None:
    own = f"{SEARCH}, store: pinecone-standard, price: {{million_queries: 2, minimum: 900}}"
    case = searching(f"search: {{{own}}}")
    assert in_store(case, "search", "pinecone-standard") is case
    assert store_cost(case, "search", "pinecone-standard") == pytest.approx(900)
    elsewhere = store_cost(case, "search", "zilliz-dedicated")
    assert elsewhere == pytest.approx(2 * 730 * 0.248)


def test_a_sweep_is_one_pass() -> None:
    case = searching(f"search: {{{SEARCH}, store: zilliz-dedicated}}")
    swept = case.at({"requests_per_month": [1e6, 1e8]})
    found = store_cost(swept, "search", "pinecone-standard")
    alone = [
        store_cost(case.at({"requests_per_month": n}), "search", "pinecone-standard")
        for n in (1e6, 1e8)
    ]
    np.testing.assert_allclose(found, alone)


def test_the_dearest_of_two_searches() -> None:
    case = searching(
        f"first: {{{SEARCH}, store: turbopuffer-launch}}",
        f"second: {{{SEARCH}, store: opensearch-serverless}}",
    )
    assert searches(case) == ["first", "second"]
    assert costliest_search(case) == "second"
    assert stores(case, names=["s3-vectors"]).stage == "second"


def test_no_search() -> None:
    case = sample("claims-review")
    assert searches(case) == []
    with pytest.raises(ValueError, match="no stage searches a collection"):
        costliest_search(case)
    with pytest.raises(ValueError, match="extract: no search in a store"):
        in_store(case, "extract", "s3-vectors")


def test_every_store_of_the_price_list_is_sold() -> None:
    rows = (ROOT / "data/stores.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert sold(BOOK) == sorted({row.partition(",")[0] for row in rows})


def test_where_the_cheaper_store_changes_is_every_whole_count() -> None:
    """At 7.144 GB a meter passes two units, $362.08, at 3.15 million queries."""
    case = searching(f"search: {{{SEARCH}, store: zilliz-dedicated}}")
    two = ("pinecone-standard", "zilliz-dedicated")
    turns = store_crossings(case, "search", *two, up_to=4_000_000)
    for turn in turns:
        for n, dearer in ((turn - 1, False), (turn, True)):
            there = case.at({"requests_per_month": float(n)})
            meter, units = (float(store_cost(there, "search", store)) for store in two)
            assert (meter >= units) is dearer
    assert turns == [3_147_069]
    assert store_crossings(case, "search", *two, up_to=turns[0] - 1) == []
