"""The log of requests that a notebook looks at: a client's, or one that is made up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from aicost.book.book import Book
from aicost.log.price import Priced, price_calls
from aicost.log.read import read_log
from aicost.log.sample import Sample, frames

if TYPE_CHECKING:
    import pandas as pd

MADE_UP = Sample(
    rows=40_000, scored=0.5
)  # some seconds of a lesson, and marks enough to see a drop


@dataclass(frozen=True)
class RequestLog:
    """A log at the prices of its days, and its calls in pandas."""

    priced: Priced

    @property
    def calls(self) -> nw.LazyFrame[Any]:
        """Its calls with what each costs, not yet run."""
        return self.priced.calls

    @property
    def frame(self) -> pd.DataFrame:
        """Its calls that have a price, with what each costs in dollars."""
        frame = self.calls.collect(backend="pandas").to_native()
        frame = frame[frame["cost_pico"].notna()].reset_index(drop=True)
        return frame.assign(usd=frame["cost_pico"].astype(float) * 1e-12)

    @property
    def total_usd(self) -> Decimal:
        """What all priced calls cost."""
        return self.priced.total_usd

    @property
    def sentence(self) -> str:
        """What they come to, and which have no price."""
        return self.priced.sentence

    def each(self, by: str) -> Priced:
        """What they come to by one thing that they have: a feature, a model, a day."""
        return self.priced.each(by)


def priced_log(path: str | Path | None, book: Book) -> RequestLog:
    """Read a log and price it; without one, draw one that has causes planted in it.

    Parameters
    ----------
    path : a file of calls, or a folder of them; None for one that is made up.
    book : the price book.
    """
    import pandas as pd

    calls = pd.concat(frames(MADE_UP)) if path is None else read_log(path).calls
    return RequestLog(price_calls(calls, book))
