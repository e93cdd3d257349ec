"""The same code on Spark: equal to DuckDB in every call, sum and percentile."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import numpy as np
import pandas as pd
import pytest
from genai_requests import priced_by_token, sample
from priced_logs import ENGINES

from aicost.book.book import Book
from aicost.log.engine import collected
from aicost.log.price import price_calls
from aicost.log.spend import costliest_calls, spend

pyspark = pytest.importorskip("pyspark", reason="needs the extra [spark]: pip install pyspark")
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="needs Java 17 from the system"),
]
BOOK = Book.load(layers=("imported",))


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Two workers on this machine; days are those of UTC."""
    from pyspark.sql import SparkSession

    os.environ["TZ"] = "UTC"
    made = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    yield made
    made.stop()


def log() -> pd.DataFrame:
    """Return some thousand calls, a few without a price, a moment or a feature."""
    rng, lines = np.random.default_rng(9), []
    for n, (provider, model, _, moment, counts) in enumerate(sample(3_000, 9, priced_by_token())):
        total, read, five, hour, output = counts
        tokens = (total - read - five - hour, read, five, hour, output)
        what = (f"c{n:04}", moment.astimezone(UTC).replace(tzinfo=None), provider.id)
        lines.append((*what, "no-such" if n % 50 == 0 else model.id, *tokens))
    names = ["call", "moment", "provider", "model", "input_tokens", "cache_read_tokens"]
    names += ["cache_write_5m_tokens", "cache_write_1h_tokens", "output_tokens"]
    frame = pd.DataFrame(lines, columns=names)
    frame["feature"] = rng.choice(np.array(["a", "b", None], dtype=object), len(frame))
    frame["stage"] = rng.choice(["x", "y"], len(frame))
    frame["whole_s"] = rng.lognormal(size=len(frame))
    return frame


def in_spark(session: Any, frame: pd.DataFrame) -> Any:
    """Return a frame of Spark."""
    types = {"moment": "timestamp_ntz", "whole_s": "double"}
    words = ", ".join(
        f"{n} {types.get(n, 'bigint' if n.endswith('_tokens') else 'string')}" for n in frame
    )
    rows = [
        tuple(None if pd.isna(v) else v for v in row)
        for row in zip(*(frame[n].tolist() for n in frame), strict=True)
    ]
    rows = [
        tuple(v.to_pydatetime() if isinstance(v, pd.Timestamp) else v for v in row) for row in rows
    ]
    return session.createDataFrame(rows, words)


def test_spark_says_what_duckdb_says(session: Any) -> None:
    frame = log()
    duck, spark = (
        price_calls(made, BOOK) for made in (ENGINES["DuckDB"](frame), in_spark(session, frame))
    )
    assert (spark.total_usd, spark.unpriced) == (duck.total_usd, duck.unpriced)
    columns = ["call", "item", "cost_pico", "unpriced"]
    each = (
        collected(one.calls.select(*columns)).sort_values("call", ignore_index=True)
        for one in (duck, spark)
    )
    types = {"cost_pico": "Int64", "item": "string", "unpriced": "string"}
    pd.testing.assert_frame_equal(*(one.astype(types) for one in each))
    ours, theirs = spend(duck), spend(spark)
    assert theirs.percentiles == ours.percentiles
    pd.testing.assert_frame_equal(ours.frame, theirs.frame, check_dtype=False, rtol=1e-12)
    pd.testing.assert_frame_equal(
        costliest_calls(duck).frame, costliest_calls(spark).frame, check_dtype=False, rtol=1e-9
    )
