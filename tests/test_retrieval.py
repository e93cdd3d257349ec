"""Retrieval: metered stores, whole units, prices of a contract, and the passages handed on."""

import pytest
from small_systems import BOOK, bill_of, line, system

import aicost

CORPUS = """corpus: {documents: 50_000, pages_per_document: 8, tokens_per_page: 500,
    chunk_tokens: 400, changed_per_month: 5 %, added_per_month: 3 %}"""
PASSAGES = 50_000 * 8 * 500 / 400  # 500,000
FIND = "is: retrieval, top_k: 5, dimensions: 1_024, metadata_bytes: 904"  # 5 KB a passage


def text(stage: str, *more: str, users: str = "100") -> str:
    return system(f"find: {{{stage}}}", *more, users=users, corpus=" ".join(CORPUS.split()))


def test_a_metered_store(tmp_path) -> None:
    """2.5 GB: 0.33 a month and GB, 16 per million read units, 4 per million write units."""
    bill = bill_of(text(f"{FIND}, store: pinecone-standard", users="10_000"), tmp_path)
    usd = {c.item: c.usd for c in bill.charges}
    writes = PASSAGES * 5 * 4 / 1e6
    expected = {
        "storage": 2.5 * 0.33,
        "first load": writes,
        "writes": writes * 0.08,
        "queries": 500_000 * 2.5 * 16 / 1e6,
        "account minimum": 50 - 2.5 * 0.33 - writes * 0.08 - 20,
    }
    assert usd == pytest.approx(expected, rel=1e-12)
    assert bill.total == pytest.approx(50, rel=1e-12)
    assert bill.once == pytest.approx(writes, rel=1e-12)


@pytest.mark.parametrize(
    ("documents", "units"), [(50_000, 4), (240_000, 4), (241_000, 6), (1_000_000, 18)]
)
def test_a_store_of_whole_units_by_its_size(tmp_path, documents: int, units: int) -> None:
    """6 GB to a unit, two copies, never fewer than four; 0.05 GB in a thousand documents."""
    stage = f"{FIND}, store: opensearch-serverless"
    bill = bill_of(text(stage), tmp_path, **{"corpus.documents": float(documents)})
    hours = line(bill, "units")
    assert hours.quantity == units * 730
    assert hours.usd == pytest.approx(units * 730 * 0.24, rel=1e-12)
    assert line(bill, "storage").usd == pytest.approx(documents * 5e-5 * 0.024, rel=1e-12)


@pytest.mark.parametrize(("users", "units"), [(1e3, 1), (2.5e7, 1), (3e7, 2), (2.7e8, 11)])
def test_a_store_of_whole_units_by_its_peak(tmp_path, users: float, units: int) -> None:
    """500 queries a second to a unit; a flat month of 730 hours; 50 requests a user."""
    stage = f"{FIND}, store: zilliz-dedicated"
    bill = bill_of(text(stage), tmp_path, users=users)
    per_second = users * 50 / (365 / 12 * 24) / 3600
    assert units == max(1, -(-per_second // 500))
    assert line(bill, "units").quantity == units * 730


def test_replicas_double_the_units(tmp_path) -> None:
    stage = f"{FIND}, store: zilliz-dedicated, replicas: 2"
    assert line(bill_of(text(stage), tmp_path), "units").quantity == 2 * 730


def test_a_contract_s_own_prices(tmp_path) -> None:
    price = "price: {unit_hour: 0.5, units: 3, gb_month: 0.2, million_queries: 4, minimum: 900}"
    bill = bill_of(text(f"{FIND}, {price}, replicas: 2", "month: {hours: 720}"), tmp_path)
    usd = {c.item: c.usd for c in bill.charges}
    own = {"storage": 0.5, "units": 3 * 2 * 720 * 0.5, "queries": 5_000 * 4 / 1e6}
    assert usd == pytest.approx({**own, "account minimum": 0.0}, rel=1e-12)


def test_gigabytes_of_a_contract_stand_for_the_corpus(tmp_path) -> None:
    bill = bill_of(text(f"{FIND}, price: {{gb: 40, gb_month: 0.25}}"), tmp_path)
    assert bill.total == 10


def test_without_documents_a_query_still_costs(tmp_path) -> None:
    stage = "find: {is: retrieval, store: pinecone-standard, metadata_bytes: 904}"
    bill = bill_of(system(stage, corpus="", users="1_000_000"), tmp_path)
    assert line(bill, "queries").usd == pytest.approx(5e7 * 0.25 * 16 / 1e6, rel=1e-12)
    assert line(bill, "storage").usd == 0


def test_a_store_that_nobody_lists_is_named_with_the_nearest(tmp_path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(text(f"{FIND}, store: pinecone-standart"), encoding="utf-8")
    with pytest.raises(LookupError, match="did you mean pinecone-standard"):
        aicost.bill(aicost.load(path), BOOK)


def test_a_price_in_another_unit_is_refused(tmp_path) -> None:
    overlay = tmp_path / "ours.csv"
    overlay.write_text(
        "item,parameter,value,unit,currency,valid_from,valid_to,context,tier_gt,schedule,source,"
        "read_on,confidence,corrects,note\npinecone-standard,read_units,0.012,USD/k read units,USD,"
        ",,,0,,contract,2026-11-01,checked,,\n",
        encoding="utf-8",
    )
    (tmp_path / "small.yaml").write_text(text(f"{FIND}, store: pinecone-standard"), "utf-8")
    book = aicost.Book.load(overlay=overlay)
    with pytest.raises(aicost.book.BookError, match="write it in USD/M read units"):
        aicost.bill(aicost.load(tmp_path / "small.yaml"), book)


@pytest.mark.parametrize(("share", "passages"), [("100 %", 5.0), ("25 %", 1.25)])
def test_requests_that_do_not_search_carry_no_passages(tmp_path, share, passages) -> None:
    answer = "answer: {is: inference, price: {input: 1, output: 1}, input_tokens: 100, "
    pipeline = f"find: {{{FIND}, share: {share}, price: {{gb_month: 1}}}}\n"
    pipeline += f"{answer}output_tokens: 1}}"
    bill = bill_of(system(pipeline, corpus=" ".join(CORPUS.split())), tmp_path)
    assert line(bill, "input").factors[-1].value == 100 + passages * 400
