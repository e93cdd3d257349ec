"""The same calls at other prices: against the price of each call, converted by hand."""

import math
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from priced_logs import ENGINES

from aicost.book.book import Book
from aicost.book.token_prices import price_requests, total_usd
from aicost.book.tokenizers import convert
from aicost.log.reprice import reprice_calls

BOOK = Book.load()
LOG = pd.DataFrame(
    {
        "moment": [datetime(2026, 11, 2), datetime(2026, 11, 3), datetime(2026, 11, 4)],
        "feature": ["a", "b", "b"],
        "model": ["openai/gpt-4o", "openai/gpt-4o", "ours"],
        "input_tokens": [150_001, 7, 5],
        "output_tokens": [1_001, 11, 5],
    }
)


def by_hand(model: str, times: float = 1.0, at: str = "2026-11-02") -> Decimal:
    """Price the first two calls with another model."""
    tokens = [[math.floor(n * times + 0.5) for n in LOG[c][:2]] for c in LOG.columns[3:]]
    return total_usd(
        price_requests(BOOK, model=model, at=at, input_tokens=tokens[0], output_tokens=tokens[1])
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_another_model_takes_its_own_tokens_and_tiers(engine: str) -> None:
    other = "anthropic/claude-haiku-5-5"
    found = reprice_calls(ENGINES[engine](LOG), BOOK, model=other, by="feature")
    times = convert("openai/gpt-4o", other)
    assert times.low < times.value < times.high
    assert found.usd == (by_hand("openai/gpt-4o"), by_hand(other, times.value))
    assert found.ends == (by_hand(other, times.low), by_hand(other, times.high))
    assert found.sentence.startswith("2 calls cost $0.39; with anthropic/claude-haiku-5-5 they")
    assert found.sentence.endswith("1 without a price both times are left out.")
    names = [(row.cells[0], row.cells[1]) for row in found.rows().rows]
    assert names == [("a", 1), ("b", 1), ("all", 2)]
    assert float(found.usd[1] - found.usd[0]) == found.rows().rows[-1].cells[4]


def test_the_same_tokenizer_has_no_ends() -> None:
    found = reprice_calls(LOG, BOOK, model={"gpt-4o": "gpt-4o-mini"})
    assert (found.usd[1], found.ends) == (by_hand("openai/gpt-4o-mini"), None)
    assert "with gpt-4o-mini for gpt-4o they would cost" in found.sentence


def test_another_day_and_a_contract(tmp_path: Path) -> None:
    gemini = LOG.assign(model="google/gemini-4-argon")
    found = reprice_calls(gemini, BOOK, at=date(2026, 12, 1))
    assert found.usd[1] == found.usd[0] * 2
    assert "at prices of 2026-12-01" in found.sentence
    file = tmp_path / "contract.csv"
    file.write_text(
        "item,parameter,value,unit,source,read_on\nopenai/*,discount,25,%,contract,2026-11-20\n"
    )
    contract = reprice_calls(LOG, BOOK, prices=Book.load(overlay=file))
    assert contract.usd[1] == contract.usd[0] * Decimal("0.75")
    assert "at contract.csv" in contract.sentence


def test_what_is_not_sold_there_is_left_out_both_times() -> None:
    found = reprice_calls(LOG, BOOK, provider="groq")
    assert found.usd == (0, 0)
    assert "3 without a price both times are left out" in found.sentence
