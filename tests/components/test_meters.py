"""Metered stores against the vendors' own examples: one meter, rows that differ, dated rows."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import BOOK, line

from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.components.meters import SOLD, Meter
from aicost.formulas.crossings import crossings
from aicost.scenario.load import load

METERED = (
    "pinecone-standard",
    "turbopuffer-launch",
    "s3-vectors",
    "weaviate-flex",
    "zilliz-serverless",
)
KIB = 1024
COLUMNS = (
    "item,parameter,value,unit,currency,valid_from,valid_to,context,tier_gt,schedule,source,"
    "read_on,confidence,corrects,note"
)

every_reader = pytest.mark.parametrize("store", [s for s in METERED if s != "weaviate-flex"])


def scenario(folder, passages: int, stage: str, *more: str, requests: str = "1_000_000"):
    """A collection of so many passages of one page, and a month of searches in it."""
    path = folder / "store.yaml"
    corpus = f"documents: {passages}, pages_per_document: 1, tokens_per_page: 400"
    corpus = ", ".join([f"{corpus}, chunk_tokens: 400", *more])
    text = f"traffic: {{requests_per_month: {requests}}}\ncorpus: {{{corpus}}}\n"
    path.write_text(f"{text}pipeline:\n  find: {{is: retrieval, {stage}}}\n", encoding="utf-8")
    return load(path)


def usd(bill) -> dict[str, float]:
    return {charge.item: float(charge.usd) for charge in bill.charges}


def read_units(store: str, passages, size: float, on: date | None = None):
    book = BOOK if on is None else BOOK.at(on)
    return Meter(book, store).read_units(passages=passages, scanned_bytes=size)


# ---- the vendors' own examples


@pytest.mark.parametrize(
    ("records", "dimensions", "metadata", "units"),
    [
        (500_000, 768, 500, 1.78),
        (1_000_000, 1536, 1_000, 7.14),
        (5_000_000, 1024, 15_000, 95.5),
        (10_000_000, 1536, 1_000, 71.4),
    ],
)
def test_pinecone_read_units(records, dimensions, metadata, units) -> None:
    """docs.pinecone.io, understanding cost, cut off; the records of 1.78 and 95.5 are inferred."""
    found = read_units("pinecone-standard", records, 4 * dimensions + metadata)
    assert found == pytest.approx(units, rel=4e-3)


def test_turbopuffer_calculator(tmp_path) -> None:
    """A million documents in ten namespaces, written once and searched a million times.

    Queries 1.31 USD, writes 4.71 USD. Both fit 1,024 dimensions and 614 B beside the vector.
    """
    stage = "store: turbopuffer-launch, dimensions: 1_024, metadata_bytes: 614, namespaces: 10"
    bill = Case(scenario(tmp_path, 1_000_000, f"{stage}, top_k: 1"), BOOK).bill
    found = usd(bill)
    assert found["queries"] + found["returned"] == pytest.approx(1.31, abs=0.005)
    assert found["first load"] == pytest.approx(4.71, abs=0.005)
    assert bill.total == pytest.approx(16)  # the least bill


def test_s3_vectors_first_example(tmp_path) -> None:
    """AWS: 40 indexes of 250,000 vectors, half a percent of rounding in their print."""
    overlay = tmp_path / "theirs.csv"
    filters = 1.17 / 2.17  # KB of metadata and key that are processed, of all
    overlay.write_text(
        f"{COLUMNS}\ns3-vectors,scanned_metadata,{filters:.8f},share,,,,,0,,example,2026-11-24,"
        "checked,,\n",
        encoding="utf-8",
    )
    stage = f"store: s3-vectors, dimensions: 1_024, metadata_bytes: {2.17 * KIB}, namespaces: 40"
    s = scenario(tmp_path, 10_000_000, stage, f"changed_per_month: {100 / 6:.6f} %")
    bill = Case(s, Book.load(overlay=overlay)).bill
    found = usd(bill)
    assert found["storage"] == pytest.approx(3.54, rel=5e-3)
    assert found["writes"] == pytest.approx(1.97, rel=5e-3)
    assert found["queries"] == pytest.approx(1.93 + 1.44, abs=0.005)
    assert found["query fee"] == 2.5
    assert bill.total == pytest.approx(11.38, rel=2e-3)


def test_s3_vectors_second_example() -> None:
    """AWS: ten million searches in indexes of ten million vectors."""
    units = read_units("s3-vectors", 10_000_000, 5.17 * KIB)
    price = Meter(BOOK, "s3-vectors").price("read_units")
    assert 10_000_000 * units / 1e6 * price.usd == pytest.approx(19.26 + 953.36, rel=1e-4)


@pytest.mark.parametrize(
    ("vectors_m", "dimensions", "write_usd", "read_vcu_m"),
    [
        (1, 128, 0.5, 6),
        (1, 768, 3, 15),
        (5, 768, 15, 35),
        (10, 768, 30, 55),
        (1, 1536, 6, 25),
        (10, 1536, 60, 75),
        (100, 1536, 600, 290),
        (10_000, 1536, 60_000, 1_495),
        (1, 2560, 10, 30),
    ],
)
def test_zilliz_serverless(tmp_path, vectors_m, dimensions, write_usd, read_vcu_m) -> None:
    """docs.zilliz.com: a million searches; their table says 5 where their least is 6."""
    stage = f"store: zilliz-serverless, dimensions: {dimensions}, metadata_bytes: 0"
    found = usd(Case(scenario(tmp_path, vectors_m * 1_000_000, stage), BOOK).bill)
    assert found["first load"] == pytest.approx(write_usd, rel=1e-6)
    assert found["queries"] == pytest.approx(4 * read_vcu_m, rel=1e-6)


def test_zilliz_dedicated(tmp_path) -> None:
    """docs.zilliz.com: 8 CU, 2 replicas, 720 hours at 0.248 USD."""
    stage = "store: zilliz-dedicated, dimensions: 768, metadata_bytes: 0, replicas: 2"
    s = scenario(tmp_path, 11_500_000, stage)
    bill = Case(s.at({"month.hours": 720.0}), BOOK).bill
    assert line(bill, "units").factors[0].value == 16
    assert line(bill, "units").usd == pytest.approx(2_856.96, rel=1e-12)


def test_weaviate_counts_dimensions(tmp_path) -> None:
    """Ten million vectors of 768 dimensions, twice: 71.42 USD, and nothing for searches."""
    stage = "store: weaviate-flex, dimensions: 768, metadata_bytes: 0, replicas: 2"
    found = usd(Case(scenario(tmp_path, 10_000_000, stage), BOOK).bill)
    assert found["dimensions"] == pytest.approx(10e6 * 768 * 2 / 1e6 * 0.00465)
    assert found["storage"] == pytest.approx(10e6 * 768 * 4 / 2**30 * 0.12, rel=1e-6)
    assert found["account minimum"] == 0
    assert "queries" not in found


# ---- what always holds


@every_reader
@given(n=st.floats(0, 1e10), more=st.floats(0, 1e9), size=st.floats(100, 2e4))
def test_a_larger_namespace_never_reads_less(store: str, n: float, more: float, size: float):
    few, many = (read_units(store, passages, size) for passages in (n, n + more))
    assert many >= few * (1 - 1e-12) >= 0


@every_reader
@given(n=st.floats(1e5, 1e9), size=st.floats(100, 2e4))
def test_bands_are_marginal(store: str, n: float, size: float) -> None:
    """No step where a band ends: one vector more costs a vector more."""
    a, b = read_units(store, n, size), read_units(store, n * (1 + 1e-9), size)
    assert b == pytest.approx(a, rel=1e-7)


@every_reader
def test_read_units_broadcast(store: str) -> None:
    n = np.array([[1e4], [1e6], [1e8]])
    found = read_units(store, n, np.array([1e3, 5e3]))
    assert found.shape == (3, 2)
    assert found[2, 1] == read_units(store, 1e8, 5e3)


@pytest.mark.parametrize("store", METERED)
def test_every_row_of_a_store_is_read(store: str) -> None:
    figures = {
        "read_units_per_gb",
        "read_units_minimum",
        "write_units_per_kb",
        "scanned_metadata",
    }
    for row in BOOK.active(store):
        assert row.parameter in SOLD.keys() | figures
        if row.parameter in SOLD:
            assert row.unit == SOLD[row.parameter][0]


def test_a_figure_that_is_missing_is_an_error() -> None:
    with pytest.raises(BookError, match="pinecone-standard has no 'unit_gb'"):
        Meter(BOOK, "pinecone-standard").figure("unit_gb")
    assert Meter(BOOK, "pinecone-standard").figure("unit_gb", 7.0) == 7.0


# ---- prices and formulas have dates


@pytest.mark.parametrize(
    ("on", "usd_per_million"),
    [(date(2026, 1, 31), 5 * (32 + 0.2 * 168)), (date(2026, 2, 1), 32 + 0.2 * 96 + 0.04 * 72)],
)
def test_turbopuffer_before_and_after_its_cut(on: date, usd_per_million: float) -> None:
    """200 GB searched: 5 USD/PB, 80 % off above 32 GB; then 1 USD/PB, 96 % off above 128 GB."""
    units = read_units("turbopuffer-launch", 200e9 / 4096, 4096, on)
    price = Meter(BOOK.at(on), "turbopuffer-launch").price("read_units")
    assert units * price.usd == pytest.approx(usd_per_million, rel=1e-9)


def test_s3_vectors_large_indexes_became_cheaper() -> None:
    before, after = (
        read_units("s3-vectors", np.array([1e7, 2e7]), 4096, on)
        for on in (date(2026, 6, 15), date(2026, 6, 16))
    )
    assert before[0] == after[0]
    assert after[1] - after[0] == pytest.approx(0.2 * (before[1] - before[0]), rel=1e-6)


# ---- metered beside provisioned


def test_where_a_cluster_becomes_cheaper_than_a_meter(tmp_path) -> None:
    """10 million passages: about 1.3 million searches a month, every count tried."""
    stage = "dimensions: 768, metadata_bytes: 500"
    metered = scenario(tmp_path, 10_000_000, f"{stage}, store: pinecone-standard")
    cluster = scenario(tmp_path, 10_000_000, f"{stage}, store: qdrant-cloud-16c64g")

    def more(n: np.ndarray) -> np.ndarray:
        bills = (Case(s.at({"requests_per_month": n}), BOOK).bill for s in (metered, cluster))
        a, b = (bill.total for bill in bills)
        return a - b

    (found,) = crossings(more, up_to=2_000_000)
    gb = 10e6 * 3572 / 1e9
    by_hand = (1.14 * 730 - gb * 0.33) / (gb * 16 / 1e6)
    assert found == int(np.ceil(by_hand))


def test_one_namespace_for_all_grows_with_the_square(tmp_path) -> None:
    """Ten times the tenants, each with as many documents and searches."""
    stage = "store: pinecone-standard, dimensions: 1_024, metadata_bytes: 904, namespaces: 1"
    s = scenario(tmp_path, 10_000, stage)
    tenants = np.array([100.0, 1_000.0])
    grown = {"requests_per_month": 10_000 * tenants, "corpus.documents": 100_000 * tenants}
    together = line(Case(s.at(grown), BOOK).bill, "queries").usd
    apart = line(Case(s.at({**grown, "namespaces": tenants}), BOOK).bill, "queries").usd
    assert together[1] / together[0] == pytest.approx(100)
    assert apart[1] / apart[0] == pytest.approx(10)
    assert together / apart == pytest.approx(tenants)
