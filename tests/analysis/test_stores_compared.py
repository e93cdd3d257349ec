"""The same collection in other stores, against sums done by hand."""

from pathlib import Path

import numpy as np
import pytest
from places import ROOT

import aicost
from aicost import Book, Scenario
from aicost.analysis.alternatives.stores import (
    dearest_search,
    in_store,
    on_each_store,
    searches,
    sold,
    store_cost,
)

HEAD = "name: One\nas_of: 2026-11-23\ntraffic: {requests_per_month: 1_000_000}\n"
CORPUS = (
    "corpus: {documents: 1_000_000, pages_per_document: 1, tokens_per_page: 400, "
    "chunk_tokens: 400}\n"
)
SEARCH = "is: retrieval, dimensions: 1_536, metadata_bytes: 1_000"  # 7.144 GB


def written(folder: Path, stages: str, corpus: str = CORPUS) -> Scenario:
    file = folder / "one.yaml"
    file.write_text(f"{HEAD}{corpus}pipeline:\n{stages}", encoding="utf-8")
    return aicost.load(file)


def book(scenario: Scenario) -> Book:
    return Book.load(as_of=scenario.as_of)


def test_a_bill_by_hand(tmp_path: Path) -> None:
    s = written(tmp_path, f"  search: {{{SEARCH}, store: zilliz-dedicated}}\n")
    rows = on_each_store(s, "search", book(s)).set_index("store")
    assert rows.loc["pinecone-standard", "usage"] == pytest.approx(7.144 * 16)
    assert rows.loc["pinecone-standard", "data"] == pytest.approx(7.144 * 0.33)
    assert rows.loc["zilliz-dedicated", "capacity"] == pytest.approx(2 * 730 * 0.248)
    assert list(rows["usd"]) == sorted(rows["usd"])
    for store, row in rows.iterrows():
        assert row["usd"] == pytest.approx(float(store_cost(s, "search", store, book(s))))


def test_what_a_contract_says_holds_for_its_own_store_alone(tmp_path: Path) -> None:
    own = f"{SEARCH}, store: pinecone-standard, price: {{million_queries: 2, minimum: 900}}"
    s = written(tmp_path, f"  search: {{{own}}}\n")
    assert in_store(s, "search", "pinecone-standard") is s
    assert store_cost(s, "search", "pinecone-standard", book(s)) == pytest.approx(900)
    elsewhere = store_cost(s, "search", "zilliz-dedicated", book(s))
    assert elsewhere == pytest.approx(2 * 730 * 0.248)


def test_a_sweep_is_one_pass(tmp_path: Path) -> None:
    s = written(tmp_path, f"  search: {{{SEARCH}, store: zilliz-dedicated}}\n")
    swept = s.at({"requests_per_month": [1e6, 1e8]})
    found = store_cost(swept, "search", "pinecone-standard", book(s))
    alone = [
        store_cost(s.at({"requests_per_month": n}), "search", "pinecone-standard", book(s))
        for n in (1e6, 1e8)
    ]
    np.testing.assert_allclose(found, alone)


def test_the_dearest_of_two_searches(tmp_path: Path) -> None:
    two = (
        f"  first: {{{SEARCH}, store: turbopuffer-launch}}\n"
        f"  second: {{{SEARCH}, store: opensearch-serverless}}\n"
    )
    s = written(tmp_path, two)
    assert dearest_search(Case(s, book(s)).bill) == "second"


def test_no_search() -> None:
    s = aicost.load(ROOT / "data/scenarios/claims-review.yaml")
    assert searches(s) == []
    with pytest.raises(ValueError, match="no stage searches a collection"):
        dearest_search(case_of(s).bill)
    with pytest.raises(ValueError, match="extract: no search in a store"):
        in_store(s, "extract", "s3-vectors")


def test_every_store_of_the_price_list_is_sold() -> None:
    rows = (ROOT / "data/stores.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert sold(Book.load()) == sorted({row.partition(",")[0] for row in rows})
