"""Columns of requests as arrays: models, moments and counts, checked as a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aicost.book.rows import BookError

_YEAR_1, _YEAR_10000 = np.datetime64("0001-01-01"), np.datetime64("10000-01-01")

Ints = NDArray[np.int64]


def factorize(model: str | ArrayLike) -> tuple[list[str], Ints]:
    """Distinct names and, for each request, the index of its own."""
    if isinstance(model, str):
        return [model], np.zeros((), dtype=np.int64)
    import pandas as pd  # hashes names; NumPy would sort them

    column: Any = np.asarray(model, dtype=object) if isinstance(model, list | tuple) else model
    codes, names = pd.factorize(column)
    if np.any(codes < 0):
        raise BookError(f"request {int(np.argmax(codes < 0))} has no model")
    return [str(name) for name in names], np.asarray(codes, dtype=np.int64)


def moments(at: Any) -> NDArray[np.datetime64]:
    """Moments in UTC to the minute."""
    if not (isinstance(at, np.ndarray | np.datetime64) and at.dtype.kind == "M"):
        import pandas as pd

        stamps: Any = pd.to_datetime(at, utc=True)
        stamps = stamps.dt if isinstance(stamps, pd.Series) else stamps
        naive = stamps.tz_convert(None)
        at = naive.to_numpy() if hasattr(naive, "to_numpy") else np.datetime64(naive, "m")
    moments = np.asarray(at).astype("datetime64[m]")
    if moments.size and np.isnat(moments.min()):
        raise ValueError("at: a request has no date")
    if moments.size and not _YEAR_1 <= moments.min() <= moments.max() < _YEAR_10000:
        raise ValueError("at: a date outside the years 1 to 9999")
    return moments


def minute_of_week(when: NDArray[np.datetime64]) -> Ints:
    """Minutes since Monday 00:00 UTC."""
    return (when.astype(np.int64) + 3 * 1440) % (7 * 1440)


def requests_of(count: ArrayLike) -> Ints:
    """How many requests each row is the sum of. Raises ValueError for a row of none."""
    held = whole("requests", count)
    if held.size and held.min() < 1:
        raise ValueError("requests: a row of no requests")
    return held


def whole(what: str, count: ArrayLike) -> Ints:
    """Counts as int64. Raises ValueError for what is negative or not whole."""
    values = np.asarray(count)
    if values.dtype.kind == "f" and np.all(values == np.floor(values)):
        values = values.astype(np.int64)
    if values.dtype.kind not in "iu":
        raise ValueError(f"{what}: not whole numbers")
    if values.size and values.min() < 0:
        raise ValueError(f"{what}: request {int(np.argmax(values < 0))} is negative")
    return values.astype(np.int64, copy=False)
