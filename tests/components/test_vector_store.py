"""What a collection takes in a store: memory, copies under one name, and writes."""

import pytest
from small_systems import BOOK, bill_of, line, system

from aicost.components.flow import Corpus, World
from aicost.components.meters import Meter
from aicost.components.traffic import FLAT, Month
from aicost.components.vector_store import VectorStore
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError

CORPUS = """corpus: {documents: 50_000, pages_per_document: 8, tokens_per_page: 500,
    chunk_tokens: 400, changed_per_month: 5 %, added_per_month: 3 %}"""
FIND = "is: retrieval, top_k: 5, dimensions: 1_024, metadata_bytes: 904"


def text(stage: str) -> str:
    return system(f"find: {{{stage}}}", corpus=" ".join(CORPUS.split()))


@pytest.mark.parametrize(
    ("store", "bytes_each"), [("zilliz-dedicated", 4_096 + 904), ("azure-ai-search-s1", 4_096)]
)
def test_text_stands_in_memory_where_the_store_keeps_it_there(store: str, bytes_each: int) -> None:
    corpus = Corpus(documents=10, pages_per_document=1, tokens_per_page=400, chunk_tokens=400)
    held = VectorStore(name="find", store=store, dimensions=1_024, metadata_bytes=904)
    world = World(Month(), FLAT, corpus)
    assert held.memory(world, Meter(BOOK, store)) == 10 * bytes_each
    assert held.memory(World(Month(), FLAT, None), Meter(BOOK, store)) == 0


@pytest.mark.parametrize("written", ["copies: 2", "redundancy: no"])
def test_copies_have_one_name(tmp_path, written: str) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(text(f"{FIND}, store: opensearch-serverless, {written}"), "utf-8")
    with pytest.raises(ScenarioError, match="no such key; write replicas"):
        load(path)


def test_writes_at_a_contract_s_price_are_as_many_as_are_embedded(tmp_path) -> None:
    """Ten passages a document, all written anew with an edit; four a month of each."""
    corpus = " ".join(CORPUS.split()).replace("5 %", "400 %")
    for again, times in (
        (", amplification: 1", 1),
        (", reembeds: documents", 10),
        (", amplification: 50", 10),
    ):
        embed = f"embed: {{is: embedding, price: {{input: 1}}{again}}}"
        pipeline = f"{embed}\n  find: {{{FIND}, price: {{million_writes: 2}}}}"
        bill = bill_of(system(pipeline, corpus=corpus), tmp_path)
        assert line(bill, "writes").usd == pytest.approx(0.5 * (0.03 + 4 * times) * 2, rel=1e-12)
        assert line(bill, "changed documents").usd == pytest.approx(200 * 4 * times, rel=1e-12)
