"""Models that only read, side by side: what changes with the share of the peak, text and day."""

from datetime import date

import numpy as np
import pytest
from cases import BOOK

from aicost.analysis.alternatives.encoders import embedders, machines
from aicost.book.rows import BookError


def test_every_device_with_a_rent_is_listed_once() -> None:
    held = {i: {row.parameter for row in BOOK.active(i)} for i in BOOK.items("device/")}
    rented = {i.removeprefix("device/") for i, has in held.items() if {"hour", "peak_16bit"} <= has}
    table = machines(BOOK, "bge-m3", text_tokens=400, utilisation=0.3)
    assert sorted(table["device"]) == sorted(rented)


def test_twice_the_share_of_the_peak_is_half_the_price() -> None:
    low, high = (
        machines(BOOK, "bge-m3", text_tokens=400, utilisation=share).set_index("device")
        for share in (0.15, 0.30)
    )
    np.testing.assert_allclose(high["tokens_per_s"], 2 * low["tokens_per_s"][high.index])
    np.testing.assert_allclose(high["usd_per_mtok"], low["usd_per_mtok"][high.index] / 2)


def test_longer_texts_take_longer_by_the_token() -> None:
    """Of 24 x 24 x 1024² + 4 x 24 x 1024 n operations a token only the second part grows."""
    speeds = [
        machines(BOOK, "bge-m3", text_tokens=n, utilisation=0.3).set_index("device")["tokens_per_s"]
        for n in (400, 8_000)
    ]
    ratio = (24 * 1024 + 4 * 8_000) / (24 * 1024 + 4 * 400)
    np.testing.assert_allclose(speeds[0], ratio * speeds[1][speeds[0].index])


def test_embedders_are_those_of_the_books_day() -> None:
    now = embedders(BOOK)
    assert (now["usd_per_mtok"] >= 0).all()
    assert now["model"].is_unique
    cheaper = now.dropna(subset="batch")
    assert (cheaper["batch"] < cheaper["usd_per_mtok"]).all()
    early = embedders(BOOK.at(date(2020, 1, 1)))
    assert set(early["model"]) <= set(now["model"])


def test_an_encoder_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(BookError, match="did you mean 'encoder/bge-m3'"):
        machines(BOOK, "bge-m33", text_tokens=400, utilisation=0.3)
