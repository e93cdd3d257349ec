"""Models that only read, as the price book has them: their size, their price, their machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicost.book import Book, BookError
from aicost.compute import (
    self_hosted_usd_per_mtok,
    tokens_per_second,
    utilisation_of,
)
from aicost.rates import rates

if TYPE_CHECKING:
    import pandas as pd

BATCH = "processing=batch"


def shape(book: Book, encoder: str) -> dict[str, float]:
    """Return layers and width of an encoder, as the formulas of aicost.compute take them.

    Raises BookError for an encoder that the book does not have, with the nearest name.
    """
    return {key: book.find(f"encoder/{encoder}", key).value for key in ("layers", "hidden")}


def peak_flops(book: Book, device: str, *, bits: int = 0) -> float:
    """Return the dense peak of a device in FLOP/s: at 8 or 16 bits, or the higher of the two.

    Raises BookError for a device that the book does not have, or one without a peak.
    """
    wanted = [f"peak_{bits}bit"] if bits else ["peak_8bit", "peak_16bit"]
    found = [r.value for r in book.all_rows(f"device/{device}") if r.parameter in wanted]
    if not found:
        raise BookError(f"device/{device} has no peak; name another device")
    return max(found) * 1e12


def embedders(book: Book) -> pd.DataFrame:
    """Return what embedding models cost per Mtok: model, usd_per_mtok, batch where there is one.

    A model that is priced for input and not for output, and is no reranker, embeds.
    """
    import pandas as pd

    rows = []
    for name in book.items():
        held = book.active(name)
        sold = {row.parameter for row in held}
        if "input" in sold and "output" not in sold and "rerank" not in name:
            batch = any(row.context == BATCH for row in held)
            at_once, later = (rates(book, name, context=c) for c in ("", BATCH if batch else ""))
            later_usd = later.usd_per_mtok("input") if batch else float("nan")
            rows.append((name, at_once.usd_per_mtok("input"), later_usd))
    return pd.DataFrame(rows, columns=["model", "usd_per_mtok", "batch"])


def machines(book: Book, encoder: str, *, text_tokens: float, utilisation: float) -> pd.DataFrame:
    """Return what an encoder costs on each device with a rent, at a share of the 16-bit peak.

    Parameters
    ----------
    encoder : as in encoders.csv, without `encoder/`. [name]
    text_tokens : tokens of one text. [tokens]
    utilisation : share of the peak that is reached. [share]

    Returns
    -------
    DataFrame
        device, usd_per_hour, tokens_per_s, usd_per_mtok while it works, cheapest first.
        [USD/hour, tokens/s, USD/Mtok]

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


def share_of_peak(
    book: Book,
    encoder: str,
    device: str,
    *,
    tokens_per_s: float,
    text_tokens: float,
    bits: int = 0,
) -> float:
    """Return the share of a device's peak that a throughput takes; above 1 it cannot be.

    Parameters
    ----------
    encoder, device : as in encoders.csv and hardware.csv, without the word in front. [name]
    tokens_per_s : throughput, as claimed. [tokens/s]
    text_tokens : tokens of one text. [tokens]
    bits : of its numbers, 8 or 16; 0 for the faster of them. [bits]

    Returns
    -------
    float
        Share of the peak. [share]

    Examples
    --------
    >>> claim = {"tokens_per_s": 4_352_000, "text_tokens": 512}
    >>> round(share_of_peak(Book.load(), "bge-large-en", "rtx-4090", **claim), 1)
    4.3
    """
    peak = peak_flops(book, device, bits=bits)
    return float(
        utilisation_of(
            **shape(book, encoder),
            tokens_per_s=tokens_per_s,
            text_tokens=text_tokens,
            peak_flops=peak,
        )
    )
