"""Models that only read, side by side: what they cost by the token, and on rented machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicost.book.book import Book
from aicost.book.devices import shape
from aicost.book.rates import BATCH, STANDARD, rates
from aicost.formulas.encoders import self_hosted_usd_per_mtok, tokens_per_second

if TYPE_CHECKING:
    import pandas as pd


def embedders(book: Book) -> pd.DataFrame:
    """What embedding models cost per Mtok: model, usd_per_mtok, batch where there is one.

    A model that is priced for input and not for output, and is no reranker, embeds.
    """
    import pandas as pd

    rows = []
    for name in book.items():
        held = book.active(name)
        sold = {row.parameter for row in held}
        if book.terms.barred(name, book.as_of):
            continue
        if "input" in sold and "output" not in sold and "rerank" not in name:
            batch = any(row.context == str(BATCH) for row in held)
            ways = (STANDARD, BATCH if batch else STANDARD)
            at_once, later = (rates(book, name, context=way) for way in ways)
            later_usd = later.usd_per_mtok("input") if batch else float("nan")
            rows.append((name, at_once.usd_per_mtok("input"), later_usd))
    return pd.DataFrame(rows, columns=["model", "usd_per_mtok", "batch"])


def machines(book: Book, encoder: str, *, text_tokens: float, utilisation: float) -> pd.DataFrame:
    """What an encoder costs on each device with a rent, at a share of the 16-bit peak.

    Parameters
    ----------
    encoder : as in encoders.csv, without `encoder/`. [name]
    text_tokens : tokens of one text. [tokens]
    utilisation : share of the peak that is reached. [share]

    Returns
    -------
    device, usd_per_hour, tokens_per_s, usd_per_mtok while it works, cheapest first. [USD/hour,
    tokens/s, USD/Mtok]

    Examples
    --------
    >>> table = machines(Book.load(), "bge-m3", text_tokens=400, utilisation=0.12)
    >>> bool((table["usd_per_mtok"] < 0.01).all())
    True
    """
    import pandas as pd

    rows = []
    for item in book.items("device/"):
        held = {row.parameter: row.value for row in book.active(item)}
        if {"hour", "peak_16bit"} <= held.keys():
            speed = tokens_per_second(
                **shape(book, encoder),
                text_tokens=text_tokens,
                utilisation=utilisation,
                peak_flops=held["peak_16bit"] * 1e12,
            )
            usd = self_hosted_usd_per_mtok(
                usd_per_hour=held["hour"], tokens_per_s=speed, busy_share=1.0
            )
            rows.append((item.removeprefix("device/"), held["hour"], speed, usd))
    columns = ["device", "usd_per_hour", "tokens_per_s", "usd_per_mtok"]
    return pd.DataFrame(rows, columns=columns).sort_values("usd_per_mtok", ignore_index=True)
