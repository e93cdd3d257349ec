"""Models that only read, as the price book has them: their size, their price, their machines."""

from __future__ import annotations

from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.formulas.encoders import utilisation_of


def shape(book: Book, encoder: str) -> dict[str, float]:
    """Layers and width of an encoder, as the formulas of aicost.formulas.encoders take them.

    Raises BookError for an encoder that the book does not have, with the nearest name.
    """
    return {key: book.find(f"encoder/{encoder}", key).value for key in ("layers", "hidden")}


def peak_flops(book: Book, device: str, *, bits: int = 0) -> float:
    """The dense peak of a device in FLOP/s: at 8 or 16 bits, or the higher of the two.

    Raises BookError for a device that the book does not have, or one without a peak.
    """
    wanted = [f"peak_{bits}bit"] if bits else ["peak_8bit", "peak_16bit"]
    found = [r.value for r in book.all_rows(f"device/{device}") if r.parameter in wanted]
    if not found:
        raise BookError(f"device/{device} has no peak", "name another device")
    return max(found) * 1e12


def share_of_peak(
    book: Book,
    encoder: str,
    device: str,
    *,
    tokens_per_s: float,
    text_tokens: float,
    bits: int = 0,
) -> float:
    """The share of a device's peak that a throughput takes; above 1 it cannot be.

    Parameters
    ----------
    encoder, device : as in encoders.csv and hardware.csv, without the word in front. [name]
    tokens_per_s : throughput, as claimed. [tokens/s]
    text_tokens : tokens of one text. [tokens]
    bits : of its numbers, 8 or 16; 0 for the faster of them. [bits]

    Returns
    -------
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
