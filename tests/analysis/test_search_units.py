"""Units of a search service: those that run beside those that would do, and what one costs."""

from pathlib import Path

import pytest
from small_systems import BOOK, bill_of, system

from aicost.analysis.capacity.search_units import search_units
from aicost.billing.case import Case


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ("", "1 unit holds what is searched, and the peak hour. Where more run, write units: N."),
        (", units: 1", "1 unit holds what is searched, and the peak hour, and 1 is bought."),
        (", units: 3", "and the peak hour; 3 are bought, $490.56 a month more."),
    ],
)
def test_what_one_costs_and_how_many_would_do(tmp_path: Path, units: str, words: str) -> None:
    store = f"retrieval: {{is: retrieval, store: azure-ai-search-s1{units}, dimensions: 1_536}}"
    case = Case(bill_of(system(store), tmp_path).scenario, BOOK)
    (found,) = search_units(case)
    assert found.sentence.startswith(
        "retrieval: one unit of azure-ai-search-s1 is $245.28 a month; "
    )
    assert found.sentence.endswith(words)
    paid = sum(float(c.usd) for c in case.bill.charges if c.item == "units")
    assert paid == pytest.approx(found.run * found.each_usd)


def test_units_are_those_of_each_copy(tmp_path: Path) -> None:
    def case(units: str) -> Case:
        store = f"retrieval: {{is: retrieval, store: opensearch-serverless{units}, dimensions: 8}}"
        return Case(bill_of(system(store), tmp_path).scenario, BOOK)

    (free,), (four,) = search_units(case("")), search_units(case(", units: 4"))
    assert (free.copies, four.run) == (2, 8)
    assert free.sentence.endswith(
        " of 2 copies. Where more run, write units: N, those of each copy."
    )
    assert four.sentence.startswith(free.sentence.partition(". Where")[0])
    paid = sum(float(c.usd) for c in case(", units: 4").bill.charges if c.stage == "retrieval")
    assert paid == pytest.approx(8 * free.each_usd + free.beside_usd)


def test_a_store_by_the_query_has_none(tmp_path: Path) -> None:
    store = "retrieval: {is: retrieval, store: pinecone-standard, dimensions: 1_536}"
    assert [*search_units(Case(bill_of(system(store), tmp_path).scenario, BOOK))] == []
