"""The frames that charts take: made from a bill, and checked before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from aicost.show.charts.theme import COMPONENT_COLOURS
from aicost.values.suggest import instead

if TYPE_CHECKING:
    from aicost.billing.bill import Bill


def component_frame(bill: Bill) -> pd.DataFrame:
    """Component, usd and share of each component; sweeps and draws enter at their mean."""
    sums = {name: float(np.mean(usd)) for name, usd in bill.by("component").items()}
    whole = sum(sums.values())
    shares = [usd / whole if whole else 0.0 for usd in sums.values()]
    return pd.DataFrame({"component": list(sums), "usd": list(sums.values()), "share": shares})


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows, each with its columns as attributes."""
    yield from frame.itertuples()


def need(frame: pd.DataFrame, who: str, words: Sequence[str], numbers: Sequence[str]) -> None:
    """Raise ValueError unless a frame has its columns, rows, and finite numbers in them."""
    for column in (*words, *numbers):
        if column not in frame:
            has = ", ".join(map(str, frame.columns))
            raise ValueError(f"{who}: the frame has no column {column!r}; it has {has}")
    if frame.empty:
        raise ValueError(f"{who}: the frame has no rows; there is nothing to draw")
    for column in numbers:
        if not np.isfinite(frame[column].to_numpy(dtype=float)).all():
            raise ValueError(f"{who}: {column!r} holds values that are not finite numbers")
    if "component" in words:
        _known(frame["component"], who)


def _known(names: pd.Series[str], who: str) -> None:
    for name in names.unique():
        if name not in COMPONENT_COLOURS:
            raise ValueError(f"{who}: no component {name!r}; {instead(name, COMPONENT_COLOURS)}")
