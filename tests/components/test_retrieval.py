"""Retrieval: metered stores, whole units, prices of a contract, and the passages handed on."""

from datetime import date

import numpy as np
import pytest
from small_systems import BOOK, bill_of, line, system

from aicost.billing.case import Case
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.scenario.checks import verify, warnings
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError

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
    ("documents", "units"), [(1_000, 0.5), (17_000, 0.5), (18_000, 1), (50_000, 2), (240_000, 7)]
)
def test_a_store_of_whole_units_by_its_size(tmp_path, documents: int, units: float) -> None:
    """1.42 GB of vectors to a unit of a copy, text beside them; 0.041 GB in 1,000 documents."""
    stage = f"{FIND}, store: opensearch-serverless"
    for copies, more in ((2, ""), (1, ", replicas: 1")):
        bill = bill_of(text(f"{stage}{more}"), tmp_path, **{"corpus.documents": float(documents)})
        hours, apart = line(bill, "units"), line(bill, "indexing")
        assert hours.quantity == copies * units * 730
        assert hours.usd == pytest.approx(copies * units * 730 * 0.24, rel=1e-12)
        assert apart.usd == pytest.approx(copies * 0.5 * 730 * 0.24, rel=1e-12)
        assert line(bill, "storage").usd == pytest.approx(documents * 5e-5 * 0.024, rel=1e-12)


@pytest.mark.parametrize(
    ("day", "more", "usd"),
    [
        ("2024-05-31", "", 4 * 730 * 0.24),
        ("2024-05-31", ", replicas: 1", 2 * 730 * 0.24),
        ("2024-06-01", "", 350.4),
        ("2024-06-01", ", replicas: 1", 175.2),
        ("2026-11-23", ", replicas: 2", 350.4),
        ("2026-11-23", ", indexing_units: 3", (1 + 2 * 3) * 730 * 0.24),
    ],
)
def test_the_least_of_a_store_is_that_of_the_day(tmp_path, day: str, more: str, usd: float) -> None:
    stage = text(f"{FIND}, store: opensearch-serverless{more}", f"as_of: {day}")
    (tmp_path / "small.yaml").write_text(stage, encoding="utf-8")
    found = bill(
        load(tmp_path / "small.yaml").at({"corpus.documents": 10.0}),
        Book.load(as_of=date.fromisoformat(day)),
    )
    units = sum(line.usd for line in found.charges if line.driver == "hours")
    assert units == pytest.approx(usd, rel=1e-12)


@pytest.mark.parametrize(
    ("tier", "replicas", "documents", "usd"),
    [("s1", 1, 1e4, 245.28), ("s1", 2, 1e6, 4 * 245.28), ("s2", 1, 1e6, 981.12)],
)
def test_partitions_of_azure(tmp_path, tier: str, replicas: int, documents: float, usd) -> None:
    """Ten million vectors are 41 GB: two partitions of 35, or one of 150."""
    stage = text(f"{FIND}, store: azure-ai-search-{tier}, replicas: {replicas}")
    bill = bill_of(stage, tmp_path, **{"corpus.documents": documents})
    assert bill.total == pytest.approx(usd, rel=1e-12)


def test_more_than_a_store_sells_is_said(tmp_path) -> None:
    """Twelve partitions of 35 GB hold 10.2 million documents of ten vectors."""
    path = tmp_path / "small.yaml"
    path.write_text(text(f"{FIND}, store: azure-ai-search-s1"), encoding="utf-8")
    for documents, said in ((10.2e6, 0), (10.3e6, 1)):
        found = warnings(load(path).at({"corpus.documents": documents}), BOOK)
        assert len([one for one in found if "takes 13 units" in one.wrong]) == said


def test_a_fleet_by_count(tmp_path) -> None:
    """Where no row says what a unit holds, it is asked how many run."""
    overlay = tmp_path / "ours.csv"
    header = "item,parameter,value,unit,currency,source,read_on\n"
    overlay.write_text(f"{header}ours,unit_hour,2,USD/unit-hour,USD,a contract,2026-11-23\n")
    book, path = Book.load(overlay=overlay), tmp_path / "small.yaml"
    path.write_text(text(f"{FIND}, store: ours"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"units: nobody says .* write units: 3, or a row"):
        verify(load(path), book)
    path.write_text(text(f"{FIND}, store: ours, units: 3, replicas: 2"), encoding="utf-8")
    assert Case(load(path), book).bill.total == 6 * 730 * 2
    fleet = bill_of(text(f"{FIND}, store: zilliz-dedicated, units: 7"), tmp_path)
    assert line(fleet, "units").quantity == 7 * 730


def test_a_store_that_sells_dimensions_only(tmp_path) -> None:
    """500,000 passages of 1,024 dimensions, 5,000 queries."""
    overlay = tmp_path / "ours.csv"
    rows = ("storage_dimensions,0.01,USD/M dimensions-month", "query,8,USD/M queries")
    lines = [f"edge,{row},USD,a page,2026-11-23\n" for row in rows]
    header = "item,parameter,value,unit,currency,source,read_on\n"
    overlay.write_text(header + "".join(lines), encoding="utf-8")
    (tmp_path / "small.yaml").write_text(text(f"{FIND}, store: edge"), encoding="utf-8")
    case = Case(load(tmp_path / "small.yaml"), Book.load(overlay=overlay))
    assert case.bill.total == pytest.approx(512 * 0.01 + 0.005 * 8, rel=1e-12)


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
    stage = text(f"{FIND}, price: {{gb: 40, gb_month: 0.25}}")
    assert bill_of(stage, tmp_path).total == 10
    swept = bill_of(stage, tmp_path, **{"price.gb": np.array([0.0, 40.0, 80.0])})
    assert swept.total.tolist() == [0, 10, 20]


def test_without_documents_a_query_still_costs(tmp_path) -> None:
    stage = "find: {is: retrieval, store: pinecone-standard, metadata_bytes: 904}"
    bill = bill_of(system(stage, corpus="", users="1_000_000"), tmp_path)
    assert line(bill, "queries").usd == pytest.approx(5e7 * 0.25 * 16 / 1e6, rel=1e-12)
    assert line(bill, "storage").usd == 0


def test_a_store_that_nobody_lists_is_named_with_the_nearest(tmp_path) -> None:
    with pytest.raises(LookupError, match="did you mean 'pinecone-standard'"):
        bill_of(text(f"{FIND}, store: pinecone-standart"), tmp_path)


def test_a_price_in_another_unit_is_refused(tmp_path) -> None:
    overlay = tmp_path / "ours.csv"
    overlay.write_text(
        "item,parameter,value,unit,currency,valid_from,valid_to,context,tier_gt,schedule,source,"
        "read_on,confidence,corrects,note\npinecone-standard,read_units,0.012,USD/k read units,USD,"
        ",,,0,,contract,2026-11-01,checked,,\n",
        encoding="utf-8",
    )
    (tmp_path / "small.yaml").write_text(text(f"{FIND}, store: pinecone-standard"), "utf-8")
    book = Book.load(overlay=overlay)
    with pytest.raises(BookError, match="write it in USD/M read units"):
        bill(load(tmp_path / "small.yaml"), book)


@pytest.mark.parametrize(("share", "passages"), [("100 %", 5.0), ("25 %", 1.25)])
def test_requests_that_do_not_search_carry_no_passages(tmp_path, share, passages) -> None:
    answer = "answer: {is: inference, price: {input: 1, output: 1}, input_tokens: 100, "
    pipeline = f"find: {{{FIND}, share: {share}, price: {{gb_month: 1}}}}\n"
    pipeline += f"{answer}output_tokens: 1}}"
    bill = bill_of(system(pipeline, corpus=" ".join(CORPUS.split())), tmp_path)
    assert line(bill, "input").factors[-1].value == 100 + passages * 400


# ---- a change of model


RENEWED = "months_between_models: 12.5"
DAYS = 365 / 12


def renewed(stage: str, *more: str, users: str = "100") -> str:
    corpus = " ".join(CORPUS.split()).replace("}", f", {RENEWED}}}")
    return system(f"find: {{{stage}}}", *more, users=users, corpus=corpus)


def test_a_new_model_writes_all_anew_and_stands_beside_the_old(tmp_path) -> None:
    """2.5 GB written every 12.5 months, and held twice for 15 days of them."""
    bill = bill_of(renewed(f"{FIND}, store: pinecone-standard, reindex_days: 15"), tmp_path)
    assert line(bill, "re-index writes").usd == pytest.approx(PASSAGES * 5 * 4 / 1e6 / 12.5)
    twice = line(bill, "storage while re-indexing").usd
    assert twice == pytest.approx(2.5 * 0.33 * 15 / DAYS / 12.5)


def test_units_for_two_indexes_where_one_does_not_leave_room(tmp_path) -> None:
    """4.6 GB to a unit: 4 GB twice take two; 2.5 GB twice take one more as well."""
    stage = f"{FIND}, store: zilliz-dedicated, reindex_days: 15"
    for documents, more in ((40_000, 0), (50_000, 1), (80_000, 1)):
        text = renewed(stage)
        bill = bill_of(text, tmp_path, **{"corpus.documents": float(documents)})
        found = line(bill, "units while re-indexing").usd
        assert found == pytest.approx(more * 730 * 0.248 * 15 / DAYS / 12.5)


def test_a_model_that_changes_all_the_time_is_held_twice_at_most(tmp_path) -> None:
    text = renewed(f"{FIND}, store: pinecone-standard, reindex_days: 60")
    bill = bill_of(text, tmp_path, months_between_models=0.5)
    assert line(bill, "storage while re-indexing").usd == line(bill, "storage").usd


def test_a_model_that_stays_adds_no_line(tmp_path) -> None:
    bill = bill_of(text(f"{FIND}, store: pinecone-standard"), tmp_path)
    assert not [c.item for c in bill.charges if "re-index" in c.item]


# ---- whole units: memory by the kind of index, queries by size


@pytest.mark.parametrize(
    ("index", "gb"),
    [
        ("flat", 1.15 * 4.096 + 0.904),
        ("hnsw", 1.15 * (4.096 + 0.144 + (4 + 64) / 15e3) + 0.904),
        ("sq8", 1.15 * 1.024 + 0.904),
        ("pgvector", 1.15 * 8.192 + 0.904),
        ("pgvector-halfvec", 1.15 * 8.192 / 3 + 0.904),
    ],
)
def test_units_hold_an_index_with_its_text(tmp_path, index: str, gb: float) -> None:
    """A million passages of 1,024 dimensions; pgvector puts one on a page, as halfvec three."""
    stage = f"{FIND}, store: zilliz-dedicated, index: {index}"
    bill = bill_of(text(stage), tmp_path, **{"corpus.documents": 1e5})
    assert line(bill, "units").quantity == -(-gb // 4.6) * 730
    assert f"to hold {gb:.3g} GB" in line(bill, "units").factors[0].note


def units_at_peak(tmp_path, stage: str, documents: float, per_second: float) -> float:
    users = per_second * 3600 * 24 * DAYS / 50
    changes = {"users": users, "corpus.documents": documents}
    return line(bill_of(text(f"{FIND}, {stage}"), tmp_path, **changes), "units").quantity / 730


def test_a_published_point_holds_at_its_size_and_shrinks_with_growth(tmp_path) -> None:
    """322 queries a second at ten million vectors; its own exponent is 0.56."""
    store = "store: qdrant-cloud-16c64g"
    assert units_at_peak(tmp_path, store, 1e6, 321) == 1
    assert units_at_peak(tmp_path, store, 1e6, 323) == 2
    at_twice = 322 / 2**0.56
    assert units_at_peak(tmp_path, store, 2e6, 0.999 * 2 * at_twice) == 2
    assert units_at_peak(tmp_path, store, 2e6, 1.001 * 2 * at_twice) == 3


def test_below_a_million_nothing_was_published(tmp_path) -> None:
    store = "store: qdrant-cloud-16c64g"
    at_a_million = 322 * 10**0.56
    for documents in (1e5, 1e4, 1e2):
        assert units_at_peak(tmp_path, store, documents, 0.999 * at_a_million) == 1
        assert units_at_peak(tmp_path, store, documents, 1.001 * at_a_million) == 2


def test_a_client_s_own_point_goes_before_the_published_one(tmp_path) -> None:
    point = "vectors: 1_000_000, queries_per_s: 90, recall: 92 %"
    own = f"store: qdrant-cloud-16c64g, measured: {{{point}}}"
    assert units_at_peak(tmp_path, own, 1e5, 89) == 1
    assert units_at_peak(tmp_path, own, 1e5, 91) == 2
    at_ten_times = 90 / 10**0.56
    assert units_at_peak(tmp_path, own, 1e6, 0.999 * at_ten_times) == 1
    assert units_at_peak(tmp_path, own, 1e6, 1.001 * at_ten_times) == 2


def test_two_points_of_a_client_give_the_growth(tmp_path) -> None:
    """From 90 to 45 when doubled: half as many each time."""
    two = "vectors: 1_000_000, queries_per_s: 90, then_vectors: 2_000_000, then_queries_per_s: 45"
    own = f"store: qdrant-cloud-16c64g, measured: {{{two}}}"
    assert units_at_peak(tmp_path, own, 4e5, 22.4) == 1
    assert units_at_peak(tmp_path, own, 4e5, 22.6) == 2


@pytest.mark.parametrize(
    ("half", "words"),
    [
        ("then_vectors: 2_000_000", "half a second size; write then_vectors and then_queries_per"),
        ("then_vectors: 1_000_000, then_queries_per_s: 9", "it is the same size"),
    ],
)
def test_half_a_point_is_refused(tmp_path, half: str, words: str) -> None:
    point = f"measured: {{vectors: 1_000_000, queries_per_s: 90, {half}}}"
    path = tmp_path / "small.yaml"
    path.write_text(text(f"{FIND}, store: qdrant-cloud-16c64g, {point}"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=words):
        verify(load(path), BOOK)


def test_an_unknown_index_is_refused_with_the_nearest(tmp_path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(text(f"{FIND}, store: zilliz-dedicated, index: hsnw"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="hnsw"):
        load(path)
