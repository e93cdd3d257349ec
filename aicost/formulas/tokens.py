"""Tokens of the same text under two tokenizers, and of a text that nobody has counted."""

from __future__ import annotations

import numpy as np

from aicost.values.quantities import Numeric

#: How far a text of the client's may lie from those that were counted: no published pair of
#: models is further from ours (tests/formulas/test_tokens.py).
OTHER_TEXTS = 0.10


def conversion(*, rates_from: Numeric, rates_to: Numeric) -> Numeric:
    """The tokens of one tokenizer per token of another: exp(mean(log(to / from))).

    Parameters
    ----------
    rates_from, rates_to : tokens that each of the same texts comes to. [tokens/1,000 characters]

    Returns
    -------
    The geometric mean over the texts, so that there and back again is 1. [ratio]

    Raises
    ------
    ValueError : no texts, or not the same number of them.

    Examples
    --------
    >>> round(float(conversion(rates_from=[200.0, 220.0], rates_to=[280.0, 330.0])), 3)
    1.449
    """
    return np.exp(np.mean(_logs(rates_from, rates_to)))[()]


def conversion_within(
    *, rates_from: Numeric, rates_to: Numeric, other_texts: Numeric = OTHER_TEXTS
) -> Numeric:
    """How far off a conversion may be, as a factor either way: max(ratio / mean) (1 + other).

    Parameters
    ----------
    rates_from, rates_to : tokens that each of the same texts comes to. [tokens/1,000 characters]
    other_texts : how far a text that was not counted may lie beyond those that were. [share]

    Returns
    -------
    1 or more; the range is from the conversion over it to the conversion times it. [ratio]

    Raises
    ------
    ValueError : no texts, or not the same number of them.

    Notes
    -----
    Taken as a 90 % range. It is a judgement, not a quantile: a handful of texts has none.

    Examples
    --------
    >>> rates = {"rates_from": [200.0, 220.0], "rates_to": [280.0, 330.0]}
    >>> round(float(conversion_within(**rates, other_texts=0.1)), 3)
    1.139
    """
    logs = _logs(rates_from, rates_to)
    apart = np.max(np.abs(logs - np.mean(logs)))
    return (np.exp(apart) * (1.0 + other_texts))[()]


def tokens_of(*, characters: Numeric, rate: Numeric) -> Numeric:
    """The tokens of a text by its length: characters / 1,000 x rate.

    Parameters
    ----------
    characters : length of the text. [characters]
    rate : tokens that texts of its kind come to. [tokens/1,000 characters]

    Returns
    -------
    Tokens. [tokens]

    Examples
    --------
    >>> tokens_of(characters=4_000, rate=205.0)
    820.0
    """
    return characters * rate / 1000.0


def _logs(rates_from: Numeric, rates_to: Numeric) -> np.ndarray:
    one, other = np.asarray(rates_from, dtype=float), np.asarray(rates_to, dtype=float)
    if one.shape != other.shape or not one.size:
        raise ValueError("both tokenizers need a rate for each of the same texts, one at least")
    return np.log(other / one)
