"""Encoders, devices and embedding prices as they stand in the book."""

from __future__ import annotations

import numpy as np
import pytest
from small_systems import BOOK

import aicost
from aicost.analysis.alternatives.encoders import embedders, machines
from aicost.book.devices import peak_flops, shape, share_of_peak
from aicost.book.rows import BookError

CURATED = aicost.Book.load(layers=["curated"])


def test_every_encoder_has_layers_and_width() -> None:
    names = [item.removeprefix("encoder/") for item in BOOK.items("encoder/")]
    assert names
    for name in names:
        assert shape(BOOK, name)["hidden"] % 64 == 0
        assert 1 <= shape(BOOK, name)["layers"] <= 48


def test_eight_bits_are_about_twice_as_fast_as_sixteen() -> None:
    for item in BOOK.items("device/"):
        device = item.removeprefix("device/")
        if any(row.parameter.startswith("peak") for row in BOOK.all_rows(item)):
            two = [peak_flops(BOOK, device, bits=bits) for bits in (8, 16)]
            assert two[0] == pytest.approx(2 * two[1], rel=0.02)
            assert peak_flops(BOOK, device) == two[0]


def test_what_is_not_there_is_an_error() -> None:
    with pytest.raises(BookError, match="did you mean 'encoder/bge-m3'"):
        shape(BOOK, "bge-m")
    with pytest.raises(BookError, match="no peak"):
        peak_flops(BOOK, "cpu-core")


def test_embedders_with_their_batch_price() -> None:
    table = embedders(CURATED).set_index("model")
    assert table.loc["openai/text-embedding-3-small", "usd_per_mtok"] == 0.02
    voyage = table.loc["voyageai/voyage-4"]
    assert voyage["batch"] == pytest.approx(voyage["usd_per_mtok"] * 0.67)
    assert table["batch"].isna().any()
    assert not [name for name in table.index if "rerank" in name or "claude" in name]


def test_machines_by_hand() -> None:
    """bge-m3 takes 24 x 24 x 1024² + 4 x 24 x 1024 x 400 operations a token."""
    table = machines(BOOK, "bge-m3", text_tokens=400, utilisation=0.3).set_index("device")
    row = table.loc["h100-sxm"]
    per_token = 24 * 24 * 1024**2 + 4 * 24 * 1024 * 400
    assert row["tokens_per_s"] == pytest.approx(0.3 * 989e12 / per_token, rel=1e-12)
    hours = 1e6 / row["tokens_per_s"] / 3600
    assert row["usd_per_mtok"] == pytest.approx(hours * row["usd_per_hour"], rel=1e-12)
    assert np.all(np.diff(table["usd_per_mtok"]) >= 0)


def test_a_machine_reaches_the_share_it_was_given() -> None:
    for row in machines(BOOK, "bge-m3", text_tokens=512, utilisation=0.4).itertuples():
        took = share_of_peak(
            BOOK,
            "bge-m3",
            str(row.device),
            tokens_per_s=row.tokens_per_s,
            text_tokens=512,
            bits=16,
        )
        assert took == pytest.approx(0.4, rel=1e-12)
