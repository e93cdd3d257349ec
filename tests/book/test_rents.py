"""What chips are rented for: providers' prices, and the client's own before them."""

from pathlib import Path

import pytest

from aicost.book.book import Book
from aicost.book.data_files import data_rows
from aicost.book.machines import families
from aicost.book.rents import TERMS, expected, rent
from aicost.book.rows import BookError
from aicost.values.quantities import Range

BOOK = Book.load()


def test_the_range_is_as_wide_as_that_of_providers_around_their_median() -> None:
    found = rent("h100-sxm", "on_demand", book=BOOK)
    assert isinstance(found.usd, Range)
    assert found.usd.high / found.usd.low == pytest.approx(7.0 / 1.98)
    assert (found.usd.high * found.usd.low) ** 0.5 == pytest.approx((2.95 + 3.0) / 2)
    assert found.basis == "assumed"
    assert "median of 8 prices on demand, from 1.98 to 7 a chip" in found.source


def test_one_provider_has_one_price() -> None:
    found = rent("l40s", "on_demand", book=BOOK)
    assert (found.usd, found.basis) == (1.55, "listed")
    assert "Nebius" in found.source


@pytest.mark.parametrize(
    ("chip", "terms", "remedy"),
    [("b300", "on_demand", "of a whole unit"), ("h200", "reserved", "terms: on_demand or spot")],
)
def test_no_price_is_an_error_with_the_terms_there_are(chip: str, terms: str, remedy: str) -> None:
    with pytest.raises(BookError, match=remedy):
        rent(chip, terms, book=BOOK)


def test_a_price_of_the_client_s_own_wins(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(
        "item,parameter,value,unit,currency,source,read_on\n"
        "device/h200,hour,2.10,USD/hour,USD,our contract,2026-11-20\n"
    )
    found = rent("h200", "on_demand", book=Book.load(overlay=file))
    assert (found.usd, found.source) == (2.10, "our contract")


def test_every_row_is_of_a_chip_and_of_terms_that_there_are() -> None:
    for row in data_rows("machine_prices.csv"):
        assert row["chip"] in families()
        assert row["terms"] in TERMS
        assert not row["low"] or row.number("low") <= row.number("value") <= row.number("high")


@pytest.mark.parametrize(
    ("model", "limits", "of"),
    [
        ("gpt-oss-120b", (3.0, 0.08), "gpt-oss-120b:"),
        ("meta-llama/Llama-3.1-405B-Instruct", (6.0, 0.175), "llama-3.1-405b, the nearest"),
        ("llama-3.3-70b", (2.0, 0.2), "llama-2-70b, the nearest in size"),
        ("qwen2.5-72b", (2.0, 0.2), "llama-2-70b, the nearest in size"),
        ("qwen3-8b", (2.0, 0.1), "llama-3.1-8b, the nearest in size"),
        ("llama-3.2-1b", (2.0, 0.1), "llama-3.1-8b, the nearest in size"),
        ("kimi-k2.5", (2.0, 0.08), "deepseek-r1, the nearest in size"),
        ("qwen3-30b-a3b", (3.0, 0.08), "gpt-oss-120b, the nearest in size"),
    ],
)
def test_a_model_that_the_rules_do_not_name_has_the_limits_of_the_nearest_in_size(
    model: str, limits: tuple[float, float], of: str
) -> None:
    found = expected(model, book=BOOK)
    assert found[:2] == limits
    assert of in found.source


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("device/h200,hour,0,USD/hour,USD", "own.csv:2: device/h200 hour: a rent of 0; write what"),
        ("device/h200,hour,2100,USD/month,USD", "h200 hour is in USD/month; write it in USD/hour"),
        ("device/h200,hour,2,USD,USD", "h200 hour is in USD; write it in USD/hour"),
    ],
)
def test_no_chip_is_free_nor_rented_by_another_unit(row: str, line: str, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(f"item,parameter,value,unit,currency,source,read_on\n{row},ours,2026-11-20\n")
    with pytest.raises(BookError, match=line):
        rent("h200", "on_demand", book=Book.load(overlay=file))
